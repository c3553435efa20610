"""Activations against torch's own functions, Jacobians against autograd, and what must always hold."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from core.activations import ACTIVATIONS, IDENTITY, RELU, SIGMOID, SOFTMAX, TANH

ORACLES = {
    "sigmoid": torch.sigmoid,
    "softmax": lambda Z: torch.softmax(Z, 0),
    "tanh": torch.tanh,
    "relu": torch.relu,
    "identity": lambda Z: Z,
}
shapes = st.tuples(st.integers(1, 6), st.integers(1, 5), st.integers(0, 10**6))


def logits(shape, spread=3.0):
    k, m, seed = shape
    return torch.randn(k, m, dtype=torch.float64, generator=torch.Generator().manual_seed(seed)) * spread


def test_every_activation_of_the_lecture_is_there():
    assert set(ACTIVATIONS) == set(ORACLES)
    assert all(ACTIVATIONS[g.name] is g for g in (SIGMOID, SOFTMAX, TANH, RELU, IDENTITY))


@pytest.mark.parametrize("name", ORACLES)
@given(shape=shapes)
@settings(max_examples=25)
def test_value_and_jacobian_agree_with_torch_and_autograd(name, shape):
    Z = logits(shape)
    g = ACTIVATIONS[name]
    A = g(Z)
    assert_close(A, ORACLES[name](Z))
    J = g.jacobian(A)
    for i in range(Z.shape[1]):
        column = Z[:, i : i + 1]
        oracle = torch.autograd.functional.jacobian(lambda z: ORACLES[name](z).squeeze(1), column).squeeze(2)
        assert_close(J[i], oracle)


@pytest.mark.parametrize("name", ORACLES)
@given(shape=shapes)
@settings(max_examples=25)
def test_pull_back_is_the_jacobian_transposed(name, shape):
    Z, dA = logits(shape), logits((shape[0], shape[1], shape[2] + 1))
    g = ACTIVATIONS[name]
    A = g(Z)
    naive = torch.empty_like(Z)
    J = g.jacobian(A)
    for i in range(Z.shape[1]):
        for k in range(Z.shape[0]):
            naive[k, i] = sum(J[i, j, k] * dA[j, i] for j in range(Z.shape[0]))
    assert_close(g.pull_back(A, dA), naive)


def test_softmax_by_hand():
    A = SOFTMAX(torch.tensor([[0.0], [0.0], [torch.log(torch.tensor(2.0))]]))
    assert_close(A, torch.tensor([[0.25], [0.25], [0.5]]))
    assert_close(
        SOFTMAX.jacobian(A)[0],
        torch.tensor([[0.1875, -0.0625, -0.125], [-0.0625, 0.1875, -0.125], [-0.125, -0.125, 0.25]]),
    )


@given(shape=shapes)
@settings(max_examples=25)
def test_softmax_is_a_distribution_whose_changes_cancel(shape):
    A = SOFTMAX(logits(shape))
    assert_close(A.sum(0), torch.ones(shape[1], dtype=torch.float64))
    assert_close(SOFTMAX.jacobian(A).sum(1), torch.zeros(shape[1], shape[0], dtype=torch.float64))


@pytest.mark.parametrize("name", ORACLES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_finite_at_ten_thousand(name, dtype):
    Z = torch.tensor([[1e4, -1e4, 0.0], [-1e4, -1e4, 1e4]], dtype=dtype)
    A = ACTIVATIONS[name](Z)
    assert A.isfinite().all()
    assert ACTIVATIONS[name].jacobian(A).isfinite().all()
    assert ACTIVATIONS[name].pull_back(A, Z).isfinite().all()
