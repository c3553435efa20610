"""Round things that are none of the three balls: without them a neuron learns "something round", not "this
ball".

Each painter has the same form as the three balls' painters; OTHERS names them with how often they are drawn.
"""

from functools import lru_cache

import torch
from torch import Tensor

from core.balls import sphere
from core.balls.baseball import seam, smudges
from core.balls.chance import Dice
from core.balls.ink import MARK_PRINTS, SCRIPT_PRINTS, WORD_PRINTS, around, stamp
from core.balls.skin import Skin, View, any_colour, blend, choose, edge, fill, line, palette, read
from core.balls.soccer import zones

AXES = (
    (1.0, 0.0, 0.0),
    (-1.0, 0.0, 0.0),
    (0.0, 1.0, 0.0),
    (0.0, -1.0, 0.0),
    (0.0, 0.0, 1.0),
    (0.0, 0.0, -1.0),
)


def _print(
    dice: Dice, view: View, albedo: Tensor, colour: Tensor, chance: float, spots: Tensor | None = None
) -> None:
    spots = torch.tensor(AXES, device=view.x.device) if spots is None else spots
    ink = stamp(
        dice, view, WORD_PRINTS + MARK_PRINTS + SCRIPT_PRINTS, (0.25, 0.6), around(dice, spots), (0.3, 0.7)
    )
    blend(albedo, colour, ink.mul_(dice.chance(chance)))


@lru_cache(maxsize=4)
def strips(device: torch.device) -> Tensor:
    """A volleyball's 18 strips (6, TEXELS): signed fields of three colours straight and swirled, then
    distances to the seams of both.

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
    _print(dice, view, albedo, any_colour(dice, 0.4, 0.5, 0.1), 0.6)
    groove = line(read(bank, swirl + 2, view.texel), dice.uniform(0.012, 0.025), view.blur)
    albedo.mul_((1.0 - groove.mul_(dice.uniform(0.3, 0.8)))[:, None])
    return Skin(albedo, dice.uniform(0.02, 0.2), dice.uniform(4, 16))


def tennis(dice: Dice, view: View) -> Skin:
    device = view.x.device
    felt = dice.row(palette("#c8e020 #d4ea28 #bcd42c #d8f030 #a8c828 #c4dc40 #d0e84a #b8d018", device))
    felt = choose(dice.chance(0.85), felt, any_colour(dice, 1, 0, 0)) * dice.uniform(0.8, 1.1)
    albedo = fill(felt.clamp_max(1.0), view)
    side = read(seam(device), 0, view.texel).abs_()
    white = dice.row(palette("#f4f4ec #e8ead8 #ffffff", device))
    blend(albedo, white, edge(dice.uniform(0.04, 0.075) - side, view.blur * 1.5).mul_(dice.uniform(0.7, 1.0)))
    _print(dice, view, albedo, dice.row(palette("#141414 #20304c #b02030", device)), 0.5)
    fuzz = read(smudges(device), 2, view.texel)
    return Skin(albedo, dice.uniform(0.0, 0.03), dice.uniform(3, 5), relief=fuzz.mul_(1.2).add_(1.0))


@lru_cache(maxsize=4)
def dimples(device: torch.device) -> Tensor:
    """(4, TEXELS): share of the way to a dimple's rim, and the vector to its middle (it tips the normal)."""
    p = sphere.directions()
    centres = sphere.spread(320)
    cosine, index = sphere.nearest(p, centres)
    towards = centres[index] - p
    fields = [sphere.angle(cosine) / 0.085, *towards.unbind(dim=1)]
    return torch.stack([sphere.table(field) for field in fields]).to(device)


def golf(dice: Dice, view: View) -> Skin:
    device = view.x.device
    white = choose(
        dice.chance(0.88), dice.row(palette("#ffffff #f8f8f6 #f0f0ee", device)), any_colour(dice, 1, 0, 0)
    )
    albedo = fill(white, view)
    _print(dice, view, albedo, any_colour(dice, 0.5, 0.5, 0), 0.6)
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


def bowling(dice: Dice, view: View) -> Skin:
    device = view.x.device
    albedo = fill(any_colour(dice, 0.6, 0.4, 0), view)
    marbled = dice.chance(0.75)
    for field in (1, 2):
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
    _print(dice, view, albedo, any_colour(dice, 0.2, 0.0, 0.8), 0.4)
    return Skin(albedo, dice.uniform(0.4, 0.9), dice.uniform(20, 60))


def billiard(dice: Dice, view: View) -> Skin:
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
    ink = stamp(dice, view, (8, 9, 13), (0.2, 0.28), around(dice, poles, 0.01), (0.7, 0.9))
    blend(albedo, dice.row(palette("#101012", device)), ink.mul_(dice.chance(0.8)))
    return Skin(albedo, dice.uniform(0.5, 0.95), dice.uniform(25, 60))


def beach(dice: Dice, view: View) -> Skin:
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


def cricket(dice: Dice, view: View) -> Skin:
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
    _print(dice, view, albedo, dice.row(palette("#e0c070 #f4ecd8 #d8b050", device)), 0.6)
    return Skin(albedo, dice.uniform(0.15, 0.6), dice.uniform(8, 30))


def rugby(dice: Dice, view: View) -> Skin:
    """Rugby and American footballs; the scene stretches them."""
    device = view.x.device
    brown = dice.chance(0.45)
    leather = dice.row(palette("#7a3c20 #8c4a28 #6a3018 #94502c #a05a30 #5c2c1c", device))
    albedo = fill(choose(brown, leather, any_colour(dice, 0.2, 0.05, 0.75)), view)
    for _ in range(2):
        pattern = read(zones(device), dice.integer(zones(device).shape[0]), view.texel)
        blend(
            albedo,
            any_colour(dice, 0.8, 0.2, 0.0),
            edge(pattern, view.blur).mul_((1.0 - brown) * dice.chance(0.45)),
        )
    ends = any_colour(dice, 0.8, 0.2, 0.0)
    white = dice.row(palette("#ffffff #f0ece0", device))
    band = edge(view.x.abs() - dice.uniform(0.55, 0.75), view.blur)
    blend(albedo, ends, band.mul_((1.0 - brown) * dice.chance(0.7)))
    ring = line((view.x.abs() - 0.7).abs_(), torch.full_like(view.pixel, 0.05), view.blur)
    blend(albedo, white, ring.mul_(brown * dice.chance(0.6)))
    lace = (
        edge(0.06 - view.y.abs(), view.blur)
        .mul_(edge(0.35 - view.x.abs(), view.blur))
        .mul_((view.z > 0).to(torch.float32))
    )
    blend(albedo, white, lace.mul_(choose(brown, dice.chance(0.9), dice.chance(0.2))))
    seam_lines = line(
        torch.minimum(view.y.abs(), view.z.abs()), torch.full_like(view.pixel, 0.014), view.blur
    )
    albedo.mul_((1.0 - seam_lines.mul_(0.6))[:, None])
    for _ in range(2):
        _print(dice, view, albedo, any_colour(dice, 0.5, 0.4, 0.1), 0.75)
    return Skin(albedo, dice.uniform(0.03, 0.3), dice.uniform(4, 18))


def fruit(dice: Dice, view: View) -> Skin:
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
    _print(dice, view, albedo, any_colour(dice, 0.4, 0.5, 0.1), 0.35)
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
    _print(dice, view, albedo, any_colour(dice, 0.4, 0.5, 0.1), 0.5)
    hole = edge(dice.uniform(0.3, 0.85) - rho, blur).mul_(dice.chance(0.35))
    return Skin(
        albedo,
        dice.uniform(0.0, 0.2),
        dice.uniform(4, 20),
        opacity=1.0 - hole,
        flat=torch.ones_like(view.pixel),
    )


def package(dice: Dice, view: View) -> Skin:
    """Boxes, cans, bottles, pins, cards: upright shapes that are not round at all."""
    device = view.x.device
    wide, high = dice.uniform(0.2, 0.75), dice.uniform(0.35, 0.95)
    lean, taper = dice.bell() * 0.12, dice.chance(0.4) * dice.uniform(-0.4, 0.4)
    u = view.right - view.down * lean
    v = view.down + view.right * lean
    side = (wide * 0.8 - u.abs()).add_(v * taper * wide)
    inside = edge(torch.minimum(side, high * 0.8 - v.abs()), view.pixel.expand_as(u))
    albedo = fill(any_colour(dice, 0.4, 0.25, 0.35), view)
    for _ in range(2):
        level = (v - dice.uniform(-0.7, 0.7)).abs_()
        blend(
            albedo,
            any_colour(dice, 0.45, 0.25, 0.3),
            line(level, dice.uniform(0.03, 0.3), view.pixel).mul_(dice.chance(0.6)),
        )
    facing = torch.tensor(AXES, device=device)
    for _ in range(3):
        _print(dice, view, albedo, any_colour(dice, 0.35, 0.35, 0.3), 0.7, facing)
    rounded = dice.chance(0.5) * 0.6  # a can's sides turn away from the light
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
}  # fmt: skip
