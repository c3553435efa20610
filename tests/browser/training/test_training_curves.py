"""The live figure's curves: thinned, broken at seams, named, and made longer between two drawings."""

import math
import random
import re
from itertools import pairwise

import numpy as np
import pytest

from tests.browser.training.frames import event, lanes, measured, pairs


def test_thinning_keeps_every_peak(call):
    chance = np.random.default_rng(2)
    ys = chance.normal(size=20_000).astype(np.float32)
    ys[[77, 12_345]] = 50, -50
    xs, thinned = call("thin", pairs(range(20_000), ys), 0, 20_000, 300)
    assert len(xs) <= 1200
    assert xs == sorted(xs)
    for column in range(300):
        part = ys[math.ceil(column * 20_000 / 300) : math.ceil((column + 1) * 20_000 / 300)]
        kept = [y for x, y in zip(xs, thinned, strict=True) if math.floor(x * 300 / 20_000) == column]
        assert (min(kept), max(kept)) == pytest.approx((part.min(), part.max()))


def test_a_part_of_a_curve_keeps_a_neighbour_on_both_sides(call):
    xs, _ = call("thin", pairs(range(100), range(100)), 20.5, 30.5, 400)
    assert xs == list(range(20, 32))


def test_the_cost_is_broken_at_a_seam(call):
    def gaps(xs, ys, seams, measured):
        xs, ys = call("broken", [xs, ys], seams, measured)
        return [(x, None if math.isnan(y) else y) for x, y in zip(xs, ys, strict=True)]

    old, new = [(0, 1), (10, 2)], [(30, 4)]
    assert gaps([0, 10, 20, 30], [1, 2, 3, 4], [20], False) == [*old, (20, 3), (30, None), *new]
    assert gaps([0, 10, 20, 30], [1, 2, 3, 4], [20], True) == [*old, (20, None), (20, 3), *new]
    twice = [*old, (20, 3), (20, None), (20, 13), *new]
    assert gaps([0, 10, 20, 20, 30], [1, 2, 3, 13, 4], [20], True) == twice
    assert gaps([0, 1], [5, 6], [9], True) == [(0, 5), (1, 6)]


def test_nearest_keyframe(call):
    frames = sorted({random.Random(4).randrange(5000) for _ in range(60)})
    for value in (-5, 0, 17.5, 999, 2500, 9999):
        expected = min(frames, key=lambda frame: abs(frame - value))
        assert abs(call("nearest", frames, value) - value) == abs(expected - value)
    assert call("nearest", [], 3) is None
    assert [call("neighbour", [0, 10, 20], at, by) for at, by in ((10, -1), (10, 1), (0, -1), (25, 1))] == [
        0, 20, None, None,
    ]  # fmt: skip


def test_how_far_up_or_down_a_line_goes_on_its_last_steps(call):
    chance = random.Random(2)
    for _ in range(30):
        xs = sorted({chance.randrange(100) for _ in range(12)})
        ys = [chance.random() for _ in xs]
        begin, end, value = chance.uniform(0, 60), chance.uniform(60, 110), chance.random()
        first = max((x for x in xs if x <= begin), default=-1)
        there = [y for x, y in zip(xs, ys, strict=True) if first <= x <= end]
        found = [call("outermost", pairs(xs, ys), begin, end, value, below) for below in (False, True)]
        assert found == pytest.approx([max([value, *there]), min([value, *there])])
    assert call("outermost", None, 0, 9, 0.5, True) == 0.5


def test_texts_do_not_touch_and_cross_as_little_as_they_may(call):
    chance = random.Random(1)
    lines = [[chance.uniform(0, 800), chance.choice([1, 60])] for _ in range(8)]
    texts = []
    for _ in range(40):
        at, wide, most = chance.uniform(0, 600), chance.uniform(20, 150), chance.choice([0, 70])
        spans = [at, at + wide], [at - wide, at]
        texts.append({"at": at, "places": [{"span": span, "most": most} for span in spans]})
    found = call("arrange", texts, 4, lines)
    assert found[0] is not None and None in found
    placed = [(texts[i]["places"][one[0]], one[1]) for i, one in enumerate(found) if one]
    for i, (place, row) in enumerate(placed):
        a, b = place["span"]
        assert sum(weight for x, weight in lines if a + 1 < x < b - 1) <= place["most"]
        for other, its_row in placed[:i]:
            assert row != its_row or b <= other["span"][0] or other["span"][1] <= a


def test_what_matters_most_has_the_first_choice_and_each_the_place_with_the_fewest_lines(call):
    def text(most=0):
        return {"at": 100, "places": [{"span": [100, 200], "most": most}, {"span": [0, 100], "most": most}]}

    assert call("arrange", [text()] * 3, 1) == [[0, 0], None, None], "they touch at their own line"
    assert call("arrange", [text()] * 2, 2) == [[0, 0], [0, 1]]
    assert call("arrange", [text()], 1, [[100, 9], [150, 1]]) == [[1, 0]]
    found = call("arrange", [text(), text(1), text(2)], 2, [[50, 2], [150, 1]])
    assert found == [None, [0, 0], [0, 1]]


DRAW = """(frame) => window.sums.figure(frame, { on: new Set(['A', 'B', 'C', 'batch', 'train', 'test']),
  range: [0, 400], ranges: { cost: [0, 3], accuracy: [0, 100] }, width: 600, height: 400, outer: [680, 450],
  look: { size: 14, lanes: ['#111', '#222', '#333'], ink: '#000', soft: '#555', margin: {} } })"""


def test_names_at_both_sides_of_a_seam_and_an_unbroken_accuracy(sums):
    measured = pairs(range(0, 401, 20), [1.0] * 21)
    events = [event(200), event(320, "rate", "0.01", "0.1", None)]
    curves = dict.fromkeys(("cost.0", "train_cost.0", "train_accuracy.0"), measured)
    made = sums.evaluate(DRAW, {"step": 400, "lanes": lanes("softmax"), "events": events, **curves})
    by_name = {(trace.get("name"), trace["yaxis"]): trace for trace in made["data"]}
    assert any(math.isnan(y) for y in by_name["training photos", "y"]["y"])
    assert by_name["training photos", "y2"]["y"] == [100.0] * 21
    texts = {note["text"]: note for note in made["layout"]["annotations"]}
    assert texts["binary"]["xanchor"] == "right"
    assert texts["softmax"]["xanchor"] == "left"
    assert "<i>heights left and right are not comparable</i>" in texts
    assert "0.01 → 0.1" in texts


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        ("loss", {"cost", "train_cost", "test_cost"}),
        ("l2", {"cost", "train_cost", "test_cost"}),
        ("photos", {"cost", "train_cost", "train_accuracy"}),
        ("rate", set()),
    ],
)
def test_a_line_is_broken_where_what_it_measures_becomes_another_thing(sums, kind, broken):
    """λ has its term in J, and what is told of training photos is told of others."""
    names = ("cost", "train_cost", "test_cost", "train_accuracy", "test_accuracy")
    curves = {f"{name}.0": pairs(range(0, 401, 20), [1.0] * 21) for name in names}
    lane = 0 if kind == "loss" else None

    def drawn(step):
        told = [event(200, kind, "0", "0.1", lane)]
        made = sums.evaluate(DRAW, {"step": step, "lanes": lanes("binary"), "events": told, **curves})
        lines = zip(names, made["data"], strict=False)
        return {name for name, line in lines if any(map(math.isnan, line["y"]))}, made

    gaps, made = drawn(400)
    assert gaps == broken
    (mark,) = [line for line in made["layout"]["shapes"] if line["x0"] == 200]
    said = {note["text"] for note in made["layout"]["annotations"]}
    assert (mark["line"]["dash"] == "solid") == (kind in ("loss", "l2"))
    assert ("<i>heights left and right are not comparable</i>" in said) == (kind in ("loss", "l2"))
    assert drawn(200)[0] == set(), "it holds from the next step on"


PLOT = {
    "range": [0, 400],
    "width": 600,
    "height": 400,
    "top": 0.94,
    "runs": 1,
    "look": {"size": 14, "ink": "#000", "soft": "#555", "alarm": "#b00", "veil": "#fff", "lanes": ["#1"]},
}
LOSSES = ("binary", "softmax", "squared", "tangled", "binary")
OPTIMISERS = ("plain", "momentum", "Adam", "plain")


def changes(losses, optimisers):
    """Four changes of the loss and three of the optimiser, at these steps."""
    told = [event(step, "loss", *pair) for step, pair in zip(losses, pairwise(LOSSES), strict=True)]
    for step, pair in zip(optimisers, pairwise(OPTIMISERS), strict=True):
        told.append(event(step, "optimiser", *pair, None) | {"text": f"optimiser {' → '.join(pair)}"})
    return sorted(told, key=lambda one: one["step"])


def crossed(note, lines, scale):
    """Which of the lines, in steps, the words stand across; scale: pixels a step."""
    wide = 0.56 * note["font"]["size"] * len(re.sub("<.*?>", "", note["text"])) / scale
    start = note["x"] - {"left": 0, "center": wide / 2, "right": wide}[note["xanchor"]]
    return [line for line in lines if start + 1 / scale < line < start + wide - 1 / scale]


@pytest.mark.parametrize(("width", "size"), [(300, 12), (540, 14), (600, 14)])
@pytest.mark.parametrize(
    ("losses", "optimisers"),
    [
        ((100, 150, 200, 250), (300, 330, 360)),
        ((200, 220, 240, 260), (280, 300, 320)),
        ((300, 315, 330, 345), (360, 375, 390)),
        ((40, 60, 80, 100), (120, 220, 320)),
    ],
)
def test_of_many_changes_the_losses_are_named_first(call, width, size, losses, optimisers):
    given = PLOT | {"width": width, "look": PLOT["look"] | {"size": size}}
    notes = call("marks", changes(losses, optimisers), given)["annotations"]
    names = [note for note in notes if note["font"]["weight"] == 600]
    assert len({note["x"] for note in names}) >= (3 if width > 300 else 2), "of the four"
    assert losses[-1] in {note["x"] for note in names}
    assert any(note["text"].startswith("<i>") for note in notes)
    for note in notes:
        over = crossed(note, {*losses, *optimisers} - {note["x"]}, width / 400)
        if note["text"].startswith("optimiser"):
            assert over == [], "where room is left, and nowhere else"
        elif note["text"].startswith("<i>"):
            assert len(set(over) & set(losses[:-1])) <= 1, "and its own"
        elif "→" not in note["text"]:
            assert not set(over) & set(losses), "a name alone stands where its loss held"
        elif note["x"] != losses[-1]:
            assert len(set(over) & set(losses)) <= 1


def test_where_there_is_room_every_change_is_told_and_no_line_crosses_it(call):
    steps = (60, 220, 390, 560), (720, 1000, 1270)
    notes = call("marks", changes(*steps), PLOT | {"range": [0, 1600], "width": 1600})["annotations"]
    lines = {step for kind in steps for step in kind}
    assert {note["x"] for note in notes if "<i>" not in note["text"]} == lines
    assert all(crossed(note, lines - {note["x"]}, 1) == [] for note in notes if "<i>" not in note["text"])


def test_texts_stay_inside_the_plot(call):
    for step in (0, 5, 395, 400):
        notes = call("marks", [event(step)], PLOT)["annotations"]
        assert len(notes) == 2
        for note in notes:
            assert note["text"] == "binary → softmax" or note["text"].startswith("<i>")
            if note["xanchor"] != "center":
                assert note["xanchor"] == ("left" if step < 200 else "right")


def test_parts_of_a_line_that_are_drawn(sums):
    found = sums.evaluate("window.sums.parts([0, 1, 2, 3, 4, 5, 6, 7], [1, 2, NaN, 4, NaN, 6, 7, 8])")
    assert found == [[0, 2], [5, 8]]  # a single point is no line
    assert sums.evaluate("window.sums.parts([], [])") == []
    drawn = sums.evaluate("window.sums.path([0, 1, 2, 3], [5, 6, 7, 8], [1, 3], (x) => 10 * x, (y) => -y)")
    assert drawn == "M10.0,-6.0L20.0,-7.0"


def test_no_letter_of_a_run_stands_below_its_axis(sums):
    """With labels that no output fits all accuracies are 0."""
    start = {f"train_accuracy.{i}": pairs([0], [0.0]) for i in range(3)}
    made = sums.evaluate(
        DRAW, {"step": 0, "lanes": lanes("binary", "softmax", "squared"), "events": [], **start}
    )
    shifts = [note["yshift"] for note in made["layout"]["annotations"] if note["yref"] == "y2"]
    assert len(shifts) == 3 and min(shifts) >= 7 and sorted(np.diff(sorted(shifts))) == [15, 15]
    dots = [trace for trace in made["data"] if trace["yaxis"] == "y2" and trace["mode"] == "markers"]
    assert [dot["cliponaxis"] for dot in dots] == [False] * 3, "on the axis, and yet whole"


def test_over_fitting_is_named_where_one_run_is_right_about_its_own_photos_only(sums):
    def said(train, test, own=False, losses=("binary",), off=()):
        frame = {"own": own, "lanes": measured(train, test, *losses)}
        on = list({"A", "B", "batch", "train", "test"} - set(off))
        return sums.evaluate("([frame, on]) => window.sums.overFitting(frame, new Set(on))", [frame, on])

    assert said(0.85, 0.52) == "33 points\nover-fitting"
    assert said(0.846, 0.524) == "33 points\nover-fitting", "as the two rounded numbers differ"
    assert said(0.85, 0.52, own=True) == "33 points"
    assert said(0.604, 0.495) == said(0.605, 0.51) == "10 points\nover-fitting"
    assert said(0.604, 0.505) == said(0.52, 0.85) == said(0.85, 0.52, off=["test"]) == said(0.85, None) == ""
    both = {"losses": ("binary", "softmax")}
    assert said(0.85, 0.52, **both) == ""
    assert said(0.85, 0.52, **both, off=["A"]) == "33 points\nover-fitting"


def test_a_picture_that_is_taken_away_says_it_too_but_not_of_a_step_looked_back_at(sums):
    def said(**changes):
        frame = {"step": 400, "lanes": measured(0.85, 0.52), "events": [], **changes}
        draw = DRAW.replace("sums.figure", "sums.portrait").replace("look: {", "}, { veil: '#fff8',")
        notes = sums.evaluate(draw.removesuffix(" })") + ")", frame)["layout"]["annotations"]
        return [(note["text"], note["y"]) for note in notes if note["yref"] == "y2"]

    lines = {f"{kind}_accuracy.0": pairs([0, 400], [0.5, 0.5]) for kind in ("train", "test")}
    ends = [("training 85\u202f%", 85), ("test 52\u202f%", 52), ("33 points<br>over-fitting", 68.5)]
    assert said(**lines) == ends
    assert said(**lines, past=True) == said() == []


def test_the_legend_of_a_picture_names_no_loss_for_a_line_that_had_several(sums):
    """Left of a seam the line was another loss; its two names stand at the seam."""

    def said(*losses, events=(), step=400):
        frame = {"step": step, "lanes": lanes(*losses), "events": list(events)}
        draw = DRAW.replace("sums.figure", "sums.portrait").replace("look: {", "}, { veil: '#fff8',")
        data = sums.evaluate(draw.removesuffix(" })") + ")", frame)["data"]
        return [line["name"] for line in data if line.get("showlegend", True)]

    kinds = ["batch", "training photos", "test photos"]
    assert said("softmax") == said("softmax", events=[event(400)]) == [f"softmax, {kind}" for kind in kinds]
    assert said("softmax", events=[event(200)]) == kinds
    assert said("softmax", events=[event(200, kind="rate")]) == [f"softmax, {kind}" for kind in kinds]
    switched = said("softmax", "binary", events=[event(200, lane=1)])
    assert switched == [f"{run}, {kind}" for run in ("A softmax", "B") for kind in kinds]


def test_what_the_lines_of_a_lone_run_end_at_is_what_its_card_says(sums):
    def found(accuracies, off=(), **changes):
        lines = {
            "train_accuracy.0": pairs([0, 390], [0.5, 0.9]),
            "test_accuracy.0": pairs([0, 390], [0.5, 0.5]),
        }
        frame = {"step": 400, "lanes": measured(*accuracies), **lines, **changes}
        on = list({"A", "B", "train", "test"} - set(off))
        return sums.evaluate("([frame, on]) => window.sums.ends(frame, new Set(on), frame)", [frame, on])

    both = found((0.85, 0.52))
    assert both["step"] == 390 and both["apart"] == "33 points\nover-fitting"
    assert [mark["text"] for mark in both["marks"]] == ["training 85\u202f%", "test 52\u202f%"]
    assert [mark["kind"] for mark in found((0.5, 0.6))["marks"]] == ["test", "train"], "the higher one first"
    assert found((0.85, 0.52), past=True, shown=200)["step"] == 200
    assert [mark["kind"] for mark in found((0.85, 0.52), off=["test"])["marks"]] == ["train"]
    assert found((None, None)) is None, "nothing is named yet"
    assert found((0.85, 0.52, "binary", "softmax")) is None


def test_guessing_is_a_line_of_its_own_that_says_which_guess(sums):
    def drawn(step=400, off=(), **changes):
        frame = {"step": step, "lanes": lanes("binary"), "events": [], "guess": {"ball": 0, "share": 0.362}}
        draw = DRAW.replace("'test'", "" if "test" in off else "'test'")
        layout = sums.evaluate(draw, frame | changes)["layout"]
        names = [note for note in layout["annotations"] if note["yref"] == "y2"]
        return [line for line in layout["shapes"] if line["yref"] == "y2"], names

    (line,), (name,) = drawn()
    assert line["y0"] == line["y1"] == pytest.approx(36.2) and line["line"]["dash"]
    assert name["text"] == "always “soccer ball”: 36\u202f%" and name["font"]["size"] >= 13
    assert name["xanchor"] == "left" and drawn(step=20)[1][0]["xanchor"] == "right", "not where lines end"
    assert drawn(off=["test"]) == drawn(guess=None) == ([], [])


@pytest.mark.parametrize(
    ("accuracy", "side"), [(0.31, "bottom"), (0.36, "bottom"), (0.40, "top"), (0.80, "top")]
)
def test_the_name_of_guessing_covers_no_curve(sums, accuracy, side):
    """One that starts with equal neurons stays worse than who guesses."""
    lines = {f"{kind}_accuracy.0": pairs([0, 200, 400], [accuracy] * 3) for kind in ("train", "test")}
    frame = {"step": 400, "lanes": lanes("binary"), "events": [], "guess": {"ball": 0, "share": 0.362}}
    notes = sums.evaluate(DRAW, frame | lines)["layout"]["annotations"]
    assert [note["yanchor"] for note in notes if note["text"].startswith("always")] == [side]


def test_the_letter_of_a_run_covers_no_curve(sums):
    """Batches are drawn at every step; training photos are measured now and then."""
    lines = {f"{name}.{lane}": pairs([0, 200], [1.0 + lane, 0.8 + lane]) for lane in (0, 1)
             for name in ("train_cost", "train_accuracy")}  # fmt: skip
    batches = {f"cost.{lane}": pairs([0, 100, 230], [1.0 + lane] * 3) for lane in (0, 1)}
    frame = {"step": 230, "lanes": lanes("binary", "softmax"), "events": []} | lines | batches

    def ends(draw=DRAW):
        notes = sums.evaluate(draw, frame)["layout"]["annotations"]
        return [(note["yref"], note["x"]) for note in notes if note["text"] == "<b>A</b>"]

    assert ends() == [("y", 230), ("y2", 200)]
    assert ends(DRAW.replace("'batch', ", "")) == [("y", 200), ("y2", 200)]
    assert ends(DRAW.replace("range: [0, 400]", "range: [0, 210]"))[0] == ("y", 210), "within the axis"


@pytest.mark.parametrize(
    ("top", "texts"),
    [
        (3, ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5", "3.0"]),
        (8000, ["0", "2,000", "4,000", "6,000", "8,000"]),
        (12_000, ["0", "2k", "4k", "6k", "8k", "10k", "12k"]),
        (4e37, ["0", "1e37", "2e37", "3e37", "4e37"]),
    ],
)
def test_the_costs_of_a_divergence_do_not_touch_the_axis_title(sums, top, texts):
    draw = DRAW.replace("cost: [0, 3]", f"cost: [0, {top}]")
    axis = sums.evaluate(draw, {"step": 400, "lanes": lanes("binary"), "events": []})["layout"]["yaxis"]
    assert axis["ticktext"] == texts and max(map(len, texts)) <= 5


@pytest.mark.parametrize(
    ("height", "costs", "shares"),
    [
        (400, ["0.0", "0.5", "1.0", "1.5", "2.0", "2.5", "3.0"], ["0", "20", "40", "60", "80", "100"]),
        (110, ["", "1", "2", "3"], ["0", "50", "100"]),
    ],
)
def test_on_a_phone_on_its_side_the_numbers_of_an_axis_do_not_touch(sums, height, costs, shares):
    draw = DRAW.replace("height: 400", f"height: {height}").replace("size: 14", "size: 12")
    layout = sums.evaluate(draw, {"step": 400, "lanes": lanes("binary"), "events": []})["layout"]
    assert (layout["yaxis"]["ticktext"], layout["yaxis2"]["ticktext"]) == (costs, shares)


@pytest.mark.parametrize(
    ("span", "texts"),
    [
        ((-1.3, 0.1), ["0.1", "0.2", "0.5", "1"]),
        ((-0.5, 0.8), ["0.5", "1", "2", "5"]),
        ((0.69, 2.4), ["5", "10", "20", "50", "100", "200"]),
        ((-4, -3), ["1e−4", "2e−4", "5e−4", "0.001"]),
        ((3.5, 5), ["5,000", "10k", "20k", "50k", "100k"]),
    ],
)
def test_every_number_of_a_log_scale_is_written_out(sums, span, texts):
    """Of two decades and less; the drawing library writes 0.2 and 0.5 as 2 and 5."""
    draw = DRAW.replace("cost: [0, 3]", f"cost: {list(span)}").replace("range:", "log: true, range:")
    axis = sums.evaluate(draw, {"step": 400, "lanes": lanes("binary"), "events": []})["layout"]["yaxis"]
    assert axis["type"] == "log" and axis["ticktext"] == texts and max(map(len, texts)) <= 5


def test_numbers_of_five_characters_stand_beside_the_axis_title(figure):
    """J of a network that starts at 0 falls from 2.080 to 2.075; on a narrow figure the title was on it."""
    page, drawn = (
        figure.page,
        "all => all.map((text) => [text.textContent.length, text.getBoundingClientRect().x])",
    )
    for width in (390, 1280):
        figure.anew(width, 900)
        page.add_style_tag(content=".live-training { --st-font: monospace }")  # as wide as the app's own
        figure.send(level=2.08, step=20, lanes=lanes("binary", "softmax"))
        page.wait_for_selector(".plot .ytick text")
        numbers = page.eval_on_selector_all(".plot .ytick text", drawn)
        title = page.locator(".plot .ytitle").bounding_box()
        assert any(characters == 5 for characters, _ in numbers) and title["x"] >= 0, width
        assert all(x >= title["x"] + title["width"] for _, x in numbers), width


def leaving(sums, top=3.0, log=False, **changes):
    """The shapes and texts of a run that diverged after step 200: J had gone beyond the axis before."""
    steps = list(range(0, 201, 20))
    J = [1.0] * 7 + [2.0, 4.0, 1e20, 1.2e38]
    frame = {"step": 200, "lanes": lanes("binary"), "events": [event(200, "diverged", "", "")]}
    curves = {"cost.0": pairs([*steps, 201], [*J, math.inf]), "train_cost.0": pairs(steps[:-1], J[:-1])}
    draw = DRAW.replace("cost: [0, 3]", f"cost: [0, {top}]")
    draw = draw.replace("range:", f"log: {str(log).lower()}, range:").replace(
        "size: 14", f"size: 14, log: {str(log).lower()}"
    )
    layout = sums.evaluate(draw, frame | curves | changes)["layout"]
    heads = [shape["xanchor"] for shape in layout["shapes"] if shape["type"] == "path"]
    return heads, [note["text"] for note in layout["annotations"]]


def test_a_run_that_diverged_tells_how_far_its_line_goes_on_above_the_figure(sums):
    heads, texts = leaving(sums)
    assert heads == [pytest.approx(150)] * 2, (
        "where the lines of the batches and of training photos cross the edge"
    )
    assert texts == ["diverged", "↑ J 1.2e+38 at step 200"]
    assert leaving(sums, top=2e38) == ([], ["diverged"]), "all of it is seen"
    assert leaving(sums, events=[]) == ([], [])
    assert leaving(sums, top=40.0, log=True) == ([], ["diverged"])
    heads, texts = leaving(sums, top=math.log10(3), log=True)
    assert heads == [pytest.approx(140 + 20 * math.log(1.5, 2))] * 2 and texts[1:] == [
        "↑ J 1.2e+38 at step 200"
    ]


def test_on_a_phone_it_is_told_over_its_own_line(sums):
    draw = DRAW.replace("width: 600", "width: 200")
    curves = {"cost.0": pairs([0, 190, 200], [1.0, 1.0, 1e30])}
    frame = {"step": 200, "lanes": lanes("binary"), "events": [event(200, "diverged", "", "")]}
    notes = {note["text"]: note for note in sums.evaluate(draw, frame | curves)["layout"]["annotations"]}
    told = notes["↑ J 1.0e+30 at step 200"]
    assert told["xanchor"] == "center" and notes["diverged"]["y"] > told["y"]


def test_on_a_log_scale_a_divergence_is_a_line_that_is_seen_whole(sums):
    """Of which each decade had a line and a number, one on the other."""
    curves = {"cost.0": pairs(range(0, 21), [10.0 ** (2 * i - 2) for i in range(21)])}
    frame = {"step": 20, "lanes": lanes("binary"), "events": [], **curves}
    expression = """(frame) => sums.costRange(frame, [0, 40], { on: new Set(['A', 'batch']), log: true })"""
    low, high = sums.evaluate(expression, frame)
    assert low <= -2 and 38 <= high <= 50
    draw = DRAW.replace("cost: [0, 3]", f"cost: {[low, high]}").replace("range:", "log: true, range:")
    axis = sums.evaluate(draw, frame)["layout"]["yaxis"]
    assert 3 <= (high - low) / axis["dtick"] <= 6 and axis["exponentformat"] == "power"


def drawn(sums, off, *losses, events=(), **curves):
    """The figure of these runs without the curves that are switched off."""
    on = [name for name in ("A", "B", "C", "batch", "train", "test") if name not in off]
    draw = DRAW.replace("['A', 'B', 'C', 'batch', 'train', 'test']", str(on))
    return sums.evaluate(draw, {"step": 400, "lanes": lanes(*losses), "events": list(events), **curves})


def test_what_a_run_that_is_left_out_was_set_to_cuts_no_other_line(sums):
    losses = "binary", "softmax", "softmax"
    events = [
        event(100, "rate", "0.01", "0.1", None),
        event(200, before="squared", lane=2),
        event(300, "diverged", "", "", 2),
    ]
    made = drawn(sums, "C", *losses, events=events)["layout"]
    texts = [note["text"] for note in made["annotations"]]
    assert sorted(texts) == ["0.01 → 0.1", "C: diverged"], "that ends all runs"
    cuts = [line["x0"] for line in made["shapes"] if line["type"] == "line" and line["xref"] == "x"]
    assert sorted(cuts) == [100, 300]
    everything = [note["text"] for note in drawn(sums, "", *losses, events=events)["layout"]["annotations"]]
    assert {"C: squared", "softmax"} < set(everything)


def test_each_run_its_own_loss_is_said_of_the_runs_that_are_shown(sums):
    def title(off):
        return drawn(sums, off, "binary", "softmax", "softmax")["layout"]["yaxis"]["title"]["text"]

    assert title("") == title("C") == "cost J, each run its own loss"
    assert title("A") == title("BC") == "cost J"


@pytest.mark.parametrize(
    ("off", "cost", "accuracy"),
    [
        ((), 1.0, 60),
        (("train",), 2.0, 50),
        (("train", "batch"), 2.0, 50),
        (("train", "test"), 1.0, None),  # amid its batches
        (("train", "test", "batch"), None, None),
    ],
)
def test_each_line_has_its_runs_letter_whichever_are_shown(sums, off, cost, accuracy):
    """All test photos' lines are dotted alike: without letters colours alone would tell them apart."""
    heights = {"cost": 1.1, "train_cost": 1.0, "test_cost": 2.0, "train_accuracy": 0.6, "test_accuracy": 0.5}
    curves = {
        f"{name}.{lane}": pairs([0, 400], [value] * 2) for name, value in heights.items() for lane in (0, 1)
    }
    notes = drawn(sums, off, "binary", "softmax", **curves)["layout"]["annotations"]
    for axis, height in (("y", cost), ("y2", accuracy)):
        found = [(note["text"], note["y"]) for note in notes if note["yref"] == axis]
        assert found == ([] if height is None else [("<b>A</b>", height), ("<b>B</b>", height)])
