"""The three heads: networks of one layer on the same x.

    Goal 1   ŷ = σ(wx + b)                            w (1, 12288), b (1, 1)    12,289 parameters
    Goal 2   ŷ_k = σ(w_k x + b_k)                     W (3, 12288), b (3, 1)    36,867 parameters
    Goal 3   ŷ_k = e^{z_k} / Σ_j e^{z_j}, z = Wx + b  W (3, 12288), b (3, 1)    36,867 parameters

Goal 1 is logistic regression (binary classification): is there a soccer ball?
Goal 2 is three logistic regressions side by side, neurons a_1^[1], a_2^[1], a_3^[1] that do not talk to each
other, with multi-hot labels (multi-label classification, one-vs-rest): [1,0,0] is a soccer ball, [1,1,0] a
soccer ball and a basketball, [0,0,0] none.
Goal 3 has a constraint, exactly one ball in the photo: the outputs of this softmax multi-class network
(softmax regression, multinomial logistic regression) are coupled. They are one probability distribution over
the classes, such as [0.01, 0.02, 0.97].

A head is a model, an architecture and its parameters. To train one is to initialise w and b and to find the
best ones by gradient descent (core.descent); then it predicts with ŷ (`predict`).

Each with its own L (core.losses) has ∂L/∂w_k = (ŷ_k − y_k) xᵀ and ∂L/∂b_k = ŷ_k − y_k, for one-hot labels in
Goal 3; their means over a batch are ∂J/∂W and ∂J/∂b of `network.backpropagate`.
Source: lecture, sections 1 to 3.
"""

import torch
from torch import Tensor

from core.activations import SIGMOID, SOFTMAX
from core.initialisation import initialise
from core.network import Network, propagate
from core.pixels import N, flatten


def goal1(
    *,
    n: int = N,
    how: str = "zeros",
    generator: torch.Generator | None = None,
    device: torch.device | str | None = None,
    dtype: torch.dtype = torch.float32,
) -> Network:
    """One neuron: is there a soccer ball? ŷ = σ(wx + b).

    The arguments, of all three heads alike, are those of core.initialisation.
    """
    return initialise((n, 1), (SIGMOID,), how=how, generator=generator, device=device, dtype=dtype)


def goal2(
    *,
    n: int = N,
    k: int = 3,
    how: str = "zeros",
    generator: torch.Generator | None = None,
    device: torch.device | str | None = None,
    dtype: torch.dtype = torch.float32,
) -> Network:
    """Three neurons that do not talk to each other: ŷ_k = σ(w_k x + b_k)."""
    return initialise((n, k), (SIGMOID,), how=how, generator=generator, device=device, dtype=dtype)


def goal3(
    *,
    n: int = N,
    k: int = 3,
    how: str = "zeros",
    generator: torch.Generator | None = None,
    device: torch.device | str | None = None,
    dtype: torch.dtype = torch.float32,
) -> Network:
    """Three linear parts, one distribution: ŷ = softmax(Wx + b)."""
    return initialise((n, k), (SOFTMAX,), how=how, generator=generator, device=device, dtype=dtype)


def evidence(W: Tensor, x: Tensor) -> Tensor:
    """w_k ∘ xᵀ of every neuron k: what each input adds to z_k. The sum of a row is z_k − b_k.

    On the pages: w∘xᵀ. As ∂z_k/∂x = w_k, it is gradient times input, one kind of saliency map.
    Shapes: W (k, n), x (n, 1) → (k, n). Errors: ValueError for other shapes.
    """
    if W.ndim != 2 or tuple(x.shape) != (W.shape[1], 1):
        raise ValueError(f"W is (k, n) and x (n, 1), one photo, got {tuple(W.shape)} and {tuple(x.shape)}")
    return W * x.T  # (k, n) · (1, n)


def predict(network: Network, photos: Tensor) -> Tensor:
    """ŷ of uint8 photos, each a column x of 12288 inputs. Shapes: (m, 64, 64, 3) or (64, 64, 3) → (k, m)."""
    W = network.layers[0].W
    with torch.no_grad():
        return propagate(network, flatten(photos.to(W.device), dtype=W.dtype)).Y_hat
