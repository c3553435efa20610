"""The board on which a house is moved: sliders, two prices and the simulation's own, two diagrams.

The link has ?house=SIZE,BEDROOMS,ZIP,WEALTH.
"""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.experiments.black_box import correlation, hidden, straight_line
from core.house_networks import Pair
from core.houses import CONCEPTS, INPUTS
from core.network import Network
from ui import told
from ui.components import load
from ui.house_prices.networks import UNSEEN, world
from ui.links import led_back, note
from ui.theme import CELLS, DIVERGING

USUAL_HOUSE = (120, 3, 4, 75)
HOUSE, BROKEN = "house_prices:house", "house_prices:broken"
END = 1500  # k€, where the scale of prices ends
NEARLY = 0.98  # |r| from which on a unit's a is read as its concept, on the straight line through both

SCRIPTS = (
    "elements",
    "numbers",
    "pictures",
    "activations",
    "house_prices/sums",
    "house_prices/diagram",
    "house_prices/board",
)
_board = load(*SCRIPTS)


def house_of_link() -> None:
    """Take the house from the link, ?house=120,3,4,75, once and where Back leads; the usual one without it.

    A malformed one gets a notice, which stays until a slider is moved.
    """
    if HOUSE not in st.session_state or led_back(HOUSE):
        text = st.query_params.get("house")
        found = house_of(text) if text is not None else None
        st.session_state[HOUSE] = found or USUAL_HOUSE
        st.session_state[BROKEN] = text is not None and found is None
    if st.session_state.get(BROKEN):
        st.info(
            "The link’s house needs four whole numbers, such as **house=120,3,4,75**: m², bedrooms, zip "
            "code, k€ a year. Here is the usual one instead.",
            icon=":material/link_off:",
        )


def house_of(text: str) -> tuple[int, ...] | None:
    """ "120,3,4,75" → (120, 3, 4, 75), each kept within its range; None if these are not four numbers."""
    parts = text.split(",")
    if len(parts) != len(INPUTS) or not all(
        part.isascii() and part.isdecimal() and len(part) <= 6 for part in parts
    ):
        return None
    return _within([int(part) for part in parts])


def house_moved(moved: Any) -> tuple[int, ...] | None:
    """What the browser says of the sliders, {"house": [120, 3, 4, 75]}; None for anything else."""
    numbers = told.finite((told.mapping(moved) or {}).get("house"), len(INPUTS))
    return _within(numbers) if numbers else None


def _within(house: Sequence[float]) -> tuple[int, ...]:
    return tuple(
        int(min(max(round(v), known.low), known.high)) for v, known in zip(house, INPUTS, strict=True)
    )


def board(pair: Pair, *, key: str) -> tuple[int, ...]:
    """Mount the board; returns the house under the sliders, and keeps it in the link."""

    def heard() -> None:
        house = house_moved(told.last(key, "moved"))
        if house:
            st.session_state[HOUSE] = house
            st.session_state[BROKEN] = False

    house: tuple[int, ...] = st.session_state[HOUSE]
    here = world()
    nets = [
        _net(pair.hand, "Wired by hand", [concept.name for concept in CONCEPTS])
        | {"reads": reads(pair.hand)},
        _net(pair.full, "Fully connected, end to end", unit_names(pair)),
    ]
    _board(
        key=key,
        data={
            "house": list(house),
            "heard": told.when(key, "moved"),
            "inputs": [
                {"name": known.name, "unit": known.unit, "low": known.low, "high": known.high, "ends": ends}
                for known, ends in zip(INPUTS, _ends(), strict=True)
            ],
            "concepts": [{"name": concept.name, "unit": concept.unit} for concept in CONCEPTS],
            "rows": ["wired by hand", "fully connected", "simulated, no noise"],
            "nets": nets,
            "unseen": UNSEEN,
            "nearly": NEARLY,
            "scale": {
                "mean": here.scale.mean.flatten().tolist(),
                "spread": here.scale.spread.flatten().tolist(),
                "price_mean": here.scale.price_mean,
                "price_spread": here.scale.price_spread,
            },
            "most": END,
            "w1_scale": _largest(nets, "W1"),
            "w2_scale": _largest(nets, "W2"),
            "signs": [DIVERGING[2], DIVERGING[8]],
            "stops": CELLS,
        },
        on_moved_change=heard,
    )
    note("house", ",".join(map(str, house)), ",".join(map(str, USUAL_HOUSE)))
    return house


def _ends() -> list[tuple[str, str]]:
    words = {"zip code": ("1, the centre", "9, the edge")}
    return [words.get(known.name, (f"{known.low:g}", f"{known.high:g}")) for known in INPUTS]


def _net(network: Network, title: str, names: list[str]) -> dict[str, Any]:
    first, last = network.layers
    here = world()
    A = hidden(network, here.scale, here.unseen.X)  # (k, m)
    drawn = int((first.W != 0).sum())
    learns = network.parameter_count - (first.W.numel() - drawn)
    return {
        "title": title,
        "about": f"{drawn} of {first.W.numel()} wires in · {learns} numbers to learn",
        "names": names,
        "reads": [None] * len(names),
        "short": [name.split(" ")[0] if name.startswith("h") else name for name in names],
        "activation": first.activation.name,
        "W1": first.W.tolist(),
        "b1": first.b.flatten().tolist(),
        "W2": last.W.flatten().tolist(),
        "b2": float(last.b),
        "range": list(zip(A.amin(dim=1).tolist(), A.amax(dim=1).tolist(), strict=True)),
    }


def reads(hand: Network) -> list[dict[str, Any] | None]:
    """What the a of each unit wired by hand stands for: slope · a + start of a unit of its concept.

    None where the two do not lie nearly on a line: there it stands for nothing so simple.
    """
    here = world()
    A, C = hidden(hand, here.scale, here.unseen.X), here.unseen.C
    r = correlation(A, C).diagonal().abs().tolist()
    slopes, starts = (part.tolist() for part in straight_line(A, C))
    return [
        {"slope": slope, "start": start, "unit": concept.unit} if close >= NEARLY else None
        for concept, close, slope, start in zip(CONCEPTS, r, slopes, starts, strict=True)
    ]


def _largest(nets: Sequence[dict[str, Any]], name: str) -> float:
    """One scale for both networks, so that their wires can be compared."""
    values = [w for net in nets for row in net[name] for w in (row if isinstance(row, list) else [row])]
    return max(abs(w) for w in values) or 1.0


def unit_names(pair: Pair) -> list[str]:
    """h1 … hk, each with the concept that it agrees with, or a question mark."""
    here = world()
    r = correlation(hidden(pair.full, here.scale, here.unseen.X), here.unseen.C)  # (k, 3)
    names = []
    for j, row in enumerate(r.tolist(), start=1):
        c = max(range(len(CONCEPTS)), key=lambda c: abs(row[c]) - here.to_beat[c])
        if pair.done and abs(row[c]) > here.to_beat[c]:
            names.append(f"h{j} ≈ {'' if row[c] > 0 else '−'}{CONCEPTS[c].name}?")
        else:
            names.append(f"h{j} ?")
    return names
