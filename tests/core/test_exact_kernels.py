"""What both kernels promise that multiply digits in whole numbers: in vectors and in tiles."""

import sys
import threading
from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from core.processor import byte_kernels, digit_kernels, digit_tiles
from tests.core.kernel_products import G_of, Z_of, bytes_of, dense, normal

SMALL = 832  # bytes of a photo

WAYS = {"vectors": digit_kernels.kernels, "tiles": digit_tiles.kernels}


@pytest.fixture(params=list(WAYS))
def kernels(request):
    found = WAYS[request.param]()
    if found is None:
        pytest.skip(f"this processor multiplies no digits in {request.param}")
    return found


@pytest.fixture
def products(kernels):
    """W X and δ Xᵀ by these kernels."""
    return partial(Z_of, kernels=kernels), partial(G_of, kernels=kernels)


def test_the_largest_numbers_do_not_overflow_on_the_way(products):
    P, which = np.full((33, 64), 255, np.uint8), np.arange(33)
    for of, numbers in zip(products, (64, 33), strict=True):
        left = np.zeros((3, numbers), np.float32)
        left[:, 5] = 3.3e38
        np.testing.assert_allclose(of(P, which, left), np.float32(3.3e38), rtol=1e-6)


def test_grey_photos_leave_nothing_to_cancel(products):
    P, which = np.full((40, 12_288), 127, np.uint8), np.arange(40)
    P[1::2] = 128
    W, delta = np.full((3, 12_288), 3, np.float32), np.full((3, 40), 7, np.float32)
    delta[:, 0] = 9
    X = dense(P, which)
    for of, left, right in zip(products, (W, delta), (X, X.T), strict=True):
        np.testing.assert_allclose(of(P, which, left), left.astype(float) @ right, rtol=1e-5)


def test_more_exact_than_sums_of_floats(products):
    P, which = bytes_of(64, 12_288), np.arange(64)
    X = dense(P, which)
    in_floats = (partial(of, kernels=byte_kernels.kernels()) for of in (Z_of, G_of))
    for ours, floats, left, right in zip(
        products, in_floats, (normal(9, 12_288), normal(9, 64)), (X, X.T), strict=True
    ):
        exact = left.astype(float) @ right
        error, theirs = (np.sqrt(((of(P, which, left) - exact) ** 2).mean()) for of in (ours, floats))
        assert error < theirs / 1.25


def test_others_run_meanwhile(kernels):
    """A page is answered while its run multiplies. Here nobody but a kernel lets another thread go on."""
    P, which = bytes_of(64, 12_288), np.random.default_rng(0).integers(0, 64, 64)
    W, delta = normal(64, 12_288), normal(64, 64)
    Z, G = np.empty((64, 64), np.float32), np.empty_like(W)
    before = sys.getswitchinterval()
    for work in (
        partial(kernels.times, P, which, W, Z, 0, 64),
        partial(kernels.times_transposed, P, which, delta, G, 0, 12_288),
        partial(kernels.stepped, P, which, delta, W, 1.0, 0.1, G, 0, 12_288),
    ):
        begun, let_in, told = threading.Event(), [], []

        def multiply(work=work, begun=begun, let_in=let_in, told=told):
            begun.set()
            for _ in range(300):
                work()
                if let_in:
                    break
            told.extend(let_in)

        try:
            sys.setswitchinterval(60)
            worker = threading.Thread(target=multiply)
            worker.start()
            begun.wait()
            let_in.append(True)
            worker.join()
        finally:
            sys.setswitchinterval(before)
        assert told


@pytest.mark.parametrize("wrong", [np.inf, -np.inf, np.nan, -np.nan])
def test_a_row_that_is_not_finite_becomes_nan_alone(products, wrong):
    P, which = bytes_of(33, 192), np.arange(33)
    for of, left in zip(products, (normal(6, 192), normal(6, 33)), strict=True):
        whole = of(P, which, left)
        left[2, 5], whole[2] = wrong, np.nan
        assert np.array_equal(of(P, which, left), whole, equal_nan=True)


@pytest.mark.parametrize("photo", ["as the lecture's", "small"])
def test_any_division_gives_the_same_bits(products, photo):
    n = SMALL if photo == "small" else 12_288
    P, which = bytes_of(50, n), np.random.default_rng(1).integers(0, 50, 150)
    for of, left, divisions in zip(
        products,
        (normal(27, n), normal(27, 150)),
        (([1], [64], [32, 100, 131]), ([64], [320], [128, 192, 768])),
        strict=True,
    ):
        whole = of(P, which, left)
        for ends in divisions:
            assert np.array_equal(of(P, which, left, ends=ends), whole)


def test_a_number_depends_on_no_other_row_or_photo_nor_on_their_order(products):
    P, which = bytes_of(50, SMALL), np.random.default_rng(1).permutation(50)
    W, delta = normal(27, SMALL), normal(27, 50)
    Z_here, G_here = products
    Z, G = Z_here(P, which, W), G_here(P, which, delta)
    for rows in (slice(0, 1), slice(3, 10), slice(26, 27)):
        assert np.array_equal(Z_here(P, which, W[rows]), Z[rows])
        assert np.array_equal(G_here(P, which, delta[rows]), G[rows])
    for photos in (slice(0, 1), slice(7, 48), slice(49, 50)):
        assert np.array_equal(Z_here(P, which[photos], W), Z[:, photos])
    order = np.random.default_rng(2).permutation(50)
    assert np.array_equal(G_here(P, which[order], np.ascontiguousarray(delta[:, order])), G)


@pytest.mark.parametrize(
    ("k", "n", "m"), [(1, 64, 1), (2, SMALL, 3), (3, 12_288, 64), (19, SMALL, 50), (64, 192, 64)]
)
def test_a_step_is_what_the_product_makes_of_it(kernels, k, n, m):
    """In whatever parts, and its sums tell of a number that is not finite."""
    P, which = bytes_of(50, n), np.random.default_rng(1).integers(0, 50, m)
    W, delta = normal(k, n), normal(k, m)
    G, alpha = G_of(P, which, delta, kernels).astype(float), np.float32(0.03)
    for keep, ends in ((1.0, [0, n]), (0.99, [0, 64, n] if n > 64 else [0, n])):
        new, total = np.full((k, n), np.nan, np.float32), 0.0
        for first, last in pairwise(ends):
            total += kernels.stepped(P, which, delta, W, keep, float(alpha), new, first, last)
        kept = (np.float32(keep) * W).astype(float)
        assert np.array_equal(new, (kept - float(alpha) * G).astype(np.float32))
        np.testing.assert_allclose(total, new.astype(float).sum(), atol=1e-6 * np.abs(new).sum())
    W[-1, n // 2] = np.inf
    assert not np.isfinite(kernels.stepped(P, which, delta, W, 1.0, 0.1, new, 0, n))
