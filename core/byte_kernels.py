"""W X and δ Xᵀ straight from the bytes p of photos, compiled for this CPU when first used.

    x = p / 127.5 − 1 = s (c + ½)      c = p − 128, s = 1 / 127.5

    Z[l, i] = s (Σ_j W[l, j] c[i, j] + ½ Σ_j W[l, j])        G[l, j] = s (Σ_i δ[l, i] c[i, j] + ½ Σ_i δ[l, i])

c is p with its first bit turned over, read as a signed byte: centred before it is multiplied, so nothing
cancels at the end, and for free. Four photos and three rows go together: each byte is converted once for
three rows, each weight read once for four photos, and the twelve sums of Z stay in registers. Where the
number of photos is no multiple of four, the last one stands in for those that lack (with δ = 0 in G).

A call makes a range of the columns of Z or of G, in one thread, and lets others run meanwhile: several calls
make a whole together, the same whole bit for bit however it is divided (G at multiples of `STRIPE`). z of a
photo does not even depend on which others are in the call, but it may differ in its last digits with the
number of rows. Infinities and NaN pass through. Indices are not checked here.
Source: lecture, sections 6 and 7, for the two products.
"""

import pickle
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Kernel = Callable[
    [NDArray[np.uint8], NDArray[np.int64], NDArray[np.float32], NDArray[np.float32], int, int], None
]

HALF = np.float32(0.5)
S = np.float32(1 / 127.5)
SIGNATURE = "void(uint8[:, ::1], int64[::1], float32[:, ::1], float32[:, ::1], int64, int64)"
# Rows of sums whose addresses differ by whole pages of 4096 bytes hold each other up: writing one, the
# processor takes the next read for a read of what it writes. So there is a gap between the rows.
APART = 144
ROWS = 9  # rows of sums of G that are filled at a time: they stay in the second cache, 0.4 MB of 1
STRIPE = 64  # inputs: a part that ends elsewhere might round its last few in another way
# A sum may be taken in another order (in vector registers), a product and its sum rounded once.
REORDER = {"reassoc", "contract", "nsz"}


class Kernels(NamedTuple):
    """times(P, which, W, Z, first, last) writes Z = W X for photos first … last − 1 of the m;
    times_transposed(P, which, delta, G, first, last) writes G = δ Xᵀ for inputs first … last − 1 of the n.

    Shapes: P (M, n) uint8, which (m,) int64; W, G (k, n), Z, delta (k, m) float32; all contiguous, m, k ≥ 1.
    """

    times: Kernel
    times_transposed: Kernel


@cache
def kernels() -> Kernels:
    """The two kernels, compiled (seconds) or read from where Numba keeps them (a tenth of one).

    Where it can keep them nowhere (a read-only or full disk) they are compiled anew in every process.
    """
    try:
        return _compiled(kept=True)
    except (RuntimeError, OSError, EOFError, pickle.PickleError):
        return _compiled(kept=False)


def _compiled(*, kept: bool) -> Kernels:
    made = njit(SIGNATURE, fastmath=REORDER, nogil=True, cache=kept)
    return Kernels(made(_times), made(_times_transposed))


@njit(fastmath=REORDER, nogil=True)
def _centred(p):  # type: ignore[no-untyped-def]
    return np.float32(np.int8(p ^ np.uint8(128)))


@njit(fastmath=REORDER, nogil=True)
def _dot_three(p, q, r, s, u, v, w):  # type: ignore[no-untyped-def]
    pu = pv = pw = qu = qv = qw = ru = rv = rw = su = sv = sw = np.float32(0)
    for j in range(len(u)):
        a, b, c, d = _centred(p[j]), _centred(q[j]), _centred(r[j]), _centred(s[j])
        pu += a * u[j]
        pv += a * v[j]
        pw += a * w[j]
        qu += b * u[j]
        qv += b * v[j]
        qw += b * w[j]
        ru += c * u[j]
        rv += c * v[j]
        rw += c * w[j]
        su += d * u[j]
        sv += d * v[j]
        sw += d * w[j]
    return (pu, qu, ru, su), (pv, qv, rv, sv), (pw, qw, rw, sw)


@njit(fastmath=REORDER, nogil=True)
def _dot_one(p, q, r, s, w):  # type: ignore[no-untyped-def]
    pw = qw = rw = sw = np.float32(0)
    for j in range(len(w)):
        pw += _centred(p[j]) * w[j]
        qw += _centred(q[j]) * w[j]
        rw += _centred(r[j]) * w[j]
        sw += _centred(s[j]) * w[j]
    return pw, qw, rw, sw


@njit(fastmath=REORDER, nogil=True)
def _add_three(p, q, r, s, d, f, g, h):  # type: ignore[no-untyped-def]
    d00, d01, d02, d03 = d[0]
    d10, d11, d12, d13 = d[1]
    d20, d21, d22, d23 = d[2]
    for j in range(len(f)):
        a, b, c, e = _centred(p[j]), _centred(q[j]), _centred(r[j]), _centred(s[j])
        f[j] = f[j] + d00 * a + d01 * b + d02 * c + d03 * e
        g[j] = g[j] + d10 * a + d11 * b + d12 * c + d13 * e
        h[j] = h[j] + d20 * a + d21 * b + d22 * c + d23 * e


@njit(fastmath=REORDER, nogil=True)
def _add_one(p, q, r, s, d, f):  # type: ignore[no-untyped-def]
    d0, d1, d2, d3 = d
    for j in range(len(f)):
        f[j] = f[j] + d0 * _centred(p[j]) + d1 * _centred(q[j]) + d2 * _centred(r[j]) + d3 * _centred(s[j])


@njit(fastmath=REORDER, nogil=True)
def _four(last, i):  # type: ignore[no-untyped-def]
    return i, min(i + 1, last - 1), min(i + 2, last - 1), min(i + 3, last - 1)


@njit(fastmath=REORDER, nogil=True)
def _row_sum(row):  # type: ignore[no-untyped-def]
    total = np.float32(0)
    for j in range(len(row)):
        total += row[j]
    return total


@njit(fastmath=REORDER, nogil=True)
def _scaled(total, half, g):  # type: ignore[no-untyped-def]
    for j in range(len(g)):
        g[j] = S * (total[j] + half)


@njit(fastmath=REORDER, nogil=True)
def _coefficients(delta, l, m, i):  # type: ignore[no-untyped-def]  # noqa: E741
    zero = np.float32(0)
    return (
        delta[l, i],
        delta[l, i + 1] if i + 1 < m else zero,
        delta[l, i + 2] if i + 2 < m else zero,
        delta[l, i + 3] if i + 3 < m else zero,
    )


def _times(P, which, W, Z, first, last):  # type: ignore[no-untyped-def]
    k = W.shape[0]
    half = np.empty(k, np.float32)
    for l in range(k):  # noqa: E741
        half[l] = HALF * _row_sum(W[l])
    for i in range(first, last, 4):
        places = _four(last, i)
        p, q, r, s = P[which[places[0]]], P[which[places[1]]], P[which[places[2]]], P[which[places[3]]]
        for l in range(0, k - k % 3, 3):  # noqa: E741
            sums = _dot_three(p, q, r, s, W[l], W[l + 1], W[l + 2])
            for a in range(3):
                for b in range(4):
                    Z[l + a, places[b]] = S * (sums[a][b] + half[l + a])
        for l in range(k - k % 3, k):  # noqa: E741
            one = _dot_one(p, q, r, s, W[l])
            for b in range(4):
                Z[l, places[b]] = S * (one[b] + half[l])


def _times_transposed(P, which, delta, G, first, last):  # type: ignore[no-untyped-def]
    k, m, n = G.shape[0], len(which), last - first
    sums = np.empty((min(k, ROWS), n + APART), np.float32)
    for top in range(0, k, ROWS):
        rows = min(ROWS, k - top)
        sums[:] = np.float32(0)
        for i in range(0, m, 4):
            a, b, c, e = _four(m, i)
            p, q = P[which[a], first:last], P[which[b], first:last]
            r, s = P[which[c], first:last], P[which[e], first:last]
            for l in range(0, rows - rows % 3, 3):  # noqa: E741
                d = (
                    _coefficients(delta, top + l, m, i),
                    _coefficients(delta, top + l + 1, m, i),
                    _coefficients(delta, top + l + 2, m, i),
                )
                _add_three(p, q, r, s, d, sums[l, :n], sums[l + 1, :n], sums[l + 2, :n])
            for l in range(rows - rows % 3, rows):  # noqa: E741
                _add_one(p, q, r, s, _coefficients(delta, top + l, m, i), sums[l, :n])
        for l in range(rows):  # noqa: E741
            _scaled(sums[l, :n], HALF * _row_sum(delta[top + l]), G[top + l, first:last])
