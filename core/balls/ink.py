"""Prints on balls: words, badges, arcs and scribbles, as coverage pictures that are laid on the sphere.

A print lies around a direction c with tangents e1 (its reading direction) and e2: (u, v) = (q . e1 / half
width, q . e2 / half height), seen where q . c > 0 and |u|, |v| < 1. Each print is stored at LEVELS
sharpnesses, and a ball reads the one that fits its pixels, so small prints turn into grey instead of glitter.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d

from core.balls.chance import Dice
from core.balls.portions import PerPhoto
from core.balls.skin import View, blend
from core.once import once

ROWS, COLUMNS, LEVELS = 40, 96, 4

# 3 x 5 letters, a row after another
LETTERS = {
    "A": "010101111101101", "B": "110101110101110", "C": "011100100100011", "D": "110101101101110",
    "E": "111100110100111", "F": "111100110100100", "G": "011100101101011", "H": "101101111101101",
    "I": "111010010010111", "K": "101110100110101", "L": "100100100100111", "M": "101111111101101",
    "N": "110101101101101", "O": "010101101101010", "P": "110101110100100", "R": "110101110110101",
    "S": "011100010001110", "T": "111010010010010", "U": "101101101101111", "V": "101101101101010",
    "W": "101101111111101", "X": "101101010101101", "Y": "101101010010010", "Z": "111001010100111",
    " ": "000000000000000", "J": "001001001101010", "Q": "010101101111011", "0": "111101101101111",
    "1": "010110010010111", "2": "110001010100111", "3": "110001010001110", "5": "111100110001110",
    "7": "111001010010010", "9": "111101111001110",
}  # fmt: skip
WORDS = (
    ("MATCH",), ("SPORT", "LEAGUE GAME BALL"), ("OFFICIAL", "LEAGUE"), ("PRO", "GAME 5"),
    ("STREET", "TEAM 90"), ("ROYAL", "OFFICIAL MAJOR LEAGUE BALL"), ("NOVA", "INDOOR OUTDOOR"),
    ("STRIKER",), ("7",), ("23", "HOME TEAM"), ("VALENTE",), ("GRAND", "PRIX"), ("UNITED", "FC"),
    ("SOFT CORE", "TRAINING"),
)  # fmt: skip


def _write(canvas: Tensor, text: str, top: int, bottom: int) -> None:
    """Letters of the height bottom - top rows, spread over the canvas's width."""
    cell = COLUMNS / max(4 * len(text) - 1, 15)
    left = (COLUMNS - cell * (4 * len(text) - 1)) / 2
    for number, letter in enumerate(text):
        for index, bit in enumerate(LETTERS[letter]):
            row, column = divmod(index, 3)
            if bit == "1":
                x0 = left + cell * (4 * number + column)
                y0 = top + (bottom - top) * row / 5
                y1 = top + (bottom - top) * (row + 1) / 5
                canvas[
                    round(y0) : max(round(y1), round(y0) + 1),
                    round(x0) : max(round(x0 + cell), round(x0) + 1),
                ] = 1


def _shapes() -> list[Tensor]:
    """Badges, arcs, stripes and scribbles."""
    v, u = torch.meshgrid(torch.linspace(-1, 1, ROWS), torch.linspace(-1, 1, COLUMNS), indexing="ij")
    wide = u * COLUMNS / ROWS
    rho = (wide * wide + v * v).sqrt()
    shield = (wide.abs() < 0.8 - 0.5 * (v + 0.1).clamp_min(0) ** 2) & (v.abs() < 0.9)
    inner = (wide.abs() < 0.6 - 0.5 * (v + 0.1).clamp_min(0) ** 2) & (v.abs() < 0.7)
    ring = (rho < 0.92) & ((rho > 0.74) | (rho < 0.5) & (torch.sin(9 * wide) * torch.cos(7 * v) > -0.2))
    disc = (rho < 0.92) & ~((wide.abs() < 0.16) & (v.abs() < 0.6))
    crescent = (
        ((u + 0.1) ** 2 + (v * 0.9 + 0.5) ** 2 < 0.9)
        & ((u + 0.02) ** 2 + (v * 0.8 + 0.85) ** 2 > 1.05)
        & (v < 0.8)
    )
    arrow = ((v - 0.45 * torch.sin(2.4 * u)).abs() < 0.28 * (1.05 - u.abs())) & (u.abs() < 1)
    bars = (torch.remainder(u * 2.2 + v * 0.7, 0.8) < 0.45) & (v > -0.8 + 0.5 * u) & (u.abs() < 0.7)
    chevrons = (torch.remainder(v * 3 + u.abs() * 3.5, 1.6) < 0.75) & (u.abs() < 0.8)
    star = rho < 0.55 + 0.35 * torch.cos(5 * torch.atan2(v, wide))
    beast = (rho < 0.6 + 0.25 * torch.sin(3.1 * wide + 2 * v) * torch.cos(5.3 * v + wide)) & (wide - v > -0.8)
    drawn = [shield & ~inner, shield, ring, disc, crescent, arrow, bars, chevrons, star, beast]
    for seed in range(5):  # signatures: a pen that loops along a line
        t = torch.linspace(0, 1, 700)
        x = -0.92 + 1.75 * t + 0.09 * torch.sin(34 * t + seed) + 0.05 * torch.sin(71 * t)
        y = 0.45 * torch.sin(43 * t + 2 * seed) * (1 - 0.75 * t) * torch.cos(9 * t + seed) + 0.12 * torch.sin(
            17 * t + seed
        )
        gap = ((u[..., None] - x) * COLUMNS / ROWS).square() + (v[..., None] - y).square()
        drawn.append(gap.amin(dim=-1).sqrt() < 0.06)
    return [mask.to(torch.float32) for mask in drawn]


@once
def prints(device: torch.device) -> Tensor:
    """Coverage (prints, LEVELS, ROWS, COLUMNS), made on the CPU: every device reads the same numbers."""
    pictures = []
    for words in WORDS:
        canvas = torch.zeros(ROWS, COLUMNS)
        if len(words) == 1:
            _write(canvas, words[0], 6, ROWS - 6)
        else:
            _write(canvas, words[0], 3, 22)
            _write(canvas, words[1], 26, 38)
        pictures.append(canvas)
    stack = torch.stack(pictures + _shapes())[:, None]  # (prints, 1, ROWS, COLUMNS)
    levels = [
        avg_pool2d(stack, width, stride=1, padding=width // 2, count_include_pad=True)
        for width in (3, 5, 7, 11)
    ]
    pyramid = torch.cat(levels, dim=1)
    border = torch.ones(ROWS, COLUMNS)
    border[0], border[-1], border[:, 0], border[:, -1] = 0, 0, 0, 0  # outside a print there is none
    return (torch.round(pyramid * border * 4096) / 4096).contiguous().to(device)


WORD_PRINTS = tuple(range(len(WORDS)))
MARK_PRINTS = tuple(range(len(WORDS), len(WORDS) + 10))
SCRIPT_PRINTS = tuple(range(len(WORDS) + 10, len(WORDS) + 15))


@dataclass(frozen=True)
class Print(PerPhoto):
    """A print on each of K balls, (K, 1) each: x, y, z of its middle c, of e1 and of e2, half its width and
    half its height in radians, its number in the atlas.
    """

    c: tuple[Tensor, Tensor, Tensor]
    e1: tuple[Tensor, Tensor, Tensor]
    e2: tuple[Tensor, Tensor, Tensor]
    half: Tensor
    high: Tensor
    number: Tensor

    def onto(self, albedo: Tensor, view: View, colour: Tensor, amount: Tensor) -> None:
        """Blend `colour` (K, 3) into albedo (K, 3, P) where there is print, as far as amount (K, 1) says."""
        some = (amount > 0)[:, 0].nonzero()[:, 0]
        if len(some) == len(amount):
            blend(albedo, colour, self.coverage(view.x, view.y, view.z, view.pixel).mul_(amount))
        elif len(some):  # the others' pixels need not be looked at
            x, y, z, pixel = (part.index_select(0, some) for part in (view.x, view.y, view.z, view.pixel))
            cover = self.of(some).coverage(x, y, z, pixel).mul_(amount[some])
            albedo.index_copy_(0, some, blend(albedo.index_select(0, some), colour[some], cover))

    def coverage(self, x: Tensor, y: Tensor, z: Tensor, pixel: Tensor) -> Tensor:
        """Its share of the samples in the directions (x, y, z), (K, P). pixel (K, 1): as of a View."""
        atlas = prints(x.device)
        (cx, cy, cz), (ax, ay, az), (bx, by, bz) = self.c, self.e1, self.e2
        u = (x * ax).add_(y * ay).add_(z * az).mul_(COLUMNS / 2 / self.half).add_(COLUMNS / 2)
        v = (x * bx).add_(y * by).add_(z * bz).mul_(ROWS / 2 / self.high).add_(ROWS / 2)
        front = ((x * cx).add_(y * cy).add_(z * cz) > 0).to(torch.float32)
        column = u.floor_().clamp_(0, COLUMNS - 1).mul_(front)  # column 0 is empty: none on the far side
        row = v.floor_().clamp_(0, ROWS - 1)
        texels = pixel * (COLUMNS / 2) / self.half  # print texels a pixel spans (K, 1)
        level = (
            (texels > 2.2).to(torch.int64) + (texels > 3.6).to(torch.int64) + (texels > 5.5).to(torch.int64)
        )
        place = row.mul_(COLUMNS).add_(column).to(torch.int64)
        place += (self.number * LEVELS + level) * (ROWS * COLUMNS)
        return atlas.view(-1).index_select(0, place.view(-1)).view(place.shape)


def draw_print(
    dice: Dice,
    which: tuple[int, ...],
    width: tuple[float, float],
    towards: Tensor,
    tall: tuple[float, float] = (0.3, 0.6),
) -> Print:
    """One print chosen from `which`, around the direction `towards` (K, 3).

    Its e1 is near the x axis, turned by a little. width: range of the half width in radians; tall: range of
    height / width.
    """
    chosen = dice.row(torch.tensor(which, device=dice.keys.device)[:, None])  # (K, 1)
    cx, cy, cz = towards[:, 0:1], towards[:, 1:2], towards[:, 2:3]
    # e1: the x axis (or, near the poles of it, the z axis) made perpendicular to c, with a slight turn
    tilt = dice.bell() * 0.12
    near_pole = (cx.abs() > 0.8).to(torch.float32)
    ax, ay, az = 1.0 - near_pole, tilt, near_pole
    along = ax * cx + ay * cy + az * cz
    ax, ay, az = ax - along * cx, ay - along * cy, az - along * cz
    length = (ax * ax + ay * ay + az * az).sqrt()
    ax, ay, az = ax / length, ay / length, az / length
    bx, by, bz = cy * az - cz * ay, cz * ax - cx * az, cx * ay - cy * ax
    half = dice.uniform(*width)
    high = half * dice.uniform(*tall)
    return Print((cx, cy, cz), (ax, ay, az), (bx, by, bz), half, high, chosen)


def around(dice: Dice, spots: Tensor, jitter: float = 0.1) -> Tensor:
    """A random one of the directions spots (c, 3), moved a little: (K, 3), length 1."""
    spot = dice.row(spots.to(torch.float32))
    x = spot[:, 0:1] + dice.bell() * jitter
    y = spot[:, 1:2] + dice.bell() * jitter
    z = spot[:, 2:3] + dice.bell() * jitter
    length = (x * x + y * y + z * z).sqrt()
    return torch.cat((x / length, y / length, z / length), dim=1)


AXES = (
    (1.0, 0.0, 0.0),
    (-1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0),
    (0.0, -1.0, 0.0),
    (0.0, 0.0, 1.0),
    (0.0, 0.0, -1.0),
)


def printed(
    dice: Dice, view: View, albedo: Tensor, colour: Tensor, chance: float, spots: Tensor | None = None
) -> None:
    """With this chance, one print of any kind in a colour (K, 3) around one of the spots (c, 3), or axes."""
    spots = torch.tensor(AXES, device=view.x.device) if spots is None else spots
    everything = WORD_PRINTS + MARK_PRINTS + SCRIPT_PRINTS
    ink = draw_print(dice, everything, (0.25, 0.6), around(dice, spots), (0.3, 0.7))
    ink.onto(albedo, view, colour, dice.chance(chance))
