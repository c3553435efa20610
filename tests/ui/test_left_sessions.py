"""What a person brought is gone soon after their tab, whether or not anybody comes or goes afterwards."""

import asyncio
import gc
import subprocess
import sys
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from streamlit import runtime
from streamlit.runtime.caching.ttl_cache import TTLCache
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.state import SessionState

from tests.ui.asked import run
from ui.server import left_sessions
from ui.server.left_sessions import LeftSessions, let_go
from ui.server.stragglers import STREAM

PHOTO = bytes(200_000)
ROOT = Path(__file__).resolve().parents[2]


def test_whoever_loses_the_line_with_a_whole_hall_comes_back_to_their_session() -> None:
    """Of 150 tabs 22 came back to a session that was empty."""
    counted = (
        "import app; from streamlit.runtime.memory_session_storage import MemorySessionStorage\n"
        "storage = MemorySessionStorage(ttl_seconds=120)\n"
        "storage._cache.update({str(tab): tab for tab in range(500)})\n"
        "print(len(storage.list()), storage._cache.ttl)"
    )
    done = subprocess.run(
        [sys.executable, "-c", counted], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["500", "120"]


def test_a_session_that_can_be_taken_up_stays_and_what_is_older_is_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended: list[str] = []
    now = 0.0
    storage = kept_for_two_minutes(monkeypatch, lambda: now, others=1)

    def left(name: str) -> SessionState:
        state = SessionState()
        state["photos"] = PHOTO
        session: Any = SimpleNamespace(id=name, session_state=state, shutdown=lambda: ended.append(name))
        storage.save(SessionInfo(None, session, 0))
        return state

    first = left("first")
    now = 100.0
    second = left("second")
    let_go()
    assert "photos" in first and not ended
    now = 121.0
    let_go()
    assert "photos" not in first and ended == ["first"]
    assert "photos" in second and storage.get("second") is not None


@pytest.mark.parametrize("others", [0, 1])
def test_what_is_in_a_ring_goes_where_nobody_is_held_up_by_it(
    monkeypatch: pytest.MonkeyPatch, others: int
) -> None:
    now = 0.0
    storage = kept_for_two_minutes(monkeypatch, lambda: now, others)

    class Session:
        id, session_state = "first", SessionState()

        def __init__(self) -> None:
            self.names = {"photo": PHOTO, "session": self}

        def shutdown(self) -> None:
            """As Streamlit's."""

    session = Session()
    storage.save(SessionInfo(None, cast(Any, session), 0))
    held = weakref.ref(session)
    del session
    now = 121.0
    gc.disable()
    try:
        let_go()
        assert (held() is None) == (others == 0)
    finally:
        gc.enable()


def test_a_class_that_leaves_at_once_holds_up_the_next_one_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty times the collector took seven seconds, in which the server answered nobody."""
    asked: list[float] = []
    monkeypatch.setattr(left_sessions, "let_go", lambda: asked.append(time.monotonic()) or True)
    monkeypatch.setattr(left_sessions, "BEYOND", 0.2)
    monkeypatch.setattr(left_sessions.st, "get_option", lambda _: 0.1)

    async def closed(*_: Any) -> None:
        """A tab that has come and gone."""

    async def hall() -> None:
        app, scope = LeftSessions(closed), {"type": "websocket", "path": STREAM}
        await asyncio.gather(*(app(scope, cast(Any, None), cast(Any, None)) for _ in range(30)))
        await asyncio.sleep(0.6)
        assert len(asked) == 1
        await app(scope, cast(Any, None), cast(Any, None))
        await asyncio.sleep(0.6)
        assert len(asked) == 2, "and whoever leaves later goes in their turn"

    run(hall())


def kept_for_two_minutes(
    monkeypatch: pytest.MonkeyPatch, timer: Callable[[], float], others: int
) -> MemorySessionStorage:
    """Streamlit's storage of closed tabs' sessions, on a server with so many open ones."""
    storage = MemorySessionStorage()
    storage._cache = TTLCache(128, 120, timer=timer)
    manager = SimpleNamespace(_session_storage=storage, num_active_sessions=lambda: others)
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(_session_mgr=manager))
    return storage
