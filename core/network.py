"""A neural network as layers, propagated forward and backward in closed form.

    forward    z[l] = W[l] a[l−1] + b[l],   a[l] = g[l](z[l]),   a[0] = x,   ŷ = a[last]
    backward   δ[last] = (1/m) ∂L/∂z[last],   δ[l−1] = (W[l]ᵀ δ[l]) pulled back through g[l−1]
               ∂J/∂W[l] = δ[l] a[l−1]ᵀ,        ∂J/∂b[l] = Σ over the m columns of δ[l]

Layers are stacked: the input layer is x itself, the output layer ends with ŷ, and those between are hidden.
Each is fully connected (dense): neuron j has the dot product of row j of W with all of x, plus its bias b_j.
Such a stack is also called a feed-forward network, a multi-layer perceptron, or MLP.
Backward propagation, or backpropagation, is the chain rule from the end, a recursion: each δ is made from the
δ of the layer after it, and from the a that forward propagation has cached.

The heads of Goals 1 to 3 are networks of one layer; the three-layer network of the lecture, of 3, 2 and 1
neurons, is the same code with more layers, 3n + 14 parameters in all: 36,878 for n = 12288. Written out for m
examples:

    z[1] = W[1] x + b[1]       a[1] = σ(z[1])       (3, m)   W[1] (3, n), b[1] (3, 1)   δ1 = W2ᵀ δ2 ∘ A1(1−A1)
    z[2] = W[2] a[1] + b[2]    a[2] = σ(z[2])       (2, m)   W[2] (2, 3), b[2] (2, 1)   δ2 = W3ᵀ δ3 ∘ A2(1−A2)
    z[3] = W[3] a[2] + b[3]    ŷ = a[3] = σ(z[3])   (1, m)   W[3] (1, 2), b[3] (1, 1)   δ3 = (A3 − Y)/m

    ∂J/∂W_l = δ_l A_{l−1}ᵀ: δ1 Xᵀ, δ2 A1ᵀ and δ3 A2ᵀ        ∂J/∂b_l = Σ columns of δ_l

Columns are examples: X (n, m), W[l] (k, n), b[l] (k, 1); b is broadcast over m. ∘ is an element-wise product
(Hadamard's); of one example δ[l] a[l−1]ᵀ is an outer product. a_j^[l], neuron j of layer l, is row j of A[l].
Erratum: the lecture notes write w[1] in the third layer's equation; it is W[3].
Source: lecture, sections 5, 6 and 7.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor

from core.activations import Activation
from core.columns import Columns
from core.losses import Loss
from core.weight_gradient import Gradient, made, weight_gradient


@dataclass(frozen=True)
class Layer:
    """k neurons on n inputs, each a linear part and then an activation: a = g(W x + b).

    W is the weight matrix, b the bias vector. step: 0 where x is all that lies below; else x is a square
    patch of it, and the next patch begins `step` places further (core.patches).
    Shapes: W (k, n), b (k, 1), of one dtype. Errors: ValueError where they do not fit, or for a step below 0.
    """

    W: Tensor
    b: Tensor
    activation: Activation
    step: int = 0

    def __post_init__(self) -> None:
        if self.W.ndim != 2 or tuple(self.b.shape) != (self.W.shape[0], 1):
            raise ValueError(
                f"W must be (k, n) and b (k, 1), got {tuple(self.W.shape)}, {tuple(self.b.shape)}"
            )
        if self.W.dtype != self.b.dtype:
            raise ValueError(f"W and b must be of one dtype, got {self.W.dtype}, {self.b.dtype}")
        if self.step < 0:
            raise ValueError(f"a step of no layer is below 0 places, got {self.step}")

    def side(self, k: int) -> int:
        """Of what lies below, k numbers a place, so many places a side are seen: √(n / k) of a patch, else 1.

        Errors: ValueError where n is not k times a square.
        """
        n = self.W.shape[1]
        side = math.isqrt(n // k) if self.step else 1
        if n != k * side * side:
            raise ValueError(f"a layer of {k} neurons cannot feed {n} inputs")
        return side

    @property
    def parameter_count(self) -> int:
        """The number of parameters, k · n + k: 12289 of Goal 1's neuron, 36867 of three on the same x."""
        return self.W.numel() + self.b.numel()


@dataclass(frozen=True)
class Network:
    """A model: its architecture, which is sizes and activations, and its parameters, every W and b.

    layers: the first one next to the input. Errors: ValueError for none, or if a layer's n is not the k
    before it (of a layer on patches: not k times a square), or its dtype not the one before it.
    """

    layers: tuple[Layer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise ValueError("a network has at least one layer")
        for before, after in zip(self.layers, self.layers[1:], strict=False):
            after.side(before.W.shape[0])
            if after.W.dtype != before.W.dtype:
                raise ValueError(f"a layer of {before.W.dtype} cannot feed one of {after.W.dtype}")

    @property
    def sizes(self) -> tuple[int, ...]:
        """(n, k[1], …, k[last]): inputs, then the neurons of each layer."""
        return (self.layers[0].W.shape[1], *(layer.W.shape[0] for layer in self.layers))

    @property
    def parameter_count(self) -> int:
        """Σ over the layers of k · n + k, such as the lecture's 36878; it does not depend on m."""
        return sum(layer.parameter_count for layer in self.layers)

    @property
    def parameters(self) -> tuple[Tensor, ...]:
        """W[1], b[1], W[2], b[2], …: the order in which optimisers and files have them."""
        return tuple(p for layer in self.layers for p in (layer.W, layer.b))

    def with_parameters(self, parameters: Sequence[Tensor]) -> "Network":
        """The same layers with other W and b, in the order of `parameters`.

        Errors: ValueError where they do not fit.
        """
        if len(parameters) != 2 * len(self.layers):
            raise ValueError(f"there are W and b of {len(self.layers)} layers, got {len(parameters)} tensors")
        Ws_and_bs = zip(self.layers, parameters[::2], parameters[1::2], strict=True)
        return Network(tuple(replace(layer, W=W, b=b) for layer, W, b in Ws_and_bs))

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
        """a[last], the output: the prediction. Shape (k, m)."""
        return self.A[-1]


@dataclass(frozen=True)
class Gradients:
    """∂J/∂W[l], ∂J/∂b[l] and δ[l] = ∂J/∂Z[l] of every layer, first layer first; shapes as W, b and Z.

    of_W: the ∂J/∂W[l], too; of a layer on stored photos a `WeightGradient`, which is multiplied out only when
    somebody asks for it. `W` asks for all of them.
    """

    of_W: tuple[Gradient, ...]
    b: tuple[Tensor, ...]
    delta: tuple[Tensor, ...]

    @property
    def W(self) -> tuple[Tensor, ...]:
        """∂J/∂W[1], ∂J/∂W[2], …"""
        return tuple(made(dW) for dW in self.of_W)

    @property
    def of_parameters(self) -> tuple[Tensor, ...]:
        """∂J/∂W[1], ∂J/∂b[1], ∂J/∂W[2], …: as `Network.parameters`."""
        return tuple(made(d) for d in self.for_a_step)

    @property
    def for_a_step(self) -> tuple[Gradient, ...]:
        """The same, from `of_W`: nothing is multiplied out that a step may not need."""
        return tuple(d for pair in zip(self.of_W, self.b, strict=True) for d in pair)


def propagate(network: Network, X: Columns) -> Trace:
    """z[l] = W[l] a[l−1] + b[l], a[l] = g[l](z[l]), from a[0] = X to ŷ.

    Shapes: X (n, m), a matrix, the columns of stored photos → every Z[l], A[l] (k[l], m).
    Errors: ValueError if X has not n rows, or is of another dtype than W.
    """
    W = network.layers[0].W
    if X.ndim != 2 or X.shape[0] != W.shape[1]:
        raise ValueError(f"X must be ({W.shape[1]}, m), got {tuple(X.shape)}")
    if any(layer.step for layer in network.layers):
        raise ValueError("layers on patches are asked by core.patches")
    if X.dtype != W.dtype:
        raise ValueError(f"X and W must be of one dtype, got X {X.dtype}, W {W.dtype}")
    Z: list[Tensor] = []
    A = [cast(Tensor, X)]  # on the right of W @ and, transposed, of delta @, columns are a matrix
    for layer in network.layers:
        z = layer.W @ A[-1] + layer.b  # (k, n)(n, m) + (k, 1) → (k, m)
        Z.append(z)
        A.append(layer.activation(z))
    return Trace(tuple(Z), tuple(A))


def check_paired(network: Network, loss: Loss) -> None:
    """Errors: ValueError unless the last layer's activation is the one that the loss is paired with."""
    if network.layers[-1].activation is not loss.activation:
        raise ValueError(
            f"the loss '{loss}' goes with {loss.activation} outputs, not {network.layers[-1].activation}"
        )


def backpropagate(network: Network, trace: Trace, Y: Tensor, loss: Loss, l2: float = 0.0) -> Gradients:
    """The gradients of J = (1/m) Σ_i L^(i) + (l2/2) Σ_l ‖W[l]‖², from the end, reusing the trace.

    δ[last] is made of ∂L/∂z[last], which the loss computes from z; all else reuses A[0], A[1], …

    Shapes: trace from `propagate`, Y (k, m), m ≥ 1. l2: λ of L2 regularisation (weight decay), which holds
    weights small against over-fitting: ‖W‖² is the sum of all w² (the Frobenius norm, squared). Biases are
    left alone.
    Errors: ValueError if Y is not (k, m) or its labels do not fit (`losses.check_labels`), or if the last
    layer's activation is not the one that the loss is paired with.
    """
    check_paired(network, loss)
    if trace.Y_hat.shape[1] == 0:
        raise ValueError(f"J is a mean over at least one example, got Y {tuple(Y.shape)}")
    dZ = loss.derivative(trace.Z[-1], Y)  # (k, m): ∂L/∂z of each example
    return _back(network, trace, dZ / Y.shape[1], l2)  # from δ[last] (k, m)


def backpropagate_from(network: Network, trace: Trace, dA: Tensor) -> Gradients:
    """The gradients where something else follows the network, from what that says of its output: ∂J/∂a[last].

    Without decay. Shapes: dA (k[last], m). Errors: ValueError for another shape or dtype than a[last]'s.
    """
    if dA.shape != trace.Y_hat.shape or dA.dtype != trace.Y_hat.dtype:
        wanted, got = (f"{tuple(a.shape)} {a.dtype}" for a in (trace.Y_hat, dA))
        raise ValueError(f"∂J/∂a[last] is {wanted}, as a[last], got {got}")
    return _back(network, trace, network.layers[-1].activation.pull_back(trace.A[-1], dA), 0.0)


def _back(network: Network, trace: Trace, delta: Tensor, l2: float) -> Gradients:
    """The recursion, from δ[last] (k[last], m) down to δ[1]; see the module's text. l2: λ."""
    dW: list[Gradient] = []
    db: list[Tensor] = []
    deltas: list[Tensor] = []
    for l in range(len(network.layers) - 1, -1, -1):  # noqa: E741  the lecture's l
        W = network.layers[l].W
        deltas.append(delta)
        dW.append(weight_gradient(delta, trace.A[l], W, l2))  # δ Aᵀ + λ W: (k, m)(m, n) → (k, n)
        db.append(delta.sum(dim=1, keepdim=True))  # (k, 1): the way back of broadcasting
        if l > 0:
            dA = W.T @ delta  # (n, k)(k, m) → (n, m)
            delta = network.layers[l - 1].activation.pull_back(trace.A[l], dA)
    return Gradients(tuple(dW[::-1]), tuple(db[::-1]), tuple(deltas[::-1]))
