"""The sums that the browser does while a hand moves the logits, against core: the very files, in Chromium."""

import itertools

import pytest
import torch

from core.activations import SIGMOID, SOFTMAX
from core.losses import BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, TANGLED

LABELS = list(itertools.product((0.0, 1.0), repeat=3))
CORNERS = [list(z) for z in itertools.product((-8.0, 0.0, 8.0), repeat=3)]
FAR = [[40.0, -40.0, 0.0], [-300.0, 5.0, 300.0], [30.0, 30.0, -30.0], [1e4, -1e4, 1e4]]


@pytest.fixture(scope="module")
def call(javascript):
    """call(name, [arguments, …]): what an exported function gives for each."""
    run = javascript("numbers", "activations", "logits/sums")
    return lambda name, calls: run("given[1].map((args) => js[given[0]](...args))", [name, calls])


@pytest.fixture(scope="module")
def logits():
    random = torch.randn(40, 3, generator=torch.Generator().manual_seed(3), dtype=torch.float64) * 4
    return random.tolist() + CORNERS + FAR


def columns(examples):
    """m lists of three numbers → (3, m), as core has them."""
    return torch.tensor(examples, dtype=torch.float64).reshape(-1, 3).T


def same(found, expected):
    """found: nested lists from the browser, an example each; expected: core's, examples first."""
    given = torch.tensor(found, dtype=torch.float64)
    torch.testing.assert_close(given, expected, rtol=1e-9, atol=1e-12)


@pytest.fixture(scope="module")
def pairs(logits):
    return [[z, list(y)] for z, y in itertools.product(logits, LABELS)]


@pytest.mark.parametrize(("name", "activation"), [("sigmoid", SIGMOID), ("softmax", SOFTMAX)])
def test_jacobians(call, logits, name, activation):
    A = activation(columns(logits))
    same(call(f"{name}Jacobian", [[a] for a in A.T.tolist()]), activation.jacobian(A))


@pytest.mark.parametrize(
    ("terms", "derivative", "loss"),
    [
        ("binaryTerms", "binaryDerivative", BINARY_CROSS_ENTROPY),
        ("crossEntropyTerms", "crossEntropyDerivative", SOFTMAX_CROSS_ENTROPY),
        ("tangledTerms", "tangledDerivative", TANGLED),
    ],
)
def test_losses(call, pairs, terms, derivative, loss):
    Z, Y = columns([z for z, _ in pairs]), columns([y for _, y in pairs])
    same(call(terms, pairs), loss.terms(Z, Y).T)
    same(call(derivative, pairs), loss.derivative(Z, Y).T)


def test_tangled_term_by_term(call, pairs):
    Z, Y = columns([z for z, _ in pairs]), columns([y for _, y in pairs])
    same(call("tangledTable", pairs), TANGLED.derivative_terms(Z, Y).permute(2, 0, 1))


def units(found):
    """What is shown with three digits, in thousandths."""
    scaled = 1000 * torch.tensor(found, dtype=torch.float64)
    torch.testing.assert_close(scaled, scaled.round(), rtol=0, atol=1e-6)
    return scaled.round()


def test_the_shown_jacobian_is_symmetric_and_adds_up_to_nothing(call, logits):
    J = SOFTMAX.jacobian(SOFTMAX(columns(logits)))
    shown = units(call("roundedJacobian", [[one, 3] for one in J.tolist()]))
    assert torch.equal(shown, shown.mT) and not shown.sum(dim=1).any()
    assert float((shown - 1000 * J).abs().max()) < 1


def test_the_shown_terms_of_the_tangled_derivative_add_up(call, pairs):
    Z, Y = columns([z for z, _ in pairs]), columns([y for _, y in pairs])
    terms = TANGLED.derivative_terms(Z, Y).permute(2, 0, 1)
    shown = units(call("roundedTangled", [[one, 3] for one in terms.tolist()]))
    off = (shown - 1000 * terms).abs()
    assert float(off.max()) < 1 and float(off.diagonal(dim1=1, dim2=2).max()) <= 0.5 + 1e-6
    foot = 1000 * TANGLED.derivative(Z, Y).T
    assert float((shown.sum(dim=1) - foot).abs().max()) <= 0.5 + 1e-6


def test_a_derivative_below_zero_keeps_its_sign(javascript):
    derivative = javascript("elements", "numbers", "pictures", "activations", "logits/sums", "logits/parts")
    given = [0.1844, -0.1844, -0.0005, -0.0004, -1e-14, 0.0004, 0, -0.0]
    shown = " ".join(derivative("given.map((v) => js.derivative(v))", given))
    assert shown == "+0.184 −0.184 −0.001 −0.000 −0.000 0.000 0.000 0.000"
    moved = [[0, -0.0004], [0, 0.0004], [-0.001, -0.0004]]  # rounded so that they add up, and before that
    assert derivative("given.map((both) => js.derivative(...both))", moved) == ["−0.000", "0.000", "−0.001"]


def test_nothing_to_learn_without_a_label(call):
    assert call("bestOutput", [[[0, 0, 0]]]) == [None]
    assert call("leastLoss", [[[0, 0, 0]]]) == [0]
    assert call("descend", [[[1, -2, 0.5], [0, 0, 0]]])[0][-1] == [1, -2, 0.5]


@pytest.mark.parametrize("y", [list(y) for y in LABELS if any(y)])
def test_best_output_is_where_descent_ends(call, y):
    [best], [least] = call("bestOutput", [[y]]), call("leastLoss", [[y]])
    far = columns([40.0 if label else -40.0 for label in y])
    assert float(SOFTMAX_CROSS_ENTROPY(far, columns(y))) == pytest.approx(least, abs=1e-9)
    same([best], SOFTMAX(far).T)
    end = call("descend", [[[1, -2, 0.5], y, {"rate": 0.5, "steps": 4000}]])[0][-1]
    [output] = call("softmax", [[end]])
    assert output == pytest.approx(best, abs=2e-3)
    assert least <= call("lossOf", [[output, y]])[0] < least + 1e-2
