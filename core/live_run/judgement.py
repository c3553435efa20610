"""What a run's lanes are worth, on a sample of what they learn from, on test photos, and on photos held back.

    J, with its L2 term         on the sample (training set) and on the test photos (test set)
    named                       of the photos with one ball, the share where the largest output is that ball;
                                nan as long as nothing is named, for all outputs are equal
    held back                   a person's own photos that no step has seen: right of how many, class by class

Training photos that are known much better than test photos, a train/test gap (the generalisation gap), are
the mark of over-fitting: the network does not generalise.
Source: lecture, sections 1 to 3 and 7.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.blocks import decay
from core.columns import Columns, PhotoColumns
from core.confusion import Confusion, bounded, confusion_matrix
from core.descent import Descent
from core.network import propagate
from core.own_photos.before_after import Counts, right_by_class

JUDGED = 1024  # training photos that are looked at for a point of the curves; of the test photos all are

Examples = tuple[Columns, Tensor]  # X (n, m) and Y (3, m)


@dataclass(frozen=True)
class Judgement:
    """One lane on the training photos (a sample) and on the test photos.

    The costs are J with its L2 term. The accuracies are `named` of the module's text: the one measure that
    means the same for every loss; nan where nothing is named. confusion: on the test photos.
    own: right of how many on the photos held back, if a person has brought photos.
    """

    train_cost: float
    test_cost: float
    train_accuracy: float
    test_accuracy: float
    confusion: Confusion
    own: Counts | None = None


def judge_lanes(
    lanes: Sequence[Descent], sample: Examples, test: Examples, held_back: Examples | None = None
) -> tuple[Judgement, ...]:
    """What these lanes' weights are worth; see the module's text.

    Shapes: X (n, m) and Y (3, m) of each, m ≥ 1. Errors: ValueError for others.
    """
    (seen, Y_seen), (unseen, Y_unseen) = sample, test
    judged = []
    for lane in lanes:
        Z_seen, Z = (bounded(propagate(lane.network, X).Z[-1]) for X in (seen, unseen))
        l2_term = decay(lane.network, lane.l2)
        confusion = confusion_matrix(Z, Y_unseen, lane.loss)
        own = None
        if held_back is not None:
            own = right_by_class(
                bounded(propagate(lane.network, held_back[0]).Z[-1]), held_back[1], lane.loss
            )
        judged.append(
            Judgement(
                float(lane.loss.cost(Z_seen, Y_seen)) + l2_term,
                float(lane.loss.cost(Z, Y_unseen)) + l2_term,
                confusion_matrix(Z_seen, Y_seen, lane.loss).named,
                confusion.named,
                confusion,
                own,
            )
        )
    return tuple(judged)


def sample_of(lane: Descent) -> Examples:
    """JUDGED of the examples in use, all of them if they are fewer.

    Taken evenly from these examples in the order of their number of balls: so photos with no ball, with one,
    two and three have the same shares in the sample as in what is learned.
    """
    which = torch.arange(lane.Y.shape[1]) if lane.which is None else lane.which
    which = which[lane.Y[:, which].sum(dim=0).argsort(stable=True)]
    most = min(JUDGED, len(which))
    which = which[torch.arange(most) * len(which) // most]
    X = PhotoColumns(lane.X, which) if isinstance(lane.X, Tensor) else lane.X[:, which]
    return X, lane.Y[:, which]
