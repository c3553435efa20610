"""One photo flows through a network: every neuron's activation as light, every edge its contribution w · a.

The browser adds up the sums that it writes out; z, a, the pictures and the pixels' shares are core's.
"""

import re
import zlib

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.heads import evidence
from core.network import Network, Trace
from ui import told
from ui.components import load
from ui.controls import ChosenPhoto
from ui.fragments import fragment
from ui.links import note
from ui.not_taken import say_not_taken
from ui.packing import pack
from ui.pictures import greys
from ui.theme import BALL_COLOURS, BALL_NAMES, DIVERGING

PARAMETER, EDGES = "flow", "edges"
MOST_EDGES, USUAL_EDGES = 200, 60  # between each two layers
PATCH = 8  # what the photo gives to a neuron is summed over patches of so many rows and columns
_PARTS = ("forward_flow/sums", "forward_flow/layout", "forward_flow/draw", "forward_flow/words")
SCRIPTS = ("unpack", "elements", "numbers", "pictures", "activations", *_PARTS, "forward_flow/flow")
_flow = load(*SCRIPTS)


def forward_flow(network: Network, trace: Trace, chosen: ChosenPhoto, key: str) -> None:
    """Mount the figure. trace: `propagate` of the chosen photo alone, every A[l] (k[l], 1).

    The neuron that is held lit stands in the link, ?flow=LAYER-NEURON, both from 1, and how many of the
    strongest edges are drawn between each two layers, ?edges=100.
    """
    header, arrays = contents(network, trace, chosen)
    link = st.query_params.get(PARAMETER)
    held = held_neuron(link, network.sizes)
    if link is not None and held is None:
        st.info(
            "The link’s neuron needs to be **flow=LAYER-NEURON** of this network, such as 1-2. "
            "Here is the largest output instead.",
            icon=":material/link_off:",
        )
    # Of a person's photo w ∘ xᵀ is as good as the photo, and what is fetched outlives a session
    # (ui/server/kept.py).
    later = () if chosen.own else ("e_pictures",)
    about = {**header, "pinned": held, "edges": _edges_of_link()}
    data = pack(about, arrays, kept=["w_pictures"], later=later)

    @fragment
    def mounted() -> None:
        def heard() -> None:
            pinned = told.word(told.last(key, "pinned"))
            note(PARAMETER, pinned if held_neuron(pinned, network.sizes) else None, None)

        def heard_of_edges() -> None:
            count = told.whole(told.last(key, EDGES))
            if count is not None and 0 <= count <= MOST_EDGES:
                note(EDGES, count, USUAL_EDGES)

        _flow(key=key, data=data, on_pinned_change=heard, on_edges_change=heard_of_edges)

    mounted()


def _edges_of_link() -> int:
    def holds(asked: str) -> bool:
        return bool(re.fullmatch(r"\d{1,3}", asked, re.ASCII)) and int(asked) <= MOST_EDGES

    say_not_taken(EDGES, f"a whole number from 0 to {MOST_EDGES}", str(USUAL_EDGES), holds)
    asked = st.query_params.get(EDGES, "")
    return int(asked) if holds(asked) else USUAL_EDGES


def held_neuron(link: str | None, sizes: tuple[int, ...]) -> list[int] | None:
    """ "2-7" → [1, 6]: layer and neuron from 0; None without one that this network has."""
    numbers = re.fullmatch(r"(\d{1,2})-(\d{1,4})", link or "", re.ASCII)
    if numbers is None:
        return None
    l, j = int(numbers[1]), int(numbers[2])  # noqa: E741
    return [l - 1, j - 1] if 1 <= l < len(sizes) and 1 <= j <= sizes[l] else None


def contents(
    network: Network, trace: Trace, chosen: ChosenPhoto
) -> tuple[dict[str, object], dict[str, NDArray[np.uint8] | NDArray[np.float32]]]:
    """What the component is given. Layers are numbered from 1; the first one's W travels as pictures.

    Per layer l: b, z, a (k[l],), and W (k[l], k[l−1]) from the second on. Per first-layer neuron: w as a
    picture, w ∘ xᵀ as one number a pixel (0 … 254, 127 is zero), the end of both scales, and w ∘ xᵀ summed
    over each patch of the photo.
    """
    names, colours = list(BALL_NAMES.values()), list(BALL_COLOURS.values())
    if network.sizes[-1] != len(names):
        names, colours = [], []
    arrays: dict[str, NDArray[np.uint8] | NDArray[np.float32]] = {"pixels": chosen.pixels}
    layers = []
    for l, layer in enumerate(network.layers, 1):  # noqa: E741
        inputs = layer.W.shape[1]
        layers.append({"inputs": inputs, "activation": layer.activation.name})
        given = {"b": layer.b, "z": trace.Z[l - 1], "a": trace.A[l]} | ({"W": layer.W} if l > 1 else {})
        arrays |= {f"{name}{l}": value.float().numpy() for name, value in given.items()}
    arrays |= first_layer_pictures(network.layers[0].W, trace.X)
    seen = b"".join(arrays[name].tobytes() for name in ("pixels", "z1", f"a{len(layers)}"))
    header: dict[str, object] = {
        "run": f"{network.sizes} {zlib.crc32(seen)}",  # another photo, or another network: it flows anew
        "sizes": list(network.sizes),
        "layers": layers,
        "names": names,
        "colours": colours,
        "stops": list(DIVERGING),
        "caption": chosen.caption,
        "y": None if chosen.Y is None or not names else [int(y) for y in chosen.Y],
    }
    return header, arrays


def first_layer_pictures(W: Tensor, x: Tensor) -> dict[str, NDArray[np.uint8] | NDArray[np.float32]]:
    """The pictures and the patches of each neuron of the first layer. Shapes: W (k, n), x (n, 1)."""
    E = evidence(W, x).reshape(W.shape[0], -1, 3).sum(dim=2)  # (k, 4096): what each pixel adds to z
    side = int(E.shape[1] ** 0.5)
    patches = E.reshape(-1, side // PATCH, PATCH, side // PATCH, PATCH).sum(dim=(2, 4))  # (k, 8, 8)
    w_pictures, w_scale = picture_rows(W)
    e_scale = _ends(E)  # (k, 1)
    return {
        "w_pictures": w_pictures,
        "e_pictures": (127 * (1 + (E / e_scale).clamp(-1, 1))).round().to(torch.uint8).numpy(),
        "w_scale": w_scale,
        "e_scale": e_scale.numpy(),
        "patches": patches.numpy(),
    }


def picture_rows(W: Tensor) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Each row as the photo that it asks for, on a scale of its own; and the scales' ends.

    Shapes: W (k, n) → uint8 (k, n), (k, 1).
    """
    ends: NDArray[np.float32] = _ends(W).numpy()
    return greys(W.numpy(), ends), ends


def _ends(values: Tensor) -> Tensor:
    """The end of each row's scale: 99.5 % of it lie within; 1 for zeros. Shapes: (k, n) → (k, 1)."""
    within = values.abs().kthvalue(max(1, int(0.995 * values.shape[1])), dim=1, keepdim=True).values
    return torch.where(within > 0, within, torch.ones_like(within))
