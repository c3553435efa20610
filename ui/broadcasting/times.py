"""The loop against the batch, as it is measured: the figure and what it shows, in words."""

from collections.abc import Sequence

import streamlit as st

from core.experiments.loop_or_batch import SIZES, Timed, Timings
from ui import jobs
from ui.components import load
from ui.numbers import power
from ui.words import counted, m_equals

NBSP = "\N{NO-BREAK SPACE}"

_times = load("elements", "column_chart", "broadcasting/times")


def times_so_far(job: jobs.Job | None) -> None:
    """The measurement as it is now."""
    jobs.say(job)
    latest = job.latest if job is not None else None
    points: tuple[Timed, ...] = ()
    if isinstance(latest, Timings):
        points = latest.points
        doing = "Measured" if latest.done else "Stopped" if job is not None and job.done else "Measuring"
        with_k = f"{doing} with {counted(latest.k, 'neuron')}"  # another k may be chosen by now
        text = f"{with_k}: {len(points)} of {latest.total} batch sizes"
        st.progress(len(points) / latest.total, text=text)
    _times(
        key="broadcasting_times",
        data={"points": [vars(p) for p in points], "sizes": list(SIZES), "alt": alternative_text(points)},
    )
    if isinstance(latest, Timings) and points:  # before, the figure says that there is nothing yet
        st.markdown(what_it_shows(latest))


def alternative_text(points: Sequence[Timed]) -> str:
    """The figure in words."""
    said = "; ".join(
        f"m = {p.m:,}: loop {1000 * p.loop:.3g} ms, batch {1000 * p.batch:.3g} ms" for p in points
    )
    return f"Time for m photos, in a loop and as one batch. {said or 'Not measured yet'}."


def what_it_shows(timings: Timings) -> str:
    """The ratios that were measured, in a few sentences."""
    points = timings.points
    best, last = max(points, key=lambda p: p.ratio), points[-1]
    text = f"{timings.k} neurons: at {m_equals(best.m)} the loop takes **{best.ratio:.1f} times** as long as "
    most = "the most of all sizes" if timings.done else "the most so far"
    text += f"the batch, {most}. " if len(points) > 1 else "the batch. "
    if last is not best:
        text += f"At {m_equals(last.m)} it is {last.ratio:.1f} times"
        text += f"; X is {4 * last.m * timings.n / 1e6:.0f}{NBSP}MB by then. " if timings.done else ". "
    text += f"One photo out of the batch of {last.m:,} takes {1e6 * last.batch / last.m:.3g}{NBSP}µs. "
    worst = max(p.difference for p in points)
    threads = counted(timings.threads, "thread")
    return text + f"Both give the same Z, to a relative difference of {power(worst)} (float32, {threads})."
