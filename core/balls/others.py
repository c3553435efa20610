"""Things that are none of the three balls: without them a neuron learns "something round", not "this ball".

Each painter has the same form as the three balls' painters; OTHERS names them, and those of
core.balls.played and core.balls.things, with how often they are drawn where a recipe says nothing of them.
"""

from dataclasses import replace

import torch

from core.balls.baseball import smudges
from core.balls.chance import Dice, turn
from core.balls.ink import MARK_PRINTS, SCRIPT_PRINTS, WORD_PRINTS, around, draw_print, printed
from core.balls.played import cricket, golf, rugby, tennis, volleyball
from core.balls.skin import Skin, View, any_colour, blend, choose, edge, fill, line, palette, read
from core.balls.things import coin, object_of_parts, planet, rosette


def bowling(dice: Dice, view: View) -> Skin:
    """Marbled as a rule, with three holes for the fingers."""
    device = view.x.device
    albedo = fill(any_colour(dice, 0.6, 0.4, 0), view)
    marbled = dice.chance(0.75)
    for field in (1, 2, 0, 1):
        swirl = read(smudges(device), field, view.texel).add_(dice.uniform(-0.06, 0.02))
        blend(
            albedo,
            any_colour(dice, 0.75, 0.15, 0.1),
            edge(swirl, view.blur * dice.uniform(1, 5)).mul_(marbled),
        )
    top = torch.tensor(((0.12, 0.12), (-0.12, 0.12), (0.0, -0.18)), device=device)
    for hole in range(3):
        gap = ((view.x - top[hole, 0]).square_() + (view.y - top[hole, 1]).square_()).sqrt_()
        cover = edge(0.075 - gap, view.blur).mul_((view.z > 0).to(torch.float32))
        albedo.mul_((1.0 - cover.mul_(0.95))[:, None])
    printed(dice, view, albedo, any_colour(dice, 0.2, 0.0, 0.8), 0.4)
    return Skin(albedo, dice.uniform(0.4, 0.9), dice.uniform(20, 60))


def billiard(dice: Dice, view: View) -> Skin:
    """One colour, or a broad stripe of it on ivory, mostly with a print."""
    device = view.x.device
    colour = dice.row(
        palette("#f2c81c #1b3f9c #d0202a #5a2d91 #f26a1b #1f8f45 #7a1c24 #101012 #f4eed8 #f6f2e2", device)
    )
    ivory = dice.row(palette("#f8f2dc #ffffff #f4ead0", device))
    striped = dice.chance(0.4)
    albedo = fill(choose(striped, ivory, colour), view)
    blend(albedo, colour, edge(0.55 - view.y.abs(), view.blur).mul_(striped))
    spot = (view.x.square() + view.y.square()).sqrt_()
    blend(albedo, ivory, edge(0.4 - spot, view.blur).mul_(dice.chance(0.8)))
    poles = torch.tensor([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]], device=device)
    ink = draw_print(dice, (8, 9, 13), (0.2, 0.28), around(dice, poles, 0.01), (0.7, 0.9))
    ink.onto(albedo, view, dice.row(palette("#101012", device)), dice.chance(0.8))
    return Skin(albedo, dice.uniform(0.5, 0.95), dice.uniform(25, 60))


def beach(dice: Dice, view: View) -> Skin:
    """Six gores between the poles, up to three of them coloured."""
    device = view.x.device
    albedo = fill(dice.row(palette("#ffffff #f8f8f4", device)), view)
    # six gores: their borders are three great circles through the poles
    a = view.x
    b = view.x * -0.5 + view.y * 0.8660254
    c = view.x * -0.5 - view.y * 0.8660254
    for first, second in ((a, b), (b, c), (c, a)):
        blend(
            albedo,
            any_colour(dice, 1, 0, 0),
            edge(torch.minimum(first, -second), view.blur).mul_(dice.chance(0.9)),
        )
    blend(albedo, any_colour(dice, 0.3, 0, 0.7), edge(view.z.abs() - 0.95, view.blur * 0.4))
    return Skin(albedo, dice.uniform(0.2, 0.6), dice.uniform(10, 40))


def fruit(dice: Dice, view: View) -> Skin:
    """Oranges with pores, apples with a blush; most show a stem."""
    device = view.x.device
    orange = dice.chance(0.5)
    peel = dice.row(palette("#f08a1c #f49a28 #e87a18 #f2a63a #f0b81c", device))
    apple = dice.row(palette("#c01c24 #a8141c #d83a2c #8cb428 #a8c83c #d8b03c", device))
    albedo = fill(choose(orange, peel, apple), view)
    blush = read(smudges(device), dice.integer(2), view.texel).add_(dice.uniform(-0.05, 0.05))
    blend(
        albedo,
        dice.row(palette("#d8c43c #e0a83c #a02020 #e06a2c", device)),
        edge(blush, view.blur * 10.0).mul_((1.0 - orange) * 0.7),
    )
    stem = ((view.x.square() + view.z.square()).sqrt_()).mul_(-1.0).add_(dice.uniform(0.04, 0.12))
    blend(
        albedo,
        dice.row(palette("#4a3a1c #5c6a28 #3a2c18", device)),
        edge(stem, view.blur).mul_(dice.chance(0.7)),
    )
    pores = read(smudges(device), 2, view.texel).mul_(orange * 0.5).add_(1.0)
    return Skin(albedo, dice.uniform(0.1, 0.4), dice.uniform(6, 25), relief=pores)


def plain(dice: Dice, view: View) -> Skin:
    """Balloons, marbles, knobs, lamps: one colour or slightly blotched, in the balls' own colours too."""
    device = view.x.device
    brown = dice.row(palette("#c4632d #d2722f #f08a24 #8e3d20 #f6f3ea #ffffff #e8e4dc", device))
    albedo = fill(choose(dice.chance(0.4), brown, any_colour(dice, 0.65, 0.15, 0.2)), view)
    blotch = read(smudges(device), dice.integer(3), view.texel)
    blend(
        albedo,
        any_colour(dice, 0.6, 0.2, 0.2),
        edge(blotch, view.blur * dice.uniform(1, 10)).mul_(dice.chance(0.25) * dice.uniform(0.2, 1.0)),
    )
    printed(dice, view, albedo, any_colour(dice, 0.4, 0.5, 0.1), 0.35)
    return Skin(albedo, dice.uniform(0.0, 0.9), dice.uniform(4, 60))


def disc(dice: Dice, view: View) -> Skin:
    """Flat round things seen from above: plates, wheels, rings, clocks, coins."""
    rho = (1.0 - view.facing * view.facing).clamp_min_(0).sqrt_()
    albedo = fill(any_colour(dice, 0.4, 0.25, 0.35), view)
    blur = view.pixel
    for _ in range(3):
        gap = (rho - dice.uniform(0.1, 0.95)).abs_()
        blend(
            albedo,
            any_colour(dice, 0.4, 0.3, 0.3),
            line(gap, dice.uniform(0.02, 0.15), blur).mul_(dice.chance(0.6)),
        )
    spokes = line(torch.minimum(view.x.abs(), view.y.abs()), torch.full_like(view.pixel, 0.05), blur)
    blend(albedo, any_colour(dice, 0.3, 0.4, 0.3), spokes.mul_(dice.chance(0.25)))
    printed(dice, view, albedo, any_colour(dice, 0.4, 0.5, 0.1), 0.5)
    hole = edge(dice.uniform(0.3, 0.85) - rho, blur).mul_(dice.chance(0.35))
    return Skin(
        albedo,
        dice.uniform(0.0, 0.2),
        dice.uniform(4, 20),
        opacity=1.0 - hole,
        flat=torch.ones_like(view.pixel),
    )


def package(dice: Dice, view: View) -> Skin:
    """Boxes, cans, bottles, pins, cards: upright shapes that are not round at all, with much print."""
    device = view.x.device
    large = dice.chance(0.6)
    wide = choose(large, dice.uniform(0.6, 1.15), dice.uniform(0.2, 0.75))
    high = choose(large, dice.uniform(0.4, 1.15), dice.uniform(0.35, 0.95))
    lean, taper = dice.bell() * 0.12, dice.chance(0.4) * dice.uniform(-0.4, 0.4)
    u = view.right - view.down * lean
    v = view.down + view.right * lean
    side = (wide * 0.8 - u.abs()).add_(v * taper * wide)
    inside = edge(torch.minimum(side, high * 0.8 - v.abs()), view.pixel.expand_as(u))
    albedo = fill(any_colour(dice, 0.35, 0.2, 0.45), view)
    for _ in range(3):  # bands, upright or level or slanting
        cosine, sine = turn(choose(dice.chance(0.7), dice.integer(2) * 0.25, dice.uniform()))
        gap = (u * sine + v * cosine - dice.uniform(-0.7, 0.7)).abs_()
        band = line(gap, dice.uniform(0.03, 0.3), view.pixel).mul_(dice.chance(0.55))
        blend(albedo, any_colour(dice, 0.45, 0.25, 0.3), band)
    # seen from a corner, the other side is darker
    corner = edge(u - dice.uniform(-0.1, 0.6), view.pixel).mul_(dice.chance(0.35) * dice.uniform(0.2, 0.6))
    albedo.mul_((1.0 - corner)[:, None])
    for _ in range(3):  # pictures of what is in it
        gap = ((u - dice.uniform(-0.5, 0.5)).square_() + (v - dice.uniform(-0.5, 0.5)).square_()).sqrt_()
        spot = edge(dice.uniform(0.1, 0.35) - gap, view.pixel).mul_(dice.chance(0.3))
        blend(albedo, any_colour(dice, 0.5, 0.2, 0.3), spot)
    front = torch.tensor([[0.0, 0.0, 1.0]], device=device).expand(len(u), 3)
    everything = WORD_PRINTS + MARK_PRINTS + SCRIPT_PRINTS
    for _ in range(5):
        x, y = u - dice.uniform(-0.45, 0.45) * wide, v - dice.uniform(-0.75, 0.75) * high
        level = replace(view, x=x, y=y, z=torch.ones_like(u))
        ink = draw_print(dice, everything, (0.15, 0.7), front, (0.15, 0.6))
        ink.onto(albedo, level, any_colour(dice, 0.35, 0.4, 0.25), dice.chance(0.7))
    rounded = dice.chance(0.4) * 0.6  # a can's sides turn away from the light
    relief = 1.0 - (u / wide).square_().mul_(rounded).clamp_max_(0.7)
    return Skin(
        albedo * relief[:, None],
        dice.uniform(0.0, 0.3),
        dice.uniform(4, 30),
        opacity=inside,
        flat=torch.ones_like(view.pixel),
    )


OTHERS = {
    volleyball: 2.0, tennis: 1.5, golf: 1.2, bowling: 1.3, billiard: 1.2, beach: 0.5,
    cricket: 1.3, rugby: 2.4, fruit: 0.6, plain: 1.3, disc: 0.7, package: 1.2,
    coin: 0.0, rosette: 0.0, planet: 0.0, object_of_parts: 0.0,
}  # fmt: skip
