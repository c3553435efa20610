"""A widget that something else than a hand moves: Back, a button, the run whose setting it shows.

With each press the browser says where all widgets stand, as far as it has heard by then. Had such a widget
only been given another value, the next press, wherever it is, could bring the one before, as if a hand had
moved it back. So, moved from elsewhere, it is another widget, under a key of its own, whose default is where
it is to stand; where the one before stands does not count any more. The focus goes with it (assets/page.js).
"""

from collections.abc import Callable
from typing import Any

import streamlit as st


def key_of(key: str) -> str:
    """The key under which the widget `key` is drawn by now."""
    number = len(_left(key))
    return f"{key}:{number}" if number else key


def stand_at(key: str, value: Any) -> str:
    """Before it is drawn with `value` as its default: → the key with which it then stands there."""
    name = key_of(key)
    if name in st.session_state and st.session_state[name] != value:
        st.session_state[f"{key}:moved"] = (*_left(key), st.session_state[name])
    return key_of(key)


def by_hand(key: str, chosen: Callable[[], None]) -> Callable[[], None]:
    """For the on_change of the widget as it is drawn by now: `chosen`, but only where a hand has moved it.

    Streamlit takes what the browser says of a widget that is gone for a change, though it be where that
    stood before it was moved.
    """
    name, number = key_of(key), len(_left(key))

    def called() -> None:
        if _left(key)[number : number + 1] != (st.session_state[name],):
            chosen()

    return called


def _left(key: str) -> tuple[Any, ...]:
    """Where it stood each time before it was moved."""
    left: tuple[Any, ...] = st.session_state.get(f"{key}:moved", ())
    return left
