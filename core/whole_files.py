"""Files that are written in one piece: a reader sees the old one or the new one, never a half.

What is written stands beside the file, as NAME, eight characters and .part, until it takes the file's place.
"""

import contextlib
import glob
import os
import tempfile
from pathlib import Path


def write_bytes(path: Path | str, data: bytes) -> None:
    """Write a file in one piece. Errors: OSError that names it, also where something there is not a file."""
    path = Path(path)
    handle, unfinished = _begin(path)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(unfinished, 0o644)
        os.replace(unfinished, path)
    except OSError as refused:
        raise OSError(refused.errno, refused.strerror, str(path)) from refused  # of which file, too
    finally:
        Path(unfinished).unlink(missing_ok=True)  # still there if the write failed, or Ctrl-C stopped it


def _begin(path: Path) -> tuple[int, str]:
    """A file beside this one, which will take its place. Errors: OSError that names this one."""
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{path} is there and is no file, so it is not replaced by one")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    except OSError as refused:
        raise OSError(refused.errno, refused.strerror, str(path)) from refused  # not of the unfinished one


def check_writable(path: Path | str) -> None:
    """Check, before an hour's work, that its result can be written there; nothing is left of the check.

    Errors: as for `write_bytes`.
    """
    path = Path(path)
    new = [folder for folder in path.parents if not folder.exists()]  # the innermost first
    handle, unfinished = _begin(path)
    os.close(handle)
    os.unlink(unfinished)
    with contextlib.suppress(OSError):  # somebody else's file is in it by now
        for folder in new:
            folder.rmdir()


def clear_unfinished(path: Path | str) -> None:
    """Remove what writes of this file left that were killed half-way.

    Of a file with a longer name, which somebody else may be writing, nothing.
    """
    path = Path(path)
    for unfinished in path.parent.glob(f"{glob.escape(path.name)}????????.part"):
        unfinished.unlink(missing_ok=True)
