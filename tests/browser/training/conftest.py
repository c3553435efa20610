"""The live figure's scripts in Chromium, the app's own files, without a run behind them.

All tests of a worker use one page, where Plotly stays; each mounts a figure of its own in a new body.
"""

import mimetypes
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import plotly
import pytest
from playwright.sync_api import Browser, Page, WebSocket

from tests.browser.conftest import App
from tests.browser.tabs import Lasting
from tests.browser.training.frames import Figure
from ui.components import FOLDER

PACKAGE = Path(plotly.__file__).parent / "package_data"
FONTS = Path(__file__).resolve().parents[3] / "static" / "fonts"
MODULES = (
    "sums",
    "keys",
    "formulas",
    "losses",
    "marks",
    "figure",
    "growth",
    "bar",
    "socket",
    "pictures",
    "pixels",
    "wall",
    "theme",
)


class Files(BaseHTTPRequestHandler):
    """assets/components, the app's letters and plotly.min.js; anything else is an empty page."""

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        kind, body = "text/html", b"<!doctype html><meta charset=utf-8><body></body>"
        for prefix, folder in (("/components/", FOLDER), ("/letters/", FONTS), ("/plotly/", PACKAGE)):
            if path.startswith(prefix):
                kind = mimetypes.guess_type(path)[0] or "text/plain"
                body = (folder / path.removeprefix(prefix)).read_bytes()
        self.send_response(200)
        for name, value in (
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "max-age=3600"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The tests have enough to say."""


@pytest.fixture(scope="session")
def files() -> Iterator[str]:
    """The URL of these files."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def sums(browser: Browser, files: str) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(files)
    imports = "".join(
        f"Object.assign(window.sums, await import('/components/training/{name}.js'));" for name in MODULES
    )
    page.evaluate(f"(async () => {{ window.sums = {{}}; {imports} }})()")
    yield page
    page.close()


@pytest.fixture(scope="session")
def call(sums):
    """call(name, *arguments) of a function that the modules export. NaN arrives as NaN."""
    return lambda name, *args: sums.evaluate(
        "([name, args]) => window.sums[name](...args)", [name, list(args)]
    )


@pytest.fixture(scope="session")
def lasting_figure_tab(browser: Browser) -> Iterator[Lasting[Page]]:
    tab = Lasting(browser.new_page)
    yield tab
    tab.get().close()


@pytest.fixture
def figure_tab(lasting_figure_tab: Lasting[Page]) -> Page:
    return lasting_figure_tab.get()


@pytest.fixture
def figure(figure_tab: Page, files: str) -> Iterator[Figure]:
    mounted = Figure(figure_tab, files)
    yield mounted
    mounted.leave()
    assert not mounted.problems


ASKS_EVERY = 1.5  # seconds: how often the figure asks the page to run where it has to


@pytest.fixture
def asked(app: App) -> Iterator[list[float]]:
    """When the figure has asked the page to run again (time.monotonic)."""
    times: list[float] = []

    def heard(message: str | bytes) -> None:
        if b"elsewhere" in (message if isinstance(message, bytes) else message.encode()):
            times.append(time.monotonic())

    def watched(line: WebSocket) -> None:
        if "/_stcore/" in line.url:
            line.on("framesent", heard)

    app.page.on("websocket", watched)
    yield times
    app.page.remove_listener("websocket", watched)
