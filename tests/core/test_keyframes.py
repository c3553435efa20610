"""The states that a run keeps to go back to: few, evenly spread, within their room, also after a restart."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from core.descent import Descent
from core.initialisation import initialise
from core.live_run.keyframes import Keyframes
from core.live_run.run import Run
from core.losses import LOSSES
from core.pixels import N
from core.weights import WeightsError
from tests.core.runs import SETTINGS, few_photos, stepped, weights


@pytest.fixture(scope="module")
def photos():
    return few_photos()


def test_keyframes_stay_few_and_even(photos, tmp_path):
    run = Run(replace(SETTINGS, losses=("binary",), batch_size=1), *photos, tmp_path)
    stepped(run, 600)
    steps = run.keyframes.steps
    assert 20 <= len(steps) <= 64
    assert steps[0] == 0
    assert max(b - a for a, b in pairwise(steps)) <= 100
    assert len(list(tmp_path.glob("step-*"))) == len(steps)


@pytest.mark.parametrize(("optimiser", "numbers"), [("plain", 1), ("adam", 3)])  # for each number of W
def test_without_a_disk_keyframes_are_held_in_memory_within_their_room(photos, optimiser, numbers):
    run = stepped(Run(replace(SETTINGS, optimiser=optimiser), *photos), 400)
    assert 3 <= len(run.keyframes.steps) <= 1 + (4 << 20) // (2 * numbers * 3 * N * 4)
    kept = [lane for step in run.keyframes.steps for lane in run.keyframes._kept[step]]
    assert all(lane.gradients is None for lane in kept)
    assert run.at(run.keyframes.steps[1])[0].steps == run.keyframes.steps[1]


def test_states_of_a_large_network_are_fewer_and_fit_their_room(photos, tmp_path):
    run = Run(replace(SETTINGS, hidden=(64, 32), init="he", optimiser="adam"), *photos, tmp_path)
    run.keyframes = Keyframes(tmp_path, disk=120 << 20)
    stepped(run, 14)
    states = sum(file.stat().st_size for file in tmp_path.glob("step-*"))
    assert 4 <= len(run.keyframes.steps) <= 6  # two lanes of Adam: 19 MB each
    assert states <= 120 << 20
    assert run.at(run.keyframes.steps[-1])[1].network.sizes == (N, 64, 32, 3)


def test_moments_that_nothing_was_gathered_in_take_no_room(photos, tmp_path):
    for optimiser, parts in (("plain", 1), ("momentum", 2), ("adam", 3)):
        run = stepped(Run(replace(SETTINGS, optimiser=optimiser), *photos), 3)
        run.lanes[0].save(tmp_path / "lane.safetensors")
        size = (tmp_path / "lane.safetensors").stat().st_size
        assert parts * weights(run)[0].nbytes < size < (parts + 0.1) * weights(run)[0].nbytes
        again = Descent.load(tmp_path / "lane.safetensors", photos[0].pixels, photos[0].Y)
        for ours, theirs in zip(
            again.moments.first + again.moments.second,
            run.lanes[0].moments.first + run.lanes[0].moments.second,
            strict=True,
        ):
            assert torch.equal(ours, theirs)


def offer(frames, steps, *, sizes=(4, 3), lanes=1):
    """States at these steps, each with weights of its own."""
    X, Y = torch.zeros(4, 5), torch.zeros(3, 5)
    for step in steps:
        start = initialise(sizes, how="xavier", generator=torch.Generator().manual_seed(step))
        state = tuple(Descent(start, X, Y, loss=LOSSES["binary"]) for _ in range(lanes))
        for lane in state:
            lane.go_to(step, 0, 0, lane.moments)
        frames.offer(state)


def test_of_too_many_keyframes_every_second_one_goes_and_they_stay_even():
    frames, now = Keyframes(), 0
    for now in range(0, 3000, 2):
        offer(frames, [now])
        gaps = [b - a for a, b in pairwise(frames.steps)] or [2]
        assert max(gaps) <= 1.25 * min(gaps) and now - frames.steps[-1] < 1.25 * max(gaps)
        assert frames.steps[0] == 0 and len(frames.steps) <= 64
    assert len(frames.steps) > 32
    frames.clear()
    offer(frames, [0, 1, 2])
    assert frames.steps == [0, 1, 2], "a new run is seen closely again"


def test_a_step_that_somebody_looks_at_is_not_thinned_out_and_takes_no_more_room():
    frames = Keyframes()
    offer(frames, range(50))
    held = [frames.hold(step) for step in (7, 7, 13)]
    offer(frames, range(50, 1000))
    assert {7, 13} <= set(frames.steps) and len(frames.steps) <= 64
    assert frames.at(7)[0].steps == 7
    del held[1:]  # the other one still looks at 7
    offer(frames, range(1000, 2200))
    assert 7 in frames.steps and 13 not in frames.steps
    many = [frames.hold(step) for step in frames.steps]
    offer(frames, range(2200, 9000))
    assert many and len(frames.steps) <= 64 and frames.steps[-1] > 8000, "a hall leaves room for what is new"
    held.clear()
    many.clear()
    offer(frames, range(9000, 30000, 50))
    assert 7 not in frames.steps and len(frames.steps) <= 64


def test_the_newest_keyframe_and_the_first_stay_where_there_is_room_for_few():
    frames = Keyframes(room=5 * 4 * 15 * 3)  # five states: W, b and two moments of each, 45 numbers
    for step in range(0, 40, 2):
        offer(frames, [step])
        if step < 12:
            assert frames.steps[-1] == step
        assert frames.steps[0] == 0 and len(frames.steps) <= 5


def test_keyframes_of_one_step_are_one():
    frames = Keyframes()
    offer(frames, [0, 4, 4, 4])
    assert frames.steps == [0, 4]


def test_a_copy_of_a_keyframe_can_be_trained_on_and_the_keyframe_stays():
    frames = Keyframes()
    offer(frames, [0, 4])
    (lane,) = frames.at(4)
    kept = lane.network.layers[0].W
    lane.step()
    assert frames.at(4)[0].steps == 4 and frames.at(4)[0].network.layers[0].W is kept


def test_after_a_restart_keyframes_come_as_seldom_as_before(tmp_path):
    frames, again = Keyframes(tmp_path), Keyframes(tmp_path)
    offer(frames, range(0, 2001, 40))
    again.restore(frames.steps, frames.at(2000))
    assert again.steps == frames.steps
    offer(again, [2004, 2040])
    assert again.steps == [*frames.steps, 2040]


def test_moments_that_are_zero_leave_the_disk_to_more_keyframes(tmp_path):
    frames = Keyframes(tmp_path, disk=10 * 4 * 12)  # W alone, ten times
    offer(frames, range(0, 18, 2))
    assert len(frames.steps) == 9
    for step in range(18, 60, 2):
        offer(frames, [step])
        assert len(frames.steps) <= 10


def test_however_little_room_there_is_four_are_kept(tmp_path):
    for frames in (Keyframes(tmp_path, disk=1), Keyframes(room=1)):
        many = []
        for step in range(0, 40, 2):
            offer(frames, [step])
            many.append(len(frames.steps))
        assert max(many) == 4 and min(many[4:]) >= 3


def test_a_run_is_seen_closely_at_first_and_soon_after_a_restart(tmp_path):
    frames, again = Keyframes(tmp_path), Keyframes(tmp_path)
    offer(frames, [0, 1, 2])
    assert frames.steps == [0, 1, 2]
    again.restore([0, 1, 2], frames.at(2))
    offer(again, [3])
    assert again.steps == [0, 1, 2, 3]
    again.clear()
    assert again.steps == [] == list(tmp_path.iterdir()) and again.trouble is None
    frames.clear()
    assert frames.trouble is None, "files that are gone already"


def test_of_several_that_are_gone_one_is_asked_for(tmp_path):
    frames = Keyframes(tmp_path)
    offer(frames, [0, 4, 8, 12], lanes=2)
    frames.in_memory = True
    offer(frames, [16], lanes=2)
    (tmp_path / "step-000000004-1.safetensors").unlink()
    (tmp_path / "step-000000008-0.safetensors").unlink()
    with pytest.raises(WeightsError):
        frames.at(4)
    assert frames.steps == [0, 12, 16] and [lane.steps for lane in frames.at(16)] == [16, 16]
    again = Keyframes(tmp_path)
    again.restore([0, 4, 8, 12, 16], frames.at(12))
    assert again.steps == [0, 12]


def test_a_file_of_another_step_or_of_other_layers_is_refused(tmp_path):
    frames = Keyframes(tmp_path)
    offer(frames, [0, 4, 8])
    (tmp_path / "step-000000004-0.safetensors").rename(tmp_path / "step-000000008-0.safetensors")
    with pytest.raises(WeightsError, match="step 8 is of another run"):
        frames.at(8)
    offer(frames, [12], sizes=(4, 2, 3))
    with pytest.raises(WeightsError, match="step 0 is of another run"):
        frames.at(0)


def test_no_state_holds_the_examples_before(tmp_path):
    X, Y = torch.ones(4, 7), torch.zeros(3, 7)
    frames = Keyframes(tmp_path)
    offer(frames, [0])
    frames.in_memory = True
    offer(frames, [4, 8])
    frames.go_on_with(X, Y)
    assert all(lane.X is X for step in (4, 8) for lane in frames.at(step))
