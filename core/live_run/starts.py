"""The weights that a run begins with when it does not begin from nothing: fine-tuning.

    goal2, goal3    the heads that ship          network    the network with hidden layers that ships
    file            weights that somebody took away before and brings back as a safetensors file

A file from a stranger holds numbers and strings only; what it claims to be is checked before it is used.
"""

from core.network import Network
from core.patches import sees_patches
from core.pixels import N
from core.weights import WeightsError, network_from_bytes

SHIPPED_STARTS = ("goal2", "goal3", "network")
FROM_FILE = "file"
LAST = ("sigmoid", "softmax")  # activations whose z a run can train on


def layers_of(network: Network) -> tuple[tuple[int, ...], str]:
    """Its hidden layers and their activation, as core.live_run.settings names them; "" where there are none.

    Errors: WeightsError in a sentence unless it goes from 12288 inputs to 3 outputs of sigmoids or softmax,
    its hidden layers with one activation. Whether a run takes such layers is the affair of its settings.
    """
    n, *hidden, k = network.sizes
    if sees_patches(network):
        raise WeightsError("these weights are of a network on patches, which the page Your photos takes")
    if (n, k) != (N, 3):
        raise WeightsError(f"a run here needs {N} inputs and 3 outputs, these weights have {n} and {k}")
    activations = {layer.activation.name for layer in network.layers[:-1]}
    if len(activations) > 1:
        raise WeightsError("the hidden layers of a run here share one activation, these have several")
    if network.layers[-1].activation.name not in LAST:
        raise WeightsError(
            f"the outputs of a run here are {' or '.join(LAST)}, not {network.layers[-1].activation.name}"
        )
    return tuple(hidden), next(iter(activations), "")


def start_from_bytes(data: bytes) -> Network:
    """The network in a safetensors file that was brought back; see core.weights for its form.

    Errors: WeightsError in a sentence for any other file.
    """
    network = network_from_bytes(data)
    layers_of(network)
    return network
