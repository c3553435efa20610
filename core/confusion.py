"""What a loss gets wrong: which balls are in a photo against which balls its outputs name.

    said_k = [ŷ_k > ½]      the answer is a set of balls, read off every loss alike
    right  = [said = y]     all three answers at once

As a confusion matrix:

    row     what is in the photo:  soccer, basketball, baseball, two or more, none
    column  what is said of it:    the same five

Softmax outputs add up to 1, so at most one of them is above ½: its column "two or more" is always empty,
and "none" is said wherever no ball reaches half. On the diagonal a photo of one ball or none is right; a
photo in the cell (two or more, two or more) is right only if they are the same, so `right` counts apart.

    recall     of the photos with the ball, the share where it is said:   TP / (TP + FN)
    precision  of the photos where it is said, the share that has it:     TP / (TP + FP)
    accuracy   share of photos that are right
    named      of the photos with one ball, the share where its z is the largest. A tie names nothing, and
               where all of them are ties, as at W = 0, there is no share: nothing was named, right or wrong.
               Losses differ in what ½ means to them, so this is what compares them

Columns are examples: Z logits, Y multi-hot (3, m).
Source: lecture, sections 2 and 3: two balls in one photo work on sigmoids and fail on softmax.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.recipe import KINDS
from core.losses import Loss
from core.scores import named, names, recall

MANY, NONE = len(KINDS), len(KINDS) + 1
CLASSES = (*KINDS, "many", "none")


@dataclass(frozen=True)
class ByNumber:
    """What a loss makes of the photos with 0, 1, 2 or 3 balls; nan where there are no such photos.

    right: share with all three answers right. outputs (3,): mean of the largest, second and third ŷ.
    cost: J over these photos.
    """

    photos: int
    right: float
    outputs: Tensor
    cost: float


@dataclass(frozen=True)
class Worst:
    """Photos of one cell, largest L first, photos of equal L in their order.

    Shapes: indices (c,) places in 0 … m−1; L (c,); terms, Y_hat (3, c). A column of terms adds up to its L.
    """

    indices: Tensor
    L: Tensor
    terms: Tensor
    Y_hat: Tensor


@dataclass(frozen=True)
class Confusion:
    """The confusion matrix of m photos, on the CPU, and what was counted to make it.

    Shapes: Z, Y, Y_hat (3, m); truth, said (m,) places in CLASSES; right (m,) bool; counts, right_counts
    (5, 5): the photos of each cell, and how many of them are right; recall, precision (3,) and named, nan
    where nothing is there to count.
    """

    loss: Loss
    Z: Tensor
    Y: Tensor
    Y_hat: Tensor
    truth: Tensor
    said: Tensor
    right: Tensor
    counts: Tensor
    right_counts: Tensor
    recall: Tensor
    precision: Tensor
    accuracy: float
    named: float
    by_number: tuple[ByNumber, ByNumber, ByNumber, ByNumber]

    def photos_in(self, row: int, column: int) -> Tensor:
        """The places 0 … m−1 of the photos in one cell, in their order. Shape (c,)."""
        return ((self.truth == row) & (self.said == column)).nonzero()[:, 0]

    def worst_first(self, row: int, column: int, most: int | None = None) -> Worst:
        """The photos of a cell by L, largest first; at most `most` of them."""
        indices = self.photos_in(row, column)  # (c,)
        terms = self.loss.terms(self.Z[:, indices], self.Y[:, indices])  # (3, c)
        L = terms.sum(dim=0)  # (c,)
        order = L.sort(descending=True, stable=True).indices[:most]
        return Worst(indices[order], L[order], terms[:, order], self.Y_hat[:, indices[order]])


def classes(balls: Tensor) -> Tensor:
    """Which row, or column, a set of balls belongs to. Shapes: bool (3, m) → (m,) places in CLASSES."""
    number = balls.sum(dim=0)  # (m,)
    only = balls.to(torch.int64).argmax(dim=0)  # (m,): the ball, where there is one
    return only.masked_fill(number > 1, MANY).masked_fill(number == 0, NONE)


def bounded(Z: Tensor) -> Tensor:
    """Z, of any shape, with ±10¹⁵ for what is infinite and 0 for NaN, so that it can be counted.

    Finite weights may have such logits, just before the step that is found to diverge.
    """
    return Z.nan_to_num(nan=0.0, posinf=1e15, neginf=-1e15)


def confusion_matrix(Z: Tensor, Y: Tensor, loss: Loss) -> Confusion:
    """Count what `loss` makes of m photos, from the logits of its network on them.

    Shapes: Z, Y (3, m). Errors: ValueError for other shapes, no photo, or a logit that is not finite.
    """
    if Z.ndim != 2 or Z.shape != Y.shape or Z.shape[0] != len(KINDS) or Z.shape[1] < 1:
        raise ValueError(
            f"Z and Y must both be ({len(KINDS)}, m), m ≥ 1, got {tuple(Z.shape)}, {tuple(Y.shape)}"
        )
    Z, Y = Z.detach().cpu(), Y.detach().cpu().to(Z.dtype)
    if not bool(Z.isfinite().all()):
        raise ValueError("a logit is not finite")
    Y_hat = loss.activation(Z)  # (3, m)
    says, has = Y_hat > 0.5, Y > 0.5  # (3, m)
    truth, said, right = classes(has), classes(says), (says == has).all(dim=0)  # (m,)
    alone = has.sum(dim=0) == 1  # (m,)
    return Confusion(
        loss=loss,
        Z=Z,
        Y=Y,
        Y_hat=Y_hat,
        truth=truth,
        said=said,
        right=right,
        counts=_cells(truth, said),
        right_counts=_cells(truth[right], said[right]),
        recall=recall(Y_hat - 0.5, Y),  # found: above 0
        precision=recall(Y - 0.5, says),  # the two change roles: of the photos said, those that have it
        accuracy=_mean(right),
        named=_mean(named(Z[:, alone], Y[:, alone])) if bool(names(Z[:, alone]).any()) else math.nan,
        by_number=_by_number(Z, Y, Y_hat, right, loss),
    )


def _cells(truth: Tensor, said: Tensor) -> Tensor:
    """Photos of each (row, column). Shapes: (m,), (m,) → (5, 5)."""
    k = len(CLASSES)
    return torch.bincount(truth * k + said, minlength=k * k).reshape(k, k)


def _by_number(
    Z: Tensor, Y: Tensor, Y_hat: Tensor, right: Tensor, loss: Loss
) -> tuple[ByNumber, ByNumber, ByNumber, ByNumber]:
    number = (Y > 0.5).sum(dim=0)  # (m,)
    L = loss(Z, Y)  # (m,)
    ranked = Y_hat.sort(dim=0, descending=True).values  # (3, m): largest, second, third of each photo

    def of(balls: int) -> ByNumber:
        here = number == balls
        return ByNumber(int(here.sum()), _mean(right[here]), ranked[:, here].mean(dim=1), _mean(L[here]))

    return of(0), of(1), of(2), of(3)


def _mean(values: Tensor) -> float:
    """The mean; nan of nothing."""
    return float(values.double().mean())
