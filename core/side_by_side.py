"""Several descents, one step each, on the same batch, in one pass over the examples.

    Z = [W_A; W_B; W_C] X + [b_A; b_B; b_C]        δ_A, δ_B, δ_C each from its own loss
    ∂J/∂[W_A; W_B; W_C] = [δ_A; δ_B; δ_C] Xᵀ

Networks of one layer are stacked into one of 3k neurons, whose loss is each lane's own on its own rows, so
`propagate` and `backpropagate` read X once each for all lanes. Neurons of one layer do not talk to each other
except through their loss, so each lane gets the numbers that it gets alone, up to the rounding of the
products (none at all on photos, up to the number of rows from which core.columns takes other kernels).
Deeper networks each propagate the same batch.
Source: lecture, sections 2 and 7.
"""

from collections.abc import Sequence
from itertools import accumulate, pairwise

import torch
from torch import Tensor

from core.activations import Activation
from core.blocks import forward_backward
from core.columns import Columns
from core.descent import Descent, DivergedError
from core.losses import Loss
from core.network import Gradients, Layer, Network


def step_together(descents: Sequence[Descent]) -> list[float]:
    """One step of each; returns their costs J before it.

    Errors: ValueError unless all have the same X, `which`, seed, batch size, epoch and position in it;
    DivergedError with `lane`, the place of the first descent that would leave the finite numbers. Nothing has
    changed after an error.
    """
    first = descents[0]
    for other in descents[1:]:
        _agree(first, other)
    if len(descents) == 1:
        return [first.step()]
    X, Y = first.batch()  # (n, batch), (k, batch)
    labels = [Y if descent.Y is first.Y else descent.batch()[1] for descent in descents]
    if all(len(descent.network.layers) == 1 for descent in descents):
        found = _stacked(descents, X, labels)
    else:
        found = [
            forward_backward(descent.network, X, Y, descent.loss, descent.l2)
            for descent, Y in zip(descents, labels, strict=True)
        ]
    steps = []
    for lane, (descent, (Z, gradients), Y) in enumerate(zip(descents, found, labels, strict=True)):
        try:
            steps.append(descent.update(Z, gradients, Y))
        except DivergedError as diverged:
            diverged.lane = lane
            raise
    for descent, step in zip(descents, steps, strict=True):
        descent.take(step)
    return [step.cost for step in steps]


def _agree(one: Descent, other: Descent) -> None:
    X, its = one.X, other.X
    same_X = X is its or (
        isinstance(X, Tensor)
        and isinstance(its, Tensor)
        and X.data_ptr() == its.data_ptr()
        and X.shape == its.shape
    )
    same_which = one.which is other.which or (
        one.which is not None and other.which is not None and torch.equal(one.which, other.which)
    )
    if not (same_X and same_which):
        raise ValueError("descents that step together have the same X, and the same examples of it in use")
    for name in ("seed", "batch_size", "epoch", "position"):
        mine, theirs = getattr(one, name), getattr(other, name)
        if mine != theirs:
            raise ValueError(f"descents that step together have the same {name}, got {mine} and {theirs}")


def _stacked(
    descents: Sequence[Descent], X: Columns, labels: Sequence[Tensor]
) -> list[tuple[Tensor, Gradients]]:
    """Z and the gradients of each lane, from one network that holds them all."""
    layers = [descent.network.layers[0] for descent in descents]
    ends = list(accumulate((layer.W.shape[0] for layer in layers), initial=0))
    rows = [slice(start, end) for start, end in pairwise(ends)]
    loss = _Beside([descent.loss for descent in descents], rows)
    W, b = torch.cat([layer.W for layer in layers]), torch.cat([layer.b for layer in layers])
    network = Network((Layer(W, b, loss.activation),))
    Z, together = forward_backward(network, X, torch.cat(list(labels)), loss)
    (dW,), (db,), (delta,) = together.W, together.b, together.delta
    found = []
    for descent, layer, lane in zip(descents, layers, rows, strict=True):
        decayed = dW[lane] + descent.l2 * layer.W if descent.l2 else dW[lane]  # (k, n)
        found.append((Z[lane], Gradients((decayed,), (db[lane],), (delta[lane],))))
    return found


class _Beside(Loss):
    """Each lane's loss on its own rows. Shapes: Z, Y (Σk, m)."""

    name = "side by side"

    def __init__(self, losses: Sequence[Loss], rows: Sequence[slice]) -> None:
        self._lanes = list(zip(losses, rows, strict=True))
        self.activation = _BesideActivation([loss.activation for loss in losses], rows)

    def terms(self, Z: Tensor, Y: Tensor) -> Tensor:
        return torch.cat([loss.terms(Z[lane], Y[lane]) for loss, lane in self._lanes])

    def derivative(self, Z: Tensor, Y: Tensor) -> Tensor:
        return torch.cat([loss.derivative(Z[lane], Y[lane]) for loss, lane in self._lanes])


class _BesideActivation(Activation):
    """Each lane's activation on its own rows. Shapes: Z, A (Σk, m)."""

    name = "side by side"

    def __init__(self, activations: Sequence[Activation], rows: Sequence[slice]) -> None:
        self._lanes = list(zip(activations, rows, strict=True))

    def __call__(self, Z: Tensor) -> Tensor:
        return torch.cat([activation(Z[lane]) for activation, lane in self._lanes])

    def jacobian(self, A: Tensor) -> Tensor:
        blocks = [activation.jacobian(A[lane]) for activation, lane in self._lanes]  # (m, k, k) each
        whole = A.new_zeros(A.shape[1], A.shape[0], A.shape[0])
        for (_, lane), block in zip(self._lanes, blocks, strict=True):
            whole[:, lane, lane] = block
        return whole

    def pull_back(self, A: Tensor, dA: Tensor) -> Tensor:
        return torch.cat([activation.pull_back(A[lane], dA[lane]) for activation, lane in self._lanes])
