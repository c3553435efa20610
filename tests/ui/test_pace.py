"""The pace of a live run: how many steps when, who waits, and that the same is learned at every one."""

import time
from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from core.live_run.run import Run
from core.live_run.settings import Settings
from tests.live_runs import There, until
from ui.live_training import runs
from ui.live_training.keeper import PACE
from ui.live_training.pace import BEAT, FULL, PACES, SLOW, STEP_EVERY, STEPS, Pace
from ui.live_training.watching import Watcher

SETTINGS = Settings(batch_size=8, init="xavier", seed=3)


def taken(pace, seconds, step=0.0, began=100.0):
    """When each step is taken by a trainer that needs `step` seconds for one and does nothing else."""
    now, times = began, []
    while now < began + seconds:
        wait = pace.wait(now)
        now += wait or step
        if wait == 0:
            times.append(now)
    return times


def test_a_slow_start_takes_15_percent_more_steps_from_picture_to_picture():
    times = taken(Pace(SLOW), 5.0)
    beats = [sum(round((t - 100) / BEAT) == k for t in times) for k in range(50)]
    assert beats[:12] == [1] * 12 and 1.1 < beats[40] / beats[39] < 1.2
    after = [sum(t - 100 < seconds for t in times) for seconds in (1, 2, 3, 4, 5)]
    assert after[0] in (10, 11)
    assert all(0.8 < steps / 1.15 ** (10 * k) < 1.3 for k, steps in enumerate(after[2:], start=3))


def test_it_ends_where_the_trainer_is_no_faster_and_goes_on_for_hours():
    assert len(taken(Pace(SLOW), 10.0, step=0.001)) > 4500
    pace = Pace(SLOW)
    for hour in range(20_000):
        pace.wait(3600.0 * hour)


def test_step_by_step_is_twenty_a_second_and_what_was_missed_is_not_made_up_for():
    pace = Pace(STEPS)
    times = taken(pace, 2.0)
    assert len(times) in (40, 41)
    assert all(b - a == pytest.approx(STEP_EVERY) for a, b in pairwise(times))
    later = taken(pace, 1.0, began=500.0)
    assert len(later) in (20, 21)


def test_a_new_start_is_slow_again():
    pace = Pace(SLOW)
    taken(pace, 4.0)
    pace.begin()
    assert len(taken(pace, 1.0, began=104.0)) in (10, 11)
    with pytest.raises(ValueError, match="A pace is one of slow, steps, full"):
        pace.choose(["full"])
    assert pace.name == SLOW


@pytest.mark.usefixtures("live_pool")
def test_the_steps_are_the_same_at_every_pace_and_a_pause_ends_them_at_once(live_photos):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    watcher, alone = Watcher(live), Run(SETTINGS, *live_photos())
    for pace in PACES:
        watcher.obey(f'{{"do": "pace", "pace": "{pace}"}}')
        steps = live.run.steps
        live.do("play")
        until(lambda steps=steps: live.run.steps >= steps + 4)
        live.do("pause")
        steps = live.run.steps
        time.sleep(2 * BEAT)
        assert live.run.steps == steps
    for _ in range(live.run.steps):
        alone.step()
    assert torch.equal(live.run.lanes[0].network.layers[0].W, alone.lanes[0].network.layers[0].W)
    with pytest.raises(ValueError, match="A pace is one of"):
        watcher.obey('{"do": "pace", "pace": "fast"}')


def test_after_a_pause_a_slow_start_goes_on_where_it_was():
    pace = Pace(SLOW)
    done = len(taken(pace, 4.0))
    on = len(taken(pace, 1.0, began=104.0))
    pace.begin(done)
    assert 0.8 < len(taken(pace, 1.0, began=200.0)) / on < 1.25


@pytest.mark.usefixtures("live_pool")
def test_what_was_changed_in_the_pause_has_a_slow_start(live_photos):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.at_pace(FULL)
    live.do("play")
    until(lambda: live.run.steps > 300)
    live.do("pause")
    live.at_pace(SLOW)
    live.do("play")
    live.do("pause")
    going_on = live.pace.due
    live.change(replace(SETTINGS, losses=("softmax",)))
    live.do("play")
    live.do("pause")
    assert going_on > 30 and live.pace.due == 1


def test_who_waits_for_its_pace_holds_no_thread_and_the_epoch_has_none(live_photos, tmp_path, monkeypatch):
    one = runs.Pool(tmp_path / "one", workers=1)
    monkeypatch.setattr(runs, "pool", lambda: one)
    try:
        slow, other = (runs.open_run(runs.new_key(), SETTINGS, live_photos) for _ in range(2))
        slow.at_pace(STEPS)
        slow.do("play")
        until(lambda: slow.run.steps > 0)
        other.do("epoch")
        until(lambda: not other.playing)
        assert other.run.epoch == 1 and slow.run.steps < other.run.steps
        slow.at_pace(FULL)  # takes effect while it rests, too
        steps = slow.run.steps
        until(lambda: slow.run.steps > steps + 40)
        assert runs.branch(slow, 0).pace.name == FULL
    finally:
        one.close()


@pytest.mark.usefixtures("live_pool")
def test_every_tab_on_a_run_is_told_its_pace(live_photos):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    tabs = [Watcher(live), Watcher(live)]
    tabs[0].obey('{"do": "pace", "pace": "steps"}')
    assert tabs[1].seen != live.version
    assert all(b'"pace": "steps"' in tab.frame() or b'"pace":"steps"' in tab.frame() for tab in tabs)


@pytest.mark.parametrize("pace", [SLOW, STEPS])
def test_after_a_kill_the_run_goes_at_its_pace(live_photos, live_pool, pace):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.at_pace(pace)
    until(lambda: not live.unsaved)
    live_pool.runs.clear()  # as if the process had gone
    later = There(None)
    again = runs.open_run(live.key, SETTINGS, later)
    assert again is not live and again.pace.name == pace, "told before the photos are there"
    later.photos = live_photos()
    until(lambda: again.run is not None and not again.unsaved)
    assert again.pace.name == pace
    branch = runs.branch(again, 0)
    until(lambda: not branch.unsaved)
    live_pool.runs.clear()
    assert runs.open_run(branch.key, SETTINGS, live_photos).pace.name == pace


@pytest.mark.parametrize("broken", [b"", b"fast", b"\xff\xfe", b"slow" * 1000, b"slow\n", None])
def test_a_broken_pace_on_the_disk_gives_the_usual_one(live_photos, live_pool, broken):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.at_pace(STEPS)
    until(lambda: not live.unsaved)
    live_pool.runs.clear()
    file = live_pool.files.of(live.key) / PACE
    file.unlink()
    if broken is None:
        file.mkdir()
    else:
        file.write_bytes(broken)
    again = runs.open_run(live.key, SETTINGS, live_photos)
    assert again.pace.name == FULL and again.told is None, "the usual one of these tests"


def test_a_new_run_in_place_of_a_broken_one_keeps_its_pace_too(live_photos, live_pool):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.at_pace(STEPS)
    until(lambda: not live.unsaved)
    (live_pool.files.of(live.key) / "run.json").write_text("{")
    live_pool.runs.clear()
    new = runs.open_run(live.key, SETTINGS, live_photos)
    assert new.pace.name == STEPS and "could not be taken up" in new.told
    until(lambda: not new.unsaved)
    live_pool.runs.clear()
    assert runs.open_run(live.key, SETTINGS, live_photos).pace.name == STEPS
