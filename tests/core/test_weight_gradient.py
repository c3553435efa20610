"""∂J/∂W of photos that is made late, and the step that is taken without it."""

import pytest
import torch
from torch.testing import assert_close

from core import columns
from core.activations import RELU, SIGMOID
from core.columns import PhotoColumns
from core.descent import Descent
from core.initialisation import initialise
from core.joined_columns import JoinedColumns
from core.losses import BINARY_CROSS_ENTROPY
from core.weight_gradient import WeightGradient, made, step_of, weight_gradient

K, N, M = 20, 192, 40


@pytest.fixture
def dice():
    return torch.Generator().manual_seed(0)


@pytest.fixture
def photos(dice):
    return torch.randint(0, 256, (60, N), generator=dice).to(torch.uint8)


@pytest.fixture
def W(dice):
    return torch.randn(K, N, generator=dice)


@pytest.fixture
def delta(dice):
    return torch.randn(K, M, generator=dice)


@pytest.fixture(params=["one store", "one of two stores", "two stores"])
def X(request, photos):
    if request.param == "one store":
        return PhotoColumns(photos)[:, :M]
    parts = JoinedColumns([photos[:50], photos[50:]])
    return parts[:, :M] if request.param == "one of two stores" else parts[:, -M:]


@pytest.mark.parametrize("l2", [0.0, 0.5])
def test_it_is_the_gradient_and_steps_as_that_does(X, W, delta, l2):
    late = weight_gradient(delta, X, W, l2)
    exact = delta.double() @ X.floats().double().T + l2 * W.double()
    assert_close(made(late).double(), exact, rtol=0, atol=1e-4)
    new, total = step_of(W, weight_gradient(delta, X, W, l2), 0.1)
    assert_close(new.double(), W.double() - 0.1 * exact, rtol=0, atol=1e-5)
    assert total == pytest.approx(float(new.double().sum()), abs=1e-2)


@pytest.mark.parametrize("l2", [0.0, 0.5])
def test_it_is_split_among_neurons(X, W, delta, l2):
    late, rows = weight_gradient(delta, X, W, l2), [3, 16, 1]
    for part, whole in zip(late.split_with_sizes(rows), made(late).split_with_sizes(rows), strict=True):
        assert torch.equal(part.made, whole)
    with pytest.raises(RuntimeError):
        late.split_with_sizes([3, 3])


def test_of_a_matrix_it_is_a_tensor_at_once(X, W, delta):
    dense = X.floats()
    assert_close(weight_gradient(delta, dense, W, 0.5), delta @ dense.T + 0.5 * W)


def test_a_step_never_makes_it_where_a_kernel_subtracts(photos, monkeypatch):
    """And the weights are those of the steps that do, bit for bit."""
    Y = torch.ones(3, 60)
    network = initialise((N, K, 3), (RELU, SIGMOID), how="he", generator=torch.Generator().manual_seed(1))
    ours, plain = (
        Descent(network, photos, Y, loss=BINARY_CROSS_ENTROPY, learning_rate=0.1, batch_size=M)
        for _ in range(2)
    )
    asked = []
    monkeypatch.setattr(WeightGradient, "made", property(lambda self: asked.append(self)))
    if columns._kernels_for(N, False).stepped is None:
        pytest.skip("this processor multiplies in floats")
    for _ in range(3):
        ours.step()
    assert not asked
    monkeypatch.undo()
    monkeypatch.setattr(PhotoColumns, "stepped", lambda *_, **__: None)
    for _ in range(3):
        plain.step()
    for one, other in zip(ours.parameters, plain.parameters, strict=True):
        assert torch.equal(one, other)
    assert torch.equal(made(ours.gradients.of_W[0]), plain.gradients.W[0])


def test_another_w_is_refused(photos, W, delta):
    X = PhotoColumns(photos)[:, :M]
    for W_here, delta_here, said in (
        (torch.zeros(K, N + 64), delta, f"n = {N}"),
        (torch.zeros(K + 1, N), delta, f"{K + 1} and {K} neurons"),
        (W.double(), delta, "torch.float64"),
        (W, delta[:, :-1], f"m = {M}"),
    ):
        with pytest.raises(ValueError, match=said):
            X.stepped(W_here, delta_here, keep=1.0, alpha=0.1)


def test_no_kernel_steps_where_autograd_records(photos, W, delta):
    X = PhotoColumns(photos)[:, :M]
    for needed in (W, delta):
        needed.requires_grad = True
        assert X.stepped(W, delta, keep=1.0, alpha=0.1) is None
        needed.requires_grad = False
