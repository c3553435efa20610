"""One neuron: its picture, what it adds to the answers, its photos, what it is made of, what it feeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.hidden_neurons.effective_weights import strongest
from core.hidden_neurons.what_excites import Excitation
from core.network import Network
from ui.components import load
from ui.hidden_layers.hidden_study import Study
from ui.numbers import percent
from ui.packing import pack
from ui.theme import BALL_COLOURS, BALL_NAMES
from ui.words import unbroken

NAMES, COLOURS = tuple(BALL_NAMES.values()), tuple(BALL_COLOURS.values())
TERMS, FEEDS = 6, 8

# What a card's script asks for, where there is none of it.
EMPTY: dict[str, Any] = {
    "names": list(NAMES),
    "colours": list(COLOURS),
    "facts": [],
    "matters": [],
    "matters_title": "",
    "matters_end": 1.0,
    "sum": [],
    "sum_more": 0,
    "sum_words": "",
    "terms": [],
    "terms_title": "",
    "most": [],
    "least": [],
    "most_title": "Photos that excite it most (z)",
    "least_title": "… and least",
    "feeds": [],
    "feeds_title": "",
}

_card = load("unpack", "elements", "numbers", "pictures", "hidden_layers/neuron_card")


def neuron_name(network: Network, layer: int, neuron: int) -> str:
    """ "neuron 17 of layer 1", "output soccer ball". layer from 1, neuron from 0."""
    if layer == len(network.layers):
        return f"output {NAMES[neuron]}" if network.sizes[-1] == len(NAMES) else f"output {neuron + 1}"
    return f"neuron {neuron + 1} of layer {layer}"


@dataclass(frozen=True)
class Mix:
    """A neuron's picture as a sum, V_j = Σ_i c_ji W_i. c (k[1],); pictures: uint8 (k[1], n), of layer 1.

    words: what the factors are.
    """

    c: Tensor
    pictures: NDArray[np.uint8]
    words: str


@dataclass(frozen=True)
class Look:
    """How the pictures of a layer are drawn. pictures uint8 (k, 12288); before: those of the layer before.

    mix: the chosen neuron's picture as a sum of first-layer pictures.
    """

    pictures: NDArray[np.uint8]
    caption: str
    before: NDArray[np.uint8] | None = None
    mix: Mix | None = None


def neuron_card(network: Network, layer: int, neuron: int, look: Look, study: Study, *, key: str) -> None:
    """layer 1 … last, neuron from 0."""
    name = neuron_name(network, layer, neuron)
    real, arrays = _real_photos(study, layer, neuron)
    header: dict[str, Any] = {
        **EMPTY,
        "title": name[0].upper() + name[1:],
        "caption": look.caption,
        "alt": f"{name}: {look.caption}",
        "matters_title": f"Adds to z of each output (mean over {_count(study)} photos)",
        "terms_title": f"Made of layer {layer - 1}: strongest weights",
        **real,
    }
    arrays["picture"] = look.pictures[neuron]
    if study.importance and layer < len(network.layers):
        header |= _matters(study, layer, neuron)
    if look.mix is not None:
        summed, arrays["sum_pictures"] = equation(look.mix)
        header |= summed
    if look.before is not None:
        w = network.layers[layer - 1].W[neuron]  # (k_before,)
        places = strongest(w, TERMS).tolist()
        header["terms"] = [{"name": f"neuron {j + 1}", "w": float(w[j])} for j in places]
        arrays["term_pictures"] = look.before[places]
    if study.seen is not None:
        on = on_words(network, study.seen.layers[layer - 1], layer, neuron)
        header["facts"] = [*on, shown_words(header["most"])]
    if layer < len(network.layers):
        header |= feeds(network, layer, neuron)
    _card(key=key, data=pack(header, arrays))


def equation(mix: Mix) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """The largest terms of the sum that are not 0, how many others there are; their pictures."""
    places = [i for i in strongest(mix.c, TERMS).tolist() if mix.c[i] != 0]
    more = int((mix.c != 0).sum()) - len(places)
    terms = [{"neuron": i + 1, "c": float(mix.c[i])} for i in places]
    return {"sum": terms, "sum_more": more, "sum_words": mix.words}, mix.pictures[places]


def photo_card(
    network: Network,
    layer: int,
    neuron: int,
    pictures: NDArray[np.uint8],
    facts: Sequence[str],
    study: Study,
    *,
    key: str,
) -> None:
    """A made photo of a neuron beside the real ones that excite it. pictures uint8 (k, 12288)."""
    name = neuron_name(network, layer, neuron)
    real, arrays = _real_photos(study, layer, neuron)
    header = {
        **EMPTY,
        "title": name[0].upper() + name[1:],
        "caption": "x, made by gradient ascent",
        "alt": f"The photo that {name} would like best",
        "facts": list(facts),
        **real,
    }
    _card(key=key, data=pack(header, {"picture": pictures[neuron], **arrays}))


def _real_photos(
    study: Study, layer: int, neuron: int
) -> tuple[dict[str, Any], dict[str, NDArray[np.uint8]]]:
    """Photos that excite it most and least, for a card’s header and arrays; empty before they are known."""
    if study.seen is None or study.photos is None:
        return {}, {}
    seen = study.seen.layers[layer - 1]
    header: dict[str, Any] = {}
    arrays = {}
    for which, indices, z in (
        ("most", seen.most[neuron], seen.z_most[neuron]),
        ("least", seen.least[neuron], seen.z_least[neuron]),
    ):
        balls = (study.photos.Y[:, indices] > 0.5).T.tolist()  # (t, 3)
        header[which] = [
            {"z": float(v), "label": [k for k, y in enumerate(label) if y]}
            for v, label in zip(z, balls, strict=True)
        ]
        arrays[f"{which}_pictures"] = study.photos.pixels[indices].flatten(1).numpy()
    return header, arrays


def _count(study: Study) -> str:
    return f"{study.test.pixels.shape[0]:,}" if study.test is not None else "the test"


def _matters(study: Study, layer: int, neuron: int) -> dict[str, Any]:
    found = study.importance["zero"][layer - 1]
    values = found.effect[neuron].tolist()
    return {
        "matters": [
            {"name": n, "colour": c, "value": v} for n, c, v in zip(NAMES, COLOURS, values, strict=True)
        ],
        "matters_end": float(found.effect.abs().flatten().quantile(0.98)) or 1.0,  # of the bars' scale
    }


def feeds(network: Network, layer: int, neuron: int) -> dict[str, Any]:
    """Its weights into the next layer, strongest first."""
    w = network.layers[layer].W[:, neuron]  # (k_after,)
    places = strongest(w, FEEDS).tolist()
    last = layer + 1 == len(network.layers)
    named = last and len(w) == len(NAMES)
    rows = [
        {
            "name": NAMES[i] if named else f"neuron {i + 1}",
            "w": float(w[i]),
            "colour": COLOURS[i] if named else None,
        }
        for i in places
    ]
    more = f", the {len(rows)} strongest of {len(w)}" if len(w) > len(rows) else ""
    to = "the outputs" if last else f"layer {layer + 1}"
    return {"feeds": rows, "feeds_title": f"Feeds {to}: its weights there{more}"}


def on_words(network: Network, seen: Excitation, layer: int, neuron: int) -> list[str]:
    """How often it is on, where the activation has an off."""
    if layer == len(network.layers) or network.layers[layer - 1].activation.name != "relu":
        return []
    share = float(seen.on[neuron])
    if share == 0:
        return ["It is off for every photo: a dead ReLU. Nothing that it feeds ever hears of it."]
    # With so many decimals that hardly ever is not never, and nearly always not always.
    digits = next((d for d in (0, 1) if share == 1 or 0 < round(100 * share, d) < 100), 2)
    return [f"It is on ({unbroken('a > 0')}) for {percent(share, digits)} of the photos."]


def shown_words(photos: Sequence[dict[str, Any]]) -> str:
    """What the strongest photos show: "Among the 6 …: 4 with a basketball, 2 without a ball."."""
    counts = [sum(k in photo["label"] for photo in photos) for k in range(len(NAMES))]
    none = sum(not photo["label"] for photo in photos)
    parts = [f"{count} with a {name}" for count, name in zip(counts, NAMES, strict=True) if count]
    parts += [f"{none} without a ball"] if none else []
    return f"Among the {len(photos)} photos that excite it most: " + ", ".join(parts) + "."
