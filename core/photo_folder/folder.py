"""A folder of photos, a folder a class, as torchvision's ImageFolder reads it.

    FOLDER/soccer/…                  y = [1, 0, 0]        FOLDER/none/…                  y = [0, 0, 0]
    FOLDER/soccer+baseball/…         y = [1, 0, 1]        and so on, also in folders within these
    FOLDER/Soccer balls/…            as people write it, too: core/own_photos/folder_names.py
    FOLDER/frames.csv                where the frames are, as a set saved by the page Your photos has them

What is kept of a photo is its name, its label and a mark, some thirty bytes, so that a folder of any size
fits.
Hidden files, and files whose names do not end as a photo's does, are passed over. A folder within a class
that cannot be opened costs its photos, and is told; without the photos of a whole class nothing is done.

Shapes: Y (3, m), columns in the order of the photos' names. Errors: PhotoFolderError in one sentence.
"""

import hashlib
import os
import zlib
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.balls import KINDS
from core.own_photos.folder_names import NONE, label_named
from core.own_photos.frames import FRAMES, MAX_TABLE, WHOLE, Place, composed, read_frames
from core.own_photos.own_photo import Label
from core.photo_folder.twins import first_twins

SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp"),
    *(".tif", ".tiff", ".heic", ".heif", ".avif"),
)
CONVENTION = f'{", ".join(KINDS)}, {NONE}, or several balls joined by "+", such as {KINDS[0]}+{KINDS[1]}'


class PhotoFolderError(ValueError):
    """A folder that is not of this form; says what is wrong and what was expected."""


def folder_labels(name: str) -> Label:
    """y of a folder's name: "soccer+baseball" → (1, 0, 1), "none" → (0, 0, 0), "Soccer balls" → (1, 0, 0).

    Errors: PhotoFolderError for other names.
    """
    label = label_named(name)
    if label is None:
        raise PhotoFolderError(f"'{name}' names no class; the folders are {CONVENTION}")
    return label


@dataclass(frozen=True, eq=False)
class PhotoFolder:
    """m photos in the order of their names. `classes`: how many lie in each folder.

    `fingerprint` is a short name for the photos' names, sizes, times and frames: another one means others.
    `frames`: the number of a photo → its frame, where frames.csv says another than the whole.
    `marks` know a photo again in whatever folder it lies, by its file's own name and size.
    `closed`: the folders that could not be opened, and why.
    """

    root: Path
    classes: dict[str, int]
    fingerprint: str
    labels: NDArray[np.uint8]  # (m, 3)
    marks: NDArray[np.int32]  # (m,)
    frames: dict[int, Place]
    closed: tuple[tuple[Path, str], ...]
    _names: bytes  # all names, one after another
    _ends: NDArray[np.int64]  # (m + 1,): where each begins and ends

    def __len__(self) -> int:
        return len(self.labels)

    def name(self, i: int) -> bytes:
        """ "soccer/1.jpg", with "/" on every system and the bytes that the file system has."""
        return self._names[self._ends[i] : self._ends[i + 1]]

    def path(self, i: int) -> Path:
        """Where photo i lies."""
        return self.root / os.fsdecode(self.name(i))

    def frame(self, i: int) -> Place:
        """x, y and zoom of what is looked at of photo i."""
        return self.frames.get(i, WHOLE)

    def Y(self, which: Tensor) -> Tensor:
        """The labels of some photos. Shapes: which (m,) int64 → (3, m) float32."""
        return torch.from_numpy(self.labels[which.numpy()]).T.to(torch.float32)

    def held_back(self, share: float = 0.2) -> Tensor:
        """Which photos are for measuring only: those whose name's hash, as a number 0 … 1, is below `share`.

        So a photo stays on its side whatever is added to the folder or taken away; one that lies there under
        several names counts by the first of them, for no photo is learned from and measured on.
        Shapes: → (m,) bool.
        """
        limit = int(share * 2**64)
        first = first_twins(len(self), self.path).tolist()
        hashes = (hashlib.sha256(self.name(i)).digest()[:8] for i in first)
        return torch.tensor([int.from_bytes(digest, "big") < limit for digest in hashes], dtype=torch.bool)


def mark(name: bytes, size: int) -> int:
    """By what a photo is known again wherever it lies: its file's own name and how many bytes it has."""
    return zlib.crc32(b"%s\0%d" % (name.rpartition(b"/")[2], size))


def list_photos(root: Path | str) -> PhotoFolder:
    """Look through a folder; no photo is opened. Errors: PhotoFolderError, OSError."""
    root = Path(root)
    try:
        if root.is_file():
            raise PhotoFolderError(f"{root} is a file; unpack it if it is a zip, and give the folder")
        if not root.is_dir():
            raise PhotoFolderError(f"there is no folder {root}")
        with os.scandir(root) as entries:
            folders = sorted(entry.name for entry in entries if _is_folder(entry) and not _hidden(entry.name))
    except OSError as refused:
        raise _cannot_be_opened(root, refused.strerror or str(refused)) from refused
    if not folders:
        raise PhotoFolderError(f"{root} holds no folders of photos; it needs one a class: {CONVENTION}")
    ys = [folder_labels(folder) for folder in folders]
    names, digest = bytearray(), hashlib.sha256()
    labels, ends, classes = bytearray(), [np.zeros(1, np.int64)], {}
    marks, frames, closed = array("I"), dict[int, Place](), list[tuple[Path, str]]()
    said = _said_frames(root)
    for folder, y in zip(folders, ys, strict=True):
        lengths, before = [], len(closed)
        for name in sorted(_photos(root / folder, folder, closed)):
            size, time = _about(root / os.fsdecode(name))
            digest.update(b"%s\0%d\0%d\0" % (name, size, time))
            marks.append(mark(name, size))
            place = said.get(composed(os.fsdecode(name)), WHOLE) if said else WHOLE
            if place != WHOLE:
                frames[len(marks) - 1] = place
                digest.update(repr(place).encode())
            names += name
            lengths.append(len(name))
        if not lengths and len(closed) > before:
            raise _cannot_be_opened(*closed[before])
        if not lengths:
            raise PhotoFolderError(f"the folder {root / folder} holds no photo; put some in, or remove it")
        classes[folder] = len(lengths)
        labels += bytes(y) * len(lengths)
        ends.append(ends[-1][-1] + np.cumsum(lengths, dtype=np.int64))
    return PhotoFolder(
        root,
        classes,
        digest.hexdigest(),
        np.frombuffer(bytes(labels), np.uint8).reshape(-1, len(KINDS)),
        np.frombuffer(marks.tobytes(), np.int32),
        frames,
        tuple(closed),
        bytes(names),
        np.concatenate(ends),
    )


def _cannot_be_opened(folder: Path, why: str) -> PhotoFolderError:
    return PhotoFolderError(
        f"the folder {folder} cannot be opened ({why}); allow yourself to read it, or move it away"
    )


def _photos(folder: Path, name: str, closed: list[tuple[Path, str]]) -> Iterator[bytes]:
    """The name of every photo in a folder and the folders within; links to folders are not followed.

    Those that cannot be opened, and why, are added to `closed`.
    """
    waiting = [(folder, name)]
    while waiting:
        folder, name = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    inner = f"{name}/{entry.name}"
                    if _hidden(entry.name):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append((folder / entry.name, inner))
                    elif entry.name.lower().endswith(SUFFIXES) and (entry.is_symlink() or entry.is_file()):
                        yield os.fsencode(inner)
        except OSError as refused:
            closed.append((folder, refused.strerror or str(refused)))


def _said_frames(root: Path) -> dict[str, Place]:
    """What a frames.csv in the folder says, if there is one that can be read."""
    table = root / FRAMES
    try:
        return (
            read_frames(table.read_bytes()) if table.is_file() and table.stat().st_size <= MAX_TABLE else {}
        )
    except OSError:
        return {}


def _about(path: Path) -> tuple[int, int]:
    """Bytes and time of the file; where a link leads nowhere, or to itself, of the link; of what may not be
    looked at, zeros: whoever reads it names it.
    """
    for look in (path.stat, path.lstat):
        with suppress(OSError):
            about = look()
            return about.st_size, about.st_mtime_ns
    return 0, 0


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    """Whether it is a folder, or a link to one; of a link to itself the system says so by an error."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def printable(path: Path) -> str:
    """A file's name as text that any reader can take: "?" for each byte that is no text."""
    return str(path).encode("utf-8", "replace").decode()


def _hidden(name: str) -> bool:
    """Also what macOS and Synology put beside photos: small copies, on either side of what is held back."""
    return name.startswith(".") or name in ("__MACOSX", "@eaDir")
