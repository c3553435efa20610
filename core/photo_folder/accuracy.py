"""How right a model is about photos with known labels: counts that add up, then shares with intervals.

    which      of the photos with exactly one ball, those where ŷ of that ball is larger than the others
    any_ball   balanced: ½ (share of photos with a ball where max ŷ > ½  +  share with none where max ŷ ≤ ½)
    answers    of all photos, those where ŷ_k > ½ is right about whether ball k is there, for each k
    present, absent    the same apart for the photos with ball k (TP / (TP + FN)) and those without it

A model with one output knows soccer balls only: it has no `which` and no `any_ball`. Goal 3's outputs sum
to 1, so it often names a ball where there is none; `any_ball` shows it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import torch
from torch import Tensor

from core.balls import KINDS
from core.intervals import Estimate, mean, wilson
from core.processor.parallel import in_parallel
from core.scores import named

T = TypeVar("T")


@dataclass(frozen=True)
class Tally:
    """Photos counted by what they hold and whether the model is right.

    Shapes: which, present, absent (2, k) int64, right answers in row 0 and photos in row 1, a column a ball;
    any_ball (2, 2), a column for photos with a ball and one for photos with none.
    """

    which: Tensor
    any_ball: Tensor
    present: Tensor
    absent: Tensor

    @classmethod
    def of(cls, Y_hat: Tensor, Y: Tensor) -> "Tally":
        """Count one batch. Shapes: Y_hat (k, m), Y (k, m) multi-hot or (3, m), its first k rows then."""
        k = Y_hat.shape[0]
        holds = Y > 0.5  # (3, m)
        one, ball = holds.sum(dim=0) == 1, holds.any(dim=0)  # (m,)
        says, holds = Y_hat > 0.5, holds[:k]  # (k, m)
        largest = named(Y_hat, Y[:k])  # (m,)
        found = says.any(dim=0)  # (m,)
        return cls(
            which=_counts(largest & holds & one, holds & one),
            any_ball=_counts(torch.stack([ball & found, ~ball & ~found]), torch.stack([ball, ~ball])),
            present=_counts(says & holds, holds),
            absent=_counts(~says & ~holds, ~holds),
        )

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.which + other.which,
            self.any_ball + other.any_ball,
            self.present + other.present,
            self.absent + other.absent,
        )


def _counts(right: Tensor, asked: Tensor) -> Tensor:
    """Shapes: (k, m) twice → (2, k)."""
    return torch.stack([right.sum(dim=1), asked.sum(dim=1)])


@dataclass(frozen=True)
class Measured:
    """The shares of the module's text, each over the photos that it asks about."""

    which: Estimate | None
    which_by_ball: tuple[Estimate, ...]
    any_ball: Estimate | None
    with_a_ball: Estimate | None
    with_none: Estimate | None
    answers: tuple[Estimate, ...]
    present: tuple[Estimate, ...]
    absent: tuple[Estimate, ...]

    @classmethod
    def of(cls, tally: Tally) -> "Measured":
        """Shares with 95 % intervals out of the counts."""
        several = tally.which.shape[1] == len(KINDS)
        with_a_ball, with_none = _shares(tally.any_ball)
        return cls(
            which=_shares(tally.which.sum(dim=1, keepdim=True))[0] if several else None,
            which_by_ball=_shares(tally.which) if several else (),
            any_ball=mean([with_a_ball, with_none]) if several else None,
            with_a_ball=with_a_ball if several else None,
            with_none=with_none if several else None,
            answers=_shares(tally.present + tally.absent),
            present=_shares(tally.present),
            absent=_shares(tally.absent),
        )


def _shares(counts: Tensor) -> tuple[Estimate, ...]:
    """Shapes: (2, k) → k shares."""
    return tuple(wilson(right, of) for right, of in counts.T.tolist())


def measure(
    answer: Callable[[T], Mapping[str, Tensor]],
    batches: Iterable[tuple[T, Tensor]],
    *,
    together: bool = True,
) -> dict[str, Measured]:
    """Ask for the ŷ of every model for each batch and compare with its labels; only counts are kept.

    `answer` is any way to judge m photos, in whatever form the batches hold them; it is called in a thread,
    while the next batches come, and in several at once if `together`, which only CPUs take well.
    Shapes: Y (3, m), ŷ (k, m).
    Without a batch: {}.
    """
    total: dict[str, Tally] = {}
    threads = None if together else 1
    for (_, Y), answers in in_parallel(lambda batch: answer(batch[0]), batches, threads=threads):
        for name, Y_hat in answers.items():
            counted = Tally.of(Y_hat, Y)
            total[name] = total[name] + counted if name in total else counted
    return {name: Measured.of(tally) for name, tally in total.items()}
