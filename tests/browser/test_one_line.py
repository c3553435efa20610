"""What is one line long stands on one, what is longer is read whole: where it fits by a little."""

import pytest

ROWS = """all => all.map((e) => {
  const range = document.createRange()
  range.selectNodeContents(e)
  const middles = [...range.getClientRects()].map(({ top, bottom }) => (top + bottom) / 2)
  middles.sort((a, b) => a - b)
  return middles.filter((at, i) => !i || at - middles[i - 1] > 6).length
})"""
CUT = "all => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"


def test_a_neuron_s_answer_and_its_label_stand_alike_in_each_card(still):
    still.open("three_balls", width=1280)
    for width, rows in ((1280, 1), (1024, 2), (820, 2), (390, 1), (360, 1), (320, 2)):
        still.as_seen(width=width, height=900, dark=False)
        still.idle()
        assert still.page.locator(".verdict").evaluate_all(ROWS) == 3 * [rows], width


# Of each cell, how far its formula's middle is from that of the word before it.
APART = """all => all.map((cell) => {
  const range = document.createRange()
  range.selectNodeContents(cell.firstChild)
  const middle = ({ top, bottom }) => (top + bottom) / 2
  const formula = cell.querySelector(".katex-html").getBoundingClientRect()
  return Math.abs(middle(formula) - middle(range.getBoundingClientRect()))
})"""


def test_each_sum_of_a_table_and_what_it_does_take_one_line_on_a_phone(still):
    still.open("three_balls", width=390)
    for width in (390, 360, 320):
        still.as_seen(width=width, height=900, dark=False)
        sums = still.page.locator("[data-testid=stMarkdownContainer] td:nth-child(2) .katex-html")
        high = sums.evaluate_all("all => all.map((e) => e.getBoundingClientRect().height)")
        assert len(high) == 3 and max(high) < 24, width
        last = still.page.locator("[data-testid=stMarkdownContainer] td:nth-child(3)")
        assert max(last.evaluate_all(APART)) < 8, f"{width}: “raises” stands beside its z"
        assert still.overflow() == 0


@pytest.mark.parametrize("width", [1280, 360])
def test_how_z_came_about_takes_one_line(still, width):
    """Of two decimals on a small phone, of four on a desk."""
    still.open("your_photo", width=width)
    sums = still.page.locator(".answers .z").filter(has_text="Σ")
    decimals = [len(text.rpartition(".")[2]) for text in sums.all_inner_texts()]
    rows = sums.evaluate_all(ROWS)
    assert len(rows) == 7 and {2, 3, 4} <= set(decimals)
    for lines, digits in zip(rows, decimals, strict=True):
        assert lines == 1 or (width == 360 and digits > 2)
    assert not any("→ " in text for text in sums.all_text_contents()), "an arrow leads to z, on its line"


@pytest.mark.parametrize("width", [390, 360, 320])
def test_the_way_to_another_page_is_read_whole(still, width):
    still.open("training?hidden=64", width=width)
    way = still.page.get_by_test_id("stPageLink-NavLink")
    way.filter(has_text="what its hidden neurons have come to see").wait_for()
    assert way.locator("*").evaluate_all(CUT) == []


@pytest.mark.parametrize("width", [1920, 1280, 1024])
def test_how_many_photos_stands_at_the_same_place_in_each_column(still, width):
    still.open("training", width=width)
    still.page.locator(".grid .head").first.wait_for(timeout=120_000)
    assert len(set(still.page.locator(".grid .head:not(.corner)").evaluate_all(ROWS))) == 1
