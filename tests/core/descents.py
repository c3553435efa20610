"""What tests of descents share: a small problem, and a descent on it."""

import torch

from core.descent import Descent
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY

DOUBLE = torch.float64


def dice(seed):
    return torch.Generator().manual_seed(seed)


def problem(m=40, n=12, k=3, seed=0, dtype=DOUBLE):
    X = torch.randn(n, m, generator=dice(seed), dtype=dtype)
    Y = torch.randint(0, 2, (k, m), generator=dice(seed + 1)).to(dtype)
    return X, Y


def run(X, Y, **options):
    options = {"loss": BINARY_CROSS_ENTROPY, "learning_rate": 0.1, "batch_size": 7, "seed": 5, **options}
    start = initialise((X.shape[0], 4, Y.shape[0]), generator=dice(9), dtype=X.dtype)
    return Descent(start, X, Y, **options)


def weights(descent):
    return [p for layer in descent.network.layers for p in (layer.W, layer.b)]
