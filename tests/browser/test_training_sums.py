"""The live figure without a run: its sums, its formulas, its keys, and what it makes of single frames.

The files are the app's own, imported in Chromium; the WebSocket's other end is held by the test.
"""

import json
import math
import mimetypes
import random
from pathlib import Path

import numpy as np
import plotly
import pytest

from core.losses import LOSSES
from ui.components import FOLDER
from ui.packing import pack

HOST = "http://figure.test"
PACKAGE = Path(plotly.__file__).parent / "package_data"
MODULES = ("sums", "keys", "formulas", "marks", "figure", "bar", "socket", "pictures", "theme")


def serve(route):
    """assets/components and plotly.min.js as the app serves them; anything else is an empty page."""
    path = route.request.url.removeprefix(HOST).split("?")[0]
    for prefix, folder in (("/components/", FOLDER), ("/plotly/", PACKAGE)):
        if path.startswith(prefix):
            kind = mimetypes.guess_type(path)[0] or "text/plain"
            route.fulfill(body=(folder / path.removeprefix(prefix)).read_text("utf-8"), content_type=kind)
            return
    route.fulfill(body="<!doctype html><meta charset=utf-8><body></body>", content_type="text/html")


@pytest.fixture(scope="module")
def sums(browser):
    page = browser.new_page()
    page.route(f"{HOST}/**", serve)
    page.goto(HOST)
    imports = "".join(
        f"Object.assign(window.sums, await import('/components/training/{name}.js'));" for name in MODULES
    )
    page.evaluate(f"(async () => {{ window.sums = {{}}; {imports} }})()")
    yield page
    page.close()


@pytest.fixture(scope="module")
def call(sums):
    """call(name, *arguments) of a function that the modules export. NaN arrives as NaN."""
    return lambda name, *args: sums.evaluate(
        "([name, args]) => window.sums[name](...args)", [name, list(args)]
    )


def pairs(xs, ys):
    return [float(value) for pair in zip(xs, ys, strict=True) for value in pair]


# ---- numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["count", "number", "percent", "short"])
def test_what_is_no_number_is_a_dash(sums, name):
    shown = sums.evaluate(
        "(name) => [NaN, Infinity, -Infinity, null, undefined].map((v) => window.sums[name](v))", name
    )
    assert shown == ["–"] * 5


def test_numbers_as_text(call):
    assert call("count", 1240) == "1,240"
    assert call("number", -1.5) == "−1.50"
    assert call("number", -0.001) == "0.00"
    assert call("percent", 0.614) == "61 %"
    assert [call("short", v) for v in (0, 0.02, 1.928, 12.44, 2350, 5e-5, -2e7)] == [
        "0.000", "0.020", "1.93", "12.4", "2,350", "5.0e-5", "−2.0e+7",
    ]  # fmt: skip


# ---- scales ------------------------------------------------------------------------------------------


def test_round_steps(call):
    for value in (1e-7, 0.3, 1, 1.01, 2, 4.9, 5.1, 730):
        step = call("nice", value)
        assert value * (1 - 1e-9) <= step <= 2.5 * value * (1 + 1e-9)
        assert round(step / 10 ** math.floor(math.log10(step) + 1e-9), 6) in (1, 2, 5)
    assert [call("nice", bad) for bad in (0, -3)] == [1, 1]


def test_the_axis_of_steps_grows_seldom(call):
    ends = [call("roof", step) for step in range(1, 3000)]
    assert all(step <= end for step, end in zip(range(1, 3000), ends, strict=True))
    assert all(end <= 1.34 * step for step, end in zip(range(1, 3000), ends, strict=True) if step > 40)
    assert len(set(ends)) < 25


def test_ticks_are_round_and_inside(call):
    for low, high in ((0, 1), (0.69, 2.08), (-3, 40), (0, 12345)):
        found = call("ticks", low, high, 6)
        assert 3 <= len(found) <= 14
        assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in found)
        gaps = np.diff(found)
        assert gaps == pytest.approx([gaps[0]] * len(gaps))


def test_a_range_holds_still_until_it_has_to_move(call):
    first = call("steadyRange", None, [0.4, 2.0])
    assert first[0] <= 0.4
    assert first[1] >= 2.0
    assert call("steadyRange", first, [0.5, 1.9]) == first
    assert call("steadyRange", first, [0.5, 9.0])[1] >= 9.0
    assert call("steadyRange", first, [0.5, 0.6])[1] < first[1]


def test_a_lonely_peak_does_not_set_the_range(call):
    values = [0.5 + 0.1 * math.sin(i) for i in range(200)]
    low, high = call("robustRange", [*values, 400.0], [1.9])
    assert (low, high) == (min(values), 1.9)
    assert call("robustRange", [], []) is None


# ---- curves ------------------------------------------------------------------------------------------


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


def test_texts_do_not_touch(call):
    chance = random.Random(1)
    spans = [[a := chance.uniform(0, 600), a + chance.uniform(20, 150)] for _ in range(40)]
    rows = call("stagger", spans, 4)
    assert rows[-1] == 0
    for i, (a, b) in enumerate(spans):
        for j, (c, d) in enumerate(spans[:i]):
            assert rows[i] < 0 or rows[i] != rows[j] or b <= c or d <= a


def event(step, kind="loss", before="binary", after="softmax", lane=0):
    return {
        "step": step,
        "lane": lane,
        "kind": kind,
        "before": before,
        "after": after,
        "text": f"{before} → {after}",
    }


def lanes(*losses):
    return [
        {"loss": name, "J": 1.5, "z": [0.5, -1.25, 2.0], "y_hat": [0.62, 0.22, 0.88], "J_train": 1.4,
         "J_test": 1.6, "accuracy": {"train": 0.61, "test": None}}
        for name in losses
    ]  # fmt: skip


DRAW = """(frame) => window.sums.figure(frame, { on: new Set(['A', 'B', 'C', 'batch', 'train', 'test']),
  range: [0, 400], ranges: { cost: [0, 3], accuracy: [0, 100] }, width: 600, height: 400, outer: [680, 450],
  look: { size: 14, lanes: ['#111', '#222', '#333'], ink: '#000', soft: '#555', margin: {} } })"""


def test_names_at_both_sides_of_a_seam_and_an_unbroken_accuracy(sums):
    measured = pairs(range(0, 401, 20), [1.0] * 21)
    events = [event(200), event(210, "rate", "0.01", "0.1", None)]
    curves = dict.fromkeys(("cost.0", "train_cost.0", "train_accuracy.0"), measured)
    made = sums.evaluate(DRAW, {"step": 400, "lanes": lanes("softmax"), "events": events, **curves})
    by_name = {(trace.get("name"), trace["yaxis"]): trace for trace in made["data"]}
    assert any(math.isnan(y) for y in by_name["softmax, training photos", "y"]["y"])
    assert by_name["softmax, training photos", "y2"]["y"] == [100.0] * 21
    texts = {note["text"]: note for note in made["layout"]["annotations"]}
    assert texts["binary"]["xanchor"] == "right"
    assert texts["softmax"]["xanchor"] == "left"
    assert "<i>heights left and right are not comparable</i>" in texts
    assert "0.01 → 0.1" in texts


def test_texts_stay_inside_the_plot(call):
    look = {
        "size": 14,
        "ink": "#000",
        "soft": "#555",
        "alarm": "#b00",
        "veil": "#fff",
        "lanes": ["#1", "#2", "#3"],
    }
    for step in (0, 5, 395, 400):
        given = {"range": [0, 400], "width": 600, "height": 400, "top": 0.94, "runs": 1, "look": look}
        notes = call("marks", [event(step)], given)["annotations"]
        assert len(notes) == 2
        for note in notes:
            assert note["text"] == "binary → softmax" or note["text"].startswith("<i>")
            if note["xanchor"] != "center":
                assert note["xanchor"] == ("left" if step < 200 else "right")


# ---- formulas ----------------------------------------------------------------------------------------


def test_every_loss_of_core_has_a_formula_and_a_name(sums):
    for names in ("TITLES", "NAMES"):
        assert set(sums.evaluate(f"Object.keys(window.sums.{names})")) == set(LOSSES)
    for loss in LOSSES:
        drawn = sums.evaluate(
            """(loss) => { document.body.innerHTML = window.sums.formula(loss);
            return [...document.querySelectorAll('math')].map((m) => m.getBoundingClientRect().width) }""",
            loss,
        )
        assert drawn
        assert all(drawn)


@pytest.mark.parametrize(
    ("before", "after", "new", "gone"),
    [
        ("binary", "softmax", {"softmax", "labels"}, {"wrong", "[", "sigma", "error"}),
        ("binary", "tangled", {"softmax", "tangle"}, {"sigma", "error"}),
        ("softmax", "tangled", {"wrong", "[", "tangle"}, {"labels"}),
        ("tangled", "squared", {"halfSum", "square", "sigma", "errorTimes", "slope"},
         {"minusSum", "right", "wrong", "[", "softmax", "tangle"}),
    ],
)  # fmt: skip
def test_a_switch_lights_up_what_changed(sums, before, after, new, gone):
    counted = sums.evaluate(
        """([before, after]) => { document.body.innerHTML = window.sums.formula(after, before);
        return ['new', 'gone'].map((state) => document.querySelectorAll(`.part.${state}`).length) }""",
        [before, after],
    )
    assert counted == [len(new), len(gone)]


# ---- keys --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"key": " "}, "toggle"), ({"key": "ArrowRight"}, "forward"), ({"key": "ArrowLeft"}, "back"),
        ({"key": "ArrowRight", "shiftKey": True}, "epoch"), ({"key": "Home"}, "first"),
        ({"key": "End"}, "now"), ({"key": "r"}, "reset"), ({"key": "R", "shiftKey": True}, "reset"),
        ({"key": "r", "ctrlKey": True}, None),
        ({"key": "ArrowLeft", "altKey": True}, None), ({"key": "a"}, None), ({"key": "toString"}, None),
        ({"key": " ", "shiftKey": True}, None),
    ],
)  # fmt: skip
def test_what_keys_mean(call, event, expected):
    assert call("meaning", event) == expected


@pytest.mark.parametrize(
    ("html", "free"),
    [
        ("<input>", ""), ("<input type=number>", ""), ("<textarea></textarea>", ""),
        ("<select></select>", ""),
        ("<div contenteditable=true></div>", ""), ("<div role=combobox></div>", ""),
        ("<input type=range>", "r"), ("<div role=slider></div>", "r"), ("<input type=radio>", "r"),
        ("<div role=tab></div>", "r"), ("<button></button>", "←→r⇱"), ("<input type=checkbox>", "←→r⇱"),
        ("<summary></summary>", "←→r⇱"), ("<a href=#></a>", "␣←→r⇱"), ("<p></p>", "␣←→r⇱"),
    ],
)  # fmt: skip
def test_keys_of_others_are_left_to_them(sums, html, free):
    keys = {"␣": " ", "←": "ArrowLeft", "→": "ArrowRight", "r": "r", "⇱": "Home"}
    taken = sums.evaluate(
        """([html, keys]) => { document.body.innerHTML = `<div>${html}</div>`;
        const outer = document.body.firstChild, path = [outer.firstChild, outer, document.body, document];
        return keys.map((key) => window.sums.taken(path, key)) }""",
        [html, list(keys.values())],
    )
    assert "".join(sign for sign, gone in zip(keys, taken, strict=True) if not gone) == free


# ---- small parts -------------------------------------------------------------------------------------


def test_addresses(call):
    place = {"protocol": "https:", "host": "a.example:8501"}
    assert call("address", place, "", "live/k") == "wss://a.example:8501/live/k"
    assert call("address", {**place, "protocol": "http:"}, "/lecture/", "/live/k") == (
        "ws://a.example:8501/lecture/live/k"
    )


def test_waiting_between_attempts(call):
    assert [call("backOff", attempt) for attempt in range(7)] == [250, 500, 1000, 2000, 4000, 4000, 4000]


def test_sharing_and_pace(call):
    assert call("sharing", {"runs": 3, "cores": 2}) == "3 runs share 2 cores"
    assert call("sharing", {"runs": 1, "cores": 2}) == ""
    assert call("pace", {"epoch": 19.42, "speed": 2350.4, "playing": True}) == "epoch 19.4 · 2,350 steps/s"
    assert call("pace", {"epoch": 0, "speed": None, "playing": True}) == "epoch 0.0"


def test_a_wish_is_shown_until_the_server_agrees_or_time_is_up(sums):
    said = sums.evaluate(
        """() => { const wish = new window.sums.Wish(1000); wish.make(true, 0);
        return [wish.settle(false, 10), wish.settle(true, 20), wish.settle(false, 30),
          (wish.make(true, 100), wish.settle(false, 1200))] }"""
    )
    assert said == [True, True, False, False]


def test_pixels_reach_their_place(sums):
    rgb = [int(v) for v in np.random.default_rng(0).integers(0, 256, 2 * 12288)]
    rgba = sums.evaluate(
        """(rgb) => { const out = new Uint8ClampedArray(16384).fill(255);
        window.sums.spread(new Uint8Array(rgb), 12288, out); return [...out] }""",
        rgb,
    )
    pixels = np.array(rgba).reshape(4096, 4)
    assert (pixels[:, :3] == np.array(rgb[12288:]).reshape(4096, 3)).all()
    assert (pixels[:, 3] == 255).all()


# ---- the figure and its line -------------------------------------------------------------------------


class Figure:
    """The mounted figure; the test holds the other end of its WebSocket."""

    def __init__(self, browser):
        self.page = browser.new_page(viewport={"width": 1200, "height": 1000})
        self.problems: list[str] = []
        self.heard: list[dict] = []
        self.lines: list = []
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.route(f"{HOST}/**", serve)
        self.page.route_web_socket("**/live/*", self._connected)
        self.page.goto(HOST)
        self.page.evaluate(
            """async () => { window.told = []; const { mount } = await import('/components/training/live.js');
            window.figure = mount(document.body, { socket: 'live/k', base: '', loss: ['binary'] },
              { setTriggerValue: (name, value) => window.told.push([name, value]) }) }"""
        )
        self.until(lambda: self.lines)

    def _connected(self, line):
        self.lines.append(line)
        line.on_message(lambda text: self.heard.append(json.loads(text)))

    def until(self, condition, timeout=10.0):
        for _ in range(int(timeout * 50)):
            if condition():
                return
            self.page.wait_for_timeout(20)
        raise AssertionError(f"did not happen; heard {self.heard[-5:]}")

    def send(self, **changes):
        """One frame, and wait until it is painted."""
        step = changes.get("step", 400)
        header = {
            "step": step, "epoch": step / 32, "m": 2048, "playing": False, "shown": step, "now": True,
            "speed": 0, "runs": 1, "cores": 2, "wait": None, "stopped": None, "warning": None, "kept": None,
            "view": "weights", "scale": 0.02, "caption": "a photo", "label": [1, 0, 0], "past": False,
            "lanes": lanes("binary"), "events": [], "curves": True,
            "keyframes": list(range(0, step + 1, 100)),
        } | changes  # fmt: skip
        arrays = {"pictures": np.full(3 * 12288, 128, np.uint8), "photo": np.zeros(12288, np.uint8)}
        for name in ("cost", "train_cost", "test_cost", "train_accuracy", "test_accuracy"):
            steps = np.arange(0, step + 1, 10, dtype=np.float32)
            arrays[f"{name}.0"] = np.stack([steps, np.full_like(steps, 0.7)], axis=1)
        before = self.heard.count({"do": "ack"})
        self.lines[-1].send(pack(header, arrays))
        self.until(lambda: self.heard.count({"do": "ack"}) > before)

    def commands(self):
        return [command for command in self.heard if command != {"do": "ack"}]


@pytest.fixture
def figure(browser):
    opened = Figure(browser)
    yield opened
    opened.page.close()
    assert not opened.problems


def test_a_lost_line_is_taken_up_again_and_the_view_stays(figure):
    figure.send()
    page = figure.page
    page.wait_for_selector(".plot .main-svg")
    node = page.query_selector(".plot")
    figure.page.keyboard.press("ArrowLeft")
    figure.until(lambda: {"do": "look", "step": 300} in figure.heard)
    figure.send(shown=300, now=False, past=True)
    figure.heard.clear()
    figure.lines[-1].close()
    page.wait_for_selector("text=reconnecting…")
    assert page.get_by_role("button", name="play").is_disabled()
    assert page.is_visible("text=as it was at step 300")
    figure.until(lambda: len(figure.lines) == 2)
    figure.until(lambda: {"do": "look", "step": 300} in figure.heard)
    figure.send(shown=300, now=False, past=True)
    page.wait_for_selector("text=reconnecting…", state="hidden")
    assert page.evaluate("node => node === document.querySelector('.plot')", node)
    assert page.locator("body").get_attribute("data-pictures") == "3"
    page.get_by_role("button", name="Branch from here").click()
    assert page.evaluate("window.told") == [["branch", 300]]
    page.keyboard.press("End")
    figure.until(lambda: {"do": "now"} in figure.heard)
    assert page.is_hidden("text=as it was at step")


def test_keys_and_buttons_are_commands(figure):
    figure.send()
    page = figure.page
    page.wait_for_selector(".play:enabled")
    for key in ("Space", "ArrowRight", "Shift+ArrowRight", "r"):
        page.keyboard.press(key)
    page.get_by_text("gradient", exact=True).click()
    page.keyboard.press("ArrowRight")  # belongs to the switch that has the focus
    figure.until(lambda: len(figure.commands()) == 6)
    assert figure.commands() == [
        {"do": "play"}, {"do": "step"}, {"do": "epoch"}, {"do": "reset"},
        {"do": "view", "view": "gradient"}, {"do": "view", "view": "evidence"},
    ]  # fmt: skip


def test_letting_the_slider_go_returns_to_now_and_a_click_stays(figure):
    figure.send()
    page = figure.page
    box = page.locator(".rail input").bounding_box()
    assert box is not None
    y = box["y"] + 18

    def x(step):
        return box["x"] + 11 + (box["width"] - 22) * step / 400

    page.mouse.move(x(400), y)
    page.mouse.down()
    page.mouse.move(x(210), y, steps=10)
    figure.until(lambda: {"do": "look", "step": 200} in figure.heard)
    page.wait_for_selector("text=let go to return to now")
    page.mouse.up()
    figure.until(lambda: figure.heard[-1] == {"do": "now"})
    looks = [command for command in figure.commands() if command["do"] == "look"]
    assert len(looks) <= 4
    page.mouse.click(x(100), y)
    page.wait_for_selector("text=Branch from here")
    figure.until(lambda: figure.heard[-1] == {"do": "look", "step": 100})


def test_a_look_that_the_server_forgot_is_asked_for_again(figure):
    figure.send()
    figure.page.keyboard.press("ArrowLeft")
    figure.until(lambda: figure.heard[-1] == {"do": "look", "step": 300})
    figure.send(keyframes=[0, 200, 400])
    figure.until(lambda: figure.heard[-1] == {"do": "look", "step": 200})
    figure.send(keyframes=[0, 200, 400], shown=200, now=False)
    assert figure.page.is_visible("text=as it was at step 200")


def test_divergence_waiting_and_missing_numbers(figure):
    figure.lines[-1].send(pack(WAITING, {}))
    page = figure.page
    page.wait_for_selector("text=512 of 4,096")
    empty = lanes("binary")[0] | {
        **dict.fromkeys(("J", "J_train", "J_test")), **dict.fromkeys(("z", "y_hat"), [None] * 3),
        "accuracy": {"train": None, "test": None},
    }  # fmt: skip
    figure.send(step=0, lanes=[empty], label=None, stopped="At step 7 the numbers left the finite range.")
    page.wait_for_selector(".plot .main-svg")
    words = page.inner_text("body")
    assert "At step 7" in words
    assert not {"NaN", "Infinity", "undefined", "null"} & set(words.split())
    page.get_by_role("button", name="a tenth of the learning rate").click()
    assert page.evaluate("window.told") == [["calmer", True]]
    figure.send(step=0)
    assert page.is_hidden("text=At step 7")
    figure.lines[-1].send(json.dumps({"error": "There is no such command."}))
    page.wait_for_selector("text=There is no such command.")


def test_a_zoom_survives_new_curves(figure):
    figure.send()
    page = figure.page
    page.wait_for_selector(".plot .main-svg")
    box = max(
        (found for drag in page.locator(".plot .nsewdrag").all() if (found := drag.bounding_box())),
        key=lambda found: found["height"],
    )
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 140, steps=6)
    page.mouse.up()
    page.wait_for_selector("[data-key=all]")
    zoomed = page.evaluate("document.querySelector('.plot').layout.xaxis.range")
    assert zoomed == pytest.approx([100, 200], abs=3)
    figure.send(step=500)
    figure.send(step=600)
    assert page.evaluate("document.querySelector('.plot').layout.xaxis.range") == zoomed
    page.click("[data-key=all]")
    page.wait_for_function("document.querySelector('.plot').layout.xaxis.range[1] >= 600")


WAITING = {
    "step": 0, "epoch": 0, "playing": False, "speed": 0, "runs": 1, "cores": 2, "curves": False,
    "wait": {"done": 512, "count": 4096}, "stopped": None, "warning": None, "kept": None,
}  # fmt: skip
