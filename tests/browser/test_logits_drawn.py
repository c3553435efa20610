"""The boards of logits as they are drawn: each bar, mark, colour and heading stands for the right number."""

import math
import re

import numpy as np
import pytest
import torch

from core.activations import SIGMOID, SOFTMAX
from core.losses import SOFTMAX_CROSS_ENTROPY, TANGLED
from tests.browser.drawn import drawn, looking, press
from ui.logits import _SHARED
from ui.pictures import diverging
from ui.theme import BALL_COLOURS, BALL_NAMES, CELLS
from ui.unique_ball.derivatives import autograd_check

RANGE = 8
PHOTO, STARTS = [0.5, 0.0, -1.0], [1.0, 0.0, -1.0]
MOVED = [2.0, 0.0, -1.0]  # after PageUp on the first handle
SHADES = [f"#{16 * k:02x}8040" for k in range(7)]  # of L on the map, from the least on
ONE_WIDTH, GROUND = "node.style.width", "[node.textContent, node.style.background]"
PARTS = {
    "handles": (".handle", "node.style.left"),
    "photo": (".photo-mark", "node.style.left"),
    "before": (".before-mark", "node.hidden ? null : node.style.left"),
    "fills": (".out .fill", ONE_WIDTH),
    "ghosts": (".out .ghost", "node.hidden ? null : node.style.left"),
    "changes": (".out .change", "node.textContent"),
    "targets": (".out .target", "node.hidden ? null : node.style.left"),
    "lengths": (".stack:not(.shadow) .part", ONE_WIDTH),
    "shadows": (".stack.shadow .part", ONE_WIDTH),
    "said": (".say", "node.textContent"),
    "legends": (".legend", "[...node.children].map((part) => part.textContent)"),
    "heads": ("section.table", "[...node.querySelectorAll('th')].map((head) => head.textContent)"),
    "cells": ("section.table", f"[...node.querySelectorAll('.entry')].map((node) => {GROUND})"),
    "feet": ("section.table", f"[...node.querySelectorAll('.foot td')].map((node) => {GROUND})"),
    "wires": (
        "section.table",
        "[...node.querySelectorAll('.wires path')].map((line) => Number(line.getAttribute('stroke-width')))",
    ),
    "badges": (".badge", "node.textContent"),
}
LOOK = looking(**PARTS)
MOVE = looking(press(".handle", "PageUp"), **PARTS)
PLACE = "['cx', 'cy'].map((name) => Number(node.getAttribute(name)))"
MAP = looking(
    "const pixel = (pen, [x, y]) => pen.getImageData(Math.floor(x), Math.floor(y), 1, 1).data[0]",
    points=(".map canvas", "POINTS.map((at) => pixel(node.getContext('2d'), at))"),
    size=(".map canvas", "[node.width, node.height]"),
    drawing=(".map svg", "[node.viewBox.baseVal.width, node.viewBox.baseVal.height]"),
    corners=(".map circle:not(.now)", PLACE),
    names=(".map text", "node.textContent"),
    now=("circle.now", PLACE),
    best=("path.best", "node.getAttribute('d')"),
)


@pytest.fixture(scope="module")
def board(javascript):
    run = javascript(*_SHARED, "logits/sums", "logits/parts", "logits/labels", "logits/board")

    def of(look=LOOK, style="", **given):
        data = {
            "photo": PHOTO, "z": STARTS, "heard": 0, "y": None, "autograd": None, "range": RANGE,
            "names": list(BALL_NAMES.values()), "colours": list(BALL_COLOURS.values()), "stops": CELLS,
        }  # fmt: skip
        return drawn(run, {**data, **given}, look, style=style)

    return of


def outputs(z):
    """σ and softmax of three logits."""
    Z = torch.tensor(z, dtype=torch.float64)[:, None]  # (3, 1)
    return SIGMOID(Z).flatten().tolist(), SOFTMAX(Z).flatten().tolist()


def shares(texts):
    """ "12.5%" → 0.125, and what is not shown as it is."""
    return [text and float(text.removesuffix("%")) / 100 for text in texts]


def in_the_colour_of(cells, values, scale):
    """Whether each cell's ground by day is that of its number on a scale from −scale to scale."""
    wanted = diverging(np.array([values]), scale)[0].astype(int)
    found = np.array([[int(part) for part in re.findall(r"\d+", ground)[:3]] for _, ground in cells])
    return bool((abs(found - wanted) <= 1).all())


def test_a_logit_that_is_moved_is_drawn_beside_where_it_was_and_where_the_photo_has_it(board):
    seen = board(MOVE, panels=["sigmoid", "softmax"])
    place = lambda z: 0.5 + z / (2 * RANGE)  # noqa: E731
    assert shares(seen["handles"]) == pytest.approx([place(z) for z in MOVED])
    assert shares(seen["photo"]) == pytest.approx([place(z) for z in PHOTO])
    assert shares(seen["before"]) == [pytest.approx(place(STARTS[0])), None, None]
    assert seen["said"] == ["z₁ changed: one of the three sigmoids moved, all three softmax outputs moved."]


def test_each_output_is_drawn_beside_what_it_was_and_so_are_they_laid_end_to_end(board):
    seen = board(MOVE, panels=["sigmoid", "softmax"])
    (apart, coupled), (apart_before, coupled_before) = outputs(MOVED), outputs(STARTS)
    in_rows = [p for both in zip(apart, coupled, strict=True) for p in both]  # as they stand on the board
    before = [p for both in zip(apart_before, coupled_before, strict=True) for p in both]
    assert shares(seen["fills"]) == pytest.approx(in_rows, abs=1e-5)
    ghosts = shares(seen["ghosts"])
    assert [at for at in ghosts if at is not None] == pytest.approx(
        [at for at, is_now in zip(before, in_rows, strict=True) if abs(at - is_now) > 5e-4], abs=1e-5
    )
    assert ghosts.count(None) == 2, "the sigmoids of the other two"
    changes = [(now - then, text) for now, then, text in zip(in_rows, before, seen["changes"], strict=True)]
    assert [text for change, text in changes if abs(change) < 1e-12] == ["still"] * 2
    for change, text in changes:
        assert text == "still" or float(text.replace("−", "-")) == pytest.approx(change, abs=1e-3)
    assert shares(seen["lengths"]) == pytest.approx([p / 3 for p in (*apart, *coupled)], abs=1e-5)
    assert shares(seen["shadows"]) == pytest.approx(
        [p / 3 for p in (*apart_before, *coupled_before)], abs=1e-5
    )


def test_a_jacobian_has_an_output_in_each_row_a_logit_in_each_column_and_its_legends_colours(board):
    seen = board(panels=["sigmoid", "softmax", "jacobian"])
    assert seen["legends"] == [["−0.25", "", "+0.25", "violet: falls · green: rises"]]
    assert seen["heads"] == [["∂/∂z1", "∂/∂z2", "∂/∂z3", "ŷ1", "ŷ2", "ŷ3", "column sum"]] * 2
    for n, activation in enumerate((SIGMOID, SOFTMAX)):
        J = activation.jacobian(activation(torch.tensor(STARTS, dtype=torch.float64)[:, None]))[0]
        assert in_the_colour_of(seen["cells"][n], J.round(decimals=3).flatten().tolist(), 0.25)
        feet = [float(text.replace("−", "-")) for text, _ in seen["feet"][n]]
        assert feet == pytest.approx(J.sum(dim=0).tolist(), abs=1e-3), "down each column"


def test_derivatives_are_coloured_by_their_size_and_each_line_is_as_thick_as_what_it_carries(board):
    y = [1.0, 1.0, 0.0]
    seen = board(panels=["softmax", "derivatives"], y=y)
    Z, Y = (torch.tensor(v, dtype=torch.float64)[:, None] for v in (STARTS, y))
    carried = (TANGLED.derivative_terms(Z, Y)[:, :, 0], SOFTMAX(Z) * Y.sum())  # (k, j) and ŷ_j
    for n, loss in enumerate((TANGLED, SOFTMAX_CROSS_ENTROPY)):
        thick = [1 + 5 * min(1.0, abs(v)) for v in carried[n].flatten().tolist()]
        assert seen["wires"][n] == pytest.approx(thick, abs=0.006)
        assert in_the_colour_of(seen["feet"][n], loss.derivative(Z, Y).flatten().tolist(), 1)
    assert seen["legends"] == [["−1", "", "+1", "violet: falls · green: rises"]]


def test_autograd_has_said_it_of_these_logits_and_this_label(board):
    y, waiting = [1.0, 1.0, 0.0], ["autograd answers when the hand stops"] * 2
    for z, label in ((STARTS, [1.0, 0.0, 0.0]), (MOVED, y)):
        found = board(panels=["softmax", "derivatives"], y=y, autograd=autograd_check(z, label))
        assert found["badges"] == waiting
    seen = board(panels=["softmax", "derivatives"], y=y, autograd=autograd_check(STARTS, y))
    assert all(badge.startswith("✓ autograd agrees") for badge in seen["badges"])


def test_the_best_output_is_marked_on_each_bar(board):
    assert shares(board(panels=["softmax", "best"], y=[1.0, 1.0, 0.0])["targets"]) == [0.5, 0.5, 0]
    assert board(panels=["softmax", "best"], y=[0.0, 0.0, 0.0])["targets"] == [None] * 3


def test_on_the_map_of_all_distributions_each_point_has_the_shade_of_its_loss(board):
    """A corner is a ball; L in bands above its least, which is 2 log 2 for two balls."""
    y, style = [1.0, 1.0, 0.0], f"--st-chart-sequential-colors: {','.join(SHADES)}"
    found = board(MAP.replace("POINTS", "[]"), style, panels=["softmax", "best"], y=y)
    assert found["names"] == ["soccer ball [1, 0, 0]", "basketball [0, 1, 0]", "baseball [0, 0, 1]"]
    corners = np.array(found["corners"], float)  # (3, 2), x and y of each
    assert (corners > 0).all() and (corners < found["drawing"]).all()
    middle = _middle(found["best"][0])
    for place, p in ((found["now"][0], outputs(STARTS)[1]), (middle, [0.5, 0.5, 0])):
        assert place == pytest.approx((np.array(p) @ corners).tolist(), abs=0.1)

    corners *= np.array(found["size"][0]) / found["drawing"][0]  # from here on in pixels of the canvas
    points = np.floor(np.random.default_rng(1).dirichlet([1, 1, 0.4], 300) @ corners) + 0.5
    ones = np.ones(len(points))
    distributions = np.linalg.solve(np.vstack([corners.T, ones[:3]]), np.vstack([points.T, ones])).T
    inside = (distributions > 1e-3).all(axis=1)
    look = MAP.replace("POINTS", str(points[inside].tolist()))
    seen = board(look, style, panels=["softmax", "best"], y=y)["points"][0]
    losses = -(np.log(distributions[inside]) @ np.array(y)) - 2 * math.log(2)
    bands = np.searchsorted([0.05, 0.2, 0.5, 1, 1.8, 3], losses, side="right")
    assert set(bands.tolist()) == set(range(7))
    assert [red // 16 for red in seen] == bands.tolist()


def _middle(diamond):
    """The middle of a path "M x top L right y L x foot L left y Z"."""
    numbers = [float(part) for part in re.findall(r"-?[\d.]+", diamond)]
    xs, ys = numbers[0::2], numbers[1::2]
    return [(min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2]
