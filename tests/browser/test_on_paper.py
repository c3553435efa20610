"""On paper: a sheet is narrower than the window, and no script draws anything anew for it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

SHEET = 718  # pixels of an A4 sheet between margins of a centimetre


@contextmanager
def printed(app) -> Iterator[None]:
    app.page.emulate_media(media="print")
    try:
        yield
    finally:
        app.page.emulate_media(media="screen")


def test_a_sheet_holds_as_much_as_a_window_of_1280_pixels(app):
    app.open("three_balls")
    column = app.page.locator(".st-key-column")
    in_window = column.evaluate("e => e.clientWidth")
    app.as_seen(width=SHEET, height=1015, dark=False)
    with printed(app):
        assert column.evaluate("e => e.clientWidth") >= in_window
        assert column.evaluate("e => e.getBoundingClientRect().right") <= SHEET
        assert app.overflow() == 0
    assert_a_plotly_figure_of_a_wider_window_shrinks_with_its_place(app)


def assert_a_plotly_figure_of_a_wider_window_shrinks_with_its_place(app):
    app.as_seen(width=1280, height=900, dark=False)
    app.idle()
    # All at once, before the figure is drawn anew: how much of its place each layer takes.
    narrower = """(place) => {
      place.style.width = `${place.clientWidth / 2}px`
      const wide = (one) => one.getBoundingClientRect().width
      return [...place.querySelectorAll(".main-svg")].map((svg) => wide(svg) / wide(place))
    }"""
    with printed(app):
        shares = app.page.get_by_test_id("stPlotlyChart").evaluate(narrower)
    assert shares and all(0.95 < share < 1.01 for share in shares)


def test_the_diagram_of_a_wider_window_is_as_wide_as_the_sheet(app):
    app.open("propagation")
    narrower = """(all) => {
      all.style.width = "600px"
      const scroll = all.querySelector(".scroll"), stage = scroll.querySelector(".stage")
      return [scroll.scrollWidth - scroll.clientWidth, stage.getBoundingClientRect().width]
    }"""
    with printed(app):
        cut, wide = app.page.locator(".propagation").evaluate(narrower)
    assert cut == 0 and wide > 500


def test_the_curve_of_a_wider_window_is_not_squeezed(app):
    app.open("one_ball")
    with printed(app):
        fit = app.page.locator(".descent canvas.curve").evaluate("e => getComputedStyle(e).objectFit")
    assert fit == "contain"


def test_the_curves_of_a_live_run_are_as_high_as_they_were_drawn(app):
    app.open("training?loss=binary,softmax,squared")
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
            breaks = "all => all.map((e) => getComputedStyle(e).breakInside)"
            assert app.page.locator(whole).evaluate_all(breaks) == 3 * ["avoid"], whole


def test_the_curves_of_a_live_run_stand_beside_its_pictures_not_under_them(app):
    app.open("training")
    app.page.wait_for_selector(".live-training .plot .svg-container")
    narrower = """(curves) => {
      curves.style.width = `${0.7 * curves.clientWidth}px`
      const right = (one) => one.getBoundingClientRect().right
      const said = [...curves.querySelectorAll(".main-svg, .guess:not([hidden])")]
      return said.map((one) => right(one) - right(curves))
    }"""
    with printed(app):
        beyond = app.page.locator(".live-training .curves").evaluate(narrower)
    assert len(beyond) >= 3 and max(beyond) <= 1


@pytest.mark.parametrize("page", ["why_now", "three_balls", "broadcasting"])
def test_a_chart_of_a_wider_window_shrinks_with_its_place_and_leaves_no_room(app, page):
    """One that did not made all of its page smaller; those that did stood between two empty bands."""
    app.open(page)
    chart = app.page.locator("svg[role=slider]").last
    narrower = """(svg) => {
      svg.parentElement.style.width = "500px"
      const { width, height } = svg.getBoundingClientRect()
      const { width: wide, height: high } = svg.viewBox.baseVal
      return [width / svg.parentElement.getBoundingClientRect().width, (width / height) / (wide / high)]
    }"""
    with printed(app):
        share, shape = chart.evaluate(narrower)
    assert share <= 1.001 and shape == pytest.approx(1, abs=0.02)


def test_a_photo_stays_beside_its_figure(app):
    app.open("unique_ball")
    app.as_seen(width=SHEET, height=1015, dark=False)
    app.idle()
    row = app.page.get_by_test_id("stHorizontalBlock").filter(has=app.page.locator(".st-key-goal3_heads"))
    with printed(app):
        photo, figure = (row.get_by_test_id("stColumn").nth(i).bounding_box() for i in (0, 1))
        assert row.evaluate("e => getComputedStyle(e).breakInside") == "avoid"
    assert photo["x"] + photo["width"] <= figure["x"] and photo["y"] < figure["y"] + figure["height"]


def test_a_heading_stays_with_the_component_below_it(app):
    """ "What the models say" stood alone at the end of a sheet, and its answers on the next."""
    app.open("your_photo")
    heading = app.page.get_by_test_id("stElementContainer").filter(has_text="What the models say")
    with printed(app):
        assert heading.evaluate("e => getComputedStyle(e).breakAfter") == "avoid"
        assert app.page.locator(".answers").evaluate("e => getComputedStyle(e).breakBefore") == "avoid"


def test_no_figure_is_cut_where_a_sheet_ends_and_none_scrolls(app):
    """A triangle lost its lower corners to the next one; of 64 pictures three rows and a half were seen."""
    breaks = "all => all.map((e) => getComputedStyle(e).breakInside)"
    app.open("unique_ball")
    with printed(app):
        for figure in (".best-output", ".derivatives", ".board", ".jacobian"):
            found = app.page.locator(figure).evaluate_all(breaks)
            assert found and set(found) == {"avoid"}, figure
    app.open("hidden_layers", width=800)
    cards, tiles = app.page.locator(".why .card"), app.page.locator(".tiles").first
    cards.last.wait_for()
    tiles.wait_for()
    hidden = "e => e.scrollHeight - e.clientHeight"
    assert tiles.evaluate(hidden) > 100
    with printed(app):
        assert cards.evaluate_all(breaks) == 3 * ["avoid"]
        assert tiles.evaluate(hidden) == 0
