"""The patches of photos that excite a neuron of the network on patches most: edges, patterns, whole balls.

    for neuron j of layer l    the places with the largest a_j^[l], one a photo
    adds_jk                    the mean over photos of Σ ∂z_k/∂a_j a_j, summed over the photo's places

A neuron sees its receptive field, 4 pixels a side in the first layer and 48 in the sixth, so that what
excites it is a piece of a photo, as it is. `adds` is what the finds of a neuron add to z_k, to first order.
Source: lecture, section 4; Zeiler and Fergus, "Visualizing and understanding convolutional networks" (2014),
who show such patches, found and drawn otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from core import patches
from core.network import Network, propagate


@dataclass(frozen=True)
class Strongest:
    """The k neurons of one layer on patches, asked about m photos.

    side: pixels of a patch. Shapes: photo, top, left (k, t) int64: which photo, and where in it the patch
    begins, strongest first; a (k, t), what the neuron says there; adds (k, outputs).
    """

    side: int
    photo: Tensor
    top: Tensor
    left: Tensor
    a: Tensor
    adds: Tensor


def strongest_patches(network: Network, photos: Tensor, top: int = 4) -> tuple[Strongest, ...]:
    """Of each layer on patches, first layer first. Photos that tie stand in their order.

    Shapes: photos (m, 64, 64, 3), m ≥ 1 → t = min(top, m). Errors: ValueError if top < 1, for no photo, for
    other photos, and for a network without layers on patches.
    """
    if top < 1 or len(photos) < 1:
        raise ValueError(f"at least one patch of one photo is asked for, got {top} of {len(photos)}")
    layers = patches.below(network).layers
    parts = [_of_part(network, part) for part in photos.split(patches.AT_ONCE)]
    return tuple(
        _of_layer(Network(layers[: i + 1]), [part[i] for part in parts], top) for i in range(len(layers))
    )


@dataclass(frozen=True)
class _Part:
    """Of a few photos: the largest a of each, its place, row by row, and Σ ∂z/∂a a over all places.

    Shapes: largest, place (k, m); adds (k, m, outputs).
    """

    largest: Tensor
    place: Tensor
    adds: Tensor


def _of_part(network: Network, photos: Tensor) -> list[_Part]:
    W, layers, above = network.layers[0].W, patches.below(network), patches.above(network)
    with torch.no_grad():
        A = patches.propagate_pictures(layers, patches.floats(photos.to(W.device), dtype=W.dtype))
        slopes = patches.slopes_of_mean(above, propagate(above, patches.pool(A[-1])))  # (outputs, k, m)
        adds = zip(*(_adds(layers, A, slope) for slope in slopes), strict=True)
        found = []
        for a, of_outputs in zip(A[:0:-1], adds, strict=True):
            largest, place = a.flatten(2).max(dim=2)  # (m, k)
            found.append(_Part(largest.T, place.T, torch.stack(of_outputs, dim=2).transpose(0, 1)))
    return found[::-1]


def _adds(layers: Network, A: patches.Pictures, slope: Tensor) -> Iterator[Tensor]:
    """Σ ∂z/∂a a over the places of each picture but the photo, the last layer's first. Shapes: (m, k)."""
    for dA, a in zip(patches.slopes_of_places(layers, A, slope), A[:0:-1], strict=False):
        yield (dA * a).sum(dim=(2, 3))


def _of_layer(seen: Network, parts: list[_Part], top: int) -> Strongest:
    """seen: the layers up to this one."""
    largest = torch.cat([part.largest for part in parts], dim=1)
    place = torch.cat([part.place for part in parts], dim=1)
    adds = torch.cat([part.adds for part in parts], dim=1).mean(dim=1)
    a, photo = (one[:, :top] for one in largest.sort(dim=1, descending=True, stable=True))
    side, apart = patches.receptive_field(seen), patches.spacing(seen)
    across = (patches.SIZE - side) // apart + 1  # places a side
    at = place.gather(1, photo)  # (k, t)
    return Strongest(side, photo, at // across * apart, at % across * apart, a, adds)


def speaking_for(adds: Tensor, count: int) -> tuple[tuple[int, ...], ...]:
    """Of each output the neurons that add most to it, no neuron twice: the outputs choose in turn.

    Shapes: adds (k, outputs) → (outputs, count). Errors: ValueError for fewer neurons than are asked for.
    """
    k, outputs = adds.shape
    if k < count * outputs:
        raise ValueError(f"{outputs} outputs cannot choose {count} of {k} neurons each")
    orders = adds.sort(dim=0, descending=True, stable=True).indices.T.tolist()
    chosen = list[int]()
    for order in orders * count:
        chosen.append(next(j for j in order if j not in chosen))
    return tuple(tuple(chosen[i::outputs]) for i in range(outputs))
