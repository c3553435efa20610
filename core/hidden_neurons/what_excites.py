"""What a hidden neuron responds to: the photos that excite it most and least, in one pass for every neuron.

    z_j^[l](x^(i)) for every neuron j of every layer l and every photo i: the highest and the lowest of each j

Judged by z, before the activation: where a ReLU is off its a is 0 for every photo and tells nothing.
Besides, per neuron, how often it is on (a > 0), and per photo, how many are `silent` (a = 0). Photos are read
a block at a time, so that X is never made.
Source: lecture, section 4.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from core.columns import Columns, block_size
from core.network import Network, propagate


@dataclass(frozen=True)
class Excitation:
    """The k neurons of one layer on m photos.

    Shapes: most, least (k, t) int64, columns of X, strongest first; z_most, z_least (k, t), their z;
    on (k, 1): share of photos with a > 0.
    """

    most: Tensor
    z_most: Tensor
    least: Tensor
    z_least: Tensor
    on: Tensor


@dataclass(frozen=True)
class ExcitesProgress:
    """`done` of m photos have been looked at; layers: what they show so far, first layer first."""

    done: int
    count: int
    layers: tuple[Excitation, ...]


def what_excites(network: Network, X: Columns, top: int = 8) -> Iterator[ExcitesProgress]:
    """Yields after each block; the last value has seen all m photos. Photos that tie stand in X's order.

    Shapes: X (n, m), m ≥ 1 → t = min(top, m) photos of each neuron.
    Errors, with the first value: ValueError if top < 1 or X does not fit.
    """
    if top < 1:
        raise ValueError(f"at least one photo is asked for, got top = {top}")
    if X.ndim != 2 or X.shape[1] < 1:
        raise ValueError(f"X must be (n, m) of at least one photo, got {tuple(X.shape)}")
    m, size = X.shape[1], block_size(X.shape[0])
    so_far: list[Excitation] = []
    for start in range(0, m, size):
        trace = propagate(network, X[:, start : start + size])
        found = [_of_block(Z, A, start, top) for Z, A in zip(trace.Z, trace.A[1:], strict=True)]
        done = min(start + size, m)
        share = (done - start) / done
        pairs = zip(so_far, found, strict=True)
        so_far = [_merged(a, b, share, top) for a, b in pairs] if so_far else found
        yield ExcitesProgress(done, m, tuple(so_far))


def silent(A: Tensor) -> Tensor:
    """How many neurons of a layer give exactly 0, for each example. Shapes: A (k, m) → (m,) int64."""
    return (A == 0).to(torch.int64).sum(dim=0)


def _of_block(Z: Tensor, A: Tensor, start: int, top: int) -> Excitation:
    t = min(top, Z.shape[1])
    high, low = (Z.sort(dim=1, descending=down, stable=True) for down in (True, False))  # (k, m_B) each
    return Excitation(
        most=high.indices[:, :t] + start,
        z_most=high.values[:, :t],
        least=low.indices[:, :t] + start,
        z_least=low.values[:, :t],
        on=(A > 0).to(A.dtype).mean(dim=1, keepdim=True),
    )


def _merged(a: Excitation, b: Excitation, share: float, top: int) -> Excitation:
    """a's photos come before b's; b's are `share` of both."""
    most, z_most = _first(a.most, a.z_most, b.most, b.z_most, top, descending=True)
    least, z_least = _first(a.least, a.z_least, b.least, b.z_least, top, descending=False)
    return Excitation(most, z_most, least, z_least, a.on + share * (b.on - a.on))


def _first(
    which: Tensor, z: Tensor, more: Tensor, z_more: Tensor, top: int, *, descending: bool
) -> tuple[Tensor, Tensor]:
    both = torch.cat([z, z_more], dim=1)  # (k, 2t), earlier photos first: a stable sort keeps them first
    order = both.sort(dim=1, descending=descending, stable=True)
    places = order.indices[:, :top]
    return torch.cat([which, more], dim=1).gather(1, places), order.values[:, :top]
