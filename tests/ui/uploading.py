"""A file brought to a server by a tab without a browser, and what the server holds."""

import re
import urllib.request

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from benchmarks.serving import Server


def tab(server: Server) -> ClientConnection:
    """Streamlit's socket, to be closed."""
    return connect(f"{server.socket}/_stcore/stream", subprotocols=[Subprotocol("streamlit")])


def place_for(server: Server, line: ClientConnection) -> tuple[str, dict[str, str]]:
    """Where a page's uploader brings a file, and with which headers."""
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
    return place.upload_url, {
        "Content-Type": "multipart/form-data; boundary=x",
        "X-Xsrftoken": token,
        "Cookie": f"_streamlit_xsrf={token}",
    }


def bring(server: Server, line: ClientConnection, photo: bytes) -> None:
    """A file, as a page's uploader brings it, before the page hears of it. Errors: HTTPError."""
    address, told = place_for(server, line)
    form = (
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="ball.jpg"\r\n\r\n%s\r\n--x--\r\n'
        % photo
    )
    put = urllib.request.Request(server.url + address, form, told, method="PUT")
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
