"""Descents that step together against the same descents alone."""

import itertools

import pytest
import torch
from torch.testing import assert_close

from core.descent import Descent, DivergedError
from core.initialisation import initialise
from core.losses import LOSSES
from core.optimisers import OPTIMISERS
from core.side_by_side import step_together

DOUBLE = torch.float64
OPTIONS = {"learning_rate": 1e-3, "batch_size": 8, "seed": 4}


def dice(seed):
    return torch.Generator().manual_seed(seed)


def photos(m=50):
    return torch.randint(0, 256, (m, 64, 64, 3), generator=dice(1)).to(torch.uint8)


def labels(k=3, m=50, dtype=torch.float32):
    return torch.nn.functional.one_hot(torch.arange(m) % k, k).T.to(dtype)


def lane(name, X, Y, hidden=(), **options):
    n = 12_288 if X.dtype == torch.uint8 else X.shape[0]
    start = initialise((n, *hidden, Y.shape[0]), generator=dice(2), dtype=Y.dtype)
    return Descent(start, X, Y, loss=LOSSES[name], **{**OPTIONS, **options})


def weights(descent):
    return [p for layer in descent.network.layers for p in (layer.W, layer.b)]


@pytest.mark.parametrize("names", [*itertools.combinations(LOSSES, 3), ("softmax", "softmax"), ("binary",)])
@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_three_neurons_on_photos_are_the_same_to_the_last_bit(names, optimiser):
    X, Y = photos(), labels()
    together = [lane(name, X, Y, optimiser=optimiser) for name in names]
    alone = [lane(name, X, Y, optimiser=optimiser) for name in names]
    for step in range(9):
        if step == 4:
            for descent in (*together, *alone):
                descent.which, descent.l2, descent.batch_size = torch.arange(50)[3::2], 0.2, 7
        assert step_together(together) == [descent.step() for descent in alone]
    for one, other in zip(together, alone, strict=True):
        assert (one.steps, one.epoch, one.position) == (other.steps, other.epoch, other.position)
        assert all(torch.equal(p, q) for p, q in zip(weights(one), weights(other), strict=True))
        assert torch.equal(one.gradients.W[0], other.gradients.W[0])
        assert torch.equal(one.gradients.delta[0], other.gradients.delta[0])


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_two_of_three_go_on_without_the_third_and_all_in_another_order(optimiser):
    """The rows of all three lie in one tensor: theirs only if all are there, and in its order."""
    X, Y, names = photos(), labels(), ("binary", "softmax", "squared")
    for some in ((0, 1), (1, 2), (0, 2), (1, 0, 2)):
        together, alone = ([lane(name, X, Y, optimiser=optimiser) for name in names] for _ in range(2))
        step_together(together)
        for descent in alone:
            descent.step()
        for _ in range(2):
            assert step_together([together[i] for i in some]) == [alone[i].step() for i in some]
        assert [descent.steps for descent in together] == [descent.steps for descent in alone]
        for one, other in zip(together, alone, strict=True):
            assert all(torch.equal(p, q) for p, q in zip(weights(one), weights(other), strict=True))


@pytest.mark.parametrize("hidden", [(), (5,)])
@pytest.mark.parametrize("batch_size", [1, 6, 1000])
def test_any_lanes_are_the_same_up_to_rounding(hidden, batch_size):
    """Lanes of 1, 2 and 4 neurons, each with its own L2, rate and optimiser, in float64."""
    X = torch.randn(30, 1100, generator=dice(3), dtype=DOUBLE)
    options = [
        ("squared", 1, {"l2": 0.1}),
        ("tangled", 2, {"optimiser": "adam"}),
        ("softmax", 4, {"learning_rate": 0.01}),
    ]

    def lanes():
        return [
            lane(name, X, labels(k, 1100, DOUBLE), hidden, batch_size=batch_size, **other)
            for name, k, other in options
        ]

    together, alone = lanes(), lanes()
    for _ in range(5):
        assert step_together(together) == pytest.approx([descent.step() for descent in alone])
    for one, other in zip(together, alone, strict=True):
        assert_close(weights(one), weights(other))


def test_single_neurons_on_photos_are_the_same_up_to_rounding():
    X = photos()
    together = [lane(name, X, labels(1)) for name in ("binary", "squared")]
    alone = [lane(name, X, labels(1)) for name in ("binary", "squared")]
    for _ in range(5):
        assert step_together(together) == pytest.approx([descent.step() for descent in alone], rel=1e-5)
    for one, other in zip(together, alone, strict=True):
        assert_close(weights(one), weights(other))


def test_a_head_and_a_deeper_network_step_together_too():
    X, Y = photos(), labels()

    def lanes():
        return [lane("binary", X, Y, hidden) for hidden in ((), (5,), ())]

    together, alone = lanes(), lanes()
    for _ in range(3):
        assert step_together(together) == [descent.step() for descent in alone]
    for one, other in zip(together, alone, strict=True):
        assert all(torch.equal(p, q) for p, q in zip(weights(one), weights(other), strict=True))


def test_no_descents_make_no_step():
    assert step_together([]) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("seed", 5), ("batch_size", 9), ("position", 8), ("epoch", 1), ("which", torch.arange(9))],
)
def test_lanes_that_would_see_other_batches_are_refused(name, value):
    X, Y = photos(), labels()
    lanes = [lane("binary", X, Y), lane("softmax", X, Y)]
    setattr(lanes[1], name, value)
    with pytest.raises(ValueError, match="same"):
        step_together(lanes)
    with pytest.raises(ValueError, match="same X"):
        step_together([lanes[0], lane("binary", X.clone(), Y)])
    assert [descent.steps for descent in lanes] == [0, 0]


@pytest.mark.parametrize("hidden", [(), (4,)])
def test_one_that_diverges_is_named_and_stops_all(hidden):
    X = torch.randn(30, 50, generator=dice(3))
    lanes = [lane(name, X, labels(), hidden) for name in ("binary", "softmax", "squared")]
    step_together(lanes)
    lanes[1].learning_rate, lanes[1].l2 = 3e38, 1e3
    before = [(descent.network, descent.moments, descent.steps, descent.position) for descent in lanes]
    with pytest.raises(DivergedError) as said:
        for _ in range(4):
            before = [
                (descent.network, descent.moments, descent.steps, descent.position) for descent in lanes
            ]
            step_together(lanes)
    assert said.value.lane == 1 and "αλ" in str(said.value)
    for descent, (network, moments, steps, position) in zip(lanes, before, strict=True):
        assert descent.network is network and descent.moments is moments
        assert (descent.steps, descent.position) == (steps, position)


def test_the_one_that_diverges_is_named_where_all_settings_are_the_same():
    X = torch.randn(30, 50, generator=dice(3))
    lanes = [lane(name, X, labels(), optimiser="adam") for name in ("binary", "softmax", "squared")]
    step_together(lanes)
    far = initialise((30, 3), generator=dice(2))
    far.layers[0].W.mul_(1e38)
    elsewhere = Descent(far, X, lanes[1].Y, loss=LOSSES["softmax"], optimiser="adam", **OPTIONS)
    elsewhere.go_to(lanes[1].steps, lanes[1].epoch, lanes[1].position, lanes[1].moments)
    lanes[1] = elsewhere
    before = [(descent.network, descent.moments, descent.steps) for descent in lanes]
    with pytest.raises(DivergedError) as said:
        step_together(lanes)
    assert said.value.lane == 1
    assert [(descent.network, descent.moments, descent.steps) for descent in lanes] == before


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_rows_that_lie_together_are_not_copied(optimiser, monkeypatch):
    X, Y = photos(), labels()
    lanes = [lane(name, X, Y, optimiser=optimiser) for name in ("binary", "softmax", "squared")]
    step_together(lanes)
    copied, cat = [], torch.cat

    def noted(tensors, *where, **options):
        copied.extend(tensor.numel() for tensor in tensors)
        return cat(tensors, *where, **options)

    monkeypatch.setattr(torch, "cat", noted)
    step_together(lanes)
    assert max(copied) < lanes[0].network.layers[0].W.numel()
    lanes.reverse()  # they lie in another order now
    step_together(lanes)
    assert max(copied) == lanes[0].network.layers[0].W.numel()
