"""Few photos that somebody waits for go before the many of a data set.

All threads of a process share its cores and the interpreter's lock. A row of photos for a page takes a tenth
of a second by itself, and several seconds among the threads of two data sets.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 2.0  # seconds after which a chunk begins all the same: a crowd that looks at rows stops nobody


class Turns:
    """`few` begins at once; of `many`, at most `at_once` run, and none begins while few are rendered."""

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._changed = threading.Condition()
        self._few = 0
        self._many = 0

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
                self._changed.notify_all()

    @contextmanager
    def many(self) -> Iterator[None]:
        """A chunk of a data set, which waits for its turn."""
        with self._changed:
            self._changed.wait_for(lambda: self._few == 0, PATIENCE)
            self._changed.wait_for(lambda: self._many < self._at_once)
            self._many += 1
        try:
            yield
        finally:
            with self._changed:
                self._many -= 1
                self._changed.notify_all()
