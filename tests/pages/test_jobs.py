"""Jobs in worker threads: they yield, end, fail in a sentence, stop, and do not outlive their person."""

import json
import time
from types import SimpleNamespace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.divergence import DivergedError
from core.weights import WeightsError
from ui import jobs
from ui.jobs import Job


def test_a_job_holds_what_its_generator_yielded_last():
    job = Job()
    assert job.waiting and job.latest is None
    job.run(lambda: iter([1, 2, 3]))
    assert (job.latest, job.done, job.error, job.waiting) == (3, True, None, False)


def test_one_that_waits_for_others_says_so_until_it_is_its_turn(monkeypatch):
    said = []
    monkeypatch.setattr(jobs.st, "caption", said.append)
    job = Job()
    jobs.say(None)
    assert not said
    jobs.say(job)
    assert len(said) == 1 and "waits in line" in said[0]

    def work():
        yield jobs.say(job)

    job.run(work)
    jobs.say(job)
    assert len(said) == 1, "at work and over it does not wait"


def test_it_ends_at_the_next_yield_when_stopped_and_closes_its_generator():
    job, closed = Job(), []

    def work():
        try:
            for i in range(10):
                if i == 2:
                    job.stop()
                yield i
        finally:
            closed.append(True)

    job.run(work)
    assert job.latest == 2 and job.done and closed == [True]


def test_a_job_rests_while_no_other_waits_for_its_thread(monkeypatch):
    slept, given = [], []
    monkeypatch.setattr(jobs, "time", SimpleNamespace(sleep=slept.append, monotonic=time.monotonic))
    monkeypatch.setattr(jobs, "_workers", lambda: SimpleNamespace(submit=lambda *work: given.append(work)))

    def page() -> None:
        from ui import jobs

        jobs.start("other", lambda: iter([1]))

    jobs.rest(0.1)
    AppTest.from_function(page, default_timeout=60).run()
    jobs.rest(0.2)
    ((run, work),) = given
    run(work)
    jobs.rest(0.3)
    assert slept == [0.1, 0.3]


def test_it_is_over_even_where_its_generator_cannot_be_closed():
    """Else its page would wait for ever."""
    job = Job()

    def work():
        try:
            job.stop()
            yield 1
        finally:
            raise OSError("its process is gone")

    job.run(work)
    assert job.done and job.latest == 1 and "OSError" in job.error


def test_a_job_that_nobody_asks_for_ends(monkeypatch):
    monkeypatch.setattr(jobs, "ABANDONED_AFTER", 0.05)
    job = Job()

    def work():
        while True:
            time.sleep(0.01)
            yield 1

    job.run(work)
    assert job.done and job.error is None


def failed(fault):
    """A job that yields 1 and then fails so."""

    def work():
        yield 1
        raise fault

    job = Job()
    job.run(work)
    assert job.latest == 1 and job.done
    return job


SENTENCE = "the learning rate must be a positive number, got 0"


@pytest.mark.parametrize("fault", [ValueError(SENTENCE), WeightsError(SENTENCE), DivergedError(SENTENCE, 1)])
def test_core_says_why(fault):
    assert failed(fault).error == SENTENCE


@pytest.mark.parametrize(
    "fault",
    [
        KeyError("inner name"),
        RuntimeError("inner name"),
        ZeroDivisionError("inner name"),
        json.JSONDecodeError("inner name", "", 0),
        np.linalg.LinAlgError("inner name"),
    ],
    ids=lambda fault: type(fault).__name__,
)
def test_a_fault_is_not_shown_raw(fault, caplog):
    job = failed(fault)
    assert "inner name" not in job.error and type(fault).__name__ in job.error and "again" in job.error
    assert "inner name" in caplog.text, "the terminal has it"


def test_a_page_runs_twice_after_the_end_for_its_first_run_may_be_lost(monkeypatch):
    reruns = []
    monkeypatch.setattr(jobs.st, "rerun", lambda: reruns.append(job.ends_told))
    job = Job()

    def turn(running):
        polled = jobs.still_polled(job, running)
        jobs.rerun_when_over(job, polled)
        return polled

    assert turn(running=True) and not reruns
    job.run(lambda: iter([1]))
    jobs.rerun_when_over(job, True)  # a turn of the part, which was made while the job ran
    assert reruns == [1]
    assert turn(running=False) and reruns == [1], "the page's run does not end itself"
    jobs.rerun_when_over(job, True)  # the part's next turn
    assert reruns == [1, 3]
    assert not turn(running=False) and reruns == [1, 3]


def test_a_job_that_was_over_before_the_page_came_is_not_polled():
    job = Job()
    job.run(lambda: iter([1]))
    assert not jobs.still_polled(job, False) and not jobs.still_polled(None, False)


def page_with_a_job():
    import time

    from ui import jobs

    def work():
        while True:
            time.sleep(0.01)
            yield 1

    jobs.button(jobs.current("job"), "Begin", ":material/play_arrow:", "the", args=("job", work))


def test_one_button_starts_and_stops_and_a_double_press_does_one_of_them(monkeypatch):
    def press():
        """Press it. → its key, what it says afterwards, the job."""
        app.button[0].click().run()
        (button,) = app.button
        return button.key, button.label, app.session_state["job:job"]

    app = AppTest.from_function(page_with_a_job, default_timeout=60).run()
    key, label, job = press()
    assert (key, label) == ("the_button", "Stop"), "as another element it would not have the focus any more"
    assert press() == (key, "Stop", job) and press() == (key, "Stop", job), "a held key neither"
    monkeypatch.setattr(jobs, "DOUBLE_PRESS", 0)
    press()
    job.run(lambda: iter(()))  # until it has ended
    assert app.run().button[0].label == "Begin" and job.done
    monkeypatch.setattr(jobs, "DOUBLE_PRESS", 60)
    assert press() == (key, "Begin", job), "nor does a double press on Stop begin anew"
