"""Two first layers beside each other: neurons that see the whole photo, and neurons that see a part of it.

The first ones are those of the wall above, and a press on one leads there.
"""

import math
from dataclasses import dataclass

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.hidden_neurons.weight_pictures import direction
from core.network import Network
from core.patches import SIDE
from ui import shared
from ui.components import load
from ui.hidden_layers.forward_flow import picture_rows
from ui.hidden_layers.weight_wall import weight_pixels, weights_scale
from ui.packing import pack

# What is to be seen in the shipped network's first layer, neurons counted from 1: the row, then the words.
SHOWN = (
    (20, "green"),
    (35, "magenta"),
    (14, "orange, blue"),
    (57, "blue, orange"),
    (3, "spots"),
    (17, "spots"),
    (37, "spots"),
    (26, "noise"),
)
SEEN = (
    ("Round things in the middle, where the balls are. Patches of one colour: ", (20, 30, 55)),
    (" green, ", (7, 35, 48)),
    (" magenta. Orange beside blue: ", (14, 42, 57, 61)),
    (". Rings, and dark and white spots like a soccer ball’s: ", (3, 17, 28, 36, 37, 39)),
    (
        ". And much that has no name. Most resemble their own mirror image: training showed every photo "
        "mirrored, too. A clear picture need not matter: switched off, ",
        (35,),
    ),
    (" costs hardly any answers, and ", (26,)),
    (", which looks like noise, far more.", ()),
)
FILTERS = 8

_first_layers = load("unpack", "elements", "pictures", "hidden_layers/first_layers")


@dataclass(frozen=True)
class Filters:
    """The patch network's first-layer neurons that run most clearly in one direction.

    neurons: from 1, of `count`; pictures uint8 (8, 1728), each on a scale of its own; direction: that of the
    least of them; median: that of all.
    """

    neurons: tuple[int, ...]
    count: int
    pictures: NDArray[np.uint8]
    direction: float
    median: float


@st.cache_resource(max_entries=1, show_spinner=False)
def filters() -> Filters:
    """Those of the network on patches that ships."""
    W = shared.model("patches").layers[0].W  # (512, 1728)
    found = direction(W, SIDE)
    best = found.sort(descending=True, stable=True).indices[:FILTERS]
    pictures = picture_rows(W[best])[0]
    neurons = tuple(int(j) + 1 for j in best)
    return Filters(neurons, len(W), pictures, float(found[best[-1]]), float(found.median()))


def first_layers(network: Network, hears: str, key: str) -> None:
    """Mount the rows. hears: the wall of this network's first layer."""
    small = filters()
    shipped = network is shared.model("network")
    W = network.layers[0].W
    shown = SHOWN if shipped else ()
    header = {
        "to": hears,
        "whole": [{"neuron": j - 1, "name": name} for j, name in shown],
        "seen": [{"text": text, "neurons": [j - 1 for j in neurons]} for text, neurons in SEEN]
        if shipped
        else [],
        "side": SIDE,
        "small": list(small.neurons),
        "words": small_words(small, float(direction(W).median())),
    }
    arrays = {"small_pictures": small.pictures}
    if shown:
        arrays["whole_pictures"] = weight_pixels(W[[j - 1 for j, _ in shown]], weights_scale(W))
    _first_layers(key=key, data=pack(header, arrays))


def small_words(small: Filters, whole: float) -> str:
    """What exactly is shown of the network on patches, and what it shows. whole: the other median."""
    least = math.floor(100 * small.direction) / 100  # rounded up it would be more than the least of them has
    return (
        "First-layer weights of the network on patches that Your photos asks: w as it acts on the pixels of "
        f"a patch, each picture on a scale of its own. Of {small.count} neurons, these {len(small.neurons)} "
        f"run most clearly in one direction, as an edge does: they score at least {least:.2f}, stripes "
        f"score 1. Most others look like noise: the median is {small.median:.2f}. For the neurons that "
        f"see the whole photo it is {whole:.2f}."
    )
