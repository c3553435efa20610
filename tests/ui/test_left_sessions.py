"""What a person brought is gone soon after their tab, whether or not anybody comes or goes afterwards."""

import re
import time
import urllib.request
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import runtime
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.caching.ttl_cache import TTLCache
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.state import SessionState
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.serving import Server, serve
from ui.left_sessions import let_go

PHOTO = bytes(200_000)


def test_a_file_in_a_session_goes_with_it_while_nobody_else_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL", "1")
    with serve() as server:
        with connect(f"{server.socket}/_stcore/stream", subprotocols=[Subprotocol("streamlit")]) as line:
            bring(server, line)
            assert held(server) >= len(PHOTO)
        ends = time.monotonic() + 20
        while held(server) and time.monotonic() < ends:
            time.sleep(0.2)
        assert held(server) == 0


def bring(server: Server, line: ClientConnection) -> None:
    """A file, as the page's uploader brings it."""
    opening, asking = BackMsg(), BackMsg()
    opening.rerun_script.page_name = ""
    line.send(opening.SerializeToString())
    session = heard(line, "new_session").new_session.initialize.session_id
    asking.file_urls_request.session_id = session
    asking.file_urls_request.file_names.append("ball.jpg")
    line.send(asking.SerializeToString())
    (place,) = heard(line, "file_urls_response").file_urls_response.file_urls
    with urllib.request.urlopen(f"{server.url}/_stcore/health", timeout=60) as page:
        token = re.findall("_streamlit_xsrf=([^;]+)", page.headers["Set-Cookie"])[0]
    form = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="ball.jpg"\r\n\r\n%s\r\n--x--\r\n'
        % PHOTO
    )
    told = {
        "Content-Type": "multipart/form-data; boundary=x",
        "X-Xsrftoken": token,
        "Cookie": f"_streamlit_xsrf={token}",
    }
    put = urllib.request.Request(server.url + place.upload_url, form, told, method="PUT")
    urllib.request.urlopen(put, timeout=60).close()


def heard(line: ClientConnection, kind: str) -> ForwardMsg:
    """The next message of this kind."""
    while True:
        data = line.recv(timeout=60)
        assert isinstance(data, bytes)
        if (message := ForwardMsg.FromString(data)).WhichOneof("type") == kind:
            return message


def held(server: Server) -> int:
    """Bytes of uploaded files, as Streamlit counts them."""
    with urllib.request.urlopen(f"{server.url}/_stcore/metrics", timeout=60) as page:
        return sum(int(count) for count in re.findall(r"UploadedFileManager.*?} (\d+)", page.read().decode()))


def test_a_session_that_can_be_taken_up_stays_and_what_is_older_is_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without waiting for Python's collector, which an idle server does not call."""
    ended: list[str] = []
    now = 0.0
    storage = MemorySessionStorage()
    storage._cache = TTLCache(128, 120, timer=lambda: now)
    manager = SimpleNamespace(_session_storage=storage)
    monkeypatch.setattr(runtime, "get_instance", lambda: SimpleNamespace(_session_mgr=manager))

    def left(name: str) -> SessionState:
        state = SessionState()
        state["photos"] = PHOTO
        session: Any = SimpleNamespace(id=name, session_state=state, shutdown=lambda: ended.append(name))
        storage.save(SessionInfo(None, session, 0))
        return state

    first = left("first")
    now = 100.0
    second = left("second")
    let_go()
    assert "photos" in first and not ended
    now = 121.0
    let_go()
    assert "photos" not in first and ended == ["first"]
    assert "photos" in second and storage.get("second") is not None
