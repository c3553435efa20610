"""Goal 2's figures as they are drawn: each picture, bar, line and label is the right neuron's."""

import re

import numpy as np
import pytest
import torch

from core.experiments.label_order import LabelOrderProgress, TrainedOn
from core.heads import evidence, goal2
from core.network import propagate
from core.pixels import flatten
from tests.browser.drawn import PIXELS, drawn, given_to, looking, number, pixels, shares
from tests.imbalance_runs import imbalance_run
from ui import three_neurons
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


SWAP = looking(
    titles=(".cell h3", TEXT),
    given=(".cell .label .chip", f"[node.textContent, {COLOUR}]"),
    detects=(".cell .detects .chip", f"[node.textContent, {COLOUR}]"),
    aucs=(".auc", f"[node.querySelector('.value').textContent, {COLOUR}, node.classList.contains('best')]"),
    bars=(".auc .bar i", "[node.style.left, node.style.width]"),
    wires=(".band path", "[node.getAttribute('d'), node.getAttribute('stroke')]"),
    said=(".band", "node.getAttribute('aria-label')"),
)


def test_neurons_swap_with_the_labels_that_they_were_given(javascript, monkeypatch):
    order = (2, 0, 1)  # what neurons 1, 2, 3 are given in the second run
    auc = torch.tensor([[0.9, 0.4, 0.5], [0.3, 0.8, 0.6], [0.55, 0.45, 0.7]])  # (neuron, ball)
    trained = {"network": goal2(), "cost": 0.6, "accuracy": 0.7}
    before = TrainedOn(order=(0, 1, 2), auc=auc, **trained)
    after = TrainedOn(order=order, auc=auc[list(order)], **trained)
    progress = LabelOrderProgress(100, 100, before, after)
    data = given_to(
        monkeypatch, label_swap, "_swap", lambda: label_swap.label_swap(progress, "After", key="swap")
    )
    seen = drawn(javascript("elements", "three_balls/label_swap"), data, SWAP)
    assert seen["titles"] == ["Neuron 1", "Neuron 2", "Neuron 3"] * 2
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
