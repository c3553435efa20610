"""What excites the network on patches, layer by layer: edges, then patterns, then whole balls."""

from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from torch import Tensor

from core.hidden_neurons.strongest_patches import Strongest, speaking_for
from core.network import Network
from core.patches import below, receptive_field
from ui import shared
from ui.components import load
from ui.hidden_layers.hidden_study import PATCHES, Study
from ui.packing import pack
from ui.theme import BALL_COLOURS, BALL_NAMES
from ui.words import counted

EACH = 3  # neurons of a layer for each ball
STORY = (
    "**Edges, then the ball’s pattern, then the whole ball**: that is the lecture’s story of three layers. "
    "In a fully connected layer every neuron weighs all pixels at once, each with a weight of its own, so it "
    "learns whole arrangements at one place. To find edges anywhere, neurons have to see small parts, and "
    "weights have to be shared between places: **convolution**. The **network on patches**, which *Your "
    "photos* asks, is built so, layer upon layer, and in it the story can be seen. Here is what excites its "
    "neurons that speak for each ball."
)
WAITING = "The photos are being looked at."

_patch_rows = load("unpack", "elements", "pictures", "hidden_layers/patch_rows")


def patch_rows(study: Study, key: str) -> None:
    """Mount the rows, empty as long as the study has not come to them; why it failed stands further up."""
    network = shared.model("patches")
    st.markdown(STORY)
    layers = below(network).layers
    header: dict[str, Any] = {
        "balls": [{"name": name, "colour": BALL_COLOURS[ball]} for ball, name in BALL_NAMES.items()],
        "layers": [{"side": receptive_field(Network(layers[: i + 1]))} for i in range(len(layers))],
        "words": WAITING if study.error is None else "",
    }
    pictures: dict[str, NDArray[np.uint8]] = {}
    if study.patches is not None and study.test is not None:
        of_layers, pictures = described(study.patches, study.test.pixels)
        for layer, neurons in zip(header["layers"], of_layers, strict=True):
            layer["neurons"] = neurons
        header["words"] = rows_words(len(study.test.pixels))
    _patch_rows(key=key, data=pack(header, pictures))


def described(
    found: tuple[Strongest, ...], photos: Tensor
) -> tuple[list[list[tuple[int, ...]]], dict[str, NDArray[np.uint8]]]:
    """Of each layer the neurons that speak for each ball, from 0, and their patches.

    Shapes: photos (m, 64, 64, 3) → of each layer (balls · EACH, t, side, side, 3).
    """
    of_layers, pictures = [], {}
    for number, layer in enumerate(found, start=1):
        chosen = speaking_for(layer.adds, EACH)
        of_layers.append(list(chosen))
        pictures[f"layer_{number}"] = np.stack([cut(layer, j, photos) for ball in chosen for j in ball])
    return of_layers, pictures


def cut(layer: Strongest, j: int, pixels: Tensor) -> NDArray[np.uint8]:
    """Neuron j's patches. Shapes: pixels (m, 64, 64, 3) → (t, side, side, 3)."""
    places = zip(layer.photo[j].tolist(), layer.top[j].tolist(), layer.left[j].tolist(), strict=True)
    side = layer.side
    return np.stack([pixels[i, top : top + side, left : left + side].numpy() for i, top, left in places])


def rows_words(photos: int) -> str:
    """What is shown."""
    return (
        f"Each picture: the {PATCHES} patches, one a photo, at which the neuron’s a is largest, of "
        f"{counted(photos, 'photo')} that no training saw. Of each layer the {EACH} neurons that add most to "
        "each ball’s z, none twice, whatever else they are for. The first layer’s weights are not shown: "
        "training moved them little from their random start, they look like noise. They still tell edges "
        "apart; the layers above learned what to make of that."
    )
