"""The boards of Broadcasting as they are drawn: numbers, colours and words of the right rows and columns."""

import numpy as np
import pytest
import torch

from core.broadcasting import there_and_back
from core.experiments.loop_or_batch import SIZES, Timed
from tests.browser.drawn import drawn, given_to, looking, number
from ui.broadcasting import boards, playground, times
from ui.pictures import diverging

SUMS = ("elements", "numbers", "broadcasting/sums", "broadcasting/move")
TEXT = "node.textContent"
K, M = 3, 5


@pytest.fixture
def stretched(javascript, monkeypatch):
    """stretched(row, column): the board with b stretched, looked at where the hand is over a cell of Z."""
    data = given_to(monkeypatch, boards, "_stretch", lambda: boards.stretch_board(boards.USUAL, "board"))
    monkeypatch.setattr(boards.told, "when", lambda *_: 0)

    def at(row, column):
        cell = f"host.querySelectorAll('.z .cell')[{row * M + column}]"
        whole = (
            "const slider = host.querySelector('.move input'); slider.value = slider.max; slider.oninput()"
        )
        lit = lambda part: (f".{part} .cell", "node.classList.contains('lit')")  # noqa: E731
        look = looking(
            f"{whole}; {cell}.onpointerenter()",
            W=lit("w"), X=lit("x"), WX=lit("wx"), b=lit("b"), Z=lit("z"),
            numbers=(".z .cell", TEXT),
            held=(".memory .cell", f"[{TEXT}, node.classList.contains('lit')]"),
            words=(".memory small", TEXT),
            said=(".say .where", TEXT),
            tiles=(".count strong", TEXT),
        )  # fmt: skip
        return drawn(javascript(*SUMS, "broadcasting/stretch"), data, look)

    return at


def rows(flags, columns):
    """Which of the cells, row by row, are lit: [(row, column)]."""
    return [divmod(place, columns) for place, on in enumerate(flags) if on]


@pytest.mark.parametrize(("i", "j"), [(1, 3), (2, 0)])
def test_a_cell_of_z_lights_up_its_row_its_column_its_bias_and_their_places_in_memory(stretched, i, j):
    seen = stretched(i, j)
    W, b, X, _ = boards.USUAL.tensors()
    Z = (W @ X + b).flatten().tolist()
    assert [number(text) for text in seen["numbers"]] == pytest.approx(Z)
    assert rows(seen["W"], 4) == [(i, column) for column in range(4)]
    assert rows(seen["X"], M) == [(row, j) for row in range(4)]
    assert rows(seen["WX"], M) == rows(seen["Z"], M) == [(i, j)]
    assert set(rows(seen["b"], M)) == {(i, 0), (i, j)}
    copy = b.expand(K, M).flatten().tolist()
    assert [number(text) for text, _ in seen["held"]] == [*b.flatten().tolist(), *copy]
    assert [place for place, (_, lit) in enumerate(seen["held"]) if lit] == [i, K + i * M + j]
    assert seen["words"] == [f"{4 * K} bytes, strides (1, 0)", f"{4 * K * M} bytes, strides ({M}, 1)"]
    assert f"= {i} in memory" in seen["said"][0]
    assert seen["tiles"] == ["15", "36,867", str(K * 4 + K * M)]


def test_each_slope_has_its_colour_and_the_first_of_a_row_is_worked_out(javascript, monkeypatch):
    W, b, X, Y = boards.USUAL.tensors()
    found = there_and_back(W, b, X, Y)
    data = given_to(monkeypatch, boards, "_fold", lambda: boards.fold_board(found, Y, "fold"))
    look = looking(
        "host.querySelectorAll('.front')[1].onpointerenter()",
        cells=(".mover", f"[{TEXT}, node.style.background.match(/[0-9]+/g).slice(0, 3).map(Number)]"),
        said=(".say .where", TEXT),
        total=(".say .total", TEXT),
        lit=(".front", "node.classList.contains('lit')"),
    )
    seen = drawn(javascript(*SUMS, "pictures", "broadcasting/fold"), data, look)
    delta = found.delta.flatten().numpy()
    assert [number(text) for text, _ in seen["cells"]] == pytest.approx(delta.tolist(), abs=6e-4)
    wanted = diverging(delta[None], 1.2 * abs(delta).max()).astype(int)[0]
    assert abs(np.array([colour for _, colour in seen["cells"]]) - wanted).max() <= 1
    assert seen["lit"] == [False, True, False]
    y_hat, y = float(found.Y_hat[1, 0]), int(Y[1, 0])
    assert seen["said"][0].startswith(f"δ₂₁ = (ŷ − y)/m = ({y_hat:.3f} − {y})/{M}")
    assert number(seen["total"][0].removeprefix("= ")) == pytest.approx(float(found.db[1, 0]), abs=6e-4)


TABLE = looking(
    heads=("thead th", TEXT),
    verdicts=(".verdict td", TEXT),
    arrays=(".array", "[node.querySelector('.title').textContent, [...node.querySelectorAll('.cell')].map("
            "(one) => [one.textContent, one.className])]"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("shapes", "verdicts"),
    [(((3, 1), (3, 5)), ["✓ a is stretched", "✓ equal"]), (((3,), (3, 3)), ["✓ equal", "✓ a is stretched"])],
)
def test_two_shapes_are_told_axis_by_axis_and_what_is_repeated_or_wrong_is_marked(
    javascript, monkeypatch, shapes, verdicts
):
    a, b = shapes
    monkeypatch.setattr(playground, "verbatim", lambda *_: None)
    data = given_to(monkeypatch, playground, "_shapes", lambda: playground.show(a, b))
    seen = drawn(javascript("elements", "numbers", "broadcasting/shapes"), data, TABLE)
    assert seen["heads"][1:] == ["−1", "−2"] or seen["heads"][1:] == ["−2", "−1"]
    by_axis = dict(zip(seen["heads"][1:], seen["verdicts"], strict=True))
    assert [by_axis["−1"], by_axis["−2"]] == verdicts
    A = 1 + torch.arange(3)
    B = 10 * (1 + torch.arange(torch.tensor(b).prod())).reshape(b)
    stretched = A.reshape(a).expand(b)
    (_, first), (_, second), (_, total) = seen["arrays"][:3]
    assert [int(text) for text, _ in first] == stretched.flatten().tolist()
    along, down = (1, 0) if a == (3, 1) else (0, 1)
    ghosts = [bool(i * down or j * along) for i in range(b[0]) for j in range(b[1])]
    assert ["ghost" in name for _, name in first] == ghosts and not any("ghost" in name for _, name in second)
    assert [int(text) for text, _ in total] == (stretched + B).flatten().tolist()
    wrong = stretched != A[:, None].expand(b)
    assert ["wrong" in name for _, name in total] == wrong.flatten().tolist()


def test_both_times_stand_over_their_numbers_of_photos_and_how_often_one_is_the_other(
    javascript, monkeypatch
):
    points = [Timed(m, loop=0.002 * m, batch=0.0004 * m**0.5, difference=0.0, repeats=1) for m in SIZES[:3]]
    data = given_to(
        monkeypatch, times, "_times",
        lambda: times._times(data={"points": [vars(p) for p in points], "sizes": list(SIZES), "alt": ""}),
    )  # fmt: skip
    look = looking(
        ticks=(".tick", f"[{TEXT}, Number(node.getAttribute('y')) - 5, node.getAttribute('text-anchor')]"),
        titles=("svg > .title", f"[{TEXT}, node.hasAttribute('transform')]"),
        lines=("polyline", "node.getAttribute('points').split(' ').map((p) => Number(p.split(',')[1]))"),
        read=(".readout b", TEXT),
    )
    seen = drawn(javascript("elements", "column_chart", "broadcasting/times"), data, look, width=900)
    assert seen["titles"] == [["photos m (log scale)", False], ["time for all m (ms, log scale)", True]]
    heights = [(np.log10(float(text)), y) for text, y, anchor in seen["ticks"] if anchor == "end"]
    Y = np.polynomial.Polynomial.fit(*zip(*heights, strict=True), 1)
    assert Y(1) < Y(0)
    for line, name in zip(seen["lines"], ("loop", "batch"), strict=True):
        assert line == pytest.approx([Y(np.log10(1000 * getattr(p, name))) for p in points], abs=0.01)
    last = points[-1]
    assert seen["read"][-1] == f"{last.loop / last.batch:.1f} times"
