"""Whoever sets letters, words and lines further apart (WCAG 1.4.12) loses none of them."""

SPACED = """
  * { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }
  p { margin-bottom: 2em !important }"""
CUT = """all => all
  .filter((one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.innerText)"""


def test_the_words_of_choices_in_a_row_are_not_cut_off(app):
    app.open("one_ball?photo=64-3")
    choices = app.page.locator("[data-testid=stButtonGroup] button")
    before = [box["height"] for box in (choice.bounding_box() for choice in choices.all()) if box]
    assert before == [32] * choices.count(), "as high as Streamlit makes them"
    app.page.add_style_tag(content=SPACED)
    assert choices.evaluate_all(CUT) == []
