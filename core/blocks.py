"""J and its gradients over any number of examples, a block of them at a time.

    J = (1/m) Σ_i L^(i) + (λ/2) Σ‖W‖²        ∂J/∂W = Σ_B (m_B/m) ∂J_B/∂W + λ W        blocks B of m_B examples

Each block of a matrix of floats goes forward and backward while it, or a part of it, lies in the processor's
last cache. Every block also costs some twenty small operations. Of stored photos, a quarter of the bytes,
those take longer than to read the memory once more, so their blocks are eight times as large.
Source: lecture, sections 6 and 7.
"""

import torch
from torch import Tensor

from core.columns import NUMBERS, Columns, block_size
from core.losses import Loss
from core.network import Gradients, Network, backpropagate, propagate

STORED = 8 * NUMBERS  # numbers of stored photos in a block, a byte each: 75 MB, 6,144 photos


def _examples(X: Columns, Y: Tensor) -> int:
    """m ≥ 1. Errors: ValueError unless X and Y have as many: the blocks would end with the shorter one."""
    if X.ndim != 2:
        raise ValueError(f"X must be (n, m), got {tuple(X.shape)}")
    if Y.ndim != 2 or Y.shape[1] != X.shape[1]:
        raise ValueError(f"X has {X.shape[1]} examples, Y must be (k, {X.shape[1]}), got {tuple(Y.shape)}")
    if Y.shape[1] == 0:
        raise ValueError(f"J is a mean over at least one example, got Y {tuple(Y.shape)}")
    return Y.shape[1]


def _block_of(X: Columns, numbers: int | None) -> int:
    if numbers is None:
        numbers = NUMBERS if isinstance(X, Tensor) else STORED
    return block_size(X.shape[0], numbers)


def decay(network: Network, l2: float) -> float:
    """(λ/2) Σ‖W‖², the L2 regularisation: what large weights add to J."""
    if l2 == 0:
        return 0.0
    return 0.5 * l2 * sum(float(layer.W.square().sum()) for layer in network.layers)


def cost(
    network: Network, X: Columns, Y: Tensor, loss: Loss, l2: float = 0.0, *, numbers: int | None = None
) -> float:
    """J over all examples, with about `numbers` of X in a block.

    Shapes: X (n, m), Y (k, m), m ≥ 1. Errors: ValueError where they do not fit.
    """
    m, size, total = _examples(X, Y), _block_of(X, numbers), 0.0
    for start in range(0, m, size):
        block = slice(start, start + size)
        total += float(loss(propagate(network, X[:, block]).Z[-1], Y[:, block]).sum())
    return total / m + decay(network, l2)


def forward_backward(
    network: Network, X: Columns, Y: Tensor, loss: Loss, l2: float = 0.0, *, numbers: int | None = None
) -> tuple[Tensor, Gradients]:
    """The logits Z and the gradients of J, by `propagate` and `backpropagate`; `numbers` as in `cost`.

    Shapes: X (n, m), Y (k, m), m ≥ 1 → Z (k, m). Errors: ValueError as in those two.
    """
    m, size = _examples(X, Y), _block_of(X, numbers)
    if m <= size:
        trace = propagate(network, X)
        return trace.Z[-1], backpropagate(network, trace, Y, loss, l2)
    Z: list[Tensor] = []
    deltas: list[tuple[Tensor, ...]] = []
    sums: tuple[Tensor, ...] = ()
    for start in range(0, m, size):
        block = slice(start, start + size)
        labels = Y[:, block]  # (k, m_B)
        share = labels.shape[1] / m
        trace = propagate(network, X[:, block])
        gradients = backpropagate(network, trace, labels, loss)
        Z.append(trace.Z[-1])
        deltas.append(tuple(delta.mul_(share) for delta in gradients.delta))
        parts = (*gradients.W, *gradients.b)
        if sums:
            for total, part in zip(sums, parts, strict=True):
                total.add_(part, alpha=share)
        else:
            sums = tuple(part.mul_(share) for part in parts)
    layers = len(network.layers)
    if l2:
        for dW, layer in zip(sums, network.layers, strict=False):
            dW.add_(layer.W, alpha=l2)
    delta = tuple(torch.cat(parts, dim=1) for parts in zip(*deltas, strict=True))  # (k[l], m) each
    return torch.cat(Z, dim=1), Gradients(sums[:layers], sums[layers:], delta)
