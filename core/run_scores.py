"""What a run's lanes are worth, on a sample of what they learn from, on test photos, and on photos held back.

    J, with its L2 term         on the sample and on the test photos
    named                       of the photos with one ball, the share where the largest output is that ball
    held back                   a person's own photos that no step has seen: right of how many, class by class

Source: lecture, sections 1 to 3.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.before_after import Counts, counted
from core.blocks import decay
from core.columns import Columns, PhotoColumns
from core.confusion import Confusion, bounded, table
from core.descent import Descent
from core.divergence import as_written
from core.network import propagate

JUDGED = 1024  # training photos that are looked at for a point of the curves; of the test photos all are
OVERSHOT = 20  # times the cost at W = 0, from where on a run is warned
SLOW = 1000  # steps in which a cost that high should have halved
RISEN = 1.1  # times the lowest cost since the settings changed: more than one batch's luck

Examples = tuple[Columns, Tensor]  # X (n, m) and Y (3, m)


@dataclass(frozen=True)
class Judgement:
    """One lane on the training photos (a sample) and on the test photos.

    cost: J with its L2 term. accuracy: of the photos with one ball, the share where the largest output is
    that ball: the one measure that means the same for every loss. confusion and Z (3, m): on the test photos.
    own: right of how many on the photos held back, if a person has brought photos.
    """

    train_cost: float
    test_cost: float
    train_accuracy: float
    test_accuracy: float
    confusion: Confusion
    Z: Tensor
    own: Counts | None = None


def judge(
    lanes: Sequence[Descent], sample: Examples, test: Examples, held_back: Examples | None = None
) -> tuple[Judgement, ...]:
    """What these lanes' weights are worth; see the module's text."""
    (seen, Y_seen), (unseen, Y_unseen) = sample, test
    judged = []
    for lane in lanes:
        Z_seen, Z = (bounded(propagate(lane.network, X).Z[-1]) for X in (seen, unseen))
        of_W = decay(lane.network, lane.l2)
        confusion = table(Z, Y_unseen, lane.loss)
        own = None
        if held_back is not None:
            own = counted(bounded(propagate(lane.network, held_back[0]).Z[-1]), held_back[1], lane.loss)
        judged.append(
            Judgement(
                float(lane.loss.cost(Z_seen, Y_seen)) + of_W,
                float(lane.loss.cost(Z, Y_unseen)) + of_W,
                table(Z_seen, Y_seen, lane.loss).named,
                confusion.named,
                confusion,
                Z,
                own,
            )
        )
    return tuple(judged)


def sample_of(lane: Descent) -> Examples:
    """JUDGED of the examples in use: the first rendered ones, or, where own photos are among them, evenly."""
    which = torch.arange(lane.Y.shape[1]) if lane.which is None else lane.which
    if isinstance(lane.X, Tensor):
        which = which[:JUDGED]
        return PhotoColumns(lane.X, which), lane.Y[:, which]
    most = min(JUDGED, len(which))
    which = which[torch.arange(most) * len(which) // most]
    return lane.X[:, which], lane.Y[:, which]


class Overshoot:
    """Tells a run whose steps jump over the valley: far above the J of W = 0, and not on its way down.

    The L2 term does not count: it is most of J where weights are large at the start. What begins high, such
    as weights from a file, may be on its way down: J must have risen since `anew`.
    Where other settings make them fall, but hardly, the way back is long: that is said as well.
    sound: whether at the last look J was not that high, nor had risen, with its L2 term.
    """

    def __init__(self) -> None:
        self.sound = True
        self.anew()

    def anew(self) -> None:
        """Other settings hold from here on."""
        self._lowest: tuple[float, ...] = ()
        self._lowest_J = math.inf  # the sum over the lanes, with the L2 terms
        self._halved = 0, math.inf  # the step at which the largest of the costs was last half of what it was

    def warning(self, lanes: Sequence[Descent], judgements: Sequence[Judgement], Y: Tensor) -> str | None:
        """A sentence, or None. judgements: of these lanes, on photos with labels Y (k, m)."""
        still = [float(lane.loss.cost(torch.zeros_like(Y), Y)) for lane in lanes]  # J at W = 0
        of_W = [decay(lane.network, lane.l2) for lane in lanes]
        times = [
            (one.train_cost - more) / max(1e-9, at_zero)
            for one, more, at_zero in zip(judgements, of_W, still, strict=True)
        ]
        self._lowest = tuple(min(pair) for pair in zip(times, self._lowest or times, strict=True))
        risen = [now for now, lowest in zip(times, self._lowest, strict=True) if now > RISEN * lowest]
        J = sum(one.train_cost for one in judgements)
        self._lowest_J = min(self._lowest_J, J)
        self.sound = J <= RISEN * self._lowest_J < math.inf and max(times) <= OVERSHOT
        if max(times) <= self._halved[1] / 2:
            self._halved = lanes[0].steps, max(times)
        slow = lanes[0].steps - self._halved[0]
        worst = max(risen, default=0.0) if slow < SLOW or risen else max(times)
        if worst <= OVERSHOT:  # of an infinite one a divergence tells
            return None
        many = f"{worst:,.0f}" if worst < 1e6 else "more than a million"
        mean = "The mean loss" if lanes[0].l2 else "J"
        alpha = f"α = {as_written(lanes[0].learning_rate)}"
        if not risen:
            return (
                f"{mean} is {many} times what it is at W = 0, and has not halved in {slow:,} steps: for "
                f"{alpha} it is a long way back from weights this large. Drag the timeline to before they "
                "grew and branch there, or reset."
            )
        return (
            f"{mean} is {many} times what it is at W = 0: with {alpha} each step "
            "overshoots the valley and lands higher on the other side. Try a smaller learning rate."
        )
