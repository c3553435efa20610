"""A server that is killed while people train: each comes back to a step that is at most a second old, and an
open tab comes back by itself."""

import shutil
import time

import platformdirs
import pytest
from playwright.sync_api import expect

from benchmarks.serving import free_port, serve
from benchmarks.visiting import Visitor
from tests.browser.conftest import visit
from tests.browser.test_lesson import FIGURE, step_of, until_step

PEOPLE = (  # beside the one in the browser
    {"loss": "binary,softmax,squared", "optimiser": "adam"},
    {"batch": "0", "optimiser": "momentum"},
)
PACES = ("full", "steps")  # theirs: the first of them keeps the cores busy
LOST = 1.0  # seconds of training
# Said by the browser and by Streamlit's client while there is none.
NO_SERVER = ("ERR_", "WebSocket", "disconnected from server", "reaching server endpoint", "not responding")


@pytest.fixture
def anew(home, tmp_path):
    """Starts the server with the same port and the same disk as the last one."""
    port = free_port()
    photos = platformdirs.user_cache_path("what-a-neuron-sees") / "photos"
    if photos.is_dir():  # what the other server has rendered
        shutil.copytree(photos, tmp_path / photos.relative_to(home))
    return lambda: serve(port=port, folder=tmp_path, through="tests.few_photos")


def test_at_most_a_second_of_training_is_lost(anew, tab):
    with anew() as server, visit(server.url, tab) as app:
        page, line = app.page, app.page.locator(".live-training")
        app.open("training?rate=0.003&seed=4")
        people = [Visitor(server, **link) for link in PEOPLE]
        for person in people:
            person.open()
        until_step(page, 0)
        page.get_by_label("Pace of play").select_option("steps")
        page.locator(".play").click()
        for person, pace in zip(people, PACES, strict=True):
            person.wait(lambda frame: "step" in frame)
            person.ask("pace", pace=pace)
            person.ask("play")
        for person in people:
            person.wait(lambda frame: frame["step"] >= 12)
        until_step(page, 12)
        time.sleep(0.6)
        page.wait_for_function("location.search.includes('run=')")  # by which the run is found again
        kept = step_of(page)
        time.sleep(LOST)
        app.excused = NO_SERVER
        killed = time.monotonic()
        server.kill()
        keys, links = [person.key for person in people], [person.query for person in people]
        last = [person.step for person in people]
        before = [max(step for at, step in person.seen if at <= killed - LOST) for person in people]
        for person in people:
            person.leave()
        expect(line).to_have_attribute("data-line", "lost", timeout=20_000)
        with anew() as server:
            people = [Visitor(server, key) for key in keys]
            for person in people:
                person.open()
            known = zip(people, links, PACES, before, last, strict=True)
            for person, link, pace, earlier, latest in known:
                person.wait(lambda frame: "step" in frame)
                assert person.query == link | {"pace": pace}
                assert person.frame["playing"] is False
                assert earlier <= person.step, f"{latest} steps were seen, {earlier} of them a second before"
                person.ask("step")  # and it goes on
                person.wait(lambda frame, step=person.step: frame["step"] == step + 1)
                assert not person.exceptions
                person.leave()
            expect(line).to_have_attribute("data-line", "open", timeout=90_000)
            until_step(page, kept)
            expect(page.locator(f"{FIGURE} .loss input[value=binary]")).to_be_checked()
            app.screenshot("training-after-a-kill")
            assert "Traceback" not in server.said()
