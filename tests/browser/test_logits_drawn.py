"""The boards of logits as they are drawn: each bar, mark, colour and heading stands for the right number."""

import math
import re
from decimal import Decimal

import numpy as np
import pytest
import torch

from core.activations import SIGMOID, SOFTMAX
from core.losses import SOFTMAX_CROSS_ENTROPY, TANGLED
from tests.browser.drawn import as_on_a_page, drawn, looking, number, press
from tests.browser.letters import READABLE, SEEN
from ui.components import style as sheets
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

    def of(look=LOOK, style="", *, width=1200, css="", **given):
        data = {
            "photo": PHOTO, "z": STARTS, "heard": 0, "y": None, "autograd": None, "range": RANGE,
            "names": list(BALL_NAMES.values()), "colours": list(BALL_COLOURS.values()), "stops": CELLS,
        }  # fmt: skip
        return drawn(run, {**data, **given}, look, style=style, width=width, css=css)

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


# ---- what the hand does, and what is written then ----------------------------------------------------

EVERYTHING = ["sigmoid", "softmax", "jacobian", "best", "derivatives"]
TWO, ALL_KEYS = [1.0, 1.0, 0.0], ("ArrowRight", "ArrowRight", "PageUp", "ArrowLeft", "PageUp", "End")
TEXT = "node.textContent"
EACH = "[...node.querySelectorAll('{}')].map((one) => one.{})"
ROWS = "[...node.querySelectorAll('tbody tr')].map((node) => " + EACH.format(".entry", "textContent") + ")"
TABLES = looking(  # sigmoids’ Jacobian and softmax’s, the tangled derivative and the clean one
    rows=("section.table", ROWS),
    feet=("section.table", EACH.format(".foot td", "textContent")),
    names=("section.table", EACH.format(".entry", "ariaLabel")),
    explained=("section.table", "node.querySelector('.explain').textContent"),
    grids=("section.table", "node.querySelector('[role=grid]').ariaLabel"),
    badges=(".badge", TEXT),
    all=(".logits", TEXT),
)


def after_each(keys, look):
    """Looks at the board when it is there and after each of the keys on its first handle."""
    each = "".join(f"{press('.handle', key)}; found.push(look(host));" for key in keys)
    return f"(host) => {{ const look = {look}, found = [look(host)]; {each} return found }}"


def thousandths(texts):
    return [round(1000 * number(text)) for text in texts]


def assert_autograd_agrees(seen):
    assert len(seen["badges"]) == 2
    assert all(badge.startswith("✓ autograd agrees to the digits shown") for badge in seen["badges"])
    assert "NaN" not in seen["all"][0] and "Infinity" not in seen["all"][0]


def test_what_one_softmax_output_gains_the_others_lose_to_the_digits_shown(board):
    look = looking(
        changes=(".out[data-for=softmax] .change", TEXT),
        sigmoid=(".out[data-for=sigmoid] .number", TEXT),
        softmax=(".out[data-for=softmax] .number", TEXT),
        sums=(".sum .number", TEXT),
    )
    keys = ["ArrowRight"] * 6
    _, *moved = board(after_each(keys, look), panels=["sigmoid", "softmax"], z=[-0.41, -1.24, 1.61])
    for seen in moved:
        assert sum(thousandths(seen["changes"])) == 0, seen
        for name, written in zip(("sigmoid", "softmax"), seen["sums"], strict=True):
            shown = sum(map(Decimal, seen[name]))
            assert abs(shown - Decimal(written.removeprefix("Σ = "))) <= Decimal("0.005"), (name, seen)


def test_what_is_shown_adds_up_and_autograd_agrees_wherever_the_hand_stops(board):
    start = [-0.95, 1.3, 1.4]
    where = looking(z=(".handle", "Number(node.ariaValueNow)"))
    places = [seen["z"] for seen in board(after_each(ALL_KEYS, where), panels=EVERYTHING, z=start, y=TWO)]
    assert places[0] == start and places[-1] == [8, *start[1:]]
    for z in [*places, [8, -8, 8]]:  # and in a corner
        seen = board(TABLES, panels=EVERYTHING, z=z, y=TWO, autograd=autograd_check(z, TWO))
        assert_autograd_agrees(seen)
        for n, (rows, feet) in enumerate(zip(seen["rows"], seen["feet"], strict=True)):
            shown = [thousandths(row) for row in rows if row]
            columns = [list(column) for column in zip(*shown, strict=True)]
            assert [sum(column) for column in columns] == thousandths(feet), (z, n)
            if n < 2:
                assert shown == columns, "a Jacobian is symmetric"


def test_a_product_of_rounded_numbers_says_where_it_is_not_quite_what_is_shown(board):
    chosen = """(host) => {
        const table = host.querySelectorAll("section.table")[1], cells = [...table.querySelectorAll(".entry")]
        return cells.map((cell) => (cell.click(), table.querySelector(".explain").textContent))
    }"""
    signs = []
    for z in ([-0.95, 1.3, 1.4], [0.3, -0.7, 1.1], [2.0, 0.0, -1.0]):
        for said in board(chosen, panels=EVERYTHING, z=z, y=TWO):
            said = said.replace("−", "-").replace("\u00a0", " ")
            factor, bracket, sign, value = re.search(r"= (\S+) · \((.+)\) ([=≈]) (\S+)$", said).groups()
            one, other = bracket.split(" - ")
            product = float(factor) * (float(one) - float(other))
            assert (sign == "=") == (f"{product:+.3f}" == f"{float(value):+.3f}"), said
            signs.append(sign)
    assert len(signs) == 27 and set(signs) == {"=", "≈"}


def test_no_line_of_a_product_ends_within_a_bracket(board):
    look = (
        "host.querySelectorAll('section.table')[1].querySelectorAll('.entry')[5].click()"  # row 2, column 3
    )
    seen = board(
        looking(look, said=(".explain", TEXT)), panels=["sigmoid", "softmax", "jacobian"], z=[1.0, 0.0, -1.0]
    )
    whole = "ŷ2(0~−~ŷ3) =~0.245 · (0~−~0.090) =~−0.022".replace("~", "\u00a0")
    assert seen["said"][1] == whole


def test_what_is_negative_says_so_where_its_digits_are_zero(board):
    z, y = [5.0, -5.0, -5.0], [1.0, 0.0, 0.0]
    seen = board(TABLES, panels=EVERYTHING, z=z, y=y, autograd=autograd_check(z, y))
    apart, coupled, _, clean = ([text for row in rows for text in row] for rows in seen["rows"])
    off = [1, 2, 3, 5, 6, 7]
    assert [coupled[i] for i in off] == ["−0.000"] * 6
    assert [apart[i] for i in off] == ["0.000"] * 6  # that is 0, whatever z is
    assert seen["feet"][1] == ["0.000"] * 3
    assert seen["names"][1][1] == "∂ŷ₁/∂z₂ = −0.000" and seen["explained"][1].endswith("=\u00a0−0.000")
    assert seen["feet"][2][0] == seen["feet"][3][0] == "−0.000"
    assert clean[3:] == ["−1.000", "0.000", "0.000"]
    assert_autograd_agrees(seen)
    assert all("[−0.000, " in badge for badge in seen["badges"])
    # What cancels is 0, and no dust below it.
    z, y = [0.3, 0.3, 0.3], [1.0, 1.0, 1.0]
    seen = board(TABLES, panels=["softmax", "derivatives"], z=z, y=y, autograd=autograd_check(z, y))
    assert seen["feet"] == [["0.000"] * 3] * 2
    assert_autograd_agrees(seen)


def test_with_one_ball_the_clean_derivative_is_the_lectures_and_has_three_lines(board):
    look = looking(
        wires=(
            "section.table",
            r"[...node.querySelectorAll('.wires path')].map("
            r"(line) => line.getAttribute('d').match(/^M(\d).* (\d) 40$/).slice(1).join())",
        ),
        names=("[role=grid]", "node.ariaLabel"),
        said=("section.table", TEXT),
    )
    one, two = (board(look, panels=["softmax", "derivatives"], y=y) for y in ([0.0, 1.0, 0.0], TWO))
    assert len(one["wires"][0]) == 9 and one["wires"][1] == ["3,3", "5,5", "7,7"]
    assert one["names"][1] == "Clean: cross-entropy: ŷj − yj" and "Σ" not in one["said"][1]
    assert two["names"][1] == "Clean: cross-entropy: (Σy) ŷj − yj" and "(Σy) ŷj" in two["said"][1]


def test_each_cell_of_a_table_says_what_it_is_and_arrow_keys_lead_from_one_to_another(board):
    z, firsts_and_lasts = [1.0, 0.0, -1.0], {
        "Sigmoids’ Jacobian: δjk ŷj(1 − ŷj)": ("∂ŷ₁/∂z₁ = +0.197", "∂ŷ₃/∂z₃ = +0.197"),
        "Softmax’s Jacobian: ŷj(δjk − ŷk)": ("∂ŷ₁/∂z₁ = +0.223", "∂ŷ₃/∂z₃ = +0.082"),
        "Tangled: Goal 2’s L on softmax: (ŷk\u00a0−\u00a0yk)(δkj\u00a0−\u00a0qkj)": (
            "term 1 of ∂L/∂z₁ = −0.335",
            "term 3 of ∂L/∂z₃ = +0.090",
        ),
        "Clean: cross-entropy: (Σy) ŷj − yj": ("(Σy) ŷ₁ in ∂L/∂z₁ = +1.330", "−y₃ in ∂L/∂z₃ = 0.000"),
    }  # fmt: skip
    walked = """(host) => [...host.querySelectorAll("section.table")].map((table) => {
        const cells = [...table.querySelectorAll("[role=grid] button")], now = () => document.activeElement
        const stops = () => cells.flatMap((cell, n) => cell.tabIndex === 0 ? [n] : [])
        const explained = () => table.querySelector("[role=grid] + .explain").textContent
        const press = (key) => now().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }))
        const along = (...keys) => (keys.forEach(press), [cells.indexOf(now()), ...stops()])
        const before = explained(), first = stops()
        cells[first[0]].focus()
        const start = along("ArrowUp", "ArrowUp", "Home", "ArrowLeft")
        const down = along("ArrowDown"), end = along("End")
        const walked = explained() === before
        now().click()
        const chosen = explained() !== before
        cells[1].click()
        return {
            name: table.querySelector("[role=grid]").ariaLabel, first, start, down, end, walked, chosen,
            says: [cells[0].ariaLabel, cells.at(-1).ariaLabel],
            stop: stops(),
        }
    })"""
    seen = board(walked, panels=EVERYTHING, z=z, y=TWO)
    assert [table["name"] for table in seen] == list(firsts_and_lasts)
    for table in seen:
        assert tuple(table["says"]) == firsts_and_lasts[table["name"]]
        assert len(table["first"]) == 1, "one stop for Tab"
        assert table["start"] == [0, 0], "and at the edge it stays"
        assert (table["down"], table["end"]) == ([3, 3], [5, 5]), table["name"]
        assert table["walked"] and table["chosen"], "what is written out is what was chosen"
        assert table["stop"] == [1]


def test_a_handle_goes_by_a_tenth_by_one_and_to_its_ends(board):
    said = looking(
        said=(".handle", "[node.parentElement.nextElementSibling.textContent, node.ariaValueText]")
    )
    seen = board(
        after_each(["ArrowRight", "PageUp", "End", "Home"], said), z=[-1.0, 1.0, 0.0], panels=["softmax"]
    )
    assert [each["said"][0][0] for each in seen] == ["−1.00", "−0.90", "0.10", "8.00", "−8.00"]
    assert all(aloud.startswith(f"{written}, ") for each in seen for written, aloud in each["said"])


def test_a_handle_that_is_dragged_says_two_decimals(board):
    dragged = """(host) => {
        const track = host.querySelector(".track"), { left, width } = track.getBoundingClientRect()
        Object.assign(track, { setPointerCapture: () => {}, hasPointerCapture: () => true })
        const to = (kind, z) => track.dispatchEvent(
            new PointerEvent(kind, { clientX: left + (width * (z / data.range + 1)) / 2 }))
        const value = host.querySelector(".value")
        to("pointerdown", 0)
        return [0.7, 1.4, -0.3, 3.15].map((z) => (to("pointermove", z), value.textContent))
    }"""
    seen = board(dragged, css=sheets("logits/board"), z=[-1.0, 1.0, 0.0], panels=["softmax"])
    assert seen == ["0.70", "1.40", "−0.30", "3.15"]


def test_descent_walks_to_the_best_which_the_labels_decide_and_tells_where_it_ended(board):
    account = looking(
        rows=(".account tr", TEXT),
        losses=(".account .loss", "Number(node.textContent)"),
        button=(".account button", "[node.textContent, node.disabled]"),
        verdict=(".verdict", TEXT),
        lines=(".flow, .trail", "(node.getAttribute('points') || null)?.split(' ') ?? []"),
    )
    descended = f"""async (host, told) => {{
        const look = {account}, before = look(host), theirs = window.matchMedia
        window.matchMedia = () => ({{ matches: true }}) // without motion: it is over at once
        host.querySelector(".account button").click()
        window.matchMedia = theirs
        for (let n = 0; n < 500 && !told.length; n++) await new Promise((done) => setTimeout(done, 10))
        const after = look(host), values = [...host.querySelectorAll(".value")].map((one) => one.textContent)
        const handle = host.querySelector(".handle")
        handle.dispatchEvent(new KeyboardEvent("keydown", {{ key: "ArrowRight", bubbles: true }}))
        return [before, after, told.slice(0, 1), values, look(host).lines[1].length]
    }}"""
    z = [-3.0, -2.0, 3.0]
    before, after, told, values, trail = board(descended, panels=["softmax", "best"], z=z, y=TWO)
    assert len(before["rows"]) == 3 and "[½, ½, 0]" in before["rows"][2] and "1.386" in before["rows"][2]
    assert before["button"] == after["button"] == [["Descend on z", False]]
    assert 1.386 <= after["losses"][0] < min(before["losses"][0], 1.6)
    assert after["lines"][0][0] == before["lines"][0][0], "dotted from where the walk began"
    assert after["lines"][1] == [] and trail > 0, "your move is a hand's alone"
    ((_, last),) = told
    assert [f"{v:.2f}" for v in last["z"]] == [f"{number(text):.2f}" for text in values]
    nothing = board(account, panels=["softmax", "best"], z=z, y=[0.0, 0.0, 0.0])
    assert "teaches nothing" in nothing["verdict"][0] and nothing["button"] == [["Descend on z", True]]


def test_a_walk_under_way_turns_to_what_is_best_for_the_label_that_is_set_meanwhile_or_ends(board):
    relabelled = """async (host, told) => {
        const play = host.querySelector(".account button"), until = async (seen) => {
            for (let n = 0; n < 1000 && !seen(); n++) await new Promise((done) => setTimeout(done, 5))
        }
        const theirs = [window.requestAnimationFrame, window.cancelAnimationFrame]
        window.requestAnimationFrame = (go) => setTimeout(go)
        window.cancelAnimationFrame = (id) => clearTimeout(id)
        const before = host.querySelector(".value").textContent
        play.click()
        await until(() => host.querySelector(".value").textContent !== before)
        js.default({ data: { ...data, y: OTHER }, key: "drawn", parentElement: host, setStateValue })
        const word = play.textContent
        await until(() => told.length)
        ;[window.requestAnimationFrame, window.cancelAnimationFrame] = theirs
        return [word, play.textContent, told.length, told[0][1].z]
    }"""
    z, panels = [-3.0, -2.0, 3.0], ["softmax", "best"]
    word, after, told, end = board(relabelled.replace("OTHER", "[1, 1, 1]"), panels=panels, z=z, y=TWO)
    assert (word, after, told) == ("Stop", "Descend on z", 1)
    assert all(abs(share - 1 / 3) < 0.01 for share in outputs(end)[1]), (
        "not ½ and ½, which were the best before"
    )
    word, _, told, _ = board(relabelled.replace("OTHER", "[0, 0, 0]"), panels=panels, z=z, y=TWO)
    assert (word, told) == ("Descend on z", 1), "nothing is best, and nothing moves"


def test_what_was_walked_stays_dotted_under_the_label_that_it_was_a_descent_for_alone(board):
    relabelled = """async (host, told) => {
        const lines = () => ["flow", "trail"].map((name) =>
            (host.querySelector(`.${name}`).getAttribute("points") || null)?.split(" ") ?? [])
        const given = (y) => ({ data: { ...data, y }, key: "drawn", parentElement: host, setStateValue })
        const first = lines(), theirs = window.matchMedia
        window.matchMedia = () => ({ matches: true }) // without motion: it is over at once
        host.querySelector(".account button").click()
        window.matchMedia = theirs
        for (let n = 0; n < 500 && !told.length; n++) await new Promise((done) => setTimeout(done, 10))
        const now = ["cx", "cy"].map((name) => host.querySelector(".now").getAttribute(name))
        const seen = [lines()]
        for (const y of [[0, 0, 1], [0, 0, 0], data.y]) {
            js.default(given(y))
            seen.push(lines())
        }
        return [first[0][0], now.map((v) => Number(v).toFixed(1)).join(), seen]
    }"""
    z, panels = [-3.0, -2.0, 3.0], ["softmax", "best"]
    begun, now, (walked, other, nothing, back) = board(relabelled, panels=panels, z=z, y=TWO)
    assert walked[0][0] == begun
    assert other[0][0] == now, "dotted from where z is, on the way to what is best for this label"
    assert nothing == [[], []]
    assert other[1] == [], "nor is it a move of the hand"
    assert back == walked


def test_the_corners_of_the_triangle_are_read_on_the_smallest_phone_and_are_no_headings(board, javascript):
    css, style = sheets("logits/board"), as_on_a_page(javascript("elements"))
    look = f"(host) => ({SEEN})(host.querySelector('.field'))"
    for width in (288, 328, 336, 340, 400, 500, 600, 702, 706, 800, 1000, 1200):
        letters = board(look, style, width=width, css=css, panels=["softmax", "best"], y=TWO)
        assert len(letters) == 3 and all(READABLE <= size <= 16 for size, _ in letters), (width, letters)


def _middle(diamond):
    """The middle of a path "M x top L right y L x foot L left y Z"."""
    numbers = [float(part) for part in re.findall(r"-?[\d.]+", diamond)]
    xs, ys = numbers[0::2], numbers[1::2]
    return [(min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2]
