"""The black box: do the hidden units of a trained network come to agree with the concepts of a person?

    r_jc = Σ_i (a_j − ā_j)(c − c̄) / √(Σ_i (a_j − ā_j)² Σ_i (c − c̄)²)          over houses that no training saw
    R_c  = r between concept c and the best mix Σ_j v_j a_j + v_0 of all units

A unit *agrees* with a concept where its |r| is above 0.9 and above that of every single input: bedrooms alone
have 0.97 with family size, and a unit that merely looks at one input has found nothing. R near 1 where no |r|
is: the network knows the concept, but it is spread over several units, and no single one stands for it.
Source: lecture, section 4 (a fully connected network finds such features itself: feature learning,
end-to-end, a black box).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.activations import SIGMOID, Activation
from core.house_networks import STEPS, Scale, descend, fully_connected, rmse, slow_down
from core.houses import Houses
from core.network import Network, propagate

AGREES = 0.9  # at least
FLAT = 1e-6  # a unit whose spread is below this share of its size says the same of every house


@dataclass(frozen=True)
class Found:
    """One training: its seed, the greatest |r| of any unit with each concept, its error in k€."""

    seed: int
    best: tuple[float, ...]
    rmse: float


@dataclass(frozen=True)
class SeedsProgress:
    """Trainings that are over, of `total`; part (0 … 1) of the next one is done."""

    found: tuple[Found, ...]
    total: int
    part: float

    @property
    def fraction(self) -> float:
        return min(1.0, (len(self.found) + self.part) / self.total)

    @property
    def done(self) -> bool:
        return len(self.found) == self.total


def correlation(A: Tensor, C: Tensor) -> Tensor:
    """r between each row of A and each row of C; 0 for a row that is constant, which agrees with nothing.

    Shapes: A (k, m), C (c, m) → (k, c). Errors: ValueError unless both have the same m ≥ 2.
    """
    if A.ndim != 2 or C.ndim != 2 or A.shape[1] != C.shape[1] or A.shape[1] < 2:
        raise ValueError(f"A must be (k, m) and C (c, m), m ≥ 2, got {tuple(A.shape)}, {tuple(C.shape)}")

    def unit(rows: Tensor) -> Tensor:
        apart, flat = _apart(rows)
        return torch.where(flat, 0.0, apart / apart.norm(dim=1, keepdim=True).masked_fill(flat, 1.0))

    return (unit(A) @ unit(C).T).clamp(-1, 1)


def _apart(rows: Tensor) -> tuple[Tensor, Tensor]:
    """a − ā, and which rows are constant, but for rounding. Shapes: (k, m) → (k, m), (k, 1) bool."""
    rows = rows.double()
    apart = rows - rows.mean(dim=1, keepdim=True)
    return apart, apart.norm(dim=1, keepdim=True) <= FLAT * rows.norm(dim=1, keepdim=True)


def straight_line(A: Tensor, C: Tensor) -> tuple[Tensor, Tensor]:
    """c ≈ slope · a + start, row by row, with the least squared error: what a unit's a stands for.

    slope = Σ (a − ā)(c − c̄) / Σ (a − ā)², start = c̄ − slope · ā; slope 0 where a is constant.
    Shapes: A, C (k, m) → (k,), (k,). Errors: ValueError unless both have the same, m ≥ 1.
    """
    if A.ndim != 2 or A.shape != C.shape or A.shape[1] < 1:
        raise ValueError(f"A and C must both be (k, m), m ≥ 1, got {tuple(A.shape)}, {tuple(C.shape)}")
    A, C = A.double(), C.double()
    apart, flat = _apart(A)
    slope = torch.where(flat[:, 0], 0.0, (apart * C).sum(dim=1) / apart.square().sum(dim=1))
    return slope, C.mean(dim=1) - slope * A.mean(dim=1)


def to_beat(X: Tensor, C: Tensor) -> Tensor:
    """The |r| above which a unit agrees with each concept: 0.9, or more where a single input has more.

    Shapes: X (n, m), C (c, m) → (c,). Errors: as `correlation`.
    """
    return correlation(X, C).abs().amax(dim=0).clamp(min=AGREES)


def together(A: Tensor, C: Tensor) -> Tensor:
    """R of each concept with the best linear mix of all rows of A (least squares).

    Shapes: A (k, m), C (c, m) → (c,). Errors: as `correlation`.
    """
    if A.ndim != 2 or C.ndim != 2 or A.shape[1] != C.shape[1]:
        raise ValueError(f"A must be (k, m) and C (c, m), got {tuple(A.shape)}, {tuple(C.shape)}")
    rows = torch.cat([A, torch.ones_like(A[:1])]).double().T  # (m, k + 1)
    mix = (rows @ (torch.linalg.pinv(rows) @ C.double().T)).T  # (c, m)
    return correlation(mix, C).diagonal()


def hidden(network: Network, scale: Scale, X: Tensor) -> Tensor:
    """What the hidden units say of these houses. Shapes: X (4, m) → (k, m)."""
    return propagate(network, scale.inputs(X)).A[1]


def over_seeds(
    seen: Houses,
    unseen: Houses,
    k: int = 3,
    activation: Activation = SIGMOID,
    seeds: Sequence[int] = tuple(range(20)),
    *,
    steps: int = STEPS,
    every: int = 200,
) -> Iterator[SeedsProgress]:
    """Train the fully connected network once for each seed; yields on the way and after each training.

    Errors, with the first value: ValueError for a k that `fully_connected` does not take, or every < 1.
    """
    if every < 1:
        raise ValueError(f"trainings are looked at every step or more seldom, got every = {every}")
    scale = Scale.of(seen)
    found: list[Found] = []
    for seed in seeds:
        descent = descend(fully_connected(k, activation, seed), seen, scale, seed=seed)
        for step in range(steps):
            if step % every == 0:
                yield SeedsProgress(tuple(found), len(seeds), step / steps)
            slow_down(descent, steps)
            descent.step()
        A = hidden(descent.network, scale, unseen.X)  # (k, m)
        best = correlation(A, unseen.C).abs().amax(dim=0)  # (3,)
        found.append(Found(seed, tuple(best.tolist()), rmse(descent.network, scale, unseen)))
        yield SeedsProgress(tuple(found), len(seeds), 0.0)
