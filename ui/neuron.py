"""The live picture of one neuron: ŷ = σ(wx + b), stage by stage, redrawn in the browser as the ball is moved.

assets/components/neuron_sums.js holds the sums, neuron.js what is seen; they go to the browser as one module.
"""

from typing import Any, TypedDict

import streamlit as st
from numpy.typing import NDArray

from ui.packing import joined, pack
from ui.theme import DIVERGING


class Scene(TypedDict):
    """What a person has done to the photo `photo`: moved by (drow, dcol), label y."""

    photo: str
    drow: int
    dcol: int
    y: int


_neuron = joined("neuron", "unpack", "neuron_sums", "neuron")


def scene(key: str) -> Scene | None:
    """What the hand did last in the component `key`, also before it is mounted in this run."""
    state = st.session_state.get(key)
    return state.get("scene") if state else None


def neuron(key: str, header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
    """Mount the picture. `header` and `arrays` are those of ui.one_ball.picture."""
    _neuron(key=key, data=pack({**header, "diverging": DIVERGING}, arrays), on_scene_change=lambda: None)
