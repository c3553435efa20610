"""What a page still says when its visitor has already asked for another.

A slider tells where it stands when the hand has rested, and a part that runs every second asks for its turn:
either may do so just after a click on a link, before the browser has heard of the new page. Streamlit would
take such a straggler, once the new page has run, for a request for the page before. By then that is gone, so
the browser would show an empty page under the new one's address, or the old one again.

What it says just before the click is the other case: Streamlit would merge the two requests into the link's,
and what a hand did last would be lost. So the click waits until the run that the page has asked for has
begun: milliseconds, and longer where the server is busy, which could not turn to the new page sooner either.
"""

import asyncio
from contextlib import suppress

from google.protobuf.message import DecodeError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE = 3.0  # seconds that a click waits at most; a run that is asked for need not begin
STREAM = "/_stcore/stream"  # Streamlit's socket, of which each tab has one


class Stragglers:
    """ASGI middleware, to stand outside Streamlit's own: stragglers do not reach it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or not scope["path"].endswith(STREAM):
            await self.app(scope, receive, send)
            return
        tab = Tab()

        async def heard() -> Message:
            while tab.straggles(message := await receive()):
                pass
            if tab.turned:
                with suppress(TimeoutError):
                    await asyncio.wait_for(tab.begun.wait(), PATIENCE)
            return message

        async def said(message: Message) -> None:
            tab.is_told(message)
            await send(message)

        await self.app(scope, heard, said)


class Tab:
    """Of which page a tab last spoke, and whether that is a link that was clicked and nothing since."""

    def __init__(self) -> None:
        self.page = ""
        self.turned = False  # to a page that has said nothing yet: until it does, no other has a say
        self.asked: set[str] = set()  # the parts of it that are to run for what a hand did; "" for all of it
        self.begun = asyncio.Event()  # whether nothing is asked for that has not begun
        self.begun.set()

    def straggles(self, message: Message) -> bool:
        """Whether the message, the tab's next, is a page's that it has left.

        A click on a link speaks for no widget and for no part of a page; whatever else asks for a run does.
        (It would speak for widgets in app.py that have a value. The one there, in ui.server.reconnected, has
        triggers alone, which are gone when they are told.) A page that has spoken may be left by
        st.switch_page, of which nothing is heard here but that another page speaks.
        """
        try:
            asked = BackMsg.FromString(message.get("bytes") or b"")
        except DecodeError:
            return False
        if not asked.HasField("rerun_script"):
            return False
        run = asked.rerun_script
        if not run.fragment_id and not run.widget_states.widgets:
            self.page, self.turned = run.page_script_hash, True
            return False
        if self.turned and self.page and run.page_script_hash != self.page:
            return True
        self.page, self.turned = run.page_script_hash, False
        if not run.is_auto_rerun:  # by which no hand says anything; of a part that is gone no run comes
            self.asked.add(run.fragment_id)
            self.begun.clear()
        return False

    def is_told(self, message: Message) -> None:
        """Note where the message, the server's next, says that a run has begun: it has the hand's doing.

        But not that of a part which runs by itself and whose turn had come before: it has only its own.
        """
        if self.begun.is_set():
            return
        with suppress(DecodeError):
            told = ForwardMsg.FromString(message.get("bytes") or b"")
            if told.HasField("new_session"):
                self.asked.difference_update(told.metadata.run.fragment_ids or self.asked.copy())
                if not self.asked:
                    self.begun.set()
