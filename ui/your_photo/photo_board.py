"""One's own photos as tiles that are selected, sorted and removed by hand.

The server shows a sheet of photos; what the hand does to it is seen at once and told as a whole, "since this
sheet": so nothing is sent back while one sorts, and whoever has removed too much can undo it.

    photos now = `after`(photos on the sheet, photos before, hand)

Shapes: the crops go to the browser as uint8 (m, 64, 64, 3). A label travels as "101", no label as "".
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.own_photos.own_photo import Label, OwnPhoto, on_one_line
from core.own_photos.photo_set import PhotoSet
from ui import told
from ui.components import load
from ui.packing import pack
from ui.theme import BALL_COLOURS, BALL_NAMES

SCRIPTS = (
    "unpack",
    "elements",
    "pictures",
    "your_photo/photo_board_labels",
    "your_photo/photo_board_view",
    "your_photo/photo_board",
)
_board = load(*SCRIPTS, styles=["tile"])


@dataclass(frozen=True)
class Sheet:
    """What the board was given. heard: the hand's deeds that are in it; arrived: what comes in selected;
    removed: the photos in it that are not shown until they are brought back."""

    of: int
    heard: int
    photos: PhotoSet
    focus: str | None
    arrived: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hand:
    """What the hand has done since sheet `of`. seq counts its deeds; focus: the photo to ask about."""

    of: int
    seq: int
    labels: dict[str, Label | None]
    removed: frozenset[str]
    focus: str | None

    @staticmethod
    def read(hand: Any) -> "Hand | None":
        """From the browser, which may send anything; None for what no board sends."""
        try:
            labels = {str(id_): _label(label) for id_, label in hand["labels"].items()}
            of, seq, focus = told.whole(hand["of"]), told.whole(hand["seq"]), hand["focus"]
            removed = hand["removed"]
            if of is None or seq is None or not isinstance(removed, list):
                return None
            return Hand(of, seq, labels, frozenset(map(str, removed)), told.word(focus))
        except (TypeError, KeyError, ValueError, AttributeError):
            return None


def after(sheet: PhotoSet, before: PhotoSet, hand: Hand) -> PhotoSet:
    """`before`, sorted and removed as the hand has it; what it has brought back is taken from the sheet."""
    there: dict[str, OwnPhoto] = {photo.id: photo for photo in (*sheet.photos, *before.photos)}
    return _labelled(PhotoSet(tuple(there.values())).remove(hand.removed), hand)


def removed(sheet: PhotoSet, hand: Hand) -> PhotoSet:
    """What the hand has removed, sorted as it has it: it can bring these back."""
    return _labelled(PhotoSet(tuple(photo for photo in sheet.photos if photo.id in hand.removed)), hand)


def _labelled(photos: PhotoSet, hand: Hand) -> PhotoSet:
    for label in set(hand.labels.values()):
        photos = photos.labelled((id_ for id_, its in hand.labels.items() if its == label), label)
    return photos


def mount(key: str, sheet: Sheet, on_hand: Callable[[], None]) -> None:
    """Show the sheet. While `on_hand` runs, st.session_state[key].hand holds what `Hand.read` reads."""
    photos = sheet.photos.photos
    header = {
        "of": sheet.of,
        "heard": sheet.heard,
        "focus": sheet.focus,
        "arrived": list(sheet.arrived),
        "removed": list(sheet.removed),
        "photos": [
            {
                "id": photo.id,
                "name": on_one_line(photo.name),
                "label": "" if photo.label is None else "".join(map(str, photo.label)),
                "at": f"{photo.x},{photo.y},{photo.zoom}",
            }
            for photo in photos
        ],
        "balls": [
            {"name": name, "short": kind, "colour": BALL_COLOURS[kind]} for kind, name in BALL_NAMES.items()
        ],
    }
    pixels = np.zeros((len(photos), 64, 64, 3), np.uint8)
    for place, photo in enumerate(photos):
        pixels[place] = photo.pixels
    _board(key=key, data=pack(header, {"pixels": pixels}), on_hand_change=on_hand)


def _label(text: Any) -> Label | None:
    if text == "":
        return None
    if not re.fullmatch("[01]{3}", text, re.ASCII):
        raise ValueError(f"no label: {text!r}")
    soccer, basketball, baseball = map(int, text)
    return soccer, basketball, baseball
