"""What a run is warned of, while its numbers are still finite.

    overshooting    J far above that of W = 0, and rising: α is too large, or too small for the way back
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
from core.live_run.history import LANES
from core.live_run.judgement import Judgement
from core.losses import SquaredError
from core.written import as_written

OVERSHOT = 20  # times the cost at W = 0, from which on a run is warned
SLOW = 1000  # steps in which a cost that high should have halved
RISEN = 1.1  # times the lowest cost since the settings changed: more than one batch's luck
STUCK = 0.01  # of an error ŷ − y is left in ∂L/∂z; on the slope of σ it is up to a quarter


def still(lane: Descent, Y: Tensor) -> float:
    """J at W = 0, b = 0. Shapes: Y (k, m)."""
    return float(lane.loss.cost(torch.zeros_like(Y), Y))


def stuck(lanes: Sequence[Descent], judgements: Sequence[Judgement], Y: Tensor) -> str | None:
    """A sentence, or None. judgements: of these lanes, on test photos with labels Y (k, m)."""
    for i, (lane, one) in enumerate(zip(lanes, judgements, strict=True)):
        high = one.train_cost - decay(lane.network, lane.l2) > still(lane, Y)
        if not isinstance(lane.loss, SquaredError) or not high:
            continue
        Z = one.confusion.Z  # (k, m)
        error = (lane.loss.activation(Z) - Y).abs()  # (k, m)
        wrong = error > 0.5
        left = float(lane.loss.derivative(Z, Y).abs()[wrong].sum() / error[wrong].sum())
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
    """Recognises a run whose steps jump over the valley: far above the J of W = 0, and not on its way down.

    The L2 term does not count: it is most of J where weights are large at the start. What begins high, such
    as weights from a file, may be on its way down: J must have risen since `anew`.
    Where other settings make the weights fall, but hardly, the way back is long: that is said as well.
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
        of_W = [decay(lane.network, lane.l2) for lane in lanes]
        times = [
            (one.train_cost - more) / max(1e-9, still(lane, Y))
            for lane, one, more in zip(lanes, judgements, of_W, strict=True)
        ]
        # An infinite L2 term makes J infinite, and their difference no number: nothing is known of the rest.
        times = [math.inf if math.isnan(many) else many for many in times]
        self._lowest = tuple(min(pair) for pair in zip(times, self._lowest or times, strict=True))
        risen = [i for i, lowest in enumerate(self._lowest) if times[i] > RISEN * lowest]
        J = sum(one.train_cost for one in judgements)
        self._lowest_J = min(self._lowest_J, J)
        self.sound = J <= RISEN * self._lowest_J < math.inf and max(times) <= OVERSHOT
        if max(times) <= self._halved[1] / 2:
            self._halved = lanes[0].steps, max(times)
        slow = lanes[0].steps - self._halved[0]
        told = risen if slow < SLOW or risen else range(len(lanes))
        worst = max(told, key=times.__getitem__, default=None)
        if worst is None or times[worst] <= OVERSHOT:  # an infinite one is told as a divergence
            return None
        many = f"{times[worst]:,.0f}" if times[worst] < 1e6 else "more than a million"
        mean = "The mean loss" if lanes[0].l2 else "J"
        if len(lanes) > 1:
            mean += f" of {LANES[worst]}"
        alpha = f"α = {as_written(lanes[0].learning_rate)}"
        if not risen:
            return (
                f"{mean} is {many} times what it is at W = 0, and has not halved in {slow:,} steps: for "
                f"{alpha} it is a long way back from weights this large. Drag the timeline to before they "
                "grew and branch there, or reset."
            )
        return (
            f"{mean} is {many} times what it is at W = 0: with {alpha} the steps "
            "overshoot the valley and land high up its other side. Try a smaller learning rate."
        )
