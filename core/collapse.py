"""Without a non-linearity, layers are one linear map.

    W[3] (W[2] (W[1] x + b[1]) + b[2]) + b[3]  =  W̃ x + b̃
    W̃ = W[3] W[2] W[1]        b̃ = W[3] (W[2] b[1] + b[2]) + b[3]

A network whose hidden activations are the identity says nothing that one layer could not say, for a product
of matrices is a matrix: whatever the widths, W̃ is (k[last], n), and the layers collapse to one. The last
layer's own activation stays outside: ŷ = g(W̃ x + b̃).
Columns are examples: X (n, m), Z (k, m).
Source: lecture, section 7.
"""

from dataclasses import replace

from core.activations import IDENTITY
from core.columns import Columns
from core.gradient_check import relative_difference
from core.network import Layer, Network, propagate


def without_nonlinearity(network: Network) -> Network:
    """The same matrices, a = z in every hidden layer; the outputs keep their activation."""
    *hidden, last = network.layers
    return Network((*(replace(layer, activation=IDENTITY) for layer in hidden), last))


def collapse(network: Network) -> Layer:
    """The one layer (W̃, b̃) that a network with identity activations is.

    Shapes: W̃ (k[last], n), b̃ (k[last], 1). Multiplied from the outputs back, so that every intermediate
    product has few rows. Errors: ValueError if a hidden layer has another activation.
    """
    bent = [str(layer.activation) for layer in network.layers[:-1] if layer.activation is not IDENTITY]
    if bent:
        raise ValueError(f"only identity layers are one linear map; this network has {', '.join(bent)}")
    W, b = network.layers[-1].W, network.layers[-1].b
    for layer in network.layers[-2::-1]:
        b = W @ layer.b + b  # (k, k[l])(k[l], 1) + (k, 1)
        W = W @ layer.W  # (k, k[l])(k[l], n[l]) → (k, n[l])
    return Layer(W, b, network.layers[-1].activation)


def how_far(network: Network, layer: Layer, X: Columns) -> float:
    """max |Z − Z̃| / max |Z| over all outputs and examples: Z of the network's last layer, Z̃ = W̃ X + b̃.

    Shapes: X (n, m). 0 where both are 0, ∞ where Z alone is. Errors: ValueError if X does not fit.
    """
    Z = propagate(network, X).Z[-1]  # (k, m)
    return relative_difference(layer.W @ X + layer.b, Z)
