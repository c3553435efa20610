"""Who goes away in the middle of an upload, or while they are spoken to, leaves no traceback in the log."""

import socket
import time
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from starlette.types import Message

from benchmarks.serving import serve
from tests.ui.asked import run
from tests.ui.uploading import place_for, tab
from ui.broken_off import BrokenOff

BEGUN = b'--x\r\nContent-Disposition: form-data; name="file"; filename="ball.jpg"\r\n\r\n' + bytes(100_000)


def test_an_upload_that_is_broken_off_is_one_line_in_the_servers_log() -> None:
    with serve() as server, tab(server) as line:
        address, headers = place_for(server, line)
        told = {**headers, "Host": "here", "Content-Length": "4000000"}
        head = "\r\n".join([f"PUT {address} HTTP/1.1", *(f"{name}: {text}" for name, text in told.items())])
        with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as phone:
            phone.sendall(head.encode() + b"\r\n\r\n" + BEGUN)
            time.sleep(0.3)  # it has begun to read
        ends = time.monotonic() + 20
        while "broken off" not in server.said() and time.monotonic() < ends:
            time.sleep(0.1)
        said = server.said()
    assert said.count("An upload was broken off") == 1 and "Traceback" not in said


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
