"""Measurements that ship, as JSON: what they are of and which command makes them, then one entry a line."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.whole_files import write_bytes


def write_measured(path: Path, about: Mapping[str, Any], name: str, entries: Iterable[Any]) -> None:
    """{**about, name: entries} in one piece. about: at least "command". Errors: OSError."""
    lines = ",\n".join(json.dumps(entry) for entry in entries)
    write_bytes(path, f"{json.dumps(about)[:-1]}, {json.dumps(name)}: [\n{lines}\n]}}\n".encode())


@contextmanager
def measured(path: Path, what: str, command: str) -> Iterator[Any]:
    """The file's content, for a block that takes it apart.

    Errors: ValueError in a sentence where the file is missing, or where the block finds it not whole.
    """
    try:
        yield json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as missing:
        raise ValueError(f"there is no {path.name}; `{command}` makes it") from missing
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError) as broken:
        raise ValueError(f"{path.name} is not a file of {what}: {broken}") from broken
