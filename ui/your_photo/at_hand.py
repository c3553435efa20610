"""Where the keyboard goes on when what it was on is gone: an uploader that was read, a button that forgets.

It would be nowhere else, and a screen reader begin at the page's top.
"""

import streamlit as st

from ui.components import load

LED = "your_photos_led"  # how often the keyboard was led, and where to: the beginning of a key

_lead = load("your_photo/at_hand")


def lead(place: str) -> None:
    """To the first button, or the board's tile, of the element or container whose key begins with this."""
    count, _ = st.session_state.get(LED, (0, ""))
    st.session_state[LED] = count + 1, place


def follow() -> None:
    """At the page's end."""
    count, place = st.session_state.get(LED, (0, ""))
    _lead(key="your_photos_at_hand", data={"count": count, "place": place})
