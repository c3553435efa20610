"""Imbalance: with one baseball among very many photos the baseball neuron is hard to train.

    training photos  =  those with a soccer ball or a basketball and no baseball  +  `count` with a baseball
    recall_k         =  TP / (TP + FN)   of neuron k on a fixed, balanced set of photos that no training saw

Goal 2's head is trained anew for every count and every seed, from W = 0 and b_k = log(share / (1 − share)),
the log-odds of ball k among its training photos: the best that a neuron can say without looking. (From b = 0
a rare ball's b needs far more steps than W, and dark photos would be called baseballs meanwhile.)
The seed decides which baseball photos are kept and in which order the photos come. All runs take the same
number of steps. Beside the recall stand two other scores, which say what goes wrong: the accuracy to expect
on photos mixed like the training ones, share · recall + (1 − share) · specificity, which looks best where
the neuron is worst; and the AUC, which does not depend on where the threshold lies.
Source: lecture, section 2.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.descent import Descent
from core.heads import goal2
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network, propagate
from core.pixels import flatten
from core.scores import accuracy_at, auc, recall, specificity

COUNTS = (1, 3, 10, 30, 100, 300, 1000)
BASEBALL = 2


@dataclass(frozen=True)
class ImbalanceRun:
    """One trained head.

    count: photos with a baseball among the `photos` training photos; with_ball: photos with each ball.
    recall, specificity, auc: of each neuron on the balanced test photos. accuracy: of each neuron on photos
    mixed like the training ones.
    """

    count: int
    seed: int
    photos: int
    with_ball: tuple[int, ...]
    recall: tuple[float, ...]
    specificity: tuple[float, ...]
    auc: tuple[float, ...]
    accuracy: tuple[float, ...]


@dataclass(frozen=True)
class ImbalanceProgress:
    """runs are finished, of `total`; part (0 … 1) of the next one, on (count, seed), is done."""

    runs: tuple[ImbalanceRun, ...]
    total: int
    count: int
    seed: int
    part: float

    @property
    def fraction(self) -> float:
        """How much of the whole experiment is done, 0 … 1."""
        return (len(self.runs) + self.part) / self.total

    @property
    def done(self) -> bool:
        return len(self.runs) == self.total


def imbalanced(Y: Tensor, count: int, *, seed: int = 0) -> Tensor:
    """Which photos are kept: all with other balls only, and `count` with a baseball, drawn by the seed.

    With the same seed a larger count keeps what a smaller one kept.
    Shapes: Y (k, m) → indices (m′,), rising.
    Errors: ValueError if there are fewer than `count` photos with a baseball, or count < 1.
    """
    has_it = Y[BASEBALL] > 0.5
    others = ~has_it & (Y.sum(dim=0) > 0.5)
    rare_photos = has_it.nonzero().squeeze(1)  # (P,)
    if not 1 <= count <= len(rare_photos):
        raise ValueError(f"count must be 1 … {len(rare_photos)}, the photos with that ball, got {count}")
    drawn = torch.randperm(len(rare_photos), generator=torch.Generator().manual_seed(seed))[:count]
    kept = torch.cat([others.nonzero().squeeze(1), rare_photos[drawn.to(rare_photos.device)]])
    return kept.sort().values


def at_the_shares(Y: Tensor) -> Network:
    """Goal 2's head with W = 0 and b_k = log(share_k / (1 − share_k)): ŷ_k is ball k's share for every photo.

    A share of 0 or 1 counts as half a photo away from it.
    Shapes: Y (k, m), m ≥ 1 → W (k, 12288), b (k, 1), of Y's dtype.
    """
    m = Y.shape[1]
    share = Y.mean(dim=1, keepdim=True).clamp(0.5 / m, 1 - 0.5 / m)  # (k, 1)
    head = goal2(k=Y.shape[0], device=Y.device, dtype=Y.dtype).layers[0]
    return Network((replace(head, b=torch.logit(share)),))


def imbalance(
    photos: Tensor,
    Y: Tensor,
    test_photos: Tensor,
    test_Y: Tensor,
    counts: Sequence[int],
    seeds: Sequence[int],
    *,
    steps: int = 200,
    batch_size: int = 64,
    learning_rate: float = 0.001,
    every: int = 50,
) -> Iterator[ImbalanceProgress]:
    """Train one head for each seed and count, and yield after every `every` steps and after each run.

    The seeds are the outer loop: all counts are seen once before any is seen twice.
    Shapes: photos, test_photos (m, 64, 64, 3) uint8; Y, test_Y (3, m). Errors, with the first
    value: ValueError as in `imbalanced`, for any of the counts, and for every < 1; DivergedError on the way.
    """
    if every < 1:
        raise ValueError(f"runs are looked at every step or more seldom, got every = {every}")
    for count in counts:
        imbalanced(Y, count)  # refused before the first run, not after those of the other counts
    X_test = flatten(test_photos)  # (n, m_test), made once for all runs
    runs: list[ImbalanceRun] = []
    total = len(counts) * len(seeds)
    for seed in seeds:
        for count in counts:
            kept = imbalanced(Y, count, seed=seed)
            labels = Y[:, kept]  # (3, m′)
            descent = Descent(
                at_the_shares(labels),
                photos[kept],
                labels,
                loss=BINARY_CROSS_ENTROPY,
                learning_rate=learning_rate,
                batch_size=batch_size,
                seed=seed,
            )
            for step in range(steps):
                if step % every == 0:
                    yield ImbalanceProgress(tuple(runs), total, count, seed, step / steps)
                descent.step()
            Z = propagate(descent.network, X_test).Z[-1]  # (3, m_test)
            found, spared = recall(Z, test_Y), specificity(Z, test_Y)  # (3,) each
            share = labels.mean(dim=1)  # (3,)
            runs.append(
                ImbalanceRun(
                    count,
                    seed,
                    len(kept),
                    tuple(int(n) for n in labels.sum(dim=1)),
                    tuple(found.tolist()),
                    tuple(spared.tolist()),
                    tuple(auc(Z, test_Y).diag().tolist()),
                    tuple(accuracy_at(share, found, spared).tolist()),
                )
            )
            yield ImbalanceProgress(tuple(runs), total, count, seed, 0.0)
