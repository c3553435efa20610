"""Photos of a folder, decoded in several threads, in order, a few at a time.

    paths → photo, photo, …        decoded ahead, but only so many as wait to be taken

The decoders of Pillow let other threads run while they decode, so threads are enough, and nothing is copied
between processes; they wait for each other less if each does several photos at a time. A photo that cannot be
read comes as the PhotoError that says why.
"""

import stat
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from math import ceil
from pathlib import Path

import torch
from torch import Tensor

from core.photo_files.header import MAX_BYTES, MEGA
from core.photo_folder.folder import PhotoFolder
from core.photos import Crops, Photo, PhotoError, read_photo
from core.processor.cores import CORES
from core.processor.parallel import blocks, in_parallel

AT_ONCE = 16  # photos that are judged as one batch


def read_file(path: Path, zoom: float = 1.0) -> Photo | PhotoError:
    """The photo in a file, as large as the zoom takes (1: seeing it whole), or why there is none: a sentence.

    Too large a file is not read.
    """
    try:
        about = path.stat()
        size = about.st_size
        if stat.S_ISDIR(about.st_mode):
            return PhotoError("This is a folder; choose the photos in it.")
        if not stat.S_ISREG(about.st_mode):
            return PhotoError("This is a device or a pipe, which may never end; choose a file.")
        if size > MAX_BYTES:
            return PhotoError(
                f"The file is {ceil(size / MEGA)} MB, and {MAX_BYTES // MEGA} MB is the most that is read."
            )
        return read_photo(path.read_bytes(), zoom=zoom)
    except PhotoError as refused:
        return refused
    except OSError as unreadable:
        return PhotoError(f"The file cannot be read: {unreadable.strerror or unreadable}.")


def labelled(
    folder: PhotoFolder,
    which: Tensor,
    sides: Sequence[int],
    *,
    left_out: Callable[[Path, PhotoError], None],
    passed: Callable[[int], object] = lambda count: None,
) -> Iterator[tuple[list[Crops], Tensor]]:
    """Some photos of a folder with their labels, 16 at a time; `left_out` hears of each that cannot be read.

    Each comes as its frame, else the square in its middle, with so many pixels a side, for each of `sides`:
    what waits to be judged takes little room. `passed` hears how many photos of the folder each batch took,
    for a progress bar.
    Shapes: which (m,) int64 → crops, Y (3, at most 16).
    """

    def read(some: list[int]) -> list[tuple[int, Crops | PhotoError]]:
        files = ((i, folder.frame(i)) for i in some)
        seen = ((i, at, read_file(folder.path(i), at[2])) for i, at in files)
        return [(i, photo.crops(sides, *at) if isinstance(photo, Photo) else photo) for i, at, photo in seen]

    together = max(1, min(AT_ONCE, len(which) // (4 * CORES)))  # a few photos are for all threads too
    groups = (group for _, group in in_parallel(read, blocks(map(int, which.numpy()), together)))
    for block in blocks(chain.from_iterable(groups), AT_ONCE):
        photos, places = [], []
        for i, photo in block:
            if isinstance(photo, PhotoError):
                left_out(folder.path(i), photo)
            else:
                photos.append(photo)
                places.append(i)
        if photos:
            yield photos, folder.Y(torch.tensor(places))
        passed(len(block))
