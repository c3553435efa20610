"""J and ∂L/∂z of a few logits in one pass, where torch makes a dozen small operations of them.

    binary    L = −Σ_k [y_k log σ(z_k) + (1−y_k) log σ(−z_k)]         ∂L/∂z_k = σ(z_k) − y_k
    softmax   L = −Σ_k y_k log ŷ_k,  ŷ = softmax(z)                   ∂L/∂z_k = (Σy) ŷ_k − y_k
    squared   L = ½ Σ_k (ŷ_k − y_k)²,  ŷ = σ(z)                       ∂L/∂z_k = (ŷ_k − y_k) ŷ_k (1 − ŷ_k)
    tangled   binary's L of u_k = z_k − log Σ_{i≠k} e^{z_i}           ∂L/∂z_j = Σ_k (σ(u_k) − y_k) ∂u_k/∂z_j

The formulas are those of core.losses, which explains them. One number after the other is made in float64 and
rounded once: nearer to the formula than torch's operations in float32, and slower where there are many.
Source: lecture, sections 1 to 3.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from numba import njit
from torch import Tensor

from core.processor.compiled import kept_if_possible

MOST = 256  # examples up to which a pass is quicker than torch, with three neurons
KINDS = ("binary", "softmax", "squared", "tangled")
NUMBERS = "float32[:, ::1]"
SIGNATURE = f"void({NUMBERS}, {NUMBERS}, int64[::1], int64[::1], {NUMBERS}, float32[::1])"


def worth_it(Z: Tensor, Y: Tensor) -> bool:
    """Whether a pass is: float32 on the CPU, in one piece, a few examples, outside autograd.

    It does not depend on how many losses there are, so that each has the numbers that it has alone.
    """
    return 0 < Z.shape[1] <= MOST and all(
        one.dtype == torch.float32
        and one.device.type == "cpu"
        and one.is_contiguous()
        and not one.requires_grad
        for one in (Z, Y)
    )


def loss_pass(Z: Tensor, Y: Tensor, kinds: Sequence[str], rows: Sequence[int]) -> tuple[list[float], Tensor]:
    """J of each of the losses, which have so many rows of Z each, and ∂L/∂z of all. Nothing is checked.

    Shapes: Z (Σk, m); Y (Σk, m), or (k, m) for each of them → ∂L/∂z (Σk, m).
    """
    dZ, J = torch.empty(Z.shape), np.empty(len(rows), np.float32)
    kernel()(Z.numpy(), Y.numpy(), *_lanes(tuple(kinds), tuple(rows)), dZ.numpy(), J)
    return J.tolist(), dZ


@cache
def _lanes(kinds: tuple[str, ...], rows: tuple[int, ...]) -> tuple[Any, Any]:
    return np.array([KINDS.index(kind) for kind in kinds]), np.array(rows)


@cache
def kernel() -> Callable[..., Any]:
    """The pass, compiled, or read from where Numba keeps it."""

    def made(kept: bool) -> Callable[..., Any]:
        return njit(SIGNATURE, error_model="numpy", nogil=True, cache=kept)(_passed)  # 1/0: an infinity

    return kept_if_possible(made)


def _passed(Z, Y, kinds, rows, dZ, J):  # type: ignore[no-untyped-def]
    first = 0
    for lane in range(len(rows)):
        last = first + rows[lane]
        z, d = Z[first:last], dZ[first:last]
        y = Y[first:last] if len(Y) == len(Z) else Y
        if kinds[lane] == 0:
            L = _binary(z, y, d)
        elif kinds[lane] == 1:
            L = _softmax(z, y, d)
        elif kinds[lane] == 2:
            L = _squared(z, y, d)
        else:
            L = _tangled(z, y, d)
        J[lane] = L / Z.shape[1]
        first = last


# Each writes ∂L/∂z and returns the sum of all L. Shapes: z, y, d (k, m).


@njit(nogil=True)
def _sigmoid_and_loss(z, y):  # type: ignore[no-untyped-def]
    """σ(z) and −y log σ(z) − (1−y) log σ(−z); no power of e in them is larger than 1."""
    e = math.exp(-abs(z))
    sigmoid = 1 / (1 + e) if z >= 0 else e / (1 + e)
    return sigmoid, y * max(-z, 0.0) + (1 - y) * max(z, 0.0) + math.log1p(e)


@njit(nogil=True)
def _binary(z, y, d):  # type: ignore[no-untyped-def]
    total = 0.0
    for k in range(z.shape[0]):
        for i in range(z.shape[1]):
            Y_hat, L = _sigmoid_and_loss(np.float64(z[k, i]), np.float64(y[k, i]))
            d[k, i] = Y_hat - y[k, i]
            total += L
    return total


@njit(nogil=True)
def _softmax(z, y, d):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(z.shape[1]):
        largest = np.float64(z[0, i])
        for k in range(1, z.shape[0]):
            largest = max(largest, z[k, i])
        powers = labels = 0.0
        for k in range(z.shape[0]):
            powers += math.exp(z[k, i] - largest)
            labels += y[k, i]
        log = math.log(powers)
        for k in range(z.shape[0]):
            log_y_hat = (z[k, i] - largest) - log  # large equal logits cancel first
            d[k, i] = labels * math.exp(log_y_hat) - y[k, i]
            total -= y[k, i] * log_y_hat
    return total


@njit(nogil=True)
def _squared(z, y, d):  # type: ignore[no-untyped-def]
    total = 0.0
    for k in range(z.shape[0]):
        for i in range(z.shape[1]):
            e = math.exp(-abs(np.float64(z[k, i])))
            Y_hat = 1 / (1 + e) if z[k, i] >= 0 else e / (1 + e)
            d[k, i] = (Y_hat - y[k, i]) * (e / (1 + e) ** 2)  # ŷ (1 − ŷ)
            total += 0.5 * (Y_hat - y[k, i]) ** 2
    return total


@njit(nogil=True)
def _tangled(z, y, d):  # type: ignore[no-untyped-def]
    total = 0.0
    for i in range(z.shape[1]):
        for j in range(z.shape[0]):
            d[j, i] = 0
        for k in range(z.shape[0]):
            largest = -np.inf  # of the others
            for j in range(z.shape[0]):
                if j != k:
                    largest = max(largest, np.float64(z[j, i]))
            powers = 0.0
            for j in range(z.shape[0]):
                if j != k:
                    powers += math.exp(z[j, i] - largest)
            u = (z[k, i] - largest) - math.log(powers)
            Y_hat, L = _sigmoid_and_loss(u, np.float64(y[k, i]))
            total += L
            for j in range(z.shape[0]):
                slope = 1.0 if j == k else -math.exp(z[j, i] - largest) / powers  # ∂u_k/∂z_j
                d[j, i] += (Y_hat - y[k, i]) * slope
    return total
