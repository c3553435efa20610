"""Why a step would leave the finite numbers, in words; and how far weights take a z.

    plain       W := (1 − αλ) W − …       grows by the L2 term alone where αλ > 2
    momentum                              the same where αλ > 2 (1 + 0.9) = 3.8
    adam                                  its steps are about α long, whatever λ is

Nearly everything else that diverges does so because α is too large for the loss: the steps jump over the
valley and land high up its other side, though not each of them higher than the one before. The remedy is the
same, a smaller α. But J and ∂J/∂W are made of the examples and of the weights as they are, before α comes in:
where they are out of range at the first step, what it begins with is like that, and no α helps.
Source: lecture, section 7, for descent; the bounds are those of W := W − αλ W and of its momentum.
"""

import math
from collections.abc import Sequence
from decimal import ROUND_FLOOR, Context

from torch import Tensor

from core.network import Gradients, Network
from core.optimisers import BETA
from core.written import as_written

THE_COST = "the cost J"
LARGEST_Z = 1e30  # up to here a float32 holds what pages make of the z of a photo
HUGE = 1e12  # a weight from which sums and products of sums may leave float32, on photos of numbers up to 1
LARGEST_DECAY = {"plain": 2.0, "momentum": 2 * (1 + BETA)}  # of αλ, by optimiser


class DivergedError(ArithmeticError):
    """A step would have made a number non-finite; the weights before that step are kept.

    step: the number of that step. lane: which of several descents it was, None for a single one.
    """

    def __init__(self, message: str, step: int) -> None:
        super().__init__(message)
        self.step = step
        self.lane: int | None = None


def first_not_finite(cost: float, gradients: Gradients, new: Sequence[Tensor]) -> str | None:
    """The first quantity with an infinity or NaN in it, in the order of computation; None if there is none.

    new: W[1], b[1], W[2], … after the step, and then, if the optimiser has it, each one's mean square.
    """
    names = [f"{sign}[{i + 1}]" for i in range(len(gradients.W)) for sign in ("W", "b")]
    later = [*names, *(f"the mean square of ∂J/∂{name}" for name in names)]
    if not math.isfinite(cost):
        return THE_COST
    for name, values in (
        *zip((f"∂J/∂{name}" for name in names), gradients.of_parameters, strict=True),
        *zip(later, new, strict=False),
    ):
        if not bool(values.isfinite().all()):
            return name
    return None


def reach(network: Network) -> float:
    """How far from 0 a z may come, whatever the photo: the largest r[l] = r[l−1] max_j Σ_i |w_ji| + max |b|.

    r[0] = 1, for |x| ≤ 1; no activation gives more than it gets, or than 1.
    """
    r = most = 1.0
    for layer in network.layers:
        W, b = layer.W.double().abs(), layer.b.double().abs()
        r = max(1.0, r * float(W.sum(dim=1).max()) + float(b.max()))
        most = max(most, r)
    return most


def _below(value: float) -> float:
    """Two digits of a positive number, never rounded up: 6.667 → 6.6."""
    return float(Context(prec=2, rounding=ROUND_FLOOR).create_decimal(repr(value)))


def calmer(learning_rate: float, l2: float, optimiser: str) -> float:
    """The α to go on with: a tenth, or a tenth of that …, until the L2 term alone no longer diverges."""
    bound = LARGEST_DECAY.get(optimiser, math.inf)
    tenths = 1
    while learning_rate / 10**tenths * l2 > bound:
        tenths += 1
    return float(f"{learning_rate / 10**tenths:.6g}")


def explain(
    what: str, *, step: int, learning_rate: float, l2: float, optimiser: str, largest: float = 0.0
) -> str:
    """One paragraph: which step, which quantity, at which settings, and what to do.

    largest: the weight of the largest size before the step.
    """
    settings = f"α = {as_written(learning_rate)}" + (f", λ = {as_written(l2)}" if l2 else "")
    bound = LARGEST_DECAY.get(optimiser)
    of_weights_alone = not what.startswith(("W[", "b["))  # α has no part in it
    if of_weights_alone and step == 1:
        cause = f"the weights that it begins with are as large as {largest:.2g}, too large to compute with"
        remedy = "Begin with smaller weights; no other learning rate helps"
        if largest <= HUGE:
            cause = "an example or a weight that it begins with is too large to compute with, or no number"
            remedy = "Begin with smaller numbers; no other learning rate helps"
    elif bound is not None and learning_rate * l2 > bound:
        cause = (
            f"αλ = {learning_rate * l2:,.4g} is more than {bound:g}, so the L2 term alone makes the weights "
            "larger at every step"
        )
        remedy = f"Choose a learning rate below {as_written(_below(bound / l2))}, or a smaller L2"
    else:
        cause = "the learning rate is too large, the steps overshoot the valley and land high up"
        if what == THE_COST:
            cause = "the steps before have made the weights so large that J itself is out of range"
        remedy = f"Choose a smaller learning rate, say {as_written(learning_rate / 10, 2)}"
        if largest > HUGE and of_weights_alone:
            cause = f"the weights are as large as {largest:.2g} by now, too large to compute with"
            remedy += ", or begin with smaller weights if they were so large before the first step"
    return (
        f"Step {step:,} would leave the finite numbers: {what} would not be finite ({settings}). "
        f"Why: {cause}. {remedy}. The weights after step {step - 1:,} are kept."
    )
