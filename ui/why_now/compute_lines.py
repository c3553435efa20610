"""Examples a second over the batch size: the figure.

Until this machine is measured, and where other work has spoilt that, stands what was measured before: paler.
"""

from collections.abc import Sequence
from math import ceil, floor, log10, sqrt

import streamlit as st

from core.experiments.compute import BATCHES, Rate
from core.experiments.machine import ComputeProgress, Machine, Task, contradictions
from core.experiments.shipped_rates import Shipped
from ui.why_now.compute_words import (
    LARGE,
    SMALL,
    Line,
    Points,
    alternative_text,
    by_line,
    flat_from,
    names,
    rounded,
    top,
    what_compute_shows,
    what_disturbed,
    whose_lines,
)
from ui.why_now.log_lines import INK, OCHRE, TEAL, Axis, Figure, Note, Series, log_lines, point


def compute_figure(
    rates: Sequence[Rate], machine: Machine, current: int | None = None, before: Shipped | None = None
) -> Figure:
    """A line for each device, number of threads and kind of step; before: those of an earlier measurement."""
    lines, earlier = by_line(rates), by_line(before.rates if before else ())
    values = [rate for points in (*lines.values(), *earlier.values()) for rate in points.values()]
    values = values or [100.0, 10_000.0]
    pale = [_series(line, points, before.machine, True) for line, points in earlier.items() if before]
    low, high = floor(log10(min(values)) - 0.15), ceil(log10(max(values)) + 0.15)
    ticks = tuple((10.0**e, _tick(10**e, 10**high), _short(10**e)) for e in range(low, high + 1))
    batches = tuple((m, f"{m:,}", str(m) if m < 1024 else f"{m // 1024}k") for m in BATCHES)
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
        series=tuple(pale + [_series(line, points, machine) for line, points in lines.items()]),
        alt=_in_words(lines, machine, before),
        chosen=64,
        current=current,
        notes=() if contradictions(rates) else _notes(_fullest(earlier, lines)),
    )


def compute_so_far(
    progress: ComputeProgress | None, machine: Machine, running: bool, key: str, before: Shipped | None
) -> None:
    """How far the measurement is, the figure, and its words. Of a disturbed one that is said, and no more."""
    rates = progress.rates if progress else ()
    current = None
    if progress is not None and running:
        st.progress(len(rates) / progress.total, text=_doing(progress.task, machine))
        current = next((m for m in BATCHES if not rates or m > rates[-1].batch), SMALL)
    found = () if running else contradictions(rates)
    if found:
        st.warning(what_disturbed(found, machine), icon=":material/report:")
    mine = () if found else rates
    if progress is not None and progress.done and mine:
        before = None
    if before is not None or mine or running:
        st.markdown(whose_lines(mine, machine, running, before))
        log_lines(compute_figure(mine, machine, current, before), key=key)
    for note in progress.notes if progress else ():
        st.warning("Not everything could be measured:", icon=":material/report:")
        st.text(note)
    said = [] if contradictions(mine) else [f"- {words}" for words in what_compute_shows(mine, machine)]
    if before is not None:
        if mine or running:
            said.append("**Measured before**, pale:")
        said += [f"- {words}" for words in what_compute_shows(before.rates, before.machine)]
    for words in said:
        st.markdown(words)
    if found:
        with st.expander("The disturbed measurement", icon=":material/report:"):
            log_lines(compute_figure(rates, machine), key=f"{key}_disturbed")


def _in_words(lines: dict[Line, Points], machine: Machine, before: Shipped | None) -> str:
    if before is None:
        return alternative_text(lines, machine)
    earlier = alternative_text(by_line(before.rates), before.machine)
    mine = f"{alternative_text(lines, machine)} " if lines else ""
    return f"{mine}Measured before on {before.machine.processor}: {earlier}"


def _series(line: Line, points: Points, machine: Machine, before: bool = False) -> Series:
    """Colour and dashes tell the kind of step, hollow markers on a thin line fewer threads than all."""
    device, threads, how = line
    fewer = device == "cpu" and threads < machine.cores
    if device != "cpu":
        colour, marker = OCHRE, "diamond"
    else:
        colour = INK if how == "looped" else TEAL
        marker = ("diamond", "circle", "triangle")[threads.bit_length() % 3] if fewer else "square"
    name, sub = names(line, machine)
    if before:
        sub += ", before"
    marks = tuple(
        point(m, [rate], f"{rounded(rate)}/s · a step: {_milliseconds(m / rate)}")
        for m, rate in sorted(points.items())
    )
    look = "dashed" if how == "looped" else "solid"
    return Series(name, sub, colour, look, marker, marks, thin=fewer, before=before)


def _fullest(earlier: dict[Line, Points], lines: dict[Line, Points]) -> dict[Line, Points]:
    """Of each line what was measured here, but for one that came less far than before."""
    return earlier | {line: p for line, p in lines.items() if len(p) >= len(earlier.get(line, ()))}


def _notes(lines: dict[Line, Points]) -> tuple[Note, ...]:
    """In the picture: where the highest line stops rising, and that a loop never rises."""
    notes = []
    whole = {line: points for line, points in lines.items() if len(points) == len(BATCHES)}
    batched = [points for line, points in whole.items() if line[2] == "batched"]
    if batched:
        best = max(batched, key=top)
        m = flat_from(best)
        if m < LARGE:  # above the middle of what is flat, as far as the words have room there
            notes.append(Note(min(1024, sqrt(m * LARGE)), top(best), ("larger batches hardly help",)))
        else:
            notes.append(Note(LARGE, top(best), ("still rising",), left=True))
    loops = [points for line, points in lines.items() if line[2] == "looped" and 16 in points]
    if loops and all(points[max(points)] <= 1.3 * points[SMALL] for points in loops):
        highest = max(points[m] for points in loops for m in (16, 64, 256) if m in points)
        x = 16 if min(map(max, loops)) < 256 else 64  # clear of what leads from a shorter line to its name
        notes.append(Note(x, highest, ("in a loop: no faster with more photos",)))
    return tuple(notes)


def _doing(task: Task | None, machine: Machine) -> str:
    if task is None:
        return "Measured"
    name, sub = names((task.device, task.threads, "batched"), machine)
    return f"Measuring: {sub if task.device == 'cpu' else name}"


def _milliseconds(seconds: float) -> str:
    """Two digits: "0.32 ms", "2.1 ms", "340 ms"."""
    digits = 1 - floor(log10(1000 * seconds))
    return f"{round(1000 * seconds, digits):,.{max(0, digits)}f} ms"


def _tick(value: int, highest: int) -> str:
    """1,000, but 1k where the highest has no room in full."""
    return f"{value:,}" if highest <= 10**6 else _short(value)


def _short(value: int) -> str:
    """100, 1k, 1M: for a phone."""
    for size, unit in ((10**6, "M"), (10**3, "k")):
        if value >= size:
            return f"{value // size:,}{unit}"
    return str(value)
