"""How the network on patches was trained: on rendered photos, each seen once and through another lens.

    48 → 32, 288 → 48, 432 → 96, 864 → 128, 2048 → 192, 1728 → 192, averaged over a photo, → 64 → 3
    ReLU, three sigmoids    905,651 parameters

Photos are rendered a shelf at a time and changed in a thread beside the descent, and thrown away: memory
stays flat however many there are. Adam with decoupled decay, W := (1 − α λ) W − α u; α rises over the first
steps and falls along a cosine; labels are softened by 2 % (label smoothing). The weights kept are a running
mean. Last, one number is added to the three biases: with it the network tells photos with one of the balls
best from photos with the things most like them, on photos that no training saw.

On a processor with AVX-512 the factors of its products are rounded to bfloat16, 8 bits: twice as quick where
there are units for it, and far finer than what the few photos of a step leave open.
Source: lecture, sections 2, 4 and 7; Loshchilov and Hutter, "Decoupled weight decay regularization" (2019).
"""

import math
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import torch
from torch import Tensor

from core.activations import RELU, SIGMOID
from core.augmentation import through_another_lens
from core.balls import TRAIN_SEED, Photos, Recipe, render
from core.balls.others import OTHERS, billiard, bowling, package
from core.balls.played import rugby, volleyball
from core.balls.things import coin, object_of_parts, planet, rosette
from core.closer_look import LEAN, combined, each_look, enlarged
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Layer, Network
from core.optimisers import Moments, adam
from core.patches import PATCHES, backpropagate_patches, floats, logits, propagate_patches
from core.pixels import CHANNELS
from core.training import Progress, towards

WIDTHS = (32, 48, 96, 128, 192, 192)  # of the layers on patches
ABOVE = (64, 3)  # of those on the photo
# Many without, and most of these with something that might be taken for a ball: what is no ball varies most.
# A patch of a printed rugby ball is like one of a soccer ball, so these come more often than their share.
ALIKE = {rugby: 5.0, volleyball: 3.0, package: 3.0, bowling: 2.0, billiard: 1.6}
# What an earlier training took for balls; none of it is drawn where a recipe does not ask for it.
EVERYDAY = {coin: 0.6, rosette: 1.0, planet: 0.5, object_of_parts: 2.5}
ANY_NUMBER = Recipe(
    none=0.42, one=0.43, two=0.12, three=0.03, empty=0.2, club=0.35,
    others=tuple((OTHERS | ALIKE | EVERYDAY).values()),
)  # fmt: skip
# What is taken for one of the three most often: these have their size, their panels and their leather.
MOST_ALIKE = Recipe(
    none=0.5, one=0.5, two=0.0, three=0.0, empty=0.0, club=0.35,
    others=tuple(float(painter in (rugby, volleyball)) for painter in OTHERS),
)  # fmt: skip
AHEAD = 6  # batches that wait for the descent


T = TypeVar("T")


@dataclass(frozen=True)
class PatchPlan:
    """How long and how fast. photos: how many are rendered; passes: how often each is seen.

    Whole numbers are at least 1. α of a step, and how many steps there are, follow.
    """

    photos: int = 1_572_864
    passes: int = 1
    shelf: int = 8192  # photos that are there at a time
    batch: int = 64  # photos a step
    learning_rate: float = 1e-3
    decay: float = 0.02
    warm_up: int = 300  # steps
    softened: float = 0.02  # a label 1 counts as 0.98, a label 0 as 0.02
    mean_over: int = 500  # steps, about, that the weights kept are a mean of

    @property
    def steps(self) -> int:
        """Of the whole training."""
        return sum(-(-self.photos_on(i) // self.batch) * self.passes for i in range(self.shelves))

    @property
    def shelves(self) -> int:
        return -(-self.photos // self.shelf)

    def photos_on(self, shelf: int) -> int:
        """The last shelf may be shorter."""
        return min(self.shelf, self.photos - shelf * self.shelf)

    def rate(self, step: int) -> float:
        """α of step 0, 1, …: up along a line, down along a cosine to 10⁻⁵."""
        rising = min(1.0, (step + 1) / self.warm_up)
        return self.learning_rate * rising * (0.5 + 0.5 * math.cos(math.pi * step / self.steps)) + 1e-5


def train_on_patches(plan: PatchPlan, *, seed: int) -> Iterator[Progress]:
    """Run the plan on the CPU; each step yields where it is, the last one holds the mean that is kept.

    The same seed gives the same weights on the same kind of processor, with one torch thread.
    """
    dice = torch.Generator().manual_seed(seed)
    network = initial(dice)
    moments = Moments.zero(network.parameters)
    loss, mean = BINARY_CROSS_ENTROPY, network
    for step, (pictures, Y) in enumerate(_prepared_beside(_batches(plan, dice), AHEAD)):
        A, whole = propagate_patches(network, pictures)
        cost = float(loss.cost(whole.Z[-1], Y))
        gradients = backpropagate_patches(network, A, whole, Y, loss)
        updates, moments = adam(gradients, moments)
        network = _stepped(network, updates, plan.rate(step), plan.decay)
        mean = towards(mean, network, max(1 / plan.mean_over, 1 / (step + 2)))
        yield Progress(step + 1, plan.steps, cost, mean)


def initial(generator: torch.Generator) -> Network:
    """The network at step 0, each layer by He's initialisation."""
    layers, k = list[Layer](), CHANNELS
    for (side, step), width in zip(PATCHES, WIDTHS, strict=True):
        of_patches = initialise((side * side * k, width), (RELU,), how="he", generator=generator)
        layers.append(replace(of_patches.layers[0], step=step))
        k = width
    last = initialise((k, *ABOVE), (RELU, SIGMOID), how="he", generator=generator)
    return Network((*layers, *last.layers))


def rounded() -> torch.dtype:
    """What the factors of its products are rounded to: bfloat16 where there is AVX-512, else float32."""
    return torch.bfloat16 if torch.backends.cpu.get_cpu_capability().startswith("AVX512") else torch.float32


def _batches(plan: PatchPlan, dice: torch.Generator) -> Iterator[tuple[Tensor, Tensor]]:
    """Photos (batch, 3, 64, 64), seen through another lens, and labels Y (3, batch) of every step."""
    for photos in _prepared_beside((_shelf(plan, i) for i in range(plan.shelves)), 1):
        for _ in range(plan.passes):
            for places in torch.randperm(len(photos), generator=dice).split(plan.batch):
                x = through_another_lens(photos.pixels[places], dice)  # (batch, 64, 64, 3)
                Y = photos.Y[:, places] * (1 - 2 * plan.softened) + plan.softened
                yield floats(x, dtype=rounded()), Y


def _prepared_beside(these: Iterator[T], ahead: int) -> Iterator[T]:
    """The same in the same order, `ahead` of them prepared in a thread while the one before is worked on."""
    beside = ThreadPoolExecutor(1, thread_name_prefix="prepared")
    try:
        coming = deque(beside.submit(next, these, None) for _ in range(ahead))
        while (one := coming.popleft().result()) is not None:
            coming.append(beside.submit(next, these, None))
            yield one
    finally:
        # A shelf takes seconds: nobody waits for it who stops early.
        beside.shutdown(wait=False, cancel_futures=True)


def _shelf(plan: PatchPlan, i: int) -> Photos:
    first = i * plan.shelf
    return render(TRAIN_SEED, range(first, first + plan.photos_on(i)), ANY_NUMBER, device="cpu")


def _stepped(network: Network, updates: tuple[Tensor, ...], rate: float, decay: float) -> Network:
    """W := (1 − α λ) W − α u, b := b − α u."""
    layers = []
    for layer, u, v in zip(network.layers, updates[::2], updates[1::2], strict=True):
        W = layer.W.mul(1 - rate * decay).sub_(u, alpha=rate)
        layers.append(replace(layer, W=W, b=layer.b.sub(v, alpha=rate)))
    return Network(tuple(layers))


def balanced(network: Network, plan: PatchPlan, count: int = 6144) -> Network:
    """The network with one number added to its last biases: with it max ŷ > ½ is right as often as can be, on
    photos of one of the balls and on photos of the things most like them, each counted as one half.

    Measured on the `count` photos after the plan's, which no training saw.
    """
    unseen = _most_alike(plan, count)
    threshold = best_threshold(logits(network, unseen.pixels), unseen.Y)
    *before, last = network.layers
    return Network((*before, replace(last, b=last.b - threshold)))


def best_lean(network: Network, plan: PatchPlan, count: int = 6144) -> float:
    """c of core.closer_look, by the rule and on the photos of `balanced`: with it the closer look's max ŷ > ½
    is right as often as can be. `closer_look.LEAN` is that of the network that ships.

    The photos have no more pixels than 64 × 64: windows of them show larger pixels, not more.
    """
    unseen = _most_alike(plan, count)
    parts = [combined(each_look(network, enlarged(pixels))) for pixels in unseen.pixels.split(16)]
    return LEAN + best_threshold(torch.cat(parts, dim=1), unseen.Y)


def _most_alike(plan: PatchPlan, count: int) -> Photos:
    return render(TRAIN_SEED, range(plan.photos, plan.photos + count), MOST_ALIKE, device="cpu")


def best_threshold(Z: Tensor, Y: Tensor) -> float:
    """Where max z > threshold tells best photos with a ball from those without. Shapes: Z, Y (3, m).

    best: (share of those with a ball below it) + (share of those without at or above it) is least.
    Each share is a mean over the thresholds near it (5 % of the photos): a few photos more or less do not
    move the best. Errors: ValueError unless there are photos of both kinds.
    """
    ball = Y.any(dim=0)  # (m,)
    if ball.all() or not ball.any():
        raise ValueError(
            f"a threshold is between photos with a ball and without, got {len(ball)} of one kind"
        )
    largest = Z.amax(dim=0)  # (m,)
    # The share of photos with a ball below t rises with t, the share of those with none at or above t falls.
    marks = largest.sort().values
    missed = torch.searchsorted(largest[ball].sort().values, marks) / ball.sum()
    invented = 1 - torch.searchsorted(largest[~ball].sort().values, marks) / (~ball).sum()
    near = len(marks) // 40  # on each side
    wrong = torch.nn.functional.avg_pool1d((missed + invented)[None], 2 * near + 1, stride=1)[0]
    return float(marks[near + int(wrong.argmin())])
