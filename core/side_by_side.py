"""Several descents, one step each, on the same batch, in one pass over the examples.

    Z = [W_A; W_B; W_C] X + [b_A; b_B; b_C]        δ_A, δ_B, δ_C each from its own loss
    ∂J/∂[W_A; W_B; W_C] = [δ_A; δ_B; δ_C] Xᵀ

Networks of one layer are stacked into one of 3k neurons, whose loss is each lane's own on its own rows, so
`propagate` and `backpropagate` read X once each for all lanes. Neurons of one layer do not talk to each other
except through their loss, so each lane gets the numbers that it gets alone, up to the rounding of the
products (none at all on photos, up to the number of rows from which core.columns takes other kernels).
Where rate, decay and optimiser are the same too, as in a live run, all rows are updated at once, and the
lanes are views of what comes of it. Deeper networks each propagate the same batch.
Source: lecture, sections 2 and 7.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from core.activations import IDENTITY
from core.blocks import forward_backward
from core.columns import Columns
from core.descent import Descent, DivergedError, Step
from core.losses import Loss
from core.network import Gradients, Layer, Network
from core.optimisers import GATHERED, Moments


def step_together(descents: Sequence[Descent]) -> list[float]:
    """One step of each; returns their costs J before it.

    Errors: ValueError unless all have the same X, `which`, seed, batch size, epoch and position in it;
    DivergedError with `lane`, the place of the first descent that would leave the finite numbers. Nothing has
    changed after an error.
    """
    if len(descents) < 2:
        return [descent.step() for descent in descents]
    first = descents[0]
    for other in descents[1:]:
        _check_together(first, other)
    X, Y = first.batch()  # (n, batch), (k, batch)
    labels = [Y if descent.Y is first.Y else descent.batch()[1] for descent in descents]
    if all(len(descent.network.layers) == 1 for descent in descents):
        steps = _stacked(descents, X, labels)
    else:
        found = [
            forward_backward(descent.network, X, Y, descent.loss, descent.l2)
            for descent, Y in zip(descents, labels, strict=True)
        ]
        steps = _each(descents, [Z for Z, _ in found], [gradients for _, gradients in found], labels)
    for descent, step in zip(descents, steps, strict=True):
        descent.take(step)
    return [step.cost for step in steps]


def _each(
    descents: Sequence[Descent],
    logits: Sequence[Tensor],
    gradients: Sequence[Gradients],
    labels: Sequence[Tensor],
) -> list[Step]:
    """The step of each lane by itself. Errors: DivergedError that names the lane."""
    steps = []
    for lane, (descent, Z, its, Y) in enumerate(zip(descents, logits, gradients, labels, strict=True)):
        try:
            steps.append(descent.update(descent.cost_of(Z, Y), its, Y.shape[1]))
        except DivergedError as diverged:
            diverged.lane = lane
            raise
    return steps


def _check_together(one: Descent, other: Descent) -> None:
    """Errors: ValueError unless both take the same examples next; see `step_together`."""
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


def _stacked(descents: Sequence[Descent], X: Columns, labels: Sequence[Tensor]) -> list[Step]:
    """The step of each lane of one layer, from one network that holds the rows of all."""
    layers = [descent.network.layers[0] for descent in descents]
    rows = [layer.W.shape[0] for layer in layers]
    W, b = _joined([layer.W for layer in layers]), _joined([layer.b for layer in layers])
    network = Network((Layer(W, b, IDENTITY),))  # each loss knows its own activation, and begins at Z
    alike = _alike(descents)
    loss, l2 = _Beside([descent.loss for descent in descents], rows), descents[0].l2 if alike else 0.0
    Z, whole = forward_backward(network, X, torch.cat(list(labels)), loss, l2)
    (dW,), (db,), (delta,) = whole.of_W, whole.b, whole.delta
    parts = [dW.split_with_sizes(rows), db.split_with_sizes(rows), delta.split_with_sizes(rows)]
    gradients = [Gradients((dW,), (db,), (delta,)) for dW, db, delta in zip(*parts, strict=True)]
    logits = Z.split_with_sizes(rows)
    if not alike:
        gradients = [
            replace(its, of_W=(its.W[0] + descent.l2 * layer.W,)) if descent.l2 else its
            for its, descent, layer in zip(gradients, descents, layers, strict=True)
        ]
        return _each(descents, logits, gradients, labels)
    costs = [descent.cost_of(z, Y) for descent, z, Y in zip(descents, logits, labels, strict=True)]
    try:
        together = descents[0].with_network(network, _moments(descents))
        step = together.update(sum(costs), whole, Z.shape[1])
    except DivergedError:
        return _each(descents, logits, gradients, labels)  # says which of them it is
    return _parted(descents, step, rows, costs, gradients)


def _alike(descents: Sequence[Descent]) -> bool:
    """Whether W := W − α u is the same for all of them, so that it can be made for all rows at once."""
    first = descents[0]
    settings = first.learning_rate, first.l2, first.optimiser, first.moments.steps
    return all(
        (other.learning_rate, other.l2, other.optimiser, other.moments.steps) == settings
        for other in descents[1:]
    )


def _moments(descents: Sequence[Descent]) -> Moments:
    """v and s of all rows; () for those that the optimiser does not gather."""
    moments = [descent.moments for descent in descents]
    gathered = GATHERED[descents[0].optimiser]
    first, second = (
        tuple(_joined(parts) for parts in zip(*(getattr(one, name) for one in moments), strict=True))
        if name in gathered
        else ()
        for name in ("first", "second")
    )
    return Moments(first, second, moments[0].steps)


def _parted(
    descents: Sequence[Descent],
    step: Step,
    rows: Sequence[int],
    costs: Sequence[float],
    gradients: Sequence[Gradients],
) -> list[Step]:
    """The step of all rows as one of each lane; its numbers stay where they are, lane after lane."""
    layer, steps = step.network.layers[0], step.moments.steps
    W, b = layer.W.split_with_sizes(rows), layer.b.split_with_sizes(rows)
    first, second = (
        list(zip(*(part.split_with_sizes(rows) for part in gathered), strict=True))
        for gathered in (step.moments.first, step.moments.second)
    )
    parted = []
    for lane, (descent, cost, its) in enumerate(zip(descents, costs, gradients, strict=True)):
        network = Network((Layer(W[lane], b[lane], descent.network.layers[0].activation),))
        before = descent.moments
        moments = Moments(
            first[lane] if first else before.first, second[lane] if second else before.second, steps
        )
        parted.append(Step(cost, its, network, moments, step.examples))
    return parted


def _joined(parts: Sequence[Tensor]) -> Tensor:
    """torch.cat(parts), without copying where they are what `_parted` made of one tensor."""
    whole, place = parts[0]._base, 0
    if whole is not None and (whole.shape[1:], whole.dtype) == (parts[0].shape[1:], parts[0].dtype):
        for part in parts:
            if part._base is not whole or part.storage_offset() != place or not part.is_contiguous():
                break
            place += part.numel()
        else:
            if place == whole.numel() and whole.is_contiguous():
                return whole
    return torch.cat(list(parts))


class _Beside(Loss):
    """Each lane's loss on its own rows. Shapes: Z, Y (Σk, m)."""

    name = "side by side"
    activation = IDENTITY

    def __init__(self, losses: Sequence[Loss], rows: Sequence[int]) -> None:
        self._losses, self._rows = losses, list(rows)

    def terms(self, Z: Tensor, Y: Tensor) -> Tensor:
        return torch.cat([loss.terms(z, y) for loss, z, y in self._lanes(Z, Y)])

    def derivative(self, Z: Tensor, Y: Tensor) -> Tensor:
        return torch.cat([loss.derivative(z, y) for loss, z, y in self._lanes(Z, Y)])

    def _lanes(self, Z: Tensor, Y: Tensor) -> Iterable[tuple[Loss, Tensor, Tensor]]:
        return zip(self._losses, Z.split_with_sizes(self._rows), Y.split_with_sizes(self._rows), strict=True)
