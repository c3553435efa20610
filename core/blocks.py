"""J and its gradients over any number of examples, a block of them at a time.

    J = (1/m) Σ_i L^(i) + (λ/2) Σ‖W‖²        ∂J/∂W = Σ_B (m_B/m) ∂J_B/∂W + λ W        blocks B of m_B examples

Each block goes forward and backward while it lies in the processor's cache, so that the memory is read once.
There are two halves, each summed block by block, and the two sums added: the same sum whether one thread does
both or, for photos and where torch may use two threads or more, two threads one each.
Source: lecture, sections 6 and 7.
"""

from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from core.columns import NUMBERS, Columns, PhotoColumns, block_size
from core.losses import Loss
from core.network import Gradients, Network, backpropagate, propagate


def decay(network: Network, l2: float) -> float:
    """(λ/2) Σ‖W‖²."""
    if l2 == 0:
        return 0.0
    return 0.5 * l2 * sum(float(layer.W.square().sum()) for layer in network.layers)


def cost(
    network: Network, X: Columns, Y: Tensor, loss: Loss, l2: float = 0.0, *, numbers: int = NUMBERS
) -> float:
    """J over all examples, with about `numbers` of X in a block. Shapes: X (n, m), Y (k, m)."""
    m, size, total = Y.shape[1], block_size(X.shape[0], numbers), 0.0
    for start in range(0, m, size):
        block = slice(start, start + size)
        total += float(loss(propagate(network, X[:, block]).Z[-1], Y[:, block]).sum())
    return total / m + decay(network, l2)


def forward_backward(
    network: Network, X: Columns, Y: Tensor, loss: Loss, l2: float = 0.0, *, numbers: int = NUMBERS
) -> tuple[Tensor, Gradients]:
    """The logits Z and the gradients of J, by `propagate` and `backpropagate`; `numbers` as in `cost`.

    Shapes: X (n, m), Y (k, m) → Z (k, m). Errors: ValueError as in those two.
    """
    m, size = Y.shape[1], block_size(X.shape[0], numbers)
    if m <= size:
        trace = propagate(network, X)
        return trace.Z[-1], backpropagate(network, trace, Y, loss, l2)
    middle = -(-m // (2 * size)) * size  # blocks are whole but for the last one
    halves = [(X[:, part], Y[:, part]) for part in (slice(0, middle), slice(middle, m))]

    def sums(half: tuple[Columns, Tensor]) -> tuple[Tensor, Gradients]:
        return _sum_of_blocks(network, *half, loss, m, size)

    if isinstance(X, PhotoColumns) and X.by_kernel(network.layers[0].W) and torch.get_num_threads() > 1:
        with ThreadPoolExecutor(1) as other:
            first = other.submit(sums, halves[0])
            second = sums(halves[1])
            parts = [first.result(), second]
    else:
        parts = [sums(half) for half in halves]
    (Z, gradients), (Z_more, more) = parts
    for total, part in zip((*gradients.W, *gradients.b), (*more.W, *more.b), strict=True):
        total.add_(part)
    if l2:
        for dW, layer in zip(gradients.W, network.layers, strict=True):
            dW.add_(layer.W, alpha=l2)
    delta = tuple(torch.cat(pair, dim=1) for pair in zip(gradients.delta, more.delta, strict=True))
    return torch.cat([Z, Z_more], dim=1), Gradients(gradients.W, gradients.b, delta)


def _sum_of_blocks(
    network: Network, X: Columns, Y: Tensor, loss: Loss, m: int, size: int
) -> tuple[Tensor, Gradients]:
    """Z, δ / m and what these examples add to the gradients of the mean over m."""
    Z: list[Tensor] = []
    deltas: list[tuple[Tensor, ...]] = []
    sums: tuple[Tensor, ...] = ()
    for start in range(0, Y.shape[1], size):
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
    delta = tuple(torch.cat(parts, dim=1) for parts in zip(*deltas, strict=True))  # (k[l], m) each
    return torch.cat(Z, dim=1), Gradients(sums[:layers], sums[layers:], delta)
