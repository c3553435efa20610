"""Propagation in a real browser: the way back is core's, things light up together, hands and keys step."""

import math
import re
from functools import cache

import pytest
import torch
from playwright.sync_api import expect
from torch.testing import assert_close

from core.balls import GALLERY_SEED, render
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Layer, Network, backpropagate, propagate
from core.pixels import flatten
from core.training import AT_MOST_ONE
from core.weights import load_model
from tests.browser.letters import SEEN, small_letters
from tests.browser.links import query
from tests.browser.test_left_page import PRESSED, go
from tests.browser.wcag import faults
from ui.packing import pack
from ui.propagation.picture import _PARTS, Batch, Scene, picture

FIRST = 18  # the photo that the page begins with
DOUBLE = torch.float64
AGREES = "autograd in float64 (.+·10⁻¹.|0)$"  # what the badge says, to the last digit on some processors
SCRIPTS = ("elements", "numbers", "activations", "propagation/sums")
HEART = ("unpack", "elements", "numbers", "pictures", "activations", *_PARTS)


def numbers(nested):
    return torch.tensor(nested, dtype=DOUBLE)


@pytest.mark.parametrize("m", [1, 3])
def test_the_browsers_way_back_is_cores(javascript, m):
    dice = torch.Generator().manual_seed(m)
    layers = initialise((12288, 3, 2, 1), generator=dice, dtype=DOUBLE).layers
    biased = (torch.randn(layer.b.shape, generator=dice, dtype=DOUBLE) for layer in layers)
    network = Network(tuple(Layer(a.W, b, a.activation) for a, b in zip(layers, biased, strict=True)))
    photos = torch.randint(0, 256, (m, 64, 64, 3), generator=dice).to(torch.uint8)
    Y = torch.randint(0, 2, (1, m), generator=dice).double()
    trace = propagate(network, flatten(photos, dtype=DOUBLE))
    expected = backpropagate(network, trace, Y, BINARY_CROSS_ENTROPY)
    given = {
        "W": {"2": network.layers[1].W.tolist(), "3": network.layers[2].W.tolist()},
        "A": {str(l): trace.A[l].tolist() for l in (1, 2, 3)},  # noqa: E741
        "z": trace.Z[2][0].tolist(),
        "y": Y[0].tolist(),
        "pixels": photos.flatten().tolist(),
    }
    found = javascript(*SCRIPTS)(
        "(({ delta, dW, db }) => ({ delta, dW: { ...dW, 1: dW[1].map((row) => [...row]) }, db }))"
        "(js.wayBack(given.W, given.A, given.y, given.pixels))",
        given,
    )
    for l in (1, 2, 3):  # noqa: E741
        assert_close(numbers(found["delta"][str(l)]), expected.delta[l - 1], rtol=1e-12, atol=1e-15)
        assert_close(numbers(found["dW"][str(l)]), expected.W[l - 1], rtol=1e-10, atol=1e-15)
        assert_close(numbers(found["db"][str(l)]), expected.b[l - 1][:, 0], rtol=1e-12, atol=1e-15)
    losses = javascript(*SCRIPTS)("js.losses(given.z, given.y)", given)
    assert_close(numbers(losses), BINARY_CROSS_ENTROPY(trace.Z[2], Y), rtol=1e-12, atol=1e-15)


def test_losses_stay_finite_where_the_sigmoid_saturates(javascript):
    z = [-800.0, -40.0, 0.0, 40.0, 800.0]
    for y in (0.0, 1.0):
        found = javascript(*SCRIPTS)("js.losses(given.z, given.y)", {"z": z, "y": [y] * 5})
        Z = numbers([z])
        assert_close(numbers(found), BINARY_CROSS_ENTROPY(Z, torch.full_like(Z, y)), rtol=1e-12, atol=0)


def test_numbers_in_few_signs(javascript):
    given = [0, 0.5, -2.3456, 36.9, 250, 0.00123, -0.000123, 1e-9, 9.99e-4, 0.001]
    shown = " ".join(javascript(*SCRIPTS)("given.map(js.short)", given))
    assert shown == "0 0.500 −2.346 36.90 250 0.0012 −1.2·10⁻⁴ 1.0·10⁻⁹ 1.0·10⁻³ 0.0010"


def calculated(written):
    """What a calculator makes of "−1.877·0.275 + 0.125"."""
    plain = written.replace("−", "-").replace(" (12,288 products)", "")
    plain = re.sub(r"·10(⁻?)([⁰¹²³⁴-⁹]+)", lambda m: f"e-{m[2].translate(DOWN)}", plain)
    plain = re.sub(r"(\d)\(", r"\1*(", plain.replace("·", "*"))
    return eval(plain, {"__builtins__": {}, "σ": lambda z: 1 / (1 + math.exp(-z))})


DOWN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@cache
def batch_of(index: int, m: int) -> Batch:
    """A photo of the gallery and those after it."""
    photos = render(GALLERY_SEED, list(range(index, index + m)), AT_MOST_ONE)
    return Batch(f"{index}x{m}", photos.pixels.numpy(), photos.Y[:1].numpy(), ("a photo",) * m)


@pytest.fixture
def heart(alone):
    """heart(step=…): the picture, alone, of m photos of the gallery, at a step."""

    def show(step="x", m=1, index=FIRST, i=0, y=None, **seen):
        batch = batch_of(index, m)
        y = y or "".join(str(int(one)) for one in batch.Y[0])
        scene = Scene(batch=batch.name, step=step, i=i, y=y)
        header, arrays = picture(load_model("three_layers"), batch, scene)
        alone.show(HEART, pack({**header, "heard": 0}, arrays), **seen)

    return show


@pytest.mark.parametrize("m", [1, 4])
def test_every_sum_holds_on_a_calculator(alone, heart, javascript, m):
    """a: 0.275 and 0.699, rounded, gave z = 0.655 where 0.656 stood."""
    short = javascript(*SCRIPTS)
    heart(m=m)
    readout, held, entries = alone.page.locator(".propagation .readout"), 0, 0
    for step in range(14):
        if re.match(r"∂[JL]/∂W\[3\]", readout.inner_text()):
            entries += 1
            if m == 4:
                assert_an_entry_of_a_batchs_gradient_says_what_the_example_beside_it_adds(alone.page)
            else:
                assert "example" not in readout.inner_text()
        for line in readout.locator(".sum").all_inner_texts():
            if not re.match(r"[zaδŷ]\S* =", line):
                continue
            written, result = line.split(" = ")[-2:]
            assert short("js.short(given)", calculated(written)) == result, line
            held += 1
        if step < 13:
            alone.page.get_by_role("button", name="Next").click()
    assert held == 3 + 3 + 2 + 2 + 1 + 1 + 1 + 2 + 3 and entries == 1


@pytest.mark.parametrize("m, numbers", [(1, "12,288 numbers from −1"), (4, "12,288 numbers each, from −1")])
def test_of_several_photos_each_is_so_many_numbers_and_m_is_a_variable(alone, heart, m, numbers):
    heart(m=m)
    assert numbers in alone.page.locator(".propagation .readout").inner_text()
    assert ("m" in alone.page.locator(".propagation .equation i").all_inner_texts()) == (m > 1)
    cost = "J" if m > 1 else "L"
    of_W1 = alone.page.locator(f'.propagation [aria-label^="Row 1 of ∂{cost}/∂W[1]"]')
    assert of_W1.count() == 1
    assert alone.page.locator(".propagation .equation .sym[data-t=dW1] i").all_inner_texts() == [cost, "W"]


def test_a_sum_that_its_digits_do_not_give_is_said_to_be_about_its_result(javascript):
    """a(1 − a) of a neuron that is nearly sure: with six decimals of a, 1 − a has one digit."""
    sum_, text = "(n) => n(given) * (1 - n(given))", "(n) => `${n(given)}(1 − ${n(given)})`"
    call = f"js.holding(given * (1 - given), {sum_}, {text})"
    written = {a: javascript(*SCRIPTS)(call, a) for a in (0.275, 0.9999946)}
    assert written == {
        0.275: "0.275(1 − 0.275) = 0.199",
        0.9999946: "0.999995(1 − 0.999995) ≈ 5.4·10⁻⁶",
    }


def assert_an_entry_of_a_batchs_gradient_says_what_the_example_beside_it_adds(page):
    said = page.locator(".propagation .readout").inner_text()
    assert re.search(r"row 1: Σ over 4 examples = \[.*\], example 1 adds \[.*\]; ∂J/∂b₁ = ", said), said
    page.locator("[data-t='dW3.0.0']").first.hover()
    expect(page.locator(".propagation .readout")).to_contain_text("of example 1: ")
    page.mouse.move(0, 0)


def lit(page, where):
    return page.locator(f".propagation {where} .lit").evaluate_all(
        "(all) => all.map((n) => n.dataset.t ?? n.dataset.line)"
    )


def test_a_symbol_a_number_a_wire_and_a_line_light_up_in_all_three_views(alone, heart):
    heart("g1")
    page = alone.page
    page.locator(".lines code .sym[data-t=W2]").first.hover()
    assert set(lit(page, ".equation")) == {"W2"} == set(lit(page, ".lines code"))
    assert len([t for t in lit(page, ".stage") if t.startswith("W2.")]) == 6
    page.locator(".stage .row[data-t='a2.1']").hover()
    assert "a2.1" in lit(page, ".stage") and "a2.0" not in lit(page, ".stage")
    assert set(lit(page, ".lines")) == {"a2"}
    assert page.locator(".readout").inner_text().count("σ(") == 1
    page.locator(".stage .wire[data-t='W3.0.1'] text").hover()
    assert (
        set(lit(page, ".equation")) == {"W3"}
        and "backward, to the left" in page.locator(".readout").inner_text()
    )
    line = page.locator(".lines code[data-line=d2]")
    line.hover(position={"x": 300, "y": 8})
    assert {"W3", "d3", "a2", "d2"} <= set(lit(page, ".equation"))
    assert page.locator(".line-pair .lit[data-line=d2]").count() == 2
    page.locator(".chip").nth(3).click()  # z[2]
    page.locator(".lines .sym[data-t=d3]").first.hover()
    assert "not yet computed" in page.locator(".readout").inner_text()
    page.mouse.move(0, 0)
    expect(page.locator(".propagation .lit")).to_have_count(0)


def told_in_the_end(page, **said):
    """The server is told this, when the hand has rested."""
    heard = "said => Object.entries(said).every(([name, value]) => told.at(-1)?.[1][name] === value)"
    page.wait_for_function(heard, arg=said)


def test_keys_step_and_walk_and_are_told(alone, heart):
    heart()
    page = alone.page
    current = page.locator(".chip[aria-current]")
    assert current.inner_text() == "x"
    assert page.locator(".stage .row.z.later").count() == 6
    # No equation has been reached: the keys do not walk over them, and the way into them by Tab is there.
    first = page.locator(".propagation .equation").first
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(first).to_be_focused()  # and nothing was thrown: the fixture looks
    page.get_by_role("button", name="Next ›").click()
    assert page.locator(".stage .row.z.now").count() == 3
    for _ in range(9):
        page.keyboard.press("ArrowRight")
    assert current.inner_text().startswith("δ")
    reused = page.locator(".kept.reused")
    assert reused.count() == 1 and reused.get_attribute("data-t") == "a2"
    assert page.locator(".wire.ebbs").count() == 2  # W[3], and nothing else
    told_in_the_end(page, step="d2")
    code = page.locator(".lines.backward code").first
    code.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(".propagation .sym:focus").get_attribute("data-t") == "d3"
    assert "d3.0" in lit(page, ".stage")
    page.locator(".scroll").focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(".stage [data-t]:focus").count() == 1 and lit(page, ".lines")
    page.keyboard.press("End")
    assert page.get_by_role("button", name="Next ›").is_disabled()
    told_in_the_end(page, step="g1")


def test_keys_labels_and_photos_are_in_the_link_and_back_leads_to_the_steps_as_they_stood(app):
    app.open("propagation")
    current = app.page.locator(".chip[aria-current]")
    current.wait_for()  # the numbers of the picture come after the page
    app.page.keyboard.press("ArrowRight")  # on a page that has only been opened
    expect(current).to_have_text(re.compile("^z"))
    app.page.locator("h1").click()  # of no part of the page
    app.page.keyboard.press("ArrowLeft")
    expect(current).to_have_text("x")
    app.page.get_by_role("radiogroup", name="Examples m at once").get_by_role("radio").first.focus()
    app.page.keyboard.press("ArrowRight")  # another's key
    app.page.keyboard.press("End")
    expect(current).to_have_text("x")
    app.idle()
    assert_back_and_forward_lead_to_the_steps_as_they_stood(app, current)
    app.page.locator(".chips .back .chip").first.click()  # ∂L/∂W[1]
    assert_another_photo_comes_while_the_focus_is_in_the_diagram(app)
    assert_another_label_is_checked_again(app)
    app.page.reload()
    current.wait_for()
    app.idle()
    assert current.inner_text().startswith("∂L") and query(app)["step"] == "g1"
    assert_the_page_is_left_without_a_word(app)


def test_what_plays_goes_on_where_more_photos_come_or_the_window_is_another(app, alone, heart):
    """It jumped to the step of the link, and its button said "Play" while it played."""
    app.open("propagation?step=g1")
    page, current = app.page, app.page.locator(".chip[aria-current]")
    page.get_by_role("button", name="Play").click()  # from the end: once more
    expect(current).to_have_text("x")
    page.get_by_role("radio", name="2", exact=True).click()
    expect(page.locator(".propagation")).to_contain_text("(3, 2)")
    assert page.get_by_role("button", name="Next ›").is_enabled(), "not at the end"
    assert_it_can_be_halted(page)
    app.idle()
    assert_the_menu_leads_back_to_where_it_played(app, current)
    heart()
    alone.page.get_by_role("button", name="Play").click()
    alone.as_seen(width=390)
    assert_it_can_be_halted(alone.page)
    assert_a_press_on_a_step_takes_over_from_what_plays(alone.page)


def assert_the_menu_leads_back_to_where_it_played(app, current):
    told = current.inner_text()
    app.page.get_by_role("button", name="Play").click()
    expect(current).not_to_have_text(told)  # a busy machine may come to the next step late
    go(app, "Broadcasting", delay=PRESSED)
    go(app, "Propagation")
    assert current.inner_text() != told


def assert_a_press_on_a_step_takes_over_from_what_plays(page):
    """As the arrow keys do: it went on, so that Back was undone a moment later."""
    play, pause = (page.get_by_role("button", name=name) for name in ("Play", "Pause"))
    for hand in (
        page.get_by_role("button", name="‹ Back"),
        page.get_by_role("button", name="Next ›"),
        page.locator(".chip").nth(3),
    ):
        play.click()
        pause.wait_for()
        hand.click()
        assert pause.count() == 0


def assert_it_can_be_halted(page):
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Play").wait_for()
    assert page.locator(".chip[aria-current]").inner_text()[0] in "XxZzAa"


def assert_another_label_is_checked_again(app):
    app.page.locator(".answers button[aria-pressed=false]").click()
    app.page.wait_for_selector(".badge:not(.waiting):not(.wrong)")
    app.page.wait_for_function("location.search.includes('y=')")
    app.idle()
    assert re.search(AGREES, app.page.locator(".badge").inner_text())


def test_the_keys_go_on_where_a_button_has_no_further_step(alone, heart):
    heart("d1")
    page = alone.page
    current = page.locator(".chip[aria-current]")
    following, back = (page.get_by_role("button", name=name) for name in ("Next ›", "‹ Back"))
    assert faults(page, "color-contrast") == [], "δ is read on its tint"
    following.click()
    assert following.is_disabled() and current.inner_text().startswith("∂L")
    page.keyboard.press("ArrowLeft")
    assert current.inner_text().startswith("δ")
    back.focus()
    page.keyboard.press("Home")
    assert back.is_disabled() and current.inner_text() == "x"
    page.keyboard.press("ArrowRight")
    assert current.inner_text().startswith("z")
    assert_the_row_of_steps_goes_on_in_the_next_line_where_a_window_is_narrow_or_zoomed(alone)
    page.keyboard.press("Home")
    assert_where_the_diagram_does_not_fit_it_follows_the_step(alone)


def read(text):
    """−2.3·10⁻⁵ as a number."""
    raised = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    digits, _, power = text.replace("−", "-").partition("·10")
    return float(digits) * 10 ** int(power.translate(raised) or 0)


def test_a_derivative_is_written_as_the_numbers_that_it_is_the_product_of(alone, heart):
    heart("g1", index=27)  # which leaves one neuron of the first layer nearly silent
    for l, (rows, columns) in {2: (2, 3), 3: (1, 2)}.items():  # noqa: E741
        grid = alone.page.locator(".grid").nth(l - 2)
        above = [read(text) for text in grid.locator(".of-a").all_inner_texts()]
        before = [read(text) for text in grid.locator(".of-delta").all_inner_texts()]
        cells = [read(text) for text in grid.locator(f"[data-t^='dW{l}.']").all_inner_texts()]
        biases = [read(text) for text in grid.locator(".db").all_inner_texts()]
        assert (len(before), len(above)) == (rows, columns) and biases == before
        assert cells == pytest.approx([d * a for d in before for a in above], rel=0.05) and all(cells)
    assert min(map(abs, above)) > 0.1 and alone.page.locator(".grid", has_text="·10⁻⁵").count() == 1


def assert_everything_fits_its_frame(page):
    outside = page.locator(".gradient").evaluate_all(
        """(all) => all.flatMap((frame) => {
          const { right } = frame.getBoundingClientRect()
          const cells = [...frame.querySelectorAll('.grid > *, .pictures > *')]
          return cells.filter((cell) => cell.getBoundingClientRect().right > right)
        }).map((cell) => cell.textContent)"""
    )
    assert outside == []
    apart = page.locator(".grid, .pictures").evaluate_all(
        """(all) => all.every((grid) => {
          const boxes = [...grid.querySelectorAll('b, small')].map((e) => {
            const text = document.createRange()
            text.selectNodeContents(e)
            return text.getBoundingClientRect()
          })
          return boxes.every((a) => boxes.every((b) => a === b || a.right <= b.left || b.right <= a.left
            || a.bottom <= b.top + 4 || b.bottom <= a.top + 4))
        })"""
    )
    assert apart, "one number runs into another"
    # Nor is what is kept, the cost or a label wider than its frame.
    wider = "all => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)"
    assert page.locator(".kept, .cost, .label").evaluate_all(wider) == []
    # And each photo is large enough for a finger, and stands beside x, or above it.
    x = page.locator(".column").bounding_box()
    photos = page.locator(".photos button").all()
    assert photos
    for photo in photos:
        box = photo.bounding_box()
        assert min(box["width"], box["height"]) >= 28
        if box["y"] + box["height"] < x["y"]:
            continue
        assert box["x"] + box["width"] < x["x"]
        assert x["y"] - 4 <= box["y"] and box["y"] + box["height"] <= x["y"] + x["height"] + 4


def assert_no_wire_goes_through_a_weight(page, least=13):
    found = page.locator(".stage .wire:has(.plate)").evaluate_all(
        """(wires) => {
          const plates = wires.map((wire) => wire.querySelector("rect").getBoundingClientRect())
          const inside = ({ x, y }, box) => x > box.left && x < box.right && y > box.top && y < box.bottom
          return wires.map((wire, i) => {
            const path = wire.querySelector(".core"), all = path.getTotalLength()
            const points = Array.from({ length: 201 }, (_, n) =>
              path.getPointAtLength((n * all) / 200).matrixTransform(path.getScreenCTM()))
            const [text, plate] = [wire.querySelector("text").getBoundingClientRect(), plates[i]]
            return {
              weight: wire.textContent,
              others: plates.filter((box, k) => k !== i && points.some((point) => inside(point, box))).length,
              written: text.left >= plate.left && text.right <= plate.right,
              last: wire.lastElementChild.matches(".plate"), // so its own wire is behind it
            }
          })
        }"""
    )
    weights = [wire["weight"] for wire in found]
    assert weights == [text for text in weights if float(text.replace("−", "-"))] and len(weights) == 8
    assert [wire["others"] for wire in found] == [0] * 8
    assert all(wire["written"] and wire["last"] for wire in found)
    plates = page.locator(".stage .plate text").first
    assert plates.evaluate("(e) => parseFloat(getComputedStyle(e).fontSize) * e.currentCSSZoom") >= least


# What of the diagram lies on something else than the ground that belongs to it.
ON_EACH_OTHER = """(stage) => {
  const parts = '.cell, .kept, .gradient, .cost, .label, .photos, .shelf-name, .count, .way, :scope > canvas'
  const all = [...stage.querySelectorAll(parts)]
  const boxes = all.map((e) => [e.className || e.dataset.t, e.getBoundingClientRect()])
  const left = (a, b) => a.right <= b.left + 1, above = (a, b) => a.bottom <= b.top + 1
  const apart = (a, b) => left(a, b) || left(b, a) || above(a, b) || above(b, a)
  return boxes.flatMap(([name, a], i) =>
    boxes.slice(i + 1).filter(([, b]) => !apart(a, b)).map(([other]) => [name, other]))
}"""


@pytest.mark.parametrize("m", [1, 16])
def test_on_a_tablet_all_of_the_diagram_is_seen_at_once(alone, heart, m):
    """In a row it was wider than that, and had to be pushed sideways."""
    heart("g1", m, width=820)
    page = alone.page
    scroll, stage = page.locator(".propagation .scroll"), page.locator(".propagation .stage")
    assert scroll.evaluate("(e) => e.scrollWidth - e.clientWidth") == 0
    assert page.locator(".frame").get_attribute("class") == "frame", "nothing fades"
    assert small_letters(alone, ".propagation") == []
    assert stage.evaluate(ON_EACH_OTHER) == []
    assert_everything_fits_its_frame(page)
    assert_no_wire_goes_through_a_weight(page, least=12)
    # In a wider window all stands in a row again.
    alone.as_seen(width=1280, height=900)
    assert page.locator(".stage .cell").count() == 6 and stage.evaluate(ON_EACH_OTHER) == []
    assert page.locator(".gradient.now").count() == 1


# As with a mouse: a page that goes on below the window has a scrollbar, which takes room; an empty one none.
SCROLLBAR = """(root, wide) => {
  let asked = 0
  const clientWidth = () => {
    if (++asked > 50) throw new Error("it is built without end")
    return root.childElementCount ? wide - 10 : wide
  }
  Object.defineProperty(root, "clientWidth", { get: clientWidth })
}"""


@pytest.mark.parametrize(
    ("width", "as_wide", "plan"),
    [(970, 738, "680px"), (576, 544, "452px"), (390, 358, "409px")],
)
def test_where_the_scrollbar_decides_which_plan_fits_the_diagram_is_built_once(
    alone, heart, width, as_wide, plan
):
    """Half of a screen is so wide; there the page stood still for good."""
    heart("x", width=1280)
    alone.page.locator(".propagation").evaluate(SCROLLBAR, as_wide)
    alone.as_seen(width=width)
    drawn = alone.page.locator(".propagation .stage")
    expect(drawn).to_have_count(1)
    assert drawn.evaluate("stage => stage.style.getPropertyValue('--wide')") == plan


@pytest.mark.parametrize("m", [1, 16])
@pytest.mark.parametrize("width", [390, 360, 320])
def test_on_a_phone_all_layers_are_seen_at_once_and_the_page_moves_to_what_is_new(alone, heart, width, m):
    heart("x", m, width=width, height=844)
    page = alone.page
    scroll, stage = page.locator(".propagation .scroll"), page.locator(".propagation .stage")
    following = page.get_by_role("button", name="Next ›")
    for _ in range(13):
        following.evaluate("button => button.click()")  # which does not bring it into sight
        for part in (page.locator(".stage div.now:not(.kept)").last, following):
            box = part.bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= 844
    assert scroll.evaluate("(e) => e.scrollWidth - e.clientWidth") == 0
    letters = page.locator(".propagation").first.evaluate(SEEN)
    assert letters and [text for size, text in letters if size < 10.9] == []
    assert stage.evaluate(ON_EACH_OTHER) == []
    assert page.locator(".stage .plate").count() == 0, "a wire says its weight when it is tapped"
    assert_everything_fits_its_frame(page)
    longest = page.locator(".gradient :is(b, .of-a, .of-delta), .cell .row b")
    longest.evaluate_all("all => all.forEach((e) => (e.textContent = '−7.5·10⁻⁵'))")
    assert_everything_fits_its_frame(page)
    derivatives = page.locator(".readout .whole").evaluate_all(
        "all => all.map((e) => e.getClientRects().length)"
    )
    assert derivatives == [1, 1, 1], "none is broken at its stroke"
    wider = "all => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"
    assert page.locator(".cell, .cell .top, .cell .row").evaluate_all(wider) == []


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_a_number_with_two_digits_in_its_power_of_ten_stays_in_its_neuron(alone, heart, width):
    heart("g1", m=4, index=21, width=width)
    rows = alone.page.locator(".cell .row")
    assert [text for text in rows.all_inner_texts() if "10⁻¹" in text]
    wider = "all => all.filter((e) => e.scrollWidth > e.clientWidth + 1).map((e) => e.textContent)"
    assert rows.evaluate_all(wider) == []


def test_on_a_small_phone_nothing_of_the_diagram_is_seen_beside_the_buttons(alone, heart):
    heart(width=320, height=600)
    alone.page.locator(".readout").scroll_into_view_if_needed()
    buttons, frame = (
        alone.page.locator(f".propagation .{part}").bounding_box() for part in ("buttons", "frame")
    )
    assert frame["y"] < buttons["y"], "the diagram has gone on below them"
    assert buttons["x"] <= frame["x"] and buttons["width"] >= frame["width"]


@pytest.mark.parametrize("m", [1, 16])
def test_everything_fits_its_frame_and_no_letter_is_small(alone, heart, m):
    heart("g1", m)
    page = alone.page
    assert small_letters(alone, ".propagation") == []
    assert_everything_fits_its_frame(page)
    if m == 1:
        assert_no_wire_goes_through_a_weight(page)
        assert page.locator(".row canvas").count() == 0, "one number needs no colour beside it"
        assert page.locator(".legend .key").count() == 1
    numbers = page.locator(".gradient :is(b, .of-a, .of-delta)")  # now as long as numbers can be
    numbers.evaluate_all("all => all.forEach((e) => (e.textContent = '−7.5·10⁻⁵'))")
    assert_everything_fits_its_frame(page)


def test_numbers_have_colours_and_another_label_turns_the_way_back(alone, heart):
    heart("g1", 4, i=1)
    page = alone.page
    ends = page.locator(".legend .key").all_inner_texts()
    Z, A, delta, L = (re.sub(r"\s", "", text) for text in ends)
    assert A == "A01" and L.startswith("L0") and re.fullmatch(r"Z−([\d.]+)\1", Z)
    assert re.fullmatch(r"δ−([\d.]+)\1", delta) and "square root" in page.locator(".legend").inner_text()
    assert page.locator(".row canvas").count() == 18
    badge = page.locator(".badge")
    assert re.search(AGREES, badge.inner_text())
    delta, cost = page.locator(".row[data-t='d3.0'] b"), page.locator(".cost > b")
    before, J = delta.inner_text(), cost.inner_text()
    page.locator(".answers button[aria-pressed=false]").click()
    assert delta.inner_text() != before and cost.inner_text() != J
    assert before.startswith("−") is not delta.inner_text().startswith("−")
    assert badge.get_attribute("class") == "badge waiting"
    other = "".join(str(int(y) ^ (i == 1)) for i, y in enumerate(batch_of(FIRST, 4).Y[0]))
    told_in_the_end(page, y=other, i=1)
    assert "(3, 4)" in page.locator(".lines.forward").inner_text()
    page.locator(".photos button").nth(3).click()
    assert page.locator(".photos button.chosen").count() == 1
    told_in_the_end(page, y=other, i=3)


def assert_back_and_forward_lead_to_the_steps_as_they_stood(app, now):
    app.page.get_by_role("button", name="Next ›").click()
    app.page.wait_for_function("location.search.includes('step=z1')")
    app.idle()
    app.page.go_back()
    expect(now).to_have_text("x")
    app.idle()
    app.page.go_forward()
    expect(now).to_contain_text("z")


def assert_the_page_is_left_without_a_word(app):
    app.page.get_by_role("button", name="‹ Back").click()  # of which the server has yet to hear
    app.page.get_by_role("link", name="Broadcasting").click()
    expect(app.page.locator("h1")).to_have_text("Broadcasting")
    app.idle()
    assert app.page.locator(".propagation").count() == 0


def assert_where_the_diagram_does_not_fit_it_follows_the_step(alone):
    alone.as_seen(width=280, height=844)
    scroll, frame = (alone.page.locator(f".propagation .{name}") for name in ("scroll", "frame"))
    for left, fades in ((0, "frame after"), (20, "frame after before"), (9999, "frame before")):
        scroll.evaluate("(scroll, left) => scroll.scrollLeft = left", left)
        expect(frame).to_have_class(fades)  # where it goes on beyond its edge
    for _ in range(3):
        alone.page.get_by_role("button", name="Next ›").click()
    assert alone.page.locator(".stage .row.z.now").count() == 2
    inside = alone.page.locator(".propagation .scroll").evaluate(
        """(scroll) => { const frame = scroll.getBoundingClientRect()
          return [...scroll.querySelectorAll('.row.z.now')].every((row) => {
            const box = row.getBoundingClientRect()
            return box.left >= frame.left && box.right <= frame.right }) }"""
    )
    assert inside and alone.overflow() == 0
    alone.as_seen(width=1280, height=844)
    expect(frame).to_have_class("frame")


def assert_the_row_of_steps_goes_on_in_the_next_line_where_a_window_is_narrow_or_zoomed(alone):
    """Only the diagram is moved along: the steps, there from the left, back from the right, are all seen."""
    for width in (1280, 640, 390, 320):  # the last ones are 1,280 at 200 % and at 400 %
        alone.as_seen(width=width, height=844)
        for way, turn in (("ahead", 1), ("back", -1)):
            row = alone.page.locator(f".propagation .chips .{way}")
            places = row.locator(".chip").evaluate_all(
                "all => all.map((e) => e.getBoundingClientRect()).map((b) => [b.top, b.left, b.right])"
            )[::turn]
            assert all(left >= 0 and right <= width for _, left, right in places)
            lines = {top: [left for y, left, _ in places if y == top] for top, _, _ in places}
            assert list(lines) == sorted(lines), "one line below the other"
            assert all(line == sorted(line)[::turn] for line in lines.values())
            assert len(lines) == 1 or width < 1280
    scrolled = alone.page.locator(".propagation *").evaluate_all(
        "all => all.filter((e) => /auto|scroll/.test(getComputedStyle(e).overflowX)).map((e) => e.className)"
    )
    assert scrolled == ["scroll"] and alone.overflow() == 0


def assert_another_photo_comes_while_the_focus_is_in_the_diagram(app):
    readout, said = app.page.locator(".propagation .readout"), app.page.locator(".readout .sum")
    before = said.all_inner_texts()
    app.page.get_by_role("button", name="‹ Back").focus()
    app.page.locator(".gallery button").nth(1).evaluate("button => button.click()")  # which moves no focus
    expect(readout).to_contain_text("a picture")
    expect(said.first).not_to_have_text(before[0])
    app.idle()
    assert app.page.locator(".propagation button:focus").count() == 1
    assert "autograd" in app.page.locator(".badge").inner_text()


def test_a_colour_is_one_number_in_every_layer(javascript):
    js = javascript(*SCRIPTS)
    Z = {"1": [[-8.0, 2.0]], "2": [[0.5, -0.5]], "3": [[2.0, 0.0]]}
    delta = {"1": [[1e-4, 0.0]], "2": [[-0.01, 0.04]], "3": [[0.16, -0.16]]}
    scale = js("js.scales(...given)", [Z, delta, [0.5, 3.0]])
    assert scale == {"z": 8, "d": 0.16, "L": 3}
    shown = js("given.map((v) => js.shade('z', v, 8))", [-8, 2, 0.5, 0])
    assert shown == pytest.approx([-1, 0.5, 0.25, 0])
    assert js("given.map((v) => js.shade('d', v, 0.16))", [0.16, -0.01]) == pytest.approx([1, -0.25])
    assert js("js.shade('L', 1.5, 3)") == pytest.approx(0.5)


def test_one_example_has_a_loss_and_a_batch_a_cost(javascript):
    js = javascript(*SCRIPTS, "propagation/text")
    for token in ("L", "d2", "dW3", "db1"):
        one, many = (js("js.meaning(...given)", [token, m]) for m in (1, 4))
        assert "loss" in one and "cost" not in one and "the cost" in many, token


def test_the_loss_holds_as_it_is_printed(alone, heart):
    heart("L", y="1")
    for y in (1, 0):
        said = alone.page.locator(".propagation").inner_text()
        (line,) = (row for row in said.splitlines() if f"y = {y}, so L = " in row)
        p, L = re.search(r"= −log ([\d.]+) = ([\d.]+)$", line).groups()
        assert f"{-math.log(float(p)):.3f}" == L
        other = alone.page.locator(".answers button[aria-pressed=false]")
        other.evaluate("button => button.click()")  # which moves no focus: that decides what is read out
