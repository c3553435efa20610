"""Baseballs: one closed seam with two lobes, and herringbone stitches on either side of it.

Seam: (a cos t - b cos 3t, a sin t + b sin 3t, -2 sqrt(ab) cos 2t), a + b = 1, t in [0, 2 pi). It lies on the
unit sphere, since x^2 + y^2 = a^2 + b^2 - 2ab cos 4t and z^2 = 2ab (1 + cos 4t); a quarter turn about z
followed by z -> -z maps it to itself and swaps its two sides, so they are equal. a - b = 0.42 makes the neck
between two stretches of seam as wide as on a real ball. Seen along z the seam is an arc above and an arc
below the place where the maker prints the name.
"""

import math

import torch
from torch import Tensor

from core.balls import sphere
from core.balls.chance import Dice
from core.balls.ink import MARK_PRINTS, SCRIPT_PRINTS, WORD_PRINTS, around, draw_print
from core.balls.skin import Skin, View, any_colour, blend, choose, edge, fill, line, palette, read
from core.once import once

WIDE = 0.71
NARROW = 1 - WIDE
STITCHES = 108.0  # on either side of the seam


def seam_curve(count: int) -> Tensor:
    """count points along the seam: (count, 3) float64."""
    t = torch.arange(count, dtype=torch.float64) * (2 * math.pi / count)
    height = 2 * math.sqrt(WIDE * NARROW)
    return torch.stack(
        (
            WIDE * t.cos() - NARROW * (3 * t).cos(),
            WIDE * t.sin() + NARROW * (3 * t).sin(),
            -height * (2 * t).cos(),
        ),
        dim=1,
    )


def seam_frame(points: Tensor) -> tuple[Tensor, Tensor]:
    """Signed angle to the seam, positive on one side, and the place along it as a share of it, [0, 1)."""
    curve = seam_curve(240)
    step = curve.roll(-1, dims=0) - curve.roll(1, dims=0)
    tangent = step / step.norm(dim=1, keepdim=True)
    across = torch.linalg.cross(curve, tangent)
    pieces = (curve.roll(-1, dims=0) - curve).norm(dim=1)
    start = torch.cumsum(pieces, dim=0) - pieces
    cosine, index = sphere.nearest(points, curve)
    side = (points * across[index]).sum(dim=1)
    ahead = (points * tangent[index]).sum(dim=1)
    # to the tangent line, not to the sample
    distance = torch.sqrt((sphere.angle(cosine) ** 2 - ahead**2).clamp_min(0))
    along = (start[index] + ahead) / pieces.sum()
    return torch.copysign(distance, side), torch.remainder(along, 1.0)


@once
def seam(device: torch.device) -> Tensor:
    """(2, TEXELS): signed angle to the seam, share of its length."""
    distance, along = seam_frame(sphere.directions())
    return torch.stack((sphere.table(distance), sphere.table(along))).to(device)


@once
def smudges(device: torch.device) -> Tensor:
    """Smooth fields (3, TEXELS), from coarse to fine: dirt, swirls, pores."""
    p = sphere.directions()
    fields = [sphere.ripples(p, 3.0, 1), sphere.ripples(p, 6.0, 2), sphere.ripples(p, 11.0, 4)]
    return torch.stack([sphere.table(field) for field in fields]).to(device)


def paint(dice: Dice, view: View) -> Skin:
    """White hide, seldom old or dark, with red stitches as a rule."""
    device = view.x.device
    hide = dice.row(
        palette("#ffffff #fbfaf6 #f8f5ee #f8f8f8 #f4eee0 #f0e8d4 #fffdf8 #f4f4f2 #fdfdfd #fafaf8", device)
    )
    old = dice.chance(0.06)
    hide = choose(
        old, dice.row(palette("#d0b480 #b89860 #b8a888 #dcc89c #c8b898", device)), hide
    ) * dice.uniform(0.85, 1.0)
    dark = dice.chance(0.02)
    hide = choose(dark, dice.row(palette("#161618 #1a2038 #2a2420", device)), hide)
    albedo = fill(hide, view)
    distance = read(seam(device), 0, view.texel)
    along = read(seam(device), 1, view.texel)
    dirt_field = read(smudges(device), dice.integer(3), view.texel)
    dirty = dice.chance(0.25) * dice.uniform(0.1, 0.6)
    dirt = dice.row(palette("#8a6a48 #7c5a3c #6e5a48 #94846c #5c5448", device))
    blend(albedo, dirt, edge(dirt_field.add_(dice.uniform(-0.12, 0.05)), view.blur * 9.0).mul_(dirty))
    # prints sit where the leather is widest and in the necks between the seams
    spots = torch.tensor(
        [
            [0, 0, 1],
            [0, 0.02, 1],
            [0, 0, 1],
            [1, 0, 0.25],
            [-1, 0, 0.25],
            [0, 1, -0.25],
            [0, -1, -0.25],
            [0, 0, -1],
            [0, 1, -0.1],
        ],
        device=device,
    )
    spots = spots / (spots * spots).sum(dim=1, keepdim=True).sqrt()
    ink_colour = dice.row(palette("#101014 #16204a #1c2c6c #24408c #20242c #101014 #1a1a40 #8c2430", device))
    printed = dice.chance(0.78)
    for number in range(5):
        kinds = WORD_PRINTS + SCRIPT_PRINTS if number % 2 == 0 else WORD_PRINTS + MARK_PRINTS + SCRIPT_PRINTS
        ink = draw_print(dice, kinds, (0.25, 0.6), around(dice, spots, 0.08), (0.3, 0.75))
        ink.onto(albedo, view, ink_colour, printed * dice.chance(0.75) * dice.uniform(0.45, 0.95))
    usual = dice.row(palette("#b81420 #b01822 #c41c28 #9c141c #84141a #c0202a #b81824 #701418", device))
    colour = choose(dice.chance(0.86) * (1.0 - dark), usual, any_colour(dice, 0.75, 0.15, 0.1))
    faded = old * dice.uniform(0.0, 0.6)
    colour = colour * (1.0 - faded) + hide * faded * 0.5
    side = distance.abs()
    # stitches slant away from the seam: V after V; where a stitch is finer than a pixel its mean shade
    # remains
    count = torch.floor(STITCHES * choose(dice.chance(0.25), dice.uniform(0.6, 0.8), dice.uniform(0.85, 1.0)))
    reach = dice.uniform(0.09, 0.17)
    slant = dice.uniform(2.5, 6.0)
    phase = (along * count).add_(side * (slant * count / 60.0))
    wave = (phase - phase.floor()).sub_(0.5).abs_().mul_(2.0)  # 1 .. 0 .. 1 over a stitch
    period = 11.5 / count
    sharp = (period * 0.5 / view.blur).clamp_(max=6.0)
    thick = dice.uniform(0.5, 0.72)
    thread = (wave - (1.0 - thick)).mul_(sharp).add_(0.5).clamp_(0, 1)
    resolved = (period * 1.1 / view.blur).sub_(0.55).clamp_(0, 1)
    thread.mul_(resolved).add_((1.0 - resolved).mul_(thick * 1.1))
    near = dice.uniform(0.008, 0.022)
    band = edge(reach - side, view.blur).mul_(edge(side - near, view.blur))
    groove = line(side, dice.uniform(0.008, 0.016), view.blur)
    albedo.mul_((1.0 - groove.mul_(dice.uniform(0.25, 0.7)))[:, None])
    blend(albedo, colour, thread.mul_(band).mul_(dice.uniform(0.8, 1.0)))
    relief = (side * 7.0).clamp_max_(1.0).mul_(dice.uniform(0.0, 0.1)).add_(0.93)
    return Skin(albedo, dice.uniform(0.0, 0.16), dice.uniform(4, 14), relief=relief)
