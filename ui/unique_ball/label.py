"""The label y of Goal 3's page: this photo's own until a hand sets another; its switches stand at two boards.

?label_soccer=true&label_basketball=false&label_baseball=false: all three stand in a link as soon as they are
not the photo's own. Of a link that names only some, the others are as they were when [1, 1, 0] was usual.
"""

from collections.abc import Sequence

import streamlit as st

from ui.controls import ChosenPhoto
from ui.links import led_back, note_all
from ui.theme import BALL_NAMES

LABEL = "goal3_label"  # in session_state: which photo it is for, and y
PARAMETERS = tuple(f"label_{kind}" for kind in BALL_NAMES)
UNSAID = (True, True, False)


def own(chosen: ChosenPhoto, best: int) -> list[float]:
    """The photo's own label; the head's answer, class `best`, where that has no ball or nobody has said."""
    if chosen.Y is not None and sum(chosen.Y):
        return [float(v) for v in chosen.Y]
    return [float(k == best) for k in range(3)]


def where_from(chosen: ChosenPhoto, y: Sequence[float], best: int) -> str:
    """Whose label this is, in a sentence."""
    balls = None if chosen.Y is None else round(sum(chosen.Y))
    if list(y) != own(chosen, best):
        if balls is None:
            return "This label is switched by hand: your photo is not sorted yet."
        if balls or any(y):
            return "This is not the photo’s own label."  # one line on a phone, as that of the own one
        return "This is the photo’s own label: no ball, which this goal rules out."
    if balls is None:
        return "Nobody has said what is in your photo: the model’s answer stands in for the label."
    return (
        "This photo has no ball, which this goal rules out: the model’s answer stands in for the label.",
        "This is the photo’s own label: exactly one ball.",
        "This is the photo’s own label: two balls, which this goal rules out.",
        "This is the photo’s own label: three balls, which this goal rules out.",
    )[balls]


def standing_label(chosen: ChosenPhoto, best: int) -> list[float]:
    """y as it stands for this photo: as a hand or the link has set it, else the photo's own."""
    known = None if led_back(LABEL) else st.session_state.get(LABEL)
    if known is None or known["of"] != chosen.name:
        # A link's label counts for the photo that it was opened with; to another link Back or Forward leads.
        linked = _linked() if known is None else None
        known = {"of": chosen.name, "y": linked or own(chosen, best)}
        st.session_state[LABEL] = known
    return list(known["y"])


def label_switches(y: Sequence[float], place: str) -> None:
    """Three switches in a row; those of every `place` show the same y."""
    row = st.container(horizontal=True, gap="medium", key=f"label_row_{place}")
    for k, (sub, name) in enumerate(zip("₁₂₃", BALL_NAMES.values(), strict=True)):
        switch = f"goal3_label:{place}:{k}"
        if st.session_state.get(_key(switch), y[k]) != y[k]:
            st.session_state[f"{switch}:moved"] = _moved(switch) + 1
        this = (switch, _moved(switch), k)
        row.toggle(f"y{sub} {name}", value=bool(y[k]), key=_key(switch), on_change=_switch, args=this)


def _moved(switch: str) -> int:
    """How often a switch was moved from elsewhere: by its twin, a photo, a link.

    Each time it is another widget. Had the one that is there been moved, then what the browser tells of
    another switch before it has heard of that would have this one's old place in it, as if a hand had moved
    it back.
    """
    return int(st.session_state.get(f"{switch}:moved", 0))


def _key(switch: str) -> str:
    return f"{switch}:{_moved(switch)}"


def keep_label_in_link(y: Sequence[float], usual: Sequence[float]) -> None:
    """Write y into the page's link; the photo's own label needs none."""
    words = [None if list(y) == list(usual) else str(bool(on)).lower() for on in y]
    note_all(dict(zip(PARAMETERS, words, strict=True)))


def _switch(switch: str, moved: int, k: int) -> None:
    if moved != _moved(switch):
        return  # the browser has yet to hear that this widget is gone
    known = st.session_state[LABEL]
    y = list(known["y"])
    y[k] = float(st.session_state[_key(switch)])
    st.session_state[LABEL] = {**known, "y": y}


def _linked() -> list[float] | None:
    """y of the page's link; None where it names none. A malformed one gets a notice."""
    said = [st.query_params.get(name, "").lower() for name in PARAMETERS]
    known = {"true": 1.0, "false": 0.0}
    if any(text and text not in known for text in said):
        st.info(
            "The link’s labels need to be true or false, such as **label_soccer=true**. Any other value "
            "is left out.",
            icon=":material/link_off:",
        )
    if not any(text in known for text in said):
        return None
    return [known.get(text, float(unsaid)) for text, unsaid in zip(said, UNSAID, strict=True)]
