"""A run's history as a table for a spreadsheet: a row for each kept step, five quantities of every lane.

    step, event, note, A: J of the batch (before the step), …        empty where nothing was noted

Where points of a curve were merged, the rows are those of their least and their greatest value. A step that
was measured and has no accuracy stays empty there, as on the curves, and the note says why.
"""

import csv
import io
from collections.abc import Sequence

from core.live_run import LANES
from core.live_run.history import QUANTITIES, History, Lane

HEADS = {
    "cost": "J of the batch (before the step)",
    "train_cost": "J over a sample of the training photos",
    "test_cost": "J over the test photos",
    "train_accuracy": "accuracy on a sample of the training photos (share 0 to 1)",
    "test_accuracy": "accuracy on test photos (share 0 to 1)",
}
# Why a measured step has no accuracy; `core.confusion` says when.
UNNAMED = "no accuracy: all outputs are equal, so that no ball is named"
NO_SUCH_PHOTO = "no accuracy on {} photos: none of them has just one ball"

Row = tuple[int, int]  # a step, and which of its rows


def as_csv(history: History) -> str:
    """The whole table; see the module's text."""
    unique = len(set(history.names)) == len(history.names)
    names = [name if unique else f"{LANES[i]} {name}" for i, name in enumerate(history.names)]
    heads = [f"{name}: {HEADS[quantity]}" for name in names for quantity in QUANTITIES]
    numbers, events, notes = _numbers(history), _events(history, names), _notes(history.lanes, names)
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow([_plain(head) for head in ("step", "event", "note", *heads)])
    for step, again in sorted({*numbers, *((step, 0) for step in events)}):
        text, note = ("; ".join(of.get(step, ())) if again == 0 else "" for of in (events, notes))
        values = numbers.get((step, again), {})
        row = (repr(values[column]) if column in values else "" for column in range(len(heads)))
        writer.writerow([step, _plain(text), _plain(note), *row])
    return table.getvalue()


def _numbers(history: History) -> dict[Row, dict[int, float]]:
    """Row → column → value. A curve has several points at one step where it was measured more than once."""
    found: dict[Row, dict[int, float]] = {}
    curves = [lane.curves()[name] for lane in history.lanes for name in QUANTITIES]
    for column, curve in enumerate(curves):
        before, again = -1, 0
        for number, value in curve.kept().tolist():
            step = int(number)
            again = again + 1 if step == before else 0
            found.setdefault((step, again), {})[column] = value
            before = step
    return found


def _events(history: History, names: Sequence[str]) -> dict[int, list[str]]:
    """Step → what happened then, and to which lane, if not to all."""
    told: dict[int, list[str]] = {}
    for event in history.events:
        who = "" if event.lane is None or len(names) == 1 else f"{names[event.lane]}: "
        told.setdefault(event.step, []).append(who + event.text)
    return told


def _notes(lanes: Sequence[Lane], names: Sequence[str]) -> dict[int, list[str]]:
    """Step → why it has no accuracy, of each lane, or once where it is so of all."""
    missing: dict[int, dict[int, str]] = {}
    for i, lane in enumerate(lanes):
        for step in {int(step) for step in lane.train_cost.kept()[:, 0]}:
            if why := _unmeasured(lane, step):
                missing.setdefault(step, {})[i] = why
    told = {}
    for step, of in missing.items():
        alike = len(of) == len(names) and len({*of.values()}) == 1
        told[step] = [*of.values()][:1] if alike else [f"{names[i]}: {why}" for i, why in of.items()]
    return told


def _unmeasured(lane: Lane, step: int) -> str:
    """Why a step that was measured has no accuracy, or nothing."""
    without = [
        kind
        for kind, curve in (("training", lane.train_accuracy), ("test", lane.test_accuracy))
        if curve.lacks(step)
    ]
    return UNNAMED if len(without) == 2 else NO_SUCH_PHOTO.format(without[0]) if without else ""


def _plain(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
