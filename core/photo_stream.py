"""Photos of a folder, decoded in several threads, in order, a few at a time.

    paths → photo, photo, …        decoded ahead, but only so many as wait to be taken

The decoders of Pillow let other threads run while they decode, so threads are enough, and nothing is copied
between processes. A photo that cannot be read comes as the PhotoError that says why.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import TypeVar

import torch
from torch import Tensor

from core.photo_files.header import MAX_BYTES, MEGA
from core.photo_folder import PhotoFolder
from core.photos import Photo, PhotoError, read_photo

T = TypeVar("T")
R = TypeVar("R")


AT_ONCE = 16  # photos that are judged as one batch: a photo takes some megabytes until it is cropped


def read_file(path: Path) -> Photo | PhotoError:
    """The photo in a file, or the sentence that says why there is none; too large a file is not read."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            return PhotoError(
                f"The file has {size // MEGA} MB, and {MAX_BYTES // MEGA} MB are the most that is read."
            )
        return read_photo(path.read_bytes())
    except PhotoError as refused:
        return refused
    except OSError as unreadable:
        return PhotoError(f"The file cannot be read: {unreadable.strerror or unreadable}.")


def in_parallel(
    work: Callable[[T], R], items: Iterable[T], *, ahead: int | None = None
) -> Iterator[tuple[T, R]]:
    """(item, work(item)) in the order of the items, worked out ahead in as many threads as there are cores.

    `items` may be endless: no more than `ahead`, twice the threads by default, are begun and not yet taken.
    Errors: whatever `work` raises.
    """
    threads = os.cpu_count() or 1
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

    `passed` hears how many photos of the folder each batch took, for a progress bar.
    Shapes: which (m,) int64 → photos, Y (3, at most 16).
    """
    read = in_parallel(lambda i: read_file(folder.path(i)), map(int, which.numpy()), ahead=AT_ONCE)
    for block in blocks(read, AT_ONCE):
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
