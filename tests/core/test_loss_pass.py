"""J and ∂L/∂z in one pass: the formulas of core.losses in float64, rounded once."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from core.losses import LINEAR_REGRESSION, LOSSES, TANGLED
from core.losses_beside import Beside
from core.processor import loss_pass as module
from core.processor.loss_pass import loss_pass, worth_it


def problem(k, m, size=1.0, seed=0):
    dice = torch.Generator().manual_seed(seed)
    Z = size * torch.randn(k, m, generator=dice)
    return Z, torch.randint(0, 2, (k, m), generator=dice).float()  # multi-hot, none included


@given(
    name=st.sampled_from(sorted(LOSSES)),
    k=st.integers(1, 5),
    m=st.integers(1, 70) | st.just(1000),
    size=st.sampled_from([0.01, 1.0, 30.0, 1e4]),
    seed=st.integers(0, 10**6),
)
@settings(max_examples=200, deadline=None)
def test_the_formulas_in_float64(name, k, m, size, seed):
    loss, (Z, Y) = LOSSES[name], problem(k + (name == "tangled"), m, size, seed)
    (J,), dZ = loss_pass(Z, Y, [name], [len(Z)])
    assert_close(torch.tensor(J), loss.cost(Z.double(), Y.double()).float(), rtol=1e-6, atol=1e-37)
    exact = loss.derivative(Z.double(), Y.double()).float()
    # (Σy) ŷ − y cancels; a slope of tangled logits is added up in float32.
    assert_close(dZ, exact, rtol=1e-6, atol=1e-6 if loss is TANGLED else 1e-11)


@pytest.mark.parametrize("size", [1e4, 1e38])
@pytest.mark.parametrize("name", LOSSES)
def test_large_logits_have_finite_slopes(name, size):
    for signs in ([1, 1, 1], [1, -1, 0], [-1, -1, -1], [0, 0, 1]):
        Z, Y = size * torch.tensor([signs]).T.float(), torch.tensor([[1.0], [0.0], [1.0]])
        (J,), dZ = loss_pass(Z, Y, [name], [3])
        exact = LOSSES[name].derivative(Z.double(), Y.double())
        assert torch.isfinite(dZ).all() and J >= 0
        assert_close(dZ.double(), exact, rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize("name", LOSSES)
def test_a_logit_that_is_no_number_is_no_slope_either(name):
    Z, Y = problem(3, 4)
    Z[1, 2] = torch.nan
    (J,), dZ = loss_pass(Z, Y, [name], [3])
    assert J != J and dZ[1, 2].isnan()
    assert torch.isfinite(dZ[:, [0, 1, 3]]).all()


@pytest.mark.parametrize("m", [1, 64, 257])
def test_each_of_several_has_the_numbers_that_it_has_alone(m):
    rows = [3, 2, 3, 4, 1]
    names = ["softmax", "tangled", "squared", "binary", "binary"]
    Z, Y = problem(sum(rows), m)
    costs, dZ = loss_pass(Z, Y, names, rows)
    parts = zip(names, rows, costs, dZ.split(rows), Z.split(rows), Y.split(rows), strict=True)
    for name, k, J, d, z, y in parts:
        alone = loss_pass(z.contiguous(), y.contiguous(), [name], [k])
        assert alone[0] == [J] and torch.equal(alone[1], d)


def test_several_may_share_their_labels():
    Z, _ = problem(9, 20)
    Y = problem(3, 20)[1]
    names = ["softmax", "binary", "softmax"]
    shared, apart = loss_pass(Z, Y, names, [3] * 3), loss_pass(Z, Y.repeat(3, 1), names, [3] * 3)
    assert shared[0] == apart[0] and torch.equal(shared[1], apart[1])


@pytest.mark.parametrize("one_pass", [True, False])
def test_losses_beside_each_other_may_share_them_too(one_pass):
    Z, Y = problem(6, 20)
    beside = Beside([LOSSES["softmax"], LOSSES["binary"]], [3, 3], one_pass=one_pass)
    twice = Y[:3].repeat(2, 1)
    assert_close(beside.derivative(Z, Y[:3].contiguous()), beside.derivative(Z, twice))
    assert list(beside.costs(Z, Y[:3])) == pytest.approx(list(beside.costs(Z.clone(), twice)))


def test_what_is_given_stays():
    Z, Y = problem(3, 8)
    before = Z.clone(), Y.clone()
    loss_pass(Z, Y, ["tangled"], [3])
    assert torch.equal(Z, before[0]) and torch.equal(Y, before[1])


def test_what_a_pass_is_not_worth():
    Z, Y = problem(3, 20)
    few = Z[:, :8].contiguous()
    assert worth_it(Z, Y)
    assert not worth_it(Z[:, :8], Y[:, :8].contiguous())  # a part of each row
    assert not worth_it(few.double(), Y[:, :8].double())
    assert not worth_it(few, Y[:, :8].contiguous().to(torch.uint8))
    assert not worth_it(few.clone().requires_grad_(), Y[:, :8].contiguous())
    assert not worth_it(few[:, :0], Y[:, :0])


@pytest.mark.parametrize(
    ("losses", "rows", "one_pass", "passes"),
    [
        ([LOSSES["binary"], LOSSES["softmax"]], [3, 2], True, 1),
        ([LOSSES["binary"], LOSSES["softmax"]], [3, 2], False, 0),
        ([LINEAR_REGRESSION], [3], True, 0),
        ([LOSSES["binary"], LINEAR_REGRESSION], [3, 3], True, 0),
        ([LOSSES["softmax"]] * 3, [1, 1, 1], True, 1),
        ([TANGLED, TANGLED], [3, 2], True, 1),
    ],
)
def test_losses_beside_each_other_by_one_pass_or_by_torch(losses, rows, one_pass, passes, monkeypatch):
    made = []
    monkeypatch.setattr(module, "loss_pass", lambda *given: made.append(1) or loss_pass(*given))
    Z, Y = problem(sum(rows), 9)
    beside = Beside(losses, rows, one_pass=one_pass)
    dZ, costs = beside.derivative(Z, Y), beside.costs(Z, Y)
    assert len(made) == passes
    parts = zip(losses, Z.split(rows), Y.split(rows), strict=True)
    assert_close(dZ, torch.cat([loss.derivative(z, y) for loss, z, y in parts]))
    for logits in (Z, problem(sum(rows), 9, seed=1)[0]):  # J of these, not of the last ones
        parts = zip(losses, logits.split(rows), Y.split(rows), strict=True)
        expected = [float(loss.cost(z, y)) for loss, z, y in parts]
        assert list(beside.costs(logits, Y)) == pytest.approx(expected)
    assert_close(beside.terms(Z, Y).sum() / 9, torch.tensor(sum(costs)))


def test_tangled_outputs_need_two_neurons_here_too():
    Z, Y = problem(1, 9)
    with pytest.raises(ValueError, match="two neurons"):
        Beside([TANGLED], [1], one_pass=True).derivative(Z, Y)
    Z, Y = problem(4, 9)
    with pytest.raises(ValueError, match="two neurons"):
        Beside([TANGLED, LOSSES["binary"]], [1, 3], one_pass=True).derivative(Z, Y)


@pytest.mark.parametrize("one_pass", [True, False])
@pytest.mark.parametrize("shape", [(2, 9), (1, 9), (12, 9), (6, 8), (6,)])
def test_labels_of_another_shape_are_refused(shape, one_pass):
    Z = problem(6, 9)[0]
    beside = Beside([LOSSES["binary"], LOSSES["softmax"]], [3, 3], one_pass=one_pass)
    for asked in (beside.derivative, beside.terms, beside.costs):
        with pytest.raises(ValueError, match="rows of Z"):
            asked(Z, torch.zeros(shape))
    with pytest.raises(ValueError, match="rows of Z"):
        Beside([LOSSES["binary"]], [3], one_pass=one_pass).derivative(Z, torch.zeros(3, 9))
