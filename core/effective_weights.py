"""What a later neuron sees of the photo: a weighted sum of first-layer pictures.

    V[1] = W[1],    V[l] = W[l] diag(s[l−1]) V[l−1]        V[l] (k[l], n), one picture a row

    s = 1                        W[l] … W[1]: exact only while every activation between hands on all it gets
    s = mean of g′(z)            each path counts as often as it is open, on the average over photos
    s = g′(z) of one photo x     exact around x: ∂z[l]/∂x; for ReLU z[l] = V[l] x + a constant, there

The same chain rule as backward propagation, read as pictures.
Source: lecture, section 4 ("what each later neuron combines") and section 7.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from core.network import Network, Trace
from core.what_excites import slope_of


def effective_weights(network: Network, slopes: Sequence[Tensor] | None = None) -> tuple[Tensor, ...]:
    """V[l] of every layer; slopes: s[l] (k[l], 1) of the layers before the last, all ones if None.

    Shapes: → (k[l], n) each. Errors: ValueError for slopes that do not fit.
    """
    hidden = network.sizes[1:-1]
    if slopes is not None and [tuple(s.shape) for s in slopes] != [(k, 1) for k in hidden]:
        raise ValueError(f"there is one slope a hidden neuron, {hidden}: {[tuple(s.shape) for s in slopes]}")
    V = [network.layers[0].W]
    for l, layer in enumerate(network.layers[1:]):  # noqa: E741
        W = layer.W if slopes is None else layer.W * slopes[l].T  # (k, k_before): columns weighted
        V.append(W @ V[-1])  # (k, k_before)(k_before, n) → (k, n)
    return tuple(V)


def slopes_at(network: Network, trace: Trace, example: int = 0) -> tuple[Tensor, ...]:
    """g′(z[l]) of one example, for every hidden layer. Shapes: (k[l], 1) each."""
    layers = zip(network.layers[:-1], trace.A[1:-1], strict=True)
    return tuple(slope_of(layer.activation, A[:, example : example + 1]) for layer, A in layers)


def strongest(weights: Tensor, count: int) -> Tensor:
    """Places of the largest |w|, strongest first, ties in order. Shapes: (k,) → (min(count, k),) int64.

    Errors: ValueError for another shape.
    """
    if weights.ndim != 1:
        raise ValueError(f"the weights of one neuron are (k,), got {tuple(weights.shape)}")
    return torch.sort(weights.abs(), descending=True, stable=True).indices[:count]
