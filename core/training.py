"""How the models that ship were trained: which photos, which loss, how many steps.

    goal1          σ(wx + b)               12,289    y = soccer ball or not    binary cross-entropy
    goal2          three σ(w_k x + b_k)    36,867    multi-hot                 binary cross-entropy
    goal3          softmax(Wx + b)         36,867    photos with one ball      softmax cross-entropy
    network        12288 → 64 → 32 → 3    788,675    multi-hot                 binary cross-entropy
    three_layers   12288 → 3 → 2 → 1       36,878    y = soccer ball or not    binary cross-entropy

All see rendered photos only, each also mirrored. Goal 1's and the three layers' hold at most one ball, as
Goal 1 asks. In Goals 1 and 2 each ball asked for is in about half of the photos, so that no
neuron does well by saying no. The heads' strong L2 term costs no accuracy on unseen photos and takes the
noise out of the pictures that their weights are. The weights kept are the mean over the last part of the
descent: with mini-batches the last step alone is as noisy as its batch, the mean is not (Polyak's average).
The sixth model, the network on patches, has a training of its own (core.patch_training).
Source: lecture, sections 1 to 5 and 7; Polyak and Juditsky, "Acceleration of stochastic approximation by
averaging" (1992).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.activations import RELU, SIGMOID
from core.augmentation import with_mirror_images
from core.balls import MIXED, ONE, Photos, Recipe
from core.descent import Descent
from core.heads import goal1, goal2, goal3
from core.initialisation import initialise
from core.judging import judge_pixels
from core.losses import BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, Loss
from core.network import Network
from core.optimisers import falling
from core.pixels import N

HIDDEN = (64, 32)
THREE_LAYERS = (3, 2, 1)
HALF = Recipe(none=0.12, one=0.42, two=0.34, three=0.12)  # each ball is in 49 % of these photos
AT_MOST_ONE = Recipe(none=0.25, one=0.75, two=0, three=0, weights=(4, 1, 1))  # a soccer ball in half of them


@dataclass(frozen=True)
class Plan:
    """One training: photos by `recipe`, mini-batches, the rate falling linearly to a tenth."""

    name: str
    recipe: Recipe
    loss: Loss
    optimiser: str
    epochs: int
    learning_rate: float
    l2: float
    batch_size: int
    average_from: float = 0.6  # the mean is taken over the steps after this share of the run


PLANS = {
    plan.name: plan
    for plan in (
        Plan("goal1", AT_MOST_ONE, BINARY_CROSS_ENTROPY, "momentum", 8, 3e-4, 0.3, 256),
        Plan("goal2", HALF, BINARY_CROSS_ENTROPY, "momentum", 8, 3e-4, 0.3, 256),
        Plan("goal3", ONE, SOFTMAX_CROSS_ENTROPY, "momentum", 8, 3e-4, 0.1, 256),
        Plan("network", MIXED, BINARY_CROSS_ENTROPY, "adam", 12, 1e-3, 3e-4, 128),
        Plan("three_layers", AT_MOST_ONE, BINARY_CROSS_ENTROPY, "adam", 24, 1e-3, 5e-3, 64),
    )
}


def mirrored(photos: Photos) -> Photos:
    """The photos and their mirror images, m → 2m; see core.augmentation."""
    return Photos(*with_mirror_images(photos.pixels, photos.Y))


def labels_for(name: str, Y: Tensor) -> Tensor:
    """What a model is asked: one with one output for the soccer ball. Shapes: Y (3, m) → (1 or 3, m)."""
    return Y[:1] if name in ("goal1", "three_layers") else Y


def fresh(name: str, *, seed: int, device: torch.device | str | None = None) -> Network:
    """The untrained model: heads start at zero, networks at random from `seed` (He's scale, Xavier's)."""
    if name == "network":
        dice = torch.Generator().manual_seed(seed)
        sizes = (N, *HIDDEN, 3)
        return initialise(sizes, (RELU, RELU, SIGMOID), how="he", generator=dice, device=device)
    if name == "three_layers":
        dice = torch.Generator().manual_seed(seed)
        return initialise((N, *THREE_LAYERS), how="xavier", generator=dice, device=device)
    return {"goal1": goal1, "goal2": goal2, "goal3": goal3}[name](device=device)


@dataclass(frozen=True)
class Progress:
    """Where a training is: steps done of all, the last batch's cost, and the averaged network so far."""

    step: int
    steps: int
    cost: float
    network: Network


def train(
    plan: Plan, photos: Photos, *, seed: int, device: torch.device | str | None = None
) -> Iterator[Progress]:
    """Run a plan; each step yields where it is, the last one holds the weights that ship."""
    run = Descent(
        fresh(plan.name, seed=seed, device=device),
        photos.pixels,
        labels_for(plan.name, photos.Y),
        loss=plan.loss,
        learning_rate=plan.learning_rate,
        batch_size=plan.batch_size,
        l2=plan.l2,
        optimiser=plan.optimiser,
        seed=seed,
    )
    per_epoch = -(-run.m // plan.batch_size)
    steps = plan.epochs * per_epoch
    mean, averaged = run.network, 0
    for step in range(1, steps + 1):
        run.learning_rate = falling(plan.learning_rate, step - 1, steps)
        cost = run.step()
        if step <= plan.average_from * steps:
            mean = run.network
        else:
            averaged += 1
            mean = towards(mean, run.network, 1 / averaged)
        yield Progress(step, steps, cost, mean)


def towards(mean: Network, new: Network, share: float) -> Network:
    """mean + share · (new − mean), parameter by parameter."""
    return Network(
        tuple(
            replace(b, W=torch.lerp(a.W, b.W, share), b=torch.lerp(a.b, b.b, share))
            for a, b in zip(mean.layers, new.layers, strict=True)
        )
    )


@dataclass(frozen=True)
class ModelAccuracy:
    """Shares of right answers on photos that no training saw, 0 … 1.

    `answers`: each output on its own against its label, at ½ (Goal 3: the largest output is the ball).
    `recall`: of the photos with each ball, the share where its output says so: TP / (TP + FN); nan where no
    photo has it.
    `photos`: all outputs of a photo right together. `chance`: the same for always giving the commonest
    answer.
    """

    answers: float
    recall: tuple[float, ...]
    photos: float
    chance: float
    count: int


def model_accuracy(name: str, network: Network, photos: Photos) -> ModelAccuracy:
    """Measure one model on rendered photos; see `ModelAccuracy`."""
    said = []
    for block in photos.pixels.split(1024):
        Y_hat = judge_pixels(network, block)  # (k, m)
        if name == "goal3":
            said.append(torch.zeros_like(Y_hat).scatter_(0, Y_hat.argmax(dim=0, keepdim=True), 1.0))
        else:
            said.append((Y_hat > 0.5).to(Y_hat.dtype))
    Y = labels_for(name, photos.Y).cpu()
    right = torch.cat(said, dim=1).cpu() == Y  # (k, m)
    _, counts = Y.unique(dim=1, return_counts=True)
    return ModelAccuracy(
        answers=float(right.double().mean()),
        recall=tuple(((right * Y).sum(dim=1) / Y.sum(dim=1)).tolist()),
        photos=float(right.all(dim=0).double().mean()),
        chance=float(counts.max() / Y.shape[1]),
        count=Y.shape[1],
    )
