"""The code that the page shows, run as it stands, gives core's numbers; equations and code agree."""

import re

import pytest
import torch
from torch.nn import functional as F
from torch.testing import assert_close

from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Layer, Network, backpropagate, propagate
from ui.propagation.lines import REUSED, STEPS, lines

DOUBLE = torch.float64


def problem(m, n=20):
    dice = torch.Generator().manual_seed(m)
    layers = initialise((n, 3, 2, 1), generator=dice, dtype=DOUBLE).layers
    network = Network(
        tuple(
            Layer(layer.W, torch.randn(layer.b.shape, generator=dice, dtype=DOUBLE), layer.activation)
            for layer in layers
        )
    )
    X = torch.randn(n, m, generator=dice, dtype=DOUBLE)
    return network, X, torch.randint(0, 2, (1, m), generator=dice).double()


@pytest.mark.parametrize("m", [1, 2, 5])
def test_the_code_shown_is_core(m):
    network, X, Y = problem(m)
    names = {"torch": torch, "F": F, "m": m}
    names |= {"x": X, "y": Y} if m == 1 else {"X": X, "Y": Y}
    for l, layer in enumerate(network.layers, start=1):  # noqa: E741
        names |= {f"W{l}": layer.W, f"b{l}": layer.b}
    forward, backward = lines(m)
    exec("\n".join(line.code for line in (*forward, *backward)), names)
    trace = propagate(network, X)
    expected = backpropagate(network, trace, Y, BINARY_CROSS_ENTROPY)
    z, a, y_hat, cost = ("z", "a", "y_hat", "L") if m == 1 else ("Z", "A", "Y_hat", "J")
    for l in (1, 2, 3):  # noqa: E741
        assert_close(names[f"{z}{l}"], trace.Z[l - 1])
        assert_close(names[f"{a}{l}" if l < 3 else y_hat], trace.A[l])
        assert_close(names[f"δ{l}"], expected.delta[l - 1])
        assert_close(names[f"dW{l}"], expected.W[l - 1])
        assert_close(names[f"db{l}"], expected.b[l - 1])
    assert_close(names[cost], BINARY_CROSS_ENTROPY.cost(trace.Z[-1], Y))


def token(name):
    """What the browser makes of a word of the code."""
    if name.startswith("δ"):
        return f"d{name[1]}"
    if re.fullmatch(r"d?[Wb]\d", name):
        return name
    return {"Y_hat": "a3", "y_hat": "a3", "J": "L", "L": "L"}.get(name, name.lower())


@pytest.mark.parametrize("m", [1, 4])
def test_equation_and_code_of_a_line_name_the_same_symbols(m):
    for line in (part := lines(m))[0] + part[1]:
        equation = re.findall(r"\{(\w+)\}", line.equation)
        left, right = line.code.split(" = ", 1)
        assert equation[0] == line.makes == token(left)
        words = re.findall(r"δ\d|d?[Wb]\d|[zZaA]\d|[xXyY]_hat|[xXyY]\b", right)
        sigmoids = [f"s{line.makes[-1]}"] * ("sigmoid" in right)
        assert {*map(token, words), *sigmoids} == set(equation[1:]), line


@pytest.mark.parametrize("m", [1, 4])
def test_shapes_are_those_of_the_tensors(m):
    network, X, Y = problem(m, n=12288)
    trace = propagate(network, X)
    gradients = backpropagate(network, trace, Y, BINARY_CROSS_ENTROPY)
    made = {"L": None}
    for l in (1, 2, 3):  # noqa: E741
        made |= {f"z{l}": trace.Z[l - 1], f"a{l}": trace.A[l], f"d{l}": gradients.delta[l - 1]}
        made |= {f"dW{l}": gradients.W[l - 1], f"db{l}": gradients.b[l - 1]}
    for line in (part := lines(m))[0] + part[1]:
        if line.makes != "L":
            last = re.findall(r"\([\dn]+, [\dn]+\)", line.shapes)[-1].replace("n", "12288")
            assert last == str(tuple(made[line.makes].shape)), line


def test_what_is_reused_is_in_the_line_and_was_made_before():
    forward, backward = lines(1)
    assert [line.step for line in forward] == list(STEPS[1:8])
    assert list(dict.fromkeys(line.step for line in backward)) == list(STEPS[8:])
    kept = {"x", "a1", "a2", "a3"}
    for step, reused in REUSED.items():
        text = " ".join(line.equation for line in backward if line.step == step)
        assert set(reused) == kept & set(re.findall(r"\{(\w+)\}", text)), step
