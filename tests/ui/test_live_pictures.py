"""The pictures of a live run's first layer: heads pixel by pixel, a network's many at half the side."""

import json
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from core.balls import TEST_SEED, TRAIN_SEED, dataset
from core.live_run.run import Run
from core.live_run.settings import Settings
from core.pixels import flatten
from ui.components import FOLDER
from ui.live_training import live_pictures, runs, watching
from ui.live_training.live_photos import NO_PHOTO, WatchedPhoto
from ui.live_training.live_pictures import VIEWS, fewer_pixels, first_layer, sticky_scale
from ui.live_training.live_run import LiveRun
from ui.live_training.watching import Watcher
from ui.pictures import diverging, greys

SETTINGS = Settings(hidden=(20, 4), init="he", learning_rate=0.01, batch_size=8, seed=3)


@pytest.fixture(scope="module")
def photos():
    return dataset(TRAIN_SEED, 48, device="cpu"), dataset(TEST_SEED, 16, device="cpu")


@pytest.fixture
def frames(photos, monkeypatch):
    """frames(settings, steps, view) → (header, arrays as bytes by name) of a watcher of such a run."""
    monkeypatch.setattr(runs, "pool", lambda: SimpleNamespace(training=1))

    def made(settings, steps, view):
        live = LiveRun("k", settings, lambda: photos, lambda live: None)
        live.run = Run(settings, *photos)
        photo = WatchedPhoto(photos[0].pixels[0].numpy().tobytes(), (1.0, 0.0, 0.0), "a photo")
        live.watch_photo(photo)
        for _ in range(steps):
            live.run.step()
        frame = Watcher(live, view=view).frame()
        length = int.from_bytes(frame[:4], "little")
        header = json.loads(frame[4 : 4 + length])
        _, start, count, *value = header["arrays"]["pictures"]  # a value, where all are the same
        pictures = np.full(count, *value) if value else np.frombuffer(frame, np.uint8, count, start)
        return live.run, header, pictures

    return made


@pytest.mark.parametrize("size", [0.003, 1.0, 1e30])
def test_the_scale_fits_the_weights_even_where_their_squares_leave_float32(size):
    values = np.random.default_rng(0).standard_normal((3, 64, 64, 3)).astype(np.float32) * np.float32(size)
    assert 3.5 * size * 0.99 <= sticky_scale(0.0, [values]) <= 10 * size


def test_of_each_two_by_two_pixels_their_mean():
    pictures = np.random.default_rng(0).standard_normal((17, 64, 64, 3)).astype(np.float32)
    small = fewer_pixels(pictures)
    assert small.shape == (17, 32, 32, 3)
    for k, row, column, channel in ((0, 0, 0, 0), (16, 31, 31, 2), (5, 7, 20, 1)):
        four = [pictures[k, 2 * row + i, 2 * column + j, channel] for i in (0, 1) for j in (0, 1)]
        assert small[k, row, column, channel] == pytest.approx(sum(four) / 4, abs=1e-6)
    assert fewer_pixels(pictures[:16]) is not pictures and fewer_pixels(pictures[:16]).shape[1] == 64


@pytest.mark.parametrize(("hidden", "neurons", "side"), [((), 3, 64), ((16,), 16, 64), ((20, 4), 20, 32)])
def test_a_frame_says_how_many_pictures_of_which_size(frames, hidden, neurons, side):
    run, header, pictures = frames(replace(SETTINGS, hidden=hidden), 2, "weights")
    assert (header["neurons"], header["side"], header["hidden"]) == (neurons, side, list(hidden))
    assert len(pictures) == neurons * side * side * 3
    W = run.lanes[0].network.layers[0].W.reshape(neurons, 64, 64, 3).numpy()
    expected = np.clip(fewer_pixels(W) * 127.5 / header["scale"] + 127.5, 0, 255)
    assert np.abs(pictures - expected.reshape(-1)).max() < 0.5 + 1e-4
    assert all(0 <= y <= 1 for y in header["lanes"][0]["y_hat"]) and len(header["lanes"][0]["y_hat"]) == 3


def test_the_change_is_what_the_steps_have_added(frames, photos):
    _, _, still = frames(SETTINGS, 0, "change")
    assert set(still.tolist()) == {128}  # nothing yet: zero is mid-grey, the same as on other pages
    assert int(greys(np.zeros(1, np.float32), 1.0)[0]) == 128
    run, header, _ = frames(SETTINGS, 3, "change")
    start = SETTINGS.network().layers[0].W
    X = flatten(photos[0].pixels[:1])
    moved = first_layer(run.lanes[0], "change", X, start)
    assert np.array_equal(moved.reshape(20, -1), (run.lanes[0].network.layers[0].W - start).numpy())
    assert header["view"] == "change"


def test_before_the_first_step_the_gradient_is_a_picture(frames):
    _, header, pictures = frames(Settings(batch_size=8, seed=3), 0, "gradient")
    assert header["step"] == 0 and len(set(pictures.tolist())) > 100


@pytest.mark.parametrize("losses", [("binary",), ("softmax", "squared")])
def test_where_no_gradient_is_kept_it_is_that_of_the_next_batch(photos, monkeypatch, losses):
    """Zero would say that nothing is to be learned there."""
    monkeypatch.setattr(runs, "pool", lambda: SimpleNamespace(training=1))
    settings = Settings(losses=losses, learning_rate=0.01, batch_size=8, seed=3)
    live = LiveRun("k", settings, lambda: photos, lambda live: None)
    live.run = run = Run(settings, *photos)
    shown = []
    X = flatten(photos[0].pixels[:1])
    made = live_pictures.slope
    for module in (live_pictures, watching):
        monkeypatch.setattr(module, "slope", lambda lane: shown.append(made(lane)) or shown[-1])
    watcher = Watcher(live, view="gradient")
    watcher.frame()
    watcher.frame()
    assert len(shown) == len(losses), "for a run that stands still it is found once"
    run.step()
    after = [lane.gradients.W[0] for lane in run.lanes]
    for found, expected in zip(shown, after, strict=True):
        torch.testing.assert_close(found, expected)
    for lane, expected in zip(run.lanes, after, strict=True):
        assert np.array_equal(first_layer(lane, "gradient", X, None).reshape(3, -1), expected.numpy())
    run.step()
    run.step()
    assert run.steps == 3 and 2 in run.keyframes.steps
    del shown[:]
    watcher.look = 2
    for _ in range(2):
        watcher.frame()
    assert len(shown) == len(losses)
    for found, lane in zip(shown, run.lanes, strict=True):
        torch.testing.assert_close(found, lane.gradients.W[0])


def test_the_evidence_is_summed_over_the_colours_and_shown_as_elsewhere(frames, photos):
    run, header, pictures = frames(replace(SETTINGS, hidden=()), 2, "evidence")
    X = flatten(photos[0].pixels[:1])
    summed = (run.lanes[0].network.layers[0].W * X.T).reshape(3, 64, 64, 3).sum(dim=3).numpy()
    shown = pictures.reshape(3, 64, 64, 3).astype(int)
    for k in range(3):
        assert np.abs(shown[k] - diverging(summed[k], header["scale"]).astype(int)).max() <= 2


def test_every_view_of_a_network_has_a_picture_for_each_neuron(frames, photos):
    for view in VIEWS:
        _, header, pictures = frames(SETTINGS, 1, view)
        assert header["view"] == view and len(pictures) == 20 * 32 * 32 * 3
    run, _, _ = frames(SETTINGS, 1, "evidence")
    X = flatten(torch.tensor(NO_PHOTO.pixels))  # grey: x is almost 0, and so is w∘xᵀ
    assert np.abs(first_layer(run.lanes[0], "evidence", X, None)).max() < 1e-3


def test_a_frame_tells_nothing_that_no_script_reads(frames):
    _, header, _ = frames(Settings(batch_size=8, seed=3), 2, "weights")
    scripts = "\n".join(path.read_text() for path in sorted((FOLDER / "training").glob("*.js")))
    read = re.sub(r"/\*[\s\S]*?\*/|(?<!:)//.*", "", scripts)  # without comments
    told = {*header, *header["lanes"][0]} - {"arrays"}  # which unpack.js reads
    assert {key for key in told if not re.search(rf"(\.|[{{,] ?){key}\b", read)} == set()


def test_the_photo_is_sent_again_only_where_it_is_another(photos, monkeypatch):
    """It would be a quarter of a head's frame, eleven times a second."""
    monkeypatch.setattr(runs, "pool", lambda: SimpleNamespace(training=1))
    settings = replace(SETTINGS, hidden=())
    live = LiveRun("k", settings, lambda: photos, lambda live: None)
    live.run = Run(settings, *photos)
    watcher = Watcher(live)

    def sent(watcher: Watcher) -> bool:
        live.run.step()
        frame = watcher.frame()
        return "photo" in json.loads(frame[4 : 4 + int.from_bytes(frame[:4], "little")])["arrays"]

    for k, expected in ((0, True), (0, False), (1, True), (1, False), (0, True)):
        photo = WatchedPhoto(photos[0].pixels[k].numpy().tobytes(), (1.0, 0.0, 0.0), "a photo")
        live.watch_photo(photo)
        assert sent(watcher) is expected
    assert sent(Watcher(live)), "another browser has seen none"
