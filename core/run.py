"""A training run: up to three losses side by side from one start, changeable on the way, nothing lost.

    lane i     its own W, b and loss; the start, the photos and their order are the same in all lanes
    change     a new learning rate, loss, … holds from the next step on and is noted in the history
    look back  the lanes as they were at a kept step; `branch` makes a run of its own from there
    continue   `save` and `load` (core.run_state): the run goes on bit for bit as if it had never ended

The run is a plain object that somebody steps; it knows no threads.
Source: lecture, sections 1 to 3 and 7.
"""

import copy
from dataclasses import dataclass
from pathlib import Path

import torch

from core.balls import Photos
from core.columns import PhotoColumns
from core.confusion import Confusion, table
from core.descent import Descent, DivergedError
from core.history import Event, History
from core.keyframes import Keyframes
from core.losses import LOSSES
from core.network import propagate
from core.run_state import RunState
from core.settings import Settings, examples, spell
from core.side_by_side import step_together

JUDGED = 1024  # so many of the training photos and of the test photos are looked at for a point of the curves
LANES = "ABC"
MOST_CHANGES = 1000  # far more than the lesson of an hour; somebody who drags sliders all day has more
OVERSHOT = 20  # times the cost at W = 0, from where on a run is warned
KINDS = {  # setting → the kind of its event and the sign that people know it by
    "learning_rate": ("rate", "α"),
    "batch_size": ("batch", "batch"),
    "l2": ("l2", "λ"),
    "optimiser": ("optimiser", "optimiser"),
    "two": ("photos", "two balls"),
    "none": ("photos", "no ball"),
}


@dataclass(frozen=True)
class Judgement:
    """One lane on the training photos (a sample) and on the test photos.

    cost: J with its L2 term. accuracy: of the photos with one ball, the share where the largest output is
    that ball: the one measure that means the same for every loss. confusion and Z (3, m): on the test photos.
    """

    train_cost: float
    test_cost: float
    train_accuracy: float
    test_accuracy: float
    confusion: Confusion
    Z: torch.Tensor


class Run:
    """See the module's text.

    train, test: rendered photos. folder: where keyframes and `save` put their files; None: memory only.
    """

    def __init__(self, settings: Settings, train: Photos, test: Photos, folder: Path | None = None) -> None:
        self.train, self.test, self.folder = train, test, folder
        self.keyframes = Keyframes(folder)
        self.begin(settings)

    def begin(self, settings: Settings) -> None:
        """From step 0 with these settings; what was there before is forgotten."""
        self.settings = settings
        self.changes: list[tuple[int, Settings]] = [(0, settings)]  # after so many steps, what then held
        self.merged = 0  # changes that had to go because there were more than `MOST_CHANGES`
        start = settings.network()
        self.lanes = tuple(
            Descent(start, self.train.pixels, self.train.Y, loss=LOSSES[name], seed=settings.seed)
            for name in settings.losses
        )
        self.history = History(LANES[: len(settings.losses)])
        self.keyframes.clear()
        self.warning: str | None = None
        self.judgements: tuple[Judgement, ...] = ()
        self.changed_at = 0
        self._applied: Settings | None = None
        self._apply(settings)
        self._judge()

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return self.lanes[0].steps

    @property
    def epoch(self) -> float:
        """How often every training photo has been seen."""
        return self.lanes[0].epoch + self.lanes[0].position / self.m

    @property
    def m(self) -> int:
        """Training photos in use."""
        which = self.lanes[0].which
        return len(self.train) if which is None else len(which)

    # ---- running -----------------------------------------------------------------------------------

    def step(self) -> None:
        """One mini-batch for every lane; now and then a look at the test photos and a state to go back to.

        Errors: DivergedError if a lane would leave the finite numbers. No lane has changed then.
        """
        before, applied = self.lanes, self._applied
        if self.settings is not applied:
            before = tuple(copy.copy(lane) for lane in self.lanes)
        self._apply(self.settings)
        try:
            costs = step_together(self.lanes)
        except DivergedError as diverged:
            lane = getattr(diverged, "lane", 0)
            self.lanes, self._applied = before, applied  # the moments and the epoch too
            self._apply_now(self.settings)
            self.history.note(
                Event(self.steps, "diverged", lane, "", "", f"diverged at step {self.steps + 1}")
            )
            self._judge()
            self.keyframes.offer(self.lanes)
            raise
        self.history.note_step(self.steps, costs)
        if self._due():
            self._judge()

    def change(self, settings: Settings) -> None:
        """From the next step on. Another start (init, seed, number of lanes) begins the run anew."""
        before = self.settings
        if settings == before:
            return
        if self.steps == 0 or settings.start() != before.start():
            self.begin(settings)
            return
        for event in self._events(before, settings):
            self.history.note(event)
        self.settings = settings
        self._apply_now(settings)
        self._note_change(settings)
        self.changed_at = self.steps
        self.keyframes.offer(self.lanes)
        self._judge()

    # ---- the past ----------------------------------------------------------------------------------

    def at(self, step: int) -> tuple[Descent, ...]:
        """The lanes as they were at one of `keyframes.steps`; KeyError for another step."""
        return self.keyframes.at(step)

    def branch(self, step: int, folder: Path | None) -> "Run":
        """A run of its own with the same past, settings included, up to `step`, one of `keyframes.steps`."""
        settings = [then for since, then in self.changes if since <= step][-1]
        new = Run(settings, self.train, self.test, folder)
        new.changes = [(since, then) for since, then in self.changes if since <= step]
        new.merged = self.merged
        for earlier in self.keyframes.steps:
            if 0 < earlier < step:
                new.keyframes.offer(self.keyframes.at(earlier))
        new.lanes = self.keyframes.at(step)
        new.history = self.history.cut(step)
        new.changed_at = new.changes[-1][0]
        new._applied = None
        new._apply(settings)
        new._judge(note=False)
        return new

    # ---- a folder ----------------------------------------------------------------------------------

    def state(self) -> RunState:
        """All that `RunState.write` needs to write the run down as it is now."""
        return RunState.of(self)

    def save(self) -> None:
        """Write everything into the folder; a reader finds this state or the one before, never a mixture.

        Errors: OSError as the disk gives it; ValueError without a folder.
        """
        if self.folder is None:
            raise ValueError("this run has no folder to be saved in")
        self.state().write(self.folder)

    @classmethod
    def load(cls, folder: Path, train: Photos, test: Photos) -> "Run":
        """Go on with a saved run. Errors: WeightsError in a sentence where there is none or a broken one."""
        run = cls.__new__(cls)
        run.train, run.test, run.folder, run.keyframes = train, test, folder, Keyframes(folder)
        run._applied = None
        RunState.read(folder, train).give_to(run)
        run._judge(note=False)
        return run

    # ---- inside ------------------------------------------------------------------------------------

    def _apply_now(self, settings: Settings) -> None:
        """What ŷ and J mean changes at once, for a run that stands still too."""
        for lane, name in zip(self.lanes, settings.losses, strict=True):
            if lane.loss is not LOSSES[name]:
                lane.loss = LOSSES[name]
            lane.learning_rate, lane.l2 = settings.learning_rate, settings.l2

    def _apply(self, settings: Settings) -> None:
        """Before a step: what is chosen and taken back in between must not cost the moments or the epoch."""
        if settings is self._applied:
            return
        self._apply_now(settings)
        which = examples(self.train.Y, settings.two, settings.none)
        for lane in self.lanes:
            if lane.which is None or not torch.equal(lane.which, which):
                lane.which = which
            lane.batch_size = settings.batch_size or len(which)
            lane.optimiser = settings.optimiser
        self._applied = settings

    def _note_change(self, settings: Settings) -> None:
        """Without a step in between two changes are one, or none; beyond `MOST_CHANGES` the briefest goes."""
        if self.changes[-1][0] == self.steps:
            self.changes.pop()
        if settings != self.changes[-1][1]:
            self.changes.append((self.steps, settings))
        if len(self.changes) > MOST_CHANGES:
            ends = [since for since, _ in self.changes[2:]]
            held = [end - since for (since, _), end in zip(self.changes[1:-1], ends, strict=True)]
            self.changes.pop(1 + held.index(min(held)))
            self.merged += 1

    def _events(self, before: Settings, after: Settings) -> list[Event]:
        events = []
        for lane, (old, new) in enumerate(zip(before.losses, after.losses, strict=True)):
            if old != new:
                events.append(Event(self.steps, "loss", lane, old, new, f"{old} → {new}"))
        for name, (kind, sign) in KINDS.items():
            old, new = getattr(before, name), getattr(after, name)
            if old != new:
                was, now = (("all" if name == "batch_size" and not v else spell(v)) for v in (old, new))
                events.append(Event(self.steps, kind, None, was, now, f"{sign} {was} → {now}"))
        return events

    def _due(self) -> bool:
        """Often after a start or a change, seldom later; it follows from the step, not from the clock."""
        since = self.steps - self.changed_at
        every = next(
            e for until, e in ((20, 2), (100, 5), (500, 25), (2500, 100), (1e18, 250)) if since <= until
        )
        return since % every == 0

    def judge(self, lanes: tuple[Descent, ...]) -> tuple[Judgement, ...]:
        """What these lanes' weights are worth, on a sample of the training photos and on the test photos."""
        seen, Y_seen = self._sample()
        unseen, Y_unseen = PhotoColumns(self.test.pixels), self.test.Y
        judged = []
        for lane in lanes:
            Z_seen, Z = propagate(lane.network, seen).Z[-1], propagate(lane.network, unseen).Z[-1]
            decay = 0.5 * lane.l2 * sum(float(layer.W.square().sum()) for layer in lane.network.layers)
            confusion = table(Z, Y_unseen, lane.loss)
            judged.append(
                Judgement(
                    float(lane.loss.cost(Z_seen, Y_seen)) + decay,
                    float(lane.loss.cost(Z, Y_unseen)) + decay,
                    table(Z_seen, Y_seen, lane.loss).named,
                    confusion.named,
                    confusion,
                    Z,
                )
            )
        return tuple(judged)

    def _judge(self, note: bool = True) -> None:
        self.judgements = self.judge(self.lanes)
        _, Y = self._sample()
        still = [float(lane.loss.cost(torch.zeros_like(Y), Y)) for lane in self.lanes]  # J at W = 0
        worst = max(one.train_cost / max(1e-9, J) for one, J in zip(self.judgements, still, strict=True))
        self.warning = None
        if not worst <= OVERSHOT:  # an infinite J too
            many = f"{worst:,.0f}" if worst < 1e6 else "more than a million"
            self.warning = (
                f"J is {many} times what it is at W = 0: with α = {self.settings.learning_rate:g} each step "
                "overshoots the valley and lands higher on the other side. Try a smaller learning rate."
            )
        if note:
            for i, one in enumerate(self.judgements):
                self.history.note_evaluation(
                    self.steps,
                    i,
                    train_cost=one.train_cost,
                    test_cost=one.test_cost,
                    train_accuracy=one.train_accuracy,
                    test_accuracy=one.test_accuracy,
                )
            self.keyframes.offer(self.lanes)

    def _sample(self) -> tuple[PhotoColumns, torch.Tensor]:
        which = self.lanes[0].which
        sample = (torch.arange(len(self.train)) if which is None else which)[:JUDGED]
        return PhotoColumns(self.train.pixels, sample), self.train.Y[:, sample]
