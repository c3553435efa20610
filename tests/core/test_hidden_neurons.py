"""What excites a neuron, what it sees, what is lost without it: against naive loops and autograd."""

import pytest
import torch
from torch.testing import assert_close

from core.activations import ACTIVATIONS, RELU, SIGMOID
from core.columns import PhotoColumns
from core.hidden_neurons.ablation import means, one_by_one, switched_off, zeros
from core.hidden_neurons.effective_weights import (
    combinations,
    effective_weights,
    pictured,
    slope_of,
    slopes_at,
    strongest,
)
from core.hidden_neurons.importance import importance
from core.hidden_neurons.weight_pictures import DISC, centre, grain, mirror
from core.hidden_neurons.what_excites import silent, what_excites
from core.initialisation import initialise
from core.network import Layer, Network, propagate
from core.scores import accuracy

DOUBLE = torch.float64
CASES = [
    ((7, 5, 3), ("relu", "sigmoid")),
    ((6, 4, 5, 3), ("tanh", "relu", "softmax")),
    ((6, 5, 4, 3, 2), ("sigmoid", "identity", "tanh", "identity")),
]


def dice(seed):
    return torch.Generator().manual_seed(seed)


def problem(sizes, names, m=40, seed=0):
    """A network with biases, X and its forward pass, in float64."""
    plain = initialise(sizes, [ACTIVATIONS[n] for n in names], how="he", generator=dice(seed), dtype=DOUBLE)
    network = Network(
        tuple(
            Layer(layer.W, 0.3 * torch.randn(layer.b.shape, generator=dice(seed + 1), dtype=DOUBLE), g)
            for layer, g in zip(plain.layers, (layer.activation for layer in plain.layers), strict=True)
        )
    )
    X = torch.randn(sizes[0], m, generator=dice(seed + 2), dtype=DOUBLE)
    return network, X, propagate(network, X)


# ---- which photos excite a neuron --------------------------------------------------------------------


@pytest.mark.parametrize(("sizes", "names"), CASES)
def test_most_and_least_in_blocks_as_in_one_sort(monkeypatch, sizes, names):
    network, X, trace = problem(sizes, names)
    monkeypatch.setattr("core.hidden_neurons.what_excites.block_size", lambda n: 7)
    steps = list(what_excites(network, X, top=5))
    assert [step.done for step in steps] == [7, 14, 21, 28, 35, 40]
    for Z, A, found in zip(trace.Z, trace.A[1:], steps[-1].layers, strict=True):
        for j in range(len(Z)):
            by_z = sorted(range(40), key=lambda i: (-float(Z[j, i]), i))
            assert found.most[j].tolist() == by_z[:5]
            assert found.least[j].tolist() == by_z[::-1][:5]
            assert_close(found.z_most[j], Z[j, by_z[:5]])
        assert_close(found.on, (A > 0).double().mean(dim=1, keepdim=True))


def test_ties_stand_in_order_and_few_photos_are_enough(monkeypatch):
    monkeypatch.setattr("core.hidden_neurons.what_excites.block_size", lambda n: 2)
    network = Network((Layer(torch.zeros(2, 3), torch.zeros(2, 1), RELU),))
    *_, seen = what_excites(network, torch.randn(3, 5, generator=dice(0)), top=8)
    assert seen.layers[0].most.tolist() == [[0, 1, 2, 3, 4]] * 2 == seen.layers[0].least.tolist()
    with pytest.raises(ValueError, match="at least one"):
        next(what_excites(network, torch.zeros(3, 5), top=0))
    for none in (torch.zeros(3, 0), torch.zeros(3)):  # of no photo not even a first value came
        with pytest.raises(ValueError, match="at least one photo"):
            next(what_excites(network, none))


def test_stored_photos_as_their_floats():
    photos = torch.randint(0, 256, (30, 4, 4, 3), generator=dice(1)).to(torch.uint8)
    network = initialise((48, 20, 3), (RELU, SIGMOID), generator=dice(2))
    columns = PhotoColumns(photos)
    *_, stored = what_excites(network, columns)
    *_, floats = what_excites(network, columns.floats())
    for a, b in zip(stored.layers, floats.layers, strict=True):
        assert torch.equal(a.most, b.most) and torch.equal(a.least, b.least)
        assert_close(a.z_most, b.z_most)


@pytest.mark.parametrize("activation", list(ACTIVATIONS.values()), ids=str)
def test_the_slope_is_the_jacobians_diagonal(activation):
    A = activation(torch.randn(4, 6, generator=dice(3), dtype=DOUBLE))
    assert_close(slope_of(activation, A), activation.jacobian(A).diagonal(dim1=1, dim2=2).T)


# ---- weights seen through to the pixels --------------------------------------------------------------


@pytest.mark.parametrize("m", [1, 5])
@pytest.mark.parametrize(("sizes", "names"), CASES)
def test_it_is_the_mean_derivative_of_z_over_the_photos(monkeypatch, sizes, names, m):
    network, X, trace = problem(sizes, names, m=m)
    monkeypatch.setattr(
        "core.hidden_neurons.effective_weights.BLOCK", 2 * sizes[1] * max(sizes[2:], default=1)
    )  # two photos
    V = pictured(network, combinations(network, slopes_at(network, trace)))
    for l in range(len(network.layers)):  # noqa: E741

        def z(x, l=l):  # noqa: E741
            return propagate(network, x.reshape(-1, 1)).Z[l].flatten()

        each = [torch.autograd.functional.jacobian(z, X[:, i]) for i in range(m)]
        assert_close(V[l], torch.stack(each).mean(dim=0))


def test_all_open_is_the_plain_product_and_exact_for_identities():
    network, X, trace = problem((6, 4, 5, 3), ("identity", "identity", "sigmoid"))
    V = effective_weights(network)
    W1, W2, W3 = (layer.W for layer in network.layers)
    assert_close(V[2], W3 @ W2 @ W1)
    zero = propagate(network, torch.zeros(6, 1, dtype=DOUBLE)).Z[-1]
    assert_close(V[2] @ X + zero, trace.Z[-1])
    for wrong in (
        (),
        (torch.ones(4, 1),),
        (torch.ones(4), torch.ones(5)),
        (torch.ones(4, 2), torch.ones(5, 3)),
        (torch.ones(4, 0), torch.ones(5, 0)),
    ):
        with pytest.raises(ValueError, match="one slope"):
            combinations(network, wrong)


def test_a_head_has_its_weights_and_nothing_to_combine():
    head, _, trace = problem((6, 3), ("sigmoid",))
    (V,) = effective_weights(head)
    assert V is head.layers[0].W and combinations(head) == slopes_at(head, trace) == ()


def test_strongest():
    assert strongest(torch.tensor([0.1, -3.0, 2.0, 3.0]), 3).tolist() == [1, 3, 2]
    assert strongest(torch.tensor([1.0]), 3).tolist() == [0]
    with pytest.raises(ValueError, match="one neuron"):
        strongest(torch.zeros(2, 2), 1)


# ---- switched off ------------------------------------------------------------------------------------


def with_zeroed_column(network, X, off, r):
    """The oracle: the whole forward pass again, with the neurons overwritten."""
    A = X
    for l, layer in enumerate(network.layers, start=1):  # noqa: E741
        Z = layer.W @ A + layer.b
        A = layer.activation(Z).clone()
        for j in off.get(l, ()):
            A[j] = r[l - 1][j]
    return Z, A


@pytest.mark.parametrize(("sizes", "names"), CASES)
@pytest.mark.parametrize("instead", ["zero", "mean"])
def test_switched_off_as_a_whole_new_forward_pass(sizes, names, instead):
    network, X, trace = problem(sizes, names)
    r = zeros(network) if instead == "zero" else means(trace)
    last = len(sizes) - 2
    for off in ({}, {1: [0]}, {1: [2, 0, 2]}, {last: [1]}, {1: [1, 3], last: [0, 2]}, {last: []}):
        for found, oracle in zip(
            switched_off(network, trace, off, r), with_zeroed_column(network, X, off, r), strict=True
        ):
            assert_close(found, oracle)


def test_what_is_cached_is_not_touched_and_only_hidden_neurons_are_switched():
    network, _, trace = problem((6, 4, 5, 3), ("relu", "relu", "sigmoid"))
    kept = [A.clone() for A in (*trace.A, *trace.Z)]
    switched_off(network, trace, {1: [0, 1, 2, 3], 2: [0]})
    assert all(torch.equal(a, b) for a, b in zip(kept, (*trace.A, *trace.Z), strict=True))
    for off in ({0: [0]}, {3: [0]}, {1: [4]}, {2: [-1]}):
        with pytest.raises(ValueError, match="no hidden neurons"):
            switched_off(network, trace, off)
    given_as_a_tensor, _ = switched_off(network, trace, {1: torch.tensor([2, 0, 2])})
    assert torch.equal(given_as_a_tensor, switched_off(network, trace, {1: [0, 2]})[0])
    with pytest.raises(TypeError, match="float"):
        switched_off(network, trace, {1: [0.5]})
    for layer in (0, 3, -1):
        with pytest.raises(ValueError, match=f"hidden layers are 1 … 2, not {layer}"):
            next(one_by_one(network, trace, layer))


@pytest.mark.parametrize(("sizes", "names"), CASES)
def test_importance_as_a_loop(sizes, names):
    network, X, trace = problem(sizes, names)
    K = sizes[-1]
    Y = torch.randint(0, 2, (K, X.shape[1]), generator=dice(9)).double()
    for layer in range(1, len(sizes) - 1):
        steps = list(importance(network, trace, Y, layer))
        assert [len(step.size) for step in steps] == list(range(1, sizes[layer] + 1))
        for j in range(sizes[layer]):
            Z, Y_hat = with_zeroed_column(network, X, {layer: [j]}, zeros(network))
            for k in range(K):
                change = [float(trace.Z[-1][k, i] - Z[k, i]) for i in range(X.shape[1])]
                right = sum((trace.Y_hat[k] > 0.5) == (Y[k] > 0.5)) - sum((Y_hat[k] > 0.5) == (Y[k] > 0.5))
                assert float(steps[-1].effect[j, k]) == pytest.approx(sum(change) / len(change), abs=1e-9)
                assert float(steps[-1].size[j, k]) == pytest.approx(
                    sum(map(abs, change)) / len(change), abs=1e-9
                )
                assert float(steps[-1].lost[j, k]) == pytest.approx(float(right) / len(change), abs=1e-6)


def test_a_dead_neuron_matters_to_nobody():
    network, X, _ = problem((6, 4, 3), ("relu", "sigmoid"))
    first = network.layers[0]
    b = first.b.clone()
    b[2] = -1e6
    network = Network((Layer(first.W, b, RELU), network.layers[1]))
    trace = propagate(network, X)
    *_, found = importance(network, trace, (trace.Y_hat > 0.5).double(), 1)
    assert found.size[2].tolist() == found.effect[2].tolist() == found.lost[2].tolist() == [0.0] * 3
    assert float(found.size[0].sum()) > 0
    assert len(list(one_by_one(network, trace, 1))) == 4
    with pytest.raises(ValueError, match="must both be"):
        next(importance(network, trace, torch.zeros(1, 1), 1))


# ---- what is said of pictures ------------------------------------------------------------------------


def test_measures_of_pictures():
    noise = torch.randn(1, 64, 64, 3, generator=dice(0), dtype=DOUBLE)
    both = noise + noise.flip(2)
    rows = torch.cat([noise, both, both - 2 * noise.flip(2)]).reshape(3, -1)
    assert_close(mirror(rows)[1:], torch.tensor([1.0, -1.0], dtype=DOUBLE), atol=0.02, rtol=0)
    assert abs(float(mirror(rows)[0])) < 0.05 and abs(float(grain(rows)[0])) < 0.05
    ramp = torch.linspace(-1, 1, 64, dtype=DOUBLE)[:, None, None].expand(64, 64, 3).reshape(1, -1)
    assert float(grain(ramp)) > 0.99
    assert float(centre(torch.ones(1, 12288))) == pytest.approx(DISC, abs=1e-6)
    corner = torch.zeros(1, 64, 64, 3)
    corner[0, :4, :4] = 1
    assert float(centre(corner.reshape(1, -1))) == 0
    assert all(float(f(torch.zeros(1, 12288))) == 0 for f in (mirror, centre, grain))  # no division by zero


def test_the_mean_is_what_a_neuron_says_on_average_and_is_what_stands_in():
    dice = torch.Generator().manual_seed(0)
    network = initialise((7, 5, 4, 3), (RELU, RELU, SIGMOID), how="he", generator=dice)
    trace = propagate(network, torch.randn(7, 40, generator=dice))
    r = means(trace)
    assert len(r) == 2
    for layer in (1, 2):
        for j in range(network.sizes[layer]):
            assert float(r[layer - 1][j, 0]) == pytest.approx(sum(trace.A[layer][j].tolist()) / 40, abs=1e-6)
        for j, (Z, _) in enumerate(one_by_one(network, trace, layer, r)):
            assert_close(Z, switched_off(network, trace, {layer: [j]}, r)[0])
        *_, found = importance(network, trace, torch.ones(3, 40), layer, r)
        for j in range(network.sizes[layer]):
            change = trace.Z[-1] - switched_off(network, trace, {layer: [j]}, r)[0]
            assert_close(found.effect[j], change.mean(dim=1))


def test_a_replacement_of_another_shape_is_refused():
    """(s,) + (s, m) with m = s would go along the photos, without a word."""
    network, X, _ = problem((6, 4, 3), ("relu", "sigmoid"))
    trace = propagate(network, X[:, :4])
    r = means(trace)
    assert switched_off(network, trace, {1: range(4)}, r)[0].shape == (3, 4)
    for wrong in ([r[0][:, 0]], [r[0].expand(4, 4)], [r[0][:2]], [*r, *r], []):
        with pytest.raises(ValueError, match=r"replacements are \[\(4, 1\)\], got"):
            switched_off(network, trace, {1: range(4)}, wrong)


def test_neurons_that_give_exactly_0_are_silent():
    A = torch.tensor([[0.0, 1.0], [0.0, 0.0], [2.0, -1.0]])
    assert silent(A).tolist() == [2, 1]


def test_half_is_no():
    assert accuracy(torch.tensor([[0.5, 0.5]]), torch.tensor([[0.0, 1.0]]), above=0.5).tolist() == [0.5]
    assert accuracy(torch.tensor([[0.5]]), torch.tensor([[0.0]]), above=0.5).tolist() == [1.0]
