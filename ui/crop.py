"""A photo with a square frame to drag and zoom: what is inside is what the neurons see.

While the hand moves, the browser draws the crop itself (assets/components/crop_sums.js, tested against
core.photos); when it stops, the server hears the place and answers with the exact pixels.
"""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from core.photos import MAX_ZOOM, Photo
from ui.links import note, number
from ui.packing import joined, pack

SHOWN = 720  # longest side, in pixels, of the picture that goes to the browser


@dataclass(frozen=True)
class Place:
    """Where the frame is: its centre as fractions of the photo's width and height, and the zoom."""

    x: float = 0.5
    y: float = 0.5
    zoom: float = 1.0


@dataclass(frozen=True, eq=False)
class Print:
    """A photo as the browser gets it: the bytes of a picture, of its kind, under a name of its own."""

    of: str
    data: bytes
    kind: str
    ratio: float  # width / height


_crop = joined("crop", "unpack", "elements", "pictures", "crop_sums", "crop")


def printed(photo: Photo) -> Print:
    """The photo as a picture of at most 720 pixels: PNG if it is small already, else JPEG."""
    height, width = photo.pixels.shape[:2]
    picture, buffer = Image.fromarray(photo.pixels), io.BytesIO()
    kind = "PNG" if max(width, height) <= 128 else "JPEG"
    if max(width, height) > SHOWN:
        picture.thumbnail((SHOWN, SHOWN), Image.Resampling.BOX)
    picture.save(buffer, kind, **({} if kind == "PNG" else {"quality": 88}))
    name = hashlib.sha256(photo.pixels.tobytes()).hexdigest()[:16]
    return Print(name, buffer.getvalue(), f"image/{kind.lower()}", width / height)


def place(key: str, of: str) -> Place | None:
    """Where the hand has left the frame on the photo `of`; known before the component is mounted, too."""
    state = st.session_state.get(key)
    hand: dict[str, Any] | None = state.get("crop") if state else None
    if hand is None or hand["of"] != of:
        return None
    return Place(float(hand["x"]), float(hand["y"]), float(hand["zoom"]))


def place_and_link(key: str, of: str) -> Place:
    """Where the hand has left the frame, which the link then says; else where the link says it is."""
    at = place(key, of)
    if at is None:
        return Place(number("x", 0.5, 0, 1), number("y", 0.5, 0, 1), number("zoom", 1, 1, MAX_ZOOM))
    for name, value, usual in (("x", at.x, 0.5), ("y", at.y, 0.5), ("zoom", at.zoom, 1.0)):
        note(name, value, usual)
    return at


def mount(key: str, shown: Print, alt: str, at: Place, exact: NDArray[np.uint8]) -> None:
    """Show the photo with its frame at `at`. exact: uint8 (64, 64, 3), core's crop there."""
    header = {
        "of": shown.of,
        "type": shown.kind,
        "ratio": shown.ratio,
        "alt": alt,
        "x": at.x,
        "y": at.y,
        "zoom": at.zoom,
        "most": MAX_ZOOM,
    }
    arrays = {"picture": np.frombuffer(shown.data, np.uint8), "exact": exact}
    _crop(key=key, data=pack(header, arrays), on_crop_change=lambda: None)
