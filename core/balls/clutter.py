"""Busy scenes: people, bags, shelves, drawings, heaps of small balls, as overlapping soft shapes behind (or
instead of) a ball.

Each shape has turned coordinates (u, v) in units of its half axes and a level f = sqrt(u^2 + v^2) (round) or
max(|u|, |v|) (a box); it covers f < 1, or, as a drawn outline, |f - 1| < width. Small balls sit on a grid,
one cell each.
"""

import torch
from torch import Tensor

from core.balls.chance import Dice, mix, turn
from core.balls.skin import any_colour, choose, palette
from core.pixels import SIZE

SKIN_TONES = "#f0c8a8 #e0ac88 #c88c68 #a86c48 #7c4c30 #5a3422 #d89c80"
SHAPES = 10


def shapes(dice: Dice, picture: Tensor, sharpness: Tensor) -> Tensor:
    """Lay SHAPES shapes over picture (K, 3, 64, 64) in place; sharpness (K, 1): 1 in focus, 0 blurred."""
    device = picture.device
    steps = torch.arange(SIZE, dtype=torch.float32, device=device)
    x, y = steps[None, None, :], steps[None, :, None]
    drawing = dice.chance(0.12)  # outlines only, on what is there
    upright = dice.chance(0.5)
    small = dice.uniform(0.35, 1.0)
    for _ in range(SHAPES):
        cosine, sine = turn(choose(upright, dice.uniform(-0.03, 0.03) + 1.0, dice.uniform()) % 1.0)
        wide = small * dice.uniform(1.5, 13.0)
        high = choose(dice.chance(0.4), wide, small * dice.uniform(2.0, 22.0))
        x0, y0 = dice.uniform(-4, 68), dice.uniform(-4, 68)
        dx, dy = x - x0[:, :, None], y - y0[:, :, None]
        u = dx * (cosine / wide)[:, :, None] + dy * (sine / wide)[:, :, None]
        v = dy * (cosine / high)[:, :, None] - dx * (sine / high)[:, :, None]
        round_one = dice.chance(0.6)[:, :, None]
        level = choose(round_one, (u * u + v * v).sqrt_(), torch.maximum(u.abs(), v.abs()))
        firm = (torch.minimum(wide, high) * (sharpness * dice.uniform(0.5, 1.0)))[:, :, None]
        outline = torch.maximum(drawing, dice.chance(0.12))[:, :, None]
        stroke = (1.2 / torch.minimum(wide, high))[:, :, None]
        depth = choose(outline, stroke - (level - 1.0).abs_(), 1.0 - level)
        cover = (
            (depth * firm)
            .add_(0.5)
            .clamp_(0, 1)
            .mul_((dice.chance(0.85) * dice.uniform(0.7, 1.0))[:, :, None])
        )
        skin = dice.row(palette(SKIN_TONES, device))
        colour = choose(dice.chance(0.2), skin, any_colour(dice, 0.4, 0.35, 0.25))
        colour = choose(drawing, any_colour(dice, 0.15, 0.8, 0.05), colour)
        light = (1.05 - (u * 0.15 + v * dice.uniform(0.0, 0.3)[:, :, None])).clamp_(0.4, 1.3)
        picture.add_((colour[:, :, None, None] * light[:, None]).sub_(picture).mul_(cover[:, None]))
    return picture


def heap(dice: Dice, picture: Tensor) -> Tensor:
    """Many small balls side by side over picture (K, 3, 64, 64), in place: a tray, a bag, a shop's shelf."""
    device = picture.device
    K = picture.shape[0]
    steps = torch.arange(SIZE, dtype=torch.float32, device=device) - 31.5
    cell = dice.uniform(8.0, 21.0)
    cosine, sine = turn(dice.uniform())
    straight = dice.chance(0.5)
    cosine, sine = (
        choose(straight, torch.ones_like(cosine), cosine),
        choose(straight, torch.zeros_like(sine), sine),
    )
    x, y = steps[None, None, :], steps[None, :, None]
    u = x * (cosine / cell)[:, :, None] + y * (sine / cell)[:, :, None] + dice.uniform()[:, :, None]
    v = (y * (cosine / cell)[:, :, None] - x * (sine / cell)[:, :, None]) * 1.12 + dice.uniform()[:, :, None]
    row = v.floor()
    u = u + row * 0.5  # every row is shifted by half a ball
    column = u.floor()
    dx, dy = (u - column).sub_(0.5).mul_(2.0), (v - row).sub_(0.5).mul_(2.0)
    level = (dx * dx).add_(dy * dy)
    inside = ((1.0 - level.sqrt()) * (cell * 0.5)[:, :, None]).add_(0.5).clamp_(0, 1)
    bits = mix(
        (row * 64 + column).to(torch.int64) + dice.keys[:, None, None]
    )  # (K, 64, 64), the same within a cell
    number = bits & 7
    limit = dice.uniform(0.45, 1.15)[:, :, None]  # the heap is a lozenge or fills the frame
    within = ((row * cell[:, :, None]).abs() + (column * cell[:, :, None]).abs() < limit * 64).to(
        torch.float32
    )
    one = any_colour(dice, 0.6, 0.1, 0.3)
    same = dice.chance(0.5)
    colours = torch.stack(
        [choose(same, one, any_colour(dice, 0.7, 0.1, 0.2)) for _ in range(8)], dim=1
    )  # (K, 8, 3)
    rows = (torch.arange(K, device=device) * 8)[:, None, None] + number
    paint = colours.view(-1, 3).index_select(0, rows.view(-1)).view(K, SIZE, SIZE, 3).permute(0, 3, 1, 2)
    marked = dice.chance(0.6)[:, :, None]
    bend_x, bend_y = turn(((bits >> 8) & 255).to(torch.float32) * (1.0 / 256))  # each ball lies its own way
    firm = (cell * 0.5)[:, :, None]
    band = (0.2 - (dx * bend_x + dy * bend_y - 0.15).abs_()).mul_(firm).add_(0.5).clamp_(0, 1).mul_(marked)
    mark = any_colour(dice, 0.3, 0.3, 0.4)[:, :, None, None]
    paint = paint + (mark - paint) * band[:, None]
    light = (1.0 - level.mul_(0.45) - (dx * 0.15 + dy * 0.2)).clamp_(0.2, 1.1)
    shine = (0.25 - (dx + 0.3).square_() - (dy + 0.35).square_()).clamp_min_(0).mul_(2.0)
    cover = inside * within
    picture.mul_(1.0 - (within * 0.45)[:, None])  # the gaps between balls are dark
    return picture.add_((paint * light[:, None] + shine[:, None]).sub_(picture).mul_(cover[:, None]))
