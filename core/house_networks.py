"""Two networks for the price of a house, trained on the same prices, one of them with a person's wires.

    hand-wired        4 → 3 → 1, W[1] ∘ WIRES: a zero wherever a person drew no wire, and it stays a zero
    fully connected   4 → k → 1, every input feeds every hidden unit

Both are `network.Network` and run through `propagate` and `backpropagate`. Inputs and price are normalised,
(x − mean) / spread over the training houses, since square metres and bedrooms differ in size; `Scale` holds
the means and spreads of the four inputs and of the price, and leads back to k€.
Squared error on an identity output (`LINEAR_REGRESSION`), Adam, batches of 128; α falls to a fifth after
60 % of the steps. Nobody ever tells either network what family size, walkability or school quality are.
Source: lecture, section 4.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from core.activations import IDENTITY, SIGMOID, Activation
from core.descent import Descent
from core.houses import WIRES, Houses
from core.initialisation import initialise
from core.losses import LINEAR_REGRESSION
from core.network import Layer, Network, propagate

STEPS = 1500
LEARNING_RATE, BATCH_SIZE = 0.03, 128
MOST_HIDDEN = 8
# The signs that a person would begin with: bigger is better, and zip codes count outwards from the centre.
GUESS = ((0.5, 0.5, 0.0, 0.0), (0.0, 0.0, -1.0, 0.0), (0.0, 0.0, 0.5, 1.0))


@dataclass(frozen=True)
class Scale:
    """Means and spreads over the training houses. Shapes: mean, spread (4, 1); the price's are numbers."""

    mean: Tensor
    spread: Tensor
    price_mean: float
    price_spread: float

    @classmethod
    def of(cls, seen: Houses) -> "Scale":
        """The scale of these houses. Errors: ValueError where all have the same size, …, wealth or price."""
        spread, price_spread = seen.X.std(dim=1, keepdim=True), float(seen.price.std())
        if not (bool((spread > 0).all()) and price_spread > 0):
            raise ValueError(
                f"{seen.X.shape[1]} houses that are alike in something have no spread to divide by"
            )
        return cls(seen.X.mean(dim=1, keepdim=True), spread, float(seen.price.mean()), price_spread)

    def inputs(self, X: Tensor) -> Tensor:
        """(X − mean) / spread. Shapes: (4, m) → (4, m)."""
        return (X - self.mean) / self.spread

    def target(self, price: Tensor) -> Tensor:
        """The price as the networks learn it. Shapes: (1, m) → (1, m)."""
        return (price - self.price_mean) / self.price_spread

    def price(self, Y_hat: Tensor) -> Tensor:
        """Back to k€. Shapes: (1, m) → (1, m)."""
        return Y_hat * self.price_spread + self.price_mean


@dataclass(frozen=True)
class Pair:
    """Both networks after `step` of `steps` steps."""

    step: int
    steps: int
    hand: Network
    full: Network

    @property
    def done(self) -> bool:
        return self.step == self.steps


def wires() -> Tensor:
    """WIRES as ones and zeros. Shape (3, 4): concept, input."""
    return torch.tensor(WIRES, dtype=torch.float32)


def hand_wired(activation: Activation = SIGMOID) -> Network:
    """4 → 3 → 1 as a person draws it, before training: the guess, and 1 from each concept to the price."""
    hidden = Layer(torch.tensor(GUESS), torch.zeros(3, 1), activation)
    return Network((hidden, Layer(torch.ones(1, 3), torch.zeros(1, 1), IDENTITY)))


def fully_connected(k: int, activation: Activation = SIGMOID, seed: int = 0) -> Network:
    """4 → k → 1 at its random start. Errors: ValueError unless k is 1 … 8."""
    if not 1 <= k <= MOST_HIDDEN:
        raise ValueError(f"there are 1 to {MOST_HIDDEN} hidden units, not {k}")
    dice = torch.Generator().manual_seed(seed)
    return initialise((4, k, 1), (activation, IDENTITY), how="xavier", generator=dice)


def linear_model(seen: Houses, scale: Scale) -> Network:
    """4 → 1 without a hidden layer: the plane with the least squared error, found at once."""
    ones = torch.ones(1, seen.X.shape[1])
    A = torch.cat([scale.inputs(seen.X), ones]).T  # (m, 5)
    w = torch.linalg.lstsq(A, scale.target(seen.price).T).solution.T  # (1, 5)
    return Network((Layer(w[:, :4], w[:, 4:], IDENTITY),))


def prices(network: Network, scale: Scale, X: Tensor) -> Tensor:
    """What a network says these houses cost, in k€. Shapes: X (4, m) → (1, m)."""
    return scale.price(propagate(network, scale.inputs(X)).Y_hat)


def rmse(network: Network, scale: Scale, unseen: Houses) -> float:
    """√ of the mean squared error against the prices paid, in k€; on unseen houses hardly below NOISE."""
    return float((prices(network, scale, unseen.X) - unseen.price).square().mean().sqrt())


def descend(network: Network, seen: Houses, scale: Scale, *, seed: int) -> Descent:
    """The descent of one of the networks on these houses; the seed decides the order of the batches."""
    return Descent(
        network,
        scale.inputs(seen.X),
        scale.target(seen.price),
        loss=LINEAR_REGRESSION,
        learning_rate=LEARNING_RATE,
        batch_size=BATCH_SIZE,
        optimiser="adam",
        seed=seed,
    )


def masked_step(descent: Descent, mask: Tensor) -> float:
    """One step in which ∂J/∂W[1] ∘ mask takes the place of ∂J/∂W[1]: missing wires stay zeros.

    Shapes: mask as W[1]. Returns J of the batch before the step.
    """
    X, Y = descent.batch()
    J, g = descent.cost_and_gradients(X, Y)
    masked = replace(g, of_W=(g.W[0] * mask, *g.W[1:]))
    step = descent.update(J, masked, Y.shape[1])
    descent.take(step)
    return step.cost


def slow_down(descent: Descent, steps: int) -> None:
    """α falls to a fifth after 60 % of the steps."""
    if descent.steps == steps * 6 // 10:
        descent.learning_rate = LEARNING_RATE / 5


def train_both(
    seen: Houses,
    k: int = 3,
    activation: Activation = SIGMOID,
    seed: int = 0,
    *,
    steps: int = STEPS,
    every: int = 40,
) -> Iterator[Pair]:
    """Train both side by side on the same batches; yields them at step 0, every `every` steps, at the end.

    k: hidden units of the fully connected one. Errors, with the first value: as for `fully_connected`.
    """
    scale, mask = Scale.of(seen), wires()
    hand = descend(hand_wired(activation), seen, scale, seed=seed)
    full = descend(fully_connected(k, activation, seed), seen, scale, seed=seed)
    yield Pair(0, steps, hand.network, full.network)
    for step in range(1, steps + 1):
        slow_down(hand, steps)
        slow_down(full, steps)
        masked_step(hand, mask)
        full.step()
        if step % every == 0 or step == steps:
            yield Pair(step, steps, hand.network, full.network)
