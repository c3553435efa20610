"""Measured lines over a logarithmic axis, in place while points are added.

A figure is a `Figure`: every word, place and colour in it. The component only draws.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ui.components import load

_lines = load("elements", "stand_apart", "column_chart", "why_now/log_lines", styles=["column_chart"])

# No ball's colours, told apart on both themes; every series has a marker of its own too.
TEAL = "var(--accent)"
INK = "var(--st-text-color)"
OCHRE = "color-mix(in srgb, #a5803c 82%, var(--st-text-color))"


@dataclass(frozen=True)
class Series:
    """One line. look: "solid", "dashed", or "live" for points alone. marker: a key of the script's MARKERS.

    points: each {x, mean, low, high, values, text}, by rising x; see `point`. thin: a thin line with hollow
    markers. before: a paler one, whose name gives way to those of lines that are not.
    """

    name: str
    sub: str
    colour: str
    look: str
    marker: str
    points: tuple[dict[str, Any], ...]
    thin: bool = False
    before: bool = False


@dataclass(frozen=True)
class Note:
    """Words (lines) above the place (x, y) in the figure; left: they end there."""

    x: float
    y: float
    lines: tuple[str, ...]
    left: bool = False


@dataclass(frozen=True)
class Axis:
    """low … high, with ticks (value, text, text on a phone). The readout says unit after x, one after 1."""

    title: str
    low: float
    high: float
    ticks: tuple[tuple[float, str, str], ...]
    log: bool = True
    unit: str = ""
    one: str = ""


@dataclass(frozen=True)
class Figure:
    """chosen: the column that is read out first. current: the one that is measured now, if any."""

    x: Axis
    y: Axis
    series: tuple[Series, ...]
    alt: str
    chosen: float
    current: float | None = None
    notes: tuple[Note, ...] = ()
    level: tuple[float, str] | None = None


def point(x: float, values: Sequence[float], text: str) -> dict[str, Any]:
    """What was measured at x, and how it is read out."""
    return {
        "x": x,
        "values": list(values),
        "mean": sum(values) / len(values),
        "low": min(values),
        "high": max(values),
        "text": text,
    }


def log_lines(figure: Figure, *, key: str) -> None:
    """Mount it, or give the mounted one its new points."""
    data = asdict(figure)
    if figure.level:
        data["level"] = {"y": figure.level[0], "text": figure.level[1]}
    _lines(key=key, data=data)
