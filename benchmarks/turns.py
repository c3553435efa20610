"""Works that are compared run in turns, A B C A B C …; a ratio is the median of the ratios within the turns.

So whatever else the machine does slows all of them. "Least" compares the quietest moments of each.
"""

import time
from collections.abc import Callable, Sequence
from statistics import median

Work = Callable[[], object]


def in_turns(works: Sequence[Work], *, repeats: int, turns: int, settled: bool = False) -> list[list[float]]:
    """Seconds that one call takes, for each work in each turn; in a turn each is called `repeats` times.

    settled: once before, too, unmeasured, so that none pays for what another drove out of the caches.
    """
    for work in works:
        work()
    times: list[list[float]] = [[] for _ in works]
    for _ in range(turns):
        for work, seconds in zip(works, times, strict=True):
            if settled:
                work()
            began = time.perf_counter()
            for _ in range(repeats):
                work()
            seconds.append((time.perf_counter() - began) / repeats)
    return times


def line(what: str, seconds: Sequence[float]) -> None:
    """What it takes: the median of the turns and the least of them."""
    print(f"{what:68s}{median(seconds) * 1e3:9.3f} ms   least {min(seconds) * 1e3:9.3f} ms")


def against(
    what: str,
    above: Sequence[float],
    below: Sequence[float],
    *,
    at_least: float | None = None,
    at_most: float | None = None,
) -> None:
    """How many times as long `above` takes, with the verdict where there is a target."""
    ratio = median(a / b for a, b in zip(above, below, strict=True))
    target = ""
    if at_least is not None:
        target = f"target: at least {at_least:g}, {'met' if ratio >= at_least else 'missed'}"
    if at_most is not None:
        target = f"target: at most {at_most:g}, {'met' if ratio <= at_most else 'missed'}"
    print(f"{what:68s}{ratio:9.2f} ×    least {min(above) / min(below):9.2f} ×    {target}".rstrip())


def heading(text: str) -> None:
    print(f"\n{text}", flush=True)
