"""Live runs with what a person brings: photos and weights come and go while it trains; nothing is written."""

import gc
import json
import math
import weakref
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from core.balls import dataset
from core.live_run.keyframes import frozen
from core.live_run.settings import Settings
from core.own_photos.own_examples import OwnExamples
from core.own_photos.photo_set import PhotoSet
from core.weights import load_model
from tests.live_runs import There, trained, until
from ui.live_training import own_training, runs, watching
from ui.live_training.run_settings import change
from ui.live_training.watching import Watcher

SETTINGS = Settings(batch_size=8, seed=3, own=0.5)
pytestmark = pytest.mark.usefixtures("live_pool")


@pytest.fixture(scope="module")
def own():
    drawn = dataset(9, 12, device="cpu")
    return OwnExamples(drawn.pixels[:8], drawn.Y[:, :8], drawn.pixels[8:], drawn.Y[:, 8:])


def test_photos_brought_before_the_run_is_there_are_in_it(live_photos, own):
    later = There(None)
    live = runs.open_run(runs.new_key(), SETTINGS, later)
    live.bring(own)
    later.photos = live_photos()
    until(lambda: live.run is not None)
    assert live.run.own is own and live.run.private


def test_photos_come_and_go_while_it_trains(live_photos, own):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
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
    assert all(lane.X is live_photos()[0].pixels for lane in live.run.lanes)


@pytest.mark.parametrize("change_photos", ["brought", "others", "share", "two balls"])
def test_an_epoch_goes_once_through_photos_that_have_just_changed(live_photos, own, change_photos):
    """Others begin an epoch of their own with the first step on them, in the middle of the one before."""
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    if change_photos != "brought":
        live.bring(own)
    trained(live, 3)
    if change_photos == "brought":
        live.bring(own)
    elif change_photos == "others":
        live.bring(OwnExamples(own.pixels[:4], own.Y[:, :4], own.held_pixels, own.held_Y))
    elif change_photos == "share":
        live.change(replace(live.settings, own=1.0))
    else:
        live.change(replace(live.settings, two=0.25))
    live.do("epoch")
    until(lambda: not live.playing)
    assert live.run.epoch == 2 and live.run.steps == 3 + math.ceil(live.run.m / 8)


def test_a_kill_loses_what_was_private_and_says_so(live_photos, own, live_pool):
    live = runs.open_run(runs.new_key(), replace(SETTINGS, own=0.0), live_photos)
    trained(live, 3)
    until(lambda: not live.unsaved)
    live.bring(own)
    live.change(replace(live.settings, own=1.0))
    trained(live, 4)
    until(lambda: not live.unsaved)
    live_pool.runs.clear()
    assert runs.is_kept(live.key)
    again = runs.open_run(live.key, Settings(), live_photos)
    assert again.run.steps == 3 and "has been lost since" in again.told
    trained(again, 1)
    until(lambda: not again.unsaved)
    live_pool.runs.clear()
    third = runs.open_run(live.key, Settings(), live_photos)
    assert third.told is None and third.run.steps == 4


def test_a_reset_without_photos_is_written_again(live_photos, own, live_pool):
    later = There(None)  # a run that is there before the photos may be written until they come
    live = runs.open_run(runs.new_key(), SETTINGS, later)
    live.bring(own)
    later.photos = live_photos()
    until(lambda: live.run is not None)
    trained(live, 2)
    until(lambda: not live.unsaved)
    folder = live.run.folder
    assert not (folder / "run.json").exists()
    live.bring(None)
    live.do("reset")
    until(lambda: (folder / "run.json").exists() and not live.unsaved)
    assert not (folder / "memory-only").exists()


def test_a_branch_keeps_the_photos_and_stays_unwritten(live_photos, own):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.bring(own)
    trained(live, 4)
    new = runs.branch(live, live.run.keyframes.steps[1])
    assert new.own is own and new.run.private
    trained(new, 2)
    until(lambda: any(new.run.folder.iterdir()) and not new.unsaved)
    assert [file.name for file in new.run.folder.iterdir()] == ["memory-only"]


def test_photos_that_are_taken_back_while_somebody_branches_are_not_in_the_branch(
    live_photos, live_pool, own, monkeypatch
):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.bring(own)
    trained(live, 4)
    learning_from = runs.learning_from

    def before_the_branch(gone):
        learning = learning_from(gone)
        if len(live_pool.runs) == 1:
            runs.branch(live, live.run.keyframes.steps[1])
        return learning

    monkeypatch.setattr(runs, "learning_from", before_the_branch)
    monkeypatch.setattr(own_training, "own_set", PhotoSet)
    monkeypatch.setattr(own_training, "_from_here", lambda: {own: frozenset({"a photo"})})
    own_training.take_back()
    assert len(live_pool.runs) == 2
    assert [one.own for one in live_pool.runs.values()] == [None, None]


def test_photos_that_are_taken_back_are_in_no_object_any_more(live_photos, live_pool, own):
    """Not in the run, its steps and its branch, nor in what watches them."""
    mine = OwnExamples(*(x.clone() for x in (own.pixels, own.Y, own.held_pixels, own.held_Y)))
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.bring(mine)
    trained(live, 4)
    lives = [live, runs.branch(live, live.run.keyframes.steps[1])]
    watchers = [Watcher(one) for one in lives]
    watchers[0].obey(f'{{"do": "look", "step": {live.run.keyframes.steps[1]}}}')
    assert all(watcher.frame() for watcher in watchers)
    mixed = [one.run.lanes[0].X.photos[1] for one in lives]
    held = [weakref.ref(x) for x in (mine, mine.pixels, mine.held_pixels, *mixed)]
    del mine, mixed
    for one in lives:
        one.bring(None)
    assert all(watcher.frame() for watcher in watchers)
    gc.collect()
    assert not any(ref() is not None for ref in held)


def test_a_look_back_lets_photos_go_that_are_taken_back(live_photos, own):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    live.bring(own)
    trained(live, 4)
    watcher = Watcher(live)
    watcher.obey(f'{{"do": "look", "step": {live.run.keyframes.steps[1]}}}')
    assert watcher.frame()
    mixed = watcher.past.lanes[0].X
    live.bring(None)
    assert watcher.frame()
    assert watcher.past.lanes[0].X is live.run.lanes[0].X is not mixed
    watcher.obey('{"do": "now"}')
    assert watcher.frame() and watcher.past is None


def test_a_step_that_is_looked_back_to_is_judged_once(live_photos, monkeypatch):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    trained(live, 4)
    judged, judge = [], live.run.judge
    monkeypatch.setattr(live.run, "judge", lambda lanes: judged.append(lanes) or judge(lanes))
    watcher = Watcher(live)
    for step, times in ((live.run.keyframes.steps[1], 1), (live.run.keyframes.steps[2], 2)):
        watcher.obey(f'{{"do": "look", "step": {step}}}')
        shown = [header_of(watcher.frame()) for _ in range(3)]
        assert len(judged) == times and {header["shown"] for header in shown} == {step}
        (lane,) = shown[-1]["lanes"]
        assert lane["J_train"] == pytest.approx(judge(live.run.at(step))[0].train_cost)
    live.change(replace(live.settings, two=0.5, none=0.0))
    assert watcher.frame() and len(judged) == 3, "other training photos are other shares of them right"


def test_from_a_step_that_is_looked_back_to_a_run_branches_however_long_it_has_gone_on(live_photos):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    trained(live, 4)
    watcher, looked_at = Watcher(live), live.run.keyframes.steps[1]
    watcher.obey(f'{{"do": "look", "step": {looked_at}}}')
    assert header_of(watcher.frame())["shown"] == looked_at
    frames = live.run.keyframes
    for step in range(5, 400):
        lanes = frozen(live.run.lanes)
        for lane in lanes:
            lane.go_to(step, lane.epoch, lane.position, lane.moments)
        frames.offer(lanes)
    assert header_of(watcher.frame())["shown"] == looked_at
    assert runs.branch(live, looked_at).run.steps == looked_at


@pytest.mark.parametrize("text", ["[" * 999, '{"do":' * 160, '{"do": "look", "step": 0.0}'])
def test_a_command_that_is_none_is_refused_in_a_sentence(live_photos, text):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    with pytest.raises(ValueError, match=r"^(A command is JSON|There is no such step).*\.$"):
        Watcher(live).obey(text)


def test_a_lane_of_the_run_takes_another_loss(live_photos):
    live = runs.open_run(runs.new_key(), Settings(losses=("binary", "squared")), live_photos)
    trained(live, 2)
    watcher = Watcher(live)
    watcher.obey('{"do": "loss", "lane": 1, "loss": "softmax"}')
    assert live.settings.losses == ("binary", "softmax")
    assert [lane.loss.name for lane in live.run.lanes] == ["binary", "softmax"] and live.run.steps == 2
    for lane, loss, sentence in (
        (1, "hinge", "has one to three of the losses"),
        (1, ["softmax"], "has one to three of the losses"),
        (2, "softmax", "no such run"),
        (-1, "softmax", "no such run"),
        (True, "softmax", "no such run"),
        (None, None, "no such run"),
    ):
        with pytest.raises(ValueError, match=sentence):
            watcher.obey(json.dumps({"do": "loss", "lane": lane, "loss": loss}))
    assert live.settings.losses == ("binary", "softmax")


def test_what_is_chosen_on_the_page_and_in_the_figure_at_the_same_moment_holds_both(live_photos, monkeypatch):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    trained(live, 1)
    checked = Settings.checked
    with ThreadPoolExecutor(1) as other:
        switched = []

        def meanwhile(values, before=None):
            if "l2" in values:
                switched.append(other.submit(live.switch, 0, "squared"))
                wait(switched, 0.2)
            return checked(values, before)

        monkeypatch.setattr(Settings, "checked", meanwhile)
        change(live, l2=0.1)
        switched[0].result()
    assert (live.settings.losses[0], live.settings.l2) == ("squared", 0.1)


def test_a_frame_tells_how_many_commands_it_knows_of(live_photos):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    trained(live, 2)
    watcher, other = Watcher(live), Watcher(live)
    assert header_of(watcher.frame())["heard"] == 0
    watcher.obey('{"do": "view", "view": "gradient"}')
    assert header_of(watcher.frame())["heard"] == 1 and watcher.seen == live.version
    for text in ("[", '{"do": "dance"}', '{"do": "loss", "lane": 9}'):
        with pytest.raises(ValueError):
            watcher.obey(text)
    assert watcher.seen == -1, "the browser waits for an answer to a refused one, too"
    assert header_of(watcher.frame())["heard"] == 4 and header_of(other.frame())["heard"] == 0


def test_another_view_that_is_asked_for_meanwhile_is_the_next_frames(live_photos, monkeypatch):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    trained(live, 2)
    watcher = Watcher(live)
    fewer = watching.fewer_pixels

    def as_it_comes(value):
        watcher.obey('{"do": "view", "view": "gradient"}')
        return fewer(value)

    with monkeypatch.context() as patched:
        patched.setattr(watching, "fewer_pixels", as_it_comes)
        header = header_of(watcher.frame())
    assert (header["view"], header["heard"]) == ("weights", 0) and header["scale"] > 0
    assert (watcher.view, watcher.scale, watcher.seen) == ("gradient", 0.0, -1)
    assert header_of(watcher.frame())["view"] == "gradient" and watcher.scale > 0


def test_a_look_at_a_step_that_is_gone_does_not_end_the_look_that_is_asked_for_meanwhile(
    live_photos, monkeypatch
):
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    trained(live, 4)
    watcher, there = Watcher(live), live.run.keyframes.steps[1]

    def thinned_out(step):
        watcher.obey(f'{{"do": "look", "step": {there}}}')
        raise KeyError(step)

    watcher.look = 3
    with monkeypatch.context() as patched:
        patched.setattr(live.run, "at", thinned_out)
        assert header_of(watcher.frame())["shown"] == live.run.steps
    assert header_of(watcher.frame())["shown"] == there


def test_a_command_that_is_obeyed_while_a_frame_waits_for_the_run_is_answered(live_photos):
    """Of a run that stands still no further frame would come, and the browser would wait for one."""
    live = runs.open_run(runs.new_key(), SETTINGS, live_photos)
    trained(live, 2)
    watcher = Watcher(live)
    assert watcher.frame()
    with ThreadPoolExecutor(1) as painter:
        with live.held():
            frame = painter.submit(watcher.frame)
            until(lambda: len(live._visitors) > 0)  # it waits, perhaps beside who keeps runs on the disk
            watcher.obey('{"do": "view", "view": "gradient"}')
        header = header_of(frame.result())
    assert header["view"] == "gradient"
    assert header["heard"] == 1 or watcher.seen != live.version


def test_a_run_that_begins_anew_while_its_line_asks_for_the_last_change_is_no_fault():
    """The line ended then, and the browser took it up again."""

    class Reset:
        """After the first look at it, it has begun anew."""

        def __init__(self):
            self.steps, self.noted = 5, [[SimpleNamespace(step=3)], []]

        @property
        def history(self):
            return SimpleNamespace(events=self.noted.pop(0) if len(self.noted) > 1 else self.noted[0])

    assert Watcher(SimpleNamespace(run=Reset())).overdue in (True, False)


def header_of(frame):
    return json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")])


@pytest.mark.parametrize("init", ["goal2", "network", "file"])
def test_the_change_since_step_0_is_from_where_it_began(live_photos, init):
    live = runs.open_run(runs.new_key(), Settings(), live_photos)
    if init == "file":
        live.begin_from(Settings(init="file"), load_model("goal3"))
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


def test_weights_come_only_to_a_run_that_is_there(live_photos):
    live = runs.open_run(runs.new_key(), Settings(), There(None))
    with pytest.raises(ValueError, match="being rendered"):
        live.begin_from(Settings(init="file"), load_model("goal2"))
    assert live.settings == Settings()
