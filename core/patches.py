"""A photo as a batch of its own: every patch of it is a column of X, and what they excite is averaged.

    photo (64, 64, 3) → patches of 24 × 24 at every fifth place, and as many of its middle three quarters,
                        enlarged and mirrored → X (1728, c),  c = 2 · 9 · 9
    z[1] = W[1] X + b[1]         by torch's convolution, which never makes X (PatchColumns)
    a^(j) = the first two layers' activations of patch x^(j)
    ā = (1/c) Σ_j a^(j),   z = the layers above on ā,   ŷ = σ(z)
    ∂L/∂a^(j) = (1/c) ∂L/∂ā      the way back of a mean: the same for every patch

A fully connected layer learns a pattern anew for each place where it may stand. Asked about patches, it needs
to know stitches, pentagons and leather, not where on the photo they are: the batch does the moving about. The
layers above weigh up how much of each there is. In other words, W[1] on every patch is a convolution with
stride 5 (weight sharing, or parameter sharing: the same weights at all places, the receptive field 24 × 24),
and ā is mean pooling.
Source: lecture, sections 2, 6 and 7; that small patches' answers, averaged, go far is the finding of Brendel
and Bethge, "Approximating CNNs with bag-of-local-features models" (2019).
"""

from functools import partial

import torch
from torch import Tensor
from torch.nn import functional as F

from core.columns import RightSide
from core.losses import Loss
from core.network import Gradients, Network, Trace, backpropagate, backpropagate_from, propagate
from core.pixels import CHANNELS, SIZE, scale

SIDE = 24  # pixels of a patch's side
STEP = 5  # pixels from one patch to the next where all are asked
ACROSS = (SIZE - SIDE) // STEP + 1  # 9 patches a row, from edge to edge
INPUTS = SIDE * SIDE * CHANNELS  # 1728
BELOW = 2  # layers that see a patch; those above see the photo
AT_ONCE = 16  # photos whose patches are asked together: what they excite stays in the cache
MARGIN = 8  # pixels that the middle of a photo leaves out on each side


def sees_patches(network: Network) -> bool:
    """Whether the network looks at patches: it has an input for each number of one."""
    return network.sizes[0] == INPUTS


class PatchColumns(RightSide):
    """X (1728, m · c) of all patches, `step` pixels apart, as columns: photo after photo, row by row.

    Neighbouring patches share pixels, so X is some ten times as large as the photos. It stands where X stands
    in `propagate`, and W @ X is computed from the photos: a row of W, as 24 × 24 × 3 numbers, laid on every
    place, its products added up, which is torch's conv2d.
    Shapes: photos (m, side, side, 3) uint8 or floats −1 … 1; c = (⌊(side − 24) / step⌋ + 1)².
    Errors: ValueError for other photos, step < 1 or side < 24.
    """

    def __init__(
        self,
        photos: Tensor,
        step: int = STEP,
        *,
        side: int = SIZE,
        dtype: torch.dtype = torch.float32,
        device: torch.device | None = None,
    ) -> None:
        if step < 1 or side < SIDE:
            raise ValueError(
                f"patches of {SIDE} pixels are cut at steps of at least 1, got {step}, of {side}"
            )
        self.photos = _floats(photos.to(device), side).to(dtype)  # (m, side, side, 3)
        self.step, self.across = step, (side - SIDE) // step + 1

    @property
    def dtype(self) -> torch.dtype:
        return self.photos.dtype

    @property
    def shape(self) -> torch.Size:
        """(1728, m · c)."""
        return torch.Size((INPUTS, len(self.photos) * self.across**2))

    def floats(self) -> Tensor:
        """The ordinary X. Shape (1728, m · c)."""
        windows = self.photos.unfold(1, SIDE, self.step).unfold(2, SIDE, self.step)  # (m, √c, √c, 3, 24, 24)
        return windows.permute(0, 1, 2, 4, 5, 3).reshape(-1, INPUTS).T  # (m · c, 1728) → (1728, m · c)

    def __rmatmul__(self, W: Tensor) -> Tensor:
        """W X. Shapes: W (k, 1728) → (k, m · c). Errors: RuntimeError for another shape, dtype or device."""
        filters = W.view(-1, SIDE, SIDE, CHANNELS).permute(0, 3, 1, 2)  # (k, 3, 24, 24)
        Z = F.conv2d(self.photos.permute(0, 3, 1, 2), filters, stride=self.step)  # (m, k, √c, √c)
        return Z.transpose(0, 1).flatten(1)


def _floats(photos: Tensor, side: int = SIZE) -> Tensor:
    """−1 … 1, as `scale` makes of bytes. Shapes: (m, side, side, 3). Errors: ValueError for other photos."""
    of_bytes = photos.dtype == torch.uint8
    if tuple(photos.shape[1:]) != (side, side, CHANNELS) or not (of_bytes or photos.is_floating_point()):
        wanted, got = f"(m, {side}, {side}, {CHANNELS})", f"{tuple(photos.shape)} {photos.dtype}"
        raise ValueError(f"photos are {wanted}, uint8 or floats, got {got}")
    return scale(photos) if of_bytes else photos


def some_patches(x: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """`count` patches of each photo, anywhere, as columns. Shapes: x (m, 64, 64, 3) → X (1728, m · count).

    x: uint8 or floats −1 … 1. Errors: ValueError for other photos.
    """
    x = _floats(x)
    m, places = x.shape[0], SIZE - SIDE + 1
    row, column = torch.randint(0, places, (2, m, count), generator=generator)
    photo = torch.arange(m)[:, None].expand(m, count)
    windows = x.unfold(1, SIDE, 1).unfold(2, SIDE, 1)  # a view: (m, 41, 41, 3, 24, 24)
    taken = windows[photo, row, column]  # (m, count, 3, 24, 24)
    return taken.permute(0, 1, 3, 4, 2).reshape(-1, INPUTS).T


def below(network: Network) -> Network:
    """The layers that see patches."""
    return Network(network.layers[:BELOW])


def above(network: Network) -> Network:
    """The layers that see what a photo's patches excite on average. Errors: ValueError if there are none."""
    return Network(network.layers[BELOW:])


def pool(A: Tensor, m: int) -> Tensor:
    """ā: the mean over the patches of each of m photos. Shapes: A (k, m · c), m and c ≥ 1 → (k, m).

    Errors: ValueError for a number of patches that m does not divide.
    """
    k, columns = A.shape
    if m < 1 or columns < m or columns % m:
        raise ValueError(f"{columns} patches are no equal number for each of {m} photos")
    return A.view(k, m, columns // m).mean(dim=2)


def propagate_patches(network: Network, X: Tensor, m: int) -> tuple[Trace, Trace]:
    """The patches X (1728, m · c) of m photos, c each: the trace of every patch, and that of every photo.

    Errors: ValueError where X does not fit, as of `pool`, and for a network without layers `above`.
    """
    patches = propagate(below(network), X)
    return patches, propagate(above(network), pool(patches.Y_hat, m))


def backpropagate_patches(
    network: Network, patches: Trace, photos: Trace, Y: Tensor, loss: Loss
) -> Gradients:
    """The gradients of every layer of J = (1/m) Σ L over the photos. Shapes: Y (k, m).

    patches, photos: from `propagate_patches`. Errors: ValueError as of `network.backpropagate`.
    """
    top = backpropagate(above(network), photos, Y, loss)
    m, columns = Y.shape[1], patches.Y_hat.shape[1]
    dA = network.layers[BELOW].W.T @ top.delta[0] / (columns // m)  # (k[2], m): (1/c) ∂J/∂ā
    dA = dA.repeat_interleave(columns // m, dim=1)  # (k[2], m · c)
    bottom = backpropagate_from(below(network), patches, dA)
    return Gradients(bottom.W + top.W, bottom.b + top.b, bottom.delta + top.delta)


def middle(photos: Tensor) -> Tensor:
    """The middle three quarters, enlarged and mirrored. Shapes: (m, 64, 64, 3) → floats of the same.

    Errors: ValueError for other photos.
    """
    x = _floats(photos)
    inner = x[:, MARGIN:-MARGIN, MARGIN:-MARGIN].permute(0, 3, 1, 2)  # (m, 3, 48, 48)
    return (
        F.interpolate(inner, size=(SIZE, SIZE), mode="bilinear", align_corners=False)
        .permute(0, 2, 3, 1)
        .flip(2)
    )


def _excited(network: Network, photos: Tensor) -> Tensor:
    """a of every patch. Shapes: photos (m, 64, 64, 3), m ≥ 1 → (k[2], m · c). Errors: ValueError."""
    if len(photos) == 0:
        raise ValueError("of no photo no patches can be averaged")
    W = network.layers[0].W
    found = []
    for part in photos.split(AT_ONCE):
        seen = part.to(W.device)
        ways = [PatchColumns(way, dtype=W.dtype) for way in (seen, middle(seen))]  # (1728, m · c/2) each
        both = [propagate(below(network), X).Y_hat.view(-1, len(part), X.shape[1] // len(part)) for X in ways]
        found.append(torch.cat(both, dim=2).flatten(1))  # photo by photo, first as it is
    return torch.cat(found, dim=1)


def votes(network: Network, photos: Tensor) -> Tensor:
    """What each patch adds to z: numbers whose mean over a photo's patches is its z.

        z = W[L] D … (W[3] ā + b[3]) … + b[L]    with D the 0 and 1 of the ReLUs that the photo leaves open

    is linear in ā as long as D stays, so with the photo's own D each a^(j) has a z^(j).
    Shapes: photos (m, 64, 64, 3) → (k, m, 2, 9, 9): a place for each patch of the photo, and of its middle,
    mirrored. Errors, here and below: ValueError for no photo, for others, and for a network without layers
    `above`.
    """
    m = photos.shape[0]
    with torch.no_grad():
        each = _excited(network, photos)  # (k[2], m · c)
        whole = propagate(above(network), pool(each, m))
        for layer, a in zip(network.layers[BELOW:], whole.A[1:], strict=True):
            each = layer.W @ each + layer.b
            if layer is not network.layers[-1]:
                each = each * (a > 0).repeat_interleave(each.shape[1] // m, dim=1)
    return each.view(-1, m, 2, ACROSS, ACROSS)


def excited(network: Network, photos: Tensor) -> Tensor:
    """ā: what the patches of each photo excite on average. Shapes: photos (m, 64, 64, 3) → (k[2], m)."""
    with torch.no_grad():
        return pool(_excited(network, photos), photos.shape[0])


def logits(network: Network, photos: Tensor) -> Tensor:
    """z. Shapes: photos (m, 64, 64, 3) → (k, m)."""
    with torch.no_grad():
        return propagate(above(network), excited(network, photos)).Z[-1]


def by_pixel(votes: Tensor) -> Tensor:
    """Where the votes come from: each pixel's mean of the votes of the patches that hold it.

    In the middle it is the mean of both ways to see it. Shapes: votes (k, 2, 9, 9) → (k, 64, 64).
    """
    seen, inner = _spread(votes[:, 0]), _spread(votes[:, 1]).flip(2)
    size = SIZE - 2 * MARGIN
    inner = F.interpolate(inner[:, None], size=(size, size), mode="bilinear", antialias=True)[:, 0]
    seen[:, MARGIN:-MARGIN, MARGIN:-MARGIN] = (seen[:, MARGIN:-MARGIN, MARGIN:-MARGIN] + inner) / 2
    return seen


def _spread(votes: Tensor) -> Tensor:
    """Shapes: votes (k, 9, 9) → (k, 64, 64)."""
    fold = partial(F.fold, output_size=(SIZE, SIZE), kernel_size=SIDE, stride=STEP)
    flat = votes.flatten(1)[:, None].expand(-1, SIDE * SIDE, -1)  # (k, 576, 81)
    total, count = fold(flat), fold(torch.ones_like(flat))  # (k, 1, 64, 64)
    return (total / count)[:, 0]
