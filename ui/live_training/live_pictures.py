"""The pictures of a live run's first layer, as bytes for the browser.

weights   W[1]        change     W[1] − W[1] at step 0
gradient  ∂J/∂W[1] of a batch, see `slope`        evidence   w ∘ xᵀ of the watched photo

byte = 127.5 (1 + value / scale), of R, G and B each (`pictures.greys`). Of w ∘ xᵀ the three are added up, and
the sum is shown on the scale from violet to green. Both are as on every other page.
"""

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from core.descent import Descent
from core.heads import evidence
from core.live_run.settings import Settings
from core.pixels import SIZE
from ui.pictures import diverging, greys

VIEWS = ("weights", "change", "gradient", "evidence")
MOST = 64  # of a lane: the neurons of a wider first layer that come first
_SHADES = diverging(np.linspace(-1, 1, 256)[None], 1.0)[0]  # (256, 3)
LARGE = 16  # pictures of a lane; when there are more, each is sent with half of its rows and columns


def slope(lane: Descent) -> torch.Tensor:
    """∂J/∂W[1] of the last batch. Shape: (k, 12288), k ≤ `MOST`.

    Of the next one where the last is not known: before the first step, and at a step that is looked back at,
    for no kept state has it.
    """
    if lane.gradients is not None:
        return lane.gradients.W[0][:MOST]
    _, gradients = lane.cost_and_gradients(*lane.batch())
    return torch.nan_to_num(gradients.W[0][:MOST])  # of a step on the way to a divergence


def first_layer(
    lane: Descent, view: str, X: torch.Tensor, start: torch.Tensor | None, dW: torch.Tensor | None = None
) -> NDArray[np.float32]:
    """What the pictures of a lane show in a view. Shape (k, 64, 64, 3).

    start: W[1] at step 0; dW: `slope` of the lane, where the view asks for it.
    """
    W = lane.network.layers[0].W[:MOST]  # (k, 12288)
    if view == "gradient":
        W = slope(lane) if dW is None else dW
    elif view == "evidence":
        W = evidence(W, X).reshape(-1, SIZE * SIZE, 3).sum(dim=2, keepdim=True).expand(-1, -1, 3)
    elif start is not None:
        W = W - start[:MOST]
    pictures: NDArray[np.float32] = W.reshape(-1, SIZE, SIZE, 3).numpy()
    return pictures


def room(settings: Settings) -> dict[str, Any]:
    """What the pictures of a run with these settings take before there is one: how many, of which side."""
    neurons = min(settings.hidden[0], MOST) if settings.hidden else 3
    return {
        "hidden": list(settings.hidden),
        "neurons": neurons,
        "side": SIZE if neurons <= LARGE else SIZE // 2,
    }


def fewer_pixels(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Many pictures are shown small: of each two by two pixels their mean. Shapes: (k, 64, 64, 3) → the same
    up to `LARGE` of them, else (k, 32, 32, 3).
    """
    if len(pictures) <= LARGE:
        return pictures
    half = SIZE // 2
    return pictures.reshape(-1, half, 2, half, 2, 3).mean(axis=(2, 4))


def sticky_scale(before: float, values: list[NDArray[np.float32]]) -> float:
    """The scale of the pictures: 1, 2 or 5 times a power of ten, about 3.5 times the spread of the values.

    It stays as it was as long as that is good enough, so that pictures of a run can be compared by eye.
    """
    wanted = 3.5 * max((_spread(v) for v in values), default=0.0)
    if not math.isfinite(wanted) or wanted < 1e-12:
        return before or 0.01
    if before and before / 4 <= wanted <= before:
        return before
    power = 10.0 ** math.floor(math.log10(wanted))
    return float(next((s * power for s in (1, 2, 5) if s * power >= wanted), 10 * power))


def _spread(values: NDArray[np.float32]) -> float:
    """√ of the mean square. Weights of 10²⁰, on the way to a divergence, have squares beyond float32."""
    with np.errstate(over="ignore"):
        square = float(np.mean(np.square(values)))
    if not math.isfinite(square):
        square = float(np.mean(np.square(values, dtype=np.float64)))
    return math.sqrt(square) if square >= 0 else square


def painted(pictures: NDArray[np.float32], scale: float, view: str) -> NDArray[np.uint8]:
    """The bytes of R, G and B. Shapes: (k, rows, columns, 3) → the same; of w ∘ xᵀ all three are the sum."""
    if view == "evidence":
        shades: NDArray[np.uint8] = _SHADES[greys(pictures[..., 0], scale)]
        return shades
    return greys(pictures, scale)
