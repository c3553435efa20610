"""A run of a page that is overtaken by the next one works on for a moment, on the state of the same session.

Streamlit stops it where it next speaks to the browser or asks for the state. Until then both change the
state, each under a lock of its own, so that one may go through a dictionary into which the other puts
something: "dictionary changed size during iteration" was in the page's place then, or a click was lost. Here
all runs of a session have one lock.

What a hand's doing sets off (the callbacks) runs without it: it may wait for what another run holds, a
training say, while that one asks for the state.

A run begins with what the hand did: it takes the widgets' values and runs their callbacks. If the next one
was asked for by then, Streamlit would end it before that, or within a callback, half of which was done then,
and would not come back to it: of a link that is clicked, the request knows nothing of what the hand did just
before. Here no run ends before it has taken that.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakValueDictionary

_locks: WeakValueDictionary[int, Any] = WeakValueDictionary()  # id of a session's state → its runs' lock
_making = threading.Lock()
_taking = threading.local()  # .on: whether this thread's run takes what the hand did


def one_at_a_time() -> None:
    """From now on, in this process. Where Streamlit's internals have changed, nothing else does."""
    with suppress(ImportError, AttributeError):
        from streamlit.runtime.scriptrunner import ScriptRunner
        from streamlit.runtime.state.safe_session_state import SafeSessionState
        from streamlit.runtime.state.session_state import SessionState, WStates

        begin, take = SafeSessionState.__init__, SafeSessionState.on_script_will_rerun
        call_back = SessionState._call_callbacks
        break_off = ScriptRunner._maybe_handle_execution_control_request

        def begun(safe: SafeSessionState, state: SessionState, *given: Any, **more: Any) -> None:
            begin(safe, state, *given, **more)
            object.__setattr__(safe, "_lock", _lock_of(state))

        def taken(safe: SafeSessionState, *given: Any, **more: Any) -> None:
            _taking.on = True
            try:
                take(safe, *given, **more)
            finally:
                _taking.on = False

        def called_back(state: SessionState, *given: Any, **more: Any) -> None:
            with _let_go(_locks.get(id(state))):
                call_back(state, *given, **more)

        def broken_off(runner: ScriptRunner) -> None:
            """Where a run may end for the next; Streamlit asks once more right after the callbacks."""
            if not getattr(_taking, "on", False):
                break_off(runner)

        def each(states: WStates) -> Iterator[str]:
            """As they are when it begins: the callbacks go through them without the lock."""
            return iter(list(states.states))

        ScriptRunner._maybe_handle_execution_control_request = broken_off  # type: ignore[method-assign, assignment]
        SafeSessionState.__init__ = begun  # type: ignore[method-assign, assignment]
        SafeSessionState.on_script_will_rerun = taken  # type: ignore[method-assign, assignment]
        SessionState._call_callbacks = called_back  # type: ignore[method-assign, assignment]
        WStates.__iter__ = each  # type: ignore[method-assign]


@contextmanager
def _let_go(lock: Any) -> Iterator[None]:
    """Without the lock; None is that of a state that no run has, and not held is that of one beside a run."""
    if lock is None or not lock._is_owned():
        yield
        return
    lock.release()
    try:
        yield
    finally:
        lock.acquire()


def _lock_of(state: object) -> Any:
    """It lives as long as one of the runs that have it, and so no longer than the state."""
    with _making:
        return _locks.setdefault(id(state), threading.RLock())
