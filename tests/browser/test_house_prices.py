"""House prices in a real browser: the sums against core, sliders by keyboard, pointing, the link."""

import re
from itertools import pairwise

import pytest
import torch
from playwright.sync_api import expect
from torch.testing import assert_close

from core.activations import ACTIVATIONS, RELU, SIGMOID
from core.experiments.black_box import straight_line
from core.house_networks import STEPS, Scale, fully_connected, prices, train_both
from core.houses import concepts, expected_price, houses
from core.network import propagate
from tests.browser.drawn import given_to
from tests.browser.links import query
from ui.house_prices import agreement, board
from ui.house_prices.agreement import decimals
from ui.house_prices.networks import world

AGREEMENT = ("elements", "pictures", "house_prices/agreement")


@pytest.fixture(scope="module")
def sums(javascript):
    return javascript("activations", "house_prices/sums")


def same(found, expected):
    assert_close(torch.tensor(found, dtype=torch.float64), expected, rtol=1e-9, atol=1e-9)


def test_the_simulations_sums(sums):
    X = houses(2, 60, dtype=torch.float64).X  # (4, m)
    same(sums("given.map((house) => js.concepts(house))", X.T.tolist()), concepts(X).T)
    same(sums("given.map((house) => js.expectedPrice(house))", X.T.tolist()), expected_price(X)[0])


def test_a_wires_product_holds_on_a_calculator(javascript):
    """2.35 · 0.10 is 0.24, where 0.25 stood."""
    parts = ("elements", "numbers", "pictures", "activations", "house_prices/sums", "house_prices/diagram")
    pairs = [(2.3541, 0.1049), (-2.118, -0.3951), (0.43, 0.17), (0.0042, 0.0031), (-0.781, 0.3355)]
    for written in javascript(*parts)("given.map(([w, x]) => js.product(w, x))", pairs):
        w, x, result = (float(v.strip("()").replace("−", "-")) for v in re.split(" [·=] ", written))
        assert round(w * x, 2) == result, written


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu"])
def test_a_networks_sums(sums, activation):
    seen = houses(2, 60, dtype=torch.float64)
    scale, X = Scale.of(seen), seen.X
    network = fully_connected(5, ACTIVATIONS[activation], 4).to(dtype=torch.float64)
    first, last = network.layers
    net = {"W1": first.W.tolist(), "b1": [0.1, -0.2, 0.3, 0, 1], "W2": last.W[0].tolist(), "b2": -0.4}
    first.b.copy_(torch.tensor(net["b1"], dtype=torch.float64).reshape(5, 1))
    last.b.fill_(-0.4)
    told = {
        "mean": scale.mean.flatten().tolist(),
        "spread": scale.spread.flatten().tolist(),
        "price_mean": scale.price_mean,
        "price_spread": scale.price_spread,
    }
    given = [{**net, "activation": activation}, told, X.T.tolist()]
    found = sums("given[2].map((house) => js.priceOf(given[0], given[1], house))", given)
    trace = propagate(network, scale.inputs(X))
    for name, expected in (("x", trace.A[0]), ("z", trace.Z[0]), ("a", trace.A[1])):
        same([one[name] for one in found], expected.T)
    same([one["price"] for one in found], prices(network, scale, X)[0])
    C = concepts(X)[[0, 1, 2, 0, 1]]
    slope, start = straight_line(trace.A[1], C)
    lines = [{"slope": s, "start": c} for s, c in zip(slope.tolist(), start.tolist(), strict=True)]
    read = sums(
        "given[1].map((a) => a.map((v, j) => js.standsFor(given[0][j], v)))", [lines, trace.A[1].T.tolist()]
    )
    same(read, (slope[:, None] * trace.A[1] + start[:, None]).T)


def test_places_and_dots(javascript):
    places = javascript("elements", "numbers", "house_prices/diagram")("js.places(500, 8, 496)")
    assert [len(column) for column in places] == [4, 8, 1]
    heights = [y for _, y in places[1]]
    assert min(b - a for a, b in pairwise(heights)) >= 58  # a disc, a name above it
    lanes = javascript("elements", "numbers", "house_prices/seeds")(
        "js.stacked([0.5, 0.505, 0.51, 0.9], 0.02)"
    )
    assert len(set(lanes[:3])) == 3 and lanes[3] == 0


def test_a_correlation_below_1_is_told_as_in_the_table(javascript):
    rs = [0.9, 0.994, 0.9951, 0.9997, 1.0]
    said = javascript("elements", "numbers", "house_prices/seeds")("given.map(js.correlation)", rs)
    assert said == [f"{r:.{decimals(r)}f}" for r in rs] == ["0.90", "0.99", "0.995", "0.9997", "1.00"]


def test_a_training_is_told_by_a_tap_and_by_the_keyboard_in_all_rows(javascript):
    rows = [
        {"name": "near", "limit": 0.4, "values": [0.9, 0.2, 0.6], "seeds": [3, 4, 5], "count": "2 of 3"},
        {"name": "far", "limit": 0.4, "values": [0.1, 0.5, 0.3], "seeds": [3, 4, 5], "count": "1 of 3"},
    ]
    said = javascript("elements", "numbers", "house_prices/seeds")(
        """(() => {
            const host = document.body.appendChild(document.createElement("div")), said = []
            js.default({ data: { rows: given }, parentElement: host })
            const strip = host.querySelector(".strip")
            const note = () => said.push([...host.querySelectorAll(".name small")].map((e) => e.textContent),
                strip.getAttribute("aria-valuetext"))
            strip.style.cssText = "position: relative; width: 300px"
            for (const dot of host.querySelectorAll(".dot")) dot.style.position = "absolute"
            const { x, y } = host.querySelectorAll(".dot")[2].getBoundingClientRect()
            note()
            strip.dispatchEvent(new MouseEvent("click", { clientX: x, clientY: y }))
            note()
            for (const key of ["ArrowLeft", "ArrowLeft", "End", "Home"]) {
                strip.dispatchEvent(new KeyboardEvent("keydown", { key }))
                note()
            }
            const anew = given.map((row) => ({ ...row, values: [0.7] }))
            js.default({ data: { rows: anew }, parentElement: host })
            said.push(host.querySelectorAll(".told").length, strip.isConnected)
            host.remove()
            return said
        })()""",
        rows,
    )
    both = [["seed 5: 0.60", "seed 5: 0.30"], "seed 5: 0.60"]
    low = [["seed 4: 0.20", "seed 4: 0.50"], "seed 4: 0.20"]
    high = [["seed 3: 0.90", "seed 3: 0.10"], "seed 3: 0.90"]
    assert said == [["", ""], "seed 3: 0.90", *both, *low, *low, *high, *low, 0, False]


def test_a_house_under_the_keyboard_and_many_trainings(app):
    app.open("house_prices?house=100,5,5,60&units=8&start=2")
    app.page.get_by_role("button", name="Train again").wait_for(timeout=60_000)
    app.idle()
    values = app.page.locator(".houses .row .value")
    before = values.all_inner_texts()
    slider = app.page.get_by_role("slider", name="size")
    assert slider.get_attribute("aria-valuetext") == "100 m²"
    slider.focus()
    for _ in range(3):
        slider.press("PageUp")
    after = values.all_inner_texts()
    assert app.page.locator(".houses .axis span").all_inner_texts()[::2] == ["0", "1,500"]
    assert len(before) == 3 and all(a != b for a, b in zip(before, after, strict=True))
    assert all(text.endswith("k€") for text in after)
    app.page.wait_for_function("location.search.includes('house=') && !location.search.includes('100,5')")
    app.idle()
    assert values.all_inner_texts() == after

    link = query(app)["house"]
    # One entry, or one a press where the presses were slow to come; history.length, 50 at most, cannot tell.
    entries = 0
    while slider.get_attribute("aria-valuetext") != "100 m²" and entries < 3:
        there = app.page.url
        app.page.go_back()
        entries += 1
        app.until(lambda there=there: app.page.url != there)
        app.idle()
    assert entries and slider.get_attribute("aria-valuetext") == "100 m²"
    app.page.evaluate("n => history.go(n)", entries)
    expect(values).to_have_text(after)
    app.idle()
    app.as_seen(width=390, height=900, dark=False)
    app.page.reload()
    app.page.wait_for_selector(".houses .row .value")
    app.idle()
    assert query(app)["house"] == link and values.all_inner_texts() == after
    assert_tables_and_many_trainings(app)


def assert_tables_and_many_trainings(app):
    tables = app.page.locator(".agreement table")
    assert tables.nth(2).locator("tbody tr").count() == 8
    assert tables.nth(2).locator("td.agrees, td.closest").count() >= 3
    many = app.page.get_by_role("button", name="Train 20 times")
    many.focus()
    many.press("Enter")
    app.page.wait_for_selector(".seeds .dot", timeout=60_000)
    stop = app.page.get_by_test_id("stMain").get_by_role("button", name="Stop")
    expect(stop).to_be_focused()
    stop.press("Enter")
    expect(many).to_be_focused()
    app.idle()
    assert app.page.get_by_text("some unit agreed with").is_visible()
    assert app.overflow() == 0
    tops = "all => all.map(e => e.getBoundingClientRect().top)"
    seeds = app.page.locator(".seeds")
    names, strips, counts = (
        seeds.locator(part).evaluate_all(tops)
        for part in (".name:not(.quiet)", ".strip", ".count:not(.quiet)")
    )
    assert len(names) == 3
    assert names == pytest.approx(counts, abs=2), "each count beside its own concept"
    assert all(name < strip for name, strip in zip(names, strips, strict=True))
    words = " ".join(app.page.locator(".agreement .legend, .seeds .axis").all_text_contents())
    assert words.count("|r|") == 0 and words.count("|\u2060r|") == 2, "no line ends behind an opening bar"


def trained(k, activation, steps=STEPS):
    *_, pair = train_both(world().seen, k, activation, steps=steps, every=steps)
    return pair


@pytest.fixture(scope="module")
def usual_pair():
    return trained(3, SIGMOID)


@pytest.fixture
def on_the_board(alone, monkeypatch):
    """on_the_board(pair): their board, alone, with the usual house."""

    def show(pair, **seen):
        monkeypatch.setattr(board.told, "when", lambda *_: 0)
        monkeypatch.setattr(board, "note", lambda *_: None)
        monkeypatch.setitem(board.st.session_state, board.HOUSE, board.USUAL_HOUSE)
        data = given_to(monkeypatch, board, "_board", lambda: board.board(pair, key="board"))
        alone.show(board.SCRIPTS, data, **seen)

    return show


def test_what_is_pointed_at_lights_up_in_the_diagram_and_in_the_matrix(alone, on_the_board, usual_pair):
    on_the_board(usual_pair)
    hand, full = (alone.page.locator(".network").nth(n).locator(".node[tabindex]") for n in (0, 1))
    a, meaning = re.compile(r"^a = 0\.\d\d$"), re.compile(r"^≈ \d\.\d persons$")
    expect(hand.first.locator(".below")).to_have_text([a, meaning])
    expect(full.first.locator(".below")).to_have_text([a, ""])
    hand.first.focus()
    assert "z = " in alone.page.locator(".network .readout").first.inner_text()
    lit = alone.page.locator(".network").nth(0).locator("td.lit")
    assert lit.count() == 4 and [t == "0" for t in lit.all_inner_texts()] == [False, False, True, True]
    lit = alone.page.locator(".network").nth(0).locator(".wire.lit")
    assert [wire.is_visible() for wire in lit.all()] == [True, True, False, False, True]  # last: to the price
    alone.page.locator(".network").nth(1).locator("td").nth(2).hover()
    assert "w · x" in alone.page.locator(".network .readout").nth(1).inner_text()


@pytest.mark.parametrize("activation", [SIGMOID, RELU], ids=["sigmoid", "relu"])
def test_every_sum_holds_on_a_calculator(alone, on_the_board, usual_pair, activation):
    on_the_board(usual_pair if activation is SIGMOID else trained(3, RELU, steps=150))
    value = lambda text: float(text.replace("−", "-").strip("()"))  # noqa: E731
    readouts = alone.page.locator(".network .readout")
    for place in (0, 1):
        nodes = alone.page.locator(".network").nth(place).locator(".node[tabindex]").all()
        assert len(nodes) == 4, "three units and the price"
        for node in nodes:
            node.focus()
            said = readouts.nth(place).inner_text()
            parts, total = re.search(r"(?:z|ŷ) = (.*?) = ([−\d.]+)", said).groups()
            added = sum(value(part.removeprefix("b ")) for part in parts.split(" + "))
            assert added == pytest.approx(value(total), abs=1e-6), said
            if "back to k€" in said:
                y, spread, mean, price = re.search(r"k€: (\S+) · (\S+) \+ (\S+) = (\S+)$", said).groups()
                assert f"{value(y) * value(spread) + value(mean):.0f}" == price, said
            else:
                a = float(activation(torch.tensor([[value(total)]], dtype=torch.float64)))
                assert f"{a:.2f}" == f"{value(said.rpartition(' = ')[2]):.2f}", said


def words_on_each_other(network):
    """How many words a diagram has, and the pairs of which one stands on the other."""
    words = network.locator("svg text:not(.inside)").evaluate_all(
        "all => all.filter((e) => e.textContent).map((e) => [e.textContent, e.getBoundingClientRect()])"
    )
    on = [
        (one, other)
        for i, (one, a) in enumerate(words)
        for other, b in words[i + 1 :]
        if a["left"] < b["right"] and b["left"] < a["right"]
        and a["top"] + 3 < b["bottom"] and b["top"] + 3 < a["bottom"]
    ]  # fmt: skip
    return len(words), on


# Of the words above and below the hidden units, or the inputs: which of them a wire runs through.
CROSSED = """(diagram, inputs = false) => {
  const wires = [...diagram.querySelectorAll(".wire")].filter((wire) => wire.style.display !== "none")
  const along = ({ x1, y1, x2, y2 }, part) => [x1, x2, y1, y2].map((one) => one.baseVal.value)
    .reduce((at, value, i) => (at[i >> 1] += value * (i % 2 ? part : 1 - part), at), [0, 0])
  const units = [...diagram.querySelectorAll("g[tabindex]")].slice(0, -1) // the last one is the price
  const nodes = inputs ? [...diagram.querySelectorAll(".node:not([tabindex])")] : units
  const words = nodes.flatMap((node) => [...node.querySelectorAll(":is(.name, .below):not(:empty)")])
  return [words.length, words.filter((text) => {
    const { x, y, width, height } = text.getBBox()
    return wires.some((wire) => Array.from({ length: 201 }, (_, i) => along(wire, i / 200)).some(([u, v]) => {
      const half = parseFloat(wire.style.strokeWidth) / 2
      return u + half > x && u - half < x + width && v + half > y + 3 && v - half < y + height - 3
    }))
  }).map((text) => text.textContent)]
}"""


def test_no_word_of_a_unit_lies_on_a_wire_or_on_another(alone, on_the_board, usual_pair):
    on_the_board(usual_pair)
    networks = alone.page.locator(".network").all()
    hand, full = (network.locator("svg") for network in networks)
    expect(hand).to_contain_text("persons")
    for width in (1280, 1920, 1024, 820, 390, 360, 320):
        alone.as_seen(width=width)
        count, crossed = hand.evaluate(CROSSED)
        assert count >= (9 if width >= 390 else 6) and crossed == [], width
        assert hand.evaluate(CROSSED, True) == [7, []], width
        _, crossed = full.evaluate(CROSSED)
        assert not [word for word in crossed if word.startswith("a = ")], width
        inside = full.locator(".node[tabindex] .inside").all_text_contents()[:-1]
        named = full.locator(".node[tabindex]").evaluate_all("all => all.map((e) => e.ariaLabel)")[:-1]
        for text, name in zip(inside, named, strict=True):
            assert text == ("σ" if width >= 390 else name.rpartition(" = ")[2]), width
        for network in networks if width <= 390 else ():
            count, on = words_on_each_other(network)
            assert count >= (12 if width >= 390 else 9) and on == [], width


def test_the_names_of_eight_units_keep_off_the_inputs_each_other_and_what_stands_above_them(
    alone, on_the_board
):
    on_the_board(trained(8, SIGMOID, steps=300))
    networks = alone.page.locator(".network").all()
    full = networks[1].locator("svg")
    expect(full).to_contain_text("h4 ≈")
    for width in (1280, 390, 320):
        alone.as_seen(width=width)
        for network in networks:
            said = network.locator(".about").bounding_box()
            tops = [name.bounding_box()["y"] for name in network.locator("text.name").all()]
            assert min(tops) - said["y"] - said["height"] >= 8, width
        named = networks[1].locator(".node[tabindex] .name").all_text_contents()
        assert len(named) == 9
        below = width == 320  # elsewhere there is no room for it below the discs
        assert [("· a = " in text) for text in named[:-1]] == [not below] * 8, width
    for network in networks:  # on the smallest phone
        count, on = words_on_each_other(network)
        assert count >= 9 and on == []
    beyond = """(svg) => {
      const discs = [...svg.querySelectorAll("circle")].map((e) => e.getBoundingClientRect())
      return [...svg.querySelectorAll(".name:not(:empty)")].filter((name) => {
        const box = name.getBoundingClientRect()
        return discs.some((disc) => box.left < disc.right - 3 && box.right > disc.left + 3
          && box.top + 4 < disc.bottom && box.bottom - 4 > disc.top)
      }).map((name) => name.textContent)
    }"""
    assert full.evaluate(beyond) == []


# Names of rows that reach into the first of their cells.
INTO_A_CELL = """names => names.filter((name) => {
  const letters = document.createRange()
  letters.selectNodeContents(name)
  return letters.getBoundingClientRect().right + 2 > name.nextSibling.getBoundingClientRect().left
}).map((name) => name.textContent)"""


GAP = """(name) => {
  const letters = document.createRange()
  letters.selectNodeContents(name)
  return letters.getBoundingClientRect().top - name.getBoundingClientRect().top - name.clientTop
}"""


def test_the_tables_names_stand_beside_their_rows_off_the_rule_and_its_legend_at_the_edge(
    alone, monkeypatch, on_the_board, usual_pair
):
    on_the_board(usual_pair)
    data = given_to(
        monkeypatch, agreement, "_agreement", lambda: agreement.agreement(usual_pair, key="tables")
    )
    alone.add(AGREEMENT, data)
    assert_two_that_look_the_same_show_why_one_is_the_closest(alone.page)
    matrix, table = (
        alone.page.locator(f"{part} th[scope=row]") for part in (".network .matrix", ".agreement")
    )
    assert matrix.count() == 6 and table.count() == 3 + 4 + 3 + 1
    for width in (1280, 820, 390, 375, 360, 320):
        alone.as_seen(width=width, dark=width in (1280, 390))
        if width in (1280, 390):
            assert alone.page.locator(".agreement tfoot th").evaluate(GAP) >= 3, width
        if width == 820:
            legend = alone.page.locator(".agreement .legend > span")
            parts = legend.evaluate_all("all => all.map((e) => [e.offsetTop, e.offsetLeft])")
            assert parts[-1][0] > parts[0][0] + 10 and parts[-1][1] == parts[0][1]
        if width <= 390:
            assert matrix.evaluate_all(INTO_A_CELL) == table.evaluate_all(INTO_A_CELL) == [], width


def assert_two_that_look_the_same_show_why_one_is_the_closest(page):
    shown = page.locator(".agreement table").nth(2).locator("tbody tr td:nth-of-type(1)")
    texts = shown.all_inner_texts()
    assert len(texts) == len(set(texts)) == 3
    (best,) = (i for i in range(3) if "closest" in (shown.nth(i).get_attribute("class") or ""))
    sizes = [abs(float(text.replace("−", "-"))) for text in texts]
    assert sizes[best] == max(sizes)
    by_hand = page.locator(".agreement table").first.locator("td.agrees")
    assert by_hand.count() == 3 and all(text.startswith("✓ ") for text in by_hand.all_inner_texts())
    assert page.locator(".agreement td.closest").filter(has_text="✓").count() == 0
    expect(page.locator(".agreement th").filter(has_text="walkability").first).to_contain_text("bar 0.94")
