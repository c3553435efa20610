"""Live runs with what a person brings: photos and weights come and go while it trains; nothing is written."""

import time
from dataclasses import replace

import pytest
import torch

from core.balls import TEST_SEED, TRAIN_SEED, dataset
from core.own_examples import OwnExamples
from core.settings import Settings
from core.starts import shipped_start
from ui import runs
from ui.watching import Watcher

SETTINGS = Settings(batch_size=8, seed=3, own=0.5)


class There:
    done = count = 1

    def __init__(self, photos):
        self.photos = photos

    def __call__(self):
        return self.photos


@pytest.fixture(scope="module")
def photos():
    return There((dataset(TRAIN_SEED, 96, device="cpu"), dataset(TEST_SEED, 32, device="cpu")))


@pytest.fixture(scope="module")
def own():
    drawn = dataset(9, 12, device="cpu")
    return OwnExamples(drawn.pixels[:8], drawn.Y[:, :8], drawn.pixels[8:], drawn.Y[:, 8:])


@pytest.fixture(autouse=True)
def pool(tmp_path, monkeypatch):
    made = runs.Pool(tmp_path / "runs", workers=2)
    monkeypatch.setattr(runs, "pool", lambda: made)
    yield made
    made.close()


def until(true, seconds=20.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def trained(live, steps):
    for _ in range(steps):
        live.do("step")
        until(lambda: not live.playing)


def test_photos_brought_before_the_run_is_there_are_in_it(photos, own):
    later = There(None)
    live = runs.open_run(runs.new_key(), SETTINGS, later)
    live.bring(own)
    later.photos = photos()
    until(lambda: live.run is not None)
    assert live.run.own is own and live.run.private


def test_photos_come_and_go_while_it_trains(photos, own):
    live = runs.open_run(runs.new_key(), SETTINGS, photos)
    live.do("play")
    until(lambda: live.run.steps > 3)
    live.bring(own)
    until(lambda: live.run.before_after.learned)
    version = live.version
    live.bring(OwnExamples(own.pixels.clone(), own.Y, own.held_pixels, own.held_Y))
    assert live.own is own and live.playing and live.stopped is None
    assert live.version >= version
    live.bring(None)
    steps = live.run.steps
    until(lambda: live.run.steps > steps + 3)
    live.do("pause")
    assert live.stopped is None
    assert all(lane.X is photos()[0].pixels for lane in live.run.lanes)


def test_a_kill_loses_what_was_private_and_says_so(photos, own, pool):
    live = runs.open_run(runs.new_key(), replace(SETTINGS, own=0.0), photos)
    trained(live, 3)
    until(lambda: not live.unsaved)
    live.bring(own)
    live.change(replace(live.settings, own=1.0))
    trained(live, 4)
    until(lambda: not live.unsaved)
    pool.runs.clear()
    assert runs.is_kept(live.key)
    again = runs.open_run(live.key, Settings(), photos)
    assert again.run.steps == 3 and "lost it since" in again.told
    trained(again, 1)
    until(lambda: not again.unsaved)
    pool.runs.clear()
    third = runs.open_run(live.key, Settings(), photos)
    assert third.told is None and third.run.steps == 4


def test_a_reset_without_photos_is_written_again(photos, own, pool):
    live = runs.open_run(runs.new_key(), SETTINGS, photos)
    live.bring(own)
    trained(live, 2)
    until(lambda: not live.unsaved)
    folder = live.run.folder
    assert not (folder / "run.json").exists()
    live.bring(None)
    live.do("reset")
    until(lambda: (folder / "run.json").exists() and not live.unsaved)
    assert not (folder / "memory-only").exists()


def test_a_branch_keeps_the_photos_and_stays_unwritten(photos, own):
    live = runs.open_run(runs.new_key(), SETTINGS, photos)
    live.bring(own)
    trained(live, 4)
    new = runs.branch(live, live.run.keyframes.steps[1])
    assert new.own is own and new.run.private
    trained(new, 2)
    until(lambda: not new.unsaved)
    assert [file.name for file in new.run.folder.iterdir()] == ["memory-only"]


@pytest.mark.parametrize("init", ["goal2", "network", "file"])
def test_the_change_since_step_0_is_from_where_it_began(photos, init):
    live = runs.open_run(runs.new_key(), Settings(), photos)
    if init == "file":
        live.begin_from(Settings(init="file"), shipped_start("goal3"))
    else:
        live.change(Settings.checked({"init": init})[0])
    watcher = Watcher(live)
    watcher.obey('{"do": "view", "view": "change"}')
    assert watcher.frame()
    assert watcher.scale == 0.01  # nothing has changed yet
    trained(live, 1)
    W = live.run.lanes[0].network.layers[0].W
    start = live.run.settings.network(live.run.brought).layers[0].W
    assert torch.equal(watcher._start(live.run), start) and not torch.equal(W, start)


def test_weights_come_only_to_a_run_that_is_there(photos):
    live = runs.open_run(runs.new_key(), Settings(), There(None))
    with pytest.raises(ValueError, match="being rendered"):
        live.begin_from(Settings(init="file"), shipped_start("goal2"))
    assert live.settings == Settings()
