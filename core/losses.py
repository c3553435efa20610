"""Losses L of one example, each with the derivative ∂L/∂z that starts backward propagation.

    binary   Goals 1, 2  L = −Σ_k [ y_k log ŷ_k + (1−y_k) log(1−ŷ_k) ],  ŷ = σ(z)        ∂L/∂z = ŷ − y
    softmax  Goal 3      L = −Σ_k y_k log ŷ_k,                           ŷ = softmax(z)  ∂L/∂z = (Σy) ŷ − y
    squared              L = ½ Σ_k (ŷ_k − y_k)²,                         ŷ = σ(z)        ∂L/∂z = (ŷ−y) ŷ (1−ŷ)
    tangled  section 3   the first L,                                    ŷ = softmax(z)  see `Tangled`

Binary cross-entropy (BCE, cross entropy, the logistic loss or log loss) comes from maximum likelihood (MLE).
A neuron gives its label the probability P(y|x) = ŷ^y (1−ŷ)^(1−y), a Bernoulli distribution. L is −log P, the
negative log-likelihood, least where P is largest: L = −[ y log ŷ + (1−y) log(1−ŷ) ]. The probabilities of
three neurons that do not talk to each other multiply, so their losses add up. Softmax cross-entropy (CE, the
categorical one) is −log P too, where exactly one label is 1 (one-hot).
Erratum: the lecture notes say that Goal 1's loss does not apply in Goal 2. It does, neuron by neuron.

A loss is paired with the activation that makes ŷ. The logarithms are computed from the *logits* z, never from
a rounded ŷ: log σ(z), log(1 − σ(z)) = log σ(−z) and log softmax(z) = z − logsumexp(z), the log-sum-exp
log Σ_j e^{z_j}, are numerically stable: finite for |z| up to 10³⁷. ∂L/∂z is finite for every finite z. But
where logits lie further apart than the largest float32, 3.4 · 10³⁸, log ŷ is −∞, and L is ∞, or NaN where
that meets y = 0; descent stops there (core.divergence).
Squared error needs ŷ alone; where that rounds to 0 or 1, its slope rounds to 0.
Columns are examples: Z, Y (k, m). The labels Y, the ground truth, are multi-hot: any number of ones, none
included. A loss function L belongs to one example. The cost of a batch, a cost function, is
J = (1/m) Σ_i L^(i). log is the natural logarithm, so cross-entropies are in nats; squared error has no unit.
Source: lecture, sections 1 to 3.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional as F

from core.activations import IDENTITY, SIGMOID, SOFTMAX, Activation


def same_shape(Z: Tensor, Y: Tensor) -> None:
    """Errors: ValueError unless Z and Y are both (k, m)."""
    if Z.ndim != 2 or Z.shape != Y.shape:
        raise ValueError(f"Z and Y must both be (k, m), got {tuple(Z.shape)} and {tuple(Y.shape)}")


def check_labels(Z: Tensor, Y: Tensor) -> None:
    """Errors: ValueError as for `same_shape`, for logits that are no floating-point numbers, and for labels
    that are bool or of a finer dtype than Z's.
    """
    same_shape(Z, Y)
    if not Z.is_floating_point():  # whole numbers of one byte would wrap round: 0 − 1 is 255
        raise ValueError(f"logits are floating-point numbers, got Z {Z.dtype}")
    if Y.dtype != Z.dtype and (Y.dtype == torch.bool or torch.promote_types(Z.dtype, Y.dtype) != Z.dtype):
        raise ValueError(
            f"labels are the numbers 0 and 1, of Z's dtype or coarser, got Z {Z.dtype}, Y {Y.dtype}"
        )


class Loss(ABC):
    """L(z, y) of one example, with the activation that turns z into ŷ."""

    name: ClassVar[str]
    activation: Activation

    @abstractmethod
    def terms(self, Z: Tensor, Y: Tensor) -> Tensor:
        """The summands of L, one a neuron: they add up to L. Shapes: Z, Y (k, m) → (k, m).

        Errors, here and below: ValueError for other shapes, for logits that are no floating-point numbers,
        and for labels that are bool or of a finer dtype than Z's; 0 and 1 may be integers.
        """

    @abstractmethod
    def derivative(self, Z: Tensor, Y: Tensor) -> Tensor:
        """∂L/∂z. Shapes: Z, Y (k, m) → (k, m)."""

    def __call__(self, Z: Tensor, Y: Tensor) -> Tensor:
        """L of each example. Shapes: Z, Y (k, m) → (m,)."""
        return self.terms(Z, Y).sum(dim=0)

    def cost(self, Z: Tensor, Y: Tensor) -> Tensor:
        """J = (1/m) Σ_i L^(i). Shapes: Z, Y (k, m), m ≥ 1 → (). Errors: ValueError for no example, too."""
        if Z.numel() == 0:
            raise ValueError(f"J is a mean over at least one example, got Z {tuple(Z.shape)}")
        return self(Z, Y).mean()

    def __repr__(self) -> str:
        return self.name


class BinaryCrossEntropy(Loss):
    """Goal 1's loss, L = −[y log ŷ + (1−y) log(1−ŷ)], summed over the neurons:

        L = −Σ_k [y_k log σ(z_k) + (1−y_k) log(1−σ(z_k))]

    ∂L/∂z_k = ŷ_k − y_k: the other neurons do not appear. So ∂L/∂w_2 does not involve w_1 and w_3.
    """

    name = "binary"
    activation = SIGMOID

    def terms(self, Z: Tensor, Y: Tensor) -> Tensor:
        check_labels(Z, Y)
        return -(Y * F.logsigmoid(Z) + (1 - Y) * F.logsigmoid(-Z))  # (k, m): 1 − σ(z) = σ(−z)

    def derivative(self, Z: Tensor, Y: Tensor) -> Tensor:
        check_labels(Z, Y)
        return torch.sigmoid(Z) - Y


class SoftmaxCrossEntropy(Loss):
    """L_CE = −Σ_k y_k log ŷ_k with ŷ = softmax(z), Goal 3's loss.

    ∂L_CE/∂z = (Σ_k y_k) ŷ − y, which is ŷ − y when exactly one label is 1. Through the denominator of ŷ,
    ∂L/∂w_1 depends on w_2 and w_3. With no label at all L is 0 whatever ŷ is; with two, the least L is
    Σy log Σy, at ŷ = y / Σy.
    Erratum: the lecture notes let the outputs sum to 2 then. They always sum to 1: for [1,1,0], whose labels
    sum to 2, the best is [½, ½, 0].
    """

    name = "softmax"
    activation = SOFTMAX

    def terms(self, Z: Tensor, Y: Tensor) -> Tensor:
        check_labels(Z, Y)
        return -(Y * torch.log_softmax(Z, dim=0))  # −Y would turn a 1 of uint8 into 255

    def derivative(self, Z: Tensor, Y: Tensor) -> Tensor:
        check_labels(Z, Y)
        return Y.sum(dim=0, keepdim=True) * torch.softmax(Z, dim=0) - Y


class SquaredError(Loss):
    """L = ½ Σ_k (ŷ_k − y_k)²; ∂L/∂z is (ŷ − y) pulled back through the activation.

    On sigmoids the factor ŷ (1−ŷ) makes it slow exactly where ŷ is surely wrong. Other activations
    may be paired with it; identity makes it the loss of linear regression, whose J is half the mean
    squared error (MSE) of an output.
    """

    name = "squared"

    def __init__(self, activation: Activation = SIGMOID) -> None:
        self.activation = activation

    def terms(self, Z: Tensor, Y: Tensor) -> Tensor:
        check_labels(Z, Y)
        return 0.5 * (self.activation(Z) - Y).square()

    def derivative(self, Z: Tensor, Y: Tensor) -> Tensor:
        check_labels(Z, Y)
        Y_hat = self.activation(Z)
        return self.activation.pull_back(Y_hat, Y_hat - Y)


class Tangled(Loss):
    """Goal 2's L on Goal 3's ŷ: L = −Σ_k [y_k log ŷ_k + (1−y_k) log(1−ŷ_k)], ŷ = softmax(z).

    Each summand reaches every z_j through the denominator. Dividing the fraction e^{z_k} / Σ_i e^{z_i} above
    and below by e^{z_k} makes a sigmoid of it:

        ŷ_k = σ(u_k),   u_k = z_k − log Σ_{i≠k} e^{z_i},   ∂u_k/∂z_j = δ_kj − q_kj

    q_kj is the softmax of the other z, all but z_k, and 0 for j = k; δ_kj is 1 for j = k and else 0. So L is
    binary cross-entropy of the logits u, and

        ∂L/∂z_j = Σ_k (ŷ_k − y_k) (δ_kj − q_kj)

    The chain rule through ŷ gives the same number, Σ_k ∂L/∂ŷ_k ŷ_k (δ_kj − ŷ_j), but as 0/0 where ŷ_k is 0
    or 1; this form is finite there too.
    Errors: ValueError for fewer than two neurons, where ŷ is always 1 and 1−ŷ has no logarithm.
    """

    name = "tangled"
    activation = SOFTMAX

    def terms(self, Z: Tensor, Y: Tensor) -> Tensor:
        self._check(Z, Y)
        return BINARY_CROSS_ENTROPY.terms(self._against_the_rest(Z), Y)

    def derivative(self, Z: Tensor, Y: Tensor) -> Tensor:
        return self.derivative_terms(Z, Y).sum(dim=0)

    def derivative_terms(self, Z: Tensor, Y: Tensor) -> Tensor:
        """The tangle, term by term: what summand k of L adds to ∂L/∂z_j, (ŷ_k − y_k) (δ_kj − q_kj).

        Shapes: Z, Y (k, m) → (k, k, m), first the summand k, then j.
        """
        self._check(Z, Y)
        delta = torch.eye(Z.shape[0], dtype=Z.dtype, device=Z.device).unsqueeze(2)  # (k, k, 1): δ_kj
        q = torch.softmax(self._others(Z), dim=1)  # (k, k, m): q[k, j], zero on the diagonal
        pull = BINARY_CROSS_ENTROPY.derivative(self._against_the_rest(Z), Y)  # (k, m): ŷ_k − y_k
        return pull.unsqueeze(1) * (delta - q)  # (k, k, m)

    @classmethod
    def _against_the_rest(cls, Z: Tensor) -> Tensor:
        """u_k = −log Σ_{i≠k} e^{z_i − z_k}: large logits that are nearly equal cancel first.

        Shapes: (k, m) → (k, m).
        """
        return -torch.logsumexp(cls._others(Z) - Z.unsqueeze(1), dim=1)  # (k, k, m) − (k, 1, m)

    @staticmethod
    def _others(Z: Tensor) -> Tensor:
        """Row k holds z with z_k struck out (−∞). Shapes: (k, m) → (k, k, m)."""
        k = Z.shape[0]
        struck = torch.eye(k, dtype=torch.bool, device=Z.device).unsqueeze(2)  # (k, k, 1)
        return Z.unsqueeze(0).expand(k, k, -1).masked_fill(struck, -torch.inf)

    @staticmethod
    def _check(Z: Tensor, Y: Tensor) -> None:
        check_labels(Z, Y)
        if Z.shape[0] < 2:
            raise ValueError("the tangled pairing needs at least two neurons: softmax of one is always 1")


BINARY_CROSS_ENTROPY = BinaryCrossEntropy()
SOFTMAX_CROSS_ENTROPY = SoftmaxCrossEntropy()
SQUARED_ERROR = SquaredError()
LINEAR_REGRESSION = SquaredError(IDENTITY)
TANGLED = Tangled()

LOSSES: dict[str, Loss] = {
    loss.name: loss for loss in (BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, SQUARED_ERROR, TANGLED)
}


def loss_on(name: str, activation: Activation) -> Loss:
    """The loss of that name on outputs of that activation: squared error goes with any, the others with one.

    Errors: KeyError for an unknown name, ValueError for a pairing that does not exist.
    """
    loss = LOSSES[name]
    if loss.activation is activation:
        return loss
    if isinstance(loss, SquaredError):
        return SquaredError(activation)
    raise ValueError(f"the loss '{loss}' goes with {loss.activation} outputs, not {activation}")
