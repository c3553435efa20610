"""A slow line to a server, for WebSockets too, which Chromium's own throttle leaves out.

Down to the browser all connections share the bits; up only the delay counts. A connection costs a round trip
before its first byte, as TCP's handshake does.
"""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CHUNK = 4096  # bytes that one connection may send before it is another's turn


@dataclass
class Line:
    """to: the server. bits: a second, down. round_trip: seconds. url: where the browser asks.

    http, socket: bytes that have come down over each, headers and frames included.
    """

    to: str
    bits: float = float("inf")
    round_trip: float = 0.0
    url: str = ""
    http: int = 0
    socket: int = 0
    _free: float = field(default=0.0, repr=False)  # when the last byte so far has left

    async def serve(self, ready: threading.Event, over: asyncio.Event) -> None:
        """Until `over`."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await over.wait()
        server.close()

    async def _connected(self, asked: asyncio.StreamReader, browser: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(self.round_trip)
            told, server = await asyncio.open_connection(urlsplit(self.to).hostname, urlsplit(self.to).port)
            connection = _Connection(self, asked, server, told, browser)
            await asyncio.gather(connection.up(), connection.down(), connection.deliver())


@dataclass
class _Connection:
    line: Line
    asked: asyncio.StreamReader
    server: asyncio.StreamWriter
    told: asyncio.StreamReader
    browser: asyncio.StreamWriter
    is_socket: bool = False
    # What is on its way, and when it is there; no bytes: the end.
    way: "asyncio.Queue[tuple[float, bytes]]" = field(default_factory=asyncio.Queue)

    async def up(self) -> None:
        with contextlib.suppress(OSError):
            while data := await self.asked.read(CHUNK):
                self.is_socket = self.is_socket or b"upgrade: websocket" in data.lower()
                await asyncio.sleep(self.line.round_trip / 2)
                self.server.write(data)
        self.server.close()

    async def down(self) -> None:
        line = self.line
        with contextlib.suppress(OSError):
            while data := await self.told.read(CHUNK):
                if self.is_socket:
                    line.socket += len(data)
                else:
                    line.http += len(data)
                line._free = max(line._free, time.monotonic()) + 8 * len(data) / line.bits
                self.way.put_nowait((line._free + line.round_trip / 2, data))
                await asyncio.sleep(line._free - time.monotonic())
        self.way.put_nowait((0.0, b""))

    async def deliver(self) -> None:
        with contextlib.suppress(OSError):
            while (item := await self.way.get())[1]:
                await asyncio.sleep(item[0] - time.monotonic())
                self.browser.write(item[1])
                await self.browser.drain()
        self.browser.close()


@contextlib.contextmanager
def slow_line(to: str, bits: float = float("inf"), round_trip: float = 0.0) -> Iterator[Line]:
    """A line to the server at this URL for the with block, in a thread of its own."""
    line, ready, ends = Line(to, bits, round_trip), threading.Event(), []

    async def run() -> None:
        over = asyncio.Event()
        ends.append((asyncio.get_running_loop(), over))
        await line.serve(ready, over)

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield line
    finally:
        loop, over = ends[0]
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
