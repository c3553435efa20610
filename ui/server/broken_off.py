"""Whoever goes away in the middle is no fault of the server's: a line in its log at most, and no traceback.

A phone loses its network while it sends a photo, a tab is closed while its page is being sent. Starlette and
Streamlit report either to the server as an error, about which it writes sixty lines.
"""

import logging

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)


class BrokenOff:
    """ASGI middleware, to stand outside the others."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = False  # whoever the answer is for

        async def said(message: Message) -> None:
            nonlocal gone
            try:
                await send(message)
            except OSError:  # as ASGI has it
                gone = True
                raise

        try:
            await self.app(scope, receive, said)
        except ClientDisconnect:
            log.warning("An upload was broken off: whoever sent it has gone.")
        except RuntimeError:  # Starlette's word for what is asked of a socket that is no more
            if not gone:
                raise
            log.info("A page was left while it was being sent.")
