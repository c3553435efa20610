"""The rule against NumPy's and PyTorch's own, b̃ against a loop, its way back against autograd, its memory."""

from itertools import islice

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.broadcasting import COPIED_UP_TO, align, fold, memory, result_shape, stretch, there_and_back
from core.experiments import loop_or_batch as timings
from core.experiments.loop_or_batch import batched, loop_or_batch, looped

SHAPES = st.lists(st.integers(0, 4), max_size=5).map(tuple)


def numbers(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@given(SHAPES, SHAPES)
def test_the_rule_is_numpys_and_pytorchs(a, b):
    ours = result_shape(a, b)
    for library, error in ((np.broadcast_shapes, ValueError), (torch.broadcast_shapes, RuntimeError)):
        try:
            theirs = tuple(library(a, b))
        except error:
            theirs = None
        assert ours == theirs


@given(SHAPES, SHAPES)
def test_axes_are_aligned_from_the_right_and_say_who_is_stretched(a, b):
    axes = align(a, b)
    assert tuple(axis.a for axis in axes if axis.a is not None) == a
    assert tuple(axis.b for axis in axes if axis.b is not None) == b
    assert [axis.place for axis in axes] == list(range(-max(len(a), len(b)), 0))
    if result_shape(a, b) is not None and 0 not in (*a, *b):
        A, B = torch.broadcast_tensors(torch.zeros(a), torch.zeros(b))
        assert [axis.a_stretched for axis in axes] == [
            s == 0 < n - 1 for s, n in zip(A.stride(), A.shape, strict=True)
        ]
        assert [axis.b_stretched for axis in axes] == [
            s == 0 < n - 1 for s, n in zip(B.stride(), B.shape, strict=True)
        ]


def test_what_does_not_fit_has_no_size():
    assert result_shape((3,), (3, 5)) is None
    missing, last = align((3,), (3, 5))
    assert (missing.a, missing.b, missing.size, missing.a_stretched) == (None, 3, 3, True)
    assert (last.a, last.b, last.size, last.a_stretched, last.b_stretched) == (3, 5, None, False, False)
    with pytest.raises(ValueError, match="negative"):
        align((-1,), (3,))


@pytest.mark.parametrize(("k", "m"), [(1, 1), (3, 1), (3, 5), (4, 8)])
def test_b_is_repeated_and_not_copied(k, m):
    b = numbers(k, 1)
    b_tilde = stretch(b, m)
    assert b_tilde.shape == (k, m)
    assert all(b_tilde[i, j] == b[i, 0] for i in range(k) for j in range(m))
    assert b_tilde.data_ptr() == b.data_ptr()
    assert b_tilde.stride() == ((1, 0) if m > 1 else (1, 1))
    b[0, 0] = 7.0
    assert (b_tilde[0] == 7.0).all()


@pytest.mark.parametrize(("shape", "m"), [((3,), 2), ((3, 2), 2), ((3, 1), 0)])
def test_only_a_column_is_stretched(shape, m):
    with pytest.raises(ValueError, match=r"\(k, 1\)"):
        stretch(torch.zeros(shape), m)


def test_memory_of_the_live_tensor():
    found = memory(stretch(torch.zeros(3, 1), 5))
    assert (found.shape, found.strides, found.bytes) == ((3, 5), (1, 0), 12)
    assert (found.copy_strides, found.copy_bytes, found.copied) == ((5, 1), 60, True)


def test_a_large_copy_is_computed_and_no_memory_is_taken(monkeypatch):
    copies, clone = [], torch.Tensor.clone
    monkeypatch.setattr(torch.Tensor, "clone", lambda t, **how: copies.append(t) or clone(t, **how))
    memory(stretch(torch.zeros(3, 1), 5))
    assert len(copies) == 1, "a small copy is made and measured"
    found = memory(stretch(torch.zeros(3, 1), 10**9))
    assert len(copies) == 1
    assert (found.strides, found.bytes, found.copied) == ((1, 0), 12, False)
    assert (found.copy_strides, found.copy_bytes) == ((10**9, 1), 12 * 10**9)
    edge = memory(stretch(torch.zeros(1, 1), COPIED_UP_TO // 4))
    assert edge.copied and edge.copy_bytes == COPIED_UP_TO
    # What is computed for large copies is what is measured on small ones.
    small = stretch(torch.zeros(3, 1), 1000)
    assert memory(small).copy_bytes == small.numel() * 4


@pytest.mark.parametrize(("k", "n", "m"), [(1, 4, 1), (3, 4, 5), (4, 4, 8)])
def test_there_and_back(k, n, m):
    W, b, X = numbers(k, n), numbers(k, 1, seed=1), numbers(n, m, seed=2)
    Y = (numbers(k, m, seed=3) > 0).double()
    found = there_and_back(W, b, X, Y)
    for i in range(k):
        for j in range(m):
            z = sum(float(W[i, p] * X[p, j]) for p in range(n)) + float(b[i, 0])
            assert float(found.Z[i, j]) == pytest.approx(z, abs=1e-12)
        assert float(found.db[i, 0]) == pytest.approx(sum(found.delta[i].tolist()), abs=1e-14)
    torch.testing.assert_close(found.delta, (torch.sigmoid(found.Z) - Y) / m)
    torch.testing.assert_close(found.db, found.autograd_db, rtol=1e-12, atol=1e-15)
    torch.testing.assert_close(found.db, fold(found.delta))
    torch.testing.assert_close(W @ X + stretch(b, m), found.Z)


def test_wrong_labels_are_refused():
    with pytest.raises(ValueError, match="Y must be"):
        there_and_back(numbers(3, 4), numbers(3, 1), numbers(4, 5), torch.zeros(3, 1))


def test_the_loop_and_the_batch_are_one_sum():
    W, b, X = numbers(3, 7), numbers(3, 1, seed=1), numbers(7, 6, seed=2)
    torch.testing.assert_close(looped(W, b, X), batched(W, b, X))


def test_timings_come_one_by_one():
    seen = list(loop_or_batch(2, n=16, sizes=(1, 4), repeats=2))
    assert [len(t.points) for t in seen] == [0, 1, 2]
    assert [t.done for t in seen] == [False, False, True]
    last = seen[-1].points[-1]
    assert last.m == 4 and last.loop > 0 and last.batch > 0 and last.difference < 1e-5
    assert last.ratio == last.loop / last.batch and 1 <= min(last.repeats) <= max(last.repeats) <= 2
    with pytest.raises(ValueError, match="at least 1"):
        next(loop_or_batch(0))
    with pytest.raises(ValueError, match="how many sizes"):
        next(loop_or_batch(sizes=()))


def test_fold():
    for shape in ((3,), (2, 3, 4)):
        with pytest.raises(ValueError, match="must be"):
            fold(torch.zeros(shape))


def test_a_timing_is_the_fastest_of_products_with_m_columns(monkeypatch):
    """A clock that the loop and the batch move on themselves: the first time of each does not count."""
    now, columns = [0.0], []

    def taking(*seconds, says):
        left = iter(seconds)

        def work(W, b, X):
            now[0] += next(left)
            columns.append(X.shape[1])
            return torch.full((2, X.shape[1]), says)

        return work

    monkeypatch.setattr(timings.time, "perf_counter", lambda: now[0])
    monkeypatch.setattr(timings, "looped", taking(9.0, 0.2, 0.1, says=3.0))
    monkeypatch.setattr(timings, "batched", taking(9.0, 0.06, 0.01, 0.04, says=4.0))
    _, seen = islice(loop_or_batch(2, n=8, sizes=(5, 6), repeats=3), 2)
    (point,) = seen.points
    assert (point.loop, point.batch) == pytest.approx((0.1, 0.01))
    assert point.repeats == (2, 3), "a quarter of a second is enough"
    assert point.difference == 0.25 and set(columns) == {5}


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least 1"):
        next(loop_or_batch(2, n=4, sizes=(1, 0)))
