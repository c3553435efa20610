"""Identity layers are one linear map; bent ones are not."""

import math

import pytest
import torch

from core.activations import IDENTITY, RELU, SIGMOID, SOFTMAX, TANH
from core.collapse import collapse, how_far, without_nonlinearity
from core.initialisation import initialise
from core.network import Layer, Network, propagate


@pytest.fixture
def dice():
    return torch.Generator().manual_seed(5)


def random_network(sizes, activations, dice):
    layers = []
    for n, k, g in zip(sizes, sizes[1:], activations, strict=False):
        W = torch.randn(k, n, generator=dice, dtype=torch.float64)
        layers.append(Layer(W, torch.randn(k, 1, generator=dice, dtype=torch.float64), g))
    return Network(tuple(layers))


@pytest.mark.parametrize("sizes", [(7, 3), (7, 5, 3), (7, 5, 4, 3), (7, 256, 2, 6, 1)])
def test_one_layer_says_what_identity_layers_say(sizes, dice):
    network = random_network(sizes, (IDENTITY,) * (len(sizes) - 2) + (SIGMOID,), dice)
    X = torch.randn(sizes[0], 20, generator=dice, dtype=torch.float64)
    layer = collapse(network)
    assert tuple(layer.W.shape) == (sizes[-1], sizes[0]) and tuple(layer.b.shape) == (sizes[-1], 1)
    torch.testing.assert_close(propagate(Network((layer,)), X).Y_hat, propagate(network, X).Y_hat)
    assert how_far(network, layer, X) < 1e-12


def test_the_map_is_its_columns(dice):
    """W̃ is what the network makes of the unit vectors, b̃ of zero: no product of matrices needed."""
    network = random_network((6, 5, 4, 2), (IDENTITY, IDENTITY, SOFTMAX), dice)
    layer = collapse(network)
    at_zero = propagate(network, torch.zeros(6, 1, dtype=torch.float64)).Z[-1]
    at_units = propagate(network, torch.eye(6, dtype=torch.float64)).Z[-1]  # (2, 6)
    torch.testing.assert_close(layer.b, at_zero)
    torch.testing.assert_close(layer.W, at_units - at_zero)


@pytest.mark.parametrize("bend", [RELU, TANH, SIGMOID])
def test_bent_layers_are_refused_and_say_something_else(bend, dice):
    network = random_network((6, 5, 4, 2), (bend, bend, SIGMOID), dice)
    with pytest.raises(ValueError, match=bend.name):
        collapse(network)
    straight = without_nonlinearity(network)
    assert [layer.activation for layer in straight.layers] == [IDENTITY, IDENTITY, SIGMOID]
    assert all(a.W is b.W for a, b in zip(network.layers, straight.layers, strict=True))
    X = torch.randn(6, 30, generator=dice, dtype=torch.float64)
    assert how_far(network, collapse(straight), X) > 0.01


@pytest.mark.parametrize("bent", [(TANH, IDENTITY, IDENTITY), (IDENTITY, IDENTITY, TANH)])
def test_one_bent_layer_is_enough_wherever_it_stands(bent, dice):
    with pytest.raises(ValueError, match=r"this network has tanh$"):
        collapse(random_network((6, 5, 4, 3, 2), (*bent, SIGMOID), dice))


def test_difference_of_zeros():
    network = initialise((4, 3, 2), (IDENTITY, SIGMOID), how="zeros")
    assert how_far(network, collapse(network), torch.ones(4, 2)) == 0


def test_the_difference_is_relative_to_what_the_network_says():
    def layer(w):
        return Layer(torch.tensor([[w]]), torch.zeros(1, 1), SIGMOID)

    X = torch.tensor([[2.0]])
    assert how_far(Network((layer(2.0),)), layer(3.0), X) == 0.5
    assert how_far(Network((layer(0.0),)), layer(3.0), X) == math.inf


def test_the_difference_of_what_does_not_fit_is_refused():
    network = initialise((4, 3, 2), (IDENTITY, SIGMOID))
    with pytest.raises(ValueError, match="X must be"):
        how_far(network, collapse(network), torch.ones(5, 2))
