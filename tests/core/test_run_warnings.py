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
from core.live_run.warnings import Overshoot, stuck
from core.losses import BINARY_CROSS_ENTROPY, SQUARED_ERROR
from core.network import Layer, Network
from core.pixels import N
from tests.core.runs import SETTINGS, few_photos, stepped


@pytest.fixture(scope="module")
def photos():
    return few_photos()


def small_lane(loss, W=None, **settings):
    """A descent of three neurons on four examples."""
    W = torch.zeros(3, 5) if W is None else W
    network = Network((Layer(W, torch.zeros(3, 1), loss.activation),))
    return Descent(network, torch.zeros(5, 4), torch.eye(3)[:, [0, 1, 2, 0]], loss=loss, **settings)


def judged(train_cost, Z=None):
    return SimpleNamespace(train_cost=train_cost, confusion=SimpleNamespace(Z=Z))


@pytest.mark.parametrize(
    ("y_hat", "told"),
    [  # of three outputs on four photos the first is wrong on these; of ŷ − y the factor ŷ (1 − ŷ) is left
        ([0.9, 0.0, 0.0, 0.0], None),
        ([0.9898, 0.0, 0.0, 0.0], None),  # 1.01 %
        ([0.9900, 0.0, 0.0, 0.0], "8\u202f% of the outputs are wrong, and of their ŷ − y the factor "
                                  "ŷ (1 − ŷ) leaves 1.0\u202f%"),
        ([0.9900, 0.990, 0.0, 0.0], "17\u202f% of the outputs are wrong"),
        ([0.9970, 0.0, 0.0, 0.0], "leaves 0.3\u202f%"),
        ([0.9994, 0.0, 0.0, 0.0], "leaves 0.1\u202f%"),
        ([0.9996, 0.0, 0.0, 0.0], "leaves next to nothing"),
        ([0.9999, 0.5, 0.5, 0.5], "8\u202f% of the outputs are wrong"),  # at ½ none is wrong
        ([0.3, 0.0, 0.0, 0.0], None),
    ],
)  # fmt: skip
def test_squared_error_is_stuck_where_less_than_a_hundredth_of_what_is_wrong_is_left(y_hat, told):
    Y, Z = torch.zeros(3, 4), torch.full((3, 4), -40.0)
    Y[1], Z[1] = 1.0, 40.0
    Z[0] = torch.logit(torch.tensor(y_hat)).clamp(-40, 40)
    said = stuck([small_lane(SQUARED_ERROR)], [judged(1.0, Z)], Y)
    assert said is None if told is None else said.startswith("Squared error is stuck: ") and told in said


def test_whoever_learns_is_not_stuck_however_flat_the_rest_is():
    """J is not above that of W = 0, ½ · 3 · ¼, the L2 term left out; or the loss has no flat part."""
    Y, Z = torch.zeros(3, 4), torch.full((3, 4), 40.0)
    at_zero, l2_term = 0.375, 0.5 * 2.0 * 15 * 0.25  # λ = 2, and 15 weights of ½
    heavy = small_lane(SQUARED_ERROR, torch.full((3, 5), 0.5), l2=2.0)
    for lane, J in ((small_lane(SQUARED_ERROR), at_zero), (heavy, at_zero + l2_term)):
        assert stuck([lane], [judged(J, Z)], Y) is None
        assert stuck([lane], [judged(1.001 * J, Z)], Y) is not None
    lanes = [small_lane(BINARY_CROSS_ENTROPY), small_lane(SQUARED_ERROR)]
    assert stuck(lanes[:1], [judged(100.0, Z)], Y) is None
    assert stuck(lanes, [judged(100.0, Z)] * 2, Y).startswith("Squared error (B) is stuck: 100\u202f% of ")


@pytest.mark.parametrize(
    ("steps", "times", "told"),
    [
        (999, 60, None),
        (1000, 60, "J is 60 times what it is at W = 0, and has not halved in 1,000 steps"),
        (1000, 30.1, "J is 30 times"),
        (1000, 30, None),  # half of it
        (1000, 19.9, None),
        (1999, 61, "J is 61 times"),
    ],
)
def test_a_way_back_is_long_where_j_has_not_halved_in_a_thousand_steps(steps, times, told):
    lane, overshoot = small_lane(BINARY_CROSS_ENTROPY), Overshoot()
    at_zero = 3 * math.log(2)
    assert overshoot.warning([lane], [judged(60 * at_zero)], lane.Y) is None
    lane.go_to(steps, 0, 0, lane.moments)
    said = overshoot.warning([lane], [judged(times * at_zero)], lane.Y)
    assert said is None if told is None else said.startswith(told)


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
    lane, overshoot = small_lane(BINARY_CROSS_ENTROPY), Overshoot()
    for times in costs:
        said = overshoot.warning([lane], [judged(times * 3 * math.log(2))], lane.Y)
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
