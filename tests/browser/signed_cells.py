"""Cells of numbers in signed colours, by day and by night: the farther from zero, the more they stand out."""

import re
from itertools import pairwise

from tests.ui.test_theme import contrast

SEEN = """all => all.map((cell) => {
  const { backgroundColor: ground, color: ink } = getComputedStyle(cell)
  return [cell.textContent, ground, ink]
})"""


def rgb(colour):
    return tuple(float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3])


def cells(app, where):
    """(number, ground, ink) of each that is coloured."""
    found = app.page.locator(where if where == ".mover" else f"{where} :is(td, .entry)")
    found.first.wait_for(state="attached")
    return [
        (float(text.strip("✓ ").replace("−", "-")), rgb(ground), rgb(ink))
        for text, ground, ink in found.evaluate_all(SEEN)
        if re.fullmatch(r"(✓ )?[+−]?\d\.\d+", text) and ground != "rgba(0, 0, 0, 0)"
    ]


def assert_what_is_nothing_stands_out_least(app, *tables):
    """On a page that stands still in the theme of the moment."""
    paper = rgb(app.page.get_by_test_id("stApp").evaluate("e => getComputedStyle(e).backgroundColor"))
    for where in tables:
        found = sorted(cells(app, where), key=lambda cell: abs(cell[0]))
        assert len(found) >= 9 and abs(found[0][0]) < 0.1
        nearest, farthest = contrast(found[0][1], paper), contrast(found[-1][1], paper)
        assert nearest < 1.35 and farthest > 4, (where, paper)
        for sign in (-1, 1):
            far = [(sign * number, contrast(ground, paper)) for number, ground, _ in found]
            for (near, less), (further, more) in pairwise(one for one in far if one[0] >= 0):
                assert more >= less or further - near < 0.015, (where, paper, near, further)
