"""What a training on a folder of photos is asked to do, and which photos each of its steps takes.

    epoch e   the photos in an order, and a coin for each whether it is mirrored, by (seed, e) alone
    step s    the next 32 (1 − share) of them, rounded, and with each share / (1 − share) rendered ones, but
              at most 32, by (seed, s) alone

So a training that goes on at any step takes what it would have taken anyway. Of the network on patches the
layers above the mean learn: what is left to learn is how much of which pattern makes which ball.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from core.activations import RELU, SIGMOID
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network
from core.patch_training import ANY_NUMBER
from core.patches import above, below
from core.training import PLANS, Plan, fresh
from core.weights import load_model

BATCH = 32  # small, so that some thirty photos of one's own make several steps too
# How each model learns from a folder: as it learned before it shipped, the layers above the patches as do
# other networks. Of a plan its epochs and batch size are not used: the folder's own count.
HOW = {name: PLANS[name] for name in ("goal2", "goal3", "network")} | {
    "patches": Plan("patches", ANY_NUMBER, BINARY_CROSS_ENTROPY, "adam", 20, 1e-3, 3e-4, BATCH)
}
TRAINABLE = tuple(HOW)
STARTS = ("shipped", "zero")


@dataclass(frozen=True)
class PhotoPlan:
    """One training on a folder. `start`: one of STARTS; `rate`: α at first; `share`: of rendered photos.

    model: one of TRAINABLE; epochs ≥ 1; 0 ≤ share < 1: `options` checks what is typed. m, how many photos
    there are to learn from, is at least 1 throughout.
    """

    model: str
    start: str
    epochs: int
    rate: float
    share: float
    seed: int

    @property
    def own(self) -> int:
        """Photos of the folder in a batch, at least one."""
        return max(1, round((1 - self.share) * BATCH))

    def mixed_in(self, own: int) -> int:
        """Rendered photos that go with `own` photos of the folder."""
        return min(round(own * self.share / (1 - self.share)), BATCH)

    def steps(self, m: int) -> int:
        """Steps in all over m photos."""
        return self.epochs * -(-m // self.own)

    def passed(self, m: int, step: int) -> int:
        """How many of m photos, epoch for epoch, the first `step` steps took."""
        epochs, rest = divmod(step, -(-m // self.own))
        return epochs * m + rest * self.own

    def network(self) -> Network:
        """Where it starts: from "zero" the layers on patches, which do not learn, are the shipped ones too.

        Errors: WeightsError.
        """
        if self.start == "zero" and self.model != "patches":
            return fresh(self.model, seed=self.seed)
        shipped = load_model(self.model)
        if self.start == "shipped":
            return shipped
        dice = torch.Generator().manual_seed(self.seed)
        anew = initialise(above(shipped).sizes, (RELU, SIGMOID), how="he", generator=dice)
        return Network(below(shipped).layers + anew.layers)


def asked(model: str, Y: Tensor) -> Tensor:
    """Which photos a model's question fits: Goal 3 is asked which one, so exactly one must be there.

    Shapes: Y (3, m) → (m,) bool.
    """
    return Y.sum(dim=0) == 1 if model == "goal3" else torch.ones(Y.shape[1], dtype=torch.bool)


@dataclass(frozen=True)
class Place:
    """Photo `i` of the folder as step `step` takes it; `last` of that step."""

    step: int
    i: int
    mirrored: bool
    last: bool


def places(which: Tensor, plan: PhotoPlan, step: int) -> Iterator[Place]:
    """What every step from `step` on takes, the steps counted from 0. Shapes: which (m,) int64, m ≥ 1."""
    m, own = len(which), plan.own
    in_epoch = -(-m // own)
    for epoch in range(step // in_epoch, plan.epochs):
        dice = _dice(plan.seed, "order", epoch)
        order = which[torch.randperm(m, generator=dice)].numpy()
        coins = torch.randint(2, (m,), generator=dice).numpy()
        for s in range(max(step, epoch * in_epoch), (epoch + 1) * in_epoch):
            first = (s - epoch * in_epoch) * own
            after = min(first + own, m)
            for j in range(first, after):
                yield Place(s, int(order[j]), bool(coins[j]), j == after - 1)


def rendered_drawn(count: int, plan: PhotoPlan, step: int, own: int) -> Tensor:
    """Which of `count` rendered photos go with step `step`'s `own`. Shapes: → (plan.mixed_in(own),) int64."""
    dice = _dice(plan.seed, "rendered", step)
    return torch.randint(count, (plan.mixed_in(own),), generator=dice)


def _dice(seed: int, what: str, number: int) -> torch.Generator:
    digest = hashlib.sha256(f"{seed} {what} {number}".encode()).digest()
    return torch.Generator().manual_seed(int.from_bytes(digest[:8], "big") >> 1)
