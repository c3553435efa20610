"""Why the first weights are drawn at random: all-equal ones never break symmetry.

    equal   W[l] = 1/n[l] everywhere    neurons that start alike get the same gradient at every step:
                                        ∂J/∂w_j = δ_j xᵀ, δ_j = Σ_k w[2]_kj δ[2]_k g′(z_j), z_j = w_j x + b_j
    zeros   W[l] = 0                    δ[1] = W[2]ᵀ δ[2] ∘ g′ = 0, and ∂J/∂W[2] = δ[2] a[1]ᵀ = 0 if g(0) = 0:
                                        with tanh or ReLU only the outputs' biases ever move
    random  Xavier, or He for ReLU      each neuron has a gradient of its own

One small network, n → width → k, descends from each start on the same photos in the same order. 1/n makes a
neuron of the equal start the photo's mean brightness, so that no activation is saturated.
Source: lecture, section 7; the starts are those of core/initialisation.py.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from core.activations import RELU, SIGMOID, Activation
from core.descent import Descent
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network

STARTS = ("equal", "zeros", "random")
STEPS = 600


@dataclass(frozen=True)
class StartRun:
    """One of the descents, as it is now.

    start: one of STARTS. W (width, n): the hidden neurons' weights; learned: W − W at the start, the same
    shape. costs: J of the batches so far, smoothed by s := 0.9 s + 0.1 J, beginning with J of all examples at
    the start. apart: the largest difference between the weights of two hidden neurons,
    max_i,j,k |W_ji − W_ki|.
    """

    start: str
    W: Tensor
    learned: Tensor
    costs: tuple[float, ...]
    apart: float

    @property
    def moved(self) -> float:
        """How far the weight that has moved farthest is from its start."""
        return float(self.learned.abs().max())

    @classmethod
    def at(cls, start: str, now: Network, fresh: Network, costs: tuple[float, ...]) -> "StartRun":
        """The run that began at `fresh` and is at `now`."""
        W = now.layers[0].W
        return cls(start, W, W - fresh.layers[0].W, costs, largest_difference(W))


@dataclass(frozen=True)
class SymmetryProgress:
    """step of steps are done; one run for each start. looks: the step of each value in `costs`."""

    step: int
    steps: int
    looks: tuple[int, ...]
    runs: tuple[StartRun, ...]

    @property
    def done(self) -> bool:
        return self.step == self.steps


def starts(n: int, width: int, k: int, activation: Activation, *, seed: int = 0) -> dict[str, Network]:
    """The three networks n → width → k before their first step, by the names in STARTS."""
    sizes, activations = (n, width, k), (activation, SIGMOID)
    dice = torch.Generator().manual_seed(seed)
    how = "he" if activation is RELU else "xavier"
    return {
        "equal": initialise(sizes, activations, how="equal"),
        "zeros": initialise(sizes, activations, how="zeros"),
        "random": initialise(sizes, activations, how=how, generator=dice),
    }


def largest_difference(W: Tensor) -> float:
    """max over two rows j, k and a column i of |W_ji − W_ki|. Shapes: W (k, n). 0: equal, bit for bit."""
    return float((W.amax(dim=0) - W.amin(dim=0)).max())


def symmetry(
    photos: Tensor,
    Y: Tensor,
    *,
    width: int = 4,
    activation: Activation = RELU,
    steps: int = STEPS,
    batch_size: int = 64,
    learning_rate: float = 0.001,
    seed: int = 0,
    every: int = 10,
) -> Iterator[SymmetryProgress]:
    """Descend from the three starts side by side; yield all of them every `every` steps and at the end.

    Shapes: photos (m, 64, 64, 3) uint8 or X (n, m) float; Y (k, m). The first value is the start itself.
    Errors, with the first value: ValueError if width, steps or every is not at least 1, or as of `Descent`;
    DivergedError.
    """
    if min(width, steps, every) < 1:
        raise ValueError(f"width, steps and every are at least 1, got {width}, {steps}, {every}")
    n = photos.shape[1:].numel() if photos.dtype == torch.uint8 else photos.shape[0]
    fresh = starts(n, width, Y.shape[0], activation, seed=seed)
    runs = {
        start: Descent(
            fresh[start],
            photos,
            Y,
            loss=BINARY_CROSS_ENTROPY,
            learning_rate=learning_rate,
            batch_size=batch_size,
            optimiser="momentum",
            seed=seed,
        )
        for start in STARTS
    }
    costs = {start: [run.cost()] for start, run in runs.items()}
    looks = [0]

    def look(step: int) -> SymmetryProgress:
        seen = (
            StartRun.at(start, run.network, fresh[start], tuple(costs[start])) for start, run in runs.items()
        )
        return SymmetryProgress(step, steps, tuple(looks), tuple(seen))

    yield look(0)
    smooth = {start: values[0] for start, values in costs.items()}
    for step in range(1, steps + 1):
        for start, run in runs.items():
            # a batch's J jumps about; its running mean shows the way
            smooth[start] += 0.1 * (run.step() - smooth[start])
        if step % every == 0 or step == steps:
            looks.append(step)
            for start, values in costs.items():
                values.append(smooth[start])
            yield look(step)
