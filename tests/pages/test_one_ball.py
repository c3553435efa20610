"""Goal 1's page from app.py without a browser, and what it computes from a photo and a neuron."""

import json
import time

import numpy as np
import pytest
import torch

from core.balls import GALLERY_SEED, Recipe, composite, labels, layers, render
from core.heads import goal1
from core.network import propagate
from core.pixels import flatten
from tests.live_runs import until
from tests.pages.jobs import button
from ui import jobs
from ui.controls import ChosenPhoto
from ui.jobs import Job
from ui.one_ball import descent, run, shown
from ui.one_ball import neuron as neuron_page
from ui.one_ball.descent import OnUnseen, Snapshot, three_steps
from ui.one_ball.movable import STEPS, Movable, movable, shift
from ui.one_ball.shown import ROOM_TO_MOVE, picture, place_map, places_of, sums_of
from ui.packing import pack
from ui.renderings import Rendering, Waiting


@pytest.fixture(scope="module")
def network():
    return goal1(how="random", generator=torch.Generator().manual_seed(4))


@pytest.fixture(scope="module")
def taken():
    Y = labels(GALLERY_SEED, range(40), ROOM_TO_MOVE)
    return layers(GALLERY_SEED, int(Y.sum(dim=0).argmax()), ROOM_TO_MOVE)


def test_page_runs(open_page):
    app = open_page("one_ball")
    assert app.title[0].value == "Goal 1: one ball?"
    assert any("∂L/∂w" in text.value or r"\partial w" in text.value for text in app.caption)


def test_a_run_that_is_stopped_before_its_photos_are_there_has_not_begun(monkeypatch):
    job = Job()
    job.run(lambda: iter([Waiting(256, 2048)]))
    shown = []
    monkeypatch.setattr(run, "show", lambda key, latest, *_: shown.append(latest))
    run.steps_so_far(job, Movable(torch.zeros(64, 64, 3, dtype=torch.uint8), None), 0, 0, "", 50)
    assert job.done and shown == [None]


@pytest.mark.parametrize(
    ("latest", "word"),
    [(Snapshot(goal1(), np.zeros(3, np.float32), 50), "Train again"), (Waiting(1, 9), "Train")],
)
def test_the_button_of_a_run_that_is_stopped_has_the_word_that_the_sentence_below_it_has(
    open_page, monkeypatch, latest, word
):
    def unending(*given):
        while True:
            yield latest
            time.sleep(0.01)

    monkeypatch.setattr(run, "three_steps", unending)
    monkeypatch.setattr(run.renderings, "rendering", lambda *_: None)
    app = open_page("one_ball", steps="50")
    button(app, "Train").click().run()
    job = app.session_state["job:one_ball_run"]
    until(lambda: job.latest is not None)
    app.session_state[run.BEGUN] = "middle", 0.01, 50
    app.run()
    told = [text.value for text in app.caption if "This run " in text.value]
    assert [sentence.startswith("This run has") for sentence in told] == [True]
    assert "Train again" not in told[0], "there is no such button as long as it runs"
    monkeypatch.setattr(jobs, "DOUBLE_PRESS", 0.0)
    button(app, "Stop").click().run()
    until(lambda: job.done)
    app.run()
    assert button(app, "Train").label == word
    told = [text.value for text in app.caption if "This run had" in text.value]
    assert [f"*{word}*" in sentence for sentence in told] == [True] * (word != "Train")


def test_a_run_that_ends_while_the_page_is_drawn_can_be_used(open_page, monkeypatch):
    def slow(*given):
        job = run.current()
        until(lambda: job is None or job.done)

    photos = Rendering(5, 60, ROOM_TO_MOVE)
    photos.wait(60)
    monkeypatch.setattr(run.renderings, "rendering", lambda *_: photos)
    monkeypatch.setattr(run, "TESTED_ON", 20)
    app = open_page("one_ball", steps="50")
    monkeypatch.setattr(neuron_page, "neuron", slow)
    button(app, "Train").click().run()
    assert not app.toggle(key="one_ball:use").disabled and button(app, "Train again")
    monkeypatch.undo()
    app.toggle(key="one_ball:use").set_value(True).run()
    for page in ("overview", "one_ball"):
        app.switch_page(f"pages/{page}.py").run()
    assert app.toggle(key="one_ball:use").value, "as it was left"


def test_the_w_that_was_trained_is_said_of_the_photo_and_can_be_used_above(open_page, monkeypatch):
    photos = Rendering(5, 60, ROOM_TO_MOVE)
    photos.wait(60)
    monkeypatch.setattr(run.renderings, "rendering", lambda *_: photos)
    monkeypatch.setattr(run, "TESTED_ON", 20)
    seen = {}
    monkeypatch.setattr(neuron_page, "_neuron", lambda **given: seen.update(neuron=given["data"]))
    monkeypatch.setattr(descent, "_steps", lambda **given: seen.update(steps=given["data"]))
    app = open_page("one_ball", steps="50")
    shipped, before = (unpacked(seen[part]) for part in ("neuron", "steps"))
    assert before["phase"] == "ready" and shipped["model"] == "shipped"
    button(app, "Train").click().run()
    until(lambda: app.run() and unpacked(seen["steps"])["phase"] == "done")
    steps = unpacked(seen["steps"])
    assert steps["total"] == 50
    assert "of 20 photos that the training never saw" in steps["verdict"]
    app.toggle(key="one_ball:use").set_value(True).run()
    used = unpacked(seen["neuron"])
    assert used["core"]["z"] == pytest.approx(steps["z"]) != shipped["core"]["z"]
    assert used["model"] != "shipped"


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"dx": "half"}, "**dx** and **dy** are whole numbers"),
        ({"dy": "²", "rate": "²", "steps": "²"}, "**dx** and **dy** are whole numbers"),
        ({"y": "²"}, "**y** is a label, 0 or 1"),
        ({"y": "7"}, "**y** is a label, 0 or 1"),
        ({"dx": "-999", "dy": "3", "y": "0"}, None),
    ],
)
def test_a_broken_place_or_label_in_the_link_is_said(open_page, link, said):
    app = open_page("one_ball", **link)
    assert app.title[0].value == "Goal 1: one ball?" and not app.error
    notices = [info.value for info in app.info]
    assert (said in notices[0]) if said else not notices


def test_judge_agrees_with_propagate(network, taken):
    photo = composite(taken, 4, -9)
    sums = sums_of(network, photo)
    trace = propagate(network.to(dtype=torch.float64), flatten(photo, dtype=torch.float64))
    assert sums["z"] == pytest.approx(float(trace.Z[0]))
    assert sums["positive"] + sums["negative"] + float(network.layers[0].b) == pytest.approx(sums["z"])
    assert sums["slopes"] == pytest.approx([sums["y_hat"], sums["y_hat"] - 1])
    assert sums["losses"] == pytest.approx([-np.log(1 - sums["y_hat"]), -np.log(sums["y_hat"])])


def test_map_holds_each_place(network, taken):
    photo = Movable(composite(taken, 0, 0), taken)
    places = place_map(network, photo)
    assert places.shape == (STEPS, STEPS)
    for i, j in [(0, 0), (3, 11), (16, 16)]:
        alone = sums_of(network, photo.at(photo.rows[i], photo.cols[j]))["y_hat"]
        assert places[i, j] == pytest.approx(alone, abs=1e-5)


def test_ball_s_centre_reaches_all_edges(taken):
    photo = Movable(composite(taken, 0, 0), taken)
    for shifts, centre in ((photo.rows, taken.centre[0]), (photo.cols, taken.centre[1])):
        assert abs(centre + shifts[0]) <= 0.5 and abs(centre + shifts[-1] - 63) <= 0.5
    assert photo.nearest(-999, 999) == (photo.rows[0], photo.cols[-1])
    assert photo.nearest(0, 0) == (0, 0)


def test_the_photo_as_it_was_taken_is_one_of_the_places():
    """Else its ŷ, shown beside the map, may lie outside of what the map gives as its range."""
    Y = labels(GALLERY_SEED, range(40), ROOM_TO_MOVE)
    for index in Y.sum(dim=0).nonzero().flatten().tolist():
        taken = layers(GALLERY_SEED, index, ROOM_TO_MOVE)
        photo = Movable(composite(taken, 0, 0), taken)
        for shifts in (photo.rows, photo.cols):
            assert 0 in shifts
            assert list(shifts) == sorted(set(shifts))


def test_own_photo_is_shifted_whole():
    pixels = np.random.default_rng(1).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    photo = movable(ChosenPhoto(pixels, None, "yours", None, None, True), ROOM_TO_MOVE)
    assert photo.layers is None
    moved = photo.at(2, -3).numpy()
    np.testing.assert_array_equal(moved[2:, :-3], pixels[:-2, 3:])
    np.testing.assert_array_equal(moved[0, :-3], pixels[0, 3:])  # the edge repeats
    assert torch.equal(shift(photo.photo, 0, 0), photo.photo)


def test_of_ones_own_photo_no_map_outlives_the_session(network, monkeypatch):
    made = list[Movable]()
    monkeypatch.setattr(shown, "place_map", lambda _, photo: made.append(photo) or np.zeros((STEPS, STEPS)))
    pixels = np.random.default_rng(2).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    for own, times in ((True, 2), (False, 1)):
        chosen = ChosenPhoto(pixels, None, "", None, None, own)
        for _ in range(2):
            places_of(chosen, movable(chosen, ROOM_TO_MOVE), "a test's", network)
        assert len(made) == times, "what all sessions share has none of it"
        made.clear()


def test_photo_without_a_ball_has_no_layers():
    Y = labels(GALLERY_SEED, range(60), ROOM_TO_MOVE).sum(dim=0)
    index = int(Y.argmin())
    taken = render(GALLERY_SEED, [index], ROOM_TO_MOVE, device="cpu")
    chosen = ChosenPhoto(taken.pixels[0].numpy(), taken.Y[:, 0].numpy(), "none", GALLERY_SEED, index, False)
    assert movable(chosen, ROOM_TO_MOVE).layers is None


def test_packed_arrays_stand_where_the_header_says(network, taken):
    photo = Movable(composite(taken, 0, 0), taken)
    chosen = ChosenPhoto(photo.photo.numpy(), None, "own", None, None, True)
    header, arrays = picture(chosen, photo, network, "x", place_map(network, photo), 1, 2, 0)
    packed = pack(header, arrays)
    read = unpacked(packed)
    assert read["core"]["drow"] == 1 and read["truth"] is None
    for name, (kind, start, count) in read["arrays"].items():
        assert start % 4 == 0
        found = np.frombuffer(packed, np.dtype(kind), count, start)
        np.testing.assert_array_equal(found, np.asarray(arrays[name]).ravel())


def test_the_axis_of_z_reaches_as_far_as_the_ball_can_take_it(network, taken):
    photo = Movable(composite(taken, 0, 0), taken)
    chosen = ChosenPhoto(photo.photo.numpy(), None, "own", None, None, True)
    for far in (0.0001, 0.9999):  # z = −9.2 and 9.2
        places = np.full((STEPS, STEPS), 0.5, np.float32)
        places[3, 4] = far
        header, _ = picture(chosen, photo, network, "x", places, 0, 0, 0)
        assert header["span"] == 12


def test_what_a_guess_is_worth_is_that_of_the_more_frequent_answer(network, monkeypatch):
    said = []
    monkeypatch.setattr(descent, "_steps", lambda key, data: said.append(unpacked(data)["verdict"]))
    costs, photo = np.ones(2, np.float32), np.zeros((64, 64, 3), np.uint8)
    for without in (30, 70):
        test = OnUnseen(photos=100, right=80, without=without)
        descent.show("steps", Snapshot(network, costs, 2, test), 2, photo, "", {"z": 0.0, "y_hat": 0.5})
    assert "right on 80\u202f% of 100 photos" in said[0]
    guesses = [text.partition("(")[2] for text in said]
    assert guesses == ["always “yes”: 70\u202f%)", "always “no”: 70\u202f%)"]


def unpacked(packed):
    """The header of what ui.packing.pack has made."""
    return json.loads(packed[4 : 4 + int.from_bytes(packed[:4], "little")])


def test_pack_refuses_other_numbers():
    with pytest.raises(ValueError, match="float64"):
        pack({}, {"w": np.zeros(3)})


def test_three_steps_descend_and_repeat():
    photos = Rendering(7, 96, Recipe(none=0, one=1, two=0, three=0, radius=(20.0, 28.0)))
    rests: list[float] = []
    first, *run = list(three_steps(photos, 32, 0.0003, 40, rests.append))
    assert first == Waiting(0, 96)
    run = [snapshot for snapshot in run if isinstance(snapshot, Snapshot)]
    steps = [len(snapshot.costs) for snapshot in run]
    assert steps[:10] == [*range(1, 11)] and steps[-2:] == [40, 40]
    assert len(steps) < 30, "later ones come several at a time"
    assert len(rests) == len(steps) - 2, "after each but the last, whose test follows at once"
    assert 2 < sum(rests) < 4, "seconds: a class can watch w form"
    last = run[-1]
    assert last.costs[0] == pytest.approx(np.log(2), abs=1e-6) and last.costs[-5:].mean() < last.costs[0]
    assert last.test is not None and last.test.photos == 32 and 0 <= last.test.right <= 32
    assert last.test.without == int((photos.wait().Y[0, -32:] == 0).sum())
    again = list(three_steps(photos, 32, 0.0003, 40, rests.append))[-1]
    assert torch.equal(again.network.layers[0].W, last.network.layers[0].W)
