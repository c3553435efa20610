"""A part of a page that runs again by itself: st.fragment, in a place that nothing else stands in.

Where a part's turn comes before the browser has got what a run of the whole page said of it, Streamlit drops
that, and the browser takes the part out of the page: what follows moves up, and the part, told to stand where
it stood, replaces a neighbour, or finds no such place and takes the whole page down. In a container of its
own it comes back to where it was, and nobody else has moved.

Before it runs, the browser is told again what it has not heard of the link.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import streamlit as st

from ui import links

Part = TypeVar("Part", bound=Callable[..., Any])


def fragment(part: Part | None = None, *, run_every: float | None = None) -> Any:
    """As st.fragment, as a decorator with or without arguments."""
    if part is None:
        return lambda given: fragment(given, run_every=run_every)

    @wraps(part)
    def linked(*given: Any, **named: Any) -> Any:
        links.say_again()
        return part(*given, **named)

    alone = st.fragment(linked, run_every=run_every)

    @wraps(part)
    def placed(*given: Any, **named: Any) -> Any:
        with st.container():
            return alone(*given, **named)

    return placed
