"""What stands under a neuron's evidence on Your photos: a sum whose terms add up as they are shown."""

import re

import numpy as np
import pytest
import torch

from core.balls import KINDS
from core.closer_look import LEAN, LOOKS, WHOLE
from core.network import Network
from core.patches import below, propagate_pictures, receptive_field
from core.weights import load_model
from ui.numbers import with_sign
from ui.your_photo.answers import HOW_IT_LOOKS, Answer, Closer, _neuron, _where, described


def test_what_is_said_of_how_the_network_looks_is_the_network_that_ships():
    network = load_model("patches", device="cpu")
    layers = below(network).layers
    sides = [receptive_field(Network(layers[: i + 1])) for i in range(len(layers))]
    pictures = propagate_pictures(below(network), torch.zeros(1, 3, 64, 64))
    first, last = (picture[0, 0].numel() for picture in (pictures[1], pictures[-1]))
    assert f"X ({layers[0].W.shape[1]}, {first})" in HOW_IT_LOOKS
    assert f"{sides[0]} × {sides[0]} pixels, X" in HOW_IT_LOOKS
    wanted = ", ".join(map(str, sides[1:-1])) + f" and {sides[-1]} pixels of the photo a side"
    assert wanted in HOW_IT_LOOKS
    assert len(layers) == 6 and "the next five" in HOW_IT_LOOKS and "The sixth’s a[6]" in HOW_IT_LOOKS
    assert last == 9 and "over its nine places" in HOW_IT_LOOKS
    depth = len(network.layers)
    assert f"W[{depth}]\u00a0a[{depth - 1}]\u00a0+\u00a0b[{depth}]" in HOW_IT_LOOKS


@pytest.mark.parametrize("seed", range(40))
def test_the_shown_terms_add_up_to_the_shown_logit(seed):
    dice = np.random.default_rng(seed)
    evidence = dice.normal(0, 10.0 ** dice.integers(-4, 0), (1, 64, 64)).astype(np.float32)
    b = dice.normal(0, 0.3, 1).astype(np.float32)
    z = evidence.sum(axis=(1, 2)) + b
    said = _neuron(Answer("goal1", 1 / (1 + np.exp(-z)), b, evidence), 0, "soccer")["z"]
    total, bias, logit = (float(n.replace("−", "-")) for n in re.findall(r"[+−]?\d+\.\d+", said))
    assert round(total + bias - logit, 6) == 0
    assert total == pytest.approx(float(evidence.sum()), abs=0.006) and logit == pytest.approx(
        z[0], abs=0.006
    )


@pytest.mark.parametrize("seed", range(40))
def test_of_a_closer_look_the_shown_parts_add_up_too_and_its_square_is_where_it_was(seed):
    dice = np.random.default_rng(seed)
    whole = dice.normal(0, 2, 3).astype(np.float32)
    largest = whole + np.array([0, *dice.exponential(2, 2)], np.float32)
    z = WHOLE * whole + (1 - WHOLE) * largest - LEAN
    closer = Closer(whole, largest, (LOOKS[0], LOOKS[4], LOOKS[157]))
    zeros = np.zeros((3, 64, 64), np.float32)
    given = Answer("network", 1 / (1 + np.exp(-z)), zeros[:, 0, 0], zeros, closer=closer)
    neurons = [_neuron(given, k, kind) for k, kind in enumerate(KINDS)]
    for k, neuron in enumerate(neurons):
        numbers = re.findall(r"[+−]?\s?\d+\.\d+", neuron["z"])
        photo, closest, less, total = (float(re.sub(r"\s", "", n).replace("−", "-")) for n in numbers)
        assert round(photo + closest + less - total, 6) == 0 and less == -LEAN
        assert total == pytest.approx(z[k], abs=0.006) and photo == pytest.approx(WHOLE * whole[k], abs=0.011)
    assert neurons[0]["box"] is None, "the whole photo has no square"
    assert neurons[1]["box"] == pytest.approx([24 / 104, 0, 64 / 104])
    assert neurons[2]["box"] == pytest.approx([80 / 144, 80 / 144, 64 / 144])
    # Who does not see the square hears of it.
    assert [neuron["where"] for neuron in neurons] == ["", "at the top", "at the bottom right"]
    assert neurons[0]["alt"].startswith("Evidence, patch by patch, of Network on patches, soccer ball: green")
    assert [neuron["alt"].partition("against.")[2] for neuron in neurons] == [
        "",
        " A square marks the closest look, at the top.",
        " A square marks the closest look, at the bottom right.",
    ]


def test_a_look_is_said_to_be_where_it_is():
    said = [_where(look) for look in LOOKS]
    assert said[0] == "in the middle"
    for look, place in zip(LOOKS, said, strict=True):
        middles = {"left": look.left, "top": look.top}
        for side, other in (("left", "right"), ("top", "bottom")):
            off = round(middles[side] + look.side / 2 - 0.5, 9)
            assert (side in place) == (off < -1 / 6) and (other in place) == (off > 1 / 6), (look, place)


@pytest.mark.parametrize(
    ("model", "p"),
    [
        ("goal3", (0.334, 0.354, 0.312)),
        ("goal3", (0.476, 0.476, 0.048)),
        ("goal2", (0.604, 0.334, 0.664)),
        ("goal2", (0.5849, 0.5349, 0.6149)),
    ],
)
def test_the_shown_shares_add_up_to_the_sum_below_them(model, p):
    b, evidence = np.zeros(3, np.float32), np.zeros((3, 64, 64), np.float32)
    answer = Answer(model, np.array(p, np.float32), b, evidence)
    (card,) = described([answer])[0]["models"]
    assert all(one["z"].startswith("wx 0.00, b 0.00 →") for one in card["neurons"]), "as its formula has it"
    shown = [int(neuron["percent"].partition("\u202f")[0]) for neuron in card["neurons"]]
    assert sum(shown) == round(100 * float(re.search(r"Σ\sŷ\s=\s(\d\.\d\d)", card["sum"])[1]))
    assert all(abs(n - 100 * one) < 1 for n, one in zip(shown, p, strict=True))
    said = map(int, re.findall(r"\((\d+)", answer.sentence))
    assert set(said) <= set(shown), "the sentence has the same"


def test_signs():
    assert [with_sign(text) for text in ("1.50", "-0.031", "0.00")] == ["+1.50", "−0.031", "0.00"]
