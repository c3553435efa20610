"""Rendered data sets: as core renders them, in a thread that reports; kept for the next process."""

import math
import runpy
import threading
from pathlib import Path

import pytest
import torch

from core.activations import RELU, SIGMOID
from core.balls import MIXED, ONE, TRAIN_SEED, dataset, labels, render
from core.initialisation import initialise
from core.kept_photos import KeptPhotos
from core.live_run.mixture import which_photos
from core.live_run.settings import Settings
from core.pixels import N
from tests.live_runs import until
from ui import renderings
from ui.hidden_layers import hidden_study
from ui.live_training import live_photos
from ui.one_ball.run import TESTED_ON, TRAINED_ON, WHERE
from ui.renderings import Rendering, Waiting, rendering, rendering_words
from ui.three_balls import trials
from ui.why_now import data_lines


def test_rendering_in_a_thread_is_what_core_renders(nothing_kept):
    started = Rendering(3, 20, ONE)
    found = started.wait(120)
    expected = dataset(3, 20, ONE)
    torch.testing.assert_close(found.pixels, expected.pixels.cpu())
    torch.testing.assert_close(found.Y, expected.Y.cpu())
    assert started.done == started.count == 20


def test_the_process_waits_for_a_rendering_that_a_page_began():
    begun = []
    page_thread = threading.Thread(target=lambda: begun.append(Rendering(3, 1, ONE)), daemon=True)
    page_thread.start()
    page_thread.join(60)
    assert not begun[0]._thread.daemon
    begun[0].wait(60)


def test_rendering_that_fails_says_why():
    started = Rendering("three", 1, ONE)
    with pytest.raises(ValueError, match="three"):
        started.wait(60)
    assert started.photos is None and isinstance(started.error, ValueError)


def test_training_photos_are_rendered_elsewhere_once_and_stay_on_the_cpu(nothing_kept):
    renderings._rendering.clear()
    started = rendering(ONE, 32)
    assert rendering(ONE, 32) is started
    found = started.wait(120)
    assert started.done == started.count == len(found) and found.pixels.device.type == "cpu"
    torch.testing.assert_close(found.pixels[:1], render(TRAIN_SEED, [0], ONE).pixels.cpu())


def test_an_epoch_of_live_training_has_59_steps_and_all_are_tested_on_the_same_1024_photos():
    """In a browser, pages are tested on fewer (tests/few_photos.py); where they run alone, on fewer still."""
    as_written = runpy.run_path(renderings.__file__)  # whatever another test has made of it
    recipe, count, seed = as_written["rendering"].__defaults__
    assert (recipe, count, seed) == (MIXED, 4096, TRAIN_SEED)
    usual = Settings()
    learned_from = which_photos(labels(seed, range(count), recipe), usual.two, usual.none)
    assert math.ceil(len(learned_from) / usual.batch_size) == 59
    assert live_photos.TESTED_ON == hidden_study.TEST_PHOTOS == 1024


def test_every_data_set_that_pages_ask_for_is_made_once(monkeypatch):
    made = []

    class Asked(Rendering):
        def __init__(self, seed, count, recipe):
            made.append((recipe, count, seed))
            self.failed_at = math.inf

    monkeypatch.setattr(renderings, "Rendering", Asked)
    renderings._rendering.clear()
    for _ in range(2):
        live_photos.RenderedPhotos()
        data_lines.live_photos()
        for _, recipe in WHERE.values():
            rendering(recipe, TRAINED_ON + TESTED_ON)
    assert len(made) == len({*made}) == 7
    renderings._rendering.clear()


def test_before_the_first_photos_are_there_it_is_said_what_is_done():
    assert rendering_words(Waiting(0, 5120)) == (
        "Rendering 5,120 photos, once for all: the first are on their way"
    )
    assert rendering_words(Waiting(256, 5120)) == "Rendering photos, once for all: 256 of 5,120"


def too_little(*_given, **_named):
    raise MemoryError("no memory")


def test_a_rendering_that_failed_is_begun_anew_after_a_while(monkeypatch, nothing_kept):
    renderings._rendering.clear()
    with monkeypatch.context() as broken:
        broken.setattr(renderings, "render_many", too_little)
        failed = rendering(ONE, 16)
        with pytest.raises(MemoryError, match="no memory"):
            failed.wait(60)
    assert rendering(ONE, 16) is failed, "what went wrong is there to be told"
    failed.failed_at -= renderings.AGAIN_AFTER
    again = rendering(ONE, 16)
    assert again is not failed and again is rendering(ONE, 16)
    assert len(again.wait(120)) == 16


def test_the_test_photos_of_the_experiments_are_begun_anew_too(monkeypatch, nothing_kept):
    """They stayed failed for the life of the process once."""
    monkeypatch.setattr(trials, "EACH", 8)
    trials._unseen.clear()
    with monkeypatch.context() as broken:
        broken.setattr(renderings, "render_many", too_little)
        failed = trials.unseen()
        with pytest.raises(MemoryError, match="no memory"):
            failed.wait(60)
    failed.failed_at -= renderings.AGAIN_AFTER
    again = trials.unseen()
    Y = again.wait(120).Y
    assert Y.sum(dim=1).tolist() == [trials.EACH] * 3 and Y.sum(dim=0).tolist() == [1] * len(again.photos)
    assert again.done == again.count == len(again.photos)


def test_what_waits_for_photos_that_failed_gets_those_that_are_begun_anew(monkeypatch, nothing_kept):
    """A live run, and the study of a network, which stayed failed for the life of the process once."""
    monkeypatch.setattr(renderings.rendering, "__defaults__", (ONE, 16, 3))
    monkeypatch.setattr(live_photos, "TESTED_ON", 8)
    monkeypatch.setattr(hidden_study, "TEST_PHOTOS", 8)
    renderings._rendering.clear()
    hidden_study._study.clear()
    network = initialise((N, 4, 3), (RELU, SIGMOID), generator=torch.Generator().manual_seed(0))
    with monkeypatch.context() as broken:
        broken.setattr(renderings, "render_many", too_little)
        photos, failed = live_photos.RenderedPhotos(), hidden_study.study(network)
        failed.wait(60)
        assert isinstance(failed.error, MemoryError)
        until(lambda: all(part.error is not None for part in photos._parts))
        with pytest.raises(MemoryError, match="no memory"):
            photos()
    assert hidden_study.study(network) is failed
    for one in (failed, *photos._parts):
        one.failed_at -= renderings.AGAIN_AFTER
    again = hidden_study.study(network)
    again.wait(120)
    assert again is not failed and again.done and again.error is None
    until(lambda: photos() is not None)
    assert [len(part) for part in photos()] == [16, 8]
    hidden_study._study.clear()


def test_a_class_that_looks_into_runs_of_its_own_sees_every_study(monkeypatch, nothing_kept):
    """Six networks are more than are kept for everybody: none of the pages came to its end once."""
    few = Rendering(3, 8, ONE)
    monkeypatch.setattr(renderings, "rendering", lambda *_: few)
    networks = [
        initialise((N, 4, 3), (RELU, SIGMOID), generator=torch.Generator().manual_seed(seed))
        for seed in range(6)
    ]
    sessions = [{} for _ in networks]

    def asked():
        for session, network in zip(sessions, networks, strict=True):
            monkeypatch.setattr(hidden_study.st, "session_state", session)
            yield hidden_study.study(network)

    begun = list(asked())
    for study in begun:
        study.wait(60)
    assert list(asked()) == begun and all(study.done and study.error is None for study in begun)
    sessions[0] = {}
    again = next(asked())
    again.wait(60)
    assert again is not begun[0], "a session that is over holds nothing"
    hidden_study._study.clear()


def test_the_next_process_reads_what_this_one_has_rendered(monkeypatch, nothing_kept):
    first = Rendering(3, 20, ONE)
    rendered = first.wait(120)
    first._thread.join(60)
    monkeypatch.setattr(renderings, "render_many", too_little)
    read = Rendering(3, 20, ONE)
    assert torch.equal(read.wait(60).pixels, rendered.pixels) and torch.equal(read.wait(60).Y, rendered.Y)
    assert read.done == read.count == 20


def test_a_disk_that_takes_nothing_is_no_trouble(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(renderings, "kept_photos", lambda: KeptPhotos(tmp_path / "file" / "photos"))
    started = Rendering(3, 2, ONE)
    assert len(started.wait(120)) == 2
    started._thread.join(60)
    assert started.error is None


def test_a_slow_disk_keeps_nobody_waiting(monkeypatch):
    writing, written = threading.Event(), threading.Event()

    class Slow(KeptPhotos):
        def put(self, *_given):
            writing.set()
            assert written.wait(60)

    monkeypatch.setattr(renderings, "kept_photos", lambda: Slow(Path("nowhere")))
    started = Rendering(3, 2, ONE)
    assert writing.wait(60)
    assert len(started.wait(0)) == 2
    written.set()
