"""The measurement of the machine as a job: one at a time, and its last result for everybody."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import streamlit as st

from core.experiments.machine import (
    ComputeProgress,
    Machine,
    contradictions,
    measure_rates,
    tasks,
    this_machine,
)
from core.experiments.shipped_rates import Shipped, read
from ui import jobs
from ui.why_now.compute_lines import compute_so_far

COMPUTE, DATA = "why_now_compute", "why_now_data"


@dataclass
class _Measured:
    """What all sessions share: who measures, and what was found last."""

    turn: threading.Lock = field(default_factory=threading.Lock)
    last: ComputeProgress | None = None


@st.cache_resource(max_entries=1, show_spinner=False)
def _measured() -> _Measured:
    return _Measured()


@st.cache_resource(max_entries=1, show_spinner=False)
def machine() -> Machine:
    """What the app runs on."""
    return this_machine()


def measure_machine(here: Machine, measured: _Measured) -> Iterator[ComputeProgress]:
    """Every line of the figure, measured in processes of their own.

    Errors: ValueError while somebody else measures, since two at once would slow each other down.
    """
    if not measured.turn.acquire(blocking=False):
        raise ValueError(
            "Somebody else is measuring this machine right now. Your turn comes in half a minute."
        )
    try:
        for progress in measure_rates(tasks(here)):
            yield progress
            if progress.done and not contradictions(progress.rates):
                measured.last = progress
    finally:
        measured.turn.release()


def start_measuring() -> None:
    """What the button does."""
    here, measured = machine(), _measured()
    jobs.start(COMPUTE, lambda: measure_machine(here, measured))


def compute_results(job: jobs.Job | None) -> None:
    """This session's measurement as it comes, or the last one that anybody made since the app began.

    With it, or without any, the one that ships.
    """
    jobs.say(job)
    found = job.latest if job is not None else None
    running = job is not None and not job.done
    if found is None or not (running or found.rates):
        found = _measured().last
    before: Shipped | None = None
    try:
        before = read()
    except ValueError as missing:
        st.info(f"What was measured before cannot be shown: {missing}.", icon=":material/hide_source:")
    compute_so_far(found, machine(), running, "why_now_rates", before)
