"""A photo as a batch of its own: every patch of it is a column of X, and their logits are averaged.

    photo (64, 64, 3) → patches of 24 × 24 at every fifth place → X (1728, c),  c = 9 · 9
    z = (1/c) Σ_j z^(j),   z^(j) = network(x^(j)),   ŷ = σ(z)
    ∂L/∂z^(j) = (1/c) ∂L/∂z      the way back of a mean: the same for every patch

A fully connected layer learns a pattern anew for each place where it may stand. Asked about patches, it needs
to know stitches, pentagons and leather, not where on the photo they are: the batch does the moving about.
Source: lecture, sections 2, 6 and 7; that the average of small patches' answers goes far is the finding of
Brendel and Bethge, "Approximating CNNs with bag-of-local-features models" (2019).
"""

from functools import partial

import torch
from torch import Tensor

from core.losses import Loss
from core.network import Network, propagate
from core.pixels import CHANNELS, SIZE, scale

SIDE = 24  # pixels of a patch's side
STEP = 5  # pixels from one patch to the next where all are asked
INPUTS = SIDE * SIDE * CHANNELS  # 1728


def sees_patches(network: Network) -> bool:
    """Whether the network looks at patches: it has an input for each number of one."""
    return network.sizes[0] == INPUTS


def every_patch(photos: Tensor, step: int = STEP) -> Tensor:
    """All patches, `step` pixels apart, as columns: photo after photo, row by row.

    Shapes: photos (m, 64, 64, 3) uint8 or floats −1 … 1 → X (1728, m · c), c = (⌊(64 − 24) / step⌋ + 1)².
    """
    x = scale(photos) if photos.dtype == torch.uint8 else photos
    windows = x.unfold(1, SIDE, step).unfold(2, SIDE, step)  # (m, rows, columns, 3, 24, 24)
    return windows.permute(0, 1, 2, 4, 5, 3).reshape(-1, INPUTS).T  # (m · c, 1728) → (1728, m · c)


def some_patches(x: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """`count` patches of each photo, anywhere, as columns. Shapes: x (m, 64, 64, 3) → X (1728, m · count)."""
    m, places = x.shape[0], SIZE - SIDE + 1
    row, column = torch.randint(0, places, (2, m, count), generator=generator)
    photo = torch.arange(m)[:, None].expand(m, count)
    windows = x.unfold(1, SIDE, 1).unfold(2, SIDE, 1)  # a view: (m, 41, 41, 3, 24, 24)
    taken = windows[photo, row, column]  # (m, count, 3, 24, 24)
    return taken.permute(0, 1, 3, 4, 2).reshape(-1, INPUTS).T


class Pooled(Loss):
    """A loss on the mean logits of each photo's patches. Shapes: Z (k, m · c), Y (k, m)."""

    name = "pooled"

    def __init__(self, loss: Loss) -> None:
        self.loss, self.activation = loss, loss.activation

    def terms(self, Z: Tensor, Y: Tensor) -> Tensor:
        """Of each photo: (k, m)."""
        return self.loss.terms(pool(Z, Y.shape[1]), Y)

    def derivative(self, Z: Tensor, Y: Tensor) -> Tensor:
        """(1/c) ∂L/∂z, once for every patch: (k, m · c)."""
        k, m = Y.shape
        c = Z.shape[1] // m
        dz = self.loss.derivative(pool(Z, m), Y) / c  # (k, m)
        return dz[:, :, None].expand(k, m, c).reshape(k, m * c)


def pool(Z: Tensor, m: int) -> Tensor:
    """The mean over the patches of each of m photos. Shapes: Z (k, m · c) → (k, m). Errors: ValueError."""
    k, columns = Z.shape
    if m < 1 or columns % m:
        raise ValueError(f"{columns} patches are no equal number for each of {m} photos")
    return Z.view(k, m, columns // m).mean(dim=2)


def votes(network: Network, photos: Tensor, step: int = STEP) -> Tensor:
    """z^(j) of every patch, photo by photo.

    Shapes: photos (m, 64, 64, 3) → (k, m, rows, columns), a place for each patch.
    """
    W = network.layers[0].W
    across = (SIZE - SIDE) // step + 1
    with torch.no_grad():
        Z = [  # a few photos at a time: their floats stay in the cache
            propagate(network, every_patch(part.to(W.device), step).to(W.dtype)).Z[-1]
            for part in photos.split(16)
        ]
    return torch.cat(Z, dim=1).view(-1, photos.shape[0], across, across)


def logits(network: Network, photos: Tensor) -> Tensor:
    """z: the mean vote on each photo and its mirror image. Shapes: photos (m, 64, 64, 3) → (k, m)."""
    both = [votes(network, seen).mean(dim=(2, 3)) for seen in (photos, photos.flip(2))]
    return (both[0] + both[1]) / 2


def probabilities(network: Network, photos: Tensor) -> Tensor:
    """ŷ = g(z) of photos. Shapes: photos (m, 64, 64, 3) uint8 → (k, m)."""
    return network.layers[-1].activation(logits(network, photos))


def spread(votes: Tensor, step: int = STEP) -> Tensor:
    """Each pixel's mean of the votes of the patches that hold it: where they come from.

    Shapes: votes (k, rows, columns) → (k, 64, 64); pixels in no patch, at the far edges, get the nearest.
    """
    k, rows, columns = votes.shape
    fold = partial(
        torch.nn.functional.fold,
        output_size=(SIDE + step * (rows - 1), SIDE + step * (columns - 1)),
        kernel_size=SIDE,
        stride=step,
    )
    flat = votes.reshape(k, 1, rows * columns).expand(k, SIDE * SIDE, rows * columns)
    total, count = fold(flat), fold(torch.ones_like(flat))  # (k, 1, side, side)
    mean = total / count
    missing = SIZE - mean.shape[-1]
    return torch.nn.functional.pad(mean, (0, missing, 0, missing), mode="replicate")[:, 0]
