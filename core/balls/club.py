"""Soccer balls as clubs and shops have them: any colour, tone on tone, outlines, bands, large words, badges.

A painter as in core.balls.soccer; a recipe says how many of its soccer balls look so.
"""

import torch

from core.balls import sphere
from core.balls.chance import Dice
from core.balls.ink import MARK_PRINTS, WORD_PRINTS, around, draw_print
from core.balls.skin import Skin, View, any_colour, blend, choose, edge, fill, line, read
from core.balls.soccer import seams, zones

PRINTS = 5


def paint(dice: Dice, view: View) -> Skin:
    """Any colour, one or two patterns and at times a band, each in its own; outlines, prints, fine waves."""
    device = view.x.device
    bank = zones(device)
    base = any_colour(dice, 0.5, 0.22, 0.28)
    albedo = fill(base, view)
    for used in (1.0, 0.4):
        shape = read(bank, dice.integer(bank.shape[0]), view.texel).add_(dice.uniform(-0.1, 0.05))
        tone = base * choose(dice.chance(0.5), dice.uniform(0.4, 0.7), dice.uniform(1.4, 2.0))
        colour = choose(dice.chance(0.4), tone.clamp(0, 1), any_colour(dice, 0.45, 0.25, 0.3))
        shown = dice.chance(used) * dice.uniform(0.6, 1.0)
        blend(albedo, colour, edge(shape, view.blur * 1.15).mul_(shown))
        outlines, apart, width = dice.chance(0.35), dice.uniform(0.05, 0.14), dice.uniform(0.01, 0.04)
        ink = any_colour(dice, 0.4, 0.35, 0.25)
        for number in range(3):  # within each other
            ring = line((shape - apart * number).abs_(), width, view.blur)
            blend(albedo, ink, ring.mul_(outlines))
    along, band = dice.bell(), any_colour(dice, 0.45, 0.25, 0.3)
    across, through = dice.bell(), dice.bell()
    length = (along * along + across * across + through * through).sqrt().clamp_min(1e-3)
    level = (view.x * along + view.y * across + view.z * through) / length
    off, wide = dice.uniform(-0.4, 0.4), dice.uniform(0.08, 0.35)
    blend(albedo, band, line((level - off).abs_(), wide, view.blur).mul_(dice.chance(0.25)))
    edging = line(((level - off).abs_() - wide).abs_(), dice.uniform(0.015, 0.04), view.blur)
    blend(albedo, any_colour(dice, 0.4, 0.3, 0.3), edging.mul_(dice.chance(0.12)))
    grooves = level * dice.uniform(6.0, 14.0)
    fine = (grooves - grooves.floor()).sub_(0.5).abs_().mul_(2.0)  # waves of fine lines
    fine = fine.mul_(dice.chance(0.25) * dice.uniform(0.0, 0.35)).mul_(-1.0).add_(1.0)
    spots = torch.cat((sphere.icosahedron(), sphere.octahedron())).to(device, torch.float32)
    lettering = any_colour(dice, 0.3, 0.35, 0.35)
    for _ in range(PRINTS):
        mark = draw_print(dice, WORD_PRINTS + MARK_PRINTS, (0.3, 0.85), around(dice, spots), (0.3, 0.95))
        mark.onto(albedo, view, lettering, dice.chance(0.7))
    cut = dice.pick((0.58, 0.14, 0.14, 0.14))
    distance = read(seams(device), cut, view.texel)
    groove = line(distance, dice.uniform(0.008, 0.022), view.blur)
    albedo.mul_((1.0 - groove.mul_(dice.uniform(0.15, 0.7)))[:, None])
    pillow = (distance * 6.0).clamp_max_(1.0).mul_(dice.uniform(0.03, 0.2)).add_(0.9)
    return Skin(albedo, dice.uniform(0.03, 0.45), dice.uniform(5, 40), relief=pillow.mul_(fine))
