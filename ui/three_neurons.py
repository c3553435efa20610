"""Three neurons on one photo: their weights, what each pixel adds, z, ŷ; looked into pixel by pixel.

The browser repeats one sum, Σ over R, G, B of w · x for each pixel; z and ŷ are core's.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ui.components import load
from ui.packing import pack
from ui.pictures import scale_of
from ui.theme import BALL_COLOURS, BALL_NAMES, DIVERGING
from ui.undecided import undecided

_three_neurons = load("unpack", "elements", "numbers", "pictures", "activations", "three_neurons")


def three_neurons(
    pixels: NDArray[np.uint8],
    W: NDArray[np.float32],
    evidence: NDArray[np.float32],
    z: Sequence[float],
    b: Sequence[float],
    y_hat: Sequence[float],
    y: Sequence[float] | None,
    caption: str,
    *,
    key: str,
) -> None:
    """pixels uint8 (64, 64, 3); W, evidence = W ∘ xᵀ (3, 12288); z, b, y_hat, y three numbers each.

    All three neurons share one scale for w and one for w ∘ xᵀ, so that they can be compared.
    """
    header = {
        "names": list(BALL_NAMES.values()),
        "colours": list(BALL_COLOURS.values()),
        "stops": list(DIVERGING),
        "caption": caption,
        "z": list(z),
        "b": list(b),
        "y_hat": list(y_hat),
        "undecided": [undecided(p) for p in y_hat],
        "y": None if y is None else [int(v) for v in y],
        "w_scale": scale_of(W),
        "e_scale": scale_of(evidence.reshape(3, 64 * 64, 3).sum(axis=2)),
    }
    _three_neurons(key=key, data=pack(header, {"pixels": pixels, "W": W.astype(np.float32)}, kept=["W"]))
