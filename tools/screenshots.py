"""The README's pictures of today's app: python -m tools.screenshots writes docs/screenshots/<page>.png.

With CHROMIUM=/usr/bin/chromium, where there is one: the headless shell spaces small letters less well.
"""

import argparse
import re
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from benchmarks.serving import serve
from tests.browser.chromium import launch
from tests.browser.conftest import App, visit

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
PAGES = {  # name → address, height of the window
    "overview": ("", 1180),
    "one_ball": ("one_ball", 1120),
    "three_balls": ("three_balls", 1290),
    "training": ("training?rate=0.001&l2=0.1", 860),
    "unique_ball": ("unique_ball?z=1.5,0.5,-1", 1500),
    "hidden_layers": ("hidden_layers", 1300),
    "house_prices": ("house_prices", 1250),
    "propagation": ("propagation", 1230),
    "broadcasting": ("broadcasting", 1100),
    "why_now": ("why_now", 1480),
    "your_photo": ("your_photo", 1500),
}


def main() -> None:
    """Start the app, open each page, keep the picture."""
    argparse.ArgumentParser(prog="python -m tools.screenshots", description=__doc__).parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    with serve() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        for name, (address, height) in PAGES.items():
            with visit(server.url, browser.new_page()) as app:
                take(app, name, address, height)
        browser.close()


def take(app: App, name: str, address: str, height: int) -> None:
    """One picture, 1280 pixels wide."""
    app.open(address, height=height)
    if name == "training":
        lesson(app)
    elif name == "broadcasting":
        app.page.get_by_role("button", name="Stretch b").click()
    elif name == "hidden_layers":  # once its photos have been looked at
        app.page.locator(".layers .patches").first.wait_for(timeout=120_000)
        expect(app.page.get_by_test_id("stProgress")).to_have_count(0, timeout=120_000)
    app.page.wait_for_timeout(3000)  # pictures that paint themselves have ended by then
    app.page.screenshot(path=FOLDER / f"{name}.png")
    print(f"docs/screenshots/{name}.png")


def lesson(app: App) -> None:
    """A run on Goal 2's loss that goes on with Goal 3's, as a projector shows it."""
    page = app.page
    page.wait_for_selector("[data-pictures]", timeout=120_000)
    page.keyboard.press("f")
    counted = page.locator(".live-training .counter")
    for epoch in range(1, 17):
        page.locator(".live-training [data-part=epoch]").click()
        expect(counted).to_contain_text(re.compile(rf"epoch {epoch}(\.0)?\b.*paused"), timeout=120_000)
        if epoch == 8:
            page.locator(".loss input[value=softmax]").click()
            page.wait_for_selector(".law.fresh", state="attached")


if __name__ == "__main__":
    main()
