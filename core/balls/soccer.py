"""Soccer balls: the truncated icosahedron, and the modern designs on it.

Panels: the face with the largest p . n / d, where n is a face's normal and d its distance from the middle
(pentagons 12, hexagons 20). A seam lies where two faces reach equally far, a piece of a great circle.
Sources: the geometry of the truncated icosahedron (edge 1: pentagons at d = 2.3274, hexagons at d = 2.2673).
"""

import torch
from torch import Tensor

from core.balls import sphere
from core.balls.chance import Dice
from core.balls.ink import MARK_PRINTS, WORD_PRINTS, around, draw_print
from core.balls.skin import Skin, View, any_colour, blend, choose, edge, fill, line, palette, read
from core.once import once

PENTAGON_DISTANCE = 2.3274
HEXAGON_DISTANCE = 2.2673


def faces() -> tuple[Tensor, Tensor]:
    """n / d of the 12 pentagons (12, 3) and the 20 hexagons (20, 3), times the pentagons' d."""
    return sphere.icosahedron(), sphere.dodecahedron() * (PENTAGON_DISTANCE / HEXAGON_DISTANCE)


def _star(polar: tuple[Tensor, Tensor], arms: int, size: float, depth: float, twist: float) -> Tensor:
    """Signed size of a star around each centre: arms reach out to `size`, between them (1 - depth) * size.

    polar: sphere.polar of the centres, which the stars around the same ones share.
    """
    rho, phi = polar
    wave = torch.cos(arms * (phi + twist * rho / size))
    reach = size * (1 - depth * (0.5 - 0.5 * wave) ** 0.6)
    return (reach - rho) * 0.6


def _shards(points: Tensor, count: int, share: float, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    centres = sphere.spread(count) + 0.5 / count**0.5 * torch.rand(
        count, 3, generator=generator, dtype=torch.float64
    )
    centres = centres / centres.norm(dim=1, keepdim=True)
    inside = torch.rand(count, generator=generator) < share
    return sphere.signed_border(points, centres[inside], centres[~inside])


@once
def seams(device: torch.device) -> Tensor:
    """Distance to the nearest seam (4, TEXELS): truncated icosahedron, dodecahedron, 14 panels, 6 swirls."""
    points = sphere.directions()
    pentagons, hexagons = faces()
    fourteen = torch.cat((sphere.octahedron(), sphere.cube() * 1.02))
    return torch.stack(
        [
            sphere.table(sphere.cell_border(points, torch.cat((pentagons, hexagons)))),
            sphere.table(sphere.cell_border(points, sphere.icosahedron())),
            sphere.table(sphere.cell_border(points, fourteen)),
            sphere.table(_star(sphere.polar(points, sphere.octahedron()), 4, 0.75, 0.35, 0.8).abs()),
        ]
    ).to(device)


PENTAGONS = 0  # the field of the classic ball's black panels


@once
def zones(device: torch.device) -> Tensor:
    """Signed fields (F, TEXELS), positive inside the coloured parts: what designers print on soccer balls."""
    p = sphere.directions()
    pentagons, hexagons = faces()
    bodies = (pentagons, sphere.dodecahedron(), sphere.octahedron(), sphere.cube(), sphere.tetrahedron())
    ico, dodeca, octa, cube, tetra = (sphere.polar(p, corners) for corners in bodies)
    every_third = torch.zeros(20, dtype=torch.bool)
    every_third[[0, 3, 7, 9, 12, 16, 18]] = True
    rho_ico, rho_octa = ico[0], octa[0]
    fields = [
        sphere.signed_border(p, pentagons, hexagons),
        sphere.signed_border(p, hexagons[every_third], torch.cat((pentagons, hexagons[~every_third]))),
        0.3 - rho_ico,
        0.07 - (rho_ico - 0.33).abs(),
        _star(ico, 5, 0.52, 0.55, 0.0),
        _star(ico, 5, 0.5, 0.6, 0.5),
        _star(dodeca, 3, 0.36, 0.6, 0.0),
        _star(dodeca, 3, 0.4, 0.7, 0.6),
        _star(octa, 4, 0.75, 0.5, 0.0),
        _star(octa, 4, 0.8, 0.65, 0.9),
        _star(octa, 2, 0.95, 0.8, 0.7),
        _star(octa, 3, 0.7, 0.7, 0.3),
        _star(cube, 3, 0.62, 0.65, 0.0),
        _star(cube, 3, 0.62, 0.75, 0.8),
        _star(tetra, 3, 1.0, 0.55, 0.0),
        _star(tetra, 3, 1.05, 0.7, 0.9),
        0.09 - p.abs().amin(dim=1),
        0.07 - (p @ pentagons.T).abs().amin(dim=1),
        0.05 - (rho_octa - 0.6).abs(),
        0.16 - (p[:, 2] - 0.1).abs(),
        0.12 - p[:, 0].abs() + 0.05 * torch.sin(9 * p[:, 1]),
        sphere.ripples(p, 4.0, 1) - 0.02,
        sphere.ripples(p, 6.0, 2) - 0.03,
        sphere.ripples(p, 9.0, 3) - 0.02,
        sphere.ripples(p, 5.0, 4, (1, 1, 3)) - 0.03,
        _shards(p, 40, 0.3, 5),
        _shards(p, 90, 0.25, 6),
        torch.minimum(_star(ico, 5, 0.55, 0.5, 0.4), sphere.ripples(p, 14.0, 5, (1, 1, 2)) + 0.03),
        torch.minimum(_star(tetra, 3, 1.1, 0.5, 0.5), sphere.ripples(p, 11.0, 6, (3, 1, 1)) + 0.03),
    ]
    return torch.stack([sphere.table(field) for field in fields]).to(device)


def paint(dice: Dice, view: View) -> Skin:
    """Black pentagons on white, a quarter of them; else coloured fields in up to three layers."""
    device = view.x.device
    bank = zones(device)
    style = dice.uniform()
    classic = (style < 0.26).to(torch.float32)
    modern = 1.0 - classic
    base = choose(
        classic,
        dice.row(palette("#f6f6f4 #ffffff #f4f4f4 #ececea #e0ddd4", device)),
        any_colour(dice, 0.24, 0.06, 0.7),
    )
    albedo = fill(base, view)
    fields = bank.shape[0]
    grime = read(bank, 21 + dice.integer(4), view.texel)
    soft = view.blur * 1.15
    for layer in range(3):
        modern_field = dice.integer(fields)
        field = modern_field if layer else (modern_field * modern).to(torch.int64) + PENTAGONS
        offset = dice.uniform(-0.08, 0.04) * modern
        shape = read(bank, field, view.texel).add_(offset)
        vivid = any_colour(dice, 0.68, 0.22, 0.1)
        black = any_colour(dice, 0.1, 0.9, 0.0)
        used = (dice.uniform() < (1.0, 0.75, 0.4)[layer]).to(torch.float32)
        used = used if layer == 0 else used * modern
        rim = dice.chance(0.35) * modern * used
        rim_width = dice.uniform(0.015, 0.06)
        rim_colour = any_colour(dice, 0.5, 0.4, 0.1)
        colour = choose(classic, black, vivid) if layer == 0 else vivid
        blend(albedo, colour, edge(shape, soft).mul_(used * dice.uniform(0.8, 1.0)))
        blend(albedo, rim_colour, line(shape.abs_(), rim_width, soft).mul_(rim))
    spots = torch.cat((sphere.icosahedron(), sphere.octahedron())).to(device, torch.float32)
    for number in range(3):
        ink = draw_print(dice, WORD_PRINTS + MARK_PRINTS, (0.25, 0.62), around(dice, spots), (0.35, 0.9))
        printed = dice.chance(0.75 if number else 0.9) * choose(
            classic, dice.chance(0.35), torch.ones_like(modern)
        )
        ink.onto(albedo, view, any_colour(dice, 0.35, 0.57, 0.08), printed)
    cut = dice.pick((0.62, 0.12, 0.13, 0.13))
    cut = (cut * modern).to(torch.int64)
    distance = read(seams(device), cut, view.texel)
    width = choose(classic, dice.uniform(0.012, 0.03), dice.uniform(0.008, 0.022))
    depth = choose(classic, dice.uniform(0.45, 0.85), dice.uniform(0.0, 0.6))
    groove = line(distance, width, view.blur)
    albedo.mul_((1.0 - groove.mul_(depth))[:, None])
    dirt = dice.chance(0.15) * dice.uniform(0.2, 0.6)
    blend(
        albedo, dice.row(palette("#8a7a62 #75695a #6d7050", device)), edge(grime, view.blur * 6.0).mul_(dirt)
    )
    # panels bulge: darker near seams
    pillow = (distance * 6.0).clamp_max_(1.0).mul_(dice.uniform(0.0, 0.16)).add_(0.92)
    return Skin(albedo, dice.uniform(0.03, 0.35), dice.uniform(5, 30), relief=pillow)
