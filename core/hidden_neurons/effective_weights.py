"""What a later neuron sees of the photo: a weighted sum of first-layer pictures.

    V[1] = W[1],    V[l] = C[l] W[1]                            V[l] (k[l], n), one picture a row
    C[2] = W[2] diag(s[1]),    C[l] = W[l] diag(s[l−1]) C[l−1]  C[l] (k[l], k[1]): what it takes of each

    s = 1                        W[l] … W[1]: exact only while every activation between hands on all it gets
    s = g′(z) of one photo x     exact around x: ∂z[l]/∂x; for ReLU z[l] = V[l] x + a constant, there
    s = g′(z) of m photos        C for each of them, and V the mean of ∂z[l]/∂x: a path through ReLUs counts
                                 as often as all of them are on at once

The same chain rule as backward propagation, read as pictures.
Source: lecture, section 4 ("what each later neuron combines") and section 7.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from core.activations import Activation, Elementwise
from core.network import Network, Trace

BLOCK = 2**22  # numbers of C[l] that are made at a time, for so many photos as that is


def effective_weights(network: Network) -> tuple[Tensor, ...]:
    """V[l] = W[l] … W[1] of every layer, s = 1. Shapes: → (k[l], n) each."""
    return pictured(network, combinations(network))


def pictured(network: Network, C: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """V[1] = W[1], V[l] = C[l] W[1]. Shapes: C[l] (k[l], k[1]) each → (k[l], n) each."""
    W = network.layers[0].W
    return W, *(c @ W for c in C)  # (k, k[1])(k[1], n) → (k, n)


def combinations(network: Network, slopes: Sequence[Tensor] | None = None) -> tuple[Tensor, ...]:
    """C[2], C[3], …, means over m photos; slopes: g′(z[l]) of the layers before the last, None for ones.

    Shapes: slopes (k[l], m) each, m ≥ 1 → (k[l], k[1]) each. Errors: ValueError for slopes that do not fit.
    """
    first, hidden = network.layers[0].W, network.sizes[1:-1]
    if slopes is None:
        slopes = [first.new_ones(k, 1) for k in hidden]
    shapes = [tuple(s.shape) for s in slopes]
    fit = all(len(shape) == 2 for shape in shapes) and [shape[0] for shape in shapes] == list(hidden)
    if not fit or len({shape[1] for shape in shapes}) > 1 or (shapes and shapes[0][1] < 1):
        raise ValueError(f"there is one slope a hidden neuron, {hidden}, and photo: {shapes}")
    if not slopes:
        return ()
    m, widest = slopes[0].shape[1], max(network.sizes[2:])
    size = max(1, BLOCK // (widest * hidden[0]))
    summed = [first.new_zeros(k, hidden[0]) for k in network.sizes[2:]]
    for start in range(0, m, size):
        C = None
        for l, layer in enumerate(network.layers[1:]):  # noqa: E741
            opened = layer.W * slopes[l][:, start : start + size].T.unsqueeze(1)  # (m_B, k, k_before)
            C = opened if C is None else opened @ C  # (m_B, k, k_before)(m_B, k_before, k[1])
            summed[l] += C.sum(dim=0)
    return tuple(C / m for C in summed)


def slope_of(activation: Activation, A: Tensor) -> Tensor:
    """∂a_j/∂z_j, written in a: g′(z); for softmax its Jacobian's diagonal. Shapes: (k, m) → (k, m)."""
    return activation.derivative(A) if isinstance(activation, Elementwise) else A * (1 - A)


def slopes_at(network: Network, trace: Trace) -> tuple[Tensor, ...]:
    """g′(z[l]) of every example, for every hidden layer. Shapes: (k[l], m) each."""
    layers = zip(network.layers[:-1], trace.A[1:-1], strict=True)
    return tuple(slope_of(layer.activation, A) for layer, A in layers)


def strongest(weights: Tensor, count: int) -> Tensor:
    """Places of the largest |w|, strongest first, ties in order. Shapes: (k,) → (min(count, k),) int64.

    Errors: ValueError for another shape.
    """
    if weights.ndim != 1:
        raise ValueError(f"the weights of one neuron are (k,), got {tuple(weights.shape)}")
    return torch.sort(weights.abs(), descending=True, stable=True).indices[:count]
