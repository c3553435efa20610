"""A training run: up to three losses side by side from one start, changeable on the way, nothing lost.

    lane i     its own W, b and loss; the start, the photos and their order are the same in all lanes
    change     a new learning rate, loss, … holds from the next step on and is noted in the history
    bring      a person's own photos; `settings.own` is their share of the examples, and `before_after` what
               they have changed
    look back  the lanes as they were at a kept step; `branch` makes a run of its own from there
    continue   `save` and `load` (core.live_run.state): the run goes on bit for bit as if it had never ended

What learns from a person's own photos, or begins from weights in a file of theirs, is `private`: weights can
give a photo away, so from then on neither photos nor weights are written; only `begin` ends that.
The run is a plain object that somebody steps; it knows no threads.
Source: lecture, sections 1 to 3 and 7.
"""

import copy
from contextlib import suppress
from pathlib import Path

from torch import Tensor

from core.balls import Photos
from core.columns import PhotoColumns
from core.descent import Descent, DivergedError
from core.divergence import calmer
from core.joined_columns import JoinedColumns
from core.live_run import LANES
from core.live_run.changes import events_of, means_another_cost, noted
from core.live_run.events import Event
from core.live_run.history import History
from core.live_run.judgement import Judgement, judge_lanes, sample_of
from core.live_run.keyframes import Keyframes
from core.live_run.mixture import which_photos
from core.live_run.settings import Settings
from core.live_run.starts import FROM_FILE
from core.live_run.state import RunState
from core.live_run.warnings import Overshoot, stuck
from core.losses import LOSSES
from core.network import Network
from core.own_photos.before_after import BeforeAfter
from core.own_photos.own_examples import OwnExamples
from core.side_by_side import step_together
from core.weights import WeightsError

MOST_CHANGES = 1000  # far more than the lesson of an hour; somebody who drags sliders all day has more


class Run:
    """See the module's text.

    train, test: rendered photos. folder: where keyframes and `save` put their files; None: memory only.
    own: a person's own photos. brought: the weights from a file that a run with that start begins from.
    Errors: as for `begin`.
    """

    def __init__(
        self,
        settings: Settings,
        train: Photos,
        test: Photos,
        folder: Path | None = None,
        *,
        own: OwnExamples | None = None,
        brought: Network | None = None,
    ) -> None:
        self.train, self.test, self.folder = train, test, folder
        self.keyframes = Keyframes(folder)
        self.own, self.brought, self.known = own, brought, frozenset[bytes]()
        self.begin(settings)

    def begin(
        self, settings: Settings, brought: Network | None = None, known: frozenset[bytes] = frozenset()
    ) -> None:
        """From step 0 with these settings; what was there before is forgotten.

        known: the photos that the weights which are brought have learned from, by core.own_photos'
        before_after.names_of.
        Errors: ValueError or WeightsError, and nothing has changed, if the start, or photos in these shares,
        are not to be had.
        """
        start = settings.network(brought or self.brought)
        lanes = tuple(
            Descent(start, self.train.pixels, self.train.Y, loss=LOSSES[name], seed=settings.seed)
            for name in settings.losses
        )
        which_photos(self.train.Y, settings.two, settings.none)  # refused here, while nothing has changed
        if brought:
            self.brought, self.known = brought, known
        self.settings = settings
        self.changes: list[tuple[int, Settings]] = [(0, settings)]  # after so many steps, what then held
        self.merged = 0  # changes that had to go because there were more than `MOST_CHANGES`
        self.lanes = lanes
        self.history = History(LANES[: len(settings.losses)])
        self.keyframes.clear()
        self.keyframes.in_memory = settings.init == FROM_FILE
        begun_from = self.known if settings.init == FROM_FILE else frozenset[bytes]()
        self.before_after = BeforeAfter(self.own, begun_from)
        self._joined: OwnExamples | None = None
        self._X: Tensor | JoinedColumns = self.train.pixels
        self._Y = self.train.Y
        self.overshoot = Overshoot()
        self.warning: str | None = None
        self.judgements: tuple[Judgement, ...] = ()
        self.changed_at = self.sound_at = 0
        self.diverged_with: Settings | None = None
        self._applied: Settings | None = None
        self._apply(settings)
        self._judge()

    @property
    def steps(self) -> int:
        """Steps taken so far."""
        return self.lanes[0].steps

    @property
    def epoch(self) -> float:
        """Passes over the training photos, the one that has begun in part; other photos begin a new one."""
        return self.lanes[0].epoch + self.lanes[0].position / self.m

    @property
    def m(self) -> int:
        """Training photos in use."""
        which = self.lanes[0].which
        return len(self.train) if which is None else len(which)

    @property
    def private(self) -> bool:
        """Whether there is something in it that no file may hold; see the module's text."""
        return self.keyframes.in_memory

    # ---- running -----------------------------------------------------------------------------------

    def step(self) -> None:
        """One mini-batch for every lane; now and then a look at the test photos and a state to go back to.

        Errors: DivergedError if a lane would leave the finite numbers. No lane has changed then.
        """
        before, applied = self.lanes, self._applied
        # Where J means something else from here on, the new J is noted before the step, too: so the curve
        # jumps at the change, and not on the way to the next look.
        anew = self.judgements if means_another_cost(self.changes, self.steps) else ()
        if self.settings is not applied:
            before = tuple(copy.copy(lane) for lane in self.lanes)
        self._apply(self.settings)
        try:
            costs = step_together(self.lanes)
        except DivergedError as diverged:
            self.lanes, self._applied = before, applied  # the moments and the epoch too
            self.diverged_with = self.settings
            self._apply_now(self.settings)
            self.history.note(
                Event(self.steps, "diverged", diverged.lane, "", "", f"diverged at step {self.steps + 1}")
            )
            self._judge(note=not anew)
            self.keyframes.offer(self.lanes)
            raise
        self._note(self.steps - 1, anew)
        self.before_after.learn(self._joined)
        self.history.note_step(self.steps, costs)
        if self._due():
            self._judge()

    def change(self, settings: Settings) -> None:
        """From the next step on. What `Settings.start` names begins the run anew if it is another one.

        Errors: as for `begin`, and nothing has changed.
        """
        before = self.settings
        if settings == before:
            return
        if self.steps == 0 or settings.start() != before.start():
            self.begin(settings)
            return
        which_photos(self.train.Y, settings.two, settings.none)  # refused here, and not by the next step
        for event in events_of(self.steps, before, settings):
            self.history.note(event)
        self.settings = settings
        self._apply_now(settings)
        self.changes, merged = noted(self.changes, self.steps, settings, MOST_CHANGES)
        self.merged += merged
        self.changed_at = self.steps
        self.keyframes.offer(self.lanes)
        self.overshoot.anew()
        self._judge(note=False)  # the next step notes it: what is chosen and taken back leaves no peak

    def bring(self, own: OwnExamples | None) -> None:
        """A person's own photos, or others than before, or none: from the next step on.

        Photos that were taken away are gone from the run at once.
        """
        before, given = self._joined, self.own
        self.own = own
        self.before_after.bring(own)
        self._applied = None
        if before is not None:
            self._choose(self.settings)
        # The first of all are no change of photos; those that come after some were taken away are.
        again = before is not None or (self.private and own is not None and self.settings.own > 0)
        if again and self.steps:
            was, now = (0 if photos is None else photos.count for photos in (before or given, own))
            count, lesson = self.before_after.lesson
            others = own is not None and now == count and own.lesson != lesson  # also if sorted otherwise
            after = f"{now} others" if others else f"{now}"
            told = f"your photos to learn from {was} → {after}"
            self.history.note(Event(self.steps, "photos", None, str(was), after, told))
        self._judge(note=False)

    # ---- the past ----------------------------------------------------------------------------------

    def at(self, step: int) -> tuple[Descent, ...]:
        """The lanes as they were at one of `keyframes.steps`.

        Errors: KeyError for another step, WeightsError where its file is gone or broken.
        """
        return self.keyframes.at(step)

    def settings_at(self, step: int) -> Settings:
        """What held after so many steps, and holds in a branch from there."""
        return [then for since, then in self.changes if since <= step][-1]

    def branch(self, step: int, folder: Path | None) -> "Run":
        """A run of its own with the same past, settings included, up to `step`, one of `keyframes.steps`.

        Errors: as for `at`.
        """
        lanes = self.keyframes.at(step)  # first: without them nothing is begun
        settings = self.settings_at(step)
        new = Run(settings, self.train, self.test, folder, own=self.own, brought=self.brought)
        new.known = self.known
        new.keyframes.in_memory = new.private or self.private
        new.before_after = self.before_after.copy()
        if new._joined is self._joined:  # the same X, so that the epoch that has begun goes on
            new._X, new._Y = self._X, self._Y
        new.keyframes.go_on_with(new._X, new._Y)
        new.changes = [(since, then) for since, then in self.changes if since <= step]
        new.merged = self.merged
        for earlier in self.keyframes.steps:
            if 0 < earlier < step:
                with suppress(WeightsError):  # its file is gone: the branch has the others
                    new.keyframes.offer(self.keyframes.at(earlier))
        new.lanes = lanes
        new.overshoot.anew()
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
        run.own, run.brought, run.known, run.before_after = None, None, frozenset(), BeforeAfter(None)
        run._applied, run._joined, run._X, run._Y = None, None, train.pixels, train.Y
        run.overshoot, run.sound_at = Overshoot(), 0
        RunState.read(folder, train).give_to(run)
        run._judge(note=False)
        return run

    # ---- inside ------------------------------------------------------------------------------------

    def _apply_now(self, settings: Settings) -> None:
        """Loss, α and λ: what ŷ and J mean changes at once, also in a run that stands still."""
        for lane, name in zip(self.lanes, settings.losses, strict=True):
            if lane.loss is not LOSSES[name]:
                lane.loss = LOSSES[name]
            lane.learning_rate, lane.l2 = settings.learning_rate, settings.l2

    def _apply(self, settings: Settings) -> None:
        """All settings, just before a step: another optimiser loses the moments, other photos begin an epoch.

        What was chosen and taken back since the last step must cost neither.
        """
        if settings is self._applied:
            return
        self._apply_now(settings)
        self._choose(settings)
        for lane in self.lanes:
            lane.batch_size = settings.batch_size or self.m
            lane.optimiser = settings.optimiser
        self._applied = settings

    def _choose(self, settings: Settings) -> None:
        """Which examples are in use; where own photos are among them, the run is private from here on."""
        joined = self.own if settings.own > 0 else None
        if joined is not self._joined:
            rendered = self.train.pixels, self.train.Y
            self._X, self._Y = rendered if joined is None else joined.after(*rendered)
            self.keyframes.go_on_with(self._X, self._Y)
            self._joined = joined
        which = which_photos(self.train.Y, settings.two, settings.none)
        if joined is not None:
            self.keyframes.in_memory = True
            which = joined.mixed(which, settings.own, len(self.train))
        for lane in self.lanes:
            lane.go_on_with(self._X, self._Y)  # nothing happens, here and below, where they are the same
            lane.which = which

    def _due(self) -> bool:
        """Often after a start or a change, seldom later; it follows from the step, not from the clock."""
        since = self.steps - self.changed_at
        every = next(
            e for until, e in ((20, 2), (100, 5), (500, 25), (2500, 100), (1e18, 250)) if since <= until
        )
        return since % every == 0

    def look(self) -> None:
        """Judge the lanes as they are now, for a run that comes to rest between two looks."""
        if self.judged_at != self.steps:
            self._judge()

    def way_out(self) -> tuple[int, float]:
        """Where to go on from after a divergence, and with which α: the last kept step at which J was sound
        (`Overshoot`), and the α that is chosen since or held there or before, if it is lower than a tenth of
        that which diverged (`divergence.calmer`).
        """
        step = max((kept for kept in self.keyframes.steps if kept <= self.sound_at), default=0)
        now, then = self.settings, self.diverged_with or self.settings
        rate = min(now.learning_rate, calmer(then.learning_rate, now.l2, now.optimiser))
        earlier = [held.learning_rate for since, held in self.changes if since <= step]
        return step, next((held for held in earlier[::-1] if held < rate), rate)

    def judge(self, lanes: tuple[Descent, ...]) -> tuple[Judgement, ...]:
        """What these lanes' weights are worth; see core.live_run.judgement."""
        test = PhotoColumns(self.test.pixels), self.test.Y
        return judge_lanes(lanes, sample_of(self.lanes[0]), test, self.before_after.held_back)

    def _judge(self, note: bool = True) -> None:
        self.judgements = self.judge(self.lanes)
        self.before_after.look(self.steps, self.lanes, self.judgements)
        self.judged_at = self.steps
        self.warning = self.overshoot.warning(self.lanes, self.judgements, sample_of(self.lanes[0])[1])
        self.warning = self.warning or stuck(self.lanes, self.judgements, self.test.Y)
        if self.overshoot.sound:
            self.sound_at = self.steps
        if note:
            self._note(self.steps, self.judgements)
            self.keyframes.offer(self.lanes)

    def _note(self, step: int, judged: tuple[Judgement, ...]) -> None:
        for i, one in enumerate(judged):
            self.history.note_evaluation(
                step,
                i,
                train_cost=one.train_cost,
                test_cost=one.test_cost,
                train_accuracy=one.train_accuracy,
                test_accuracy=one.test_accuracy,
            )
