"""Wilson's interval against scipy and against its definition, and both against how often they are right."""

import math
from random import Random

import pytest

from core.intervals import Z, mean, wilson


@pytest.mark.parametrize("n", [1, 2, 7, 80, 321, 100_000])
def test_wilson_is_scipys(n):
    from scipy.stats import binomtest  # a second and more, which only this file should cost

    for hits in {0, 1, n // 3, n // 2, n - 1, n}:
        measured = wilson(hits, n)
        oracle = binomtest(hits, n).proportion_ci(0.95, method="wilson")
        assert (measured.low, measured.high) == pytest.approx((oracle.low, oracle.high), abs=1e-12)
        assert measured.value == hits / n and measured.of == n
        assert 0 <= measured.low <= measured.value <= measured.high <= 1


def test_wilson_holds_the_shares_that_the_definition_allows():
    hits, n = 13, 20
    allowed = [
        p
        for p in (i / 20_000 for i in range(1, 20_000))
        if abs(hits / n - p) <= Z * math.sqrt(p * (1 - p) / n)
    ]
    measured = wilson(hits, n)
    assert (measured.low, measured.high) == pytest.approx((min(allowed), max(allowed)), abs=1e-4)


def test_wilson_holds_the_truth_about_95_times_of_100():
    n, covered = 40, []
    for p in (i / 100 for i in range(5, 96)):
        inside = [k for k in range(n + 1) if wilson(k, n).low <= p <= wilson(k, n).high]
        covered.append(sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in inside))
    assert sum(covered) / len(covered) == pytest.approx(0.95, abs=0.01) and min(covered) > 0.9


def test_a_mean_of_shares_holds_the_truth_about_95_times_of_100():
    dice, truth, right = Random(3), (0.9 + 0.6) / 2, 0
    for _ in range(2000):
        ball = wilson(sum(dice.random() < 0.9 for _ in range(60)), 60)
        none = wilson(sum(dice.random() < 0.6 for _ in range(20)), 20)
        both = mean([ball, none])
        assert both.low <= both.value == (ball.value + none.value) / 2 <= both.high and both.of == 80
        right += both.low <= truth <= both.high
    assert right / 2000 == pytest.approx(0.95, abs=0.02)


def test_the_mean_of_one_share_is_that_share():
    alone, share = mean([wilson(7, 9)]), wilson(7, 9)
    assert (alone.value, alone.low, alone.high) == pytest.approx((share.value, share.low, share.high))


def test_of_no_photos_nothing_is_known():
    for nothing in (wilson(0, 0), mean([wilson(3, 4), wilson(0, 0)])):
        assert math.isnan(nothing.value) and (nothing.low, nothing.high) == (0.0, 1.0)
        assert str(nothing) == "not measured (no photo)"
    assert str(wilson(3, 4)) == "75.0% [30.1%, 95.4%] of 4"


@pytest.mark.parametrize("wrong", [(-1, 4), (5, 4), (0, -1)])
def test_impossible_counts_are_refused(wrong):
    with pytest.raises(ValueError, match="0 … n are hits"):
        wilson(*wrong)
    with pytest.raises(ValueError, match="no shares"):
        mean([])


def test_up_is_up_and_down_is_down():
    shares = [wilson(9, 10), wilson(19, 20)]  # near 1: lop-sided
    found = mean(shares)
    assert found.high - found.value == pytest.approx(math.hypot(*(s.high - s.value for s in shares)) / 2)
    assert found.value - found.low == pytest.approx(math.hypot(*(s.value - s.low for s in shares)) / 2)
