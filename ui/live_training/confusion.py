"""What a run gets wrong: confusion tables side by side, the photos of a cell, and what each loss makes of no
ball, one, two and three.

The tables are a few hundred numbers. While the run trains the figure's line brings newer ones (mistakes.py).
Photos travel only for the cell that was chosen, and each only once: the browser keeps them and names the view
that does, so that a view that has lost them gets them again; where the numbers have changed, it asks for the
cell anew. Which cell is chosen stands in the link, as ?cell=A-soccer-none.
"""

import hashlib
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.activations import SOFTMAX
from core.confusion import CLASSES
from core.live_run import LANES
from ui import told
from ui.components import load
from ui.links import heard, note
from ui.live_training.mistakes import Mistakes
from ui.numbers import adding_up
from ui.packing import pack
from ui.shared import caption
from ui.theme import BALL_COLOURS, BALL_NAMES

PARAMETER = "cell"
MOST = 24  # photos of a cell: more than anybody looks at, 300 kB

# What the classes of core.confusion are called in a sentence.
CLASS_NAMES = dict(zip(CLASSES, (*BALL_NAMES.values(), "two balls or more", "no ball"), strict=True))
_FORMULAS = {
    "binary": "L = −Σ [y log ŷ + (1−y) log(1−ŷ)], a term for each output.",
    "softmax": "L = −Σ y log ŷ: only outputs whose label is 1 add to it.",
    "tangled": "L = −Σ [y log ŷ + (1−y) log(1−ŷ)] of softmax outputs, a term for each.",
    "squared": "L = ½ Σ (ŷ − y)², a term for each output.",
}
_CANNOT = "This cell stays empty: softmax outputs add up to 1, so no two of them can both be above ½."
# The soft hyphen is where a narrow column breaks the word.
_LABELS = ("soccer ball", "basket\u00adball", "base\u00adball", "two\u00a0or more", "none")
_NAMES = (*BALL_NAMES.values(), "two or more", "none")

# A module in the browser is one file; these are its parts, in the order in which they build on each other.
PARTS = ("elements", "numbers", "news", "confusion/parts")
SCRIPTS = ("unpack", "pictures", *PARTS, "confusion/table", "confusion/tile", "confusion/tables")
NUMBERS_SCRIPTS = (*PARTS, "confusion/ball_counts")
_tables = load(*SCRIPTS, styles=["confusion/parts"])
_numbers = load(*NUMBERS_SCRIPTS, styles=["confusion/parts"])


def show(found: Mistakes, photos: NDArray[np.uint8], Y: NDArray[np.floating], key: str) -> None:
    """The tables of one to three lanes and the photos of the chosen cell.

    Shapes: photos uint8 (m, 64, 64, 3), Y (3, m): the photos that every lane's table counts, in that order.
    """
    chosen, view = _chosen(found, key)
    data = header(found, photos, Y, chosen, view)
    new = _unsent(key, view, data["cell"]["photos"]) if data["cell"] else []
    data["sent"] = [photo["key"] for photo in new]
    pixels = photos[[photo["index"] for photo in new]]
    _tables(key=key, data=pack(data, {"pixels": pixels}), on_cell_change=lambda: None)
    if PARAMETER in st.query_params and not chosen:
        st.info("The link names no cell of these tables, such as A-soccer-none.", icon=":material/link_off:")


def header(
    found: Mistakes, photos: NDArray[np.uint8], Y: NDArray[np.floating], chosen: str, view: str | None
) -> dict[str, Any]:
    """What the tables' component shows, without the photos' pixels. chosen: "A-soccer-none", "" for none."""
    return {
        **found.tables(),
        "classes": [
            {"id": one, "name": name, "label": label, "colour": BALL_COLOURS.get(one)}
            for one, name, label in zip(CLASSES, _NAMES, _LABELS, strict=True)
        ],
        "chosen": chosen,
        "view": view,
        "cell": _cell(found, photos, Y, chosen) if chosen else None,
    }


def by_number(found: Mistakes, key: str) -> None:
    """For photos with no ball, one, two and three: mean outputs, and the share with all answers right."""
    _numbers(
        key=key,
        data={
            **found.by_number(),
            "groups": [
                {"name": name, "photos": found.lanes[0].by_number[balls].photos}
                for balls, name in enumerate(("no ball", "one ball", "two balls", "three balls"))
            ],
        },
    )


def _chosen(found: Mistakes, key: str) -> tuple[str, str | None]:
    """The cell that was chosen last, else the link's, and the browser's view that asked last, if any did.

    The cell is "" for none, and for one that no table on the page has.
    """
    hand, asked = (told.mapping(one) or {} for one in (heard(key, "cell"), told.last(key, "cell")))
    clicked, view = told.word(hand.get("id")), told.word(asked.get("view"))
    chosen = st.query_params.get(PARAMETER, "") if clicked is None else clicked
    place = chosen.split("-")
    letters = tuple(LANES[: len(found.lanes)])
    if len(place) != 3 or place[0] not in letters or not {place[1], place[2]} <= set(CLASSES):
        chosen = ""
    if clicked is not None:
        note(PARAMETER, chosen, "")
    return chosen, view


def _cell(found: Mistakes, photos: NDArray[np.uint8], Y: NDArray[np.floating], chosen: str) -> dict[str, Any]:
    """The worst photos of a cell, what is said of each and what it costs."""
    letter, row, column = chosen.split("-")
    table = found.lanes[LANES.index(letter)]
    worst = table.worst_first(CLASSES.index(row), CLASSES.index(column), MOST)
    listed = []
    for place, index in enumerate(worst.indices.tolist()):
        terms, total = adding_up(worst.terms[:, place].tolist())
        listed.append(
            {
                "index": index,
                "key": hashlib.sha256(photos[index].tobytes()).hexdigest()[:16],
                "label": caption(Y[:, index].tolist()),
                "y": [int(v) for v in Y[:, index]],
                "y_hat": worst.Y_hat[:, place].tolist(),
                "terms": terms,
                "L": total,
            }
        )
    cannot = column == "many" and table.loss.activation is SOFTMAX
    return {
        "id": chosen,
        "formula": _FORMULAS.get(table.loss.name, ""),
        "photos": listed,
        "empty": _CANNOT if cannot else "None of the photos is in this cell at this step.",
    }


def _unsent(key: str, view: str | None, photos: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the photos that the browser's view does not have yet; all of them for one without a name."""
    before: tuple[str | None, frozenset[str]] = st.session_state.get(f"{key}:sent", (None, frozenset()))
    known = before[1] if view is not None and before[0] == view else frozenset()
    st.session_state[f"{key}:sent"] = view, known | {photo["key"] for photo in photos}
    return [photo for photo in photos if photo["key"] not in known]
