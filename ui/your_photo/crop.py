"""A photo with a square frame to drag and zoom: what is inside is what the neurons see.

While the hand moves, the browser draws the crop itself (assets/components/your_photo/crop_sums.js, tested
against core.photos); when it stops, the server hears the place and answers with the exact pixels.
"""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np

from core.closer_look import Look
from core.own_photos.own_photo import OwnPhoto
from core.photos import MAX_ZOOM, Frame
from ui import told
from ui.components import load
from ui.links import heard, note_all, number
from ui.packing import pack


@dataclass(frozen=True)
class Place:
    """Where the frame is: its centre as fractions of the photo's width and height, and the zoom."""

    x: float = 0.5
    y: float = 0.5
    zoom: float = 1.0


_crop = load("unpack", "elements", "pictures", "your_photo/crop_sums", "your_photo/crop")


def hand(key: str) -> tuple[str, Place] | None:
    """(id of the photo, where the hand has left its frame); known before the component is mounted, too.

    The browser may send anything; None for what no frame sends.
    """
    return _checked(told.last(key, "crop"))


def _checked(hand: Any) -> tuple[str, Place] | None:
    moved = told.mapping(hand) or {}
    of, at = told.word(moved.get("of")), told.finite([moved.get(name) for name in ("x", "y", "zoom")], 3)
    if of is None or at is None:
        return None
    x, y = (min(max(part, 0.0), 1.0) for part in at[:2])
    return of, Place(x, y, min(max(at[2], 1.0), MAX_ZOOM))


def place_and_link(key: str, of: str) -> Place:
    """Where the hand has left the frame of this photo, which the link then says; else where the link is.

    Back and Forward lead to a link, until the hand moves the frame again.
    """
    there, at = _checked(heard(key, "crop")) or ("", Place())
    if there != of:
        return Place(number("x", 0.5, 0, 1), number("y", 0.5, 0, 1), number("zoom", 1, 1, MAX_ZOOM))
    said = (("x", at.x, 0.5), ("y", at.y, 0.5), ("zoom", at.zoom, 1.0))
    note_all({name: None if value == usual else f"{value:g}" for name, value, usual in said})
    return at


def _frame_of(look: Look, photo: OwnPhoto) -> list[float]:
    """x, y, zoom of the frame that cuts a square out of the photo's frame."""
    left, top, side = astuple(photo.photo.frame(photo.x, photo.y, photo.zoom))
    inner = Frame(left + look.left * side, top + look.top * side, look.side * side)
    return list(photo.photo.place(inner))


def mount(
    key: str, photo: OwnPhoto, alt: str, look: Look | None = None, on_crop: Callable[[], object] | None = None
) -> None:
    """Show the photo with its frame and the exact 64 × 64 pixels in it.

    look: a square in this frame that a button leads to. `on_crop`: when the hand stops. Without it the link
    says where, at once: a click on another may follow.
    """
    data = photo.packed()
    height, width = photo.photo.pixels.shape[:2]
    header = {
        "of": photo.id,
        "type": "image/png" if data.startswith(b"\x89PNG") else "image/jpeg",
        "ratio": width / height,
        "alt": alt,
        "x": photo.x,
        "y": photo.y,
        "zoom": photo.zoom,
        "most": MAX_ZOOM,
        "look": None if look is None else _frame_of(look, photo),
        # While the link says where the frame is, the browser follows it; else the hand is ahead of it.
        "link": [photo.x, photo.y, photo.zoom] if heard(key, "crop") is None else None,
    }
    arrays = {"picture": np.frombuffer(data, np.uint8), "exact": photo.pixels}
    _crop(
        key=key, data=pack(header, arrays), on_crop_change=on_crop or (lambda: place_and_link(key, photo.id))
    )
