"""propagate and backpropagate against naive loops and autograd; counts of the lecture."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from core import blocks
from core.activations import ACTIVATIONS, IDENTITY, SIGMOID, SOFTMAX
from core.heads import evidence, goal1, goal2, goal3
from core.initialisation import INITIALISATIONS, initialise
from core.losses import BINARY_CROSS_ENTROPY, LINEAR_REGRESSION, LOSSES
from core.network import Layer, Network, backpropagate, backpropagate_from, propagate

DOUBLE = torch.float64


def dice(seed):
    return torch.Generator().manual_seed(seed)


@st.composite
def problems(draw):
    """A random network of one to three layers, a batch, multi-hot labels and a loss."""
    loss = draw(st.sampled_from([*LOSSES.values(), LINEAR_REGRESSION]))
    hidden = draw(st.lists(st.integers(1, 5), max_size=2))
    sizes = (draw(st.integers(1, 7)), *hidden, draw(st.integers(2, 4)))
    names = [draw(st.sampled_from(["sigmoid", "tanh", "relu", "identity", "softmax"])) for _ in hidden]
    seed, m = draw(st.integers(0, 10**6)), draw(st.integers(1, 6))
    activations = (*(ACTIVATIONS[name] for name in names), loss.activation)
    network = initialise(sizes, activations, how="he", generator=dice(seed), dtype=DOUBLE)
    network = Network(  # non-zero biases, so that they are tested too
        tuple(
            Layer(
                layer.W, torch.randn(layer.b.shape, generator=dice(seed + 1), dtype=DOUBLE), layer.activation
            )
            for layer in network.layers
        )
    )
    X = torch.randn(sizes[0], m, generator=dice(seed + 2), dtype=DOUBLE)
    Y = torch.randint(0, 2, (sizes[-1], m), generator=dice(seed + 3)).double()
    return network, X, Y, loss, draw(st.sampled_from([0.0, 0.3]))


@given(problem=problems())
@settings(max_examples=150)
def test_every_gradient_agrees_with_autograd(problem):
    network, X, Y, loss, l2 = problem
    parameters = [p.clone().requires_grad_(True) for layer in network.layers for p in (layer.W, layer.b)]
    A, Zs = X, []
    for l, layer in enumerate(network.layers):  # noqa: E741
        Zs.append(parameters[2 * l] @ A + parameters[2 * l + 1])
        A = layer.activation(Zs[-1])
    J = loss.cost(Zs[-1], Y) + l2 / 2 * sum(W.square().sum() for W in parameters[::2])
    oracle = torch.autograd.grad(J, parameters + Zs)
    trace = propagate(network, X)
    gradients = backpropagate(network, trace, Y, loss, l2)
    depth = len(network.layers)
    for l in range(depth):  # noqa: E741
        assert_close(gradients.W[l], oracle[2 * l])
        assert_close(gradients.b[l], oracle[2 * l + 1])
        assert_close(gradients.delta[l], oracle[2 * depth + l])
        assert_close(trace.Z[l], Zs[l].detach())
    assert_close(trace.Y_hat, A.detach())


def test_propagate_by_naive_loops():
    network = initialise((4, 3, 2, 1), generator=dice(1), how="he", dtype=DOUBLE)
    X = torch.randn(4, 5, generator=dice(2), dtype=DOUBLE)
    trace = propagate(network, X)
    for i in range(5):
        a = [X[r, i].item() for r in range(4)]
        for l, layer in enumerate(network.layers):  # noqa: E741
            z = [
                sum(layer.W[j, r].item() * a[r] for r in range(len(a))) + layer.b[j, 0].item()
                for j in range(layer.W.shape[0])
            ]
            a = [1 / (1 + 2.718281828459045**-value) for value in z]
            assert_close(trace.Z[l][:, i], torch.tensor(z, dtype=DOUBLE))
            assert_close(trace.A[l + 1][:, i], torch.tensor(a, dtype=DOUBLE))


def test_the_lectures_equations_for_three_layers():
    """δ3 = (A3−Y)/m, δ2 = W3ᵀδ3 ∘ A2(1−A2), δ1 = W2ᵀδ2 ∘ A1(1−A1); ∂J/∂W = δ Aᵀ, ∂J/∂b = Σ columns."""
    network = initialise((6, 3, 2, 1), generator=dice(3), how="he", dtype=DOUBLE)
    X = torch.randn(6, 4, generator=dice(4), dtype=DOUBLE)
    Y = torch.tensor([[1.0, 0.0, 0.0, 1.0]], dtype=DOUBLE)
    trace = propagate(network, X)
    A0, A1, A2, A3 = trace.A
    _, W2, W3 = (layer.W for layer in network.layers)
    delta3 = (A3 - Y) / 4
    delta2 = (W3.T @ delta3) * A2 * (1 - A2)
    delta1 = (W2.T @ delta2) * A1 * (1 - A1)
    gradients = backpropagate(network, trace, Y, BINARY_CROSS_ENTROPY)
    for mine, oracle in zip(gradients.delta, (delta1, delta2, delta3), strict=True):
        assert_close(mine, oracle)
    for dW, db, delta, A in zip(gradients.W, gradients.b, gradients.delta, (A0, A1, A2), strict=True):
        assert_close(dW, delta @ A.T)
        assert_close(db, delta.sum(1, keepdim=True))


def test_parameter_counts_of_the_lecture():
    assert goal1().parameter_count == 12_289
    assert goal2().parameter_count == 36_867
    assert goal3().parameter_count == 36_867
    assert initialise((12_288, 3, 2, 1)).parameter_count == 36_878  # 3n + 14
    assert goal3().layers[0].activation is SOFTMAX and goal2().layers[0].activation is SIGMOID


def test_parameters_and_their_gradients_stand_in_one_order():
    network = initialise((4, 3, 2))
    (W1, b1), (W2, b2) = ((layer.W, layer.b) for layer in network.layers)
    assert [id(p) for p in network.parameters] == [id(p) for p in (W1, b1, W2, b2)]
    gradients = backpropagate(
        network, propagate(network, torch.ones(4, 5)), torch.ones(2, 5), LOSSES["binary"]
    )
    assert [d.shape for d in gradients.of_parameters] == [p.shape for p in network.parameters]
    moved = network.with_parameters(
        [p - d for p, d in zip(network.parameters, gradients.of_parameters, strict=True)]
    )
    assert torch.equal(moved.layers[1].b, b2 - gradients.b[1])
    assert [layer.activation for layer in moved.layers] == [layer.activation for layer in network.layers]
    for wrong in (network.parameters[:-2], network.parameters[::-1]):
        with pytest.raises(ValueError, match=r"W and b of 2 layers, got 2 tensors|W must be"):
            network.with_parameters(wrong)


def test_columns_do_not_touch_each_other():
    """A batch is m single examples: column i of every Z and A is what photo i alone gives."""
    network = initialise((9, 4, 3), generator=dice(5), how="xavier", dtype=DOUBLE)
    X = torch.randn(9, 6, generator=dice(6), dtype=DOUBLE)
    batch = propagate(network, X)
    for i in range(6):
        one = propagate(network, X[:, i : i + 1])
        assert_close(batch.Y_hat[:, i : i + 1], one.Y_hat)


def test_evidence_adds_up_to_the_logit():
    head = goal2(n=30, how="xavier", generator=dice(7), dtype=DOUBLE)
    x = torch.randn(30, 1, generator=dice(8), dtype=DOUBLE)
    z = propagate(head, x).Z[-1]
    e = evidence(head.layers[0].W, x)
    assert_close(e.sum(dim=1, keepdim=True) + head.layers[0].b, z)
    assert e[1, 7] == head.layers[0].W[1, 7] * x[7, 0]


def test_labels_and_derivatives_of_other_shapes_are_refused():
    head = goal2(n=5, how="xavier", generator=dice(7), dtype=DOUBLE)
    trace = propagate(head, torch.ones(5, 2, dtype=DOUBLE))
    for Y in (torch.ones(2, dtype=DOUBLE), torch.ones(3, 1, dtype=DOUBLE), torch.ones(2, 3, dtype=DOUBLE)):
        with pytest.raises(ValueError, match="must both be"):
            backpropagate(head, trace, Y, BINARY_CROSS_ENTROPY)
        with pytest.raises(ValueError, match=r"as a\[last\]"):
            backpropagate_from(head, trace, Y)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=str)
def test_other_kinds_of_numbers_and_empty_batches_get_a_sentence(loss):
    network = initialise((4, 3), (loss.activation,), how="he", generator=dice(1))
    X, Y = torch.ones(4, 5), torch.ones(3, 5)
    trace = propagate(network, X)
    Z = trace.Z[-1]
    for dtype in (torch.float64, torch.float16, torch.uint8, torch.bool):
        with pytest.raises(ValueError, match=f"X and W must be of one dtype, got X {dtype}, W torch.float32"):
            propagate(network, X.to(dtype))
    for dtype in (torch.bool, torch.float64):
        for asked in (lambda y: backpropagate(network, trace, y, loss), lambda y: loss.cost(Z, y)):
            with pytest.raises(ValueError, match=f"labels are .* got Z torch.float32, Y {dtype}"):
                asked(Y.to(dtype))
    with pytest.raises(ValueError, match=r"as a\[last\], got \(3, 5\) torch.float64"):
        backpropagate_from(network, trace, Y.double())
    for dtype in (torch.uint8, torch.int64, torch.float16):  # what 0 and 1 may be stored as
        same = backpropagate(network, trace, Y.to(dtype), loss)
        assert torch.equal(same.W[0], backpropagate(network, trace, Y, loss).W[0])
        assert loss.cost(Z, Y.to(dtype)) == loss.cost(Z, Y)
    nothing = propagate(network, X[:, :0])
    assert nothing.Y_hat.shape == (3, 0)
    for asked in (
        lambda: backpropagate(network, nothing, Y[:, :0], loss),
        lambda: loss.cost(nothing.Z[-1], Y[:, :0]),
        lambda: blocks.cost(network, X[:, :0], Y[:, :0], loss),
        lambda: blocks.forward_backward(network, X[:, :0], Y[:, :0], loss),
    ):
        with pytest.raises(ValueError, match=r"at least one example, got [YZ] \(3, 0\)"):
            asked()


def test_evidence_of_other_shapes_is_refused():
    wrong = (
        ((4, 1), (4, 1)),
        ((1, 4), (1, 4)),
        ((1, 2, 2), (4, 1)),
        ((4,), (4, 1)),
        ((2, 4), (4, 2)),
        ((), ()),
    )
    for W, x in wrong:
        with pytest.raises(ValueError, match="one photo"):
            evidence(torch.ones(W), torch.ones(x))


def test_initialisations():
    a, b = (initialise((50, 40, 3), how="xavier", generator=dice(11)) for _ in range(2))
    assert torch.equal(a.layers[0].W, b.layers[0].W)
    assert not initialise((5, 3), how="zeros").layers[0].W.any()
    assert initialise((5, 3), how="equal").layers[0].W.unique().numel() == 1
    he = initialise((2000, 100), how="he", generator=dice(12)).layers[0].W
    assert abs(he.std().item() - (2 / 2000) ** 0.5) < 1e-3
    for how in INITIALISATIONS:
        assert not initialise((5, 3), how=how).layers[0].b.any()


def test_what_does_not_fit_gets_a_sentence():
    with pytest.raises(ValueError, match=r"W must be \(k, n\)"):
        Layer(torch.zeros(3, 4), torch.zeros(3), IDENTITY)
    with pytest.raises(ValueError, match="cannot feed"):
        Network(
            (
                Layer(torch.zeros(3, 4), torch.zeros(3, 1), IDENTITY),
                Layer(torch.zeros(1, 2), torch.zeros(1, 1), IDENTITY),
            )
        )
    with pytest.raises(ValueError, match=r"W and b must be of one dtype, got torch.float32, torch.float64"):
        Layer(torch.zeros(3, 4), torch.zeros(3, 1, dtype=DOUBLE), IDENTITY)
    with pytest.raises(ValueError, match=r"a layer of torch.float32 cannot feed one of torch.float64"):
        Network(initialise((4, 3)).layers + initialise((3, 2), dtype=DOUBLE).layers)
    with pytest.raises(ValueError, match=r"X must be \(4, m\)"):
        propagate(initialise((4, 1)), torch.zeros(5, 2))
    with pytest.raises(ValueError, match="goes with softmax"):
        network = initialise((4, 3))
        backpropagate(network, propagate(network, torch.zeros(4, 1)), torch.zeros(3, 1), LOSSES["softmax"])
    with pytest.raises(ValueError, match="one of zeros"):
        initialise((4, 3), how="magic")


def test_what_is_no_layer_network_or_X_is_refused():
    with pytest.raises(ValueError, match="W must be"):
        Layer(torch.zeros(2, 3, 4), torch.zeros(2, 1), SIGMOID)
    with pytest.raises(ValueError, match="at least one layer"):
        Network(())
    with pytest.raises(ValueError, match="X must be"):
        propagate(initialise((4, 2)), torch.zeros(4))


def test_each_start_has_the_spread_that_it_says():
    def W(how):
        return initialise((200, 400, 50), how=how, generator=torch.Generator().manual_seed(0)).layers

    for how, variance in (("random", lambda n: 1e-4), ("xavier", lambda n: 1 / n), ("he", lambda n: 2 / n)):
        for layer, n in zip(W(how), (200, 400), strict=True):
            assert float(layer.W.var()) == pytest.approx(variance(n), rel=0.05) and not layer.b.any()
    assert [layer.W.unique().tolist() for layer in W("equal")] == [[pytest.approx(1 / n)] for n in (200, 400)]
    for sizes in ((4,), (4, 0)):
        with pytest.raises(ValueError, match="each at least 1"):
            initialise(sizes)
    from core.activations import SIGMOID

    with pytest.raises(ValueError, match="as many activations"):
        initialise((4, 3, 2), (SIGMOID, SIGMOID, SIGMOID))


def test_the_three_heads():
    for head, k, g in ((goal1, 1, SIGMOID), (goal2, 3, SIGMOID), (goal3, 3, SOFTMAX)):
        a, again, b = (
            head(n=20, how="xavier", generator=torch.Generator().manual_seed(s), dtype=torch.float64).layers[
                0
            ]
            for s in (1, 1, 2)
        )
        assert a.activation is g and tuple(a.W.shape) == (k, 20) and a.W.dtype == a.b.dtype == torch.float64
        assert torch.equal(a.W, again.W) and not torch.equal(a.W, b.W)
