"""Basketballs: eight panels between two great circles and two curved ribs, pebbled leather.

Seams: y = 0, z = 0, and the elliptic cone z^2 / A^2 + x^2 / B^2 = y^2, one rib above and one below. Seen
along z, where the maker's name stands, the ribs are arcs that bulge away from the middle; seen along x,
towards it. Each rib encloses a fifth of the sphere: the four panels inside them have 10 % each, those
between them 15 %.
"""

import torch
from torch import Tensor

from core.balls import sphere
from core.balls.chance import Dice
from core.balls.ink import MARK_PRINTS, SCRIPT_PRINTS, WORD_PRINTS, around, draw_print
from core.balls.skin import Skin, View, any_colour, blend, choose, edge, fill, line, palette, read
from core.once import once

BLOTCHES = 9  # the field of worn leather
A = 1.00  # slope at the rib's narrow side, in the plane x = 0
B = 2.20  # and at its wide side, in the plane z = 0


def rib(points: Tensor, narrow: float = A, wide: float = B) -> Tensor:
    """Signed angle to the ribs, positive inside (around ±y): the cone's equation over its slope there."""
    x, y, z = points.unbind(dim=1)
    value = y * y - (z / narrow) ** 2 - (x / wide) ** 2
    gradient = 2 * torch.stack((-x / wide**2, y, -z / narrow**2), dim=1)
    gradient = gradient - (gradient * points).sum(dim=1, keepdim=True) * points
    return value / gradient.norm(dim=1).clamp_min(0.3)


@once
def seams(device: torch.device) -> Tensor:
    """Distance to the nearest seam (3 cuts, TEXELS): 8 panels, without the second circle, 12 panels."""
    p = sphere.directions()
    across, upright = torch.asin(p[:, 1].abs()), torch.asin(p[:, 2].abs())
    ribs = rib(p).abs()
    outer = rib(p, 0.52, 1.25).abs()
    return torch.stack(
        [
            sphere.table(torch.minimum(torch.minimum(across, upright), ribs)),
            sphere.table(torch.minimum(across, ribs)),
            sphere.table(torch.minimum(torch.minimum(across, upright), torch.minimum(ribs, outer))),
        ]
    ).to(device)


@once
def zones(device: torch.device) -> Tensor:
    """Signed fields (F, TEXELS) of parts with a second colour: sides, halves, quarters, bands, blotches."""
    p = sphere.directions()
    _, y, z = p.unbind(dim=1)  # y: along the ribs' axis, z: towards the maker's name
    fields = [
        rib(p),
        torch.asin(z),
        torch.asin(y),
        torch.minimum(rib(p), -rib(p, 0.52, 1.25)),
        torch.minimum(-rib(p), torch.asin(z)),
        torch.where(rib(p) > 0, 1.0, -1.0) * torch.where(z > 0, 1.0, -1.0)
        * torch.minimum(rib(p).abs(), torch.asin(z.abs())),
        0.2 - torch.asin(y.abs()),
        0.3 - torch.asin(z.abs()),
        sphere.ripples(p, 5.0, 1),
        sphere.ripples(p, 9.0, 2),
        sphere.ripples(p, 14.0, 3),
    ]  # fmt: skip
    return torch.stack([sphere.table(field) for field in fields]).to(device)


@once
def pebbles(device: torch.device) -> Tensor:
    """Relief of the leather (1, TEXELS), about 0 on average."""
    p = sphere.directions()
    grain = sphere.ripples(p, 55.0, 3) + sphere.ripples(p, 40.0, 5)
    return sphere.table(grain / grain.std()).to(device)[None]


LEATHER = (
    "#c4632d #d2722f #b85426 #e07a2a #f08a24 #f26a1c #e85a1a #a4471f #8e3d20 #7a3420 #9c4a35 #b5563c "
    "#a03a2c #c9622f #d9632a #6a3122 #ef7a32 #b06a3a #b4502c #c85a30"
)


def paint(dice: Dice, view: View) -> Skin:
    """Leather, mostly of one colour; else with a second, and now and then a third, in fields."""
    device = view.x.device
    plain = dice.chance(0.62)
    leather = dice.row(palette(LEATHER, device)) * dice.uniform(0.8, 1.15)
    albedo = fill(choose(plain, leather.clamp_max(1.0), any_colour(dice, 0.72, 0.2, 0.08)), view)
    second = choose(dice.chance(0.25), dice.row(palette(LEATHER, device)), any_colour(dice, 0.55, 0.22, 0.23))
    cream = dice.row(palette("#f0dcae #f2e6c8 #ffffff #f6c93a #e8c890", device))
    bank = zones(device)
    weights = (0.3, 0.1, 0.06, 0.12, 0.08, 0.08, 0.08, 0.08, 0.04, 0.03, 0.03)  # of its fields
    for layer in range(2):
        shape = read(bank, dice.pick(weights), view.texel)
        used = dice.chance(0.85 if layer == 0 else 0.3)
        used = choose(plain, dice.chance(0.14), used) if layer == 0 else used * (1.0 - plain)
        side = dice.chance(0.5) * 2.0 - 1.0
        colour = choose(dice.chance(0.3), cream, second) if layer == 0 else any_colour(dice, 0.6, 0.25, 0.15)
        blend(albedo, colour, edge(shape.mul_(side), view.blur).mul_(used))
    front = torch.tensor(
        [
            [0, 0.38, 0.92],
            [0, -0.38, 0.92],
            [0, 0.38, -0.92],
            [0, -0.38, -0.92],
            [0, 0.4, 0.92],
            [0, -0.42, 0.91],
        ],
        device=device,
    )
    pale_print = dice.chance(0.35)
    ink_colour = choose(pale_print, any_colour(dice, 0.25, 0.0, 0.75), any_colour(dice, 0.25, 0.75, 0.0))
    for number in range(3):
        kinds = WORD_PRINTS if number == 0 else WORD_PRINTS + MARK_PRINTS + SCRIPT_PRINTS
        ink = draw_print(dice, kinds, (0.38, 0.68), around(dice, front, 0.06), (0.3, 0.5))
        amount = dice.chance(0.9 if number == 0 else 0.6) * dice.uniform(0.6, 1.0)
        ink.onto(albedo, view, ink_colour, amount)
    distance = read(seams(device), dice.pick((0.84, 0.05, 0.11)), view.texel)
    seam = line(distance, dice.uniform(0.02, 0.042), view.blur)
    dark = dice.row(palette("#0c0a0a #141212 #1a1614 #241814 #2c1c16", device))
    pale = dice.row(palette("#ffffff #f0e8d8 #e8d060 #f2c84b", device))
    own = dice.chance(0.12)
    pale_seam = choose(plain, dice.chance(0.05), dice.chance(0.28))
    colour = choose(own, leather * 0.22, choose(pale_seam, pale, dark))
    blend(albedo, colour, seam.mul_(dice.uniform(0.75, 1.0)))
    worn = edge(read(bank, BLOTCHES, view.texel), view.blur * 8.0)
    albedo.mul_(1.0 - worn[:, None] * (dice.uniform(0, 0.25) * dice.chance(0.5))[:, :, None])
    grain = read(pebbles(device), 0, view.texel)
    fine = (0.035 / view.blur).clamp_(0, 1)  # pebbles smaller than a pixel average out
    relief = grain.mul_(fine).mul_(dice.uniform(0.02, 0.13)).add_(1.0)
    relief.mul_((distance * 9.0).clamp_max_(1.0).mul_(0.12).add_(0.88))
    return Skin(albedo, dice.uniform(0.02, 0.3), dice.uniform(4, 20), relief=relief)
