"""Whitening: orthonormal, measured, and a part of the first layer that it stands before."""

import math

import pytest
import torch

from core.activations import RELU, SIGMOID
from core.initialisation import initialise
from core.network import propagate
from core.whitening import Whitening, cosines, opponents


def columns(side, m, seed=0):
    """Smooth pictures: neighbouring pixels are nearly equal."""
    dice = torch.Generator().manual_seed(seed)
    coarse = torch.randn(m, 3, 4, 4, generator=dice)
    fine = 0.05 * torch.randn(m, 3, side, side, generator=dice)
    x = torch.nn.functional.interpolate(coarse, side, mode="bilinear") + fine
    return x.permute(0, 2, 3, 1).reshape(m, -1).T.contiguous()  # (n, m), a column as in x


def test_the_transforms_are_orthonormal():
    for matrix in (cosines(24), cosines(7), opponents()):
        torch.testing.assert_close(matrix @ matrix.T, torch.eye(len(matrix)), atol=2e-6, rtol=0)


@pytest.mark.parametrize("n", [1, 7, 24])
def test_a_wave_is_a_cosine_of_the_dct_and_a_colour_a_sum_or_a_difference(n):
    for f, row in enumerate(cosines(n).tolist()):
        wave = [math.cos(math.pi * f * (i + 0.5) / n) for i in range(n)]
        length = math.hypot(*wave)
        assert row == pytest.approx([height / length for height in wave], abs=1e-6)
    R, G, B = 0.3, -0.8, 0.5
    said = (opponents() @ torch.tensor([R, G, B])).tolist()
    assert said == pytest.approx([(R + G + B) / 3**0.5, (R - G) / 2**0.5, (R + G - 2 * B) / 6**0.5])


def test_what_comes_out_has_mean_zero_and_about_equal_strength():
    X = columns(12, 3000)
    seen = Whitening.of(X, 12, floor=0.0)(X)
    torch.testing.assert_close(seen.mean(dim=1), torch.zeros(432), atol=1e-4, rtol=0)
    torch.testing.assert_close(seen.std(dim=1), torch.ones(432), atol=1e-3, rtol=0)
    sigma = Whitening.of(X, 12)(X).std(dim=1)
    assert sigma.square().mean().sqrt() == pytest.approx(1, abs=1e-3)
    assert sigma.max() / sigma.min() < 0.2 * X.std(dim=1).max() / 0.05  # the floor leaves some of it


def test_against_the_matrix_written_out():
    side, X = 5, columns(5, 4)
    whitening = Whitening(side, torch.rand(75, 1) + 0.5, torch.randn(75, 1))
    T = torch.einsum("ui,vj,kc->uvkijc", cosines(side), cosines(side), opponents()).reshape(75, 75)
    torch.testing.assert_close(whitening(X), whitening.s * (T @ X - whitening.mu), atol=1e-5, rtol=1e-5)


def test_folded_into_the_first_layer_it_says_the_same():
    dice = torch.Generator().manual_seed(2)
    X = columns(12, 200)
    network = initialise((432, 6, 3), (RELU, SIGMOID), how="he", generator=dice)
    whitening = Whitening.of(X, 12)
    inside, outside = propagate(network, whitening(X)), propagate(whitening.folded(network), X)
    torch.testing.assert_close(outside.Z[-1], inside.Z[-1], atol=2e-4, rtol=1e-4)


def test_another_shape_is_refused():
    with pytest.raises(ValueError, match="432 numbers"):
        Whitening.of(torch.zeros(400, 3), 12)
    with pytest.raises(ValueError, match="whitened are 75 inputs, the network has 12"):
        Whitening.of(columns(5, 9), 5).folded(initialise((12, 3)))


def test_of_what_is_not_finite_not_only_equal_columns_are_spoken_of():
    X = columns(5, 9)
    X[3, 4] = math.nan
    with pytest.raises(ValueError, match="not finite"):
        Whitening.of(X, 5)


@pytest.mark.filterwarnings("ignore:std")
@pytest.mark.parametrize("m", [1, 3])
def test_equal_columns_have_no_strength(m):
    with pytest.raises(ValueError, match=f"{m} columns, equal or not finite"):
        Whitening.of(torch.ones(75, 1).expand(75, m), 5)


def test_without_a_floor_what_never_differs_is_refused():
    """R − G of grey columns is 0: 1/0 made every number of every x̃ NaN."""
    grey = columns(5, 40).reshape(25, 3, 40)[:, :1].expand(25, 3, 40).reshape(75, 40)
    with pytest.raises(ValueError, match="without a floor"):
        Whitening.of(grey, 5, floor=0.0)


def test_the_floor_is_a_share_of_the_largest_spread():
    X = torch.randn(75, 500, generator=torch.Generator().manual_seed(0)) * torch.linspace(0.1, 3, 75)[:, None]
    a, b = Whitening.of(X, 5), Whitening.of(100 * X, 5)
    torch.testing.assert_close(b(100 * X), a(X), atol=1e-4, rtol=1e-4)
    sigma = Whitening(5, torch.ones(75, 1), torch.zeros(75, 1))(X).std(dim=1, keepdim=True)  # of T X
    for floor in (0.05, 0.5):
        expected = 1 / (sigma + floor * sigma.max())
        found = Whitening.of(X, 5, floor=floor).s
        torch.testing.assert_close(found / found[0], expected / expected[0])


def test_grey_columns_of_little_contrast_are_whitened_and_what_never_differs_stays_zero():
    """The two differences of R, G and B are 0 in every grey picture; oracle: the formula in float64."""
    grey = 1e-3 * columns(5, 40).reshape(25, 3, 40)[:, :1]
    X = grey.expand(25, 3, 40).reshape(75, 40)
    T = torch.einsum("ui,vj,kc->uvkijc", cosines(5), cosines(5), opponents()).reshape(75, 75).double()
    seen = T @ X.double()
    sigma = seen.std(dim=1, keepdim=True)
    s = 1 / (sigma + 0.05 * sigma.max())
    expected = (seen - seen.mean(dim=1, keepdim=True)) * s / (s * sigma).square().mean().sqrt()
    assert sigma.max() < 0.1 and sigma.min() < 1e-6 * sigma.max()
    torch.testing.assert_close(Whitening.of(X, 5)(X).double(), expected, atol=1e-4, rtol=1e-4)
