"""The camera: sharpness, motion, exposure, white balance, contrast, saturation, noise, 8 bits.

linear light -> blur along both axes -> exposure * white balance, darker corners -> sqrt (a display's gamma
of 2) -> contrast, saturation -> noise.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from core.balls.chance import Dice
from core.balls.portions import PerPhoto, portions
from core.balls.skin import choose
from core.balls.texture import NOISE, Cut, draw_cut
from core.pixels import SIZE


@dataclass(frozen=True)
class Camera(PerPhoto):
    """Settings of m photos: gain (m, 3); the others (m, 1) where no shape is said.

    across, down: the taps for the neighbours one and two pixels away (m, 2).
    """

    across: Tensor
    down: Tensor
    gain: Tensor
    contrast: Tensor
    saturation: Tensor
    vignette: Tensor
    grain: Cut
    noise: Tensor
    colour_noise: Tensor


def draw_camera(dice: Dice, studio: Tensor) -> Camera:
    """A camera for each photo; studio (m, 1): 1 in a studio, where it is set with care."""
    sharp = dice.uniform(-0.07, 0.05)
    soft = dice.chance(0.17) * dice.uniform(0.03, 0.2)
    motion = dice.chance(0.06) * dice.uniform(0.1, 0.2)
    sideways = dice.chance(0.5)
    first = sharp + soft
    exposure = choose(studio, dice.uniform(0.92, 1.12), dice.uniform(0.6, 1.35))
    warm = choose(studio, dice.bell() * 0.02, dice.bell() * 0.07)
    tint = choose(studio, dice.bell() * 0.01, dice.bell() * 0.03)
    gain = exposure * torch.cat((1.0 + warm, 1.0 + tint, 1.0 - warm), dim=1)
    level = dice.uniform()
    level = level * level * choose(studio, torch.full_like(level, 0.015), torch.full_like(level, 0.05))
    grain = draw_cut(dice, NOISE)
    return Camera(
        across=torch.cat((first, soft * 0.5), dim=1) + motion * sideways,
        down=torch.cat((first, soft * 0.5), dim=1) + motion * (1.0 - sideways),
        gain=gain,
        contrast=dice.uniform(0.92, 1.18),
        saturation=dice.uniform(0.7, 1.15),
        vignette=dice.chance(0.3) * (1.0 - studio) * dice.uniform(0.0, 0.4),
        grain=grain,
        noise=level,
        colour_noise=dice.bell() * 0.5,
    )


def _blur(picture: Tensor, tap: Tensor, axis: int, step: int) -> Tensor:
    """Each pixel takes `tap` (m,) of its neighbours `step` away on both sides of an axis; what lies outside
    repeats the border.
    """
    share = tap[:, None, None, None]
    size = picture.shape[axis]
    part = picture * share
    blurred = picture - part - part
    for start, edge in ((0, 0), (step, size - 1)):  # from the neighbours before, then from those behind
        blurred.narrow(axis, step - start, size - step).add_(part.narrow(axis, start, size - step))
        blurred.narrow(axis, edge if edge == 0 else size - step, step).add_(part.narrow(axis, edge, 1))
    return blurred


def expose(linear: Tensor, camera: Camera) -> Tensor:
    """(m, 3, 4096) linear light -> (m, 3, 64, 64) display values in [0, 1]."""
    m = linear.shape[0]
    display = torch.empty(m, 3, SIZE, SIZE, device=linear.device)
    for part in portions(m, linear.device):
        torch.clamp(_expose(linear[part], camera.of(part)), 0, 1, out=display[part])
    return display


def _expose(linear: Tensor, camera: Camera) -> Tensor:
    m = linear.shape[0]
    picture = linear.view(m, 3, SIZE, SIZE)
    for axis, taps in ((3, camera.across), (2, camera.down)):
        one, two = taps.unbind(dim=1)
        picture = _blur(picture, one, axis, 1)
        far = (two > 0).nonzero()[:, 0]  # few photos are that soft
        if len(far):
            picture.index_copy_(0, far, _blur(picture.index_select(0, far), two[far], axis, 2))
    steps = (torch.arange(SIZE, dtype=torch.float32, device=linear.device) - 31.5) * (1.0 / 45.0)
    away = (steps * steps)[None, :, None] + (steps * steps)[None, None, :]  # (1, 64, 64)
    picture.mul_(camera.gain[:, :, None, None]).mul_((1.0 - away * camera.vignette[:, :, None])[:, None])
    picture = picture.clamp_(0, 1).sqrt_()
    picture.sub_(0.5).mul_(camera.contrast[:, :, None, None]).add_(0.5)
    grey = (picture[:, 0] * 0.3).add_(picture[:, 1] * 0.59).add_(picture[:, 2] * 0.11)[:, None]
    picture.sub_(grey).mul_(camera.saturation[:, :, None, None]).add_(grey)
    noise = camera.grain.texture() * camera.noise[:, :, None]
    picture[:, 0].add_(noise)
    picture[:, 1].add_(noise * (1.0 - camera.colour_noise[:, :, None].abs()))
    picture[:, 2].add_(noise * camera.colour_noise[:, :, None])
    return picture


def develop(display: Tensor) -> Tensor:
    """(m, 3, 64, 64) in [0, 1] -> uint8 (m, 64, 64, 3)."""
    m = display.shape[0]
    pixels = torch.empty(m, SIZE, SIZE, 3, dtype=torch.uint8, device=display.device)
    for part in portions(m, display.device):
        pixels[part] = display[part].mul(255.0).add_(0.5).to(torch.uint8).permute(0, 2, 3, 1)
    return pixels
