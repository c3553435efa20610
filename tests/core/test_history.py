"""Events and files of a history against what was noted."""

import itertools
import json
import random
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.live_run.events import MOST_EVENTS, Event
from core.live_run.history import QUANTITIES, History
from core.live_run.history_csv import as_csv
from core.weights import read_tensors, write_tensors
from tests.core.histories import example, rate

# ---- events ----------------------------------------------------------------------------------------


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
    history.note(rate(12, "1", "2"))
    for step in (2, 11):
        with pytest.raises(ValueError, match=f"forward: step {step} came after step 12"):
            history.note(rate(step, "1", "2"))
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
        {**GOOD, "text": "\ud800"},  # JSON can spell it, no other file can hold it
        {**GOOD, "after": "\udfff"},
    ],
)
def test_a_broken_stored_event_is_refused_in_a_sentence(values):
    with pytest.raises(ValueError, match="event"):
        Event.from_json(values)


def test_an_event_comes_back_from_json():
    event = replace(rate(7, "0.1", "0.2"), lane=1)
    assert Event.from_json(json.loads(json.dumps(event.to_json()))) == event


# ---- the whole history -----------------------------------------------------------------------------


def assert_same(a, b):
    assert a.names == b.names and a.events == b.events
    for lane, other in zip(a.lanes, b.lanes, strict=True):
        for name in QUANTITIES:
            assert np.array_equal(lane.curves()[name].to_array(), other.curves()[name].to_array())


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
        {"names": ["\ud800"], "events": []},
        {"names": [""], "events": []},
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


@pytest.mark.parametrize(
    "broken", [torch.full((5, 4), torch.nan, dtype=torch.float64), torch.zeros(0, 4).bfloat16()]
)
def test_a_history_with_a_broken_curve_is_refused(broken):
    tensors, header = example().to_tensors()
    tensors["history.0.cost"] = broken
    with pytest.raises(ValueError, match="curve"):
        History.from_tensors(tensors, header)


def test_memory_of_a_long_run_is_bounded():
    history = History(["A", "B", "C"])
    for step in range(1, 30_001):
        history.note_step(step, [1.0, 2.0, 3.0])
        history.note_evaluation(step, 2, 1.0, 2.0, 0.3, 0.4)
    tensors, _ = history.to_tensors()
    assert sum(tensor.nbytes for tensor in tensors.values()) <= 3 * (4096 + 4 * 1024 + 10) * 32
    assert len(as_csv(history).splitlines()) < 3 * 4 * 4096


def test_a_branch_knows_the_change_at_its_own_step():
    history = History(["A"])
    history.note(Event(10, "rate", None, "0.1", "0.2", "α 0.1 → 0.2"))
    assert [event.step for event in history.cut(10).events] == [10]
    assert history.cut(9).events == ()


def test_the_closest_changes_become_one_or_none(monkeypatch):
    def changed(*rates):
        history = History(["A"])
        for step, before, after in zip((10, 500, 501, 900, 1900), rates, rates[1:], strict=False):
            history.note(Event(step, "rate", None, before, after, f"α {before} → {after}"))
        return [event.step for event in history.events]

    monkeypatch.setattr("core.live_run.events.MOST_EVENTS", 4)
    assert changed("1", "2", "3", "4", "5", "6") == [10, 501, 900, 1900]
    assert changed("1", "2", "3", "2", "5", "6") == [10, 900, 1900]  # there and back is nothing


def test_what_lies_between_two_changes_that_become_one_stays(monkeypatch):
    monkeypatch.setattr("core.live_run.events.MOST_EVENTS", 4)
    history = History(["A", "B"])
    history.note(rate(10, "1", "2"))
    history.note(Event(11, "diverged", 1, "", "", "diverged at step 12"))
    history.note(Event(12, "loss", 0, "binary", "softmax", "binary → softmax"))
    history.note(rate(13, "2", "3"))
    history.note(Event(90, "loss", 0, "softmax", "binary", "softmax → binary"))
    assert [event.text for event in history.events] == [
        "diverged at step 12",
        "binary → softmax",
        "α 1 → 3",
        "softmax → binary",
    ]


def test_an_event_at_its_bounds():
    for text, longest in (("before", 100), ("after", 100), ("text", 500)):
        event = replace(rate(2**53 - 1, "1", "2"), **{text: "x" * longest})
        assert len(getattr(event, text)) == longest
        with pytest.raises(ValueError, match=f"at most {longest} characters"):
            replace(event, **{text: "x" * (longest + 1)})
    with pytest.raises(ValueError, match="whole number from 0"):
        rate(2**53, "1", "2")
