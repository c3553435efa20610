"""Few photos that somebody waits for go before the many of a data set.

All threads of a process share its cores and the interpreter's lock. A row of photos for a page takes a tenth
of a second by itself, and several seconds among the threads of two data sets.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

CALM = 0.2  # seconds without few photos before a chunk begins: a page asks for them several times in a row
PATIENCE = 2.0  # seconds after which a chunk begins all the same: a crowd that looks at rows stops nobody


class Turns:
    """`few` begins at once; of `many` at most `at_once` run, and none begins among few or just after."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._changed = threading.Condition()
        self._few = 0
        self._many = 0
        self._few_ended = -CALM  # by time.monotonic()

    @contextmanager
    def few(self) -> Iterator[None]:
        """Photos that somebody waits for."""
        with self._changed:
            self._few += 1
        try:
            yield
        finally:
            with self._changed:
                self._few -= 1
                self._few_ended = time.monotonic()
                self._changed.notify_all()

    @contextmanager
    def many(self) -> Iterator[None]:
        """A chunk of a data set, which waits for its turn."""
        with self._changed:
            last = time.monotonic() + PATIENCE
            while (now := time.monotonic()) < last and (self._few or now < self._few_ended + CALM):
                self._changed.wait(last - now if self._few else self._few_ended + CALM - now)
            self._changed.wait_for(lambda: self._many < self._at_once)
            self._many += 1
        try:
            yield
        finally:
            with self._changed:
                self._many -= 1
                self._changed.notify_all()
