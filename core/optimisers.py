"""What is subtracted in W := W − α u: the gradient g itself, or g smoothed over the steps before.

    plain      u = g
    momentum   v := 0.9 v + g                                         u = v
    adam       v := 0.9 v + 0.1 g,  s := 0.999 s + 0.001 g²           u = v̂ / (√ŝ + 10⁻⁸)
               v̂ = v / (1 − 0.9^t),  ŝ = s / (1 − 0.999^t),  t = 1, 2, … steps

Adam's v and s are exponential moving averages, which start at zero: to divide them by 1 − 0.9^t and
1 − 0.999^t is its bias correction.
α itself may fall on the way, along a line to a tenth (`falling`): a learning-rate schedule, namely
learning-rate decay.
Each is a function (g, moments) → (u, moments), where g, u, v and s have a tensor for every parameter, in its
shape. A g that is not multiplied out yet (core.weight_gradient) stays so in `plain`; v and s need numbers.
Nothing is changed in place, so a step that turns out to diverge can be dropped whole.
Source: lecture, section 7, for mini-batches; momentum and Adam are the field's usual next steps.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.processor.adam_pass import adam_pass, worth_a_pass
from core.weight_gradient import Gradient, made

BETA, BETA_SQUARED, EPSILON = 0.9, 0.999, 1e-8

Update = tuple[tuple[Gradient, ...], "Moments"]


@dataclass(frozen=True)
class Moments:
    """v and s of every parameter, in its shape, and the number of steps t that they have gathered."""

    first: tuple[Tensor, ...]
    second: tuple[Tensor, ...]
    steps: int = 0

    @classmethod
    def zero(cls, parameters: Sequence[Tensor]) -> "Moments":
        """Before the first step: v = 0, s = 0."""
        return cls(
            tuple(torch.zeros_like(p) for p in parameters), tuple(torch.zeros_like(p) for p in parameters)
        )


def plain(g: Sequence[Gradient], moments: Moments) -> Update:
    """u = g."""
    return tuple(g), moments


def momentum(g: Sequence[Gradient], moments: Moments) -> Update:
    """v := 0.9 v + g, u = v."""
    v = tuple(v.mul(BETA).add_(made(d)) for v, d in zip(moments.first, g, strict=True))
    return v, Moments(v, moments.second, moments.steps + 1)


def adam(g: Sequence[Gradient], moments: Moments) -> tuple[tuple[Tensor, ...], Moments]:
    """u = v̂ / (√ŝ + ε), t the number of this step.

    Errors: ValueError in float16, to which ε and the squares of small numbers are 0: u would be 0/0.
    """
    if any(s.dtype == torch.float16 for s in moments.second):
        raise ValueError("Adam needs finer numbers than float16, to which 10⁻⁸ is 0")
    t = moments.steps + 1
    of_each = [_adam(made(d), v, s, t) for d, v, s in zip(g, moments.first, moments.second, strict=True)]
    u, first, second = zip(*of_each, strict=True)
    return u, Moments(first, second, t)


def _adam(g: Tensor, v: Tensor, s: Tensor, t: int) -> tuple[Tensor, Tensor, Tensor]:
    """u, v and s of one parameter."""
    c, d = 1 - BETA**t, 1 - BETA_SQUARED**t
    if worth_a_pass(g, v, s):
        return adam_pass(g, v, s, w=1 - BETA, q=BETA_SQUARED, c=c, d=d, epsilon=EPSILON)
    v = v.lerp(g, 1 - BETA)
    s = s.mul(BETA_SQUARED).addcmul_(g, g, value=1 - BETA_SQUARED)
    return v.div(c).div_(s.div(d).sqrt_().add_(EPSILON)), v, s


def falling(rate: float, done: int, steps: int) -> float:
    """α of the step after `done` of `steps` steps: rate (1 − 0.9 · done / steps)."""
    return rate * (1 - 0.9 * done / steps)


OPTIMISERS: dict[str, Callable[[Sequence[Gradient], Moments], Update]] = {
    "plain": plain,
    "momentum": momentum,
    "adam": adam,
}
