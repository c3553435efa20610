"""Data augmentation, the same ball through another lens: photos changed at random as cameras and hands do.

    turned, zoomed, moved, mirrored → sharpened → saturation → contrast, light, white balance
        → now and then R, G and B swapped → clipped

A network never sees a rendered photo as it was rendered, so it cannot rely on what only the renderer does.
The simplest augmentation leaves nothing to chance: each photo and its mirror image (`with_mirror_images`).
Shapes: photos uint8 (m, 64, 64, 3) → floats −1 … 1 of the same shape. All chance comes from the generator.
Source: lecture, section 7 (over-fitting); the ranges are the project's own, wide enough for real cameras.
"""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from core.pixels import check_photos, scale

ZOOM = (0.7, 1.05)  # the part of the photo's side that is seen
SHIFT = 0.1  # of half a side
TURN = 0.2  # σ of the angle, radians
SHARPEN, SHARPENED = 0.96, 0.6  # strength at most, and how often
SATURATION = (-0.64, 0.4)  # log of the factor
CONTRAST = (-0.24, 0.4)  # log of the factor
LIGHT, WHITE = (-0.2, 0.28), 0.064  # added to all of R, G, B; to each
SWAPPED = 0.1  # how often R, G and B change places: patterns, not colours


def with_mirror_images(pixels: Tensor, Y: Tensor) -> tuple[Tensor, Tensor]:
    """The photos, then their mirror images, which have the same labels: twice as many for nothing.

    Shapes: pixels (m, 64, 64, 3) → (2m, 64, 64, 3), Y (k, m) → (k, 2m).
    """
    both = torch.cat([pixels, pixels.flip(2)])  # axis 2 is the column in the photo
    return both, torch.cat([Y, Y], dim=1)


def through_another_lens(photos: Tensor, generator: torch.Generator) -> Tensor:
    """Every photo changed in its own way. Shapes: uint8 (m, 64, 64, 3), m ≥ 1 → floats of the same.

    Errors: ValueError for other photos.
    """
    check_photos(photos)
    m = photos.shape[0]

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return low + (high - low) * torch.rand(m, *(shape or (1, 1, 1)), generator=generator)

    x = scale(photos).permute(0, 3, 1, 2)  # (m, 3, 64, 64)
    zoom = torch.exp(uniform(math.log(ZOOM[0]), math.log(ZOOM[1]), 1))[:, 0]
    mirror = torch.where(uniform(0, 1, 1)[:, 0] < 0.5, -1.0, 1.0)
    turn = torch.randn(m, generator=generator) * TURN
    place = uniform(-SHIFT, SHIFT, 2)  # (m, 2)
    across, down = zoom * turn.cos(), zoom * turn.sin()
    matrix = torch.stack(
        [torch.stack([across * mirror, -down], dim=1), torch.stack([down * mirror, across], dim=1)], dim=1
    )  # (m, 2, 2)
    grid = F.affine_grid(torch.cat([matrix, place[:, :, None]], dim=2), list(x.shape), align_corners=False)
    x = F.grid_sample(x, grid, mode="bilinear", padding_mode="reflection", align_corners=False)

    edged = F.pad(x, (1, 1, 1, 1), mode="replicate")
    rows = (edged[:, :, :-2] + edged[:, :, 1:-1]).add_(edged[:, :, 2:])
    soft = (rows[:, :, :, :-2] + rows[:, :, :, 1:-1]).add_(rows[:, :, :, 2:]).div_(9)  # the mean of 3 × 3
    edges = torch.sub(x, soft, out=soft)
    x = x.add_(edges.mul_(uniform(0, SHARPEN) * (uniform(0, 1) < SHARPENED)))
    grey = x.mean(dim=1, keepdim=True)
    x = x.sub_(grey).mul_(torch.exp(uniform(*SATURATION))).add_(grey)
    x = x.mul_(torch.exp(uniform(*CONTRAST))).add_(uniform(*LIGHT)).add_(uniform(-WHITE, WHITE, 3, 1, 1))
    order = torch.rand(m, 3, generator=generator).argsort(dim=1)  # (m, 3)
    for photo in (uniform(0, 1, 1)[:, 0] < SWAPPED).nonzero()[:, 0].tolist():
        x[photo] = x[photo, order[photo]]
    return x.clamp_(-1, 1).permute(0, 2, 3, 1).contiguous()
