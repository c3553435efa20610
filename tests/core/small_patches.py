"""A network on patches in small: the patches that ship, and few neurons."""

import torch

from core.activations import RELU, SIGMOID
from core.initialisation import initialise
from core.network import Layer, Network
from core.patches import PATCHES
from core.pixels import CHANNELS


def small_network(dtype=torch.float32, *, outputs=SIGMOID, inner=RELU, above=(5, 3), patches=PATCHES):
    dice, k, layers = torch.Generator().manual_seed(0), CHANNELS, []
    for i, (side, step) in enumerate(patches):
        n, wide = side * side * k, 4 + i
        W = torch.randn(wide, n, generator=dice, dtype=dtype) * (2 / n) ** 0.5
        b = 0.1 * torch.randn(wide, 1, generator=dice, dtype=dtype)
        layers.append(Layer(W, b, inner, step))
        k = wide
    if not above:
        return Network(tuple(layers))
    activations = (*[inner] * (len(above) - 1), outputs)
    last = initialise((k, *above), activations, how="he", generator=dice, dtype=dtype)
    return Network((*layers, *last.layers))
