"""Light on a ball: key light with a soft terminator, sky and ground light, highlight, window reflection,
darker towards the ground.

colour = albedo * E(n) + gloss * S(n), with d = (1 + n_y) / 2, which is 1 where n points down, and
E(n) = key * relief * max(0, (n . l + w) / (1 + w)) + (sky * (1 - d) + bounce * d) * (1 - a d^4)
S(n) = s * max(0, 1 - polish (1 - n . h))^4 + window + r (1 - n_z)^4, h halfway between l and the camera.

A fourth power is two squares, and next to nothing where its base is below a half: so a ball darkens only near
the ground, a highlight ends without an edge, and a rim shines only where the sphere turns away (Schlick's
approximation of Fresnel's reflection has a fifth power there).
y points down the picture and z to the camera. A sphere of radius r seen from afar:
n = (dx, dy, sqrt(r^2 - dx^2 - dy^2)) / r.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.chance import Dice, turn
from core.balls.portions import PerPhoto
from core.balls.skin import Skin, choose


@dataclass(frozen=True)
class Light(PerPhoto):
    """Light of m photos: direction (m, 3), strengths (m, 1) and colours (m, 3)."""

    direction: Tensor
    key: Tensor
    wrap: Tensor
    sky: Tensor
    bounce: Tensor
    window: Tensor


def draw_light(dice: Dice, ground: Tensor, bright: Tensor) -> Light:
    """Mostly from above, left or right; flat where `bright` (m, 1) is 1. ground (m, 3): its mean colour."""
    cosine, sine = turn(dice.uniform())
    side = dice.uniform(0.1, 0.85)
    x, y = cosine * side, sine * side - dice.uniform(0.1, 0.7)
    z = dice.uniform(0.25, 1.0)
    length = (x * x + y * y + z * z).sqrt()
    direction = torch.cat((x / length, y / length, z / length), dim=1)
    hard = dice.uniform(0.45, 1.0)
    tone = torch.cat((1.0 + dice.bell() * 0.05, torch.ones_like(x), 1.0 + dice.bell() * 0.06), dim=1)
    key = tone * choose(bright, dice.uniform(0.35, 0.75), hard)
    sky = choose(bright, dice.uniform(0.45, 0.75), dice.uniform(0.18, 0.55)) * (2.0 - tone)
    bounce = sky * (ground * 0.6 + 0.25) * dice.uniform(0.4, 1.1)
    return Light(direction, key, dice.uniform(0.0, 0.5), sky, bounce, dice.chance(0.3))


def shade(skin: Skin, dice: Dice, normal: tuple[Tensor, Tensor, Tensor], light: Light) -> Tensor:
    """Colour of the samples in linear light. normal: camera frame, (K, P) each -> (K, 3, P)."""
    nx, ny, nz = normal
    lx, ly, lz = light.direction[:, 0:1], light.direction[:, 1:2], light.direction[:, 2:3]
    lambert = (nx * lx).add_(ny * ly).add_(nz * lz)
    if skin.flat is not None:  # a disc's light does not turn with a sphere's normal
        lambert = choose(skin.flat, lz.clamp_min(0.3).expand_as(lambert), lambert)
    soft = ((lambert + light.wrap) / (1.0 + light.wrap)).clamp_min_(0)
    down = (ny * 0.5).add_(0.5)
    occlusion = 1.0 - down.square().square_().mul_(dice.uniform(0.1, 0.6))  # 1 - a d^4
    amount = light.sky[:, :, None] + (light.bounce - light.sky)[:, :, None] * down[:, None, :]
    amount.mul_(occlusion[:, None, :])
    if skin.relief is not None:
        soft.mul_(skin.relief)
    amount.add_(light.key[:, :, None] * soft[:, None, :])
    colour = skin.albedo * amount
    # highlight: h is halfway between light and camera, a lobe that ends instead of fading for ever
    hx, hy, hz = lx, ly, lz + 1.0
    length = (hx * hx + hy * hy + hz * hz).sqrt()
    near = (nx * (hx / length)).add_(ny * (hy / length)).add_(nz * (hz / length))
    lobe = (1.0 - (1.0 - near).mul_(skin.polish)).clamp_(0, 1).square_().square_()
    # a window or soft box, mirrored: the direction r = 2 n_z n - (0, 0, 1) falls inside a rectangle
    rx, ry = (nx * nz).mul_(2.0), (ny * nz).mul_(2.0)
    wide, high = dice.uniform(0.12, 0.4), dice.uniform(0.1, 0.5)
    box = (wide - (rx - dice.uniform(-0.7, 0.7)).abs_()).mul_(skin.polish * 0.4).clamp_(0, 1)
    box.mul_((high - (ry + dice.uniform(0.2, 0.8)).abs_()).mul_(skin.polish * 0.4).clamp_(0, 1))
    rim = (1.0 - nz).square_().square_().mul_(dice.uniform(0.0, 0.5))  # r (1 - n_z)^4
    shine = lobe.mul_(dice.uniform(0.5, 1.5)).add_(box.mul_(light.window)).add_(rim).mul_(skin.gloss)
    return colour.add_(shine[:, None, :])
