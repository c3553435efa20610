"""What is said of the accuracies over their curves: their ends, how far apart, what guessing is worth."""

import re

import numpy as np
import pytest

from tests.browser.training.frames import WAITING, event, measured, touching
from ui.packing import pack


def test_how_far_the_accuracies_are_apart_is_told_of_the_numbers_on_the_card(figure):
    """The curves follow later, or not at all where a step is looked back at."""

    def shown():
        page.evaluate(PAINTED)
        train, test = (int(number) for number in re.findall(r"(\d+)\u202f%", page.inner_text(".numbers")))
        told = page.inner_text(".curves .apart") if page.is_visible(".curves .apart") else ""
        assert page.is_visible(".clasp") == bool(told)
        return told, train - test

    page = figure.page
    figure.send(lanes=measured(0.85, 0.52), playing=True)
    page.wait_for_selector(".plot .main-svg")
    assert shown() == ("33 points\nover-fitting", 33)
    assert page.locator(".plot").get_by_text("points").count() == 0, "said once"
    figure.send(step=410, lanes=measured(0.846, 0.554), playing=True, curves=False)
    assert shown() == ("30 points\nover-fitting", 30)
    figure.send(step=420, lanes=measured(0.705, 0.524), shown=300, past=True, curves=False)
    assert shown() == ("19 points\nover-fitting", 19)
    page.click("[data-key=test]")
    assert shown() == ("", 19)
    page.click("[data-key=test]")
    figure.send(step=430, lanes=measured(0.6, 0.52), curves=False)
    assert shown() == ("", 8)
    figure.send(step=440, lanes=measured(0.7, 0.52))
    clasp, grid = (
        page.locator(".clasp").bounding_box(),
        page.locator(".plot .nsewdrag[data-subplot=xy2]").bounding_box(),
    )
    at = [grid["y"] + (1 - share) * grid["height"] for share in (0.7, 0.52)]
    assert [clasp["y"], clasp["y"] + clasp["height"]] == pytest.approx(at, abs=2), "from line to line"
    assert clasp["x"] == pytest.approx(grid["x"] + 440 / 600 * grid["width"] + 4, abs=2), "at their ends"
    assert page.locator(".ends .end").all_inner_texts() == ["training 70\u202f%", "test 52\u202f%"]
    assert page.locator(".apart").bounding_box()["height"] < 40, "two lines, where there is room"
    for text in page.locator(".ends p").all():
        assert text.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 13
        assert text.bounding_box()["x"] + text.bounding_box()["width"] <= 1200
    figure.lines[-1].send(pack(WAITING, {}))  # the cards have no numbers then
    page.wait_for_selector(".curves .apart", state="hidden")


def test_what_stands_at_a_lines_end_is_clear_of_the_line_before_it(figure):
    page, rest = figure.page, np.zeros(37)
    up, down = (
        np.append(rest + level, [level, level, level, level + end])
        for level, end in ((0.7, -0.04), (0.5, 0.03))
    )
    figure.send(lanes=measured(0.66, 0.53), train_accuracy=up, test_accuracy=down)
    page.wait_for_selector(".ends .end:visible")
    grid = page.locator(".plot .nsewdrag[data-subplot=xy2]").bounding_box()
    higher, lower = (label.bounding_box() for label in page.locator(".ends .end").all())
    line = [grid["y"] + (1 - share) * grid["height"] for share in (0.7, 0.5)]
    assert line[0] - 4 < higher["y"] + higher["height"] <= line[0], "above the line, not on it"
    assert line[1] <= lower["y"] < line[1] + 4
    figure.send(lanes=measured(0.3, 0.2), train_accuracy=up, test_accuracy=down)
    higher, its_end = page.locator(".ends .end").first.bounding_box(), grid["y"] + 0.7 * grid["height"]
    assert 15 <= its_end - higher["y"] - higher["height"] <= 20, "but at its end"


def test_what_accuracies_begin_with_does_not_cover_the_axis(figure):
    page = figure.page
    for unit in ("1", "1.25"):  # on a desk, in a lecture hall
        figure.anew()
        page.evaluate("unit => document.documentElement.style.setProperty('--unit', unit)", unit)
        figure.send(step=0, lanes=measured(0.32, 0.35))
        page.wait_for_selector(".ends .end:visible")
        assert len(page.query_selector_all(".plot .y2tick")) == 6
        assert touching(page, ".end:nth-child(1)", ".y2tick") == [], unit
        assert touching(page, ".end:nth-child(2)", ".y2tick") == [], unit
        left = "all => all.map((one) => one.getBoundingClientRect().left)"
        (axis,) = page.eval_on_selector_all(".plot .nsewdrag[data-subplot=xy2]", left)
        labels = page.eval_on_selector_all(".ends .end", left)
        assert len(labels) == 2 and all(axis < label < axis + 40 for label in labels), unit


def test_the_numbers_under_the_pointer_are_not_covered(figure):
    page = figure.page
    figure.send(level=0.2, lanes=measured(0.85, 0.52))
    page.wait_for_selector(".apart:visible")
    box = page.locator(".plot").bounding_box()
    assert box is not None
    seen, said = set(), ""
    for part in np.linspace(0.2, 0.72, 8):
        page.mouse.move(box["x"] + part * box["width"], box["y"] + 0.8 * box["height"])
        said = page.wait_for_function(NUMBERS, arg=said).json_value()  # of another step
        page.evaluate(PAINTED)
        seen.add(tuple(page.evaluate(COVERED)))
    assert seen == {(True, False), (False, True)}
    page.mouse.move(5, 5)
    page.wait_for_selector(".apart:visible")


# Resolves when what has just been asked for is laid out and painted.
PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"
NUMBERS = """before => {
  const said = document.querySelector('.hoverlayer .legend')?.textContent
  return said !== before && said
}"""
# Whether the words lie over the numbers, and whether they are seen.
COVERED = """() => {
  const words = document.querySelector('.end'), numbers = document.querySelector('.hoverlayer .legend')
  const [a, b] = [words, numbers].map((one) => one.getBoundingClientRect())
  const over = a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
  return [over, words.checkVisibility({ visibilityProperty: true })]
}"""


def test_a_line_does_not_cover_what_the_accuracies_are(figure):
    """Behind the words stands what stands behind those at the line's upper end."""
    page = figure.page
    for paper in ("rgb(255, 255, 255)", "rgb(14, 17, 22)"):
        figure.anew()
        page.evaluate("paper => document.body.style.setProperty('--st-background-color', paper)", paper)
        figure.send(lanes=measured(0.85, 0.52), events=[event(390)])
        page.wait_for_selector(".apart:visible")
        of_label = page.locator(".end").first.evaluate("e => getComputedStyle(e).backgroundColor")
        of_name = page.locator(".annotation .bg").first.evaluate(
            "e => getComputedStyle(e).fill.replace(')', `, ${e.style.fillOpacity})`).replace('rgb(', 'rgba(')"
        )
        assert of_label == of_name == f"rgba({paper[4:-1]}, 0.82)"


def test_what_guessing_is_worth_is_read_at_every_step_that_is_looked_back_at(figure):
    """Neither the line at that step nor what the accuracies were there stands in front of it."""
    for width, accuracies in ((420, (0.44, 0.40)), (1200, (0.44, 0.40)), (1200, (0.9, 0.85))):
        figure.anew(width)
        page = figure.page
        guessed = {"guess": {"ball": 0, "share": 0.36}, "keyframes": list(range(0, 401, 40))}
        figure.send(lanes=measured(*accuracies), **guessed)
        name = page.get_by_text("always “soccer ball”: 36\u202f%")
        name.wait_for()
        where = name.bounding_box()
        assert name.count() == 1, "said once"
        crossed = 0
        for step in range(360, -1, -40):
            page.keyboard.press("ArrowLeft")
            figure.until(lambda step=step: {"do": "look", "step": step} in figure.heard)
            figure.send(lanes=measured(*accuracies), shown=step, past=True, curves=False, **guessed)
            ends = [f".end:nth-child({i})" for i in (1, 2)]
            over = touching(page, ".guess", ".cursor", *ends)  # and all of them are seen
            crossed += ".cursor" in over
            assert not set(ends) & set(over), (width, accuracies, step)
        front = "all => all.map((e) => Number(getComputedStyle(e).zIndex))"
        assert crossed or accuracies[0] < 0.5, "they would stand over each other"
        assert page.eval_on_selector_all(".guess, .cursor, .veil", front) == [3, 2, 4]
        page.keyboard.press("End")
        figure.send(lanes=measured(*accuracies), **guessed)
        assert name.bounding_box() == where


def test_on_a_phone_what_guessing_is_worth_is_clear_of_what_the_accuracies_are(figure):
    ends = [f".end:nth-child({i})" for i in (1, 2)]
    for width in (374, 344, 304):
        figure.anew(width, 900)
        for accuracies in ((0.34, 0.30), (0.44, 0.40), (0.37, 0.36), (0.9, 0.85)):
            told = {"lanes": measured(*accuracies), "guess": {"ball": 0, "share": 0.36}}
            for step in (60, 100, 180, 400):
                figure.send(step=step, level=accuracies[0], **told)
                assert touching(figure.page, ".guess", *ends) == [], (width, accuracies, step)


def test_on_a_phone_what_guessing_is_worth_is_clear_of_the_letters_of_several_runs(figure):
    losses = ("binary", "softmax", "tangled")
    for width in (374, 304):
        figure.anew(width, 900)
        for accuracy in (0.34, 0.36, 0.40, 0.44):
            told = {"lanes": measured(accuracy, accuracy, *losses), "guess": {"ball": 0, "share": 0.36}}
            for step in (20, 60, 120):
                figure.send(step=step, level=accuracy, **told)
                assert len(figure.page.query_selector_all(".annotation")) >= 4
                assert touching(figure.page, ".guess", ".annotation") == [], (width, accuracy, step)
