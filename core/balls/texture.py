"""Sheets of fine texture: grain, blades of grass, boards, lumps, and the camera's noise; photos take cuts."""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.chance import Dice
from core.balls.portions import PerPhoto
from core.once import once
from core.pixels import SIZE

SHEET = 128  # side of a sheet
NOISE = 4  # the sheet of plain noise


@once
def sheets(device: torch.device) -> Tensor:
    """Four sheets of texture, then one of plain noise (5, SHEET * SHEET), mean 0 and standard deviation 1."""
    generator = torch.Generator().manual_seed(2024)
    noise = torch.randn(5, SHEET, SHEET, generator=generator, dtype=torch.float64)

    def smooth(sheet: Tensor, rows: int, columns: int) -> Tensor:
        for axis, count in ((0, rows), (1, columns)):
            sheet = sum((sheet.roll(step, dims=axis) for step in range(count)), torch.zeros_like(sheet))
        return sheet

    even = noise[0] + 0.5 * smooth(noise[1], 2, 2)
    blades = smooth(noise[1], 4, 1) + 0.6 * noise[0] + 0.3 * smooth(noise[2], 7, 3)
    level = torch.zeros(SHEET, SHEET, dtype=torch.float64)
    level[:: SHEET // 16] = -4.0
    boards = (
        smooth(noise[2], 1, 40) / 6
        + 0.6 * level
        + smooth(noise[3], 1, 60)[::8].repeat_interleave(8, dim=0) / 5
    )
    lumps = smooth(noise[3], 3, 3) / 3 + 0.7 * noise[2] + smooth(noise[4], 6, 8) / 7
    made = [(sheet - sheet.mean()) / sheet.std() for sheet in (even, blades, boards, lumps, noise[4])]
    return (
        torch.stack([torch.round(sheet * 4096) / 4096 for sheet in made])
        .to(torch.float32)
        .reshape(5, -1)
        .to(device)
    )


@dataclass(frozen=True)
class Cut(PerPhoto):
    """Where m photos cut their 64 x 64 out of a sheet, which wraps round.

    rows (m, 64): where their rows begin among all numbers of the sheets; columns (m, 64).
    """

    rows: Tensor
    columns: Tensor

    def texture(self) -> Tensor:
        """(m, 64, 64)."""
        place = self.rows[:, :, None] + self.columns[:, None, :]
        return sheets(place.device).view(-1).index_select(0, place.view(-1)).view(-1, SIZE, SIZE)


def draw_cut(dice: Dice, which: Tensor | int) -> Cut:
    """A cut at random; which: one sheet for all or (m, 1)."""
    steps = torch.arange(SIZE, device=dice.keys.device)
    rows = (steps[None, :] + dice.integer(SHEET)) % SHEET
    columns = (steps[None, :] + dice.integer(SHEET)) % SHEET
    return Cut(rows * SHEET + which * (SHEET * SHEET), columns)
