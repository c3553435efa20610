"""One photo flows through a network: the sums that the browser writes out are core's; what a person sees."""

import base64
import itertools
import re
from decimal import Decimal
from functools import partial

import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from core.activations import IDENTITY, RELU, SIGMOID, SOFTMAX, TANH
from core.balls import GALLERY_SEED, MIXED, render
from core.initialisation import initialise
from core.network import propagate
from core.pixels import flatten
from core.weights import load_model
from tests.browser.drawn import PIXELS, drawn, given_to, looking, pixels
from ui.controls import ChosenPhoto
from ui.hidden_layers import forward_flow
from ui.hidden_layers.forward_flow import SCRIPTS, contents
from ui.packing import pack
from ui.pictures import diverging


@pytest.fixture(scope="module")
def flow(javascript):
    return javascript(*SCRIPTS)


@pytest.fixture(scope="module")
def photo():
    pixels = torch.randint(0, 256, (64, 64, 3), generator=torch.Generator().manual_seed(4)).to(torch.uint8)
    return ChosenPhoto(pixels.numpy(), np.array([1.0, 0.0, 1.0], np.float32), "a photo", 64, 0, False)


def packed(network, photo, **about):
    """What the component is sent of a photo that flows through a network, as text."""
    header, arrays = contents(network, propagate(network, flatten(torch.from_numpy(photo.pixels))), photo)
    return base64.b64encode(pack({**header, **about}, arrays)).decode()


def a_network(widths, activations):
    dice = torch.Generator().manual_seed(sum(widths))
    return initialise((12288, *widths), activations, how="he", generator=dice)


NETWORKS = [
    ((6, 3), (TANH, SIGMOID)),
    ((64, 32, 3), (RELU, RELU, SIGMOID)),
    ((17, 9, 5, 3), (SIGMOID, IDENTITY, RELU, SOFTMAX)),
]


def test_what_is_taken_away_tells_what_the_hand_did_last_and_nothing_later(flow, photo):
    given = packed(a_network(*NETWORKS[0]), photo, pinned=None)
    for closes, waits in ((False, 500), (True, 0), (True, 500)):
        told = flow(
            "(async () => { const host = document.body.appendChild(document.createElement('div')), told = [];"
            " const data = Uint8Array.from(atob(given.packed), (c) => c.charCodeAt(0));"
            " const setStateValue = (...all) => told.push(all);"
            " const close = js.default({ data, parentElement: host, setStateValue });"
            " host.querySelector('.neuron').dispatchEvent(new MouseEvent('click', { bubbles: true }));"
            " const lamp = host.querySelector('.legend .lamp');"
            " if (lamp.matches('.below') || !lamp.textContent.endsWith('violet below 0')) throw lamp;"
            " if (given.closes) { host.remove(); close() }"
            " await new Promise((done) => setTimeout(done, given.waits)); host.remove(); return told })()",
            {"packed": given, "closes": closes, "waits": waits},
        )
        assert told == [["pinned", "1-1"]]


@pytest.mark.parametrize(("widths", "activations"), NETWORKS)
def test_every_sum_adds_up_to_cores_z(flow, photo, widths, activations):
    network = a_network(widths, activations)
    trace = propagate(network, flatten(torch.from_numpy(photo.pixels)))
    sums = flow(
        "(() => { const g = js.prepare(js.unpack(Uint8Array.from(atob(given), (c) => c.charCodeAt(0))), 50);"
        " return g.layers.map((layer, l) => [...layer.z.keys()].map((j) => js.sumOf(g, l, j))) })()",
        packed(network, photo),
    )
    x = flatten(torch.from_numpy(photo.pixels), dtype=torch.float64)
    exact = propagate(network.to(dtype=torch.float64), x)
    for l, layer in enumerate(sums):  # noqa: E741
        z = torch.tensor([s["rest"] + s["b"] + sum(p["value"] for p in s["parts"]) for s in layer])
        torch.testing.assert_close(z, exact.Z[l].flatten().float(), rtol=1e-5, atol=2e-4)
        torch.testing.assert_close(
            torch.tensor([s["a"] for s in layer]), exact.A[l + 1].flatten().float(), rtol=1e-5, atol=2e-4
        )
        for j, s in enumerate(layer):
            W, a = network.layers[l].W[j].double(), trace.A[l].flatten().double()
            each = W * a
            if l == 0:  # patch by patch
                each = each.reshape(8, 8, 8, 8, 3).sum(dim=(1, 3, 4)).flatten()
            named = [part["index"] for part in s["parts"]]
            assert s["others"] + len(named) == len(each)
            expected = each.abs().sort(descending=True).values[: len(named)]
            torch.testing.assert_close(each[named].abs(), expected, rtol=1e-4, atol=1e-5)
            found = torch.tensor([part["value"] for part in s["parts"]], dtype=torch.float64)
            torch.testing.assert_close(found, each[named], rtol=1e-4, atol=1e-5)


FEW = [((1, 3), (RELU, SIGMOID)), ((4, 3), (TANH, SIGMOID)), ((2, 4, 3), (SIGMOID, TANH, SIGMOID))]


@pytest.mark.parametrize(("widths", "activations"), [*NETWORKS, *FEW])
def test_what_a_neuron_says_comes_out_of_the_z_that_is_written(flow, photo, widths, activations):
    network = a_network(widths, activations)
    sums = flow(
        "(() => { const g = js.prepare(js.unpack(Uint8Array.from(atob(given), (c) => c.charCodeAt(0))), 50);"
        " return g.layers.slice(1).map((layer, l) => [...layer.z.keys()].map((j) =>"
        " [...js.written(g, l + 1, j).querySelectorAll('b, .from')].map((node) => node.innerHTML))) })()",
        packed(network, photo),
    )
    for activation, layer in zip(activations[1:], sums, strict=True):
        for *cards, z, a in layer:
            assert not any("1 other</span> <span>terms" in card for card in cards)
            assert not any(">0 other<" in card for card in cards), "all of them have cards of their own"
            *values, z, a = (text.replace("−", "-") for text in (*cards[::2], z, a))
            assert sum(map(Decimal, values)) == Decimal(z)
            if activation in (SIGMOID, TANH):
                shown = torch.tensor([float(z)], dtype=torch.float64)
                assert f"{float(activation(shown)):.3f}" == a


@pytest.mark.parametrize("digits", [2, 3, 4])
def test_factors_have_the_product_that_is_shown_of_them(flow, digits):
    rng = np.random.default_rng(digits)
    given = [[w, a] for w, a in zip(rng.normal(0, 0.4, 800), rng.exponential(4.0, 800), strict=True)]
    texts = flow(f"given.map(([w, a]) => js.factors(w, a, {digits}))", given)
    for (w, a), text in zip(given, texts, strict=True):
        first, second = (float(factor.replace("−", "-")) for factor in text.split(" · "))
        assert f"{first * second:.{digits}f}" == f"{w * a:.{digits}f}", text
    assert np.mean([len(text) for text in texts]) < 10 + 2 * digits
    assert flow(f"js.factors(-0.243, 10.4, {digits})").startswith("−0.243 · 10.4")
    assert re.fullmatch(r"−2\.02\d* · \(−0\.98\d*\)", flow(f"js.factors(-2.02, -0.98, {digits})"))


def test_the_legend_has_a_colour_for_what_is_below_0_where_a_can_be(flow, photo):
    for (widths, activations), below in zip(NETWORKS, (True, False, True), strict=True):
        legend = flow(
            "(() => { const host = document.body.appendChild(document.createElement('div'));"
            " const data = Uint8Array.from(atob(given), (c) => c.charCodeAt(0));"
            " const close = js.default({ data, parentElement: host, setStateValue() {} });"
            " const said = host.querySelector('.lamp').textContent; host.remove(); close(); return said })()",
            packed(a_network(widths, activations), photo, pinned=None),
        )
        assert legend == "a: dark is 0, bright is large" + (", violet below 0" if below else "")


def test_light_lines_bars_and_pictures_are_those_of_their_numbers(flow, photo):
    """The widths' tanh is below 0 at times: violet, and violet are its lines."""
    network = a_network(*NETWORKS[0])
    header, arrays = contents(network, propagate(network, flatten(torch.from_numpy(photo.pixels))), photo)
    click = "host.querySelector('.neuron').dispatchEvent(new MouseEvent('click', { bubbles: true }))"
    stroke = "[node.getAttribute('stroke'), Number(node.getAttribute('stroke-width'))]"
    look = looking(
        f"{click}; await new Promise((done) => setTimeout(done))",
        cells=(".cell", "node.getAttribute('fill')"),
        edges=(".edges:not(.way) .edge", stroke),
        bars=(".output rect.light", "Number(node.getAttribute('width'))"),
        tracks=(".output rect:not(.light)", "Number(node.getAttribute('width'))"),
        said=(".output .said", "node.textContent"),
        pictures=(".pictures canvas", PIXELS),
        scales=(".pictures small", "node.textContent"),
        patches=(".face canvas", PIXELS),
    ).replace("(host) =>", "async (host) =>")
    seen = drawn(flow, pack({**header, "pinned": None}, arrays), look)
    assert seen["cells"] == flow("given.map((a) => js.glow(a, 1))", arrays["a1"].flatten().tolist())
    assert len({a > 0 for a in arrays["a1"].flatten()}) == 2
    green, violet = "#8ED0AE", "#B7A0DE"
    wx = (arrays["z1"] - arrays["b1"]).flatten()
    w_a = (arrays["W2"] * arrays["a1"].flatten()).flatten()
    for values, edges in ((wx, seen["edges"][: wx.size]), (w_a, seen["edges"][wx.size :])):
        weakest_first = sorted(values.tolist(), key=abs)
        assert [stroke for stroke, _ in edges] == [green if v > 0 else violet for v in weakest_first]
        widths = [0.7 + 4.3 * abs(v) / abs(weakest_first[-1]) for v in weakest_first]
        assert [wide for _, wide in edges] == pytest.approx(widths, abs=0.006)
    y_hat = arrays["a2"].flatten().tolist()
    for track, bar, p in zip(seen["tracks"], seen["bars"], y_hat, strict=True):
        assert bar == pytest.approx(max(2, track * p), abs=1e-3)
    right = [(p > 0.5) == (y > 0.5) for p, y in zip(y_hat, photo.Y.tolist(), strict=True)]
    assert seen["said"] == [
        f"{'✓' if ok else '✗'} label {y:.0f}" for ok, y in zip(right, photo.Y, strict=True)
    ]
    w, e = (pixels(canvas, 64, 64) for canvas in seen["pictures"])
    assert (w == arrays["w_pictures"][0].reshape(64, 64, 3)).all()
    of_first = diverging(arrays["e_pictures"][0].reshape(64, 64) - 127.0, 127)
    assert abs(e - of_first.astype(int)).max() <= 1
    ends = [float(arrays[name][0, 0]) for name in ("w_scale", "e_scale")]
    assert [float(text.strip("±")) for text in seen["scales"]] == pytest.approx(ends, rel=0.05)
    largest = np.argsort(-abs(arrays["patches"][0].flatten()))[: len(seen["patches"])]
    for place, canvas in zip(largest, seen["patches"], strict=True):
        row, column = 8 * (place // 8), 8 * (place % 8)
        assert (pixels(canvas, 8, 8) == photo.pixels[row : row + 8, column : column + 8]).all()


def test_the_strongest_edges_are_the_strongest(flow):
    dice = torch.Generator().manual_seed(2)
    W, a = torch.randn(5, 7, generator=dice), torch.relu(torch.randn(7, generator=dice))
    [edges, given] = flow(
        "[js.strongest(Float32Array.from(given[0]), Float32Array.from(given[1]), 9),"
        " [...js.gives(Float32Array.from(given[0]), Float32Array.from(given[1]), 2)]]",
        [W.flatten().tolist(), a.tolist()],
    )
    C = (W * a).double()
    assert sorted(abs(e["value"]) for e in edges) == pytest.approx(
        C.abs().flatten().sort().values[-9:].tolist()
    )
    assert all(e["value"] == pytest.approx(float(C[e["to"], e["from"]])) for e in edges)
    assert given == pytest.approx(C[:, 2].tolist())
    # what gives nothing is no edge
    assert flow("js.strongest(Float32Array.of(1, 2), Float32Array.of(0, 3), 9)") == [
        {"from": 1, "to": 0, "value": 6}
    ]


def test_the_strong_paths_are_the_largest_terms_and_theirs(flow, photo):
    network = a_network(*NETWORKS[1])
    trace = propagate(network, flatten(torch.from_numpy(photo.pixels)))
    found = flow(
        "js.paths(js.prepare(js.unpack(Uint8Array.from(atob(given), (c) => c.charCodeAt(0))), 50), 2, 1, 3)",
        packed(network, photo),
    )
    ends = [1]
    for l in (2, 1):  # noqa: E741
        edges = {(e["from"], e["to"]): e["value"] for e in found[l]}
        expected = {}
        for j in ends:
            each = network.layers[l].W[j] * trace.A[l].flatten()
            expected |= {(int(i), j): float(each[i]) for i in each.abs().topk(3).indices if each[i] != 0}
        assert edges == pytest.approx(expected, rel=1e-4)
        ends = list(dict.fromkeys(i for i, _ in edges))
    wx = (trace.Z[0] - network.layers[0].b).flatten()
    assert {e["to"]: e["value"] for e in found[0]} == pytest.approx({j: float(wx[j]) for j in ends}, rel=1e-4)
    assert all(max(e["share"] for e in layer) == pytest.approx(1) for layer in found)


@pytest.mark.parametrize("width", [300, 358, 640, 820, 1120])
@pytest.mark.parametrize("sizes", [[4, 3], [64, 32, 3], [256, 256, 256, 3], [1, 2, 1], [13, 200, 3]])
def test_everything_has_room_and_a_place_on_the_stage(flow, width, sizes):
    stage = flow("js.layout(...given)", [sizes, width])
    for layer, k in zip(stage["layers"], sizes, strict=True):
        points = torch.tensor([[p["x"], p["y"]] for p in layer["points"]], dtype=torch.float64)
        assert len(points) == k
        assert points.min() >= layer["r"] and bool((points[:, 0] <= width - layer["r"]).all())
        assert bool((points[:, 1] <= stage["height"] - layer["r"]).all())
        if k > 1:
            assert float(torch.pdist(points).min()) > 2 * layer["r"]
    axis = "y" if stage["down"] else "x"
    ends = [[p[axis] for p in layer["points"]] for layer in stage["layers"]]
    assert all(max(before) + 12 < min(after) for before, after in itertools.pairwise(ends))


def test_arrows_find_the_next_neuron(flow):
    points = [{"x": x, "y": y} for x in (0, 10) for y in (0, 10, 20)] + [{"x": 90, "y": 11}]
    step = lambda i, d: flow("js.neighbour(given[0], given[0][given[1]], given[2])", [points, i, d])  # noqa: E731
    assert [step(0, [0, 1]), step(0, [1, 0]), step(4, [1, 0]), step(6, [-1, 0])] == [1, 3, 6, 4]
    assert step(0, [0, -1]) == -1


def test_light(flow):
    assert flow("[js.glow(0, 2), js.glow(2, 2), js.glow(5, 2), js.glow(0, 0)]") == [
        "rgb(35 43 53)", "rgb(232 255 250)", "rgb(232 255 250)", "rgb(35 43 53)",
    ]  # fmt: skip
    assert flow("js.glow(-1, 1)") == "rgb(240 230 255)"


@pytest.fixture
def shown(alone, monkeypatch):
    """shown(link): the shipped network and a photo of the gallery, alone, as the page gives it for a link."""
    network, found = load_model("network"), render(GALLERY_SEED, [3], MIXED)
    chosen = ChosenPhoto(found.pixels[0].numpy(), found.Y[:, 0].numpy(), "a photo", GALLERY_SEED, 3, False)
    trace = propagate(network, flatten(found.pixels))

    def show(**link):
        monkeypatch.setattr(forward_flow, "fragment", lambda part: part)  # no page runs
        monkeypatch.setattr(forward_flow.st, "query_params", link)
        mount = partial(forward_flow.forward_flow, network, trace, chosen, "flow")
        alone.show(SCRIPTS, given_to(monkeypatch, forward_flow, "_flow", mount))

    return show


def told_in_the_end(page, name, value):
    """The server is told this, when the hand has rested."""
    heard = "([name, value]) => told.findLast(([of]) => of === name)?.[1] === value"
    page.wait_for_function(heard, arg=[name, value])


def test_a_neuron_says_what_it_is_made_of(alone, shown):
    shown()
    page = alone.page
    neurons = page.locator(".flow .neuron")
    assert neurons.count() == 64 + 32 + 3
    readout = page.locator(".flow .readout")
    assert readout.inner_text().startswith("Output")  # before anybody points at anything: the largest output
    neurons.nth(64).hover()
    assert "Layer 2, neuron 1" in readout.inner_text() and "ReLU(z)" in readout.inner_text()
    cards = readout.locator(".term b").all_inner_texts()
    z = readout.locator(".total b").first.inner_text()
    value = lambda text: float(text.replace("−", "-"))  # noqa: E731
    assert sum(map(value, cards)) == pytest.approx(value(z), abs=1e-6)  # what is shown adds up
    assert page.locator(".flow .lit .edge").count() > 5

    neurons.nth(64).click()
    told_in_the_end(page, "pinned", "2-1")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert readout.inner_text().startswith("Output 1, soccer ball")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    assert "Layer 1" in readout.inner_text() and readout.locator(".pictures canvas").count() == 2
    page.keyboard.press("Escape")
    assert readout.inner_text().startswith("Output") and page.locator(".flow .lit .edge").count() == 0
    told_in_the_end(page, "pinned", "")

    ends = page.locator(".flow .neuron[aria-label^=Output]").evaluate_all(
        "all => all.map((end) => end.getAttribute('aria-label'))"
    )
    largest = max(ends, key=lambda end: float(end.rpartition(" ")[2]))  # "Output 3, baseball: 0.702"
    ball = largest.partition(", ")[2].partition(":")[0]
    assert page.get_by_text(f"terms of the largest output, {ball},").count() == 1
    assert_more_edges_are_drawn_by_the_slider(page)
    assert_on_a_small_phone_no_term_has_its_name_on_its_number(alone)


def assert_more_edges_are_drawn_by_the_slider(page):
    strong = page.locator(".flow .way .edge")
    assert 3 <= strong.count() <= 3 + 9 + 9
    pale = page.locator(".flow .edges:not(.way) .edge")
    seen = "(edge) => Number(getComputedStyle(edge).opacity)"
    assert pale.first.evaluate(seen) < 0.3 and strong.first.evaluate(seen) == 1
    before = pale.count()
    slider = page.get_by_role("slider", name="Strongest edges drawn")
    slider.press("ArrowRight")
    assert pale.count() > before
    told_in_the_end(page, "edges", 70)
    slider.press("ArrowRight")
    told_in_the_end(page, "edges", 80)


def test_a_link_has_a_neuron_lit_and_so_many_edges_drawn(alone, shown):
    shown(edges="80", flow="2-1")
    slider = alone.page.get_by_role("slider", name="Strongest edges drawn")
    expect(slider).to_have_value("80")
    expect(slider.locator("xpath=following-sibling::span")).to_have_text("80")
    expect(alone.page.locator(".flow .readout")).to_contain_text("Layer 2, neuron 1")


def assert_on_a_small_phone_no_term_has_its_name_on_its_number(alone):
    apart = """terms => terms.map((term) => {
        const box = (part) => {
            const letters = document.createRange()
            letters.selectNodeContents(part)
            return letters.getBoundingClientRect()
        }
        const name = term.querySelector(".of") && box(term.querySelector(".of"))
        const others = [term.querySelector("b"), ...term.querySelectorAll(".from > span:not(.of)")].map(box)
        return !name || others.every((other) => name.left > other.right + 4 || name.bottom < other.top + 3)
    })"""
    for width in (360, 320):
        alone.as_seen(width=width, height=800)
        assert alone.page.locator(".flow .term").evaluate_all(apart) == [True] * 6, width


def test_the_axis_holds_every_value(javascript):
    chart = javascript("elements", "numbers", "stand_apart", "hidden_layers/symmetry_chart")
    low, high = chart("js.range([1.61, 1.94, 2.28])")
    assert low == pytest.approx(1.6) and high == pytest.approx(2.4)
