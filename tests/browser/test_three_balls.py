"""Goal 2 in a real browser: the pictures under the lens, the hand on a logit, both experiments, links."""

import math
import re

import pytest
import torch
from playwright.sync_api import expect

from core.heads import evidence, goal2
from core.pixels import flatten
from tests.browser.drawn import as_on_a_page, drawn, number
from tests.browser.links import query
from tests.imbalance_runs import imbalance_run
from ui.components import style
from ui.three_balls.recall import SCRIPTS, alternative_text, series, what_the_sweep_shows

LONG = 180_000


@pytest.fixture(scope="module")
def three(javascript):
    return javascript("unpack", "elements", "numbers", "pictures", "activations", "three_neurons")


def test_the_browsers_evidence_is_cores(three):
    dice = torch.Generator().manual_seed(2)
    photo = torch.randint(0, 256, (64, 64, 3), generator=dice).to(torch.uint8)
    w = goal2(how="xavier", generator=dice).layers[0].W[1:2]
    found = three("[...js.evidence(...given)]", [w.flatten().tolist(), photo.flatten().tolist()])
    expected = evidence(w.double(), flatten(photo, dtype=torch.float64)).reshape(-1, 3).sum(dim=1)
    torch.testing.assert_close(torch.tensor(found, dtype=torch.float64), expected, rtol=0, atol=1e-9)


def test_wires_and_axis(javascript):
    assert javascript("elements", "three_balls/label_swap")("js.wires([2, 0, 1])") == [
        {"ball": 2, "from": pytest.approx(5 / 6), "to": pytest.approx(1 / 6)},
        {"ball": 0, "from": pytest.approx(1 / 6), "to": pytest.approx(3 / 6)},
        {"ball": 1, "from": pytest.approx(3 / 6), "to": pytest.approx(5 / 6)},
    ]
    recall = javascript(*SCRIPTS)
    places = recall("given.map((c) => js.placeX(c, given))", [1, 10, 100, 1000])
    assert places == pytest.approx([0.04, 0.04 + 0.92 / 3, 0.04 + 0.92 * 2 / 3, 0.96])


SWEEPS = """given.map(([chosen, current]) => {
  const line = (name, muted) => ({ name, muted, colour: null, dashed: false, digits: 0, points:
    [1, 10, 1000].map((count) => ({ count, values: [0, 1], mean: 0.5, low: 0, high: 1 })) })
  const data = { counts: [1, 10, 1000], chosen, current, unit: "photos", one: "photo", alt: "",
    x_title: "", y_title: "", series: [line("rare", false), line("common", true)] }
  const parentElement = window.sweep ??= document.body.appendChild(document.createElement("div"))
  js.default({ data, key: "sweep", parentElement, setStateValue() {} })
  const drawn = [...parentElement.querySelectorAll(".series")].map((line) => line.classList.contains("muted"))
  return [parsed(parentElement.querySelector("svg")), drawn, parentElement.querySelector(".count").innerText]
  function parsed(svg) { return parseInt(svg.getAttribute("aria-valuetext").replace(",", "")) }
})"""


def test_what_is_read_out_is_in_training_and_then_the_chosen_count_again(javascript):
    recall = javascript(*SCRIPTS)
    sweep = recall(SWEEPS, [[10, None], [10, 1], [10, 1000], [10, None], [10, None], [1000, None]])
    assert [column for column, _, _ in sweep] == [10, 1, 1000, 10, 10, 1000]
    assert [said for _, _, said in sweep][:3] == ["10 photos", "1 photo", "1,000 photos"]
    assert all(drawn == [True, False] for _, drawn, _ in sweep), "what the experiment is about lies on top"


READ_OUT = """(() => {
  const parentElement = document.body.appendChild(document.createElement("div"))
  const data = { counts: [1, 10], chosen: 1, current: null, unit: "photos", one: "photo", alt: "",
    x_title: "", y_title: "", series: given }
  js.default({ data, key: "read", parentElement, setStateValue() {} })
  return [...parentElement.querySelectorAll(".readout b")].map((one) => one.innerText)
})()"""


def test_a_share_is_read_out_as_the_sentence_below_says_it(javascript):
    """An accuracy of 1.00 beside one of 99.9 % would be another one."""
    runs = [
        imbalance_run(1, seed, found, accuracy=accuracy)
        for seed, found, accuracy in ((0, 0.0, 0.9986), (1, 0.012, 0.9994))
    ]
    recall = javascript(*SCRIPTS)
    *_, found, accuracy, auc = recall(READ_OUT, series(runs, accuracy=True, auc=True))
    assert (found, accuracy) == (
        "1\u202f% (0\u202f% to 1\u202f%)",
        "99.9\u202f% (99.9\u202f% to 99.9\u202f%)",
    )
    said = what_the_sweep_shows(runs)
    assert "finds **1\u202f%** of the baseballs" in said and "right on **99.9\u202f%** of photos" in said
    assert auc == "80\u202f% (80\u202f% to 80\u202f%)" and "1\u202f% at 1" in alternative_text(series(runs))


def test_a_count_that_was_not_run_says_so_once(javascript):
    recall = javascript(*SCRIPTS)
    read = READ_OUT.replace(".readout b", ".readout :is(.count, b)")
    runs = series([imbalance_run(10, 0, 0.5)], accuracy=True)
    assert recall(read, runs) == ["1 photo: not run yet", "–", "–", "–", "–"]
    said, *_ = recall(read.replace("current: null", "current: 1"), runs)
    assert said == "1 photo: in training", "as the bar above says, until its first run has ended"


def test_on_a_phone_no_value_stands_beside_its_line_s_name_and_takes_the_room_of_one(javascript):
    """The dash had a line of its own; where it is a number that is longer, so that nothing below moves."""
    look = """async (host) => {
      const top = (e) => e.getBoundingClientRect().top, all = (parts) => [...host.querySelectorAll(parts)]
      await new Promise(requestAnimationFrame)
      const beside = (b) => Math.abs(top(b) - top(b.previousSibling)) < 3
      const dashes = all(".readout b").map((b) => b.textContent === "–" && beside(b))
      const empty = host.querySelector(".readout").offsetHeight
      host.querySelector("svg").dispatchEvent(new KeyboardEvent("keydown", { key: "End" }))
      return [dashes, empty, all(".readout b").length, host.querySelector(".readout").offsetHeight]
    }"""
    runs = [imbalance_run(10, seed, found, accuracy=0.99) for seed, found in ((0, 0.0), (1, 0.5))]
    data = {"counts": [1, 10], "chosen": 1, "current": None, "unit": "photos", "one": "photo", "alt": ""}
    data |= {"x_title": "", "y_title": "", "series": series(runs, accuracy=True)}
    ask = javascript(*SCRIPTS)
    css = style("column_chart", "three_balls/recall")
    dress = {"style": as_on_a_page(javascript("elements")), "css": css}
    for width in (288, 358):
        dashes, empty, values, full = drawn(ask, data, look, width=width, **dress)
        assert dashes == [True] * values == [True] * 4
        assert abs(empty - full) <= 2


def assert_every_output_is_the_sigmoid_of_the_logit_beside_it(app):
    """Two neurons of this photo have nearly the same z: were both written 0.45, both ŷ would be 0.611."""
    read = lambda text: float(text.replace("−", "-").strip("()"))  # noqa: E731
    of = lambda z: f"{1 / (1 + math.exp(-z)):.3f}"  # noqa: E731
    board = app.page.locator(".logits").first
    z, y_hat = (board.locator(part).all_inner_texts() for part in (".value", ".out .number"))
    assert [of(read(text)) for text in z] == y_hat
    cards = app.page.locator(".card")
    sums = [text.split("\n") for text in cards.locator(".sum").all_inner_texts()]
    for wx, _, b, _, total in ([word for line in lines for word in line.split()][-5:] for lines in sums):
        assert read(wx) + read(b) == pytest.approx(read(total), abs=1e-9)
    answers = cards.locator(".answer b").all_inner_texts()
    assert answers == y_hat == [of(read(" ".join(lines).split()[-1])) for lines in sums]


def test_what_is_looked_at_moved_and_chosen_stands_where_it_belongs_and_in_the_link(app):
    app.open("three_balls?photo=64-3&label=110&order=baseball-soccer-basketball&baseballs=1000")
    assert_every_output_is_the_sigmoid_of_the_logit_beside_it(app)
    assert_the_three_sums_have_equally_many_decimals(app)
    assert_the_lens_marks_one_pixel_of_all_pictures_and_lines_lead_from_x_to_each_card(app)
    assert_only_the_moved_logits_output_changes(app)
    assert_labels_and_order_stand_in_the_link(app)


def assert_the_lens_marks_one_pixel_of_all_pictures_and_lines_lead_from_x_to_each_card(app):
    said = app.page.locator(".card .verdict").all_inner_texts()
    assert len(said) == 3 and "undecided" not in " ".join(said)
    lens = app.page.get_by_role("slider", name="Pixel under the lens")
    lens.focus()
    for key, pixel in (("End", 64 * 64 - 1), ("Home", 0)):
        lens.press(key)
        assert int(lens.get_attribute("aria-valuenow")) == pixel
    lens.press("ArrowDown")
    lens.press("Shift+ArrowRight")
    assert int(lens.get_attribute("aria-valuenow")) == 64 + 8
    marks = app.page.locator(".three .mark").evaluate_all(
        "(all) => all.map((m) => m.style.left + m.style.top)"
    )
    assert len(marks) == 7 and len(set(marks)) == 1
    app.page.locator(".three .card canvas").nth(3).hover(position={"x": 3, "y": 3})
    assert "row 1" in app.page.locator(".three .readout").inner_text()

    # One x, a line from it to the middle of each card, and none between two; room for the pictures.
    fork = app.page.get_by_role("img", name="The same x goes into each of the three neurons")
    ends = fork.locator("path").evaluate_all(
        "(all) => all.map((p) => { const end = p.getPointAtLength(p.getTotalLength()).matrixTransform("
        "p.getScreenCTM()); return [end.x, end.y] })"
    )
    boxes = [card.bounding_box() for card in app.page.locator(".three .card").all()]
    assert ends == [pytest.approx([b["x"], b["y"] + b["height"] / 2], abs=5) for b in boxes]
    sizes = app.page.locator(".three .card canvas").evaluate_all("(all) => all.map((c) => c.clientWidth)")
    assert len(sizes) == 6 and min(sizes) >= 150


def assert_only_the_moved_logits_output_changes(app):
    handles = app.page.locator(".logits [role=slider]")
    numbers = app.page.locator(".logits .out .number")
    before = numbers.all_inner_texts()
    handles.nth(1).focus()
    for _ in range(8):
        handles.nth(1).press("ArrowRight")
    after = numbers.all_inner_texts()
    assert [a == b for a, b in zip(before, after, strict=True)] == [True, False, True]
    z = list(map(number, app.page.locator(".logits .value").all_inner_texts()))
    link = lambda: [float(v) for v in query(app).get("z", "").split(",") if v]  # noqa: E731
    app.until(lambda: link() == pytest.approx(z, abs=0.005))
    app.idle()


def assert_labels_and_order_stand_in_the_link(app):
    baseballs = app.page.get_by_role("radiogroup", name="Baseball photos").get_by_role("radio")
    thousand, hundred = (baseballs.filter(has_text=re.compile(f"^{n}$")) for n in ("1,000", "100"))
    expect(thousand).to_have_attribute("aria-checked", "true")
    assert app.page.get_by_role("button", name="Run with 1,000").is_visible()
    hundred.click()
    app.page.wait_for_function("/baseballs=100(&|$)/.test(location.search)")
    app.idle()
    app.page.go_back()
    app.page.wait_for_function("location.search.includes('baseballs=1000')")
    app.idle()
    expect(thousand).to_have_attribute("aria-checked", "true")
    hundred.click()
    app.idle()
    thousand.click()
    app.page.wait_for_function("location.search.includes('baseballs=1000')")
    app.idle()
    assert app.page.get_by_role("switch").first.is_checked()
    app.page.get_by_text("y₃ baseball").click()
    app.page.wait_for_function("location.search.includes('label=111')")
    app.page.get_by_text("1 soccer ball · 2 baseball").click()
    app.page.wait_for_function("location.search.includes('order=soccer-baseball-basketball')")
    app.idle()
    assert query(app)["label"] == "111" and query(app)["order"] == "soccer-baseball-basketball"
    assert query(app)["baseballs"] == "1000" and thousand.get_attribute("aria-checked") == "true"


def assert_the_three_sums_have_equally_many_decimals(app):
    """0.36 + 0.09 = 0.45 stood above −1.140 + (−0.083) = −1.223."""
    sums = app.page.locator(".card .sum").all_inner_texts()
    decimals = {len(part) for text in sums for part in re.findall(r"\.(\d+)", text)}
    assert len(sums) == 3 and len(decimals) == 1


def test_both_experiments_run_and_are_seen(app):
    app.open("three_balls?seeds=1&baseballs=30&auc=true")
    app.page.get_by_role("button", name="Train both orders").click()
    app.page.wait_for_selector(".swap .band.done", timeout=LONG)
    app.idle()
    assert app.page.locator(".swap .detects .chip").count() == 6
    app.page.get_by_role("button", name="Run with 30").click()
    app.page.wait_for_selector(".recall .dot", timeout=LONG)
    app.idle()
    figure = app.page.locator(".recall svg")
    assert "30 baseball photos" in figure.get_attribute("aria-valuetext")
    figure.focus()
    figure.press("ArrowLeft")
    assert figure.get_attribute("aria-valuetext").startswith("10 baseball photos")
    assert app.page.get_by_text("baseball neuron finds").is_visible()
    app.screenshot("three_balls-done")
