"""J and ∂L/∂z of logits in one pass, where torch makes a dozen small operations of them.

    binary    L = −Σ_k [y_k log σ(z_k) + (1−y_k) log σ(−z_k)]         ∂L/∂z_k = σ(z_k) − y_k
    softmax   L = −Σ_k y_k log ŷ_k,  ŷ = softmax(z)                   ∂L/∂z_k = (Σy) ŷ_k − y_k
    squared   L = ½ Σ_k (ŷ_k − y_k)²,  ŷ = σ(z)                       ∂L/∂z_k = (ŷ_k − y_k) ŷ_k (1 − ŷ_k)
    tangled   binary's L of u_k = z_k − log Σ_{i≠k} e^{z_i}           ∂L/∂z_j = Σ_k (σ(u_k) − y_k) ∂u_k/∂z_j

The formulas are those of core.losses, which explains them. Numbers are made in float64 and rounded once, of
the tangled slope each summand. The loops run along the examples, and those over all logits call nothing that
the compiler cannot put into vectors of examples: so e^x and log(1 + x) are written out here as polynomials,
for x of one sign, far nearer than a float32 rounds.
Source: lecture, sections 1 to 3.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import torch
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from torch import Tensor

from core.processor.compiled import kept_if_possible

KINDS = ("binary", "softmax", "squared", "tangled")
NUMBERS = "float32[:, ::1]"
# 1/0 is an infinity, not an error, so that loops become vectors; a product and a sum are rounded once.
HOW: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"contract"}}
LOG_2, LOG2_E = np.log(2), 1 / np.log(2)
SIGNATURE = f"void({NUMBERS}, {NUMBERS}, int64[::1], int64[::1], {NUMBERS}, float32[::1])"


def worth_it(Z: Tensor, Y: Tensor) -> bool:
    """Whether a pass is: float32 on the CPU, in one piece, outside autograd."""
    return Z.numel() > 0 and all(
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
        return njit(SIGNATURE, **HOW, cache=kept)(_passed)

    return kept_if_possible(made)


def _passed(Z, Y, kinds, rows, dZ, J):  # type: ignore[no-untyped-def]
    first, m = 0, Z.shape[1]
    for lane in range(len(rows)):
        last = first + rows[lane]
        z, d, L = Z[first:last], dZ[first:last], np.zeros(m)
        y = Y[first:last] if len(Y) == len(Z) else Y
        if kinds[lane] == 0:
            _binary(z, y, d, L)
        elif kinds[lane] == 1:
            _softmax(z, y, d, L)
        elif kinds[lane] == 2:
            _squared(z, y, d, L)
        else:
            _tangled(z, y, d, L)
        J[lane] = L.sum() / m
        first = last


# Each writes ∂L/∂z and adds its terms to L. Shapes: z, y, d (k, m), L (m,).


@njit(**HOW)
def _binary(z, y, d, L):  # type: ignore[no-untyped-def]
    for k in range(z.shape[0]):
        for i in range(z.shape[1]):
            Y_hat, term = _sigmoid_and_term(np.float64(z[k, i]), np.float64(y[k, i]))
            d[k, i] = Y_hat - y[k, i]
            L[i] += term


@njit(**HOW)
def _squared(z, y, d, L):  # type: ignore[no-untyped-def]
    for k in range(z.shape[0]):
        for i in range(z.shape[1]):
            e = _exp(-abs(np.float64(z[k, i])))
            Y_hat = (1.0 if z[k, i] >= 0 else e) / (1 + e)
            d[k, i] = (Y_hat - y[k, i]) * (e / ((1 + e) * (1 + e)))  # ŷ (1 − ŷ)
            L[i] += 0.5 * (Y_hat - y[k, i]) * (Y_hat - y[k, i])


@njit(**HOW)
def _softmax(z, y, d, L):  # type: ignore[no-untyped-def]
    largest, log, labels = np.empty(z.shape[1]), np.empty(z.shape[1]), np.zeros(z.shape[1])
    _log_of_sum(z, -1, largest, log)
    for k in range(z.shape[0]):
        for i in range(z.shape[1]):
            labels[i] += y[k, i]
    for k in range(z.shape[0]):
        for i in range(z.shape[1]):
            log_y_hat = (z[k, i] - largest[i]) - log[i]  # large equal logits cancel first
            d[k, i] = labels[i] * _exp(log_y_hat) - y[k, i]
            L[i] -= y[k, i] * log_y_hat


@njit(**HOW)
def _tangled(z, y, d, L):  # type: ignore[no-untyped-def]
    largest, log, pull = np.empty(z.shape[1]), np.empty(z.shape[1]), np.empty(z.shape[1])
    d[:] = 0
    for k in range(z.shape[0]):
        _log_of_sum(z, k, largest, log)
        for i in range(z.shape[1]):
            u = (z[k, i] - largest[i]) - log[i]
            Y_hat, term = _sigmoid_and_term(u, np.float64(y[k, i]))
            pull[i] = Y_hat - y[k, i]
            L[i] += term
        for j in range(z.shape[0]):
            for i in range(z.shape[1]):  # ∂u_k/∂z_j
                slope = 1.0 if j == k else -_exp((z[j, i] - largest[i]) - log[i])
                d[j, i] += pull[i] * slope


@njit(**HOW)
def _log_of_sum(z, left_out, largest, log):  # type: ignore[no-untyped-def]
    """The largest logit of each example, but for one row, and log Σ e^{z − largest}. Shapes: both (m,)."""
    largest[:] = -np.inf
    log[:] = 0
    for k in range(z.shape[0]):
        for i in range(z.shape[1]):
            if k != left_out and z[k, i] > largest[i]:
                largest[i] = z[k, i]
    for k in range(z.shape[0]):
        if k != left_out:
            for i in range(z.shape[1]):
                log[i] += _exp(z[k, i] - largest[i])
    for i in range(z.shape[1]):
        log[i] = np.log(log[i])


@njit(**HOW, inline="always")
def _sigmoid_and_term(z, y):  # type: ignore[no-untyped-def]
    """σ(z) and −y log σ(z) − (1−y) log σ(−z); no power of e in them is larger than 1."""
    e = _exp(-abs(z))
    larger, smaller = (z, 0.0) if z > 0 else (0.0, -z)  # z − and −z where they are positive
    Y_hat = (1.0 if z >= 0 else e) / (1 + e)
    return Y_hat, y * smaller + (1 - y) * larger + _log_one_plus(e)


@intrinsic
def _two_to_the(typing, n):  # type: ignore[no-untyped-def]
    """2ⁿ, n from −1022 to 1023, by its bits."""

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        exponent = builder.add(given[0], ir.Constant(ir.IntType(64), 1023))
        return builder.bitcast(builder.shl(exponent, ir.Constant(ir.IntType(64), 52)), ir.DoubleType())

    return types.float64(types.int64), code


@njit(**HOW, inline="always")
def _exp(x):  # type: ignore[no-untyped-def]
    """e^x = 2ⁿ e^r for x ≤ 0, |r| ≤ ½ log 2, to 10⁻¹² of it; of less than −700 that of −700."""
    x = -700.0 if x < -700.0 else x
    n = np.floor(x * LOG2_E + 0.5)
    r = x - n * LOG_2
    of_sixth = r * (1 / 720 + r * (1 / 5_040 + r * (1 / 40_320 + r * (1 / 362_880 + r / 3_628_800))))
    of_third = r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + of_sixth)))
    return (1 + r * (1 + r * (1 / 2 + of_third))) * _two_to_the(np.int64(n))


@njit(**HOW, inline="always")
def _log_one_plus(x):  # type: ignore[no-untyped-def]
    """log(1 + x) = 2 (s + s³/3 + s⁵/5 + …), s = x / (2 + x), for x from 0 to 1, to 10⁻¹⁰ of it."""
    s = x / (2 + x)
    t = s * s
    of_fifth = t * (1 / 11 + t * (1 / 13 + t * (1 / 15 + t * (1 / 17 + t / 19))))
    return 2 * s * (1 + t * (1 / 3 + t * (1 / 5 + t * (1 / 7 + t * (1 / 9 + of_fifth)))))
