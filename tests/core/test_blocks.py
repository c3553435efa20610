"""Sums block by block against the sum in one piece and against autograd; no float copy of all photos."""

import pytest
import torch
from torch.profiler import ProfilerActivity, profile
from torch.testing import assert_close

from core import blocks
from core.activations import RELU, SIGMOID
from core.blocks import cost, forward_backward
from core.columns import MOST_ROWS, NUMBERS, PhotoColumns, block_size
from core.descent import Descent
from core.heads import goal3
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY, LOSSES, SOFTMAX_CROSS_ENTROPY
from core.network import backpropagate, propagate

DOUBLE = torch.float64
BLOCK = block_size(12_288)
SIZES = [1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1, 3 * BLOCK + 7]


def dice(seed):
    return torch.Generator().manual_seed(seed)


def some_photos(m, *shape):
    return torch.randint(0, 256, (m, *(shape or (64, 64, 3))), generator=dice(m)).to(torch.uint8)


@pytest.mark.parametrize("m", SIZES)
@pytest.mark.parametrize("name", LOSSES)
def test_blocks_add_up_to_autograd(m, name):
    loss = LOSSES[name]
    X, Y = torch.randn(9, m, generator=dice(0), dtype=DOUBLE), torch.zeros(3, m, dtype=DOUBLE)
    Y[torch.arange(m) % 3, torch.arange(m)] = 1
    network = initialise((9, 4, 3), (RELU, loss.activation), generator=dice(1), dtype=DOUBLE)
    parameters = [p.requires_grad_(True) for layer in network.layers for p in (layer.W, layer.b)]
    W1, b1, W2, b2 = parameters
    J = loss.cost(W2 @ torch.relu(W1 @ X + b1) + b2, Y) + 0.15 * (W1.square().sum() + W2.square().sum())
    J.backward()
    with torch.no_grad():
        Z, gradients = forward_backward(network, X, Y, loss, 0.3, numbers=9 * BLOCK)
        assert cost(network, X, Y, loss, 0.3, numbers=9 * BLOCK) == pytest.approx(J.item())
    found = [d for pair in zip(gradients.W, gradients.b, strict=True) for d in pair]
    for mine, p in zip(found, parameters, strict=True):
        assert_close(mine, p.grad)
    whole = backpropagate(network, propagate(network, X), Y, loss, 0.3)
    assert_close(gradients.delta, whole.delta)
    assert Z.shape == (3, m)


@pytest.mark.parametrize("numbers", [None, 9 * 2])
def test_without_l2_the_cost_is_the_mean_loss_and_the_gradients_are_its_own(numbers):
    X, Y = torch.randn(9, 5, generator=dice(0), dtype=DOUBLE), torch.eye(3, dtype=DOUBLE)[:, [0, 1, 2, 0, 1]]
    network = initialise((9, 3), how="he", generator=dice(1), dtype=DOUBLE)
    trace = propagate(network, X)
    mean = BINARY_CROSS_ENTROPY.cost(trace.Z[-1], Y)
    assert cost(network, X, Y, BINARY_CROSS_ENTROPY, numbers=numbers) == pytest.approx(mean.item())
    _, gradients = forward_backward(network, X, Y, BINARY_CROSS_ENTROPY, numbers=numbers)
    assert_close(gradients.W[0], (trace.Y_hat - Y) @ X.T / 5)


@pytest.mark.parametrize("labels", [(3, 5), (3, 9), (7,)])
def test_labels_of_other_examples_are_refused_in_one_block_and_in_several(labels):
    network, X, Y = initialise((4, 3)), torch.zeros(4, 7), torch.zeros(labels)
    for numbers in (None, 8):
        for ask in (cost, forward_backward):
            with pytest.raises(ValueError, match=r"X has 7 examples, Y must be \(k, 7\)"):
                ask(network, X, Y, BINARY_CROSS_ENTROPY, numbers=numbers)


def test_what_is_no_matrix_of_examples_is_refused():
    for ask in (cost, forward_backward):
        with pytest.raises(ValueError, match=r"X must be \(n, m\), got \(4,\)"):
            ask(initialise((4, 3)), torch.zeros(4), torch.zeros(3, 1), BINARY_CROSS_ENTROPY)


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


@pytest.mark.parametrize("m", [BLOCK + 1, 3 * BLOCK + 7])
def test_two_threads_give_the_same_sum_as_one(threads, m):
    photos, Y = some_photos(m), torch.randint(0, 2, (3, m), generator=dice(2)).float()
    head = goal3(how="xavier", generator=dice(3))
    found = []
    for count in (1, 2, 2):
        threads(count)
        Z, gradients = forward_backward(
            head, PhotoColumns(photos), Y, SOFTMAX_CROSS_ENTROPY, 0.1, numbers=BLOCK * 12_288
        )
        found.append((Z, *gradients.W, *gradients.b, *gradients.delta))
    for other in found[1:]:
        assert all(torch.equal(a, b) for a, b in zip(found[0], other, strict=True))


@pytest.mark.parametrize("hidden", [(), (64,), (MOST_ROWS + 1,)])
def test_no_step_and_no_cost_makes_floats_of_all_photos(hidden):
    m = 3 * BLOCK // 2  # as floats 57 MB
    photos, Y = some_photos(m), torch.zeros(3, m)
    activations = (*(RELU for _ in hidden), SIGMOID)
    start = initialise((12_288, *hidden, 3), activations, generator=dice(4))
    descent = Descent(start, photos, Y, loss=BINARY_CROSS_ENTROPY, learning_rate=1e-4, batch_size=m)
    descent.step()
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        descent.step()
        descent.cost()
        propagate(start, PhotoColumns(photos))
    largest = max(event.cpu_memory_usage for event in seen.events())
    assert largest <= 1.1 * BLOCK * 12_288 * 4


def test_stored_photos_come_in_larger_blocks_than_floats(monkeypatch):
    sizes = []
    monkeypatch.setattr(blocks, "block_size", lambda n, numbers: sizes.append(numbers) or 1)
    photos, Y = PhotoColumns(some_photos(2)), torch.zeros(3, 2)
    for X in (photos, photos.floats()):
        forward_backward(goal3(how="xavier", generator=dice(3)), X, Y, SOFTMAX_CROSS_ENTROPY)
    assert sizes == [8 * NUMBERS, NUMBERS]
