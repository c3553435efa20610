"""What is asked of a page in a window as wide as a projector, where all letters are larger, and on a desk."""

from playwright.sync_api import expect

from tests.browser.letters import HALL

STAGES = ((1280, 720), (1366, 768), (1280, 900), (1920, 1080))  # windows that one figure fills

# Of each of Plotly's texts how far it leaves its drawing, and which others lie over it.
PLACES = """all => all.map((figure) => {
  const texts = [...figure.querySelectorAll('text')].filter((text) => text.textContent.trim())
  const boxes = texts.map((text) => text.getBoundingClientRect()), edge = figure.getBoundingClientRect()
  return texts.map((text, i) => {
    const over = boxes.some((b, k) => k !== i && b.left + 2 < boxes[i].right && boxes[i].left + 2 < b.right
      && b.top + 4 < boxes[i].bottom && boxes[i].top + 4 < b.bottom)
    return [text.textContent, over, edge.top - boxes[i].top > 2 || boxes[i].bottom - edge.bottom > 2]
  })
})"""


# Every figure has the width of its place.
DRAWN = """[...document.querySelectorAll('.js-plotly-plot')].every((figure) =>
  Math.abs(figure.querySelector('.main-svg').clientWidth - figure.clientWidth) < 2)"""


def assert_words_in_figures_by_plotly_lie_apart_and_inside(app):
    """What is as large as other letters there has as much room."""
    app.page.wait_for_function(DRAWN)
    figures = app.page.locator(".js-plotly-plot").evaluate_all(PLACES)
    assert figures and all(figures)
    assert [text for figure in figures for text in figure if text[1] or text[2]] == []


def assert_a_seed_has_its_buttons(app, key):
    """Streamlit leaves them out of a field that is narrower than seven and a half letters."""
    seed = app.page.locator(f".st-key-{key}")
    expect(seed.get_by_test_id("stNumberInputStepUp")).to_be_visible()


def assert_a_chart_reads_out_the_column_under_the_pointer(app):
    app.page.locator(".recall svg").scroll_into_view_if_needed()
    tick = app.page.locator(".recall svg text.tick").filter(has_text="300").bounding_box() or {}
    app.page.mouse.move(tick["x"] + tick["width"] / 2, tick["y"] - 60)
    assert app.page.locator(".recall .count").inner_text() == "300 baseball photos: not run yet"


def assert_the_pixels_under_the_pointer_are_those_that_are_meant(app):
    """The picture is drawn larger than its own pixels say, and in whole ones."""
    page = app.page
    for part, pixels in (("frame", 384), ("frame-w", 320)):
        box = page.locator(f".neuron [data-part={part}]").bounding_box() or {}
        assert (box["width"], box["height"]) == (pixels, pixels)
    box = page.locator(".neuron [data-part=frame]").bounding_box() or {}
    page.mouse.move(box["x"] + 10.5 * 6, box["y"] + 50.5 * 6)
    assert "pixel in row 50, column 10" in page.locator(".neuron [data-part=where]").inner_text()


def assert_a_photo_and_the_pixels_that_the_neurons_see_of_it_are_larger_too_and_in_whole_ones(app):
    photo, pixels = (app.page.locator(f".crop {part}").bounding_box() or {} for part in (".stage", "canvas"))
    assert abs(photo["height"] - 1.25 * 460) <= 0.5
    assert (pixels["width"], pixels["height"]) == (5 * 64, 5 * 64)
    assert photo["x"] + photo["width"] < pixels["x"], "beside each other"


def assert_no_equation_and_no_line_of_code_goes_on_in_the_next_line(app):
    """The loss and its F.binary_cross_entropy are the longest."""
    lines = app.page.locator(".propagation .lists :is(.equation, code)").evaluate_all(
        """all => all.map((one) => {
          const words = [...one.childNodes].filter((node) => node.tagName !== 'SMALL')
          const range = document.createRange(), size = parseFloat(getComputedStyle(one).fontSize)
          range.setStart(words[0], 0)
          range.setEndAfter(words.at(-1))
          const { top, bottom } = range.getBoundingClientRect()
          return [one.innerText, (bottom - top) / size, one.scrollWidth - one.clientWidth]
        })"""
    )
    assert len(lines) >= 32
    assert [line for line in lines if line[1] > 2 or line[2] > 0] == []


def assert_the_stage_has_sizes_of_its_own_and_the_page_its_own_again(app):
    """Its parts share a window of any size out among them: with larger letters they would leave it.

    The curves have room for them, where the projector has 1080 lines.
    """
    app.as_seen(**HALL, dark=False)
    app.idle()
    page, letters = app.page, "() => getComputedStyle(document.documentElement).fontSize"
    curves = "size => document.querySelector('.plot').layout?.font.size === size"
    page.wait_for_selector("[data-pictures][data-step='0']", timeout=90_000)
    page.wait_for_function(curves, arg=17.5)
    page.evaluate("document.documentElement.requestFullscreen = undefined")  # a window that is no screen's
    page.locator("h1").first.click()
    page.keyboard.press("f")
    page.wait_for_function(f"({letters})() === '16px'")
    for height, size in ((950, 14), (HALL["height"], 17.5)):
        app.as_seen(width=HALL["width"], height=height, dark=False)
        page.wait_for_function(curves, arg=size)
        assert page.locator("[data-testid=stMain]").evaluate("e => e.scrollHeight - e.clientHeight") <= 0
    page.keyboard.press("f")
    page.wait_for_function(f"({letters})() === '20px'")
    page.wait_for_function(curves, arg=17.5)
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


def assert_several_runs_that_fill_the_screen_tell_the_scale_of_their_pictures(app):
    """Beside the choice of what the pictures show."""
    app.page.locator(".live-training .outputs [data-of=z]").first.wait_for()
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
    app.page.evaluate("document.documentElement.classList.remove('live-stage')")


def assert_one_run_that_fills_the_screen_tells_the_scale_of_its_pictures(app):
    """Beneath the pictures of a head, beside the name of a wall."""
    page = app.page
    page.locator(".live-training .outputs [data-of=z]").first.wait_for()
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
    page.evaluate("document.documentElement.classList.remove('live-stage')")
