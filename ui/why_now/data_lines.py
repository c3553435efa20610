"""Test accuracy over the number of training photos: the shipped curves, a live run, and both in words."""

from collections.abc import Iterator, Sequence
from functools import cache
from statistics import mean

import streamlit as st

from core.balls import ONE, TEST_SEED
from core.experiments.learners import BATCH, EPOCHS, LEARNERS, MIN_STEPS, Point
from core.experiments.learning_curves import (
    SIZES,
    VALIDATION,
    VALIDATION_SEED,
    Curves,
    CurvesProgress,
    learning_curves,
)
from ui import jobs, renderings
from ui.numbers import percent
from ui.renderings import Waiting, rendered, rendering_bar
from ui.why_now.log_lines import INK, OCHRE, TEAL, Axis, Figure, Series, log_lines, point
from ui.words import listed

NAMES = {
    "logistic": ("logistic regression", "no hidden layer"),
    "16": ("small network", "16 hidden neurons"),
    "64-32": ("larger network", "64 + 32 hidden"),
}
LOOKS = {"logistic": (OCHRE, "circle"), "16": (TEAL, "square"), "64-32": (INK, "triangle")}
HARDLY = 0.03  # a gain up to here, or within the spread of the runs, is called hardly any
LIVE_SIZES = (30, 100, 300, 1000)
LIVE_SEED = 12  # its photos are others than those of the shipped curves
LIVE_POOL, LIVE_TEST = 2000, 1024
TICKS = tuple((m, f"{m:,}", f"{m // 1000}k" if m >= 1000 else str(m)) for m in SIZES)
LIVE = "why_now:points"  # this session's, by learner, m and seed: a further run adds to them


def live_photos() -> tuple[renderings.Rendering, ...]:
    """The training, validation and test photos of the live run; whoever asks first starts them."""
    wanted = ((LIVE_POOL, LIVE_SEED), (VALIDATION, VALIDATION_SEED), (LIVE_TEST, TEST_SEED))
    return tuple(renderings.rendering(ONE, count, seed) for count, seed in wanted)


def live_curves(seeds: Sequence[int]) -> Iterator[Waiting | CurvesProgress]:
    """The small live run, once its photos are there. Seeds count from LIVE_SEED on, so they are new ones."""
    photos = live_photos()
    yield from rendered(*photos)
    train, validation, test = (rendering.wait(0) for rendering in photos)
    yield from learning_curves(train, validation, test, sizes=LIVE_SIZES, seeds=seeds)


def curves_so_far(curves: Curves, job: jobs.Job | None, key: str) -> None:
    """The shipped curves, this session's points over them, and how far a run is."""
    jobs.say(job)
    known: dict[tuple[str, int, int], Point] = st.session_state.setdefault(LIVE, {})
    latest = job.latest if job is not None else None
    current = None
    if isinstance(latest, Waiting) and job is not None and not job.done:
        rendering_bar(latest)
    elif isinstance(latest, CurvesProgress) and job is not None:
        known.update({(p.learner, p.m, p.seed): p for p in latest.points})
        current = None if job.done else latest.m
        share = min(1.0, (len(latest.points) + latest.part) / latest.total)
        st.progress(share, text=doing(latest, job.done))
    points = list(known.values())
    log_lines(curves_figure(curves, points, current), key=key)
    st.markdown(what_the_curves_show(curves.points))
    if points:
        st.markdown(what_the_live_run_shows(curves.points, points))


def curves_figure(curves: Curves, extra: Sequence[Point], current: int | None) -> Figure:
    """A line for each model: mean, every run and their range; the live points on top."""
    series = [_series(name, curves.points, "solid") for name in NAMES]
    series += [_series(name, extra, "live") for name in NAMES if any(p.learner == name for p in extra)]
    return Figure(
        x=Axis("training photos (log scale)", SIZES[0], SIZES[-1], TICKS, unit="training photos"),
        y=Axis(
            "right answers on test photos",
            0.3,
            0.8,
            tuple((n / 10, percent(n / 10), percent(n / 10)) for n in range(3, 9)),
            log=False,
        ),
        series=tuple(series),
        alt=alternative_text(curves.points),
        chosen=SIZES[-1],
        current=current,
        level=(1 / 3, f"guessing: {percent(1 / 3)}"),
    )


def values(points: Sequence[Point], learner: str, m: int) -> list[float]:
    """The accuracies of one model on m photos, one for each seed."""
    return [p.accuracy for p in points if p.learner == learner and p.m == m]


def what_the_curves_show(points: Sequence[Point]) -> str:
    """From the numbers alone: what each model gains by the last tenfold of photos, against its spread."""
    most, tenth = SIZES[-1], SIZES[-3]
    said, grows, rests = list[str](), list[str](), list[str]()
    for learner, (name, _) in NAMES.items():
        now, before = values(points, learner, most), values(points, learner, tenth)
        gain, spread = mean(now) - mean(before), max(_spread(now), _spread(before))
        (grows if gain > max(HARDLY, spread) else rests).append(name)
        said.append(f"{name} {percent(mean(before))} → **{percent(mean(now))}**")
    text = f"From {tenth:,} to {most:,} photos: " + " · ".join(said) + ". "
    if rests:
        text += f"{_the(rests)} hardly gain{'s' * (len(rests) == 1)} any more. "
    if grows:
        text += f"{_the(grows)} still gain{'s' * (len(grows) == 1)}. "
    few = [mean(values(points, learner, SIZES[0])) for learner in NAMES]
    if max(few) - min(few) < 0.05:
        text += (
            f"With {SIZES[0]} photos the three are alike ({percent(min(few))} to {percent(max(few))}): "
            "there a network is no better. "
        )
    return text + "The photos are rendered: what more of real ones would bring is not measured here."


def what_the_live_run_shows(points: Sequence[Point], extra: Sequence[Point]) -> str:
    """How far this session's means are from the shipped ones."""
    pairs = {(p.learner, p.m) for p in extra}
    apart = [abs(mean(values(extra, *pair)) - mean(values(points, *pair))) for pair in pairs]
    if len(extra) == 1:
        return f"Your run (open diamond), on other photos: {100 * apart[0]:.1f} points from the shipped mean."
    return (
        f"Your {len(extra)} runs (open diamonds), on other photos: "
        f"{100 * mean(apart):.1f} points from the shipped means on average, {100 * max(apart):.1f} at most."
    )


def alternative_text(points: Sequence[Point]) -> str:
    """The figure in words: each model from the fewest to the most photos."""
    said = [
        f"{name}: {percent(mean(values(points, learner, SIZES[0])))} with {SIZES[0]} photos, "
        f"{percent(mean(values(points, learner, SIZES[-3])))} with {SIZES[-3]:,}, "
        f"{percent(mean(values(points, learner, SIZES[-1])))} with {SIZES[-1]:,}"
        for learner, (name, _) in NAMES.items()
    ]
    return "Right answers on test photos against the number of training photos. " + "; ".join(said) + "."


def how_it_was_measured(curves: Curves) -> str:
    """The recipe, for those who want to know, and the command."""
    seeds = len({p.seed for p in curves.points})
    return (
        "Photos with exactly one ball: which of the three is it? Parameters: "
        + " · ".join(f"{NAMES[name][0]} {count:,}" for name, count in _parameters().items())
        + f". {seeds} runs for each point, each with different photos out of 30,000, in another order, from "
        "another start (at 30,000 all runs have the same photos). One recipe for every number of photos: "
        f"momentum, batches of {BATCH}, a rate that falls to a tenth, {EPOCHS} times through the photos, at "
        f"least {MIN_STEPS} steps; the weights kept are those that were best on {curves.validation:,} more "
        f"photos. All are tested on the same {curves.test:,} photos. "
        f"`python -m core.experiments.learning_curves` measures it again, in {curves.minutes:.0f} minutes on "
        "one CPU core."
    )


@cache
def _parameters() -> dict[str, int]:
    """How many each learner's network has."""
    return {learner.name: learner.start(seed=0).parameter_count for learner in LEARNERS}


def _series(learner: str, points: Sequence[Point], look: str) -> Series:
    colour, marker = LOOKS[learner]
    name, sub = NAMES[learner]
    if look == "live":
        sub, marker = "your runs", "diamond"
    marks = []
    for m in sorted({p.m for p in points if p.learner == learner}):
        here = values(points, learner, m)
        text = percent(mean(here), 1)
        if len(here) > 1:
            text += f" ({percent(min(here), 1)} to {percent(max(here), 1)})"
        marks.append(point(m, here, text))
    return Series(name, sub, colour, look, marker, tuple(marks))


def _the(names: Sequence[str]) -> str:
    """**The a and the b**."""
    return f"**T{listed([f'the {name}' for name in names])[1:]}**"


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values)


def doing(progress: CurvesProgress, over: bool) -> str:
    """What a run does now, or how far it came."""
    if progress.done:
        return f"{progress.total} runs done"
    if over:
        return f"Stopped: {len(progress.points)} of {progress.total} runs done"
    run = f"{NAMES[progress.learner][0]} on {progress.m:,} photos, seed {progress.seed}"
    return f"Run {len(progress.points) + 1} of {progress.total}: {run}"
