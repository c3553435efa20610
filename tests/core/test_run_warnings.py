"""What a run is warned of while its numbers are finite: steps that overshoot, outputs that are stuck."""

import math
from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import pytest
import torch

from core.descent import Descent, DivergedError
from core.initialisation import initialise
from core.live_run.run import Run
from core.live_run.settings import Settings
from core.live_run.warnings import Overshoot
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network
from core.pixels import N
from tests.core.runs import SETTINGS, few_photos, stepped


@pytest.fixture(scope="module")
def photos():
    return few_photos()


def test_large_weights_at_the_start_are_no_overshooting(photos):
    """All there is of their J is the L2 term, or J falls: nothing is said of the learning rate."""
    run = Run(Settings(hidden=(64, 32), init="he", learning_rate=0.001, batch_size=16, l2=1.0), *photos)
    assert run.judgements[0].train_cost > 20 * 3 * math.log(2), "far above J at W = 0"
    assert run.warning is None
    brought = initialise((N, 3), how="random", generator=torch.Generator().manual_seed(0))
    loud = Network(tuple(replace(layer, W=100 * layer.W) for layer in brought.layers))
    run = Run(Settings(init="file", learning_rate=1e-4, batch_size=16), *photos, brought=loud)
    first = run.judgements[0].train_cost
    assert first > 20 * 3 * math.log(2) and run.warning is None
    stepped(run, 10)
    assert run.judgements[0].train_cost < first and run.warning is None


@pytest.mark.parametrize(
    ("costs", "told", "sound"),
    [  # as multiples of J at W = 0
        ((1, 1.09), None, True),
        ((1, 1.11), None, False),
        ((1, 19.9), None, False),
        ((1, 20.1), "J is 20 times", False),
        ((30,), None, False),
        ((30, 32.9), None, False),
        ((30, 33.1), "J is 33 times", False),
        ((33.1, 30, 32.9), None, False),
    ],
)
def test_a_cost_has_risen_from_a_tenth_more_on_and_is_high_from_twenty_times_on(costs, told, sound):
    Y = torch.eye(3)[:, [0, 1, 2, 0]]
    lane = Descent(initialise((5, 3), how="zeros"), torch.zeros(5, 4), Y, loss=BINARY_CROSS_ENTROPY)
    overshoot = Overshoot()
    for times in costs:
        judged = SimpleNamespace(train_cost=times * 3 * math.log(2))
        said = overshoot.warning([lane], [judged], Y)
    assert said is None if told is None else said.startswith(told)
    assert overshoot.sound is sound


@pytest.mark.parametrize("l2", [0.0, 1e-4])
def test_a_rate_that_overshoots_is_warned_of_until_it_is_lower(photos, l2):
    run = stepped(Run(Settings(("binary",), learning_rate=1.0, batch_size=16, l2=l2), *photos), 4)
    assert run.warning.startswith("The mean loss is" if l2 else "J is")
    assert "with α = 1 the steps overshoot" in run.warning
    run.change(replace(run.settings, learning_rate=1e-5))
    assert run.warning is None, "the settings that overshot are gone"
    stepped(run, 4)
    assert run.warning is None, "J is far above that of W = 0, and no longer rises"


def test_of_steps_that_overshoot_none_is_said_to_land_higher_than_the_one_before(photos):
    """Cross-entropy's gradient is bounded: far up its walls J goes down as often as up."""
    run = stepped(Run(Settings(("softmax",), learning_rate=1e5, batch_size=16), *photos), 40)
    costs = []
    for _ in range(20):
        costs.append(run.judgements[0].train_cost)
        stepped(run, 1).look()
    falls = sum(later < earlier for earlier, later in pairwise(costs))
    assert falls >= 5 and "overshoot" in run.warning
    assert "each step" not in run.warning and "higher" not in run.warning


@pytest.mark.parametrize(
    ("losses", "l2", "mean"),
    [
        (("squared", "binary"), 0.0, "J"),
        (("binary", "squared"), 1e-4, "The mean loss"),
        (("squared", "squared", "binary"), 1e-4, "The mean loss"),
    ],
)
def test_side_by_side_the_warning_names_the_run_that_overshoots(photos, losses, l2, mean):
    """With ŷ between 0 and 1 squared error is at most 3/2, four times that of W = 0: it is not the one."""
    run = stepped(Run(Settings(losses, learning_rate=100.0, batch_size=16, l2=l2), *photos), 4)
    name = "ABC"[losses.index("binary")]
    assert run.warning.startswith(f"{mean} of {name} is ") and "overshoot" in run.warning
    if losses == ("squared", "binary"):
        run.change(replace(run.settings, learning_rate=1e-6))
        stepped(run, 1100).look()
        assert run.warning.startswith(f"{mean} of B is ") and "has not halved in 1," in run.warning


def test_after_overshooting_a_rate_that_is_too_low_to_come_back_is_told_of(photos):
    run = stepped(Run(replace(SETTINGS, losses=("binary",), learning_rate=100.0), *photos), 60)
    assert "overshoot" in run.warning
    run.change(replace(run.settings, learning_rate=1e-6))
    stepped(run, 900)
    assert run.warning is None
    stepped(run, 200).look()
    assert "has not halved in 1," in run.warning and "α = 0.000001" in run.warning
    run.change(replace(run.settings, learning_rate=0.3))
    stepped(run, 400).look()
    assert run.warning is None


def test_of_a_mean_loss_that_the_l2_term_hides_nothing_is_said(photos):
    """After a divergence ½λ‖W‖² alone may be infinite. Another loss is no news of the mean loss below it."""
    run = stepped(Run(Settings(("softmax",), learning_rate=1e-4, batch_size=16), *photos), 1010)
    run.change(replace(run.settings, learning_rate=1000.0, l2=1.0))
    with pytest.raises(DivergedError):
        stepped(run, 30)
    run.change(replace(run.settings, losses=("squared",)))
    assert math.isinf(run.judgements[0].train_cost)
    assert run.warning is None, "squared error is at most 3/2, and nothing has had time to halve"
    run.change(replace(run.settings, l2=0.0))
    assert run.warning.startswith("Squared error is stuck"), "now it is known"


def test_squared_error_stuck_on_flat_sigmoids_is_told_of_and_cross_entropy_gets_away(photos):
    rough = Settings(("squared",), learning_rate=0.1, batch_size=16, optimiser="adam")
    run = stepped(Run(rough, *photos), 100)
    run.look()
    Z, Y = run.judgements[0].confusion.Z, run.test.Y
    z = Z.clone().requires_grad_()
    (0.5 * (torch.sigmoid(z) - Y).square()).sum().backward()
    wrong = (torch.sigmoid(Z) - Y).abs() > 0.5
    assert z.grad[wrong].abs().max() < 0.01, "the gradient has nearly gone"
    told = f"Squared error is stuck: {100 * wrong.float().mean():.0f}\u202f% of the outputs"
    assert run.warning.startswith(told)
    run.change(replace(run.settings, learning_rate=0.001))
    stepped(run, 100).look()
    assert "stuck" in run.warning, "a smaller rate does not help"
    run.change(replace(run.settings, losses=("binary",)))
    before = run.judgements[0].train_accuracy
    stepped(run, 400).look()
    assert run.warning is None and run.judgements[0].train_accuracy > before + 0.2


def test_side_by_side_the_run_that_is_stuck_is_named(photos):
    rough = Settings(("binary", "softmax", "squared"), learning_rate=0.1, batch_size=16, optimiser="adam")
    run = stepped(Run(rough, *photos), 100)
    run.change(replace(run.settings, learning_rate=0.001))
    stepped(run, 100).look()
    assert run.warning.startswith("Squared error (C) is stuck: ")


def test_squared_error_that_learns_is_not_called_stuck(photos):
    run = Run(Settings(("squared", "binary"), learning_rate=0.01, batch_size=16), *photos)
    for _ in range(10):
        stepped(run, 20).look()
        assert run.warning is None
