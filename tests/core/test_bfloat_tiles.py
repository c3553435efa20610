"""Products in tiles of bfloat16 against dense ones in float64, and against the same sums of float32."""

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
from core.columns import MANY_ROWS, MOST_ROWS, PhotoColumns
from core.processor import bfloat_tiles, byte_kernels, digit_kernels, llvm_code
from tests.core import kernel_products
from tests.core.kernel_products import bytes_of, dense, normal

THERE = llvm_code.processor_has(*bfloat_tiles.NEEDED) and bfloat_tiles._granted()
here = pytest.mark.skipif(not THERE, reason="this processor has no tiles of bfloat16")


def Z_of(*given):
    return kernel_products.Z_of(*given, kernels=bfloat_tiles.kernels())


def G_of(*given):
    return kernel_products.G_of(*given, kernels=bfloat_tiles.kernels())


def rounding(left, X, longest):
    """The error that sums of float32 in this order may have at most, 32 at a time, `longest` in a chain."""
    size = X.shape[0]
    rounded = 20 + 3 * min(size, longest) / 32 + size / longest
    small = size * 2.0**-125  # what counts as 0
    return rounded * 2.0**-24 * (np.abs(left.astype(float)) @ np.abs(X)) + small


def assert_within_rounding(P, which, W, delta):
    X = dense(P, which)
    chunk, all_ = bfloat_tiles.CHUNK, len(which)
    for found, left, right, longest in (
        (Z_of(P, which, W), W, X, chunk),
        (G_of(P, which, delta), delta, X.T, all_),
    ):
        assert found.dtype == np.float32
        assert (np.abs(found - left.astype(float) @ right) <= rounding(left, right, longest)).all()


@here
@settings(max_examples=60)
@given(
    k=st.integers(1, 70),
    n=st.sampled_from([1, 3, 31, 32, 33, 63, 64, 65, 192, 255, 256, 257, 836, 2080]),
    m=st.sampled_from([1, 3, 4, 15, 16, 17, 32, 33, 63, 64, 65, 130, 257, 300]),
    seed=st.integers(0, 99),
)
def test_any_number_of_rows_photos_and_bytes(k, n, m, seed):
    P, which = bytes_of(40, n, seed), np.random.default_rng(seed).integers(0, 40, m)
    assert_within_rounding(P, which, normal(k, n, seed=seed), normal(k, m, seed=seed + 1))


@here
@pytest.mark.parametrize(("k", "m"), [(64, 64), (67, 70), (MANY_ROWS, 1)])
def test_photos_of_the_lecture(k, m):
    P, which = bytes_of(70, 12_288), np.random.default_rng(m).permutation(70)[:m]
    assert_within_rounding(P, which, normal(k, 12_288), normal(k, m))


@here
def test_no_product_is_rounded():
    """Sums that a float32 holds are exact, and, but for the last roundings, 24 bits times one x."""
    dice = np.random.default_rng(0)
    P, which = bytes_of(300, 836), dice.integers(0, 300, 70)
    twice = 2 * P[which].T.astype(np.int64) - 255  # 255 x
    W = dice.integers(-8, 9, (25, 836))
    exact = ((W @ twice) / np.float32(256)).astype(np.float32) * bfloat_tiles.SCALE
    np.testing.assert_array_equal(Z_of(P, which, W.astype(np.float32)), exact)
    alone = np.zeros((25, 836), np.float32)
    alone[np.arange(25), dice.permutation(836)[:25]] = 1 + dice.integers(0, 2**23, 25) * 2.0**-23
    exact = (alone.astype(float) @ dense(P, which)).astype(np.float32)
    np.testing.assert_array_max_ulp(Z_of(P, which, alone), exact, maxulp=3)


@here
@pytest.mark.parametrize("scale", [1e-45, 1e-42, 1e-38, 1e-34, 1.0, 1e30])
def test_rows_of_any_size(scale):
    P, which = bytes_of(9, 192), np.arange(9)
    W, delta = (
        np.float32(scale) * np.round(8 * normal(5, 192)),
        np.float32(scale) * np.round(8 * normal(5, 9)),
    )
    W[1], delta[1] = 0, 0
    W[2, 7], delta[2, 7] = 1e4 * scale, 1e4 * scale  # one weight far larger than all others
    W[3] *= 1e4
    assert_within_rounding(P, which, W, delta)
    assert (Z_of(P, which, W)[1] == 0).all() and (G_of(P, which, delta)[1] == 0).all()


@here
def test_more_exact_than_sums_of_floats_where_few_numbers_are_large():
    P, which, W = bytes_of(64, 12_288), np.arange(64), normal(9, 12_288) ** 3
    exact = W.astype(float) @ dense(P, which)
    ours, floats = (
        np.sqrt(((kernel_products.Z_of(P, which, W, kernels) - exact) ** 2).mean())
        for kernels in (bfloat_tiles.kernels(), byte_kernels.kernels())
    )
    assert ours < floats / 1.5


@here
def test_columns_take_them_for_many_rows(monkeypatch):
    asked = []
    monkeypatch.setattr(columns, "_tiles", lambda: asked.append("tiles") or bfloat_tiles.kernels())
    monkeypatch.setattr(columns, "_floats", lambda: asked.append("floats") or byte_kernels.kernels())
    monkeypatch.setattr(columns, "_digits", lambda n: None)
    for k in (MANY_ROWS - 1, MANY_ROWS, MOST_ROWS, MOST_ROWS + 1):
        for n, m in ((192, 40), (192, 31), (27, 40)):
            X = PhotoColumns(torch.from_numpy(bytes_of(m, n)))
            for left, right, summed in ((torch.ones(k, n), X, n), (torch.ones(k, m), X.T, m)):
                asked.clear()
                left @ right
                by = "tiles" if k >= MANY_ROWS and summed >= 32 else "floats" if k <= MOST_ROWS else "torch"
                assert set(asked) == {by} - {"torch"}, (k, n, m)


TILED = dict.fromkeys(bfloat_tiles.NEEDED, True)


@pytest.fixture
def asked_anew():
    """What kernels there are is asked of the machine again, in the test and after it."""
    asked = (bfloat_tiles.kernels, columns._tiles, digit_kernels.kernels, columns._digits)
    for one in asked:
        one.cache_clear()
    yield
    for one in asked:
        one.cache_clear()


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        (llvm_code.binding, "get_host_cpu_features", lambda: TILED | {"amx-bf16": False}),
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
        assert bfloat_tiles.kernels() is None
        assert columns._kernels_for(64, 12_288, 12_288) is not None
        assert columns._kernels_for(64, 12_289, 12_289) is byte_kernels.kernels()
