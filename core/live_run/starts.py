"""The weights that a run begins with when it does not begin from nothing: fine-tuning.

    goal2, goal3    the heads that ship          network    the network with hidden layers that ships
    file            weights that somebody took away before and brings back as a safetensors file

A file from a stranger holds numbers and strings only; what it claims to be is checked before it is used.
"""

import json

import torch
from safetensors import SafetensorError
from safetensors.torch import load
from torch import Tensor

from core.network import Network
from core.pixels import N
from core.weights import MAX_NAMES, WeightsError, network_from_tensors, of_layers

SHIPPED_STARTS = ("goal2", "goal3", "network")
FROM_FILE = "file"
LAST = ("sigmoid", "softmax")  # activations whose z a run can train on
LARGEST = 32 << 20  # bytes: more than twice the largest network that a run can have


def layers_of(network: Network) -> tuple[tuple[int, ...], str]:
    """Its hidden layers and their activation, as core.live_run.settings names them; "" where there are none.

    Errors: WeightsError in a sentence unless it goes from 12288 inputs to 3 outputs, its hidden layers with
    one activation.
    """
    n, *hidden, k = network.sizes
    if (n, k) != (N, 3):
        raise WeightsError(f"a run here needs {N} inputs and 3 outputs, these weights have {n} and {k}")
    bends = {layer.activation.name for layer in network.layers[:-1]}
    if len(bends) > 1:
        raise WeightsError("the hidden layers of a run here share one activation, these have several")
    if network.layers[-1].activation.name not in LAST:
        raise WeightsError(
            f"the outputs of a run here are {' or '.join(LAST)}, not {network.layers[-1].activation.name}"
        )
    return tuple(hidden), next(iter(bends), "")


def start_from_bytes(data: bytes) -> Network:
    """The network in a safetensors file that was brought back; see core.weights for its form.

    Errors: WeightsError in a sentence for any other file.
    """
    if len(data) > LARGEST:
        raise WeightsError(f"the file is larger than {LARGEST >> 20} MB, more than any network of a run")
    length = int.from_bytes(data[:8], "little")
    if MAX_NAMES < length < len(data):
        raise WeightsError("this is not a safetensors file of a network: it claims too many names")
    try:
        tensors = of_layers(load(data))
        header = json.loads(json.loads(data[8 : 8 + length])["__metadata__"]["header"])
        activations = header["activations"]
        if not isinstance(activations, list) or not 1 <= len(activations) <= 16:
            raise ValueError("no list of activations")
        names = [str(name) for name in activations]
    except SafetensorError as broken:
        raise WeightsError("this is not a safetensors file, or a part of it is missing") from broken
    except (KeyError, TypeError, ValueError, RecursionError) as broken:
        raise WeightsError(
            "the file holds numbers, but does not say which activations go with them: it was not made here"
        ) from broken
    network = network_from_tensors({name: _numbers(t) for name, t in tensors.items()}, names)
    layers_of(network)
    return network


def _numbers(tensor: Tensor) -> Tensor:
    """As float32. Errors: WeightsError unless they are finite floating-point numbers."""
    if not tensor.is_floating_point():
        raise WeightsError("the weights are not floating-point numbers")
    numbers = tensor.to(torch.float32)
    if not bool(numbers.isfinite().all()):
        raise WeightsError("some of the weights are infinite or not numbers")
    return numbers
