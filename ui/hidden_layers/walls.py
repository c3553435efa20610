"""The walls of the page "Hidden layers": the first layer's pictures, what later layers make of them."""

import streamlit as st
import torch
from torch import Tensor

from core.balls import GALLERY_SEED, MIXED
from core.hidden_neurons.effective_weights import combinations, pictured, slopes_at
from core.hidden_neurons.importance import Importance
from core.hidden_neurons.weight_pictures import DISC, centre, grain, mirror
from core.network import Network, Trace, propagate
from core.pixels import flatten
from ui import shared
from ui.controls import EVERY_LABEL, choose_one
from ui.fragments import fragment
from ui.hidden_layers.first_layers import first_layers
from ui.hidden_layers.hidden_study import Study
from ui.hidden_layers.neuron_card import NAMES, Look, Mix, neuron_card
from ui.hidden_layers.patch_rows import patch_rows
from ui.hidden_layers.weight_wall import (
    PLAIN,
    Hand,
    Order,
    Wall,
    beside,
    ends,
    linked,
    weight_pixels,
    weights_scale,
)
from ui.links import note
from ui.numbers import number, percent
from ui.theme import BALL_NAMES
from ui.words import counted

KINDS = tuple(BALL_NAMES)
CITED = "first layer"  # the wall that the words below it point at
PATHS = {"as often as open": "often", "all open": "all", "the chosen photo’s": "photo"}


def studying(study: Study) -> None:
    """A bar while the study goes on; the page runs again when it is over."""
    waiting = not study.done
    if study.error is not None:
        fault = type(study.error).__name__
        st.error(f"The photos could not be looked at ({fault}). It is tried again with the next change here.")

    @fragment(run_every=0.4 if waiting else None)
    def bar() -> None:
        if waiting:
            now = study.progress()
            st.progress(min(now.share, 1.0), text=now.text)
        if waiting and study.done:
            st.rerun()

    bar()


def size_orders(found: Importance | None) -> tuple[Order, ...]:
    """By number, or by how much each matters to a class."""
    return (
        PLAIN,
        *(
            Order(
                kind,
                BALL_NAMES[kind],
                None if found is None else found.size[:, k].tolist(),
                f"is how far z of the {BALL_NAMES[kind]} moves, on average, when it is switched off",
                group="effect on",
            )
            for k, kind in enumerate(KINDS)
        ),
    )


@fragment
def first_layer(network: Network, study: Study, name: str) -> None:
    """All pictures of the first layer, and the one that is chosen."""
    W = network.layers[0].W
    scale = weights_scale(W)
    pictures = weight_pixels(W, scale)
    found = study.importance["zero"][0] if study.importance and len(network.layers) > 1 else None
    wall = Wall(
        of=f"{name}:1",
        label=f"Weight pictures of the first layer’s {counted(len(W), 'neuron')}",
        pictures=pictures,
        legend="one weight a pixel and colour; the same scale for all",
        scale=ends(scale),
        orders=size_orders(found),
        first=Hand(st.query_params.get("sort", "plain"), linked("neuron")),
        hears=CITED,
        stays=True,
    )
    with beside("first"):
        hand = wall.show("hidden_first")
        j = hand.chosen if hand.chosen is not None else 0
        note("neuron", j + 1, 1)
        note("sort", hand.order, "plain")
        look = Look(pictures, f"w of neuron {j + 1}: (1,\N{NO-BREAK SPACE}12288)")
        neuron_card(network, 1, j, look, study, key="hidden_first_card")


@st.cache_data(max_entries=16, show_spinner=False)
def _measured(name: str, _network: Network) -> str:
    return measured_words(_network.layers[0].W)


def measured_words(W: Tensor) -> str:
    """What can be measured of first-layer pictures; of one whose weights are all equal nothing can.

    Shapes: W (k, n).
    """
    k, W = len(W), W[W.amin(dim=1) < W.amax(dim=1)]
    if not len(W):
        which = "In each of these pictures" if k > 1 else "In this picture"
        return f"**{which} all weights are equal**: there is nothing in it to measure."
    pictures = "this picture" if k == 1 else f"these {k} pictures"
    if len(W) < k:
        pictures = f"the {counted(len(W), 'picture')} of {k} whose weights are not all equal"
    return (
        f"**Measured on {pictures}.** {percent(float(centre(W).mean()))} of Σ w² lies in a middle disc "
        f"that covers {percent(DISC)} of the photo. A picture and its own mirror image have a correlation of "
        f"{number(float(mirror(W).mean()))}, neighbouring pixels of {number(float(grain(W).mean()))} "
        "(at most 1)."
    )


def what_is_seen(network: Network, study: Study, name: str) -> None:
    """What these pictures show and what they do not: measured; for the shipped network in words, too."""
    st.markdown(_measured(name, network))
    if network is shared.model("network"):
        first_layers(network, CITED, key="hidden_first_layers")
    patch_rows(study, key="hidden_patches")


def surest_of_row(network: Network) -> int | None:
    """The gallery photo of the first row that the network has right by the widest margin, if any."""
    order = shared.gallery_order(MIXED, EVERY_LABEL)[: len(EVERY_LABEL)]
    row = shared.photos(GALLERY_SEED, order)
    Y = torch.tensor(row.Y)  # (3, 7)
    if Y.shape[0] != network.sizes[-1]:
        return None
    Y_hat = propagate(network, flatten(torch.tensor(row.pixels))).Y_hat
    margin = torch.where(Y > 0.5, Y_hat - 0.5, 0.5 - Y_hat).amin(dim=0)  # (7,): of its least sure answer
    margin[Y.sum(dim=0) == 0] = -1.0  # a photo with a ball shows more
    best = int(margin.argmax())
    return order[best] if float(margin[best]) > 0 else None


@fragment
def later_layers(network: Network, study: Study, trace: Trace, name: str) -> None:
    """The pictures that later neurons make of the first layer's, and the photos that excite them."""
    depth = len(network.layers)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        layer = choose_layer(network, 2, depth, 2, "layer")
        how = PATHS[choose_one("Paths through the hidden layers", tuple(PATHS), "as often as open", "paths")]
    if how == "often" and study.mean_combinations is not None and study.mean_weights is not None:
        C, V = study.mean_combinations, study.mean_weights
    else:
        C = combinations(network, slopes_at(network, trace) if how == "photo" else None)
        V = pictured(network, C)
    scales = [weights_scale(v) for v in V[:layer]]
    pictures = [weight_pixels(v, scale) for v, scale in zip(V[:layer], scales, strict=True)]
    first, own = pictures[0], pictures[-1]
    found = study.importance["zero"][layer - 1] if study.importance and layer < depth else None
    output = layer == depth
    named = output and network.sizes[-1] == len(NAMES)
    wall = Wall(
        of=f"{name}:{layer}",
        label=f"{layer_name(network, layer)}: each neuron as a weighted sum of first-layer pictures",
        pictures=own,
        legend="weight of each pixel and colour, through the hidden layers",
        scale=ends(scales[-1]),
        orders=(PLAIN,) if output else size_orders(found),
        first=Hand(st.query_params.get("later_sort", "plain"), linked("later")),
        names=list(NAMES) if named else None,
        stays=True,
    )
    st.caption(paths_words(network, layer, how, study))
    with beside("later"):
        hand = wall.show("hidden_later")
        j = hand.chosen if hand.chosen is not None else 0
        note("later", j + 1, 1)
        note("later_sort", hand.order, "plain")
        terms, total = (f"±{scale:g}" for scale in (scales[0], scales[-1]))
        factors = factors_words(network, layer, how, study)
        words = f"{factors}. The scale of the first layer’s pictures ends at {terms}, of the sum at {total}."
        mix = Mix(C[layer - 2][j], first, words)
        look = Look(own, "Σ of first-layer pictures", pictures[-2] if layer > 2 else None, mix)
        neuron_card(network, layer, j, look, study, key="hidden_later_card")


def factors_words(network: Network, layer: int, how: str, study: Study) -> str:
    """What the factors of first-layer pictures are."""
    w = "w" if layer == 2 else "w along the paths, added up"
    between = {one.activation.name for one in network.layers[: layer - 1]}
    if between == {"identity"} or how == "all" or (how == "often" and study.trace is None):
        return f"Factors: {w}"
    if how == "photo":
        return f"Factors: {w}, times the slope g′(z) at this photo{', 1 or 0' * (between == {'relu'})}"
    if between != {"relu"}:
        return f"Factors: {w}, times the mean slope g′(z)"
    return f"Factors: {w}, times how often {'that neuron is on' if layer == 2 else 'the path is open'}"


def choose_layer(network: Network, first: int, last: int, usual: int, key: str) -> int:
    """One of the layers first … last of a network, by hand or from the link."""
    depth = len(network.layers)
    names = {"outputs" if one == depth else str(one): one for one in range(first, last + 1)}
    usual_name = next(name for name, one in names.items() if one == usual)
    return names[choose_one("Layer", tuple(names), usual_name, key)]


def layer_name(network: Network, layer: int) -> str:
    """ "Layer 2 (32 neurons)", "Outputs (3)"."""
    k = network.sizes[layer]
    return f"Outputs ({k})" if layer == len(network.layers) else f"Layer {layer} ({counted(k, 'neuron')})"


def paths_words(network: Network, layer: int, how: str, study: Study) -> str:
    """What these pictures are, and how far to trust them."""
    product = "$" + " ".join(f"W^{{[{i}]}}" for i in range(layer, 0, -1)) + "$"
    between = sorted({one.activation.name for one in network.layers[: layer - 1]})
    relu, straight = between == ["relu"], between == ["identity"]
    if straight:
        return f"{product}: every neuron in between hands on all it gets, so this is exact for every photo."
    if how == "all":
        return f"{product}: as if every neuron in between handed on all it gets. " + (
            "True only for a photo that turns all of these ReLUs on at once." if relu else ""
        )
    if how == "photo":
        return "∂z/∂x at the chosen photo: only the paths that are open for it, as it opens them. " + (
            "For this photo the picture is exact: z is this picture times x, plus a constant."
            if relu
            else "Exact only right around this photo."
        )
    if study.trace is None:
        return f"{product}. Once the photos have been looked at, each path counts as often as it is open."
    many = study.trace.Y_hat.shape[1]
    return (
        f"The mean of ∂z/∂x over {many:,} test photos"
        + (": each path counts as often as it is open. " if relu else ". ")
        + "An average: what a single photo meets may differ."
    )
