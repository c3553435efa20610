"""What a backdrop is painted from: a column and a row of light, soft blotches, boxes and a painted line.

Each has a few numbers a photo, drawn for all photos at once; the pixels are painted by portions.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.chance import Dice, turn
from core.balls.portions import PerPhoto
from core.balls.skin import any_colour
from core.pixels import SIZE


def enlarge(grid: Tensor) -> Tensor:
    """(…, 8, 8) -> (…, 64, 64), smooth steps between the grid's points, by exact products (no matrix
    product, whose order may vary).
    """
    steps = torch.arange(SIZE, device=grid.device)
    place = (steps.to(torch.float32) * (7.0 / SIZE)) + 0.05
    low = place.floor()
    share = place - low
    share = share * share * (3.0 - 2.0 * share)  # smooth steps: no creases at the grid's lines
    left = low.to(torch.int64)
    rows = grid[..., left, :] * (1.0 - share)[:, None] + grid[..., left + 1, :] * share[:, None]  # (…, 64, 8)
    columns = left.expand(*rows.shape[:-1], SIZE)  # gather is quicker here than rows[..., left]
    return (rows.gather(-1, columns) * (1.0 - share)).add_(rows.gather(-1, columns + 1).mul_(share))


@dataclass(frozen=True)
class Box(PerPhoto):
    """Shelves, posts, people, lettering: whatever stands about. (m, 1) each, but colour (m, 3).

    Middle x, y and half sides wide, high in pixels; lean: columns a row; soft: 1 / pixels of its edge;
    cover: 0 where there is none.
    """

    x: Tensor
    y: Tensor
    wide: Tensor
    high: Tensor
    lean: Tensor
    soft: Tensor
    cover: Tensor
    colour: Tensor

    def onto(self, picture: Tensor) -> None:
        """Paint them over picture (m, 3, 64, 64), in place."""
        x, y = _places(picture.device)
        dx = x - self.x[:, :, None] - self.lean[:, :, None] * (y - self.y[:, :, None])
        soft = self.soft[:, :, None]
        inside = ((self.wide[:, :, None] - dx.abs_()) * soft).clamp_(0, 1)
        inside.mul_(((self.high[:, :, None] - (y - self.y[:, :, None]).abs_()) * soft).clamp_(0, 1))
        inside.mul_(self.cover[:, :, None])
        picture.add_((self.colour[:, :, None, None] - picture).mul_(inside[:, None]))


def draw_box(dice: Dice, share: Tensor) -> Box:
    """share (m, 1): in how many photos there is one."""
    x, y = dice.uniform(0, 64), dice.uniform(-8, 60)
    wide, high = dice.uniform(1.5, 16), dice.uniform(1.5, 18)
    lean, soft = dice.uniform(-0.3, 0.3), dice.uniform(0.25, 1.0)
    cover = (dice.uniform() < share).to(torch.float32) * dice.uniform(0.5, 1.0)
    colour = any_colour(dice, 0.22, 0.43, 0.35)
    # duller than a ball
    colour = colour * 0.6 + (colour[:, 0:1] + colour[:, 1:2] + colour[:, 2:3]) * 0.133
    return Box(x, y, wide, high, lean, soft, cover, colour)


@dataclass(frozen=True)
class Line(PerPhoto):
    """A painted line on the ground, (m, 1) each but ground (m, 64): each row's share of ground.

    Cosine and sine of its slant, y where x = 32, wide: half its width, all in pixels; pale: its linear light;
    cover: 0 where there is none.
    """

    cosine: Tensor
    sine: Tensor
    y: Tensor
    wide: Tensor
    pale: Tensor
    ground: Tensor
    cover: Tensor

    def onto(self, picture: Tensor) -> None:
        """Paint them over picture (m, 3, 64, 64), in place."""
        x, y = _places(picture.device)
        away = (x - 32.0) * self.sine[:, :, None] + (y - self.y[:, :, None]) * self.cosine[:, :, None]
        inside = (self.wide[:, :, None] - away.abs_()).clamp_(0, 1)
        inside.mul_(self.ground[:, :, None]).mul_(self.cover[:, :, None])
        picture.add_((self.pale[:, :, None, None] - picture).mul_(inside[:, None]))


def draw_line(dice: Dice, share: Tensor, ground: Tensor) -> Line:
    """share (m, 1): in how many photos there is one."""
    cosine, sine = turn(dice.uniform(-0.12, 0.12))
    y, wide = dice.uniform(20, 64), dice.uniform(0.6, 4.0)
    cover = (dice.uniform() < share).to(torch.float32) * dice.uniform(0.5, 0.95)
    return Line(cosine, sine, y, wide, dice.uniform(0.75, 1.0), ground, cover)


@dataclass(frozen=True)
class Scenery(PerPhoto):
    """rows (m, 3, 64): linear light from top to bottom; columns (m, 64): what it is multiplied with from left
    to right; cloud (m, 3, 8, 8): blotches, around 0; cloudy (m, 64): how strong they are, by rows.
    """

    rows: Tensor
    columns: Tensor
    cloud: Tensor
    cloudy: Tensor
    boxes: tuple[Box, ...]
    line: Line

    def paint(self) -> Tensor:
        """In linear light (m, 3, 64, 64)."""
        cloud = enlarge(self.cloud)
        picture = cloud.mul_(self.cloudy[:, None, :, None]).add_(1.0).clamp_min_(0.05)
        picture.mul_(self.rows[:, :, :, None]).mul_(self.columns[:, None, None, :])
        for box in self.boxes:
            box.onto(picture)
        self.line.onto(picture)
        return picture


def _places(device: torch.device) -> tuple[Tensor, Tensor]:
    """x (1, 1, 64) and y (1, 64, 1) of the pixels."""
    steps = torch.arange(SIZE, dtype=torch.float32, device=device)
    return steps[None, None, :], steps[None, :, None]
