"""What Safari has lacked until lately is taken away from Chromium: the pages do without."""

# Until the end of 2025 boxes left CSS zoom out. Elsewhere, and since, they are in the window's pixels.
WITHOUT_ZOOM = """() => {
  const boxOf = Element.prototype.getBoundingClientRect
  Element.prototype.getBoundingClientRect = function () {
    const { x, y, width, height } = boxOf.call(this), zoom = this.currentCSSZoom
    return new DOMRect(x / zoom, y / zoom, width / zoom, height / zoom)
  }
}"""


def test_on_a_projector_the_pixel_and_the_ball_are_under_the_pointer(app):
    app.open("one_ball", width=1920, height=1080)
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


def test_the_example_under_the_pointer_is_chosen(app):
    app.open("propagation?m=4&step=g3")
    app.page.evaluate(WITHOUT_ZOOM)
    strip = app.page.locator("canvas[data-strip]").first
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box() or {}
    for example in (2, 3, 1, 0):
        app.page.mouse.move(box["x"] + (example + 0.5) / 4 * box["width"], box["y"] + 20)
        chosen = "all => all.findIndex((one) => one.classList.contains('chosen'))"
        assert app.page.locator(".photos button").evaluate_all(chosen) == example


def test_live_training_hears_its_keys_where_an_element_cannot_be_asked_whether_it_is_seen(app):
    """Until version 17.4."""
    app.open("training")
    page = app.page
    page.wait_for_selector("[data-pictures][data-step='0']", timeout=90_000)
    page.evaluate("document.documentElement.requestFullscreen = undefined")  # a window that is no screen's
    lacks = "all => all.forEach((one) => (one.checkVisibility = undefined))"  # Streamlit has its own
    page.locator(".live-training, .live-training .stage").evaluate_all(lacks)
    page.locator("h1").first.click()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("[data-pictures][data-step='1']")
    for on in (True, False):
        page.keyboard.press("f")
        assert page.evaluate("document.documentElement.classList.contains('live-stage')") is on
