"""Goal 1's pictures as they are drawn: each colour, bar, mark and curve stands for core's number."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.balls import GALLERY_SEED, composite, labels, layers
from core.heads import evidence, goal1
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network, propagate
from core.pixels import flatten
from tests.browser.drawn import PIXELS, drawn, looking, number, pixels, shares
from ui.controls import ChosenPhoto
from ui.one_ball.movable import STEPS, Movable
from ui.one_ball.neuron import _PARTS
from ui.one_ball.shown import ROOM_TO_MOVE, picture, place_map, sums_of
from ui.packing import pack
from ui.pictures import diverging, signed_rgb
from ui.theme import DIVERGING

SCRIPTS = ("unpack", "elements", "numbers", "pictures", "activations")
DOWN, RIGHT, Y = 3, -2, 1  # how the ball was moved, and the label
TEXT, WIDTH = "node.textContent", "node.style.width"


def part(name: str, of: str) -> tuple[str, str]:
    """What is asked of one part of the picture."""
    return f"[data-part={name}]", of


LOOK = looking(
    **{name: part(name, PIXELS) for name in ("photo", "strip", "w", "wx", "map")},
    **{
        name.replace("-", "_"): part(name, TEXT)
        for name in (
            "low-w", "high-w", "low-wx", "high-wx", "low-map", "high-map", "yes", "range", "model", "verdict",
            "loss", "slope", "y-hat", "where", "read-w", "read-wx", "read-photo",
        )
    },
    bars=(".tug .bar", WIDTH),
    over=part("over", "[node.style.left, node.style.width]"),
    gauge=part("gauge", WIDTH),
    judged=part("verdict", "node.className"),
    chips=part("read-photo", "[...node.querySelectorAll('i')].map((one) => one.style.background)"),
    swatch=part("swatch", "node.style.background"),
    marks=(".mark, .pixel", "[node.style.left, node.style.top]"),
    at=part("at", "node.style.top"),
    ball=part("ball", "['left', 'top', 'width', 'height'].map((name) => node.style[name])"),
    moved_in_words=part("ball", "node.getAttribute('aria-valuetext')"),
    ring=part("ring", "[node.style.left, node.style.top]"),
)  # fmt: skip


def mostly_yes(photo: Movable) -> Network:
    """A neuron with random weights that says yes at two thirds of the places of the map."""
    network = goal1(how="random", generator=torch.Generator().manual_seed(4))
    z = propagate(network, flatten(photo.everywhere())).Z[0]  # (1, 289)
    (layer,) = network.layers
    return Network((replace(layer, b=layer.b - z.quantile(1 / 3)),))


class Seen:
    """The picture of a neuron with random weights and of a photo whose ball was moved; `core` says of it."""

    def __init__(self, javascript, model="shipped", y=Y):
        Y = labels(GALLERY_SEED, range(40), ROOM_TO_MOVE)
        index = int(Y.sum(dim=0).argmax())
        self.taken = layers(GALLERY_SEED, index, ROOM_TO_MOVE)
        self.at_first = Movable(composite(self.taken, 0, 0), self.taken)
        self.network = mostly_yes(self.at_first)
        label = Y[:, index].numpy()
        chosen = ChosenPhoto(self.at_first.photo.numpy(), label, "a ball", GALLERY_SEED, index, False)
        self.places = place_map(self.network, self.at_first)
        given = (chosen, self.at_first, self.network, model, self.places, DOWN, RIGHT, y)
        header, arrays = picture(*given)
        data = pack({**header, "link": None, "diverging": DIVERGING}, arrays)
        self.moved = self.at_first.at(DOWN, RIGHT)
        self.core = sums_of(self.network, self.moved)
        self.truth = int(label[0])
        found = drawn(javascript(*SCRIPTS, *_PARTS), data, LOOK)
        self.found = {name: parts[0] if len(parts) == 1 else parts for name, parts in found.items()}

    def __getattr__(self, name):
        return self.found[name]


@pytest.fixture(scope="module")
def seen(javascript):
    return Seen(javascript)


def test_each_picture_has_the_colours_of_its_numbers(seen):
    w = seen.network.layers[0].W
    scale = float(w.abs().max())
    assert abs(pixels(seen.w, 64, 64) - signed_rgb(w.numpy(), scale).astype(int)).max() <= 1
    assert [number(seen.low_w), number(seen.high_w)] == pytest.approx([-scale, scale], rel=0.05)
    E = evidence(w, flatten(seen.moved)).reshape(-1, 3).sum(dim=1).reshape(64, 64).numpy()
    peak = float(abs(E).max())
    assert abs(pixels(seen.wx, 64, 64) - diverging(E, peak).astype(int)).max() <= 1
    assert [number(seen.low_wx), number(seen.high_wx)] == pytest.approx([-peak, peak], rel=0.05)
    assert (pixels(seen.photo, 64, 64) == seen.moved.numpy()).all()
    means = seen.moved.reshape(512, 8, 3).float().mean(dim=1)
    assert abs(pixels(seen.strip, 512, 1)[:, 0] - means.numpy()).max() <= 0.5 + 1e-3


def test_the_map_is_green_where_the_neuron_says_yes(seen):
    low, high = number(seen.low_map), number(seen.high_map)
    assert low + high == pytest.approx(1) and low <= seen.places.min() and seen.places.max() <= high
    reach = high - 0.5
    colours = diverging(seen.places - 0.5, reach).astype(int)
    assert abs(pixels(seen.map, STEPS, STEPS) - colours).max() <= 1
    yes = int((seen.places > 0.5).sum())
    assert 150 < yes < 250 and seen.yes == f"says yes inside the line, at {yes} of 289"
    assert seen.range == f"17 × 17 places: {seen.places.min():.2f}\u2060–\u2060{seen.places.max():.2f}"


def test_the_sum_the_output_and_the_loss_are_drawn_as_long_as_they_are_and_judged_by_the_label(seen):
    above, below = seen.core["positive"], -seen.core["negative"]
    most = max(above, below)
    assert shares(seen.bars) == pytest.approx([above / most, below / most], abs=1e-5)
    short = min(above, below) / most
    assert shares(seen.over) == pytest.approx([short, 1 - short], abs=1e-5)
    y_hat = seen.core["y_hat"]
    assert shares([seen.gauge]) == pytest.approx([y_hat], abs=1e-5) and number(seen.y_hat) == pytest.approx(
        y_hat, abs=0.005
    )
    assert seen.verdict == ("soccer ball" if y_hat > 0.5 else "no soccer ball")
    assert seen.judged == ("right" if (y_hat > 0.5) == Y else "wrong")
    printed, L = re.fullmatch(r"−log (0\.\d+)= ([\d.]+)", seen.loss).groups()
    assert f"{-math.log(float(printed)):.2f}" == L == f"{seen.core['losses'][1]:.2f}"
    assert number(seen.slope.rpartition("= ")[2]) == pytest.approx(y_hat - 1, abs=0.005)


def test_the_other_label_has_the_other_loss_and_another_model_is_named(javascript, seen):
    other = Seen(javascript, "run 1", y=0)
    printed, L = re.fullmatch(r"−log\(1 − (0\.\d+)\)= ([\d.]+)", other.loss).groups()
    assert f"{-math.log(1 - float(printed)):.2f}" == L == f"{other.core['losses'][0]:.2f}"
    assert {seen.judged, other.judged} == {"right", "wrong"}, "by the label that is set"
    assert (seen.model, other.model) == ("", "just trained")


def test_the_pixel_under_the_lens_is_read_where_it_is_marked(seen):
    row, col = map(int, re.match(r"pixel in row (\d+), column (\d+)", seen.where).groups())
    first = 3 * (64 * row + col)
    w, x = seen.network.layers[0].W[0, first : first + 3], flatten(seen.moved)[first : first + 3, 0]
    for said, values in ((seen.read_w, w), (seen.read_wx, w * x)):
        texts = re.findall(r"[+−]?\d\.\d+", said)
        assert [number(text) for text in texts] == pytest.approx(
            values.tolist(), abs=0.5 * 10 ** (2 - len(texts[0][1:]))
        )
    rgb = seen.moved[row, col].tolist()
    assert re.findall(r"[RGB] \d+", seen.read_photo) == [f"{c} {v}" for c, v in zip("RGB", rgb, strict=True)]
    alone = [[v if c == k else 0 for c in range(3)] for k, v in enumerate(rgb)]
    assert seen.chips == [f"rgb({', '.join(map(str, one))})" for one in alone]
    assert seen.swatch == f"rgb({', '.join(map(str, rgb))})"
    assert [shares(mark) for mark in seen.marks] == [[col / 64, row / 64]] * 3
    assert shares([seen.at]) == pytest.approx([first / 12288], abs=1e-4)


def test_the_handle_lies_on_the_ball_and_the_ring_on_its_place_in_the_map(seen):
    row, col = (centre + moved for centre, moved in zip(seen.taken.centre, (DOWN, RIGHT), strict=True))
    left, top, wide, high = (64 * share for share in shares(seen.ball))
    assert [top + high / 2, left + wide / 2] == pytest.approx([row + 0.5, col + 0.5], abs=1e-3)
    assert [wide, high] == pytest.approx([2 * seen.taken.radius] * 2, abs=1e-3)
    assert seen.moved_in_words.startswith("moved 3 rows down, 2 columns left: z ")
    for share, shifts, moved in zip(
        shares(seen.ring), (seen.at_first.cols, seen.at_first.rows), (RIGHT, DOWN), strict=True
    ):
        step = (shifts[-1] - shifts[0]) / (STEPS - 1)
        assert share == pytest.approx(((moved - shifts[0]) / step + 0.5) / STEPS, abs=1e-4)


def points(path: str) -> np.ndarray:
    """The points of a path of straight lines. → (k, 2)"""
    return np.array([float(part) for part in re.findall(r"-?[\d.]+", path)]).reshape(-1, 2)


@pytest.mark.parametrize(("z", "y"), [(0.8, 0), (-1.5, 1)])
def test_both_curves_the_gap_and_the_tangent_are_where_their_axes_have_them(javascript, z, y):
    """σ above and L below over one z axis; the gap is ŷ − y and the slope of L."""
    span = 4

    def loss(v):
        return float(BINARY_CROSS_ENTROPY(torch.tensor([[v]]).double(), torch.tensor([[float(y)]]).double()))

    def sigma(v):
        return 1 / (1 + math.exp(-v))

    run = javascript("pictures", "numbers", "activations", "one_ball/sums", "one_ball/curves")
    curves = "(({ z, y, L, span }) => js.curves(z, js.sigmoid(z), y, L, js.derivative(z, y), span))(given)"
    svg = run(curves, {"z": z, "y": y, "L": loss(z), "span": span})
    texts = re.findall(r'<text x="([-\d.]+)" y="([-\d.]+)" text-anchor="(\w+)">([−\d.]+)</text>', svg)
    across = sorted((number(text), float(x)) for x, _, anchor, text in texts if anchor == "middle")
    up = sorted((float(y_), number(text)) for _, y_, anchor, text in texts if anchor == "end")
    assert [value for value, _ in across] == [-4, -2, 0, 2, 4]
    X = np.polynomial.Polynomial.fit(*zip(*across, strict=True), 1)
    assert [X(value) for value, _ in across] == pytest.approx([x for _, x in across]), "one unit is one unit"
    above, below = up[:3], up[3:]
    assert [value for _, value in above] == [1, 0.5, 0]
    upper, lower = (
        np.polynomial.Polynomial.fit([v for _, v in axis], [at - 5 for at, _ in axis], 1)
        for axis in (above, below)
    )
    drawn_by = {name: path for name, path in re.findall(r'<path class="([\w ]+)" d="([^"]+)"', svg)}
    for name, axis, of in (("curve", upper, sigma), ("curve faint", lower, loss)):
        places = points(drawn_by[name])
        values = [(x - X(0)) / (X(1) - X(0)) for x in places[:, 0]]
        assert places[:, 1] == pytest.approx([axis(of(v)) for v in values], abs=1), name
    gap = [float(part) for part in re.findall(r"[\d.]+", drawn_by["gap"])]
    assert gap == pytest.approx([X(z), upper(y), upper(sigma(z))], abs=0.1)
    (x0, y0), (x1, y1) = points(drawn_by["tangent"])
    rise = ((y1 - y0) / (lower(1) - lower(0))) / ((x1 - x0) / (X(1) - X(0)))
    assert rise == pytest.approx(sigma(z) - y, abs=0.02)
    assert (y0 + (y1 - y0) * (X(z) - x0) / (x1 - x0)) == pytest.approx(lower(loss(z)), abs=0.5)
    assert f">ŷ − y = {sigma(z) - y:.2f}</text>".replace("= -", "= −") in svg


PLOTTED = """(async (bytes) => {
  const host = document.body.appendChild(document.createElement("div"))
  host.appendChild(document.createElement("style")).textContent = ".curve { width: 230px; height: 214px }"
  const pen = CanvasRenderingContext2D.prototype, usual = {}, lines = [], texts = []
  for (const name of ["beginPath", "moveTo", "lineTo", "fillText"]) usual[name] = pen[name]
  pen.beginPath = function () { lines.push({ dashed: this.getLineDash().length > 0, points: [] }) }
  pen.moveTo = pen.lineTo = function (x, y) { lines.at(-1).points.push([x, y]) }
  pen.fillText = function (text, x, y) { texts.push([text, x, y]) }
  const close = js.default({ data: Uint8Array.from(bytes), parentElement: host })
  Object.assign(pen, usual)
  const part = (name) => host.querySelector(`[data-part=${name}]`), share = part("share").style.width
  const said = ["low", "high", "count", "answer"].map((name) => part(name).textContent)
  said.push(part("curve").getAttribute("aria-label"))
  host.remove()
  close()
  return { lines, texts, said, share }
})(given)"""


def test_the_cost_of_each_step_the_mean_of_ten_and_log_2_are_where_the_axes_have_them(javascript):
    costs = 0.7 + 0.3 * np.random.default_rng(2).standard_normal(30).astype(np.float32)
    header = {
        "waiting": None, "share": 0.75, "phase": "running", "total": 60, "scale": 0.0125, "caption": "",
        "verdict": "", "z": None, "y_hat": None,
    }  # fmt: skip
    zeros = {"w": np.zeros(12288, np.float32), "photo": np.zeros(12288, np.uint8)}
    run = javascript(*SCRIPTS, "one_ball/descent")
    plot = run(PLOTTED, list(pack(header, {"costs": costs, **zeros})))
    *said, label = plot["said"]
    assert said == ["−0.0125", "+0.0125", "step 30 of 60", "ŷ = ?"]
    assert label == f"The cost J of the batch before step 30 of 60 is {costs[-1]:.3f}"
    assert plot["share"] == "75%"
    heights = [(float(text), y - 5) for text, _, y in plot["texts"] if re.fullmatch(r"\d\.\d", text)]
    steps = [(int(text), x) for text, x, _ in plot["texts"] if re.fullmatch(r"\d+", text)]
    assert len(heights) >= 4 and [step for step, _ in steps] == [0, 30, 60]
    J = np.polynomial.Polynomial.fit(*zip(*heights, strict=True), 1)
    assert J(1) < J(0), "a larger cost is higher"
    X = np.polynomial.Polynomial.fit(*zip(*steps[:2], strict=True), 1)
    dashed = next(line["points"] for line in plot["lines"] if line["dashed"])
    assert [y for _, y in dashed] == pytest.approx([J(math.log(2))] * 2)
    thin, bold = (line["points"] for line in plot["lines"] if len(line["points"]) == len(costs))
    means = [costs[max(0, i - 9) : i + 1].mean() for i in range(len(costs))]
    for line, values in ((thin, costs), (bold, means)):
        assert np.array(line) == pytest.approx(
            np.array([[X(i), J(v)] for i, v in enumerate(values)]), abs=1e-2
        )
