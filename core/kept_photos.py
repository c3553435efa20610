"""Rendered data sets kept in a folder: what one process renders in seconds, the next one reads in a moment.

    folder/<SHA-256 of what decides the photos>.safetensors    pixels (m, 64, 64, 3) uint8, Y (3, m) float32

What decides them: seed, indices, recipe, the kind of device, torch's version, and the source of `core.balls`.
If any of these changes, the file has another name. The folder is bounded: the files that have not been read
for longest go first. What does not match its checksum, such as half a file, counts as not there.
"""

import hashlib
import logging
import os
import zlib
from contextlib import suppress
from functools import cache
from pathlib import Path

import torch
from torch import Tensor

from core.balls import Photos, Recipe
from core.pixels import CHANNELS, SIZE
from core.weights import WeightsError, read_tensors, write_tensors

MOST_BYTES = 256 * 2**20  # of all files: five times the photos that one training takes
SOURCES = (*sorted((Path(__file__).parent / "balls").glob("*.py")), Path(__file__).parent / "pixels.py")

log = logging.getLogger(__name__)


class KeptPhotos:
    """The data sets in a folder, which need not exist and may refuse to be written to."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self.folder = folder
        self.most_bytes = most_bytes

    def get(self, seed: int, indices: Tensor, recipe: Recipe, device: torch.device) -> Photos | None:
        """The photos as they were put, on the CPU, or None if they are not here. Shapes: indices (m,)."""
        path = self._path(seed, indices, recipe, device)
        try:
            if not path.is_file():
                return None
            tensors, header = read_tensors(path)
            # In memory of their own: what was read may be the file itself, mapped, and begins at any byte.
            if (tensors["pixels"].dtype, tensors["Y"].dtype) != (torch.uint8, torch.float32):
                raise ValueError("numbers of another kind")
            photos = Photos(tensors["pixels"].clone(), tensors["Y"].clone())
            with suppress(OSError):  # a disk that is only read from has nothing to go
                os.utime(path)  # read now: among the last ones to go
        except (WeightsError, KeyError, OSError, ValueError, RuntimeError, MemoryError) as broken:
            log.info("kept photos cannot be read: %s", broken)
            return None
        m = len(indices)
        whole = photos.pixels.shape == (m, SIZE, SIZE, CHANNELS) and photos.Y.shape == (3, m)
        of_these = {"checksum": _checksum(photos), "name": path.stem}
        return photos if whole and of_these.items() <= header.items() else None

    def put(self, seed: int, indices: Tensor, recipe: Recipe, device: torch.device, photos: Photos) -> None:
        """Keep the photos for the next process. A full or read-only disk keeps none: that is all."""
        path = self._path(seed, indices, recipe, device)
        try:
            write_tensors(
                path,
                {"pixels": photos.pixels, "Y": photos.Y},
                {"checksum": _checksum(photos), "name": path.stem},
            )
            self._tidy()
        except (OSError, MemoryError) as refused:
            log.info("rendered photos cannot be kept: %s", refused)

    def _path(self, seed: int, indices: Tensor, recipe: Recipe, device: torch.device) -> Path:
        decides = f"{seed} {recipe} {device.type} {torch.__version__} {_source()}".encode()
        name = hashlib.sha256(decides + indices.to(torch.int64).cpu().numpy().tobytes()).hexdigest()
        return self.folder / f"{name}.safetensors"

    def _tidy(self) -> None:
        """Delete what was not read for longest; what a killed process left unfinished grows old here, too."""
        files = []
        for file in self.folder.iterdir():
            with suppress(OSError):  # another process tidies, too; and what is no file of ours is left alone
                files.append((file.stat(), file))
        total = 0
        for about, file in sorted(files, key=lambda found: found[0].st_mtime, reverse=True):
            total += about.st_size
            if total > self.most_bytes:
                with suppress(OSError):
                    file.unlink()


@cache
def _source() -> str:
    """One name for all that renders."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in SOURCES)).hexdigest()


def _checksum(photos: Photos) -> int:
    return zlib.crc32(photos.Y.numpy().data, zlib.crc32(photos.pixels.numpy().data))
