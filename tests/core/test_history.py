"""Curves against a naive list, and events, tables and files against what was noted."""

import csv
import io
import itertools
import json
import random
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.curve import Curve
from core.history import MOST_EVENTS, QUANTITIES, Event, History, _plain
from core.weights import read_tensors, write_tensors


def filled(values, capacity=4096, every=1):
    curve = Curve(capacity)
    for i, value in enumerate(values):
        curve.append(i * every, value)
    return curve


def noise(count, seed=0):
    dice = random.Random(seed)
    return [dice.gauss(0, 1) for _ in range(count)]


def as_pairs(points):
    return [(int(step), float(value)) for step, value in points]


# ---- curves ----------------------------------------------------------------------------------------


def test_a_curve_is_exact_until_its_buckets_are_full():
    values = noise(64)
    curve = filled(values, capacity=64)
    assert as_pairs(curve.kept()) == list(enumerate(values))
    curve.append(64, 0.5)
    assert len(curve) == 33  # 32 merged ones and the new one


@settings(max_examples=200, deadline=None)
@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300),
    capacity=st.sampled_from((2, 4, 8, 64)),
    at_most=st.integers(4, 40),
)
def test_every_bucket_keeps_its_least_and_its_greatest_point(values, capacity, at_most):
    curve = filled(values, capacity)
    kept = as_pairs(curve.kept())
    assert len(curve) <= capacity
    assert set(kept) <= set(enumerate(values))  # every kept point was really there
    assert [step for step, _ in kept] == sorted(step for step, _ in kept)
    assert kept[0] == (0, values[0]) and kept[-1] == (len(values) - 1, values[-1])
    width = curve._width
    for start in range(0, len(values), width):
        group = values[start : start + width]
        inside = [value for step, value in kept if start <= step < start + width]
        assert min(inside) == min(group) and max(inside) == max(group)
    thinned = curve.points(at_most)
    assert len(thinned) <= at_most and thinned.dtype == np.float32
    as_float = {(float(np.float32(step)), float(np.float32(value))) for step, value in kept}
    assert {(float(step), float(value)) for step, value in thinned} <= as_float
    assert thinned[:, 1].min() == np.float32(min(values))
    assert thinned[:, 1].max() == np.float32(max(values))
    assert (np.diff(thinned[:, 0]) >= 0).all()
    assert tuple(thinned[0]) == (0, np.float32(values[0]))
    assert tuple(thinned[-1]) == (len(values) - 1, np.float32(values[-1]))


def test_one_peak_among_a_million_steps_stays_at_its_step():
    curve = Curve()
    for step in range(1, 1_000_001):
        curve.append(step, 1.0)
        if step == 123_456:
            curve.append(step, 9.0)
    assert len(curve) <= 4096
    points = curve.points(100)
    assert tuple(points[points[:, 1].argmax()]) == (123_456, 9.0)
    assert (points[0, 0], points[-1, 0]) == (1, 1_000_000)


@settings(max_examples=100, deadline=None)
@given(
    count=st.integers(1, 200),
    at=st.integers(-1, 210),
    more=st.integers(0, 120),
    capacity=st.sampled_from((2, 8, 16)),
)
def test_a_cut_curve_ends_at_the_step_and_goes_on(count, at, more, capacity):
    values = noise(count)
    curve = filled(values, capacity)
    before = curve.to_array()
    cut = curve.cut(at)
    assert np.array_equal(cut.kept(), curve.kept(up_to=at))
    assert np.array_equal(cut.kept(), curve.kept()[curve.kept()[:, 0] <= at])
    for step in range(at + 1, at + 1 + more):
        cut.append(step, 0.0)
    assert len(cut) <= capacity
    assert np.array_equal(curve.to_array(), before)  # the old one has not changed
    assert np.array_equal(Curve.from_array(cut.to_array(), capacity).kept(), cut.kept())


def test_a_stored_curve_goes_on_as_if_it_had_never_stopped():
    values = noise(1000, seed=3)
    whole = filled(values, capacity=32)
    first = filled(values[:777], capacity=32)
    again = Curve.from_array(first.to_array(), capacity=32)
    for step in range(777, 1000):
        again.append(step, values[step])
    assert np.array_equal(again.to_array(), whole.to_array())
    assert Curve.from_array(Curve().to_array()).kept().shape == (0, 2)


def test_a_curve_refuses_what_cannot_be_drawn():
    curve = filled([1.0, 2.0])
    for bad in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            curve.append(2, bad)
    with pytest.raises(ValueError, match="forward"):
        curve.append(0, 1.0)
    with pytest.raises(ValueError, match="at least 4"):
        curve.points(3)
    assert as_pairs(curve.kept()) == [(0, 1.0), (1, 2.0)] and curve.last == (1, 2.0)
    assert Curve().points().shape == (0, 2) and Curve().last is None
    assert curve.points(up_to=0).tolist() == [[0.0, 1.0]]


def broken_states():
    good = filled(noise(100), capacity=16).to_array()

    def with_number(row, column, value):
        state = good.copy()
        state[row, column] = value
        return state

    yield good[:, :3]
    yield good.astype(np.float32)
    yield good[:2]
    yield np.concatenate([good, np.repeat(good[-1:], 16, axis=0)])
    yield with_number(4, 1, np.nan)
    yield with_number(3, 0, np.inf)
    yield with_number(3, 0, 1.5)
    yield with_number(5, 0, 0)
    yield with_number(0, 0, -1)
    yield with_number(0, 2, 3)
    yield with_number(4, 1, 1e9)
    yield with_number(1, 0, 0)
    yield with_number(1, 1, 1e6)


@pytest.mark.parametrize("state", list(broken_states()))
def test_a_broken_stored_curve_is_refused_in_a_sentence(state):
    with pytest.raises(ValueError, match="curve"):
        Curve.from_array(state, capacity=16)


# ---- events ----------------------------------------------------------------------------------------


def rate(step, before, after):
    return Event(step, "rate", None, before, after, f"α {before} → {after}")


def test_changes_at_one_step_become_one_and_vanish_when_taken_back():
    history = History(["A"])
    history.note(rate(5, "0.1", "0.2"))
    history.note(Event(5, "l2", None, "0", "0.3", "λ 0 → 0.3"))
    history.note(rate(5, "0.2", "0.4"))
    assert [event.text for event in history.events] == ["λ 0 → 0.3", "α 0.1 → 0.4"]
    history.note(rate(5, "0.4", "0.1"))
    assert [event.kind for event in history.events] == ["l2"]
    history.note(rate(6, "0.1", "0.2"))
    history.note(rate(7, "0.2", "0.1"))
    assert [event.step for event in history.events] == [5, 6, 7]


def test_events_of_other_lanes_and_other_things_stay_apart():
    history = History(["A", "B"])
    for lane in (0, 1):
        history.note(Event(3, "loss", lane, "binary", "softmax", "binary → softmax"))
    history.note(Event(3, "photos", None, "0.15", "0.3", "two balls 0.15 → 0.3"))
    history.note(Event(3, "photos", None, "0.23", "0.15", "no ball 0.23 → 0.15"))
    history.note(Event(3, "photos", None, "0.3", "0.4", "two balls 0.3 → 0.4"))
    assert [event.text for event in history.events] == [
        "binary → softmax",
        "binary → softmax",
        "no ball 0.23 → 0.15",
        "two balls 0.15 → 0.4",
    ]
    for _ in range(3):
        history.note(Event(9, "diverged", 1, "", "", "stopped at step 10"))
    assert sum(event.kind == "diverged" for event in history.events) == 1
    with pytest.raises(ValueError, match="forward"):
        history.note(rate(2, "1", "2"))
    with pytest.raises(ValueError, match="no lane 2"):
        history.note(Event(9, "loss", 2, "a", "b", "a → b"))


def test_a_dragged_slider_is_bounded_and_the_chain_of_values_holds():
    history = History(["A"])
    history.note(Event(0, "loss", 0, "binary", "softmax", "binary → softmax"))
    value, step, dice = 0, 0, random.Random(4)
    for _ in range(MOST_EVENTS + 300):
        step += dice.choice((1, 1, 50))
        history.note(rate(step, str(value), str(value + 1)))
        value += 1
    events = history.events
    assert len(events) <= MOST_EVENTS and events[0].kind == "loss"
    rates = [event for event in events if event.kind == "rate"]
    assert rates[0].before == "0" and rates[-1].after == str(value)
    assert all(a.after == b.before for a, b in itertools.pairwise(rates))
    assert all(event.text == f"α {event.before} → {event.after}" for event in rates)
    assert [event.step for event in events] == sorted(event.step for event in events)


def test_without_two_changes_of_one_thing_the_oldest_event_goes():
    history = History(["A"])
    for step in range(MOST_EVENTS + 5):
        history.note(Event(step, "diverged", None, "", "", "stopped"))
    assert len(history.events) == MOST_EVENTS and history.events[0].step == 5


GOOD = rate(5, "0.1", "0.2").to_json()


@pytest.mark.parametrize(
    "values",
    [
        None,
        [],
        {},
        {**GOOD, "more": 1},
        {**GOOD, "step": -1},
        {**GOOD, "step": True},
        {**GOOD, "step": 1.5},
        {**GOOD, "step": 10**30},
        {**GOOD, "kind": "explosion"},
        {**GOOD, "kind": ["rate"]},
        {**GOOD, "lane": 3},
        {**GOOD, "lane": "0"},
        {**GOOD, "before": 0.1},
        {**GOOD, "after": "9" * 101},
        {**GOOD, "text": "x" * 501},
    ],
)
def test_a_broken_stored_event_is_refused_in_a_sentence(values):
    with pytest.raises(ValueError, match="event"):
        Event.from_json(values)


def test_an_event_comes_back_from_json():
    event = replace(rate(7, "0.1", "0.2"), lane=1)
    assert Event.from_json(json.loads(json.dumps(event.to_json()))) == event


# ---- the whole history -----------------------------------------------------------------------------


def example():
    history = History(["A binary", "B softmax"])
    for step in range(1, 31):
        history.note_step(step, [1 / step, None if step > 20 else 2 / step])
        if step % 10 == 0:
            for lane in (0, 1):
                history.note_evaluation(step, lane, 0.5, 0.6, test_accuracy=lane / 3)
        if step == 10:
            history.note(Event(10, "loss", 1, "softmax", "binary", "softmax → binary"))
            history.note(rate(10, "0.1", "0.2"))
            history.note_evaluation(10, 1, train_cost=0.9)
    return history


def assert_same(a, b):
    assert a.names == b.names and a.events == b.events
    for lane, other in zip(a.lanes, b.lanes, strict=True):
        for name in QUANTITIES:
            assert np.array_equal(lane.curves()[name].to_array(), other.curves()[name].to_array())


def test_the_table_holds_every_kept_number_once():
    history = example()
    text = history.csv()
    head, *rows = csv.reader(io.StringIO(text))
    assert head[:3] == ["step", "event", "A binary: J of the batch (before the step)"]
    assert len(head) == 2 + 2 * len(QUANTITIES) and len(set(head)) == len(head)
    assert all(len(row) == len(head) for row in rows)
    for i, lane in enumerate(history.lanes):
        for j, curve in enumerate(lane.curves().values()):
            column = 2 + i * len(QUANTITIES) + j
            said = [(int(row[0]), float(row[column])) for row in rows if row[column]]
            assert said == as_pairs(curve.kept())
    assert [row[1] for row in rows if row[1]] == ["B softmax: softmax → binary; α 0.1 → 0.2"]
    assert [int(row[0]) for row in rows] == sorted([*range(1, 31), 10])  # step 10 was measured twice


def test_the_table_is_text_for_a_spreadsheet_and_no_formula():
    history = History(["=A"])
    history.note(Event(0, "photos", None, "", "x", '@SUM(1), "quoted"\nand a line'))
    head, row = csv.reader(io.StringIO(history.csv()))
    assert head[2].startswith("'=A") and row[1] == '\'@SUM(1), "quoted"\nand a line'


def test_lanes_of_one_name_are_told_apart_in_the_table():
    history = History(["binary", "binary"])
    history.note(Event(0, "loss", 1, "softmax", "binary", "softmax → binary"))
    head, row = csv.reader(io.StringIO(history.csv()))
    assert len(set(head)) == len(head) and head[2].startswith("A binary: J")
    assert row[1] == "B binary: softmax → binary"


def test_what_is_not_finite_is_passed_over():
    history = History(["A", "B"])
    history.note_step(1, [float("nan"), 2.0])
    history.note_evaluation(1, 0, float("inf"), 3.0, None, 0.5)
    lane = history.lanes[0]
    assert (lane.cost.last, lane.train_cost.last, lane.test_cost.last) == (None, None, (1, 3.0))
    assert history.lanes[1].cost.last == (1, 2.0)


def test_a_history_comes_back_from_a_file_and_goes_on(tmp_path):
    history = example()
    tensors, header = history.to_tensors()
    assert "history.0.train_accuracy" not in tensors  # nothing was noted there
    write_tensors(tmp_path / "history.safetensors", {**tensors, "other": torch.ones(1)}, header)
    again = History.from_tensors(*read_tensors(tmp_path / "history.safetensors"))
    assert_same(again, history)
    for each in (again, history):
        each.note_step(31, [0.1, 0.2])
        each.note(rate(31, "0.2", "0.3"))
    assert_same(again, history)
    empty = History(["A"])
    assert_same(History.from_tensors(*empty.to_tensors()), empty)


def test_a_branch_knows_what_was_before_it_and_nothing_after():
    history = example()
    branch = history.cut(15)
    assert branch.lanes[0].cost.last == (15, 1 / 15) and branch.lanes[1].train_cost.last == (10, 0.9)
    assert branch.events == history.events
    assert history.cut(9).events == ()
    branch.note_step(16, [5.0, 5.0])
    assert history.lanes[0].cost.last == (30, 1 / 30)


@pytest.mark.parametrize(
    "header",
    [
        None,
        [],
        {},
        {"names": "A", "events": []},
        {"names": [], "events": []},
        {"names": ["A", "B", "C", "D"], "events": []},
        {"names": [7], "events": []},
        {"names": ["A" * 81], "events": []},
        {"names": ["A"], "events": [{}]},
        {"names": ["A"], "events": {}},
        {"names": ["A"], "events": [GOOD, {**GOOD, "step": 1}]},
        {"names": ["A"], "events": [{**GOOD, "lane": 1}]},
        {"names": ["A"], "events": [GOOD] * (MOST_EVENTS + 1)},
    ],
)
def test_a_broken_stored_history_is_refused_in_a_sentence(header):
    with pytest.raises(ValueError, match=r"histor|event|lane"):
        History.from_tensors({}, header)


def test_a_history_with_a_broken_curve_is_refused():
    tensors, header = example().to_tensors()
    tensors["history.0.cost"] = torch.full((5, 4), torch.nan, dtype=torch.float64)
    with pytest.raises(ValueError, match="curve"):
        History.from_tensors(tensors, header)


def test_memory_of_a_long_run_is_bounded():
    history = History(["A", "B", "C"])
    for step in range(1, 30_001):
        history.note_step(step, [1.0, 2.0, 3.0])
        history.note_evaluation(step, 2, 1.0, 2.0, 0.3, 0.4)
    tensors, _ = history.to_tensors()
    assert sum(tensor.nbytes for tensor in tensors.values()) <= 3 * (4096 + 4 * 1024 + 10) * 32
    assert len(history.csv().splitlines()) < 3 * 4 * 4096


def test_what_was_kept_before_the_cut_stays_when_it_goes_on():
    curve = Curve(8)
    for step, value in enumerate(
        (0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9.0)
    ):  # buckets of two: the cut goes through one
        curve.append(step, value)
    cut = curve.cut(6)
    before = cut.kept()
    cut.append(7, 0.5)
    assert np.array_equal(cut.kept()[: len(before)], before)


def test_more_buckets_than_there_may_be_are_refused():
    long = Curve(64)
    for step in range(60):
        long.append(step, float(step))
    with pytest.raises(ValueError, match="buckets"):
        Curve.from_array(long.to_array(), capacity=16)


def test_thinned_to_an_odd_number_it_is_no_more():
    curve = Curve()
    for step in range(200):
        curve.append(step, float((step * 37) % 101))
    for at_most in range(4, 60):
        assert len(curve.points(at_most)) <= at_most
    assert len(curve.points(200)) == 200


def test_a_branch_knows_the_change_at_its_own_step():
    history = History(["A"])
    history.note(Event(10, "rate", None, "0.1", "0.2", "α 0.1 → 0.2"))
    assert [event.step for event in history.cut(10).events] == [10]
    assert history.cut(9).events == ()


def test_the_one_lane_of_a_run_is_not_named():
    history = History(["A"])
    history.note(Event(3, "loss", 0, "binary", "softmax", "binary → softmax"))
    _, row = csv.reader(io.StringIO(history.csv()))
    assert row[1] == "binary → softmax"


def test_no_formula():
    for sign in ("=", "+", "-", "@", "\t", "\r"):
        assert _plain(sign + "1") == "'" + sign + "1"


def test_the_closest_changes_become_one_or_none(monkeypatch):
    def changed(*rates):
        history = History(["A"])
        for step, before, after in zip((10, 500, 501, 900, 1900), rates, rates[1:], strict=False):
            history.note(Event(step, "rate", None, before, after, f"α {before} → {after}"))
        return [event.step for event in history.events]

    monkeypatch.setattr("core.history.MOST_EVENTS", 4)
    assert changed("1", "2", "3", "4", "5", "6") == [10, 501, 900, 1900]
    assert changed("1", "2", "3", "2", "5", "6") == [10, 900, 1900]  # there and back is nothing
