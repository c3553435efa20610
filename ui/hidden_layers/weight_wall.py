"""A wall of pictures, one a neuron: sorted, one chosen, or several switched off, all in the browser at once.

The server hears what the hand did; until it did anything, the wall stands as the link says. Its data change
only with the pictures and the orders, so that a click sends no pictures again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.delta_generator import DeltaGenerator
from torch import Tensor

from ui.components import load
from ui.links import heard, is_new, led_back, whole
from ui.packing import pack
from ui.pictures import greys, scale_of

STEP = 8  # neurons that one press switches off, the next ones in the order

_wall = load("unpack", "elements", "numbers", "pictures", "hidden_layers/weight_wall", styles=["tile"])


@dataclass(frozen=True)
class Order:
    """One way to sort. values: largest first; None: not known yet, or, where `plain`, as the neurons stand.

    shown: the numbers under the pictures, values if None; unit: what follows such a number in words.
    group: what the values of this order and its neighbours are, in front of the first of them.
    """

    id: str
    name: str
    values: Sequence[float] | None = None
    unit: str = ""
    shown: Sequence[float] | None = None
    percent: bool = False
    group: str = ""

    @property
    def plain(self) -> bool:
        """Whether the neurons stand in the order of their numbers."""
        return self.id == "plain"

    def as_data(self) -> dict[str, Any]:
        """What the component is given of it."""
        shown = self.values if self.shown is None else self.shown
        return {**asdict(self), "shown": shown, "plain": self.plain}


PLAIN = Order("plain", "number")


@dataclass(frozen=True)
class Hand:
    """What a person has done to a wall. Neurons from 0."""

    order: str = "plain"
    chosen: int | None = None
    off: tuple[int, ...] = ()


@dataclass(frozen=True)
class Wall:
    """What hangs there. of: its name; with another one the hand starts anew. pictures: uint8 (k, 12288).

    hears: the name under which other components of the page point at its neurons. stays: whether the pictures
    are the same from run to run.
    """

    of: str
    label: str
    pictures: NDArray[np.uint8]
    legend: str
    scale: tuple[str, str, str]
    orders: tuple[Order, ...] = (PLAIN,)
    first: Hand = field(default_factory=Hand)
    names: Sequence[str] | None = None
    mode: str = "choose"
    hint: str = ""
    hears: str = ""
    stays: bool = False

    def show(self, key: str) -> Hand:
        """Mount it and return where the hand left it."""
        first = self._first(key)
        wrong = st.session_state[f"{key}:wrong"]
        if wrong and heard(key, "hand") is None:
            st.info(wrong, icon=":material/link_off:")
        header = {
            "of": self.of,
            "label": self.label,
            "count": len(self.pictures),
            "legend": self.legend,
            "scale": list(self.scale),
            "orders": [order.as_data() for order in self.orders],
            "order": first.order,
            "chosen": first.chosen,
            "off": list(first.off),
            "link": heard(key, "hand") is None,
            "names": None if self.names is None else list(self.names),
            "mode": self.mode,
            "hint": self.hint,
            "step": STEP,
            "hears": self.hears,
        }
        data = pack(header, {"pictures": self.pictures}, kept=["pictures"] if self.stays else [])
        _wall(key=key, data=data, on_hand_change=lambda: None)
        return self.hand(key)

    def hand(self, key: str) -> Hand:
        """Where the hand left the wall; untouched, as it was at first; after Back, as the link says."""
        told = heard(key, "hand")
        if not isinstance(told, Mapping) or told.get("of") != self.of:
            return self._first(key)
        return self._checked(told.get("order"), told.get("chosen"), told.get("off"))

    def _first(self, key: str) -> Hand:
        slot = f"{key}:first"
        kept = st.session_state.get(slot)
        # Whoever comes by the menu finds in the link what the hand has left: the component was gone.
        if kept is None or kept[0] != self.of or led_back(slot) or is_new():
            first = self._checked(self.first.order, self.first.chosen, self.first.off)
            # What the link said of another wall, this one need not have.
            st.session_state[f"{key}:wrong"] = self._wrong(first) if kept is None else None
            st.session_state[slot] = kept = (self.of, first)
        hand: Hand = kept[1]
        return hand

    def _wrong(self, first: Hand) -> str | None:
        """What a link asked of this wall in vain, in words."""
        wrong = []
        if first.chosen != self.first.chosen:
            count = len(self.pictures)
            there = f"they count from 1 to {count}" if count > 1 else "there is one alone"
            wrong.append(f"a neuron that is not there: {there}")
        if first.order != self.first.order:
            wrong.append(f"an order that is not there: there are {', '.join(one.id for one in self.orders)}")
        return f"The link asks for {'. It asks for '.join(wrong)}." if wrong else None

    def _checked(self, order: Any, chosen: Any, off: Any) -> Hand:
        def neuron(j: Any) -> bool:
            return isinstance(j, int) and not isinstance(j, bool) and 0 <= j < len(self.pictures)

        known = [one.id for one in self.orders]
        usual = 0 if self.mode == "choose" else None  # beside such a wall a neuron's card always stands
        return Hand(
            order if order in known else "plain",
            chosen if neuron(chosen) else usual,
            tuple(sorted({j for j in off if neuron(j)})) if isinstance(off, (list, tuple)) else (),
        )


def beside(name: str) -> DeltaGenerator:
    """A place for a wall and then what belongs to it: side by side, or where it is narrow below each other.

    assets/page.css draws it so.
    """
    return st.container(key=f"beside_{name}")


def linked(name: str) -> int:
    """The neuron, from 0, that the link calls ?name=1, 2, …; the first without it, −1 for any other word."""
    return (whole(name) or 0) - 1 if name in st.query_params else 0


def weight_pixels(W: Tensor, scale: float) -> NDArray[np.uint8]:
    """Rows of weights as photos, zero mid-grey. Shapes: (k, 12288) → uint8 (k, 12288)."""
    return greys(W.detach().cpu().numpy(), scale)


def photo_pixels(X: Tensor) -> NDArray[np.uint8]:
    """Columns x as the photos that they are. Shapes: (12288, k) → uint8 (k, 12288)."""
    return greys(X.detach().cpu().numpy().T, 1.0)


def weights_scale(W: Tensor) -> float:
    """One symmetric scale for all rows: 99.5 % of the weights lie within."""
    return scale_of(W.detach().cpu().numpy())


def ends(scale: float) -> tuple[str, str, str]:
    """The legend's words for −scale, 0 and +scale."""
    return f"−{scale:g} (black)", "0 (grey)", f"+{scale:g} (white)"
