"""Gradient descent that can be stepped, changed while it runs, and continued from a file.

    W := W − α ∂J/∂W        b := b − α ∂J/∂b

on one mini-batch a step. It is the update rule; α is the learning rate, or step size. Batch size 1 is
stochastic descent (stochastic gradient descent, SGD), m is batch descent (batch gradient descent), what lies
between is mini-batch gradient descent. `optimisers` may smooth the gradient first (momentum, Adam).

An epoch is once through all examples. Their order in it is deterministic: it follows from (seed, epoch)
alone. So the whole state is the numbers that `core.descent_file` writes, and a continued run equals the
uninterrupted one bit for bit. A step makes new tensors and changes none, so copy.copy(descent) is a whole
state too.
Source: lecture, section 1 (w := w − α ∂L/∂w, b := b − α ∂L/∂b) and section 7.
Erratum: the lecture notes write ∂L/∂b in the update of w too; it is ∂L/∂w.
"""

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from core import blocks
from core.checked import Checked, is_whole
from core.columns import Columns, PhotoColumns, StoredColumns, in_use
from core.descent_file import fingerprint, load_descent, save_descent
from core.divergence import DivergedError, explain, first_not_finite
from core.joined_columns import JoinedColumns
from core.losses import Loss
from core.losses_beside import Beside
from core.network import Gradients, Network
from core.optimisers import OPTIMISERS, Moments
from core.weight_gradient import step_of

__all__ = ["Descent", "DivergedError", "State", "Step"]


class State(Protocol):
    """The tensors of a descent: its network, the moments, and the gradients that led to them, if any."""

    @property
    def network(self) -> Network: ...

    @property
    def moments(self) -> Moments: ...

    @property
    def gradients(self) -> Gradients | None: ...


class Step(State, Protocol):
    """Where one step leads, before it is taken: the state after it.

    cost: J of the batch before the step; examples: how many the batch has.
    """

    @property
    def cost(self) -> float: ...

    @property
    def examples(self) -> int: ...


@dataclass(frozen=True)
class _State:
    network: Network
    moments: Moments
    gradients: Gradients | None = None


@dataclass(frozen=True)
class _Step:
    network: Network
    moments: Moments
    gradients: Gradients
    cost: float
    examples: int


class Descent:
    """Descent of one network on one set of examples.

    Shapes: X (n, m) float, or photos (m, 64, 64, 3) uint8, which are never made floats all at once, or the
    joined columns of several stores of photos; Y (k, m) multi-hot, or any numbers for squared error.
    `loss`, `learning_rate`, `batch_size`, `l2`, `optimiser` and `which` may be assigned at any time and hold
    from the next step on. The network given is copied, never changed.
    Errors: ValueError where shapes or values do not fit; for Adam in float16, and for a loss that wants more
    neurons, with the first step.
    """

    # Up to 3e38: torch multiplies float32 by what float32 holds, 3.4e38 at most.
    learning_rate = Checked(
        float, lambda α: 0 < α <= 3e38, "the learning rate must be a positive number up to 3e38"
    )
    batch_size = Checked(int, lambda size: size >= 1, "the batch size must be at least 1")  # > m: all of them
    # of (λ/2) Σ‖W‖² in J
    l2 = Checked(float, lambda λ: 0 <= λ <= 3e38, "l2 must be zero or a positive number up to 3e38")

    def __init__(
        self,
        network: Network,
        X: Tensor | JoinedColumns,
        Y: Tensor,
        *,
        loss: Loss,
        learning_rate: float = 0.01,
        batch_size: int = 64,
        l2: float = 0.0,
        optimiser: str = "plain",
        seed: int = 0,
    ) -> None:
        if not is_whole(seed):
            raise ValueError(f"the seed must be a whole number, got {seed!r}")
        network = network.clone()
        self.state: State = _State(network, Moments.zero(network.parameters))
        self._which: Tensor | None = None
        self._order: Tensor | None = None
        self._examples_name: str | None = None
        self.seed, self.steps, self.epoch, self.position = seed, 0, 0, 0
        self._set_examples(X, Y)
        self.loss = loss
        self.learning_rate, self.batch_size, self.l2 = learning_rate, batch_size, l2
        self._optimiser = ""
        self.optimiser = optimiser

    # ---- what may be changed while it runs ---------------------------------------------------------

    @property
    def loss(self) -> Loss:
        """The loss; assigning one also gives the last layer the activation that it is paired with.

        Errors: TypeError for what is none, such as its name.
        """
        return self._loss

    @loss.setter
    def loss(self, loss: Loss) -> None:
        if not isinstance(loss, Loss):
            raise TypeError(f"a loss is one of core.losses.LOSSES, got {loss!r}")
        *before, last = self.network.layers
        if last.activation is not loss.activation:
            network = Network((*before, replace(last, activation=loss.activation)))
            self.state = _State(network, self.moments, self.gradients)
        self._loss = loss

    @property
    def optimiser(self) -> str:
        """ "plain", "momentum" or "adam"; changing it forgets the moments. Errors: ValueError for another."""
        return self._optimiser

    @optimiser.setter
    def optimiser(self, name: str) -> None:
        if name not in (*OPTIMISERS,):
            raise ValueError(f"the optimiser is one of {', '.join(OPTIMISERS)}, got '{name}'")
        if name != self._optimiser:
            self.state = _State(self.network, Moments.zero(self.parameters), self.gradients)
        self._optimiser = name

    @property
    def which(self) -> Tensor | None:
        """Indices (m,) int64 of the examples in use, None for all; assigning others begins a new epoch."""
        return self._which

    @which.setter
    def which(self, which: Tensor | None) -> None:
        if which is not None:
            which = in_use(which, self.Y.shape[1], self.Y.device)
        now = self._which
        if which is now or (which is not None and now is not None and torch.equal(which, now)):
            return
        self._which, self._order = which, None
        if self.position > 0:
            self.epoch, self.position = self.epoch + 1, 0

    def go_on_with(self, X: Tensor | JoinedColumns, Y: Tensor) -> None:
        """Other examples, all of them in use, from the next step on; within an epoch a new one begins.

        Nothing of those before is held any more. `self.X` again changes nothing. Shapes and errors: as above.
        """
        if X is self.X:
            return
        self._set_examples(X, Y)
        if (last := self.gradients) is not None:  # multiplied out: what they are made of is let go
            self.state = _State(self.network, self.moments, Gradients(last.W, last.b, last.delta))
        self._which = self._order = self._examples_name = None
        if self.position > 0:
            self.epoch, self.position = self.epoch + 1, 0

    def _set_examples(self, X: Tensor | JoinedColumns, Y: Tensor) -> None:
        n, stored = self.network.sizes[0], isinstance(X, Tensor) and X.dtype == torch.uint8
        fits = math.prod(X.shape[1:]) == n if stored else X.ndim == 2 and X.shape[0] == n
        if X.ndim < 2 or not fits:
            raise ValueError(f"X must be ({n}, m), or m photos of {n} bytes, got {tuple(X.shape)}")
        examples = X.shape[0] if stored else X.shape[1]
        if examples < 1:
            raise ValueError("X has no examples to learn from")
        if Y.ndim != 2 or Y.shape[1] != examples:
            raise ValueError(f"X has {examples} examples, Y must be (k, {examples}), got {tuple(Y.shape)}")
        if Y.shape[0] != self.network.sizes[-1]:
            raise ValueError(f"Y has {Y.shape[0]} labels, the network has {self.network.sizes[-1]} outputs")
        parameter = self.network.layers[0].W
        if isinstance(X, Tensor):
            X = X.to(parameter.device)
        if X.device != parameter.device or not (stored or X.dtype == parameter.dtype):
            raise ValueError(
                f"X is {X.dtype} on {X.device}, the network {parameter.dtype} on {parameter.device}"
            )
        self.X: Tensor | JoinedColumns
        self._columns: Columns
        if isinstance(X, Tensor) and stored:
            self.X = X.contiguous()
            self._columns = PhotoColumns(self.X, dtype=parameter.dtype)
        else:
            self.X = self._columns = X
        self.Y = Y.to(parameter.device, parameter.dtype).contiguous()

    # ---- running -----------------------------------------------------------------------------------

    @property
    def network(self) -> Network:
        """The network as it is now. A step makes new tensors, so what was read here never changes."""
        return self.state.network

    @property
    def moments(self) -> Moments:
        """What the optimiser has gathered."""
        return self.state.moments

    @property
    def gradients(self) -> Gradients | None:
        """Those of the last step, None before the first."""
        return self.state.gradients

    @property
    def m(self) -> int:
        """Examples in use."""
        return self.Y.shape[1] if self._which is None else len(self._which)

    def step(self) -> float:
        """One mini-batch: propagate, backpropagate, update. Returns the batch's cost J before the update.

        Errors: DivergedError if the cost or a parameter would become non-finite; nothing has changed then.
        """
        X, Y = self.batch()  # (n, batch), (k, batch)
        step = self.update(*self.cost_and_gradients(X, Y), Y.shape[1])
        self.take(step)
        return step.cost

    def cost(self) -> float:
        """J over all examples in use, in blocks, so that no float copy of every photo is ever made."""
        return blocks.cost(self.network, *self._columns_at(self._which), self.loss, self.l2)

    def batch(self) -> tuple[Columns, Tensor]:
        """X and Y of the next step. Shapes: (n, batch), (k, batch)."""
        if self.position == 0 and self.batch_size >= self.m:
            which = self._which
        else:
            if self._order is None:
                shuffle = torch.Generator().manual_seed((self.seed * 1_000_003 + self.epoch) % 2**63)
                order = torch.randperm(self.m, generator=shuffle).to(self.Y.device)
                self._order = order if self._which is None else self._which[order]
            which = self._order[self.position : self.position + self.batch_size]
        return self._columns_at(which)

    def _columns_at(self, which: Tensor | None) -> tuple[Columns, Tensor]:
        """X and Y of these examples; None: of all."""
        if which is None:
            return self._columns, self.Y
        return self._columns[:, which], self.Y.index_select(1, which)

    def cost_and_gradients(self, X: Columns, Y: Tensor) -> tuple[float, Gradients]:
        """J of a batch, decay included, and its gradients.

        Shapes: X (n, batch), Y (k, batch). Errors: ValueError where they do not fit.
        """
        loss = Beside([self.loss], self.network.sizes[-1:], one_pass=isinstance(X, StoredColumns))
        Z, gradients = blocks.forward_backward(self.network, X, Y, loss, self.l2)
        (cost,) = loss.costs(Z, Y)
        return cost + blocks.decay(self.network, self.l2), gradients

    def update(self, cost: float, gradients: Gradients, examples: int, state: State | None = None) -> Step:
        """Where the step leads that a batch of so many examples asks for; nothing is changed yet.

        cost: J of that batch, decay included; state: one to go on from by this descent's settings in place of
        its own. Errors: DivergedError if anything in the step is not finite.
        """
        before = self.state if state is None else state
        updates, moments = OPTIMISERS[self.optimiser](gradients.for_a_step, before.moments)
        pairs = zip(before.network.parameters, updates, strict=True)
        parameters, sums = zip(*(step_of(p, u, self.learning_rate) for p, u in pairs), strict=True)
        gathered = moments.second if moments.second is not before.moments.second else ()
        # One infinity or NaN makes the sum of all numbers such; but the sum alone may overflow, too.
        total = cost + sum(sums) + sum(float(s.sum()) for s in gathered)
        if not math.isfinite(total):
            what = first_not_finite(cost, gradients, (*parameters, *gathered))
            if what is not None:
                said = explain(
                    what,
                    step=self.steps + 1,
                    learning_rate=self.learning_rate,
                    l2=self.l2,
                    optimiser=self.optimiser,
                    largest=max(float(p.abs().max()) for p in before.network.parameters),
                )
                raise DivergedError(said, self.steps + 1)
        return _Step(before.network.with_parameters(parameters), moments, gradients, cost, examples)

    def take(self, step: Step) -> None:
        """Take a step that `update` has made."""
        self.state = step
        self.steps += 1
        self.position += step.examples
        if self.position >= self.m:
            self.epoch, self.position, self._order = self.epoch + 1, 0, None

    @property
    def parameters(self) -> tuple[Tensor, ...]:
        """W[1], b[1], W[2], …"""
        return self.network.parameters

    # ---- a file ------------------------------------------------------------------------------------

    @property
    def examples_name(self) -> str:
        """A short name for (X, Y), by which a file knows them again."""
        if self._examples_name is None:
            self._examples_name = fingerprint(self.X, self.Y)
        return self._examples_name

    def go_to(self, steps: int, epoch: int, position: int, moments: Moments) -> None:
        """Take up a place in the data and the moments gathered until there; the gradients are forgotten."""
        self.steps, self.epoch, self.position = steps, epoch, position
        self.state, self._order = _State(self.network, moments), None

    def save(self, path: Path | str) -> None:
        """Write everything but the examples; see core.descent_file. Errors: OSError, ValueError."""
        save_descent(path, self)

    @classmethod
    def load(cls, path: Path | str, X: Tensor | JoinedColumns, Y: Tensor) -> "Descent":
        """Continue a saved run on the same examples; see core.descent_file. Errors: WeightsError."""
        return load_descent(cls, path, X, Y)
