"""Equal starts stay equal, zeros stay zeros, random starts learn more."""

import pytest
import torch

from core.activations import RELU, SIGMOID, TANH
from core.experiments.symmetry import STARTS, largest_difference, starts, symmetry
from core.losses import BINARY_CROSS_ENTROPY
from core.network import backpropagate, propagate


@pytest.fixture(scope="module")
def examples():
    """Two inputs decide each label, in another way: one hidden neuron cannot serve all three."""
    dice = torch.Generator().manual_seed(1)
    X = torch.randn(12, 400, generator=dice)
    Y = torch.stack([X[0] + X[1] > 0, X[2] > X[3], X[4] > 0]).float()
    return X, Y


def run(examples, activation, **more):
    return list(symmetry(*examples, activation=activation, learning_rate=0.05, steps=150, **more))


@pytest.mark.parametrize("activation", [RELU, TANH, SIGMOID])
def test_what_each_start_comes_to(examples, activation):
    seen = run(examples, activation)
    first, last = seen[0], seen[-1]
    assert first.step == 0 and last.done and [r.start for r in last.runs] == list(STARTS)
    equal, zeros, random = last.runs
    assert equal.moved > 0.01 and random.moved > 0.01
    for begun, now in zip(first.runs, last.runs, strict=True):
        assert not begun.learned.any() and torch.equal(now.learned, now.W - begun.W)
    assert equal.apart < 1e-4 * random.apart  # nothing but rounding
    assert random.costs[-1] < equal.costs[-1] - 0.1
    assert (zeros.moved == 0) == (activation is not SIGMOID)
    assert zeros.apart < 1e-4 * random.apart
    assert len(last.looks) == len(equal.costs) == 1 + 150 // 10 and last.looks[-1] == 150
    again = run(examples, activation)[-1]
    assert all(
        torch.equal(a.W, b.W) and a.costs == b.costs for a, b in zip(last.runs, again.runs, strict=True)
    )


def test_equal_neurons_get_equal_gradients(examples):
    """The reason, in float64 and by torch's own derivative: rows of ∂J/∂W[1] are one row."""
    X, Y = (t.double() for t in examples)
    network = starts(12, 5, 3, TANH)["equal"].to(dtype=torch.float64)
    gradients = backpropagate(network, propagate(network, X), Y, BINARY_CROSS_ENTROPY)
    assert largest_difference(gradients.W[0]) < 1e-15 and float(gradients.W[0].abs().max()) > 1e-3
    W = network.layers[0].W.clone().requires_grad_()
    Z = network.layers[1].W @ torch.tanh(W @ X)
    torch.nn.functional.binary_cross_entropy_with_logits(Z, Y, reduction="sum").div(400).backward()
    torch.testing.assert_close(gradients.W[0], W.grad)


def test_starts_and_refusals(examples):
    fresh = starts(12, 4, 3, RELU, seed=3)
    assert tuple(fresh) == STARTS and all(network.sizes == (12, 4, 3) for network in fresh.values())
    x = torch.rand(12, 1)
    torch.testing.assert_close(
        propagate(fresh["equal"], x).Z[0], x.mean().expand(4, 1)
    )  # the mean brightness
    assert largest_difference(torch.tensor([[1.0, 2.0], [1.5, -1.0], [1.0, 0.0]])) == 3.0
    with pytest.raises(ValueError, match="at least 1"):
        next(symmetry(*examples, width=0))


def test_the_random_start_is_that_of_its_activation_and_seed():
    for activation, how in ((RELU, "he"), (TANH, "xavier")):
        a, b = (starts(12, 400, 3, activation, seed=s)["random"].layers[0].W for s in (1, 2))
        assert not torch.equal(a, b)
        assert float(a.var()) == pytest.approx((2 if how == "he" else 1) / 12, rel=0.1)


def test_looks_are_what_they_say():
    dice = torch.Generator().manual_seed(0)
    X, Y = torch.randn(12, 80, generator=dice), torch.randint(0, 2, (3, 80), generator=dice).float()
    from core.descent import Descent
    from core.losses import BINARY_CROSS_ENTROPY

    seen = list(symmetry(X, Y, steps=7, every=3, batch_size=16, learning_rate=0.05, seed=3))
    assert seen[-1].looks == (0, 3, 6, 7)
    fresh = starts(12, 4, 3, RELU, seed=3)
    for run in seen[-1].runs:
        alone = Descent(
            fresh[run.start],
            X,
            Y,
            loss=BINARY_CROSS_ENTROPY,
            learning_rate=0.05,
            batch_size=16,
            optimiser="momentum",
            seed=3,
        )
        smooth, costs = alone.cost(), [alone.cost()]
        for step in range(1, 8):
            smooth = 0.9 * smooth + 0.1 * alone.step()
            costs += [smooth] if step in (3, 6, 7) else []
        W = alone.network.layers[0].W
        assert torch.equal(run.W, W) and run.costs == pytest.approx(costs)
        assert run.moved == float((W - fresh[run.start].layers[0].W).abs().max())
    with pytest.raises(ValueError, match="at least 1"):
        next(symmetry(X, Y, every=0))
    with pytest.raises(ValueError, match="no examples"):
        next(symmetry(torch.zeros(0, 8, 8, 3, dtype=torch.uint8), Y[:, :0]))
