"""Recall over the number of baseball photos, filled while the sweep of core.experiments.imbalance runs."""

from collections.abc import Sequence
from typing import Any

from core.experiments import COUNTS, ImbalanceRun
from ui.components import load
from ui.theme import BALL_COLOURS, BALL_NAMES

UNIT = "baseball photos"
_recall = load("recall")


def recall_figure(
    runs: Sequence[ImbalanceRun], *, chosen: int, current: int | None, accuracy: bool, auc: bool, key: str
) -> None:
    """Each class's recall, mean and range over the runs; on request the baseball neuron's accuracy and AUC.

    chosen: the count that is read out at first. current: the count that is being trained now, if any.
    """
    lines = series(runs, accuracy=accuracy, auc=auc)
    also = [name for name, shown in (("accuracy", accuracy), ("AUC", auc)) if shown]
    _recall(
        key=key,
        data={
            "counts": list(COUNTS),
            "series": lines,
            "chosen": chosen,
            "current": current,
            "unit": UNIT,
            "x_title": "baseball photos in training (log scale)",
            "y_title": "recall" + (f" (dashed: {' and '.join(also)})" if also else ""),
            "alt": alternative_text(lines),
        },
    )


def series(
    runs: Sequence[ImbalanceRun], *, accuracy: bool = False, auc: bool = False
) -> list[dict[str, Any]]:
    """The lines of the figure; a point has the count, every run's value, their mean, lowest and highest."""
    colours = list(BALL_COLOURS.values())
    lines = [
        _line(f"{name}, recall", colours[k], False, [(run.count, run.recall[k]) for run in runs])
        for k, name in enumerate(BALL_NAMES.values())
    ]
    if accuracy:
        lines.append(_line("accuracy, baseball neuron", None, True, [(r.count, r.accuracy[2]) for r in runs]))
    if auc:
        lines.append(_line("AUC, baseball neuron", colours[2], True, [(r.count, r.auc[2]) for r in runs]))
    return lines


def alternative_text(lines: Sequence[dict[str, Any]]) -> str:
    """The figure in words: each line from its first to its last point."""
    said = [
        f"{line['name']}: {line['points'][0]['mean']:.2f} at {line['points'][0]['count']}"
        + (
            f", {line['points'][-1]['mean']:.2f} at {line['points'][-1]['count']}"
            if line["points"][1:]
            else ""
        )
        for line in lines
        if line["points"]
    ]
    return f"Recall over the number of {UNIT}. " + ("; ".join(said) if said else "No run yet") + "."


def _line(name: str, colour: str | None, dashed: bool, values: Sequence[tuple[int, float]]) -> dict[str, Any]:
    points = []
    for count in sorted({count for count, _ in values}):
        here = [value for c, value in values if c == count]
        points.append(
            {
                "count": count,
                "values": here,
                "mean": sum(here) / len(here),
                "low": min(here),
                "high": max(here),
            }
        )
    return {"name": name, "colour": colour, "dashed": dashed, "points": points}
