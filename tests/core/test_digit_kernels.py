"""Products in whole numbers against dense ones in float64, against whole numbers, and against floats."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core import columns
from core.columns import MOST_ROWS, PhotoColumns
from core.processor import byte_kernels, digit_kernels, llvm_code
from core.processor.digits import LARGEST, LEAST, MOST_SUMMED
from tests.core import kernel_products
from tests.core.kernel_products import bytes_of, dense, normal

THERE = llvm_code.processor_has(*digit_kernels.NEEDED)
here = pytest.mark.skipif(not THERE, reason="this processor multiplies no bytes by fours")


def Z_of(*given):
    return kernel_products.Z_of(*given, kernels=digit_kernels.kernels())


def G_of(*given):
    return kernel_products.G_of(*given, kernels=digit_kernels.kernels())


def rounding(left, X):
    """By how much a number may differ: q by one, and sums of blocks of photos by a float32's rounding."""
    u = np.abs(left).max(axis=1, keepdims=True).astype(float) / float(LARGEST)
    blocks = X.shape[0] / digit_kernels.FOLLOWED
    return u * np.abs(X).sum(axis=0) + (6 + blocks) * 2.0**-24 * (np.abs(left.astype(float)) @ np.abs(X))


def assert_within_rounding(P, which, W, delta):
    X = dense(P, which)
    for found, left, right in ((Z_of(P, which, W), W, X), (G_of(P, which, delta), delta, X.T)):
        assert found.dtype == np.float32
        assert (np.abs(found - left.astype(float) @ right) <= rounding(left, right)).all()


@here
@settings(max_examples=60)
@given(
    k=st.integers(1, 20),
    n=st.sampled_from([64, 128, 192, 832, 2048, 2112, 4160]),
    m=st.sampled_from([1, 2, 3, 4, 5, 15, 63, 64, 65, 66, 67, 127, 130, 257]),
    seed=st.integers(0, 99),
)
def test_any_number_of_rows_photos_and_lines(k, n, m, seed):
    P, which = bytes_of(40, n, seed), np.random.default_rng(seed).integers(0, 40, m)
    assert_within_rounding(P, which, normal(k, n, seed=seed), normal(k, m, seed=seed + 1))


@here
@pytest.mark.parametrize(("k", "m"), [(3, 64), (9, 64), (64, 70), (1, 1)])
def test_photos_of_the_lecture(k, m):
    P, which = bytes_of(70, 12_288), np.random.default_rng(m).permutation(70)[:m]
    assert_within_rounding(P, which, normal(k, 12_288), normal(k, m))


@here
def test_whole_numbers_are_multiplied_exactly():
    """Where the largest w is LARGEST, u is 1 and q is w: only the end is rounded."""
    dice = np.random.default_rng(0)
    P, which = bytes_of(50, 832), dice.integers(0, 50, 60)
    twice = 2 * P[which].T.astype(np.int64) - 255  # 255 x
    for of, right in ((Z_of, twice), (G_of, twice.T)):
        q = dice.integers(-int(LARGEST), int(LARGEST) + 1, (7, len(right)))
        q[:, 3] = LARGEST
        found = of(P, which, q.astype(np.float32))
        exact = ((q @ right) / 255).astype(np.float32)
        size = 2.0**-22 * (np.abs(q) @ np.abs(right)).max() / 255 if of is G_of else 0
        np.testing.assert_allclose(found, exact, rtol=2.0**-23, atol=size)


@here
@pytest.mark.parametrize("q", [-8_290_432, int(LARGEST)], ids=["lowest digits", "largest"])
def test_the_longest_sums_of_the_largest_digits_fit(q):
    """−8,290,432 has the digits −126, −128 and −128."""
    P, which = np.full((2, MOST_SUMMED), 255, np.uint8), np.zeros(3000, np.int64)
    W, delta = np.full((1, MOST_SUMMED), q, np.float32), np.full((1, 3000), q, np.float32)
    W[0, 0] = delta[0, 0] = LARGEST
    np.testing.assert_allclose(Z_of(P, which[:2], W), W.astype(float).sum(), rtol=1e-6)
    np.testing.assert_allclose(G_of(P, which, delta), delta.astype(float).sum(), rtol=1e-6)


@here
@pytest.mark.parametrize("scale", [1e-29, 1e-12, 1.0, 1e30])
def test_rows_of_any_size(scale):
    P, which = bytes_of(9, 192), np.arange(9)
    W, delta = np.float32(scale) * normal(5, 192), np.float32(scale) * normal(5, 9)
    W[1], delta[1] = 0, 0
    W[2, 7], delta[2, 7] = 1e4 * scale, 1e4 * scale  # one weight far larger than all others
    W[3] *= 1e4
    assert_within_rounding(P, which, W, delta)
    assert (Z_of(P, which, W)[1] == 0).all() and (G_of(P, which, delta)[1] == 0).all()


@here
def test_rows_that_are_all_but_zero_count_as_zero():
    P, which = bytes_of(9, 192), np.arange(9)
    for size, found in ((0.9 * LEAST, False), (1.1 * LEAST, True)):
        W, delta = np.full((2, 192), size, np.float32), np.full((2, 9), size, np.float32)
        assert Z_of(P, which, W).any() == G_of(P, which, delta).any() == found


@here
def test_columns_take_them_for_photos_of_whole_lines(monkeypatch):
    asked = []
    kernels = digit_kernels.kernels()
    given = (kernels.times, kernels.times_transposed)
    noted = [lambda *a, f=f: asked.append("digits") or f(*a) for f in given]
    monkeypatch.setattr(digit_kernels, "kernels", lambda: byte_kernels.Kernels(*noted))
    monkeypatch.setattr(columns, "_tiles", lambda n: None)
    columns._digits.cache_clear()
    for k, n, taken in (
        (1, 192, True),
        (MOST_ROWS, 192, True),
        (MOST_ROWS + 1, 192, False),
        (3, 193, False),
        (3, MOST_SUMMED, True),
        (3, MOST_SUMMED + 64, False),
    ):
        X = PhotoColumns(torch.from_numpy(bytes_of(5, n)))
        for left, right in ((torch.ones(k, n), X), (torch.ones(k, 5), X.T)):
            asked.clear()
            left @ right
            assert bool(asked) == taken, (k, n)
    columns._digits.cache_clear()


@pytest.mark.parametrize("lacking", digit_kernels.NEEDED)
def test_processors_without(monkeypatch, lacking):
    features = dict.fromkeys(digit_kernels.NEEDED, True) | {lacking: False}
    asked = (digit_kernels.kernels, columns._digits)
    for one in asked:
        one.cache_clear()
    with monkeypatch.context() as patched:
        patched.setattr(llvm_code.binding, "get_host_cpu_features", lambda: features)
        assert digit_kernels.kernels() is None
        assert columns._kernels_for(12_288, False) is byte_kernels.kernels()
    for one in asked:
        one.cache_clear()
