"""Which objects a photo shows, where, how large and turned how.

R is the rotation matrix of a unit quaternion (w, x, y, z); the sample n of a ball shows the point R n of its
skin.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.chance import Dice, turn
from core.balls.others import OTHERS
from core.balls.recipe import Recipe
from core.balls.skin import choose
from core.once import once

MOST = 3  # objects in one photo


@dataclass(frozen=True)
class Objects:
    """Up to three objects in each of m photos, far to near; all (m, 3).

    kind: index into PAINTERS, -1 for no object. row, column, radius: in pixels. grounded: 1 for one that
    stands on the ground, else 0. holdable: whether a hand may hold it, which would not follow a ball that is
    moved by itself.
    """

    kind: Tensor
    row: Tensor
    column: Tensor
    radius: Tensor
    grounded: Tensor
    holdable: bool


def draw_objects(dice: Dice, count: Tensor, kinds: Tensor, recipe: Recipe) -> Objects:
    """Where the balls are; photos without one get other things, or nothing.

    Shapes: count (m,), kinds (m, 3). Errors: ValueError for a recipe with too few or too many others.
    """
    device = count.device
    scale = (1 - recipe.empty) / (1 - Recipe.empty)
    others = dice.pick((recipe.empty, 0.46 * scale, 0.11 * scale, 0.13 * scale))[:, 0]
    without = count == 0
    weights = recipe.others or tuple(OTHERS.values())
    if len(weights) != len(OTHERS):
        raise ValueError(
            f"A recipe needs one weight for each of the {len(OTHERS)} others; it has {len(weights)}."
        )
    first = dice.pick(weights) + 3
    strangers = [first]
    for _ in range(MOST - 1):  # other things of the same kind often come together
        strangers.append(torch.where(dice.uniform() < 0.75, first, dice.pick(weights) + 3))
    kind = torch.where(without[:, None], torch.cat(strangers, dim=1), kinds)
    number = torch.where(without, others, count)
    slots = torch.arange(MOST, device=device)[None, :]
    kind = torch.where(slots < number[:, None], kind, torch.full_like(kind, -1))
    number = number[:, None]

    # one alone: mostly large, as on product photos; sometimes far away; sometimes larger than the frame
    size = dice.uniform()
    shrink, small = dice.uniform(), dice.uniform()
    large, huge = 31.5 - 10.0 * shrink * shrink, dice.uniform(31.5, 46.0)
    small = 6.0 + 17.0 * small.sqrt()
    alone = torch.where(size < 0.66, large, torch.where(size < 0.74, huge, small))
    if recipe.radius is not None:
        low, high = recipe.radius
        alone = dice.uniform(low, high)
    room = (32.0 - alone).clamp_min(0.0)
    wander = torch.where(size < 0.74, dice.uniform(0.3, 1.1), torch.ones_like(size))
    beyond = alone * (dice.chance(0.13) * dice.uniform(0.2, 1.0)) + (alone - 31.0).clamp_min(0.0) * 0.8
    if recipe.radius is not None:
        wander, beyond = torch.ones_like(wander), torch.zeros_like(beyond)
    reach = room * wander + beyond
    alone_row = 31.5 + dice.uniform(-1.0, 1.0) * reach
    alone_column = 31.5 + dice.uniform(-1.0, 1.0) * reach

    # several: around a common middle, their distances between "half hidden" and "well apart"
    base = torch.where(number == 2, dice.uniform(10.0, 16.5), dice.uniform(8.0, 13.0))
    radii = torch.cat([base * dice.uniform(0.72, 1.25) for _ in range(MOST)], dim=1)
    spread = torch.where(dice.uniform() < 0.4, dice.uniform(0.68, 0.98), dice.uniform(1.0, 1.25))
    level = dice.bell() * 0.05 + dice.chance(0.5) * 0.5
    free = dice.uniform()
    start = torch.where(number == 2, level, free)
    rows, columns = [], []
    for slot in range(MOST):
        cosine, sine = turn(
            start
            + torch.where(number == 2, torch.full_like(start, slot / 2), torch.full_like(start, slot / 3))
        )
        apart = spread * torch.where(number == 2, (radii[:, 0:1] + radii[:, 1:2]) * 0.5, base * 1.25)
        columns.append(31.5 + cosine * apart)
        rows.append(
            31.5 + sine * apart * torch.where(number == 2, torch.ones_like(apart), dice.uniform(0.75, 1.0))
        )
    shift_row, shift_column = dice.uniform(-5.0, 5.0), dice.uniform(-5.0, 5.0)
    single = number == 1
    return Objects(
        kind=kind,
        row=torch.where(single, alone_row, torch.cat(rows, dim=1) + shift_row),
        column=torch.where(single, alone_column, torch.cat(columns, dim=1) + shift_column),
        radius=torch.where(single, alone, radii),
        grounded=dice.chance(0.85).expand(-1, MOST),
        holdable=recipe.radius is None,
    )


@once
def _poses(device: torch.device) -> Tensor:
    """Quaternions (w, x, y, z) of the poses in which balls are laid down for a picture: as they are, and
    turned by an eighth, a quarter or (about the diagonal) a third.
    """
    h, q, s = 0.70710678, 0.92387953, 0.38268343
    poses = [
        (1, 0, 0, 0),
        (1, 0, 0, 0),
        (1, 0, 0, 0),
        (q, 0, 0, s),
        (h, 0, 0, h),
        (h, h, 0, 0),
        (h, 0, h, 0),
        (0.5, 0.5, 0.5, 0.5),
        (q, 0, 0, -s),
    ]
    return torch.tensor(poses, dtype=torch.float32, device=device)


def rotation(dice: Dice) -> Tensor:
    """R (K, 9), row by row: half the balls lie any way, half near a pose that shows their pattern."""
    loose = dice.chance(0.5)
    a, b, c, d = (
        choose(loose, dice.bell(), near)
        for near in (torch.ones_like(loose), dice.bell() * 0.13, dice.bell() * 0.13, dice.bell() * 0.13)
    )
    pose = dice.row(_poses(dice.keys.device))
    e, f, g, h = (pose[:, i : i + 1] for i in range(4))
    w, x = a * e - b * f - c * g - d * h, a * f + b * e + c * h - d * g
    y, z = a * g - b * h + c * e + d * f, a * h + b * g - c * f + d * e
    length = (w * w + x * x + y * y + z * z).sqrt().clamp_min(1e-6)
    w, x, y, z = w / length, x / length, y / length, z / length
    entries = (
        1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w),
        2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w),
        2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y),
    )  # fmt: skip
    return torch.cat(entries, dim=1)
