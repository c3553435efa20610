"""The line to a browser: when a frame goes out; what goes wrong on it is said in the log, and ends it."""

import asyncio
from types import SimpleNamespace

import pytest
from starlette.websockets import WebSocketDisconnect

from tests.ui.asked import run
from ui.live_training import watching_line
from ui.live_training.watching_line import FAILED, Line

LOSS = '{"do":"loss"}'


class Socket:
    """A browser that paints each frame at once, and after `frames` of them is gone. says: its words."""

    def __init__(self, frames: int = 2) -> None:
        self.frames, self.sent, self.closed = frames, [], None
        self.says: asyncio.Queue[str] = asyncio.Queue()

    async def send_bytes(self, frame: bytes) -> None:
        if len(self.sent) == self.frames:
            raise WebSocketDisconnect(1006)
        self.sent.append(frame)
        self.says.put_nowait('{"do":"ack"}')

    async def receive_text(self) -> str:
        return await self.says.get()

    async def close(self, code: int) -> None:
        self.closed = code


class Run:
    """A watcher of a run that always moves on, or stands still; a command has one wait for the next step."""

    def __init__(self, made=lambda: b"frame", *, still: bool = False) -> None:
        self.made, self.still = made, still
        self.live, self.seen = SimpleNamespace(version=1), 0
        self.awaiting = self.overdue = False

    def frame(self) -> bytes:
        self.seen = self.live.version if self.still else -1
        self.awaiting = self.overdue = False
        return self.made()

    def obey(self, text: str) -> None:
        assert text == LOSS
        self.awaiting, self.seen = True, -1


def served(watcher: Run, then=None, rests=None, **given) -> tuple[Socket, list[float]]:
    """Until the line ends: its socket, and how long it meant to rest each time. then: what goes on beside.
    rests: the list to which that is added, for who looks at it meanwhile.
    """
    rests = [] if rests is None else rests

    class Rested(Line):
        async def _rest(self, seconds: float) -> None:
            rests.append(seconds)
            await super()._rest(seconds)

    async def all_of_it() -> Socket:
        line = Rested(socket := Socket(**given), watcher)
        meanwhile = [asyncio.create_task(line.hear())]
        if then is not None:
            meanwhile.append(asyncio.create_task(then(socket, watcher)))
        await line.send()
        for task in meanwhile:
            task.cancel()
        return socket

    return run(all_of_it()), rests


def test_a_frame_that_cannot_be_made_ends_the_line_and_stands_in_the_log(caplog):
    frames = iter([b"frame"])

    def made() -> bytes:
        for frame in frames:
            return frame
        raise ArithmeticError("a fault")

    socket, _ = served(Run(made))
    assert socket.sent == [b"frame"] and socket.closed == FAILED
    assert "a frame could not be made" in caplog.text and "a fault" in caplog.text


def test_a_browser_that_is_gone_is_no_fault(caplog):
    socket, _ = served(Run())
    assert len(socket.sent) == 2 and socket.closed is None and not caplog.text


def test_between_two_frames_nobody_wakes_where_nothing_is_awaited(monkeypatch):
    """A line that wakes a hundred times a second has the training stand still as often."""
    rests = []  # of which alone the clock knows, so that a busy machine takes nothing of them; each ends late
    clock = SimpleNamespace(monotonic=lambda: sum(rests) + 0.001 * len(rests))
    monkeypatch.setattr(watching_line, "time", clock)
    served(Run(), rests=rests, frames=4)
    assert rests == pytest.approx([1 / watching_line.FRAMES_A_SECOND] * 4)


def test_a_command_is_answered_though_the_line_rests(monkeypatch):
    monkeypatch.setattr(watching_line, "IDLE", 1000.0)

    async def command(socket: Socket, watcher: Run) -> None:
        while watcher.seen != 1:
            await asyncio.sleep(0.001)
        socket.says.put_nowait(LOSS)

    socket, _ = served(Run(still=True), command, frames=1)
    assert socket.closed is None, "the answer was sent, to a browser that was gone"


def test_the_first_step_after_a_change_is_sent_at_once(monkeypatch):
    monkeypatch.setattr(watching_line, "FRAMES_A_SECOND", 0.001)

    async def command(socket: Socket, watcher: Run) -> None:
        while not socket.sent:
            await asyncio.sleep(0.001)
        socket.says.put_nowait(LOSS)
        while not watcher.awaiting:
            await asyncio.sleep(0.001)
        watcher.overdue = True

    socket, _ = served(Run(), command, frames=1)
    assert socket.closed is None
