"""The labels decide what each neuron detects: permute the label order, retrain, and the neurons swap.

    train on Y            → W             neuron k learns ball k
    train on Y[order]     → W[order]      neuron k learns ball order[k]

Two runs of Goal 2's head on the same photos, in the same order, from the same W = 0, b = 0. Only the rows of
the labels differ. No neuron's gradient involves another neuron, ∂J/∂w_k = (1/m) Σ (ŷ_k − y_k) xᵀ, so the
second run's weights are the first one's with the rows exchanged, to the last digits of the arithmetic.
(W = 0 is a fine start here: each neuron has a label of its own, there is no symmetry to break.)

What a neuron has come to detect is measured, not assumed: the ball with the highest AUC of its logits on
photos that no training saw.
Source: lecture, section 2.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from torch import Tensor

from core.checked import is_whole
from core.descent import Descent
from core.heads import goal2
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network, propagate
from core.pixels import flatten
from core.scores import accuracy, auc

ORDERS: tuple[tuple[int, int, int], ...] = tuple(itertools.permutations((0, 1, 2)))  # type: ignore[arg-type]


@dataclass(frozen=True)
class TrainedOn:
    """One of the two runs, as it is now.

    order: order[k] is the ball whose label neuron k is given. network: W (3, n), b (3, 1).
    cost: J of the last mini-batch; at the start, of all photos. auc: (3, 3), row neuron, column ball.
    accuracy: mean over the neurons, each judged by the label that it was given.
    """

    order: tuple[int, ...]
    network: Network
    cost: float
    auc: Tensor
    accuracy: float

    @property
    def detects(self) -> tuple[int, ...]:
        """For each neuron the ball with its highest AUC."""
        return tuple(self.auc.argmax(dim=1).tolist())


@dataclass(frozen=True)
class LabelOrderProgress:
    """step of steps are done; before is the run on the lecture's order, after the one on the chosen order."""

    step: int
    steps: int
    before: TrainedOn
    after: TrainedOn

    @property
    def done(self) -> bool:
        return self.step == self.steps


def label_order(
    photos: Tensor,
    Y: Tensor,
    test_photos: Tensor,
    test_Y: Tensor,
    order: Sequence[int],
    *,
    steps: int = 240,
    batch_size: int = 64,
    learning_rate: float = 0.001,
    seed: int = 0,
    every: int = 12,
) -> Iterator[LabelOrderProgress]:
    """Train on Y and on Y[order] side by side, and yield both runs every `every` steps and at the end.

    Shapes: photos, test_photos (m, 64, 64, 3) uint8; Y, test_Y (3, m). The first value is the start, W = 0.
    Errors, with the first value: ValueError if order is not a permutation of the rows of Y, or every < 1;
    DivergedError on the way.
    """
    if every < 1:
        raise ValueError(f"runs are looked at every step or more seldom, got every = {every}")
    order = tuple(order)
    if not all(map(is_whole, order)) or sorted(order) != list(range(Y.shape[0])):
        raise ValueError(f"an order of the labels names each of 0 … {Y.shape[0] - 1} once, got {order}")
    rows = list(order)
    start = goal2(k=Y.shape[0], device=photos.device)
    runs = [
        Descent(
            start,
            photos,
            labels,
            loss=BINARY_CROSS_ENTROPY,
            learning_rate=learning_rate,
            batch_size=batch_size,
            seed=seed,
        )
        for labels in (Y, Y[rows])
    ]
    X_test = flatten(test_photos)  # (n, m_test), made once for all looks

    def look(step: int, costs: list[float]) -> LabelOrderProgress:
        before, after = (
            _judge(run.network, given, X_test, test_Y, cost)
            for run, given, cost in zip(runs, (tuple(range(len(order))), order), costs, strict=True)
        )
        return LabelOrderProgress(step, steps, before, after)

    yield look(0, [run.cost() for run in runs])
    for step in range(1, steps + 1):
        costs = [run.step() for run in runs]
        if step % every == 0 or step == steps:
            yield look(step, costs)


def _judge(network: Network, order: tuple[int, ...], X: Tensor, Y: Tensor, cost: float) -> TrainedOn:
    Z = propagate(network, X).Z[-1]  # (3, m_test)
    given = Y[list(order)]  # (3, m_test): the label of each neuron
    return TrainedOn(order, network, cost, auc(Z, Y), float(accuracy(Z, given).mean()))
