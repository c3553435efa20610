"""What the kernels of core.processor are asked, and the same in float64."""

from itertools import pairwise

import numpy as np


def bytes_of(M, n, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (M, n), np.uint8)


def normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def Z_of(P, which, W, kernels, ends=()):
    """W X, whole or in the parts that end there; what no part writes stays NaN."""
    Z = np.full((len(W), len(which)), np.nan, np.float32)
    for first, last in pairwise([0, *ends, len(which)]):
        kernels.times(P, which, W, Z, first, last)
    return Z


def G_of(P, which, delta, kernels, ends=()):
    G = np.full((len(delta), P.shape[1]), np.nan, np.float32)
    for first, last in pairwise([0, *ends, P.shape[1]]):
        kernels.times_transposed(P, which, delta, G, first, last)
    return G


def dense(P, which):
    """X in float64, by the formula. Shape (n, m)."""
    return P[which].T / 127.5 - 1
