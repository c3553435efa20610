"""A photo as a batch of patches, and of patches of patches: what a neuron sees grows from layer to layer.

    A[0]    the photo, a picture of 64 × 64 places with three numbers each
    X[l]    the patches of the picture below, s × s places each, every t-th of them, as columns (s² k[l−1], c)
    Z[l] = W[l] X[l] + b[l],   A[l] = g(Z[l])     (k[l], c): a picture again, with k[l] numbers a place
    ā = (1/c) Σ_j a^(j)        the mean of the last picture's places
    z = the layers above on ā,   ŷ = σ(z)
    ∂L/∂a^(j) = (1/c) ∂L/∂ā    the way back of a mean: the same for every place

    layer                  1     2     3     4     5     6
    patch, step           4, 2  3, 1  3, 2  3, 1  4, 2  3, 1
    places a side    64    31    29    14    12     5     3
    pixels a side           4     8    12    20    32    48     that a neuron sees of the photo

A fully connected layer learns a pattern anew for each place where it may stand. Asked about patches, it needs
to know edges, stitches, pentagons and leather, not where on the photo they are: the batch does the moving
about. Edges are the first layer's, patterns are made of them, and balls of patterns. The layers above weigh
up how much of each there is. In other words, W[l] on every patch is a convolution with stride t: the same
weights at all places (weight sharing, or parameter sharing), of which each sees its receptive field. The six
together are a convolutional network, and ā is (global average) pooling.
Shapes: pictures (m, k, side, side), photo after photo, as torch's convolution has them, which never makes X.
Source: lecture, sections 2, 6 and 7; LeCun et al., "Gradient-based learning applied to document recognition"
(1998); the mean at the end: Lin et al., "Network in network" (2014).
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, partial

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.grad import conv2d_input, conv2d_weight

from core.losses import Loss
from core.network import Layer, Network, Trace, backpropagate, propagate
from core.pixels import CHANNELS, SIZE, scale

PATCHES = ((4, 2), (3, 1), (3, 2), (3, 1), (4, 2), (3, 1))  # of each layer on patches: its side, and the step
INPUTS = PATCHES[0][0] ** 2 * CHANNELS  # 48
AT_ONCE = 16  # photos that are asked together: what they excite stays in the cache
MARGIN = 8  # pixels that the middle of a photo leaves out on each side
VOTING, SEEN, APART = 4, 20, 4  # the layer whose places are asked what they add to z, and their patches

Pictures = tuple[Tensor, ...]  # A[0], the photos, and what each layer on patches makes of them


def sees_patches(network: Network) -> bool:
    """Whether the network looks at patches."""
    return network.layers[0].step > 0


def below(network: Network) -> Network:
    """The layers that see patches. Errors: ValueError if there are none."""
    return Network(tuple(layer for layer in network.layers if layer.step))


def above(network: Network) -> Network:
    """The layers that see what a photo's patches excite on average. Errors: ValueError if there are none."""
    return Network(tuple(layer for layer in network.layers if not layer.step))


def fitting(network: Network) -> bool:
    """Whether its layers on patches are PATCHES, and there are others above them."""
    layers = network.layers[: len(PATCHES)]
    steps = tuple(layer.step for layer in network.layers)
    if steps != (*(step for _, step in PATCHES), *[0] * (len(steps) - len(PATCHES))) or steps[-1]:
        return False
    numbers = (CHANNELS, *(layer.W.shape[0] for layer in layers))
    return all(
        layer.W.shape[1] == side * side * k
        for layer, (side, _), k in zip(layers, PATCHES, numbers, strict=False)
    )


def spacing(layers: Network) -> int:
    """Pixels of the photo from one place of the last picture to the next: the product of the steps."""
    pixels = 1
    for layer in layers.layers:
        pixels *= layer.step
    return pixels


def receptive_field(layers: Network) -> int:
    """Pixels of the photo, a side, that a neuron of the last of these layers on patches sees."""
    pixels, apart, k = 1, 1, CHANNELS
    for layer in layers.layers:
        pixels += (layer.side(k) - 1) * apart
        apart *= layer.step
        k = layer.W.shape[0]
    return pixels


def floats(photos: Tensor, side: int = SIZE, dtype: torch.dtype = torch.float32) -> Tensor:
    """A[0]: −1 … 1, as `scale` makes of bytes.

    Shapes: (m, side, side, 3) uint8 or floats → (m, 3, side, side). Errors: ValueError for other photos.
    """
    of_bytes = photos.dtype == torch.uint8
    if tuple(photos.shape[1:]) != (side, side, CHANNELS) or not (of_bytes or photos.is_floating_point()):
        wanted, got = f"(m, {side}, {side}, {CHANNELS})", f"{tuple(photos.shape)} {photos.dtype}"
        raise ValueError(f"photos are {wanted}, uint8 or floats, got {got}")
    return (scale(photos) if of_bytes else photos).to(dtype).permute(0, 3, 1, 2)


def filters(layer: Layer, k: int) -> Tensor:
    """W as torch's convolution has it, a picture a neuron; k: numbers a place of what lies below.

    Shapes: W (k[l], side² k) → (k[l], k, side, side). Errors: ValueError where W does not fit it.
    """
    side = layer.side(k)
    return layer.W.view(-1, side, side, k).permute(0, 3, 1, 2)


def propagate_pictures(layers: Network, pictures: Tensor) -> Pictures:
    """A[0], A[1], … A[last]: Z[l] = W[l] X[l] + b[l], A[l] = g(Z[l]). Shapes: (m, 3, side, side) first.

    It sums in the pictures' dtype, whatever W's. Errors: ValueError for a picture smaller than a patch.
    """
    A = [pictures]
    for layer in layers.layers:
        W, b = filters(layer, A[-1].shape[1]).to(pictures.dtype), layer.b[:, 0].to(pictures.dtype)
        if W.shape[-1] > A[-1].shape[-1]:
            raise ValueError(f"of {pictures.shape[-1]} pixels a side nothing is left for layer {len(A)}")
        A.append(layer.activation(F.conv2d(A[-1], W, b, stride=layer.step)))
    return tuple(A)


def pool(pictures: Tensor) -> Tensor:
    """ā: the mean over the places of each photo's picture.

    Shapes: (m, k, side, side) → (k, m), of bfloat16 in float32, else in the pictures' dtype.
    """
    return pictures.mean(dim=(2, 3), dtype=torch.promote_types(pictures.dtype, torch.float32)).T


def propagate_patches(network: Network, pictures: Tensor) -> tuple[Pictures, Trace]:
    """Forward through all layers: the pictures that those on patches make, and the trace of those above.

    Shapes: (m, 3, 64, 64) or larger, m ≥ 1. Errors: ValueError as of `propagate_pictures` and `above`.
    """
    A = propagate_pictures(below(network), pictures)
    return A, propagate(above(network), pool(A[-1]))


def backpropagate_patches(
    network: Network, pictures: Pictures, photos: Trace, Y: Tensor, loss: Loss
) -> tuple[Tensor, ...]:
    """∂J/∂W[1], ∂J/∂b[1], ∂J/∂W[2], … of J = (1/m) Σ L over the photos. Shapes: as the parameters; Y (k, m).

    δ[l] = ∂J/∂A[l] ∘ g′,   ∂J/∂W[l] = δ[l] X[l]ᵀ,   ∂J/∂b[l] = the sum of δ[l] over all places
    ∂J/∂A[l−1] = what W[l]ᵀ δ[l] says of each patch, added up where patches overlap

    ∂J/∂W[l] is made in a thread beside, while the way back goes on to the layer below.
    """
    top = backpropagate(above(network), photos, Y, loss)
    layers = below(network).layers
    last = pictures[-1]
    dA = above(network).layers[0].W.T @ top.delta[0] / last[0, 0].numel()  # (k, m): (1/c) ∂J/∂ā
    dA = dA.T[:, :, None, None].expand(last.shape).to(last.dtype)
    found = list[Future[tuple[Tensor, Tensor]]]()
    for l in range(len(layers) - 1, -1, -1):  # noqa: E741  the lecture's l
        layer, A = layers[l], pictures[l]
        delta = layer.activation.pull_back(pictures[l + 1], dA).contiguous(memory_format=torch.channels_last)
        found.append(_beside().submit(_of_layer, layer, A, delta))
        if l > 0:
            W = filters(layer, A.shape[1]).to(A.dtype)
            dA = conv2d_input(list(A.shape), W, delta, stride=layer.step)
    return (*(gradient for pair in found[::-1] for gradient in pair.result()), *top.of_parameters)


def _of_layer(layer: Layer, A: Tensor, delta: Tensor) -> tuple[Tensor, Tensor]:
    """∂J/∂W and ∂J/∂b of a layer on patches, from the pictures below it and its δ.

    Shapes: A (m, k[l−1], side, side), delta (m, k[l], side, side) → as W and b.
    """
    W = filters(layer, A.shape[1])
    dW = conv2d_weight(A, list(W.shape), delta, stride=layer.step)  # (k, k below, side, side)
    db = delta.sum(dim=(0, 2, 3), dtype=layer.b.dtype)[:, None]
    return dW.permute(0, 2, 3, 1).reshape(layer.W.shape).to(layer.W.dtype), db


@cache
def _beside() -> ThreadPoolExecutor:
    """A thread for the gradients of the weights; torch may use as many in it as when it begins."""
    return ThreadPoolExecutor(1, thread_name_prefix="gradients", initializer=torch.get_num_threads)


def middle(photos: Tensor) -> Tensor:
    """The middle three quarters, enlarged and mirrored. Shapes: (m, 3, 64, 64) → the same."""
    inner = photos[:, :, MARGIN:-MARGIN, MARGIN:-MARGIN]  # (m, 3, 48, 48)
    return F.interpolate(inner, size=(SIZE, SIZE), mode="bilinear", align_corners=False).flip(3)


def _ways(network: Network, photos: Tensor) -> tuple[Tensor, ...]:
    """The ways to see a photo: as it is, mirrored, and its middle, mirrored, too."""
    W = network.layers[0].W
    seen = floats(photos.to(W.device), dtype=W.dtype)
    return seen, seen.flip(3), middle(seen)


def excited(network: Network, photos: Tensor) -> Tensor:
    """ā: what the patches of each photo, of its mirror image and of its middle excite on average.

    Shapes: photos (m, 64, 64, 3), m ≥ 1 → (k, m). Errors: ValueError.
    """
    _some(photos)
    with torch.no_grad():
        found = [
            _mean([pool(propagate_pictures(below(network), way)[-1]) for way in _ways(network, part)])
            for part in photos.split(AT_ONCE)
        ]
    return torch.cat(found, dim=1)


def _mean(of_ways: Sequence[Tensor]) -> Tensor:
    return torch.stack(tuple(of_ways)).mean(dim=0)


def _some(photos: Tensor) -> None:
    """Errors: ValueError for no photo."""
    if len(photos) == 0:
        raise ValueError("of no photo no patches can be averaged")


def logits(network: Network, photos: Tensor) -> Tensor:
    """z. Shapes: photos (m, 64, 64, 3) → (k, m)."""
    with torch.no_grad():
        return propagate(above(network), excited(network, photos)).Z[-1]


def votes(network: Network, photos: Tensor) -> Tensor:
    """What each place of the picture A[4] adds to z: numbers whose mean over a photo's places is its z.

        z = Σ_j w^(j) a^(j) + rest,    w^(j) = ∂z/∂a^(j)

    is exact for a^(j), the numbers at place j, as long as no ReLU above switches: what lies above is linear
    then. Place j votes c w^(j) a^(j) + rest, with c = 3 · 12 · 12 places, so that the votes' mean is z.
    Shapes: photos (m, 64, 64, 3) → (k, m, 3, 12, 12): a place for each patch of 20 × 20 pixels of the photo,
    of its mirror image, and of its middle, mirrored. Errors: ValueError, as of `excited`.
    """
    _some(photos)
    lower, upper = (Network(part) for part in _cut(below(network)))
    found = []
    with torch.no_grad():
        for part in photos.split(AT_ONCE):
            ways = [propagate_pictures(lower, way)[-1] for way in _ways(network, part)]
            tops = [propagate_pictures(upper, way) for way in ways]
            whole = propagate(above(network), _mean([pool(A[-1]) for A in tops]))
            slopes = slopes_of_mean(above(network), whole) / len(tops)  # (k, numbers, m)
            adds = torch.stack([_added(upper, A, slopes) for A in tops], dim=2)  # (k, m, ways, side, side)
            rest = whole.Z[-1] - adds.sum(dim=(2, 3, 4))  # (k, m)
            found.append(adds * adds[0, 0].numel() + rest[:, :, None, None, None])
    return torch.cat(found, dim=1)


def _cut(layers: Network) -> tuple[tuple[Layer, ...], tuple[Layer, ...]]:
    """Those up to the one that votes, and the others on patches."""
    return layers.layers[:VOTING], layers.layers[VOTING:]


def slopes_of_mean(layers: Network, trace: Trace) -> Tensor:
    """∂z_i/∂ā of every photo: W[L] D … W[1], with D the slopes of the activations between.

    Shapes: the layers above, their trace of m photos → (k, n, m).
    """
    *inner, last = layers.layers
    found = last.W[:, :, None].expand(*last.W.shape, trace.Y_hat.shape[1])  # (k, k[L−1], m)
    for layer, A in zip(inner[::-1], trace.A[-2:0:-1], strict=True):
        D = layer.activation.pull_back(A, torch.ones_like(A))  # (k[l], m)
        found = torch.einsum("kjm,jn->knm", found * D, layer.W)
    return found


def slopes_of_places(layers: Network, pictures: Pictures, slope: Tensor) -> Iterator[Tensor]:
    """∂z/∂A of each picture, the last first: the way back, as in `backpropagate_patches`.

    Shapes: slope, ∂z/∂ā of one z, (k, m) → as the pictures, (m, k[l], side, side).
    """
    last = pictures[-1]
    dA = (slope.T / last[0, 0].numel())[:, :, None, None].expand(last.shape)
    yield dA
    for layer, a, after in zip(layers.layers[::-1], pictures[-2::-1], pictures[:0:-1], strict=True):
        delta = layer.activation.pull_back(after, dA).contiguous()
        dA = conv2d_input(list(a.shape), filters(layer, a.shape[1]), delta, stride=layer.step)
        yield dA


def _added(layers: Network, A: Pictures, slopes: Tensor) -> Tensor:
    """What the numbers of each place of A[0] add to z. Shapes: ∂z/∂ā (k, n, m) → (k, m, side, side)."""
    *_, first = zip(*(slopes_of_places(layers, A, slope) for slope in slopes), strict=True)
    return torch.stack([(dA * A[0]).sum(dim=1) for dA in first])


def by_pixel(votes: Tensor) -> Tensor:
    """Where the votes come from: each pixel's mean of the votes of the patches that hold it.

    Of the ways to see it, too: two, and three in the middle. Shapes: votes (k, 3, 12, 12) → (k, 64, 64).
    """
    seen = (_spread(votes[:, 0]) + _spread(votes[:, 1]).flip(2)) / 2
    size = SIZE - 2 * MARGIN
    inner = _spread(votes[:, 2]).flip(2)
    inner = F.interpolate(inner[:, None], size=(size, size), mode="bilinear", antialias=True)[:, 0]
    inside = (..., slice(MARGIN, -MARGIN), slice(MARGIN, -MARGIN))
    seen[inside] = (2 * seen[inside] + inner) / 3
    return seen


def _spread(votes: Tensor) -> Tensor:
    """Shapes: votes (k, 12, 12) → (k, 64, 64)."""
    fold = partial(F.fold, output_size=(SIZE, SIZE), kernel_size=SEEN, stride=APART)
    flat = votes.flatten(1)[:, None].expand(-1, SEEN * SEEN, -1)  # (k, 400, 144)
    total, count = fold(flat), fold(torch.ones_like(flat))  # (k, 1, 64, 64)
    return (total / count)[:, 0]
