"""A step that would leave the finite numbers is not taken, and told of: what, why, and what to do."""

import math

import pytest
import torch

from core.activations import IDENTITY, RELU, SIGMOID, TANH
from core.balls import render
from core.descent import Descent, DivergedError
from core.divergence import THE_COST, calmer, explain, first_not_finite, reach
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Gradients, propagate
from core.optimisers import OPTIMISERS
from core.pixels import flatten
from tests.core.descents import problem, run, weights


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_divergence_is_said_and_changes_nothing(optimiser):
    X, Y = problem(dtype=torch.float32)
    descent = run(X, Y, optimiser=optimiser)
    descent.step()
    before, moments, steps = weights(descent), descent.moments, descent.steps
    descent.learning_rate = 3e38
    with pytest.raises(DivergedError, match="learning rate"):
        for _ in range(5):
            before, moments, steps = weights(descent), descent.moments, descent.steps
            descent.step()
    assert descent.steps == steps and descent.moments is moments
    assert all(p is q for p, q in zip(weights(descent), before, strict=True))
    assert all(p.isfinite().all() for p in weights(descent))


def diverged(optimiser="plain", **settings):
    """The message of a run that is stepped until it diverges, and the run."""
    X, Y = problem(dtype=torch.float32)
    descent = run(X, Y, optimiser=optimiser, **settings)
    with pytest.raises(DivergedError) as said:
        for _ in range(3000):
            kept = descent.network
            descent.step()
    assert descent.network is kept and said.value.step == descent.steps + 1 and said.value.lane is None
    assert str(said.value).startswith(f"Step {descent.steps + 1} ")
    assert str(said.value).endswith(f"weights after step {descent.steps} are kept.")
    return str(said.value)


def test_a_divergence_says_what_why_and_what_to_do():
    said = diverged(learning_rate=1e38)
    assert "α = 1e+38" in said and "smaller learning rate, say 1e+37" in said and "λ" not in said
    said = diverged(learning_rate=0.5, l2=10.0)
    assert "αλ = 5 is more than 2" in said and "below 0.2" in said and "smaller L2" in said


def test_the_rate_that_it_advises_does_not_diverge():
    for l2, advised in ((0.3, 6.6), (0.0301, 66), (7.0, 0.28), (3e-5, 66_000)):
        said = explain("W[1]", step=9, learning_rate=10 / l2, l2=l2, optimiser="plain")
        assert f"below {advised:,g}, or" in said
        assert advised < 2 / l2 < 1.1 * advised
    said = explain("W[1]", step=9, learning_rate=10, l2=1.0, optimiser="momentum")
    assert "below 3.8, or" in said, "two digits already: 3.8 / 0.1 is 37.999… in float64"
    said = diverged("momentum", learning_rate=0.5, l2=10.0)
    assert "αλ = 5 is more than 3.8" in said and "below 0.38" in said


def test_the_rate_to_go_on_with_does_not_diverge_by_the_l2_term_alone():
    assert calmer(0.3, 0.0, "plain") == pytest.approx(0.03)
    assert calmer(1000.0, 1.0, "plain") == pytest.approx(1.0), "100 and 10 are above 2/λ"
    assert calmer(20.0, 1.0, "plain") == pytest.approx(2.0), "at 2/λ the weights change sign, and do not grow"
    assert calmer(1000.0, 0.3, "momentum") == pytest.approx(10.0), "below 3.8/λ"
    assert calmer(1000.0, 1.0, "adam") == pytest.approx(100.0), "has no bound"


def test_a_divergence_names_the_first_quantity_that_is_not_finite():
    X, Y = problem(dtype=torch.float32)
    X[:, 3] = torch.inf
    with pytest.raises(DivergedError, match="the cost J would not be finite"):
        run(X, Y, batch_size=40).step()
    X, Y = problem(dtype=torch.float32)
    with pytest.raises(DivergedError, match=r"W\[1\] would not be finite"):
        run(X * 1000, Y, batch_size=40, learning_rate=3e38).step()


def test_a_sum_that_overflows_is_no_divergence():
    """All weights finite, their sum not: 12 · 4 of 10^38."""
    X, Y = problem(dtype=torch.float32)
    start = initialise((12, 3), how="zeros")
    start.layers[0].W.fill_(3e37)
    descent = Descent(start, X * 0, Y, loss=BINARY_CROSS_ENTROPY, learning_rate=1e-3)
    assert not math.isfinite(float(start.layers[0].W.sum()))
    descent.step()
    assert descent.steps == 1


def test_weights_whose_cost_is_out_of_range_are_said_to_be_too_large():
    settings = {"step": 9, "learning_rate": 0.1, "l2": 0.0, "optimiser": "plain"}
    assert "J itself is out of range" in explain(THE_COST, **settings)
    assert "the steps overshoot the valley" in explain("W[1]", **settings)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_weights_that_came_too_large_are_no_fault_of_the_learning_rate(optimiser):
    """A tenth of the rate was advised, which leads to the same end, and a tenth of that."""
    X, Y = problem(dtype=torch.float32)
    start = initialise((12, 3), how="zeros")
    start.layers[0].W.fill_(9e36)
    start.layers[0].W[:, 0] = -9.5e36
    for rate in (1e-3, 1e-30):
        descent = Descent(
            start, X.abs() * 100, Y, loss=BINARY_CROSS_ENTROPY, learning_rate=rate, optimiser=optimiser
        )
        with pytest.raises(DivergedError) as said:
            descent.step()
        assert "the weights that it begins with are as large as 9.5e+36" in str(said.value)
        assert "Begin with smaller weights; no other learning rate helps." in str(said.value)
        assert "smaller learning rate" not in str(said.value)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("x", [math.inf, math.nan])
def test_examples_that_came_too_large_are_no_fault_of_steps_before_the_first(optimiser, x):
    X, Y = problem(dtype=torch.float32)
    X[:, 3] = x
    for l2 in (0.0, 3e4):  # αλ above its bound is not why, either
        with pytest.raises(DivergedError) as said:
            run(X, Y, batch_size=40, optimiser=optimiser, l2=l2).step()
        assert "an example or a weight that it begins with is too large" in str(said.value)
        assert "smaller learning rate" not in str(said.value) and "steps before" not in str(said.value)


def test_weights_that_are_too_large_by_now_may_have_come_so_or_grown():
    settings = {"step": 9, "learning_rate": 0.1, "l2": 0.0, "optimiser": "plain", "largest": 2e37}
    for what in (THE_COST, "∂J/∂W[1]", "the mean square of ∂J/∂W[1]"):
        said = explain(what, **settings)
        assert "as large as 2e+37 by now" in said
        assert "smaller learning rate, say 0.01, or begin with smaller weights" in said
    assert "the steps overshoot" in explain("W[1]", **settings), "here α is in what overflows"
    assert "αλ = 3 is more than 2" in explain(THE_COST, **settings | {"l2": 30.0})


def test_every_quantity_that_is_not_finite_has_its_name_and_the_earliest_is_told():
    """In the order of computation: J, the derivatives, the parameters, Adam's mean squares."""
    names = [f"{sign}[{layer}]" for layer in (1, 2) for sign in "Wb"]
    order = [
        *(f"∂J/∂{name}" for name in names),
        *names,
        *(f"the mean square of ∂J/∂{name}" for name in names),
    ]
    values = [torch.zeros(2) for _ in order]
    gradients = Gradients(of_W=(values[0], values[2]), b=(values[1], values[3]), delta=())
    assert first_not_finite(0.0, gradients, values[4:]) is None
    for value, name in zip(values[::-1], order[::-1], strict=True):
        value[1] = math.nan
        assert first_not_finite(0.0, gradients, values[4:]) == name
    assert first_not_finite(math.inf, gradients, values[4:]) == "the cost J"


def test_a_mean_square_out_of_range_is_a_divergence_though_all_weights_are_finite():
    """Adam's u is 0 then for good: the neuron would never learn again."""
    X, Y = problem(dtype=torch.float32)
    start = initialise((12, 3), how="zeros")
    descent = Descent(start, X * 1e22, Y, loss=BINARY_CROSS_ENTROPY, learning_rate=1e-3, optimiser="adam")
    with pytest.raises(DivergedError, match=r"the mean square of ∂J/∂W\[1\] would not be finite"):
        descent.step()
    assert descent.steps == 0 and not descent.moments.second[0].any()


@pytest.mark.parametrize("activation", [RELU, TANH, SIGMOID, IDENTITY])
def test_no_photo_takes_a_z_beyond_the_reach(activation):
    dice = torch.Generator().manual_seed(0)
    network = initialise((12288, 6, 5, 3), (activation, activation, SIGMOID), generator=dice)
    worst = network.layers[0].W.sign().T  # (12288, 6): the photos that take a z of layer 1 as far as it goes
    for X in (worst, -worst, flatten(render(3, range(8)).pixels.cpu())):
        most = max(float(Z.abs().max()) for Z in propagate(network, X).Z)
        assert most <= reach(network) * (1 + 1e-5)
