"""What is asked of a page in a window as wide as a projector, where all letters are larger, and on a desk."""

from playwright.sync_api import expect

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
