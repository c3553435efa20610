"""The live figure's numbers and scales, and its small parts."""

import math

import numpy as np
import pytest

from ui.live_training.pace import PACES

# ---- numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["count", "number", "percent", "short", "narrow", "compact", "end"])
def test_what_is_no_number_is_a_dash(sums, name):
    shown = sums.evaluate(
        "(name) => [NaN, Infinity, -Infinity, null, undefined].map((v) => window.sums[name](v))", name
    )
    assert shown == ["–"] * 5


def test_numbers_as_text(call):
    assert call("count", 1240) == "1,240"
    assert call("number", -1.5) == "−1.50"
    assert call("number", -0.001) == "0.00"
    whole = [call("number", v, 0) for v in (999.4, 999.6, -2278.4, 1e6)]
    assert whole == ["999", "1,000", "−2,278", "1.0e+6"]
    assert call("number", 2278.4567, 4) == "2,278.4567"
    assert call("percent", 0.614) == "61\u202f%"
    assert [call("short", v) for v in (0, 0.02, 1.928, 12.44, 2350, 5e-5, -2e7)] == [
        "0.000", "0.020", "1.93", "12.4", "2,350", "5.0e-5", "−2.0e+7",
    ]  # fmt: skip


def test_a_cost_of_any_size_is_narrow(call):
    costs = (0.0, 0.6931, 9.87654, 12.3456, 271.83, 2350.4, 9999.4, 10_000, 567_463.7, 4.2e37, -3e5)
    assert [call("narrow", v) for v in costs] == [
        "0.000", "0.693", "9.877", "12.35", "271.8", "2,350", "9,999", "1.0e+4", "5.7e+5", "4.2e+37",
        "−3.0e+5",
    ]  # fmt: skip


def test_a_large_z_leaves_the_room_beside_it_to_its_output(call):
    values = (
        0.5, -9.994, -9.996, 42.37, -99.94, -99.96, 157.2, -5763, -9999.6, -14_011, 123_456, -999_499,
        999_999, 4e37,
    )  # fmt: skip
    assert [call("compact", v) for v in values] == [
        "0.50", "−9.99", "−10.0", "42.4", "−99.9", "−100", "157", "−5,763", "−10k", "−14k", "123k", "−999k",
        "1,000k", "4.0e+37",
    ]  # fmt: skip


def test_the_end_of_a_scale_is_as_short_as_it_is_round(call):
    ends = (5e-5, 0.001, 0.02, 0.5, 1, 20, 500, 5000, 10_000, 200_000, 1e6, 2e20)
    assert [call("end", v) for v in ends] == [
        "5e-5", "0.001", "0.02", "0.5", "1", "20", "500", "5,000", "10k", "200k", "1e6", "2e20",
    ]  # fmt: skip


# ---- scales ------------------------------------------------------------------------------------------


def test_round_steps(call):
    for value in (1e-7, 0.3, 1, 1.01, 2, 4.9, 5.1, 730):
        step = call("nice", value)
        assert value * (1 - 1e-9) <= step <= 2.5 * value * (1 + 1e-9)
        assert round(step / 10 ** math.floor(math.log10(step) + 1e-9), 6) in (1, 2, 5)
    assert [call("nice", bad) for bad in (0, -3)] == [1, 1]


def test_the_axis_of_steps_grows_seldom(sums):
    ends = sums.evaluate("(steps) => steps.map((step) => window.sums.roof(step))", [*range(1, 3000)])
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


# ---- small parts -------------------------------------------------------------------------------------


def test_addresses(call):
    place = {"protocol": "https:", "host": "a.example:8501"}
    assert call("address", place, "", "live/k") == "wss://a.example:8501/live/k"
    assert call("address", {**place, "protocol": "http:"}, "/lecture", "live/k") == (
        "ws://a.example:8501/lecture/live/k"
    )


def test_waiting_between_attempts(call):
    assert [call("backOff", attempt) for attempt in range(7)] == [250, 500, 1000, 2000, 4000, 4000, 4000]


def test_sharing_and_pace(call):
    assert call("sharing", {"runs": 3, "cores": 2}) == "3 runs share 2 cores"
    assert call("sharing", {"runs": 1, "cores": 2}) == ""
    assert call("pace", {"epoch": 19.42, "speed": 2350.4, "playing": True}) == ["epoch 19.4", "2,350 steps/s"]
    assert call("pace", {"epoch": 0, "speed": None, "playing": True}) == ["epoch 0.0"]
    wait = {"epoch": None, "playing": False, "wait": {"done": 512, "count": 5120}}
    assert call("pace", wait) == ["rendering", "512 of 5,120"]
    assert call("pace", wait | {"wait": {"done": 0, "count": 5120}}) == ["rendering photos"]
    back = {"epoch": 9, "speed": 0, "playing": False, "past": True, "step": 4000}
    assert call("pace", back) == ["of 4,000", "paused"], "beside the step that is looked at"


def test_the_paces_are_those_of_the_server(sums):
    assert sums.evaluate("Object.keys(window.sums.PACES)") == list(PACES)
    assert sums.evaluate("['slow', 'steps', 'full'].map((name) => window.sums.nextPace(name))") == [
        "steps", "full", "slow",
    ]  # fmt: skip


def test_a_wish_is_shown_until_the_server_has_heard_of_it(sums):
    said = sums.evaluate(
        """() => { const wish = new window.sums.Wish(), said = [wish.settle(false, 4)];
        wish.make(true, 5);
        said.push(wish.settle(false), wish.settle(false, 4), wish.settle(true, 4), wish.settle(false, 5));
        wish.make("lost", 0); // there was no line
        said.push(wish.settle(false));
        wish.make("first", 6);
        wish.make("second", 7);
        return [...said, wish.settle("old", 5), wish.settle("first", 6), wish.settle("third", 8)] }"""
    )
    assert said == [False, True, True, True, False, False, "second", "second", "third"]


def test_play_right_after_a_reset_or_a_step_is_no_pause(sums):
    """On a slow line the run's own word, that it rests, comes when play has long been pressed."""
    said = sums.evaluate(
        """() => { const asked = [], host = document.createElement("div");
        const bar = new window.sums.Bar(host, (command) => asked.push(command.do));
        const told = { playing: true, pace: "slow", epoch: 1, speed: 9, shown: 5, step: 5, runs: 1 };
        for (const name of ["reset", "step", "epoch"]) {
          bar.paint({ ...told, heard: asked.length });
          bar.press(name);
          bar.toggle();
        }
        return asked }"""
    )
    assert said == ["reset", "play", "step", "play", "epoch", "pause"]


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
