"""What the rates of a machine say in words, from the rates alone; and whose they are."""

from collections.abc import Sequence
from math import floor, log10

from core.experiments.compute import BATCHES, Rate
from core.experiments.machine import Machine
from core.experiments.shipped_rates import Shipped
from ui.words import counted, listed, m_equals

NEARLY = 0.8  # of the highest rate: from there on a line counts as flat
SMALL, LARGE = BATCHES[0], BATCHES[-1]

Line = tuple[str, int, str]  # device, threads, how
Points = dict[int, float]  # batch → examples a second


def by_line(rates: Sequence[Rate]) -> dict[Line, Points]:
    """The rates of each line, in the order in which they were measured."""
    lines: dict[Line, Points] = {}
    for rate in rates:
        lines.setdefault((rate.device, rate.threads, rate.how), {})[rate.batch] = rate.examples_per_second
    return lines


def what_compute_shows(rates: Sequence[Rate], machine: Machine) -> list[str]:
    """Where a line stops rising, and where more threads pay; nothing that the rates do not say."""
    lines = by_line(rates)
    one, every = lines.get(("cpu", 1, "batched"), {}), lines.get(("cpu", machine.cores, "batched"), {})
    loop = lines.get(("cpu", 1, "looped"), {})
    several = machine.cores > 1  # threads: then it is said whose line a number is of
    said = []
    if len(loop) > 2:
        usual = sorted(loop.values())[len(loop) // 2]
        faster = loop[max(loop)] > 1.3 * loop[SMALL]
        said.append(
            f"**One by one**{', on 1 thread' if several else ''}: about **{rounded(usual)}** photos a second"
            + (". " if faster else ", no faster with more of them: a loop leaves nothing to do side by side.")
        )
    measured = [points for points in (one, every) if len(points) == len(BATCHES)]
    # At each size with as many threads as were faster: other work beside one of the lines does no harm then.
    best = {m: max(points[m] for points in measured) for m in BATCHES} if measured else None
    if best is not None:
        m = flat_from(best)
        threads = ", on as many threads as are fastest" if several and len(measured) > 1 else ""
        more = f"**{_times(best[m] / best[SMALL])}** as many at {m_equals(m)} as at {m_equals(SMALL)}"
        said.append(
            f"**Batched**{threads}: "
            + (more if m > SMALL else f"hardly more at any size than at {m_equals(SMALL)}")
            + (
                ". There the processor has all the work that it can do: larger batches hardly help."
                if m < LARGE
                else ", and still rising."
            )
        )
    if machine.cores > 1 and len(every) == len(one) == len(BATCHES):
        times = [every[m] / one[m] for m in BATCHES]
        few, many = every[SMALL] / one[SMALL], every[LARGE] / one[LARGE]
        said.append(
            f"**{machine.cores} threads instead of 1**: {_times(few)} the photos at {m_equals(SMALL)}, "
            f"{_times(many)} at {m_equals(LARGE)}. "
            + (
                "More hands pay off where there is enough to do at once."
                if many > 1.2 and many > 1.1 * few
                else "Here more threads do not pay off; most likely other work keeps the cores busy."
                if many < 1.1
                else "They help at every size."
                if min(times) >= 1.1
                else "Between these sizes they do not always help."
            )
        )
    for device, name in machine.accelerators:
        there = lines.get((device, 0, "batched"), {})
        if best is not None and SMALL in there and LARGE in there:
            which = f" ({device})" if len(machine.accelerators) > 1 else ""
            said.append(
                f"**{name}**{which}: {_times(there[SMALL] / best[SMALL])} the CPU’s photos at "
                f"{m_equals(SMALL)}, **{_times(there[LARGE] / best[LARGE])}** at {m_equals(LARGE)}."
            )
    return said


def what_disturbed(found: Sequence[tuple[Rate, Rate]], machine: Machine) -> str:
    """By the pair of rates that are farthest apart."""
    slow, quick = max(found, key=lambda pair: pair[1].examples_per_second / pair[0].examples_per_second)
    lines = [(rate.device, rate.threads, rate.how) for rate in (slow, quick)]
    who = [", ".join(names(line, machine)) for line in lines]
    beside = f"at {m_equals(quick.batch)}" if lines[0] == lines[1] else who[1]
    return (
        "**Other work disturbed this measurement: measure again** when the machine has less to do. It shows "
        f"where two rates do not fit together: {who[0]} came to {rounded(slow.examples_per_second)} photos a "
        f"second at {m_equals(slow.batch)}, and {beside} to {rounded(quick.examples_per_second)}."
    )


def whose_lines(rates: Sequence[Rate], machine: Machine, running: bool, before: Shipped | None) -> str:
    """Which lines were measured on which machine. before: None beside a measurement that came to its end."""
    ended = "Measured here" if before is None else "Measured here until it was stopped"
    when = "Measured now" if running else ended
    here = f"**{when}**, on this machine: {_parts(machine)}."
    if before is None:
        return here
    earlier = f"on {_parts(before.machine)}"
    if not rates and not running:
        return f"**Measured before**, {earlier}: its lines are pale. The button measures this machine."
    return f"{here} Pale: **measured before**, {earlier}."


def accelerator_words(machine: Machine) -> str:
    """What there is beside the CPU, or that there is nothing."""
    cores = f"This machine lets the app use **{_cores(machine)}**"
    if not machine.accelerators:
        return (
            f"{cores} and has **no accelerator**: PyTorch finds neither CUDA nor MPS, so every line is the "
            "CPU’s. On a machine with a GPU its line appears here."
        )
    return f"{cores} and {listed([f'**{name}** ({device})' for device, name in machine.accelerators])}."


def alternative_text(lines: dict[Line, Points], machine: Machine) -> str:
    """The figure in words: each line from its smallest to its largest batch."""
    said = []
    for line, points in lines.items():
        small, large = min(points), max(points)
        said.append(
            f"{', '.join(names(line, machine))}: {rounded(points[small])} at batch size {small}, "
            f"{rounded(points[large])} at {large:,}"
        )
    return "Photos per second against the batch size. " + ("; ".join(said) if said else "None yet") + "."


def flat_from(points: Points) -> int:
    """The smallest batch that comes near the line's highest rate."""
    return min(m for m, rate in points.items() if rate >= NEARLY * top(points))


def names(line: Line, machine: Machine) -> tuple[str, str]:
    """A line in two parts: what is done, and on what."""
    device, threads, how = line
    kind = {"looped": "one by one", "batched": "batched"}[how]
    if device != "cpu":
        sub = f"{kind}, {device}" if len(machine.accelerators) > 1 else kind  # they may all have one name
        return dict(machine.accelerators).get(device, device), sub
    return kind, counted(threads, "CPU thread")


def top(points: Points) -> float:
    """The highest rate of a line."""
    return max(points.values())


def _cores(machine: Machine) -> str:
    return counted(machine.cores, "CPU core")


def _parts(machine: Machine) -> str:
    """ "A processor, 2 CPU cores, A card"."""
    return ", ".join([machine.processor, _cores(machine), *(name for _, name in machine.accelerators)])


def _times(ratio: float) -> str:
    return f"{ratio:.0f} times" if ratio >= 9.5 else f"{ratio:.1f} times"


def rounded(rate: float) -> str:
    """Three digits: a measurement has no more."""
    digits = max(0, floor(log10(rate)) - 2)
    return f"{round(rate / 10**digits) * 10**digits:,}" if rate >= 100 else f"{rate:.1f}"
