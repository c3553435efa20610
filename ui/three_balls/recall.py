"""Recall over the number of baseball photos, filled while the sweep of core.experiments.imbalance runs.

Below the figure stands in words what is to be seen there.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import streamlit as st

from core.experiments.imbalance import BASEBALL, COUNTS, ImbalanceProgress, ImbalanceRun
from ui import jobs
from ui.components import load
from ui.numbers import percent
from ui.renderings import Waiting, rendering_bar
from ui.theme import BALL_COLOURS, BALL_NAMES
from ui.words import counted, listed, plural

UNIT, ONE = "baseball photos", "baseball photo"
WHAT_AUC_IS = (
    "Area under the curve: of all pairs of a photo with a baseball and one without, the share in which the "
    f"first has the higher logit, wherever the threshold is. {percent(0.5)} is guessing."
)
RUNS = "three_balls:runs"  # this session's, by count and seed: a further sweep adds to them
SWEEP, SWEPT = "three_balls_sweep", "three_balls:swept"
NAMES = tuple(BALL_NAMES.values())
DIGITS = 1  # decimals of an accuracy: of photos without a baseball nearly all are easily right

SCRIPTS = ("elements", "numbers", "stand_apart", "column_chart", "three_balls/recall")
_recall = load(*SCRIPTS, styles=["column_chart"])


def begin_sweep(which: str, work: Callable[[], Iterator[Any]]) -> None:
    """Begin the runs, and remember which button did."""
    st.session_state[SWEPT] = which
    jobs.start(SWEEP, work)


def swept() -> str | None:
    """Which button has begun the runs of this session."""
    which: str | None = st.session_state.get(SWEPT)
    return which


def sweep_so_far(job: jobs.Job | None, count: int, accuracy: bool, auc: bool) -> None:
    """The runs of this session as they are now. count: the column read out unless one is in training."""
    jobs.say(job)
    known: dict[tuple[int, int], ImbalanceRun] = st.session_state.setdefault(RUNS, {})
    latest = job.latest if job is not None else None
    current = None
    if isinstance(latest, Waiting) and job is not None and not job.done:
        rendering_bar(latest)
    elif isinstance(latest, ImbalanceProgress) and job is not None:
        known.update({(run.count, run.seed): run for run in latest.runs})
        current = None if job.done else latest.count
        st.progress(min(latest.fraction, 1.0), text=doing(latest, job.done))
    runs = list(known.values())
    recall_figure(runs, chosen=count, current=current, accuracy=accuracy, auc=auc, key="three_balls_recall")
    st.markdown(what_the_sweep_shows(runs) or "No run yet: the lines appear as the runs end.")
    if auc:  # not as the switch's help: a finger that asks for that turns the switch
        st.caption(WHAT_AUC_IS)


def doing(progress: ImbalanceProgress, over: bool) -> str:
    """What stands at the bar. over: whether nobody works on it any more, done or not."""
    if progress.done:
        return f"{counted(progress.total, 'run')} done"
    if over:
        return f"Stopped: {len(progress.runs)} of {counted(progress.total, 'run')} done"
    photos = f"{progress.count:,} {plural(progress.count, 'baseball photo')}, seed {progress.seed}"
    return f"Run {min(len(progress.runs) + 1, progress.total)} of {progress.total}: {photos}"


def recall_figure(
    runs: Sequence[ImbalanceRun], *, chosen: int, current: int | None, accuracy: bool, auc: bool, key: str
) -> None:
    """Each class's recall, mean and range over the runs; on request the baseball neuron's accuracy and AUC.

    chosen: the count that is read out before and after a sweep. current: the one being trained now, if any.
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
            "one": ONE,
            "x_title": "baseball photos in training (log scale)",
            "y_title": "recall (%)" + (f", dashed: {listed(also)}" if also else ""),
            "alt": alternative_text(lines),
        },
    )


def series(
    runs: Sequence[ImbalanceRun], *, accuracy: bool = False, auc: bool = False
) -> list[dict[str, Any]]:
    """The lines of the figure; a point has the count, every run's value, their mean, lowest and highest.

    digits: decimals of its percentages, in the figure and in `what_the_sweep_shows`.
    The experiment is about the rare ball's line; the other two balls' are there to compare with: muted.
    """
    colours = list(BALL_COLOURS.values())
    lines = [
        _line(
            f"{name}, recall",
            colours[k],
            [(run.count, run.recall[k]) for run in runs],
            muted=k != BASEBALL,
        )
        for k, name in enumerate(NAMES)
    ]
    if accuracy:
        values = [(run.count, run.accuracy[BASEBALL]) for run in runs]
        lines.append(_line("accuracy, baseball neuron", None, values, dashed=True, digits=DIGITS))
    if auc:
        values = [(run.count, run.auc[BASEBALL]) for run in runs]
        lines.append(_line("AUC, baseball neuron", colours[BASEBALL], values, dashed=True))
    return lines


def alternative_text(lines: Sequence[dict[str, Any]]) -> str:
    """The figure in words: each line from its first to its last point."""
    said = [
        f"{line['name']}: "
        + ", ".join(
            f"{percent(point['mean'], line['digits'])} at {point['count']:,}"
            for point in (line["points"][0], *line["points"][1:][-1:])
        )
        for line in lines
        if line["points"]
    ]
    return f"Recall against the number of {UNIT}. " + ("; ".join(said) if said else "No run yet") + "."


def _line(
    name: str,
    colour: str | None,
    values: Sequence[tuple[int, float]],
    *,
    dashed: bool = False,
    muted: bool = False,
    digits: int = 0,
) -> dict[str, Any]:
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
    style = {"colour": colour, "dashed": dashed, "muted": muted}
    return {"name": name, **style, "digits": digits, "points": points}


def what_the_sweep_shows(runs: Sequence[ImbalanceRun]) -> str:
    """What is to be seen in the runs so far, in a few sentences, from their numbers alone."""
    counts = sorted({run.count for run in runs})
    if not counts:
        return ""
    by_count = {count: [run for run in runs if run.count == count] for count in counts}
    few, many = by_count[counts[0]], by_count[counts[-1]]
    text = (
        f"With **{counts[0]:,}** {plural(counts[0], 'baseball photo')} among {few[0].photos:,}, the baseball "
        f"neuron finds **{percent(_mean(few, 'recall'))}** of the baseballs, and "
        f"{'yet ' if _mean(few, 'recall') < _mean(few, 'accuracy') - 0.2 else ''}it would be right on "
        f"**{percent(_mean(few, 'accuracy'), DIGITS)}** of photos mixed like these. "
    )
    if _mean(few, "recall") < 0.05:
        text += (
            f"It {'always' if _says_no(few) else 'nearly always'} says no, and no is nearly always right. "
        )
    if len(counts) > 1:
        text += f"With **{counts[-1]:,}** it finds **{percent(_mean(many, 'recall'))}**. "
    # From this count on every run ranks well: a single lucky photo is not taken for more.
    poor = [c for c in counts if min(run.auc[BASEBALL] for run in by_count[c]) < 0.65]
    ranked = [c for c in counts if c > max(poor, default=0) and _mean(by_count[c], "recall") < 0.05]
    if ranked:
        text += (
            f"With {ranked[0]:,} its logit is higher with a baseball than without one in "
            f"{percent(_mean(by_count[ranked[0]], 'auc'))} of all pairs of such photos (AUC), "
            f"but {'no' if _says_no(by_count[ranked[0]]) else 'hardly any'} ŷ₃ passes ½. "
        )
    for k in (0, 1):
        lost = _mean(few, "recall", k) - _mean(many, "recall", k)
        if lost > 0.15:
            shares = [rs[0].with_ball[k] / rs[0].photos for rs in (few, many)]
            text += (
                f"\n\nThe {NAMES[k]} neuron’s recall falls by {100 * lost:.0f} points for another reason: "
                f"most baseball photos are photos without its ball. That ball’s share goes from "
                f"{percent(shares[0])} to {percent(shares[1])}, and a neuron that can hardly tell "
                f"(AUC {percent(_mean(many, 'auc', k))}) says yes less often."
            )
    return text


def _says_no(runs: Sequence[ImbalanceRun]) -> bool:
    """Whether the baseball neuron says no to every test photo, in every run."""
    return all(run.recall[BASEBALL] == 0 and run.specificity[BASEBALL] == 1 for run in runs)


def _mean(runs: Sequence[ImbalanceRun], score: str, k: int = BASEBALL) -> float:
    return sum(getattr(run, score)[k] for run in runs) / len(runs)
