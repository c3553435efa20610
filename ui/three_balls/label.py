"""The label y of Goal 2's page: this photo's own until a hand sets another; the link has ?label=101."""

from collections.abc import Sequence

import streamlit as st

from ui.controls import ChosenPhoto, as_linked
from ui.links import led_back, note
from ui.theme import BALL_NAMES

OPENED = "three_balls:opened"  # in session_state: the photo, and the label that the link said of it


def label_toggles(chosen: ChosenPhoto) -> list[float]:
    """y as three switches, set to the photo's label, or to the link's (?label=101) on the photo it opened.

    After Back or Forward, to the label of the link that they lead to.
    """
    y = [0.0] * 3 if chosen.Y is None else [float(v) for v in chosen.Y]
    link = st.query_params.get("label", "")
    if OPENED not in st.session_state or led_back(OPENED):
        st.session_state[OPENED] = chosen.name, link
    opened = st.session_state[OPENED]
    if link and not _is_label(link):
        st.info(
            "The link’s label needs to be three digits, each 0 or 1, such as **label=101**. "
            "Here is this photo’s instead.",
            icon=":material/link_off:",
        )
    start = y
    if opened[0] == chosen.name and _is_label(opened[1]):
        start = [float(v) for v in opened[1]]
    linked = [as_linked(f"three_balls:{chosen.name}:y{k}", bool(on)) for k, on in enumerate(start)]
    row = st.container(horizontal=True, gap="medium", key="label_row")
    switched = [
        float(row.toggle(f"y{sub} {name}", value=on, key=key, on_change=late, persist_state="session"))
        for (key, on, late), sub, name in zip(linked, "₁₂₃", BALL_NAMES.values(), strict=True)
    ]
    note("label", None if switched == y else "".join(str(int(v)) for v in switched), None)
    st.caption(where_from(None if chosen.Y is None else y, switched))
    return switched


def where_from(own: Sequence[float] | None, y: Sequence[float]) -> str:
    """Whose label y is, in a sentence. own: the photo's; None as long as nobody has said what is in it."""
    if own is not None:
        return f"This is{'' if list(y) == list(own) else ' not'} the photo’s own label."
    if any(y):
        return "This label is switched by hand: your photo is not sorted yet."
    return "Nobody has said what is in your photo: y = [0, 0, 0], no ball, is assumed here."


def _is_label(text: str) -> bool:
    return len(text) == 3 and set(text) <= {"0", "1"}
