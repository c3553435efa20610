"""Runs that train live: the only owner of the threads that train, of the runs and of their files.

Pages and sockets open a run by its key, ask it to play, pause, step or change, and read it under `held`. Some
worker threads take turns: each trains one run for a slice of time and puts it back at the end of the line, so
twenty runs on two cores share them fairly. A keeper thread writes every run that changed to disk about twice
a second, pauses those that nobody watches any more, and later drops them from memory.

The key is the only right to a run: 128 random bits, in the URL of the page. On disk it stands as its hash.
"""

import hashlib
import logging
import os
import secrets
import shutil
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
import platformdirs
from numpy.typing import NDArray

from core.balls import Photos
from core.columns import warm_up
from core.descent import DivergedError
from core.pixels import N
from core.run import Run
from core.settings import Settings
from core.weights import WeightsError

SLICE = 0.04  # seconds that a run trains before the next one's turn
KEEP_EVERY = 0.5  # seconds of training that a kill may cost, plus one round of the keeper
LEFT_AFTER = 20.0  # seconds without anybody watching: training pauses
DROPPED_AFTER = 600.0  # seconds without anybody watching: only the files stay
MOST_IN_MEMORY = 200
MOST_ON_DISK, MOST_BYTES, OLDEST = 64, 1 << 30, 7 * 86400.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WatchedPhoto:
    """pixels: the bytes of a uint8 (64, 64, 3); label multi-hot, or None for a person's own photo."""

    data: bytes
    label: tuple[float, ...] | None
    caption: str

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """uint8 (64, 64, 3)."""
        return np.frombuffer(self.data, np.uint8).reshape(64, 64, 3)


NO_PHOTO = WatchedPhoto(bytes([128]) * N, (0.0, 0.0, 0.0), "a grey photo")


class LivePhotos(Protocol):
    """The training and the test photos, or None as long as `done` of `count` are rendered."""

    done: int
    count: int

    def __call__(self) -> tuple[Photos, Photos] | None: ...


class LiveRun:
    """One person's run, with what it is doing now. Public attributes may be read from any thread."""

    def __init__(self, key: str, settings: Settings, photos: LivePhotos) -> None:
        self.key = key
        self.settings = settings
        self.run: Run | None = None  # None while the photos are being rendered
        self.playing = False
        self.stopped: str | None = None  # the sentence of a divergence
        self.kept: str | None = None  # why the run cannot be kept on disk
        self.told: str | None = None  # why a saved run could not be taken up again
        self.photo = NO_PHOTO  # the photo whose answers are watched
        self.version = 0  # counts everything that a watcher may want to see
        self.speed = 0.0  # steps a second
        self.watchers = 0
        self._photos = photos
        self._until: int | None = None  # pause at this step
        self._until_epoch: int | None = None
        self._seen = self._saved_at = time.monotonic()
        self._saved_version = 0
        self._speed_from = (self._seen, 0)
        self._lock = threading.RLock()
        self._visitors: deque[None] = deque()

    # ---- for pages and sockets ---------------------------------------------------------------------

    @contextmanager
    def held(self) -> "Iterator[Run | None]":
        """The run between two steps: nothing changes inside the block, which should be short."""
        self._visitors.append(
            None
        )  # a trainer that finds somebody waits, or it would take the lock back at once
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
            elif command == "reset":
                self.playing, self.stopped = False, None
                if run is not None:
                    run.begin(self.settings)
            elif command in ("play", "step", "epoch"):
                self.playing, self.stopped = True, None
                self._until = self._until_epoch = None
                if command == "step":
                    self._until = (0 if run is None else run.steps) + 1
                elif command == "epoch":
                    self._until_epoch = (0 if run is None else int(run.epoch)) + 1
            else:
                raise ValueError(f"A run can play, pause, step, epoch or reset, not “{command[:40]}”.")
            self.version += 1
        if self.playing:
            pool().wake(self)

    def change(self, settings: Settings) -> None:
        """These settings from the next step on; see `Run.change`."""
        with self.held() as run:
            if settings == self.settings:
                return
            self.settings = settings
            self.stopped = None
            if run is not None:
                run.change(settings)
            self.version += 1

    def watch_photo(self, photo: "WatchedPhoto") -> None:
        """Show this photo's answers from now on."""
        if photo != self.photo:
            self.photo = photo
            self.version += 1

    def waiting(self) -> dict[str, int]:
        """How many of the photos are rendered, of how many."""
        return {"done": self._photos.done, "count": self._photos.count}

    # ---- for the workers ---------------------------------------------------------------------------

    def advance(self, seconds: float) -> bool:
        """Train for a while; whether there is more to do. The worker's only call."""
        begun = time.perf_counter()
        taken = 0
        while True:
            while self._visitors:
                time.sleep(0.0002)
            with self._lock:
                if not self.playing or self.run is None:
                    return False
                if not self._step(self.run):
                    return False
                taken += 1
            spent = time.perf_counter() - begun
            if spent >= seconds:
                self._note_speed(taken, spent)
                return True

    def _step(self, run: Run) -> bool:
        try:
            run.step()
        except DivergedError as diverged:
            self.stopped, self.playing = str(diverged), False
        except Exception as fault:
            log.exception("a training step failed")
            self.stopped = f"The training stopped ({type(fault).__name__}). Reset starts it again."
            self.playing = False
        self.version += 1
        arrived = self._until is not None and run.steps >= self._until
        arrived = arrived or (self._until_epoch is not None and run.epoch >= self._until_epoch)
        if arrived:
            self.playing = False
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

    def build(self, folder: Path | None) -> None:
        """Make the run, or take up the saved one, once the photos are there."""
        if self.run is not None or self.stopped is not None:
            return
        try:
            photos = self._photos()
        except Exception as fault:
            log.exception("the photos could not be rendered")
            self.stopped = f"The photos could not be rendered ({type(fault).__name__}). Load the page again."
            self.version += 1
            return
        if photos is None:
            self.version += 1  # the share of them that is there
            return
        run = None
        if folder is not None and (folder / "run.json").is_file():
            try:
                run = Run.load(folder, *photos)
            except WeightsError as broken:
                self.told = f"Your run could not be taken up again, so a new one stands here: {broken}."
        if folder is not None and run is None:
            try:
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir(parents=True, mode=0o700)
            except OSError as refused:
                self._cannot_keep(refused)
                folder = None
        with self.held():
            if run is None:
                run = Run(self.settings, *photos, folder)
            self.settings = run.settings
            self.run = run
            self.version += 1
        if self.playing:
            pool().wake(self)

    def keep(self) -> None:
        """Write the run to disk if it has changed and the last time is long enough ago."""
        now = time.monotonic()
        if self.run is None or self.version == self._saved_version or now - self._saved_at < KEEP_EVERY:
            return
        with self.held() as run:
            if run is None or run.folder is None:
                return
            try:
                run.save()
                if run.keyframes.trouble is not None:
                    raise OSError(run.keyframes.trouble)
                self.kept = None
            except OSError as refused:
                self._cannot_keep(refused)
            self._saved_version, self._saved_at = self.version, now

    def alone_for(self) -> float:
        """Seconds since anybody watched."""
        if self.watchers:
            self._seen = time.monotonic()
        return time.monotonic() - self._seen

    def _cannot_keep(self, refused: OSError) -> None:
        self.kept = (
            f"This run cannot be kept on the server’s disk ({refused.strerror or refused}): "
            "it goes on, and is lost when the server stops."
        )
        self.version += 1


class Pool:
    """The worker threads, the line of runs that want to train, and every run by its key."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder = folder
        self.runs: dict[str, LiveRun] = {}
        self._line: deque[LiveRun] = deque()
        self._waiting: set[str] = set()
        self._door = threading.Condition()
        self._open = True
        # Not daemons: torch aborts when it is cut off in the middle. They end with the main thread.
        for name, work in [*((f"train-{i}", self._train) for i in range(workers)), ("keep-runs", self._keep)]:
            threading.Thread(target=work, name=name, daemon=False).start()

    def wake(self, live: LiveRun) -> None:
        """Put a run that wants to train into the line, once."""
        with self._door:
            if live.key not in self._waiting:
                self._waiting.add(live.key)
                self._line.append(live)
                self._door.notify()

    @property
    def training(self) -> int:
        """How many runs train now."""
        return sum(live.playing and live.run is not None for live in list(self.runs.values()))

    def close(self) -> None:
        """Let the threads end after their slice."""
        self._open = False

    def _on(self) -> bool:
        return self._open and threading.main_thread().is_alive()

    def _train(self) -> None:
        _step_back()
        warm_up()
        while self._on():
            with self._door:
                if not self._line:
                    self._door.wait(0.5)
                    continue
                live = self._line.popleft()
                self._waiting.discard(live.key)
            if live.advance(SLICE):
                self.wake(live)

    def _keep(self) -> None:
        while self._on():
            for live in list(self.runs.values()):
                try:
                    self._look_after(live)
                except Exception:
                    log.exception("looking after a run failed")
            time.sleep(0.1)

    def _look_after(self, live: LiveRun) -> None:
        if live.run is None:
            live.build(self.folder_of(live.key) if live.kept is None else None)
        live.keep()
        alone = live.alone_for()
        if alone > LEFT_AFTER and live.playing:
            live.do("pause")
        if alone > DROPPED_AFTER or (alone > LEFT_AFTER and len(self.runs) > MOST_IN_MEMORY):
            self.runs.pop(live.key, None)

    def folder_of(self, key: str) -> Path:
        """Where a run's files are; the key itself never stands on the disk."""
        return self.folder / hashlib.sha256(key.encode()).hexdigest()[:40]

    def tidy(self) -> None:
        """Delete files of runs that are too old, too many or too large; those in memory are spared."""
        spared = {self.folder_of(key) for key in list(self.runs)}
        total, count = 0, 0
        with suppress(OSError):
            found = sorted(self.folder.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
            for folder in found:
                total += sum(file.stat().st_size for file in folder.iterdir())
                count += 1
                old = time.time() - folder.stat().st_mtime > OLDEST
                if folder not in spared and (old or total > MOST_BYTES or count > MOST_ON_DISK):
                    shutil.rmtree(folder, ignore_errors=True)


@cache
def pool() -> Pool:
    """The one pool of the process."""
    return Pool(platformdirs.user_cache_path("what-a-neuron-sees") / "runs", os.cpu_count() or 2)


def new_key() -> str:
    """128 random bits as text for a URL."""
    return secrets.token_urlsafe(16)


def is_key(text: str) -> bool:
    """Whether a URL's text can be a key at all."""
    return len(text) == 22 and all(c.isascii() and (c.isalnum() or c in "-_") for c in text)


def find(key: str) -> LiveRun | None:
    """A run that is in memory; asking for it keeps it there."""
    live = pool().runs.get(key)
    if live is not None:
        live.asked()
    return live


def open_run(key: str, settings: Settings, photos: LivePhotos) -> LiveRun:
    """The run of this key: from memory, else from disk, else a new one with these settings.

    `photos` gives the training and the test photos, or None as long as they are being rendered.
    """
    live = find(key)
    if live is None:
        live = LiveRun(key, settings, photos)
        pool().tidy()
        pool().runs[key] = live
        live.build(pool().folder_of(key))
    return live


def branch(live: LiveRun, step: int) -> LiveRun:
    """A new run with the same past up to `step`. Errors: ValueError if the run cannot go back there."""
    with live.held() as run:
        if run is None or step not in run.keyframes.steps:
            raise ValueError(f"There is no step {step:,} to branch from.")
        new = LiveRun(new_key(), live.settings, live._photos)
        folder: Path | None = pool().folder_of(new.key)
        try:
            folder.mkdir(parents=True, mode=0o700)
        except OSError as refused:
            new._cannot_keep(refused)
            folder = None
        new.run = run.branch(step, folder)
        new.settings = new.run.settings
    new.version += 1
    pool().runs[new.key] = new
    return new


def _step_back() -> None:
    """Let pages go first on a busy core, where the system knows priorities of threads."""
    if hasattr(os, "setpriority"):
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
