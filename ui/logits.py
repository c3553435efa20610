"""Three logits under the hand: z_1, z_2, z_3 as sliders, and what follows, redrawn in the browser at once.

The server hears where the handles are when the hand stops. Boards that share a `hand` move together.
A position belongs to the photo whose z it started from: with another photo the handles go to that one's z.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from ui import told
from ui.components import load
from ui.links import led_back, note
from ui.theme import BALL_COLOURS, BALL_NAMES, CELLS

PANELS = ("sigmoid", "softmax", "jacobian")
REACH = 8.0  # the tracks go from −8 to 8, farther only where a photo's own z does
DIGITS = 4

# One module in the browser: what all components share, then the sums, the parts, what labels add, the board.
_SHARED = ("elements", "numbers", "pictures", "activations")
_board = load(*_SHARED, "logits/sums", "logits/parts", "logits/labels", "logits/board")


def move_logits(
    z: Sequence[float],
    *,
    panels: Sequence[str] = PANELS,
    y: Sequence[float] | None = None,
    key: str,
    hand: str | None = None,
    start: Sequence[float] | None = None,
    autograd: Mapping[str, Any] | None = None,
) -> tuple[float, float, float]:
    """Show the board and return where the handles are: z moved by hand, three numbers.

    z: this photo's logits, where a double-click puts a handle back. panels: any of PANELS, and with labels
    y (3,) also "best" and "derivatives".
    start: where the handles stand before anybody moved them (from a link); this photo's z if None.
    autograd: what torch's autograd says at the place where the handles are, for the derivatives' badges.
    hand: the name of the position in session_state; boards with one name show the same z.
    """
    photo = _rounded(z)
    hand = hand or f"{key}_hand"
    reach = max(REACH, math.ceil(max(abs(v) for v in photo)))

    def heard() -> None:
        moved = told.mapping(told.last(key, "moved")) or {}
        of, there = (told.finite(moved.get(name), len(photo)) for name in ("of", "z"))
        if of and there:
            there = [max(-reach, min(reach, v)) for v in there]
            st.session_state[hand] = {"of": _rounded(of), "z": _rounded(there)}

    position = standing(photo, hand, start)
    _board(
        key=key,
        data={
            "photo": photo,
            "z": position,
            "heard": told.when(key, "moved"),
            "panels": list(panels),
            "y": None if y is None else [float(v) for v in y],
            "autograd": None if autograd is None else dict(autograd),
            "range": reach,
            "names": list(BALL_NAMES.values()),
            "colours": list(BALL_COLOURS.values()),
            "stops": CELLS,
        },
        on_moved_change=heard,
    )
    return position[0], position[1], position[2]


def standing(z: Sequence[float], hand: str, start: Sequence[float] | None = None) -> list[float]:
    """Where the handles of `hand` are for the photo with logits z; settled here if nobody moved them yet.

    Where Back or Forward has led to another link, they are where that link says.
    """
    photo = _rounded(z)
    known = st.session_state.get(hand)
    if led_back(hand):
        known = {"of": photo, "z": _rounded(from_link(st.query_params.get("z", "")) or photo)}
        st.session_state[hand] = known
    if known is None or known["of"] != photo:
        # A link's position counts once, for the photo that it was opened with.
        first = start is not None and known is None
        known = {"of": photo, "z": _rounded(start if first and start else photo)}
        st.session_state[hand] = known
    return list(known["z"])


def to_link(z: Sequence[float], z_photo: Sequence[float] = ()) -> str:
    """z as it stands in a URL: "1.35,0,-4"; with all digits where it is still the photo's own."""
    own = _rounded(z_photo)
    return ",".join(f"{v:g}" if v in own else f"{round(v, 2):g}" for v in _rounded(z))


def linked() -> tuple[float, float, float] | None:
    """z of the page's link, ?z=1.5,0,-2; None without one. A malformed one gets a notice."""
    text = st.query_params.get("z")
    z = from_link(text) if text is not None else None
    if text is not None and z is None:
        st.info(
            "The link’s logits need to be three numbers, such as **z=1.5,0,-2**. "
            "Here are this photo’s instead.",
            icon=":material/link_off:",
        )
    return z


def keep_in_link(z: Sequence[float], z_photo: Sequence[float]) -> None:
    """Write z into the page's link; the photo's own logits need none."""
    own = _rounded(z) == _rounded(z_photo)
    note("z", None if own else to_link(z, z_photo), None)


def from_link(text: str, reach: float = REACH) -> tuple[float, float, float] | None:
    """z from a URL, kept within ±reach; None if these are not three numbers."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        return None
    if len(numbers) != 3 or not all(math.isfinite(v) for v in numbers):
        return None
    first, second, third = (max(-reach, min(reach, v)) for v in numbers)
    return first, second, third


def _rounded(z: Sequence[float]) -> list[float]:
    return [round(float(v), DIGITS) + 0.0 for v in z]
