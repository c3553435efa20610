"""The mounted live figure while its photos are rendered: its room, and what is said meanwhile."""

import numpy as np
import pytest

from tests.browser.training.frames import WAITING, Figure, lanes, touching
from ui.components import FOLDER
from ui.packing import pack


def test_nothing_moves_when_the_photos_are_there(figure):
    places = """() => ['.bar', '.lanes', '.plot', '.timeline', '.hint', '.watched', '.scale'].map((part) => {
      const { top, height } = document.querySelector(`.live-training ${part}`).getBoundingClientRect()
      return [part, Math.round(top), Math.round(height)] })"""
    page, widths = figure.page, (358, 700, 820, 1000)
    for losses, hidden in ((["binary"], []), (["binary", "softmax", "squared"], []), (["binary"], [64])):
        figure.anew()
        page.evaluate("document.body.style.margin = 0")
        size, side = (64, 32) if hidden else (3, 64)
        room = {"hidden": hidden, "neurons": size, "side": side}
        figure.lines[-1].send(pack(WAITING | {"losses": losses, "room": room}, {}))
        page.wait_for_selector("text=512 of 4,096")
        before = {}
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            before[width] = page.evaluate(places)
            covered = touching(page, ".waiting > div", ".keys", ".timeline", ".lanes")
            assert covered == [], f"what is said covers words: {width}"
        pictures = np.full(len(losses) * size * side * side * 3, 128, np.uint8)
        figure.send(
            step=0, lanes=lanes(*losses), hidden=hidden, neurons=size, side=side, pictures=pictures, epoch=0
        )
        assert page.is_hidden("text=512 of 4,096")
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(places) == before[width], (losses, hidden, width)


def test_photos_that_cannot_be_rendered_are_not_waited_for(figure):
    figure.lines[-1].send(pack(WAITING | {"stopped": "The photos could not be rendered."}, {}))
    figure.page.wait_for_selector("text=The photos could not be rendered.")
    assert figure.page.is_hidden(".waiting > div") and "rendering" not in figure.page.inner_text(".bar")


def test_a_style_sheet_and_a_drawing_library_that_a_weak_line_loses_come_later(figure_tab, files):
    """Else the figure stands there bare, or without curves, until the page is loaded anew."""
    names, lost = ("live.css", "stage.css", "plotly.min.js"), []

    def lose(route):
        lost.append(route.request.url.rsplit("/", 1)[1])
        if lost.count(lost[-1]) <= 2:
            route.abort()
        else:
            route.continue_()

    figure_tab.goto("about:blank")
    for name in names:
        figure_tab.route(f"**/{name}", lose)
    try:
        figure = Figure(figure_tab, files)
        figure.send()
        figure_tab.wait_for_selector(".live-training:not([hidden]) .plot .main-svg")
    finally:
        for name in names:
            figure_tab.unroute(f"**/{name}")
    assert sorted(lost) == sorted(3 * names)
    bar = "getComputedStyle(document.querySelector('.live-training .bar')).display"
    assert figure_tab.evaluate(bar) == "flex"
    figure.leave()
    assert not figure.problems


ENTRY = """async (entry) => {
  const usual = setTimeout
  window.setTimeout = (act, time) => usual(act, time / 200)
  const { default: mount } = await import(`data:text/javascript,${encodeURIComponent(entry)}`)
  const room = { hidden: [], neurons: 3, side: 64 }
  mount({ data: { socket: 'live/k', base: '', loss: ['binary'], room }, parentElement: document.body })
}"""


@pytest.fixture
def entered(figure_tab, files):
    """entered(answer): the tab in which the live figure is asked for; `answer` says what becomes of it."""

    def enter(answer):
        figure_tab.route("**/live.js*", answer)
        figure_tab.goto("about:blank")
        figure_tab.goto(files)
        parts = ("unless_there.js", "training/entry.js")
        figure_tab.evaluate(ENTRY, "".join((FOLDER / part).read_text(encoding="utf-8") for part in parts))
        return figure_tab

    yield enter
    figure_tab.unroute("**/live.js*")
    figure_tab.goto("about:blank")


def test_a_figure_that_a_weak_line_loses_is_asked_for_until_it_comes(entered):
    lost = []

    def lose(route):
        lost.append(route.request.method)
        if len(lost) <= 24:
            route.abort()
        else:
            route.continue_()

    page = entered(lose)
    page.wait_for_selector(".live-training .play")
    assert lost.count("GET") > 12 and "could not be loaded" not in page.inner_text("body")


def test_a_figure_that_does_not_run_is_told_of(entered):
    broken = {"body": "throw new Error('no such thing')", "content_type": "text/javascript"}
    page = entered(lambda route: route.fulfill(**broken))
    told = page.locator("p")
    told.wait_for()
    assert told.inner_text().endswith("could not be loaded (no such thing). Reload the page.")


def test_keys_that_come_before_the_figure_are_handed_to_it(entered):
    """But for those that something which has the focus may use itself."""
    held = []
    page = entered(lambda route: held.append(route))
    page.wait_for_function("document.body.style.minHeight")
    page.evaluate("document.body.append(document.createElement('input'))")
    page.keyboard.press(" ")
    page.keyboard.press("Alt+p")
    page.keyboard.press("ArrowRight")
    page.focus("input")
    page.keyboard.press(" ")
    assert page.input_value("input") == " "
    body = """export function mount(host, data, { keys }) {
      window.handed = keys.map(({ key }) => key)
      return { dressed: Promise.resolve() }
    }"""
    held[0].fulfill(body=body, content_type="text/javascript")
    page.wait_for_function("window.handed")
    assert page.evaluate("window.handed") == [" ", "ArrowRight"]
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press(" ")
    assert page.evaluate("window.handed") == [" ", "ArrowRight"], "from now on they are the figure's"
