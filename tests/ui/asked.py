"""What a route of the app answers, asked without a server."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from starlette.requests import Request
from starlette.responses import Response


def handed_out(route: Callable[[Request], Awaitable[Response]], name: str) -> Response:
    """The answer about what has this name."""
    request = Request({"type": "http", "path_params": {"name": name}})

    async def answer() -> Response:
        return await route(request)

    with ThreadPoolExecutor(1) as elsewhere:  # where no other test's loop runs
        return elsewhere.submit(asyncio.run, answer()).result()
