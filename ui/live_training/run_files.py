"""Where live runs stand on the disk: a folder for each key, and not too many of them.

    folder of a run = the first 160 bits of SHA-256(key)

The key is the right to the run, so it never stands on the disk itself. What is too old, too many or too large
goes, the oldest first.
"""

import hashlib
import shutil
import time
from collections.abc import Collection
from pathlib import Path

MOST_RUNS, MOST_BYTES, OLDEST = 64, 1 << 30, 7 * 86400.0


class RunFiles:
    """The folders of all runs, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def of(self, key: str) -> Path:
        """The folder of a run, which need not exist."""
        return self.folder / hashlib.sha256(key.encode()).hexdigest()[:40]

    def tidy(self, spared: Collection[str]) -> None:
        """Delete the runs that are too many, but never those of these keys, which are in memory."""
        kept = {self.of(key) for key in spared}
        total = 0
        for count, (written, folder) in enumerate(sorted(self._found(), reverse=True), start=1):
            total += sum(_size(file) for file in _listed(folder))
            old = time.time() - written > OLDEST
            if folder not in kept and (old or total > MOST_BYTES or count > MOST_RUNS):
                shutil.rmtree(folder, ignore_errors=True)

    def _found(self) -> list[tuple[float, Path]]:
        return [(folder.stat().st_mtime, folder) for folder in _listed(self.folder) if folder.is_dir()]


def _listed(folder: Path) -> list[Path]:
    """What the folder holds; nothing where it is gone or cannot be read."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _size(file: Path) -> int:
    """Bytes of a file; 0 of one that a training run has just replaced."""
    try:
        return file.stat().st_size
    except OSError:
        return 0
