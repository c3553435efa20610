"""A window as wide as a projector: all letters are larger there, and nothing breaks for that.

That they are, on every page, is seen where every page is opened. What Safari has lacked until lately is taken
away from Chromium on the pages that stand open here: they do without.
"""

import pytest

from tests.browser.lecture_hall import assert_no_equation_and_no_line_of_code_goes_on_in_the_next_line
from tests.browser.letters import HALL
from tests.browser.on_paper import assert_the_curves_of_three_live_runs_are_as_high_as_they_were_drawn
from tests.browser.one_line import assert_the_way_to_another_page_is_read_whole

# Until the end of 2025 boxes left CSS zoom out. Elsewhere, and since, they are in the window's pixels.
WITHOUT_ZOOM = """() => {
  const boxOf = Element.prototype.getBoundingClientRect
  Element.prototype.getBoundingClientRect = function () {
    const { x, y, width, height } = boxOf.call(this), zoom = this.currentCSSZoom
    return new DOMRect(x / zoom, y / zoom, width / zoom, height / zoom)
  }
}"""
STAGES = ((1280, 720), (1366, 768), (1280, 900), (1920, 1080))  # windows that one figure fills


def test_the_stage_has_sizes_of_its_own_and_the_page_its_own_again(app):
    """Its parts share a window of any size out among them: with larger letters they would leave it."""
    app.open("training", **HALL)
    page, letters = app.page, "() => getComputedStyle(document.documentElement).fontSize"
    curves = "size => document.querySelector('.plot').layout?.font.size === size"
    page.wait_for_selector("[data-pictures][data-step='0']", timeout=90_000)
    page.wait_for_function(curves, arg=17.5)
    page.evaluate("document.documentElement.requestFullscreen = undefined")  # a window that is no screen's
    page.locator("h1").first.click()
    page.keyboard.press("f")
    page.wait_for_function(curves, arg=14)
    assert page.evaluate(letters) == "16px"
    assert page.locator("[data-testid=stMain]").evaluate("e => e.scrollHeight - e.clientHeight") <= 0
    page.keyboard.press("f")
    page.wait_for_function(curves, arg=17.5)
    assert page.evaluate(letters) == "20px"
    assert_its_keys_are_heard_where_an_element_cannot_be_asked_whether_it_is_seen(page)


def assert_its_keys_are_heard_where_an_element_cannot_be_asked_whether_it_is_seen(page):
    """In Safari until version 17.4."""
    lacks = "all => all.forEach((one) => (one.checkVisibility = undefined))"  # Streamlit has its own
    page.locator(".live-training, .live-training .stage").evaluate_all(lacks)
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("[data-pictures][data-step='1']")
    for on in (True, False):
        page.keyboard.press("f")
        assert page.evaluate("document.documentElement.classList.contains('live-stage')") is on


def test_in_an_older_safari_the_pixel_and_the_ball_are_under_the_pointer(app):
    app.open("one_ball", **HALL)
    app.page.evaluate(WITHOUT_ZOOM)
    mouse, part = app.page.mouse, ".neuron [data-part={}]".format
    box = app.page.locator(part("frame")).bounding_box() or {}
    pixel = box["width"] / 64
    mouse.move(box["x"] + 10.5 * pixel, box["y"] + 50.5 * pixel)
    assert "pixel in row 50, column 10" in app.page.locator(part("where")).inner_text()
    ball = app.page.locator(part("ball")).bounding_box() or {}
    x, y = ball["x"] + ball["width"] / 2, ball["y"] + ball["height"] / 2
    mouse.move(x, y)
    mouse.down()
    mouse.move(x - 10 * pixel, y - 5 * pixel, steps=3)
    mouse.up()
    app.page.wait_for_function("location.search.includes('dx=-10') && location.search.includes('dy=-5')")
    app.idle()


def test_no_equation_of_four_examples_breaks_and_the_example_under_the_pointer_is_chosen(app):
    """In an older Safari, too."""
    app.open("propagation?m=4&step=g3", **HALL)
    app.page.evaluate(WITHOUT_ZOOM)
    for width in (1920, 1600, 1280):
        app.as_seen(width=width, height=1080, dark=False)
        app.idle()
        assert_no_equation_and_no_line_of_code_goes_on_in_the_next_line(app)
    strip = app.page.locator("canvas[data-strip]").first
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box() or {}
    for example in (2, 3, 1, 0):
        app.page.mouse.move(box["x"] + (example + 0.5) / 4 * box["width"], box["y"] + 20)
        chosen = "all => all.findIndex((one) => one.classList.contains('chosen'))"
        assert app.page.locator(".photos button").evaluate_all(chosen) == example


def test_several_runs_that_fill_the_screen_tell_the_scale_of_their_pictures(app):
    """Beside the choice of what the pictures show."""
    app.open("training?loss=binary,softmax,squared")
    app.page.locator(".live-training .outputs output").first.wait_for()
    assert_the_curves_of_three_live_runs_are_as_high_as_they_were_drawn(app)
    app.page.evaluate("document.documentElement.classList.add('live-stage')")
    for width, height in STAGES:
        app.as_seen(width=width, height=height, dark=False)
        parts = [
            app.page.locator(f".live-training {part}").bounding_box()
            for part in (".views", ".scale span:first-child", ".scale span:last-child")
        ]
        assert all(parts), "it is there"
        (views, left, right), middle = parts, [part["y"] + part["height"] / 2 for part in parts]
        assert views["x"] + views["width"] < left["x"], "beside each other"
        assert left["x"] + left["width"] < right["x"] and right["x"] + right["width"] < width
        assert max(middle) - min(middle) < 3, "in one line"


@pytest.mark.parametrize("start", ["zeros", "network"])
def test_one_run_that_fills_the_screen_tells_the_scale_of_its_pictures(app, start):
    """Beneath the pictures of a head, beside the name of a wall."""
    app.open(f"training?init={start}")
    page = app.page
    page.locator(".live-training .outputs output").first.wait_for()
    if start == "network":
        for width in (390, 360, 320):
            app.as_seen(width=width, height=900, dark=False)
            app.idle()
            assert_the_way_to_another_page_is_read_whole(app)
    page.evaluate("document.documentElement.classList.add('live-stage')")
    for width, height in STAGES:
        app.as_seen(width=width, height=height, dark=False)
        low, bar, high = (
            page.locator(f".live-training .scale {part}").bounding_box() or {}
            for part in (".low", "i", ".high")
        )
        assert low["x"] + low["width"] < bar["x"] < bar["x"] + bar["width"] < high["x"], (width, height)
        assert high["x"] + high["width"] <= width - 27 and high["y"] + high["height"] <= height
        for name in page.locator(".live-training .pictures figcaption, .outputs p:visible").all():
            right, top, bottom = name.evaluate(
                """(one) => {
                  const range = document.createRange()
                  range.selectNodeContents(one)
                  const { right, top, bottom } = range.getBoundingClientRect()
                  return [right, top, bottom]
                }"""
            )
            assert right <= low["x"] or bottom <= low["y"] + 2 or top >= low["y"] + low["height"], (
                width,
                height,
            )
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight") <= height
