"""A network as layers, propagated forward and backward in closed form.

    forward    z[l] = W[l] a[l−1] + b[l],   a[l] = g[l](z[l]),   a[0] = x,   ŷ = a[last]
    backward   δ[last] = (1/m) ∂L/∂z[last],   δ[l−1] = (W[l]ᵀ δ[l]) pulled back through g[l−1]
               ∂J/∂W[l] = δ[l] a[l−1]ᵀ,        ∂J/∂b[l] = Σ over the m columns of δ[l]

The heads of Goals 1 to 3 are networks of one layer; the three-layer network of the lecture is the same
code with more layers. Columns are examples: X (n, m), W[l] (k, n), b[l] (k, 1); b is broadcast over m.
Source: lecture, sections 5, 6 and 7.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor

from core.activations import SIGMOID, Activation
from core.columns import Columns
from core.losses import Loss


@dataclass(frozen=True)
class Layer:
    """k neurons on n inputs: a = g(W x + b).

    Shapes: W (k, n), b (k, 1). Errors: ValueError where they do not fit.
    """

    W: Tensor
    b: Tensor
    activation: Activation

    def __post_init__(self) -> None:
        if self.W.ndim != 2 or tuple(self.b.shape) != (self.W.shape[0], 1):
            raise ValueError(
                f"W must be (k, n) and b (k, 1), got {tuple(self.W.shape)}, {tuple(self.b.shape)}"
            )

    @property
    def parameter_count(self) -> int:
        """k · n + k."""
        return self.W.numel() + self.b.numel()


@dataclass(frozen=True)
class Network:
    """Layers, the first next to the input. Errors: ValueError if a layer's n is not the k before it."""

    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError("a network has at least one layer")
        for before, after in zip(self.layers, self.layers[1:], strict=False):
            if after.W.shape[1] != before.W.shape[0]:
                raise ValueError(
                    f"a layer of {before.W.shape[0]} neurons cannot feed {after.W.shape[1]} inputs"
                )

    @property
    def sizes(self) -> tuple[int, ...]:
        """(n, k[1], …, k[last]): inputs, then the neurons of each layer."""
        return (self.layers[0].W.shape[1], *(layer.W.shape[0] for layer in self.layers))

    @property
    def parameter_count(self) -> int:
        """Σ over the layers of k · n + k; it does not depend on m."""
        return sum(layer.parameter_count for layer in self.layers)

    def to(self, device: torch.device | str | None = None, dtype: torch.dtype | None = None) -> "Network":
        """The same network on another device or in another dtype."""
        return Network(
            tuple(
                replace(layer, W=layer.W.to(device, dtype), b=layer.b.to(device, dtype))
                for layer in self.layers
            )
        )

    def clone(self) -> "Network":
        """A copy that shares no memory with this one."""
        return Network(tuple(replace(layer, W=layer.W.clone(), b=layer.b.clone()) for layer in self.layers))


@dataclass(frozen=True)
class Trace:
    """Everything that the forward pass computed.

    Shapes: A[0] = X (n, m), as it was given; for layer l = 1 … : Z[l−1] and A[l] are (k[l], m).
    """

    Z: tuple[Tensor, ...]
    A: tuple[Tensor, ...]

    @property
    def X(self) -> Tensor:
        """a[0], the input. Shape (n, m)."""
        return self.A[0]

    @property
    def Y_hat(self) -> Tensor:
        """a[last], the output. Shape (k, m)."""
        return self.A[-1]


@dataclass(frozen=True)
class Gradients:
    """∂J/∂W[l], ∂J/∂b[l] and δ[l] = ∂J/∂Z[l] of every layer, first layer first; shapes as W, b and Z."""

    W: tuple[Tensor, ...]
    b: tuple[Tensor, ...]
    delta: tuple[Tensor, ...]


def propagate(network: Network, X: Columns) -> Trace:
    """z[l] = W[l] a[l−1] + b[l], a[l] = g[l](z[l]), from a[0] = X to ŷ.

    Shapes: X (n, m), a matrix or the columns of stored photos → every Z[l], A[l] (k[l], m).
    Errors: ValueError if X has not n rows.
    """
    if X.ndim != 2 or X.shape[0] != network.sizes[0]:
        raise ValueError(f"X must be ({network.sizes[0]}, m), got {tuple(X.shape)}")
    Z: list[Tensor] = []
    A = [cast(Tensor, X)]  # on the right of W @ and, transposed, of delta @, columns of photos are a matrix
    for layer in network.layers:
        z = layer.W @ A[-1] + layer.b  # (k, n)(n, m) + (k, 1) → (k, m)
        Z.append(z)
        A.append(layer.activation(z))
    return Trace(tuple(Z), tuple(A))


def backpropagate(network: Network, trace: Trace, Y: Tensor, loss: Loss, l2: float = 0.0) -> Gradients:
    """The gradients of J = (1/m) Σ_i L^(i) + (l2/2) Σ_l ‖W[l]‖², from the end, reusing the trace.

    Shapes: trace from `propagate`, Y (k, m). Weights are decayed by l2, biases are not.
    Errors: ValueError if Y is not (k, m), or if the last layer's activation is not the one that the loss is
    paired with.
    """
    if network.layers[-1].activation is not loss.activation:
        raise ValueError(
            f"the loss '{loss}' goes with {loss.activation} outputs, not {network.layers[-1].activation}"
        )
    dZ = loss.derivative(trace.Z[-1], Y)  # (k, m): ∂L/∂z of each example
    return _back(network, trace, dZ / Y.shape[1], l2)  # from δ[last] (k, m)


def backpropagate_from(network: Network, trace: Trace, dA: Tensor) -> Gradients:
    """The gradients where something else follows the network, from what that says of its output: ∂J/∂a[last].

    Without decay. Shapes: dA (k[last], m). Errors: ValueError for another shape.
    """
    if dA.shape != trace.Y_hat.shape:
        raise ValueError(f"∂J/∂a[last] is {tuple(trace.Y_hat.shape)}, as a[last], got {tuple(dA.shape)}")
    return _back(network, trace, network.layers[-1].activation.pull_back(trace.A[-1], dA), 0.0)


def _back(network: Network, trace: Trace, delta: Tensor, l2: float) -> Gradients:
    dW: list[Tensor] = []
    db: list[Tensor] = []
    deltas: list[Tensor] = []
    for l in range(len(network.layers) - 1, -1, -1):  # noqa: E741  the lecture's l
        W = network.layers[l].W
        deltas.append(delta)
        dW.append(delta @ trace.A[l].T + l2 * W if l2 else delta @ trace.A[l].T)  # (k, m)(m, n) → (k, n)
        db.append(delta.sum(dim=1, keepdim=True))  # (k, 1): the way back of broadcasting
        if l > 0:
            dA = W.T @ delta  # (n, k)(k, m) → (n, m)
            delta = network.layers[l - 1].activation.pull_back(trace.A[l], dA)
    return Gradients(tuple(dW[::-1]), tuple(db[::-1]), tuple(deltas[::-1]))


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
    """A fresh network (n, k[1], …, k[last]); b = 0, and W by `how`:

        zeros    0                 equal   0.01 everywhere (hidden neurons stay equal)
        random   0.01 · N(0, 1)    xavier  N(0, 1/n)    he  N(0, 2/n)        N(mean, variance)

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
            W = torch.full((k, n), 0.01)
        else:
            spread = {"random": 0.01, "xavier": math.sqrt(1 / n), "he": math.sqrt(2 / n)}[how]
            W = torch.randn(k, n, generator=generator) * spread
        layers.append(Layer(W.to(device, dtype), torch.zeros(k, 1, device=device, dtype=dtype), activation))
    return Network(tuple(layers))
