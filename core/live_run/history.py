"""What a run noted on its way: five curves a lane, loss curves and accuracies, and what changed its course.

    cost              J of the batch of each step, before its update
    train_cost, …     J and accuracy over a sample of the training photos, and over the test photos

A lane is one of up to three runs side by side. Memory is bounded however long the run (see `curve`), to
about 0.8 MB for three lanes. `to_tensors` and `from_tensors` are its file; history_csv makes a table of it.
Use: one thread at a time.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from core.live_run import MOST_LANES
from core.live_run.curve import CAPACITY, Curve
from core.live_run.events import MOST_EVENTS, Event, with_event
from core.texts import is_text

EVALUATIONS = ("train_cost", "test_cost", "train_accuracy", "test_accuracy")
QUANTITIES = ("cost", *EVALUATIONS)
CAPACITIES = {name: CAPACITY if name == "cost" else CAPACITY // 4 for name in QUANTITIES}


@dataclass
class Lane:
    """The five curves of one lane."""

    cost: Curve = field(default_factory=lambda: Curve(CAPACITIES["cost"]))
    train_cost: Curve = field(default_factory=lambda: Curve(CAPACITIES["train_cost"]))
    test_cost: Curve = field(default_factory=lambda: Curve(CAPACITIES["test_cost"]))
    train_accuracy: Curve = field(default_factory=lambda: Curve(CAPACITIES["train_accuracy"]))
    test_accuracy: Curve = field(default_factory=lambda: Curve(CAPACITIES["test_accuracy"]))

    def curves(self) -> dict[str, Curve]:
        """The curves by the names of `QUANTITIES`, in that order."""
        return {name: getattr(self, name) for name in QUANTITIES}


class History:
    """The curves of every lane and the events, in the order of the steps.

    `names` are the lanes' names, "A" or "A binary". Errors: ValueError for none or more than three.
    """

    def __init__(self, names: Sequence[str]) -> None:
        if not 1 <= len(names) <= MOST_LANES or any(not name or not is_text(name, 80) for name in names):
            raise ValueError(
                f"a history has one to {MOST_LANES} lanes, each with a name of 1 to 80 characters"
            )
        self.names = tuple(names)
        self.lanes = tuple(Lane() for _ in names)
        self.events: tuple[Event, ...] = ()  # a new tuple for each change: what was read stays as it is

    # ---- writing -----------------------------------------------------------------------------------

    def note_step(self, step: int, costs: Sequence[float | None]) -> None:
        """J of the batch of step number `step`, one a lane; None where a lane did not step.

        What is not finite has no place on a curve and is passed over, here and in `note_evaluation`.
        Errors, in both: ValueError for a step back; here also for more or fewer costs than lanes.
        """
        for lane, cost in zip(self.lanes, costs, strict=True):
            if cost is not None and math.isfinite(cost):
                lane.cost.append(step, cost)

    def note_evaluation(
        self,
        step: int,
        lane: int,
        train_cost: float | None = None,
        test_cost: float | None = None,
        train_accuracy: float | None = None,
        test_accuracy: float | None = None,
    ) -> None:
        """What one lane's weights are worth after `step` steps; None is not noted, nor what is said again."""
        measured = (train_cost, test_cost, train_accuracy, test_accuracy)
        for name, value in zip(EVALUATIONS, measured, strict=True):
            curve = getattr(self.lanes[lane], name)
            if value is not None and math.isfinite(value) and curve.last != (step, value):
                curve.append(step, value)

    def note(self, event: Event) -> None:
        """One more event; changes of one thing are joined where they may be (`events.with_event`).

        Errors: ValueError for a step back, or for a lane that is not there.
        """
        if event.lane is not None and event.lane >= len(self.lanes):
            raise ValueError(f"there is no lane {event.lane} in a history of {len(self.lanes)}")
        if self.events and event.step < self.events[-1].step:
            raise ValueError(f"events go forward: step {event.step} came after step {self.events[-1].step}")
        self.events = with_event(self.events, event)

    def cut(self, step: int) -> "History":
        """What was noted up to and including that step, as a history of its own."""
        new = History(self.names)
        new.lanes = tuple(
            Lane(**{name: curve.cut(step) for name, curve in lane.curves().items()}) for lane in self.lanes
        )
        new.events = tuple(event for event in self.events if event.step <= step)
        return new

    # ---- a file ------------------------------------------------------------------------------------

    def to_tensors(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """Tensors and a header of JSON for `weights.write_tensors`. Empty curves are left out."""
        tensors = {
            f"history.{i}.{name}": torch.from_numpy(curve.to_array())
            for i, lane in enumerate(self.lanes)
            for name, curve in lane.curves().items()
            if len(curve)
        }
        return tensors, {"names": list(self.names), "events": [event.to_json() for event in self.events]}

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, Tensor], header: object) -> "History":
        """Back from `to_tensors`; tensors of other names are passed over.

        Errors: ValueError in a sentence for anything that no history could have written.
        """
        names = header.get("names") if isinstance(header, Mapping) else None
        events = header.get("events") if isinstance(header, Mapping) else None
        if not isinstance(names, list) or not isinstance(events, list) or len(events) > MOST_EVENTS:
            raise ValueError(f"a stored history has its lanes' names and at most {MOST_EVENTS} events")
        history = cls(names)
        for i, lane in enumerate(history.lanes):
            for name in QUANTITIES:
                if (stored := tensors.get(f"history.{i}.{name}")) is not None:
                    if stored.dtype != torch.float64:  # NumPy has not all of torch's
                        raise ValueError(f"a curve is stored as float64 (rows, 4), not {stored.dtype}")
                    setattr(lane, name, Curve.from_array(stored.cpu().numpy(), CAPACITIES[name]))
        told = [Event.from_json(event) for event in events]
        before = 0
        for event in told:
            if event.step < before or (event.lane is not None and event.lane >= len(names)):
                raise ValueError("the stored events do not go forward, or happen to a lane that is not there")
            before = event.step
        history.events = tuple(told)
        return history
