"""The live figure in narrow windows, and on a phone on its side: nothing is cut, covered or too small."""

import itertools

import numpy as np
from playwright.sync_api import expect

from tests.browser.training.frames import event, lanes, measured

PHONES = (374, 344, 304)  # what the page leaves of 390, 360 and 320
WIDTHS = (1400, 1200, 1100, 1000, 980, 836, 736, 620, 500, *PHONES)  # of the figure on the page
STAGES = ((1864, 1080), (1384, 900), (1224, 720), (1096, 864), (968, 768))  # what the margins leave
LOSSES = ("binary", "softmax", "squared", "tangled")
RUNS = (("binary",), ("binary", "softmax"), ("binary", "softmax", "tangled"))


def pictures(losses):
    return np.full(len(losses) * 3 * 12288, 128, np.uint8)


def test_an_output_s_numbers_stand_on_one_line_on_a_phone(figure):
    for z in ([0.5, -1.25, 2.0], [-42.37, -99.99, 10.25], [-101.24, 2500.5, -98765.4]):
        one, two = ({**lane, "z": z} for lane in lanes("binary", "softmax"))
        figure.send(lanes=[one, two], pictures=pictures("AB"), curves=False)
        for width in PHONES:
            figure.page.set_viewport_size({"width": width, "height": 900})
            lines = figure.page.locator(".outputs p").evaluate_all("all => all.map((p) => p.offsetHeight)")
            assert len(lines) == 6 and max(lines) < 30, (width, z, lines)


def test_the_numbers_of_the_axes_are_read_and_stand_apart(figure):
    for width in (836, 304):  # of 1280 beside the menu; of 320
        figure.anew(width, 900)
        figure.send(step=8000, keyframes=[0, 8000])
        ticks = figure.page.locator(".plot .xtick text")
        ticks.first.wait_for()
        sizes = figure.page.locator(".plot :is(.xtick, .ytick, .y2tick) text")
        letters = sizes.evaluate_all("all => all.map((e) => parseFloat(getComputedStyle(e).fontSize))")
        assert min(letters) >= 12, width
        boxes = ticks.evaluate_all("all => all.map((e) => e.getBoundingClientRect())")
        assert all(one["right"] + 4 < other["left"] for one, other in itertools.pairwise(boxes)), width


def test_both_rows_of_a_formula_are_written_on_and_a_switch_moves_nothing(figure):
    page = figure.page
    edges = """part => {
      const box = part.closest('.lanes').getBoundingClientRect()
      const lines = [...part.querySelectorAll('.line')].map((line) => line.getBoundingClientRect().bottom)
      return [box.bottom, box.bottom - Math.max(...lines)]
    }"""
    for place, width, unit in (("hall", 1400, 20), ("desk", 980, 16), ("laptop", 820, 16)):
        figure.anew(width)
        page.evaluate(f"document.documentElement.style.fontSize = '{unit}px'")
        before, found = "binary", []
        figure.send(lanes=lanes(before), curves=False)
        for loss in ("softmax", "tangled", "squared", "softmax", "squared", "tangled", "binary"):
            figure.send(
                lanes=lanes(loss), events=[event(len(found), before=before, after=loss)], curves=False
            )
            page.wait_for_selector(".law.fresh .gone", state="attached")
            found.append(page.locator(".law").evaluate(edges))
            page.locator(".law").evaluate("law => law.classList.remove('fresh')")
            found.append(page.locator(".law").evaluate(edges))
            before = loss
        assert len({round(bottom) for bottom, _ in found}) == 1, place
        assert max(below for _, below in found) < 36, f"{place}: no empty row"


def test_a_switch_and_another_view_move_nothing_on_a_tablet_and_on_a_low_laptop(figure):
    page, places = figure.page, "['.curves', '.views', '.scale', '.means']"
    tops = f"""() => {places}.map((part) => document.querySelector(part).getBoundingClientRect()).flatMap(
      ({{ top, bottom }}) => [top, bottom])"""
    for width, height in ((736, 1024), (620, 900), (836, 720)):
        figure.anew(width, height)
        found = {}
        for loss in LOSSES:
            for view in ("weights", "change"):
                figure.send(lanes=lanes(loss), view=view, curves=False)
                found[loss, view] = page.evaluate(tops)
        assert len({tuple(map(round, seen)) for seen in found.values()}) == 1, (width, found)


def test_with_another_loss_nothing_below_the_cards_moves_in_any_window_nor_on_the_stage(figure):
    """However many runs: the room of the widest formula is kept. Beside others the second has it."""
    page = figure.page
    high = """([stage, widths]) => {
      document.documentElement.classList.toggle('live-stage', stage)
      return widths.map((width) => {
        document.body.style.width = width ? `${width}px` : ''
        return document.querySelector('.lanes').getBoundingClientRect().height
      })
    }"""
    for runs in (1, 2, 3):
        found: dict = {}
        for loss in LOSSES:
            all_of_them = {1: (loss,), 2: ("binary", loss), 3: ("binary", loss, "squared")}[runs]
            figure.send(lanes=lanes(*all_of_them), runs=runs, pictures=pictures(all_of_them), curves=False)
            page.set_viewport_size({"width": 1920, "height": 900})
            for width, height in zip(WIDTHS, page.evaluate(high, [False, WIDTHS]), strict=True):
                found.setdefault(width, {})[loss] = height
            for width, tall in STAGES:
                page.set_viewport_size({"width": width, "height": tall})
                found.setdefault(("stage", width), {})[loss] = page.evaluate(high, [True, [0]])[0]
        for where, heights in found.items():
            assert max(heights.values()) - min(heights.values()) < 1, (runs, where, heights)
    page.evaluate(high, [False, [0]])


def test_every_switch_fits_a_phone(figure):
    ends = "all => all.map((e) => e.getBoundingClientRect().right)"
    for losses in RUNS:
        figure.anew(374, 900)
        figure.send(lanes=lanes(*losses), pictures=pictures(losses))
        figure.page.wait_for_selector(".plot .main-svg")
        assert max(figure.page.eval_on_selector_all(".views label, .keys button, .scale", ends)) <= 374, (
            losses
        )


def test_a_loss_stands_clear_of_its_edges_and_its_numbers_on_one_line(figure):
    page = figure.page
    clear = """all => all.flatMap((span) => {
      const box = span.getBoundingClientRect(), range = document.createRange()
      range.selectNodeContents(span)
      const { left, right } = range.getBoundingClientRect()
      return [left - box.left, box.right - right]
    })"""
    for losses in RUNS:
        figure.anew()
        high = {}
        figure.send(lanes=measured(None, None, *losses), curves=False)
        for width in PHONES:
            page.set_viewport_size({"width": width, "height": 900})
            high[width] = page.locator(".lanes").bounding_box()["height"]
        costly = [{**lane, "J_train": 13.579} for lane in measured(1.0, 0.98, *losses)]
        figure.send(lanes=costly, curves=False)
        for width in PHONES:
            page.set_viewport_size({"width": width, "height": 900})
            assert min(page.locator(".loss label:visible span").evaluate_all(clear)) >= 3, (losses, width)
            lines = page.locator(".numbers").evaluate_all("all => all.map((p) => p.clientHeight)")
            assert max(lines) < 30, (losses, width)
            assert page.locator(".lanes").bounding_box()["height"] == high[width], "nothing below moves"


def test_the_longest_numbers_of_a_run_have_room_beside_its_losses(figure):
    """In windows of 1280 pixels with a scrollbar, and of 1441 to 1550: the losses lay under them."""
    page = figure.page
    apart = """() => {
      const [loss, numbers] = ['.loss', '.numbers'].map((part) => document.querySelector(part))
      const [one, other] = [loss, numbers].map((part) => part.getBoundingClientRect())
      return [other.left - one.right, other.bottom - one.bottom, numbers.clientHeight]
    }"""
    [lane] = measured(1.0, 1.0, "binary")
    figure.send(lanes=[lane | {"J_train": 1234.5}], curves=False)
    for width in (801, 805, 830, 831, 981, 1000, 1050, 1090, 1091):
        page.set_viewport_size({"width": width + 16, "height": 900})  # of which 16 are the margins
        room, below, high = page.evaluate(apart)
        assert room >= 5 and below < 0 and high < 30, width


def test_where_the_run_is_and_how_fast_is_read_whole(figure):
    """What is beyond the edge would be cut off there, and no scrolling leads to it."""
    page = figure.page
    beyond = """all => all.filter((e) => {
      const box = (node) => node.getBoundingClientRect()
      const figure = e.closest(".live-training"), stage = figure.querySelector("button.stage")
      return box(e).right > (stage.checkVisibility() ? box(stage).left : box(figure).right)
    }).map((e) => e.textContent)"""
    widths = (836, 808, 784, 374, 304)  # of 1280, 1024 and 1000 beside the menu; as above
    high: dict = {width: set() for width in widths}
    fast = 123_456, 12_345
    for step, speed, runs in ((0, 0, 1), (7060, 927, 1), (*fast, 1), (7060, 927, 3), (*fast, 3)):
        figure.send(step=step, speed=speed, runs=runs, playing=speed > 0, keyframes=[0, step], curves=False)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.locator(".counter *").evaluate_all(beyond) == [], (width, step, runs)
            if runs == 1 or (step == 7060 and width != 784):
                high[width].add(page.locator(".bar").evaluate("(e) => e.clientHeight"))
    assert all(len(found) == 1 for found in high.values()), (
        f"nothing below it moves when it begins to play, or when others do: {high}"
    )


def test_on_a_phone_on_its_side_curves_and_weights_stand_in_one_screen(figure):
    """Of 844 pixels the margins leave 812, and the menu 612; of the height the page’s own head takes 60."""
    page = figure.page
    for width, height in ((812, 390), (612, 390), (635, 375)):
        figure.anew(width, height)
        figure.send(pictures=pictures("A"), caption="soccer ball + basketball")
        page.wait_for_selector(".plot .main-svg")
        named = page.locator(".watched figcaption")
        expect(named).to_have_text("the photo")  # its balls would name a fourth neuron
        expect(page.locator(".watched canvas")).to_have_accessible_name(
            "the watched photo: soccer ball + basketball"
        )
        assert named.evaluate("(e) => e.scrollWidth <= e.clientWidth"), f"nor is it cut off: {width}"
        box = "(e) => e.getBoundingClientRect().toJSON()"
        views, below = (page.locator(part).evaluate(box) for part in (".views", ".pictures"))
        assert views["right"] <= below["right"], width
        boxes = "(all) => all.map((e) => e.getBoundingClientRect().toJSON())"
        seen = [page.locator(".plot").evaluate(box), *page.locator(".outputs canvas").evaluate_all(boxes)]
        assert len(seen) == 4 and all(weights["left"] >= seen[0]["right"] for weights in seen[1:]), width
        assert max(part["bottom"] for part in seen) - min(part["top"] for part in seen) <= height - 60, width
        page.locator("button.stage").click()
        seen = [page.locator(".play").evaluate(box), *page.locator(".outputs canvas").evaluate_all(boxes)]
        assert max(part["bottom"] for part in seen) - min(part["top"] for part in seen) <= height, width
        page.locator("button.stage").click()


def test_on_a_phone_on_its_side_what_ends_the_full_screen_of_several_runs_stays_in_sight(figure):
    page = figure.page
    for losses in RUNS[1:]:
        figure.anew(812, 390)
        figure.send(lanes=lanes(*losses), pictures=pictures(losses))
        page.wait_for_selector(".plot .main-svg")
        page.locator("button.stage").click()
        for down in (0, 200, 10_000):
            page.evaluate("down => window.scrollTo(0, down)", down)
            box = page.locator("button.stage").bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= 60, f"as at the top: {losses}, {down}"
        cards = page.locator(".lanes").bounding_box()
        assert cards["height"] < 110, f"what chooses the losses, and their numbers: {losses}"
        page.locator("button.stage").click()


def test_a_key_and_what_it_does_stand_in_one_line_and_apart_from_the_next(figure):
    figure.send()
    lines = (
        "all => all.map((one) => [...one.getClientRects()].map(({ left, right, top }) => [top, left, right]))"
    )
    for width in (920, 836, 736, 374):
        figure.page.set_viewport_size({"width": width, "height": 900})
        keys = [key for key in figure.page.locator(".hint > span").evaluate_all(lines) if key]
        assert len(keys) >= 7 and all(len(key) == 1 for key in keys), width
        for ((top, _, right),), ((below, left, _),) in itertools.pairwise(keys):
            assert below > top or left >= right + 8, width


def test_no_line_of_a_message_ends_within_an_equation(figure):
    figure.send(stopped="J would not be finite (α = 1,000, λ = 1).", warning="α = 3 is too much.")
    said = figure.page.locator(".message p").all_text_contents()
    assert [words.count("\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}") for words in said] == [2, 1]


def test_a_zoom_into_the_curves_of_one_run_moves_nothing_in_any_window(figure):
    """Its button to show all takes no further row, under the pointer that has just let go."""
    figure.send(curves=False)
    high = """button => [true, false].map((hidden) => {
      button.hidden = hidden
      return button.closest('.keys').offsetHeight
    })"""
    moved = []
    for width in sorted({*WIDTHS, *range(480, 1400, 10)}):
        figure.page.set_viewport_size({"width": width, "height": 900})
        before, zoomed = figure.page.locator("[data-key=all]").evaluate(high)
        if before != zoomed and width >= 480:  # a phone has two rows, and nobody drags a frame there
            moved.append((width, before, zoomed))
    assert moved == []
