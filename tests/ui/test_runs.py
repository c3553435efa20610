"""Live runs in their worker threads: commands, fairness, what a kill leaves behind, what a full disk does."""

import errno
import json
import os
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import torch

from core.live_run.run import Run
from core.live_run.settings import Settings
from core.live_run.state import RunState
from tests.live_runs import There, trained, until
from ui.live_training import run_files, runs
from ui.live_training.live_run import LiveRun
from ui.live_training.watching import Watcher

SETTINGS = Settings(batch_size=8, init="xavier", seed=3)


pytestmark = pytest.mark.usefixtures("live_pool")


def test_step_epoch_play_pause_and_reset(live_photos):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("step")
    until(lambda: not live.playing)
    assert live.run.steps == 1
    live.do("epoch")
    until(lambda: not live.playing)
    assert live.run.epoch == 1
    live.do("play")
    until(lambda: live.run.steps > 40)
    live.do("pause")
    steps = live.run.steps
    time.sleep(0.1)
    assert live.run.steps == steps
    live.do("reset")
    assert live.run.steps == 0
    with pytest.raises(ValueError, match="play, pause, step, epoch or reset"):
        live.do("fly")


def test_settings_that_the_run_refuses_are_not_taken_for_its_own(live_photos):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("step")
    until(lambda: not live.playing)
    version = live.version
    with pytest.raises(ValueError, match="not here any more"):
        live.change(replace(SETTINGS, init="file"))
    assert live.settings == live.run.settings == SETTINGS
    assert (live.run.steps, live.version) == (1, version)


def test_no_line_ends_within_the_numbers_of_a_divergence(live_photos):
    diverging = replace(SETTINGS, learning_rate=1000.0, l2=1.0)
    live = runs.open_run(runs.new_key(), diverging, live_photos)
    live.do("play")
    until(lambda: live.stopped is not None)
    assert "αλ\u00a0=\u00a01,000 is more than 2" in live.stopped


def test_the_way_out_says_whether_it_takes_back_more_than_alpha(live_photos):
    start = replace(SETTINGS, learning_rate=1e-6, l2=1.0)
    live = runs.open_run(runs.new_key(), start, live_photos)
    live.do("epoch")
    until(lambda: not live.playing)
    live.change(replace(start, learning_rate=1000.0))
    live.do("play")
    until(lambda: live.stopped is not None)
    for since, as_then in (({}, False), ({"l2": 0.0}, True), ({"losses": ("softmax",)}, True)):
        live.change(replace(start, **since))
        frame = Watcher(live).frame()
        told = json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")])["way_out"]
        assert told["as_then"] is as_then, since
        assert replace(live.run.settings_at(told["step"]), learning_rate=1e-6) == start


def test_what_a_divergence_says_outlasts_another_alpha_which_is_offered(live_photos):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("epoch")
    until(lambda: not live.playing)
    live.change(replace(SETTINGS, learning_rate=1000.0, l2=1.0))
    live.do("play")
    until(lambda: live.stopped is not None)
    said = live.stopped
    live.change(replace(live.settings, learning_rate=1e-6))
    assert live.stopped == said, "the weights are still what they were"
    assert live.run.way_out()[1] == 1e-6
    live.change(replace(live.settings, seed=5))
    assert live.run.steps == 0 and live.stopped is None


def test_live_training_is_the_run_that_core_makes(live_photos):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("epoch")
    until(lambda: not live.playing)
    alone = Run(SETTINGS, *live_photos())
    for _ in range(live.run.steps):
        alone.step()
    assert torch.equal(live.run.lanes[0].network.layers[0].W, alone.lanes[0].network.layers[0].W)


def test_more_runs_than_workers_share_fairly(live_photos, tmp_path, monkeypatch):
    """Six runs and one worker: in any 24 turns each has four, however far a slice goes."""
    monkeypatch.setattr(runs, "SLICE", 0.01)
    turns = []
    advance = LiveRun.advance

    def noted(live, seconds):
        turns.append(live.key)
        return advance(live, seconds)

    monkeypatch.setattr(LiveRun, "advance", noted)
    alone = runs.Pool(tmp_path / "one", workers=1)
    monkeypatch.setattr(runs, "pool", lambda: alone)
    try:
        lives = [runs.open_run(runs.new_key(), SETTINGS, live_photos) for _ in range(6)]
        for live in lives:
            live.do("play")
        begun = len(turns) + 1  # the turn after the one that may have begun before the last of them played
        until(lambda: len(turns) >= begun + 24, seconds=60)
        assert [turns[begun : begun + 24].count(live.key) for live in lives] == [4] * 6
        assert min(live.run.steps for live in lives) > 0
    finally:
        alone.close()


def test_a_run_that_is_played_again_and_again_gets_no_second_share_and_no_turn_once_it_stands(
    live_photos, monkeypatch
):
    at_once, most = [], []
    advance = LiveRun.advance

    def counted(live, seconds):
        at_once.append(live)
        most.append(at_once.count(live))
        try:
            return advance(live, seconds)
        finally:
            at_once.remove(live)

    monkeypatch.setattr(LiveRun, "advance", counted)
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    for _ in range(25):
        live.do("pause")
        live.do("play")
        time.sleep(0.005)
    live.do("pause")
    steps = live.run.steps
    live.do("step")  # and no call for it is lost
    until(lambda: live.run.steps == steps + 1 and not live.playing)
    until(lambda: not at_once)
    turns = len(most)
    time.sleep(0.1)
    assert len(most) <= turns + 1, "now that it stands it keeps no worker busy"
    assert max(most) == 1


def test_a_setting_changed_while_it_trains_holds_and_the_page_is_not_kept_waiting(live_photos):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("play")
    until(lambda: live.run.steps > 5)
    waited = []
    for rate in (0.002, 0.003, 0.004):
        begun = time.perf_counter()
        live.change(replace(live.settings, learning_rate=rate))
        waited.append(time.perf_counter() - begun)
    live.do("pause")
    assert live.run.lanes[0].learning_rate == 0.004
    assert min(waited) < 0.5
    assert live.run.history.events[-1].after == "0.004"


def test_a_slow_disk_keeps_nobody_waiting(live_photos, monkeypatch):
    write, writing = RunState.write, threading.Event()

    def slow(state, folder):
        writing.set()
        time.sleep(1.0)
        write(state, folder)

    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    monkeypatch.setattr(RunState, "write", slow)
    live.do("play")
    assert writing.wait(20)
    steps, begun = live.run.steps, time.perf_counter()
    until(lambda: live.run.steps > steps)
    live.change(replace(live.settings, learning_rate=0.002))
    live.do("pause")
    assert time.perf_counter() - begun < 0.9
    until(lambda: not live.unsaved)
    assert Run.load(live.run.folder, *live_photos()).steps == live.run.steps


def test_a_key_that_many_tabs_open_at_once_is_one_run(live_photos):
    key = runs.new_key()
    with ThreadPoolExecutor(12) as tabs:
        lives = list(tabs.map(lambda _: runs.open_run(key, SETTINGS, live_photos), range(12)))
    assert len({id(live) for live in lives}) == 1
    until(lambda: lives[0].run is not None)


def test_a_run_on_the_disk_says_its_settings_before_its_photos_are_there(live_photos, live_pool):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("step")
    until(lambda: not live.playing and not live.unsaved)
    live_pool.runs.clear()
    later = There(None)
    again = runs.open_run(live.key, Settings(), later)
    assert again.run is None
    assert again.settings == SETTINGS
    later.photos = live_photos()
    until(lambda: again.run is not None)
    assert again.run.steps == 1


def test_after_a_kill_the_key_brings_the_run_back(live_photos, live_pool):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("epoch")
    until(lambda: not live.playing)
    until(lambda: not live.unsaved)
    live_pool.runs.clear()  # as if the process had gone
    again = runs.open_run(live.key, Settings(), live_photos)
    assert again is not live
    assert again.run.steps == live.run.steps
    assert again.settings == SETTINGS
    assert torch.equal(again.run.lanes[0].network.layers[0].W, live.run.lanes[0].network.layers[0].W)


def test_a_broken_checkpoint_is_said_and_a_new_run_stands_there(live_photos, live_pool):
    key = runs.new_key()
    folder = live_pool.files.of(key)
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{")
    live = runs.open_run(key, SETTINGS, live_photos)
    assert "could not be taken up again" in live.told
    assert live.run.steps == 0


def test_whatever_is_wrong_with_a_saved_run_a_new_one_stands_there(live_photos, live_pool, monkeypatch):
    key = runs.new_key()
    folder = live_pool.files.of(key)
    folder.mkdir(parents=True)
    (folder / "run.json").write_text("{}")

    def fails(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("ui.live_training.keeper.Run.load", fails)
    live = runs.open_run(key, SETTINGS, live_photos)
    assert "could not be taken up again (ZeroDivisionError)" in live.told
    assert live.run.steps == 0


@pytest.mark.parametrize("full", [MemoryError(), OSError(errno.EMFILE, "Too many open files")])
def test_a_saved_run_that_a_full_server_cannot_read_is_taken_up_later(
    live_photos, live_pool, monkeypatch, full
):
    """Such a moment had its files deleted once, and a new run stood there."""
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("epoch")
    until(lambda: not live.playing and not live.unsaved)
    steps = live.run.steps
    live_pool.runs.clear()

    def refused(*_):
        raise full

    with monkeypatch.context() as patched:
        patched.setattr("core.live_run.state.read_tensors", refused)
        again = runs.open_run(live.key, Settings(), live_photos)
        assert again.run is None and f"taken up yet ({type(full).__name__})" in again.stopped
        said = again.version
        time.sleep(0.3)
        assert again.version == said, "once"
    until(lambda: again.run is not None, 10.0)
    assert again.run.steps == steps and again.stopped is None and again.told is None


def test_photos_that_could_not_be_rendered_may_come_later(live_photos):
    """The server lives for a term, and its memory may be full for a moment."""
    full = True

    class Failing(There):
        def __call__(self):
            if full:
                raise MemoryError
            return super().__call__()

    live = runs.open_run(runs.new_key(), SETTINGS, Failing(live_photos.photos))
    assert live.run is None and "could not be rendered (MemoryError)" in live.stopped
    said = live.version
    time.sleep(0.3)
    assert live.version == said, "once"
    full = False
    until(lambda: live.run is not None, 10.0)
    assert live.stopped is None
    live.do("step")
    until(lambda: live.run.steps == 1)


def test_each_time_that_a_run_is_written_the_next_is_due_later_and_only_its_user_reads_it(live_photos):
    mask = os.umask(0)
    try:
        live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
        trained(live, 1)
        until(lambda: not live.unsaved)
    finally:
        os.umask(mask)
    assert os.name == "nt" or live.run.folder.stat().st_mode & 0o077 == 0
    before = live.saved_at
    trained(live, 1)
    until(lambda: not live.unsaved)
    assert live.saved_at > before


def test_a_disk_that_refuses_is_said_and_the_run_goes_on(live_photos, live_pool):
    live_pool.files.folder.write_text("a file where the folder should be")
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("epoch")
    until(lambda: not live.playing)
    assert live.run.epoch == 1
    assert "cannot be kept" in live.not_kept
    assert live.run.keyframes.steps[0] == 0


def test_a_disk_that_fills_up_later_is_said_and_the_run_goes_on(live_photos, monkeypatch):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.whole_files.os.replace", full)
    live.do("epoch")
    until(lambda: not live.playing)
    until(lambda: live.not_kept is not None)
    assert "No space left on device" in live.not_kept
    assert live.run.epoch == 1


def test_a_run_that_nobody_watches_is_paused_and_later_leaves_memory(live_photos, live_pool, monkeypatch):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("play")
    until(lambda: live.run.steps > 2)
    monkeypatch.setattr(runs, "LEFT_AFTER", 0.05)
    until(lambda: not live.playing)
    monkeypatch.setattr(runs, "DROPPED_AFTER", 0.1)
    until(lambda: live.key not in live_pool.runs)
    assert runs.find(live.key) is None


def test_a_run_that_somebody_finds_while_it_is_dropped_stays(live_photos, live_pool, monkeypatch):
    """Else its page would hold a run that no socket finds, and one of photos of one's own would be lost."""
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    until(lambda: not live.unsaved)
    alone_for, found = live.alone_for, []

    def asked_meanwhile():
        alone = alone_for()
        asking = threading.Thread(target=lambda: found.append(runs.find(live.key)))
        asking.start()
        asking.join(0.3)
        return alone

    monkeypatch.setattr(live, "alone_for", asked_meanwhile)
    live._seen -= 2 * runs.DROPPED_AFTER
    until(lambda: len(found) > 0)
    time.sleep(0.5)
    assert found[0] is live_pool.runs.get(live.key)


def test_a_run_that_is_opened_again_is_trained_though_the_one_before_stands_in_the_line(
    live_photos, tmp_path, monkeypatch
):
    """With two hundred in the line it has not come to its turn when its visitor is back, and plays it."""
    pool = runs.Pool(tmp_path / "long line", workers=0)
    monkeypatch.setattr(runs, "pool", lambda: pool)
    try:
        before = runs.open_run(runs.new_key(), SETTINGS, live_photos)
        before.do("play")
        before.do("pause")
        until(lambda: not before.unsaved)
        pool.runs.clear()
        again = runs.open_run(before.key, SETTINGS, live_photos)
        again.do("play")
        for _ in range(2):
            pool._take_turn()
        assert again is not before and again.run.steps > 0
    finally:
        pool.close()


def test_a_run_that_full_memory_keeps_from_the_disk_ends_as_any_other(
    live_photos, live_pool, monkeypatch, caplog
):
    """Else it trains on for nobody, and the log has a traceback of it ten times a second."""

    def too_little(*_):
        raise MemoryError

    monkeypatch.setattr(RunState, "of", too_little)
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("play")
    until(lambda: live.not_kept is not None)
    assert "cannot be kept on the server’s disk (MemoryError)" in live.not_kept
    monkeypatch.setattr(runs, "LEFT_AFTER", 0.05)
    until(lambda: not live.playing, 10.0)
    monkeypatch.setattr(runs, "DROPPED_AFTER", 0.1)
    until(lambda: not live_pool.runs, 10.0)
    assert "Traceback" not in caplog.text


def test_a_run_that_cannot_be_paused_keeps_the_keeper_from_no_other(live_photos, live_pool, monkeypatch):
    """The last look before a pause may lack memory. Else from then on no run of the server is written."""

    def too_little(*_):
        raise MemoryError

    full, other = (runs.open_run(runs.new_key(), SETTINGS, live_photos) for _ in range(2))
    full.do("play")
    until(lambda: full.run.steps > 2)
    monkeypatch.setattr(full.run, "look", too_little)
    monkeypatch.setattr(full, "alone_for", lambda: 2 * runs.LEFT_AFTER)
    until(lambda: not full.playing)
    other.do("step")
    until(lambda: not other.playing and not other.unsaved, 10.0)


def test_kernels_that_could_not_be_compiled_early_leave_the_threads_at_work(
    live_photos, tmp_path, monkeypatch
):
    def too_little():
        raise MemoryError

    monkeypatch.setattr(runs, "warm_up", too_little)
    pool = runs.Pool(tmp_path / "cold", workers=1)
    monkeypatch.setattr(runs, "pool", lambda: pool)
    try:
        live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
        live.do("step")
        until(lambda: live.run.steps == 1, 10.0)
    finally:
        pool.close()


def test_a_run_that_leaves_memory_stays_in_no_threads_hands(live_photos, live_pool, monkeypatch):
    """A run holds the photos that a person brought, and the threads may wait a week for the next one."""

    def trained_for_an_epoch() -> "weakref.ref[LiveRun]":
        live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
        live.do("epoch")
        until(lambda: live.run is not None and not live.playing)
        return weakref.ref(live)

    held = trained_for_an_epoch()
    monkeypatch.setattr(runs, "DROPPED_AFTER", 0.1)
    until(lambda: held() is None, 5.0)
    assert not live_pool.runs


def test_a_branch_has_a_key_of_its_own_and_leaves_the_run_alone(live_photos):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("epoch")
    until(lambda: not live.playing)
    step = live.run.keyframes.steps[2]
    new = runs.branch(live, step)
    assert new.key != live.key
    assert new.run.steps == step < live.run.steps
    with pytest.raises(ValueError, match="no step"):
        runs.branch(live, 123_456)


def test_a_branch_that_cannot_be_made_leaves_no_folder(live_photos, live_pool):
    """Empty folders would be the newest ones, and push the runs of others out."""
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("epoch")
    until(lambda: not live.playing)
    step = live.run.keyframes.steps[2]
    for file in live.run.folder.glob(f"step-*{step}-*"):
        file.unlink()
    with pytest.raises(ValueError):
        runs.branch(live, step)
    assert list(live_pool.files.folder.iterdir()) == [live.run.folder]
    assert list(live_pool.runs) == [live.key]


def test_files_are_bounded_in_number(live_photos, live_pool, monkeypatch):
    monkeypatch.setattr(run_files, "MOST_RUNS", 3)
    for _ in range(6):
        live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
        live.do("step")
        until(lambda live=live: not live.playing and not live.unsaved)
        live_pool.runs.pop(live.key)
    live_pool._tidy_at = 0.0  # the keeper's minute is over
    until(lambda: len(list(live_pool.files.folder.iterdir())) <= 3)
    assert live_pool.files.of(live.key).is_dir(), "the newest one stays"


@pytest.fixture
def other_server(live_pool):
    """A second server of the same user: the same files, a memory of its own."""
    pool = runs.Pool(live_pool.files.folder, workers=1)
    yield pool
    pool.close()


@pytest.mark.parametrize("bound", [("MOST_RUNS", 0), ("MOST_BYTES", 0), ("OLDEST", -1.0)])
def test_a_run_that_another_server_has_in_memory_is_not_deleted(
    live_photos, live_pool, other_server, monkeypatch, bound
):
    live, left = (runs.open_run(runs.new_key(), SETTINGS, live_photos) for _ in range(2))
    for one in (live, left):
        one.do("epoch")
        until(lambda one=one: not one.playing and not one.unsaved)
    until(lambda: live_pool._said == {live.key, left.key})
    live_pool.runs.pop(left.key)  # its watcher has gone long ago
    until(lambda: live_pool._said == {live.key})
    monkeypatch.setattr(run_files, *bound)
    other_server._tidy_at = 0.0
    until(lambda: not live_pool.files.of(left.key).exists())
    assert live_pool.files.of(live.key).is_dir()
    assert runs.branch(live, live.run.keyframes.steps[1]).run.steps > 0, "its steps are there too"


def test_what_a_server_said_that_has_ended_counts_for_minutes_only(
    live_photos, live_pool, other_server, monkeypatch
):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.do("step")
    until(lambda: not live.playing and not live.unsaved and live_pool._said == {live.key})
    live_pool.close()
    (word,) = live_pool.files._words.iterdir()
    assert live.key not in word.read_text(), "the key is the right to the run"
    monkeypatch.setattr(run_files, "MOST_RUNS", 0)
    other_server.files.tidy([])
    assert live_pool.files.of(live.key).is_dir()
    long_ago = time.time() - 2 * run_files.SAID_FOR
    os.utime(word, (long_ago, long_ago))
    other_server.files.tidy([])
    assert not live_pool.files.of(live.key).exists() and not word.exists()


def test_a_server_without_runs_says_nothing_and_a_disk_that_refuses_stops_none(live_pool, monkeypatch):
    live_pool.files.in_memory(["a"])
    live_pool.files.in_memory([])
    assert not list(live_pool.files._words.iterdir())
    live_pool.files._words.rmdir()
    live_pool.files._words.write_bytes(b"")  # no folder
    live_pool.files.in_memory(["a"])
    live_pool.files.tidy([])


@pytest.mark.parametrize("text", ["", "short", "../../../../etc/passwd", "ä" * 22, "a" * 23, "a/b" * 7 + "a"])
def test_only_a_key_is_a_key(text):
    assert not runs.is_key(text)
    assert runs.is_key(runs.new_key())
