"""Two runs of one session's page, of which the next has overtaken the other, do not disturb each other."""

import threading
from types import SimpleNamespace

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.scriptrunner import RerunData, ScriptRunner, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState, Value, WStates
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.local_script_runner import LocalScriptRunner

from ui.server import overtaken_runs
from ui.server.overtaken_runs import one_at_a_time

PATCHED = (
    (SafeSessionState, "__init__"),
    (SafeSessionState, "on_script_will_rerun"),
    (SessionState, "_call_callbacks"),
    (WStates, "__iter__"),
    (ScriptRunner, "_maybe_handle_execution_control_request"),
    (ScriptRunner, "start"),
    (ScriptRunner, "_run_script_thread"),
    (ScriptRunner, "_run_script"),
    (ScriptRunContext, "reset"),
    (ScriptRunContext, "on_script_start"),
)


@pytest.fixture
def one_lock(monkeypatch):
    """From here on, as on a server; and as it was after the test."""

    def begin():
        for owner, name in PATCHED:
            monkeypatch.setattr(owner, name, getattr(owner, name))
        one_at_a_time()

    return begin


def run_of(state):
    return SafeSessionState(state, lambda: None)


def beside(work):
    """Begin it in another thread, which has a moment for it; → that thread."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(0.2)
    return thread


def test_one_goes_through_the_state_while_the_other_puts_something_in(one_lock, monkeypatch):
    one_lock()
    state = SessionState()
    overtaken, following = run_of(state), run_of(state)
    overtaken["a"], overtaken["b"] = 1, 2
    threads, id_of = [], SessionState._get_widget_id

    def meanwhile(state, key):
        if not threads:
            threads.append(beside(lambda: following.__setitem__("c", 3)))
        return id_of(state, key)

    monkeypatch.setattr(SessionState, "_get_widget_id", meanwhile)
    assert set(overtaken.filtered_state) == {"a", "b"}
    threads[0].join()
    assert set(following.filtered_state) == {"a", "b", "c"}


def test_one_ends_while_the_other_begins(one_lock):
    one_lock()
    state = SessionState()
    overtaken, following = run_of(state), run_of(state)
    threads, work = [], [lambda: following.on_script_will_rerun(None)]

    class Metadata(dict):
        def get(self, name, default=None):
            if work:
                threads.append(beside(work.pop()))
            return super().get(name, default)

    state._new_widget_state.widget_metadata = Metadata()
    state._old_state |= {"a": 1, "b": 2}
    overtaken["c"] = 3
    overtaken.on_script_finished(frozenset())
    threads[0].join()
    assert state._old_state == {"a": 1, "b": 2, "c": 3}


def test_a_callback_may_wait_for_what_another_run_does(one_lock, monkeypatch):
    """Under the lock each would wait for the other for good."""
    state, done = SessionState(), []

    def callbacks(state, **replayed):
        done.append(not beside(lambda: other.__setitem__("said", True)).is_alive())

    monkeypatch.setattr(SessionState, "_call_callbacks", callbacks)
    one_lock()
    mine, other = run_of(state), run_of(state)
    mine.on_script_will_rerun(WidgetStates())
    assert done == [True] and mine["said"]
    with mine.query_params():
        assert beside(lambda: other.__setitem__("said", False)).is_alive(), "it is held again afterwards"


def page_of_a_hand():
    import streamlit as st

    def moved():
        st.session_state["where"] = 1  # at each of these three a run may end for the next
        st.query_params["where"] = "1"
        st.session_state["when"] = 2

    st.button("move", on_click=moved)
    st.session_state.setdefault("runs", []).append("begun")
    st.text("shown")
    st.session_state["runs"].append("over")


@pytest.mark.parametrize(
    ("owner", "name"),
    [(LocalScriptRunner, "_new_module"), (SessionState, "_call_callbacks")],
    ids=["before it is taken", "within it"],
)
def test_what_a_hand_has_done_is_taken_though_the_next_is_asked_for_by_then(
    one_lock, monkeypatch, owner, name
):
    """As by a link that is clicked. Then the run ends for that, before it has shown anything."""
    one_lock()
    app = AppTest.from_function(page_of_a_hand, default_timeout=60).run()
    original, asked = getattr(owner, name), []

    def hasty(one, *given, **more):
        if not asked:
            asked.append(get_script_run_ctx().yield_check.__self__.request_rerun(RerunData()))
        return original(one, *given, **more)

    monkeypatch.setattr(owner, name, hasty)
    app.button[0].click().run()
    assert asked == [True]
    assert (app.session_state["where"], app.session_state["when"]) == (1, 2)
    assert app.session_state["runs"] == ["begun", "over"] * 2


class Runs:
    """Of one session or of two. A run is told what it does between its beginning and its script."""

    def __init__(self, monkeypatch):
        self.order, self.state = [], SessionState()

        def run(runner, takes):
            self.order.append(f"{runner.name} begins")
            ScriptRunContext.reset(SimpleNamespace(session_state=runner._session_state))
            takes()
            self.order.append(f"{runner.name} has taken")
            ScriptRunContext.on_script_start(SimpleNamespace())
            self.order.append(f"{runner.name} shows")

        monkeypatch.setattr(ScriptRunner, "_run_script", run)
        monkeypatch.setattr(ScriptRunContext, "reset", lambda context: None)
        monkeypatch.setattr(ScriptRunContext, "on_script_start", lambda context: None)

    def run(self, name, takes=lambda: None, state=None):
        runner = SimpleNamespace(name=name, _session_state=run_of(self.state if state is None else state))
        ScriptRunner._run_script(runner, takes)


@pytest.fixture
def runs(monkeypatch, one_lock):
    made = Runs(monkeypatch)
    one_lock()
    return made


def test_the_next_begins_when_the_one_before_has_taken_what_the_hand_did(runs):
    """Of another page, it would forget the widgets first, whose callbacks are still to come."""
    following = []
    runs.run("this", takes=lambda: following.append(beside(lambda: runs.run("the next"))))
    following[0].join()
    assert runs.order.index("this has taken") < runs.order.index("the next begins")
    runs.run("one more")
    assert runs.order[-1] == "one more shows"


def test_it_does_not_wait_for_ever_nor_for_one_that_has_failed_nor_for_another_session(runs, monkeypatch):
    monkeypatch.setattr(overtaken_runs, "PATIENCE", 0.01)
    runs.run("this", takes=lambda: beside(lambda: runs.run("the next")).join())
    assert runs.order.index("the next shows") < runs.order.index("this has taken")
    monkeypatch.setattr(overtaken_runs, "PATIENCE", 60)
    with pytest.raises(ZeroDivisionError):
        runs.run("a broken one", takes=lambda: 1 / 0)
    other = SessionState()
    runs.run("that", takes=lambda: beside(lambda: runs.run("of another", state=other)).join(5))
    assert runs.order.index("of another shows") < runs.order.index("that has taken")


def test_their_order_is_that_in_which_they_were_asked_for_and_not_that_of_their_threads(
    monkeypatch, one_lock
):
    """On a busy machine a thread may come to its work after the next one, and of those that wait any may be
    the next: a slider that was moved on and on then stood where it had been on its way.
    """
    order, let, threads = [], {name: threading.Event() for name in ("first", "ended", "second")}, {}

    def work(runner):
        let[runner.name].wait(60)
        if runner.name != "ended":  # it was told to, before it has begun
            ScriptRunner._run_script(runner, None)

    def start(runner):
        threads[runner.name] = threading.Thread(target=lambda: ScriptRunner._run_script_thread(runner))
        threads[runner.name].start()

    monkeypatch.setattr(ScriptRunner, "start", start)
    monkeypatch.setattr(ScriptRunner, "_run_script_thread", work)
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda runner, asked: order.append(runner.name))
    one_lock()
    state = SessionState()
    for name in let:
        ScriptRunner.start(SimpleNamespace(name=name, _session_state=run_of(state)))
    for name in ("second", "ended", "first"):
        let[name].set()
        threads[name].join(0.2)
    for thread in threads.values():
        thread.join()
    assert order == ["first", "second"]


def test_callbacks_go_through_the_widgets_as_they_were(one_lock):
    one_lock()
    widgets = WStates({"a": Value(1), "b": Value(2)})
    for name in widgets:
        widgets.set_from_value(f"{name}'s neighbour", 3)
    assert len(widgets) == 4


def test_runs_of_two_sessions_do_not_wait_for_each_other(one_lock):
    one_lock()
    one, another = run_of(SessionState()), run_of(SessionState())
    with one.query_params():
        assert not beside(lambda: another.__setitem__("a", 1)).is_alive()
