"""Several losses, each on its own rows of Z: the losses of descents that step together, or of one.

    Z = [Z_A; Z_B; Z_C]        ∂L/∂z = [∂L_A/∂z; ∂L_B/∂z; ∂L_C/∂z]        J_A, J_B, J_C

A step asks for ∂L/∂z and then for J of the same logits. Where photos are multiplied, in float32 on the CPU,
both come out of one pass (core.processor.loss_pass), else out of each loss (core.losses).
Source: lecture, section 2: the losses of neurons that do not talk to each other.
"""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from core.activations import IDENTITY
from core.losses import LOSSES, TANGLED, Loss


class Beside(Loss):
    """Each loss on its own rows. Shapes: Z (Σk, m), Y the same, or (k, m) for each of the losses.

    one_pass: whether the kernels that a pass needs are at hand anyway, as where photos are multiplied.
    Errors: ValueError for other shapes, and as the losses say.
    """

    name = "side by side"

    def __init__(self, losses: Sequence[Loss], rows: Sequence[int], *, one_pass: bool) -> None:
        self.activation = losses[0].activation if len(losses) == 1 else IDENTITY
        self._losses, self._rows, self._k = losses, list(rows), sum(rows)
        self._each = rows[0] if len(set(rows)) == 1 else None  # k of labels that all of them share
        known = all(LOSSES.get(loss.name) is loss for loss in losses)
        self._one_pass = one_pass and known and (min(rows) > 1 or TANGLED not in losses)  # it refuses one
        self._last: tuple[Tensor, Sequence[float]] | None = None

    def terms(self, Z: Tensor, Y: Tensor) -> Tensor:
        return torch.cat([loss.terms(z, y) for loss, z, y in self._lanes(Z, Y)])

    def derivative(self, Z: Tensor, Y: Tensor) -> Tensor:
        if self._one_pass:
            from core.processor.loss_pass import loss_pass, worth_it

            self._check(Z, Y)
            if worth_it(Z, Y):
                costs, dZ = loss_pass(Z, Y, [loss.name for loss in self._losses], self._rows)
                self._last = Z, costs
                return dZ
        return torch.cat([loss.derivative(z, y) for loss, z, y in self._lanes(Z, Y)])

    def costs(self, Z: Tensor, Y: Tensor) -> Sequence[float]:
        """J of each loss. Where `derivative` had the same Z just before, what came out of its pass."""
        if self._last is not None and self._last[0] is Z:
            return self._last[1]
        return [float(loss.cost(z, y)) for loss, z, y in self._lanes(Z, Y)]

    def _check(self, Z: Tensor, Y: Tensor) -> None:
        z, y = Z.shape, Y.shape
        if len(z) != 2 or z[0] != self._k or (y != z and y != (self._each, z[1])):
            raise ValueError(
                f"the losses have {self._rows} rows of Z, and Y as many, got {tuple(z)} and {tuple(y)}"
            )

    def _lanes(self, Z: Tensor, Y: Tensor) -> Iterable[tuple[Loss, Tensor, Tensor]]:
        self._check(Z, Y)
        labels = Y.split_with_sizes(self._rows) if Y.shape[0] == Z.shape[0] else [Y] * len(self._rows)
        return zip(self._losses, Z.split_with_sizes(self._rows), labels, strict=True)
