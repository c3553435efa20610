"""The photos that a person brought and the hand on their board: what it sorts, removes and brings back."""

import math
from typing import Any

import pytest

from core.own_photos import photo_set
from core.own_photos.own_photo import read_own
from core.photos import MAX_ZOOM
from tests.core.own_photos import numbered, some
from ui.your_photo import crop, own_photos
from ui.your_photo.own_photos import Desk, short
from ui.your_photo.photo_board import Hand, Sheet, after


def hand(labels: dict[str, str], removed: list[str] = [], **more: Any) -> Hand:  # noqa: B006
    told = Hand.read({"of": 1, "seq": 1, "labels": labels, "removed": removed, "focus": None} | more)
    assert told is not None
    return told


def test_what_the_hand_has_done() -> None:
    photos = some(None, None, (1, 0, 0), None)
    a, b, c, d = photos.ids
    now = after(photos, photos, hand({a: "101", b: "000", c: "", "nobody": "100"}, [d, "nobody"]))
    assert now.ids == (a, b, c) and now.labels == ((1, 0, 1), (0, 0, 0), None)


def test_what_was_removed_comes_back_where_it_was_and_what_has_come_meanwhile_stays() -> None:
    sheet = some(None, None, None)
    a, b, c = sheet.ids
    come = sheet.add(read_own("new.png", numbered(9)))
    without = after(sheet, come, hand({}, [b]))
    assert without.ids == (a, c, come.ids[3])
    again = after(sheet, without.cropped(a, 0.1, 0.2, 3), hand({b: "100"}))
    assert again.ids == come.ids and again.labels[1] == (1, 0, 0)
    assert again.photos[0].zoom == 3, "a crop that moved meanwhile stays"


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        {"of": 1, "seq": 1, "labels": {"a": "1"}, "removed": [], "focus": None},
        {"of": 1, "seq": 1, "labels": {"a": "²01"}, "removed": [], "focus": None},
        {"of": 1, "seq": 1, "labels": {"a": 101}, "removed": [], "focus": None},
        {"of": "x", "seq": 1, "labels": {}, "removed": [], "focus": None},
        {"of": 1, "seq": 1, "labels": [], "removed": 3, "focus": None},
        {"of": 1, "seq": float("inf"), "labels": {}, "removed": [], "focus": None},
        {"of": 1, "seq": 1e308, "labels": {}, "removed": [], "focus": None},
        {"of": 1, "seq": 10**400, "labels": {}, "removed": [], "focus": None},
        {"of": "1", "seq": 1, "labels": {}, "removed": [], "focus": None},
        {"of": True, "seq": 1, "labels": {}, "removed": [], "focus": None},
        {"of": 1, "seq": 1, "labels": {}, "removed": "abc", "focus": None},
        {"of": "a", "x": math.nan, "y": 0.5, "zoom": 1},
        {"of": "a", "x": 0.5, "y": math.inf, "zoom": 1},
        {"of": "a", "x": 0.5, "y": 0.5, "zoom": "2"},
        {"of": "a", "x": True, "y": 0.5, "zoom": 1},
        {"of": "a", "x": 10**400, "y": 0.5, "zoom": 1},
        {"of": "a", "x": 0.5, "y": 0.5},
        {"of": None, "x": 0.5, "y": 0.5, "zoom": 1},
        {"of": "x" * 1_000_000, "x": 0.5, "y": 0.5, "zoom": 1},
    ],
    ids=lambda told: repr(told)[:80],
)
def test_a_browser_may_send_anything(told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Hand.read(told) is None
    monkeypatch.setattr(own_photos.st, "session_state", {"frame": {"crop": told}})
    assert crop.hand("frame") is None


def test_a_frame_that_no_hand_leaves_stays_on_the_photo_and_so_does_the_link(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = {"of": "a", "x": -3, "y": 1e308, "zoom": 0}
    monkeypatch.setattr(own_photos.st, "session_state", {"frame": {"crop": told}})
    assert crop.hand("frame") == ("a", crop.Place(0.0, 1.0, 1.0))
    told["zoom"] = 1e9
    assert crop.hand("frame") == ("a", crop.Place(0.0, 1.0, MAX_ZOOM))


def test_whoever_asks_about_no_photo_has_a_focus_on_none() -> None:
    assert hand({}, focus=[]).focus is None and hand({}, focus="a").focus == "a"


def test_a_hand_brings_nothing_back_that_is_forgotten_in_the_same_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photos = some(None, None)
    a, b = photos.ids
    desk = Desk(photos, a, Sheet(1, 0, photos, a))
    told = {"of": 1, "seq": 1, "labels": {b: "100"}, "removed": [], "focus": b}
    state = {"own_photos": desk, own_photos.BOARD: {"hand": told}}
    monkeypatch.setattr(own_photos.st, "session_state", state)
    own_photos.forget()
    own_photos._heard()
    assert not desk.photos and desk.focus is None


def test_a_focus_on_no_photo_is_one_on_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    photos = some(None, None, None)
    a, b, c = photos.ids
    desk = Desk(photos, b, Sheet(1, 0, photos, b))
    told = {"of": 1, "seq": 1, "labels": {}, "removed": [a], "focus": "nobody"}
    state = {"own_photos": desk, own_photos.BOARD: {"hand": told}}
    monkeypatch.setattr(own_photos.st, "session_state", state)
    own_photos._heard()
    assert desk.photos.ids == (b, c) and desk.focus == b, "else the page is as without photos"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Three photos; the hand has sorted the first and then removed it."""
    photos = some(None, None, None)
    a, b, _ = photos.ids
    desk = Desk(photos, a, Sheet(1, 0, photos, a))
    monkeypatch.setattr(own_photos.st, "session_state", {"own_photos": desk})
    monkeypatch.setattr(own_photos.photo_board, "mount", lambda *_: None)
    heard(of=1, seq=1, labels={a: "101"}, removed=[a], focus=b)
    assert desk.photos.ids == photos.ids[1:]
    return desk


def heard(**told: Any) -> None:
    own_photos.st.session_state[own_photos.BOARD] = {"hand": {"labels": {}, "removed": [], **told}}
    own_photos._heard()


def test_what_is_removed_can_be_brought_back_after_a_frame_was_moved(desk: Desk) -> None:
    (a, b, c), left = desk.sheet.photos.ids, desk.photos
    own_photos.keep_own_set(desk.photos.cropped(b, 0.1, 0.2, 3))
    own_photos.board()
    assert own_photos.own_set().ids == left.ids, "what is removed is on no page"
    assert desk.sheet.photos.ids == (a, b, c) and desk.sheet.removed == (a,)
    heard(of=2, seq=2, labels={c: "010"}, removed=[a], focus=c)
    assert desk.photos.ids == (b, c)
    heard(of=2, seq=3, labels={c: "010"}, focus=a)
    assert desk.photos.ids == (a, b, c) and desk.photos.labels == ((1, 0, 1), None, (0, 1, 0))
    assert desk.photos.photos[1].zoom == 3 and not desk.removed


def test_other_pages_have_what_the_hand_has_left_before_the_page_runs(desk: Desk) -> None:
    """Its run may be broken off by the next click."""
    state, told = own_photos.st.session_state, list[tuple[str, ...]]()
    (a, b, c), desk.let_go = desk.sheet.photos.ids, [lambda: told.append(desk.photos.ids)]
    heard(of=1, seq=2, labels={c: "001"}, removed=[a, b], focus=c)
    assert told == [(c,)] and state["own_label"] == (0, 0, 1)
    assert state["own_photo"].tobytes() == desk.photos.photos[0].pixels.tobytes()
    heard(of=1, seq=3, removed=[a, b, c], focus=None)
    assert told == [(c,), ()] and "own_photo" not in state


@pytest.mark.parametrize("which", ["one", "all"])
def test_nothing_that_was_removed_is_kept_once_one_forgets(desk: Desk, which: str) -> None:
    (a, b, c), of = desk.sheet.photos.ids, desk.sheet.of + 1
    own_photos.forget(*([b] if which == "one" else []))
    own_photos.board()
    left = (c,) if which == "one" else ()
    assert desk.photos.ids == desk.sheet.photos.ids == left and not desk.sheet.removed and not desk.removed
    heard(of=of, seq=2, focus=a)
    assert desk.photos.ids == left


def test_what_was_removed_takes_no_room_from_what_comes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_set, "MAX_PHOTOS", 3)
    own_photos.keep_own_set(desk.photos.add(read_own("new.png", numbered(9))))
    own_photos.board()
    assert len(desk.photos) == 3 and desk.sheet.photos is desk.photos and not desk.removed


def test_what_was_removed_and_comes_anew_is_there_once(desk: Desk) -> None:
    gone = desk.removed.photos[0]
    own_photos.keep_own_set(desk.photos.add(gone))
    own_photos.board()
    assert gone.id in desk.photos.ids and desk.sheet.photos is desk.photos and not desk.sheet.removed


def test_a_long_name_is_cut_with_one_space_on_either_side():
    assert short(f"{'a' * 39} {'b' * 40} {'c' * 15}") == f"{'a' * 39} … {'c' * 15}"
