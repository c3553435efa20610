"""Data sets of rendered photos, each made once for all sessions, in a thread that tells how far it is.

A page never waits for them: it asks `rendering`, shows `done` of `count`, and looks again. The next process
reads them from the disk (core/kept_photos.py).
"""

import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import platformdirs
import streamlit as st
import torch
from torch import Tensor

from core.balls import MIXED, TRAIN_SEED, Photos, Recipe, render_many, rendering_device
from core.kept_photos import KeptPhotos

TRAINING_PHOTOS = 4096
HEAD_START = 0.3  # seconds for the page that asks: its own row of photos comes first (core.balls.turns)
AGAIN_AFTER = 10.0  # seconds, in which pages say what went wrong


def kept_photos() -> KeptPhotos:
    """Where rendered photos outlive the process: in the user's cache folder, beside the live runs."""
    return KeptPhotos(platformdirs.user_cache_path("what-a-neuron-sees") / "photos")


class Rendering:
    """Photos being rendered in a thread of their own, or read where an earlier process has kept them; whoever
    needs them looks at `done` and `photos`.
    """

    def __init__(self, seed: int, count: int, recipe: Recipe) -> None:
        self.done = 0
        self.count = count
        self.photos: Photos | None = None
        self.error: Exception | None = None
        self.failed_at = math.inf  # by time.monotonic()
        self._over = threading.Event()  # there are photos or an error
        self._keep: Callable[[], None] | None = None
        # Said outright: a page runs in a daemon, and its threads would be daemons too. The process must wait
        # for this one, which ends after its chunk, instead of cutting it off inside torch.
        self._thread = threading.Thread(
            target=self._work, args=(seed, recipe), name="render-training-photos", daemon=False
        )
        self._thread.start()

    def wait(self, timeout: float | None = None) -> Photos:
        """Block until the photos are there; never in a page. Errors: TimeoutError, what rendering raised."""
        self._over.wait(timeout)
        if self.error is not None:
            raise self.error
        if self.photos is None:
            raise TimeoutError(f"{self.done} of {self.count} photos after {timeout} s")
        return self.photos

    def _work(self, seed: int, recipe: Recipe) -> None:
        try:
            self.photos = self._render(seed, recipe)
        except Exception as error:  # whatever it is, the waiting page must say so instead of waiting for ever
            self.failed_at = time.monotonic()
            self.error = error
        self._over.set()
        if self._keep is not None:  # a slow disk keeps nobody waiting
            self._keep()
            self._keep = None

    def _render(self, seed: int, recipe: Recipe) -> Photos:
        """The photos: the first ones of the seed. It tells of its progress, and may raise anything."""
        return self._photos_of(seed, torch.arange(self.count), recipe)

    def _photos_of(self, seed: int, indices: Tensor, recipe: Recipe) -> Photos:
        """The photos of these indices (m,), on the CPU."""
        device, kept = rendering_device(), kept_photos()
        found = kept.get(seed, indices, recipe, device)
        if found is None:
            time.sleep(HEAD_START)
            rendered = render_many(seed, indices, recipe, self._progress, device)
            # Rendered on the fastest device, kept where the models are, which are small and stay on the CPU.
            found = Photos(rendered.pixels.cpu(), rendered.Y.cpu())
            self._keep = partial(kept.put, seed, indices, recipe, device, found)
        self.done = len(indices)
        return found

    def _progress(self, done: int, count: int) -> None:
        self.done = done
        if not threading.main_thread().is_alive():
            # The process ends, and this thread between two chunks: cut off inside one, torch would abort.
            raise InterruptedError("the app has ended")


_asking = threading.RLock()  # a study begins with the renderings that it needs


def begun(kept: Any, *key: Any) -> Any:
    """kept(*key), a Rendering or what else has `failed_at`, started by whoever asks first. Returns at once.

    kept: a function under st.cache_resource. What failed, for want of memory say, is begun anew by whoever
    asks `AGAIN_AFTER` seconds later.
    """
    with _asking:
        found = kept(*key)
        if time.monotonic() - found.failed_at >= AGAIN_AFTER:
            kept.clear(*key)
            found = kept(*key)
    return found


@st.cache_resource(max_entries=8, show_spinner=False)  # pages ask for seven; one that goes is made again
def _rendering(recipe: Recipe, count: int, seed: int) -> Rendering:
    return Rendering(seed, count, recipe)


def rendering(recipe: Recipe = MIXED, count: int = TRAINING_PHOTOS, seed: int = TRAIN_SEED) -> Rendering:
    """The photos of a recipe, 50 MB for 4,096, `begun` by whoever asks first."""
    found: Rendering = begun(_rendering, recipe, count, seed)
    return found


@dataclass(frozen=True)
class Waiting:
    """What a job tells of while photos that it needs are rendered: `done` of `count`."""

    done: int
    count: int


def rendered(*needed: Rendering) -> Iterator[Waiting]:
    """For a job: until all these photos are there, or one of them has failed; `wait(0)` says which."""
    while any(one.photos is None and one.error is None for one in needed):
        yield Waiting(sum(one.done for one in needed), sum(one.count for one in needed))
        time.sleep(0.1)


def rendering_words(waiting: Waiting) -> str:
    """What is done, and how far it is. In the seconds of the first chunk a 0 would look like a fault."""
    if waiting.done == 0:
        return f"Rendering {waiting.count:,} photos, once for all: the first are on their way"
    return f"Rendering photos, once for all: {waiting.done:,} of {waiting.count:,}"


def rendering_bar(waiting: Waiting) -> None:
    """How far the photos are, on the page."""
    st.progress(waiting.done / waiting.count, text=rendering_words(waiting))
