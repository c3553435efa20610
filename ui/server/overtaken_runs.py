"""A run of a page that is overtaken by the next one works on for a moment, on the state of the same session.

Streamlit stops it where it next speaks to the browser or asks for the state. Until then both change the
state, each under a lock of its own, so that one may go through a dictionary while the other puts something
into it. The page then shows "dictionary changed size during iteration", or a click is lost. So all runs of a
session have one lock here.

Callbacks, which are what a click or a moved slider sets off, run without that lock: a callback may wait for
what another run holds, a training say, while that run asks for the state.

A run begins with what the hand did: it takes the widgets' values and runs their callbacks. If by then the
next run has been asked for, Streamlit ends this one before that, or in the middle of a callback, and never
comes back to it: the request of a clicked link knows nothing of what the hand did just before. So no run ends
here before it has taken what the hand did. Nor does the next one begin before: if that is of another page, it
first forgets the widgets of this one, and the callbacks would find nothing. Where several wait, they begin in
the order in which the hand asked for them: else a slider would stand where it was on its way.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakValueDictionary

PATIENCE = 3.0  # seconds that a run waits at most until one before it has taken what the hand did
PLACE = "_place"  # a runner's own, until its run begins


class Turns:
    """The runs of a session that have yet to take what the hand did; it is the turn of the first."""

    def __init__(self) -> None:
        self._waiting: deque[object] = deque()
        self._moved_on = threading.Condition()

    def queue(self) -> object:
        """→ a place behind all others."""
        place = object()
        with self._moved_on:
            self._waiting.append(place)
        return place

    def wait(self, place: object) -> None:
        """Until it is the first: one that keeps all others waiting for too long is passed over."""
        with self._moved_on:
            while place in self._waiting and (first := self._waiting[0]) is not place:
                if not self._moved_on.wait_for(lambda: first not in self._waiting, PATIENCE):
                    self._leave(first)

    def leave(self, place: object) -> None:
        """Its turn is over, or will not come."""
        with self._moved_on:
            self._leave(place)

    def _leave(self, place: object) -> None:
        with suppress(ValueError):
            self._waiting.remove(place)
        self._moved_on.notify_all()


Locks = WeakValueDictionary[int, Any]  # id of a session's state → one for all its runs; lives as long as they
_locks: Locks = WeakValueDictionary()  # who has it works on the state
_turns: Locks = WeakValueDictionary()  # whose is next to take what the hand did
_making = threading.Lock()
# .taking: whether this thread's run takes just now; .turn: the Turns that it stands in, and its place there
_mine = threading.local()


def one_at_a_time() -> None:
    """From now on, in this process. Where Streamlit's internals have changed, nothing else does."""
    with suppress(ImportError, AttributeError):
        from streamlit.runtime.scriptrunner import RerunData, ScriptRunner
        from streamlit.runtime.scriptrunner_utils.script_run_context import ScriptRunContext
        from streamlit.runtime.state.safe_session_state import SafeSessionState
        from streamlit.runtime.state.session_state import SessionState, WStates

        begin, take = SafeSessionState.__init__, SafeSessionState.on_script_will_rerun
        call_back = SessionState._call_callbacks
        break_off = ScriptRunner._maybe_handle_execution_control_request
        ask, work, run = ScriptRunner.start, ScriptRunner._run_script_thread, ScriptRunner._run_script
        set_out, start = ScriptRunContext.reset, ScriptRunContext.on_script_start

        def begun(safe: SafeSessionState, state: SessionState, *given: Any, **more: Any) -> None:
            begin(safe, state, *given, **more)
            object.__setattr__(safe, "_lock", _of_state(state, _locks, threading.RLock))
            object.__setattr__(safe, "_turn", _of_state(state, _turns, Turns))

        def taken(safe: SafeSessionState, *given: Any, **more: Any) -> None:
            _mine.taking = True
            try:
                take(safe, *given, **more)
            finally:
                _mine.taking = False

        def called_back(state: SessionState, *given: Any, **more: Any) -> None:
            with _let_go(_locks.get(id(state))):
                call_back(state, *given, **more)

        def broken_off(runner: ScriptRunner) -> None:
            """Where a run may end for the next; Streamlit asks once more right after the callbacks."""
            if not getattr(_mine, "taking", False):
                break_off(runner)

        def asked_for(runner: ScriptRunner) -> None:
            """Here the runs stand in the order in which they are asked for; their threads may not."""
            turns: Turns | None = getattr(runner._session_state, "_turn", None)
            place = runner.__dict__[PLACE] = turns and turns.queue()
            try:
                ask(runner)
            except BaseException:
                if turns is not None:
                    turns.leave(place)
                raise

        def worked(runner: ScriptRunner) -> None:
            try:
                work(runner)
            finally:  # it may have been told to end before it has begun
                if (place := runner.__dict__.pop(PLACE, None)) is not None:
                    getattr(runner._session_state, "_turn").leave(place)  # noqa: B009

        def ran(runner: ScriptRunner, asked: RerunData) -> None:
            _have_turn(runner._session_state, runner.__dict__.pop(PLACE, None))
            try:
                run(runner, asked)
            finally:
                _give_turn()

        def set_out_anew(context: ScriptRunContext, *given: Any, **more: Any) -> None:
            """Once in each run, and in a thread whose run makes way for another, once more."""
            _have_turn(context.session_state)
            set_out(context, *given, **more)

        def started(context: ScriptRunContext) -> None:
            """The run has taken what the hand did, if anything; its script comes next."""
            _give_turn()
            start(context)

        def each(states: WStates) -> Iterator[str]:
            """As they are when it begins: the callbacks go through them without the lock."""
            return iter(list(states.states))

        ScriptRunner._maybe_handle_execution_control_request = broken_off  # type: ignore[method-assign, assignment]
        ScriptRunner.start = asked_for  # type: ignore[method-assign, assignment]
        ScriptRunner._run_script_thread = worked  # type: ignore[method-assign, assignment]
        ScriptRunner._run_script = ran  # type: ignore[method-assign, assignment]
        ScriptRunContext.reset = set_out_anew  # type: ignore[method-assign, assignment]
        ScriptRunContext.on_script_start = started  # type: ignore[method-assign, assignment]
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


def _have_turn(safe: Any, place: object = None) -> None:
    """Wait until no earlier run of the session is about to take what the hand did; not for ever.

    place: where this one has stood since it was asked for; without, it comes last.
    """
    turns: Turns | None = getattr(safe, "_turn", None)
    if turns is not None and getattr(_mine, "turn", None) is None:
        _mine.turn = turns, place or turns.queue()
        turns.wait(_mine.turn[1])


def _give_turn() -> None:
    turn, _mine.turn = getattr(_mine, "turn", None), None
    if turn is not None:
        turns, place = turn
        turns.leave(place)


def _of_state(state: object, of_all: Locks, make: Callable[[], Any]) -> Any:
    with _making:
        return of_all.setdefault(id(state), make())
