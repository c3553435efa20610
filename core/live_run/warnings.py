"""What a run is warned of, while its numbers are still finite.

    overshooting    J far above that of W = 0 and rising: α is too large; or falling so slowly that α is too
                    small for the way back
    stuck           squared error on saturated sigmoids: where ŷ is wrong, (ŷ − y) ŷ (1 − ŷ) is next to 0

Numbers that would not be finite are the affair of core.divergence.
Source: lecture, sections 1 and 7.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from core.blocks import decay
from core.descent import Descent
from core.live_run import LANES
from core.live_run.judgement import Judgement
from core.losses import SquaredError
from core.written import as_written

OVERSHOT = 20  # times the cost at W = 0, from which on a run is warned
SLOW = 1000  # steps in which a cost that high should have halved
RISEN = 1.1  # times the lowest cost since the settings changed: more than one batch's luck
STUCK = 0.01  # |∂L/∂z| / |ŷ − y|, below which a run is stuck: the factor ŷ (1 − ŷ), which is ¼ at most


def cost_at_zero(lane: Descent, Y: Tensor) -> float:
    """J at W = 0, b = 0. Shapes: Y (k, m)."""
    return float(lane.loss.cost(torch.zeros_like(Y), Y))


def stuck(lanes: Sequence[Descent], judgements: Sequence[Judgement], Y: Tensor) -> str | None:
    """A sentence, or None. judgements: of these lanes, on test photos with labels Y (k, m)."""
    for i, (lane, one) in enumerate(zip(lanes, judgements, strict=True)):
        high = one.train_cost - decay(lane.network, lane.l2) > cost_at_zero(lane, Y)
        if not isinstance(lane.loss, SquaredError) or not high:
            continue
        Z = one.confusion.Z  # (k, m)
        error = (lane.loss.activation(Z) - Y).abs()  # (k, m)
        wrong = error > 0.5
        left = float(lane.loss.derivative(Z, Y).abs()[wrong].sum() / error[wrong].sum())  # NaN of none
        if bool(wrong.any()) and left < STUCK:
            part = f"{100 * left:.1f}\u202f%" if left >= 5e-4 else "next to nothing"
            many = f"{100 * float(wrong.float().mean()):.0f}\u202f%"
            who = f"Squared error ({LANES[i]})" if len(lanes) > 1 else "Squared error"
            return (
                f"{who} is stuck: {many} of the outputs are wrong, and of their ŷ − y the factor "
                f"ŷ (1 − ŷ) leaves {part}. Another α hardly helps. Cross-entropy has no such factor: choose "
                "it, with a smaller α, or reset."
            )
    return None


class Overshoot:
    """Recognises a run whose steps jump over the valley: J far above that of W = 0, and not on its way down.

    How high J is, is judged without its L2 term, which is most of J where the weights are large at the start.
    A run may begin high, with weights from a file, say, and be on its way down. So it is warned only if J has
    risen since the settings last changed (`anew`), or falls so slowly that the way back is long.
    sound: whether at the last look J was not that high and, with its L2 term, had not risen.
    """

    def __init__(self) -> None:
        self.sound = True
        self.anew()

    def anew(self) -> None:
        """Other settings hold from here on."""
        self._lowest: tuple[float, ...] = ()  # of each lane: how many times its J at W = 0, at its lowest
        self._lowest_J = math.inf  # the sum over the lanes, with the L2 terms
        # The step at which the highest lane had last come down by half, and how high it was then.
        self._halved_at, self._halved_to = 0, math.inf

    def warning(self, lanes: Sequence[Descent], judgements: Sequence[Judgement], Y: Tensor) -> str | None:
        """A sentence, or None. judgements: of these lanes, on photos with labels Y (k, m)."""
        times = [  # how many times its J at W = 0 the J of each lane is, both without L2 terms
            (one.train_cost - decay(lane.network, lane.l2)) / max(1e-9, cost_at_zero(lane, Y))
            for lane, one in zip(lanes, judgements, strict=True)
        ]
        # An infinite L2 term makes J infinite, and J less that term NaN: nothing is known of the rest.
        times = [math.inf if math.isnan(many) else many for many in times]
        highest = max(times)
        self._lowest = tuple(min(pair) for pair in zip(times, self._lowest or times, strict=True))
        risen = [i for i, lowest in enumerate(self._lowest) if times[i] > RISEN * lowest]
        J = sum(one.train_cost for one in judgements)
        self._lowest_J = min(self._lowest_J, J)
        self.sound = J <= RISEN * self._lowest_J < math.inf and highest <= OVERSHOT
        if highest <= self._halved_to / 2:
            self._halved_at, self._halved_to = lanes[0].steps, highest
        since = lanes[0].steps - self._halved_at
        suspects = risen or [*range(len(lanes) if since >= SLOW else 0)]
        worst = max(suspects, key=times.__getitem__, default=None)
        if worst is None or times[worst] <= OVERSHOT:
            return None
        many = f"{times[worst]:,.0f}" if times[worst] < 1e6 else "more than a million"
        what = "The mean loss" if lanes[0].l2 else "J"  # J without its L2 term is the mean loss
        if len(lanes) > 1:
            what += f" of {LANES[worst]}"
        alpha = f"α = {as_written(lanes[0].learning_rate)}"
        if not risen:
            return (
                f"{what} is {many} times what it is at W = 0, and has not halved in {since:,} steps: for "
                f"{alpha} it is a long way back from weights this large. Drag the timeline to before they "
                "grew and branch there, or reset."
            )
        return (
            f"{what} is {many} times what it is at W = 0: with {alpha} the steps "
            "overshoot the valley and land high up its other side. Try a smaller learning rate."
        )
