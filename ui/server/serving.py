"""What the server offers besides Streamlit's pages: the live figures' scripts, and the live runs' socket.

    /components/…         assets/components, as modules that may import each other
    /module/<hash>.js     a component of ui.components, whole
    /plotly/plotly.min.js the file that the plotly package brings
    /live/<key>           the WebSocket of ui.live_training.watching_line
    /download/<token>/…   a file of ui.server.downloads
    /array/…, /picture/…  what ui.server.kept has under a name of its content
    /favicon.png          the app's own: Streamlit's page asks for it before it has heard of another

The page itself comes with its styles (page_html). The scripts, Streamlit's too, and the arrays go compressed
(compressed). What a page says when its visitor has asked for another is not heard (stragglers). What a person
brought goes soon after their tab (left_sessions), and whoever goes away in the middle leaves no traceback
(broken_off).

Nothing here imports torch before the first socket is opened, and then beside the server's loop: an open tab
that comes back to a server just started would hold up everyone's first page for the seconds that it takes.
"""

from importlib import import_module
from pathlib import Path
from typing import Any

import plotly
import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from ui import components
from ui.rooms import room_styles
from ui.server import kept
from ui.server.base_path import base
from ui.server.broken_off import BrokenOff
from ui.server.compressed import Compressed
from ui.server.left_sessions import LeftSessions
from ui.server.page_html import PageHtml
from ui.server.stragglers import Stragglers

ICON = Path(__file__).resolve().parents[2] / "static" / "icon.png"


class _Revalidated(StaticFiles):
    """Files that the browser keeps but asks about each time, so that an update of the app is never mixed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _live(socket: WebSocket) -> None:
    line = await run_in_threadpool(import_module, "ui.live_training.watching_line")
    await line.watch(socket)


async def _download(request: Request) -> Response:
    downloads = await run_in_threadpool(import_module, "ui.server.downloads")
    response: Response = await downloads.hand_out(request)
    return response


async def _icon(request: Request) -> Response:
    return FileResponse(ICON, headers={"Cache-Control": "no-cache"})


def routes() -> list[BaseRoute]:
    """The routes to add to Streamlit's own."""
    brought = Path(plotly.__file__).parent / "package_data"
    return [
        Mount(f"{base()}/components", _Revalidated(directory=components.FOLDER)),
        Mount(f"{base()}/plotly", _Revalidated(directory=brought)),
        WebSocketRoute(f"{base()}/live/{{key}}", _live),
        Route(f"{base()}/download/{{token}}/{{name}}", _download),
        Route(f"{base()}/module/{{name}}.js", components.hand_out),
        Route(f"{base()}/array/{{name}}", kept.hand_out_array),
        Route(f"{base()}/picture/{{name}}.png", kept.hand_out_picture),
        Route(f"{base()}/favicon.png", _icon),
    ]


def _of_formulas() -> list[str]:
    """The addresses of Streamlit's scripts for formulas; none where its package names them otherwise."""
    folder = Path(streamlit.__file__).parent / "static" / "static" / "js"
    names = ("rehype-katex", "hastscript", "web-namespaces")
    return [f"{base()}/static/js/{one.name}" for name in names for one in folder.glob(f"{name}.*.js")]


def middleware() -> list[Middleware]:
    """What stands before Streamlit's own."""
    compressed = ("static", "components", "plotly", "module", "array")
    styles, script = (
        (components.FOLDER.parent / name).read_text(encoding="utf-8") for name in ("page.css", "page.js")
    )
    return [
        Middleware(BrokenOff),
        Middleware(
            PageHtml,
            styles=styles + room_styles(),
            script=script,
            font=f"{base()}/app/static/fonts/inter.woff2",
            scripts=_of_formulas(),
            first=f"{base()}/",
        ),
        Middleware(Compressed, paths=[f"{base()}/{name}/" for name in compressed]),
        Middleware(Stragglers),
        Middleware(LeftSessions),
    ]
