"""Goal 1's training as this session's run: begin it, see how far it is, use the w that it has learned.

Its photos hold one ball at most, and half of them a soccer ball: a guess is right half the time.
"""

from dataclasses import replace
from functools import partial
from uuid import uuid4

import streamlit as st

from core.balls import Recipe
from core.network import Network
from core.written import as_written
from ui import jobs, renderings
from ui.one_ball.descent import Snapshot, show, three_steps
from ui.one_ball.movable import Movable
from ui.one_ball.shown import sums_of
from ui.renderings import Waiting
from ui.words import unbroken

HALF_SOCCER = Recipe(none=0.25, one=0.75, two=0, three=0, weights=(4.0, 1.0, 1.0), empty=1.0)
WHERE = {
    "middle": ("large, in the middle", replace(HALF_SOCCER, radius=(26.0, 30.0))),
    "anywhere": ("small, anywhere", replace(HALF_SOCCER, radius=(11.0, 18.0))),
}
RATES = (0.0001, 0.0003, 0.001, 0.003, 0.01)
LENGTHS = (50, 100, 200, 400, 800)
TRAINED_ON, TESTED_ON = 1536, 512
RUN, NAME, BEGUN = "one_ball_run", "one_ball:run", "one_ball:begun"


def start(where: str, rate: float, steps: int) -> None:
    """Begin the three steps; whoever is first to train on a recipe waits for its photos."""
    photos = renderings.rendering(WHERE[where][1], TRAINED_ON + TESTED_ON)
    st.session_state[NAME] = f"run {uuid4()}"  # a name in a cache that all sessions share
    st.session_state[BEGUN] = where, rate, steps
    jobs.start(RUN, partial(three_steps, photos, TESTED_ON, rate, steps, jobs.rest))


def current() -> jobs.Job | None:
    """This session's run, running or done."""
    return jobs.current(RUN)


def begun(job: jobs.Job | None) -> bool:
    """Whether steps can be seen, or will be: a run that is stopped while it waits for photos has none."""
    return job is not None and (not job.done or isinstance(job.latest, Snapshot))


def of_other_settings(where: str, rate: float, steps: int) -> str | None:
    """A sentence where the run that is shown was begun with other settings than these."""
    job, its_own = current(), st.session_state.get(BEGUN)
    if job is None or not begun(job) or its_own in (None, (where, rate, steps)):
        return None
    rate_then = unbroken(f"α = {as_written(its_own[1])}")
    settings = f"balls “{WHERE[its_own[0]][0]}”, {rate_then} and {its_own[2]} steps."
    if job.done:
        return f"This run had {settings} *Train again* for what is set now."
    return f"This run has {settings} What is set now is for the next one."


def trained() -> tuple[Network, str] | None:
    """The network of a finished run, and a name for it."""
    job = current()
    if job is None or not job.done or not isinstance(job.latest, Snapshot) or job.latest.test is None:
        return None
    return job.latest.network, st.session_state[NAME]


def steps_so_far(
    job: jobs.Job | None, photo: Movable, drow: int, dcol: int, caption: str, steps: int
) -> None:
    """Paint the run as it is now, and what its w says of the photo as it has been moved."""
    latest = job.latest if job is not None else None
    if isinstance(latest, Waiting) and not begun(job):
        latest = None
    moved, judged = photo.at(drow, dcol), None
    if isinstance(latest, Snapshot) and latest.test is not None:
        judged = sums_of(latest.network, moved)
    show("one_ball_descent", latest, steps, moved.numpy(), caption, judged)
    jobs.say(job)
