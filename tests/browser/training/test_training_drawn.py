"""The live figure as it is drawn: each line, picture, bar and mark is its own run's, neuron's and step's."""

import re
from pathlib import Path

import numpy as np
import pytest

from tests.browser.drawn import number
from tests.browser.training.frames import lanes, pairs

DRAW = """(frame) => window.sums.figure(frame, { on: new Set(['A', 'B', 'C', 'batch', 'train', 'test']),
  range: [0, 400], ranges: { cost: [0, 3], accuracy: [0, 100] }, width: 600, height: 400, outer: [680, 450],
  look: { size: 14, lanes: ['#111', '#222', '#333'], ink: '#000', soft: '#555', margin: {} } })"""
STEPS = list(range(0, 401, 20))
KINDS = ("cost", "train_cost", "test_cost", "train_accuracy", "test_accuracy")


def test_each_line_of_the_curves_is_of_its_run_its_kind_and_its_axis(sums):
    """A run has a colour and a dash, what was measured on test photos has dots."""
    levels = {f"{kind}.{lane}": 0.1 * k + 0.05 * lane for lane in range(2) for k, kind in enumerate(KINDS)}
    curves = {name: pairs(STEPS, [level] * len(STEPS)) for name, level in levels.items()}
    frame = {"step": 400, "lanes": lanes("binary", "softmax"), "events": [], **curves}
    made = sums.evaluate(DRAW, frame)
    *drawn, events = made["data"]
    assert len(drawn) == 2 * len(KINDS) and events["yaxis"] == "y3"
    for place, trace in enumerate(drawn):
        lane, kind = divmod(place, len(KINDS))
        name, level = KINDS[kind], levels[f"{KINDS[kind]}.{lane}"]
        share = name.endswith("accuracy")
        assert trace["x"] == STEPS and trace["yaxis"] == ("y2" if share else "y")
        assert trace["y"] == pytest.approx([100 * level if share else level] * len(STEPS))
        assert trace["line"]["color"] == ("#111", "#222")[lane]
        assert trace["line"].get("dash") == {
            "cost": None, "train": ("solid", "9px,4px")[lane], "test": "2px,3px",
        }[name.split("_")[0]]  # fmt: skip
        said = {"cost": "batch", "train": "training photos", "test": "test photos"}[name.split("_")[0]]
        assert trace["name"] == f"{'AB'[lane]} {('binary', 'softmax')[lane]}, {said}"
        of = f"%{{y:{'.1f' if share else ',.3f'}"
        kind = name.split("_")[0]
        if kind == "cost":  # the numbers of several runs have to fit in
            assert (trace["hoverinfo"], trace["hovertemplate"]) == ("skip", "")
        else:
            told = {"train": "training", "test": "test"}[kind]
            assert trace["hovertemplate"].startswith(f"{'AB'[lane]} {told} {of}")
    titles = [made["layout"][axis]["title"]["text"] for axis in ("xaxis", "yaxis", "yaxis2")]
    assert titles == ["step (one batch each)", "cost J, each run its own loss", "accuracy (%)"]


def test_the_numbers_under_a_pointer_are_said_to_be_of_a_step_only_where_each_step_has_room(sums):
    """Photos are measured now and then, and of many batches not each is drawn: else some are of another."""
    frame = {"step": 400, "lanes": lanes("binary"), "events": []}
    for last, said in ((400, "near step %{x:,.0f}"), (31, "near step %{x:,.0f}"), (30, "step %{x:,.0f}")):
        layout = sums.evaluate(DRAW.replace("[0, 400]", f"[0, {last}]"), frame)["layout"]
        assert layout["xaxis"]["unifiedhovertitle"]["text"] == said  # 600 pixels
        assert layout["hoverdistance"] == 20


def test_what_is_taken_away_is_measured_in_the_letters_in_which_it_is_drawn(figure):
    """A picture has no font of the page: in wider letters its legend was cut off."""
    figure.send(step=400)
    page = figure.page
    page.wait_for_selector(".plot .main-svg")
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG").click()
    drawing = Path(download.value.path()).read_text()
    families = set(re.findall("font-family: ([^;]*);", drawing))
    assert "accuracy (%)" in drawing and families == {"sans-serif"}


def test_pictures_outputs_labels_and_numbers_are_those_of_their_run_and_neuron(figure):
    reds = [[10, 20, 30], [40, 50, 60]]
    pictures = np.array([[red, 0, 0] * 4096 for lane in reds for red in lane], np.uint8)
    outputs = [[0.25, 0.5, 0.75], [0.1, 0.2, 0.7]]
    costs, accuracies = (1.25, 0.5), ((0.75, 0.5), (0.25, None))
    two = [
        lane | {"y_hat": y_hat, "J": 9.0, "J_train": J, "accuracy": {"train": both[0], "test": both[1]}}
        for lane, y_hat, J, both in zip(lanes("binary", "softmax"), outputs, costs, accuracies, strict=True)
    ]
    figure.send(lanes=two, pictures=pictures.reshape(-1), scale=0.02, label=[1, 0, 1])
    page = figure.page
    red = "all => all.map((one) => one.getContext('2d').getImageData(5, 5, 1, 1).data[0])"
    assert page.locator(".outputs canvas").evaluate_all(red) == [red for lane in reds for red in lane]
    bars = page.locator(".outputs .fill").evaluate_all("all => all.map((one) => one.style.transform)")
    assert bars == [f"scaleX({p:g})" for y_hat in outputs for p in y_hat]
    ones = page.locator(".outputs .label").evaluate_all("all => all.map((one) => one.className)")
    assert ones == ["label one", "label zero", "label one"] * 2
    assert page.locator(".watched .caption").text_content() == "y = [1, 0, 1]"
    assert [page.locator(f".scale {end}").text_content() for end in (".low", ".high")] == ["−0.02", "+0.02"]
    numbers = page.locator(".lanes .numbers b").all_text_contents()
    assert numbers == ["1.250", "75\u202f%", "50\u202f%", "0.500", "25\u202f%", "–"]


def test_keyframes_the_past_and_the_step_that_is_looked_at_stand_under_their_places_on_the_curves(figure):
    figure.send(step=400, keyframes=[0, 100, 300, 400])
    page = figure.page
    page.wait_for_selector(".plot .main-svg")
    rail = page.locator(".timeline")
    end = float(rail.locator("input").get_attribute("max"))
    assert end > 400 and rail.locator("svg").get_attribute("viewBox") == f"0 0 {end:g} 1"
    marks = [float(x) for x in re.findall(r"M([\d.]+) 0v1", rail.locator("svg path").get_attribute("d"))]
    assert marks == [0, 100, 300, 400]
    past = rail.locator("input").evaluate("one => one.style.getPropertyValue('--past')")
    assert float(past.removesuffix("%")) == pytest.approx(100 * 400 / end, abs=0.01)
    rail.locator("input").focus()
    page.keyboard.press("ArrowLeft")
    left, wide = page.locator(".plot .nsewdrag[data-subplot=xy]").evaluate(
        "one => { const box = one.getBoundingClientRect(); return [box.left, box.width] }"
    )
    cursor = page.locator(".cursor").bounding_box()
    assert cursor["x"] + cursor["width"] / 2 == pytest.approx(left + wide * 300 / end, abs=2)
    assert number(page.locator(".cursor b").text_content().removeprefix("step ")) == 300


def test_the_timeline_stands_under_zoomed_curves_too(figure):
    """It went on to span the whole run: its handle stood under the number of another step."""
    figure.send(step=400, keyframes=[0, 100, 200, 300, 400])
    page = figure.page
    page.wait_for_selector(".plot .main-svg")
    rail, timeline = page.locator(".timeline input"), page.locator(".timeline")

    def spanned():
        low, high, past = rail.evaluate("one => [one.min, one.max, one.style.getPropertyValue('--past')]")
        shown = page.evaluate("document.querySelector('.plot')._fullLayout.xaxis.range")
        assert [float(low), float(high)] == shown
        begin, top, long, _ = map(float, timeline.locator("svg").get_attribute("viewBox").split())
        assert [begin, begin + long, top] == pytest.approx([*shown, 0])
        marks = re.findall(r"M([\d.]+) 0v1", timeline.locator("svg path").get_attribute("d"))
        return shown, [float(step) for step in marks], float(past.removesuffix("%"))

    figure.zoom(0.3, 0.7)
    (low, high), marks, past = spanned()
    assert 100 < low < 200 and 300 < high < 400 and marks == [200, 300] and past == 100
    assert "beyond" in timeline.get_attribute("class"), "now is not among these steps"
    rail.focus()
    page.keyboard.press("ArrowLeft")
    figure.send(step=400, keyframes=[0, 100, 200, 300, 400], shown=300, past=True)
    assert "beyond" not in timeline.get_attribute("class")
    cursor, rails = page.locator(".cursor").bounding_box(), rail.bounding_box()
    share = (float(rail.input_value()) - low) / (high - low)
    handle = rails["x"] + 11 + share * (rails["width"] - 22)
    assert cursor["x"] + cursor["width"] / 2 == pytest.approx(handle, abs=2)
    for _ in range(2):
        page.keyboard.press("ArrowLeft")
    figure.send(step=500, shown=100, past=True)
    assert "beyond" in timeline.get_attribute("class") and page.is_visible("text=as it was at step 100")
    assert spanned() == ([low, high], [200, 300], 100)
    page.click("[data-key=all]")
    (low, high), marks, past = spanned()
    assert low == 0 and high > 500 and marks == [0, 100, 200, 300, 400, 500]
    assert past == pytest.approx(100 * 500 / high, abs=0.01) and "beyond" not in timeline.get_attribute(
        "class"
    )
