"""One measurement of a machine, made before: it ships, and is there until the machine at hand is measured.

It is assets/compute_rates.json, with the processor's name as its system tells it. This makes it anew, in half
a minute of a machine that does nothing else:

    python -m core.experiments.shipped_rates [--rounds N] [--out FILE]

Of several rounds the highest rate counts, as of several steps: other work can only slow one down. Where that
has disturbed all rounds, nothing is written (`machine.contradictions`).
Source: lecture, section 0.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from core.experiments.compute import Rate
from core.experiments.machine import ROOT, Machine, contradictions, measure_rates, tasks, this_machine
from core.experiments.measured_files import measured, write_measured
from core.progress_bars import tqdm
from core.terminal import AS_WRITTEN, Parser, leave, shown, told, whole_number

SHIPPED = ROOT / "assets" / "compute_rates.json"
COMMAND = "python -m core.experiments.shipped_rates"


@dataclass(frozen=True)
class Shipped:
    """Every rate of one machine."""

    machine: Machine
    rates: tuple[Rate, ...]


def write(path: Path, shipped: Shipped) -> None:
    """Write the measurement as JSON, in one piece."""
    about = {"command": COMMAND, **asdict(shipped.machine)}
    write_measured(path, about, "rates", map(asdict, shipped.rates))


def read(path: Path = SHIPPED) -> Shipped:
    """The measurement. Errors: ValueError in a sentence where the file is missing or not whole."""
    with measured(path, "measured rates", COMMAND) as content:
        accelerators = tuple((str(device), str(name)) for device, name in content["accelerators"])
        machine = Machine(int(content["cores"]), accelerators, str(content["processor"]))
        rates = tuple(Rate(**rate) for rate in content["rates"])
        if not rates or not all(0 < rate.examples_per_second < math.inf for rate in rates):
            raise ValueError("it lacks rates")
    return Shipped(machine, rates)


def highest(*rounds: Sequence[Rate]) -> tuple[Rate, ...]:
    """The highest rate of each point, in the order of the first round that has it."""
    best: dict[tuple[str, int, str, int], Rate] = {}
    for rate in (rate for one in rounds for rate in one):
        point = (rate.device, rate.threads, rate.how, rate.batch)
        best[point] = max(best.get(point, rate), rate, key=lambda known: known.examples_per_second)
    return tuple(best.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure this machine and write the file.

    Status: 2 for a wrong call, 1 where the rates contradict each other or it was stopped.
    """
    return told(COMMAND, lambda: _work(arguments))


def _work(arguments: Sequence[str] | None) -> int:
    parser = Parser(prog=COMMAND, description=__doc__, formatter_class=AS_WRITTEN)
    rounds = whole_number(1, 1000, "a whole number, at least 1 round and at most 1000")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the file to write")
    parser.add_argument(
        "--rounds", type=rounds, default=1, help="the highest rate of so many counts (default 1)"
    )
    options = parser.parse_args(arguments)
    parser.check_out(options.out)
    here = this_machine()
    rates: tuple[Rate, ...] = ()
    with tqdm(unit="rate", file=sys.stderr) as bar:
        for turn in range(options.rounds):
            for progress in measure_rates(tasks(here)):
                bar.total = options.rounds * progress.total
                bar.update(turn * progress.total + len(progress.rates) - bar.n)
            rates = highest(rates, progress.rates)
    if found := contradictions(rates):
        for slow, quick in found:
            print(f"disturbed: {slow} beside {quick}", file=sys.stderr)
        print("Other work ran beside the measurement: nothing is written.", file=sys.stderr)
        return 1
    write(options.out, Shipped(here, rates))
    print(f"{len(rates)} rates of {here.processor}: {shown(options.out)}")
    return 0


if __name__ == "__main__":
    leave(main)
