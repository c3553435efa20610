"""Everyday things that are none of the three balls: coins, what goes round, planets, what is made of parts.

Painters as in core.balls.others, drawn only where a recipe asks for them, as that of the network on patches
does: the photos that pages show, and those that all other networks learn from, are without.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.baseball import smudges
from core.balls.chance import Dice, turn
from core.balls.ink import MARK_PRINTS, WORD_PRINTS, draw_print
from core.balls.skin import Skin, View, any_colour, blend, choose, edge, fill, line, palette, read

METAL = "#c8c8cc #b0b4b8 #d8d4c8 #8c9094 #d0a850 #c8963c #e0c070 #b8703c #a8583a"
FUR_WOOD_AND_CLOTH = (
    "#8a6a48 #c8a878 #5c4030 #a87848 #d8c4a0 #3c2c20 #b0a898 #787068 #e8dcc8 #98602c #6c7c48 #4c5c70"
)
PARTS = 7


def coin(dice: Dice, view: View) -> Skin:
    """Metal, at times of two kinds, with a rim, at times beads, an embossed figure, mostly a print."""
    u, v, rho, inside = _seen_from_a_side(dice, view, 0.3)
    device, pixel = view.x.device, view.pixel
    metal = dice.row(palette(METAL, device)) * dice.uniform(0.7, 1.1)
    albedo = fill(metal, view)
    second = dice.row(palette(METAL, device))
    blend(albedo, second, edge(dice.uniform(0.55, 0.75) - rho, pixel).mul_(dice.chance(0.25)))
    rim = dice.uniform(0.86, 0.97)
    shade = edge(rho - rim, pixel).mul_(dice.uniform(-0.25, 0.35))
    cosine, _ = _times(_angle(u, v, rho), dice.integer(20) + 24)
    bead = line((rho - (rim - 0.06)).abs_(), torch.full_like(pixel, 0.025), pixel).mul_(cosine > 0)
    shade.add_(bead.mul_(dice.chance(0.4) * 0.4))
    slope_x, slope_y = dice.uniform(-0.03, 0.03), dice.uniform(0.02, 0.05)
    for _ in range(4):  # lit on one side and dark on the other
        x, y = dice.uniform(-0.3, 0.3), dice.uniform(-0.4, 0.4)
        wide, high = dice.uniform(0.08, 0.4), dice.uniform(0.08, 0.4)
        lit = _ellipse(u - x - slope_x, v - y - slope_y, wide, high, pixel)
        dark = _ellipse(u - x + slope_x, v - y + slope_y, wide, high, pixel)
        shade.add_((lit - dark).mul_(dice.uniform(0.2, 0.6)))
    albedo.mul_((1.0 + shade).clamp_(0.2, 1.8)[:, None])
    _print(dice, view, u, v, albedo, metal * dice.uniform(0.3, 0.7), 0.6)
    worn = read(smudges(device), 2, view.texel).mul_(dice.uniform(0.1, 0.6)).add_(1.0)
    return Skin(
        albedo.clamp_(0, 1), dice.uniform(0.0, 0.3), dice.uniform(4, 30), worn,
        opacity=inside, flat=torch.ones_like(pixel),
    )  # fmt: skip


def rosette(dice: Dice, view: View) -> Skin:
    """What goes round: wheels, flowers, clocks, umbrellas, lids, windows and cogs, of 3 to 31 equal parts."""
    u, v, rho, inside = _seen_from_a_side(dice, view, 0.5)
    pixel, count = view.pixel, dice.integer(29) + 3
    cosine, sine = _times(_angle(u, v, rho), count)
    spread = rho / count  # what a step of the turned angle is worth in radii
    first, second = any_colour(dice, 0.45, 0.25, 0.3), any_colour(dice, 0.45, 0.25, 0.3)
    albedo = fill(first, view)
    petals = dice.chance(0.35) * dice.uniform(0.1, 0.6)
    inside = torch.minimum(inside, edge(1.0 - petals * (0.5 - cosine * 0.5) - rho, pixel))
    parts = edge(cosine * spread, pixel).mul_(edge(dice.uniform(0.5, 1.1) - rho, pixel))
    blend(albedo, second, parts.mul_(dice.chance(0.45)))
    for _ in range(3):
        ring = line((rho - dice.uniform(0.1, 0.95)).abs_(), dice.uniform(0.015, 0.12), pixel)
        blend(albedo, any_colour(dice, 0.35, 0.35, 0.3), ring.mul_(dice.chance(0.45)))
    spokes = line(sine.abs() * spread, dice.uniform(0.01, 0.06), pixel).mul_(cosine > 0)
    shown = dice.chance(0.5)
    blend(albedo, any_colour(dice, 0.25, 0.4, 0.35), spokes * shown)
    tyre = edge(rho - dice.uniform(0.6, 0.92), pixel).mul_(dice.chance(0.45))
    blend(albedo, any_colour(dice, 0.1, 0.75, 0.15), tyre)
    hub = edge(dice.uniform(0.08, 0.4) - rho, pixel).mul_(dice.chance(0.6))
    blend(albedo, any_colour(dice, 0.4, 0.3, 0.3), hub)
    between = torch.maximum(torch.maximum(spokes, tyre), hub)  # where one sees through between the spokes
    seen_through = shown * dice.chance(0.35)
    inside = inside * (between * seen_through + (1.0 - seen_through))
    _print(dice, view, u, v, albedo, any_colour(dice, 0.3, 0.5, 0.2), 0.2)
    rough = read(smudges(view.x.device), dice.integer(3), view.texel).mul_(dice.uniform(0.0, 0.5)).add_(1.0)
    return Skin(
        albedo, dice.uniform(0.0, 0.4), dice.uniform(4, 30), rough,
        opacity=inside, flat=torch.ones_like(pixel),
    )  # fmt: skip


def planet(dice: Dice, view: View) -> Skin:
    """Globes and planets, eggs, stones and onions: bands that swing, lands, clouds and craters."""
    device = view.x.device
    natural = dice.row(palette(FUR_WOOD_AND_CLOTH, device))
    ground = choose(dice.chance(0.5), natural, any_colour(dice, 0.7, 0.1, 0.2))
    albedo = fill(ground, view)
    swing = read(smudges(device), dice.integer(3), view.texel) * dice.uniform(0.0, 0.4)
    banded = dice.chance(0.5)
    for _ in range(5):
        gap = (view.y + swing - dice.uniform(-0.9, 0.9)).abs_()
        band = line(gap, dice.uniform(0.02, 0.2), view.blur * dice.uniform(1, 4))
        tone = choose(dice.chance(0.6), ground * dice.uniform(0.4, 1.6), any_colour(dice, 0.5, 0.2, 0.3))
        blend(albedo, tone.clamp(0, 1), band.mul_(banded * dice.uniform(0.2, 1.0)))
    for field, share in ((0, 0.5), (1, 0.4), (2, 0.4)):
        land = read(smudges(device), field, view.texel).add_(dice.uniform(-0.12, 0.05))
        tone = choose(
            dice.chance(0.6), ground * dice.uniform(0.4, 1.6), dice.row(palette(FUR_WOOD_AND_CLOTH, device))
        ).clamp(0, 1)
        cover = edge(land, view.blur * dice.uniform(1, 8)).mul_(dice.chance(share) * dice.uniform(0.4, 1.0))
        blend(albedo, tone, cover)
    pitted = dice.chance(0.25)
    for _ in range(6):
        apart = (view.x - dice.uniform(-0.8, 0.8)).square_()
        apart.add_((view.y - dice.uniform(-0.8, 0.8)).square_()).add_(
            (view.z - dice.uniform(-0.8, 0.8)).square_()
        )
        crater = edge(dice.uniform(0.1, 0.35) - apart.sqrt_(), view.blur)
        albedo.mul_((1.0 - crater.mul_(pitted * dice.uniform(-0.3, 0.5)))[:, None])
    grain = read(smudges(device), 2, view.texel).mul_(dice.uniform(0.0, 0.6)).add_(1.0)
    return Skin(albedo.clamp_(0, 1), dice.uniform(0.0, 0.4), dice.uniform(4, 30), relief=grain)


def object_of_parts(dice: Dice, view: View) -> Skin:
    """Animals, cars, hats, tools, clothes, signs, furniture: ellipses, boxes and wedges upon each other,
    often mirrored, striped or with rows of squares, furry or smooth, photographed or drawn with outlines.
    """
    device, pixel = view.x.device, view.pixel
    cosine, sine = turn(choose(dice.chance(0.7), dice.bell() * 0.02 + 1.0, dice.uniform()) % 1.0)
    u = (view.right * cosine + view.down * sine).clamp(-2, 2)
    v = (view.down * cosine - view.right * sine).clamp(-2, 2)
    mirrored = dice.chance(0.5)
    u = choose(mirrored, u.abs(), u)
    small = dice.uniform(0.75, 1.15)
    drawn, of_one_colour, patterned = dice.chance(0.35), dice.chance(0.4), dice.chance(0.5)
    wild, natural = any_colour(dice, 0.6, 0.2, 0.2), dice.row(palette(FUR_WOOD_AND_CLOTH, device))
    body = choose(dice.chance(0.5), natural, wild)
    body = choose(drawn * dice.chance(0.3), any_colour(dice, 0.0, 0.0, 1.0), body)
    ink = any_colour(dice, 0.05, 0.95, 0.0)
    stroke = dice.uniform(0.012, 0.05)
    albedo, shape = fill(body, view), torch.zeros_like(u)
    for number in range(PARTS):
        part = _part(dice, u, v, pixel, mirrored, small, main=number == 0)
        colour = choose(of_one_colour, body * dice.uniform(0.6, 1.25), any_colour(dice, 0.45, 0.25, 0.3))
        if number == 0:
            colour = body
        blend(albedo, colour.clamp(0, 1), part.cover)
        pattern = _pattern(dice, part, pixel)
        other = choose(dice.chance(0.5), colour * dice.uniform(0.3, 0.8), any_colour(dice, 0.35, 0.35, 0.3))
        blend(albedo, other, pattern.mul_(part.cover).mul_(patterned * dice.chance(0.6)))
        rounded = (1.0 - drawn * 0.8) * dice.uniform(0.0, 0.55)
        albedo.mul_((1.0 - part.cover * part.level.clamp(0, 1).square() * rounded)[:, None])
        outline = line(part.away.abs(), stroke, pixel).mul_(drawn)
        blend(albedo, ink, outline * (part.cover > 0))
        shape = torch.maximum(shape, part.cover)
    _print(dice, view, u, v, albedo, any_colour(dice, 0.3, 0.5, 0.2), 0.2)
    fur = read(smudges(device), dice.integer(2) + 1, view.texel)
    rough = fur.mul_((1.0 - drawn) * dice.chance(0.6) * dice.uniform(0.2, 1.5)).add_(1.0).clamp_(0.3, 1.7)
    albedo.mul_(rough[:, None]).clamp_(0, 1)
    return Skin(
        albedo, dice.uniform(0.0, 0.25), dice.uniform(4, 30), shape=shape, flat=torch.ones_like(pixel)
    )


@dataclass(frozen=True)
class _Part:
    """dx, dy: from its middle, in units of the whole thing's size.

    level: 1 at its edge. away: inwards from the edge, in radii.
    cover: each pixel's share of it, 0 everywhere where it was not drawn. All (K, P).
    """

    dx: Tensor
    dy: Tensor
    level: Tensor
    away: Tensor
    cover: Tensor


def _part(
    dice: Dice, u: Tensor, v: Tensor, pixel: Tensor, mirrored: Tensor, small: Tensor, *, main: bool
) -> _Part:
    """An ellipse, a box or a wedge. main: the first one, large and near the middle."""
    x = choose(mirrored, dice.uniform(0.0, 0.65), dice.uniform(-0.6, 0.6)) * (0.15 if main else 1.0)
    y = dice.uniform(-0.7, 0.7) * (0.3 if main else 1.0)
    wide = dice.uniform(0.35, 0.8) if main else dice.uniform(0.05, 0.45)
    high = dice.uniform(0.3, 0.8) if main else dice.uniform(0.05, 0.5)
    c, s = turn(choose(dice.chance(0.6), torch.zeros_like(x), dice.uniform()))
    dx, dy = (u - x * small) / small, (v - y * small) / small
    p, q = (dx * c + dy * s) / wide, (dy * c - dx * s) / high
    form, taper = dice.integer(3), dice.uniform(-0.8, 0.8)
    narrower = (1.0 + q.clamp(-1, 1) * taper * (form == 2)).clamp_min(0.2)  # of a wedge
    boxed = torch.maximum((p / narrower).abs(), q.abs())
    level = torch.where(form == 0, (p * p + q * q).sqrt_(), boxed)
    away = (1.0 - level) * torch.minimum(wide, high) * small
    return _Part(dx, dy, level, away, edge(away, pixel) * dice.chance(1.0 if main else 0.75))


def _pattern(dice: Dice, part: _Part, pixel: Tensor) -> Tensor:
    """Stripes, or squares in rows, where two sets of stripes cross, over all of it."""
    c, s = turn(choose(dice.chance(0.7), dice.integer(2) * 0.25, dice.uniform()))
    per = dice.uniform(2.5, 9.0)
    stripes = _every_second((part.dx * c + part.dy * s) * per, per, pixel)
    across = _every_second((part.dy * c - part.dx * s) * per, per, pixel)
    return stripes * torch.maximum(across, 1.0 - dice.chance(0.3))


def _seen_from_a_side(dice: Dice, view: View, chance: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """u, v, ρ on a flat round thing, 1 at its edge, and each pixel's share of it, all (K, P).

    With this chance it is an ellipse in the picture.
    """
    cosine, sine = turn(dice.uniform())
    ratio = 1.0 + dice.chance(chance) * dice.uniform(0.05, 0.9)
    u = view.right * cosine + view.down * sine
    v = (view.down * cosine - view.right * sine) * ratio
    rho = (u * u + v * v).sqrt_()
    return u, v, rho, edge(1.0 - rho, view.pixel * ratio)


def _angle(u: Tensor, v: Tensor, rho: Tensor) -> tuple[Tensor, Tensor]:
    """cos and sin of the angle of (u, v)."""
    held = rho.clamp_min(1e-3)
    return u / held, v / held


def _times(angle: tuple[Tensor, Tensor], count: Tensor) -> tuple[Tensor, Tensor]:
    """cos and sin of `count` (K, 1), 0 … 63, times an angle: (c + i s)^count by squaring."""
    c, s = angle
    cosine, sine = torch.ones_like(c), torch.zeros_like(c)
    for bit in range(6):
        takes = (count >> bit & 1) > 0
        cosine, sine = (
            torch.where(takes, cosine * c - sine * s, cosine),
            torch.where(takes, cosine * s + sine * c, sine),
        )
        c, s = c * c - s * s, c * s * 2.0
    return cosine, sine


def _ellipse(x: Tensor, y: Tensor, wide: Tensor, high: Tensor, pixel: Tensor) -> Tensor:
    """Each pixel's share of an ellipse with these half axes."""
    x, y = x / wide, y / high
    return edge((1.0 - (x * x + y * y).sqrt_()) * torch.minimum(wide, high), pixel)


def _every_second(t: Tensor, per: Tensor, pixel: Tensor) -> Tensor:
    """1 where the fraction of t is in its middle half, softened over about a pixel.

    t grows by about `per` a radius.
    """
    return edge(((t - t.floor() - 0.5).abs_().mul_(-1.0).add_(0.25)) / per, pixel)


def _print(
    dice: Dice, view: View, u: Tensor, v: Tensor, albedo: Tensor, colour: Tensor, chance: float
) -> None:
    """With this chance, a word or a mark in a colour (K, 3), flat on what has the coordinates u, v."""
    level = View(
        u, v, torch.ones_like(u), view.texel, view.blur, view.facing, view.pixel, view.right, view.down
    )
    front = torch.tensor([[0.0, 0.0, 1.0]], device=u.device).expand(len(u), 3)
    ink = draw_print(dice, WORD_PRINTS + MARK_PRINTS, (0.2, 0.6), front, (0.2, 0.6))
    ink.onto(albedo, level, colour, dice.chance(chance))
