"""Examples a second over the batch size: the figure, and what it says in words, from the rates alone."""

from collections.abc import Sequence
from math import ceil, floor, log10

import streamlit as st

from core.experiments.compute import BATCHES, Rate
from core.experiments.machine import ComputeProgress, Machine, Task
from ui.why_now.log_lines import GREY, INK, OCHRE, TEAL, Axis, Figure, Note, Series, log_lines, point

NEARLY = 0.8  # of the highest rate: from there on a line counts as flat
DISTURBED = 0.7  # times one thread: with two at work something else must have taken the cores
SMALL, LARGE = BATCHES[0], BATCHES[-1]

Line = tuple[str, int, str]  # device, threads, how
Points = dict[int, float]  # batch → examples a second


def by_line(rates: Sequence[Rate]) -> dict[Line, Points]:
    """The rates of each line, in the order in which they were measured."""
    lines: dict[Line, Points] = {}
    for rate in rates:
        lines.setdefault((rate.device, rate.threads, rate.how), {})[rate.batch] = rate.examples_per_second
    return lines


def compute_figure(rates: Sequence[Rate], machine: Machine, current: int | None = None) -> Figure:
    """A line for each device, number of threads and kind of step."""
    lines = by_line(rates)
    values = [rate.examples_per_second for rate in rates] or [100, 10_000]
    low, high = floor(log10(min(values)) - 0.15), ceil(log10(max(values)) + 0.15)
    ticks = tuple((10.0**e, f"{10**e:,}", _short(10**e)) for e in range(low, high + 1))
    batches = tuple((m, f"{m:,}", str(m)) for m in BATCHES)
    return Figure(
        x=Axis(
            "batch size m (log scale)",
            SMALL,
            LARGE,
            batches,
            unit="photos in a batch",
            one="photo in a batch",
        ),
        y=Axis("photos per second (log scale)", 10.0**low, 10.0**high, ticks),
        series=tuple(_series(line, points, machine) for line, points in lines.items()),
        alt=alternative_text(lines, machine),
        chosen=64,
        current=current,
        notes=_notes(lines),
    )


def compute_so_far(progress: ComputeProgress | None, machine: Machine, running: bool, key: str) -> None:
    """How far the measurement is, the figure, and its words."""
    rates = progress.rates if progress else ()
    current = None
    if progress is not None and running:
        st.progress(len(rates) / progress.total, text=_doing(progress.task, machine))
        current = next((m for m in BATCHES if not rates or m > rates[-1].batch), SMALL)
    if rates or running:
        log_lines(compute_figure(rates, machine, current), key=key)
    for note in progress.notes if progress else ():
        st.warning("Not everything could be measured:", icon=":material/report:")
        st.text(note)
    for sentence in what_compute_shows(rates, machine):
        st.markdown(f"- {sentence}")


def what_compute_shows(rates: Sequence[Rate], machine: Machine) -> list[str]:
    """Where a line stops rising, and where more threads pay; nothing that the rates do not say."""
    lines = by_line(rates)
    one, every = lines.get(("cpu", 1, "batched"), {}), lines.get(("cpu", machine.cores, "batched"), {})
    loop = lines.get(("cpu", 1, "looped"), {})
    said = []
    if len(loop) > 2:
        usual = sorted(loop.values())[len(loop) // 2]
        faster = loop[max(loop)] > 1.3 * loop[SMALL]
        said.append(
            f"**One by one**: about **{_rounded(usual)}** photos a second"
            + (". " if faster else ", no faster with more of them: a loop leaves nothing to do side by side.")
        )
    measured = [points for points in (one, every) if len(points) == len(BATCHES)]
    # At each size with as many threads as were faster: other work beside one of the lines does no harm then.
    best = {m: max(points[m] for points in measured) for m in BATCHES} if measured else None
    if best is not None:
        m = flat_from(best)
        said.append(
            f"**Batched**: **{_times(best[m] / best[SMALL])}** as many at m = {m:,} as at m = 1"
            + (
                ". There the processor has all the work that it can do: larger batches hardly bring more."
                if m < LARGE
                else ", and still rising."
            )
        )
    if machine.cores > 1 and len(every) == len(one) == len(BATCHES):
        times = [every[m] / one[m] for m in BATCHES]
        few, many = every[SMALL] / one[SMALL], every[LARGE] / one[LARGE]
        said.append(
            f"**{machine.cores} threads instead of 1**: {_times(few)} the photos at m = 1, {_times(many)} at "
            f"m = {LARGE:,}. "
            + (
                "Other work kept the cores busy meanwhile: **measure again**."
                if min(times) < DISTURBED
                else "More hands pay where there is enough to do at once."
                if many > 1.2 and many > 1.1 * few
                else "Here more threads do not pay; most likely other work keeps the cores busy."
                if many < 1.1
                else "They help at every size."
                if min(times) >= 1.1
                else "Between these sizes they do not always help."
            )
        )
    for device, name in machine.accelerators:
        there = lines.get((device, 0, "batched"), {})
        if best is not None and SMALL in there and LARGE in there:
            said.append(
                f"**{name}**: {_times(there[SMALL] / best[SMALL])} the CPU’s photos at m = 1, "
                f"**{_times(there[LARGE] / best[LARGE])}** at m = {LARGE:,}."
            )
    return said


def accelerator_words(machine: Machine) -> str:
    """What there is beside the CPU, or that there is nothing."""
    cores = f"This machine lets the app use **{_cores(machine)}**"
    if not machine.accelerators:
        return (
            f"{cores} and has **no accelerator**: PyTorch finds neither CUDA nor MPS, so every line is the "
            "CPU’s. On a machine with a GPU its line appears here."
        )
    names = " and ".join(f"**{name}** ({device})" for device, name in machine.accelerators)
    return f"{cores} and {names}."


def flat_from(points: Points) -> int:
    """The smallest batch that comes near the line's highest rate."""
    return min(m for m, rate in points.items() if rate >= NEARLY * _top(points))


def alternative_text(lines: dict[Line, Points], machine: Machine) -> str:
    """The figure in words: each line from its smallest to its largest batch."""
    said = []
    for line, points in lines.items():
        small, large = min(points), max(points)
        said.append(
            f"{', '.join(_names(line, machine))}: {_rounded(points[small])} at batch size {small}, "
            f"{_rounded(points[large])} at {large}"
        )
    return "Photos per second over the batch size. " + ("; ".join(said) if said else "None yet") + "."


def _series(line: Line, points: Points, machine: Machine) -> Series:
    device, threads, how = line
    every = threads == machine.cores
    if device != "cpu":
        colour, sign = OCHRE, "diamond"
    elif how == "looped":
        colour, sign = (INK, "square") if every and machine.cores > 1 else (GREY, "triangle")
    else:
        share = 100 if every else 40 + 40 * threads // machine.cores
        colour, sign = f"color-mix(in srgb, {TEAL} {share}%, {GREY})", "square" if every else "circle"
    name, sub = _names(line, machine)
    marks = tuple(
        point(m, [rate], f"{_rounded(rate)}/s · a step: {_milliseconds(m / rate)}")
        for m, rate in sorted(points.items())
    )
    return Series(name, sub, colour, "dashed" if how == "looped" else "solid", sign, marks)


def _names(line: Line, machine: Machine) -> tuple[str, str]:
    device, threads, how = line
    kind = {"looped": "one by one", "batched": "batched"}[how]
    if device != "cpu":
        return dict(machine.accelerators).get(device, device), kind
    return kind, f"{threads} CPU thread{'s' * (threads > 1)}"


def _notes(lines: dict[Line, Points]) -> tuple[Note, ...]:
    """In the picture: where the highest line stops rising, and that a loop never rises."""
    notes = []
    whole = {line: points for line, points in lines.items() if len(points) == len(BATCHES)}
    batched = [points for line, points in whole.items() if line[2] == "batched"]
    if batched:
        best = max(batched, key=_top)
        m = flat_from(best)
        words = "larger batches hardly bring more" if m < LARGE else "still rising"
        notes.append(Note(64, _top(best), (words,)))
    loops = [points for line, points in lines.items() if line[2] == "looped" and 16 in points]
    if loops and all(points[max(points)] <= 1.3 * points[SMALL] for points in loops):
        lowest = min(points[m] for points in loops for m in (4, 16, 64) if m in points)
        notes.append(Note(16, lowest, ("in a loop: no faster with more photos",), "below"))
    return tuple(notes)


def _doing(task: Task | None, machine: Machine) -> str:
    if task is None:
        return "Measured"
    name, sub = _names((task.device, task.threads, "batched"), machine)
    return f"Measuring: {sub if task.device == 'cpu' else name}"


def _top(points: Points) -> float:
    return max(points.values())


def _cores(machine: Machine) -> str:
    return f"{machine.cores} CPU core{'s' * (machine.cores > 1)}"


def _times(ratio: float) -> str:
    return f"{ratio:.0f} times" if ratio >= 9.5 else f"{ratio:.1f} times"


def _milliseconds(seconds: float) -> str:
    """Two digits: "0.32 ms", "2.1 ms", "340 ms"."""
    digits = 1 - floor(log10(1000 * seconds))
    return f"{round(1000 * seconds, digits):,.{max(0, digits)}f} ms"


def _rounded(rate: float) -> str:
    """Three digits: a measurement has no more."""
    digits = max(0, floor(log10(rate)) - 2)
    return f"{round(rate / 10**digits) * 10**digits:,}" if rate >= 100 else f"{rate:.1f}"


def _short(value: int) -> str:
    """100, 1k, 1M: for a phone."""
    for size, sign in ((10**6, "M"), (10**3, "k")):
        if value >= size:
            return f"{value // size:,}{sign}"
    return str(value)
