"""What a page keeps in its link by itself, beside the widgets that are bound to a parameter.

Only what differs from the usual stands there, so that a page nobody has touched has a short link.
The menu's links carry nothing: whoever comes back through them gets the link of the page as it was left.
"""

import math

import streamlit as st
from streamlit.errors import StreamlitAPIException

HERE, LEFT = "links:here", "links:left"  # the page that is shown, and what each page's link said last


def come_to(page: str) -> None:
    """Before a page runs: where its link says nothing, it says what it said last."""
    state = st.session_state
    if state.get(HERE) != page and not st.query_params:
        for name, value in state.get(LEFT, {}).get(page, {}).items():
            try:
                st.query_params[name] = value
            except StreamlitAPIException:  # a widget that is still there has it
                continue
    state[HERE] = page


def remember() -> None:
    """What the link says now is what the page will come back to."""
    st.session_state.setdefault(LEFT, {})[st.session_state.get(HERE)] = st.query_params.to_dict()


def note(name: str, value: object, usual: object) -> None:
    """Write ?name=value, or take it out of the link where the value is the usual one."""
    if value == usual:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = f"{value:g}" if isinstance(value, float) else str(value)
    remember()


def whole(name: str, digits: int = 3) -> int | None:
    """The whole number of at most so many digits that the link carries; None without one."""
    text = st.query_params.get(name, "")
    digits_only = text.removeprefix("-")
    right = text.isascii() and digits_only.isdecimal() and len(digits_only) <= digits
    return int(text) if right else None


def number(name: str, usual: float, low: float, high: float) -> float:
    """The number that the link carries, kept from low to high; the usual one without it."""
    try:
        value = float(st.query_params.get(name, usual))
    except ValueError:
        return usual
    return min(max(value, low), high) if math.isfinite(value) else usual
