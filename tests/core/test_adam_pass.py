"""Adam in one pass: torch's numbers, whichever numbers stand beside them."""

import math

import pytest
import torch
from torch.testing import assert_close

from core import optimisers
from core.optimisers import Moments, adam
from core.processor.adam_pass import worth_a_pass
from core.processor.step import LARGE


def by_torch(g, v, s, t):
    """The formula, with torch's own operations, in the dtype that is given."""
    v = 0.9 * v + 0.1 * g
    s = 0.999 * s + 0.001 * g**2
    return v / (1 - 0.9**t) / ((s / (1 - 0.999**t)).sqrt() + 1e-8), v, s


def gradient(*shape, seed=0):
    dice = torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=dice) * 10 ** torch.randint(-9, 3, shape, generator=dice)


@pytest.mark.parametrize("shape", [(3, 12_288), (64, 700), (LARGE,), (LARGE + 13,)])
def test_the_same_numbers_as_the_formula_in_float64(shape):
    v = s = torch.zeros(shape, dtype=torch.float64)
    moments = Moments.zero([v.float()])
    for t in range(1, 6):
        g = gradient(*shape, seed=t)
        before = g.clone(), moments.first[0].clone(), moments.second[0].clone()
        assert worth_a_pass(g, moments.first[0], moments.second[0])
        (found,), later = adam([g], moments)
        for given, kept in zip((g, moments.first[0], moments.second[0]), before, strict=True):
            assert torch.equal(given, kept), "what is given is not changed"
        moments = later
        u, v, s = by_torch(g.double(), v, s, t)
        # v may cancel, and then its last digits are those of what it is made of
        assert_close(moments.first[0].double(), v, rtol=1e-5, atol=1e-6 * float(v.abs().max()))
        assert_close(moments.second[0].double(), s, rtol=1e-5, atol=1e-30)
        assert_close(found.double(), u, rtol=1e-4, atol=1e-6)
    assert moments.steps == 5


def test_a_few_numbers_and_float64_go_by_torch(monkeypatch):
    def refused(*_, **__):
        raise AssertionError("no pass is made for these")

    monkeypatch.setattr(optimisers, "adam_pass", refused)
    for g in (gradient(3, 1), gradient(3, LARGE).double(), gradient(90, 90).T):
        zero = torch.zeros_like(g)
        (u,), _ = adam([g], Moments((zero,), (zero,)))
        assert_close(u, by_torch(g, zero, zero, 1)[0], rtol=1e-4, atol=1e-6)


def test_float16_is_too_coarse_for_it_and_bfloat16_is_not():
    """A slope of 0, as of a ReLU that is off, would divide 0 by 0, and the learning rate would be blamed."""
    g = torch.tensor([[0.0], [0.5]])
    with pytest.raises(ValueError, match="finer numbers than float16"):
        adam([g.half()], Moments.zero([g.half()]))
    (u,), _ = adam([g.bfloat16()], Moments.zero([g.bfloat16()]))
    assert_close(u, torch.tensor([[0.0], [1.0]]).bfloat16())


@pytest.mark.parametrize("wrong", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("place", [0, LARGE, 2 * LARGE - 1])
def test_what_is_not_finite_stays_where_it_is(wrong, place):
    g = gradient(2, LARGE)
    g.view(-1)[place] = wrong
    (u,), moments = adam([g], Moments.zero([g]))
    for made in (moments.first[0], moments.second[0]):
        assert made.isfinite().logical_not().nonzero().tolist() == [[place // LARGE, place % LARGE]]
    assert int(u.isfinite().logical_not().sum()) == 1


def test_gradients_of_zero_move_nothing():
    g = torch.zeros(2, LARGE)
    (u,), _ = adam([g], Moments.zero([g]))
    assert torch.equal(u, g)


def test_rows_get_the_same_bits_alone_and_beside_others():
    g, moments = gradient(9, LARGE + 5), Moments.zero([torch.zeros(9, LARGE + 5)])
    for _ in range(3):
        (together,), later = adam([g], moments)
        for rows in (slice(0, 1), slice(2, 7)):
            alone = Moments((moments.first[0][rows],), (moments.second[0][rows],), moments.steps)
            (u,), after = adam([g[rows]], alone)
            assert torch.equal(u, together[rows])
            assert torch.equal(after.first[0], later.first[0][rows])
            assert torch.equal(after.second[0], later.second[0][rows])
        moments = later
