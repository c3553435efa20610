"""Streamlit's page as the browser gets it first, with what this app looks like already in it.

    styles   assets/page.css. A page's own script could send them, but only when the browser has opened a
             socket and run Streamlit's scripts: what it has drawn until then would move.
    script   assets/page.js, what Streamlit's frame around the pages lacks.
    font     Inter is asked for at once. Streamlit's own, 170 kB that are seen for a moment, is not: where its
             scripts write in that, before they have heard of the app's theme, Inter stands in.
    scripts  Streamlit's for formulas are asked for at once, on all pages but the first, which has none.
             Streamlit itself asks for them when a page shows its first formula; until they have come, the
             formula's paragraph is one grey line, and what is below it moves.
    name     of the app, which stands in the tab until a page says its own, and for good in what others show
             of a link.
    server   where it is. Streamlit's client would look for it under the page's own path first, and on all
             pages but the first be told twice, and write into the console, that it is not there. Streamlit's
             scripts are asked for from there, too: under a path of two names, which no page has, the browser
             would find none and show nothing, not even that there is no such page.

The styles stand behind all that Streamlit's scripts will put into the head: of two rules that are equally
specific the later one wins.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from functools import lru_cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.server.compressed import takes_gzip

OWN_FONT = re.compile(r'<link\s[^>]*rel="preload"[^>]*as="font"[^>]*>', re.DOTALL)
ASKED = '<link rel="preload" href="{font}" as="font" crossorigin>'
SOON = '<link rel="modulepreload" href="{script}" crossorigin>'
STANDS_IN = (
    '@font-face {{ font-family: "Source Sans"; font-weight: 100 900; src: url("{font}") format("woff2"); }}'
)
STREAMLITS, OWN_NAME = "<title>Streamlit</title>", "<title>What a neuron sees</title>"
ABOUT = (
    '<meta name="description" content="Is there a ball in this photo? From one neuron to a network, live.">'
)
AT = "<script>window.__streamlit = {{ BACKEND_BASE_URL: new URL({first}, location).href }}</script>"
PAGE = '<div id="root">'  # what every page of Streamlit has, and no other document
DROPPED = (b"accept-encoding", b"if-none-match", b"if-modified-since", b"range")


class PageHtml:
    """ASGI middleware, to stand outside Streamlit's own. font, scripts: addresses, from the server's root;
    first: the path of the first page."""

    def __init__(
        self, app: ASGIApp, styles: str, script: str, font: str, scripts: Sequence[str], first: str
    ) -> None:
        self.app, self._first = app, first
        self._dressed = lru_cache(maxsize=4)(
            lambda page, further: dressed(page, styles, script, font, first, scripts if further else ())
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Headers(scope=scope) if scope["type"] == "http" else Headers()
        if scope.get("method") != "GET" or "text/html" not in asked.get("accept", ""):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        parts: list[bytes] = []

        async def said(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start" and _is_html(message):
                start = message
            elif start is None:
                await send(message)
            else:
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    further = scope["path"].rstrip("/") != self._first.rstrip("/")
                    await self._answer(asked, start, *self._dressed(b"".join(parts), further), send)

        # Uncompressed and whole, whatever this browser has of it, and as bytes, not as a path to them.
        headers = [(name, value) for name, value in scope["headers"] if name not in DROPPED]
        await self.app({**scope, "headers": headers, "extensions": {}}, receive, said)

    async def _answer(self, asked: Headers, start: Message, body: bytes, etag: str, send: Send) -> None:
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["ETag"] = etag
        headers.add_vary_header("Accept-Encoding")
        del headers["Last-Modified"]  # it was another text
        del headers["Accept-Ranges"]
        if etag in asked.get("if-none-match", ""):
            del headers["Content-Length"]
            await send({**start, "status": 304, "headers": headers.raw})
            await send({"type": "http.response.body", "body": b""})
            return
        if takes_gzip(asked.get("accept-encoding", "")):
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, mtime=0)
        headers["Content-Length"] = str(len(body))
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})


def dressed(
    page: bytes, styles: str, script: str, font: str, first: str, scripts: Sequence[str] = ()
) -> tuple[bytes, str]:
    """The page with all that, and its ETag. Another document stays as it is."""
    text = page.decode()
    if PAGE in text:
        links = [ASKED.format(font=font), *(SOON.format(script=script) for script in scripts)]
        links += [ABOUT, AT.format(first=json.dumps(first)), f"<script>\n{script}</script>"]
        text = OWN_FONT.sub("", text).replace(STREAMLITS, OWN_NAME).replace('="./', f'="{first}')
        text = text.replace("</head>", "\n".join([*links, "</head>"]), 1)
        styles = f"{STANDS_IN.format(font=font)}\n{styles}"
        text = text.replace(PAGE, f"<style>\n{styles}</style>\n{PAGE}", 1)
    body = text.encode()
    return body, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'


def _is_html(start: Message) -> bool:
    kind = Headers(raw=start["headers"]).get("content-type", "")
    return bool(start["status"] == 200 and kind.startswith("text/html"))
