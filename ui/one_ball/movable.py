"""A photo whose ball, or else the whole picture, can be put elsewhere: a pixel-wise w depends on place.

    one ball      composite(layers, drow, dcol): the ball and its shadow over the background
    else          shift(photo, drow, dcol): the whole picture, its edge pixels repeated

Whatever is put somewhere is made by core; the browser's copy of these two sums is tested against it.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls import Layers, Recipe, composite, layers
from core.pixels import SIZE
from ui.controls import ChosenPhoto

STEPS = 17  # places along each axis of the map
FAR = 16  # pixels by which a whole picture can be shifted


@dataclass(frozen=True)
class Movable:
    """photo uint8 (64, 64, 3); layers where it can be taken apart into one ball and a background."""

    photo: Tensor
    layers: Layers | None

    @property
    def rows(self) -> tuple[int, ...]:
        """The STEPS shifts downwards of the map, 0 among them: the ball's centre from edge to edge."""
        return self._shifts(0)

    @property
    def cols(self) -> tuple[int, ...]:
        """The STEPS shifts to the right of the map, 0 among them."""
        return self._shifts(1)

    def at(self, drow: int, dcol: int) -> Tensor:
        """The photo with its ball, or itself, moved down and to the right. uint8 (64, 64, 3)."""
        if self.layers is not None:
            return composite(self.layers, drow, dcol)
        return shift(self.photo, drow, dcol)

    def everywhere(self, stride: int = 1) -> Tensor:
        """The photo at each place of the map, row by row, as one batch: uint8 (STEPS · STEPS, 64, 64, 3).

        With a stride: only every stride-th row and column of the map.
        """
        rows, cols = self.rows[::stride], self.cols[::stride]
        return torch.stack([self.at(drow, dcol) for drow in rows for dcol in cols])

    def nearest(self, drow: int, dcol: int) -> tuple[int, int]:
        """The shift that is allowed and closest to the one wished."""
        row = min(max(drow, self.rows[0]), self.rows[-1])
        return row, min(max(dcol, self.cols[0]), self.cols[-1])

    def _shifts(self, axis: int) -> tuple[int, ...]:
        if self.layers is None:
            return tuple(range(-FAR, FAR + 1, 2 * FAR // (STEPS - 1)))
        centre = self.layers.centre[axis]
        shifts = [round(step * (SIZE - 1) / (STEPS - 1) - centre) for step in range(STEPS)]
        unmoved = min(range(STEPS), key=lambda step: abs(shifts[step]))
        shifts[unmoved] = 0  # the photo as it was taken is one of the places
        return tuple(shifts)


def movable(photo: ChosenPhoto, recipe: Recipe) -> Movable:
    """The chosen photo, in layers if it is a rendered one with exactly one ball."""
    pixels = torch.from_numpy(photo.pixels.copy())
    if photo.seed is None or photo.index is None or photo.Y is None or photo.Y.sum() != 1:
        return Movable(pixels, None)
    return Movable(pixels, layers(photo.seed, photo.index, recipe))


def shift(photo: Tensor, drow: int, dcol: int) -> Tensor:
    """The whole photo moved down and to the right; what was at the edge is repeated. uint8 (64, 64, 3)."""
    row = (torch.arange(SIZE) - drow).clamp(0, SIZE - 1)
    col = (torch.arange(SIZE) - dcol).clamp(0, SIZE - 1)
    return photo[row][:, col]
