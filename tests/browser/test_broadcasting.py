"""Broadcasting in a real browser: the sums of its scripts against core, and what a person sees of b̃."""

import math
import unicodedata

import pytest
import torch
from playwright.sync_api import expect

from core.activations import SIGMOID
from core.broadcasting import fold, memory, stretch
from core.network import Layer, Network, propagate
from tests.browser.letters import small_letters
from tests.browser.links import query
from ui.broadcasting.boards import BOUNDS, USUAL
from ui.broadcasting.playground import FIRST

BOARD, BACK = ".broadcast:not(.back)", ".broadcast.back"
FOCUSED = """() => {
  let at = document.activeElement
  while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return at.getAttribute("aria-label")
}"""


@pytest.fixture(scope="module")
def js(javascript):
    return javascript("elements", "numbers", "broadcasting/sums")


def random(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(7), dtype=torch.float64)


# ---- the sums ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("k", "n", "m"), [(1, 4, 1), (3, 4, 5), (4, 4, 8)])
def test_the_browsers_Z_is_cores(js, k, n, m):
    W, X, b = random(k, n), random(n, m), random(k, 1)
    found = js(
        "js.withBias(js.product(...given[0]), given[1])", [[W.tolist(), X.tolist()], b.flatten().tolist()]
    )
    Z = propagate(Network((Layer(W, b, SIGMOID),)), X).Z[0]
    torch.testing.assert_close(torch.tensor(found, dtype=torch.float64), Z, rtol=1e-12, atol=1e-12)


def test_gathering_all_columns_is_the_fold(js):
    delta = random(3, 6)
    found = js("given.map((row) => [0, 2.5, 5, 6].map((p) => js.gathered(row, p)))", delta.tolist())
    expected = torch.cat([fold(delta[:, start:]) for start in (0, 3, 5, 6)], dim=1)
    torch.testing.assert_close(torch.tensor(found, dtype=torch.float64), expected, rtol=1e-12, atol=1e-12)


def test_places_in_memory_are_torchs(js):
    b = torch.arange(3.0).reshape(3, 1)
    view = memory(stretch(b, 5))
    copy = stretch(b, 5).contiguous().flatten()
    for strides, flat in ((view.strides, b.flatten()), (view.copy_strides, copy)):
        for i in range(3):
            for j in range(5):
                place = js("js.placeOf(...given)", [i, j, list(strides)])
                assert flat[place] == b[i, 0]


def test_parameters_are_counted_as_core_counts_them(js):
    network = Network((Layer(torch.zeros(3, 12288), torch.zeros(3, 1), SIGMOID),))
    for m in (1, 5, 8):
        counted = js("js.parameters(3, 12288, given)", m)
        assert counted["all"] == network.parameter_count == counted["W"] + counted["b"]
        assert counted["copied"] == 3 * 12288 + 3 * m


def test_typed_numbers(js):
    texts = [
        "1",
        "-1.5",
        "−1.5",
        "1,5",
        " 2 ",
        "+3",
        ".5",
        "-0",
        "99",
        "100",
        "1.234",
        "",
        "-",
        ".",
        "1e3",
        "٣",
        "abc",
    ]
    right = [1, -1.5, -1.5, 1.5, 2, 3, 0.5, 0, 99, *[None] * 8]
    found = js("given.map(js.typed)", texts)
    assert found == right and not math.copysign(1, found[7]) < 0
    shown = js("given.map((v) => js.brief(v))", [1, -2, 0.5, -0.004, 2.25, 10])
    assert shown == ["1", "−2", "0.5", "0", "2.25", "10"]


def test_times_and_decades(javascript):
    times = javascript("elements", "column_chart", "broadcasting/times")
    assert times("js.decades(given)", []) == [-2, 1]
    assert times("js.decades(given)", [0.02, 130]) == [-2, 3]
    assert times("js.decades(given)", [1, 1]) == [0, 1]
    assert times("given.map(js.inMilliseconds)", [1.2e-5, 0.0014, 0.13]) == ["0.0120 ms", "1.40 ms", "130 ms"]
    loop, batch = times("given.map(js.inMilliseconds)", [0.08204, 0.003628])
    assert f"{float(loop[:-3]) / float(batch[:-3]):.1f}" == f"{0.08204 / 0.003628:.1f}" == "22.6"


def test_on_a_phone_no_name_of_a_line_of_times_stands_on_its_points(javascript):
    times = javascript("elements", "column_chart", "broadcasting/times")
    assert times("js.lowest([[0, 9], [10, 5], [20, 4]], 5)") == 7
    assert times("js.lowest([[0, 9], [10, 5], [20, 6]], 10)") == 6
    sizes = [2**i for i in range(11)]
    # The batch's time is at its end a tenth of the loop's, which may be just below a power of ten.
    for steep, most in ((0.3, 4e-3), (1, 4e-3), (1.6, 4e-3), (1, 9.6e-3)):
        batch = [most * (m / 1024) ** steep for m in sizes]
        points = [{"m": m, "loop": 10 * s, "batch": s} for m, s in zip(sizes, batch, strict=True)]
        touched = times(
            """(() => {
              const host = document.body.appendChild(document.createElement('div'))
              host.style.width = '358px'
              host.innerHTML = '<style>g text { font: 650 16px sans-serif }</style>' // as on the page
              js.default({ data: given, parentElement: host })
              const touched = [...host.querySelectorAll('g')].map((line) => {
                const { x, y, height } = line.querySelector('text').getBBox()
                const lies = ([u, v], r) => u > x - 2 && v + r > y + 4 && v - r < y + height - 4
                const at = ({ cx, cy }) => [cx.baseVal.value, cy.baseVal.value]
                return [...line.querySelectorAll('circle')].filter((circle) => lies(at(circle), 5)).length
              })
              host.remove()
              return touched
            })()""",
            {"sizes": sizes, "points": points, "alt": ""},
        )
        assert touched == [0, 0], (steep, most)


def assert_what_is_read_out_of_the_times_is_said_word_by_word(app):
    chart = app.page.locator(".times [role=slider]")
    expect(chart).to_have_attribute("aria-valuetext", "1,024 photos, not measured yet")
    chart.press("Home")
    expect(chart).to_have_attribute("aria-valuetext", "1 photo, not measured yet")


# ---- the page ----------------------------------------------------------------------------------------


def lit(app, block):
    return app.page.locator(f"{BOARD} .{block} .cell").evaluate_all(
        "(all) => all.flatMap((cell, at) => cell.classList.contains('lit') ? [at] : [])"
    )


def dots_point_at_the_cell(board):
    """From the lit row of W and the lit column of X: in its row, and in its column."""
    cell, down, across = (board.locator(part).bounding_box() for part in (".wx .lit", ".down", ".across"))
    assert abs(down["x"] + down["width"] / 2 - cell["x"] - cell["width"] / 2) < 2
    assert cell["y"] < across["y"] + across["height"] - cell["height"] / 2 < cell["y"] + cell["height"]


def test_until_b_is_stretched_there_is_no_Z_and_then_a_cell_of_it_lights_up_what_it_is_made_of(app):
    app.open("broadcasting")
    board = app.page.locator(BOARD)
    title, slider = board.locator(".b .title"), board.locator(".move input")
    say, plus, memory = board.locator(".say"), board.locator(".plus"), board.locator(".memory").first
    assert title.inner_text().split() == ["b", "(3,", "1)"]
    for reach in ("0", "2"):  # b̃ (3, 3) beside (3, 5) is no better
        slider.fill(reach)
        assert board.locator(".z .empty").count() == 15 and board.locator(".z .title").inner_text() == "Z"
        assert f"(3, 5) + (3, {int(reach) + 1}): not as matrices" in say.inner_text()
        assert plus.get_attribute("aria-label") == "cannot be added"
        assert plus.locator("i").evaluate("(i) => getComputedStyle(i, '::after').content") == '""'
    assert "b̃ in memory" in memory.inner_text() and "strides (1, 0)" in memory.inner_text()
    slider.fill("0")
    assert memory.inner_text().split("\n")[0] == "b in memory" and "strides (1, 1)" in memory.inner_text()
    app.page.get_by_role("button", name="Stretch b").click()
    assert board.locator(".z .empty").count() == 0 and plus.get_attribute("aria-label") == "plus"
    assert plus.locator("i").evaluate("(i) => getComputedStyle(i, '::after').content") == "none"
    assert board.locator(".z .title").inner_text().split() == ["Z", "(3,", "5)"]
    app.page.wait_for_function("location.search === '?stretched=true'")
    assert small_letters(app, BOARD) == small_letters(app, BACK) == []

    app.page.locator(f"{BOARD} .z .cell").nth(2 * 5 + 3).hover()
    assert lit(app, "w") == [8, 9, 10, 11] and lit(app, "x") == [3, 8, 13, 18]
    assert lit(app, "wx") == lit(app, "z") == [13] and lit(app, "b") == [10, 13]
    assert lit(app, "seen") == [2] and lit(app, "copied") == [13]
    dots_point_at_the_cell(board)
    assert "= 2·(−1) + (−1)·0 + 0·1 + 1·0 + 1" in say.inner_text() and "= −2 + 1 = −1" in say.inner_text()
    app.page.locator(f"{BOARD} .z .cell").nth(13).focus()
    app.page.keyboard.press("ArrowUp")
    assert lit(app, "z") == [8] and "Z₂₄ = row 2 of W · column 4 of X" in say.inner_text()
    # One way of counting in all of it.
    assert "1 row down and 3 columns along, offset 1·1 + 3·0 = 1 in memory" in say.inner_text()
    assert "counted from 0" not in say.inner_text()
    assert_code_has_no_letter_that_its_font_lacks(app)
    assert_a_typed_b_changes_its_whole_row_and_the_way_back(app)
    assert_what_is_read_out_of_the_times_is_said_word_by_word(app)
    assert_a_press_on_a_number_selects_it_and_the_next_one_puts_the_caret(app)
    assert_on_a_phone_on_its_side_what_is_said_of_a_cell_leaves_the_board_three_quarters(app)
    assert_what_moves_the_board_stands_in_one_line_beside_a_scrollbar_too(app)


def assert_a_typed_b_changes_its_whole_row_and_the_way_back(app):
    b = app.page.locator(f"{BOARD} .b input").nth(0)
    before = app.page.locator(f"{BACK} .front").all_inner_texts()
    b.fill("abc")
    b.press("Enter")
    assert "is needed" in app.page.locator(f"{BOARD} .say").inner_text() and b.input_value() == "0.5"
    b.fill("-3")
    b.press("Enter")
    assert app.page.locator(f"{BOARD} .b .ghost").all_inner_texts()[:4] == ["−3"] * 4
    assert app.page.locator(f"{BOARD} .z .cell").all_inner_texts()[:5] == ["−2", "−6", "−1", "−2", "−3"]
    app.page.wait_for_function("location.search.includes('bias=-3')")
    app.idle()
    after = app.page.locator(f"{BACK} .front").all_inner_texts()
    assert [x == y for x, y in zip(before, after, strict=True)] == [False, True, True]
    assert "✓ torch’s autograd" in app.page.locator(f"{BACK} .badge").inner_text()
    app.page.go_back()
    expect(b).to_have_value("0.5")
    app.idle()
    app.page.go_forward()
    expect(b).to_have_value("−3")
    app.idle()
    assert app.page.locator(f"{BACK} .front").all_inner_texts() == after


def assert_on_a_phone_on_its_side_what_is_said_of_a_cell_leaves_the_board_three_quarters(app):
    app.as_seen(width=844, height=390, dark=False)
    app.idle()
    app.page.locator(".z .cell").nth(13).dispatch_event("pointerenter")
    said = app.page.locator(".broadcast:not(.back) .say")
    expect(said).to_contain_text("b̃₃₄ is no number of its own")
    assert said.evaluate("e => getComputedStyle(e).position") == "sticky"
    assert said.bounding_box()["height"] <= 100


def assert_a_press_on_a_number_selects_it_and_the_next_one_puts_the_caret(app):
    number = app.page.locator(f"{BOARD} .x input").first
    # Chromium keeps what is selected either way, Safari where the end of the press does nothing further; in
    # some Safaris the press has put the caret by then.
    number.evaluate("e => e.addEventListener('mouseup', (event) => (window.ended = event.defaultPrevented))")
    number.hover()
    app.page.mouse.down()
    number.evaluate("e => e.setSelectionRange(0, 0)")
    app.page.mouse.up()
    assert app.page.evaluate("ended") is True
    app.page.keyboard.type("7")
    expect(number).to_have_value("7")
    number.click()
    assert app.page.evaluate("ended") is False
    assert number.evaluate("e => e.selectionStart === e.selectionEnd")


def test_a_link_opens_b_as_it_was_back_undoes_a_reset_and_quick_presses_and_numbers_all_count(app):
    numbers = "W=7,0,2,-1,0,1,-1,1,2,-1,0,1,1,0,0,1&bias=9,-2,1,0"
    app.open(f"broadcasting?m={BOUNDS['m'][1] - 6}&{numbers}&stretched=true")
    board = app.page.locator(BOARD)
    assert board.locator(".z .empty").count() == 0 and board.locator(".b .title").inner_text().endswith("2)")
    first = [app.page.locator(f"{BOARD} .{part} input").first for part in "wb"]
    for cell, value in zip(first, "79", strict=True):
        expect(cell).to_have_value(value)
    said = app.page.url
    app.page.get_by_role("button", name="Reset numbers").click()
    app.page.wait_for_function("location.search === '?m=2&stretched=true'")
    app.idle()
    app.page.go_back()
    expect(app.page).to_have_url(said)
    for cell, value in zip(first, "79", strict=True):
        expect(cell).to_have_value(value)
    assert_quick_presses_and_numbers_all_count_and_a_stepper_keeps_the_focus_at_its_limit(app)


def assert_quick_presses_and_numbers_all_count_and_a_stepper_keeps_the_focus_at_its_limit(app):
    most = BOUNDS["m"][1]
    more = app.page.locator('[data-step="m1"]')
    more.focus()
    for _ in range(5):
        app.page.keyboard.press("Enter")
        app.page.wait_for_timeout(60)
    assert app.page.evaluate(FOCUSED) == "photos m, one more"
    app.page.locator('input[aria-label="W, row 1, column 1"]').focus()
    for digit in "5678":
        for key in (digit, "Enter", "ArrowRight"):
            app.page.keyboard.press(key)
            app.page.wait_for_timeout(30)
    app.page.wait_for_function(f"location.search.includes('m={most - 1}')")
    app.until(lambda: query(app)["W"].startswith("5,6,7,8,"))  # it is told when the hand has rested
    app.idle()
    row = app.page.locator(f"{BOARD} .w input").evaluate_all("all => all.slice(0, 4).map((c) => c.value)")
    assert row == [*"5678"] and query(app)["W"].startswith("5,6,7,8,")
    assert query(app)["m"] == app.page.locator(f"{BOARD} .stepper output").first.inner_text() == str(most - 1)
    assert app.page.evaluate(FOCUSED) == "W, row 1, column 4"
    assert app.page.locator(f"{BACK} .mover").count() == 3 * (most - 1), "the way back has heard of it"

    more.focus()
    for _ in range(3):
        app.page.keyboard.press("Enter")
    assert app.page.evaluate(FOCUSED) == "photos m, one more"
    expect(more).to_have_attribute("aria-disabled", "true")
    assert float(more.evaluate("(button) => getComputedStyle(button).opacity")) < 1
    app.page.wait_for_function(f"location.search.includes('m={most}')")
    assert app.page.locator(f"{BOARD} .stepper output").first.inner_text() == str(most)


def test_a_typed_shape_and_both_of_a_preset_are_one_step_of_back_and_all_fits_a_phone(app):
    app.open("broadcasting?a=3&b=3,3&columns=60000", width=390, height=844, dark=True)
    assert app.page.locator(".shapes .result th").text_content() == "a + b (3, 3)"
    assert app.page.locator(".shapes .cell.wrong").count() == 6
    assert app.overflow() == 0
    assert_a_shape_in_the_table_of_memory_stands_in_one_line(app)
    fields = [app.page.get_by_label(f"Shape of {name}") for name in "ab"]

    def stand(a, b):
        app.page.wait_for_function(  # for a moment the fields before are still there
            """texts => {
              const found = [...document.querySelectorAll("input[aria-label^='Shape of ']")]
              return String(found.map((one) => one.value)) === String(texts)
            }""",
            arg=[a, b],
        )
        app.idle()
        said = {name: text for name, text in query(app).items() if name != "columns"}
        usual = zip("ab", (a, b), FIRST, strict=True)
        assert said == {name: text for name, text, first in usual if text != first}

    for preset, a, b in (("(3,1) + (1,3)", "3,1", "1,3"), ("(3,) against (3,5)", *FIRST)):
        app.page.get_by_role("button", name=preset).click()
        stand(a, b)
    assert app.page.get_by_text("must match the size of tensor b (5)").is_visible()
    assert app.page.locator(".shapes .clash.big").is_visible()
    assert app.overflow() == 0
    for a, b in (("3,1", "1,3"), ("3", "3,3")):
        app.page.go_back()
        stand(a, b)
    for typed in ("2,1", ""):
        fields[0].fill(typed)
        fields[0].press("Enter")
        stand(typed, "3,3")
    for a in ("2,1", "3"):
        app.page.go_back()
        stand(a, "3,3")
    assert_no_shape_in_the_table_is_cut(app, 360, 344, 320)
    app.page.get_by_role("radio", name="1,000,000,000").click()
    app.idle()
    assert_no_shape_in_the_table_is_cut(app, 320, 390)
    assert_a_shape_in_the_table_of_memory_stands_in_one_line(app)
    app.as_seen(width=320, height=844, dark=True)
    beyond = "all => all.map((e) => e.scrollWidth - e.clientWidth)"
    assert app.page.locator(f"{BOARD} .board, {BACK} .block").evaluate_all(beyond) == [0, 0]
    assert app.overflow() == 0


def assert_a_shape_in_the_table_of_memory_stands_in_one_line(app):
    lines = """all => all.map((cell) => {
      const text = document.createRange()
      text.selectNodeContents(document.createTreeWalker(cell, NodeFilter.SHOW_TEXT).nextNode())
      return [cell.textContent, text.getClientRects().length]
    })"""
    found = dict(app.page.get_by_test_id("stTable").locator("tbody td:not(:first-child)").evaluate_all(lines))
    assert any(words.startswith("(3, ") for words in found) and set(found.values()) == {1}


def assert_no_shape_in_the_table_is_cut(app, *widths):
    cut = "all => all.filter((e) => e.clientWidth && e.scrollWidth > e.clientWidth).map((e) => e.tagName)"
    for width in widths:
        app.as_seen(width=width, height=844, dark=True)
        app.idle()
        assert app.page.get_by_test_id("stTable").locator("*").evaluate_all(cut) == [], width


def given(heard, m=1, b=(0.5, -2.0, 1.0, -1.0), stretched=False):
    """What ui/broadcasting/boards.py sends: m photos and b, after it has heard of the deed of that time."""
    usual = [USUAL.W, USUAL.X, USUAL.b]
    board = {"m": m, "k": 3, "W": USUAL.W, "X": USUAL.X, "b": b, "stretched": stretched}
    return {**board, "heard": heard, "usual": usual, "bounds": BOUNDS, "n": 12288}


@pytest.fixture
def mounted(javascript):
    """mounted(expression, given): its value where `receive(data)` gives the board new data, `host` holds
    it and `told` what it told."""
    run = javascript("elements", "numbers", "broadcasting/sums", "broadcasting/move", "broadcasting/stretch")
    run(
        """(() => {
            const host = document.createElement("div")
            document.body.replaceChildren(host)
            window.told = []
            window.receive = (data) => void js.default(
                { data, parentElement: host, setStateValue: (_, value) => told.push(value) })
            window.host = host
        })()"""
    )
    yield run
    run("host.remove()")


def test_the_echo_of_an_older_deed_changes_nothing(mounted):
    press = "host.querySelector('[data-step=m1]').click()"
    mounted("receive(given)", given(0))
    for _ in range(3):
        mounted(press)
    deeds = [told["at"] for told in mounted("told")]
    assert deeds == sorted(set(deeds)) and [told["m"] for told in mounted("told")] == [2, 3, 4]
    m = "host.querySelector('.stepper output').textContent"
    focus = "document.activeElement.dataset.step"
    mounted("window.before = host.querySelector('.stage')")
    for deed, seen in zip(deeds, (2, 3, 4), strict=True):
        mounted("receive(given)", given(deed, m=seen, stretched=True))
        assert (mounted(m), mounted(focus)) == ("4", "m1")
    assert mounted("host.querySelector('.stage') === before")
    mounted("receive(given)", given(deeds[-1], m=2))  # Back led to another link, after all that was done here
    assert mounted(m) == "2"


def test_a_board_that_comes_while_a_number_is_typed_waits(mounted):
    mounted("receive(given)", given(0))
    write = """(() => {
        const cell = host.querySelector('.b input')
        cell.focus()
        cell.value = '7'
        cell.oninput()
        window.cell = cell
    })()"""
    leave = "cell.onkeydown(new KeyboardEvent('keydown', { key: given }))"
    m, b = "host.querySelector('.stepper output').textContent", "host.querySelector('.b input').value"
    mounted(write)
    mounted("receive(given)", given(0, m=3))
    assert (mounted(m), mounted(b), mounted("cell.isConnected")) == ("1", "7", True)
    mounted(leave, "Escape")
    assert (mounted(m), mounted(b)) == ("3", "0.5")
    mounted(write)
    mounted("receive(given)", given(0, m=5))
    mounted(leave, "Enter")  # newer than what came meanwhile
    assert (mounted(m), mounted(b), [told["b"][0] for told in mounted("told")]) == ("3", "7", [7])


def assert_what_moves_the_board_stands_in_one_line_beside_a_scrollbar_too(app):
    middle = (
        "all => all.map((e) => e.getBoundingClientRect()).map((box) => Math.round(box.top + box.height / 2))"
    )
    for width, scrollbar in ((1280, 12), (1024, 10)):
        app.as_seen(width=width, height=900, dark=False)
        app.with_scrollbar(scrollbar)
        middles = app.page.locator(f"{BOARD} .controls > *").evaluate_all(middle)
        assert len(middles) == 4 and len(set(middles)) == 1, width


def assert_code_has_no_letter_that_its_font_lacks(app):
    """Firefox and Safari take the tilde of b̃ from another font, and set it behind the b."""
    code = app.page.locator("code").all_inner_texts()
    assert "b.expand(3, 1000)" in code
    for text in code:
        assert not any(map(unicodedata.combining, text)), text
