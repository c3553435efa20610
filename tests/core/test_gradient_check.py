"""The check itself: it finds the closed form right over networks, losses and batches, and finds faults."""

import math
from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from core.activations import ACTIVATIONS, SIGMOID, SOFTMAX
from core.gradient_check import check_gradients, gradients_by_autograd, relative_difference
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY, LINEAR_REGRESSION, LOSSES, SOFTMAX_CROSS_ENTROPY
from core.network import Layer, Network, backpropagate, propagate

DOUBLE = torch.float64


def dice(seed):
    return torch.Generator().manual_seed(seed)


def with_biases(network, seed):
    """Biases other than zero, so that they are tested too."""
    draw = dice(seed)
    return Network(
        tuple(
            Layer(layer.W, torch.randn(layer.b.shape, generator=draw, dtype=layer.b.dtype), layer.activation)
            for layer in network.layers
        )
    )


@st.composite
def problems(draw):
    loss = draw(st.sampled_from([*LOSSES.values(), LINEAR_REGRESSION]))
    hidden = draw(st.lists(st.integers(1, 5), max_size=4))
    least = 2 if loss.activation is SOFTMAX else 1
    sizes = (draw(st.integers(1, 9)), *hidden, draw(st.integers(least, 4)))
    activations = [ACTIVATIONS[draw(st.sampled_from(sorted(ACTIVATIONS)))] for _ in hidden]
    seed, m = draw(st.integers(0, 10**6)), draw(st.integers(1, 6))
    dtype = draw(st.sampled_from([torch.float32, DOUBLE]))
    network = initialise(sizes, (*activations, loss.activation), how="he", generator=dice(seed), dtype=dtype)
    X = torch.randn(sizes[0], m, generator=dice(seed + 2), dtype=dtype)
    Y = torch.randint(0, 2, (sizes[-1], m), generator=dice(seed + 3)).to(dtype)
    return with_biases(network, seed + 1), X, Y, loss, draw(st.sampled_from([0.0, 0.3]))


@given(problem=problems())
@settings(max_examples=60)
def test_the_closed_form_agrees_with_autograd_at_any_depth(problem):
    network, X, Y, loss, l2 = problem
    checked = check_gradients(network, X, Y, loss, l2)
    depth = len(network.layers)
    assert list(checked.differences) == [
        f"{name}[{layer + 1}]" for name in ("W", "b", "delta") for layer in range(depth)
    ]
    # Where δ is what rounding has left of a difference of equals, there is nothing relative to compare.
    for name, difference in checked.differences.items():
        kind, layer = name.split("[")
        size = float(getattr(checked.autograd, kind)[int(layer[:-1]) - 1].abs().max())
        assert difference < 1e-9 or difference * size < 1e-15, (name, difference, size)
    assert checked.largest == max(checked.differences.values())


def test_autograd_agrees_with_a_central_difference():
    network = with_biases(initialise((4, 3, 2, 1), generator=dice(1), how="he", dtype=DOUBLE), 2)
    X, Y = torch.randn(4, 5, generator=dice(3), dtype=DOUBLE), torch.tensor([[1.0, 0, 1, 1, 0]]).double()
    auto = gradients_by_autograd(network, X, Y, BINARY_CROSS_ENTROPY, l2=0.1)

    def cost(changed):
        squares = sum(layer.W.square().sum() for layer in changed.layers)
        return BINARY_CROSS_ENTROPY.cost(propagate(changed, X).Z[-1], Y) + 0.05 * squares

    h = 1e-6
    for l in range(3):  # noqa: E741
        for name in ("W", "b"):
            for place in range(getattr(network.layers[l], name).numel()):
                ends = []
                for step in (h, -h):
                    moved = network.clone()
                    getattr(moved.layers[l], name).view(-1)[place] += step
                    ends.append(cost(moved))
                slope = (ends[0] - ends[1]) / (2 * h)
                assert_close(getattr(auto, name)[l].reshape(-1)[place], slope, rtol=1e-6, atol=1e-9)


def test_a_fault_in_the_closed_form_is_found(monkeypatch):
    network = with_biases(initialise((6, 3, 2, 1), generator=dice(4), how="he"), 5)
    X, Y = torch.randn(6, 4, generator=dice(6)), torch.tensor([[1.0, 0, 1, 1]])
    assert check_gradients(network, X, Y, BINARY_CROSS_ENTROPY).largest < 1e-13
    monkeypatch.setattr(type(SIGMOID), "derivative", lambda self, A: A)  # forgets the factor (1 − a)
    differences = check_gradients(network, X, Y, BINARY_CROSS_ENTROPY).differences
    assert differences["W[3]"] < 1e-13 and differences["delta[3]"] < 1e-13  # not yet pulled back
    assert min(differences["W[2]"], differences["b[1]"], differences["delta[1]"]) > 0.1


def test_it_leaves_the_network_alone_and_works_where_gradients_are_switched_off():
    network = initialise((5, 3, 2), (SIGMOID, SOFTMAX), generator=dice(7))
    X, Y = torch.randn(5, 3, generator=dice(8)), torch.eye(2)[:, [0, 1, 0]]
    before = [layer.W.clone() for layer in network.layers]
    with torch.no_grad():
        checked = check_gradients(network, X, Y, SOFTMAX_CROSS_ENTROPY)
    assert checked.largest < 1e-13 and checked.trace.Y_hat.dtype == DOUBLE
    assert all(torch.equal(a, layer.W) for a, layer in zip(before, network.layers, strict=True))
    assert not any(layer.W.requires_grad for layer in network.layers)
    closed = backpropagate(network, propagate(network, X), Y, SOFTMAX_CROSS_ENTROPY)
    assert_close(closed.W[0], checked.autograd.W[0].float(), rtol=1e-4, atol=1e-6)


def test_a_difference_that_is_no_number_is_not_passed_over():
    network = initialise((2, 1), generator=dice(1))
    checked = check_gradients(network, torch.ones(2, 1), torch.ones(1, 1), BINARY_CROSS_ENTROPY)
    for name in checked.differences:
        assert math.isnan(replace(checked, differences={**checked.differences, name: math.nan}).largest)


def test_relative_difference():
    zero, one = torch.zeros(2, dtype=DOUBLE), torch.tensor([1.0, -4.0], dtype=DOUBLE)
    assert relative_difference(zero, zero) == 0 and relative_difference(one, one) == 0
    assert relative_difference(one, zero) == math.inf
    assert relative_difference(one[:0], one[:0]) == 0
    assert relative_difference(torch.tensor([1.0, -3.0], dtype=DOUBLE), one) == 0.25
    assert math.isnan(relative_difference(one / zero, one / zero))
    with pytest.raises(ValueError, match="shapes"):
        relative_difference(one, one.reshape(1, 2))
    network = initialise((2, 1), generator=dice(1))
    with pytest.raises(ValueError, match="goes with softmax"):
        check_gradients(network, torch.zeros(2, 1), torch.zeros(1, 1), SOFTMAX_CROSS_ENTROPY)


def test_a_loss_on_other_outputs_is_refused_by_autograd_too():
    with pytest.raises(ValueError, match="goes with softmax"):
        gradients_by_autograd(initialise((4, 3)), torch.zeros(4, 2), torch.zeros(3, 2), SOFTMAX_CROSS_ENTROPY)
