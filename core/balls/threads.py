"""Rendering on one thread of the CPU at a time.

A photo is thousands of short tensor operations. Shared among threads they meet after each one, and where
other work keeps a core busy that waiting makes rendering many times slower; on one thread it slows in
proportion only. Pixels do not depend on it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch


class OneThread:
    """A context in which torch uses one thread; then as many as before the first of overlapping uses."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._users = 0
        self._before = 1

    @contextmanager
    def __call__(self) -> Iterator[None]:
        with self._lock:
            if self._users == 0:
                self._before = torch.get_num_threads()
            self._users += 1
            torch.set_num_threads(1)
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                torch.set_num_threads(self._before)


one_thread = OneThread()
