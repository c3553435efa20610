"""What a fresh server lets its first visitor wait for.

The first page does not wait for PyTorch: its script in a fresh process, beside importing torch alone.
A link to Live training, which needs torch, seven photos of its own and 5,120 more: in a real browser, from
the request to the first photos on the screen, and to a run that can be played. The same on a server that was
there before, which finds its photos on the disk (core/kept_photos.py). And to such a run from a click in
the menu, after the Overview has been looked at for a while.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from benchmarks.serving import serve
from tests.browser.chromium import launch

ROOT = Path(__file__).resolve().parent.parent
PAGE = """
from streamlit.testing.v1 import AppTest
import sys
app = AppTest.from_file("app.py", default_timeout=60).run()
assert not app.exception and app.title[0].value and "torch" not in sys.modules
"""
REPEATS = 3
LOOKED_AT = 30.0  # seconds
READY = "epoch 0.0 · paused"


def main() -> None:
    """Print the seconds of each."""
    pairs = [(_seconds(PAGE), _seconds("import torch")) for _ in range(REPEATS)]
    page, torch = (median(times) for times in zip(*pairs, strict=True))
    print(f"start Python, run the first page, without torch: {page:.2f} s")
    print(f"start Python, import torch and nothing else: {torch:.2f} s")
    with sync_playwright() as playwright:
        browser = launch(playwright)
        waits = [_training(browser) for _ in range(REPEATS)]
        with tempfile.TemporaryDirectory() as folder:
            _training(browser, Path(folder))
            anew = [_training(browser, Path(folder)) for _ in range(REPEATS)]
        later = median(_training_after_the_overview(browser) for _ in range(REPEATS))
        browser.close()
    for what, times in (("", waits), (" that was there before", anew)):
        shown, ready = (median(each) for each in zip(*times, strict=True))
        print(
            f"Live training as the first page of a server{what}: its photos {shown:.1f} s, "
            f"ready to play {ready:.1f} s"
        )
    print(f"Live training after {LOOKED_AT:.0f} s on the Overview: ready to play {later:.1f} s")


def _seconds(script: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


def _training(browser: Browser, folder: Path | None = None) -> tuple[float, float]:
    """Seconds to the first row of photos and to the picture of a run, on a server of its own."""
    with serve(folder=folder) as server:
        page = browser.new_page()
        began = time.perf_counter()
        page.goto(f"{server.url}/training", wait_until="commit")
        page.wait_for_selector(".gallery [role=radio]", timeout=120_000)
        shown = time.perf_counter() - began
        page.get_by_text(READY).wait_for(timeout=120_000)
        ready = time.perf_counter() - began
        page.close()
    return shown, ready


def _training_after_the_overview(browser: Browser) -> float:
    """Seconds from a click in the menu to a run that can be played."""
    with serve() as server:
        page = browser.new_page()
        page.goto(server.url)
        page.wait_for_selector("h1", timeout=60_000)
        time.sleep(LOOKED_AT)
        began = time.perf_counter()
        page.get_by_role("link", name="Live training").first.click()
        page.get_by_text(READY).wait_for(timeout=120_000)
        took = time.perf_counter() - began
        page.close()
    return took


if __name__ == "__main__":
    main()
