"""Live training on a machine that does something else too: a video call, a build, a virus scanner.

    as many processes as cores do nothing but count, each a rival for a whole core

With them, a fair share is half of the machine. Printed: how long a fresh server takes until a run can be
played, steps a second while one run trains, and how old what stands on the disk gets, each alone and beside
the rivals.
"""

import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.serving import serve
from benchmarks.visiting import Visitor
from core.processor.cores import CORES

TRAINED = 20.0  # seconds
RIVALS = CORES


def main() -> None:
    """Print the three numbers, alone and beside the rivals."""
    alone, beside = _measured(0), _measured(RIVALS)
    for what, unit, before, after in zip(
        ("a fresh server, until a run can be played", "steps a second", "the oldest state on the disk"),
        ("s", "", "s"),
        alone,
        beside,
        strict=True,
    ):
        print(
            f"{what}: alone {before:.3g} {unit}, beside {RIVALS} busy processes {after:.3g} {unit}; "
            f"ratio {after / before:.2f}"
        )


def _measured(rivals: int) -> tuple[float, float, float]:
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        _busy(rivals),
        serve(folder=Path(home)) as server,
    ):
        begun = time.perf_counter()
        person = Visitor(server)
        person.open()
        person.wait(lambda frame: "step" in frame, timeout=500)
        ready = time.perf_counter() - begun
        person.ask("pace", pace="full")
        person.ask("play")
        person.wait(lambda frame: frame["step"] > 0)
        time.sleep(1.0)  # by then it stands on the disk
        step = person.step
        oldest = _oldest(Path(home), TRAINED)
        speed = (person.step - step) / TRAINED
        person.leave()
    return ready, speed, oldest


def _oldest(home: Path, seconds: float) -> float:
    """The longest that the one run's state stood there before the next one came."""
    (file,) = home.rglob("run.json")
    begun = time.monotonic()
    written, changed, oldest = file.stat().st_mtime, begun, 0.0
    while (now := time.monotonic()) < begun + seconds:
        oldest = max(oldest, now - changed)
        if (found := file.stat().st_mtime) != written:
            written, changed = found, now
        time.sleep(0.01)
    return oldest


@contextlib.contextmanager
def _busy(count: int) -> Iterator[None]:
    with contextlib.ExitStack() as ending:
        for _ in range(count):
            process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
            ending.callback(process.wait)
            ending.callback(process.kill)
        yield
