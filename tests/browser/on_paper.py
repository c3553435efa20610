"""What is asked of a page on paper: a sheet is narrower than the window, and no script draws anew for it.

Each is asked of a page that stands open in a wider window (tests/browser/test_every_page.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

SHEET = 718  # pixels of an A4 sheet between margins of a centimetre
BREAKS = "all => all.map((e) => getComputedStyle(e).breakInside)"
# All at once, before anything could draw itself anew: what is found of a part while it is narrower.
NARROWER = """(part) => {
  const before = part.style.width
  part.style.width = WIDTH
  try {
    return (FIND)(part)
  } finally {
    part.style.width = before
  }
}"""


@contextmanager
def printed(app) -> Iterator[None]:
    app.page.emulate_media(media="print")
    try:
        yield
    finally:
        app.page.emulate_media(media="screen")


def narrower(width: str, find: str) -> str:
    """width: in JavaScript, of a `part`."""
    return NARROWER.replace("WIDTH", width).replace("FIND", find)


def assert_a_sheet_holds_as_much_as_a_window_of_1280_pixels(app):
    column = app.page.locator(".st-key-column")
    in_window = column.evaluate("e => e.clientWidth")
    app.as_seen(width=SHEET, height=1015, dark=False)
    with printed(app):
        assert column.evaluate("e => e.clientWidth") >= in_window
        assert column.evaluate("e => e.getBoundingClientRect().right") <= SHEET
        assert app.overflow() == 0
    app.as_seen(width=1280, height=900, dark=False)


def assert_a_plotly_figure_of_a_wider_window_shrinks_with_its_place(app):
    """How much of its place each of its layers takes."""
    share = """(place) => [...place.querySelectorAll(".main-svg")].map(
      (svg) => svg.getBoundingClientRect().width / place.getBoundingClientRect().width)"""
    with printed(app):
        shares = app.page.get_by_test_id("stPlotlyChart").evaluate(
            narrower("`${part.clientWidth / 2}px`", share)
        )
    assert shares and all(0.95 < share < 1.01 for share in shares)


def assert_the_diagram_of_a_wider_window_is_as_wide_as_the_sheet(app):
    find = """(all) => {
      const scroll = all.querySelector(".scroll"), stage = scroll.querySelector(".stage")
      return [scroll.scrollWidth - scroll.clientWidth, stage.getBoundingClientRect().width]
    }"""
    with printed(app):
        cut, wide = app.page.locator(".propagation").evaluate(narrower('"600px"', find))
    assert cut == 0 and wide > 500


def assert_the_curve_of_a_wider_window_is_not_squeezed(app):
    with printed(app):
        fit = app.page.locator(".descent canvas.curve").evaluate("e => getComputedStyle(e).objectFit")
    assert fit == "contain"


def assert_the_curves_of_three_live_runs_are_as_high_as_they_were_drawn(app):
    app.page.wait_for_selector(".live-training .plot .svg-container")
    # All at once, as if they had been drawn in a lower window: a sheet's height is that of no window.
    lower = """(plot) => {
      const drawn = plot.querySelector(".svg-container"), high = (one) => one.getBoundingClientRect().height
      drawn.style.height = "200px"
      return high(plot) / high(drawn)
    }"""
    with printed(app):
        assert app.page.locator(".live-training .plot").evaluate(lower) == pytest.approx(1)
        app.page.locator(".confusion .card").last.wait_for()
        for whole in (".live-training .row", ".confusion .card"):
            assert app.page.locator(whole).evaluate_all(BREAKS) == 3 * ["avoid"], whole
        for whole in (".numbers .grid", "[data-testid=stExpander] details"):
            assert app.page.locator(whole).first.evaluate_all(BREAKS) == ["avoid"], whole


def assert_the_curves_of_a_live_run_stand_beside_its_pictures_not_under_them(app):
    app.page.wait_for_selector(".live-training .plot .svg-container")
    beyond = """(curves) => {
      const right = (one) => one.getBoundingClientRect().right
      const said = [...curves.querySelectorAll(".main-svg, .guess:not([hidden])")]
      return said.map((one) => right(one) - right(curves))
    }"""
    with printed(app):
        found = app.page.locator(".live-training .curves").evaluate(
            narrower("`${0.7 * part.clientWidth}px`", beyond)
        )
    assert len(found) >= 3 and max(found) <= 1


def assert_a_chart_of_a_wider_window_shrinks_with_its_place_and_leaves_no_room(app):
    """One that did not made all of its page smaller; those that did stood between two empty bands."""
    find = """(place) => {
      const svg = [...place.querySelectorAll("svg[role=slider]")].at(-1)
      const { width, height } = svg.getBoundingClientRect()
      const { width: wide, height: high } = svg.viewBox.baseVal
      return [width / place.getBoundingClientRect().width, (width / height) / (wide / high)]
    }"""
    with printed(app):
        chart = app.page.locator("svg[role=slider]").last
        look = narrower('"500px"', find)
        share, shape = chart.evaluate(f"(svg) => ({look})(svg.parentElement)")
    assert share <= 1.001 and shape == pytest.approx(1, abs=0.02)


def assert_a_photo_stays_beside_its_figure(app):
    app.page.set_viewport_size({"width": SHEET, "height": 1015})
    app.idle()
    row = app.page.get_by_test_id("stHorizontalBlock").filter(has=app.page.locator(".st-key-goal3_heads"))
    with printed(app):
        photo, figure = (row.get_by_test_id("stColumn").nth(i).bounding_box() for i in (0, 1))
        assert row.evaluate("e => getComputedStyle(e).breakInside") == "avoid"
    assert photo["x"] + photo["width"] <= figure["x"] and photo["y"] < figure["y"] + figure["height"]


def assert_a_heading_stays_with_the_component_below_it(app):
    """ "What the models say" stood alone at the end of a sheet, and its answers on the next."""
    heading = app.page.get_by_test_id("stElementContainer").filter(has_text="What the models say")
    with printed(app):
        assert heading.evaluate("e => getComputedStyle(e).breakAfter") == "avoid"
        assert app.page.locator(".answers").evaluate("e => getComputedStyle(e).breakBefore") == "avoid"


def assert_no_triangle_loses_its_lower_corners_to_the_next_sheet(app):
    with printed(app):
        for figure in (".best-output", ".derivatives", ".board", ".jacobian"):
            found = app.page.locator(figure).evaluate_all(BREAKS)
            assert found and set(found) == {"avoid"}, figure


def assert_what_scrolls_in_a_window_does_not_on_a_sheet(app):
    """Of 64 pictures three rows and a half were seen. In a window of 820 pixels."""
    cards, tiles = app.page.locator(".why .card"), app.page.locator(".tiles").first
    cards.last.wait_for()
    tiles.wait_for()
    hidden = "e => e.scrollHeight - e.clientHeight"
    assert tiles.evaluate(hidden) > 100
    with printed(app):
        assert cards.evaluate_all(BREAKS) == 3 * ["avoid"]
        assert tiles.evaluate(hidden) == 0
