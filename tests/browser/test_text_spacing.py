"""Whoever sets letters, words and lines further apart (WCAG 1.4.12) loses none of them."""

import pytest

from tests.browser.conftest import App

# In the shadows, too, as a browser's own rules for all pages do.
SPACED = """async () => {
  const style = `p { margin-bottom: 2em !important }
    * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }`
  const spread = (root) => {
    const rules = document.createElement('style')
    rules.textContent = style
    ;(root.head ?? root).append(rules)
    for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) spread(shadowRoot)
  }
  spread(document)
  for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame) // what draws itself anew does so
}"""
CUT = """all => all
  .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.innerText)"""
WORDS = ":is([data-testid=stButton], [data-testid=stButtonGroup], [data-testid=stCheckbox]) :is(p, :has(> p))"
# By how much a cell's own number is wider than the column that it stands in.
BEYOND = """all => Math.max(...all.map((one) => {
  const words = document.createRange()
  words.selectNodeContents(one)
  return words.getBoundingClientRect().width - one.getBoundingClientRect().width
}))"""


def spread(app: App) -> None:
    app.page.evaluate(SPACED)


def test_the_words_of_choices_in_a_row_are_not_cut_off(app):
    app.open("one_ball?photo=64-3")
    choices = app.page.locator("[data-testid=stButtonGroup] button")
    before = [box["height"] for box in (choice.bounding_box() for choice in choices.all()) if box]
    assert before == [32] * choices.count(), "as high as Streamlit makes them"
    spread(app)
    assert choices.evaluate_all(CUT) == []


@pytest.mark.parametrize("page", ["", "three_balls", "unique_ball"])
def test_a_page_is_no_wider_than_the_smallest_phone(app, page):
    """Formulas, the switches of a label, and choices of many words go on in a next line."""
    app.open(page, width=320, height=640)
    assert app.overflow() == 0
    spread(app)
    assert app.overflow() == 0
    assert app.page.locator(WORDS).evaluate_all(CUT) == []


def test_a_button_of_many_words_says_them_all(app):
    app.open("why_now", width=320, height=640)
    button = app.page.get_by_role("button", name="Train live on")
    before = button.bounding_box()["height"]
    spread(app)
    assert button.locator("p, :has(> p)").evaluate_all(CUT) == []
    assert button.bounding_box()["height"] > before


def test_what_a_run_has_come_to_stands_clear_of_the_choices_of_its_loss(app):
    app.open("training")
    app.page.wait_for_selector("[data-pictures]")
    choices, numbers = (app.page.locator(f".live-training {part}").first for part in (".loss", ".numbers"))

    def boxes():
        return choices.bounding_box(), numbers.bounding_box()

    left, right = boxes()
    middle, other = (box["y"] + box["height"] / 2 for box in (left, right))
    assert left["x"] + left["width"] < right["x"] and abs(middle - other) < 2, "beside each other"
    spread(app)
    left, right = boxes()
    assert left["x"] + left["width"] < right["x"] or left["y"] + left["height"] <= right["y"]


def test_the_numbers_that_fold_together_are_read_whole(app):
    """On a phone, where the board scrolls: of −0.036 its sign was cut off, and what stood beside it."""
    app.open("broadcasting", width=320, height=640)
    cells = app.page.locator(".back .cell.left")
    cells.first.wait_for(state="attached")
    as_it_was = cells.evaluate_all(BEYOND)
    assert as_it_was <= 0
    spread(app)
    assert cells.evaluate_all(BEYOND) <= 0
    assert cells.evaluate_all("all => all.every((e) => getComputedStyle(e).overflow === 'visible')")
