"""What a page has written into its link, and the browser never heard of, is told once more."""

import pytest
from streamlit.testing.v1 import AppTest

from ui import links


def page() -> None:
    import streamlit as st

    from ui import links
    from ui.fragments import fragment

    links.come_to(st.session_state.get("page", "flow"))

    def chosen() -> None:
        links.note("flow", st.session_state.choice, "none")
        links.note("more", st.session_state.choice.upper(), "NONE")

    @fragment
    def part() -> None:
        st.radio("choice", ["none", "first", "second"], key="choice", on_change=chosen)

    part()
    st.text(st.query_params.get("flow", "nothing"))
    links.tell()


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page, default_timeout=60).run()


def link(app: AppTest) -> dict[str, str]:
    return {name: text if isinstance(text, str) else text[0] for name, text in app.query_params.items()}


def test_what_the_browser_did_not_hear_is_told_with_the_next_run(app):
    app.radio[0].set_value("first").run()
    assert link(app) == {"flow": "first", "more": "FIRST"} and not app.exception
    app.query_params.clear()  # as its address stood, had it not heard
    app.run()
    assert link(app) == {"flow": "first", "more": "FIRST"}
    assert app.text[0].value == "first", "before the page reads its link"


def test_also_where_something_was_taken_out(app):
    app.radio[0].set_value("first").run()
    app.radio[0].set_value("none").run()
    assert link(app) == {}
    app.query_params["flow"] = "first"
    app.run()
    assert link(app) == {} and app.text[0].value == "nothing"


def test_what_others_wrote_stays(app):
    app.radio[0].set_value("second").run()
    app.query_params["theirs"] = "1"
    app.run()
    assert link(app) == {"flow": "second", "more": "SECOND", "theirs": "1"}


def test_another_page_owes_it_nothing(app):
    app.radio[0].set_value("second").run()
    app.session_state["page"] = "other"
    app.query_params.clear()
    app.query_params["its"] = "own"
    app.run()
    assert link(app) == {"its": "own"}


def test_back_leads_to_what_stood_before(app, monkeypatch):
    app.radio[0].set_value("first").run()
    monkeypatch.setattr("ui.links.came_back", lambda: True)
    app.query_params.clear()
    app.query_params["flow"] = "before"
    app.run()
    assert link(app) == {"flow": "before"} and app.text[0].value == "before"


def test_another_run_of_the_page_may_write_something_meanwhile(monkeypatch):
    said = {"flow": "first"}

    class Link(dict):
        def get(self, name, default=None):
            said["more"] = "FIRST"
            return super().get(name, default)

    monkeypatch.setattr(links.st, "session_state", {links.SAID: said})
    monkeypatch.setattr(links.st, "query_params", Link())
    links.say_again()
    assert links.st.query_params == {"flow": "first"}
    links.say_again()
    assert links.st.query_params == {"flow": "first", "more": "FIRST"}
