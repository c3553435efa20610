"""What is compressed once: the same text to every browser, whatever it has and takes."""

import asyncio
import gzip
import os
import threading
from collections import Counter
from pathlib import Path

import pytest
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Router
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from tests.ui.asked import run
from ui.server.compressed import Compressed, takes_gzip

SCRIPT = "".join(f"export const a{i} = {i * i}\n" for i in range(4000)).encode()
TAKES = {"Accept-Encoding": "gzip, deflate"}


class Server:
    """The middleware before a folder of files, as Streamlit stands before its own: with its gzip between."""

    def __init__(self, folder: Path, base: str = "", **more: int) -> None:
        files = StaticFiles(directory=folder, check_dir=False)
        self.answered: Counter[str] = Counter()
        self.held: asyncio.Event | None = None
        self._inner = GZipMiddleware(Router([Mount(f"{base}/static", files), Mount(f"{base}/app", files)]))
        self.app = Compressed(self._counted, paths=[f"{base}/static/"], **more)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.answered[scope["method"]] += 1
        if self.held is not None and scope["method"] == "GET":
            await self.held.wait()
        try:
            await self._inner(scope, receive, send)
        except HTTPException as refused:
            await PlainTextResponse(refused.detail, refused.status_code)(scope, receive, send)

    async def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, Headers, bytes]:
        """Status, headers and body. The names of headers are written with _."""
        told: list[Message] = []

        async def receive() -> Message:
            await asyncio.Event().wait()  # the browser stays
            raise AssertionError

        async def send(message: Message) -> None:
            told.append(message)

        raw = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {"type": "http", "method": method, "path": path, "root_path": "", "query_string": b""}
        # Version 2.3, uvicorn's, listens meanwhile whether the browser leaves.
        await self.app({**scope, "asgi": {"spec_version": "2.3"}, "headers": raw}, receive, send)
        start, *parts = told
        return start["status"], Headers(raw=start["headers"]), b"".join(part["body"] for part in parts)

    def asked(self, path: str, method: str = "GET", **headers: str) -> tuple[int, Headers, bytes]:
        return run(self.ask(path, method, **headers))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.js").write_bytes(SCRIPT)
    (tmp_path / "small.js").write_bytes(b"export {}")
    (tmp_path / "font.woff2").write_bytes(os.urandom(5000))
    return tmp_path


def test_the_same_text_in_fewer_bytes_and_compressed_once(folder):
    server = Server(folder)
    for _ in range(3):
        status, headers, body = server.asked("/static/a.js", **TAKES)
        assert status == 200 and gzip.decompress(body) == SCRIPT and len(body) < len(SCRIPT) / 2
        assert headers["Content-Encoding"] == "gzip" and headers["Content-Length"] == str(len(body))
        assert headers["Content-Type"].startswith(("text/javascript", "application/javascript"))
        assert headers["Vary"] == "Accept-Encoding" and "Accept-Ranges" not in headers
    assert server.answered == {"HEAD": 3, "GET": 1}


def test_who_takes_no_gzip_or_wants_a_part_gets_the_file_as_it_is(folder):
    server = Server(folder)
    for refusing in ({}, {"Accept_Encoding": "identity"}, {"Accept_Encoding": "br"}):
        status, headers, body = server.asked("/static/a.js", **refusing)
        assert status == 200 and body == SCRIPT and "Content-Encoding" not in headers
        assert headers["Vary"] == "Accept-Encoding"
    status, headers, body = server.asked("/static/a.js", Range="bytes=10-19", **TAKES)
    assert status == 206 and body == SCRIPT[10:20] and "Content-Encoding" not in headers


@pytest.mark.parametrize(
    ("accepted", "taken"),
    [
        ("gzip", True),
        ("br;q=1, GZIP; q=0.5", True),
        ("*", True),
        ("*, gzip;q=0.000", False),
        ("*;q=0", False),
        ("x-gzip", False),
        ("", False),
    ],
)
def test_what_accept_encoding_says(accepted, taken):
    assert takes_gzip(accepted) is taken


def test_a_browser_that_has_it_is_told_so(folder):
    server = Server(folder)
    _, headers, _ = server.asked("/static/a.js", **TAKES)
    _, plain, _ = server.asked("/static/a.js")
    assert headers["ETag"] == f"W/{plain['ETag']}", "the same text, but not the same bytes"
    for has in (headers["ETag"], plain["ETag"]):
        status, told, body = server.asked("/static/a.js", If_None_Match=has, **TAKES)
        assert (status, body) == (304, b"") and told["Vary"] == "Accept-Encoding"
    status, _, body = server.asked("/static/a.js", If_None_Match='W/"older"', **TAKES)
    assert status == 200 and gzip.decompress(body) == SCRIPT


def test_head_tells_what_get_would(folder):
    server = Server(folder)
    status, headers, body = server.asked("/static/a.js", "HEAD", **TAKES)
    assert (status, body) == (200, b"")
    assert headers == server.asked("/static/a.js", **TAKES)[1]


def test_a_file_that_changes_is_compressed_anew(folder):
    server = Server(folder)
    server.asked("/static/a.js", **TAKES)
    (folder / "a.js").write_bytes(SCRIPT[::-1] * 2)
    assert gzip.decompress(server.asked("/static/a.js", **TAKES)[2]) == SCRIPT[::-1] * 2


@pytest.mark.parametrize(
    "path", ["/static/small.js", "/static/font.woff2", "/static/absent.js", "/app/font.woff2"]
)
def test_all_else_goes_through_as_it_is(folder, path):
    server = Server(folder)
    status, headers, body = server.asked(path, **TAKES)
    file = folder / Path(path).name
    assert (status, body) == ((200, file.read_bytes()) if file.exists() else (404, b"Not Found"))
    assert "Content-Encoding" not in headers and not server.app.kept


def test_without_its_folder_the_server_answers_as_without_this(tmp_path):
    server = Server(tmp_path / "moved")
    with pytest.raises(RuntimeError, match="does not exist"):  # Starlette's own
        server.asked("/static/a.js", **TAKES)
    assert not server.app.kept and not server.app.coming


def test_under_another_path(folder):
    server = Server(folder, base="/lecture")
    assert server.asked("/lecture/static/a.js", **TAKES)[1]["Content-Encoding"] == "gzip"
    assert server.asked("/lectures/static/a.js", **TAKES)[0] == 404


def test_it_keeps_no_more_than_it_may(folder):
    (folder / "b.js").write_bytes(SCRIPT + b"//")
    most = 3 * len(gzip.compress(SCRIPT, 9)) // 2  # one of the two
    server = Server(folder, most=most)
    for name in ("a", "b", "a", "b"):
        _, _, body = server.asked(f"/static/{name}.js", **TAKES)
        assert gzip.decompress(body).startswith(SCRIPT)
        assert [path for path, _ in server.app.kept] == [f"/static/{name}.js"]


def test_a_class_that_comes_at_once_has_it_compressed_once_beside_the_loop(folder, monkeypatch):
    threads = []
    compress = gzip.compress
    monkeypatch.setattr(
        gzip, "compress", lambda *a, **k: threads.append(threading.current_thread()) or compress(*a, **k)
    )

    async def come() -> list[tuple[int, Headers, bytes]]:
        threads.append(threading.current_thread())
        server = Server(folder)
        server.held = asyncio.Event()
        leaving, *others = [asyncio.create_task(server.ask("/static/a.js", **TAKES)) for _ in range(20)]
        while server.answered != {"HEAD": 20, "GET": 1}:
            await asyncio.sleep(0)
        leaving.cancel()  # the first, for whom it was begun
        await asyncio.sleep(0)
        server.held.set()
        return await asyncio.gather(*others)

    answers = run(come())
    assert {gzip.decompress(body) for _, _, body in answers} == {SCRIPT}
    loops, compressing = threads
    assert compressing is not loops
