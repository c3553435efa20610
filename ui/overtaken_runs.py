"""A run of a page that is overtaken by the next one works on for a moment, on the state of the same session.

Streamlit stops it where it next speaks to the browser or asks for the state. Until then both change the
state, each under a lock of its own, so that one may go through a dictionary into which the other puts
something: "dictionary changed size during iteration" was in the page's place then, or a click was lost. Here
all runs of a session have one lock.

What a hand's doing sets off (the callbacks) runs without it: it may wait for what another run holds, a
training say, while that one asks for the state.
"""

import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from weakref import WeakValueDictionary

_locks: WeakValueDictionary[int, Any] = WeakValueDictionary()  # id of a session's state → its runs' lock
_making = threading.Lock()


def one_at_a_time() -> None:
    """From now on, in this process. Where Streamlit's internals have changed, nothing else does."""
    with suppress(ImportError, AttributeError):
        from streamlit.runtime.state.safe_session_state import SafeSessionState
        from streamlit.runtime.state.session_state import SessionState, WStates

        begin, call_back = SafeSessionState.__init__, SessionState._call_callbacks

        def begun(safe: SafeSessionState, state: SessionState, *given: Any, **more: Any) -> None:
            begin(safe, state, *given, **more)
            object.__setattr__(safe, "_lock", _lock_of(state))

        def called_back(state: SessionState, *given: Any, **more: Any) -> None:
            lock = _locks.get(id(state))
            if lock is None or not lock._is_owned():  # of a state that no run has, or not under its lock
                call_back(state, *given, **more)
                return
            lock.release()
            try:
                call_back(state, *given, **more)
            finally:
                lock.acquire()

        def each(states: WStates) -> Iterator[str]:
            """As they are when it begins: the callbacks go through them without the lock."""
            return iter(list(states.states))

        SafeSessionState.__init__ = begun  # type: ignore[method-assign, assignment]
        SessionState._call_callbacks = called_back  # type: ignore[method-assign, assignment]
        WStates.__iter__ = each  # type: ignore[method-assign]


def _lock_of(state: object) -> Any:
    """It lives as long as one of the runs that have it, and so no longer than the state."""
    with _making:
        return _locks.setdefault(id(state), threading.RLock())
