"""A step in one pass: torch's numbers, and a sum that is finite exactly as long as they are."""

import math

import pytest
import torch

from core.processor.step import LARGE, stepped

SHAPES = [(3, 1), (3, 12288), (64, 700), (LARGE,), (LARGE + 13,), (LARGE - 1,)]


def pair(*shape, seed=0, dtype=torch.float32):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(2, *shape, generator=dice, dtype=dtype).unbind()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("alpha", [0.1, 3e-5, 1000.0])
def test_the_same_numbers_as_torch(shape, alpha, dtype):
    W, u = pair(*shape, dtype=dtype)
    before = W.clone(), u.clone()
    new, total = stepped(W, u, alpha)
    torch.testing.assert_close(new, W.sub(u, alpha=alpha), rtol=1e-6, atol=1e-6 * alpha)
    assert total == pytest.approx(float(new.double().sum()), rel=1e-3, abs=1e-3 * alpha)
    assert torch.equal(W, before[0]) and torch.equal(u, before[1]), "what is given is not changed"


@pytest.mark.parametrize("place", [0, 5, LARGE, 2 * LARGE - 1])
@pytest.mark.parametrize("wrong", [math.inf, -math.inf, math.nan])
def test_one_number_that_is_not_finite_is_told(place, wrong):
    W, u = pair(2, LARGE)
    u.view(-1)[place] = wrong
    new, total = stepped(W, u, 0.1)
    assert not math.isfinite(total)
    assert int(new.isfinite().logical_not().sum()) == 1


def test_opposite_infinities_do_not_cancel():
    W, u = pair(2, LARGE)
    u[0, 0], u[1, 7] = math.inf, -math.inf
    assert not math.isfinite(stepped(W, u, 0.1)[1])


def test_other_layouts_go_by_torch():
    W, u = pair(90, 90)
    new, total = stepped(W.T, u, 0.5)
    assert torch.equal(new, W.T.sub(u, alpha=0.5))
    assert total == pytest.approx(float(new.sum()), rel=1e-3, abs=1e-2)


@pytest.mark.parametrize("shape", [(1, LARGE), (3, 1), (3 * LARGE,), (3, LARGE + 1)])
def test_what_is_subtracted_is_of_the_same_shape(shape):
    W, _ = pair(3, LARGE)
    with pytest.raises(ValueError, match="W and u must be of one shape"):
        stepped(W, torch.zeros(shape), 0.1)
