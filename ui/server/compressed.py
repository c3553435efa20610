"""What never changes is compressed once, and kept: a first visit to a page is megabytes of scripts.

Streamlit serves its own scripts as they are, and what others serve it compresses anew at every request.
Phones in a hall share one Wi-Fi, and no proxy stands before a laptop.

Nothing here knows where the files lie. The app itself is asked, by HEAD, what it would answer: the ETag says
which bytes these are, and they are asked for once for all visitors. Whatever is no plain answer with an ETag
that would become shorter (a 304, a 404, a part of a file, a font) goes through as it is.

gzip, not Brotli or Zstandard: browsers offer those to https and to their own machine only, and a laptop in a
hall is neither.
"""

import asyncio
import gzip
import re
from collections import OrderedDict
from collections.abc import Sequence

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WORTH_IT = re.compile(
    r"(text/(css|javascript|plain)|application/(javascript|json|octet-stream)|image/svg\+xml)\b"
)
LEAST = 1000  # bytes; less is not worth it
MOST = 16 << 20  # bytes that are kept compressed; all of Streamlit's scripts are 7 MB


class Compressed:
    """ASGI middleware, to stand outside Streamlit's own. `paths`: what begins so is compressed."""

    def __init__(self, app: ASGIApp, paths: Sequence[str], most: int = MOST) -> None:
        self.app, self.paths, self.most = app, tuple(paths), most
        self.kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()  # path, ETag → the bytes
        self.coming: dict[tuple[str, str], asyncio.Task[bytes | None]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _path(scope).startswith(self.paths):
            await self.app(scope, receive, send)
            return

        async def varying(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "accept-encoding" not in headers.get("vary", "").lower():
                    headers.add_vary_header("Accept-Encoding")
            await send(message)

        asked = Headers(scope=scope)
        whole = scope["method"] in ("GET", "HEAD") and "range" not in asked
        if not whole or not takes_gzip(asked.get("accept-encoding", "")):
            await self.app(scope, receive, varying)
            return
        start, _ = await _answer(self.app, scope, "HEAD")
        headers = MutableHeaders(raw=list(start["headers"]))
        etag = headers.get("etag", "")
        body = await self._body((scope["path"], etag), scope) if _worth_it(start["status"], headers) else None
        if body is None:
            await self.app(scope, receive, varying)
            return
        headers["Content-Encoding"] = "gzip"
        headers["Content-Length"] = str(len(body))
        headers["ETag"] = f"W/{etag.removeprefix('W/')}"  # the same text, but not the same bytes
        del headers["Accept-Ranges"]  # of the text as it is
        await varying({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    async def _body(self, key: tuple[str, str], scope: Scope) -> bytes | None:
        """The compressed bytes; None where the file is another one by now."""
        if key in self.kept:
            self.kept.move_to_end(key)
            return self.kept[key]
        if key not in self.coming:
            self.coming[key] = asyncio.create_task(self._compress(key, scope))
        return await asyncio.shield(self.coming[key])  # a visitor who leaves ends it for nobody else

    async def _compress(self, key: tuple[str, str], scope: Scope) -> bytes | None:
        try:
            start, body = await _answer(self.app, scope, "GET")
            if start["status"] != 200 or Headers(raw=start["headers"]).get("etag") != key[1]:
                return None
            packed = await run_in_threadpool(gzip.compress, body, 9, mtime=0)
            self.kept[key] = packed
            while sum(map(len, self.kept.values())) > self.most:
                self.kept.popitem(last=False)  # what was not asked for longest
            return packed
        finally:
            del self.coming[key]


def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding names gzip, or else *, and not with q=0."""
    weights = {}
    for offer in accepted.lower().split(","):
        name, _, weight = (part.strip() for part in offer.partition(";"))
        weights[name] = not re.fullmatch(r"q\s*=\s*0(\.0*)?", weight)
    return weights.get("gzip", weights.get("*", False))


def _worth_it(status: int, headers: Headers) -> bool:
    long = int(headers.get("content-length", 0)) >= LEAST
    known = WORTH_IT.match(headers.get("content-type", ""))
    return bool(status == 200 and "etag" in headers and "content-encoding" not in headers and long and known)


def _path(scope: Scope) -> str:
    """Without the path under which another server hands on to this one."""
    return str(scope["path"]).removeprefix(scope.get("root_path", ""))


async def _answer(app: ASGIApp, scope: Scope, method: str) -> tuple[Message, bytes]:
    """What the app answers uncompressed: its start, and its whole body."""
    # By GET the file itself is wanted, whatever this browser has of it.
    dropped = (b"accept-encoding", *((b"if-none-match", b"if-modified-since") if method == "GET" else ()))
    headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
    start: Message = {}
    parts: list[bytes] = []

    requests: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        if not requests:  # nobody leaves: the answer is for all
            await asyncio.Event().wait()
        return requests.pop()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        else:
            parts.append(message.get("body", b""))

    # Without extensions nobody answers with a path instead of the bytes.
    await app({**scope, "method": method, "headers": headers, "extensions": {}}, receive, send)
    return start, b"".join(parts)
