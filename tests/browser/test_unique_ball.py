"""Goal 3's page under a hand: what moves, what stays, what the link keeps."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

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


def number(text):
    return float(text.replace("−", "-"))


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
    app.open("unique_ball?z=0.5,-0.5,0.2")
    sigmoids, softmax = outputs(app)
    take(app, 0, 30)
    moved_sigmoids, moved_softmax = outputs(app)  # the hand still holds: no server has heard of it
    assert "z" in query(app)
    assert [a == b for a, b in zip(sigmoids, moved_sigmoids, strict=True)] == [False, True, True]
    assert [a == b for a, b in zip(softmax, moved_softmax, strict=True)] == [False, False, False]
    assert board(app).locator(".is-still").count() == 2
    assert board(app).locator(".sum .number").nth(1).inner_text() == "Σ = 1.00"
    app.page.mouse.up()
    app.idle()
    coupled = board(app).locator("section.table").nth(1)
    assert texts(coupled.locator(".foot td")) == ["0.000"] * 3

    moved = z_now(app)
    handle(app, 1).dblclick()
    app.idle()
    first, own, third = z_now(app)
    assert [number(first), number(third)] == pytest.approx([number(moved[0]), number(moved[2])], abs=0.01)
    assert own != moved[1]
    board(app).get_by_role("button", name="Back to this photo").click()
    app.idle()
    assert z_now(app)[0] != first and z_now(app)[2] != third
    assert number(z_now(app)[1]) == pytest.approx(number(own), abs=0.01)
    assert "z" not in query(app)
    before = z_now(app)
    handle(app, 0).press("End")
    app.page.wait_for_function("location.search.includes('z=')")
    app.page.locator(".gallery [role=radio][aria-checked=false]").first.click()
    app.idle()
    assert z_now(app) != before and z_now(app)[0] != "8.00" and "z" not in query(app)


def test_what_one_softmax_output_gains_the_others_lose_to_the_digits_shown(app):
    app.open("unique_ball?z=-0.41,-1.24,1.61")
    for change in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6):
        handle(app, 0).press("ArrowRight")
        changes = texts(board(app).locator(".out[data-for=softmax] .change"))
        assert sum(round(1000 * number(text)) for text in changes) == 0, (change, changes)
        for name, stack in (("sigmoid", 0), ("softmax", 1)):
            shown = sum(Decimal(text) for text in texts(board(app).locator(f".out[data-for={name}] .number")))
            written = board(app).locator(".sum .number").nth(stack).inner_text().removeprefix("Σ = ")
            assert abs(shown - Decimal(written)) <= Decimal("0.005"), (change, name)


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


def test_every_board_and_the_link_follow_when_the_hand_stops_and_what_was_told_before_is_heard_again(app):
    app.open("unique_ball")
    assert_a_position_told_before_is_heard_again_and_another_photo_ends_a_walk(app)
    app.as_seen(width=1280, height=900, dark=False)  # without motion again
    assert "z" not in query(app)
    own = z_now(app)
    take(app, 1, 25)
    assert [a == b for a, b in zip(z_now(app), own, strict=True)] == [True, False, True], "to the last digit"
    before = z_now(app, DERIVATIVES)
    assert z_now(app) != before
    app.page.mouse.up()
    app.idle()
    assert z_now(app) == z_now(app, BEST) == z_now(app, DERIVATIVES)
    assert_autograd_agrees(app)
    link = [float(v) for v in query(app)["z"].split(",")]
    assert list(map(number, z_now(app))) == pytest.approx(link, abs=0.005)
    app.page.reload()
    app.page.wait_for_selector(".logits")
    app.idle()
    assert list(map(number, z_now(app))) == pytest.approx(link, abs=0.005)


def entries(table):
    """The shown numbers of a table of derivatives, row by row, and its feet, in thousandths."""
    read = [
        [round(1000 * number(text)) for text in texts(table.locator(cells))]
        for cells in (".entry", ".foot td")
    ]
    return [read[0][i : i + 3] for i in range(0, len(read[0]), 3)], read[1]


def test_what_is_shown_adds_up_or_says_where_a_product_of_rounded_numbers_is_not_quite_that(app):
    app.open("unique_ball?z=-0.95,1.3,1.4&label_soccer=true&label_basketball=true&label_baseball=false")
    coupled = board(app).locator("section.table").nth(1)
    signs = []
    for nth in range(9):
        coupled.get_by_role("button").nth(nth).click()
        said = coupled.locator(".explain").inner_text().replace("\n", "").replace("−", "-")
        said = said.replace("\u00a0", " ")
        factor, bracket, sign, value = re.search(r"= (\S+) · \((.+)\) ([=≈]) (\S+)$", said).groups()
        one, other = bracket.split(" - ")
        product = float(factor) * (float(one) - float(other))
        assert (sign == "=") == (f"{product:+.3f}" == f"{float(value):+.3f}"), said
        signs.append(sign)
    assert "=" in signs

    for key in ("ArrowRight", "ArrowRight", "PageUp", "ArrowLeft", "PageUp", "End"):
        for which, nth in ((BOARD, 0), (BOARD, 1), (DERIVATIVES, 0), (DERIVATIVES, 1)):
            table = board(app, which).locator("section.table").nth(nth)
            rows, feet = entries(table)
            assert [sum(column) for column in zip(*rows, strict=True)] == feet
            if which == BOARD:
                assert rows == [list(column) for column in zip(*rows, strict=True)]
        handle(app, 0).press(key)
        app.until(lambda: all_boards_stand_where_the_link_says(app))
        app.idle()
        assert_autograd_agrees(app)


def all_boards_stand_where_the_link_says(app):
    link = [float(v) for v in query(app).get("z", "").split(",") if v]
    shown = [list(map(number, z_now(app, which))) for which in (BOARD, BEST, DERIVATIVES)]
    return all(board == pytest.approx(link, abs=0.006) for board in shown)


def assert_autograd_agrees(app):
    badges = texts(board(app, DERIVATIVES).locator(".badge"))
    assert len(badges) == 2
    assert all(badge.startswith("✓ autograd agrees to the digits shown") for badge in badges)
    every = " ".join(texts(app.page.locator(".logits")))
    assert "NaN" not in every and "Infinity" not in every


def test_autograd_agrees_in_a_corner_and_farther_is_out_of_reach(app):
    app.open("unique_ball?z=1e9,-1e9,8&label_soccer=true&label_basketball=true&label_baseball=false")
    assert z_now(app) == ["8.00", "−8.00", "8.00"]
    assert_autograd_agrees(app)


def test_descent_walks_to_the_best_which_the_labels_decide(app):
    app.open("unique_ball?z=-3,-2,3&label_soccer=true&label_basketball=true&label_baseball=false")
    account = board(app, BEST).locator(".account")
    assert account.get_by_role("table", name="the best one").get_by_role("row").count() == 3
    assert "[½, ½, 0]" in account.inner_text() and "1.386" in account.inner_text()
    loss = float(account.locator(".loss").first.inner_text())
    account.get_by_role("button").click()
    app.until(lambda: float(account.locator(".loss").first.inner_text()) < min(loss, 1.6))
    app.until(lambda: z_now(app) == z_now(app, BEST))
    app.idle()
    assert 1.386 <= float(account.locator(".loss").first.inner_text()) < min(loss, 1.6)
    assert z_now(app) == z_now(app, BEST)
    for name in ("y₁", "y₂"):
        app.page.get_by_text(name + " ").first.click()
        app.idle()
    assert "teaches nothing" in account.inner_text().replace("\n", " ")
    assert query(app)["label_soccer"] == "false"
    assert account.get_by_role("button").is_disabled()


def test_with_one_ball_the_clean_derivative_is_the_lectures_and_has_three_lines(app):
    app.open("unique_ball")
    assert_softmax_is_drawn(app)
    tangled, clean = board(app, DERIVATIVES).locator("section.table").all()
    assert tangled.locator(".wires path").count() == 9 and clean.locator(".wires path").count() == 3
    ends = "all => all.map(p => p.getAttribute('d').match(/^M(\\d).* (\\d) 40$/).slice(1).join())"
    assert clean.locator(".wires path").evaluate_all(ends) == ["3,3", "5,5", "7,7"]
    expect(clean.get_by_role("grid")).to_have_accessible_name("Clean: cross-entropy: ŷj − yj")
    assert "Σ" not in clean.inner_text()
    switch = app.page.get_by_text("y₁ soccer ball").nth(1)  # the ones beside the derivatives
    switch.click()
    app.page.wait_for_function("location.search.includes('label_soccer=true')")
    app.idle()
    assert query(app)["label_baseball"] == "false" and "(Σy) ŷj" in clean.inner_text().replace("\n", "")
    assert [one.is_checked() for one in app.page.get_by_role("switch").all()] == [True, True, False] * 2
    app.page.go_back()
    app.page.wait_for_function("!location.search.includes('label_')")
    app.idle()
    assert "Σ" not in clean.inner_text()
    assert_two_ball_photos_roll_on_stay_in_the_link_and_are_counted(app)


def test_malformed_links_are_answered_in_sentences(app):
    app.open("unique_ball?z=<b>1</b>,2,3&two=<i>1</i>&w2_change=6.5")
    assert app.page.locator("[data-testid=stAlert]").count() == 2
    assert app.page.locator("[data-testid=stException]").count() == 0
    assert board(app).is_visible()
    assert_the_slider_stands_over_its_points(app)


def assert_two_ball_photos_roll_on_stay_in_the_link_and_are_counted(app):
    row = app.page.get_by_role("radiogroup", name="Choose a photo with two balls")
    first = [tile.get_attribute("data-id") for tile in row.get_by_role("radio").all()]
    app.page.get_by_role("button", name="Others").click()
    app.idle()
    second = [tile.get_attribute("data-id") for tile in row.get_by_role("radio").all()]
    assert not set(first) & set(second)
    assert query(app)["two"] in second
    app.page.get_by_role("button", name="Count over").click()
    said = app.page.get_by_text("Exactly the two balls above ½")
    said.wait_for(timeout=60_000)  # while it counts
    assert "Goal 3 in 0," in said.inner_text()


def test_fits_a_phone_while_dragged(app):
    app.open("unique_ball?w2_change=-5", width=390, height=844, dark=True)
    assert_softmax_is_drawn(app)
    assert_the_slider_stands_over_its_points(app)
    take(app, 0, 40)
    assert app.overflow() == 0
    app.screenshot("unique_ball-dragged-dark-390")
    app.page.mouse.up()
    app.idle()


def test_pictures_have_their_points_and_edges_and_words_their_room_in_every_window(app):
    app.open("unique_ball?photo=64-127", width=390)  # whose z have six decimals
    assert_no_formula_scrolls(app)
    assert_the_map_of_distributions_has_a_point_for_each_pixel_also_when_the_window_has_changed(app)
    assert_a_photo_on_white_has_an_edge(app)
    assert_on_the_smallest_phones_the_corners_of_the_triangle_and_the_titles_of_two_heads_are_read(app)
    assert_the_corners_of_the_triangle_are_no_headings(app)


def assert_no_formula_scrolls(app):
    wider = "(formulas) => formulas.map((one) => one.scrollWidth - one.clientWidth)"
    for width in (390, 320):
        app.as_seen(width=width, height=844, dark=False)
        app.idle()
        found = app.page.locator(".katex-display").evaluate_all(wider)
        assert len(found) >= 8 and not any(found), width


def assert_the_map_of_distributions_has_a_point_for_each_pixel_also_when_the_window_has_changed(app):
    """It had 320 in a row however wide it stood, and its bands had blurred edges."""
    for width in (390, 1280, 1920):
        app.as_seen(width=width, height=900, dark=False)
        app.idle()
        points = app.page.locator(".best-output .field canvas").evaluate(
            "map => [map.width, map.clientWidth]"
        )
        assert points[0] == points[1] >= 320


def assert_a_photo_on_white_has_an_edge(app):
    edge = "(photo) => { const is = getComputedStyle(photo); return [is.outlineStyle, is.outlineWidth] }"
    for dark in (False, True):
        app.as_seen(width=1280, height=900, dark=dark)
        app.idle()
        photos = app.page.locator("[data-testid=stImage] img").all()
        assert len(photos) == 2 and all(photo.evaluate(edge) == ["solid", "1px"] for photo in photos), dark


def assert_on_the_smallest_phones_the_corners_of_the_triangle_and_the_titles_of_two_heads_are_read(app):
    for width in (360, 320):
        app.as_seen(width=width, height=844, dark=False)
        app.idle()
        assert small_letters(app, ".best-output .field") == []
        names = app.page.locator(".best-output .field text").evaluate_all(
            "all => all.map((e) => e.getBoundingClientRect())"
        )
        _, left, right = names
        assert left["left"] >= 0 and right["right"] <= width and left["right"] + 12 < right["left"]
    titles = app.page.locator("[data-testid=stPlotlyChart]").first.locator(".annotation", has_text="Goal")
    expect(titles).to_have_count(2)
    one, other = (title.bounding_box() for title in titles.all())
    assert one["x"] + one["width"] + 8 < other["x"]


def assert_the_corners_of_the_triangle_are_no_headings(app):
    for width in (640, 820, 1024, 1920):
        app.as_seen(width=width, height=900, dark=False)
        app.idle()
        assert large_letters(app, ".best-output .field") == [], width


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


def test_by_keyboard_each_table_is_one_stop_and_its_cells_say_what_they_are(app):
    app.open("unique_ball?z=1,0,-1&label_soccer=true&label_basketball=true&label_baseball=false")
    names = {
        "Sigmoids’ Jacobian: δjk ŷj(1 − ŷj)": ("∂ŷ₁/∂z₁ = +0.197", "∂ŷ₃/∂z₃ = +0.197"),
        "Softmax’s Jacobian: ŷj(δjk − ŷk)": ("∂ŷ₁/∂z₁ = +0.223", "∂ŷ₃/∂z₃ = +0.082"),
        "Tangled: Goal 2’s L on softmax: (ŷk − yk)(δkj − qkj)": (
            "term 1 of ∂L/∂z₁ = −0.335",
            "term 3 of ∂L/∂z₃ = +0.090",
        ),
        "Clean: cross-entropy: (Σy) ŷj − yj": ("(Σy) ŷ₁ in ∂L/∂z₁ = +1.330", "−y₃ in ∂L/∂z₃ = 0.000"),
    }
    for name, (first, last) in names.items():
        table = app.page.get_by_role("grid", name=name, exact=True)
        cells = table.get_by_role("button")
        expect(cells.first).to_have_accessible_name(first)
        expect(cells.last).to_have_accessible_name(last)
        (stop,) = table.locator("[tabindex='0']").all()
        assert table.locator("[tabindex='-1']").count() == cells.count() - 1
        said = table.locator("+ .explain").inner_text()
        stop.focus()
        for key in ("Control+Home", "ArrowUp", "ArrowUp", "Home", "ArrowLeft"):
            app.page.keyboard.press(key)
        expect(cells.first).to_be_focused()  # and at the edge it stays
        app.page.keyboard.press("ArrowDown")
        expect(cells.nth(3)).to_be_focused()
        app.page.keyboard.press("End")
        expect(cells.nth(5)).to_be_focused()
        expect(table.locator("[tabindex='0']")).to_have_count(1)
        assert table.locator("+ .explain").inner_text() == said, "what is written out is what was chosen"
        app.page.keyboard.press("Enter")
        assert table.locator("+ .explain").inner_text() != said
        cells.nth(1).click()
        app.page.keyboard.press("Tab")
        assert not table.evaluate("table => table.contains(table.getRootNode().activeElement)")
        app.page.keyboard.press("Shift+Tab")
        expect(cells.nth(1)).to_be_focused()

    coupled = board(app).locator("section.table").nth(1)
    coupled.get_by_role("button").nth(5).click()  # row 2, column 3
    explained = coupled.locator(".explain").inner_text().replace("\n", "")
    whole = "ŷ2(0~−~ŷ3) =~0.245 · (0~−~0.090) =~−0.022".replace("~", "\u00a0")
    assert explained == whole, "no line ends within a bracket"
    knob = handle(app, 2)
    knob.focus()
    for key, value in (("ArrowRight", "−0.90"), ("PageUp", "0.10"), ("End", "8.00"), ("Home", "−8.00")):
        knob.press(key)
        assert z_now(app)[2] == value
        assert knob.get_attribute("aria-valuetext").startswith(value)
    app.until(lambda: query(app)["z"] == "1,0,-8")
    app.idle()
    assert query(app)["z"] == "1,0,-8"


def test_what_is_negative_says_so_where_its_digits_are_zero(app):
    app.open("unique_ball?z=5,-5,-5&label_soccer=true&label_basketball=false&label_baseball=false")
    apart, coupled = (board(app).get_by_role("grid").nth(n) for n in (0, 1))
    off = [1, 2, 3, 5, 6, 7]
    assert [texts(coupled.get_by_role("button"))[i] for i in off] == ["−0.000"] * 6
    assert [texts(apart.get_by_role("button"))[i] for i in off] == ["0.000"] * 6  # that is 0, whatever z is
    assert texts(coupled.locator(".foot td")) == ["0.000"] * 3
    expect(coupled.get_by_role("button").nth(1)).to_have_accessible_name("∂ŷ₁/∂z₂ = −0.000")
    assert coupled.locator("+ .explain").inner_text().endswith("=\u00a0−0.000")
    tangled, clean = (board(app, DERIVATIVES).get_by_role("grid").nth(n) for n in (0, 1))
    assert texts(tangled.locator(".foot td"))[0] == texts(clean.locator(".foot td"))[0] == "−0.000"
    assert texts(clean.get_by_role("button"))[3:] == ["−1.000", "0.000", "0.000"]
    assert_autograd_agrees(app)
    assert all("[−0.000, " in badge for badge in texts(board(app, DERIVATIVES).locator(".badge")))
    # What cancels is 0, and no dust below it.
    app.open("unique_ball?z=0.3,0.3,0.3&label_soccer=true&label_basketball=true&label_baseball=true")
    assert texts(board(app, DERIVATIVES).locator(".foot td")) == ["0.000"] * 6
    assert_autograd_agrees(app)


def test_a_slider_has_the_width_of_a_small_phone(app):
    app.open("unique_ball", width=320)
    tracks = app.page.locator(".logits .track").all()
    assert len(tracks) == 9 and all(track.bounding_box()["width"] > 220 for track in tracks)
    assert app.overflow() == 0
