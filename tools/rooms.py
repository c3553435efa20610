"""The heights for ui/rooms.py: python -m tools.rooms prints ROOMS, of each page as it is opened first."""

import argparse

from playwright.sync_api import sync_playwright

from benchmarks.serving import serve
from tests.browser.chromium import launch
from tests.browser.conftest import visit
from tests.browser.rooms import heights
from tests.browser.test_every_page import PAGES
from ui.rooms import MEASURED


def main() -> None:
    """Open each page in each width."""
    argparse.ArgumentParser(prog="python -m tools.rooms", description=__doc__).parse_args()
    found: dict[str, list[list[int]]] = {}
    with serve() as server, sync_playwright() as playwright:
        browser = launch(playwright)
        for path in PAGES:
            with visit(server.url, browser.new_page()) as app:
                app.open(path)
                app.page.wait_for_timeout(3000)  # what is worked out in threads has come
                for band, widths in enumerate(MEASURED):
                    for width in widths:
                        app.as_seen(width=width, height=900, dark=False)
                        app.page.wait_for_timeout(500)
                        for key, height in heights(app.page).items():
                            found.setdefault(key, [[] for _ in MEASURED])[band].append(height)
        browser.close()
    for key, bands in found.items():
        print(f'    "{key}": {tuple(min(band) for band in bands)},')


if __name__ == "__main__":
    main()
