"""The boards of Broadcasting as they are drawn: numbers, colours and words of the right rows and columns."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.broadcasting import there_and_back
from core.experiments.loop_or_batch import SIZES, Timed
from tests.browser.drawn import as_on_a_page, drawn, given_to, looking, number
from ui.broadcasting import boards, playground, times
from ui.components import style
from ui.pictures import diverging

SUMS = ("elements", "numbers", "broadcasting/sums", "broadcasting/move")
SCRIPTS = {"stretch": (*SUMS, "broadcasting/stretch"), "fold": (*SUMS, "pictures", "broadcasting/fold")}
TEXT = "node.textContent"
K, M = 3, 5
# What each cell says, and how far that is from its edges.
CLEAR = """[...host.querySelectorAll(CELLS)].filter((cell) => cell.checkVisibility()).map((cell) => {
  const words = document.createRange(), box = cell.getBoundingClientRect()
  words.selectNodeContents(cell)
  const { left, right } = words.getBoundingClientRect()
  return [cell.textContent, Math.min(left - box.left, box.right - right)]
})"""
CUT = "all.filter((e) => e.clientWidth && e.scrollWidth > e.clientWidth).map((e) => e.textContent)"
# The widths of a component in windows of 320, 344, 360 and 390 pixels, of 820, of 1024 and of 1280.
PHONES, TABLET, LAPTOPS = (288, 312, 328, 358), 588, (792, 820)
# Whoever wants no motion sees the end of it at once.
AT_ONCE = "const theirs = window.matchMedia; window.matchMedia = () => ({ matches: true })"


@pytest.fixture
def stretching(javascript, monkeypatch):
    """stretching(look, board): what a look finds of a board whose b is to be stretched."""
    monkeypatch.setattr(boards.told, "when", lambda *_: 0)

    def of(look, board=boards.USUAL, **more):
        data = given_to(monkeypatch, boards, "_stretch", lambda: boards.stretch_board(board, "board"))
        return drawn(javascript(*SCRIPTS["stretch"]), data, look, **more)

    return of


@pytest.fixture
def folding(javascript, monkeypatch):
    """folding(look, board): what a look finds of the way back of a board, and its slopes."""

    def of(look, board=boards.USUAL, **more):
        W, b, X, Y = board.tensors()
        found = there_and_back(W, b, X, Y)
        data = given_to(monkeypatch, boards, "_fold", lambda: boards.fold_board(found, Y, "fold"))
        return found, drawn(javascript(*SCRIPTS["fold"]), data, look, **more)

    return of


@pytest.fixture
def stretched(stretching):
    """stretched(row, column): the board with b stretched, looked at where the hand is over a cell of Z."""

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
        return stretching(look)

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


def test_each_slope_has_its_colour_and_the_first_of_a_row_is_worked_out(folding):
    look = looking(
        "host.querySelectorAll('.front')[1].onpointerenter()",
        cells=(".mover", f"[{TEXT}, node.style.background.match(/[0-9]+/g).slice(0, 3).map(Number)]"),
        said=(".say .where", TEXT),
        total=(".say .total", TEXT),
        lit=(".front", "node.classList.contains('lit')"),
    )
    found, seen = folding(look)
    Y = boards.USUAL.tensors()[3]
    delta = found.delta.flatten().numpy()
    assert [number(text) for text, _ in seen["cells"]] == pytest.approx(delta.tolist(), abs=6e-4)
    wanted = diverging(delta[None], 1.2 * abs(delta).max()).astype(int)[0]
    assert abs(np.array([colour for _, colour in seen["cells"]]) - wanted).max() <= 1
    assert seen["lit"] == [False, True, False]
    y_hat, y = float(found.Y_hat[1, 0]), int(Y[1, 0])
    assert seen["said"][0].startswith(f"δ₂₁ = (ŷ − y)/m = ({y_hat:.3f} − {y})/{M}")
    assert number(seen["total"][0].removeprefix("= ")) == pytest.approx(float(found.db[1, 0]), abs=6e-4)


def test_b_is_stretched_and_folded_back_by_its_button_and_its_slider(stretching):
    look = f"""(host) => {{
        {AT_ONCE}
        const all = (parts) => [...host.querySelectorAll(parts)].map((one) => one.textContent)
        const at = (parts) => host.querySelector(parts), found = []
        const look = () => found.push([at(".b .title").textContent, ...all(".count strong")])
        const press = () => (at(".move button").click(), look())
        look(), press(), press()
        at(".move input").value = "2"
        at(".move input").oninput()
        look()
        at(".move input").value = "4"
        at(".move input").oninput()
        at("[data-step=m1]").click()
        look()
        window.matchMedia = theirs
        return [found, all(".z .cell").filter((text) => text).length]
    }}"""
    (first, whole, back, some, more), sums = stretching(look)
    assert [one[0] for one in (first, whole, back, some)] == ["b(3, 1)", "b̃(3, 5)", "b(3, 1)", "b̃(3, 3)"]
    assert some[1:] == ["15", "36,867", "27"] and more == ["b̃(3, 6)", "15", "36,867", "30"]
    assert sums == 18, "where b was stretched, it is of one photo more, too"


def test_the_columns_fold_into_their_sum(folding):
    look = f"""(host) => {{
        {AT_ONCE}
        const front = () => [...host.querySelectorAll(".front")].map((one) => one.textContent)
        const slider = host.querySelector(".move input"), found = []
        for (const place of [0, 4.8]) {{
            slider.value = place
            slider.oninput()
            found.push(front())
        }}
        host.querySelector(".move button").click()
        const folded = [front(), host.querySelectorAll(".mover.under").length]
        window.matchMedia = theirs
        return [...found, folded]
    }}"""
    found, (whole, partly, folded) = folding(look)
    assert list(map(number, whole)) == pytest.approx(found.db.flatten().tolist(), abs=6e-4)
    assert list(map(number, partly)) == pytest.approx(found.delta[:, 3:].sum(dim=1).tolist(), abs=1.1e-3)
    assert folded == [whole, K * M]


@pytest.mark.parametrize("place", [0, 3, 5.8])
def test_a_thread_runs_behind_the_slopes_that_are_strung_on_it(folding, javascript, place):
    """It ran over them, and over their edges; between them it is seen."""
    look = f"""(host) => {{
        const slider = host.querySelector(".move input")
        slider.value = {place}
        slider.oninput()
        const at = (x, y) => host.getRootNode().elementFromPoint(x, y)
        return [...host.querySelectorAll(".tie")].map((tie) => {{
            tie.style.pointerEvents = "auto"
            const thread = tie.getBoundingClientRect(), y = (thread.top + thread.bottom) / 2, on = []
            for (let x = thread.left + 1; x < thread.right; x++) if (at(x, y) === tie) on.push(x)
            const strung = ".left, .slot, .mover:not(.under), .front:not([hidden])"
            const boxes = [...host.querySelectorAll(strung)].map((cell) => cell.getBoundingClientRect())
                .filter((b) => b.top < y && y < b.bottom)
            const over = on.filter((x) => boxes.some((b) => b.left + 1 < x && x < b.right - 1))
            return [on.length > 20, over.length]
        }})
    }}"""
    dress = {"style": as_on_a_page(javascript("elements")), "css": style("broadcasting/boards")}
    _, seen = folding(look, **dress)
    assert seen == [[True, 0]] * K


def test_of_one_column_the_sum_is_said_once(folding):
    look = looking(said=(".say > *", TEXT), delta=(".left", TEXT))
    _, seen = folding(look, replace(boards.USUAL, m=1))
    law, total, where = seen["said"]
    assert law == "∂J/∂b₂ = Σ over j of δ₂ⱼ" and total == f"= {seen['delta'][1]}"
    assert where.endswith("/1: b₂ was used once, so one slope comes back to it.")


def test_whoever_allows_motion_sees_b_stretch(stretching):
    titles = """async (host) => {
        const title = () => host.querySelector(".b .title small").textContent, seen = [title()]
        host.querySelector(".move button").click()
        for (let n = 0; n < 500 && seen.at(-1) !== "(3, 5)"; n++) {
            await new Promise((done) => setTimeout(done, 10))
            if (title() !== seen.at(-1)) seen.push(title())
        }
        return seen
    }"""
    first, *seen = stretching(titles)
    assert first == "(3, 1)", "for nobody has pressed"
    assert seen[-1] == "(3, 5)" and len(seen) > 1, "not all at once"


@pytest.mark.parametrize(("step", "times"), [("m1", 1), ("m-1", 2)])
def test_b_stretches_over_as_many_photos_as_there_are_by_then(stretching, step, times):
    """Of three columns five had their b beside them, and −2 had none."""
    stretched = f"""async (host) => {{
        const at = (part) => host.querySelector(part), frame = () => new Promise(requestAnimationFrame)
        const edge = () => at(".grip").style.getPropertyValue("--p")
        at(".move button").click()
        for (let n = 0; n < 500 && at(".b .title small").textContent === "(3, 1)"; n++) await frame()
        for (let n = 0; n < {times}; n++) at("[data-step='{step}']").click()
        for (let n = 0, still = 0, was = null; n < 1000 && still < 5; n++, await frame()) {{
            still = edge() === was ? still + 1 : 0
            was = edge()
        }}
        return [at(".x .title small"), at(".b .title small"), at(".say .law")].map((one) => one.textContent)
    }}"""
    x, b, said = stretching(stretched)
    m = M + 1 if step == "m1" else M - times
    assert (x, b) == (f"(4, {m})", f"(3, {m})")
    assert said.startswith("Z")


def test_the_way_back_folds_when_it_stands_in_the_middle(folding):
    """Ten times as fast as on a page."""
    seen = """async (host) => {
        const usual = window.setTimeout, wait = (time) => new Promise((done) => usual(done, time))
        window.setTimeout = (act, time) => usual(act, time / 10)
        const slider = host.querySelector(".move input"), stage = host.querySelector(".stage"), found = []
        const stand = (share) => scrollBy(0, stage.getBoundingClientRect().top - share * innerHeight)
        stand(0.6) // in the window, all of it, but below its middle
        await wait(200)
        found.push(slider.value === slider.max)
        stand(0.4)
        for (let n = 0; n < 500 && slider.value === slider.max; n++) await wait(10)
        found.push(Number(slider.value) < Number(slider.max))
        window.setTimeout = usual
        return found
    }"""
    room = "margin-block: 2000px"
    assert folding(seen, style=room)[1] == [True, True]


# ---- dressed, as wide as in a window -----------------------------------------------------------------


def test_no_number_of_delta_is_cut_on_a_phone(folding, javascript):
    dress = {"style": as_on_a_page(javascript("elements")), "css": style("broadcasting/boards")}
    cut = f"""(host) => {{
        const all = [...host.querySelectorAll(":is(.mover, .left, .front)")]
        const left = (part) => host.querySelector(part).getBoundingClientRect().left
        return [all.length, {CUT}, left(".slot") - left(".block")]
    }}"""
    for photos in (5, 8):
        for width in PHONES:
            _, (cells, *cells_cut, room) = folding(cut, replace(boards.USUAL, m=photos), width=width, **dress)
            assert (cells, *cells_cut) == (K * (2 * photos + 1), []), (photos, width)
            assert room >= 3.9, "what does not scroll into sight is the left of the ring of ∂J/∂b"


def test_a_long_number_is_clear_of_its_cells_edges(stretching, javascript):
    W = ((7, 0.25, 2, -1), (0, 1, -1, 1), (2, -12.5, 0, 1), (1, 0, 0, 1))
    board = replace(boards.USUAL, W=W, b=(9, -2, -11.5, 0), stretched=True)
    dress = {"style": as_on_a_page(javascript("elements")), "css": style("broadcasting/boards")}
    cells = "':is(.wx, .b, .z, .strip) .cell:not(input, .under)'"
    for width in (*PHONES, TABLET, *LAPTOPS):
        found = stretching(f"(host) => {CLEAR.replace('CELLS', cells)}", board, width=width, **dress)
        tightest = min(found, key=lambda each: each[1])
        assert len(found) > 40 and tightest[1] >= 1.5, (width, tightest)


@pytest.fixture
def shapes(javascript, monkeypatch):
    """shapes(a, b, look): what a look finds of two shapes in the playground, dressed or not."""
    monkeypatch.setattr(playground, "verbatim", lambda *_: None)

    def of(a, b, look, **more):
        data = given_to(monkeypatch, playground, "_shapes", lambda: playground.show(a, b))
        return drawn(javascript("elements", "numbers", "broadcasting/shapes"), data, look, **more)

    return of


def test_on_a_phone_every_axis_of_large_shapes_is_seen(shapes, javascript):
    """10⁹ × 10⁹ with all its zeros was wider than the window, and its last axis cut."""
    dress = {"style": as_on_a_page(javascript("elements")), "css": style("broadcasting/shapes")}
    look = looking(
        cut=(".shapes > .scroll", "node.scrollWidth - node.clientWidth"), result=(".result td", TEXT)
    )
    pairs = (((10**9, 1), (1, 10**9)), ((123456789, 1), (1, 987654321)), ((2, 3, 4, 5), (4, 1)))
    for a, b in pairs:
        for width in PHONES:
            seen = shapes(a, b, look, width=width, **dress)
            assert len(seen["cut"]) == 1 and seen["cut"][0] <= 0, (a, b, width)
    assert shapes(*pairs[0], look)["result"] == ["10⁹", "10⁹"]


def test_a_sign_stands_in_the_line_of_what_follows_it_and_a_number_clear_of_the_edges_of_its_cell(
    shapes, javascript
):
    dress = {"style": as_on_a_page(javascript("elements")), "css": style("broadcasting/shapes")}
    seen = f"""(host) => {{
        const left = (e) => e.getBoundingClientRect().left, all = (parts) => [...host.querySelectorAll(parts)]
        return {{
            beside: all(".sign").map((sign) => left(sign.nextElementSibling) > left(sign)),
            cells: {CLEAR.replace("CELLS", "'.cell'")},
            cut: all(".sum .scroll").map((line) => line.scrollWidth - line.clientWidth),
        }}
    }}"""
    for width in (358, TABLET, LAPTOPS[-1]):
        found = shapes((3,), (3, 5), seen, width=width, **dress)
        if width == 358:
            assert found["beside"] == [True] * 4
        assert "150" in dict(found["cells"])
        assert [(text, free) for text, free in found["cells"] if free < 4] == [], width
        assert found["cut"] == [0, 0], width


TABLE = looking(
    heads=("thead th", TEXT),
    verdicts=(".verdict td", TEXT),
    arrays=(".array", "[node.querySelector('.title').textContent, [...node.querySelectorAll('.cell')].map("
            "(one) => [one.textContent, one.className])]"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("a", "b", "verdicts"),
    [((3, 1), (3, 5), ["✓ a is stretched", "✓ equal"]), ((3,), (3, 3), ["✓ equal", "✓ a is stretched"])],
)
def test_two_shapes_are_told_axis_by_axis_and_what_is_repeated_or_wrong_is_marked(shapes, a, b, verdicts):
    seen = shapes(a, b, TABLE)
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
