"""What a page keeps in its link by itself, beside the widgets that are bound to a parameter.

Only what differs from the usual stands there, so that a page nobody has touched has a short link.
"""

import math

import streamlit as st


def note(name: str, value: object, usual: object) -> None:
    """Write ?name=value, or take it out of the link where the value is the usual one."""
    if value == usual:
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = f"{value:g}" if isinstance(value, float) else str(value)


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
