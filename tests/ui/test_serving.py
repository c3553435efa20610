"""A server as people start it: what it sends, and what of an upload it holds, and for how long.

What takes long to get ready for one browser holds up nobody else.
"""

import gzip
import re
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from benchmarks.serving import Server, serve
from tests.live_runs import until
from tests.ui.uploading import bring, held, place_for, tab
from ui.server.compressed import LEAST

try:
    import resource
except ImportError:  # Windows
    resource = None
BEGUN = b'--x\r\nContent-Disposition: form-data; name="file"; filename="ball.jpg"\r\n\r\n' + bytes(100_000)
PHOTO, LARGEST_FILE = bytes(4_000_000), 1_000_000


class First(NamedTuple):
    """What the first tab and the first page of a server saw."""

    back: list[str]  # what the tab was told that came back before torch was there
    meanwhile: int  # how many others were answered until then
    told: list[ForwardMsg]  # all that a browser was told that opened the first page


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One that keeps the session of a closed tab for a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", "1")
        with serve(through="tests.few_photos") as served:
            yield served


@pytest.fixture(scope="module")
def first(server: Server) -> First:
    """Asked of the server before anything else: the fixture of every test here."""
    back: list[str] = []

    def come_back() -> None:  # torch is imported before the server can tell whether it knows the run
        try:
            with connect(f"{server.socket}/live/{'x' * 22}", open_timeout=60):
                back.append("let in")
        except InvalidStatus as refused:
            back.append(str(refused))

    coming = threading.Thread(target=come_back)
    coming.start()
    meanwhile = 0
    while coming.is_alive():
        with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=60) as page:
            meanwhile += page.status == 200
    request, told = BackMsg(), list[ForwardMsg]()
    request.rerun_script.page_name = ""
    with tab(server) as line:
        line.send(request.SerializeToString())
        while not told or told[-1].WhichOneof("type") != "script_finished":
            data = line.recv(timeout=60)
            assert isinstance(data, bytes)
            told.append(ForwardMsg.FromString(data))
    return First(back, meanwhile, told)


def test_a_tab_that_comes_back_first_does_not_hold_up_the_others(first: First) -> None:
    assert first.back == ["let in"]
    assert first.meanwhile > 20, "the import took seconds, and others were answered then"


def test_a_browser_keeps_what_it_was_sent_for_minutes(first: First) -> None:
    """With Streamlit's 2, quick clicks beside a part that runs by itself could end a page's line for good."""
    session = next(message.new_session for message in first.told if message.HasField("new_session"))
    runs_a_second = 8
    assert session.config.max_cached_message_age >= 120 * runs_a_second


def test_the_icon_is_always_there(server: Server, first: First) -> None:
    """A file of Streamlit's media store is gone for a moment whenever the page runs again."""
    icons = [
        message.page_config_changed.favicon
        for message in first.told
        if message.HasField("page_config_changed")
    ]
    with urllib.request.urlopen(server.url + icons[-1], timeout=60) as icon:
        assert icon.headers["Content-Type"] == "image/png" and icon.read(8) == b"\x89PNG\r\n\x1a\n"
    assert not icons[-1].startswith("/media")


@pytest.mark.usefixtures("first")
def test_streamlits_scripts_and_ours_go_compressed_and_are_the_same(server: Server) -> None:
    """They are most of what a first visit costs; Streamlit would send its own as they are."""
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


@pytest.mark.usefixtures("first")
def test_a_photo_comes_through_no_file_and_goes_with_its_session_while_nobody_else_comes(
    server: Server,
) -> None:
    if resource is not None and (prlimit := getattr(resource, "prlimit", None)):  # only on Linux
        hard = prlimit(server.process.pid, resource.RLIMIT_FSIZE)[1]
        prlimit(server.process.pid, resource.RLIMIT_FSIZE, (LARGEST_FILE, hard))
    with tab(server) as line:
        bring(server, line, PHOTO)
        until(lambda: held(server) >= len(PHOTO), 20)
    until(lambda: held(server) == 0, 20)


@pytest.mark.usefixtures("first")
def test_an_upload_that_is_broken_off_is_one_line_in_the_servers_log(server: Server) -> None:
    with tab(server) as line:
        address, headers = place_for(server, line)
        told = {**headers, "Host": "here", "Content-Length": "4000000"}
        head = "\r\n".join([f"PUT {address} HTTP/1.1", *(f"{name}: {text}" for name, text in told.items())])
        with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as phone:
            phone.sendall(head.encode() + b"\r\n\r\n" + BEGUN)
            time.sleep(0.3)  # it has begun to read
        until(lambda: "broken off" in server.said(), 20)
        said = server.said()
    assert said.count("An upload was broken off") == 1 and "Traceback" not in said


def _got(url: str, encodings: str) -> tuple[Message, bytes]:
    asked = urllib.request.Request(url, headers={"Accept-Encoding": encodings})
    with urllib.request.urlopen(asked, timeout=60) as answer:
        return answer.headers, answer.read()
