"""What a page does for seconds: started by its button, waited for until it is over."""

import time

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from tests.live_runs import until
from ui.jobs import Job


def button(app: AppTest, text: str) -> Button:
    """The first button with this text in its label."""
    return next(one for one in app.button if text in one.label)


def run_to_the_end(app: AppTest, text: str) -> None:
    """Press the button, wait for what it has started, and run the page until none says Stop."""
    button(app, text).click().run()
    end = time.monotonic() + 60
    while any(one.label == "Stop" for one in app.button):
        assert not app.exception
        if time.monotonic() > end:
            pytest.fail(f"what “{text}” has started does not end")
        under_way = [
            value for value in app.session_state._state.filtered_state.values() if isinstance(value, Job)
        ]
        until(lambda: all(job.done for job in under_way), 60)  # noqa: B023
        app.run()
    assert not app.exception
