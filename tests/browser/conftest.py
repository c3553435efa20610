"""The running app, started once, and a real Chromium, once a worker. Tests take the fixture `app`:

    def test_something(app):
        app.open("one_ball?photo=64-3", width=390, dark=True)
        app.page.get_by_role("button", name="Another").click()
        app.idle()

When a test ends, any console error, any exception in the page and any request to another host fails it.

All tests of a worker use one tab, which costs a fifth of a new one: Streamlit's scripts stay compiled. Each
`open` is a session of its own for the server, and between two tests the tab is empty. Where several tests of
a file look at one link, one after the other, and press nothing, they take the fixture `still` instead: of
those only the first opens it.

The sums of a component's scripts are tested on their own, without the app, with the fixture `javascript`; a
component under the hand, where no server has to hear of it, with `alone`, and under fingers with `in_hand`.
"""

import base64
import contextlib
import os
import time
from collections.abc import Callable, Generator, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    expect,
    sync_playwright,
)

from benchmarks.serving import serve
from tests.browser.chromium import launch
from tests.browser.fingers import handset
from tests.browser.one_server import shared
from tests.browser.tabs import Lasting, once_more, run_in_tabs
from ui.components import script

if TYPE_CHECKING:
    from tests.browser.alone import Alone

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "screenshots"
# A test's page is gone before its code, made faster, would have paid for that.
UNOPTIMISED = "--js-flags=--no-opt --no-maglev"
# What is asked of another host is an error in the page's console, and fails the test.
NO_OTHER_HOST = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
STREAM = "/_stcore/stream"  # the end of the address of Streamlit's line
PATIENCE = 60_000  # milliseconds: a machine that does much else at the time is no fault of the page

expect.set_options(timeout=PATIENCE)


# Asked by tests that stand elsewhere; what failed is told as in a test's own module.
ASKED_ELSEWHERE = (
    "back",
    "focus",
    "forced_colours",
    "lecture_hall",
    "on_paper",
    "one_line",
    "overview",
    "signed_cells",
    "training.restyled",
)
pytest.register_assert_rewrite(*(f"tests.browser.{module}" for module in ASKED_ELSEWHERE))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = f"{Path(__file__).parent}{os.sep}"
    for item in items:
        if str(item.path).startswith(here):  # a path's parents are 0.1 s of a core for 4,500 tests
            item.add_marker(pytest.mark.browser)
            once_more(item)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    return (yield from run_in_tabs(item))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that fails tells what its page showed then."""
    report = yield
    visited = getattr(item, "funcargs", {}).get("app")
    if report.when == "call" and report.failed and isinstance(visited, App):
        with contextlib.suppress(Exception):
            report.sections.append(("What the page showed", visited.seen()))
    return report


class App:
    """One browser tab on the running app. `problems` collects what must not happen."""

    def __init__(self, url: str, page: Page) -> None:
        self.url = url
        self.page = page
        self.problems: list[str] = []
        self.excused: tuple[str, ...] = ()  # words of console errors that a test brings about itself
        self._watched: dict[str, Callable[[Any], None]] = {
            "console": self._console,
            "pageerror": lambda error: self.problems.append(f"exception in the page: {error}"),
        }
        for event, heard in self._watched.items():
            page.on(event, heard)

    def open(self, path: str = "", *, patience: float = 60.0, **window: Any) -> None:
        """Open a page ("one_ball?photo=64-3") as a new session and wait until it stands still.

        patience: seconds, more where the page begins with work of its own, which others may slow down;
        window: as in `as_seen`.
        """
        self.as_seen(**window)
        self.page.goto(f"{self.url}/{path}")
        self.page.wait_for_selector("h1", timeout=60_000)
        self.idle(patience)

    def as_seen(self, *, width: int = 1280, height: int = 900, dark: bool = False) -> None:
        """In a window of this size, by day or by night."""
        self.page.set_viewport_size({"width": width, "height": height})
        # Without motion: what moves costs half of a page's time, and no test looks at it on its way.
        self.page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")

    def hear_every_request(self) -> None:
        """A frame's and a worker's too, of which no console tells; a tenth of what a page costs."""
        self._watched["request"] = self._request
        self.page.on("request", self._request)

    def idle(self, timeout: float = 60.0) -> None:
        """Wait until the script has not been running, and nothing stale or yet to come, for 0.4 seconds.

        What the page has asked for is not over before the server has said something, however busy it is.
        """
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            try:
                if self.page.evaluate(_QUIET, 1000 * left):
                    return
            except Error as gone:  # to another page meanwhile, where it is asked again
                if "context was destroyed" not in str(gone):
                    raise
        raise TimeoutError(f"the app still runs after {timeout} s")

    def until(self, true: Callable[[], bool], timeout: float = 60.0) -> None:
        """Wait for what comes of itself, however late: what a hand did is told when it has rested a while."""
        end = time.monotonic() + timeout
        while not true():
            assert time.monotonic() < end, "it did not happen in time"
            self.page.wait_for_timeout(50)

    def break_line(self, of: str = STREAM) -> None:
        """What is said next on a line whose address has this in it is lost, for it breaks just then."""
        self.page.evaluate(_BREAK, of)

    def with_scrollbar(self, width: int = 12) -> None:
        """As with a mouse: its scrollbar takes room from the page. Headless Chromium's takes none."""
        room = (
            "width => (document.querySelector('[data-testid=stMain]').style.borderRight = `${width}px solid`)"
        )
        self.page.evaluate(room, width)
        self.idle()

    def leave(self) -> None:
        """Let go of the mouse, end the session, forget what the page has stored, look no longer."""
        if self.page.is_closed():
            return
        self.page.mouse.up()
        left = urlsplit(self.page.url)
        if left.scheme == "http":
            self.page.evaluate("sessionStorage.clear()")  # a tab's own, which goes on here
        self.page.goto("about:blank")
        if left.scheme == "http":  # when the page is gone, for it stores at its end, too
            browser = self.page.context.new_cdp_session(self.page)
            origin = f"http://{left.netloc}"
            browser.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage"})
            browser.detach()
        self.look_away()

    def look_away(self) -> None:
        """What the page does from now on is no longer this test's."""
        for event, heard in self._watched.items():
            self.page.remove_listener(event, heard)

    def screenshot(self, name: str) -> Path | None:
        """The whole page, however long, as screenshots/<name>.png; only where SCREENSHOTS is set."""
        if not os.environ.get("SCREENSHOTS"):
            return None
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

    def seen(self) -> str:
        """Where the page stands, in words, for whoever reads of a failure."""
        state = self.page.locator("[data-testid=stApp]").get_attribute("data-test-script-state", timeout=2000)
        text = self.page.locator("[data-testid=stMain]").inner_text(timeout=2000)
        problems = "\n".join(self.problems)
        return f"{self.page.url}\nthe script: {state}\n{text[:3000]}\n{problems}"

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window, when what draws itself anew has done so."""
        for _ in range(20):
            if not (wider := int(self.page.evaluate(_OVERFLOW))):
                break
            self.page.wait_for_timeout(200)
        return wider

    def _console(self, message: ConsoleMessage) -> None:
        if message.type != "error" or any(word in message.text for word in self.excused):
            return
        self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Request) -> None:
        here, host = urlsplit(self.url).netloc, urlsplit(request.url).netloc
        if request.url.startswith(("http:", "https:")) and host != here:
            self.problems.append(f"request to another host: {request.url}")


class Still(App):
    """The app on a link at which several tests look, and which none of them changes: it is opened once."""

    def __init__(self, url: str, page: Page, left: dict[str, str]) -> None:
        """left: the link that the test before has left open, as "link"; this one leaves its own there."""
        super().__init__(url, page)
        self.left = left

    def open(self, path: str = "", *, patience: float = 60.0, **window: Any) -> None:
        """Open a page, or, where the test before has looked at the same link, see it in this window."""
        if self.left.get("link") == path and self.page.url.startswith(self.url):
            self.as_seen(**window)
            self.idle(patience)
            return
        clear(self.url, self.page)
        super().open(path, patience=patience, **window)
        self.left["link"] = path


def clear(url: str, page: Page) -> None:
    """Leave what a test that only looks has left open."""
    if page.url.startswith("http"):
        App(url, page).leave()


_QUIET = """(left) => new Promise((resolve) => {
  const asking = () => window.asked > window.answered && performance.now() - window.asked <= 5000
  const heard = () => !window.sending && !asking()
  const quiet = () => {
    const app = document.querySelector('[data-testid=stApp]')
    return !!app && heard() && app.getAttribute('data-test-script-state') === 'notRunning'
      && !app.querySelector('[data-testid=stMain] :is([data-stale=true], [data-testid=stSkeleton])')
      && [...app.querySelectorAll('[data-testid=stBidiComponentIsolated]')].every(there)
      && ![...app.querySelectorAll('[data-testid=stElementContainer]:not([data-there])')].some(awaited)
  }
  const there = (component) => component.shadowRoot?.childElementCount  // its scripts and styles have come
  const awaited = (place) => getComputedStyle(place).animationName === 'awaited'  // ui/rooms.py

  // What has another width draws itself anew in a frame, and on a busy machine that takes its time.
  const frame = () => (frames += 1) < 2 && requestAnimationFrame(frame)
  const begun = performance.now()
  let since = null, frames = 0
  requestAnimationFrame(frame)
  const look = () => {
    const now = performance.now()
    since = quiet() ? since ?? now : null
    if (since !== null && now - since >= 400 && frames === 2) resolve(true)
    else if (now - begun > left) resolve(false)
    else setTimeout(look, 50)
  }
  look()
})"""
# When the page has last told Streamlit's server something, and when that has last said something; how many
# files are on their way there, after which the page tells of them.
_ASKED = """{
  const upload = XMLHttpRequest.prototype.send
  window.sending = 0
  XMLHttpRequest.prototype.send = function (...given) {
    window.sending += 1
    this.addEventListener('loadend', () => {
      window.sending -= 1
      window.asked = performance.now()
    })
    return upload.apply(this, given)
  }
  const send = WebSocket.prototype.send, listened = new WeakSet()
  window.asked = window.answered = 0
  WebSocket.prototype.send = function (message) {
    if (this.url.endsWith('/_stcore/stream')) {
      window.asked = performance.now()
      if (!listened.has(this)) this.addEventListener('message', () => (window.answered = performance.now()))
      listened.add(this)
    }
    return send.call(this, message)
  }
}"""
_BREAK = """(of) => {
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (message) {
    if (!this.url.includes(of)) return send.call(this, message)
    WebSocket.prototype.send = send
    this.close()
  }
}"""
_OVERFLOW = """() => {
  const main = document.querySelector('[data-testid=stMain]')
  return Math.max(main.scrollWidth - main.clientWidth,
                  document.documentElement.scrollWidth - window.innerWidth, 0)
}"""


@pytest.fixture(scope="session")
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app's URL. It is started once for all workers, on a free port, and ended with the tests."""
    together = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        together = together.parent
    with shared(together, lambda: serve(folder=home, through="tests.few_photos")) as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = launch(playwright, UNOPTIMISED, NO_OTHER_HOST)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def lasting_tab(browser: Browser) -> Iterator[Lasting[Page]]:
    with prepared(browser.new_context(locale="en-GB", timezone_id="UTC")) as context:
        yield Lasting(context.new_page)


@pytest.fixture
def tab(lasting_tab: Lasting[Page]) -> Page:
    return lasting_tab.get()


@pytest.fixture
def app(server: str, tab: Page) -> Iterator[App]:
    clear(server, tab)
    with visit(server, tab) as visited:
        yield visited


@pytest.fixture(scope="module")
def left_open(server: str, lasting_tab: Lasting[Page]) -> Iterator[dict[str, str]]:
    yield {}
    clear(server, lasting_tab.get())


@pytest.fixture
def still(server: str, tab: Page, left_open: dict[str, str]) -> Iterator[App]:
    """The app for a test that only looks, in windows of any width, as others do that stand beside it."""
    visited = Still(server, tab, left_open)
    yield visited
    visited.look_away()
    assert not visited.problems, "\n".join(visited.problems)


@pytest.fixture(scope="session")
def lasting_handset_tab(browser: Browser) -> Iterator[Lasting[Page]]:
    with prepared(handset(browser)) as context:
        yield Lasting(context.new_page)


@pytest.fixture
def handset_tab(lasting_handset_tab: Lasting[Page]) -> Page:
    return lasting_handset_tab.get()


@pytest.fixture
def phone(server: str, handset_tab: Page) -> Iterator[App]:
    """The app on a phone, to be used by tests.browser.fingers alone."""
    with visit(server, handset_tab) as visited:
        yield visited


@pytest.fixture(scope="session")
def place_of_its_own(browser: Browser) -> Iterator[Lasting["Alone"]]:
    from tests.browser.alone import Alone

    with prepared(browser.new_context(locale="en-GB", timezone_id="UTC")) as context:
        yield Lasting(lambda: Alone(context.new_page()))


@pytest.fixture
def alone(place_of_its_own: Lasting["Alone"]) -> Iterator["Alone"]:
    """A component without the app, to be looked at and used in a window of any width."""
    yield from standing_in(place_of_its_own.get())


@pytest.fixture(scope="session")
def place_in_hand(browser: Browser) -> Iterator[Lasting["Alone"]]:
    from tests.browser.alone import Alone

    with prepared(handset(browser)) as context:
        yield Lasting(lambda: Alone(context.new_page()))


@pytest.fixture
def in_hand(place_in_hand: Lasting["Alone"]) -> Iterator["Alone"]:
    """The same on a phone, to be used by tests.browser.fingers alone."""
    yield from standing_in(place_in_hand.get())


def standing_in(place: "Alone") -> Iterator["Alone"]:
    place.problems.clear()
    yield place
    if not place.page.is_closed():
        place.leave()
    assert not place.problems, "\n".join(place.problems)


@contextlib.contextmanager
def prepared(context: BrowserContext) -> Iterator[BrowserContext]:
    context.add_init_script(_ASKED)
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@contextlib.contextmanager
def tab_of(context: BrowserContext) -> Iterator[Page]:
    with prepared(context):
        yield context.new_page()


@contextlib.contextmanager
def visit(url: str, tab: Page) -> Iterator[App]:
    """The app in the tab, which is left empty. Errors: AssertionError at the end, for whatever went wrong."""
    visited = App(url, tab)
    try:
        yield visited
    finally:
        visited.leave()
    assert not visited.problems, "\n".join(visited.problems)


@pytest.fixture(scope="session")
def javascript(browser: Browser) -> Iterator[Callable[..., Callable[..., Any]]]:
    """javascript("pictures", "one_ball/sums") gives run(expression, given=None): the value of an expression
    in which `js` holds what these scripts export, joined as the app joins them, and `given` is an argument.
    """
    page = browser.new_page()

    @cache
    def module(*scripts: str) -> Callable[..., Any]:
        source = base64.b64encode(script(*scripts).encode()).decode()
        page.evaluate(_IMPORT, [" ".join(scripts), source])

        def run(expression: str, given: Any = None) -> Any:
            call = f"([name, given]) => {{ const js = window.modules[name]; return {expression} }}"
            return page.evaluate(call, [" ".join(scripts), given])

        return run

    yield module
    page.close()


_IMPORT = """async ([name, source]) => {
  const bytes = Uint8Array.from(atob(source), (c) => c.charCodeAt(0))
  const url = URL.createObjectURL(new Blob([bytes], { type: 'text/javascript' }))
  window.modules = { ...window.modules, [name]: await import(url) }
}"""
