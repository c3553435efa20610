"""Work that takes seconds runs in worker threads; pages start it, read how far it is, and stop it.

A job is a generator: whatever it yields is its progress so far, and a page shows `job.latest` from a
fragment that polls. The threads are few and shared by everybody, so more jobs than threads wait in line.
A job belongs to one session; nobody having asked for it for a while means that the person has left,
and it ends at its next yield. The generator draws nothing; of Streamlit it may use the caches.
"""

import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import main_thread
from typing import Any

import streamlit as st

from core.processor.cores import CORES
from ui.fragments import fragment

ABANDONED_AFTER = 20.0  # seconds without a question
DOUBLE_PRESS = 0.6  # seconds; a double click takes half a second at most, and a held key repeats faster

log = logging.getLogger(__name__)

_in_line: set["Job"] = set()  # jobs that no thread has begun yet


class Job:
    """One running generator, read from any thread.

    Only the latest value is kept: a run yields hundreds, each with weights of its own, and a hall full of
    sessions would hold gigabytes. What a page wants of the past the generator puts into each value.
    """

    def __init__(self) -> None:
        self.latest: Any = None  # what was yielded last; None before the first
        self._asked = time.monotonic()
        self._stop = False
        self.started = False
        self.done = False
        self.ends_told = 0  # how often a part of a page has met its end; see rerun_when_over
        self.error: str | None = None

    @property
    def waiting(self) -> bool:
        """True while others' jobs keep every thread busy."""
        return not self.started and not self.done

    @property
    def goes_on(self) -> bool:
        """True while it works, or waits, and nobody has asked it to end."""
        return not self.done and not self._stop

    def stop(self) -> None:
        """Ask the job to end at its next yield."""
        self._stop = True

    def asked(self) -> None:
        """Note that somebody still wants it."""
        self._asked = time.monotonic()

    def run(self, work: Callable[[], Iterator[Any]]) -> None:
        """Drive the generator to its end, to `stop`, to its first error, or until nobody asks any more."""
        self.started = True
        _in_line.discard(self)
        try:
            if not self._unwanted():
                self._drive(work())
        except Exception as fault:
            if _is_sentence(fault):
                self.error = str(fault)
            else:
                log.exception("a job failed")
                self.error = f"This did not work ({type(fault).__name__}). Please start it again."
        finally:
            self.done = True

    def _drive(self, steps: Iterator[Any]) -> None:
        try:
            for value in steps:
                self.latest = value
                if self._unwanted():
                    break
        finally:
            if hasattr(steps, "close"):
                steps.close()  # which may fail, too

    def _unwanted(self) -> bool:
        left = time.monotonic() - self._asked > ABANDONED_AFTER
        return self._stop or left or not main_thread().is_alive()  # the last: the process is ending


def _is_sentence(fault: Exception) -> bool:
    """Whether it says in a sentence of core's what does not work: a plain ValueError, or one of its own.

    Libraries, and Python where it divides by zero, say in words of their own what nobody foresaw.
    """
    own = type(fault).__module__.partition(".")[0] in ("core", "ui")
    return type(fault) is ValueError or (own and isinstance(fault, ValueError | ArithmeticError))


@st.cache_resource(max_entries=1, show_spinner=False)
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=max(2, CORES), thread_name_prefix="job")


def start(key: str, work: Callable[[], Iterator[Any]]) -> Job:
    """Begin `work` under this session's `key`; a job that still runs under it is stopped first."""
    before = st.session_state.get(_slot(key))
    if before is not None:
        before.stop()
    job = Job()
    st.session_state[_slot(key)] = job
    _in_line.add(job)
    _workers().submit(job.run, work)
    return job


def rest(seconds: float) -> None:
    """Within a job: let eyes follow what it has yielded. It keeps its thread: not while another job waits."""
    if not _in_line:
        time.sleep(seconds)


def current(key: str) -> Job | None:
    """This session's job under `key`, running or done; asking for it keeps it alive."""
    job: Job | None = st.session_state.get(_slot(key))
    if job is not None:
        job.asked()
    return job


def forget(key: str) -> None:
    """Stop this session's job under `key`, and let go of what it has yielded."""
    job = st.session_state.pop(_slot(key), None)
    if job is not None:
        job.stop()


def button(
    job: Job | None,
    label: str,
    icon: str,
    key: str,
    on_click: Callable[..., Any] = start,
    args: tuple[Any, ...] = (),
) -> bool:
    """A button that stops the job while it runs, and else begins it. → whether it runs.

    It is one button with two faces: of two that replace each other the second would not have the focus.
    """
    running = job is not None and not job.done
    if job is not None and running:
        label, icon, on_click, args = "Stop", ":material/stop:", job.stop, ()
    st.button(label, icon=icon, on_click=_press, args=(key, on_click, *args), key=f"{key}_button")
    return running


def _press(key: str, act: Callable[..., Any], *args: Any) -> None:
    """Do what the button says, but for the second of a double press: it was meant for the face before."""
    slot, now = f"{_slot(key)}:pressed", time.monotonic()
    before = st.session_state.get(slot)
    st.session_state[slot] = now
    if before is None or now - before > DOUBLE_PRESS:
        act(*args)


def follow(key: str, running: bool, show: Callable[[Job | None], None], every: float = 0.25) -> None:
    """show(job) once, or every `every` seconds while it runs; the whole page runs again after its end."""
    polled = still_polled(current(key), running)

    @fragment(run_every=every if polled else None)
    def followed() -> None:
        job = current(key)
        show(job)
        rerun_when_over(job, polled)

    followed()


def say(job: Job | None) -> None:
    """What there is to say of a job on any page: that it waits in line, or why it stopped."""
    if job is not None and job.waiting:
        st.caption("Other runs keep every worker busy; this one waits in line.")
    if job is not None and job.error:
        st.error(job.error)


def still_polled(job: Job | None, running: bool) -> bool:
    """Whether a part runs by itself: while its job is `running`, and until it has met its end three times."""
    return running or (job is not None and job.done and job.ends_told in (1, 2))


def rerun_when_over(job: Job | None, polled: bool) -> None:
    """At the end of a part that runs by itself: when its job is over, the page runs again, and once more.

    A run of the page that ends just when a part's turn comes may be lost on its way to the browser (see
    ui.links.say_again), which would then show for good that the job runs. So the part meets the end when it
    comes (1), within the page's next run (2), and when its turn comes again, a moment later (3).
    """
    if not polled or (job is not None and not job.done):
        return
    if job is not None:
        job.ends_told += 1
        if job.ends_told == 2:
            return
    st.rerun()


def _slot(key: str) -> str:
    return f"job:{key}"
