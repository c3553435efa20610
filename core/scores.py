"""How well neurons tell photos with their ball from photos without, counted on photos that no training saw.

    recall       TP / (TP + FN)      of the photos with the ball, the share that the neuron finds; sensitivity
    specificity  TN / (TN + FP)      of the photos without it, the share that it leaves alone
    accuracy     share · recall + (1 − share) · specificity,   share = photos with the ball / all photos
    AUC          P(z of a photo with the ball > z of a photo without it), ties count ½
    named        of the photos with one ball, those where its z is the largest; a tie names nothing
    commonest    the ball in most of them: whoever always names it is right that often without looking

TP and FN are the photos with the ball that are found and those that are not: true positives, false negatives.
TN and FP are those without it, true negatives and false positives. "Found" means σ(z) > ½, which is
z > 0: of a head, w x + b = 0 is the decision boundary. Recall and specificity do not depend on how often the
ball is in the photos, accuracy does: with a rare ball a neuron that always says no is nearly always right.
The AUC does not depend on the threshold either: it is the area under the ROC curve of all thresholds; ½ is
chance.
Columns are examples: Z (k, m) logits, Y (k, m) multi-hot; for the AUC Y may have other rows, (c, m).
Errors: ValueError where the shapes of Z and Y do not fit.
Source: lecture, section 2, for the recall; the AUC is the statistic of Mann and Whitney over P · N.
"""

import torch
from torch import Tensor

from core.losses import same_shape


def recall(Z: Tensor, Y: Tensor) -> Tensor:
    """Per-class recall, TP / (TP + FN) of each neuron.

    Shapes: Z, Y (k, m) → (k,); nan where no photo has the ball.
    """
    same_shape(Z, Y)
    positive = Y > 0.5
    return ((Z > 0) & positive).sum(dim=1) / positive.sum(dim=1)


def specificity(Z: Tensor, Y: Tensor) -> Tensor:
    """TN / (TN + FP) of each neuron. Shapes: Z, Y (k, m) → (k,); nan where every photo has the ball."""
    same_shape(Z, Y)
    negative = Y <= 0.5
    return ((Z <= 0) & negative).sum(dim=1) / negative.sum(dim=1)


def accuracy(Z: Tensor, Y: Tensor, *, above: float = 0.0) -> Tensor:
    """(TP + TN) / m of each neuron; above: what counts as found, 0 of logits, ½ of outputs ŷ.

    Shapes: Z, or Ŷ in its place, and Y (k, m) → (k,).
    """
    same_shape(Z, Y)
    return ((above < Z) == (Y > 0.5)).to(torch.float32).mean(dim=1)


def accuracy_at(share: Tensor, recall: Tensor, specificity: Tensor) -> Tensor:
    """share · recall + (1 − share) · specificity, to be expected where `share` of the photos have the ball.

    Shapes: any that broadcast.
    """
    return share * recall + (1 - share) * specificity


def named(Z: Tensor, Y: Tensor) -> Tensor:
    """Whether a ball in the photo has a larger z than every ball that is not.

    Shapes: Z, Y (k, m) → (m,) bool.
    """
    same_shape(Z, Y)
    has = Y > 0.5
    ball = Z.masked_fill(~has, -torch.inf).amax(dim=0)  # (m,)
    others = Z.masked_fill(has, -torch.inf).amax(dim=0)  # (m,)
    return ball > others


def names(Z: Tensor) -> Tensor:
    """Whether one z is larger than every other, and so names a ball, the right one or not.

    Shapes: Z (k, m), k ≥ 2 → (m,) bool.
    """
    first, second = Z.topk(2, dim=0).values  # (m,) each
    return first > second


def commonest(Y: Tensor) -> tuple[int, float]:
    """The most frequent of the photos' only balls, and its share of the photos with one ball.

    Shapes: Y (k, m) multi-hot. The share is nan where no photo has just one ball.
    """
    alone = Y[:, (Y > 0.5).sum(dim=0) == 1] > 0.5  # (k, photos with one ball)
    shares = alone.double().mean(dim=1)  # (k,)
    k = int(shares.argmax())
    return k, float(shares[k])


def auc(Z: Tensor, Y: Tensor) -> Tensor:
    """AUC of every neuron for every ball: the table that says which ball a neuron has come to detect.

    With the ranks r of a neuron's logits (ties share their mean rank), P photos with the ball and N without:

        AUC = (Σ_{i with the ball} r_i − P (P + 1) / 2) / (P N)

    Shapes: Z (k, m), Y (c, m) → (k, c) on the CPU, row neuron, column ball; nan where P or N is 0.
    Errors: ValueError for other shapes.
    """
    if Z.ndim != 2 or Y.ndim != 2 or Z.shape[1] != Y.shape[1]:
        raise ValueError(f"Z is (k, m) and Y (c, m), got {tuple(Z.shape)} and {tuple(Y.shape)}")
    # On the CPU: a rank sum needs float64, which MPS lacks, and the table is read there anyway.
    ranks = torch.stack([_mean_ranks(z) for z in Z.cpu()])  # (k, m)
    with_ball = (Y.cpu() > 0.5).to(torch.float64)  # (c, m)
    P = with_ball.sum(dim=1)  # (c,)
    N = Y.shape[1] - P
    return (ranks @ with_ball.T - P * (P + 1) / 2) / (P * N)  # (k, c)


def _mean_ranks(z: Tensor) -> Tensor:
    """Rank 1 … m of each value, equal values share the mean of their ranks. Shapes: (m,) → (m,) float64."""
    _, group, size = torch.unique(z, sorted=True, return_inverse=True, return_counts=True)
    last = size.cumsum(0).to(torch.float64)  # rank of the last of each group
    return (last - (size - 1) / 2)[group]
