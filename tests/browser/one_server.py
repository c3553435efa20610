"""One server for all workers of a run of the tests: what it has rendered and worked out once, it knows."""

import contextlib
import fcntl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.serving import Server


@contextlib.contextmanager
def shared(folder: Path, start: Callable[[], AbstractContextManager[Server]]) -> Iterator[str]:
    """The URL of the server of this folder. Who comes first starts it, and at the end waits for the others.

    The locks are the system's: it takes them from a process that is gone, however it ended.
    """
    address = folder / "address"
    with contextlib.ExitStack() as held:
        door, users = (held.enter_context((folder / name).open("a")) for name in ("door", "users"))
        fcntl.flock(door, fcntl.LOCK_EX)  # one at a time comes or starts
        first = not address.exists()
        if first:
            address.write_text(held.enter_context(start()).url, encoding="ascii")
        fcntl.flock(users, fcntl.LOCK_SH)
        fcntl.flock(door, fcntl.LOCK_UN)
        try:
            yield address.read_text(encoding="ascii")
        finally:
            fcntl.flock(users, fcntl.LOCK_UN)
            if first:
                fcntl.flock(door, fcntl.LOCK_EX)  # nobody comes any more
                fcntl.flock(users, fcntl.LOCK_EX)  # and all have gone
                address.unlink()
