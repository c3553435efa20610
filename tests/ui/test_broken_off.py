"""Who goes away in the middle of an upload, or while they are spoken to, leaves no traceback in the log."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from starlette.types import Message

from tests.ui.asked import run
from ui.server.broken_off import BrokenOff


def served(app: Callable[..., Coroutine[Any, Any, None]], kind: str, sends: bool) -> None:
    async def send(message: Message) -> None:
        if not sends:
            raise BrokenPipeError

    async def receive() -> Message:
        return {"type": f"{kind}.disconnect"}

    run(BrokenOff(app)({"type": kind, "path": "/"}, receive, send))


async def speaks_to_who_is_gone(scope: Any, receive: Any, send: Any) -> None:
    try:
        await send({"type": "websocket.send", "bytes": b""})
    except OSError:
        raise RuntimeError("no more is to be sent") from None


def test_a_tab_that_is_closed_while_it_is_spoken_to_ends_quietly(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        served(speaks_to_who_is_gone, "websocket", sends=False)
    assert [record.getMessage() for record in caplog.records] == ["A page was left while it was being sent."]


@pytest.mark.parametrize("fault", [RuntimeError("a fault"), ValueError("a fault")])
def test_a_fault_stays_one(fault: Exception) -> None:
    async def fails(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "websocket.send", "bytes": b""})
        raise fault

    with pytest.raises(type(fault)):
        served(fails, "websocket", sends=True)
