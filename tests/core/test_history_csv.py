"""A history as a table: every kept number once, in words that a spreadsheet takes for words."""

import csv
import io

from core.live_run.events import Event
from core.live_run.history import QUANTITIES, History
from core.live_run.history_csv import _plain, as_csv
from core.live_run.run import Run
from core.live_run.settings import Settings
from tests.core.histories import example
from tests.core.runs import few_photos, stepped


def as_pairs(points):
    return [(int(step), float(value)) for step, value in points]


def test_the_table_holds_every_kept_number_once():
    history = example()
    text = as_csv(history)
    head, *rows = csv.reader(io.StringIO(text))
    assert head[:4] == ["step", "event", "note", "A binary: J of the batch (before the step)"]
    assert len(head) == 3 + 2 * len(QUANTITIES) and len(set(head)) == len(head)
    assert all(len(row) == len(head) for row in rows)
    for i, lane in enumerate(history.lanes):
        for j, curve in enumerate(lane.curves().values()):
            column = 3 + i * len(QUANTITIES) + j
            said = [(int(row[0]), float(row[column])) for row in rows if row[column]]
            assert said == as_pairs(curve.kept())
    assert [row[1] for row in rows if row[1]] == ["B softmax: softmax → binary; α 0.1 → 0.2"]
    assert [int(row[0]) for row in rows] == sorted([*range(1, 31), 10])  # step 10 was measured twice


def test_the_table_is_text_for_a_spreadsheet_and_no_formula():
    history = History(["=A"])
    history.note(Event(0, "photos", None, "", "x", '@SUM(1), "quoted"\nand a line'))
    head, row = csv.reader(io.StringIO(as_csv(history)))
    assert head[3].startswith("'=A") and row[1] == '\'@SUM(1), "quoted"\nand a line'


def test_where_there_is_no_accuracy_the_table_says_why():
    history = History(["A", "B"])
    for step, A, B in (
        (0, (None, None), (None, None)),
        (2, (0.2, 0.3), (None, None)),
        (4, (None, 0.4), (0.5, 0.6)),
    ):
        history.note_step(step, [1.0, 2.0])
        for lane, (train, test) in enumerate((A, B)):
            history.note_evaluation(step, lane, 0.5, 0.6, train or float("nan"), test or float("nan"))
    history.note_step(5, [1.0, 2.0])  # not measured: nothing to be said of
    rows = csv.DictReader(io.StringIO(as_csv(history)))
    assert [(row["step"], row["note"], row["A: accuracy on test photos (share 0 to 1)"]) for row in rows] == [
        ("0", "no accuracy: all outputs are equal, so that no ball is named", ""),
        ("2", "B: no accuracy: all outputs are equal, so that no ball is named", "0.3"),
        ("4", "A: no accuracy on training photos: none of them has just one ball", "0.4"),
        ("5", "", ""),
    ]


def test_of_a_run_from_zeros_the_table_says_why_it_begins_without_accuracy():
    run = Run(Settings(batch_size=16), *few_photos())
    first, *later = csv.DictReader(io.StringIO(as_csv(stepped(run, 3).history)))
    shares = [name for name in first if "accuracy" in name]
    assert (
        len(shares) == 2
        and not any(first[name] for name in shares)
        and "all outputs are equal" in first["note"]
    )
    assert all(later[1][name] for name in shares) and not any(row["note"] for row in later)
    drawn = stepped(Run(Settings(batch_size=16, init="xavier"), *few_photos()), 1)
    begun = next(csv.DictReader(io.StringIO(as_csv(drawn.history))))
    assert begun["note"] == "" and all(begun[name] for name in shares)


def test_what_was_merged_is_not_called_missing():
    history = History(["A"])
    for step in range(3000):
        history.note_evaluation(
            step, 0, 1.0 + step % 7, 1.0, 0.25 + 0.5 * (step % 5 == 0), 0.5 - 0.1 * (step % 3)
        )
    rows = list(csv.DictReader(io.StringIO(as_csv(history))))
    assert len(rows) > 1000 and not any(row["note"] for row in rows)


def test_lanes_of_one_name_are_told_apart_in_the_table():
    history = History(["binary", "binary"])
    history.note(Event(0, "loss", 1, "softmax", "binary", "softmax → binary"))
    head, row = csv.reader(io.StringIO(as_csv(history)))
    assert len(set(head)) == len(head) and head[3].startswith("A binary: J")
    assert row[1] == "B binary: softmax → binary"


def test_the_one_lane_of_a_run_is_not_named():
    history = History(["A"])
    history.note(Event(3, "loss", 0, "binary", "softmax", "binary → softmax"))
    _, row = csv.reader(io.StringIO(as_csv(history)))
    assert row[1] == "binary → softmax"


def test_no_formula():
    for sign in ("=", "+", "-", "@", "\t", "\r"):
        assert _plain(sign + "1") == "'" + sign + "1"
