"""What Goal 1's page shows of a photo and a neuron: every number of the picture comes from core here.

    x = flatten(photo),  wx = Σ of the products above 0 + Σ of those below,  z = wx + b,  ŷ = σ(z)
    L = −[y log ŷ + (1−y) log(1−ŷ)],  ∂L/∂z = ŷ − y     for y = 0 and for y = 1

The browser repeats these sums only while a hand moves the ball (assets/components/one_ball/sums.js).
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from core.balls import DEMO, GALLERY_SEED, composite, layers
from core.heads import evidence, predict
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network, propagate
from core.pixels import flatten
from ui import shared
from ui.controls import ChosenPhoto
from ui.one_ball.movable import STEPS, Movable
from ui.pictures import largest
from ui.undecided import BELOW

# The page's photos, and the labels of a row of its gallery.
ROOM_TO_MOVE = replace(DEMO, none=0.3, one=0.7, radius=(15.0, 21.0))
ROW = ((1, 0, 0), (1, 0, 0), (0, 1, 0), (1, 0, 0), (0, 0, 1), (1, 0, 0), (0, 0, 0))

SPANS = (4, 6, 8, 12, 16, 24, 32, 48, 64)  # half widths of the z axis


def sums_of(network: Network, photo: torch.Tensor) -> dict[str, Any]:
    """The neuron's sums for one photo uint8 (64, 64, 3), in float64."""
    network = network.to(dtype=torch.float64)
    x = flatten(photo, dtype=torch.float64)  # (12288, 1)
    trace = propagate(network, x)
    products = evidence(network.layers[0].W, x)  # (1, 12288)
    Z = trace.Z[0]
    labels = [torch.full_like(Z, y) for y in (0.0, 1.0)]
    return {
        "positive": float(products.clamp_min(0).sum()),
        "negative": float(products.clamp_max(0).sum()),
        "z": float(Z),
        "y_hat": float(trace.Y_hat),
        "losses": [float(BINARY_CROSS_ENTROPY(Z, Y)) for Y in labels],
        "slopes": [float(BINARY_CROSS_ENTROPY.derivative(Z, Y)) for Y in labels],
    }


def place_map(network: Network, photo: Movable) -> NDArray[np.float32]:
    """ŷ with the ball at each of the 17 × 17 places: one batch X (12288, 289), one propagation. (17, 17)."""
    Y_hat = predict(network, photo.everywhere())  # (1, 289)
    return Y_hat.reshape(STEPS, STEPS).cpu().numpy().astype(np.float32)


def places_of(chosen: ChosenPhoto, photo: Movable, model: str, network: Network) -> NDArray[np.float32]:
    """place_map of the photo and a model (its name). What is made of a person's is not kept: that would
    outlive their session.
    """
    if chosen.own:
        return place_map(network, photo)
    return _kept_places(chosen.pixels.tobytes(), model, photo, network)


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept_places(pixels: bytes, model: str, _photo: Movable, _network: Network) -> NDArray[np.float32]:
    return place_map(_network, _photo)


@st.cache_resource(max_entries=1, show_spinner=False)
def first_photo(_network: Network) -> int:
    """The gallery photo to begin with, out of the soccer balls of the first rows."""
    order = shared.gallery_order(ROOM_TO_MOVE, ROW)
    soccer = [i for place, i in enumerate(order[: 4 * len(ROW)]) if ROW[place % len(ROW)] == (1, 0, 0)]
    return telling_photo(_network, soccer)


def telling_photo(network: Network, candidates: Sequence[int]) -> int:
    """Of the candidates the photo that is judged rightly where its ball lies, and most wrongly elsewhere.

    candidates: photos that show one soccer ball. A white background is passed over: its column shows little.
    """

    def worth(index: int) -> float:
        taken = layers(GALLERY_SEED, index, ROOM_TO_MOVE)
        photo = Movable(composite(taken, 0, 0), taken)
        here = float(predict(network, photo.photo))
        lowest = float(predict(network, photo.everywhere(stride=4)).min())
        dull = bool(taken.background.float().mean() > 200)
        return here - lowest - dull - (here < 0.5)

    return max(candidates, key=worth)


def picture(
    chosen: ChosenPhoto,
    photo: Movable,
    network: Network,
    model: str,
    places: NDArray[np.float32],
    drow: int,
    dcol: int,
    y: int,
) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Header and arrays for neuron.neuron. `model` names the weights: the browser sees a change."""
    layer = network.layers[0]
    w = layer.W.reshape(-1).cpu().numpy().astype(np.float32)
    core = sums_of(network, photo.at(drow, dcol))
    farthest = float(np.abs(np.log(places.clip(1e-7) / (1 - places).clip(1e-7))).max())  # max |z|: σ⁻¹ of ŷ
    reach = 1.05 * max(farthest, abs(core["z"]))
    ball = photo.layers
    header = {
        "photo": chosen.name,
        "caption": chosen.caption,
        "truth": None if chosen.Y is None else int(chosen.Y[0]),
        "model": model,
        "mode": "picture" if ball is None else "ball",
        "centre": [31.5, 31.5] if ball is None else [float(v) for v in ball.centre],
        "radius": 32.0 if ball is None else float(ball.radius),
        "places": {"rows": photo.rows, "cols": photo.cols},
        "b": float(layer.b),
        "scale": largest(w),
        "undecided": BELOW,
        "span": next((span for span in SPANS if span >= reach), math.ceil(reach)),
        "drow": drow,
        "dcol": dcol,
        "y": y,
        "core": {"drow": drow, "dcol": dcol, **core},
    }
    arrays = {
        "background": (photo.photo if ball is None else ball.background).numpy(),
        "ball": np.zeros(0, np.float32) if ball is None else ball.ball.numpy(),
        "w": w,
        "map": places,
    }
    return header, arrays
