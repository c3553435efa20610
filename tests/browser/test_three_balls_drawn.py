"""Goal 2's figures as they are drawn: each picture, bar, line and label is the right neuron's."""

import re

import numpy as np
import pytest
import torch

from core.activations import SIGMOID
from core.experiments.label_order import LabelOrderProgress, TrainedOn
from core.heads import evidence, goal2
from core.network import Layer, Network, propagate
from core.pixels import flatten
from tests.browser.drawn import PIXELS, as_on_a_page, drawn, given_to, looking, number, pixels, shares
from tests.imbalance_runs import imbalance_run
from ui import three_neurons
from ui.components import style
from ui.pictures import diverging, scale_of, signed_rgb
from ui.theme import BALL_COLOURS, BALL_NAMES
from ui.three_balls import label_swap, recall

NAMES, COLOURS = list(BALL_NAMES.values()), list(BALL_COLOURS.values())
TEXT = "node.textContent"
COLOUR = "node.style.getPropertyValue('--ball')"
TO_ROW_16_COLUMN_8 = """const press = (key) =>
  host.querySelector('.lens').dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey: key !== 'Home' }));
['Home', 'ArrowDown', 'ArrowDown', 'ArrowRight'].forEach(press)"""
NEURONS = looking(
    TO_ROW_16_COLUMN_8,
    canvases=(".card canvas", PIXELS),
    colours=(".card", COLOUR),
    titles=(".card h3", TEXT),
    products=(".pictures figure:last-child figcaption > span, .sum span:first-child", "node.innerHTML"),
    legends=(".legend small", TEXT),
    bars=(".card .fill", "node.style.width"),
    labels=(".card .verdict", TEXT),
    marks=(".mark", "[node.style.left, node.style.top]"),
    where=(".readout .where", TEXT),
    rgb=(".readout .rgb", TEXT),
    adds=(".readout .add b", TEXT),
)


def test_each_neuron_has_its_own_pictures_numbers_and_label(javascript, monkeypatch):
    dice = torch.Generator().manual_seed(3)
    photo = torch.randint(0, 256, (64, 64, 3), generator=dice).to(torch.uint8)
    head = goal2(how="random", generator=dice)
    W, x = head.layers[0].W, flatten(photo)
    trace, w_x = propagate(head, x), evidence(W, x)
    y_hat, y = trace.Y_hat.flatten().tolist(), [1.0, 0.0, 0.0]
    given = photo.numpy(), W.numpy(), w_x.numpy(), trace.Z[0].flatten().tolist(), [0.0] * 3, y_hat, y, "noise"
    data = given_to(
        monkeypatch, three_neurons, "_three_neurons", lambda: three_neurons.three_neurons(*given, key="n")
    )
    scripts = ("unpack", "elements", "numbers", "pictures", "activations", "three_neurons")
    seen = drawn(javascript(*scripts), data, NEURONS)
    assert seen["colours"] == COLOURS
    assert seen["titles"] == [f"Neuron {k + 1}{name}" for k, name in enumerate(NAMES)]
    # w_k (1, n) times x (n, 1), number by number, would be (n, n): x is a row there, as on Goal 1's page.
    rows = [f"w{k}∘x<sup>T</sup>" for k in "₁₂₃"]
    assert seen["products"] == [text for row in rows for text in (row, f"Σ {row}")]
    E = w_x.reshape(3, 4096, 3).sum(dim=2)  # (3, 4096)
    w_scale, e_scale = scale_of(W.numpy()), scale_of(E.numpy())
    for k in range(3):
        w, e = (pixels(canvas, 64, 64) for canvas in seen["canvases"][2 * k : 2 * k + 2])
        assert abs(w - signed_rgb(W[k].numpy(), w_scale).astype(int)).max() <= 1
        assert abs(e - diverging(E[k].reshape(64, 64).numpy(), e_scale).astype(int)).max() <= 1
    ends = [number(text) for text in seen["legends"]]
    assert ends == pytest.approx([-w_scale, 0, w_scale, -e_scale, 0, e_scale])
    assert shares(seen["bars"]) == pytest.approx(y_hat, abs=1e-5)
    for k, said in enumerate(seen["labels"]):
        right = "right" if (y_hat[k] > 0.5) == (y[k] > 0.5) else "wrong"
        assert said.replace("\u00a0", " ").endswith(f"label y{'₁₂₃'[k]} = {y[k]:.0f}: {right}")
    assert len(seen["marks"]) == 7 and {tuple(shares(mark)) for mark in seen["marks"]} == {(8 / 64, 16 / 64)}
    assert seen["where"] == ["Pixel in row 16, column 8"]
    assert seen["rgb"] == ["R {} · G {} · B {}".format(*photo[16, 8].tolist())]
    assert [number(text) for text in seen["adds"]] == pytest.approx(E[:, 64 * 16 + 8].tolist(), abs=6e-5)


BEYOND = """(host) => [...host.querySelectorAll(".card")].map((card) =>
  Math.max(...[...card.querySelectorAll(".sum > *")].map((part) => part.getBoundingClientRect().right))
  - card.querySelector(".said").getBoundingClientRect().right)"""


@pytest.fixture
def neurons(javascript, monkeypatch):
    """neurons(z, b, y_hat, look): what a look finds of three neurons on a grey photo."""
    scripts = ("unpack", "elements", "numbers", "pictures", "activations", "three_neurons")

    def of(z, b, y_hat, look, y=None, **more):
        grey, nothing = np.full((64, 64, 3), 128, np.uint8), np.zeros((3, 12288), np.float32)
        mount = lambda: three_neurons.three_neurons(grey, nothing, nothing, z, b, y_hat, y, "", key="n")  # noqa: E731
        data = given_to(monkeypatch, three_neurons, "_three_neurons", mount)
        return drawn(javascript(*scripts), data, look, **more)

    return of


def test_the_sum_of_a_neuron_stays_in_its_card_in_every_window(neurons, javascript):
    """Where the card's pictures left it too little room, z stood outside of a window of 578 or 740."""
    z, b = [-1.223, 0.452, -1.187], [-0.083, 0.091, -0.031]
    dress = {"style": as_on_a_page(javascript("elements")), "css": style("three_neurons")}
    for width in (546, 568, 588, 640, 703, 705, 708, 820):  # from just wide enough for two columns on
        look = f"""(host) => [({BEYOND})(host), host.scrollWidth - host.clientWidth,
            host.querySelectorAll(".sum")[2].innerText]"""
        beyond, wider, words = neurons(z, b, [0.2, 0.6, 0.3], look, width=width, **dress)
        assert "(−0.031)" in words, "three decimals"
        assert len(beyond) == 3 and max(beyond) < 1 and wider <= 0, width


def test_the_label_of_an_undecided_neuron_stands_where_that_of_the_others_stands(neurons, javascript):
    """In a window of 1280 it was the third line of its card, and made the other two as high."""
    look = """(host) => [...host.querySelectorAll(".card")].map((card) =>
      card.querySelector(".right, .wrong").getBoundingClientRect().top - card.getBoundingClientRect().top)"""
    dress = {"style": as_on_a_page(javascript("elements")), "css": style("three_neurons")}
    for width, alike in ((820, True), (640, False), (358, True)):  # between, all stand below each other
        tops = neurons(
            [-0.3, 0.7, 0.03], [0.0] * 3, [0.417, 0.668, 0.508], look, y=[1.0] * 3, width=width, **dress
        )
        assert (max(tops) - min(tops) < 6) == alike, width


def test_an_output_near_one_half_is_undecided_beside_what_the_rule_makes_of_it(neurons):
    said = neurons([-0.1, -0.15, 0.08], [0.0] * 3, [0.475, 0.4626, 0.52], looking(said=(".verdict", TEXT)))[
        "said"
    ]
    assert len(said) == 3 and all(words.startswith("undecided") for words in said)
    assert "makes it: no soccer ball" in said[0] and "makes it: yes, a baseball" in said[2]
    sure = neurons([-2.0, 2.0, 3.0], [0.0] * 3, [0.12, 0.88, 0.95], looking(said=(".verdict", TEXT)))["said"]
    assert len(sure) == 3 and "undecided" not in " ".join(sure)


SWAP = looking(
    titles=(".cell h3", TEXT),
    given=(".cell .label .chip", f"[node.textContent, {COLOUR}]"),
    detects=(".cell .detects .chip", f"[node.textContent, {COLOUR}]"),
    aucs=(".auc", f"[node.querySelector('.value').textContent, {COLOUR}, node.classList.contains('best')]"),
    bars=(".auc .bar i", "[node.style.left, node.style.width]"),
    wires=(".band path", "[node.getAttribute('d'), node.getAttribute('stroke')]"),
    said=(".band", "node.getAttribute('aria-label')"),
    pictures=(".cell img", "node.src"),
)


def swapped():
    """Both runs, after which neurons 1, 2, 3 have the labels 3, 1, 2."""
    order = (2, 0, 1)  # what neurons 1, 2, 3 are given in the second run
    auc = torch.tensor([[0.9, 0.4, 0.5], [0.3, 0.8, 0.6], [0.55, 0.45, 0.7]])  # (neuron, ball)
    dice = torch.Generator().manual_seed(4)
    W = torch.rand(3, 12288, generator=dice) - 0.5
    first, second = (Network((Layer(rows, torch.zeros(3, 1), SIGMOID),)) for rows in (W, W[list(order)]))
    before = TrainedOn(order=(0, 1, 2), auc=auc, network=first, cost=0.6, accuracy=0.7)
    after = TrainedOn(order=order, auc=auc[list(order)], network=second, cost=0.6, accuracy=0.7)
    return order, before, after, LabelOrderProgress(100, 100, before, after)


def test_no_name_is_cut_or_leaves_its_card_in_any_window(javascript, monkeypatch):
    *_, progress = swapped()
    data = given_to(
        monkeypatch, label_swap, "_swap", lambda: label_swap.label_swap(progress, "After", key="swap")
    )
    dress = {"style": as_on_a_page(javascript("elements")), "css": style("three_balls/label_swap")}
    look = """(host) => {
        const all = (part) => [...host.querySelectorAll(part)]
        const cut = (one) => one.scrollWidth > one.clientWidth
        const edge = (one) => one.closest(".cell").getBoundingClientRect().right - 4
        const beyond = (one) => one.getBoundingClientRect().right > edge(one)
        return [all(".chip").length, all(".who").filter(cut).map((one) => one.innerText),
            all(".chip").filter(beyond).map((one) => one.innerText), host.scrollWidth - host.clientWidth,
            new Set(all(".who").map((one) => one.clientHeight)).size]
    }"""
    for width in (288, 328, 358, 588, 608, 792, 820, 1400):
        chips, cut, beyond, wider, heights = drawn(
            javascript("elements", "three_balls/label_swap"), data, look, width=width, **dress
        )
        assert (chips, cut, beyond) == (12, [], []) and wider <= 0, width
        assert heights == 1, "“soccer ball” stays on one line where it is bold, too"


def test_neurons_swap_with_the_labels_that_they_were_given(javascript, monkeypatch):
    order, before, after, progress = swapped()
    data = given_to(
        monkeypatch, label_swap, "_swap", lambda: label_swap.label_swap(progress, "After", key="swap")
    )
    seen = drawn(javascript("elements", "three_balls/label_swap"), data, SWAP)
    assert seen["titles"] == ["Neuron 1", "Neuron 2", "Neuron 3"] * 2
    assert len(set(seen["pictures"][:3])) == 3
    assert seen["pictures"][3:] == [seen["pictures"][ball] for ball in order], (
        "the weights go with the labels"
    )
    balls = [*range(3), *order]
    assert seen["given"] == seen["detects"] == [[NAMES[ball], COLOURS[ball]] for ball in balls]
    values = [v for run in (before, after) for row in run.auc.tolist() for v in row]
    assert [float(text) for text, _, _ in seen["aucs"]] == pytest.approx(values, abs=0.005)
    assert [colour for _, colour, _ in seen["aucs"]] == COLOURS * 6
    assert [best for _, _, best in seen["aucs"]] == [ball == k for k in balls for ball in range(3)]
    bars = [shares(bar) for bar in seen["bars"]]
    assert bars == [pytest.approx([min(v, 0.5), abs(v - 0.5)], abs=1e-5) for v in values], "from chance on"
    for k, (path, colour) in enumerate(seen["wires"]):
        start, *_, end = (float(x) for x in re.findall(r"([\d.]+) \d+", path))
        assert [start, end] == pytest.approx([50 + 100 * order[k], 50 + 100 * k]) and colour == COLOURS[
            order[k]
        ]
    assert seen["said"][0].startswith("the weights of neuron 3 above are those of neuron 1 below; ")


LINE = (
    "(() => { const of = (kind, name) => [...node.querySelectorAll(kind)].map((a) => a.getAttribute(name));"
    "return { mean: of('.mean', 'points'), range: of('.range', 'points'), dots: of('.dot', 'cy'),"
    " runs: of('.run', 'cy') } })()"
)
RECALL = looking(
    lines=(".series", LINE),
    ticks=(".tick", "[node.textContent, Number(node.getAttribute('x')), Number(node.getAttribute('y')) - 4]"),
    column=("rect.column", "Number(node.getAttribute('x')) + Number(node.getAttribute('width')) / 2"),
    titles=("svg > .title", "[node.textContent, node.hasAttribute('transform')]"),
)


def test_recall_stands_over_its_number_of_photos_with_every_run_and_their_range(javascript, monkeypatch):
    runs = [
        imbalance_run(count, seed, found)
        for count, both in ((1, (0.0, 0.1)), (30, (0.3, 0.5)), (1000, (0.6, 0.9)))
        for seed, found in enumerate(both)
    ]
    data = given_to(
        monkeypatch, recall, "_recall",
        lambda: recall.recall_figure(runs, chosen=1, current=30, accuracy=False, auc=False, key="recall"),
    )  # fmt: skip
    seen = drawn(javascript(*recall.SCRIPTS), data, RECALL, width=900)
    assert seen["titles"] == [["baseball photos in training (log scale)", False], ["recall (%)", True]]
    heights = [(int(text), y) for text, _, y in seen["ticks"][:5]]
    assert [percent for percent, _ in heights] == [0, 25, 50, 75, 100]
    Y = np.polynomial.Polynomial.fit(*zip(*heights, strict=True), 1)
    assert Y(100) < Y(0), "more is higher"
    X = {int(text.replace(",", "")): x for text, x, _ in seen["ticks"][5:]}
    assert list(X) == list(recall.COUNTS)
    assert np.diff(list(X.values())) == pytest.approx(
        np.diff(np.log(list(X))) / np.log(1000) * (X[1000] - X[1]), rel=1e-6
    )
    assert seen["column"] == pytest.approx([X[30]]), "the count that is being trained"
    baseball = seen["lines"][-1]  # it lies on top
    found = {1: (0.0, 0.1), 30: (0.3, 0.5), 1000: (0.6, 0.9)}
    means = [(X[count], Y(100 * sum(both) / 2)) for count, both in found.items()]
    path = lambda text: [tuple(map(float, point.split(","))) for point in text.split()]  # noqa: E731
    assert path(baseball["mean"][0]) == [pytest.approx(point) for point in means]
    high = [(X[count], Y(100 * max(both))) for count, both in found.items()]
    low = [(X[count], Y(100 * min(both))) for count, both in found.items()]
    assert path(baseball["range"][0]) == [pytest.approx(point) for point in (*high, *reversed(low))]
    assert [float(y) for y in baseball["dots"]] == pytest.approx([y for _, y in means])
    assert [float(y) for y in baseball["runs"]] == pytest.approx(
        [Y(100 * v) for both in found.values() for v in both]
    )


def test_names_of_lines_that_end_at_the_top_stay_in_the_figure(javascript, monkeypatch):
    """They gave way to each other on both sides, and the upper one was beyond the edge."""
    runs = [imbalance_run(1000, 0, 0.98, accuracy=0.999, auc=0.99)]
    data = given_to(
        monkeypatch, recall, "_recall",
        lambda: recall.recall_figure(runs, chosen=1, current=None, accuracy=True, auc=True, key="recall"),
    )  # fmt: skip
    look = looking(
        feet=(".name text:first-of-type", "Number(node.getAttribute('y'))"),
        high=("svg[role=slider]", "node.viewBox.baseVal.height"),
    )
    seen = drawn(javascript(*recall.SCRIPTS), data, look, width=900)
    feet = sorted(seen["feet"])
    assert len(feet) == 5 and min(np.diff(feet)) >= 34 - 1e-6
    assert feet[0] > 13 and feet[-1] + 14 < seen["high"][0] - 40, "nor on the numbers of the axis"
