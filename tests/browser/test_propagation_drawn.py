"""The picture of propagation as it is drawn: numbers, strips and pictures are core's, and words name them."""

import re

import numpy as np
import pytest
import torch

from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Layer, Network, backpropagate, propagate
from core.pixels import flatten
from tests.browser.drawn import PIXELS, drawn, looking, pixels
from ui.packing import pack
from ui.pictures import diverging, scale_of, signed_rgb
from ui.propagation.lines import STEPS
from ui.propagation.picture import _PARTS, Batch, Scene, picture

SCRIPTS = ("unpack", "elements", "numbers", "pictures", "activations", *_PARTS)
M, CHOSEN = 4, 2  # photos, and the one that is looked at, from 0
SIZES = {1: 3, 2: 2, 3: 1}
TEXT, TOKEN = "node.textContent", "node.dataset.t"
STRIPS = "[node.dataset.t, [...node.querySelectorAll('canvas')].map((node) => " + PIXELS + ")]"
PARTS = {
    "rows": (".row", f"[{TOKEN}, node.querySelector('b').textContent]"),
    "strips": (".row", STRIPS),
    "keys": (".legend .key", "[...node.childNodes].map((one) => one.textContent)"),
    "above": (".grid .of-a", STRIPS),
    "before": (".grid .of-delta", STRIPS),
    "margins": (".grid small", TEXT),
    "gradients": (".gradient b", f"[{TOKEN}, {TEXT}]"),
    "slopes": (".gradient .pictures canvas", PIXELS),
    "x": ("canvas.column", PIXELS),
    "W1": (".stage > canvas[data-t^=W1]", f"[{TOKEN}, {PIXELS}]"),
    "losses": (".cost canvas", PIXELS),
    "cost": (".cost > b", TEXT),
    "column": (".stage", "node.style.getPropertyValue('--column')"),
    "counts": (".count", TEXT),
    "said": (".readout .sum", TEXT),
    "linked": (".lines code .sym", f"[node.closest('code').dataset.line, {TEXT}, {TOKEN}]"),
    "reused": (".lines .sym.reused", f"[node.closest('[data-line]').dataset.line, {TOKEN}]"),
    "flows": (".wire.flows", TOKEN),
    "ebbs": (".wire.ebbs", TOKEN),
    "lit": (".stage [data-t].lit", TOKEN),
}  # fmt: skip


class Seen:
    """Four photos through a network of three layers, at the last step, and what core says of them."""

    def __init__(self, javascript):
        self.ask = javascript(*SCRIPTS)
        dice = torch.Generator().manual_seed(5)
        layers = initialise((12288, 3, 2, 1), how="xavier", generator=dice).layers
        layers = [Layer(one.W, torch.randn(one.b.shape, generator=dice), one.activation) for one in layers]
        self.network = Network(tuple(layers))
        photos = torch.randint(0, 256, (M, 64, 64, 3), generator=dice).to(torch.uint8)
        self.batch = Batch("some", photos.numpy(), np.zeros((1, M), np.float32), ("a photo",) * M)
        exact, X = self.network.to(dtype=torch.float64), flatten(photos, dtype=torch.float64)
        self.trace, self.Y = propagate(exact, X), torch.tensor([[0.0, 1, 1, 0]], dtype=torch.float64)
        self.gradients = backpropagate(exact, self.trace, self.Y, BINARY_CROSS_ENTROPY)
        self.short = javascript("elements", "numbers", "activations", "propagation/sums")

    def at(self, step, *names, first=""):
        """What is seen at a step: the parts of these names, or all."""
        scene = Scene(batch="some", step=step, i=CHOSEN, y="0110")
        header, arrays = picture(self.network, self.batch, scene)
        data = pack({**header, "heard": 0}, arrays)
        return drawn(self.ask, data, looking(first, **{name: PARTS[name] for name in names or PARTS}))

    def written(self, values):
        return self.short("given.map(js.short)", [float(v) for v in values])

    def of(self, kind, layer):
        """z, a or δ of a layer, from 1. Shapes: → (k, M)."""
        found = {"z": self.trace.Z, "a": self.trace.A[1:], "d": self.gradients.delta}[kind]
        return found[layer - 1]


@pytest.fixture(scope="module")
def page(javascript):
    return Seen(javascript)


@pytest.fixture(scope="module")
def seen(page):
    return page.at(STEPS[-1])


ROWS = [(kind, layer, j) for layer, k in SIZES.items() for kind in "zad" for j in range(k)]


def greys(row):
    """The colours of numbers from 0 to 1. Shapes: (M,) → (M, 3)."""
    return np.repeat(np.rint(255 * row)[:, None], 3, axis=1)


def shades(row, most):
    """Those of signed numbers, by their root. Shapes: (M,) → (M, 3)."""
    share = row / most
    return diverging((np.sign(share) * np.sqrt(abs(share)))[None], 1)[0].astype(int)


def test_every_row_has_the_number_of_the_chosen_example_and_a_strip_of_all(page, seen):
    found = dict(seen["rows"])
    values = [page.of(kind, layer)[j, CHOSEN] for kind, layer, j in ROWS]
    assert [found[f"{kind}{layer}.{j}"] for kind, layer, j in ROWS] == page.written(values)
    most = {kind: max(float(page.of(kind, layer).abs().max()) for layer in SIZES) for kind in "zd"}
    strips = dict(seen["strips"])
    for kind, layer, j in ROWS:
        row = page.of(kind, layer)[j].numpy()
        colours = greys(row) if kind == "a" else shades(row, most[kind])
        assert abs(pixels(strips[f"{kind}{layer}.{j}"][0], 1, M)[0] - colours).max() <= 1, (kind, layer, j)
    ends = [[*page.written([-most[kind]]), *page.written([most[kind]])] for kind in "zd"]
    Z, A, delta, _ = seen["keys"]
    assert [Z[1], Z[-1]] == ends[0] and [delta[1], delta[-1]] == ends[1] and [A[1], A[-1]] == ["0", "1"]
    assert float(seen["column"][0]) == (CHOSEN + 0.5) / M


def test_each_gradient_stands_between_the_two_that_it_is_the_product_of(page, seen):
    """δ (k, M) on its left and Aᵀ (M, k') above it, of all M examples: each entry is a sum over them."""
    most = max(float(page.of("d", layer).abs().max()) for layer in SIZES)
    assert [text for text in seen["margins"] if text] == [f"Σ of {M}"] * 2, "no number of one example"
    found, above, before = (dict(seen[name]) for name in ("gradients", "above", "before"))
    for layer, k in SIZES.items():
        b = page.gradients.b[layer - 1].flatten()
        assert [found[f"db{layer}.{j}"] for j in range(k)] == page.written(b)
        if layer == 1:
            continue
        dW, wide = page.gradients.W[layer - 1], SIZES[layer - 1]
        names = [f"dW{layer}.{j}.{i}" for j in range(k) for i in range(wide)]
        assert [found[name] for name in names] == page.written(dW.flatten())
        A, delta = page.of("a", layer - 1).numpy(), page.of("d", layer).numpy()
        for i in range(wide):
            (rows,) = above[f"a{layer - 1}.{i}"]
            assert abs(pixels(rows, M, 1)[:, 0] - greys(A[i])).max() <= 1
        for j in range(k):
            (columns,) = before[f"d{layer}.{j}"]
            assert abs(pixels(columns, 1, M)[0] - shades(delta[j], most)).max() <= 1
    slopes = page.gradients.W[0]
    most = float(slopes.abs().max())
    for picture_, row in zip(seen["slopes"], slopes, strict=True):
        assert abs(pixels(picture_, 64, 64) - signed_rgb(row.numpy(), most).astype(int)).max() <= 1
    L = BINARY_CROSS_ENTROPY(page.trace.Z[-1], page.Y)
    assert seen["cost"] == page.written([L.mean()])


def test_photos_and_weights_are_seen_as_they_are(page, seen):
    W = page.network.layers[0].W
    scale = scale_of(W.numpy())
    for j, (token, canvas) in enumerate(seen["W1"]):
        assert token == f"W1.{j}"
        assert abs(pixels(canvas, 64, 64) - signed_rgb(W[j].numpy(), scale).astype(int)).max() <= 1
    columns = page.batch.pixels.reshape(M, 4096, 3)[:, ::16]  # of every 16th place
    assert (pixels(seen["x"][0], 256, M) == columns.transpose(1, 0, 2)).all()
    assert [int(text.split("= ")[1].split()[0].replace(",", "")) for text in seen["counts"]] == [
        layer.parameter_count for layer in page.network.layers
    ]


def test_a_weight_says_from_where_it_leads_where_and_what_goes_through_it(page):
    event = "new FocusEvent('focusin', { bubbles: true })"
    over = f"host.querySelector('.wire[data-t=\\'W2.1.2\\']').dispatchEvent({event})"
    seen = page.at(STEPS[-1], "said", "lit", first=over)
    w = float(page.network.layers[1].W[1, 2])
    a, delta = page.trace.A[1][2, CHOSEN], page.gradients.delta[1][1, CHOSEN]
    of, ahead, back = seen["said"]
    assert of == f"w = {page.written([w])[0]}, from neuron 3 of layer 1 to neuron 2 of layer 2"
    assert ahead.startswith("forward, to the right: w·a₃ = ")
    assert back.startswith("backward, to the left: w·δ₂ = ")
    assert [re.split("[=≈] ", text)[-1] for text in (ahead, back)] == page.written([w * a, w * delta])
    assert set(seen["lit"]) == {"W2", "W2.1.2"}


CODE = {"Y_hat": "a3", "J": "L", "X": "x", "Y": "y"}


def test_each_word_of_the_code_is_linked_with_its_symbol(page, seen):
    for line, word, token in seen["linked"]:
        if word == "torch.sigmoid":
            assert token == f"s{line[-1]}"
        else:
            assert token == CODE.get(word, word.replace("δ", "d").replace("Z", "z").replace("A", "a"))
    assert len(seen["linked"]) > 40
    assert {tuple(one) for one in seen["reused"]} == {("dW1", "x")}, "in the lines of this step alone"


def test_numbers_flow_and_derivatives_ebb_through_the_wires_of_their_step(page):
    between = [f"W2.{j}.{k}" for j in range(2) for k in range(3)]
    for step, flows, ebbs in (("z2", between, []), ("d1", [], between), ("a2", [], [])):
        seen = page.at(step, "flows", "ebbs")
        assert (seen["flows"], seen["ebbs"]) == (flows, ebbs), step
