"""A window as wide as a projector: all letters are larger there, and nothing breaks for that.

That they are, on every page, is seen where every page is opened. What Safari has lacked until lately is taken
away from Chromium on the pages that stand open here: they do without.
"""

from tests.browser.lecture_hall import (
    assert_no_equation_and_no_line_of_code_goes_on_in_the_next_line,
    assert_one_run_that_fills_the_screen_tells_the_scale_of_its_pictures,
)
from tests.browser.letters import HALL
from tests.browser.one_line import assert_the_way_to_another_page_is_read_whole

# Until the end of 2025 boxes left CSS zoom out. Elsewhere, and since, they are in the window's pixels.
WITHOUT_ZOOM = """() => {
  const boxOf = Element.prototype.getBoundingClientRect
  Element.prototype.getBoundingClientRect = function () {
    const { x, y, width, height } = boxOf.call(this), zoom = this.currentCSSZoom
    return new DOMRect(x / zoom, y / zoom, width / zoom, height / zoom)
  }
}"""


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


def test_a_network_that_fills_the_screen_tells_the_scale_of_its_pictures(app):
    """Of a head the page that stands open in test_every_page.py is asked."""
    app.open("training?init=network")
    app.page.locator(".live-training .outputs [data-of=z]").first.wait_for()
    for width in (390, 360, 320):
        app.as_seen(width=width, height=900, dark=False)
        app.idle()
        assert_the_way_to_another_page_is_read_whole(app)
    assert_one_run_that_fills_the_screen_tells_the_scale_of_its_pictures(app)
