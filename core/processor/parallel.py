"""Work on one item after another in several threads, in order, a few items ahead.

    items → (item, work(item)), …        begun ahead, but only so many as wait to be taken

Threads are enough where the work lets others run meanwhile, as torch and the decoders of Pillow do.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from core.processor.cores import CORES

T = TypeVar("T")
R = TypeVar("R")


def in_parallel(
    work: Callable[[T], R], items: Iterable[T], *, ahead: int | None = None, threads: int | None = None
) -> Iterator[tuple[T, R]]:
    """(item, work(item)) in the order of the items, worked out ahead in `threads`, by default one a core.

    `items` may be endless: no more than `ahead`, twice the threads by default, are begun and not yet taken.
    Whoever stops early, as by Ctrl-C, does not wait for what has been begun; that ends by itself, unheard.
    Errors: whatever `work` raises.
    """
    threads, ended = threads or CORES, False
    most = ahead or 2 * threads
    begun: deque[tuple[T, Future[R]]] = deque()
    rest = iter(items)
    pool = ThreadPoolExecutor(threads, thread_name_prefix="photo")
    try:
        while True:
            begun.extend((item, pool.submit(work, item)) for item in islice(rest, most - len(begun)))
            if not begun:
                ended = True
                return
            item, future = begun.popleft()
            yield item, future.result()
    finally:
        pool.shutdown(wait=ended, cancel_futures=True)


def blocks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items, `size` at a time, the last ones fewer."""
    rest = iter(items)
    while block := list(islice(rest, size)):
        yield block
