"""What a person brought goes soon after their tab: it does not wait for somebody else's to be closed.

Streamlit keeps the session of a closed tab for two minutes (server.disconnectedSessionTTL), since a lost line
may be taken up again. Older ones it ends when the next tab is closed: the photos of a class that has left
would stay in memory until somebody comes next week. Objects that hold each other in a ring, as the names of a
page's last run do, photos among them, are for Python's collector, which comes only where objects are made.
"""

import asyncio
import gc
import math
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import partialmethod
from typing import Any

import streamlit as st
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime

from ui.server.stragglers import STREAM

BEYOND = 1.0  # seconds; a session that has just run out counts as one that has
HALL = 1000  # sessions


def wait_for_a_hall() -> None:
    """From now on, in this process: HALL sessions may wait for their tabs, where Streamlit lets 128 wait.

    A hall's Wi-Fi takes the line from everybody at once: who is one too many comes back to an empty session.
    """
    with suppress(ImportError, AttributeError):
        from streamlit.runtime.memory_session_storage import MemorySessionStorage

        begin = MemorySessionStorage.__init__
        MemorySessionStorage.__init__ = partialmethod(begin, HALL)  # type: ignore[method-assign, assignment]


class LeftSessions:
    """ASGI middleware, to stand outside Streamlit's own: it sees each tab come and go."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._all_gone = -math.inf  # by time.monotonic(): what was over by then has gone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self.app(scope, receive, send)
        finally:
            if scope["type"] == "websocket" and scope["path"].endswith(STREAM):
                lasts = st.get_option("server.disconnectedSessionTTL")
                over = time.monotonic() + lasts
                asyncio.get_running_loop().call_later(lasts + BEYOND, self._is_over, over)

    def _is_over(self, since: float) -> None:
        """Nobody can take up the session of one more tab. Of a class that has left at once they go together:
        if they went one by one, whoever comes next would wait for the collector once for each.
        """
        now = time.monotonic()
        if since > self._all_gone and let_go():
            self._all_gone = now


def let_go() -> bool:
    """End the sessions that nobody can take up any more. Use: on the server's loop, as Streamlit does it.

    → whether what they held has gone, in rings too. Streamlit has no public way to do it. Where the internal
    one is gone, it ends them by itself, only later.
    """
    with suppress(AttributeError):
        manager: Any = runtime.get_instance()._session_mgr
        _end(manager._session_storage._cache.expire())
        if manager.num_active_sessions() == 0:  # it takes up to a second, and holds everybody up
            gc.collect()
            return True
    return False


def _end(gone: Iterable[tuple[str, Any]]) -> None:
    for _, left in gone:
        left.session.shutdown()
        left.session.session_state.clear()
