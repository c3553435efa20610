"""A closer look: the network on patches is asked about a whole photo, and about every window of it.

    a photo, 64 pixels a side       one look: the whole
    the same, 104 a side            6 · 6 windows of 64 × 64, at every eighth pixel
    the same, 144 a side            11 · 11 of them
    z_k = ⅔ z_k of the whole + ⅓ of the largest z_k of all 158 looks − c,   ŷ = σ(z)

A ball that is small in the photo is large in one of its windows. The layers on patches are asked about the
whole larger photo at once: the last picture has a place for every eighth pixel, 3 · 3 of them for a window,
whose mean is what the window excites. A window is asked as it is; of the whole its mirror image and its
middle, too (core.patches). The layers above are asked about every window as about a photo. The largest of
many numbers is large even where there is no ball: c, which core.patch_training.best_lean measures, makes up
for that.
Source: lecture, section 6; to ask a network about all windows of a larger picture at once: Sermanet et al.,
"OverFeat: Integrated recognition, localization and detection using convolutional networks" (2014).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core import patches
from core.network import Network, propagate
from core.photos import Crops, Photo
from core.pixels import CHANNELS, SIZE, check_photos

SIDES = (SIZE, 104, 144)  # pixels of a photo's side: as a whole, and closer
STRIDE = 8  # pixels from one window to the next: from one place of the last picture to the next
WHOLE = 2 / 3  # how much the photo as a whole counts; less, and more other things are taken for balls
LEAN = 0.64  # c: by so much the answers lean to “no ball”

Views = tuple[Tensor, ...]  # the same photos (m, side, side, 3) for each of SIDES


@dataclass(frozen=True)
class Look:
    """What is looked at: a square, in shares of the photo's side."""

    left: float
    top: float
    side: float


LOOKS = tuple(
    Look(left / side, top / side, SIZE / side)
    for side in SIDES
    for top in range(0, side - SIZE + 1, STRIDE)
    for left in range(0, side - SIZE + 1, STRIDE)
)  # the whole, then the windows, row by row


def views(photos: Sequence[Crops]) -> Views:
    """Photos together. Shapes: m ≥ 1 photos, each (side, side, 3) uint8 for each of SIDES.

    Errors: ValueError for no photo.
    """
    if not photos:
        raise ValueError("of no photo there is no view")
    return tuple(torch.from_numpy(np.stack(one)) for one in zip(*photos, strict=True))


def enlarged(photos: Tensor) -> Views:
    """Photos of which there are no more pixels than 64 × 64. Shapes: (m, 64, 64, 3) uint8, m ≥ 1.

    Errors: ValueError for others.
    """
    check_photos(photos)
    return views([Photo(one).crops(SIDES) for one in photos.cpu().numpy()])


def excited_by_looks(network: Network, photos: Views) -> Tensor:
    """ā of every look. Shapes: m ≥ 1 photos → (k, m, 158), of the first view alone (k, m, 1).

    Errors: ValueError for other views than those of `SIDES`, in their order, and for no photo.
    """
    got = [tuple(view.shape) for view in photos]
    if not got or got != [(len(photos[0]), side, side, CHANNELS) for side in SIDES[: len(got)]]:
        raise ValueError(f"photos are looked at with {SIDES} pixels a side, m of each, got {got}")
    whole, *closer = photos
    found = [patches.excited(network, whole)[:, :, None]]
    with torch.no_grad():
        found.extend(_excited_by_windows(network, view) for view in closer)
    return torch.cat(found, dim=2)


def _excited_by_windows(network: Network, photos: Tensor) -> Tensor:
    """Shapes: (m, side, side, 3) → (k, m, windows)."""
    layers, W, side = patches.below(network), network.layers[0].W, photos.shape[1]
    held = (SIZE - patches.receptive_field(layers)) // STRIDE + 1  # places of a window, each way: 3
    found = []
    for part in photos.split(patches.AT_ONCE):
        seen = patches.floats(part.to(W.device), side, W.dtype)
        last = patches.propagate_pictures(layers, seen)[-1]
        found.append(F.avg_pool2d(last, held, stride=1).flatten(2).transpose(0, 1))  # (k, m, windows)
    return torch.cat(found, dim=1)


def each_look(network: Network, photos: Views) -> Tensor:
    """z of every look, the whole first. Shapes: m ≥ 1 photos → (k, m, 158). Errors: as above."""
    return logits_of_looks(patches.above(network), excited_by_looks(network, photos))


def logits_of_looks(last: Network, excitations: Tensor) -> Tensor:
    """z of every look, from its ā, by the layers above. Shapes: (k, m, looks) → (k, m, looks)."""
    with torch.no_grad():
        Z = propagate(last, excitations.flatten(1)).Z[-1]
    return Z.view(-1, *excitations.shape[1:])


def combined(Z: Tensor) -> Tensor:
    """⅔ z of the whole + ⅓ the largest − c. Shapes: z of every look (k, m, looks) → (k, m)."""
    return WHOLE * Z[..., 0] + (1 - WHOLE) * Z.amax(dim=2) - LEAN


def closest(Z: Tensor) -> tuple[Look, ...]:
    """Where a closer look speaks for each ball, or the whole where nothing speaks louder.

    The mean place of the windows as large as the one with the largest z, each weighted by its odds e^z, for
    neighbours see much the same ball. Shapes: z of every look at one photo (k, looks) → k looks.
    """
    return tuple(_mean_place(z) for z in Z)


def _mean_place(z: Tensor) -> Look:
    side = LOOKS[int(z.argmax())].side
    alike = [j for j, look in enumerate(LOOKS) if look.side == side]
    shares = torch.softmax(z[alike].double(), dim=0).tolist()  # of the sum of their odds
    left = sum(share * LOOKS[j].left for share, j in zip(shares, alike, strict=True))
    top = sum(share * LOOKS[j].top for share, j in zip(shares, alike, strict=True))
    return Look(left, top, side)


def predict_closely(network: Network, photos: Views) -> Tensor:
    """ŷ = g(z) of photos. Shapes: m ≥ 1 photos → (k, m). Errors: as of `excited_by_looks`."""
    return network.layers[-1].activation(combined(each_look(network, photos)))
