"""What is one line long stands on one, what is longer is read whole: where it fits by a little."""

ROWS = """all => all.map((e) => {
  const range = document.createRange()
  range.selectNodeContents(e)
  const middles = [...range.getClientRects()].map(({ top, bottom }) => (top + bottom) / 2)
  middles.sort((a, b) => a - b)
  return middles.filter((at, i) => !i || at - middles[i - 1] > 6).length
})"""
CUT = "all => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"
VERDICTS = {1920: 1, 1280: 1, 1024: 2, 820: 2, 360: 1, 320: 2}  # the window's width → a verdict's lines
# Of each cell, how far its formula's middle is from that of the word before it.
APART = """all => all.map((cell) => {
  const range = document.createRange()
  range.selectNodeContents(cell.firstChild)
  const middle = ({ top, bottom }) => (top + bottom) / 2
  const formula = cell.querySelector(".katex-html").getBoundingClientRect()
  return Math.abs(middle(formula) - middle(range.getBoundingClientRect()))
})"""


def wide(app) -> int:
    found: int = app.page.viewport_size["width"]
    return found


def assert_a_neuron_s_answer_and_its_label_stand_alike_in_each_card(app):
    assert app.page.locator(".verdict").evaluate_all(ROWS) == 3 * [VERDICTS[wide(app)]], wide(app)


def assert_each_sum_of_a_table_and_what_it_does_take_one_line_on_a_phone(app):
    sums = app.page.locator("[data-testid=stMarkdownContainer] td:nth-child(2) .katex-html")
    high = sums.evaluate_all("all => all.map((e) => e.getBoundingClientRect().height)")
    assert len(high) == 3 and max(high) < 24, wide(app)
    last = app.page.locator("[data-testid=stMarkdownContainer] td:nth-child(3)")
    assert max(last.evaluate_all(APART)) < 8, f"{wide(app)}: “raises” stands beside its z"


def assert_the_switches_of_a_label_stand_in_a_row(app):
    switches = app.page.locator("label:has(input[type=checkbox])")
    for words in ("y₁ soccer ball", "y₂ basketball", "y₃ baseball"):
        switches.filter(has_text=words).first.wait_for()
    first, second, third = (switches.nth(k).bounding_box() for k in range(3))
    assert first["y"] == second["y"] == third["y"], wide(app)
    assert first["x"] + first["width"] < second["x"] and third["x"] + third["width"] <= wide(app) - 8


def assert_how_z_came_about_takes_one_line(app):
    """Of two decimals on a small phone, of four on a desk."""
    sums = app.page.locator(".answers .z").filter(has_text="wx")
    decimals = [len(text.rpartition(".")[2]) for text in sums.all_inner_texts()]
    rows = sums.evaluate_all(ROWS)
    assert len(rows) == 7 and {2, 3, 4} <= set(decimals)
    for lines, digits in zip(rows, decimals, strict=True):
        assert lines == 1 or (wide(app) == 360 and digits > 2)
    assert not any("→ " in text for text in sums.all_text_contents()), "an arrow leads to z, on its line"


def assert_the_way_to_another_page_is_read_whole(app):
    way = app.page.get_by_test_id("stPageLink-NavLink")
    way.filter(has_text="what its hidden neurons have come to see").wait_for()
    assert way.locator("*").evaluate_all(CUT) == [], wide(app)


def assert_how_many_photos_stands_at_the_same_place_in_each_column(app):
    app.page.locator(".grid .head").first.wait_for(timeout=120_000)
    assert len(set(app.page.locator(".grid .head:not(.corner)").evaluate_all(ROWS))) == 1, wide(app)
