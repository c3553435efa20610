"""The Plotly figures hold the numbers that they were given, in their places, under their names."""

import re

import numpy as np
import pytest

from ui.figures.denominator import BESIDE, NAME, beside, denominator, where_names_stand
from ui.figures.house_errors import house_errors
from ui.figures.loss_terms import AXIS, BAR, BRACE, PLACES, beside_middles, loss_terms
from ui.figures.two_heads import two_heads
from ui.theme import BALL_COLOURS, BALL_NAMES

NAMES, COLOURS = list(BALL_NAMES.values()), list(BALL_COLOURS.values())


def test_both_slopes_over_the_change_and_where_they_are_now():
    changes, level, follows = (-8, 0, 8), np.full(3, -0.4), np.array([-0.1, -0.5, -0.9])
    figure, alt = denominator(changes, level, follows, 4, (-0.4, -0.7), "w₃")
    goal_2, goal_3, points = figure.data
    for line, name, values in (
        (goal_2, "Goal 2: stays level", level),
        (goal_3, "Goal 3: follows w₃", follows),
    ):
        assert line.name == name and tuple(line.x) == changes
        assert list(line.y) == values.tolist()
    assert (tuple(points.x), tuple(points.y)) == ((4, 4), (-0.4, -0.7))
    assert list(points.marker.color) == [goal_2.line.color, goal_3.line.color]
    half = (points.marker.size + points.marker.line.width) / 2
    assert half <= figure.layout.margin.r, "whole at the right end, too"
    (title,) = (
        one for one in figure.layout.annotations if one.text.find("∂L/∂z₁") >= 0 and one.yref == "paper"
    )
    assert title.bgcolor, "the line at the least change is not drawn through its letters"
    (here,) = figure.layout.shapes
    assert (here.x0, here.x1) == (4, 4)
    assert figure.layout.xaxis.title.text == "change of w₃x (0 = as trained)"
    assert any("∂L/∂z₁" in note.text for note in figure.layout.annotations)
    assert alt.endswith("Goal 3: from −0.100 to −0.900, −0.700 at +4.00.")
    assert "changes by −8 to 8. Goal 2: a level line at −0.400." in alt
    names = [note for note in figure.layout.annotations if "Goal" in note.text]
    assert [(note.x, note.y, note.yanchor) for note in names] == [(8, -0.4, "bottom"), (8, -0.9, "top")]
    assert all(note.xanchor == "right" and note.xshift < 0 for note in names), "within the plot"
    assert figure.layout.xaxis.range == (-8, 8) and figure.layout.xaxis.tickvals == (0,)
    low, high = figure.layout.yaxis.range
    assert low < -1 and high > 1, "no smaller than a slope can be, so that the axis stays where it is"
    (wide, _) = denominator(changes, level, 3 * follows, 4, (-0.4, -2.1), "w₃")
    assert wide.layout.yaxis.range[0] < -2.7


def test_a_name_stands_beside_its_line_and_beyond_the_line_of_0():
    for line, away in ((200, BESIDE), (0, BESIDE), (6, BESIDE), (15, 19), (30, 34), (BESIDE + NAME, BESIDE)):
        assert beside(line, False) == -away and beside(-line, True) == away
        assert beside(line, True) == BESIDE and beside(-line, False) == -BESIDE


def test_names_stand_at_the_end_where_lines_and_names_can_be_told_apart():
    level, follows = np.full(3, -0.4), np.array([-0.1, -0.5, -0.9])
    right = (-1, [(True, BESIDE), (False, -BESIDE)])
    assert where_names_stand(level, follows, unit=100) == right
    assert where_names_stand(level, follows[::-1], unit=100) == (0, right[1])
    meeting = np.array([-2.0, -1.0, -0.4])
    assert where_names_stand(level, meeting, unit=100)[0] == 0, "at the right end they meet"
    assert where_names_stand(level, np.array([-1.4, -1.0, -1.3]), unit=100)[0] == 0, "the wider one"


def test_the_loss_is_a_bar_of_three_whose_brace_ends_with_them():
    terms = (0.25, 0.5, 0.125)
    figure, _ = loss_terms(terms)
    bars = [bar for bar in figure.data if bar.type == "bar"]
    for k, (bar, name, colour, term) in enumerate(zip(bars, NAMES, COLOURS, terms, strict=True)):
        assert (bar.x[0], bar.base[0], bar.marker.color) == (term, sum(terms[:k]), colour)
        assert bar.hovertemplate.startswith(f"L<sub>{k + 1}</sub>, {name}: {term:.4f} nats")
    brace = [(line.x0, line.x1) for line in figure.layout.shapes if BRACE in (line.y0, line.y1)]
    assert brace == [(0, 0), (0, sum(terms)), (sum(terms), sum(terms))]
    assert figure.layout.xaxis.title.text == "loss of this photo (nats)"


@pytest.mark.parametrize("terms", [(0.25, 0.5, 0.125), (4.0, 5.0, 1.0), (0.0, 0.0, 0.5)])
def test_each_part_of_the_loss_has_its_name_and_l_stands_at_the_end(terms):
    figure, alt = loss_terms(terms)
    names = [note for note in figure.layout.annotations if "<br>" in note.text]
    for k, (note, name) in enumerate(zip(names, NAMES, strict=True)):
        middle = sum(terms[:k]) + terms[k] / 2
        assert (note.x, note.y) == (middle, BAR[1]), "there its line leads"
        assert note.showarrow is not False and note.arrowhead == 0 and note.arrowcolor == COLOURS[k]
        assert note.ay < 0 and note.yanchor == "bottom", "it stands above the bar"
        assert name in note.text
        assert re.search(rf"[\d.]+ \({name}\)", alt)[0].split()[0] in note.text
    for bar in (bar for bar in figure.data if bar.type == "bar"):
        assert (bar.y[0] - bar.width[0] / 2, bar.y[0] + bar.width[0] / 2) == BAR
    (total,) = (note for note in figure.layout.annotations if "<br>" not in note.text)
    assert total.x == sum(terms) == float(re.search(r"L = ([\d.]+)", total.text)[1])
    start, end = figure.layout.xaxis.range
    assert start == 0 and end == pytest.approx(max(2, 1.02 * sum(terms)))
    assert total.xanchor == ("right" if sum(terms) > 0.3 * end else "left"), "within the plot"
    assert not figure.layout.showlegend


@pytest.mark.parametrize("middles", [(0, 0, 0), (0.12, 0.31, 0.5), (0.49, 0.98, 0.98), (0.01, 0.5, 0.99)])
@pytest.mark.parametrize("axis", [AXIS, 330, 560, 792, 1370])
def test_names_never_meet_and_on_a_wide_axis_stand_no_further_from_their_parts(middles, axis):
    aside = beside_middles(middles)
    first, second, third = (middle * axis + x for middle, x in zip(middles, aside, strict=True))
    assert first > 31 and third < axis - 31, "within the axis"
    assert second - first > 97 and third - second > 97, "the widest has 94 pixels, in a lecture hall"
    assert max(map(abs, aside)) <= PLACES[-1]
    assert axis > AXIS or (first, second, third) == pytest.approx(PLACES)


def test_two_heads_have_their_own_bars_on_either_side_of_one_half():
    sigmoids, distribution = (0.7, 0.2, 0.6), (0.5, 0.1, 0.4)
    figure, _ = two_heads(sigmoids, distribution)
    for bars, values, axis in zip(figure.data, (sigmoids, distribution), ("x", "x2"), strict=True):
        assert (tuple(bars.x), bars.xaxis or "x") == (values, axis)
        assert (list(bars.y), list(bars.marker.color)) == (NAMES, COLOURS)
    assert [(line.x0, line.x1, line.xref) for line in figure.layout.shapes] == [
        (0.5, 0.5, "x"), (0.5, 0.5, "x2"),
    ]  # fmt: skip
    titles = [re.sub("<.*?>", " ", note.text) for note in figure.layout.annotations[:2]]
    assert "Goal 2" in titles[0] and "1.5" in titles[0] and "Goal 3" in titles[1] and "1.0" in titles[1]
    for axis in (figure.layout.xaxis, figure.layout.xaxis2):
        assert axis.title.text == "output ŷ" and tuple(axis.ticktext) == ("0", "½", "1")
        assert tuple(axis.tickvals) == (0, 0.5, 1) and axis.range[0] == 0
    numbers = [
        (note.xref, note.y, float(re.sub("<.*?>", "", note.text))) for note in figure.layout.annotations[2:]
    ]
    assert numbers == [
        (axis, name, value)
        for axis, values in (("x", sigmoids), ("x2", distribution))
        for name, value in zip(NAMES, values, strict=True)
    ]
    assert all(1 < note.x < figure.layout.xaxis.range[1] for note in figure.layout.annotations[2:])
    assert figure.layout.yaxis.autorange == "reversed", "from the top, as everywhere"


def test_each_model_has_its_own_error():
    values = [("a linear model", 87.3), ("wired by hand", 60.0), ("fully connected", 47.0)]
    figure, _ = house_errors(values)
    (bars,) = figure.data
    assert list(zip(bars.y, bars.x, strict=True)) == values
    assert [re.search(r"(\d+) k€", text)[1] for text in bars.text] == ["87", "60", "47"]
    assert figure.layout.xaxis.title.text == "RMSE (k€)"
    assert not figure.layout.xaxis.showgrid, "its lines would cross the numbers"
    assert bars.marker.color[2] not in bars.marker.color[:2], "the one that the page is about stands out"
    assert bars.orientation == "h" and figure.layout.yaxis.autorange == "reversed", "from the top"
    assert list(figure.layout.yaxis.tickvals) == [name for name, _ in values]
    least, most = figure.layout.xaxis.range
    assert least == 0 and 87.3 <= most < 1.1 * 87.3, "lengths can be compared, and the longest fits"
    assert not figure.layout.showlegend and figure.layout.dragmode is False


@pytest.mark.parametrize("labels", [(0, 0, 0), (1, 1, 0)])
def test_a_line_that_no_row_moves_is_said_to_be_level(labels):
    follows = np.zeros(3) if not any(labels) else np.array([0.1, 0.2, 0.3])
    figure, _ = denominator((-8, 0, 8), np.full(3, 0.5), follows, 0, (0.5, follows[1]))
    assert figure.data[1].name == ("Goal 3: follows w₂" if any(labels) else "Goal 3: 0 without a label")
