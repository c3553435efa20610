"""A photo with a square frame to drag and zoom: what is inside is what the neurons see.

While the hand moves, the browser draws the crop itself (assets/components/your_photo/crop_sums.js, tested
against core.photos); when it stops, the server hears the place and answers with the exact pixels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from core.own_photos.own_photo import OwnPhoto
from core.photos import MAX_ZOOM
from ui.components import load
from ui.links import note, number
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
    state = st.session_state.get(key)
    told: Any = state.get("crop") if state else None
    try:
        return str(told["of"]), Place(float(told["x"]), float(told["y"]), float(told["zoom"]))
    except (TypeError, KeyError, ValueError, OverflowError):
        return None


def place_and_link(key: str, of: str) -> Place:
    """Where the hand has left the frame of this photo, which the link then says; else where the link is."""
    there, at = hand(key) or ("", Place())
    if there != of:
        return Place(number("x", 0.5, 0, 1), number("y", 0.5, 0, 1), number("zoom", 1, 1, MAX_ZOOM))
    for name, value, usual in (("x", at.x, 0.5), ("y", at.y, 0.5), ("zoom", at.zoom, 1.0)):
        note(name, value, usual)
    return at


def mount(key: str, photo: OwnPhoto, alt: str, on_crop: Callable[[], None] = lambda: None) -> None:
    """Show the photo with its frame and the exact 64 × 64 pixels in it. `on_crop`: when the hand stops."""
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
    }
    arrays = {"picture": np.frombuffer(data, np.uint8), "exact": photo.pixels}
    _crop(key=key, data=pack(header, arrays), on_crop_change=on_crop)
