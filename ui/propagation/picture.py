"""The three-layer network as a live picture: what core computed for m photos, and where the person is in it.

The way forward, the check against autograd and every shape come from core; the browser repeats the way back
when a label is switched (assets/components/propagation/sums.js). What the hand does stands in the link:
?step=d2&m=4&example=3&y=0110.
"""

from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from core.balls import GALLERY_SEED
from core.gradient_check import GradientCheck, check_gradients
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network, propagate
from core.pixels import flatten
from core.training import AT_MOST_ONE
from ui import shared, told
from ui.components import load
from ui.controls import ChosenPhoto
from ui.links import heard, led_back, note, whole
from ui.packing import pack
from ui.pictures import scale_of
from ui.propagation.lines import REUSED, STEPS, lines
from ui.theme import DIVERGING

ROW = ((1, 0, 0), (0, 1, 0), (1, 0, 0), (0, 0, 0), (1, 0, 0), (0, 0, 1), (1, 0, 0))
COUNTS = (1, 2, 4, 8, 16)

_PARTS = (
    "propagation/sums",
    "propagation/text",
    "propagation/lines",
    "propagation/stage",
    "propagation/draw",
    "propagation/picture",
)
_propagation = load("unpack", "elements", "numbers", "pictures", "activations", *_PARTS)


class Scene(TypedDict):
    """What a person did last in the picture of `batch`: the step, the example looked at, the labels."""

    batch: str
    step: str
    i: int
    y: str


@dataclass(frozen=True)
class Batch:
    """m photos. pixels uint8 (m, 64, 64, 3); Y (1, m): a soccer ball or not; captions in words."""

    name: str
    pixels: NDArray[np.uint8]
    Y: NDArray[np.float32]
    captions: tuple[str, ...]

    @property
    def m(self) -> int:
        """How many examples."""
        return len(self.pixels)


@st.cache_resource(max_entries=1, show_spinner=False)
def first_photo(_network: Network) -> int:
    """The gallery photo to begin with: the one whose first layer is farthest from saturation, so that its
    numbers say most, among the first soccer balls that the network recognises, none on white.
    """
    order = shared.gallery_order(AT_MOST_ONE, ROW)
    # Row by row, as the gallery shows them: what is rendered here is rendered there.
    rows = [order[start : start + len(ROW)] for start in (0, len(ROW), 2 * len(ROW))]
    photos = np.concatenate([shared.photos(GALLERY_SEED, row, AT_MOST_ONE).pixels for row in rows])
    X = flatten(torch.tensor(photos))  # (12288, m)
    trace = propagate(_network, X)
    others = torch.tensor([label != (1, 0, 0) for label in ROW] * len(rows))
    passed_over = others | (trace.Y_hat[0] < 0.5) | (X.mean(dim=0) > 0.4)
    farthest = trace.Z[0].abs().amax(dim=0) + 1000.0 * passed_over  # (m,)
    return order[int(farthest.argmin())]


def batch_of(chosen: ChosenPhoto, m: int) -> Batch:
    """The chosen photo and the m − 1 after it in the gallery. One's own, unsorted, counts as soccer ball."""
    order = shared.gallery_order(AT_MOST_ONE, ROW)
    known = chosen.seed == GALLERY_SEED and chosen.index in order
    first = order.index(chosen.index) + 1 if known else 0
    further = tuple(order[(first + j) % len(order)] for j in range(m - 1))
    Y = np.ones(1, np.float32) if chosen.Y is None else chosen.Y[:1]
    if not further:
        return Batch(f"{chosen.name}x1", chosen.pixels[None], Y[None], (chosen.caption,))
    row = shared.photos(GALLERY_SEED, further, AT_MOST_ONE)
    return Batch(
        f"{chosen.name}x{m}",
        np.concatenate([chosen.pixels[None], row.pixels]),
        np.concatenate([Y, row.Y[0]])[None],
        (chosen.caption, *(shared.caption(row.Y[:, j]) for j in range(m - 1))),
    )


def scene_of(key: str, batch: Batch) -> Scene:
    """Where the person is: what the hand did last in the component `key`, else what the link says.

    The link follows the hand. Another batch keeps the step; labels and example begin anew.
    """
    truth = "".join(str(int(y)) for y in batch.Y[0])
    known = st.session_state.setdefault(f"{key}:batch", batch.name)
    if known != batch.name:
        back = led_back(f"{key}:batch")
        st.session_state[f"{key}:batch"] = batch.name
        for name in () if back else ("example", "y"):
            note(name, None, None)
    hand = told.mapping(heard(key, "scene"))
    step = _step(hand.get("step") if hand else st.query_params.get("step"))
    if hand is not None and hand.get("batch") == batch.name:
        i, y = _example(hand.get("i"), batch), _labels(hand.get("y"), truth)
        scene = Scene(batch=batch.name, step=step, i=i, y=y)
    else:
        y = _labels(st.query_params.get("y"), truth)
        scene = Scene(batch=batch.name, step=step, i=_example((whole("example") or 1) - 1, batch), y=y)
    if hand is not None:
        note("step", scene["step"], STEPS[0])
        note("example", scene["i"] + 1, 1)
        note("y", scene["y"], truth)
    return scene


def link_notice(batch: Batch) -> str | None:
    """What is wrong with the link's step, example or labels, in words. The values are not repeated."""
    query = st.query_params
    wrong = []
    if "step" in query and query["step"] not in STEPS:
        wrong.append(f"**step** is one of {', '.join(STEPS)}")
    if "example" in query and not 1 <= (whole("example") or 0) <= batch.m:
        wrong.append("**example** is 1" if batch.m == 1 else f"**example** is a number from 1 to {batch.m}")
    if "y" in query and _labels(query["y"], "?" * batch.m) != query["y"]:
        wrong.append(
            "**y** is one label, 0 or 1" if batch.m == 1 else f"**y** is {batch.m} labels, 0 or 1 each"
        )
    return f"The link asks for something that cannot be: {'; '.join(wrong)}." if wrong else None


def _step(name: object) -> str:
    return str(name) if name in STEPS else STEPS[0]


def _example(i: object, batch: Batch) -> int:
    return i if isinstance(i, int) and 0 <= i < batch.m else 0


def _labels(text: object, truth: str) -> str:
    right = isinstance(text, str) and len(text) == len(truth) and set(text) <= {"0", "1"}
    return str(text) if right else truth


def checked(network: Network, batch: Batch, y: str) -> GradientCheck:
    """Forward, closed-form gradients and autograd's, in float64, for these photos and labels."""
    X = flatten(torch.tensor(batch.pixels), dtype=torch.float64)  # (12288, m)
    Y = torch.tensor([[float(label) for label in y]], dtype=torch.float64)  # (1, m)
    return check_gradients(network, X, Y, BINARY_CROSS_ENTROPY)


def picture(network: Network, batch: Batch, scene: Scene) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Header and arrays for `propagation`; the badge tells of what `checked` finds."""
    check = checked(network, batch, scene["y"])
    first, second, third = network.layers
    forward, backward = lines(batch.m)
    W1 = first.W.numpy().astype(np.float32)
    header = {
        "batch": batch.name,
        "m": batch.m,
        "n": first.W.shape[1],
        "captions": list(batch.captions),
        "counts": [layer.parameter_count for layer in network.layers],
        "W2": second.W.tolist(),
        "W3": third.W.tolist(),
        "b": [layer.b.flatten().tolist() for layer in network.layers],
        "Z": [Z.tolist() for Z in check.trace.Z],
        "A": [A.tolist() for A in check.trace.A[1:]],
        "W1_scale": scale_of(W1),
        "stops": list(DIVERGING),
        "steps": list(STEPS),
        "reused": REUSED,
        "forward": [line._asdict() for line in forward],
        "backward": [line._asdict() for line in backward],
        "step": STEPS.index(scene["step"]),
        "i": scene["i"],
        "y": [int(label) for label in scene["y"]],
        "check": {"y": scene["y"], "largest": check.largest},
    }
    return header, {"pixels": batch.pixels, "W1": W1}


def propagation(key: str, batch: Batch, header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> None:
    """Mount the picture; `header` and `arrays` are those of `picture`."""

    def heard() -> None:
        scene_of(key, batch)  # at once, in the link: a click on another may follow, and end the run

    data = pack({**header, "heard": told.when(key, "scene")}, arrays, kept=["W1"])
    _propagation(key=key, data=data, on_scene_change=heard)
