"""A server that is killed while people train: each comes back to a step that is at most a second old."""

import time

import pytest

from benchmarks.serving import free_port, serve
from benchmarks.visiting import Visitor

PEOPLE = (
    {"rate": "0.003"},
    {"loss": "binary,softmax,squared", "optimiser": "adam"},
    {"batch": "0", "optimiser": "momentum"},
)
LOST = 1.0  # seconds of training


@pytest.fixture
def anew(tmp_path):
    """Starts the server with the same port and the same disk as the last one."""
    port = free_port()
    return lambda: serve(port=port, folder=tmp_path)


def test_at_most_a_second_of_training_is_lost(anew):
    with anew() as server:
        people = [Visitor(server, **link) for link in PEOPLE]
        for person in people:
            person.open()
        for person in people:
            person.wait(lambda frame: "step" in frame)
            person.ask("play")
        for person in people:
            person.wait(lambda frame: frame["step"] >= 12)
        time.sleep(2.2)
        killed = time.monotonic()
        server.kill()
        keys, links = [person.key for person in people], [person.query for person in people]
        before = [next(step for at, step in person.seen if at >= killed - LOST) for person in people]
        last = [person.step for person in people]
        for person in people:
            person.leave()
    with anew() as server:
        people = [Visitor(server, key) for key in keys]
        for person in people:
            person.open()
        for person, link, earlier, latest in zip(people, links, before, last, strict=True):
            person.wait(lambda frame: "step" in frame)
            assert person.query == link
            assert person.frame["playing"] is False
            assert earlier <= person.step, f"{latest} steps were seen, {earlier} of them a second before"
            person.ask("step")  # and it goes on
            person.wait(lambda frame, step=person.step: frame["step"] == step + 1)
            assert not person.exceptions
            person.leave()
        assert "Traceback" not in server.said()
