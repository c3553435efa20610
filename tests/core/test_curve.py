"""A curve of any length in bounded room: what it keeps, how it is cut, stored and refused."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.live_run.curve import Curve


def filled(values, capacity=4096, every=1):
    curve = Curve(capacity)
    for i, value in enumerate(values):
        curve.append(i * every, value)
    return curve


def noise(count, seed=0):
    dice = random.Random(seed)
    return [dice.gauss(0, 1) for _ in range(count)]


def as_pairs(points):
    return [(int(step), float(value)) for step, value in points]


def test_a_curve_is_exact_until_its_buckets_are_full():
    values = noise(64)
    curve = filled(values, capacity=64)
    assert as_pairs(curve.kept()) == list(enumerate(values))
    curve.append(64, 0.5)
    assert len(curve) == 33  # 32 merged ones and the new one


@settings(max_examples=200)
@given(
    values=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300),
    capacity=st.sampled_from((2, 4, 8, 64)),
    at_most=st.integers(4, 40),
)
def test_every_bucket_keeps_its_least_and_its_greatest_point(values, capacity, at_most):
    curve = filled(values, capacity)
    kept = as_pairs(curve.kept())
    assert len(curve) <= capacity
    assert set(kept) <= set(enumerate(values))  # every kept point was really there
    assert [step for step, _ in kept] == sorted(step for step, _ in kept)
    assert kept[0] == (0, values[0]) and kept[-1] == (len(values) - 1, values[-1])
    width = curve._width
    for start in range(0, len(values), width):
        group = values[start : start + width]
        inside = [value for step, value in kept if start <= step < start + width]
        assert min(inside) == min(group) and max(inside) == max(group)
    thinned = curve.points(at_most)
    assert len(thinned) <= at_most and thinned.dtype == np.float32
    as_float = {(float(np.float32(step)), float(np.float32(value))) for step, value in kept}
    assert {(float(step), float(value)) for step, value in thinned} <= as_float
    assert thinned[:, 1].min() == np.float32(min(values))
    assert thinned[:, 1].max() == np.float32(max(values))
    assert (np.diff(thinned[:, 0]) >= 0).all()
    assert tuple(thinned[0]) == (0, np.float32(values[0]))
    assert tuple(thinned[-1]) == (len(values) - 1, np.float32(values[-1]))


def test_one_peak_among_a_million_steps_stays_at_its_step():
    curve = Curve()
    for step in range(1, 1_000_001):
        curve.append(step, 1.0)
        if step == 123_456:
            curve.append(step, 9.0)
    assert len(curve) <= 4096
    points = curve.points(100)
    assert tuple(points[points[:, 1].argmax()]) == (123_456, 9.0)
    assert (points[0, 0], points[-1, 0]) == (1, 1_000_000)


@settings(max_examples=100)
@given(
    count=st.integers(1, 200),
    at=st.integers(-1, 210),
    more=st.integers(0, 120),
    capacity=st.sampled_from((2, 8, 16)),
)
def test_a_cut_curve_ends_at_the_step_and_goes_on(count, at, more, capacity):
    values = noise(count)
    curve = filled(values, capacity)
    before = curve.to_array()
    cut = curve.cut(at)
    assert np.array_equal(cut.kept(), curve.kept(up_to=at))
    assert np.array_equal(cut.kept(), curve.kept()[curve.kept()[:, 0] <= at])
    for step in range(at + 1, at + 1 + more):
        cut.append(step, 0.0)
    assert len(cut) <= capacity
    assert np.array_equal(curve.to_array(), before)  # the old one has not changed
    assert np.array_equal(Curve.from_array(cut.to_array(), capacity).kept(), cut.kept())


def test_a_cut_within_the_first_bucket_keeps_the_first_point_alone():
    """It is neither the least nor the greatest of its bucket, and these come later."""
    curve = Curve(2)
    for step, value in enumerate((7.0, 0.5, 9.0, 8.0, 6.0), start=3):
        curve.append(step, value)
    cut = curve.cut(3)
    assert as_pairs(cut.kept()) == [(3, 7.0)] and cut.last == (3, 7.0)
    for step, value in ((4, 1.0), (5, 2.0), (6, 3.0)):
        cut.append(step, value)
    assert as_pairs(Curve.from_array(cut.to_array(), 2).kept()) == as_pairs(cut.kept())
    assert as_pairs(cut.kept())[0] == (3, 7.0) and (4, 1.0) in as_pairs(cut.kept())


def test_a_stored_curve_goes_on_as_if_it_had_never_stopped():
    values = noise(1000, seed=3)
    whole = filled(values, capacity=32)
    first = filled(values[:777], capacity=32)
    again = Curve.from_array(first.to_array(), capacity=32)
    for step in range(777, 1000):
        again.append(step, values[step])
    assert np.array_equal(again.to_array(), whole.to_array())
    assert Curve.from_array(Curve().to_array()).kept().shape == (0, 2)


def test_a_curve_refuses_what_cannot_be_drawn():
    curve = filled([1.0, 2.0])
    for bad in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="finite"):
            curve.append(2, bad)
    with pytest.raises(ValueError, match="forward"):
        curve.append(0, 1.0)
    with pytest.raises(ValueError, match="at least 4"):
        curve.points(3)
    assert as_pairs(curve.kept()) == [(0, 1.0), (1, 2.0)] and curve.last == (1, 2.0)
    assert Curve().points().shape == (0, 2) and Curve().last is None
    assert curve.kept(up_to=0).tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize("buckets", [0, 1, 3, -2])
def test_buckets_that_cannot_merge_two_by_two_are_refused(buckets):
    with pytest.raises(ValueError, match="an even number of buckets"):
        Curve(buckets)


def broken_states():
    good = filled(noise(100), capacity=16).to_array()

    def with_number(row, column, value):
        state = good.copy()
        state[row, column] = value
        return state

    yield good[:, :3]
    yield good.astype(np.float32)
    yield good[:2]
    yield np.concatenate([good, np.repeat(good[-1:], 16, axis=0)])
    yield with_number(4, 1, np.nan)
    yield with_number(3, 0, np.inf)
    yield with_number(3, 0, 1.5)
    yield with_number(5, 0, 0)
    yield with_number(0, 0, -1)
    yield with_number(0, 2, 3)
    yield with_number(4, 1, 1e9)
    yield with_number(1, 0, 0)
    yield with_number(1, 1, 1e6)
    yield good[[0, 1, 2, 3, 5, 4, *range(6, len(good))]]  # two buckets in the middle that changed places


@pytest.mark.parametrize("state", list(broken_states()))
def test_a_broken_stored_curve_is_refused_in_a_sentence(state):
    with pytest.raises(ValueError, match="curve"):
        Curve.from_array(state, capacity=16)


def test_what_was_kept_before_the_cut_stays_when_it_goes_on():
    curve = Curve(8)
    for step, value in enumerate(
        (0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9.0)
    ):  # buckets of two: the cut goes through one
        curve.append(step, value)
    cut = curve.cut(6)
    before = cut.kept()
    cut.append(7, 0.5)
    assert np.array_equal(cut.kept()[: len(before)], before)


def test_more_buckets_than_there_may_be_are_refused():
    long = Curve(64)
    for step in range(60):
        long.append(step, float(step))
    with pytest.raises(ValueError, match="buckets"):
        Curve.from_array(long.to_array(), capacity=16)


def test_thinned_to_an_odd_number_it_is_no_more():
    curve = Curve()
    for step in range(200):
        curve.append(step, float((step * 37) % 101))
    for at_most in range(4, 60):
        assert len(curve.points(at_most)) <= at_most
    assert len(curve.points(200)) == 200
