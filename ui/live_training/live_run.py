"""One person's run, trained by worker threads while pages and sockets read it, change it and command it.

    held      the run between two steps: what is read inside belongs together
    do        play, pause, step, epoch, reset                change    other settings from the next step on
    switch    another loss for one of the lanes
    at_pace   how fast, see pace.py                          advance   a worker trains it for a slice of time

What is on the disk is keeper.py's affair. Whoever comes to `held` goes before the next step. A trainer that
let the lock go and took it back at once would leave the others waiting: locks of Python know no line.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from core.descent import DivergedError
from core.live_run.run import Run
from core.live_run.settings import Settings
from core.network import Network
from core.own_photos.own_examples import OwnExamples
from ui.live_training.live_photos import NO_PHOTO, LivePhotos, WatchedPhoto
from ui.live_training.pace import Pace
from ui.renderings import Waiting
from ui.words import unbroken

log = logging.getLogger(__name__)


class LiveRun:
    """A run and what it is doing now. Public attributes may be read from any thread.

    wake: called with this run when it wants to be trained.
    """

    def __init__(
        self, key: str, settings: Settings, photos: LivePhotos, wake: "Callable[[LiveRun], None]"
    ) -> None:
        self.key = key
        self.settings = settings
        self.photos = photos
        self.run: Run | None = None  # None while the photos are being rendered
        self.playing = False
        self.stopped: str | None = None  # the sentence of a divergence
        self.not_kept: str | None = None  # why the run cannot be kept on disk
        self.told: str | None = None  # why a saved run could not be taken up again
        self.found = 0  # the step that it had when it was taken up
        self._watched: WeakValueDictionary[str, WatchedPhoto] = WeakValueDictionary()  # by each viewer
        self.own: OwnExamples | None = None  # a person's own photos, here and nowhere else
        self._brought = 0  # how often it got other photos
        self.version = 0  # counts everything that a watcher may want to see
        self.speed = 0.0  # steps a second
        self.pace = Pace()
        self.pace_kept: str | None = None  # the one on the disk
        self.watchers = 0
        self.wake = wake
        self.building = threading.Lock()  # held by whoever makes the run
        self._until: int | None = None  # pause at this step
        self._epoch_only = False  # pause where an epoch ends
        self._seen = time.monotonic()
        self.saved_at, self.saved_version = self._seen, 0  # when the disk was served last, and with what
        self._speed_from = (self._seen, 0)
        self._lock = threading.RLock()
        self._visitors: deque[None] = deque()

    # ---- for pages and sockets ---------------------------------------------------------------------

    @contextmanager
    def held(self) -> "Iterator[Run | None]":
        """The run between two steps: nothing changes inside the block, which should be short."""
        self._visitors.append(None)
        try:
            self._lock.acquire()
        finally:
            self._visitors.pop()
        try:
            yield self.run
        finally:
            self._lock.release()

    def asked(self) -> None:
        """Somebody still wants it."""
        self._seen = time.monotonic()

    def do(self, command: str) -> None:
        """play, pause, step, epoch or reset. Errors: ValueError for anything else."""
        with self.held() as run:
            if command == "pause":
                self.playing = False
                if run is not None:
                    run.look()
            elif command == "reset":
                self.playing, self.stopped = False, None
                if run is not None:
                    run.begin(self.settings)
            elif command in ("play", "step", "epoch"):
                self.playing, self.stopped = True, None
                self._until, self._epoch_only = None, command == "epoch"
                self.pace.begin(0 if run is None else run.steps - run.changed_at)
                self.speed, self._speed_from = 0.0, (time.monotonic(), 0)
                if command == "step":
                    self._until = (0 if run is None else run.steps) + 1
            else:
                raise ValueError(f"A run can play, pause, step, epoch or reset, not “{command[:40]}”.")
            self.version += 1
        if self.playing:
            self.wake(self)

    def at_pace(self, name: object) -> None:
        """As fast as this from now on; see pace.py. Errors: ValueError in a sentence."""
        with self.held():
            self.pace.choose(name)
            self.version += 1
        if self.playing:
            self.wake(self)

    def change(self, settings: Settings) -> None:
        """These settings from the next step on; see `Run.change`. Errors: as there; nothing has changed."""
        with self.held() as run:
            if settings == self.settings:
                return
            if run is not None:
                run.change(settings)
                if run.steps == 0:
                    self.pace.begin()
            self.settings = settings
            if run is None or run.steps == 0:  # after a divergence another α alone mends no weights
                self.stopped = None
            self.version += 1

    def switch(self, lane: object, loss: object) -> None:
        """Another loss for one of the lanes, from the next step on. Errors: ValueError in a sentence."""
        with self.held():
            losses = list(self.settings.losses)
            if type(lane) is not int or not 0 <= lane < len(losses):
                raise ValueError("There is no such run.")
            losses[lane] = str(loss)[:40]
            settings, refused = Settings.checked({"losses": losses}, self.settings)
            if refused:
                raise ValueError(refused[0])
            self.change(settings)

    def bring(self, own: OwnExamples | None) -> None:
        """A person's own photos from the next step on, or none; see `Run.bring`."""
        with self.held() as run:
            if own is self.own or (own is not None and own.same_as(self.own)):
                return
            self.own = own
            self._brought += 1
            if run is not None:
                run.bring(own)
            self.version += 1

    def begin_from(self, settings: Settings, weights: Network, known: frozenset[bytes] = frozenset()) -> None:
        """Anew, from weights that a person brought, and that have learned from the photos of these names.

        Errors: ValueError as long as there is no run.
        """
        with self.held() as run:
            if run is None:
                raise ValueError("The photos are still being rendered; the run begins when they are there.")
            run.begin(settings, weights, known)
            self.settings, self.playing, self.stopped = settings, False, None
            self.version += 1

    def watch_photo(self, photo: WatchedPhoto, viewer: str = "") -> None:
        """Show this viewer this photo's answers from now on: as long as somebody else keeps the photo."""
        if photo is not self._watched.get(viewer):
            self._watched[viewer] = photo
            self.version += 1

    def photo_of(self, viewer: str = "") -> WatchedPhoto:
        """The photo whose answers this viewer watches."""
        return self._watched.get(viewer, NO_PHOTO)

    @property
    def stands(self) -> str:
        """What of it a page and its link show: its settings and pace, and which photos of a person's."""
        return repr((self.settings, self.pace.name, self._brought if self.own is not None else None))

    @property
    def as_found(self) -> bool:
        """Whether it has taken no step since it was begun, or taken up from the disk."""
        return self.run is None or self.run.steps == self.found

    def waiting(self) -> Waiting:
        """How many of the photos are rendered, of how many."""
        return Waiting(self.photos.done, self.photos.count)

    # ---- for the workers ---------------------------------------------------------------------------

    def advance(self, seconds: float) -> float | None:
        """Train for a while. The worker's only call.

        Returns after how many seconds there is more to do, None if there is nothing: no worker waits for a
        pace. A run that is to take one step, or the rest of an epoch, has none.
        """
        begun = time.perf_counter()
        taken, rest = 0, 0.0
        while rest == 0:
            while self._visitors:
                time.sleep(0.0002)
            with self._lock:
                if not self.playing or self.run is None:
                    return None
                hurried = self._until is not None or self._epoch_only
                rest = 0.0 if hurried else self.pace.wait(time.monotonic())
                if rest == 0:
                    if not self._step(self.run):
                        return None
                    taken += 1
            if time.perf_counter() - begun >= seconds:
                break
        self._note_speed(taken, time.perf_counter() - begun)
        return rest

    def _step(self, run: Run) -> bool:
        try:
            run.step()
        except DivergedError as diverged:
            self.stopped, self.playing = unbroken(str(diverged)), False
        except Exception as fault:
            log.exception("a training step failed")
            self.stopped = f"The training stopped ({type(fault).__name__}). Reset starts it again."
            self.playing = False
        self.version += 1
        arrived = self._until is not None and run.steps >= self._until
        # Not at a number that was reckoned before: other photos begin an epoch with the first step on them.
        arrived = arrived or (self._epoch_only and run.epoch.is_integer())
        if arrived and self.playing:
            self.playing = False
            run.look()
        return self.playing

    def _note_speed(self, taken: int, spent: float) -> None:
        now = time.monotonic()
        since, steps = self._speed_from
        if now - since > 2.0:  # it stood still in between
            since, steps = now - spent, 0
        steps += taken
        if now - since > 0.5:
            self.speed = steps / (now - since)
            since, steps = now, 0
        self._speed_from = (since, steps)

    # ---- for the keeper ----------------------------------------------------------------------------

    @property
    def unsaved(self) -> bool:
        """Whether something has changed that could be on the disk and is not."""
        return self.run is not None and self.run.folder is not None and self.version != self.saved_version

    def alone_for(self) -> float:
        """Seconds since anybody watched."""
        if self.watchers:
            self._seen = time.monotonic()
        return time.monotonic() - self._seen
