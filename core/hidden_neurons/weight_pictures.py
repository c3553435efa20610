"""Weight pictures, first-layer weights as images: in numbers, so that words about them need not be believed.

    mirror    corr(w, w mirrored left to right)       1: its own mirror image, 0: nothing in common
    centre    Σ of w² within the middle disc / Σ w²   its share of the area where all places weigh alike
    grain     corr(w_p, w_q) of neighbouring pixels   1: smooth patches, 0: noise, pixel by pixel
    direction |Σ (g_x + i g_y)²| / Σ |g|²             1: stripes of one direction, 0: none; g: the slope of w

A correlation is over all pixels and colours of one picture; of a picture that is the same everywhere it
counts as 0. Shapes: W (k, 12288) → (k,), of float32 at least: sums of 12,288 squares leave float16.
Errors: ValueError for another shape.
Source: lecture, section 4: look at the weights, and say what is there.
"""

import torch
from torch import Tensor

from core.pixels import SIZE, N, unflatten

RADIUS = SIZE * 0.42  # of the middle disc, in pixels


def mirror(W: Tensor) -> Tensor:
    """How alike each picture and its mirror image are. Shapes: (k, 12288) → (k,)."""
    P = unflatten(_fine(W))  # (k, 64, 64, 3)
    return _correlation(P.flatten(1), P.flip(2).flatten(1))


def grain(W: Tensor) -> Tensor:
    """How alike neighbouring pixels are, right and below taken together. Shapes: (k, 12288) → (k,)."""
    P = unflatten(_fine(W))
    here = torch.cat([P[:, :, :-1].flatten(1), P[:, :-1].flatten(1)], dim=1)
    there = torch.cat([P[:, :, 1:].flatten(1), P[:, 1:].flatten(1)], dim=1)
    return _correlation(here, there)


def centre(W: Tensor) -> Tensor:
    """The share of Σ w² within the middle disc. Shapes: (k, 12288) → (k,)."""
    W = _fine(W)
    inside = _disc().to(W)  # (64, 64)
    energy = unflatten(W).square().sum(dim=3)  # (k, 64, 64)
    return (energy * inside).sum(dim=(1, 2)) / energy.sum(dim=(1, 2)).clamp_min(torch.finfo(W.dtype).tiny)


def direction(W: Tensor, size: int = SIZE) -> Tensor:
    """How far each picture runs in one direction, as an edge does. Shapes: (k, 3 size²) → (k,)."""
    W = _fine(W, 3 * size * size)
    P = W.reshape(len(W), size, size, 3)
    g_x = (P[:, 1:-1, 2:] - P[:, 1:-1, :-2]).flatten(1)  # central differences, (k, 3 (size − 2)²)
    g_y = (P[:, 2:, 1:-1] - P[:, :-2, 1:-1]).flatten(1)
    x, y, both = (g_x * g_x).sum(dim=1), (g_y * g_y).sum(dim=1), (g_x * g_y).sum(dim=1)
    return torch.hypot(x - y, 2 * both) / (x + y).clamp_min(torch.finfo(W.dtype).tiny)


def _fine(W: Tensor, n: int = N) -> Tensor:
    """The same numbers (k, n), as float32 where they are coarser."""
    if W.ndim != 2 or W.shape[1] != n:
        raise ValueError(f"a picture is a row of {n} numbers, W (k, {n}), got {tuple(W.shape)}")
    return W.to(torch.promote_types(W.dtype, torch.float32))


def _disc() -> Tensor:
    """1 for the pixels of the middle disc, else 0. Shapes: → (64, 64)."""
    away = torch.arange(SIZE) - (SIZE - 1) / 2
    return (away[:, None] ** 2 + away[None, :] ** 2 <= RADIUS**2).float()


DISC = float(_disc().mean())  # its share of the pixels, which is what weights that are alike everywhere have


def _correlation(A: Tensor, B: Tensor) -> Tensor:
    A, B = A - A.mean(dim=1, keepdim=True), B - B.mean(dim=1, keepdim=True)
    size = (A.square().sum(dim=1) * B.square().sum(dim=1)).sqrt()
    return (A * B).sum(dim=1) / size.clamp_min(torch.finfo(A.dtype).tiny)
