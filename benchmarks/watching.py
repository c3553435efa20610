"""What it costs to watch a training, and how soon a click shows: the live page in a headless Chromium.

    speed      steps a second with the page open against with nobody watching, taken in turn on one run
    pictures   painted frames a second while it trains at full speed
    switch     from a click on the loss switch to the first painted point of the new loss on its curve,
               against one rerun of a page that holds a switch and a text and nothing else, training paused
    memory     of the server, for each further session that watches a run of its own

The steps are read over the run's own WebSocket, from a first frame that is never acknowledged, so that the
server makes just that one. Runs train with one loss on batches of 64, at full speed. All of it depends on
what else the machine does, so the load is printed beside.
"""

import json
import os
import re
import tempfile
import time
from pathlib import Path
from statistics import median
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page, sync_playwright
from websockets.sync.client import connect

from benchmarks.serving import Server, serve
from tests.browser.chromium import launch

ROOT = Path(__file__).resolve().parent.parent
WINDOW = 5.0  # seconds over which steps and pictures are counted
TURNS, CLICKS, SESSIONS = 5, 9, 10
STEADY = 2600  # from this step on a run is judged at equal distances
TRAINED = 500  # steps that each of the further sessions trains
LABELS = ("Goal 2", "Goal 3", "tangled", "squared")  # what the choices of the switch begin with
EMPTY = f"""
import streamlit as st
st.text("chosen: " + st.segmented_control("Loss", {LABELS}, default={LABELS[0]!r}, required=True))
"""


def main() -> None:
    """Print the four numbers."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        (page := Path(folder) / "empty.py").write_text(EMPTY)
        chromium = launch(playwright)
        with serve(ROOT / "app.py") as server:
            _speed(server, chromium)
            with serve(page) as empty:
                _switch(server, empty, chromium)
            _memory(server, chromium)
        chromium.close()


class Session:
    """One tab on the live page. Without a key the server begins a run of its own for it."""

    def __init__(self, server: Server, browser: Browser) -> None:
        self.server = server
        self.page: Page = browser.new_context(viewport={"width": 1280, "height": 1800}).new_page()
        self.key = ""

    def open(self) -> None:
        self.page.goto(f"{self.server.url}/training" + (f"?run={self.key}" if self.key else ""))
        self.page.wait_for_function(f"{_HOST}?.dataset.pictures > 0", timeout=180_000)
        self.key = parse_qs(urlsplit(self.page.url).query)["run"][0]
        self.ask("pace", pace="full")

    def leave(self) -> None:
        self.page.goto("about:blank")

    def close(self) -> None:
        self.page.context.close()

    def ask(self, do: str, **more: str) -> None:
        with connect(self._address) as line:
            line.send(json.dumps({"do": do} | more))
            line.recv()

    def steps(self) -> tuple[float, int]:
        """The time in seconds and the step at that time."""
        with connect(self._address) as line:
            frame = line.recv()
            assert isinstance(frame, bytes)
            length = int.from_bytes(frame[:4], "little")
            return time.perf_counter(), int(json.loads(frame[4 : 4 + length])["step"])

    def reach(self, step: int) -> None:
        while self.steps()[1] < step:
            time.sleep(0.1)

    def painted(self) -> tuple[float, int]:
        """The time in seconds and how many pictures were painted until then."""
        milliseconds, count = self.page.evaluate(f"[performance.now(), Number({_HOST}.dataset.pictures)]")
        return milliseconds / 1000, count

    @property
    def _address(self) -> str:
        return f"{self.server.url.replace('http', 'ws', 1)}/live/{self.key}"


_HOST = "document.querySelector('.live-training')?.parentElement"


def _rate(before: tuple[float, int], after: tuple[float, int]) -> float:
    return (after[1] - before[1]) / (after[0] - before[0])


def _speed(server: Server, browser: Browser) -> None:
    session = Session(server, browser)
    session.open()
    session.ask("play")
    session.reach(STEADY)
    watched, alone, pictures = [], [], []
    for _ in range(TURNS):
        time.sleep(1.0)
        painted, stepped = session.painted(), session.steps()
        time.sleep(WINDOW)
        watched.append(_rate(stepped, session.steps()))
        pictures.append(_rate(painted, session.painted()))
        session.leave()
        time.sleep(1.0)
        stepped = session.steps()
        time.sleep(WINDOW)
        alone.append(_rate(stepped, session.steps()))
        session.open()
    session.ask("pause")
    session.close()
    ratio = median(one / other for one, other in zip(watched, alone, strict=True))
    print(
        f"steps a second with the page watching: {median(watched):.0f}, with nobody: {median(alone):.0f}; "
        f"ratio {ratio:.2f} (target ≥ 0.85; {_spread(watched)} and {_spread(alone)}){_load()}"
    )
    print(
        f"pictures painted a second meanwhile: {median(pictures):.1f} "
        f"(target ≥ 10; {_spread(pictures)}){_load()}"
    )


def _switch(server: Server, empty: Server, browser: Browser) -> None:
    session = Session(server, browser)
    session.open()
    other = browser.new_context(viewport={"width": 1280, "height": 1800}).new_page()
    other.goto(empty.url)
    other.wait_for_selector("[data-testid=stText]")
    curve, first, rerun = [], [], []
    for i in range(1, CLICKS + 2):
        label = LABELS[i % len(LABELS)]
        session.ask("play")
        time.sleep(1.5 + 0.07 * i)  # not always at the same place between two frames
        shown, drawn = _click(session.page, label, _NEW_LOSS)
        session.ask("pause")
        time.sleep(1.0)
        (text,) = _click(other, label, _NEW_TEXT)
        if i > 1:  # the first click of each page also compiles its scripts
            first.append(shown)
            curve.append(drawn)
            rerun.append(text)
    other.context.close()
    session.close()
    ratio = median(curve) / median(rerun)
    print(
        f"click on the loss switch to the first point of its curve: {median(curve):.0f} ms, one rerun of an "
        f"empty page: {median(rerun):.0f} ms; ratio {ratio:.2f} "
        f"(target ≤ 2; {_spread(curve)} and {_spread(rerun)}){_load()}"
    )
    print(f"click to the first picture of the new loss: {median(first):.0f} ms ({_spread(first)})")


# Milliseconds from the click until the page holds what each condition wants; the next frame shows it.
_CLOCK = """([wanted, label]) => {
  const conditions = eval(wanted)(label)
  window.clocked = new Promise((resolve) => {
    addEventListener('click', ({ timeStamp }) => {
      const found = conditions.map(() => null)
      const watch = new MutationObserver(() => {
        conditions.forEach((holds, i) => {
          if (found[i] === null && holds()) found[i] = performance.now() - timeStamp
        })
        if (found.includes(null)) return
        watch.disconnect()
        resolve(found)
      })
      watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
    }, { capture: true, once: true })
  })
}"""
# The picture: a frame that names another loss. The curve: one more seam, and a point of J right of it.
_NEW_LOSS = """() => {
  const root = document.querySelector('.live-training')
  const plot = root.querySelector('.plot'), J = root.querySelector('.lanes .law')
  const seams = plot.data.at(-1).x.length, before = J.textContent
  const last = (list) => list.findLast(Number.isFinite)
  return [
    () => J.textContent !== before,
    () => plot.data.at(-1).x.length > seams && last(plot.data[0].x) > last(plot.data.at(-1).x),
  ]
}"""
_NEW_TEXT = """(label) => {
  const text = document.querySelector('[data-testid=stText]')
  return [() => text.isConnected && text.textContent === `chosen: ${label}`]
}"""


def _click(page: Page, label: str, wanted: str) -> list[float]:
    page.evaluate(_CLOCK, [wanted, label])
    page.get_by_role("radio", name=re.compile(rf"^{label}\b(?!’)")).click()
    found: list[float] = page.evaluate("window.clocked")
    return found


def _memory(server: Server, browser: Browser) -> None:
    try:
        server.megabytes()
    except OSError:
        print("memory for each further session: not measured, as this system has no /proc")
        return
    first = _trained(server, browser)
    before = server.megabytes()
    others = [_trained(server, browser) for _ in range(SESSIONS)]
    after = server.megabytes()
    for session in (first, *others):
        session.close()
    print(
        f"memory for each further session: {(after - before) / SESSIONS:.1f} MB (target ≤ 10; "
        f"the server held {before:.0f} MB with one and {after:.0f} MB with {SESSIONS + 1}){_load()}"
    )


def _trained(server: Server, browser: Browser) -> Session:
    session = Session(server, browser)
    session.open()
    session.ask("play")
    session.reach(TRAINED)
    session.ask("pause")
    return session


def _spread(values: list[float]) -> str:
    places = 1 if max(values) < 100 else 0
    return f"{min(values):.{places}f} to {max(values):.{places}f}"


def _load() -> str:
    """What the machine does beside, where the system says so."""
    return f"; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores" if hasattr(os, "getloadavg") else ""


if __name__ == "__main__":
    main()
