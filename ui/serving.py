"""What the server offers besides Streamlit's pages: the live figures' scripts, and the live runs' socket.

    /components/…         assets/components, as modules that may import each other
    /plotly/plotly.min.js the file that the plotly package brings
    /live/<key>           the WebSocket of ui.watching
    /download/<token>/…   a file of ui.downloads

Nothing here imports torch before the first socket is opened.
"""

from pathlib import Path
from typing import Any

import plotly
import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from ui.components import FOLDER


class _Revalidated(StaticFiles):
    """Files that the browser keeps but asks about each time, so that an update of the app is never mixed."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _live(socket: WebSocket) -> None:
    from ui.watching import watch

    await watch(socket)


async def _download(request: Request) -> Response:
    from ui.downloads import hand_out

    return await hand_out(request)


def base() -> str:
    """The path under which the app is served: "" or "/lecture"."""
    path = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def routes() -> list[BaseRoute]:
    """The routes to add to Streamlit's own."""
    brought = Path(plotly.__file__).parent / "package_data"
    return [
        Mount(f"{base()}/components", _Revalidated(directory=FOLDER)),
        Mount(f"{base()}/plotly", _Revalidated(directory=brought)),
        WebSocketRoute(f"{base()}/live/{{key}}", _live),
        Route(f"{base()}/download/{{token}}/{{name}}", _download),
    ]
