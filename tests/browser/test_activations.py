"""activations.js, which the components share, against core."""

import pytest
import torch

from core.activations import RELU, SIGMOID, SOFTMAX
from core.losses import BINARY_CROSS_ENTROPY

Z = torch.tensor([[-1e4, -800, -300, -40, -20, -1.5, -1e-9, 0, 0.3, 4, 37, 50, 800, 1e4]]).double()  # (1, m)
THREE = torch.tensor([[-1.5, 0.3, 4], [0, 0, 0], [40, -40, 0], [-300, 5, 300], [1e4, -1e4, 1e4]]).double().T


@pytest.fixture(scope="module")
def run(javascript):
    return javascript("activations")


def same(found, expected):
    found = torch.tensor(found, dtype=torch.float64)
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize(("name", "activation"), [("sigmoid", SIGMOID), ("relu", RELU)])
def test_one_number_at_a_time(run, name, activation):
    same(run("given[1].map((z) => js[given[0]](z))", [name, Z[0].tolist()]), activation(Z)[0])


def test_the_logistic_function_far_below_zero(run):
    """e^−(−800) is infinite, e^−800 is 0: neither makes a NaN, and what is small is not lost to 1."""
    assert run("[js.sigmoid(-800), js.sigmoid(800), js.sigmoid(-Infinity)]") == [0, 1, 0]
    same(run("[js.sigmoid(-700)]"), torch.tensor([-700.0]).double().exp())


def test_softplus_is_the_loss_of_a_wrong_answer(run):
    same(run("given.map(js.softplus)", Z[0].tolist()), -torch.nn.functional.logsigmoid(-Z)[0])


@pytest.mark.parametrize("y", [0, 1])
def test_the_loss_of_one_neuron(run, y):
    found = run("given[0].map((z) => js.binaryCrossEntropy(z, given[1]))", [Z[0].tolist(), y])
    same(found, BINARY_CROSS_ENTROPY(Z, torch.full_like(Z, y)))


def test_softmax_and_its_denominators_logarithm(run):
    same(run("given.map(js.softmax)", THREE.T.tolist()), SOFTMAX(THREE).T)
    same(run("given.map(js.logSumExp)", THREE.T.tolist()), torch.logsumexp(THREE, dim=0))
