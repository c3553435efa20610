"""A run: the same again from the same settings, changed on the way, looked back at, branched, saved."""

import ast
from dataclasses import replace

import pytest
import torch
from torch.testing import assert_close

from core.balls import Photos
from core.descent import Descent, DivergedError
from core.initialisation import initialise
from core.live_run.history_csv import as_csv
from core.live_run.mixture import which_photos
from core.live_run.plain_script import plain_script
from core.live_run.run import Run
from core.live_run.settings import Settings
from core.losses import LOSSES
from core.pixels import N
from tests.core.runs import SETTINGS, few_photos, same, stepped, weights


@pytest.fixture(scope="module")
def photos():
    return few_photos()


def test_the_same_settings_are_the_same_run(photos):
    run = stepped(Run(SETTINGS, *photos), 25)
    same(run, stepped(Run(SETTINGS, *photos), 25))
    run.begin(SETTINGS)
    assert run.steps == 0
    assert run.history.events == ()
    same(stepped(run, 25), stepped(Run(SETTINGS, *photos), 25))


def test_side_by_side_each_lane_is_the_descent_that_it_would_be_alone(photos):
    run = stepped(Run(SETTINGS, *photos), 20)
    train, _ = photos
    for lane, name in zip(run.lanes, SETTINGS.losses, strict=True):
        start = initialise((N, 3), how="xavier", generator=torch.Generator().manual_seed(5))
        alone = Descent(
            start, train.pixels, train.Y, loss=LOSSES[name], learning_rate=0.003, batch_size=16, seed=5
        )
        alone.which = which_photos(train.Y, SETTINGS.two, SETTINGS.none)
        for _ in range(20):
            alone.step()
        assert_close(lane.network.layers[0].W, alone.network.layers[0].W, atol=1e-6, rtol=1e-4)


def test_a_loss_switched_on_the_way_goes_on_from_the_same_weights_and_is_noted(photos):
    run = stepped(Run(replace(SETTINGS, losses=("binary",)), *photos), 10)
    before = weights(run)[0].clone()
    run.change(replace(run.settings, losses=("softmax",), learning_rate=0.001))
    assert torch.equal(weights(run)[0], before)
    run.step()
    assert run.lanes[0].loss is LOSSES["softmax"]
    loss, rate = run.history.events
    assert (loss.step, loss.kind, loss.lane, loss.before, loss.after) == (10, "loss", 0, "binary", "softmax")
    assert rate.text == "α 0.003 → 0.001"


def test_a_change_before_the_first_step_or_of_the_start_begins_anew(photos):
    run = Run(SETTINGS, *photos)
    run.change(replace(SETTINGS, learning_rate=0.1))
    assert run.history.events == ()
    stepped(run, 3).change(replace(run.settings, seed=6))
    assert run.steps == 0
    same(stepped(run, 4), stepped(Run(run.settings, *photos), 4))


def test_a_change_of_the_shares_holds_from_the_next_step_on(photos):
    run = stepped(Run(SETTINGS, *photos), 5)
    run.change(replace(SETTINGS, two=0.0, none=0.0))
    stepped(run, 5)
    assert run.m == int((photos[0].Y.sum(dim=0) == 1).sum())
    assert [event.kind for event in run.history.events] == ["photos", "photos"]


WRONG = {  # what cannot be begun or gone on with → the weights that are brought for it
    "a share of photos that are not there": (replace(SETTINGS, two=0.5), None),
    "the same with another start": (replace(SETTINGS, two=0.5, hidden=(3,)), None),
    "weights of other inputs": (replace(SETTINGS, init="file"), initialise((12, 3))),
    "weights of other outputs": (replace(SETTINGS, init="file"), initialise((N, 4))),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_refused_leaves_the_run_as_it_was(photos, what):
    train, test = photos
    one = train.Y.sum(dim=0) == 1
    few = Photos(train.pixels[one], train.Y[:, one])
    settings, brought = WRONG[what]
    usual = replace(SETTINGS, two=0.0, none=0.0)
    run, other = (stepped(Run(usual, few, test), 5) for _ in range(2))
    with pytest.raises(ValueError):
        run.begin(replace(settings, none=0.0), brought)
    if brought is None:
        with pytest.raises(ValueError, match="no photos with the number of balls"):
            run.change(replace(settings, none=0.0))
    assert (run.settings, run.changes, run.brought) == (usual, [(0, usual)], None)
    assert run.keyframes.steps == other.keyframes.steps and run.history.events == ()
    same(stepped(run, 5), stepped(other, 5))


def test_one_can_look_back_and_branch(photos, tmp_path):
    run = stepped(Run(SETTINGS, *photos, tmp_path / "run"), 12)
    then = [W.clone() for W in weights(run)]
    run.change(replace(SETTINGS, learning_rate=0.05))
    stepped(run, 12)
    assert 12 in run.keyframes.steps
    assert all(torch.equal(a.network.layers[0].W, b) for a, b in zip(run.at(12), then, strict=True))
    with pytest.raises(KeyError):
        run.at(7_777)
    for step in (7_777, -1):
        with pytest.raises(KeyError):
            run.branch(step, tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists(), "what cannot be gone back to begins nothing"
    branch = run.branch(10, tmp_path / "branch")
    assert branch.steps == 10
    assert branch.settings == SETTINGS
    same(stepped(branch, 2), stepped(Run(SETTINGS, *photos), 12))
    assert run.steps == 24
    assert branch.keyframes.steps[0] == 0
    assert branch.history.events == ()


def test_a_divergence_stops_before_the_first_number_that_is_none(photos):
    run = Run(replace(SETTINGS, learning_rate=1000.0, l2=1.0), *photos)
    with pytest.raises(DivergedError, match="step"):
        stepped(run, 100)
    assert all(torch.isfinite(W).all() for W in weights(run))
    assert run.history.events[-1].kind == "diverged"
    steps = run.steps
    run.change(replace(run.settings, learning_rate=1e-6, l2=0.0))
    run.step()
    assert run.steps == steps + 1


@pytest.mark.parametrize("optimiser", ["plain", "momentum"])
def test_the_way_out_of_a_divergence_leads_to_weights_that_learn(photos, optimiser):
    """The weights of the step before may be finite and of no use: their J is not."""
    start = Settings(("softmax",), learning_rate=3e-4, batch_size=16, init="zeros", optimiser=optimiser)
    run = stepped(Run(start, *photos), 12)
    run.change(replace(start, learning_rate=1000.0, l2=1.0))
    with pytest.raises(DivergedError):
        stepped(run, 200)
    step, rate = run.way_out()
    assert rate == 3e-4, "what held before"
    for chosen, offered in ((500.0, 3e-4), (1e-5, 1e-5)):
        run.change(replace(run.settings, learning_rate=chosen))
        assert run.way_out() == (step, offered), "a choice that is low enough is taken up"
    run.change(replace(run.settings, learning_rate=1000.0))
    assert step == 12 < run.steps and step in run.keyframes.steps
    on = run.branch(step, None)
    assert on.settings == run.settings_at(step) and run.settings_at(step - 1) == start
    on.change(replace(on.settings, learning_rate=rate))
    before = on.judgements[0].train_cost
    stepped(on, 40)
    assert on.warning is None and on.judgements[0].train_cost < 2 * before


def test_a_run_that_diverges_from_its_start_on_is_offered_a_tenth(photos):
    run = Run(Settings(("binary",), learning_rate=1000.0, batch_size=16, l2=1.0), *photos)
    with pytest.raises(DivergedError):
        stepped(run, 100)
    assert run.way_out() == (0, 1.0)


def test_a_run_at_rest_is_judged_where_it_stands(photos):
    run = stepped(Run(SETTINGS, *photos), 23)
    assert run.judged_at < 23
    run.look()
    assert run.judged_at == 23 and run.history.lanes[0].test_cost.last[0] == 23
    before = as_csv(run.history)
    run.look()
    assert as_csv(run.history) == before, "once is enough"


@pytest.mark.parametrize("rate", [1e19, 1e21, 1e30])
def test_weights_that_are_finite_while_their_logits_are_not_diverge_at_the_next_step(photos, rate):
    run = Run(Settings(hidden=(8,), init="he", learning_rate=rate, batch_size=16), *photos)
    with pytest.raises(DivergedError, match="would leave the finite numbers"):
        for _ in range(5):
            run.step()
    assert all(bool(p.isfinite().all()) for p in run.lanes[0].parameters)
    assert run.judgements[0].confusion.counts.sum() == len(photos[1])
    run.change(replace(run.settings, learning_rate=1e-3))
    assert 0 <= run.judgements[0].test_accuracy <= 1


def test_a_setting_that_diverged_and_was_taken_back_leaves_nothing_behind(photos):
    settings = replace(SETTINGS, optimiser="momentum", learning_rate=1000.0, l2=1.0)
    run, other = Run(settings, *photos), Run(settings, *photos)
    with pytest.raises(DivergedError):
        stepped(run, 100)
    last = run.steps
    run.begin(settings)
    for one in (stepped(run, last), stepped(other, last)):
        assert one.lanes[0].position > 0  # in the middle of an epoch, with moments
    run.change(replace(settings, optimiser="plain", two=0.0))
    with pytest.raises(DivergedError):
        run.step()
    for one in (run, other):
        one.change(replace(settings, learning_rate=1e-6, l2=0.0))
    assert run.changes == other.changes
    same(stepped(run, 12), stepped(other, 12))


def test_a_slider_that_is_dragged_for_hours_takes_no_more_room(photos, tmp_path, monkeypatch):
    monkeypatch.setattr("core.live_run.run.MOST_CHANGES", 12)
    run = Run(SETTINGS, *photos, tmp_path)
    for i in range(30):
        stepped(run, 1 + (i % 3 == 0))
        for rate in (0.01, 0.02, 0.001 * (i + 1)):  # without a step in between
            run.change(replace(run.settings, learning_rate=rate))
    assert len(run.changes) == 12
    assert run.merged == 30 + 1 - 12
    assert run.changes[0] == (0, SETTINGS)
    assert run.changes[-1] == (run.steps, run.settings)
    run.save()
    again = Run.load(tmp_path, *photos)
    assert (again.changes, again.merged) == (run.changes, run.merged)
    script = plain_script(run.changes[0][1], len(run.train), run.changes[1:], run.steps, merged=run.merged)
    assert "Not the same run" in ast.get_docstring(ast.parse(script))


def test_what_is_chosen_and_taken_back_between_two_steps_is_no_change(photos):
    run = stepped(Run(SETTINGS, *photos), 3)
    run.change(replace(SETTINGS, learning_rate=0.5))
    run.change(SETTINGS)
    assert run.changes == [(0, SETTINGS)]
    assert run.history.events == ()


def measured_at(run, step):
    """J on the training photos, lane by lane, as the curves have it at this step."""
    return [[J for at, J in lane.train_cost.kept().tolist() if at == step] for lane in run.history.lanes]


def test_j_stands_on_the_curves_as_it_was_and_as_it_is_from_a_change_on_and_as_nothing_between(photos):
    run = stepped(Run(SETTINGS, *photos), 23)
    run.look()
    before = [one.train_cost for one in run.judgements]
    for l2 in (0.3, 1.0, 0.1):  # a slider that is dragged while the run stands still
        run.change(replace(SETTINGS, l2=l2))
    after = [one.train_cost for one in run.judgements]
    assert after > before, "a tenth of half of the squared weights more"
    run.step()
    assert measured_at(run, 23) == [list(pair) for pair in zip(before, after, strict=True)]

    taken_back = stepped(Run(SETTINGS, *photos), 23)
    taken_back.look()
    taken_back.change(replace(SETTINGS, losses=("squared", "squared")))
    taken_back.change(SETTINGS)
    taken_back.step()
    assert measured_at(taken_back, 23) == [[J] for J in before]


def test_what_a_change_made_of_j_is_noted_once_also_by_a_branch_and_after_a_save(photos, tmp_path):
    run = stepped(Run(SETTINGS, *photos, tmp_path / "run"), 12)
    run.change(replace(SETTINGS, l2=0.3))
    run.save()
    again = Run.load(tmp_path / "run", *photos)
    early = stepped(run.branch(12, None), 1)
    run.step()
    late = stepped(run.branch(12, None), 1)
    for other in (stepped(again, 1), early, late):
        assert measured_at(other, 12) == measured_at(run, 12)
    assert [len(noted) for noted in measured_at(run, 12)] == [2, 2]


def test_the_epoch_counts_a_part_of_one(photos):
    run = stepped(Run(SETTINGS, *photos), 1)
    assert run.epoch == 16 / run.m


def test_the_lane_that_diverged_is_noted_with_its_step(photos):
    run = Run(replace(SETTINGS, learning_rate=1000.0, l2=1.0), *photos)
    with pytest.raises(DivergedError) as diverged:
        stepped(run, 100)
    noted = run.history.events[-1]
    assert noted.lane == diverged.value.lane and noted.lane in (0, 1)
    assert noted.text == f"diverged at step {run.steps + 1}"
    assert run.judged_at == run.steps


def test_a_branch_has_the_past_of_its_run(photos):
    run = stepped(Run(SETTINGS, *photos), 6)
    run.change(replace(SETTINGS, learning_rate=0.05))
    stepped(run, 10)
    run.merged = 3  # changes that became one before
    step = run.keyframes.steps[-1]
    branch = run.branch(step, None)
    assert branch.merged == 3 and branch.changed_at == 6
    assert branch.keyframes.steps == [kept for kept in run.keyframes.steps if kept < step]
    there = run.branch(6, None)
    assert [event.text for event in there.history.events] == ["α 0.003 → 0.05"]
    assert there.settings.learning_rate == 0.05
