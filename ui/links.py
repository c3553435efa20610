"""What a page keeps in its link.

No widget is bound to a parameter (bind="query-params"): what a hand does there would be no step of Back.
Only what differs from the usual stands there, so that a page nobody has touched has a short link.
The menu's links carry nothing: whoever comes back through them gets the link of the page as it was left.
"""

import math
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.state import get_session_state

from ui import told
from ui.settled_link import has_address, settle

HERE, LEFT = "links:here", "links:left"  # the page that is shown, and what each page's link said last
UNDONE = "links:undone"  # what a hand did in each component before Back or Forward led elsewhere
BACK = "links:back"  # until the page has run after Back or Forward: how all stood, and what has followed
UNTOLD = "links:untold"  # while a page is new: what the browser's link says, which has not heard of more yet
CHANGED = "links:changed"  # when a page's link changed last
IN_PLACE = "links:in place"  # what the browser's link says where it is to be written anew in its place
HASTY = "links:hasty"  # while a page is new: whether the one before was left right after such a change
JUST_NOW = 5.0  # seconds in which what the page before has said of its link may still be on its way
SAID = "links:said"  # what the page that is shown has written: name → text, or None where nothing shall stand


def come_to(page: str) -> None:
    """Before a page runs: where its link says nothing, it says what it said last.

    Where a page’s first run has been ended by the next, that goes on with what the first has written:
    the browser has not heard of it, and a run of its own would be begun once more.
    """
    state = st.session_state
    if came_back():
        state[BACK] = dict(state), set()
    elif state.get(HERE) != page:
        state.pop(BACK, None)
    if state.get(HERE) != page:
        state[HERE], state[UNTOLD], state[SAID] = page, st.query_params.to_dict(), {}
        state.pop(IN_PLACE, None)
        state[HASTY] = time.monotonic() - state.get(CHANGED, -math.inf) < JUST_NOW
    if UNTOLD not in state:
        if came_back():  # to another link, which says where things are
            state[SAID] = {}
            state.pop(IN_PLACE, None)
        if IN_PLACE in state:  # a run that was ended before it told of it: this one will
            for name, text in state[SAID].items():
                _write_untold(name, text)
        else:
            say_again()
        return
    if came_back():
        state[UNTOLD], state[SAID] = st.query_params.to_dict(), {}
    # As the browser has it: a press that has ended the first run may have written more since.
    left, said = state.get(LEFT, {}).get(page, {}), state[UNTOLD]
    if not said:  # as if it were written now: what a hand asks for before the browser has heard says it again
        state[SAID] = left | state[SAID]
    for name, text in state[SAID].items():
        _put(name, text)


def tell() -> None:
    """After a page has run: the browser hears of its link.

    Not before: a browser that still shows the page before would write that page's name beside this link,
    and keep both in its history.

    If it had yet to hear of a change of that page's link when its visitor left, it has taken the change for
    this page's: so it hears of this page's link, too. So it does after Back: a change that was told while
    Back was on its way stands where Back has led to.
    """
    remember()
    st.session_state.pop(BACK, None)
    before, after = st.session_state.pop(UNTOLD, None), st.query_params.to_dict()
    in_place, hasty = st.session_state.pop(IN_PLACE, None), st.session_state.pop(HASTY, False)
    if before is None and in_place not in (None, after):
        settle(st.session_state[HERE], in_place, after)
    if came_back():
        st.query_params.update()
    if came_back() or before is None or (before == after and not hasty):
        return
    if before == after or not has_address():  # else Streamlit would make an entry of it
        st.query_params.update()
    else:
        settle(st.session_state[HERE], before, after)


def remember() -> None:
    """What the link says now is what the page will come back to."""
    left, here = st.session_state.setdefault(LEFT, {}), st.session_state.get(HERE)
    said = st.query_params.to_dict()
    if left.get(here, said) != said:
        st.session_state[CHANGED] = time.monotonic()
    left[here] = said


def came_back() -> bool:
    """Whether the browser's Back or Forward led to the link of this run."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def led_back(key: str) -> bool:
    """Whether Back or Forward has led to another link, which what stands under `key` in the session follows.

    So in the run that it has asked for. That may be ended by the next before it comes here: then it follows
    in the next one, but not where a hand has moved it since.
    """
    stood, followed = st.session_state.get(BACK, ({}, {key}))
    anew = came_back() or (key not in followed and st.session_state.get(key) == stood.get(key))
    followed.add(key)
    return anew


def is_new() -> bool:
    """Whether somebody has just come to the page: until it has run once, its link says how it was left."""
    return UNTOLD in st.session_state


def came_with() -> dict[str, str]:
    """While a page is new: what the browser's link said when somebody came to it; later nothing."""
    return dict(st.session_state.get(UNTOLD, {}))


def heard(key: str, name: str) -> Any:
    """What the hand did last in the component `key`, which tells it under this name; None if nothing.

    None, too, where Back or Forward has led to another link since: then that link says where things are. So
    a component marks each thing that it tells with the time, or the same move again would not be heard.
    """
    hand = told.last(key, name)
    undone = st.session_state.setdefault(UNDONE, {})
    if led_back(key):
        undone[key] = hand
    return None if hand == undone.get(key) else hand


def put(name: str, text: str | None) -> None:
    """?name=text, or with None nothing of that name; the browser hears only of what is new.

    Nothing, too, where no link can hold the text.
    """
    text = told.word(text)
    st.session_state.setdefault(SAID, {})[name] = text
    _put(name, text)


def say_again() -> None:
    """What the page has written, and the browser does not know, it is told once more; see ui/fragments.py.

    A run that ends just when the next is asked for is gone when its last words are to be sent: Streamlit
    drops them, and the link would stay behind what is shown.
    """
    said, query = st.session_state.get(SAID, {}), st.query_params
    # A list, for a run that this one has overtaken may still write something.
    unheard = [name for name, text in [*said.items()] if query.get(name) != text]
    for name in unheard[:-1]:
        _write_untold(name, said[name])
    for name in unheard[-1:]:  # with it the browser hears of all of them
        _put(name, said[name])


def _put(name: str, text: str | None) -> None:
    if st.query_params.get(name) == text:
        return
    if UNTOLD in st.session_state:
        _write_untold(name, text)
        return
    st.session_state.pop(IN_PLACE, None)  # the browser hears of all that the link says
    if text is None:
        del st.query_params[name]
    else:
        st.query_params[name] = text


def _write_untold(name: str, text: str | None) -> None:
    """As `put`, but the browser hears nothing yet.

    Streamlit has no public way to do it. Where its inner one is gone, the browser hears at once: one more
    entry in its history.
    """
    try:
        with get_session_state().query_params() as query:
            if text is None:
                query.discard_param_no_forward_msg(name)
            else:
                query.set_with_no_forward_msg(name, text)
    except AttributeError:
        with suppress(StreamlitAPIException, KeyError):
            if text is None:
                del st.query_params[name]
            else:
                st.query_params[name] = text


def note(name: str, value: object, usual: object) -> None:
    """Write ?name=value, or take it out of the link where the value is the usual one."""
    if value == usual:
        put(name, None)
    else:
        put(name, f"{value:g}" if isinstance(value, float) else str(value))
    remember()


def note_all(texts: dict[str, str | None]) -> None:
    """Write several ?name=text, or take out what is None: one entry in the browser's history."""
    st.session_state.setdefault(SAID, {}).update(texts)
    say_again()
    remember()


def note_in_place(texts: dict[str, str | None]) -> None:
    """Write several in the place of the entry in the browser's history: Back could not undo what they say.

    The browser hears of them when the page has run.
    """
    if is_new() or came_back() or not has_address():
        note_all(texts)
        return
    st.session_state.setdefault(IN_PLACE, st.query_params.to_dict())
    st.session_state.setdefault(SAID, {}).update(texts)
    for name, text in texts.items():
        _write_untold(name, text)
    remember()


def note_anew(name: str, value: str, gone: Iterable[str]) -> None:
    """Write ?name=value, and take out what went with the value before: one entry in the browser's history."""
    if st.query_params.get(name) != value:
        for other in gone:
            st.session_state.setdefault(SAID, {})[other] = None
            _write_untold(other, None)
    note(name, value, None)


def whole(name: str) -> int | None:
    """The whole number of at most three digits that the link carries; None without one."""
    return whole_in(st.query_params.get(name, ""))


def whole_in(text: str) -> int | None:
    """The whole number that a link would spell so."""
    digits = text.removeprefix("-")
    right = text.isascii() and digits.isdecimal() and len(digits) <= 3
    return int(text) if right else None


def number(name: str, usual: float, low: float, high: float) -> float:
    """The number that the link carries, kept from low to high; the usual one without it."""
    try:
        value = float(st.query_params.get(name, usual))
    except ValueError:
        return usual
    return min(max(value, low), high) if math.isfinite(value) else usual
