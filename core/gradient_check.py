"""Gradient checking: the largest relative difference of the closed form from torch's autograd, in float64.

    difference of a tensor = max |closed − autograd| / max |autograd|,   0 where both are zero everywhere

over ∂J/∂W[l], ∂J/∂b[l] and δ[l] = ∂J/∂Z[l] of every layer. Autograd walks back along the computational graph
that it records of the forward pass, and knows nothing of `backpropagate`. In float64 rounding alone leaves
about 1e-16 for each sum of products; a wrong sign, a forgotten factor or a transposed matrix leaves about 1.
(The other usual gradient check, a numerical gradient by finite differences, takes two forward passes a
parameter; a test holds autograd against one.)
Source: lecture, section 7.
"""

import math
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.losses import Loss
from core.network import Gradients, Network, Trace, backpropagate, check_paired, propagate


@dataclass(frozen=True)
class GradientCheck:
    """Both sets of gradients, in float64, and how far apart they are.

    `differences`: by name, "W[1]", "b[1]", "delta[1]" and so on, first layer first.
    """

    trace: Trace
    closed: Gradients
    autograd: Gradients
    differences: dict[str, float]

    @property
    def largest(self) -> float:
        """The largest of all relative differences; NaN where one is, which no comparison would find."""
        found = self.differences.values()
        return math.nan if any(map(math.isnan, found)) else max(found)


def gradients_by_autograd(network: Network, X: Tensor, Y: Tensor, loss: Loss, l2: float = 0.0) -> Gradients:
    """∂/∂W, ∂/∂b and ∂/∂Z of J = (1/m) Σ_i L^(i) + (l2/2) Σ_l ‖W[l]‖², by torch.autograd.

    Shapes: X (n, m), Y (k, m); the gradients as W, b and Z.
    Errors: ValueError as of `propagate` and of the loss, and if the last layer's activation is not the one
    that the loss is paired with.
    """
    check_paired(network, loss)
    W = [layer.W.detach().clone().requires_grad_() for layer in network.layers]
    b = [layer.b.detach().clone().requires_grad_() for layer in network.layers]
    watched = Network(tuple(replace(layer, W=W[l], b=b[l]) for l, layer in enumerate(network.layers)))  # noqa: E741
    with torch.enable_grad():
        Z = propagate(watched, X).Z
        J = loss.cost(Z[-1], Y) + sum(l2 / 2 * w.square().sum() for w in W)
    found = torch.autograd.grad(J, [*W, *b, *Z])
    depth = len(W)
    return Gradients(found[:depth], found[depth : 2 * depth], found[2 * depth :])


def relative_difference(found: Tensor, expected: Tensor) -> float:
    """max |found − expected| / max |expected|; 0 where both are the same, ∞ or NaN where one is not finite.

    ∞ also where only `expected` is zero everywhere. Shapes: any, the same; floats.
    Errors: ValueError for two shapes.
    """
    if found.shape != expected.shape:
        raise ValueError(f"the shapes are {tuple(found.shape)} and {tuple(expected.shape)}")
    if found.numel() == 0:
        return 0.0
    difference, size = float((found - expected).abs().max()), float(expected.abs().max())
    return 0.0 if difference == 0 else difference / size if size else float("inf")


def check_gradients(network: Network, X: Tensor, Y: Tensor, loss: Loss, l2: float = 0.0) -> GradientCheck:
    """`backpropagate` against autograd on one batch, both in float64, whatever dtype the network has.

    l2: λ, which belongs to what `backpropagate` gives too; the page Propagation has none.
    Shapes: X (n, m), Y (k, m). Errors: ValueError where shapes, loss and network do not fit.
    """
    exact, X, Y = network.to(dtype=torch.float64), X.double(), Y.double()
    with torch.no_grad():
        trace = propagate(exact, X)
        closed = backpropagate(exact, trace, Y, loss, l2)
    auto = gradients_by_autograd(exact, X, Y, loss, l2)
    differences = {
        f"{name}[{l}]": relative_difference(a, b)
        for name in ("W", "b", "delta")
        for l, (a, b) in enumerate(zip(getattr(closed, name), getattr(auto, name), strict=True), start=1)  # noqa: E741
    }
    return GradientCheck(trace, closed, auto, differences)
