"""What a first visit to each page costs: bytes, and seconds on a phone in a crowded Wi-Fi.

A browser with an empty cache, behind a line of 1.6 Mbit/s with a round trip of 150 ms; the server has been
visited before. Beside it the same with a browser that takes no compression. `title`: until the page's heading
is there; `still`: until its script has ended, all that it asked for has come, and it is drawn. Then, what
another photo of its gallery costs.
"""

import ast
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.serving import APP, serve
from benchmarks.slow_line import Line, slow_line
from tests.browser.chromium import launch

BITS, ROUND_TRIP = 1.6e6, 0.15
PHONE = {"width": 390, "height": 844}
QUIET = 0.4  # seconds without change after which a page stands still
STILL = """document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
  && !document.querySelector('[data-testid=stMain] :is([data-stale=true], [data-testid=stSkeleton])')"""


@dataclass(frozen=True)
class Visit:
    """Bytes that came down, and seconds from the request on."""

    bytes: int
    title: float
    still: float
    another: tuple[int, float] | None = None  # bytes and seconds of another photo, where there is a gallery


def main() -> None:
    """Print a line for each page, and the medians of the ratios."""
    print(f"{'':16s}{'compressed':>30s}{'as it is':>30s}{'ratios':>20s}{'another photo':>20s}")
    print(
        f"{'page':16s}"
        + 2 * f"{'MB':>8s}{'title':>11s}{'still':>11s}"
        + f"{'bytes':>10s}{'still':>10s}{'kB':>10s}{'still':>10s}"
    )
    ratios = []
    with serve() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        with slow_line(server.url) as fast, slow_line(server.url, BITS, ROUND_TRIP) as slow:
            for path in pages(APP):
                visit(browser, fast, path)  # what the server works out once, it has worked out
                packed, plain = visit(browser, slow, path), visit(browser, slow, path, compressed=False)
                ratios.append((packed.bytes / plain.bytes, packed.still / plain.still))
                figures = "".join(
                    f"{one.bytes / 1e6:8.2f}{one.title:9.1f} s{one.still:9.1f} s" for one in (packed, plain)
                )
                figures += "".join(f"{ratio:10.2f}" for ratio in ratios[-1])
                if packed.another is not None:
                    figures += f"{packed.another[0] / 1e3:10.0f}{packed.another[1]:8.1f} s"
                print(f"{path or 'overview':16s}{figures}", flush=True)
        browser.close()
    of_bytes, of_still = (median(each) for each in zip(*ratios, strict=True))
    print(f"median of the ratios: bytes {of_bytes:.2f}, seconds {of_still:.2f}")


def pages(app: Path) -> list[str]:
    """The paths that app.py names."""
    calls = [node for node in ast.walk(ast.parse(app.read_text())) if isinstance(node, ast.Call)]
    named = [{word.arg: word.value for word in call.keywords} for call in calls if _name(call) == "Page"]
    return [ast.literal_eval(words["url_path"]) if "url_path" in words else "" for words in named]


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", "")


def visit(browser: Browser, line: Line, path: str, *, compressed: bool = True) -> Visit:
    """Open a page with an empty cache, as a phone does."""
    context = browser.new_context(viewport=PHONE)
    if not compressed:
        context.set_extra_http_headers({"Accept-Encoding": "identity"})
    page = context.new_page()
    network = context.new_cdp_session(page)
    coming: set[str] = set()
    network.on("Network.requestWillBeSent", lambda event: coming.add(event["requestId"]))

    def over(event: dict[str, Any]) -> None:
        coming.discard(event["requestId"])

    network.on("Network.loadingFinished", over)
    network.on("Network.loadingFailed", over)
    network.send("Network.enable")
    before = line.http + line.socket
    began = time.perf_counter()
    page.goto(f"{line.url}/{path}", wait_until="commit", timeout=300_000)
    page.wait_for_selector("h1", timeout=300_000)
    title = time.perf_counter() - began
    still = _still(page, coming) - began
    came = line.http + line.socket - before
    another = None
    if (tiles := page.locator(".gallery").first.get_by_role("radio")).count():
        before, began = line.http + line.socket, time.perf_counter()
        tiles.last.click()
        seconds = _still(page, coming) - began
        another = (line.http + line.socket - before, seconds)
    context.close()
    return Visit(came, title, still, another)


def _still(page: Page, coming: set[str]) -> float:
    """Since when, on the clock of time.perf_counter, the page has stood still."""
    since = None
    while since is None or time.perf_counter() - since < QUIET:
        page.wait_for_timeout(20)
        still = not coming and page.evaluate(STILL)
        since = (since or time.perf_counter()) if still else None
    return since


if __name__ == "__main__":
    main()
