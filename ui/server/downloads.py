"""Files to take away, made when they are asked for, and handed out by a route of the app's own.

    /download/<token>/<name>

Streamlit's button can make a file late, too, but keeps it only until two runs of any page have ended, be they
of other people: with a class on the live page that is less than a phone's way to the server. Here the file is
made while the browser waits. A token cannot be guessed, and holds as long as the session that was given it.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from weakref import WeakValueDictionary

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from ui.components import load
from ui.server.base_path import base

GONE = (
    "This file belonged to a page that has changed or been reloaded since. Take it from the page once more."
)


@dataclass(eq=False)
class Download:
    """A file on offer. make: its content, called in another thread; None where there is nothing to take.

    It may give None, too: what the file was to be made of has gone since it was offered.
    """

    label: str
    name: str
    kind: str  # such as text/csv
    make: Callable[[], bytes | str | None] | None
    token: str = field(default_factory=lambda: secrets.token_urlsafe(16))


_offered: WeakValueDictionary[str, Download] = WeakValueDictionary()
_links = load("elements", "downloads")


def downloads(key: str, files: Sequence[Download]) -> None:
    """A link for each, in a row; grey where there is nothing to take. Their places keep their tokens."""
    before: Sequence[Download] = st.session_state.get(f"{key}:files", ())
    for file, earlier in zip(files, before, strict=False):
        file.token = earlier.token
    st.session_state[f"{key}:files"] = files  # the session alone holds them: they are gone when it is
    _offered.update({file.token: file for file in files})
    told = [
        {"label": file.label, "to": f"{base()}/download/{file.token}/{file.name}" if file.make else None}
        for file in files
    ]
    _links(key=key, data={"files": told}, width="content")


async def hand_out(request: Request) -> Response:
    """The file of a token, as one to be saved."""
    file = _offered.get(request.path_params["token"])
    if file is None or file.make is None or file.name != request.path_params["name"]:
        return PlainTextResponse(GONE, 404)
    content = await run_in_threadpool(file.make)
    if content is None:
        return PlainTextResponse(GONE, 404)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=file.kind, headers=headers)
