"""Hidden layers' parts as they are drawn: a picture or a bar is of the neuron, photo or class beside it."""

import numpy as np
import pytest

from tests.browser.drawn import drawn, looking, number, shares
from ui.hidden_layers.neuron_card import COLOURS, EMPTY, NAMES
from ui.packing import pack

SCRIPTS = ("unpack", "elements", "numbers", "pictures")
TEXT = "node.textContent"
# Of a picture in a node, all of one colour, its R.
RED = "const RED = (node) => node.querySelector('canvas')?.getContext('2d').getImageData(0, 0, 1, 1).data[0]"


def plain(*reds):
    """Pictures, each of one colour all over, R as given. Shapes: → uint8 (k, 12288)."""
    return np.array([np.tile([red, 0, 0], 4096) for red in reds], np.uint8)


def order(name, values=None, unit=""):
    """A way to sort a wall, as ui.hidden_layers.weight_wall.Order gives it to the browser."""
    shown = {"values": values, "shown": values, "percent": bool(values), "plain": values is None}
    return {"id": name, "name": name, "unit": unit, "group": "", **shown}


def wall(**other):
    header = {
        **dict.fromkeys(("of", "label", "legend", "hears", "hint"), ""),
        **{"count": 3, "scale": ["a", "b", "c"], "step": 8, "names": None, "mode": "choose"},
        "orders": [order("plain"), order("most", [0.1, 0.3, 0.2], "lost")],
        **{"order": "most", "chosen": 1, "off": [], "link": True},
    }
    return pack({**header, **other}, {"pictures": plain(10, 20, 30)})


WALL = {
    "tiles": (".tile", "[node.querySelector('b').textContent, RED(node)]"),
    "said": (".readout", TEXT),
    "off": (".tile.off", "node.getAttribute('aria-label')"),
}


def test_on_a_wall_the_largest_comes_first_and_each_picture_stays_with_its_neuron(javascript):
    run = javascript(*SCRIPTS, "hidden_layers/weight_wall")
    seen = drawn(run, wall(), looking(RED, **WALL))
    assert seen["tiles"] == [["2", 20], ["3", 30], ["1", 10]]
    assert seen["said"] == ["Neuron 2, 1st of 3: +30.0 points lost"]
    over = looking(f"{RED}; host.querySelectorAll('.tile')[2].onpointerenter()", **WALL)
    assert drawn(run, wall(), over)["said"] == ["Neuron 1, 3rd of 3: +10.0 points lost"]
    off = drawn(run, wall(mode="switch", off=[0, 2]), looking(RED, **WALL))
    assert off["said"] == ["2 of 3 switched off: 1, 3"] and off["off"] == ["neuron 3", "neuron 1"]


BAR = """(([name, , text], { left, right, width }) =>
  [name.textContent, left, right, width, text.textContent]
)(node.children, node.querySelector('.fill').style)"""
CARD = looking(
    RED,
    bars=(".bar", BAR),
    terms=(".term", "[node.lastChild.className, node.querySelector('b').textContent, RED(node)]"),
    sum=(".equation .part", "[(node.querySelector('.factor') ?? node).textContent, RED(node)]"),
    photos=(".photo", "[RED(node), node.querySelector('b').textContent]"),
    dots=(".photo .dot", "node.style.getPropertyValue('--ball')"),
)


def test_a_neurons_card_has_signs_sides_and_pictures_of_what_they_are_said_of(javascript):
    values = (2.0, -1.0, 0.5)
    matters = [{"name": n, "colour": c, "value": v} for n, c, v in zip(NAMES, COLOURS, values, strict=True)]
    header = {
        **{**EMPTY, "title": "Neuron", "caption": "", "alt": "", "matters": matters, "matters_end": 4.0},
        **{
            "sum": [{"neuron": 7, "c": 0.45}, {"neuron": 2, "c": -0.4}],
            "sum_more": 3,
            "sum_words": "Factors",
        },
        "terms": [{"name": "neuron 4", "w": 0.5}, {"name": "neuron 1", "w": -0.25}],
        **{"most": [{"z": 3.0, "label": [0, 2]}], "least": [{"z": -3.0, "label": []}]},
        "feeds": [{"name": "neuron 9", "w": -2.0}, {"name": "neuron 3", "w": 1.0}],
    }
    arrays = {
        **{"picture": plain(1)[0], "sum_pictures": plain(70, 20), "term_pictures": plain(40, 15)},
        **{"most_pictures": plain(100), "least_pictures": plain(200)},
    }
    seen = drawn(javascript(*SCRIPTS, "hidden_layers/neuron_card"), pack(header, arrays), CARD)
    ends = {name: (value, 4) for name, value in zip(NAMES, values, strict=True)}
    ends |= {"neuron 9": (-2.0, 2), "neuron 3": (1.0, 2)}
    for name, left, right, width, said in seen["bars"]:
        value, end = ends.pop(name)
        assert (left, right) == (("50%", "") if value > 0 else ("", "50%")), "for to the right, against left"
        assert shares([width]) == [abs(value) / end / 2] and number(said) == value
    assert not ends
    assert seen["terms"] == [["plus", "+0.50", 40], ["minus", "−0.25", 15]]
    signs = [[text.replace(" ", ""), red] for text, red in seen["sum"]]
    assert signs == [["0.45·", 70], ["−0.40·", 20], ["+3smaller", None], ["=", 1]]
    assert seen["photos"] == [[100, "3.0"], [200, "−3.0"]] and seen["dots"] == [COLOURS[0], COLOURS[2]]


ROW = """((fill, was, text, verdict) =>
  [fill.style.width, was.style.left, was.hidden, text.textContent, verdict.textContent]
)(...['.fill', '.was', 'b', '.verdict'].map((part) => node.querySelector(part)))"""


def test_what_is_lost_without_a_neuron_is_marked_where_it_was(javascript):
    def row(before, after, label):
        return {"name": "a", "colour": "red", "before": before, "after": after, "label": label}

    photo = [row(0.75, 0.25, 1), row(0.25, 0.75, 1), row(0.5, 0.5, None)]
    groups = [
        {"title": "ŷ", "percent": False, "rows": photo},
        {"title": "right", "percent": True, "rows": [row(0.9, 0.8, None)]},
    ]
    run = javascript("elements", "numbers", "hidden_layers/ablation")
    assert drawn(run, {"groups": groups}, looking(rows=(".row", ROW)))["rows"] == [
        ["25%", "75%", False, "0.75 → 0.25", "✗ wrong"],
        ["75%", "25%", False, "0.25 → 0.75", "✓ right"],
        ["50%", "50%", True, "0.50", ""],
        ["80%", "90%", False, "90.0\u202f% → 80.0\u202f%", ""],
    ]


def test_costs_of_three_starts_stand_over_their_steps_and_each_picture_in_its_row(javascript):
    costs = {"equal": [2, 1.8, 1.5], "zeros": [2, 1.7, 1.3], "random": [2, 1.6, 1.1]}
    runs = [
        {"title": start, "start": start, "note": "", "sign": "=", "apart": "0", "costs": costs[start]}
        for start in costs
    ]
    header = {"runs": runs, "looks": [0, 10, 40], "steps": 100, "width": 2, "what": "", "scale": ["", "", ""]}
    look = looking(
        f"{RED}; const alone = (one) => RED({{ querySelector: () => one }})",
        reds=(".row", "[...node.querySelectorAll('canvas')].map(alone)"),
        ticks=(".tick", f"[{TEXT}, Number(node.getAttribute('x')), Number(node.getAttribute('y'))]"),
        lines=(".line", "[node.getAttribute('class'), node.getAttribute('points')]"),
        names=("text.name", TEXT),
    )
    reds = [[10, 11], [20, 21], [30, 31]]  # two neurons of each start
    run = javascript(*SCRIPTS, "stand_apart", "hidden_layers/symmetry_chart", "hidden_layers/symmetry")
    seen = drawn(run, pack(header, {"pictures": plain(*reds[0], *reds[1], *reds[2])}), look)
    assert seen["reds"] == reds
    heights = [(float(text), y - 5) for text, _, y in seen["ticks"][:5]]
    Y = np.polynomial.Polynomial.fit(*zip(*heights, strict=True), 1)
    across = [(int(text), x) for text, x, _ in seen["ticks"][5:]]
    X = np.polynomial.Polynomial.fit(*zip(*across, strict=True), 1)
    assert Y(2) < Y(1) and [step for step, _ in across] == [0, 50, 100]
    for start, (name, points), said in zip(costs, seen["lines"], seen["names"], strict=True):
        assert name == f"line {start}" and said == f"{start} {costs[start][-1]:.2f}"
        found = [list(map(float, point.split(","))) for point in points.split()]
        expected = [[X(step), Y(J)] for step, J in zip(header["looks"], costs[start], strict=True)]
        assert np.array(found) == pytest.approx(np.array(expected), abs=0.06)
