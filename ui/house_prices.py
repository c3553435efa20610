"""The two networks for the price of a house on their way, and the board on which a house is moved.

The link has ?house=SIZE,BEDROOMS,ZIP,WEALTH, the hidden units, their activation and the seed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from core.activations import ACTIVATIONS
from core.experiments.black_box import AGREES, correlation, hidden
from core.house_networks import (
    STEPS,
    Pair,
    Scale,
    fully_connected,
    hand_wired,
    linear_model,
    train_both,
)
from core.houses import CONCEPTS, INPUTS, Houses, houses
from core.network import Network
from ui import live
from ui.controls import choose_one
from ui.links import note
from ui.packing import joined
from ui.theme import DIVERGING

SEEN, UNSEEN = 2000, 1000
UNITS = (2, 3, 4, 5, 6, 7, 8)
BENDS = ("sigmoid", "tanh", "relu")
BEND_NAMES = {"sigmoid": "sigmoid σ", "tanh": "tanh", "relu": "ReLU"}
USUAL_HOUSE = (120, 3, 4, 75)
MOST_SEED = 999
KEPT = 200  # finished trainings in memory, a kilobyte each
TRAINING, CHOICE, HOUSE = "house_prices_training", "house_prices:choice", "house_prices:house"
END = 1500  # k€, where the scale of prices ends

_board = joined(
    "house_prices",
    "elements",
    "numbers",
    "pictures",
    "house_prices_sums",
    "house_prices_diagram",
    "house_prices",
)


@dataclass(frozen=True)
class Choice:
    """What the fully connected network is: hidden units, activation (of both networks), seed of its start."""

    k: int
    activation: str
    seed: int


@dataclass(frozen=True)
class World:
    """The houses that all training sees, those that judge, and what a model without hidden units can do."""

    seen: Houses
    unseen: Houses
    scale: Scale
    linear: Network


@st.cache_resource(max_entries=1, show_spinner=False)
def world() -> World:
    """The same for everybody."""
    seen, unseen = houses(0, SEEN), houses(1, UNSEEN)
    scale = Scale.of(seen)
    return World(seen, unseen, scale, linear_model(seen, scale))


# ---- what is chosen ----------------------------------------------------------------------------------


def choose() -> Choice:
    """Hidden units, activation and seed, by hand or from the link."""
    k = choose_one("Hidden units", UNITS, 3, "units", help="Of the fully connected network.")
    bend = choose_one("Activation", BENDS, "sigmoid", "bend", format_func=BEND_NAMES.__getitem__)
    seed = st.number_input(
        "Seed",
        min_value=0,
        max_value=MOST_SEED,
        value=0,
        step=1,
        key="start",
        bind="query-params",
        width=130,
        help="Draws the random start of the fully connected network and the order of the houses.",
    )
    return Choice(k, bend, int(seed or 0))


def linked_house() -> tuple[int, ...]:
    """The house of the link, ?house=120,3,4,75; the usual one without it. A malformed one gets a notice."""
    text = st.query_params.get("house")
    found = house_of(text) if text is not None else None
    if text is not None and found is None:
        st.info(
            "The link’s house needs four whole numbers, such as **house=120,3,4,75**: m², bedrooms, zip "
            "code, k€ a year. Here is the usual one instead.",
            icon=":material/link_off:",
        )
    return found or USUAL_HOUSE


def house_of(text: str) -> tuple[int, ...] | None:
    """ "120,3,4,75" → (120, 3, 4, 75), each kept within its range; None if these are not four numbers."""
    parts = text.split(",")
    if len(parts) != len(INPUTS) or not all(
        part.isascii() and part.isdecimal() and len(part) <= 6 for part in parts
    ):
        return None
    return _within([int(part) for part in parts])


def _within(house: Sequence[float]) -> tuple[int, ...]:
    return tuple(
        int(min(max(round(v), known.low), known.high)) for v, known in zip(house, INPUTS, strict=True)
    )


# ---- training ----------------------------------------------------------------------------------------


def training(choice: Choice) -> live.Job | None:
    """The job that trains both networks as chosen, begun here; None where that has been done before."""
    job = live.current(TRAINING)
    if st.session_state.get(CHOICE) == choice:
        return job
    if choice in _trained():
        st.session_state.pop(CHOICE, None)
        if job is not None:
            job.stop()
        return None
    return train(choice)


def train(choice: Choice) -> live.Job:
    """Train from the start, now."""
    st.session_state[CHOICE] = choice
    work = partial(train_both, world().seen, choice.k, ACTIVATIONS[choice.activation], choice.seed)
    return live.start(TRAINING, partial(_kept, choice, _trained(), work))


@st.cache_resource(max_entries=1, show_spinner=False)
def _trained() -> dict[Choice, Pair]:
    """Finished trainings, by choice: the same for everybody, so a hall full of people trains each once."""
    return {}


def _kept(choice: Choice, trained: dict[Choice, Pair], work: Callable[[], Iterator[Pair]]) -> Iterator[Pair]:
    """The work, which at its end is kept for others."""
    for pair in work():
        yield pair
        if pair.done:
            if len(trained) >= KEPT:
                trained.clear()
            trained[choice] = pair


def another_start() -> None:
    """The next seed, for a button's callback: the run that follows trains from there."""
    st.session_state["start"] = (int(st.session_state.get("start") or 0) + 1) % (MOST_SEED + 1)


def pair_of(job: live.Job | None, choice: Choice) -> Pair:
    """The two networks as they are now; before the job's first word, as they start."""
    if job is not None and isinstance(job.latest, Pair):
        return job.latest
    if job is None and (known := _trained().get(choice)):
        return known
    bend = ACTIVATIONS[choice.activation]
    return Pair(0, STEPS, hand_wired(bend), fully_connected(choice.k, bend, choice.seed))


def unit_names(pair: Pair) -> list[str]:
    """h1 … hk, each with the concept that it agrees with, or a question mark."""
    here = world()
    r = correlation(hidden(pair.full, here.scale, here.unseen.X), here.unseen.C)  # (k, 3)
    names = []
    for j, row in enumerate(r.tolist(), start=1):
        c = max(range(len(CONCEPTS)), key=lambda c: abs(row[c]))
        if pair.done and abs(row[c]) > AGREES:
            names.append(f"h{j} ≈ {'' if row[c] > 0 else '−'}{CONCEPTS[c].name}?")
        else:
            names.append(f"h{j} ?")
    return names


# ---- the board ---------------------------------------------------------------------------------------


def board(pair: Pair, *, key: str) -> tuple[int, ...]:
    """Mount the board; returns the house under the sliders, and keeps it in the link."""

    def heard() -> None:
        moved: Any = st.session_state[key].moved
        if moved:
            st.session_state[HOUSE] = _within(moved["house"])

    if HOUSE not in st.session_state:
        st.session_state[HOUSE] = linked_house()
    house: tuple[int, ...] = st.session_state[HOUSE]
    here = world()
    nets = [
        _net(pair.hand, "Wired by hand", [concept.name for concept in CONCEPTS]),
        _net(pair.full, "Fully connected, end to end", unit_names(pair)),
    ]
    _board(
        key=key,
        data={
            "house": list(house),
            "inputs": [
                {"name": known.name, "unit": known.unit, "low": known.low, "high": known.high, "ends": ends}
                for known, ends in zip(INPUTS, _ends(), strict=True)
            ],
            "concepts": [{"name": concept.name, "unit": concept.unit} for concept in CONCEPTS],
            "rows": ["wired by hand", "fully connected", "simulated, no noise"],
            "nets": nets,
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
            "stops": list(DIVERGING),
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
        "short": [name.split(" ")[0] if name.startswith("h") else name for name in names],
        "activation": first.activation.name,
        "W1": first.W.tolist(),
        "b1": first.b.flatten().tolist(),
        "W2": last.W.flatten().tolist(),
        "b2": float(last.b),
        "range": list(zip(A.amin(dim=1).tolist(), A.amax(dim=1).tolist(), strict=True)),
    }


def _largest(nets: Sequence[dict[str, Any]], name: str) -> float:
    """One scale for both networks, so that their wires can be compared."""
    values = [w for net in nets for row in net[name] for w in (row if isinstance(row, list) else [row])]
    return max(abs(w) for w in values) or 1.0
