"""The camera: sharpness, motion, exposure, white balance, contrast, saturation, noise, 8 bits.

linear light -> blur along both axes -> exposure * white balance -> sqrt (a display's gamma of 2) -> contrast, saturation -> noise.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.backdrop import sheet_texture
from core.balls.chance import Dice
from core.pixels import SIZE
from core.balls.skin import choose


@dataclass(frozen=True)
class Camera:
    """Settings of m photos: taps across and down (m, 1) for the neighbours one and two pixels away, gains (m, 3), … (m, 1)."""

    across: tuple[Tensor, Tensor]
    down: tuple[Tensor, Tensor]
    gain: Tensor
    contrast: Tensor
    saturation: Tensor
    vignette: Tensor
    noise: Tensor  # (m, 4096) already scaled
    colour_noise: Tensor


def draw_camera(dice: Dice, studio: Tensor) -> Camera:
    sharp = dice.uniform(-0.05, 0.12)
    soft = dice.chance(0.25) * dice.uniform(0.05, 0.2)
    motion = dice.chance(0.06) * dice.uniform(0.1, 0.2)
    sideways = dice.chance(0.5)
    first = sharp + soft
    exposure = choose(studio, dice.uniform(0.92, 1.12), dice.uniform(0.6, 1.35))
    warm = choose(studio, dice.bell() * 0.02, dice.bell() * 0.07)
    tint = choose(studio, dice.bell() * 0.01, dice.bell() * 0.03)
    gain = exposure * torch.cat((1.0 + warm, 1.0 + tint, 1.0 - warm), dim=1)
    level = dice.uniform()
    level = level * level * choose(studio, torch.full_like(level, 0.015), torch.full_like(level, 0.05))
    noise = sheet_texture(dice, torch.full_like(dice.integer(1), 4)) * level
    return Camera(
        across=(first + motion * sideways, soft * 0.5 + motion * sideways),
        down=(first + motion * (1.0 - sideways), soft * 0.5 + motion * (1.0 - sideways)),
        gain=gain,
        contrast=dice.uniform(0.9, 1.25),
        saturation=dice.uniform(0.75, 1.3),
        vignette=dice.chance(0.3) * (1.0 - studio) * dice.uniform(0.0, 0.4),
        noise=noise,
        colour_noise=dice.bell() * 0.5,
    )


def _blur(picture: Tensor, taps: tuple[Tensor, Tensor], axis: int) -> Tensor:
    """Five taps along an axis; the border's pixels repeat."""
    one, two = (tap.view(-1, 1, 1, 1) for tap in taps)
    blurred = picture * (1.0 - 2.0 * one - 2.0 * two)
    size = picture.shape[axis]
    for step, tap in ((1, one), (2, two)):
        forth = torch.cat([picture.narrow(axis, step, size - step)] + [picture.narrow(axis, size - 1, 1)] * step, dim=axis)
        back = torch.cat([picture.narrow(axis, 0, 1)] * step + [picture.narrow(axis, 0, size - step)], dim=axis)
        blurred.add_(forth.add_(back).mul_(tap))
    return blurred


def expose(linear: Tensor, camera: Camera) -> Tensor:
    """(m, 3, 4096) linear light -> (m, 3, 64, 64) display values in [0, 1]."""
    m = linear.shape[0]
    picture = _blur(_blur(linear.view(m, 3, SIZE, SIZE), camera.across, 3), camera.down, 2)
    steps = (torch.arange(SIZE, dtype=torch.float32, device=linear.device) - 31.5) * (1.0 / 45.0)
    away = (steps * steps)[None, :, None] + (steps * steps)[None, None, :]  # (1, 64, 64)
    picture.mul_(camera.gain[:, :, None, None]).mul_((1.0 - away * camera.vignette[:, :, None])[:, None])
    picture = picture.clamp_(0, 1).sqrt_()
    picture.sub_(0.5).mul_(camera.contrast[:, :, None, None]).add_(0.5)
    grey = (picture[:, 0] * 0.3).add_(picture[:, 1] * 0.59).add_(picture[:, 2] * 0.11)[:, None]
    picture.sub_(grey).mul_(camera.saturation[:, :, None, None]).add_(grey)
    noise = camera.noise.view(m, SIZE, SIZE)
    picture[:, 0].add_(noise)
    picture[:, 1].add_(noise * (1.0 - camera.colour_noise[:, :, None].abs()))
    picture[:, 2].add_(noise * camera.colour_noise[:, :, None])
    return picture.clamp_(0, 1)


def develop(display: Tensor) -> Tensor:
    """(m, 3, 64, 64) in [0, 1] -> uint8 (m, 64, 64, 3)."""
    return display.mul(255.0).add_(0.5).to(torch.uint8).permute(0, 2, 3, 1).contiguous()
