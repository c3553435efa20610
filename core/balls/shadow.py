"""The shadow that a ball casts on the ground: a dark ellipse where it stands, a paler one beside it.

A circle on the ground, seen at a slant, is an ellipse; the share of light that is missing at a place is
amount * min(1, firm * d)^2 with d = max(0, 1 - (x / wide)^2 - (y / high)^2).
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.chance import Dice
from core.balls.light import Light
from core.balls.placing import Objects
from core.balls.portions import PerPhoto, portions
from core.pixels import SIZE


@dataclass(frozen=True)
class Ellipse(PerPhoto):
    """Middle x, y and half axes wide, high in pixels; amount of light missing in the middle. (K, 1) each."""

    x: Tensor
    y: Tensor
    wide: Tensor
    high: Tensor
    amount: Tensor

    def missing(self, firm: float) -> Tensor:
        """The share of light that is missing (K, 64, 64).

        firm: where d is 1 / firm or more, it is as dark as in the middle.
        """
        steps = torch.arange(SIZE, dtype=torch.float32, device=self.x.device)[None, :]
        dx, dy = (steps - self.x) / self.wide, (steps - self.y) / self.high
        density = (1.0 - (dy * dy)[:, :, None] - (dx * dx)[:, None, :]).clamp_min_(0)
        return density.mul_(firm).clamp_max_(1.0).square_().mul_(self.amount[:, :, None])


def cast(
    canvas: Tensor, objects: Objects, slot: int, photo: Tensor, dice: Dice, light: Light, strength: Tensor
) -> None:
    """The shadows of the objects in a slot of these photos (K,), in place.

    canvas (m, 3, 64, 64) in linear light; dice of the K objects; strength (m, 1).
    """
    row, column, radius = (t[photo, slot][:, None] for t in (objects.row, objects.column, objects.radius))
    amount = strength[photo] * objects.grounded[photo, slot][:, None]
    lx, lz = light.direction[photo, 0:1], light.direction[photo, 2:3]
    flat = dice.uniform(0.14, 0.45)  # the ground seen at a slant: how round its circles look
    foot = row + radius * (1.0 - 0.55 * flat)
    under = Ellipse(
        x=column,
        y=foot,
        wide=radius * dice.uniform(0.65, 1.1),
        high=radius * flat * dice.uniform(0.6, 1.2),
        amount=amount,
    )
    length = dice.uniform(0.2, 1.3)
    away = Ellipse(
        x=column - lx * radius * length,
        y=foot + (lz - 0.6) * radius * flat * 0.5,
        wide=radius * (1.0 + 0.35 * length),
        high=radius * flat * 1.4,
        amount=amount * dice.uniform(0.1, 0.8),
    )
    for part in portions(len(photo), canvas.device):
        left = (1.0 - under.of(part).missing(2.0)).mul_(1.0 - away.of(part).missing(1.3))
        some = photo[part]
        canvas.index_copy_(0, some, canvas.index_select(0, some).mul_(left[:, None]))
