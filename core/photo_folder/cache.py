"""Photos as the neurons get them, kept in a file, so that only a training's first epoch decodes.

    64 × 64 × 3 bytes and a checksum of 4 for each photo, at the place of its number, after a line that
    says whose they are

The file is read a photo at a time and never mapped: memory does not grow with it. What a kill or a full disk
left half written does not fit its checksum and counts as not there.
"""

import logging
import os
import threading
import zlib
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from core.pixels import CHANNELS, SIZE, N
from core.terminal import shown

SHAPE = (SIZE, SIZE, CHANNELS)
ENTRY = N + 4
CROPS = 5  # how photos are cut and checked: counted up with every change, so that no two ways are mixed
HEAD = b"photos as bytes, 64 x 64 x 3, "
MOST = 2**18  # photos that are kept: 3.2 GB of disk; any further ones are decoded in every epoch

ELSE = "move it away, or give another --out"

log = logging.getLogger(__name__)


class PhotoCache:
    """The photos numbered 0, 1, … of the set that `fingerprint` names; a file of another set is begun anew.

    Errors: FileExistsError if there is another kind of file, which is left as it is; OSError as the disk
    gives it.
    """

    def __init__(self, path: Path, fingerprint: str, *, most: int = MOST) -> None:
        self.most = most
        self._path, self._full = path, False
        self._lock = threading.Lock()  # one place in the file at a time
        self._head = HEAD + f"{CROPS} {fingerprint}\n".encode()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            raise FileExistsError(f"{path} is where small copies of the photos go, and it is no file; {ELSE}")
        self._file = path.open("r+b" if path.exists() else "w+b", buffering=0)
        found = self._file.read(len(self._head))
        if not found.startswith(HEAD) and not HEAD.startswith(found):
            self._file.close()
            raise FileExistsError(
                f"{path} is where small copies of the photos go, and another file is there; {ELSE}"
            )
        if found != self._head:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(self._head)

    def get(self, i: int) -> NDArray[np.uint8] | None:
        """Photo i (64, 64, 3), or None if it is not here."""
        if i >= self.most:
            return None
        with self._lock:
            self._file.seek(len(self._head) + i * ENTRY)
            entry = self._file.read(ENTRY)
        pixels, check = entry[:N], entry[N:]
        if len(entry) < ENTRY or _check(i, pixels) != check:
            return None
        return np.frombuffer(pixels, np.uint8).reshape(SHAPE)

    def put(self, i: int, pixels: NDArray[np.uint8]) -> None:
        """Keep photo i. Shapes: (64, 64, 3) uint8. On a full disk no more are kept, which only costs time."""
        if i >= self.most or self._full:
            return
        data = pixels.tobytes()
        with self._lock:
            try:
                if self._full:  # since another thread waits here
                    return
                self._file.seek(len(self._head) + i * ENTRY)
                self._file.write(data + _check(i, data))
            except OSError as full:
                if not self._full:
                    log.warning("%s can keep no more photos: %s", shown(self._path), full.strerror or full)
                self._full = True

    def give_back(self) -> bool:
        """Give the room on the disk back to what is worth more, and take no more. → whether there was any."""
        with self._lock:
            held = self._file.seek(0, os.SEEK_END) > len(self._head)
            self._file.truncate(len(self._head))
            self._full = True
        if held:
            log.warning("%s has given its room back: the disk is full", shown(self._path))
        return held

    def __enter__(self) -> "PhotoCache":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A training that was stopped may have left a thread at work, which is refused whatever it asks for.
        with self._lock:
            self._file.close()


def _check(i: int, pixels: bytes) -> bytes:
    """Of the photo and its number: a photo in another's place counts as not there."""
    return zlib.crc32(pixels, i).to_bytes(4, "big")
