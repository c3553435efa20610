"""Learning curves: test accuracy over the number of training photos, for three models.

    for each seed, each learner, each m:   m photos out of the pool → train → accuracy on the same test photos

Deep learning keeps improving as data grows: one of the two reasons why it works now. (The other, compute, is
measured in core.experiments.compute.) The photos show exactly one ball each, and no photo is in two of the
three sets. At m = the whole pool, all seeds see the same photos: what is left of the spread there is the
start and the order.
The measured curves ship as assets/learning_curves.json. This measures them anew, with a progress bar, the
same numbers on the same machine (the file says how many minutes of one core):

    python -m core.experiments.learning_curves [--seeds 1 2 3] [--out FILE]

Source: lecture, section 0.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from core.balls import ONE, TEST_SEED, TRAIN_SEED, Photos, dataset
from core.experiments.learners import LEARNERS, Point, learn
from core.experiments.measured_files import measured, write_measured
from core.processor.memory import keep_freed_memory
from core.progress_bars import tqdm
from core.terminal import AS_WRITTEN, Parser, leave, shown, told, whole_number

SIZES = (30, 100, 300, 1000, 3000, 10_000, 30_000)
SEEDS = (1, 2, 3)
VALIDATION_SEED = 17
VALIDATION, TEST = 1000, 4096  # photos
SHIPPED = Path(__file__).resolve().parents[2] / "assets" / "learning_curves.json"
COMMAND = "python -m core.experiments.learning_curves"


@dataclass(frozen=True)
class CurvesProgress:
    """points are finished, of `total`; part (0 … 1) of the next one, on (learner, m, seed), is done."""

    points: tuple[Point, ...]
    total: int
    learner: str
    m: int
    seed: int
    part: float

    @property
    def done(self) -> bool:
        return len(self.points) == self.total


@dataclass(frozen=True)
class Curves:
    """What was measured: points, on how many validation and test photos, in how many minutes of one core."""

    points: tuple[Point, ...]
    validation: int
    test: int
    minutes: float


def learning_curves(
    train: Photos,
    validation: Photos,
    test: Photos,
    *,
    sizes: Sequence[int] = SIZES,
    seeds: Sequence[int] = SEEDS,
) -> Iterator[CurvesProgress]:
    """Train every learner on every m with every seed; yields often. Seeds are the outer loop, m the next one.

    Shapes: photos (M, 64, 64, 3) uint8 with one label each. Errors: ValueError if m exceeds the pool.
    """
    points: list[Point] = []
    total = len(sizes) * len(seeds) * len(LEARNERS)
    for seed in seeds:
        for m in sizes:
            for learner in LEARNERS:
                yield CurvesProgress(tuple(points), total, learner.name, m, seed, 0.0)
                for value in learn(learner, m, seed, train, validation, test):
                    if isinstance(value, Point):
                        points.append(value)
                        value = 0.0
                    yield CurvesProgress(tuple(points), total, learner.name, m, seed, value)


def write(path: Path, curves: Curves) -> None:
    """Write the measured curves as JSON, in one piece."""
    numbers = {name: getattr(curves, name) for name in ("validation", "test", "minutes")}
    write_measured(path, {"command": COMMAND, **numbers}, "points", map(asdict, curves.points))


def read(path: Path = SHIPPED) -> Curves:
    """The measured curves. Errors: ValueError in a sentence where the file is missing or not whole."""
    with measured(path, "learning curves", COMMAND) as content:
        points = tuple(Point(**point) for point in content["points"])
        curves = Curves(points, int(content["validation"]), int(content["test"]), float(content["minutes"]))
        there = {(point.learner, point.m) for point in points if 0 <= point.accuracy <= 1}
        lacking = {(learner.name, m) for learner in LEARNERS for m in SIZES} - there
        if lacking:
            raise ValueError(f"it lacks {len(lacking)} of the points")
    return curves


def main(arguments: Sequence[str] | None = None) -> int:
    """Render the photos, measure all curves, write the file. Status: 2 for a wrong call, 1 if stopped."""
    return told(COMMAND, lambda: _work(arguments))


def _work(arguments: Sequence[str] | None) -> int:
    parser = Parser(prog=COMMAND, description=__doc__, formatter_class=AS_WRITTEN)
    seed = whole_number(0, 2**63 - 1, "seeds are whole numbers from 0 to 2⁶³ − 1")
    size = whole_number(1, 99_999_999, "sizes are whole numbers from 1 to 99999999")
    draws, photos = "each draws photos, order and start", "numbers of training photos"
    usual = "(default: %(default)s)"
    parser.add_argument(
        "--seeds", type=seed, nargs="+", default=list(SEEDS), metavar="SEED", help=f"{draws} {usual}"
    )
    parser.add_argument(
        "--sizes", type=size, nargs="+", default=list(SIZES), metavar="m", help=f"{photos} {usual}"
    )
    parser.add_argument("--out", type=Path, default=SHIPPED, help="the file to write")
    options = parser.parse_args(arguments)
    seeds, sizes = (list(dict.fromkeys(given)) for given in (options.seeds, options.sizes))  # each once
    if options.out == SHIPPED and not set(SIZES) <= set(sizes):
        parser.error("the curves that ship are of all the usual sizes; for fewer give a file as --out")
    parser.check_out(options.out)
    torch.set_num_threads(1)  # sums in one order: the same numbers on any number of cores
    keep_freed_memory()
    began = time.process_time()
    wanted = ((TRAIN_SEED, max(sizes)), (VALIDATION_SEED, VALIDATION), (TEST_SEED, TEST))
    train, validation, test = (_rendered(seed, count) for seed, count in wanted)
    points: tuple[Point, ...] = ()
    with tqdm(unit="run", file=sys.stderr) as bar:
        for progress in learning_curves(train, validation, test, sizes=sizes, seeds=seeds):
            bar.total = progress.total
            bar.set_postfix_str(f"seed {progress.seed}, {progress.m:,} photos, {progress.learner}")
            bar.update(len(progress.points) - bar.n)
            points = progress.points
    minutes = round((time.process_time() - began) / 60, 1)
    write(options.out, Curves(points, VALIDATION, TEST, minutes))
    print(f"{len(points)} runs in {minutes:g} minutes of one core: {shown(options.out)}")
    return 0


def _rendered(seed: int, count: int) -> Photos:
    with tqdm(total=count, desc=f"photos of seed {seed}", unit="photo", file=sys.stderr) as bar:
        return dataset(seed, count, ONE, progress=lambda done, _: bar.update(done - bar.n), device="cpu")


if __name__ == "__main__":
    leave(main)
