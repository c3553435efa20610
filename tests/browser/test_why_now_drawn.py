"""The lines of Why now as they are drawn: means, runs, ranges and words over their places on both axes."""

from dataclasses import replace

import numpy as np
import pytest

from tests.browser.drawn import drawn, given_to, looking
from ui.why_now import log_lines
from ui.why_now.log_lines import Axis, Figure, Note, Series, point

SCRIPTS = ("elements", "stand_apart", "column_chart", "why_now/log_lines")
FOUND = {10: [0.4], 100: [0.5, 0.7], 1000: [0.6, 0.7, 0.8]}
AT = "[node.textContent, Number(node.getAttribute('x')), Number(node.getAttribute('y'))]"
POINTS = "node.getAttribute('points').split(' ').map((one) => one.split(',').map(Number))"
LOOK = looking(
    ticks=(".tick", AT),
    titles=("svg[role=slider] > .title", "[node.textContent, node.hasAttribute('transform')]"),
    level=(".level", "Number(node.getAttribute('y1'))"),
    notes=(".note", AT),
    mean=(".mean[points]", POINTS),
    range=(".range", POINTS),
    markers=(".series .marker", "node.getAttribute('transform').match(/[0-9.]+/g).map(Number)"),
    singles=(".single", "['cx', 'cy'].map((name) => Number(node.getAttribute(name)))"),
)


def figure():
    points = tuple(point(m, values, f"{m}") for m, values in FOUND.items())
    x_ticks = tuple((m, f"{m:,}", f"{m}!") for m in FOUND)
    y_ticks = tuple((share, f"{100 * share:.0f} %", f"{100 * share:.0f}") for share in (0.2, 0.4, 0.6, 0.8))
    return Figure(
        x=Axis("photos", 10, 1000, x_ticks, unit="photos"),
        y=Axis("accuracy", 0.2, 0.9, y_ticks, log=False),
        series=(Series("a model", "small", "red", "solid", "circle", points),),
        alt="",
        chosen=1000,
        notes=(Note(100, 0.6, ("no better",)),),
        level=(1 / 3, "guessing"),
    )


@pytest.mark.parametrize(("width", "long"), [(1000, True), (390, False)])
def test_what_was_measured_stands_where_both_axes_have_it(javascript, monkeypatch, width, long):
    data = given_to(monkeypatch, log_lines, "_lines", lambda: log_lines.log_lines(figure(), key="lines"))
    seen = drawn(javascript(*SCRIPTS), data, LOOK, width=width)
    assert seen["titles"] == [["photos", False], ["accuracy", True]]
    words = "20 % 40 % 60 % 80 % 10 100 1,000" if long else "20 40 60 80 10! 100! 1000!"
    assert " ".join(text for text, _, _ in seen["ticks"]) == words
    Y = np.polynomial.Polynomial.fit([0.2, 0.4, 0.6, 0.8], [y - 5 for _, _, y in seen["ticks"][:4]], 1)
    assert Y(0.8) < Y(0.2), "more is higher"
    X = dict(zip(FOUND, (x for _, x, _ in seen["ticks"][4:]), strict=True))
    assert X[1000] - X[100] == pytest.approx(X[100] - X[10]), "a factor is a length"
    means = [[X[m], Y(np.mean(values))] for m, values in FOUND.items()]
    high, low = ([[X[m], Y(end(values))] for m, values in FOUND.items()] for end in (max, min))
    singles = [[X[m], Y(v)] for m, values in FOUND.items() for v in values if len(values) > 1]
    for name, expected in (("mean", means), ("range", high + low[::-1])):
        assert np.array(seen[name][0]) == pytest.approx(np.array(expected)), name
    assert np.array(seen["markers"]) == pytest.approx(np.array(means))
    assert np.array(seen["singles"]) == pytest.approx(np.array(singles))
    assert seen["level"] == pytest.approx([Y(1 / 3)])
    (guessing, *_), *notes = seen["notes"]
    assert guessing == "guessing"
    if long:
        ((words, x, y),) = notes
        assert words == "no better" and x == pytest.approx(X[100]) and Y(0.6) - 20 < y < Y(0.6)


def test_where_a_line_was_not_measured_there_is_the_dash_of_the_other_figures(javascript, monkeypatch):
    whole = figure()
    cut = replace(whole, series=(replace(whole.series[0], points=whole.series[0].points[:2]),))
    data = given_to(monkeypatch, log_lines, "_lines", lambda: log_lines.log_lines(cut, key="lines"))
    look = looking(said=(".one b", "node.textContent"))
    assert drawn(javascript(*SCRIPTS), data, look)["said"] == ["–"]
