"""House prices as they are drawn: bars, wires, discs and cells have their number's length and colour."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.activations import SIGMOID
from core.house_networks import Pair, fully_connected, hand_wired, prices
from core.houses import expected_price
from core.network import Network, propagate
from tests.browser.drawn import drawn, given_to, looking, number, shares
from ui.house_prices import agreement, board
from ui.house_prices.networks import world
from ui.pictures import diverging
from ui.theme import CELLS, DIVERGING

HOUSE = (150, 4, 3, 90)
TEXT = "node.textContent"
GROUND = "node.style.background.match(/[0-9]+/g)?.slice(0, 3).map(Number)"


@pytest.fixture(scope="module")
def pair():
    """Two networks whose weights of the price are larger than those of the units."""

    def dearer(network):
        first, last = network.layers
        return Network((first, replace(last, W=3 * last.W)))

    return Pair(0, 1, dearer(hand_wired(SIGMOID)), dearer(fully_connected(3, SIGMOID, 7)))


def rgb(colour):
    return f"rgb({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))})"


def colours(values, scale):
    """By day, of numbers on a scale from −scale to scale. → (k, 3)"""
    return diverging(np.array([values]), scale)[0].astype(int)


def test_a_house_has_the_prices_wires_and_lights_of_both_networks(javascript, monkeypatch, pair):
    monkeypatch.setattr(board.told, "when", lambda *_: 0)
    monkeypatch.setattr(board, "note", lambda *_: None)
    monkeypatch.setitem(board.st.session_state, board.HOUSE, HOUSE)
    data = given_to(monkeypatch, board, "_board", lambda: board.board(pair, key="board"))
    disc = "Number(node.querySelector('circle').style.fill.match(/([0-9.]+)%/)[1])"
    look = looking(
        bars=(".bar .fill", "node.style.width"),
        values=(".row .value", TEXT),
        apart=(".row .apart", TEXT),
        wires=("line.wire", "[node.style.stroke, node.style.strokeWidth, node.style.display]"),
        discs=("g.node", disc),
        legend=(".legend .mark", "[node.parentElement.textContent, node.style.background]"),
        cells=(".matrix td:not(.corner)", f"[{TEXT}, {GROUND}]"),
    )
    scripts = ("elements", "numbers", "pictures", "activations")
    parts = ("house_prices/sums", "house_prices/diagram", "house_prices/board")
    seen = drawn(javascript(*scripts, *parts), data, look)
    here = world()
    X = torch.tensor(HOUSE, dtype=torch.float64).reshape(4, 1)
    nets = [net.to(dtype=torch.float64) for net in (pair.hand, pair.full)]
    costs = [float(prices(net, here.scale, X)) for net in nets] + [float(expected_price(X))]
    assert shares(seen["bars"]) == pytest.approx(
        [min(1, max(0, cost / board.END)) for cost in costs], abs=1e-5
    )
    assert seen["values"] == [f"{round(cost):,} k€" for cost in costs]
    for cost, said in zip(costs[:2], seen["apart"], strict=False):
        off = round(cost) - round(costs[2])
        assert said == f"{abs(off):,} too {'low' if off < 0 else 'high'}"
    w_1 = [net.layers[0].W for net in nets]
    scales = [
        max(float(layer.W.abs().max()) for layer in layers)
        for layers in zip(*(n.layers for n in nets), strict=True)
    ]
    wires = [
        (w, s)
        for net in nets
        for layer, s in zip(net.layers, scales, strict=True)
        for w in layer.W.flatten().tolist()
    ]
    for (w, scale), (stroke, width, display) in zip(wires, seen["wires"], strict=True):
        assert stroke == rgb(DIVERGING[2 if w < 0 else 8]) and (display == "none") == (w == 0)
        assert float(width or 0) == pytest.approx(0.7 + 7 * abs(w) / scale if w else 0, abs=1e-4)
    assert seen["legend"] == [["w below 0", rgb(DIVERGING[2])], ["w above 0", rgb(DIVERGING[8])]]
    cells = [
        (w, *cell)
        for w, cell in zip(torch.cat([W.flatten() for W in w_1]).tolist(), seen["cells"], strict=True)
    ]
    for w, said, ground in cells:
        assert number(said) == pytest.approx(w, abs=0.005)
        if w:
            assert abs(np.array(ground) - colours([w], scales[0])[0]).max() <= 1
    low, high = (torch.tensor([getattr(known, end) for known in board.INPUTS]) for end in ("low", "high"))
    lights = []
    for net in nets:
        a = propagate(net, here.scale.inputs(X)).A[1].flatten()
        every = propagate(net, here.scale.inputs(here.unseen.X.double())).A[1]
        least, most = every.amin(dim=1), every.amax(dim=1)
        price = float(prices(net, here.scale, X)) / board.END
        lights += [
            *((X.flatten() - low) / (high - low)).tolist(),
            *((a - least) / (most - least)).tolist(),
            price,
        ]
    assert seen["discs"] == pytest.approx([100 * min(1, max(0, light)) for light in lights], abs=0.06)


def test_a_units_agreement_has_its_colour_and_each_concept_its_bar(javascript):
    r = torch.tensor([[0.9, -0.3, 0.1], [-0.6, 0.5, -0.95]])
    table = agreement._table("Wired by hand", ["one", "two"], r)
    data = {"concepts": list(agreement.NAMES), "groups": [[table]], "stops": CELLS}
    look = looking(cells=("tbody td", f"[{TEXT}, {GROUND}]"), bars=("thead small", TEXT))
    seen = drawn(javascript("elements", "pictures", "house_prices/agreement"), data, look)
    assert seen["bars"] == [f"bar {bar}" for bar in table["bars"]] and len(set(table["bars"])) > 1
    values = r.flatten().tolist()
    assert [number(text.strip("✓ ")) for text, _ in seen["cells"]] == pytest.approx(values, abs=0.005)
    assert abs(np.array([ground for _, ground in seen["cells"]]) - colours(values, 1)).max() <= 1


def test_each_training_is_a_dot_at_its_r_that_agrees_beyond_the_bar(javascript):
    rows = [{"name": "near", "limit": 0.4, "values": [0.9, 0.2, 0.6], "seeds": [3, 4, 5], "count": "2 of 3"}]
    at = "parseFloat(node.style.left)"
    look = looking(
        "host.querySelector('.strip').dispatchEvent(new KeyboardEvent('keydown', { key: 'Home' }))",
        dots=(".dot", f"[{at}, node.classList.contains('agrees')]"),
        bar=(".limit", at),
        ticks=(".ticks span", f"[{TEXT}, {at}]"),
        said=(".name small", TEXT),
    )
    seen = drawn(javascript("elements", "numbers", "house_prices/seeds"), {"rows": rows}, look)
    place = {float(text): left for text, left in seen["ticks"]}
    one = place[1]
    assert place == {r: pytest.approx(r * one) for r in (0, 0.25, 0.5, 0.75, 1)}
    assert seen["dots"] == [[pytest.approx(r * one), r > 0.4] for r in rows[0]["values"]]
    assert seen["bar"] == [pytest.approx(0.4 * one)] and seen["said"] == ["seed 4: 0.20"]
