"""How a network starts, its initialisation: W at step 0, b = 0, for n inputs of a layer.

    zeros    0                 a head learns from there; the hidden neurons of a network stay alike
    equal    1/n               each neuron is the mean of its inputs, and stays like the others
    random   0.01 · N(0, 1)    N(mean, variance) is the normal distribution, Gauss's
    xavier   N(0, 1/n)         z of as much variance as the inputs (Glorot and Bengio, 2010, have 2/(n + k))
    he       N(0, 2/n)         twice that, for ReLU hands on half of what comes (He et al., 2015)

Random initialisation breaks the symmetry of neurons that start alike, which zero initialisation and all-equal
weights never do: core/experiments/symmetry.py shows it (symmetry breaking). Xavier initialisation (Glorot's)
and, for ReLU, He initialisation (Kaiming's) keep what goes forward through many layers from vanishing or
exploding.
Source: lecture, section 7.
"""

import math
from collections.abc import Sequence

import torch

from core.activations import SIGMOID, Activation
from core.network import Layer, Network

INITIALISATIONS = ("zeros", "equal", "random", "xavier", "he")


def initialise(
    sizes: Sequence[int],
    activations: Sequence[Activation] = (),
    *,
    how: str = "xavier",
    generator: torch.Generator | None = None,
    device: torch.device | str | None = None,
    dtype: torch.dtype = torch.float32,
) -> Network:
    """A fresh network (n, k[1], …, k[last]); b = 0, and W by `how`, see the module's text.

    Random numbers are drawn on the CPU from `generator`, so a seed gives the same start on every device.
    Errors: ValueError for an unknown `how`, too few sizes, or a wrong number of activations.
    """
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"sizes are (n, k[1], …), each at least 1, got {tuple(sizes)}")
    activations = tuple(activations) or (SIGMOID,) * (len(sizes) - 1)
    if len(activations) != len(sizes) - 1:
        raise ValueError(f"{len(sizes) - 1} layers need as many activations, got {len(activations)}")
    if how not in INITIALISATIONS:
        raise ValueError(f"initialisation is one of {', '.join(INITIALISATIONS)}, got '{how}'")
    layers = []
    for n, k, activation in zip(sizes, sizes[1:], activations, strict=False):
        if how == "zeros":
            W = torch.zeros(k, n)
        elif how == "equal":
            W = torch.full((k, n), 1 / n)
        else:
            spread = {"random": 0.01, "xavier": math.sqrt(1 / n), "he": math.sqrt(2 / n)}[how]
            W = torch.randn(k, n, generator=generator) * spread
        layers.append(Layer(W.to(device, dtype), torch.zeros(k, 1, device=device, dtype=dtype), activation))
    return Network(tuple(layers))
