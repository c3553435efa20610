"""The live figure's scripts in Chromium, the app's own files, without a run behind them."""

import mimetypes
from pathlib import Path

import plotly
import pytest

from tests.browser.training.frames import HOST, Figure
from ui.components import FOLDER

PACKAGE = Path(plotly.__file__).parent / "package_data"
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


def serve(route):
    """assets/components and plotly.min.js as the app serves them; anything else is an empty page."""
    path = route.request.url.removeprefix(HOST).split("?")[0]
    for prefix, folder in (("/components/", FOLDER), ("/plotly/", PACKAGE)):
        if path.startswith(prefix):
            kind = mimetypes.guess_type(path)[0] or "text/plain"
            route.fulfill(body=(folder / path.removeprefix(prefix)).read_text("utf-8"), content_type=kind)
            return
    route.fulfill(body="<!doctype html><meta charset=utf-8><body></body>", content_type="text/html")


@pytest.fixture(scope="module")
def sums(browser):
    page = browser.new_page()
    page.route(f"{HOST}/**", serve)
    page.goto(HOST)
    imports = "".join(
        f"Object.assign(window.sums, await import('/components/training/{name}.js'));" for name in MODULES
    )
    page.evaluate(f"(async () => {{ window.sums = {{}}; {imports} }})()")
    yield page
    page.close()


@pytest.fixture(scope="module")
def call(sums):
    """call(name, *arguments) of a function that the modules export. NaN arrives as NaN."""
    return lambda name, *args: sums.evaluate(
        "([name, args]) => window.sums[name](...args)", [name, list(args)]
    )


@pytest.fixture
def figure(browser):
    opened = Figure(browser, serve)
    yield opened
    opened.page.close()
    assert not opened.problems
