"""The two networks for the price of a house: what is chosen of them, and their training.

The link has the hidden units, their activation and the seed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.activations import ACTIVATIONS
from core.experiments.black_box import to_beat
from core.house_networks import (
    STEPS,
    Pair,
    Scale,
    fully_connected,
    hand_wired,
    linear_model,
    train_both,
)
from core.houses import Houses, houses
from core.network import Network
from ui import jobs
from ui.controls import as_linked, choose_one
from ui.links import note, whole
from ui.moved import key_of, stand_at
from ui.not_taken import say_not_within

SEEN, UNSEEN = 2000, 1000
UNITS = (2, 3, 4, 5, 6, 7, 8)
ACTIVATION_NAMES = {"sigmoid": "sigmoid σ", "tanh": "tanh", "relu": "ReLU"}
MOST_SEED = 999
KEPT = 200  # finished trainings in memory, a few kilobytes each
TRAINING, CHOICE = "house_prices_training", "house_prices:choice"


@dataclass(frozen=True)
class Choice:
    """What the fully connected network is: hidden units, activation (of both networks), seed of its start."""

    k: int
    activation: str
    seed: int


@dataclass(frozen=True)
class World:
    """The houses that all training sees, those that it does not, and what a model without hidden units does.

    to_beat: the |r| above which a unit agrees with each concept, see core.experiments.black_box.
    """

    seen: Houses
    unseen: Houses
    scale: Scale
    linear: Network
    to_beat: tuple[float, ...]


@st.cache_resource(max_entries=1, show_spinner=False)
def world() -> World:
    """The same for everybody."""
    seen, unseen = houses(0, SEEN), houses(1, UNSEEN)
    scale = Scale.of(seen)
    limits = to_beat(unseen.X, unseen.C).tolist()
    return World(seen, unseen, scale, linear_model(seen, scale), tuple(limits))


def choose() -> Choice:
    """Hidden units, activation and seed, by hand or from the link."""
    k = choose_one("Hidden units", UNITS, 3, "units", help="Of the fully connected network.")
    activation = choose_one(
        "Activation", tuple(ACTIVATION_NAMES), "sigmoid", "bend", format_func=ACTIVATION_NAMES.__getitem__
    )
    asked = whole("start")
    key, asked, late = as_linked("start", asked if asked in range(MOST_SEED + 1) else 0)
    seed = st.number_input(
        "Seed",
        min_value=0,
        max_value=MOST_SEED,
        value=asked,
        step=1,
        key=key,
        on_change=late,
        width=160,  # less, and in a lecture hall Streamlit leaves out its − and +
        help="Draws the random start of the fully connected network and the order of the houses.",
    )
    seed = int(seed or 0)
    say_not_within("start", 0, MOST_SEED, seed, whole=True)
    note("start", seed, 0)
    return Choice(k, activation, seed)


def training(choice: Choice) -> jobs.Job | None:
    """The job that trains both networks as chosen, begun here; None where that has been done before."""
    job = jobs.current(TRAINING)
    if st.session_state.get(CHOICE) == choice:
        return job
    if choice in _trained():
        st.session_state.pop(CHOICE, None)
        if job is not None:
            job.stop()
        return None
    return train(choice)


def train(choice: Choice) -> jobs.Job:
    """Train from the start, now."""
    st.session_state[CHOICE] = choice
    work = partial(train_both, world().seen, choice.k, ACTIVATIONS[choice.activation], choice.seed)
    return jobs.start(TRAINING, partial(_kept, choice, _trained(), work))


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


def many_key(choice: Choice) -> str:
    """Many trainings have a job for each network: a count stands under the choice that it was made for."""
    return f"house_prices_many:{choice.k}:{choice.activation}"


def another_start() -> None:
    """The next seed, for a button's callback: the run that follows trains from there."""
    stands = st.session_state.get(key_of("start"), whole("start"))
    seed = (int(stands or 0) + 1) % (MOST_SEED + 1)
    note("start", seed, 0)
    stand_at("start", seed)


def pair_of(job: jobs.Job | None, choice: Choice) -> Pair:
    """The two networks as they are now; before the job's first word, as they start."""
    if job is not None and isinstance(job.latest, Pair):
        return job.latest
    if job is None and (known := _trained().get(choice)):
        return known
    activation = ACTIVATIONS[choice.activation]
    return Pair(0, STEPS, hand_wired(activation), fully_connected(choice.k, activation, choice.seed))
