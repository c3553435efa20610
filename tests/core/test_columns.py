"""Products with the columns of photos against dense ones in float64, in every shape training asks for."""

import functools
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from core import columns
from core.activations import SIGMOID
from core.columns import MOST_ROWS, PhotoColumns, block_size, warm_up
from core.heads import goal2
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network, backpropagate, propagate
from core.pixels import flatten
from core.processor import byte_kernels, digit_kernels, digit_tiles
from tests.core.forked import forked, needs_fork

DOUBLE = torch.float64


@pytest.fixture(params=["tiles where there are", "vectors where there are", "floats"])
def multiplied_in(request, monkeypatch):
    """Every way of multiplying, also on a processor that has a quicker one."""
    if request.param != "tiles where there are":
        monkeypatch.setattr(columns, "_tiles", lambda n: None)
    if request.param == "floats":
        monkeypatch.setattr(columns, "_digits", lambda n: None)


every_way = pytest.mark.usefixtures("multiplied_in")


def dice(seed):
    return torch.Generator().manual_seed(seed)


def some_photos(M, *shape, seed=0):
    return torch.randint(0, 256, (M, *(shape or (64, 64, 3))), generator=dice(seed)).to(torch.uint8)


def dense(photos, which=None):
    """X in float64, by the formula. Shape (n, m)."""
    chosen = photos if which is None else photos[which]
    return (chosen.to(DOUBLE) / 127.5 - 1).reshape(len(chosen), -1).T


def assert_products(X, exact, k, seed=0, dtype=torch.float32):
    """W X and δ Xᵀ within float32's rounding of n or m products; p / 127.5 is rounded before 1 is taken off,
    so the error of an x near 0 is that of a number near 1.
    """
    n, m = exact.shape
    W = torch.randn(k, n, generator=dice(seed), dtype=dtype)
    delta = torch.randn(k, m, generator=dice(seed + 1), dtype=dtype)
    eps = torch.finfo(dtype).eps
    Z, G = W @ X, delta @ X.T
    assert Z.dtype == G.dtype == dtype and Z.shape == (k, m) and G.shape == (k, n)
    size = exact.abs() + 1
    assert (Z.double() - W.double() @ exact).abs().max() <= 4 * eps * (W.double().abs() @ size).max()
    bound = 4 * eps * (delta.double().abs() @ size.T).max()
    assert (G.double() - delta.double() @ exact.T).abs().max() <= bound


@settings(max_examples=60)
@given(
    M=st.integers(1, 9),
    n=st.sampled_from([(1,), (3,), (5, 7, 3), (8, 8, 3)]),
    k=st.integers(1, 2 * MOST_ROWS),
    names=st.none() | st.lists(st.integers(0, 8), min_size=1, max_size=23),
    seed=st.integers(0, 99),
)
def test_any_number_of_photos_rows_and_indices(M, n, k, names, seed):
    photos = some_photos(M, *n, seed=seed)
    which = None if names is None else torch.tensor([name % M for name in names])
    assert_products(PhotoColumns(photos, which), dense(photos, which), k, seed)


@every_way
@pytest.mark.parametrize("m", [1, 3, 4, 5, 64, 65])
@pytest.mark.parametrize("k", [1, 3, 9, MOST_ROWS + 1])
def test_photos_of_the_lecture(m, k):
    photos = some_photos(70, seed=m)
    which = torch.randperm(70, generator=dice(m))[:m]
    assert_products(PhotoColumns(photos, which), dense(photos, which), k, seed=k)


def test_float64_is_float64():
    photos = some_photos(7)
    assert_products(PhotoColumns(photos, dtype=DOUBLE), dense(photos), 3, dtype=DOUBLE)


def test_more_photos_than_a_block_and_more_rows_than_a_kernel_takes():
    photos = some_photos(block_size(12_288) + 9)
    assert_products(PhotoColumns(photos), dense(photos), MOST_ROWS + 5)
    assert_products(PhotoColumns(photos, dtype=DOUBLE), dense(photos), 2, dtype=DOUBLE)


@every_way
def test_photos_and_indices_that_do_not_lie_in_one_piece():
    photos, every_third = some_photos(40), torch.arange(40)[1::3]
    assert not every_third.is_contiguous()
    assert_products(PhotoColumns(photos, every_third), dense(photos, every_third), 3)
    for view in (photos[::2], photos.flip(2), photos.transpose(1, 2)):
        assert_products(PhotoColumns(view), dense(view), 3)


def test_columns_of_columns():
    photos, which = some_photos(12), torch.tensor([7, 0, 7, 11, 3])
    X = PhotoColumns(photos, which)
    assert_close(X[:, 1:4].floats(), flatten(photos[which[1:4]]))
    places = torch.tensor([4, 4, 0])
    assert_close(X[:, places].floats(), flatten(photos[which[places]]))
    assert X.shape == (12_288, 5) and X.T.shape == (5, 12_288) and X.T.T is X
    assert X.ndim == X.T.ndim == 2 and X.dtype == torch.float32 and X.device == photos.device
    assert_close(X.floats(), flatten(photos[which]))


def test_indices_given_may_change_afterwards():
    photos, which = some_photos(5), torch.tensor([1, 2])
    X, W = PhotoColumns(photos, which), torch.randn(3, 12_288, generator=dice(1))
    before = W @ X
    which.fill_(10**12)
    assert torch.equal(W @ X, before)


@every_way
def test_grey_photos_leave_nothing_to_cancel():
    """Bytes are large where x is tiny: Σ w p − 127.5 Σ w would lose its digits."""
    photos = torch.full((6, 64, 64, 3), 127, dtype=torch.uint8)
    photos[1::2] = 128
    W, exact = torch.full((3, 12_288), 3.0), dense(photos)
    assert_close((W @ PhotoColumns(photos)).double(), W.double() @ exact, rtol=1e-5, atol=0)
    delta = torch.full((3, 6), 7.0)
    delta[:, 0] = 9.0
    G = (delta @ PhotoColumns(photos).T).double()
    assert_close(G, delta.double() @ exact.T, rtol=1e-5, atol=0)


@every_way
def test_infinities_and_nan_pass_through():
    W = torch.zeros(4, 12_288)
    W[0, 5], W[1, 6], W[3, 7] = torch.inf, torch.nan, -torch.inf
    Z = W @ PhotoColumns(some_photos(3))
    assert not Z[[0, 1, 3]].isfinite().any() and (Z[2] == 0).all()


@every_way
def test_a_column_does_not_depend_on_the_others_and_nothing_on_the_clock():
    photos, W = some_photos(37), torch.randn(3, 12_288, generator=dice(2))
    delta = torch.randn(3, 37, generator=dice(3))
    X = PhotoColumns(photos)
    Z, G = W @ X, delta @ X.T
    assert torch.equal(torch.cat([W @ X[:, i : i + 1] for i in range(37)], dim=1), Z)
    found = []

    def again():
        for _ in range(5):
            found.append((W @ X, delta @ X.T))

    threads = [threading.Thread(target=again) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20 and all(torch.equal(z, Z) and torch.equal(g, G) for z, g in found)


@every_way
@pytest.mark.parametrize("shape", [(64, 64, 3), (63, 65, 3)])
@pytest.mark.parametrize(("k", "m"), [(3, 601), (9, 150), (64, 70)])
def test_threads_divide_the_work_and_change_nothing(k, m, shape):
    photos, before = some_photos(m, *shape, seed=7), torch.get_num_threads()
    W, delta = torch.randn(k, photos[0].numel(), generator=dice(8)), torch.randn(k, m, generator=dice(9))
    X, found = PhotoColumns(photos), []
    try:
        for threads in (1, 2, 3, 7):
            torch.set_num_threads(threads)
            found.append((W @ X, delta @ X.T))
    finally:
        torch.set_num_threads(before)
    assert any(thread.name.startswith("product") for thread in threading.enumerate()), "several took part"
    assert all(torch.equal(Z, found[0][0]) and torch.equal(G, found[0][1]) for Z, G in found[1:])


@every_way
@pytest.mark.parametrize("k", [3, MOST_ROWS + 1])
def test_propagation_there_and_back_on_bytes_and_on_floats(k):
    photos, Y = some_photos(21), torch.randint(0, 2, (k, 21), generator=dice(4)).float()
    head = goal2(k=k, how="xavier", generator=dice(5))
    found, expected = (
        backpropagate(head, propagate(head, X), Y, BINARY_CROSS_ENTROPY, 0.1)
        for X in (PhotoColumns(photos), flatten(photos))
    )
    assert_close(found.W + found.b, expected.W + expected.b)


def test_autograd_records_the_product():
    photos, Y = some_photos(6), torch.ones(3, 6)
    layer = goal2(how="xavier", generator=dice(6)).layers[0]
    W = layer.W.clone().requires_grad_(True)
    BINARY_CROSS_ENTROPY.cost(W @ PhotoColumns(photos) + layer.b, Y).backward()
    network = Network((layer,))
    found = backpropagate(network, propagate(network, PhotoColumns(photos)), Y, BINARY_CROSS_ENTROPY)
    assert network.layers[0].activation is SIGMOID
    assert_close(found.W[0], W.grad)


def test_no_row_gives_no_row_and_a_column_larger_than_a_block_is_one():
    photos = some_photos(4)
    X = PhotoColumns(photos)
    assert (torch.zeros(0, 12_288) @ X).shape == (0, 4) and (torch.zeros(0, 4) @ X.T).shape == (0, 12_288)
    assert not X.by_kernel(torch.zeros(0, 12_288)), "the kernels count on a row"
    assert [block_size(3, numbers) for numbers in (1, 2, 3, 5, 6)] == [1, 1, 1, 1, 2]


def test_what_does_not_fit_is_refused():
    photos, W = some_photos(4), torch.zeros(3, 12_288)
    X = PhotoColumns(photos)
    for wrong in (torch.zeros(3, 5), torch.zeros(12_288)):
        with pytest.raises(ValueError, match="left side must be"):
            wrong @ X
        with pytest.raises(ValueError, match="left side must be"):
            wrong @ X.T
    with pytest.raises(ValueError, match="float64"):
        W.double() @ X
    for names in ([4], [-1], [], [[0]], [0.5]):
        with pytest.raises(ValueError, match="which"):
            PhotoColumns(photos, torch.tensor(names))
    for wrong in (photos.float(), photos[0, 0, 0], photos[:0]):
        with pytest.raises(ValueError, match="uint8"):
            PhotoColumns(wrong)
    for which in (slice(2, 2), torch.tensor([[0]])):
        with pytest.raises(ValueError, match="at least one column"):
            X[:, which]
    with pytest.raises(ValueError, match="whole"):
        X[1:, :]
    with pytest.raises(IndexError):
        X[:, torch.tensor([4])]
    with pytest.raises(TypeError):
        torch.add(W, X)


NARROW = """
import os
os.environ |= {{"NUMBA_CACHE_DIR": {kept!r}, "NUMBA_OPT": "0"}} | {named}  # compiled sooner
from llvmlite import binding
all_of_them = binding.get_host_cpu_features
features = all_of_them()
features.update({without})
binding.get_host_cpu_features = lambda: features
import numpy as np
from core.processor import byte_kernels
assert byte_kernels.WIDTH == {width}
found = byte_kernels.kernels()
dice = np.random.default_rng(0)
for k, m, n in ((1, 1, 3), (3, 5, 192), (13, 70, 836), (64, 33, 1536)):
    P, which = dice.integers(0, 256, (40, n), np.uint8), dice.integers(0, 40, m)
    W, delta = dice.standard_normal((k, n), np.float32), dice.standard_normal((k, m), np.float32)
    X = P[which].T / 127.5 - 1
    Z, G = np.full((k, m), np.nan, np.float32), np.full((k, n), np.nan, np.float32)
    found.times(P, which, W, Z, 0, m)
    found.times_transposed(P, which, delta, G, 0, n)
    np.testing.assert_allclose(Z, W @ X, atol=1e-4)
    np.testing.assert_allclose(G, delta @ X.T, atol=1e-4)
"""
NAMED = (
    NARROW
    + """
import torch
from core.columns import PhotoColumns
from core.processor import digit_kernels, digit_tiles
binding.get_host_cpu_features = all_of_them
assert digit_kernels.kernels() is digit_tiles.kernels() is None
photos = torch.arange(192, dtype=torch.uint8).expand(40, 192)
for k in (3, 12):
    W = torch.ones(k, 192)
    torch.testing.assert_close(W @ PhotoColumns(photos), W @ (photos.T / 127.5 - 1))
"""
)


@needs_fork
@pytest.mark.parametrize(
    ("script", "width", "without", "named"),
    [
        (NARROW, 8, {"avx512f": False, "avx2": True}, {}),
        (NAMED, 4, {"avx512f": False, "avx2": False}, {"NUMBA_CPU_NAME": "generic"}),
    ],
    ids=["half as wide", "named to Numba"],
)
def test_processors_with_narrower_registers(script, width, without, named, tmp_path):
    """LLVM would end the process where it meets an instruction that the one named to Numba has not."""
    with forked(script.format(width=width, without=without, named=named, kept=str(tmp_path))) as process:
        _, said = process.communicate()
    assert process.returncode == 0, said


@every_way
def test_a_row_is_the_same_whatever_stands_beside_it():
    """So lanes that step together get the very numbers that they get alone."""
    X = PhotoColumns(some_photos(70, 64, 64, 3))
    W, delta = torch.randn(9, 12_288), torch.randn(9, 70)
    Z, G = W @ X, delta @ X.T
    for rows in (slice(0, 1), slice(3, 6), slice(2, 9), slice(8, 9)):
        assert torch.equal(W[rows] @ X, Z[rows])
        assert torch.equal(delta[rows] @ X.T, G[rows])


@pytest.mark.parametrize("digits", [True, False])
def test_warm_up_compiles_once_what_is_needed_for_all_who_ask_meanwhile(digits, monkeypatch):
    """Kernels on floats only where the processor has none on digits."""
    made = []
    modules = {"_tiles": digit_tiles, "_digits": digit_kernels, "_floats": byte_kernels}
    for name, module in modules.items():

        def kernels(module=module):
            time.sleep(0.05)
            made.append(module)
            return digits or None

        monkeypatch.setattr(columns, name, functools.cache(getattr(columns, name).__wrapped__))
        monkeypatch.setattr(module, "kernels", kernels)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: warm_up(), range(8)))
    assert made == list(modules.values())[: 2 if digits else 3]
