"""The WebSocket over which one browser watches a live run.

Streamlit draws the page; ten pictures a second would cost it a run of a script each. Here a frame is made
only when the run has moved on and the browser has painted the one before: nothing queues up on a slow line,
and a run that stands still costs little more than looks whether it does: a hundred of them a twelfth of a
core. Whoever knows the run's key may watch it; cookies give no right, so another site's page cannot use a
visitor's.
"""

import asyncio
import json
import logging
import time
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocket, WebSocketDisconnect

from ui.live_training import runs
from ui.live_training.watching import Watcher

FRAMES_A_SECOND = 11
BYTES_A_SECOND = 5e6  # to one browser
IDLE = 0.03  # seconds between two looks whether there is anything new
SOON = 0.01  # whether the first step after a change is done
UNKNOWN_RUN = 4404  # closing code: the page has to open the run first
FAILED = 1011  # closing code: something went wrong here

log = logging.getLogger(__name__)


async def watch(socket: WebSocket) -> None:
    """Serve one browser until it leaves."""
    key = socket.path_params["key"]
    live = runs.find(key) if runs.is_key(key) else None
    await socket.accept()
    if live is None:
        await socket.close(UNKNOWN_RUN)
        return
    line = Line(socket, Watcher(live, socket.query_params.get("viewer", "")))
    live.watchers += 1
    sending = asyncio.create_task(line.send())
    try:
        await line.hear()
    except (WebSocketDisconnect, KeyError, RuntimeError):  # gone; a binary message; closed while sending
        pass
    finally:
        live.watchers -= 1
        live.asked()
        sending.cancel()


class Line:
    """Frames go out, commands come in."""

    def __init__(self, socket: WebSocket, watcher: Watcher) -> None:
        self.socket, self.watcher = socket, watcher
        self._painted, self._obeyed = asyncio.Event(), asyncio.Event()

    async def hear(self) -> None:
        """Command after command. Errors: WebSocketDisconnect and its like when the browser is gone."""
        while True:
            text = await self.socket.receive_text()
            if text == '{"do":"ack"}':
                self._painted.set()
                continue
            try:
                await run_in_threadpool(self.watcher.obey, text)
            except ValueError as refused:
                await self.socket.send_text(json.dumps({"error": str(refused)}))
            except Exception as fault:
                log.exception("a command could not be obeyed")
                await self.socket.send_text(json.dumps({"error": f"That failed ({type(fault).__name__})."}))
            self._obeyed.set()

    async def send(self) -> None:
        """Frame after frame. One that cannot be made ends the line, and the browser takes it up again."""
        try:
            while True:
                await self._next()
        except (WebSocketDisconnect, RuntimeError):  # gone while sending: `hear` hears of it
            pass
        except Exception:
            log.exception("a frame could not be made")
            await self.socket.close(FAILED)

    async def _next(self) -> None:
        """A frame, if there is anything new, and a rest: a short one before what a person waits for."""
        watcher, begun = self.watcher, time.monotonic()
        if watcher.seen == watcher.live.version:
            return await self._rest(IDLE)
        self._painted.clear()
        frame = await run_in_threadpool(watcher.frame)
        pause = max(1 / FRAMES_A_SECOND, len(frame) / BYTES_A_SECOND)
        await self.socket.send_bytes(frame)
        await self._painted.wait()
        while (left := begun + pause - time.monotonic()) > 0 and not watcher.overdue:
            await self._rest(min(left, SOON) if watcher.awaiting else left)

    async def _rest(self, seconds: float) -> None:
        """So long, or until a command is obeyed: whenever this wakes, the training stands still a moment."""
        self._obeyed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._obeyed.wait(), seconds)
