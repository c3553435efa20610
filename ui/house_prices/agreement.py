"""Which hidden unit agrees with which concept: tables of r, and sentences from their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor

from core.experiments.black_box import correlation, hidden, together
from core.house_networks import Pair
from core.houses import CONCEPTS, INPUTS
from ui.components import load
from ui.house_prices.networks import world
from ui.numbers import signed
from ui.theme import CELLS
from ui.words import listed, unbroken

NAMES = tuple(concept.name for concept in CONCEPTS)

_agreement = load("elements", "pictures", "house_prices/agreement")


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
    return [{"r": round(v, 4), "text": f"{v:.{decimals(v)}f}", "mark": ""} for v in values.tolist()]


def decimals(r: float, least: int = 2) -> int:
    """How many, `least` or up to four: what is less than 1 is not to be read as exactly 1. 0.996, 0.9997."""
    return next((d for d in range(least, 5) if float(f"{abs(r):.{d}f}") < 1), least)


@dataclass(frozen=True)
class Column:
    """Every unit's r with one concept as it is shown, in the table and in sentences, and the bar's.

    marks: "agrees" where |r| is above the bar; else "closest" at the largest one; else nothing.
    """

    texts: tuple[str, ...]
    marks: tuple[str, ...]
    bar: str


def column(r: Sequence[float], bar: float) -> Column:
    """Two decimals; as many as tell the largest |r| from others, or from the bar, where they look alike, and
    each from 1.
    """
    sizes = [abs(v) for v in r]
    best = max(range(len(r)), key=sizes.__getitem__)
    others = [size for j, size in enumerate(sizes) if j != best and size != sizes[best]]
    if abs(bar - sizes[best]) > 1e-6:
        others.append(bar)
    digits = next((d for d in (2, 3, 4) if all(f"{v:.{d}f}" != f"{sizes[best]:.{d}f}" for v in others)), 2)
    alike = f"{sizes[best]:.2f}"

    def shown(v: float) -> int:
        return decimals(v, digits if f"{abs(v):.2f}" == alike else 2)

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
            found.append(f"**h{j + 1}** agrees with **{name}** ({unbroken(f'r = {shown.texts[j]}')})")
        else:
            size = shown.texts[j].lstrip("+−")
            missed.append(f"{name} (closest: h{j + 1}, {unbroken(f'|r| = {size}')} against {shown.bar})")
            if float(R[c]) > to_beat[c]:
                spread.append(f"{name} ({unbroken(f'R = {float(R[c]):.{decimals(float(R[c]))}f}')})")
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
