"""What a ball's surface looks like before light falls on it, and the brushes that all painters share.

A painter is a function (Dice, View) -> Skin. It sees K balls at once, each as P samples of its visible side.
Colours are in linear light: display value = sqrt(linear value).
"""

from dataclasses import dataclass
from functools import lru_cache

import torch
from torch import Tensor

from core.balls.chance import Dice
from core.balls.sphere import TEXELS


@dataclass(frozen=True)
class View:
    """K balls of one kind, P samples each.

    x, y, z: directions in the ball's own frame (K, P).
    texel: their place in the sphere's tables (K, P) int64.
    blur: how many radians one pixel spans there (K, P).
    pixel: the same in the ball's middle, 1 / radius (K, 1).
    facing: cosine to the camera (K, P).
    right, down: the same samples in the picture, in radii from the middle (K, P).
    """

    x: Tensor
    y: Tensor
    z: Tensor
    texel: Tensor
    blur: Tensor
    facing: Tensor
    pixel: Tensor
    right: Tensor
    down: Tensor


@dataclass(frozen=True)
class Skin:
    """A surface without light.

    albedo (K, 3, P).
    gloss: strength of the highlight (K, 1); polish: its sharpness (K, 1), from 3 (dull) to 60 (glass).
    relief: shade of small bumps, multiplies the light (K, P).
    tilt: what is added to the normal, in the ball's frame, three times (K, P).
    opacity: 0 in holes (K, P).
    flat: 1 for what is flat, whose light does not follow a sphere (K, 1).
    shape: each pixel's share of what is not round, in place of a ball's disc (K, P).
    """

    albedo: Tensor
    gloss: Tensor
    polish: Tensor
    relief: Tensor | None = None
    tilt: tuple[Tensor, Tensor, Tensor] | None = None
    opacity: Tensor | None = None
    flat: Tensor | None = None
    shape: Tensor | None = None


def edge(signed: Tensor, blur: Tensor) -> Tensor:
    """Share of a pixel inside a shape of this signed distance, both in radians: smooth over one pixel."""
    return (signed / blur).add_(0.5).clamp_(0, 1)


def line(distance: Tensor, half_width: Tensor, blur: Tensor) -> Tensor:
    """Share of a pixel on a line of this half width; thinner than a pixel it fades instead of breaking up."""
    cover = (half_width - distance).div_(blur).add_(0.5).clamp_(0, 1)
    return cover.mul_((half_width * 2.0 / blur).clamp_(0, 1))


def blend(albedo: Tensor, colour: Tensor, cover: Tensor) -> Tensor:
    """albedo (K, 3, P) goes over to colour (K, 3) where cover (K, P) is 1, in place."""
    return albedo.add_((colour[:, :, None] - albedo).mul_(cover[:, None, :]))


def fill(colour: Tensor, view: View) -> Tensor:
    """One colour everywhere: (K, 3) -> (K, 3, P), writable."""
    return colour[:, :, None].expand(-1, -1, view.x.shape[1]).contiguous()


def read(bank: Tensor, field: Tensor | int, texel: Tensor) -> Tensor:
    """bank (F, TEXELS), field: one for all or (K, 1) int64, texel (K, P) -> (K, P)."""
    return bank.view(-1).index_select(0, (texel + field * TEXELS).view(-1)).view(texel.shape)


@lru_cache(maxsize=256)
def palette(colours: str, device: torch.device) -> Tensor:
    """ "#ffffff #000000 …" -> (c, 3) linear light."""
    values = [[(int(c[i : i + 2], 16) / 255) ** 2 for i in (1, 3, 5)] for c in colours.split()]
    return torch.tensor(values, dtype=torch.float32, device=device)


VIVID = (
    "#d0202a #e8382c #f26a1b #f7941d #f9c11c #f4e01f #b6d92c #4fb53c #1f8f45 #14a08a #1cb6c9 #28a0e0 "
    "#1f66c0 #1b3f9c #2b2a86 #5a2d91 #8d2f9c #c42a8a #e8368f #f06fa8 #a01d3a #6d1a2c #0f3d63 #10265a "
    "#c8a24a"
)
DARK = "#101012 #17181c #1d2433 #0e1a3a #2a1416 #12261c #2c2d31 #3a3b40"
PALE = "#ffffff #fafafa #f4f5f6 #eeeff2 #f7f4ec #e6e9ee"


def any_colour(dice: Dice, vivid: float, dark: float, pale: float) -> Tensor:
    """A colour (K, 3) from the three palettes in these shares, a little lighter or darker each time."""
    device = dice.keys.device
    group = dice.pick((vivid, dark, pale))
    colours = torch.stack(
        (dice.row(palette(VIVID, device)), dice.row(palette(DARK, device)), dice.row(palette(PALE, device)))
    )  # (3, K, 3)
    chosen = colours.gather(0, group[None, :, :].expand(1, -1, 3))[0]  # (K, 3)
    return (chosen * dice.uniform(0.75, 1.2)).clamp_max_(1.0)


def choose(condition: Tensor, yes: Tensor, no: Tensor) -> Tensor:
    """condition (K, 1) of 0 and 1: yes where it is 1, else no (K, c)."""
    return condition * yes + (1.0 - condition) * no
