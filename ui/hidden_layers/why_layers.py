"""Without a non-linearity the layers collapse: the product of their matrices gives the same z."""

from dataclasses import dataclass

import numpy as np
import streamlit as st
import torch
from torch import Tensor

from core.collapse import collapse, how_far, without_nonlinearity
from core.hidden_neurons.what_excites import silent
from core.network import Layer, Network, Trace, propagate
from core.pixels import flatten
from ui import renderings
from ui.components import load
from ui.fragments import fragment
from ui.hidden_layers.forward_flow import picture_rows
from ui.hidden_layers.random_starts import ACTIVATION_NAMES
from ui.numbers import small
from ui.packing import pack
from ui.theme import BALL_COLOURS, BALL_NAMES
from ui.words import listed

MANY = 256  # photos on which both are compared: a few hundredths of a second in float64
ENOUGH = 1e-6
NAMES = {**ACTIVATION_NAMES, "softmax": "softmax", "identity": "a = z"}

_why = load("unpack", "elements", "numbers", "pictures", "hidden_layers/why_layers")


@dataclass(frozen=True)
class Straightened:
    """A network's matrices without its activations, as layers and as one layer, in float64.

    z, z_layer (k, 1): what both make of a photo; apart: their largest relative difference there.
    """

    network: Network
    layer: Layer
    z: Tensor
    z_layer: Tensor
    apart: float


def straighten(network: Network, x: Tensor) -> Straightened:
    """Take the non-linearity out, multiply the layers into one, ask both. Shapes: x (n, 1) → z (k, 1)."""
    straight = without_nonlinearity(network).to(dtype=torch.float64)
    layer = collapse(straight)
    x = x.double()
    z = propagate(straight, x).Z[-1]  # (k, 1)
    return Straightened(straight, layer, z, layer.W @ x + layer.b, how_far(straight, layer, x))


def product_formula(network: Network) -> tuple[str, str]:
    """W[last](… (W[1] x + b[1]) …) + b[last] = W̃ x + b̃ for this many layers, in two short lines."""
    nested = "x"
    for l in range(1, len(network.layers) + 1):  # noqa: E741
        nested = rf"W^{{[{l}]}}{nested if l == 1 else rf'({nested})'} + b^{{[{l}]}}"
    k = network.sizes[-1]
    one = rf"\underset{{({k},\,12288)}}{{\tilde W}}\,x + \underset{{({k},\,1)}}{{\tilde b}}"
    return nested, rf"=\; {one}"


def why_layers(
    network: Network, trace: Trace, training: renderings.Rendering, seen: Trace | None, key: str
) -> None:
    """The product of the matrices, its rows as pictures, and z: from both the same, with activations another.

    trace: `propagate` of the chosen photo, A[l] (k[l], 1). training: the photos of the second comparison;
    seen: `propagate` of test photos, once they have been looked at.
    """
    one = straighten(network, trace.X)

    waiting = training.photos is None and training.error is None

    @fragment(run_every=1.0 if waiting else None)
    def both() -> None:
        photos = training.photos
        many = None
        if photos is not None:
            X = flatten(photos.pixels[:MANY], dtype=torch.float64)  # (n, MANY)
            many = (X.shape[1], how_far(one.network, one.layer, X))
        header, pictures = contents(network, trace, one, many, training)
        _why(key=key, data=pack(header, {"pictures": pictures}, kept=["pictures"]))
        if waiting and not (training.photos is None and training.error is None):
            st.rerun()

    both()
    st.markdown(in_words(network, trace, seen))


def contents(
    network: Network,
    trace: Trace,
    one: Straightened,
    many: tuple[int, float] | None,
    training: renderings.Rendering,
) -> tuple[dict[str, object], np.ndarray]:
    """What the component is given: the header, and W̃'s rows as pictures, uint8 (k, 12288)."""
    last = network.layers[-1].activation
    named = network.sizes[-1] == len(BALL_NAMES)
    header: dict[str, object] = {
        "sizes": list(network.sizes),
        "names": list(BALL_NAMES.values()) if named else [],
        "colours": list(BALL_COLOURS.values()) if named else [],
        "activations": ", ".join(
            dict.fromkeys(NAMES[layer.activation.name] for layer in network.layers[:-1])
        ),
        "badge": badge(one.apart, many, training),
        "holds": max(one.apart, many[1] if many else 0.0) < ENOUGH,
    }
    for name, z in (("linear", one.z), ("whole", one.z_layer), ("bent", trace.Z[-1])):
        header[f"z_{name}"] = z.flatten().tolist()
        header[f"y_{name}"] = last(z).flatten().tolist()
    return header, picture_rows(one.layer.W.float())[0]


def badge(apart: float, many: tuple[int, float] | None, training: renderings.Rendering) -> list[str]:
    """The largest relative difference in float64, in pieces: every second one is a number."""
    text = ["One matrix instead of all layers, and the same z. Largest relative difference, in float64: "]
    text += [small(apart)]
    if many is not None:
        return [*text, " on this photo, ", small(many[1]), f" on {many[0]:,} photos, measured now."]
    if training.error is not None:
        return [*text, " on this photo; those for more could not be rendered."]
    return [
        *text,
        f" on this photo; on {MANY} as soon as they are rendered ({training.done:,} of {training.count:,}).",
    ]


def in_words(network: Network, trace: Trace, seen: Trace | None) -> str:
    """Why it matters, and what the activations change: for this photo, and for others, `seen`, otherwise."""
    sizes = network.sizes
    one_layer = sizes[0] * sizes[-1] + sizes[-1]
    text = (
        f"Without a non-linearity the network’s {network.parameter_count:,} parameters can say nothing that "
        f"**one layer of {one_layer:,}** could not say: a product of matrices is a matrix. "
    )
    between = {layer.activation.name for layer in network.layers[:-1]}
    if between == {"identity"}:
        return text + "This network’s hidden layers have none: a = z."
    if between == {"relu"}:
        counts = listed([f"{int(silent(A))} of {A.shape[0]}" for A in trace.A[1:-1]])
        pairs = [] if seen is None else zip(seen.A[1:-1], trace.A[1:-1], strict=True)  # (k, m), (k, 1)
        if seen is not None and all(bool(((A > 0) == (here > 0)).all()) for A, here in pairs):
            return text + (
                f"ReLU could break the product. But the hidden neurons that it sets to 0, {counts}, are the "
                f"same for this photo and for each of {seen.Y_hat.shape[1]:,} test photos: **one matrix for "
                "all of them**."
            )
        known = seen is not None
        breaks, depends, does = ("breaks", "depends", "does") if known else ("can break", "may depend", "may")
        return text + (
            f"ReLU {breaks} the product: which hidden neurons it sets to 0, here {counts}, {depends} on the "
            f"photo, and so {does} the matrix that the photo meets."
        )
    straight = propagate(without_nonlinearity(network), trace.X)
    if torch.equal(straight.Z[-1], trace.Z[-1]):  # of weights that are zero, as at step 0 from zeros
        return text + "With these weights an activation after each layer changes nothing: z is the same."
    return text + (
        "With an activation after each layer the same matrices give other answers, and no single matrix "
        "does the same."
    )
