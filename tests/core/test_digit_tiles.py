"""Products in tiles against those of vectors, bit for bit, and against dense ones in float64."""

import ctypes
import platform
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core import columns
from core.columns import MANY_PHOTOS, MANY_ROWS, MOST_ROWS, SUMMED, PhotoColumns
from core.processor import byte_kernels, digit_kernels, digit_tiles, digits, llvm_code
from tests.core import kernel_products
from tests.core.kernel_products import bytes_of, dense, normal

THERE = llvm_code.processor_has(*digit_tiles.NEEDED) and digit_tiles._granted()
here = pytest.mark.skipif(not THERE, reason="this processor has no tiles of bytes")


def Z_of(*given):
    return kernel_products.Z_of(*given, kernels=digit_tiles.kernels())


def G_of(*given):
    return kernel_products.G_of(*given, kernels=digit_tiles.kernels())


@here
@settings(max_examples=120)
@given(
    k=st.integers(1, 17) | st.integers(1, 70),
    n=st.sampled_from([64, 128, 192, 256, 832, 1280, 2112]),
    m=st.sampled_from([1, 3, 15, 16, 17, 32, 63, 64, 65, 128, 255, 256, 257, 300]),
    begin=st.sampled_from([None, 0, 7]),
    seed=st.integers(0, 99),
)
def test_the_same_bits_as_in_vectors(k, n, m, begin, seed):
    """Photos in any order, turned or, for few rows, copied; and ones that stand one after the other."""
    P, dice = bytes_of(310, n, seed), np.random.default_rng(seed)
    which = dice.integers(0, 310, m) if begin is None else np.arange(begin, begin + m)
    W, delta = normal(k, n, seed=seed), normal(k, m, seed=seed + 1)
    in_vectors = digit_kernels.kernels()
    assert np.array_equal(Z_of(P, which, W), kernel_products.Z_of(P, which, W, in_vectors))
    G, theirs = G_of(P, which, delta), kernel_products.G_of(P, which, delta, in_vectors)
    if m <= digit_kernels.FOLLOWED:
        assert np.array_equal(G, theirs)
    exact = delta.astype(float) @ dense(P, which).T
    u = np.abs(delta).max(axis=1, keepdims=True) / digits.LARGEST
    blocks = -(-m // digit_tiles.FOLLOWED)
    rounding = (6 + blocks) * 2.0**-24 * (np.abs(delta.astype(float)) @ np.abs(dense(P, which).T))
    assert (np.abs(G - exact) <= u * np.abs(dense(P, which)).sum(axis=1) + rounding).all()


@here
def test_photos_of_the_lecture():
    P, which = bytes_of(70, 12_288), np.random.default_rng(0).permutation(70)[:64]
    W, delta, in_vectors = normal(64, 12_288), normal(64, 64), digit_kernels.kernels()
    assert np.array_equal(Z_of(P, which, W), kernel_products.Z_of(P, which, W, in_vectors))
    assert np.array_equal(G_of(P, which, delta), kernel_products.G_of(P, which, delta, in_vectors))


@here
def test_the_longest_sums_of_the_largest_digits_fit():
    """−8,290,432 has the digits −126, −128 and −128."""
    n = digits.MOST_SUMMED
    P, which = np.full((32, n), 255, np.uint8), np.arange(32)
    for q in (-8_290_432, int(digits.LARGEST)):
        W = np.full((1, n), q, np.float32)
        W[0, 0] = digits.LARGEST
        for some in (which, which[::-1].copy()):
            np.testing.assert_allclose(Z_of(P, some, W), W.astype(float).sum(), rtol=1e-6)


def test_photos_are_multiplied_where_they_are_only_in_twos_of_whole_tiles():
    """Of fewer, those behind them would be read, which need not be photos."""
    for count in (1, 16, 31, 33, 48):
        assert not digit_tiles._stand(np.arange(5, 5 + count)), count
    assert digit_tiles._stand(np.arange(5, 37)) and digit_tiles._stand(np.arange(64))
    assert not digit_tiles._stand(np.arange(32)[::-1].copy()) and not digit_tiles._stand(2 * np.arange(32))


@here
def test_columns_take_them_for_many_rows_and_for_many_photos(monkeypatch):
    asked = []
    monkeypatch.setattr(columns, "_tiles", lambda n: asked.append("tiles") or digit_tiles.kernels())
    monkeypatch.setattr(columns, "_digits", lambda n: asked.append("digits") or digit_kernels.kernels())
    few, many = digit_kernels.FOLLOWED, digit_kernels.FOLLOWED + 1
    photos = torch.from_numpy(bytes_of(MANY_PHOTOS, 64))
    for k, m, of_Z, of_G in (
        (MANY_ROWS - 1, few, "digits", "digits"),
        (MANY_ROWS - 1, many, "digits", "tiles"),
        (MANY_ROWS - 1, MANY_PHOTOS, "tiles", "tiles"),
        (MANY_ROWS, SUMMED, "tiles", "tiles"),
        (MANY_ROWS, SUMMED - 1, "tiles", "digits"),
        (MOST_ROWS + 1, SUMMED, "tiles", "tiles"),
        (MOST_ROWS + 1, SUMMED - 1, "tiles", None),
    ):
        X = PhotoColumns(photos[:m])
        for left, right, by in ((torch.ones(k, 64), X, of_Z), (torch.ones(k, m), X.T, of_G)):
            asked.clear()
            left @ right
            assert (asked[-1:] == [by]) if by else asked == [], (k, m)


TILED = dict.fromkeys(digit_tiles.NEEDED, True)


@pytest.fixture
def asked_anew():
    """What kernels there are is asked of the machine again, in the test and after it."""
    asked = (digit_tiles.kernels, columns._tiles, digit_kernels.kernels, columns._digits)
    for one in asked:
        one.cache_clear()
    yield
    for one in asked:
        one.cache_clear()


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        (llvm_code.binding, "get_host_cpu_features", lambda: TILED | {"amx-int8": False}),
        (platform, "machine", lambda: "arm64"),
        (sys, "platform", "darwin"),
        (ctypes, "CDLL", lambda _: SimpleNamespace(syscall=lambda *_: -1)),
    ],
    ids=["no tiles", "another kind", "another system", "not granted"],
)
def test_machines_without(asked_anew, monkeypatch, place, name, value):
    with monkeypatch.context() as patched:
        patched.setattr(llvm_code.binding, "get_host_cpu_features", lambda: TILED)
        patched.setattr(place, name, value)
        assert digit_tiles.kernels() is None
        assert columns._kernels_for(12_288, True) is columns._kernels_for(12_288, False)
        assert columns._kernels_for(12_289, True) is byte_kernels.kernels()
