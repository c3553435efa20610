"""Columns of several stores as one X: what one store of all the photos gives."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.testing import assert_close

from core.columns import PhotoColumns
from core.descent import Descent
from core.descent_file import fingerprint
from core.initialisation import initialise
from core.joined_columns import JoinedColumns
from core.losses import SOFTMAX_CROSS_ENTROPY
from core.pixels import N


def photos(m, seed):
    return torch.randint(
        0, 256, (m, 64, 64, 3), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed)
    )


STORES = (photos(7, 1), photos(3, 2))
ALL = torch.cat(STORES)


@settings(max_examples=30)
@given(
    sizes=st.sampled_from([[7, 3], [10], [2, 5, 3]]),
    which=st.lists(st.integers(0, 9), min_size=1, max_size=20),
    start=st.integers(0, 5),
)
def test_products_are_those_of_one_store(sizes, which, start):
    which = torch.tensor(which)
    joined, one = JoinedColumns(ALL.split(sizes))[:, which], PhotoColumns(ALL, which)
    dice = torch.Generator().manual_seed(start)
    W, delta = torch.randn(3, N, generator=dice), torch.randn(3, len(which), generator=dice)
    assert joined.shape == one.shape and joined.T.shape == one.T.shape
    assert torch.equal(joined.floats(), one.floats())
    assert torch.equal(W @ joined, W @ one)
    assert_close(delta @ joined.T, delta @ one.T, atol=1e-4, rtol=1e-4)
    if start < len(which):
        assert torch.equal(W @ joined[:, start : start + 4], W @ one[:, start : start + 4])


def test_photos_are_shared_not_copied():
    joined = JoinedColumns(STORES)
    assert joined.stores[0].photos.data_ptr() == STORES[0].data_ptr()
    assert joined[:, 2:5].stores[0].photos.data_ptr() == STORES[0].data_ptr()


@pytest.mark.parametrize(
    ("stores", "which"),
    [((), None), ((ALL, ALL[:, :8]), None), (STORES, [10]), (STORES, [-1]), (STORES, []), (STORES, [0.5])],
)
def test_what_is_no_columns_is_refused(stores, which):
    with pytest.raises(ValueError):
        JoinedColumns(stores, None if which is None else torch.tensor(which))
    joined = JoinedColumns(STORES)
    for key in ((slice(0, 3), slice(None)), slice(0, 3), 0):
        with pytest.raises(ValueError, match="taken whole"):
            joined[key]
    with pytest.raises(ValueError, match="left side"):
        torch.ones(3, 4) @ joined.T


def test_a_descent_on_joined_columns_is_the_descent_on_all_photos():
    Y = torch.eye(3)[:, torch.arange(10) % 3]
    start = initialise((N, 3), how="xavier", generator=torch.Generator().manual_seed(1))
    runs = [
        Descent(start, X, Y, loss=SOFTMAX_CROSS_ENTROPY, batch_size=4, seed=3)
        for X in (JoinedColumns(STORES), ALL)
    ]
    for _ in range(9):
        assert runs[0].step() == pytest.approx(runs[1].step(), rel=1e-4)
    assert_close(runs[0].network.layers[0].W, runs[1].network.layers[0].W, atol=1e-5, rtol=1e-4)
    assert runs[0].cost() == pytest.approx(runs[1].cost(), rel=1e-4)


def test_other_examples_begin_a_new_epoch_and_the_same_ones_do_not():
    Y = torch.eye(3)[:, torch.arange(10) % 3]
    run = Descent(initialise((N, 3), how="zeros"), ALL, Y, loss=SOFTMAX_CROSS_ENTROPY, batch_size=4)
    run.step()
    run.go_on_with(ALL, Y)
    assert (run.epoch, run.position) == (0, 4)
    run.go_on_with(JoinedColumns(STORES), Y)
    assert (run.epoch, run.position, run.m) == (1, 0, 10)
    with pytest.raises(ValueError, match="examples"):
        run.go_on_with(STORES[0], Y)


def test_the_name_of_joined_examples_is_that_of_the_first_store_alone():
    """What a person brought is told by no file."""
    first, own = torch.arange(5 * 12, dtype=torch.uint8).view(5, 2, 2, 3), torch.zeros(4, 2, 2, 3).byte()
    Y = (torch.arange(27).view(3, 9) % 2).float()
    name = fingerprint(first, Y[:, :5])
    assert fingerprint(JoinedColumns((first, own)), Y) == name
    assert fingerprint(JoinedColumns((first, own + 1)), torch.cat([Y[:, :5], 1 - Y[:, 5:]], dim=1)) == name
    for place in range(5):
        other = Y.clone()
        other[1, place] = 1 - other[1, place]
        assert fingerprint(JoinedColumns((first, own)), other) != name
