"""The line to a browser: what goes wrong on it is said in the log, and ends it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from starlette.websockets import WebSocketDisconnect

from ui.live_training.watching import FAILED, _send


class Socket:
    """Takes frames until it is gone."""

    def __init__(self) -> None:
        self.sent, self.closed = [], None

    async def send_bytes(self, frame: bytes) -> None:
        if len(self.sent) == 2:
            raise WebSocketDisconnect(1006)
        self.sent.append(frame)

    async def close(self, code: int) -> None:
        self.closed = code


def sent_to(socket: Socket, frame) -> None:
    watcher = SimpleNamespace(seen=0, live=SimpleNamespace(version=1), frame=frame, overdue=True)
    painted = SimpleNamespace(clear=lambda: None, wait=lambda: asyncio.sleep(0))
    with ThreadPoolExecutor(1) as elsewhere:  # where no other test's loop runs
        elsewhere.submit(asyncio.run, _send(socket, watcher, painted)).result()


def test_a_frame_that_cannot_be_made_ends_the_line_and_stands_in_the_log(caplog):
    socket, made = Socket(), []

    def frame() -> bytes:
        made.append(b"frame")
        if len(made) == 2:
            raise ArithmeticError("a fault")
        return made[-1]

    sent_to(socket, frame)
    assert socket.sent == [b"frame"] and socket.closed == FAILED
    assert "a frame could not be made" in caplog.text and "a fault" in caplog.text


def test_a_browser_that_is_gone_is_no_fault(caplog):
    socket = Socket()
    sent_to(socket, lambda: b"frame")
    assert len(socket.sent) == 2 and socket.closed is None and not caplog.text
