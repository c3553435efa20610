"""Gradient ascent on x: its gradients against autograd, its steps against a slow loop, where it ends."""

import pytest
import torch
from torch.testing import assert_close

from core.activations import ACTIVATIONS, IDENTITY, RELU, SIGMOID
from core.hidden_neurons.activation_maximisation import (
    NOISE,
    begin,
    excite,
    input_delta,
    roughness_gradient,
    second_difference,
    unit_delta,
    up_to,
)
from core.initialisation import initialise
from core.network import Layer, Network, propagate
from core.pixels import N

DOUBLE = torch.float64


T = second_difference(torch.float64)


def dice(seed):
    return torch.Generator().manual_seed(seed)


def network_on_photos(*widths, names=None, seed=0, dtype=DOUBLE):
    names = names or ["relu"] * (len(widths) - 1) + ["sigmoid"]
    activations = [ACTIVATIONS[name] for name in names]
    plain = initialise((N, *widths), activations, how="he", generator=dice(seed), dtype=dtype)
    # With b = 0 every ReLU stands at its kink for a grey photo, and no path is open.
    return Network(tuple(Layer(layer.W, layer.b + 0.5, layer.activation) for layer in plain.layers))


def bumps(X):
    return float(roughness_gradient(X.to(DOUBLE), T).norm())


@pytest.mark.parametrize("names", [("relu", "tanh", "sigmoid"), ("sigmoid", "softmax", "identity")])
def test_the_gradient_is_autograds(names):
    network = initialise(
        (9, 6, 5, 4), [ACTIVATIONS[n] for n in names], how="he", generator=dice(0), dtype=DOUBLE
    )
    X = torch.randn(9, 3, generator=dice(1), dtype=DOUBLE)
    for depth in (1, 2, 3):
        part = up_to(network, depth)
        neurons = torch.tensor([2, 0, 2])
        z, delta = input_delta(part, neurons, X)
        leaf = X.clone().requires_grad_(True)
        picked = propagate(part, leaf).Z[-1][neurons, torch.arange(3)]
        (oracle,) = torch.autograd.grad(picked.sum(), leaf)
        assert_close(z, picked.detach())
        W = network.layers[0].W
        assert_close(W.T @ delta, oracle)
        unit = W.T @ unit_delta(delta, W @ W.T, 9)
        size = oracle.square().mean(dim=0).sqrt()
        assert_close(unit[:, size > 0], (oracle / size)[:, size > 0])
        assert not unit[:, size == 0].any()


def test_the_roughness_is_autograds_and_flat_pictures_have_none():
    X = torch.randn(N, 2, generator=dice(0), dtype=DOUBLE).requires_grad_(True)
    P = X.reshape(64, 64, 3, 2)
    roughness = 0.5 * (P.diff(dim=0).square().sum() + P.diff(dim=1).square().sum())
    (oracle,) = torch.autograd.grad(roughness, X)
    for given in (X.detach(), X.detach().T.contiguous().T):  # a photo a column, a photo a row in memory
        assert_close(roughness_gradient(given, T), oracle)
    assert float(roughness_gradient(torch.full((N, 1), 0.5, dtype=DOUBLE), T).abs().max()) < 1e-12
    with pytest.raises(ValueError, match="12288"):
        roughness_gradient(torch.zeros(9, 1), T)


def test_steps_as_in_a_slow_loop_with_autograd():
    network = network_on_photos(8, 3)
    *_, end = excite(network, 2, steps=5, rate=0.1, smooth=0.7, start="noise", seed=4)
    for j in range(3):
        x = begin(1, start="noise", seed=4, dtype=DOUBLE)
        for _ in range(5):
            leaf = x.clone().requires_grad_(True)
            propagate(network, leaf).Z[-1][j, 0].backward()
            g = leaf.grad / leaf.grad.square().mean().sqrt()
            x = (x + 0.1 * (g - 0.7 * roughness_gradient(x, T))).clamp(-1, 1)
        assert_close(end.X[:, j : j + 1], x)
        assert_close(end.z[j], propagate(network, x).Z[-1][j, 0])


def test_the_first_layer_ends_at_the_sign_of_its_weights():
    network = network_on_photos(3)
    *_, end = excite(network, 1, steps=60, rate=0.5, every=60)
    W = network.layers[0].W
    clear = W.abs() > 0.05 * W.abs().max()
    assert torch.equal(end.X.T[clear], W.sign()[clear])
    most = W.abs().sum(dim=1) + 0.5  # no photo in the box gets higher
    assert (end.z <= most).all() and (end.z > 0.999 * most).all()


def test_z_climbs_x_stays_a_photo_and_smoothness_smooths():
    network = network_on_photos(8, 6, dtype=torch.float32)
    rough, smooth = (list(excite(network, 2, steps=24, rate=0.1, smooth=s, every=6)) for s in (0, 2))
    for climb in (rough, smooth):
        assert [value.step for value in climb] == [0, 6, 12, 18, 24] and climb[-1].done
        assert all(float(value.X.abs().max()) <= 1 for value in climb)
        assert (climb[-1].z > climb[0].z).all() and torch.equal(climb[-1].z_start, climb[0].z)
        assert not climb[0].X.any()  # an earlier value is not changed by later steps
    assert (rough[-1].z > smooth[-1].z).all()
    assert bumps(smooth[-1].X) < 0.5 * bumps(rough[-1].X)


def test_where_every_path_is_closed_nothing_moves():
    W = torch.randn(4, N, generator=dice(0))
    network = Network(
        (Layer(W, torch.full((4, 1), -1e6), RELU), Layer(torch.ones(2, 4), torch.zeros(2, 1), SIGMOID))
    )
    *_, end = excite(network, 2, steps=3, smooth=1.0)
    assert not end.X.any() and torch.equal(end.z, end.z_start)


def test_starts():
    assert not begin(3).any()
    noise = begin(3, start="noise", seed=1)
    assert torch.equal(noise, begin(3, start="noise", seed=1))
    assert not torch.equal(noise, begin(3, start="noise", seed=2))
    assert torch.equal(noise[:, 0], noise[:, 2]) and float(noise.std()) == pytest.approx(NOISE, rel=0.05)


@pytest.mark.parametrize(
    ("layer", "more"),
    [
        (0, {}),
        (3, {}),
        (1, {"steps": 0}),
        (1, {"rate": 0.0}),
        (1, {"rate": float("nan")}),
        (1, {"smooth": 9.0}),
        (1, {"smooth": -1.0}),
        (1, {"start": "photo"}),
    ],
)
def test_what_does_not_fit_is_refused(layer, more):
    network = network_on_photos(3, 2, names=("identity", "identity"))
    assert network.layers[0].activation is IDENTITY
    with pytest.raises(ValueError):
        next(excite(network, layer, **more))


@pytest.mark.parametrize(
    ("neurons", "X"),
    [
        (torch.tensor([2, 0]), torch.zeros(9, 2)),
        (torch.tensor([-1, 0]), torch.zeros(9, 2)),
        (torch.tensor([0]), torch.zeros(9, 2)),
        (torch.tensor([True, False]), torch.zeros(9, 2)),
        (torch.tensor([0.0, 1.0]), torch.zeros(9, 2)),
        (torch.tensor([0, 1]), torch.zeros(8, 2)),
        (torch.tensor([0, 1]), torch.zeros(9)),
    ],
)
def test_neurons_and_columns_that_do_not_fit_are_refused(neurons, X):
    with pytest.raises(ValueError, match=r"neuron|must be"):
        input_delta(initialise((9, 2), (IDENTITY,)), neurons, X)


def test_a_hidden_layer_climbs_by_its_own_z():
    network = initialise((N, 6, 3), (RELU, SIGMOID), how="he", generator=torch.Generator().manual_seed(0))
    for value in list(excite(network, 1, steps=4, every=2)):
        Z = propagate(network, value.X).Z[0]  # (6, 6)
        assert_close(value.z, Z.diagonal(), rtol=1e-4, atol=1e-4)


def test_the_size_of_the_weights_does_not_matter():
    W = torch.randn(2, N, generator=torch.Generator().manual_seed(0))
    large, small = (Network((Layer(size * W, torch.zeros(2, 1), IDENTITY),)) for size in (1.0, 1e-6))
    (*_, a), (*_, b) = (excite(network, 1, steps=3) for network in (large, small))
    assert a.X.any()
    assert_close(a.X, b.X)


def test_just_too_smooth():
    with pytest.raises(ValueError):
        next(excite(initialise((N, 1), (SIGMOID,)), 1, rate=0.1, smooth=2.5))
    next(excite(initialise((N, 1), (SIGMOID,)), 1, rate=0.1, smooth=2.4))
