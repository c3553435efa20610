"""A widget that something else than a hand moves: Back, a button, the run whose setting it shows.

With each press the browser says where all widgets stand, as far as it has heard by then. Had such a widget
only been given another value, the next press, wherever it is, could bring the one before, as if a hand had
moved it back. So, moved from elsewhere, it is another widget, under a key of its own, whose default is where
it is to stand; where the one before stands does not count any more.
"""

from typing import Any

import streamlit as st


def key_of(key: str) -> str:
    """The key under which the widget `key` is drawn by now."""
    moved = st.session_state.get(f"{key}:moved", 0)
    return f"{key}:{moved}" if moved else key


def stand_at(key: str, value: Any) -> str:
    """Before it is drawn with `value` as its default: → the key with which it then stands there."""
    name = key_of(key)
    if name in st.session_state and st.session_state[name] != value:
        st.session_state[f"{key}:moved"] = st.session_state.get(f"{key}:moved", 0) + 1
    return key_of(key)
