"""What a link asks of a control that does not have it.

The control then stands at its usual value, and the link says no more of it. A toast says so, once: in a
row of controls there is no room for a sentence. However many there are, they are said in one toast: a pile of
them would hide the page.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from ui.links import came_with, whole_in

FOUND = "not_taken:found"  # while a page runs: parameter → what is to be said of it
SECONDS = 10, 5  # that the toast stays: for the first sentence, and for each further one


@contextmanager
def said_together() -> Iterator[None]:
    """Around the run of a page: at its end, all that its link asks for in vain is said in one toast.

    A run that is broken off says nothing: the next one finds the same.
    """
    found = st.session_state[FOUND] = {}
    yield
    if found:
        first, *further = found.values()
        said = [f"The link’s {first}", *(f"Its {sentence}" for sentence in further)]
        seconds = SECONDS[0] + SECONDS[1] * len(further)
        unbroken = "\n\n".join(said).replace(" | ", "\N{NO-BREAK SPACE}| ")  # no line begins with a bar
        st.toast(unbroken, icon=":material/link_off:", duration=seconds)


def say_not_taken(name: str, needed: str, stands: str, holds: Callable[[str], bool]) -> None:
    """For whoever has just come through a link whose ?name= does not hold.

    needed: what it has to be, in words. stands: what the control has instead, as a link would have it. The
    link's own value is not repeated: it may be anybody's text.
    """
    asked = came_with().get(name)
    if asked is not None and not holds(asked):
        found = st.session_state.setdefault(FOUND, {})
        found[name] = f"**{name}** needs to be {needed}. It stands at {stands}."


def say_not_switched(name: str, stands: bool) -> None:
    """The same of a toggle."""
    words = str(stands).lower()
    say_not_taken(name, "true or false", words, lambda asked: asked.lower() in ("true", "false"))


def say_not_within(name: str, low: float, high: float, stands: float, *, whole: bool = False) -> None:
    """The same of a number from `low` to `high`, or of a whole one, which is spelled with digits alone."""
    kind, read = ("a whole number", whole_in) if whole else ("a number", float)

    def holds(asked: str) -> bool:
        try:
            value = read(asked)
        except ValueError:
            return False
        return value is not None and low <= value <= high

    first, last, now = (f"{end:g}".replace("-", "\N{MINUS SIGN}") for end in (low, high, stands))
    say_not_taken(name, f"{kind} from {first} to {last}", now, holds)


def say_not_chosen(name: str, options: Iterable[Any], stands: Any, format_func: Callable[[Any], Any]) -> None:
    """The same of a control with a few options, which a link spells as they are shown."""
    written = [str(format_func(option)) for option in options]
    needed = f"one of {' | '.join(written)}"
    say_not_taken(name, needed, str(format_func(stands)), lambda asked: asked in written)
