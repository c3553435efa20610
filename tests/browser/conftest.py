"""The running app and a real Chromium. Tests take the fixture `app` (or `page`, Playwright's own page):

    def test_something(app):
        app.open("one_ball?photo=64-3", width=390, dark=True)
        app.page.get_by_role("button", name="Another").click()
        app.idle()

When a test ends, any console error, any exception in the page and any request to another host fails it.
"""

import contextlib
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.browser.chromium import launch

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "screenshots"
# On /one_ball Streamlit's client asks /one_ball/_stcore/health whether the app lives under that path, gets a
# 404 and goes on at /. The browser logs the 404; a page can neither cause nor prevent it.
BASE_PATH_PROBE = re.compile(r"/[a-z_]+/_stcore/(health|host-config)$")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests share one server and one Chromium, so with -n they stay on one worker."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


class App:
    """One browser tab on the running app. `problems` collects what must not happen."""

    def __init__(self, url: str, page: Page) -> None:
        self.url = url
        self.page = page
        self.problems: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"exception in the page: {error}"))
        page.on("request", self._request)
        page.on("websocket", lambda socket: self._host(socket.url))

    def open(self, path: str = "", *, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """Open a page ("one_ball?photo=64-3") as a new session and wait until it stands still."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme="dark" if dark else "light")
        self.page.goto(f"{self.url}/{path}")
        self.page.wait_for_selector("h1", timeout=60_000)
        self.idle()

    def idle(self, timeout: float = 60.0) -> None:
        """Wait until the script has not been running, and nothing has been stale, for 0.4 seconds."""
        end = time.monotonic() + timeout
        quiet = 0
        while quiet < 4:
            if time.monotonic() > end:
                raise TimeoutError(f"the app still runs after {timeout} s")
            quiet = quiet + 1 if self.page.evaluate(_QUIET) else 0
            self.page.wait_for_timeout(100)

    def screenshot(self, name: str) -> Path:
        """The whole page, however long, as screenshots/<name>.png."""
        SCREENSHOTS.mkdir(exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        viewport = self.page.viewport_size
        assert viewport is not None
        long = self.page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
        self.page.set_viewport_size({"width": viewport["width"], "height": max(viewport["height"], long)})
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=path)
        self.page.set_viewport_size(viewport)
        return path

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(self.page.evaluate(_OVERFLOW))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        if "404" in message.text and BASE_PATH_PROBE.search(message.location.get("url", "")):
            return
        self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        if request.url.startswith(("http:", "https:")):
            self._host(request.url)

    def _host(self, url: str) -> None:
        if urlsplit(url).netloc != urlsplit(self.url).netloc:
            self.problems.append(f"request to another host: {url}")


_QUIET = """() => {
  const app = document.querySelector('[data-testid=stApp]')
  return !!app && app.getAttribute('data-test-script-state') === 'notRunning'
    && !app.querySelector('[data-testid=stMain] :is([data-stale=true], [data-testid=stSkeleton])')
}"""
_OVERFLOW = """() => {
  const main = document.querySelector('[data-testid=stMain]')
  return Math.max(main.scrollWidth - main.clientWidth,
                  document.documentElement.scrollWidth - window.innerWidth, 0)
}"""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app's URL. It is started once, on a free port, and ended with the tests."""
    with serve(tmp_path_factory.mktemp("server") / "streamlit.log") as url:
        yield url


@contextlib.contextmanager
def serve(log: Path) -> Iterator[str]:
    """Start the app as a person starts it; its URL, until the end of the with block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.fileWatcherType=none"]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"the app did not start:\n{log.read_text(errors='replace')[-4000:]}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def app(server: str, browser: Browser) -> Iterator[App]:
    with visit(server, browser) as tab:
        yield tab


@pytest.fixture
def first_visitor(browser: Browser, tmp_path: Path) -> Iterator[App]:
    """A tab on a server that nobody has asked for anything yet."""
    with serve(tmp_path / "streamlit.log") as url, visit(url, browser) as tab:
        yield tab


@contextlib.contextmanager
def visit(url: str, browser: Browser) -> Iterator[App]:
    context = browser.new_context(locale="en-GB", timezone_id="UTC")
    tab = App(url, context.new_page())
    yield tab
    context.close()
    assert not tab.problems, "\n".join(tab.problems)


@pytest.fixture
def page(app: App) -> Page:
    return app.page
