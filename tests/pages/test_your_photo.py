"""Your photos, without a browser: an example at first, photos and zips, broken ones, what the models say."""

import os
import re
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import numpy as np
import pytest
import streamlit as st
import torch
from PIL import Image
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import StopException
from streamlit.testing.v1 import AppTest, local_script_runner

from core.balls import GALLERY_SEED, render
from core.closer_look import SIDES
from core.judging import ANSWERS, judge, judge_pixels
from core.live_run.settings import Settings
from core.network import propagate
from core.own_photos import photo_set
from core.own_photos.own_photo import OwnPhoto, read_own
from core.own_photos.photo_set import PhotoSet
from core.own_photos.photo_zip import from_zip, to_zip
from core.patches import votes
from core.photos import Photo, read_photo
from core.pixels import flatten
from core.weights import load_model
from tests.core.own_photos import numbered, some, zipped
from tests.core.photo_corpus import encode, picture
from ui.live_training import own_training
from ui.your_photo import crop, own_photos, photo_uploads
from ui.your_photo.answers import Answer, ask, clearest, described, never_sure
from ui.your_photo.crop import Place
from ui.your_photo.photo_uploads import FILES, ZIP

BALL = encode(picture("RGB", 300, 400), "JPEG")


@pytest.fixture
def app(open_page) -> AppTest:
    return open_page("your_photo")


def rendered() -> np.ndarray:
    return render(GALLERY_SEED, [5], device="cpu").pixels[0].numpy()


def own_set(app: AppTest) -> PhotoSet:
    return app.session_state["own_photos"].photos


def texts(app: AppTest) -> list[str]:
    return [text.value for text in app.text]


def test_an_example_stands_there_until_a_photo_is_chosen(app: AppTest) -> None:
    assert app.title[0].value == "Your photos"
    assert "example" in app.info[0].value
    assert "own_photo" not in app.session_state and not own_set(app)


def test_ones_own_photo_is_kept_for_the_other_pages(app: AppTest) -> None:
    app.file_uploader[0].upload("ball.jpg", BALL, "image/jpeg").run()
    assert not app.exception and not app.error and not app.info
    assert "ball.jpg: JPEG, 400 × 300 pixels" in texts(app)
    np.testing.assert_array_equal(app.session_state["own_photo"], read_photo(BALL).crop())
    assert app.session_state["own_label"] is None, "not sorted yet"
    app.session_state["own_photos"].photos = own_set(app).labelled([own_set(app).photos[0].id], (0, 1, 0))
    app.run()
    assert app.session_state["own_label"] == (0, 1, 0)
    ways = {link.proto.label: parse_qs(link.proto.query_string) for link in app.get("page_link")}
    begun = [Settings.checked({name: value for name, (value,) in way.items()}) for way in ways.values()]
    assert begun[0] == (Settings(init="network", hidden=(64, 32), own=0.5), [])
    assert begun[1] == (Settings(own=0.5), [])
    assert [way["photo"] for way in [*ways.values()][2:]] == [["own"]] * 3


def test_each_goal_has_ones_own_photo_and_says_where_it_needs_a_label_that_nobody_gave(app: AppTest) -> None:
    app.file_uploader[0].upload("ball.jpg", BALL, "image/jpeg").run()
    for page in ("one_ball", "three_balls", "unique_ball"):
        app.query_params["photo"] = "own"
        app.switch_page(f"pages/{page}.py").run()
        (said,) = {
            text.value for text in app.caption if "Nobody has said what is in your photo" in text.value
        }
        assumed = "stands in for the label" if page == "unique_ball" else "is assumed here"
        assert assumed in said, "Goals 1 and 2 need a label, and assume one; Goal 3 has the model’s answer"
        assert app.query_params["photo"] in ("own", ["own"]), page


def test_many_at_once_and_a_bad_one_among_them(app: AppTest) -> None:
    files = [(f"{n}.png", numbered(n), "image/png") for n in range(50)]
    files.insert(20, ("half.jpg", BALL[:900], "image/jpeg"))
    files.insert(30, ("empty.png", b"", "image/png"))
    app.file_uploader[0].set_value(files).run()
    assert not app.exception
    assert [photo.name for photo in own_set(app).photos] == [f"{n}.png" for n in range(50)]
    assert app.error[0].value == "2 files were left out. Everything else is here."
    assert [line.split(":")[0] for line in texts(app)[:2]] == ["half.jpg", "empty.png"]
    assert "0.png: PNG, 60 × 40 pixels" in texts(app), "the first one has the focus"
    app.file_uploader[0].upload("50.png", numbered(50), "image/png").run()
    assert len(own_set(app)) == 51 and not app.error
    assert "50.png: PNG, 60 × 90 pixels" in texts(app), "what has come last"


@pytest.mark.parametrize(("uploader", "key"), [(0, FILES), (-2, ZIP)])
def test_a_file_that_has_been_read_is_not_kept(
    app: AppTest, uploader: int, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streamlit would keep it until the tab is closed, also where its photo has been forgotten since."""
    stores: list[MemoryUploadedFileManager] = []

    class Noted(MemoryUploadedFileManager):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            stores.append(self)

    monkeypatch.setattr(local_script_runner, "MemoryUploadedFileManager", Noted)
    brought = to_zip(some((1, 0, 0), (0, 1, 0)))
    app.file_uploader[uploader].upload("a.zip", brought, "application/zip").run()
    assert not app.exception and len(own_set(app)) == 2
    assert stores and not any(files for store in stores for files in store.file_storage.values())
    assert f"{key}_0" not in app.session_state


def test_the_uploader_stays_while_another_file_is_on_its_way_to_it(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a fresh one in its place the browser would let go of that file, without a word."""
    on_its_way = [True]
    monkeypatch.setattr(
        photo_uploads, "others_under_way", lambda session, had, here=False: on_its_way[0] and not here
    )
    app.file_uploader[0].upload("0.png", numbered(0), "image/png").run()
    assert len(own_set(app)) == 1 and f"{FILES}_0" in app.session_state
    app.run()
    assert len(own_set(app)) == 1 and not app.error, "it is read once"
    on_its_way[0] = False
    app.file_uploader[0].upload("1.png", numbered(1), "image/png").run()
    assert [photo.name for photo in own_set(app).photos] == ["0.png", "1.png"] and not app.error
    assert f"{FILES}_0" not in app.session_state and f"{FILES}_1" in app.session_state


@pytest.mark.parametrize("way", ["another page", "the camera"])
def test_what_was_being_read_when_it_was_left_is_read_when_one_is_back(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The uploader loses its files then, and nobody had said so."""
    leave = [True]

    def left(name: str, data: bytes) -> OwnPhoto:
        if name == "1.png" and leave:
            raise StopException  # as where a link is clicked
        return read_own(name, data)

    monkeypatch.setattr(photo_uploads, "read_own", left)
    files = [(f"{n}.png", numbered(n), "image/png") for n in range(3)]
    app.file_uploader[0].set_value([*files, ("none.png", b"", "image/png")]).run()
    assert [photo.name for photo in own_set(app).photos] == ["0.png"]
    leave.clear()
    if way == "the camera":
        app.segmented_control(key="from").set_value("camera").run()
    else:
        app.switch_page("pages/one_ball.py").run()
        app.switch_page("pages/your_photo.py").run()
    assert [photo.name for photo in own_set(app).photos] == ["0.png", "1.png", "2.png"]
    assert app.error[0].value == "One file was left out. Everything else is here."
    desk = app.session_state["own_photos"]
    assert not desk.coming and not desk.read
    app.run()
    assert len(own_set(app)) == 3 and not app.exception


@pytest.mark.parametrize("data", [BALL, BALL[:900]])
def test_a_run_that_is_broken_off_while_it_reads_says_nothing_of_what_the_next_one_has_read(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    """Streamlit begins the next run at once; this one goes on to where it asks for its session again."""
    desk, ended = app.session_state["own_photos"], []

    def slow(name: str, data: bytes) -> OwnPhoto:
        ended.append(name)
        if data == BALL:
            desk.photos = desk.photos.add(read_own(name, data))  # the next run was quicker
        return read_own(name, data)

    def asked() -> own_photos.Desk:
        if ended:
            raise StopException
        return desk

    monkeypatch.setattr(photo_uploads, "read_own", slow)
    monkeypatch.setattr(photo_uploads, "the_desk", asked)
    app.file_uploader[0].upload("ball.jpg", data, "image/jpeg").run()
    assert ended and not desk.left_out


def test_a_zip_that_waits_for_another_file_says_once_what_came_of_it(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_uploads, "others_under_way", lambda session, had, here=False: not here)
    brought = to_zip(some((1, 0, 0), (0, 1, 0)))
    app.file_uploader[-2].upload("a.zip", brought, "application/zip").run()
    for _ in range(2):
        assert [said.value for said in app.success] == ["2 photos have arrived: see further up."]
        assert len(own_set(app)) == 2 and not app.exception
        app.run()


def test_a_file_that_came_to_the_uploader_before_is_taken(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser brings it there where it had not heard yet that a fresh one stands in its place."""
    app.file_uploader[0].upload("0.png", numbered(0), "image/png").run()
    old = app.file_uploader[0].key
    assert old == f"{FILES}_1"
    app.session_state["own_photos"].uploaders[FILES] += 1  # while a file is on its way to it
    monkeypatch.setattr(photo_uploads, "others_under_way", lambda session, had, here=False: here)
    app.file_uploader[0].upload("late.png", numbered(1), "image/png").run()
    assert [photo.name for photo in own_set(app).photos] == ["0.png", "late.png"]


def test_a_broken_file_takes_nothing_away(app: AppTest) -> None:
    app.file_uploader[0].upload("ball.jpg", BALL, "image/jpeg").run()
    app.file_uploader[0].upload("broken.jpg", BALL[:900], "image/jpeg").run()
    assert not app.exception
    assert app.error[0].value == "One file was left out. Everything else is here."
    assert texts(app)[0].startswith("broken.jpg: The JPEG file ends too early")
    assert "ball.jpg: JPEG, 400 × 300 pixels" in texts(app)
    np.testing.assert_array_equal(app.session_state["own_photo"], read_photo(BALL).crop())


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "This is an SVG drawing"),
        ("photos.zip", b"PK\x03\x04" + bytes(60), "The zip is damaged"),
        ("letter", b"Dear reader, this is no photo.", "This is a text"),
        ("my balls.ZIP", b"Dear reader, this is no photo.", "This is not a zip; choose one"),
        ("empty.png", b"", "The file is empty"),
    ],
)
def test_whatever_its_name_a_wrong_file_is_refused_in_a_sentence(
    app: AppTest, name: str, data: bytes, said: str
) -> None:
    assert not app.file_uploader[0].proto.type, "the browser would refuse it, and without a word"
    app.file_uploader[0].upload(name, data).run()
    assert not app.exception
    assert app.error[0].value == "One file was left out."
    assert texts(app)[0].startswith(f"{name}: {said}")
    assert "example" in app.info[0].value


def test_a_full_set_says_so(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_set, "MAX_PHOTOS", 2)
    app.file_uploader[0].set_value([(f"{n}.png", numbered(n), "image/png") for n in range(4)]).run()
    assert len(own_set(app)) == 2
    assert app.error[0].value == "2 files were left out. Everything else is here."
    assert texts(app)[0].startswith("2.png and 3.png: ")
    assert "There is no room for it" in texts(app)[0]


def test_a_photo_is_forgotten(app: AppTest) -> None:
    app.file_uploader[0].set_value([(f"{n}.png", numbered(n), "image/png") for n in range(2)]).run()
    for left in (1, 0):
        assert "own_photo" in app.session_state
        next(button for button in app.button if button.label == "Forget this photo").click().run()
        assert not app.exception and len(own_set(app)) == left
    assert "own_photo" not in app.session_state
    assert "example" in app.info[0].value


def test_all_are_forgotten(app: AppTest) -> None:
    app.file_uploader[0].set_value([(f"{n}.png", numbered(n), "image/png") for n in range(3)]).run()
    next(button for button in app.button if button.label == "Yes, forget all").click().run()
    desk = app.session_state["own_photos"]
    assert not desk.photos and not desk.sheet.photos and "own_photo" not in app.session_state


def test_what_was_still_to_be_read_when_all_were_forgotten_does_not_come_in(
    app: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The press breaks off the run that reads the files, and the next one would have gone on with them."""
    usual, pressed = photo_uploads.receive_zip, list[bool]()

    def press_once() -> None:
        """As the button does, of which a run of the page that was broken off here shows nothing."""
        usual()
        if not pressed:
            pressed.append(True)
            own_photos.forget()

    def broken_off(name: str, data: bytes) -> OwnPhoto:
        if name == "1.png":
            raise StopException
        return read_own(name, data)

    monkeypatch.setattr(photo_uploads, "read_own", broken_off)
    app.file_uploader[0].set_value([(f"{n}.png", numbered(n), "image/png") for n in range(3)]).run()
    assert [photo.name for photo in own_set(app).photos] == ["0.png"]
    monkeypatch.setattr(photo_uploads, "read_own", read_own)
    monkeypatch.setattr(photo_uploads, "receive_zip", press_once)
    app.run()
    desk = app.session_state["own_photos"]
    assert pressed and not desk.photos and not desk.coming and not desk.read and not app.exception
    app.file_uploader[0].upload("3.png", numbered(3), "image/png").run()
    assert [photo.name for photo in own_set(app).photos] == ["3.png"]


@pytest.mark.parametrize("which", ["Forget this photo", "Yes, forget all"])
def test_what_is_forgotten_is_gone_elsewhere_too_where_the_page_is_left_at_once(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    """The run of the page is broken off then, before it has come to its photos."""
    taken_back = list[tuple[str, ...]]()
    monkeypatch.setattr(own_training, "take_back", lambda: taken_back.append(own_photos.own_set().ids))
    app.file_uploader[0].set_value([(f"{n}.png", numbered(n), "image/png") for n in range(2)]).run()
    forgotten, left = own_set(app).photos[0], own_set(app).ids[1:] if which == "Forget this photo" else ()

    def leave() -> None:
        raise StopException  # as where a link is clicked

    monkeypatch.setattr(photo_uploads, "receive_zip", leave)
    next(button for button in app.button if button.label == which).click().run()
    assert taken_back[-1] == own_set(app).ids == left, "live runs have heard of it"
    assert app.session_state["own_photos"].sheet.photos.ids == left, "it is held no longer"
    assert ("own_photo" in app.session_state) == bool(left)
    assert not left or not np.array_equal(app.session_state["own_photo"], forgotten.pixels)


def test_what_is_forgotten_is_no_longer_on_offer_as_a_zip(app: AppTest) -> None:
    app.file_uploader[0].upload("a.zip", to_zip(some((1, 0, 0), (0, 1, 0))), "application/zip").run()
    (zip_,) = app.session_state["own_zip:files"]
    next(button for button in app.button if button.label == "Yes, forget all").click().run()
    assert not from_zip(zip_.make())[0], "its address may still be known"


def test_one_camera_photo_after_the_other(app: AppTest) -> None:
    app.segmented_control(key="from").set_value("camera").run()
    for n in range(3):
        shot = encode(picture("RGB", 480, 600 + 10 * n), "JPEG")
        app.camera_input[0].set_value(("shot.jpg", shot, "image/jpeg")).run()
        assert not app.exception and len(own_set(app)) == n + 1
    assert [photo.name for photo in own_set(app).photos] == ["shot.jpg", "shot 2.jpg", "shot 3.jpg"]
    assert "shot 3.jpg: JPEG, 620 × 480 pixels" in texts(app)


def test_what_a_camera_sends_before_it_has_begun_is_no_photo(app: AppTest) -> None:
    """A press as soon as the button stands there again: the picture would be sorted with the others."""
    app.segmented_control(key="from").set_value("camera").run()
    black = encode(Image.new("RGB", (640, 480)), "JPEG")
    app.camera_input[0].set_value(("shot.jpg", black, "image/jpeg")).run()
    assert not own_set(app) and f"shot.jpg: {photo_uploads.TOO_EARLY}" in texts(app)
    app.camera_input[0].set_value(("next.jpg", BALL, "image/jpeg")).run()
    assert len(own_set(app)) == 1 and not app.error
    app.segmented_control(key="from").set_value("file").run()
    app.file_uploader[0].upload("black.jpg", black, "image/jpeg").run()
    assert len(own_set(app)) == 2, "whoever chooses a file has seen it"


@pytest.mark.parametrize(
    ("address", "lent"),
    [
        ("https://lecture.example/your_photo", True),
        ("http://localhost:8501/your_photo", True),
        ("http://127.0.0.1:8501/your_photo", True),
        ("http://[::1]:8501/your_photo", True),
        ("", True),  # no browser has told it
        ("http://192.168.1.7:8600/your_photo", False),
        ("http://lecture.example/your_photo", False),
    ],
)
def test_where_no_browser_lends_its_camera_it_is_said_what_will_do(
    app: AppTest, monkeypatch: pytest.MonkeyPatch, address: str, lent: bool
) -> None:
    """In a hall the app has an address of its network: no camera would ever begin, whatever one allows."""
    monkeypatch.setattr(type(st.context), "url", address)
    app.segmented_control(key="from").set_value("camera").run()
    assert bool(app.camera_input) == lent
    assert (photo_uploads.NO_CAMERA in [info.value for info in app.info]) != lent


def test_a_name_is_text(app: AppTest) -> None:
    name = "<img src=x onerror=alert(1)> **bold** $x$ :red[r] [l](http://a.invalid).png"
    app.file_uploader[0].set_value([(name, BALL, "image/png"), (name, BALL[:900], "image/png")]).run()
    shown = [text for text in texts(app) if text.startswith("<img src=x onerror=alert(1)> **bold**")]
    assert len(shown) == 2
    for element in [*app.markdown, *app.caption, *app.info, *app.error]:
        assert "onerror" not in element.value


# -------------------------------------------------------------------------------------- kept, brought back


@pytest.mark.parametrize("uploader", [0, -2])
def test_a_saved_set_comes_back(app: AppTest, uploader: int) -> None:
    photos = some((1, 0, 0), (0, 1, 1), (0, 0, 0))
    photos = photos.cropped(photos.ids[1], 0.25, 0.5, 2.0)
    app.file_uploader[uploader].upload("my-ball-photos.zip", to_zip(photos), "application/zip").run()
    assert not app.exception and not app.error
    back = own_set(app)
    assert back.ids == photos.ids and back.labels == photos.labels
    assert back.photos[1].zoom == 2.0
    (zip_,) = app.session_state["own_zip:files"]
    assert zip_.label == "Save 3 sorted photos as a zip" and from_zip(zip_.make())[0].ids == photos.ids


def test_a_zip_with_a_bad_photo_in_it(app: AppTest) -> None:
    data = zipped(
        ("soccer/<b>x</b>.jpg", b"no photo, but a text"),
        ("soccer/1.png", numbered(1)),
        ("../2.png", numbered(2)),
    )
    app.file_uploader[-2].upload("a.zip", data, "application/zip").run()
    assert [photo.name for photo in own_set(app).photos] == ["1.png"]
    assert app.error[0].value == "2 files were left out. Everything else is here."
    assert texts(app)[-2].startswith("a.zip: soccer/<b>x</b>.jpg: This is a text")
    assert texts(app)[-1].startswith("a.zip: ../2.png: Its path leads out of the zip;")


def test_every_reason_is_told_however_many(app: AppTest) -> None:
    files = [(f"{number}.zip", b"PK\5\6" + bytes(18), "application/zip") for number in range(1, 121)]
    app.file_uploader[0].set_value(files).run()
    assert app.error[0].value == "120 files were left out."
    (rest,) = app.expander
    assert rest.label == "… and 112 sentences more"
    *first, others = texts(app)
    assert rest.text[0].value == others
    assert [line.split(":")[0] for line in (*first, *others.split("\n\n"))] == [name for name, _, _ in files]


def test_what_a_zip_brought_back_is_told_at_its_uploader(app: AppTest) -> None:
    def end() -> list[str]:
        """What stands below the page's last uploader."""
        told = [(one.type, one.value) for one in app.main if one.type in ("success", "info", "error", "text")]
        return [value for _, value in told[-2:]]

    data = to_zip(some((1, 0, 0), (0, 1, 0)))
    app.file_uploader[-2].upload("set.zip", data, "application/zip").run()
    assert end()[-1] == "2 photos have arrived: see further up."
    app.file_uploader[-2].upload("set.zip", data, "application/zip").run()
    assert end()[-1] == "set.zip: soccer/0.png and basketball/1.png: This photo is among yours already."
    app.file_uploader[-2].upload("bad.zip", b"PK\x03\x04" + bytes(60), "application/zip").run()
    assert end()[0] == "One file was left out. Everything else is here."
    assert end()[1].startswith("bad.zip: The zip is damaged")
    app.file_uploader[0].upload("bad.zip", b"PK\x03\x04" + bytes(60), "application/zip").run()
    assert texts(app)[0].startswith("bad.zip: The zip is damaged"), "at the uploader that it came from"


@pytest.mark.parametrize(
    ("folders", "said"),
    [
        (["Fußball"], "One photo has arrived: see further up. It is not sorted yet."),
        (["soccer", "Fußball"], "2 photos have arrived: see further up. One of them is not sorted yet."),
        (["soccer", "a", "b"], "3 photos have arrived: see further up. 2 of them are not sorted yet."),
        (["a", "b"], "2 photos have arrived: see further up. None of them is sorted yet."),
    ],
)
def test_photos_of_a_zip_whose_folders_name_no_label_are_told_of(
    app: AppTest, folders: list[str], said: str
) -> None:
    data = zipped(*((f"{name}/{n}.png", numbered(n)) for n, name in enumerate(folders)))
    app.file_uploader[-2].upload("set.zip", data, "application/zip").run()
    assert [one.value for one in app.success] == [said]

    desk = app.session_state["own_photos"]
    desk.photos = desk.photos.labelled(desk.photos.ids, (1, 0, 0))
    app.run()
    assert [one.value for one in app.success] == [said.partition(": see")[0] + ": see further up."], "sorted"
    desk.photos = PhotoSet()
    app.run()
    assert not app.success, "there are none further up any more"


def test_photos_that_are_gone_are_told_of_until_there_are_others(app: AppTest) -> None:
    assert not app.warning
    for photos, sentence, choose in ((1, "One photo was", "choose it"), (7, "7 photos were", "choose them")):
        app.session_state["your_photos_were"] = photos, False
        app.run()
        assert app.warning[0].value.startswith(f"{sentence} here before") and choose in app.warning[0].value
    app.file_uploader[0].upload("ball.jpg", BALL, "image/jpeg").run()
    assert not app.warning
    app.button[[button.label for button in app.button].index("Forget this photo")].click().run()
    assert not app.warning and not own_set(app)
    app.session_state["your_photos_were"] = 0, True
    app.run()
    assert app.warning[0].value.startswith("A network that was taught or brought was here before the page")
    app.session_state["your_photos_were"] = 7, True
    app.run()
    assert "So is the network that was taught or brought" in app.warning[0].value
    app.file_uploader[0].upload("ball.jpg", BALL, "image/jpeg").run()
    assert app.warning[0].value.startswith("A network"), "that is gone still"


def test_a_zip_sorts_what_is_here_already(app: AppTest) -> None:
    app.file_uploader[0].set_value([(f"{n}.png", numbered(n), "image/png") for n in range(3)]).run()
    data = zipped(("soccer/0.png", numbered(0)), ("none/2.png", numbered(2)), ("soccer/7.png", numbered(7)))
    app.file_uploader[-2].upload("sorted.zip", data, "application/zip").run()
    assert not app.exception and not app.error
    assert own_set(app).labels == ((1, 0, 0), None, (0, 0, 0), (1, 0, 0))
    assert [said.value for said in app.success] == [
        "One photo has arrived: see further up.",
        "2 photos that were not sorted yet now have their labels from the zip.",
    ]
    assert app.session_state["own_photos"].sheet.photos is own_set(app), "the board shows them"
    app.file_uploader[-2].upload("one.zip", zipped(("baseball/1.png", numbered(1))), "application/zip").run()
    assert own_set(app).labels[1] == (0, 0, 1)
    assert app.success[0].value == "One photo that was not sorted yet now has its label from the zip."
    app.file_uploader[0].upload("8.png", numbered(8), "image/png").run()
    assert not app.success


def test_of_one_photo_it_is_not_said_that_some_are_held_back(app: AppTest) -> None:
    app.file_uploader[-2].upload("one.zip", to_zip(some((1, 0, 0))), "application/zip").run()
    (said,) = [one.value for one in app.markdown if "**Live training**" in one.value]
    assert said.endswith("Of two or more of a kind it holds some back to measure on.")


def test_what_is_not_sorted_is_said_to_be_left_behind(app: AppTest) -> None:
    app.file_uploader[0].upload("ball.jpg", BALL, "image/jpeg").run()
    assert app.session_state["own_zip:files"][0].make is None
    assert any("One photo is not sorted yet" in caption.value for caption in app.caption)


class Watch:
    """The files that are opened for writing meanwhile, by the test and whatever it starts."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.on = False
        self.others: set[int | None] = set()  # threads of earlier tests, which may save their runs
        sys.addaudithook(self._heard)  # it stays for the process, and does nothing between tests

    def start(self) -> None:
        main = threading.main_thread()
        self.others = {thread.ident for thread in threading.enumerate() if thread is not main}
        self.files, self.on = [], True

    def _heard(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.on and event == "open" and threading.get_ident() not in self.others:
            path, mode, flags = arguments
            if set(mode or "") & set("wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR):
                self.files.append(str(path))


@pytest.fixture(scope="module")
def only_watch() -> Watch:
    return Watch()


@pytest.fixture
def watch(only_watch: Watch) -> Iterator[Watch]:
    only_watch.start()
    yield only_watch
    only_watch.on = False


def test_photos_are_written_nowhere(app: AppTest, tmp_path: Path, watch: Watch) -> None:
    (tmp_path / "seen").write_text("")
    assert watch.files == [str(tmp_path / "seen")]
    watch.files.clear()
    photo = encode(picture("RGB", 900, 1200), "JPEG")
    app.file_uploader[0].upload("ball.jpg", photo, "image/jpeg").run()
    app.file_uploader[0].upload("set.zip", to_zip(some((1, 0, 0), None)), "application/zip").run()
    assert len(own_set(app)) == 2
    from_zip(to_zip(own_set(app)))
    assert not [path for path in watch.files if path != os.devnull]


# ------------------------------------------------------------------------------------------ crops and answers


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ({}, Place(0.5, 0.5, 1.0)),
        ({"x": "0.3", "y": "0.75", "zoom": "2.5"}, Place(0.3, 0.75, 2.5)),
        ({"x": "-4", "y": "9", "zoom": "1000"}, Place(0.0, 1.0, 8.0)),
        ({"x": "nan", "y": "<b>", "zoom": "inf"}, Place(0.5, 0.5, 1.0)),
    ],
)
def test_the_frame_in_the_link(
    link: dict[str, str], expected: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streamlit.query_params", link)
    assert crop.place_and_link("nowhere", "any photo") == expected


def test_the_frame_gets_the_files_own_bytes_and_the_exact_crop(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: dict[str, Any] = {}
    monkeypatch.setattr(crop, "_crop", lambda **given: sent.update(given))
    monkeypatch.setattr(crop, "pack", lambda header, arrays: (header, arrays))
    photo = read_own("ball.jpg", BALL).framed(0.4, 0.5, 2)
    crop.mount("frame", photo, "a ball")
    header, arrays = sent["data"]
    assert (header["type"], header["of"], header["ratio"]) == ("image/jpeg", photo.id, pytest.approx(4 / 3))
    assert (header["x"], header["y"], header["zoom"]) == (0.4, 0.5, 2)
    np.testing.assert_array_equal(arrays["exact"], photo.photo.crop(0.4, 0.5, 2))
    np.testing.assert_array_equal(read_photo(arrays["picture"].tobytes()).pixels, photo.photo.pixels)
    small = OwnPhoto("rendered", Photo(rendered()))
    crop.mount("frame", small, "rendered")
    header, arrays = sent["data"]
    assert header["type"] == "image/png"
    np.testing.assert_array_equal(read_photo(arrays["picture"].tobytes()).pixels, small.photo.pixels)


@pytest.mark.parametrize("name", ANSWERS)
def test_what_a_model_says_is_what_core_says(name: str) -> None:
    photo, model = rendered(), load_model(ANSWERS[name])
    answer = ask(name, model, Photo(photo).crops(SIDES))
    expected = judge_pixels(model, torch.from_numpy(photo)[None])[:, 0]
    torch.testing.assert_close(torch.from_numpy(answer.p), expected)
    own = read_own("ball.jpg", BALL)  # which has more pixels
    answer_of_own = ask(name, model, own.crops(SIDES))
    said = judge({name: model}, [read_photo(own.file, zoom=1.0)])[name][:, 0]
    torch.testing.assert_close(torch.from_numpy(answer_of_own.p), said)
    if name == "network":  # the vote that a pixel shows is no stronger than the strongest
        told = votes(model, torch.from_numpy(photo)[None])
        assert np.abs(answer.evidence).max() <= float(told.abs().max()) + 1e-5
    else:  # a neuron's evidence and its b add up to z
        torch.testing.assert_close(
            torch.from_numpy(answer.evidence.sum(axis=(1, 2)) + answer.b),
            propagate(model, flatten(torch.from_numpy(photo))).Z[-1][:, 0],
            atol=1e-3,
            rtol=1e-4,
        )


def said(model: str, *p: float) -> str:
    numbers = np.array(p, np.float32)
    return Answer(model, numbers, numbers, np.zeros((len(p), 64, 64), np.float32)).sentence


def test_sentences() -> None:
    assert said("goal1", 0.9) == "Goal 1 says: a soccer ball."
    assert said("goal1", 0.1) == "Goal 1 says: no soccer ball."
    assert said("goal2", 0.9, 0.1, 0.8) == "Goal 2 says: soccer ball and baseball."
    assert said("goal2", 0.9, 0.8, 0.8) == "Goal 2 says: soccer ball, basketball and baseball."
    assert said("goal2", 0.1, 0.1, 0.1) == "Goal 2 says: none of the three balls."
    assert (
        said("goal2", 0.1, 0.41, 0.3)
        == "Goal 2 says: none of the three balls; if any, a basketball (41\u202f%)."
    )
    assert said("goal3", 0.3, 0.46, 0.24) == "Goal 3 says: basketball."
    assert [never_sure(p) for p in (0.0, 0.004, 0.5, 0.973, 0.999)] == [
        "< 1\u202f%",
        "< 1\u202f%",
        "50\u202f%",
        "97\u202f%",
        "> 99\u202f%",
    ]


@pytest.mark.parametrize(
    ("model", "p", "sentence"),
    [
        ("goal1", (0.5035,), "Goal 1 is undecided (50 %). The rule ŷ > ½ makes it a soccer ball."),
        ("goal1", (0.45,), "Goal 1 is undecided (45 %). The rule ŷ > ½ makes it no soccer ball."),
        ("goal1", (0.56,), "Goal 1 says: a soccer ball."),
        ("goal1", (0.44,), "Goal 1 says: no soccer ball."),
        ("goal2", (0.9, 0.1, 0.52), "Goal 2 says: soccer ball; undecided: baseball (52 %)."),
        ("goal2", (0.3, 0.46, 0.55),
         "Goal 2 is undecided: baseball (55 %) and basketball (46 %). It sees no other ball."),
        ("goal2", (0.5, 0.48, 0.53),
         "Goal 2 is undecided: baseball (53 %), soccer ball (50 %) and basketball (48 %)."),
        ("goal3", (0.42, 0.07, 0.51), "Goal 3 is undecided: baseball (51 %) or soccer ball (42 %)."),
        ("goal3", (0.4, 0.08, 0.52), "Goal 3 says: baseball."),
    ],
)  # fmt: skip
def test_the_toss_of_a_coin_is_no_answer(model: str, p: tuple[float, ...], sentence: str) -> None:
    assert re.sub(r"\s", " ", said(model, *p)) == sentence


def test_of_a_ball_that_is_undecided_the_name_is_not_bold() -> None:
    p = np.array((0.9, 0.1, 0.52), np.float32)
    answer = Answer("goal2", p, p, np.zeros((3, 64, 64), np.float32))
    (model,) = described([answer])[0]["models"]
    assert [neuron["yes"] for neuron in model["neurons"]] == [True, False, False]


def test_every_card_has_its_pictures_and_words() -> None:
    header, pictures = described(
        [ask(name, load_model(model), Photo(rendered()).crops(SIDES)) for name, model in ANSWERS.items()]
    )
    assert [len(model["neurons"]) for model in header["models"]] == [1, 3, 3, 3]
    assert pictures.shape == (10, 64, 64, 3)
    places = [neuron["at"] for model in header["models"] for neuron in model["neurons"]]
    assert places == [picture * 64 * 64 * 3 for picture in range(10)]
    assert all(neuron["alt"] for model in header["models"] for neuron in model["neurons"])


def test_the_clearest_photo() -> None:
    photos = render(GALLERY_SEED, range(12), device="cpu")
    models = [load_model("goal1"), load_model("goal2")]
    best = clearest(models, photos.pixels.numpy(), photos.Y.numpy())
    first, three = (judge_pixels(model, photos.pixels) for model in models)
    margins = [
        min(
            (2 * y - 1) * (p - 0.5)
            for y, p in zip((*photos.Y[:, i], photos.Y[0, i]), (*three[:, i], first[0, i]), strict=True)
        )
        for i in range(12)
    ]
    assert best == int(torch.stack(margins).argmax())
