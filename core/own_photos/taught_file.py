"""The network on patches, taught (core.own_photos.last_layers), as a file to take away and to bring back.

    layer.l.W, layer.l.b    all its layers, also those on patches, which are as they ship (core.weights)
    learned.photos          by which the photos that it learned from are known (core.photo_folder.learned)

`python -m core predict --weights` and `accuracy --weights` ask it, too; and what `train patches --photos` has
written is brought back like one that was taken away here.
"""

import numpy as np
from numpy.typing import NDArray

from core.activations import SIGMOID
from core.balls import KINDS
from core.divergence import LARGEST_Z, reach
from core.network import Network
from core.patches import fitting, sees_patches
from core.photo_folder.learned import as_tensors
from core.pixels import N
from core.weights import WeightsError, architecture, network_from_bytes, network_tensors, tensors_to_bytes


def taught_to_bytes(network: Network, marks: NDArray[np.int32]) -> bytes:
    """The file. marks (m,): of the photos that it learned from."""
    return tensors_to_bytes(network_tensors(network) | as_tensors(marks), architecture(network))


def taught_from_bytes(data: bytes) -> Network:
    """The network.

    Errors: WeightsError in a sentence unless it sees patches as the one that ships does and names the three
    balls, in numbers that are finite whatever the photo.
    """
    network = network_from_bytes(data)
    n, k = network.sizes[0], network.sizes[-1]
    if n == N:
        raise WeightsError(
            "these weights are of a network that sees the whole photo at once, from which Live training can "
            "begin; here the network on patches is asked"
        )
    if not sees_patches(network) or k != len(KINDS):
        raise WeightsError(
            f"the network on patches has {len(KINDS)} outputs, these weights are of one from {n:,} inputs to "
            f"{k:,}"
        )
    if not fitting(network):
        raise WeightsError(
            "these weights are of another network on patches: the layers that see them are not those that "
            "ship"
        )
    if network.layers[-1].activation is not SIGMOID:
        raise WeightsError(
            "the outputs of the network on patches are sigmoid, those of these weights "
            f"{network.layers[-1].activation.name}"
        )
    if reach(network) > LARGEST_Z:
        raise WeightsError("some of these weights are so large that what they say of a photo is no number")
    return network
