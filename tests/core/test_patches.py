"""Patches of patches: against naive loops, autograd in float64 and the photo that they come from."""

from dataclasses import replace

import pytest
import torch

from core.activations import RELU, SIGMOID, SOFTMAX, TANH
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY
from core.network import Layer, Network, propagate
from core.patches import (
    AT_ONCE,
    above,
    backpropagate_patches,
    below,
    by_pixel,
    excited,
    fitting,
    floats,
    logits,
    middle,
    propagate_patches,
    propagate_pictures,
    receptive_field,
    sees_patches,
    spacing,
    votes,
)
from core.pixels import scale
from tests.core.small_patches import small_network


def photos(m, seed=0, side=64):
    dice = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (m, side, side, 3), generator=dice).to(torch.uint8)


def naive(layer, picture, k):
    """One layer on the picture of one photo (k, side, side): every patch on its own."""
    side = layer.side(k)
    places = range(0, picture.shape[1] - side + 1, layer.step)
    rows = []
    for top in places:
        row = []
        for left in places:
            x = picture[:, top : top + side, left : left + side].permute(1, 2, 0).reshape(-1, 1)
            row.append(layer.activation(layer.W @ x + layer.b)[:, 0])
        rows.append(torch.stack(row, dim=1))
    return torch.stack(rows, dim=1)


@pytest.mark.parametrize("side", [64, 104])
def test_each_layer_sees_every_patch_of_the_picture_below(side):
    """A row of W has its numbers in the order of x: row by row, the numbers of a place together."""
    small, seen = small_network(torch.float64), photos(2, side=side)
    A = propagate_pictures(below(small), floats(seen, side, torch.float64))
    assert [a.shape[1] for a in A] == [3, 4, 5, 6, 7, 8, 9]
    places = {64: [64, 31, 29, 14, 12, 5, 3], 104: [104, 51, 49, 24, 22, 10, 8]}
    assert [a.shape[2] for a in A] == places[side]
    torch.testing.assert_close(A[0][1, :, 5, 9], seen[1, 5, 9].double() / 127.5 - 1)
    for i in range(2):
        picture = A[0][i]
        for layer, made in zip(small.layers, A[1:], strict=False):
            picture = naive(layer, picture, len(picture))
            torch.testing.assert_close(made[i], picture)


def test_what_a_neuron_sees_grows_and_the_last_ones_see_every_pixel_of_a_photo():
    small = small_network(torch.float64)
    seen = [receptive_field(Network(small.layers[: i + 1])) for i in range(6)]
    assert seen == [4, 8, 12, 20, 32, 48] and spacing(below(small)) == 8
    x = floats(photos(1), dtype=torch.float64).contiguous().requires_grad_()
    last = propagate_pictures(below(small_network(torch.float64, inner=TANH)), x)[-1]
    for row, column in ((0, 0), (1, 2), (2, 2)):
        (found,) = torch.autograd.grad(last[0, :, row, column].sum(), x, retain_graph=True)
        moved = found[0].abs().sum(dim=0) > 0
        inside = torch.zeros(64, 64, dtype=torch.bool)
        inside[8 * row : 8 * row + 48, 8 * column : 8 * column + 48] = True
        assert torch.equal(moved, inside)


@pytest.mark.parametrize(
    ("loss", "outputs"), [(BINARY_CROSS_ENTROPY, SIGMOID), (SOFTMAX_CROSS_ENTROPY, SOFTMAX)]
)
@pytest.mark.parametrize("inner", [RELU, TANH])
def test_the_way_back_is_autograds(loss, outputs, inner):
    small = small_network(torch.float64, outputs=outputs, inner=inner)
    Y = torch.tensor([[1.0, 0, 0, 0], [0, 1, 0, 1], [0, 1, 0, 0]], dtype=torch.float64)
    x = floats(photos(4), dtype=torch.float64)
    found = backpropagate_patches(small, *propagate_patches(small, x), Y, loss)
    parameters = [p.clone().requires_grad_() for p in small.parameters]
    _, whole = propagate_patches(small.with_parameters(parameters), x)
    wanted = torch.autograd.grad(loss.cost(whole.Z[-1], Y), parameters)
    assert len(found) == len(wanted) == 16
    for mine, theirs in zip(found, wanted, strict=True):
        assert float(theirs.abs().max()) > 1e-8
        torch.testing.assert_close(mine, theirs, rtol=1e-9, atol=1e-13)


def test_rounded_pictures_make_gradients_in_the_dtype_of_the_weights():
    small, Y = small_network(), torch.tensor([[1.0, 0], [0, 1], [0, 0]])
    x = floats(photos(2))
    whole = backpropagate_patches(small, *propagate_patches(small, x), Y, BINARY_CROSS_ENTROPY)
    rounded = propagate_patches(small, x.bfloat16())
    assert rounded[0][-1].dtype == torch.bfloat16 and rounded[1].Y_hat.dtype == torch.float32
    for a, b in zip(whole, backpropagate_patches(small, *rounded, Y, BINARY_CROSS_ENTROPY), strict=True):
        assert b.dtype == torch.float32 and float((a - b).norm()) < 0.1 * float(a.norm())


def test_the_answer_is_the_mean_of_the_photo_its_mirror_image_and_its_middle():
    small, stored = small_network(), photos(AT_ONCE + 3)  # more than are asked together
    assert sees_patches(small) and not sees_patches(initialise((12288, 3)))
    z, a = logits(small, stored), excited(small, stored)
    for i in (0, AT_ONCE, AT_ONCE + 2):
        seen = floats(stored[i : i + 1])
        ways = (seen, seen.flip(3), middle(seen))
        each = [propagate_pictures(below(small), way)[-1][0] for way in ways]
        mean = torch.stack([one.reshape(9, 9) for one in each], dim=2).flatten(1).mean(dim=1, keepdim=True)
        torch.testing.assert_close(a[:, i : i + 1], mean)
        torch.testing.assert_close(z[:, i : i + 1], propagate(above(small), mean).Z[-1])


def test_the_mean_vote_is_the_answer_and_a_vote_is_what_its_place_adds():
    """z moves with the numbers at a place by ∂z/∂a: that times them, and the rest is shared out."""
    small, stored = small_network(torch.float64), photos(AT_ONCE + 2)
    told = votes(small, stored)
    assert told.shape == (3, AT_ONCE + 2, 3, 12, 12) and float(told.std()) > 0
    torch.testing.assert_close(told.mean(dim=(2, 3, 4)), logits(small, stored))
    torch.testing.assert_close(votes(small, stored[5:6])[:, 0], told[:, 5])

    lower, upper = Network(small.layers[:4]), Network(below(small).layers[4:])
    seen = floats(stored[5:6], dtype=torch.float64)
    ways = (seen, seen.flip(3), middle(seen))
    fourth = [propagate_pictures(lower, way)[-1].requires_grad_() for way in ways]
    last = [propagate_pictures(upper, one)[-1].mean(dim=(2, 3)).T for one in fourth]
    z = propagate(above(small), sum(last) / 3).Z[-1][:, 0]
    for k in range(3):
        slopes = torch.autograd.grad(z[k], fourth, retain_graph=True)
        adds = torch.stack([(a * da).sum(dim=1)[0] for a, da in zip(fourth, slopes, strict=True)])
        rest = z[k] - adds.sum()
        torch.testing.assert_close(told[k, 5], (adds * 432 + rest).detach())


def test_a_pixel_shows_the_mean_vote_of_the_patches_that_hold_it():
    told = torch.randn(2, 3, 12, 12, generator=torch.Generator().manual_seed(3))
    seen = by_pixel(told)
    assert seen.shape == (2, 64, 64)
    for row, column in ((0, 0), (5, 30), (40, 4), (63, 63), (31, 60)):  # outside the middle
        means = []
        for way, x in ((0, column), (1, 63 - column)):
            holding = [
                told[:, way, i, j]
                for i in range(12)
                for j in range(12)
                if 4 * i <= row < 4 * i + 20 and 4 * j <= x < 4 * j + 20
            ]
            means.append(torch.stack(holding).mean(dim=0))
        torch.testing.assert_close(seen[:, row, column], (means[0] + means[1]) / 2)
    left = torch.zeros(1, 3, 12, 12)
    left[:, 2, :, 0] = 1.0  # the patches at the left of the mirrored middle see what is right in the photo
    shown = by_pixel(left)[0]
    assert float(shown[32, 53]) > 0.2 and float(shown[:, :32].abs().max()) == 0
    alike = by_pixel(torch.full((1, 3, 12, 12), 2.5))
    torch.testing.assert_close(alike, torch.full_like(alike, 2.5))


def test_the_middle_is_enlarged_and_mirrored():
    ramp = torch.arange(64.0).expand(1, 3, 64, 64)  # brightness grows to the right
    seen = middle(ramp)
    assert seen.shape == (1, 3, 64, 64)
    assert float(seen[0, 1, 30, 0]) == 55 and float(seen[0, 1, 30, 63]) == 8  # columns 8 … 55, from the right
    steps = seen[0, 0, 30, 5:60].diff()
    torch.testing.assert_close(steps, torch.full_like(steps, -0.75))


def test_what_is_no_photo_is_refused():
    some = photos(2)
    for wrong in (some[0], some[:, :32], some[..., :1], some.int()):
        for ask in (logits, votes):
            with pytest.raises(ValueError, match=r"photos are \(m, 64, 64, 3\), uint8 or floats, got"):
                ask(small_network(), wrong)
    for ask in (excited, votes):
        with pytest.raises(ValueError, match="of no photo"):
            ask(small_network(), some[:0])
    with pytest.raises(ValueError, match="nothing is left for layer 5"):
        propagate_pictures(below(small_network()), floats(photos(1, side=22), 22))


def test_floats_are_taken_as_they_are():
    stored = photos(2)
    assert torch.equal(floats(scale(stored)), floats(stored))


def test_layers_on_patches_fit_what_lies_below():
    small = small_network()
    assert fitting(small) and not fitting(below(small)) and not fitting(initialise((12288, 4, 3)))
    first, second, *others = small.layers
    assert not fitting(Network((replace(first, step=1), second, *others)))
    wider = Layer(torch.zeros(5, 4 * 25), torch.zeros(5, 1), RELU, 1)  # patches of 5 × 5
    assert not fitting(Network((first, wider, *others)))
    with pytest.raises(ValueError, match="a layer of 4 neurons cannot feed 40 inputs"):
        Network((first, Layer(torch.zeros(5, 40), torch.zeros(5, 1), RELU, 1)))
    with pytest.raises(ValueError, match=r"asked by core\.patches"):
        propagate(below(small), torch.zeros(48, 2))
