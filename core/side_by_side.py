"""Several descents, one step each, on the same batch, in one pass over the examples.

    Z = [W_A; W_B; W_C] X + [b_A; b_B; b_C]        δ_A, δ_B, δ_C each from its own loss
    ∂J/∂[W_A; W_B; W_C] = [δ_A; δ_B; δ_C] Xᵀ

Networks of one layer are stacked into one of 3k neurons, whose loss is each lane's own on its own rows, so
`propagate` and `backpropagate` read X once each for all lanes. Neurons of one layer do not talk to each other
except through their loss, so each lane gets the numbers that it gets alone, up to the rounding of the
products (none at all on photos, up to columns.MOST_ROWS neurons of all lanes together).
Where rate, decay and optimiser are the same too, as in a live run, all rows are updated at once, and stay
together from step to step: a lane's own tensors are views, made when somebody asks for them. Deeper networks
each propagate the same batch.
Source: lecture, sections 2 and 7.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from core.activations import IDENTITY, Activation
from core.blocks import decay, forward_backward
from core.columns import Columns, StoredColumns
from core.descent import Descent, DivergedError, State, Step
from core.losses_beside import Beside
from core.network import Gradients, Layer, Network
from core.optimisers import Moments


@dataclass(frozen=True)
class _Together:
    """The state of all lanes: the rows of the first, then those of the second, …"""

    rows: Sequence[int]
    network: Network
    moments: Moments
    gradients: Gradients | None = None

    def are(self, states: Sequence[State]) -> bool:
        """Whether these are all its lanes, in order."""
        return len(states) == len(self.rows) and all(
            isinstance(state, _Lane) and state.of is self and state.lane == lane
            for lane, state in enumerate(states)
        )


class _Lane:
    """The step of one of the lanes that are updated together, a part of the rows of all."""

    def __init__(self, of: _Together, lane: int, activation: Activation, cost: float, examples: int) -> None:
        self.of, self.lane, self.cost, self.examples = of, lane, cost, examples
        self._activation = activation

    @cached_property
    def network(self) -> Network:
        layer, rows = self.of.network.layers[0], self._rows
        return Network((Layer(layer.W[rows], layer.b[rows], self._activation),))

    @cached_property
    def moments(self) -> Moments:
        first, second = (
            tuple(gathered[self._rows] for gathered in moments)
            for moments in (self.of.moments.first, self.of.moments.second)
        )
        return Moments(first, second, self.of.moments.steps)

    @cached_property
    def gradients(self) -> Gradients | None:
        return self.of.gradients and _split(self.of.gradients, self.of.rows)[self.lane]

    @property
    def _rows(self) -> slice:
        first = sum(self.of.rows[: self.lane])
        return slice(first, first + self.of.rows[self.lane])


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
    if all(_of_one_layer(descent.state) for descent in descents):
        steps = _stacked(descents, X, labels)
    else:
        found = [descent.cost_and_gradients(X, Y) for descent, Y in zip(descents, labels, strict=True)]
        costs, gradients = zip(*found, strict=True)
        steps = _each(descents, costs, gradients, X.shape[1])
    for descent, step in zip(descents, steps, strict=True):
        descent.take(step)
    return [step.cost for step in steps]


def _each(
    descents: Sequence[Descent], costs: Sequence[float], gradients: Sequence[Gradients], examples: int
) -> Sequence[Step]:
    """The step of each lane by itself. Errors: DivergedError that names the lane."""
    steps = []
    for lane, (descent, cost, its) in enumerate(zip(descents, costs, gradients, strict=True)):
        try:
            steps.append(descent.update(cost, its, examples))
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


def _stacked(descents: Sequence[Descent], X: Columns, labels: Sequence[Tensor]) -> Sequence[Step]:
    """The step of each lane of one layer, from one network that holds the rows of all."""
    before, alike = _joined(descents), _alike(descents)
    Y = labels[0] if all(its is labels[0] for its in labels) else torch.cat(list(labels))
    losses, stored = [descent.loss for descent in descents], isinstance(X, StoredColumns)
    loss, l2 = Beside(losses, before.rows, one_pass=stored), descents[0].l2 if alike else 0.0
    Z, whole = forward_backward(before.network, X, Y, loss, l2)
    costs = [
        J + decay(descent.network, descent.l2) if descent.l2 else J
        for J, descent in zip(loss.costs(Z, Y), descents, strict=True)
    ]
    if not alike:
        gradients = [
            replace(its, of_W=(its.W[0] + descent.l2 * descent.network.layers[0].W,)) if descent.l2 else its
            for its, descent in zip(_split(whole, before.rows), descents, strict=True)
        ]
        return _each(descents, costs, gradients, Z.shape[1])
    try:
        step = descents[0].update(sum(costs), whole, Z.shape[1], before)
    except DivergedError:
        return _each(descents, costs, _split(whole, before.rows), Z.shape[1])  # says which of them it is
    after = _Together(before.rows, step.network, step.moments, step.gradients)
    return [
        _Lane(after, lane, descent.loss.activation, cost, step.examples)
        for lane, (descent, cost) in enumerate(zip(descents, costs, strict=True))
    ]


def _alike(descents: Sequence[Descent]) -> bool:
    """Whether W := W − α u is the same for all of them, so that it can be made for all rows at once."""
    first, *others = (
        (descent.learning_rate, descent.l2, descent.optimiser, _gathered(descent.state))
        for descent in descents
    )
    return all(other == first for other in others)


def _of_one_layer(state: State) -> bool:
    return isinstance(state, _Lane) or len(state.network.layers) == 1


def _gathered(state: State) -> int:
    """How many steps its moments have gathered."""
    return (state.of if isinstance(state, _Lane) else state).moments.steps


def _joined(descents: Sequence[Descent]) -> _Together:
    """The rows of all. Nothing is copied where these lanes, and no others, have been updated together."""
    lanes = [descent.state for descent in descents]
    first = lanes[0]
    if isinstance(first, _Lane) and first.of.are(lanes):
        return first.of
    layers = [lane.network.layers[0] for lane in lanes]
    W, b = torch.cat([layer.W for layer in layers]), torch.cat([layer.b for layer in layers])
    first_moments, second_moments = (
        tuple(torch.cat(parts) for parts in zip(*each, strict=True))
        for each in ([lane.moments.first for lane in lanes], [lane.moments.second for lane in lanes])
    )
    return _Together(
        [layer.W.shape[0] for layer in layers],
        Network((Layer(W, b, IDENTITY),)),  # each loss knows its own activation, and begins at Z
        Moments(first_moments, second_moments, lanes[0].moments.steps),
    )


def _split(gradients: Gradients, rows: Sequence[int]) -> list[Gradients]:
    """Each lane's, of those of all rows."""
    (dW,), (db,), (delta,) = gradients.of_W, gradients.b, gradients.delta
    parts = [dW.split_with_sizes(rows), db.split_with_sizes(list(rows)), delta.split_with_sizes(list(rows))]
    return [Gradients((dW,), (db,), (delta,)) for dW, db, delta in zip(*parts, strict=True)]
