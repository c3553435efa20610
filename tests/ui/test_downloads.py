"""Files on offer: made when they are asked for, by whoever has the token, as long as the session lives."""

import gc

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.asked import handed_out
from ui.server.downloads import GONE, hand_out
from ui.server.serving import routes


def taken(token: str, name: str):
    return handed_out(hand_out, token=token, name=name)


def script() -> None:
    import streamlit as st

    from ui.server.downloads import Download, downloads

    many = st.session_state.setdefault("many", 0)
    st.session_state["many"] += 1
    make = lambda: f"run {many}"  # noqa: E731
    downloads(
        "here", [Download("Text", "a.txt", "text/plain", make), Download("No", "b.txt", "text/plain", None)]
    )


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(script, default_timeout=60).run()


def test_a_file_is_made_as_the_page_is_when_it_is_asked_for(app):
    (file, _) = app.session_state["here:files"]
    answer = taken(file.token, "a.txt")
    assert answer.status_code == 200 and answer.body == b"run 0"
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"] == 'attachment; filename="a.txt"'
    assert answer.headers["cache-control"] == "no-store"
    for _ in range(5):
        app.run()
    assert taken(file.token, "a.txt").body == b"run 5", "a link on the screen goes on to hold"


def test_what_is_not_there_is_said_in_a_sentence(app):
    file, nothing = app.session_state["here:files"]
    for token, name in ((nothing.token, "b.txt"), (file.token, "b.txt"), ("x" * 22, "a.txt")):
        answer = taken(token, name)
        assert answer.status_code == 404 and answer.body.decode() == GONE


def test_a_file_goes_with_its_session(app):
    token = app.session_state["here:files"][0].token
    del app.session_state["here:files"]
    gc.collect()
    assert taken(token, "a.txt").status_code == 404


def test_the_server_has_the_route():
    assert any(getattr(route, "path", "") == "/download/{token}/{name}" for route in routes())
