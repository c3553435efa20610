"""Gradient descent that can be stepped, changed while it runs, and continued from a file.

    W := W − α ∂J/∂W        b := b − α ∂J/∂b

on one mini-batch a step. Batch size 1 is stochastic descent, m is batch descent. `optimisers` may smooth the
gradient first (momentum, Adam).

The order of the photos in an epoch follows from (seed, epoch) alone. So the whole state is the numbers
that `save` writes, and a continued run equals the uninterrupted one bit for bit.
Source: lecture, sections 1 and 7 (the notes write ∂L/∂b in the update of w; it is ∂L/∂w).
"""

import hashlib
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.losses import Loss, loss_on
from core.network import Network, backpropagate, propagate
from core.optimisers import OPTIMISERS, Moments
from core.pixels import flatten
from core.weights import WeightsError, network_from_tensors, network_tensors, read_tensors, write_tensors


class DivergedError(ArithmeticError):
    """A step would have made a parameter non-finite; the weights before that step are kept."""


class Descent:
    """Descent of one network on one set of examples.

    Shapes: X (n, m) float, or photos (m, 64, 64, 3) uint8, which are turned into columns batch by batch;
    Y (k, m) multi-hot. `loss`, `learning_rate`, `batch_size`, `l2` and `optimiser` may be assigned at any
    time and hold from the next step on. The network given is copied, never changed.
    Errors: ValueError where shapes or values do not fit.
    """

    def __init__(
        self,
        network: Network,
        X: Tensor,
        Y: Tensor,
        *,
        loss: Loss,
        learning_rate: float = 0.01,
        batch_size: int = 64,
        l2: float = 0.0,
        optimiser: str = "plain",
        seed: int = 0,
    ) -> None:
        self.m = X.shape[0] if X.dtype == torch.uint8 else X.shape[1]
        if self.m < 1 or Y.ndim != 2 or Y.shape[1] != self.m:
            raise ValueError(f"X has {self.m} examples, Y must be (k, {self.m}), got {tuple(Y.shape)}")
        if Y.shape[0] != network.sizes[-1]:
            raise ValueError(f"Y has {Y.shape[0]} labels, the network has {network.sizes[-1]} outputs")
        self._network = network.clone()
        parameter = network.layers[0].W
        self.X, self.Y = X.to(parameter.device), Y.to(parameter.device, parameter.dtype)
        self.seed, self.steps, self.epoch, self.position = seed, 0, 0, 0
        self._order: Tensor | None = None
        self._moments = Moments.zero(self._parameters())
        self.loss = loss
        self.learning_rate, self.batch_size, self.l2 = learning_rate, batch_size, l2
        self._optimiser = ""
        self.optimiser = optimiser

    # ---- what may be changed while it runs ---------------------------------------------------------

    @property
    def loss(self) -> Loss:
        """The loss; assigning one also gives the last layer the activation that it is paired with."""
        return self._loss

    @loss.setter
    def loss(self, loss: Loss) -> None:
        *before, last = self._network.layers
        self._network = Network((*before, replace(last, activation=loss.activation)))
        self._loss = loss

    @property
    def learning_rate(self) -> float:
        """α > 0."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        if not (math.isfinite(value) and value > 0):
            raise ValueError(f"the learning rate must be a positive number, got {value}")
        self._learning_rate = float(value)

    @property
    def batch_size(self) -> int:
        """Examples a step; more than m means all of them."""
        return self._batch_size

    @batch_size.setter
    def batch_size(self, value: int) -> None:
        if value < 1:
            raise ValueError(f"the batch size must be at least 1, got {value}")
        self._batch_size = int(value)

    @property
    def l2(self) -> float:
        """λ ≥ 0 of the term (λ/2) Σ‖W‖² in J."""
        return self._l2

    @l2.setter
    def l2(self, value: float) -> None:
        if not (math.isfinite(value) and value >= 0):
            raise ValueError(f"l2 must be zero or a positive number, got {value}")
        self._l2 = float(value)

    @property
    def optimiser(self) -> str:
        """ "plain", "momentum" or "adam"; changing it forgets the moments gathered so far."""
        return self._optimiser

    @optimiser.setter
    def optimiser(self, name: str) -> None:
        if name not in OPTIMISERS:
            raise ValueError(f"the optimiser is one of {', '.join(OPTIMISERS)}, got '{name}'")
        if name != self._optimiser:
            self._moments = Moments.zero(self._parameters())
        self._optimiser = name

    # ---- running -----------------------------------------------------------------------------------

    @property
    def network(self) -> Network:
        """The network as it is now. A step makes new tensors, so what was read here never changes."""
        return self._network

    def step(self) -> float:
        """One mini-batch: propagate, backpropagate, update. Returns the batch's cost J before the update.

        Errors: DivergedError if the cost or a parameter would become non-finite; nothing has changed then.
        """
        X, Y = self._next_batch()  # (n, batch), (k, batch)
        trace = propagate(self._network, X)
        gradients = backpropagate(self._network, trace, Y, self.loss, self.l2)
        cost = float(self.loss.cost(trace.Z[-1], Y)) + self._decay()
        g = [d for pair in zip(gradients.W, gradients.b, strict=True) for d in pair]
        updates, moments = OPTIMISERS[self.optimiser](g, self._moments)
        parameters = [
            p.sub(update, alpha=self.learning_rate)
            for p, update in zip(self._parameters(), updates, strict=True)
        ]
        if not (math.isfinite(cost) and all(math.isfinite(float(p.sum())) for p in parameters)):
            raise DivergedError(
                f"step {self.steps + 1} would leave the finite numbers: "
                f"the learning rate {self.learning_rate:g} is too large. Choose a smaller one."
            )
        self._moments = moments
        self._network = Network(
            tuple(
                replace(layer, W=W, b=b)
                for layer, W, b in zip(self._network.layers, parameters[::2], parameters[1::2], strict=True)
            )
        )
        self.steps += 1
        self._advance(Y.shape[1])
        return cost

    def cost(self) -> float:
        """J over all m examples, in blocks, so that no float copy of every photo is ever made."""
        total = 0.0
        for start in range(0, self.m, 1024):
            X, Y = self._columns(slice(start, start + 1024))
            total += float(self.loss(propagate(self._network, X).Z[-1], Y).sum())
        return total / self.m + self._decay()

    def _parameters(self) -> list[Tensor]:
        return [p for layer in self._network.layers for p in (layer.W, layer.b)]

    def _decay(self) -> float:
        """(λ/2) Σ‖W‖²."""
        if self.l2 == 0:
            return 0.0
        return 0.5 * self.l2 * sum(float(layer.W.square().sum()) for layer in self._network.layers)

    # ---- batches -----------------------------------------------------------------------------------

    def _next_batch(self) -> tuple[Tensor, Tensor]:
        if self.position == 0 and self.batch_size >= self.m:
            return self._columns(slice(None))
        if self._order is None:
            shuffle = torch.Generator().manual_seed((self.seed * 1_000_003 + self.epoch) % 2**63)
            self._order = torch.randperm(self.m, generator=shuffle).to(self.X.device)
        return self._columns(self._order[self.position : self.position + self.batch_size])

    def _columns(self, which: Tensor | slice) -> tuple[Tensor, Tensor]:
        Y = self.Y[:, which]
        if self.X.dtype == torch.uint8:
            return flatten(self.X[which], dtype=self.Y.dtype), Y
        return self.X[:, which], Y

    def _advance(self, examples: int) -> None:
        self.position += examples
        if self.position >= self.m:
            self.epoch, self.position, self._order = self.epoch + 1, 0, None

    # ---- a file ------------------------------------------------------------------------------------

    def save(self, path: Path | str) -> None:
        """Write parameters, moments, settings and the place in the data; the examples are not written."""
        tensors = network_tensors(self.network)
        for i, (v, s) in enumerate(zip(self._moments.first, self._moments.second, strict=True)):
            tensors[f"first.{i}"], tensors[f"second.{i}"] = v.cpu(), s.cpu()
        write_tensors(
            path,
            tensors,
            {
                "activations": [layer.activation.name for layer in self._network.layers],
                "loss": self.loss.name,
                "settings": {
                    "learning_rate": self.learning_rate,
                    "batch_size": self.batch_size,
                    "l2": self.l2,
                    "optimiser": self.optimiser,
                    "seed": self.seed,
                },
                "place": [self.steps, self.epoch, self.position, self._moments.steps],
                "examples": self._fingerprint(),
            },
        )

    @classmethod
    def load(
        cls, path: Path | str, X: Tensor, Y: Tensor, *, device: torch.device | str | None = None
    ) -> "Descent":
        """Continue a saved run on the same examples, on `device` (X's by default), which may be another one.

        Errors: WeightsError for other files or examples.
        """
        tensors, header = read_tensors(path)
        try:
            settings: Any = header["settings"]
            place: Any = header["place"]
            activations: Any = header["activations"]
            network = network_from_tensors(tensors, activations).to(X.device if device is None else device)
            loss = loss_on(str(header["loss"]), network.layers[-1].activation)
            run = cls(network, X, Y, loss=loss, **settings)
            run.steps, run.epoch, run.position, gathered = (int(number) for number in place)
            first, second = (
                tuple(tensors[f"{name}.{i}"].to(p).reshape_as(p) for i, p in enumerate(run._parameters()))
                for name in ("first", "second")
            )
            run._moments = Moments(first, second, gathered)
        except (KeyError, TypeError, ValueError, RuntimeError) as broken:
            raise WeightsError(
                f"{Path(path).name} does not continue a run on these examples: {broken}"
            ) from broken
        if header.get("examples") != run._fingerprint():
            raise WeightsError(f"{Path(path).name} was saved on other examples")
        return run

    def _fingerprint(self) -> str:
        """A short name for (X, Y): their shapes, all labels, and every 997th number of X."""
        digest = hashlib.sha256(repr((tuple(self.X.shape), tuple(self.Y.shape), str(self.X.dtype))).encode())
        digest.update(self.Y.to(torch.uint8).cpu().numpy().tobytes())
        digest.update(self.X.reshape(-1)[::997].cpu().contiguous().numpy().tobytes())
        return digest.hexdigest()
