"""What a part of the server answers, asked without one."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    """In a thread of its own, where no other test's loop runs."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(lambda: asyncio.run(asyncio.wait_for(work, 60))).result()


def handed_out(route: Callable[[Request], Awaitable[Response]], **named: str) -> Response:
    """The answer about what the route's path names so."""

    async def answer() -> Response:
        return await route(Request({"type": "http", "path_params": named}))

    return run(answer())
