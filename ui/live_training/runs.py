"""Runs that train live, each by its key: the only owner of the threads that train and of the runs.

Some worker threads take turns: each trains one run for a slice of time and puts it back at the end of the
line, so twenty runs on two cores share them fairly. A run that rests, because its pace is slower, stands in
no line and holds no thread until it is due. A keeper thread writes every run that changed to disk twice a
second, pauses those that nobody watches any more, later drops them from memory, and once a minute deletes the
files that are too many or too old, except those of the runs that are in memory, here or in another server.

The key is the only right to a run: 128 random bits, in the URL of the page.
"""

import logging
import secrets
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar

import platformdirs

from core.columns import warm_up
from core.live_run.settings import Settings
from core.live_run.state import has_state, settings_in, was_unwritten
from core.once import once
from core.own_photos.own_examples import OwnExamples
from core.processor.cores import CORES
from ui.live_training.keeper import build, fresh, keep, take_pace
from ui.live_training.live_photos import LivePhotos
from ui.live_training.live_run import LiveRun
from ui.live_training.run_files import SAID_FOR, RunFiles

SLICE = 0.04  # seconds that a run trains before the next one's turn
LEFT_AFTER = 20.0  # seconds without anybody watching: training pauses
DROPPED_AFTER = 600.0  # seconds without anybody watching: only the files stay
MOST_IN_MEMORY = 200
TIDY_EVERY = 60.0  # seconds
WARM_AFTER = 3.0  # seconds after which the kernels are compiled before anybody trains

Result = TypeVar("Result")
log = logging.getLogger(__name__)


class Pool:
    """The worker threads, the line of runs that want to train, and every run by its key."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.files = RunFiles(folder)
        self.runs: dict[str, LiveRun] = {}
        self.opening = threading.Lock()  # a key that two tabs open at once is one run
        self.finding = threading.Lock()  # a run is found or dropped, never both
        self._line: deque[LiveRun] = deque()
        # Runs, not keys: one that has left memory may still stand in the line when its key is opened again.
        self._waiting: set[LiveRun] = set()  # in the line
        self._busy: set[LiveRun] = set()  # in a worker's hands
        self._again: set[LiveRun] = set()  # of these, the ones that were woken meanwhile
        self._resting: dict[LiveRun, float] = {}  # when each is due, by time.monotonic()
        self._door = threading.Condition()
        self._open = True
        self._tidy_at = self._said_at = 0.0  # by time.monotonic()
        self._said = frozenset[str]()  # the keys that the user's other servers have heard of
        # Not daemons: torch aborts when it is cut off in the middle. They end with the main thread.
        for name, work in [*((f"train-{i}", self._train) for i in range(workers)), ("keep-runs", self._keep)]:
            threading.Thread(target=work, name=name, daemon=False).start()

    def wake(self, live: LiveRun) -> None:
        """Put a run that wants to train into the line, once."""
        with self._door:
            self._enter(live)

    def _enter(self, live: LiveRun) -> None:
        self._resting.pop(live, None)
        if live not in self._waiting:
            self._waiting.add(live)
            self._line.append(live)
            self._door.notify()

    @property
    def training(self) -> int:
        """How many runs train now."""
        return sum(live.playing and live.run is not None for live in list(self.runs.values()))

    def close(self) -> None:
        """Let the threads end after their slice."""
        with self._door:
            self._open = False
            self._door.notify_all()

    def _on(self) -> bool:
        return self._open and threading.main_thread().is_alive()

    def _train(self) -> None:
        with self._door:  # the page that opens the pool draws its photos first
            self._door.wait_for(lambda: self._line or not self._open, WARM_AFTER)
        if self._on():
            _guarded(warm_up)
        while self._on():
            self._take_turn()

    def _take_turn(self) -> None:
        """Train whoever is first in the line for a slice, or wait. The thread keeps no run that was dropped:
        this is a function of its own, for a run holds the photos that a person brought.
        """
        with self._door:
            rest = self._rested()
            if not self._line:
                self._door.wait(rest)
                return
            live = self._line.popleft()
            self._waiting.discard(live)
            if live in self._busy:  # paused and played again within a slice: no second worker for it
                self._again.add(live)
                return
            self._busy.add(live)
        due_in = _guarded(live.advance, SLICE)
        with self._door:
            self._busy.discard(live)
            if live in self._again:
                self._again.discard(live)
                due_in = 0.0
            if due_in == 0:
                self._enter(live)
            elif due_in is not None:
                self._resting[live] = time.monotonic() + due_in

    def _rested(self) -> float:
        """Let those in whose rest is over; seconds until the next one's is, at most half a second."""
        now = time.monotonic()
        for live, due in [*self._resting.items()]:
            if due <= now:
                self._enter(live)
        return min((due - now for due in self._resting.values()), default=0.5)

    def _keep(self) -> None:
        while self._on():
            _guarded(self._say)
            if time.monotonic() >= self._tidy_at:
                _guarded(self._tidy)
            self._go_round()
            time.sleep(0.1)

    def _go_round(self) -> None:
        """The runs that wait longest for the disk go first; of those to be built, one a round."""
        lives = sorted(self.runs.values(), key=lambda live: live.saved_at)
        for live in lives:
            _guarded(self._look_after, live)
        for live in lives:
            if live.run is None:
                _guarded(self._build, live)
                if live.run is not None:
                    break

    def _say(self) -> None:
        keys = frozenset([*self.runs])
        if keys != self._said or (keys and time.monotonic() - self._said_at > SAID_FOR / 9):
            self._said, self._said_at = keys, time.monotonic()
            self.files.in_memory(keys)

    def _tidy(self) -> None:
        self._tidy_at = time.monotonic() + TIDY_EVERY
        with self.opening:  # nobody begins a run meanwhile whose folder is about to go
            self.files.tidy(spared=[*self.runs])

    def _look_after(self, live: LiveRun) -> None:
        _guarded(keep, live)
        if live.playing and live.alone_for() > LEFT_AFTER:
            live.do("pause")
        with self.finding:
            longest = LEFT_AFTER if len(self.runs) > MOST_IN_MEMORY else DROPPED_AFTER
            if live.alone_for() > longest and not live.unsaved:
                self.runs.pop(live.key, None)

    def _build(self, live: LiveRun) -> None:
        build(live, self.files.of(live.key) if live.not_kept is None else None)


@once
def pool() -> Pool:
    """The one pool of the process."""
    return Pool(platformdirs.user_cache_path("what-a-neuron-sees") / "runs", CORES)


def new_key() -> str:
    """128 random bits as text for a URL."""
    return secrets.token_urlsafe(16)


def is_key(text: str) -> bool:
    """Whether a URL's text can be a key at all."""
    return len(text) == 22 and all(c.isascii() and (c.isalnum() or c in "-_") for c in text)


def find(key: str) -> LiveRun | None:
    """A run that is in memory; asking for it keeps it there."""
    with pool().finding:
        live = pool().runs.get(key)
        if live is not None:
            live.asked()
    return live


def learning_from(examples: Collection[OwnExamples]) -> list[LiveRun]:
    """The runs in memory that have one of these."""
    return [live for live in list(pool().runs.values()) if live.own in examples]


def is_kept(key: str) -> bool:
    """Whether there is a run of this key, in memory or on disk, or at least word of what became of it."""
    folder = pool().files.of(key)
    return key in pool().runs or has_state(folder) or was_unwritten(folder)


def open_run(key: str, settings: Settings, photos: LivePhotos) -> LiveRun:
    """The run of this key: from memory, else from disk, else a new one with these settings.

    `photos` gives the training and the test photos, or None as long as they are being rendered.
    """
    with pool().opening:
        live = find(key)
        if live is not None:
            return live
        folder = pool().files.of(key)
        live = LiveRun(key, settings_in(folder) or settings, photos, pool().wake)
        take_pace(live, folder)
        pool().runs[key] = live
    build(live, folder)
    return live


def branch(live: LiveRun, step: int) -> LiveRun:
    """A new run with the same past up to `step`. Errors: ValueError if the run cannot go back there."""
    with live.held() as run:
        if run is None or step not in run.keyframes.steps:
            raise ValueError(f"There is no step {step:,} to branch from.")
        new = LiveRun(new_key(), live.settings, live.photos, pool().wake)
        folder = fresh(new, pool().files.of(new.key))
        try:
            new.run = run.branch(step, folder)
        except Exception:  # the step's file is gone, or memory is full: an empty folder counts as a run
            if folder is not None:
                shutil.rmtree(folder, ignore_errors=True)
            raise
        new.settings, new.own = new.run.settings, live.own
        new.pace.choose(live.pace.name)
        new.version += 1
        # Still inside: whoever takes photos back from `live` waits for this, and looks for runs again.
        pool().runs[new.key] = new
    return new


def _guarded(work: Callable[..., Result], *given: Any) -> Result | None:
    """One run's trouble is not the others': it is written into the log, and the thread goes on."""
    try:
        return work(*given)
    except Exception:
        log.exception("looking after a run failed")
        return None
