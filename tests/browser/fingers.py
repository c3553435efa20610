"""Fingers on a page, as a phone's browser tells of them: a tap, and a drag, which scrolls the page."""

import time

from playwright.sync_api import Browser, BrowserContext, Locator, Page

Point = tuple[float, float]

# The click that a tap becomes, which a busy browser tells late; a few parts take the finger for themselves.
CLICK = """() => {
  window.tapped = new Promise((done) => {
    addEventListener("click", done, { capture: true, once: true })
    setTimeout(done, 1000)
  }).then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))))
}"""
DRAWN = """() => new Promise((done) =>
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"""
# A page runs on a little when the finger has left it.
AT_REST = """() => new Promise((done) => {
  const place = () => document.querySelector('[data-testid=stMain]')?.scrollTop
  let at = place(), since = performance.now(), frames = 0
  const look = (now) => {
    if (place() !== at) [at, since, frames] = [place(), now, 0]
    if (++frames > 8 && now - since >= 150) done()
    else requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
})"""
APART = 0.35  # seconds from one tap to the next: nearer to each other they are a double one


def handset(browser: Browser) -> BrowserContext:
    """A phone: it has no mouse, and draws and scrolls as phones do."""
    return browser.new_context(
        locale="en-GB",
        timezone_id="UTC",
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        is_mobile=True,
        has_touch=True,
    )


class Fingers:
    def __init__(self, page: Page) -> None:
        self.page = page
        self.browser = page.context.new_cdp_session(page)
        self.tapped = 0.0

    def put(self, kind: str, *points: Point) -> None:
        """touchStart, touchMove or touchEnd, with where the fingers are."""
        at = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
        self.browser.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    def tap(self, x: float, y: float, *, roll: float = 0.0) -> None:
        """roll: by how many pixels the finger slides before it is lifted; up to some 15 it is still a tap."""
        if (early := self.tapped + APART - time.monotonic()) > 0:
            self.page.wait_for_timeout(1000 * early)
        self.page.evaluate(CLICK)
        self.put("touchStart", (x, y))
        if roll:
            self.put("touchMove", (x + roll, y + 1))
        self.put("touchEnd")
        self.page.evaluate("tapped")
        self.tapped = time.monotonic()

    def tap_on(self, part: Locator, *, right: float = 0.5, down: float = 0.5, roll: float = 0.0) -> None:
        """At these shares of the part's width and height, once it stands in the middle of the screen."""
        x, y = self.at(part, right, down)
        self.tap(x, y, roll=roll)

    def at(self, part: Locator, right: float = 0.5, down: float = 0.5) -> Point:
        """Where that is, once it stands in the middle of the screen."""
        part.evaluate("e => e.scrollIntoView({ block: 'center', behavior: 'instant' })")
        self.page.evaluate(DRAWN)
        box = part.bounding_box()
        assert box is not None
        return box["x"] + right * box["width"], box["y"] + down * box["height"]

    def swipe(self, start: Point, end: Point) -> float:
        """A drag in a straight line. Returns by how many pixels the page has scrolled."""
        before = self.scrolled()
        self.put("touchStart", start)
        for step in range(1, 13):
            share = step / 12
            between = [a + share * (b - a) for a, b in zip(start, end, strict=True)]
            self.put("touchMove", (between[0], between[1]))
            self.page.wait_for_timeout(16)
        self.put("touchEnd")
        self.page.evaluate(AT_REST)
        return self.scrolled() - before

    def scrolled(self) -> float:
        return float(self.page.evaluate("document.querySelector('[data-testid=stMain]')?.scrollTop ?? 0"))
