"""Which Chromium the tests drive: $CHROMIUM, else one that is installed, else Playwright's own.

python -m tests.browser.chromium starts and ends it; the exit status says whether that worked.
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a camera of its own, and nobody is asked
    "--use-fake-ui-for-media-stream",
]
INSTALLED = (
    "chromium-headless-shell",  # the same engine without windows, and so with less to do
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find(playwright: Playwright) -> str | None:
    """The path of the browser, or None."""
    own = playwright.chromium.executable_path
    found = [os.environ.get("CHROMIUM"), *map(shutil.which, INSTALLED), own if Path(own).exists() else None]
    return next(filter(None, found), None)


def launch(playwright: Playwright, *flags: str) -> Browser:
    """Start it, with further flags.

    Errors: FileNotFoundError if there is none, playwright's Error if it does not start.
    """
    path = find(playwright)
    if path is None:
        raise FileNotFoundError("No Chromium here. `make test` installs one; or set CHROMIUM=/path/to/it.")
    return playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])


def starts() -> bool:
    with sync_playwright() as playwright:
        try:
            launch(playwright).close()
        except (Error, FileNotFoundError):
            return False
    return True


if __name__ == "__main__":
    sys.exit(0 if starts() else 1)
