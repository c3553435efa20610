"""Activation functions a = g(z), each with its Jacobian, all partial derivatives ∂a_j/∂z_k.

    sigmoid    σ(z) = 1 / (1 + e^−z)          ∂a_j/∂z_k = δ_jk a_j (1 − a_j)
    softmax    e^{z_j} / Σ_i e^{z_i}          ∂a_j/∂z_k = a_j (δ_jk − a_k)      the coupling
    tanh       tanh z                         ∂a_j/∂z_k = δ_jk (1 − a_j²)
    ReLU       max(0, z)                      ∂a_j/∂z_k = δ_jk [a_j > 0]
    identity   z                              ∂a_j/∂z_k = δ_jk

δ_jk (Kronecker's delta) is 1 where j = k, and 0 elsewhere. The derivative of the sigmoid is
σ′(z) = σ(z) (1 − σ(z)), so that an output ŷ = σ(z) has the slope ŷ (1 − ŷ). The derivative of softmax is a
whole matrix, the softmax Jacobian ∂ŷ_j/∂z_k = ŷ_j (δ_jk − ŷ_k). Its off-diagonal, −ŷ_j ŷ_k, is the coupling:
move z_1, and all three ŷ move. Every derivative is written in the activation's own output a, so between the
layers the forward pass's A is all that the backward pass needs. Columns are examples: Z, A (k, m).

σ′ is at most ¼, and next to 0 where a is near 0 or 1 (saturated), tanh′ where a is near −1 or 1: many such
layers may leave next to nothing of δ, the vanishing gradient. ReLU′ is 1 or 0; a ReLU that is off for every
example gets no gradient at all, a dead neuron.
Source: lecture, sections 1 to 3; section 7 for the hidden layers' derivative.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import Tensor


class Activation(ABC):
    """a = g(z) with ∂a/∂z as a function of a. Stateless: one instance of each is all there is."""

    name: ClassVar[str]

    @abstractmethod
    def __call__(self, Z: Tensor) -> Tensor:
        """A = g(Z). Shapes: (k, m) → (k, m)."""

    @abstractmethod
    def jacobian(self, A: Tensor) -> Tensor:
        """∂a_j/∂z_k of each example. Shapes: A (k, m) → (m, k, k), row j, column k.

        Descent needs only `pull_back`. Pages draw the Jacobian in the browser. Tests hold both to this one.
        """

    @abstractmethod
    def pull_back(self, A: Tensor, dA: Tensor) -> Tensor:
        """∂L/∂z_k = Σ_j ∂L/∂a_j ∂a_j/∂z_k, without building the Jacobian. Shapes: (k, m) each."""

    def __repr__(self) -> str:
        return self.name


class Elementwise(Activation):
    """An element-wise activation: its neurons do not talk to each other, and its Jacobian is diagonal."""

    @abstractmethod
    def derivative(self, A: Tensor) -> Tensor:
        """g′(z) written in a = g(z). Shapes: (k, m) → (k, m)."""

    def jacobian(self, A: Tensor) -> Tensor:
        return torch.diag_embed(self.derivative(A).T)  # (m, k, k)

    def pull_back(self, A: Tensor, dA: Tensor) -> Tensor:
        return dA * self.derivative(A)


class Sigmoid(Elementwise):
    """σ(z) = 1 / (1 + e^−z), the logistic function; σ′ = a (1 − a)."""

    name = "sigmoid"

    def __call__(self, Z: Tensor) -> Tensor:
        return torch.sigmoid(Z)

    def derivative(self, A: Tensor) -> Tensor:
        return A * (1 - A)


class Tanh(Elementwise):
    """tanh z; its derivative is 1 − a²."""

    name = "tanh"

    def __call__(self, Z: Tensor) -> Tensor:
        return torch.tanh(Z)

    def derivative(self, A: Tensor) -> Tensor:
        return 1 - A * A


class ReLU(Elementwise):
    """max(0, z); its derivative is 1 where a > 0, else 0 (at the kink too)."""

    name = "relu"

    def __call__(self, Z: Tensor) -> Tensor:
        return torch.relu(Z)

    def derivative(self, A: Tensor) -> Tensor:
        return A.sign()  # a is never below 0; five times as quick as to compare, in bfloat16


class Identity(Elementwise):
    """z itself: a layer without non-linearity."""

    name = "identity"

    def __call__(self, Z: Tensor) -> Tensor:
        return Z

    def derivative(self, A: Tensor) -> Tensor:
        return torch.ones_like(A)


class Softmax(Activation):
    """a_j = e^{z_j} / Σ_i e^{z_i}; every output depends on every z through the denominator."""

    name = "softmax"

    def __call__(self, Z: Tensor) -> Tensor:
        return torch.softmax(Z, dim=0)

    def jacobian(self, A: Tensor) -> Tensor:
        a = A.T  # (m, k)
        return torch.diag_embed(a) - a.unsqueeze(2) * a.unsqueeze(1)  # (m, k, k): a_j (δ_jk − a_k)

    def pull_back(self, A: Tensor, dA: Tensor) -> Tensor:
        return A * (dA - (A * dA).sum(dim=0, keepdim=True))  # (k, m): a_k (dA_k − Σ_j a_j dA_j)


SIGMOID = Sigmoid()
SOFTMAX = Softmax()
TANH = Tanh()
RELU = ReLU()
IDENTITY = Identity()

ACTIVATIONS: dict[str, Activation] = {g.name: g for g in (SIGMOID, SOFTMAX, TANH, RELU, IDENTITY)}
