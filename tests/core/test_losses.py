"""Losses against naive loops, derivatives against autograd, finiteness at ±10⁴, ±10³⁷ and beyond."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F
from torch.testing import assert_close

from core.activations import IDENTITY, SIGMOID, SOFTMAX
from core.losses import (
    BINARY_CROSS_ENTROPY,
    LINEAR_REGRESSION,
    LOSSES,
    SOFTMAX_CROSS_ENTROPY,
    SQUARED_ERROR,
    TANGLED,
    SquaredError,
    loss_on,
)


def naive(name, z, y):
    """The lecture's formula for one example, on plain floats."""
    k = len(z)
    if name in ("binary", "squared"):
        y_hat = [1 / (1 + math.exp(-a)) for a in z]
    else:
        total = sum(math.exp(a) for a in z)
        y_hat = [math.exp(a) / total for a in z]
    if name == "squared":
        return sum((y_hat[j] - y[j]) ** 2 for j in range(k)) / 2
    if name == "softmax":
        return -sum(y[j] * math.log(y_hat[j]) for j in range(k))
    return -sum(y[j] * math.log(y_hat[j]) + (1 - y[j]) * math.log(1 - y_hat[j]) for j in range(k))


def example(k, m, seed, spread=2.0):
    dice = torch.Generator().manual_seed(seed)
    Z = torch.randn(k, m, dtype=torch.float64, generator=dice) * spread
    return Z, torch.randint(0, 2, (k, m), generator=dice).double()


cases = st.builds(example, st.integers(2, 6), st.integers(1, 5), st.integers(0, 10**6))


@pytest.mark.parametrize("name", LOSSES)
@given(case=cases)
@settings(max_examples=25)
def test_loss_is_the_formula_and_its_terms_add_up(name, case):
    Z, Y = case
    loss = LOSSES[name]
    oracle = [naive(name, Z[:, i].tolist(), Y[:, i].tolist()) for i in range(Z.shape[1])]
    assert_close(loss(Z, Y), torch.tensor(oracle, dtype=torch.float64))
    assert_close(loss.terms(Z, Y).sum(0), loss(Z, Y))
    assert_close(loss.cost(Z, Y), torch.tensor(sum(oracle) / len(oracle), dtype=torch.float64))


@pytest.mark.parametrize("loss", [*LOSSES.values(), LINEAR_REGRESSION], ids=str)
@given(case=cases)
@settings(max_examples=25)
def test_derivative_agrees_with_autograd(loss, case):
    Z, Y = case
    Z.requires_grad_(True)
    (oracle,) = torch.autograd.grad(loss(Z, Y).sum(), Z)
    assert_close(loss.derivative(Z.detach(), Y), oracle)


@given(case=cases)
@settings(max_examples=25)
def test_against_torchs_own_losses(case):
    Z, Y = case
    assert_close(
        BINARY_CROSS_ENTROPY(Z, Y), F.binary_cross_entropy_with_logits(Z, Y, reduction="none").sum(0)
    )
    assert_close(SOFTMAX_CROSS_ENTROPY(Z, Y), F.cross_entropy(Z.T, Y.T, reduction="none"))
    assert_close(SQUARED_ERROR.cost(Z, Y), F.mse_loss(Z.sigmoid(), Y, reduction="sum") / 2 / Z.shape[1])


@pytest.mark.parametrize("y", list(itertools.product([0.0, 1.0], repeat=3)))
def test_clean_derivative_for_every_multi_hot_label(y):
    z = torch.tensor([[0.3], [-1.2], [2.0]], dtype=torch.float64)
    Y = torch.tensor(y, dtype=torch.float64).unsqueeze(1)
    assert_close(SOFTMAX_CROSS_ENTROPY.derivative(z, Y), Y.sum() * z.softmax(0) - Y)
    assert_close(BINARY_CROSS_ENTROPY.derivative(z, Y), z.sigmoid() - Y)


@given(case=cases)
@settings(max_examples=25)
def test_the_tangle_term_by_term_is_the_chain_rule(case):
    Z, Y = case
    k, m = Z.shape
    Y_hat = Z.softmax(0)
    by_hand = torch.empty(k, k, m, dtype=torch.float64)
    for s, j, i in itertools.product(range(k), range(k), range(m)):
        dL = -(Y[s, i] / Y_hat[s, i] - (1 - Y[s, i]) / (1 - Y_hat[s, i]))
        by_hand[s, j, i] = dL * Y_hat[s, i] * (float(s == j) - Y_hat[j, i])
    # 1 − ŷ cancels in the formula by hand, so it has fewer digits than the code under test
    assert_close(TANGLED.derivative_terms(Z, Y), by_hand, rtol=1e-6, atol=1e-8)
    assert_close(TANGLED.derivative_terms(Z, Y).sum(0), TANGLED.derivative(Z, Y))


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("far", [1e4, 1e37])
def test_finite_far_out_for_every_label(name, dtype, far):
    loss = LOSSES[name]
    for z in itertools.product([-far, 0.0, far], repeat=3):
        for y in itertools.product([0.0, 1.0], repeat=3):
            Z = torch.tensor(z, dtype=dtype).unsqueeze(1)
            Y = torch.tensor(y, dtype=dtype).unsqueeze(1)
            assert loss(Z, Y).isfinite().all(), (z, y)
            assert loss.derivative(Z, Y).isfinite().all(), (z, y)


@pytest.mark.parametrize("loss", [SOFTMAX_CROSS_ENTROPY, TANGLED], ids=str)
@pytest.mark.parametrize("far", [-1e4, 1e4, 1e37])
def test_far_out_softmax_still_sees_nothing_but_the_differences_of_logits(loss, far):
    Y = torch.tensor(list(itertools.product([0.0, 1.0], repeat=3))).T  # (3, 8)
    near = torch.zeros(3, 8)  # ŷ = [⅓, ⅓, ⅓]
    assert_close(loss(near + far, Y), loss(near, Y))
    assert_close(loss.derivative(near + far, Y), loss.derivative(near, Y))


@pytest.mark.parametrize("name", LOSSES)
def test_beyond_that_the_derivative_is_finite_and_the_loss_is_right_or_not_finite(name):
    """Logits that are finite may lie further apart than any float32: no number says how large L is then."""
    loss, largest = LOSSES[name], torch.finfo(torch.float32).max
    Z = torch.tensor(list(itertools.product([-largest, 0.0, largest], repeat=3))).T.repeat(1, 8)  # (3, 216)
    Y = torch.tensor(list(itertools.product([0.0, 1.0], repeat=3))).T.repeat_interleave(27, dim=1)
    assert loss.derivative(Z, Y).isfinite().all()
    L, right = loss(Z, Y), loss(Z.double(), Y.double())
    told = L.isfinite()
    assert_close(L[told].double(), right[told], rtol=1e-6, atol=1e-6)
    assert bool(told.all()) == (name == "squared")


def test_softmax_outputs_and_labels_that_cannot_be_met():
    """[1, 1, 0]: the best output is [½, ½, 0] with L = 2 log 2. No label: L = 0 whatever is said."""
    Z = torch.tensor([[50.0], [50.0], [-50.0]], dtype=torch.float64)
    two = torch.tensor([[1.0], [1.0], [0.0]], dtype=torch.float64)
    assert_close(SOFTMAX_CROSS_ENTROPY(Z, two), torch.tensor([2 * math.log(2)], dtype=torch.float64))
    assert_close(SOFTMAX_CROSS_ENTROPY.derivative(Z, two), torch.zeros(3, 1, dtype=torch.float64))
    assert SOFTMAX_CROSS_ENTROPY(Z, two * 0).item() == 0
    assert SOFTMAX_CROSS_ENTROPY.derivative(Z, two * 0).abs().max() == 0


def test_goal_2_is_the_sum_of_goal_1s():
    Z, Y = example(3, 7, seed=1)
    alone = sum(BINARY_CROSS_ENTROPY(Z[k : k + 1], Y[k : k + 1]) for k in range(3))
    assert_close(BINARY_CROSS_ENTROPY(Z, Y), alone)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int64, torch.float32])
@pytest.mark.parametrize("loss", [*LOSSES.values(), LINEAR_REGRESSION], ids=str)
def test_labels_may_be_numbers_of_any_kind(loss, dtype):
    Z, Y = example(3, 7, seed=4)
    assert_close(loss.terms(Z, Y.to(dtype)), loss.terms(Z, Y))
    assert_close(loss.derivative(Z, Y.to(dtype)), loss.derivative(Z, Y))


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int64, torch.bool])
@pytest.mark.parametrize("loss", [*LOSSES.values(), LINEAR_REGRESSION], ids=str)
def test_whole_numbers_are_no_logits(loss, dtype):
    """Of one byte each, 0 − 1 is 255, and that was ∂L/∂z of a squared error in place of −1."""
    Z, Y = torch.zeros(2, 1, dtype=dtype), torch.ones(2, 1, dtype=dtype)
    for ask in (loss.terms, loss.derivative):
        with pytest.raises(ValueError, match="logits are floating-point numbers"):
            ask(Z, Y)


def test_wrong_shapes_get_a_sentence():
    with pytest.raises(ValueError, match=r"both be \(k, m\)"):
        BINARY_CROSS_ENTROPY(torch.zeros(3, 2), torch.zeros(3))
    for asked in (TANGLED, TANGLED.derivative, TANGLED.derivative_terms):
        with pytest.raises(ValueError, match="at least two neurons"):
            asked(torch.zeros(1, 2), torch.zeros(1, 2))


def test_shapes_that_do_not_fit_are_refused_by_every_loss():
    for loss in (*LOSSES.values(), LINEAR_REGRESSION):
        for Z, Y in (
            (torch.zeros(3, 4), torch.zeros(3, 1)),
            (torch.zeros(3, 4), torch.zeros(1, 4)),
            (torch.zeros(3), torch.zeros(3)),
        ):
            for ask in (loss.terms, loss.derivative):
                with pytest.raises(ValueError, match="must both be"):
                    ask(Z, Y)


def test_a_loss_goes_with_its_outputs():
    for name, loss in LOSSES.items():
        assert loss_on(name, loss.activation) is loss
    assert (
        isinstance(loss_on("squared", IDENTITY), SquaredError)
        and loss_on("squared", IDENTITY).activation is IDENTITY
    )
    for name, activation in (("binary", SOFTMAX), ("softmax", SIGMOID), ("tangled", SIGMOID)):
        with pytest.raises(ValueError, match="goes with"):
            loss_on(name, activation)
    with pytest.raises(KeyError):
        loss_on("hinge", SIGMOID)
