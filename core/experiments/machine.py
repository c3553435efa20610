"""What the machine can do: each device and number of threads measured, one after the other.

Each measurement is a process of its own (`core.experiments.compute`): the number of torch's threads belongs
to a process, and this one may be training for others. It is killed when the generator is closed, and after
`AT_MOST` seconds in any case; what it has measured until then counts. What other work on the machine has
spoilt shows in the rates themselves (`contradictions`).
Source: lecture, section 0.
"""

import json
import platform
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import torch

from core.experiments.compute import BATCHES, HOWS, SPENT, Rate
from core.processor.cores import CORES

ROOT = Path(__file__).resolve().parents[2]
AT_MOST = 90.0
LINES = 5  # numbers of threads that are compared at most
SLOWER = 2.0  # times: no larger batch, and no loop, is that much slower where nothing else runs
FEWER = 0.7  # of what one thread does: several threads do no less where nothing else runs


@dataclass(frozen=True)
class Machine:
    """cores: that this process may use. accelerators: (torch's name of the device, its maker's name).

    processor: what the operating system calls it.
    """

    cores: int
    accelerators: tuple[tuple[str, str], ...]
    processor: str = "a processor without a name"


@dataclass(frozen=True)
class Task:
    """One process: all of `hows` on one device with so many threads."""

    device: str
    threads: int
    hows: tuple[str, ...]


@dataclass(frozen=True)
class ComputeProgress:
    """The rates so far of `total` (some may be left out), what runs now, and what did not work."""

    rates: tuple[Rate, ...]
    total: int
    task: Task | None
    notes: tuple[str, ...]

    @property
    def done(self) -> bool:
        return self.task is None


def this_machine() -> Machine:
    """What is here: the processor and its cores, CUDA devices, Apple's MPS."""
    found = [(f"cuda:{i}", torch.cuda.get_device_name(i)) for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        found.append(("mps", "Apple GPU"))
    return Machine(CORES, tuple(found), processor_name())


def processor_name(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """As the operating system tells it: Linux in a file, macOS by a command, Windows by itself."""
    with suppress(OSError):
        for line in cpuinfo.read_text(errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name" and value.strip():
                return value.strip()
    with suppress(OSError, subprocess.SubprocessError):
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        told = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
        if told:
            return told
    return platform.processor() or platform.machine() or Machine.processor


def contradictions(rates: Sequence[Rate]) -> tuple[tuple[Rate, Rate], ...]:
    """Pairs (slow, quick) that a machine left alone does not give; none if nothing else ran meanwhile.

    A loop does the same for every photo, so it is as quick at every m. A larger batch may lose a little of
    its rate, but is never SLOWER times as slow. More threads may not pay off, but do no less than FEWER of
    what one does.
    """
    found = []
    one = {rate.batch: rate for rate in rates if (rate.threads, rate.how) == (1, "batched")}
    for slow in rates:
        for quick in rates:
            same_line = (slow.device, slow.threads, slow.how) == (quick.device, quick.threads, quick.how)
            counts = quick.batch < slow.batch or slow.how == "looped"
            if same_line and counts and quick.examples_per_second > SLOWER * slow.examples_per_second:
                found.append((slow, quick))
        alone = one.get(slow.batch, slow)
        same_kind = (slow.device, slow.how) == (alone.device, alone.how)
        if same_kind and slow.examples_per_second < FEWER * alone.examples_per_second:
            found.append((slow, alone))
    return tuple(found)


def thread_counts(cores: int) -> tuple[int, ...]:
    """1, 2, 4 … and all cores; with very many cores LINES of them, the first and the last among these."""
    counts = [2**i for i in range(cores.bit_length()) if 2**i < cores] + [cores]
    if len(counts) <= LINES:
        return tuple(counts)
    return tuple(counts[round(i * (len(counts) - 1) / (LINES - 1))] for i in range(LINES))


def tasks(machine: Machine) -> tuple[Task, ...]:
    """Every number of threads and every accelerator; in a loop only one thread and all threads are tried."""
    counts = thread_counts(machine.cores)
    on_cpu = [Task("cpu", t, HOWS if t in (counts[0], counts[-1]) else ("batched",)) for t in counts]
    return (*on_cpu, *(Task(device, 0, ("batched",)) for device, _ in machine.accelerators))


def measure_rates(
    work: Sequence[Task],
    *,
    batches: Sequence[int] = BATCHES,
    spent: float = SPENT,
    at_most: float = AT_MOST,
) -> Iterator[ComputeProgress]:
    """Run the tasks one after the other; yields at every new rate and several times a second in between."""
    found: list[Rate] = []
    notes: list[str] = []
    total = len(batches) * sum(len(task.hows) for task in work)
    for task in work:
        yield ComputeProgress(tuple(found), total, task, tuple(notes))
        for line in _lines(_command(task, batches, spent), at_most):
            if line is None:
                pass  # nothing new: a chance to be stopped
            elif "error" in line:
                notes.append(f"{task.device}: {line['error']}")
            else:
                found.append(Rate(**line))
            yield ComputeProgress(tuple(found), total, task, tuple(notes))
    yield ComputeProgress(tuple(found), total, None, tuple(notes))


def _command(task: Task, batches: Sequence[int], spent: float) -> list[str]:
    command = [sys.executable, "-m", "core.experiments.compute", "--device", task.device]
    command += ["--threads", str(max(1, task.threads)), "--spent", str(spent)]
    return [*command, "--how", *task.hows, "--batches", *map(str, batches)]


def _lines(command: Sequence[str], at_most: float) -> Iterator[dict | None]:
    """The JSON objects that a process prints, None now and then in between; closing this ends the process."""
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    said: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    reader = threading.Thread(target=_read, args=(process.stdout, said), name="measurement", daemon=False)
    reader.start()
    end = time.monotonic() + at_most
    try:
        while True:
            try:
                line = said.get(timeout=0.2)
            except queue.Empty:
                line = b"null"
            if line is None:
                break
            if time.monotonic() > end:
                yield {"error": f"stopped after {at_most:g} seconds"}
                return
            yield _object(line)
        if process.wait() not in (0, 1):
            yield {"error": f"the measurement ended with status {process.returncode}"}
    finally:
        process.kill()
        process.wait()
        reader.join()
        process.stdout.close()


def _object(line: bytes) -> dict | None:
    """What a line says; None where it is no JSON object, such as a library's warning."""
    with suppress(ValueError, RecursionError):
        told = json.loads(line)
        if isinstance(told, dict):
            return told
    return None


def _read(pipe: IO[bytes], said: "queue.SimpleQueue[bytes | None]") -> None:
    for line in pipe:
        said.put(line)
    said.put(None)
