"""Inputs of equal strength: a linear map before training, folded into the first layer after it.

    x̃ = s ∘ (T x − μ)        W x̃ + b = (W diag(s) T) x + (b − W (s ∘ μ))

T is orthonormal: the sum and two differences of R, G and B, and along rows and columns the cosine transform
(DCT-II). Neighbouring pixels are nearly equal, so among T x a few broad waves are large and the fine ones,
which are stitches and seams, tiny: descent would come to them last. s makes them about equally strong.
A linear map in front of a layer is part of the layer: the network that is kept works on the pixels. Without
T, and with floor 0, this is feature scaling, the usual normalisation of inputs.
Source: lecture, section 7 (identity layers collapse); LeCun et al., "Efficient BackProp" (1998), section 4.3.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.network import Network


def cosines(n: int) -> Tensor:
    """DCT-II, orthonormal: row f is √(2/n) cos(π f (i + ½) / n), row 0 divided by √2. Shape (n, n), n ≥ 1."""
    i, f = torch.arange(n, dtype=torch.float64) + 0.5, torch.arange(n, dtype=torch.float64)[:, None]
    waves = torch.cos(math.pi * f * i / n) * math.sqrt(2 / n)
    waves[0] /= math.sqrt(2)
    return waves.float()


def opponents() -> Tensor:
    """R + G + B, R − G, R + G − 2B, each of length 1. Shape (3, 3)."""
    rows = torch.tensor([[1.0, 1.0, 1.0], [1.0, -1.0, 0.0], [1.0, 1.0, -2.0]])
    return rows / rows.norm(dim=1, keepdim=True)


@dataclass(frozen=True)
class Whitening:
    """x̃ = s ∘ (T x − μ) for squares of side · side · 3 numbers. Shapes: s, μ (n, 1), n = 3 side²."""

    side: int
    s: Tensor
    mu: Tensor

    @classmethod
    def of(cls, X: Tensor, side: int, *, floor: float = 0.05) -> "Whitening":
        """Measured on columns X (n, m): s = 1 / (σ + floor · max σ), scaled so that the mean of (s σ)² is 1.

        Errors: ValueError unless n = 3 side², where all columns are the same or a number is not finite, and
        without a floor where a number of T x never differs, as R − G of grey pictures.
        """
        seen = _transformed(X, side)  # (n, m)
        sigma = seen.std(dim=1, keepdim=True)  # (n, 1)
        if not sigma.max() > 0:  # of one column alone it is no number
            raise ValueError(f"{X.shape[1]} columns, equal or not finite, have no spread to divide by")
        divisor = sigma + floor * sigma.max()
        if not divisor.min() > 0:
            raise ValueError("without a floor an input that never differs has no spread to divide by")
        s = 1 / divisor
        return cls(side, s / (sigma * s).square().mean().sqrt(), seen.mean(dim=1, keepdim=True))

    def __call__(self, X: Tensor) -> Tensor:
        """x̃ of every column. Shapes: X (n, m) → (n, m)."""
        return _transformed(X, self.side).sub_(self.mu).mul_(self.s)

    def folded(self, network: Network) -> Network:
        """The network on x that says what `network` says on x̃. Shapes: its W[1] (k, n).

        Errors: ValueError for a network of other inputs.
        """
        first, *later = network.layers
        if first.W.shape[1] != len(self.s):
            raise ValueError(f"whitened are {len(self.s)} inputs, the network has {first.W.shape[1]}")
        W = _transformed((first.W * self.s.T).T.contiguous(), self.side, back=True).T.contiguous()  # (k, n)
        b = first.b - first.W @ (self.s * self.mu)  # (k, 1)
        return Network((replace(first, W=W, b=b), *later))


def _transformed(X: Tensor, side: int, *, back: bool = False) -> Tensor:
    """T X, or Tᵀ X: along rows, along columns, over colours. Shapes: X (n, m) → (n, m)."""
    n, m = X.shape
    if n != 3 * side * side:
        raise ValueError(f"a square of side {side} has {3 * side * side} numbers, got {n}")
    D, C = cosines(side).to(X.device, X.dtype), opponents().to(X.device, X.dtype)
    if back:
        D, C = D.T, C.T
    X = D @ X.reshape(side, side * 3 * m)  # over the rows of pixels
    X = D @ X.view(side, side, 3 * m)  # over the columns, row by row
    X = C @ X.view(side * side, 3, m)  # over R, G, B
    return X.reshape(n, m)
