"""Balls that people play with too, sewn, printed or stitched: what is most easily taken for one of the three.

Each painter has the same form as the three balls' painters.
"""

import torch
from torch import Tensor

from core.balls import sphere
from core.balls.baseball import seam, smudges
from core.balls.chance import Dice
from core.balls.ink import MARK_PRINTS, WORD_PRINTS, around, draw_print, printed
from core.balls.skin import Skin, View, any_colour, blend, choose, edge, fill, line, palette, read
from core.balls.soccer import zones
from core.once import once


@once
def strips(device: torch.device) -> Tensor:
    """A volleyball's 18 strips (6, TEXELS), straight, then swirled: each time the signed fields of the outer
    strips and of two of the faces, and the distance to the nearest seam.

    Each face of a cube is cut into three strips, whose direction turns from face to face.
    """
    p = sphere.directions()

    def cut(q: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        size, face = q.abs().max(dim=1)
        u = q.gather(1, ((face + 1) % 3)[:, None])[:, 0] / size  # across the strips, -1 .. 1
        w = q.gather(1, ((face + 2) % 3)[:, None])[:, 0] / size
        across = (u.abs() - 1 / 3) * 0.7
        border = torch.minimum(1 - u.abs(), 1 - w.abs()) * 0.7
        return across, torch.minimum(across.abs(), border), torch.where(face == 0, 1.0, -1.0) * border

    spin = 0.9 * (p[:, 0] * p[:, 1] * p[:, 2]) * 5
    bent = torch.stack(
        (p[:, 0] * spin.cos() - p[:, 1] * spin.sin(), p[:, 0] * spin.sin() + p[:, 1] * spin.cos(), p[:, 2]),
        dim=1,
    )
    straight, swirl = cut(p), cut(bent)
    fields = [straight[0], straight[2], straight[1], swirl[0], swirl[2], swirl[1]]
    return torch.stack([sphere.table(field) for field in fields]).to(device)


def volleyball(dice: Dice, view: View) -> Skin:
    """Strips in white and up to two colours, straight or swirled."""
    device = view.x.device
    bank = strips(device)
    swirl = dice.integer(2) * 3
    white = dice.row(palette("#ffffff #f4f4f2 #fbf7ea", device))
    mono = dice.chance(0.3)
    one = choose(mono, white, dice.row(palette("#f8c81c #f4d81a #1f5fb8 #14408c #e03030 #2a9a50", device)))
    two = choose(mono, white, dice.row(palette("#1b3f9c #10408c #0e2a60 #1f8f45 #d0202a #f8c81c", device)))
    albedo = fill(white, view)
    blend(albedo, two, edge(read(bank, swirl, view.texel), view.blur))
    blend(albedo, one, edge(read(bank, swirl + 1, view.texel), view.blur).mul_(dice.chance(0.8)))
    printed(dice, view, albedo, any_colour(dice, 0.4, 0.5, 0.1), 0.6)
    groove = line(read(bank, swirl + 2, view.texel), dice.uniform(0.012, 0.025), view.blur)
    albedo.mul_((1.0 - groove.mul_(dice.uniform(0.3, 0.8)))[:, None])
    return Skin(albedo, dice.uniform(0.02, 0.2), dice.uniform(4, 16))


def tennis(dice: Dice, view: View) -> Skin:
    """Felt with a baseball's seam, white and without stitches."""
    device = view.x.device
    felt = dice.row(palette("#c8e020 #d4ea28 #bcd42c #d8f030 #a8c828 #c4dc40 #d0e84a #b8d018", device))
    felt = choose(dice.chance(0.85), felt, any_colour(dice, 1, 0, 0)) * dice.uniform(0.8, 1.1)
    albedo = fill(felt.clamp_max(1.0), view)
    side = read(seam(device), 0, view.texel).abs_()
    white = dice.row(palette("#f4f4ec #e8ead8 #ffffff", device))
    blend(albedo, white, edge(dice.uniform(0.04, 0.075) - side, view.blur * 1.5).mul_(dice.uniform(0.7, 1.0)))
    printed(dice, view, albedo, dice.row(palette("#141414 #20304c #b02030", device)), 0.5)
    fuzz = read(smudges(device), 2, view.texel)
    return Skin(albedo, dice.uniform(0.0, 0.03), dice.uniform(3, 5), relief=fuzz.mul_(1.2).add_(1.0))


@once
def dimples(device: torch.device) -> Tensor:
    """(4, TEXELS): share of the way to a dimple's rim, and the vector to its middle (it tips the normal)."""
    p = sphere.directions()
    centres = sphere.spread(320)
    cosine, index = sphere.nearest(p, centres)
    towards = centres[index] - p
    fields = [sphere.angle(cosine) / 0.085, *towards.unbind(dim=1)]
    return torch.stack([sphere.table(field) for field in fields]).to(device)


def golf(dice: Dice, view: View) -> Skin:
    """Dimples, which tip the normal."""
    device = view.x.device
    white = choose(
        dice.chance(0.88), dice.row(palette("#ffffff #f8f8f6 #f0f0ee", device)), any_colour(dice, 1, 0, 0)
    )
    albedo = fill(white, view)
    printed(dice, view, albedo, any_colour(dice, 0.5, 0.5, 0), 0.6)
    bank = dimples(device)
    inside = edge((1.0 - read(bank, 0, view.texel)).mul_(0.085), view.blur).mul_(
        (0.12 / view.blur).clamp_(0, 1)
    )
    deep = inside * (dice.uniform(3.0, 6.5) * -1.0)
    tilt = (
        read(bank, 1, view.texel) * deep,
        read(bank, 2, view.texel) * deep,
        read(bank, 3, view.texel) * deep,
    )
    return Skin(albedo, dice.uniform(0.1, 0.4), dice.uniform(8, 30), relief=1.0 - inside * 0.07, tilt=tilt)


def cricket(dice: Dice, view: View) -> Skin:
    """Leather with five rows of stitches along one great circle."""
    device = view.x.device
    leather = dice.row(palette("#a01c24 #8c1820 #b42028 #7a141c #c02830 #f0ece4 #e0508c #5c1018", device))
    albedo = fill(leather, view)
    thread = dice.row(palette("#f4ecd8 #e0c890 #ffffff #2a2018", device))
    turn = (view.x * 30.0).add_(view.y * 12.0)
    stitches = (turn - turn.floor()).sub_(0.5).abs_().mul_(2.0).sub_(0.5).mul_(2.0).add_(0.6).clamp_(0, 1)
    for offset in (0.0, 0.07, -0.07, 0.14, -0.14):
        blend(
            albedo,
            thread,
            line((view.z - offset).abs_(), torch.full_like(view.pixel, 0.014), view.blur).mul_(stitches),
        )
    printed(dice, view, albedo, dice.row(palette("#e0c070 #f4ecd8 #d8b050", device)), 0.6)
    return Skin(albedo, dice.uniform(0.15, 0.6), dice.uniform(8, 30))


def rugby(dice: Dice, view: View) -> Skin:
    """Rugby and American footballs, longer along the x axis; the scene stretches them, and lays them so."""
    device = view.x.device
    brown = dice.chance(0.4)  # American: leather, two rings, a lace; else printed
    leather = dice.row(palette("#7a3c20 #8c4a28 #6a3018 #94502c #a05a30 #5c2c1c", device))
    leather = choose(dice.chance(0.8), leather, any_colour(dice, 0.5, 0.5, 0.0))
    albedo = fill(choose(brown, leather, any_colour(dice, 0.15, 0.05, 0.8)), view)
    printed_one = 1.0 - brown
    for _ in range(2):
        pattern = read(zones(device), dice.integer(zones(device).shape[0]), view.texel)
        spots = edge(pattern, view.blur).mul_(printed_one * dice.chance(0.2))
        blend(albedo, any_colour(dice, 0.8, 0.2, 0.0), spots)
    for _ in range(3):  # bands that swing from end to end
        swing = (view.x * dice.uniform(-1.2, 1.2)).add_(view.x.square() * dice.uniform(-1.2, 1.2))
        height = choose(dice.chance(0.5), view.y, view.z) * (dice.chance(0.5) * 2.0 - 1.0)
        gap = (height - swing - dice.uniform(-0.4, 0.6)).abs_()
        band = line(gap, dice.uniform(0.03, 0.25), view.blur).mul_(printed_one * dice.chance(0.5))
        blend(albedo, any_colour(dice, 0.75, 0.25, 0.0), band)
    panels = edge(view.y * view.z, view.blur).mul_(printed_one * dice.chance(0.15))  # every second of four
    blend(albedo, any_colour(dice, 0.7, 0.2, 0.1), panels)
    along = view.x.abs()
    bowed = along + (view.y.square() - 0.3) * dice.uniform(-0.5, 0.5)
    ends = edge(bowed - dice.uniform(0.5, 0.85), view.blur).mul_(printed_one * dice.chance(0.6))
    blend(albedo, any_colour(dice, 0.7, 0.3, 0.0), ends)
    white = dice.row(palette("#ffffff #f0ece0", device))
    ring = line((along - dice.uniform(0.6, 0.78)).abs_(), dice.uniform(0.03, 0.07), view.blur)
    blend(albedo, white, ring.mul_(brown * dice.chance(0.55)))
    _lace(dice, view, albedo, white, choose(brown, dice.chance(0.9), dice.chance(0.15)))
    seams = line(torch.minimum(view.y.abs(), view.z.abs()), torch.full_like(view.pixel, 0.012), view.blur)
    albedo.mul_((1.0 - seams.mul_(dice.uniform(0.2, 0.7)))[:, None])
    panel = torch.tensor(
        [(0.0, 0.7, 0.7), (0.0, -0.7, 0.7), (0.0, 0.7, -0.7), (0.0, -0.7, -0.7)], device=device
    )
    colour = any_colour(dice, 0.4, 0.5, 0.1)
    for number in range(len(panel)):  # a word along each
        middle = around(dice, panel[number : number + 1], 0.08)
        ink = draw_print(dice, WORD_PRINTS + MARK_PRINTS[3:7], (0.4, 0.85), middle, (0.25, 0.5))
        ink.onto(albedo, view, colour, dice.chance(0.75))
    for around_these in (panel, None):
        printed(dice, view, albedo, any_colour(dice, 0.6, 0.3, 0.1), 0.6, around_these)
    pebbles = read(smudges(device), 2, view.texel).mul_(dice.chance(0.6) * dice.uniform(0.2, 0.9)).add_(1.0)
    return Skin(albedo, dice.uniform(0.03, 0.3), dice.uniform(4, 18), relief=pebbles)


def _lace(dice: Dice, view: View, albedo: Tensor, colour: Tensor, laced: Tensor) -> None:
    """A bar along the x axis, on the side of z, crossed by eight short ones; where laced (K, 1) is 1."""
    reach = dice.uniform(0.25, 0.42)
    shown = edge(reach - view.x.abs(), view.blur).mul_((view.z > 0).to(torch.float32)).mul_(laced)
    bar = line(view.y.abs(), torch.full_like(view.pixel, 0.018), view.blur)
    turns = view.x * (4.0 / reach)
    rungs = (turns - turns.floor()).sub_(0.5).abs_().mul_(-2.0).add_(0.62).mul_(reach * 0.125)
    rungs = edge(rungs, view.blur).mul_(edge(dice.uniform(0.08, 0.14) - view.y.abs(), view.blur))
    for cover in (bar, rungs):
        blend(albedo, colour, cover.mul_(shown))
