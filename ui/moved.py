"""A widget that something else than a hand moves: Back, a button, the run whose setting it shows.

With each press the browser says where all widgets stand, as far as it has heard by then. Had such a widget
only been given another value, the next press, wherever it is, could bring the one before, as if a hand had
moved it back. So, moved from elsewhere, it is another widget, under a key of its own; where the one before
stands does not count any more.
"""

from typing import Any

import streamlit as st


def key_of(key: str) -> str:
    """The key under which the widget `key` is drawn by now."""
    moved = st.session_state.get(f"{key}:moved", 0)
    return f"{key}:{moved}" if moved else key


def stand_at(key: str, value: Any) -> str:
    """Before it is drawn: let the widget `key` stand at the value. → the key under which it then is drawn."""
    name = key_of(key)
    if name in st.session_state:
        if st.session_state[name] == value:
            return name
        st.session_state[f"{key}:moved"] = st.session_state.get(f"{key}:moved", 0) + 1
        name = key_of(key)
    st.session_state[name] = value
    return name
