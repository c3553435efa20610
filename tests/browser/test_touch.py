"""The pages on a phone, by finger alone: what a mouse learns by hovering, a tap tells and keeps, and a finger
that scrolls the page moves nothing on its way.
"""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.fingers import Fingers
from tests.browser.one_neuron import NEURON, at_one_photo

WIDTH, HEIGHT = 390, 844
ON_WIRE = """(wire) => {
  const at = wire.getPointAtLength(0.25 * wire.getTotalLength()).matrixTransform(wire.getScreenCTM())
  return [at.x, at.y]
}"""


def beside(said: Locator, tapped: Locator) -> bool:
    """Whether the whole of what is said is on the screen, and none of it on what was tapped."""
    (box, other) = (part.bounding_box() for part in (said, tapped))
    assert box is not None and other is not None
    apart = box["y"] >= other["y"] + other["height"] or other["y"] >= box["y"] + box["height"]
    return apart and box["y"] > 0 and box["y"] + box["height"] <= HEIGHT


# What is said of a mouse or of keys to whoever has none: the words that are seen, drawings included.
OF_A_MOUSE = """() => {
  const of = /\\b(click|hover|mouse|arrow key|point at(?! or tap))|↑/i, found = []
  const walk = (node) => {
    for (const child of [...node.childNodes, ...(node.shadowRoot?.childNodes ?? [])]) walk(child)
    const seen = node.nodeType === Node.TEXT_NODE && node.parentElement?.getClientRects().length
    if (seen && of.test(node.data) && !node.parentElement.closest('style, script')) found.push(node.data)
  }
  walk(document.querySelector('[data-testid=stMain]'))
  return found
}"""


def assert_no_page_speaks_of_a_mouse_to_a_finger(page):
    assert page.evaluate(OF_A_MOUSE) == []


@pytest.fixture
def opened(phone):
    """opened(path): the page, and fingers on it."""

    def open_page(path: str) -> tuple[Page, Fingers]:
        phone.open(path, width=WIDTH, height=HEIGHT)
        return phone.page, Fingers(phone.page)

    return open_page


def test_a_tap_on_the_ball_reads_its_pixel_and_leaves_it_where_it_is(in_hand):
    in_hand.show(NEURON, at_one_photo(5), width=WIDTH, height=HEIGHT)
    page, fingers = in_hand.page, Fingers(in_hand.page)
    ball, where = page.get_by_role("slider", name="Place of the ball"), page.locator(".neuron .where")
    before, place = where.inner_text(), ball.get_attribute("aria-valuetext")
    fingers.tap_on(ball, right=0.3, down=0.3)
    first = where.inner_text()
    fingers.tap_on(ball, right=0.7, down=0.6)
    assert len({before, first, where.inner_text()}) == 3
    assert ball.get_attribute("aria-valuetext") == place
    x, y = fingers.at(ball)
    assert fingers.swipe((x, y), (x, y - 60)) == 0
    assert ball.get_attribute("aria-valuetext") != place
    x, y = fingers.at(page.locator(".neuron .where"))
    assert fingers.swipe((x, y), (x, y - 60)) > 30, "elsewhere it scrolls the page"


def test_what_a_tapped_pixel_adds_is_said_where_it_is_seen_and_a_finger_that_scrolls_leaves_the_logits(
    opened,
):
    page, fingers = opened("three_balls")
    assert_a_heading_has_its_whole_line(page)
    said = page.locator(".three .readout")
    for picture, down, row in ((0, 0.8, 51), (2, 0.4, 25)):
        fingers.tap_on(page.locator(".three .frame").nth(picture), right=0.2, down=down)
        expect(said).to_contain_text(re.compile(f"row {row}, column 1[12]"))
        box = said.bounding_box()
        assert box is not None
        assert box["y"] > 0 and box["y"] + box["height"] <= HEIGHT
    assert_a_finger_that_scrolls_past_the_logits_leaves_them(page, fingers)
    assert_a_finger_that_misses_a_switch_meets_it(page, fingers)


def assert_a_finger_that_misses_a_switch_meets_it(page, fingers):
    """A bit above or below it, as far as nothing else is there."""
    switch = page.get_by_test_id("stCheckbox").first
    on = switch.locator("input")
    for below in (18, -18):
        before = on.is_checked()
        x, y = fingers.at(switch.locator("p"))
        fingers.tap(x, y + below)
        expect(on).to_be_checked(checked=not before)


def assert_a_heading_has_its_whole_line(page):
    """The link to itself, which is seen under a mouse alone, has pushed its last word into the next one."""
    lines = """(heading) => {
      const words = document.createRange()
      words.selectNodeContents(heading.querySelector("[data-heading-text]"))
      return new Set([...words.getClientRects()].map((box) => Math.round(box.top))).size
    }"""
    heading = page.get_by_role("heading", name="Three neurons on the same x")
    assert heading.evaluate(lines) == 1


def assert_a_finger_that_scrolls_past_the_logits_leaves_them(page, fingers):
    handle, track = page.locator(".logits .handle").nth(1), page.locator(".logits .track").nth(1)
    before = handle.get_attribute("aria-valuetext")
    x, y = fingers.at(track, right=0.9)
    assert fingers.swipe((x, y), (x + 3, y - 150)) > 60
    assert handle.get_attribute("aria-valuetext") == before
    assert page.locator(".logits .moved").count() == 0
    fingers.tap_on(track, right=0.9)
    there = handle.get_attribute("aria-valuetext")
    assert there != before
    x, y = fingers.at(handle)
    assert fingers.swipe((x, y), (x - 60, y + 8)) == 0
    assert handle.get_attribute("aria-valuetext") not in (before, there)
    assert_a_finger_beside_the_handle_takes_it_along_or_scrolls(handle, track, fingers)
    scale = track.locator(".ends")
    assert re.fullmatch(r"−(\d+)\s*0\s*\1", scale.inner_text()), "there is no room for one below all three"


def assert_a_finger_beside_the_handle_takes_it_along_or_scrolls(handle, track, fingers):
    """It reaches further than it is seen, and does not leap to the finger's own place."""

    def z() -> float:
        return float(handle.get_attribute("aria-valuenow"))

    before, (x, y) = z(), fingers.at(handle)
    assert fingers.swipe((x + 18, y), (x + 21, y - 150)) > 60
    assert z() == before
    x, y = fingers.at(handle)
    assert fingers.swipe((x + 18, y), (x + 48, y + 4)) == 0
    assert z() - before == pytest.approx(16 * 30 / track.bounding_box()["width"], abs=0.11)


def test_a_finger_that_scrolls_past_a_house_leaves_it_and_one_that_taps_is_told_a_term(opened):
    page, fingers = opened("house_prices")
    assert_no_page_speaks_of_a_mouse_to_a_finger(page)
    assert_the_question_mark_beside_a_label_is_met_by_a_finger_that_misses_it(page, fingers)
    assert_a_tapped_wire_or_weight_of_a_house_says_its_term_until_another_is_tapped(page, fingers)
    size = page.get_by_role("slider", name="size")
    before = size.input_value()
    x, y = fingers.at(size, right=0.9)
    assert fingers.swipe((x, y), (x + 3, y - 150)) > 60
    assert size.input_value() == before
    assert page.get_by_text(f"{before} m²").count(), "and so do the words"
    x, y = fingers.at(size, right=0.5)
    assert fingers.swipe((x, y), (x + 60, y + 5)) == 0
    assert int(size.input_value()) > int(before)
    letters = page.get_by_test_id("stNumberInputField").first.evaluate(
        "e => parseFloat(getComputedStyle(e).fontSize)"
    )
    assert letters >= 16, "an iPhone enlarges the page for smaller ones"


def assert_the_question_mark_beside_a_label_is_met_by_a_finger_that_misses_it(page, fingers):
    for name in ("Hidden units", "Seed"):
        mark = page.get_by_role("button", name=f"Help for {name}")
        x, y = fingers.at(mark)
        fingers.tap(x + 18, y - 12)
        expect(page.get_by_role("tooltip")).to_be_visible()
        fingers.tap(5, 400)
        expect(page.get_by_role("tooltip")).to_have_count(0)
    # What stands below it keeps its own.
    step = page.get_by_test_id("stNumberInputStepUp")
    x, y = fingers.at(step, down=0.05)
    assert step.evaluate("(e, [x, y]) => e.contains(document.elementFromPoint(x, y))", [x, y])


def assert_a_tapped_wire_or_weight_of_a_house_says_its_term_until_another_is_tapped(page, fingers):
    network = page.locator(".network").last  # fully connected
    said = network.locator(".readout")
    fingers.tap_on(network.locator("td:not(.corner)").nth(5), roll=2)
    expect(said).to_contain_text(" · ")
    weight = said.inner_text()
    fingers.at(network.locator("svg"))
    x, y = network.locator(".reach").nth(2).evaluate(ON_WIRE)
    fingers.tap(x, y, roll=2)
    expect(said).to_contain_text("→")
    assert said.inner_text() != weight
    wire = said.inner_text()
    fingers.swipe((370, 500), (370, 380))
    assert said.inner_text() == wire
    unit = network.locator(".node").nth(5)
    fingers.tap_on(unit)
    expect(said).to_contain_text("z = ")
    assert unit.evaluate("e => getComputedStyle(e).outlineStyle") == "none", "the frame is the keyboard's"


def test_a_finger_that_scrolls_past_a_slider_of_the_page_leaves_it_and_one_that_taps_its_track_sets_it(
    opened,
):
    """Not a run's learning rate on its way to the curves."""
    page, fingers = opened("training")
    page.get_by_text("Tap to stay there").wait_for()
    assert_no_page_speaks_of_a_mouse_to_a_finger(page)
    slider = page.get_by_test_id("stSlider").filter(has_text="Learning rate")
    value, thumb = slider.get_by_role("slider"), slider.get_by_test_id("stSliderThumbValue")
    before = value.get_attribute("aria-valuetext")
    x, y = fingers.at(slider, right=0.9, down=0.77)
    assert fingers.swipe((x, y), (x + 3, y - 150)) > 60
    assert value.get_attribute("aria-valuetext") == before
    fingers.at(slider)
    box = thumb.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2 + 16, box["y"] + box["height"] + 14  # beside it, as a finger is
    assert fingers.swipe((x, y), (x + 60, y + 5)) == 0
    expect(value).not_to_have_attribute("aria-valuetext", before)
    for right, rate in ((0.8, "1"), (0.2, "0.0003"), (1, "1,000")):
        fingers.tap_on(slider.locator("[data-orientation]:has(> div > div > input)"), right=0.999 * right)
        expect(value).to_have_attribute("aria-valuetext", rate)
    expect(page.locator(".verbatim")).to_contain_text("rate=1000")  # the run has heard of it


def test_a_tapped_symbol_stays_lit_while_its_counterparts_are_scrolled_to(opened):
    page, fingers = opened("propagation")
    page.get_by_text("push it sideways").wait_for()
    assert_no_page_speaks_of_a_mouse_to_a_finger(page)
    said, lit = page.locator(".propagation .readout"), page.locator(".propagation .lit")
    for symbol, words in ((1, "weights of layer 1"), (2, "the photo as a column"), (3, "biases of layer 1")):
        fingers.tap_on(page.locator(".propagation code .sym").nth(symbol), roll=3)
        expect(said).to_contain_text(words)
    count = lit.count()
    assert count > 2
    assert fingers.swipe((200, 250), (200, 600)) < -100
    assert lit.count() == count and "biases of layer 1" in said.inner_text()
    fingers.tap_on(page.locator(".propagation .row.z").first, roll=3)
    expect(said).to_contain_text("linear part of layer 1")


def test_a_finger_between_two_neurons_meets_one_of_them(opened):
    """Their discs are 16 pixels wide on a phone: half of all taps would meet nobody. Its sum is in sight."""
    page, fingers = opened("hidden_layers")
    page.get_by_text("Choose one to switch it off").wait_for()
    assert_no_page_speaks_of_a_mouse_to_a_finger(page)
    said, readout = page.locator(".flow .readout .title"), page.locator(".flow .readout")
    fingers.at(page.locator(".flow svg.stage"))
    here, below = (page.locator(".flow .neuron .cell").nth(j).bounding_box() for j in (20, 37))
    assert here is not None and below is not None
    x, y = here["x"] + here["width"], here["y"] + here["height"]  # the corner of four
    fingers.tap(x - 2, y - 0.5)
    expect(said).to_contain_text("Layer 1, neuron 21")
    fingers.tap((x + below["x"]) / 2 + 1, (y + below["y"]) / 2 + 1)
    expect(said).to_contain_text("Layer 1, neuron 38")
    neurons = page.locator(".flow .neuron")
    heights = set()
    for tapped in (37, 64 + 7, 64 + 32 + 1):
        fingers.tap_on(neurons.nth(tapped).locator("circle").first)
        assert beside(readout, neurons.nth(tapped))
        box = readout.bounding_box()
        heights.add(round(box["height"]) if box else 0)
    expect(said).to_contain_text("Output 2")
    assert len(heights) == 1, "it grew over what was tapped"


def test_what_a_cell_of_a_board_is_the_sum_of_is_seen_where_it_is_tapped(opened):
    page, fingers = opened("broadcasting")
    assert_no_page_speaks_of_a_mouse_to_a_finger(page)
    board = page.locator(".broadcast:not(.back)")
    said, back = board.locator(".say"), page.locator(".broadcast.back .say")
    fingers.tap_on(page.get_by_role("button", name="Stretch b"))
    for cell, words in (
        (board.locator(".x input").nth(4), "Z₂₅ ="),
        (board.locator(".wx .cell").first, "Z₁₁ ="),
        (board.locator(".b .ghost").nth(2), "Z₁₄ ="),
        (board.locator(".z .cell").last, "Z₃₅ ="),
    ):
        fingers.tap_on(cell)
        expect(said).to_contain_text(words)
        assert beside(said, cell), words
    fingers.tap_on(page.locator(".broadcast.back .front").first)
    assert beside(back, page.locator(".broadcast.back .front").first)
    # Letters smaller than this, and an iPhone enlarges the page.
    for kind in ("w", "x", "b"):
        number = board.locator(f".{kind} input").first
        fingers.tap_on(number)
        number.fill("-12.25")
        assert float(number.evaluate("e => parseFloat(getComputedStyle(e).fontSize)")) >= 16
        assert number.evaluate("e => e.scrollWidth <= e.clientWidth"), kind
