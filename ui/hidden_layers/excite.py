"""Activation maximisation as a live job, seen on a wall while it climbs, beside the rendered photos."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.hidden_neurons.activation_maximisation import STARTING_X, Ascent, begin, excite
from core.network import Network
from ui import jobs
from ui.controls import as_linked, choose_one
from ui.hidden_layers.hidden_study import Study
from ui.hidden_layers.neuron_card import NAMES, photo_card
from ui.hidden_layers.walls import choose_layer, layer_name
from ui.hidden_layers.weight_wall import PLAIN, Hand, Order, Wall, beside, linked, photo_pixels
from ui.links import note, whole
from ui.not_taken import say_not_within
from ui.numbers import number, percent
from ui.words import counted

STEPS, RATE = 96, 0.04
SMOOTH = {"none": 0.0, "some": 1.0, "much": 4.0}  # λ
JOB, CLIMBED = "hidden_excite", "hidden_excite:choice"


@dataclass(frozen=True)
class Choice:
    """What is climbed: every neuron of a layer, from where, and how smoothly."""

    name: str
    layer: int
    smooth: str
    start: str
    seed: int


@dataclass(frozen=True)
class Climb:
    """How far it is, after so many seconds of work."""

    choice: Choice
    ascent: Ascent
    seconds: float


def climb(network: Network, choice: Choice) -> Iterator[Climb]:
    """The ascent of a whole layer."""
    began = time.perf_counter()
    for ascent in excite(
        network,
        choice.layer,
        steps=STEPS,
        rate=RATE,
        smooth=SMOOTH[choice.smooth],
        start=choice.start,
        seed=choice.seed,
    ):
        yield Climb(choice, ascent, time.perf_counter() - began)


def begin_climb(network: Network, choice: Choice) -> None:
    """Let every neuron climb from the start, now."""
    st.session_state[CLIMBED] = choice
    jobs.start(JOB, partial(climb, network, choice))


def _climb_as_chosen(network: Network, choice: Choice) -> None:
    """A climb that goes on while another λ is chosen begins anew with it: its pictures would not be shown."""
    job = jobs.current(JOB)
    if job is not None and job.goes_on and st.session_state.get(CLIMBED) != choice:
        begin_climb(network, choice)


WHAT_THE_SYMBOLS_ARE = (
    r"$\eta$: the length of a step. $D x$: how far each pixel lies from its four neighbours; the larger "
    r"$\lambda$, the more it is drawn towards them. $x$ stays a photo: −1 is black, 1 is white."
)


def maximisation(network: Network, study: Study, name: str) -> None:
    """Choices, the button, and what has been climbed so far."""
    depth = len(network.layers)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        layer = choose_layer(network, 1, depth, min(2, depth), "climb_layer")
        smooth = choose_one("Smoothness λ", tuple(SMOOTH), "some", "climb_smooth")
        start = choose_one("Start from", STARTING_X, "grey", "climb_start")
        seed = 0
        if start == "noise":
            given = min(max(whole("climb_seed") or 0, 0), 999)
            key, given, late = as_linked("hidden_climb_seed", given)
            seed = int(st.number_input("Seed", 0, 999, given, key=key, on_change=late, width=160))
            say_not_within("climb_seed", 0, 999, seed, whole=True)
        note("climb_seed", seed, 0)
    choice = Choice(name, layer, smooth, start, seed)
    _climb_as_chosen(network, choice)
    climbing = jobs.button(
        jobs.current(JOB),
        f"Let all {network.sizes[layer]} climb" if network.sizes[layer] > 1 else "Let it climb",
        ":material/trending_up:",
        JOB,
        on_click=begin_climb,
        args=(network, choice),
    )

    def pictures(job: jobs.Job | None) -> None:
        jobs.say(job)
        latest = job.latest if job is not None else None
        shown = latest if isinstance(latest, Climb) and latest.choice == choice else None
        if shown is not None:
            done = shown.ascent.step / shown.ascent.steps
            st.progress(done, text=f"Step {shown.ascent.step} of {shown.ascent.steps}, {shown.seconds:.1f} s")
        _wall_and_card(network, study, choice, shown)

    jobs.follow(JOB, climbing, pictures)


def _wall_and_card(network: Network, study: Study, choice: Choice, shown: Climb | None) -> None:
    k, layer = network.sizes[choice.layer], choice.layer
    X = begin(k, start=choice.start, seed=choice.seed) if shown is None else shown.ascent.X
    z = None if shown is None else shown.ascent.z.tolist()
    pixels = photo_pixels(X)
    named = layer == len(network.layers) and k == len(NAMES)
    wall = Wall(
        of=f"{choice.name}:{layer}",
        label=f"{layer_name(network, layer)}: the photos that excite each neuron most",
        pictures=pixels,
        legend="x: a photo’s own range",
        scale=("−1 (black)", "0 (grey)", "+1 (white)"),
        orders=(PLAIN, Order("z", "highest z", z, "is its z")),
        first=Hand(chosen=linked("climb_neuron")),
        names=list(NAMES) if named else None,
    )
    with beside("climb"):
        hand = wall.show("hidden_climb")
        j = hand.chosen if hand.chosen is not None else 0
        note("climb_neuron", j + 1, 1)
        facts = ["Every neuron starts here. Press the button and let them climb."]
        if shown is not None:
            facts = climbed_words(shown, study, j)
        photo_card(network, layer, j, pixels, facts, study, key="hidden_climb_card")
    if shown is not None and shown.ascent.done:
        st.caption(all_words(shown, study))


def climbed_words(shown: Climb, study: Study, neuron: int) -> list[str]:
    """What the ascent did for one neuron, and what photos do."""
    now, before = float(shown.ascent.z[neuron]), float(shown.ascent.z_start[neuron])
    words = [f"z climbed from {number(before, 1)} to {number(now, 1)}."]
    if now == before and shown.ascent.step > 0:
        words = [why_no_pixel_moves(study.network, shown.choice, neuron)]
    if study.seen is not None:
        best = float(study.seen.layers[shown.choice.layer - 1].z_most[neuron, 0])
        words.append(f"The best of {study.seen.count:,} rendered photos reaches {number(best, 1)}.")
    return words


def why_no_pixel_moves(network: Network, choice: Choice, neuron: int) -> str:
    """Of a neuron whose z has no slope in x where the climb began: for want of weights, or of open paths."""
    layers = network.layers[: choice.layer]
    paths = layers[-1].W[neuron : neuron + 1].abs()  # (1, k): the weights along the paths to it, multiplied
    for layer in layers[-2::-1]:
        paths = paths @ layer.W.abs()  # (1, k)(k, n) → (1, n)
    if not bool(paths.any()):
        return "No pixel moves its z, whatever x is: a weight on every path to it is 0."
    other = "another seed" if choice.start == "noise" else "noise"
    return f"No pixel moves its z from this start: every path to it is closed. Try {other}."


def all_words(shown: Climb, study: Study) -> str:
    """The whole layer in a sentence or two."""
    k = len(shown.ascent.z)
    text = f"{counted(k, 'neuron')}, {shown.ascent.steps} steps, {shown.seconds:.1f} s. "
    if bool((shown.ascent.z == shown.ascent.z_start).all()):
        return f"{text}No z has moved: from this start no pixel can."
    if study.seen is not None:
        best = study.seen.layers[shown.choice.layer - 1].z_most[:, 0]
        higher = (shown.ascent.z > best).sum().item()
        alive = best > 0
        ratio = (shown.ascent.z[alive] / best[alive]).median().item() if bool(alive.any()) else 0.0
        if k == 1:
            text += f"It came {'' if higher else 'no '}higher than any rendered photo takes it"
        else:
            text += f"{higher} of {k} came higher than any rendered photo takes them"
        times = f"{ratio:.1f} times that of its best photo"
        text += f"; {'z is' if k == 1 else 'in the median, z is'} {times}. " if ratio > 0 else ". "
    if shown.choice.layer == 1:
        text += "For the first layer ∇z is w: without λ each number of x heads for its weight’s sign. "
    text += "Nothing asks x to look like a photo"
    ended = (shown.ascent.X.abs() >= 1).float().mean().item()
    if ended < 0.005:
        return f"{text}."
    return f"{text}: {percent(ended)} of its numbers came to −1 or 1, as far as they go."
