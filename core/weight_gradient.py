"""∂J/∂W = δ aᵀ + λ W of a layer on stored photos, multiplied out when somebody asks for it: a plain step
does not.

    W := W − α ∂J/∂W = (1 − α λ) W − α δ aᵀ

δ aᵀ is as large as W itself. To write it and to read it again, for the step, takes as long as to multiply, so
where columns of photos can subtract it from W at once, they do (core.columns).
Source: lecture, sections 1 and 7.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import TypeAlias

from torch import Tensor

from core.columns import Columns, StoredColumns
from core.processor.step import stepped


class WeightGradient:
    """∂J/∂W of photos a. l2: λ; where it is 0, W is not kept. Shapes: delta (k, m), a (n, m), W (k, n)."""

    def __init__(self, delta: Tensor, a: StoredColumns, W: Tensor, l2: float) -> None:
        self._delta, self._a, self._l2 = delta, a, l2
        self._W = W if l2 else None

    @cached_property
    def made(self) -> Tensor:
        """δ aᵀ + λ W. Shape (k, n)."""
        dW = self._delta @ self._a.T  # (k, m)(m, n) → (k, n)
        return dW if self._W is None else dW + self._l2 * self._W

    def step(self, W: Tensor, alpha: float) -> tuple[Tensor, float]:
        """W − α ∂J/∂W and the sum of its numbers; W (k, n) is the one that the gradient is of."""
        found = self._a.stepped(W, self._delta, keep=1 - alpha * self._l2, alpha=alpha)
        return found or stepped(W, self.made, alpha)

    def split_with_sizes(self, rows: Sequence[int]) -> list["WeightGradient"]:
        """Of so many neurons each, as a tensor's. Errors: RuntimeError where they are not k in all."""
        deltas = self._delta.split_with_sizes(list(rows))
        if self._W is None:
            return [WeightGradient(delta, self._a, self._delta, 0.0) for delta in deltas]
        Ws = self._W.split_with_sizes(list(rows))
        return [WeightGradient(delta, self._a, W, self._l2) for delta, W in zip(deltas, Ws, strict=True)]


Gradient: TypeAlias = "Tensor | WeightGradient"


def weight_gradient(delta: Tensor, a: Columns, W: Tensor, l2: float) -> Gradient:
    """δ aᵀ + λ W. Shapes: delta (k, m), a (n, m), W (k, n) → (k, n)."""
    if isinstance(a, StoredColumns):
        return WeightGradient(delta, a, W, l2)
    return delta @ a.T + l2 * W if l2 else delta @ a.T  # (k, m)(m, n) → (k, n)


def made(gradient: Gradient) -> Tensor:
    """The gradient as a tensor, multiplied out if it is not yet."""
    return gradient.made if isinstance(gradient, WeightGradient) else gradient


def step_of(parameter: Tensor, gradient: Gradient, alpha: float) -> tuple[Tensor, float]:
    """The parameter less α times its gradient, and the sum of its numbers. Shapes: both the same."""
    if isinstance(gradient, WeightGradient):
        return gradient.step(parameter, alpha)
    return stepped(parameter, gradient, alpha)
