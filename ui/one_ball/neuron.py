"""The live picture of one neuron: ŷ = σ(wx + b), stage by stage, redrawn in the browser as the ball is moved.

assets/components/one_ball/sums.js holds the sums, the others there what is seen and what hands do; they go
to the browser as one module. Where the hand has put the ball stands in the link: ?dx=3&dy=-2&y=0.
"""

from typing import Any, TypedDict

import streamlit as st
from numpy.typing import NDArray

from ui import told
from ui.components import load
from ui.controls import ChosenPhoto
from ui.links import heard, led_back, note_all, whole
from ui.one_ball.movable import Movable
from ui.packing import pack
from ui.theme import DIVERGING


class Scene(TypedDict):
    """What a person has done to the photo `photo`: moved by (drow, dcol), label y."""

    photo: str
    drow: int
    dcol: int
    y: int


_PARTS = (
    "one_ball/sums",
    "one_ball/skeleton",
    "one_ball/curves",
    "one_ball/flatten",
    "one_ball/hands",
    "one_ball/neuron",
)
_neuron = load("unpack", "elements", "numbers", "pictures", "activations", *_PARTS)


def scene_of(key: str, chosen: ChosenPhoto, photo: Movable) -> tuple[int, int, int]:
    """(drow, dcol, y): what the hand did last in the component `key`, else what the link says.

    The link follows the hand. Known before the component is mounted in this run, too. Another photo begins
    where it was taken.
    """
    truth = 1 if chosen.Y is None else int(chosen.Y[0])
    if st.session_state.setdefault(f"{key}:photo", chosen.name) != chosen.name:
        back = led_back(f"{key}:photo")
        st.session_state[f"{key}:photo"] = chosen.name
        if not back:
            note_all(dict.fromkeys(("dx", "dy", "y")))
    hand = _checked(heard(key, "scene"))
    if hand is None or hand["photo"] != chosen.name:
        y = {"0": 0, "1": 1}.get(st.query_params.get("y", ""), truth)
        return *photo.nearest(whole("dy") or 0, whole("dx") or 0), y
    drow, dcol = photo.nearest(hand["drow"], hand["dcol"])
    y = hand["y"]
    said = (("dx", dcol, 0), ("dy", drow, 0), ("y", y, truth))
    note_all({name: None if value == usual else str(value) for name, value, usual in said})
    return drow, dcol, y


def _checked(scene: Any) -> Scene | None:
    """What the browser sent; None if it is no scene."""
    hand = told.mapping(scene) or {}
    drow, dcol, y = (told.whole(hand.get(name)) for name in ("drow", "dcol", "y"))
    if drow is None or dcol is None or y not in (0, 1):
        return None
    return Scene(photo=str(hand.get("photo")), drow=drow, dcol=dcol, y=y)


def link_notice() -> str | None:
    """What is wrong with the link's place of the ball or its label, in words. The values are not repeated."""
    query = st.query_params
    wrong = []
    if any(name in query and whole(name) is None for name in ("dx", "dy")):
        wrong.append("**dx** and **dy** are whole numbers of pixels")
    if query.get("y", "0") not in ("0", "1"):
        wrong.append("**y** is a label, 0 or 1")
    return f"The link asks for something that cannot be: {'; '.join(wrong)}." if wrong else None


def neuron(
    key: str,
    chosen: ChosenPhoto,
    photo: Movable,
    header: dict[str, Any],
    arrays: dict[str, NDArray[Any]],
) -> None:
    """Mount the picture. `header` and `arrays` are those of ui.one_ball.shown.picture."""
    # While the link says where the ball is, the browser follows it; else the hand is ahead of the server.
    link = [header[name] for name in ("drow", "dcol", "y")] if heard(key, "scene") is None else None
    data = pack({**header, "link": link, "diverging": DIVERGING}, arrays, kept=["w"])

    def moved() -> None:
        scene_of(key, chosen, photo)  # at once, in the link: a click on another may follow, and end the run

    _neuron(key=key, data=data, on_scene_change=moved)
