"""Three models that learn which ball is in the photo, by one recipe whatever the number of photos.

    logistic    softmax(W x + b)                   12288 → 3: Goal 3's head, logistic regression
    16          softmax(W₂ ReLU(W₁ x + b₁) + b₂)   12288 → 16 → 3
    64-32       one layer more                     12288 → 64 → 32 → 3

Momentum on mini-batches of BATCH photos, a rate that falls linearly to a tenth, EPOCHS times through the
photos and MIN_STEPS steps at least: few photos are gone through until nothing changes. At CHECKS moments the
network looks at the validation photos (validation set), and the weights kept are those that were best there
(early stopping).
Their accuracy, `share_named`, is of photos whose largest output is their ball; guessing gets a third.
Source: lecture, sections 0, 3 and 4.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from core.activations import RELU, SOFTMAX
from core.balls import Photos
from core.columns import PhotoColumns
from core.descent import Descent
from core.initialisation import initialise
from core.losses import SOFTMAX_CROSS_ENTROPY
from core.network import Network, propagate
from core.optimisers import falling
from core.pixels import N
from core.scores import named

BATCH = 64
MIN_STEPS, EPOCHS = 600, 10
CHECKS = 30


@dataclass(frozen=True)
class Learner:
    """A model and the two numbers of its training that are its own."""

    name: str
    hidden: tuple[int, ...]
    learning_rate: float
    l2: float

    @property
    def sizes(self) -> tuple[int, ...]:
        """(n, k[1], …, 3)."""
        return (N, *self.hidden, 3)

    def start(self, seed: int) -> Network:
        """Before the first step: the head at zero, a network at He's random scale."""
        g = (*(RELU for _ in self.hidden), SOFTMAX)
        dice = torch.Generator().manual_seed(seed)
        return initialise(self.sizes, g, how="he" if self.hidden else "zeros", generator=dice)


# Rates and L2 come from a few tries with 10,000 training photos, judged on photos beside the test photos.
LEARNERS = (
    Learner("logistic", (), 1e-3, 0.1),
    Learner("16", (16,), 3e-3, 0.01),
    Learner("64-32", (64, 32), 3e-3, 0.01),
)


@dataclass(frozen=True)
class Point:
    """One model, trained on m photos. accuracy: on the test photos.

    validation: on the photos that chose the weights, which are those after best_step of `steps` steps.
    """

    learner: str
    m: int
    seed: int
    accuracy: float
    validation: float
    best_step: int
    steps: int


def photos_drawn(pool: int, m: int, seed: int) -> Tensor:
    """Which m photos of the pool; with the same seed more photos keep those that fewer had. Shape (m,).

    Errors: ValueError unless 1 ≤ m ≤ pool.
    """
    if not 1 <= m <= pool:
        raise ValueError(f"m must be 1 … {pool}, the photos that there are, got {m}")
    return torch.randperm(pool, generator=torch.Generator().manual_seed(seed))[:m]


def steps_for(m: int) -> int:
    """EPOCHS times through m photos, MIN_STEPS at least."""
    return max(MIN_STEPS, EPOCHS * -(-m // BATCH))


def learn(
    learner: Learner, m: int, seed: int, train: Photos, validation: Photos, test: Photos
) -> Iterator[float | Point]:
    """Train once: yields how much is done (0 … 1) at every check, and at the end the Point.

    The seed draws the photos, their order and the start. Errors: ValueError if the pool is smaller than m.
    """
    run = Descent(
        learner.start(seed),
        train.pixels,
        train.Y,
        loss=SOFTMAX_CROSS_ENTROPY,
        batch_size=BATCH,
        l2=learner.l2,
        optimiser="momentum",
        seed=seed,
    )
    run.which = photos_drawn(len(train), m, seed)
    steps = steps_for(m)
    best, best_step, kept = -1.0, 0, run.network
    for step in range(1, steps + 1):
        run.learning_rate = falling(learner.learning_rate, step - 1, steps)
        run.step()
        if step % -(-steps // CHECKS) == 0 or step == steps:
            found = share_named(run.network, validation)
            if found > best:
                best, best_step, kept = found, step, run.network
            yield step / steps
    yield Point(learner.name, m, seed, share_named(kept, test), best, best_step, steps)


def share_named(network: Network, photos: Photos) -> float:
    """Share of the photos whose largest output is their ball, 0 … 1."""
    X, right = PhotoColumns(photos.pixels), 0
    for start in range(0, len(photos), 512):
        Z = propagate(network, X[:, start : start + 512]).Z[-1]  # (3, up to 512)
        right += int(named(Z, photos.Y[:, start : start + 512]).sum())
    return right / len(photos)
