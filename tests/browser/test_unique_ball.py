"""Goal 3's page under a hand: what moves, what stays, what the link keeps."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, STREAM
from tests.browser.drawn import number
from tests.browser.letters import large_letters, small_letters
from tests.browser.links import query

BOARD, BEST, DERIVATIVES = 0, 1, 2


def board(app, which=BOARD):
    return app.page.locator(".logits").nth(which)


def handle(app, k, which=BOARD):
    return board(app, which).get_by_role("slider").nth(k)


def texts(locator):
    return locator.all_inner_texts()


def outputs(app):
    sigmoids = texts(board(app).locator(".out[data-for=sigmoid] .number"))
    softmax = texts(board(app).locator(".out[data-for=softmax] .number"))
    return sigmoids, softmax


def z_now(app, which=BOARD):
    return texts(board(app, which).locator(".value"))


def take(app, k, pixels):
    """Press on handle k of the first board and move it; the button stays down."""
    knob = handle(app, k)
    knob.scroll_into_view_if_needed()
    box = knob.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    app.page.mouse.move(x, y)
    app.page.mouse.down()
    app.page.mouse.move(x + pixels, y, steps=5)


def assert_the_slider_stands_over_its_points(app):
    """What moves w₂ is as wide as the chart below it: its thumb is where the points are, at every change."""
    middle = "(e) => { const box = e.getBoundingClientRect(); return box.x + box.width / 2 }"
    thumb = app.page.get_by_test_id("stSliderThumbValue").locator("xpath=..")
    points = app.page.get_by_test_id("stPlotlyChart").last.locator(".points path")
    points.first.wait_for()
    assert points.count() == 2
    assert (
        points.evaluate_all(f"all => all.map({middle})") == [pytest.approx(thumb.evaluate(middle), abs=1)] * 2
    )


def test_one_logit_moves_one_sigmoid_and_every_softmax_output_and_goes_back_to_the_photos_own(app):
    app.open("unique_ball?z=1,0,-1&label_soccer=true&label_basketball=true&label_baseball=false")
    assert z_now(app) == ["1.00", "0.00", "−1.00"]
    assert_autograd_agrees(app)
    assert_a_table_is_one_stop_for_the_keyboard(app)
    knob = handle(app, 2)
    knob.focus()
    for key, value in (("ArrowRight", "−0.90"), ("PageUp", "0.10"), ("End", "8.00"), ("Home", "−8.00")):
        knob.press(key)
        assert z_now(app)[2] == value
    app.until(lambda: query(app)["z"] == "1,0,-8")
    app.idle()
    assert z_now(app) == z_now(app, BEST) == z_now(app, DERIVATIVES)
    assert_autograd_agrees(app)

    moved = z_now(app)
    handle(app, 1).dblclick()
    app.idle()
    first, own, third = z_now(app)
    assert [first, third] == [moved[0], moved[2]] and own != moved[1]
    board(app).get_by_role("button", name="Back to this photo").click()
    app.idle()
    assert z_now(app)[0] != first and z_now(app)[2] != third
    assert z_now(app)[1] == own
    assert "z" not in query(app)

    before = z_now(app)
    sigmoids, softmax = outputs(app)
    take(app, 0, 30)
    moved_sigmoids, moved_softmax = outputs(app)  # the hand still holds: no server has heard of it
    assert "z" not in query(app) and z_now(app, DERIVATIVES) == before
    assert [a == b for a, b in zip(before, z_now(app), strict=True)] == [False, True, True], (
        "to the last digit"
    )
    assert [a == b for a, b in zip(sigmoids, moved_sigmoids, strict=True)] == [False, True, True]
    assert [a == b for a, b in zip(softmax, moved_softmax, strict=True)] == [False, False, False]
    assert board(app).locator(".is-still").count() == 2
    assert board(app).locator(".sum .number").nth(1).inner_text() == "Σ = 1.00"
    app.page.mouse.up()
    app.idle()
    coupled = board(app).locator("section.table").nth(1)
    assert texts(coupled.locator(".foot td")) == ["0.000"] * 3
    assert z_now(app) == z_now(app, BEST) == z_now(app, DERIVATIVES)
    assert_autograd_agrees(app)
    link = [float(v) for v in query(app)["z"].split(",")]
    assert list(map(number, z_now(app))) == pytest.approx(link, abs=0.005)
    app.page.locator(".gallery [role=radio][aria-checked=false]").first.click()
    app.page.wait_for_url("**photo=*")
    app.idle()
    assert z_now(app) != before and number(z_now(app)[0]) != link[0] and "z" not in query(app)


def assert_a_table_is_one_stop_for_the_keyboard(app):
    table = board(app).locator("section.table").first
    cells, explained = table.locator(".entry"), table.locator(".explain")
    said = explained.inner_text()
    table.locator("[tabindex='0']").focus()
    for key in ("Control+Home", "ArrowUp", "Home", "ArrowDown", "End"):
        app.page.keyboard.press(key)
    expect(cells.nth(5)).to_be_focused()
    assert explained.inner_text() == said, "what is written out is what was chosen"
    app.page.keyboard.press("Enter")
    assert explained.inner_text() != said
    cells.nth(1).click()
    app.page.keyboard.press("Tab")
    assert not table.evaluate("table => table.contains(table.getRootNode().activeElement)")
    app.page.keyboard.press("Shift+Tab")
    expect(cells.nth(1)).to_be_focused()


def test_lengths_end_to_end_fill_the_ruler_and_a_logit_begins_at_zero(javascript):
    steps = javascript("elements", "unique_ball/softmax_steps")
    spans = steps("js.spans(given)", [0.25, 0.125, 0.6249])
    assert [a for a, _ in spans] == [0, 0.25, 0.375] and [b for _, b in spans] == [0.25, 0.375, 1]
    places = steps("given.map((z) => js.fromZero(z, 4))", [-4, -1, 0, 2])
    assert places == [[0, 0.5], [0.375, 0.5], [0.5, 0.5], [0.5, 0.75]]


def assert_softmax_is_drawn(app):
    """A table with a row a ball: each ŷ lies where the one before it ends, below them all three; 0 … 1."""
    table = app.page.get_by_role("table", name="Softmax step by step")
    rows = [texts(row.locator(".number")) for row in table.get_by_role("row").all()[1:]]
    shown = [row[-1] for row in rows]
    assert [len(row) for row in rows] == [3, 3, 3, 2]
    assert sum(map(Decimal, shown[:3])) == Decimal(shown[3]) == 1
    assert sum(Decimal(row[1]) for row in rows[:3]) == Decimal(rows[3][0])
    ends = "all => all.map(e => { const box = e.getBoundingClientRect(); return [box.left, box.right] })"
    (left, right), *_ = table.locator(".laid").evaluate_all(ends)
    bars = table.locator(".laid:not(.whole) .fill").evaluate_all(ends)
    assert [bars[0][0], bars[2][1]] == pytest.approx([left, right], abs=2.5)  # a share of 0 has two pixels
    assert [bars[1][0], bars[2][0]] == pytest.approx([bars[0][1], bars[1][1]], abs=2.5)
    assert table.locator(".laid.whole .fill").evaluate_all(ends)[3:] == [
        pytest.approx(bar, abs=1) for bar in bars
    ]


def test_what_was_told_before_is_heard_again_and_labels_and_photos_stand_in_the_link(app):
    came = lengths_of_what_comes(app)
    app.open("unique_ball")
    first = sum(came)
    assert_softmax_is_drawn(app)
    assert_a_label_is_set_at_both_boards_and_taken_back_by_the_browser(app)
    assert_a_position_told_before_is_heard_again_and_another_photo_ends_a_walk(app)
    assert_two_ball_photos_roll_on_and_stay_in_the_link(app)
    assert_another_photo_costs_few_bytes(app, came, first)


def lengths_of_what_comes(app):
    """Of each word of the server, on the line of the page that is opened next; a list that grows."""
    came = []

    def count(socket):
        if socket.url.endswith(STREAM):
            socket.on("framereceived", lambda frame: came.append(len(frame)))

    app.page.once("websocket", count)
    return came


def assert_another_photo_costs_few_bytes(app, came, first):
    """Over a crowded Wi-Fi: neither the scripts of a figure nor the gallery's pictures come again."""
    came.clear()
    app.page.locator(".gallery").first.locator("[role=radio][aria-checked=false]").last.click()
    app.idle()
    assert 20_000 < sum(came) < first < 100_000


def assert_autograd_agrees(app):
    badges = texts(board(app, DERIVATIVES).locator(".badge"))
    assert len(badges) == 2
    assert all(badge.startswith("✓ autograd agrees to the digits shown") for badge in badges)


def assert_a_label_is_set_at_both_boards_and_taken_back_by_the_browser(app):
    clean = board(app, DERIVATIVES).locator("section.table").nth(1)
    assert "Σ" not in clean.inner_text()
    app.page.get_by_text("y₁ soccer ball").nth(1).click()  # the one beside the derivatives
    app.page.wait_for_function("location.search.includes('label_soccer=true')")
    app.idle()
    assert query(app)["label_baseball"] == "false" and "(Σy) ŷj" in clean.inner_text().replace("\n", "")
    assert [one.is_checked() for one in app.page.get_by_role("switch").all()] == [True, True, False] * 2
    app.page.go_back()
    app.page.wait_for_function("!location.search.includes('label_')")
    app.idle()
    assert "Σ" not in clean.inner_text()


def assert_a_position_told_before_is_heard_again_and_another_photo_ends_a_walk(app):
    own = z_now(app)
    for _ in range(2):  # the second time this board says what it said last, and another has moved since
        handle(app, 0, BEST).press("End")
        app.page.wait_for_function("location.search.includes('z=')")
        app.idle()
        board(app).get_by_role("button", name="Back to this photo").click()
        app.page.wait_for_function("!location.search.includes('z=')")
        app.idle()
        assert z_now(app, BEST) == z_now(app, DERIVATIVES) == own

    app.page.emulate_media(reduced_motion="no-preference")  # else the walk is over at once
    board(app, BEST).get_by_role("button", name="Descend").click()
    app.page.locator(".gallery [role=radio][aria-checked=false]").first.click()
    app.page.wait_for_url("**photo=*")
    app.idle()
    assert board(app, BEST).get_by_role("button", name="Descend").is_enabled()
    assert z_now(app, BEST) == z_now(app) and "z" not in query(app)


def assert_two_ball_photos_roll_on_and_stay_in_the_link(app):
    row = app.page.get_by_role("radiogroup", name="Choose a photo with two balls")
    first = [tile.get_attribute("data-id") for tile in row.get_by_role("radio").all()]
    app.page.get_by_role("button", name="Others").click()
    app.idle()
    second = [tile.get_attribute("data-id") for tile in row.get_by_role("radio").all()]
    assert not set(first) & set(second)
    assert query(app)["two"] in second


def test_all_of_it_fits_every_window_and_malformed_links_are_answered_in_sentences(app):
    link = "photo=64-127&z=<b>1</b>,2,3&two=<i>1</i>&w2_change=-5"  # the photo's z have six decimals
    app.open(f"unique_ball?{link}", width=390, height=844, dark=True)
    assert app.page.locator("[data-testid=stAlert]").count() == 2
    assert app.page.locator("[data-testid=stException]").count() == 0
    assert_softmax_is_drawn(app)
    assert_the_slider_stands_over_its_points(app)
    assert_no_formula_scrolls(app)
    assert_the_map_of_distributions_has_a_point_for_each_pixel(app)
    assert_fits_while_dragged(app)
    resize(app, width=320)
    assert app.overflow() == 0
    assert_no_formula_scrolls(app)
    assert_a_slider_has_the_width_of_a_small_phone(app)
    assert_the_corners_of_the_triangle_are_read(app)
    assert_the_titles_of_two_heads_stand_apart(app)
    resize(app, width=820)
    assert_no_formula_is_smaller_than_on_a_desk(app)
    resize(app, width=1920)
    assert_the_map_of_distributions_has_a_point_for_each_pixel(app)
    assert large_letters(app, ".best-output .field") == [], "the corners of the triangle are no headings"
    for dark in (True, False):
        resize(app, width=1280, dark=dark)
        assert_a_photo_on_white_has_an_edge(app)
    assert_the_slider_stands_over_its_points(app)
    assert_the_map_of_distributions_has_a_point_for_each_pixel(app)


def resize(app, *, width, dark=False):
    app.as_seen(width=width, height=844, dark=dark)
    app.idle()


def assert_fits_while_dragged(app):
    take(app, 0, 40)
    assert app.overflow() == 0
    app.screenshot("unique_ball-dragged-dark-390")
    app.page.mouse.up()
    app.idle()


def assert_no_formula_scrolls(app):
    wider = "(formulas) => formulas.map((one) => one.scrollWidth - one.clientWidth)"
    found = app.page.locator(".katex-display").evaluate_all(wider)
    assert len(found) >= 8 and not any(found)


def assert_no_formula_is_smaller_than_on_a_desk(app):
    """In two columns they would be, beside the menu of a tablet."""
    sizes = "(formulas) => formulas.map((one) => parseFloat(getComputedStyle(one).fontSize))"
    found = app.page.locator(".katex-display > .katex").evaluate_all(sizes)
    assert len(found) >= 8 and found == [pytest.approx(1.21 * 16, abs=0.1)] * len(found)
    assert_no_formula_scrolls(app)


def assert_the_map_of_distributions_has_a_point_for_each_pixel(app):
    """Also when the window has changed. It had 320 in a row however wide it stood, with blurred edges."""
    canvas = app.page.locator(".best-output .field canvas")
    points, pixels = canvas.evaluate("map => [map.width, map.clientWidth]")
    assert points == pixels >= 320


def assert_a_photo_on_white_has_an_edge(app):
    edge = "(photo) => { const is = getComputedStyle(photo); return [is.outlineStyle, is.outlineWidth] }"
    photos = app.page.locator("[data-testid=stImage] img").all()
    assert len(photos) == 2 and all(photo.evaluate(edge) == ["solid", "1px"] for photo in photos)


def assert_the_corners_of_the_triangle_are_read(app):
    """On the smallest phone. How large they are in other windows: test_logits_drawn.py."""
    assert small_letters(app, ".best-output .field") == []
    place = "all => all.map((e) => e.getBoundingClientRect())"
    _, left, right = app.page.locator(".best-output .field text").evaluate_all(place)
    width = app.page.viewport_size["width"]
    assert left["left"] >= 0 and right["right"] <= width and left["right"] + 12 < right["left"]


def assert_the_titles_of_two_heads_stand_apart(app):
    titles = app.page.locator("[data-testid=stPlotlyChart]").first.locator(".annotation", has_text="Goal")
    expect(titles).to_have_count(2)
    one, other = (title.bounding_box() for title in titles.all())
    assert one["x"] + one["width"] + 8 < other["x"]


def assert_a_slider_has_the_width_of_a_small_phone(app):
    widths = "all => all.map((track) => track.getBoundingClientRect().width)"
    tracks = app.page.locator(".logits .track").evaluate_all(widths)
    assert len(tracks) == 9 and min(tracks) > 220


def test_by_night_the_ground_of_a_figures_words_is_dark_where_light_dark_is_not_known(browser):
    """As in Safari before 17.5: there they stood pale on white."""
    css = (ROOT / "assets" / "page.css").read_text(encoding="utf-8").replace("light-dark(", "not-known(")
    words = "<svg><g class=annotation><rect class=bg style='fill: white'></rect></g></svg>"
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.set_content(
            f"<style>:root {{ color-scheme: dark }} {css}</style><div data-testid=stPlotlyChart>{words}</div>"
        )
        ground = page.locator(".bg").evaluate("e => getComputedStyle(e).fill.match(/\\d+/g).map(Number)")
    assert max(ground) < 64
