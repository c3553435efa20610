"""The server's own routes: what takes long to get ready for one browser holds up nobody else."""

import gzip
import re
import threading
import urllib.request
from collections.abc import Iterator
from email.message import Message

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from benchmarks.serving import Server, serve
from ui.compressed import LEAST


def test_a_tab_that_comes_back_first_does_not_hold_up_the_others():
    with serve() as server:
        answered = []

        def come_back() -> None:  # torch is imported before the server can tell whether it knows the run
            try:
                with connect(f"{server.socket}/live/{'x' * 22}", open_timeout=60):
                    pass
            except InvalidStatus as refused:
                answered.append(refused)

        tab = threading.Thread(target=come_back)
        tab.start()
        meanwhile = 0
        while tab.is_alive():
            with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=60) as page:
                meanwhile += page.status == 200
        assert not answered
        assert meanwhile > 20, "the import took seconds, and others were answered then"


@pytest.fixture(scope="module")
def first_page() -> Iterator[tuple[Server, list[ForwardMsg]]]:
    """A server, and all that it tells a browser that opens the first page."""
    request, told = BackMsg(), []
    request.rerun_script.page_name = ""
    with (
        serve() as server,
        connect(f"{server.socket}/_stcore/stream", subprotocols=[Subprotocol("streamlit")]) as line,
    ):
        line.send(request.SerializeToString())
        while not told or told[-1].WhichOneof("type") != "script_finished":
            told.append(ForwardMsg.FromString(line.recv(timeout=60)))
        yield server, told


def test_a_browser_keeps_what_it_was_sent_for_minutes(first_page):
    """With Streamlit's 2, quick clicks beside a part that runs by itself could end a page's line for good."""
    _, told = first_page
    session = next(message.new_session for message in told if message.HasField("new_session"))
    runs_a_second = 8
    assert session.config.max_cached_message_age >= 120 * runs_a_second


def test_the_icon_is_always_there(first_page):
    """A file of Streamlit's media store is gone for a moment whenever the page runs again."""
    server, told = first_page
    icons = [
        message.page_config_changed.favicon for message in told if message.HasField("page_config_changed")
    ]
    with urllib.request.urlopen(server.url + icons[-1], timeout=60) as icon:
        assert icon.headers["Content-Type"] == "image/png" and icon.read(8) == b"\x89PNG\r\n\x1a\n"
    assert not icons[-1].startswith("/media")


def test_streamlits_scripts_and_ours_go_compressed_and_are_the_same(first_page):
    """They are most of what a first visit costs; Streamlit would send its own as they are."""
    server, _ = first_page
    with urllib.request.urlopen(f"{server.url}/", timeout=60) as page:
        named = re.findall(r'(?:src|href)="\./(static/(?:js|css)/[^"]+)"', page.read().decode())
    assert len(named) > 20
    for path in (*named[:3], next(one for one in named if one.endswith("css")), "plotly/plotly.min.js"):
        plain, whole = _got(f"{server.url}/{path}", "identity")
        told, packed = _got(f"{server.url}/{path}", "gzip, deflate")
        if len(whole) >= LEAST:
            assert told["Content-Encoding"] == "gzip" and len(packed) < 0.8 * len(whole)
            assert gzip.decompress(packed) == whole
        for kept in ("Cache-Control", "Content-Type", "Last-Modified", "Vary"):
            assert told[kept] == plain[kept] and told[kept]
    assert "immutable" in _got(f"{server.url}/{named[0]}", "gzip")[0]["Cache-Control"]


def _got(url: str, encodings: str) -> tuple[Message, bytes]:
    asked = urllib.request.Request(url, headers={"Accept-Encoding": encodings})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return answer.headers, answer.read()
