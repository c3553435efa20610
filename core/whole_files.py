"""Files that are written in one piece: a reader sees the old one or the new one, never a half.

What is written stands beside the file that is to be, as NAME….part, until it takes that one's place.
"""

import glob
import os
import tempfile
from pathlib import Path


def write_bytes(path: Path | str, data: bytes) -> None:
    """Write a file in one piece: a reader sees the old file or the new one, never a half.

    Errors: OSError that names the file, also where something stands there that is no file.
    """
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
        Path(unfinished).unlink(missing_ok=True)  # it is there where the write failed, or Ctrl-C broke it off


def _begin(path: Path) -> tuple[int, str]:
    """A file beside the one that is to be, to take its place. Errors: OSError."""
    if path.exists() and not path.is_file():
        raise FileExistsError(f"{path} is there and is no file, so it is not replaced by one")
    path.parent.mkdir(parents=True, exist_ok=True)
    return tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")


def check_writable(path: Path | str) -> None:
    """Before work of an hour, that its result can be written there. Errors: OSError, as of `write_bytes`."""
    handle, unfinished = _begin(Path(path))
    os.close(handle)
    os.unlink(unfinished)


def clear_unfinished(path: Path | str) -> None:
    """Remove what writes of this file left that were killed half-way."""
    path = Path(path)
    for unfinished in path.parent.glob(f"{glob.escape(path.name)}*.part"):
        unfinished.unlink(missing_ok=True)
