"""The label y of Goal 2's page: this photo's own until a hand sets another; the link has ?label=101."""

from collections.abc import Sequence

import streamlit as st

from ui.controls import ChosenPhoto
from ui.links import came_back, note
from ui.moved import key_of, stand_at
from ui.theme import BALL_NAMES


def label_toggles(chosen: ChosenPhoto) -> list[float]:
    """y as three switches, set to the photo's label, or to the link's (?label=101) on the photo it opened.

    After Back or Forward, to the label of the link that they lead to.
    """
    y = [0.0] * 3 if chosen.Y is None else [float(v) for v in chosen.Y]
    link = st.query_params.get("label", "")
    opened = st.session_state.setdefault("three_balls:opened", (chosen.name, link))
    if link and not _is_label(link):
        st.info(
            "The link’s label needs to be three digits, each 0 or 1, such as **label=101**. "
            "Here is this photo’s instead.",
            icon=":material/link_off:",
        )
    start = y
    if opened[0] == chosen.name and _is_label(opened[1]):
        start = [float(v) for v in opened[1]]
    keys = [f"three_balls:{chosen.name}:y{k}" for k in range(3)]
    if came_back():
        back = [float(v) for v in link] if _is_label(link) else y
        for key, on in zip(keys, back, strict=True):
            stand_at(key, bool(on))
    row = st.container(horizontal=True, gap="medium", key="label_row")
    switched = [
        float(row.toggle(f"y{sub} {name}", value=bool(on), key=key_of(key), persist_state="session"))
        for key, sub, name, on in zip(keys, "₁₂₃", BALL_NAMES.values(), start, strict=True)
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
