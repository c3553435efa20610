"""Photos of a folder, decoded in several threads, in order, a few at a time.

    paths → photo, photo, …        decoded ahead, but only so many as wait to be taken

The decoders of Pillow let other threads run while they decode, so threads are enough, and nothing is copied
between processes; they wait for each other less if each does several photos at a time. A photo that cannot be
read comes as the PhotoError that says why.
"""

import os
import stat
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor

from core.photo_files.header import MAX_BYTES, MEGA
from core.photo_folder import PhotoFolder
from core.photos import Photo, PhotoError, read_photo

T = TypeVar("T")
R = TypeVar("R")


AT_ONCE = 16  # photos that are judged as one batch
THREADS = os.cpu_count() or 1


def read_file(path: Path) -> Photo | PhotoError:
    """The photo in a file, as large as seeing it whole (zoom 1) takes, or why there is none: a sentence.

    Too large a file is not read.
    """
    try:
        about = path.stat()
        size = about.st_size
        if not stat.S_ISREG(about.st_mode) and not stat.S_ISDIR(about.st_mode):
            return PhotoError("This is a device or a pipe, which may never end; choose a file.")
        if size > MAX_BYTES:
            return PhotoError(
                f"The file has {size // MEGA} MB, and {MAX_BYTES // MEGA} MB are the most that is read."
            )
        return read_photo(path.read_bytes(), zoom=1.0)
    except PhotoError as refused:
        return refused
    except OSError as unreadable:
        return PhotoError(f"The file cannot be read: {unreadable.strerror or unreadable}.")


def in_parallel(
    work: Callable[[T], R], items: Iterable[T], *, ahead: int | None = None, threads: int | None = None
) -> Iterator[tuple[T, R]]:
    """(item, work(item)) in the order of the items, worked out ahead in `threads`, by default one a core.

    `items` may be endless: no more than `ahead`, twice the threads by default, are begun and not yet taken.
    Errors: whatever `work` raises.
    """
    threads = threads or THREADS
    most = ahead or 2 * threads
    begun: deque[tuple[T, Future[R]]] = deque()
    rest = iter(items)
    pool = ThreadPoolExecutor(threads, thread_name_prefix="photo")
    try:
        while True:
            begun.extend((item, pool.submit(work, item)) for item in islice(rest, most - len(begun)))
            if not begun:
                return
            item, future = begun.popleft()
            yield item, future.result()
    finally:
        pool.shutdown(cancel_futures=True)  # who stops early waits for the photos that are being decoded


def blocks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items, `size` at a time, the last ones fewer."""
    rest = iter(items)
    while block := list(islice(rest, size)):
        yield block


def labelled(
    folder: PhotoFolder,
    which: Tensor,
    *,
    left_out: Callable[[Path, PhotoError], None],
    passed: Callable[[int], object] = lambda count: None,
) -> Iterator[tuple[list[Photo], Tensor]]:
    """Some photos of a folder with their labels, 16 at a time; `left_out` hears of each that cannot be read.

    Of each there is the square in its middle, 12 kB, so that what waits to be judged takes no room.
    `passed` hears how many photos of the folder each batch took, for a progress bar.
    Shapes: which (m,) int64 → photos, Y (3, at most 16).
    """

    def read(some: list[int]) -> list[tuple[int, Photo | PhotoError]]:
        files = ((i, read_file(folder.path(i))) for i in some)
        return [(i, photo.middle() if isinstance(photo, Photo) else photo) for i, photo in files]

    together = max(1, min(AT_ONCE, len(which) // (4 * THREADS)))  # few photos are for all threads too
    groups = (group for _, group in in_parallel(read, blocks(map(int, which.numpy()), together)))
    for block in blocks(chain.from_iterable(groups), AT_ONCE):
        photos, places = [], []
        for i, photo in block:
            if isinstance(photo, Photo):
                photos.append(photo)
                places.append(i)
            else:
                left_out(folder.path(i), photo)
        if photos:
            yield photos, folder.Y(torch.tensor(places))
        passed(len(block))
