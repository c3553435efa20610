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


@pytest.mark.parametrize("width", [390, 360, 320])
def test_the_way_to_another_page_is_read_whole(app, width):
    app.open("training?hidden=64", width=width)
    way = app.page.get_by_test_id("stPageLink-NavLink")
    way.filter(has_text="what its hidden neurons have come to see").wait_for()
    assert way.locator("*").evaluate_all(CUT) == []
