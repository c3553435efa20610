"""What a component has told, checked: its line to the server is open to anybody's words.

Whatever is not of the kind asked for is None, so that the page goes on with what it has.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from core.texts import is_text

LARGEST = 1 << 20  # of a whole number: more pixels, neurons or photos than a page has
LONGEST = 4096  # characters of one value in a link


def last(key: str, name: str) -> Any:
    """What the component `key` has told last under this name, unchecked; None if nothing.

    None, too, where Streamlit has forgotten the component: a press may still be on its way when another page
    has run, and st.session_state[key] in its callback would end the run of the page that the person is on by
    now.
    """
    state = st.session_state.get(key)
    return None if state is None else state.get(name)


def when(key: str, name: str) -> int:
    """When the hand did what the component `key` has told last under this name: its browser's milliseconds.

    0 if nothing. The component is given it back as `heard`: what it is told before the page has heard of its
    newest deed is on its way from an older one, and would take the hand back to where it was.
    """
    at = (mapping(last(key, name)) or {}).get("at")
    return at if type(at) is int and 0 <= at < 2**53 else 0


def mapping(told: object) -> Mapping[str, Any] | None:
    """{"name": value, …} as it came."""
    return told if isinstance(told, Mapping) else None


def whole(told: object) -> int | None:
    """A whole number within ±LARGEST; true and false are none."""
    return told if type(told) is int and abs(told) <= LARGEST else None


def finite(told: object, count: int) -> list[float] | None:
    """So many finite numbers."""
    if not isinstance(told, Sequence) or isinstance(told, str) or len(told) != count:
        return None
    if not all(type(value) in (int, float) for value in told):
        return None
    try:
        numbers = [float(value) for value in told]
    except OverflowError:  # an integer of hundreds of digits
        return None
    return numbers if all(map(math.isfinite, numbers)) else None


def word(told: object) -> str | None:
    """A text that a link can hold."""
    return told if is_text(told, LONGEST) else None
