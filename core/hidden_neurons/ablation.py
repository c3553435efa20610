"""Neurons switched off, and what the outputs lose.

    a_j^[l] := r_j for every j in S        r = 0, or the neuron's mean over the photos
    z[l+1]  := z[l+1] + W[l+1][:, S] (r_S − a_S^[l])        only what follows is computed anew

With r = 0 a neuron says nothing; but a neuron that always says about the same then takes a constant away,
too. With r = its mean only what it tells about *this* photo is lost.
The cached forward pass is reused: a switch costs columns of W[l+1], never the 12,288 pixels.
Source: lecture, section 4; section 7 for the cache.
"""

from collections.abc import Iterator, Mapping, Sequence
from operator import index

import torch
from torch import Tensor

from core.network import Network, Trace

Replacement = Sequence[Tensor]  # r[l] (k[l], 1) of each hidden layer


def zeros(network: Network) -> tuple[Tensor, ...]:
    """r = 0 for every hidden neuron. Shapes: (k[l], 1) each."""
    return tuple(torch.zeros_like(layer.b) for layer in network.layers[:-1])


def means(trace: Trace) -> tuple[Tensor, ...]:
    """r = the mean of a over the examples, for every hidden neuron. Shapes: (k[l], 1) each."""
    return tuple(A.mean(dim=1, keepdim=True) for A in trace.A[1:-1])


def switched_off(
    network: Network, trace: Trace, off: Mapping[int, Sequence[int]], replacement: Replacement | None = None
) -> tuple[Tensor, Tensor]:
    """(Z, Ŷ) of the last layer with neurons off[l] of hidden layer l = 1, 2, … replaced; r = 0 if None.

    Shapes: trace of m examples → (k[last], m) each. Errors: ValueError for a neuron that is not hidden, or
    for a replacement that is not (k[l], 1) for every hidden layer: (k,) would broadcast along the photos;
    TypeError for a neuron that is no whole number.
    """
    last = len(network.layers)
    chosen = {l: sorted({index(j) for j in neurons}) for l, neurons in off.items() if len(neurons) > 0}  # noqa: E741
    for l, neurons in chosen.items():  # noqa: E741
        if not 1 <= l < last or not 0 <= neurons[0] <= neurons[-1] < network.sizes[l]:
            raise ValueError(f"layer {l} has no hidden neurons {neurons}: {network.sizes[1:-1]}")
    if not chosen:
        return trace.Z[-1], trace.Y_hat
    r = zeros(network) if replacement is None else replacement
    shapes, fitting = [tuple(part.shape) for part in r], [(k, 1) for k in network.sizes[1:-1]]
    if shapes != fitting:
        raise ValueError(f"the hidden layers' replacements are {fitting}, got {shapes}")
    first = min(chosen)
    S = chosen[first]
    change = r[first - 1][S] - trace.A[first][S]  # (s, m)
    Z = trace.Z[first] + network.layers[first].W[:, S] @ change  # (k, s)(s, m) → (k, m)
    for l in range(first + 1, last):  # noqa: E741
        A = network.layers[l - 1].activation(Z)  # (k[l], m)
        if l in chosen:
            A[chosen[l]] = r[l - 1][chosen[l]]  # (s, 1), for every example
        Z = network.layers[l].W @ A + network.layers[l].b
    return Z, network.layers[-1].activation(Z)


def one_by_one(
    network: Network, trace: Trace, layer: int, replacement: Replacement | None = None
) -> Iterator[tuple[Tensor, Tensor]]:
    """(Z, Ŷ) with neuron 0, 1, … of hidden layer `layer` switched off, each alone.

    Shapes: as for `switched_off`. Errors, with the first value: ValueError for a layer that is not hidden.
    """
    if not 1 <= layer < len(network.layers):
        raise ValueError(f"hidden layers are 1 … {len(network.layers) - 1}, not {layer}")
    for j in range(network.sizes[layer]):
        yield switched_off(network, trace, {layer: [j]}, replacement)
