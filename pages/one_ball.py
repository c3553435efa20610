"""Goal 1: is there a soccer ball in the photo? One neuron, ŷ = σ(wx + b), at work and in training."""

from dataclasses import replace
from functools import partial
from uuid import uuid4

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.balls import DEMO, Recipe
from core.network import Network
from ui import live, shared
from ui.controls import ChosenPhoto, choose_photo
from ui.descent import Snapshot, show, three_steps
from ui.movable import Movable, movable
from ui.neuron import neuron, scene
from ui.one_ball import judge, picture, place_map, telling_photo

AT_MOST_ONE = replace(DEMO, none=0.3, one=0.7, radius=(15.0, 21.0))
ROW = ((1, 0, 0), (1, 0, 0), (0, 1, 0), (1, 0, 0), (0, 0, 1), (1, 0, 0), (0, 0, 0))
HEART, RUN = "one_ball_neuron", "one_ball_run"

# What the neuron learns from here: half of the photos show a soccer ball, so a guess is right half the time.
HALF = Recipe(none=0.25, one=0.75, two=0, three=0, weights=(4.0, 1.0, 1.0), distractors=False)
WHERE = {
    "middle": ("large, in the middle", replace(HALF, radius=(26.0, 30.0))),
    "anywhere": ("small, anywhere", replace(HALF, radius=(11.0, 18.0))),
}
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01)
LENGTHS = (50, 100, 200, 400, 800)
TRAINED_ON, TESTED_ON = 1536, 512


def number_in_url(name: str) -> int:
    """A whole number that the link carries; 0 where it carries none."""
    text = st.query_params.get(name, "")
    return int(text) if text.removeprefix("-").isdecimal() and text.isascii() and len(text) < 4 else 0


@st.cache_resource(max_entries=64, show_spinner=False)
def places_of(photo: bytes, model: str, _photo: Movable, _network: Network) -> NDArray[np.float32]:
    """ŷ for each place of the ball, kept for a photo (its pixels) and a model."""
    return place_map(_network, _photo)


@st.cache_resource(max_entries=1, show_spinner=False)
def first_photo(_network: Network) -> int:
    order = shared.gallery_order(AT_MOST_ONE, ROW, len(ROW))
    soccer = [i for place, i in enumerate(order[: 4 * len(ROW)]) if ROW[place % len(ROW)] == (1, 0, 0)]
    return telling_photo(_network, soccer, AT_MOST_ONE)


def scene_of(chosen: ChosenPhoto, photo: Movable) -> tuple[int, int, int]:
    """(drow, dcol, y): what the hand did last, else what the link says. Keeps the link up to date."""
    truth = 1 if chosen.Y is None else int(chosen.Y[0])
    if st.session_state.setdefault("one_ball:photo", chosen.name) != chosen.name:
        st.session_state["one_ball:photo"] = chosen.name
        for name in ("dx", "dy", "y"):
            st.query_params.pop(name, None)
    hand = scene(HEART)
    if hand is None or hand["photo"] != chosen.name:
        y = {"0": 0, "1": 1}.get(st.query_params.get("y", ""), truth)
        return *photo.nearest(number_in_url("dy"), number_in_url("dx")), y
    drow, dcol = photo.nearest(hand["drow"], hand["dcol"])
    y = int(hand["y"] == 1)
    for name, value, usual in (("dx", dcol, 0), ("dy", drow, 0), ("y", y, truth)):
        if value == usual:
            st.query_params.pop(name, None)
        else:
            st.query_params[name] = str(value)
    return drow, dcol, y


@st.fragment
def one_neuron(chosen: ChosenPhoto, photo: Movable, network: Network, model: str) -> None:
    drow, dcol, y = scene_of(chosen, photo)
    places = places_of(chosen.pixels.tobytes(), model, photo, network)
    neuron(HEART, *picture(chosen, photo, network, model, places, drow, dcol, y))


def trained() -> tuple[Network, str] | None:
    """The network of this session's finished run, and a name for it."""
    job = live.current(RUN)
    if job is None or not job.done or not isinstance(job.latest, Snapshot) or job.latest.test is None:
        return None
    return job.latest.network, st.session_state["one_ball:run"]


def start(recipe: Recipe, rate: float, steps: int) -> None:
    """Begin the three steps; whoever is first to train on a recipe waits for its photos."""
    photos = shared.rendering(recipe, TRAINED_ON + TESTED_ON)
    st.session_state["one_ball:run"] = f"run {uuid4()}"  # a name in a cache that all sessions share
    live.start(RUN, partial(three_steps, photos, TESTED_ON, rate, steps))


def steps_so_far(chosen: ChosenPhoto, photo: Movable, steps: int, running: bool) -> None:
    """The run as it is now; when one that was running has ended, the page runs again and stops asking."""
    job = live.current(RUN)
    snapshot = job.latest if job is not None else None
    drow, dcol, _ = scene_of(chosen, photo)
    moved = photo.at(drow, dcol)
    judged = None if snapshot is None or snapshot.test is None else judge(snapshot.network, moved)
    show("one_ball_descent", snapshot, steps, moved.numpy(), chosen.caption, judged)
    live.say(job)
    live.rerun_when_over(job, running)


st.title("Goal 1: one ball?")
st.markdown(
    "Is there a **soccer ball** in the photo? One neuron looks at every pixel at once and answers "
    r"$\hat{y} = \sigma(wx + b)$."
)

shipped = shared.model("goal1")
chosen = choose_photo("one_ball_photo", recipe=AT_MOST_ONE, wanted=ROW, first=first_photo(shipped))
photo = movable(chosen, AT_MOST_ONE)
own_w = trained()
if own_w is not None and st.session_state.get("one_ball:use"):
    one_neuron(chosen, photo, *own_w)
else:
    one_neuron(chosen, photo, shipped, "shipped")

st.header("The three steps of training")
with st.container(horizontal=True, gap="small"):
    # An empty value in a link leaves a control without a choice, even a required one.
    where = (
        st.segmented_control(
            "Balls in the training photos",
            list(WHERE),
            default="middle",
            required=True,
            format_func=lambda name: WHERE[name][0],
            key="balls",
            bind="query-params",
        )
        or "middle"
    )
    rate = (
        st.segmented_control(
            "Learning rate α", RATES, default=0.001, required=True, key="rate", bind="query-params"
        )
        or 0.001
    )
    steps = (
        st.segmented_control("Steps", LENGTHS, default=200, required=True, key="steps", bind="query-params")
        or 200
    )

job = live.current(RUN)
running = job is not None and not job.done
with st.container(horizontal=True, vertical_alignment="center"):
    if running:
        st.button("Stop", icon=":material/stop:", on_click=job.stop)
    else:
        st.button(
            "Train" if own_w is None else "Train again",
            icon=":material/play_arrow:",
            type="primary",
            on_click=start,
            args=(WHERE[where][1], rate, steps),
        )
    st.toggle("Use this w in the picture above", key="one_ball:use", disabled=own_w is None)
st.fragment(steps_so_far, run_every=0.12 if running else None)(chosen, photo, steps, running)

st.caption(
    r"The lecture notes write $\partial L/\partial b$ in the update of $w$; it is $\partial L/\partial w$."
)
