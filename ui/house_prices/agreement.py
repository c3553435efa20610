"""Which hidden unit agrees with which concept: tables of r, sentences from their numbers, many trainings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st
from torch import Tensor

from core.experiments.black_box import SeedsProgress, correlation, hidden, together
from core.house_networks import Pair, rmse
from core.houses import CONCEPTS, INPUTS
from ui import jobs
from ui.components import load
from ui.house_prices.networks import world
from ui.numbers import signed
from ui.theme import CELLS
from ui.words import counted, listed

NAMES = tuple(concept.name for concept in CONCEPTS)

_agreement = load("elements", "pictures", "house_prices/agreement")
_seeds = load("elements", "numbers", "house_prices/seeds")


def agreement(pair: Pair, *, key: str) -> None:
    """Mount the tables: units wired by hand and the bare inputs, beside units left to themselves."""
    here = world()
    C = here.unseen.C
    A = hidden(pair.full, here.scale, here.unseen.X)  # (k, m)
    by_hand = correlation(hidden(pair.hand, here.scale, here.unseen.X), C)
    _agreement(
        key=key,
        data={
            "concepts": list(NAMES),
            "groups": [
                [
                    _table("Wired by hand", NAMES, by_hand),
                    _table(
                        "The inputs as they are",
                        [known.name for known in INPUTS],
                        correlation(here.unseen.X, C),
                    ),
                ],
                [
                    _table("Fully connected", [f"h{j + 1}" for j in range(len(A))], correlation(A, C))
                    | {"foot": {"name": "all together (R)", "cells": _cells(together(A, C))}}
                ],
            ],
            "stops": CELLS,
        },
    )


def _table(title: str, names: Sequence[str], r: Tensor) -> dict[str, Any]:
    """r (k, 3) as rows of cells; the bar of each concept in its head."""
    columns = [column(r[:, c].tolist(), bar) for c, bar in enumerate(world().to_beat)]
    return {
        "title": title,
        "bars": [one.bar for one in columns],
        "rows": [
            {
                "name": name,
                "cells": [
                    {"r": round(float(r[j, c]), 4), "text": one.texts[j], "mark": one.marks[j]}
                    for c, one in enumerate(columns)
                ],
            }
            for j, name in enumerate(names)
        ],
    }


def _cells(values: Tensor) -> list[dict[str, Any]]:
    return [{"r": round(v, 4), "text": f"{v:.2f}", "mark": ""} for v in values.tolist()]


@dataclass(frozen=True)
class Column:
    """Every unit's r with one concept as it is shown, in the table and in sentences, and the bar's.

    marks: "agrees" where |r| is above the bar; else "closest" at the largest one; else nothing.
    """

    texts: tuple[str, ...]
    marks: tuple[str, ...]
    bar: str


def column(r: Sequence[float], bar: float) -> Column:
    """Two decimals; as many as tell the largest |r| from others, or from the bar, where they look alike."""
    sizes = [abs(v) for v in r]
    best = max(range(len(r)), key=sizes.__getitem__)
    others = [size for j, size in enumerate(sizes) if j != best and size != sizes[best]]
    if abs(bar - sizes[best]) > 1e-6:
        others.append(bar)
    digits = next((d for d in (2, 3, 4) if all(f"{v:.{d}f}" != f"{sizes[best]:.{d}f}" for v in others)), 2)
    alike = f"{sizes[best]:.2f}"

    def shown(v: float) -> int:
        return digits if f"{abs(v):.2f}" == alike else 2

    marks = ["agrees" if size > bar + 1e-6 else "" for size in sizes]
    marks[best] = marks[best] or "closest"
    return Column(tuple(signed(v, shown(v)) for v in r), tuple(marks), f"{bar:.{shown(bar)}f}")


def who_agrees(r: Tensor, R: Tensor) -> str:
    """The table of the fully connected network in words. Shapes: r (k, 3), R (3,)."""
    found, missed, spread = [], [], []
    to_beat = world().to_beat
    for c, name in enumerate(NAMES):
        shown = column(r[:, c].tolist(), to_beat[c])
        j = int(r[:, c].abs().argmax())
        if shown.marks[j] == "agrees":
            found.append(f"**h{j + 1}** agrees with **{name}** (r = {shown.texts[j]})")
        else:
            size = shown.texts[j].lstrip("+−")
            missed.append(f"{name} (closest: h{j + 1}, |r| = {size} against {shown.bar})")
            if float(R[c]) > to_beat[c]:
                spread.append(f"{name} (R = {float(R[c]):.2f})")
    text = f"{listed(found)}. " if found else ""
    if missed:
        text += f"**No unit agrees with {listed(missed, 'or')}**. "
    if spread:
        are, them = ("it is", "it") if len(spread) == 1 else ("they are", "any of them")
        text += (
            f"Yet all units together, mixed in the best way, give {listed(spread)}: {are} in the network, "
            f"spread over units, and no single one stands for {them}."
        )
    return text.strip()


def errors(pair: Pair) -> list[tuple[str, float]]:
    """RMSE in k€ over the unseen houses: a linear model, both networks, and the noise that none can beat."""
    here = world()
    noise = float((here.unseen.price - here.unseen.expected).square().mean().sqrt())
    return [
        ("a linear model", rmse(here.linear, here.scale, here.unseen)),
        ("wired by hand", rmse(pair.hand, here.scale, here.unseen)),
        ("fully connected", rmse(pair.full, here.scale, here.unseen)),
        ("noise alone", noise),
    ]


def unfinished(pair: Pair, running: bool) -> str:
    """What stands in the place of conclusions as long as the training has not come to its end."""
    if running:
        return "The errors appear here when the training is done."
    return f"The training was stopped at step {pair.step:,} of {pair.steps:,}. *Train again* starts it over."


def what_errors_say(values: Sequence[tuple[str, float]]) -> str:
    """Which of the two is nearer, in a sentence from the numbers."""
    linear, hand, full, _ = (value for _, value in values)
    if full < 0.97 * hand:
        first = "**The black box is nearer to the prices** than the network that a person can read"
    elif full <= 1.03 * hand:
        first = "**The black box does as well** as the network that a person can read"
    else:
        first = "**This time the network wired by hand is nearer** to the prices"
    tail = "" if max(hand, full) < linear else " Not both of them beat the linear model here."
    return f"{first}. The RMSE is {full:.0f} k€ fully connected, {hand:.0f} k€ wired by hand.{tail}"


# ---- many trainings ----------------------------------------------------------------------------------


def seeds_so_far(job: jobs.Job | None) -> None:
    """The trainings that are over, and a sentence about them."""
    jobs.say(job)
    latest = job.latest if job is not None else None
    if not isinstance(latest, SeedsProgress):
        return
    over = len(latest.found)
    st.progress(latest.fraction, text=f"{over} of {latest.total} trainings")
    if over == 0:
        return
    seeds = [one.seed for one in latest.found]
    _seeds(
        key="house_prices_seeds",
        data={
            "rows": [
                {
                    "name": name,
                    "limit": round(world().to_beat[c], 4),
                    "values": [round(one.best[c], 4) for one in latest.found],
                    "seeds": seeds,
                    "count": f"{_how_often(latest, c)} of {over}",
                }
                for c, name in enumerate(NAMES)
            ],
        },
    )
    st.markdown(what_seeds_say(latest))


def what_seeds_say(progress: SeedsProgress) -> str:
    """How often each concept was found, how often all three, and how far apart the errors lie."""
    over = len(progress.found)
    found = [f"{name} in {_how_often(progress, c)}" for c, name in enumerate(NAMES)]
    agreed = [
        [value > limit for value, limit in zip(one.best, world().to_beat, strict=True)]
        for one in progress.found
    ]
    every, none = sum(map(all, agreed)), len(agreed) - sum(map(any, agreed))
    low, high = (f"{end(one.rmse for one in progress.found):.0f}" for end in (min, max))
    off = (
        f"Its test error is {low} k€."
        if over == 1
        else f"Each has a test error of {low} k€."
        if low == high
        else f"Their test errors lie between {low} and {high} k€."
    )
    return (
        f"Out of {counted(over, 'training')}, some unit agreed with {listed(found)}; with all three in "
        f"{every}, with none in {none}. {off}"
    )


def _how_often(progress: SeedsProgress, c: int) -> int:
    return sum(one.best[c] > world().to_beat[c] for one in progress.found)
