"""Where live runs stand on the disk: a folder for each key, and not too many of them.

    folder of a run = the first 160 bits of SHA-256(key)

The key is the right to the run, so it never stands on the disk itself. What is too old, too many or too large
goes, the oldest first.

A user's servers share the folders. Each says every so often, in a file of its own beside them, which runs it
has in memory, and none deletes another's. What a server said that has ended counts for a few minutes.
"""

import hashlib
import secrets
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

from core.whole_files import write_bytes

MOST_RUNS, MOST_BYTES, OLDEST = 64, 1 << 30, 7 * 86400.0
SAID_FOR = 180.0  # seconds that a server's word counts; it gives it more often
MOST_SAID = 1 << 20  # bytes of it that are read


class RunFiles:
    """The folders of all runs, in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._words = folder.with_name(f"{folder.name}-in-memory")
        self._word = self._words / secrets.token_hex(8)

    def of(self, key: str) -> Path:
        """The folder of a run, which need not exist."""
        return self.folder / hashlib.sha256(key.encode()).hexdigest()[:40]

    def in_memory(self, keys: Collection[str]) -> None:
        """Say to the user's other servers which runs this one has. A disk that refuses keeps none."""
        with suppress(OSError):
            if keys:
                write_bytes(self._word, "\n".join(self.of(key).name for key in keys).encode())
            else:
                self._word.unlink(missing_ok=True)

    def tidy(self, spared: Collection[str]) -> None:
        """Delete the runs that are too many, but never those of these keys, nor those in memory elsewhere."""
        kept = {self.of(key).name for key in spared} | self._said_elsewhere()
        total = 0
        for count, (written, folder) in enumerate(sorted(self._found(), reverse=True), start=1):
            total += sum(_size(file) for file in _listed(folder))
            old = time.time() - written > OLDEST
            if folder.name not in kept and (old or total > MOST_BYTES or count > MOST_RUNS):
                shutil.rmtree(folder, ignore_errors=True)

    def _said_elsewhere(self) -> set[str]:
        """The folders' names that the other servers say; what those left that have ended goes."""
        names = set[str]()
        for word in _listed(self._words):
            with suppress(OSError):
                if abs(time.time() - word.stat().st_mtime) > SAID_FOR:
                    word.unlink()
                elif word != self._word:
                    with word.open("rb") as file:
                        names.update(file.read(MOST_SAID).decode("ascii", "replace").split())
        return names

    def _found(self) -> Iterator[tuple[float, Path]]:
        for folder in _listed(self.folder):
            with suppress(OSError):  # another server tidies, too
                if folder.is_dir():
                    yield folder.stat().st_mtime, folder


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
