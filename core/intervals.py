"""How far the share that is measured on few photos may be from the true one: 95 % confidence intervals.

    Wilson   all p with |p̂ − p| ≤ z √(p (1−p) / n),   p̂ = hits / n,   z = 1.96, so that

             low, high = (p̂ + z²/2n ± z √(p̂ (1−p̂) / n + z²/4n²)) / (1 + z²/n)

It stays within 0 … 1, and says something at p̂ = 0 and p̂ = 1 too, where p̂ ± z √(p̂ (1−p̂) / n) has no width.
Sources: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927);
for means of shares G. Y. Zou and A. Donner, Statistics in Medicine 27 (2008), after R. G. Newcombe (1998).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z = 1.959963984540054  # 95 % of the normal distribution lie within ± z


@dataclass(frozen=True)
class Estimate:
    """A share or a mean of shares with its interval: 0 ≤ low ≤ value ≤ high ≤ 1, over `of` photos.

    Of no photos at all the value is NaN and the interval 0 … 1: nothing is known.
    """

    value: float
    low: float
    high: float
    of: int

    def __str__(self) -> str:
        if self.of == 0:
            return "not measured (no photo)"
        return f"{self.value:.1%} [{self.low:.1%}, {self.high:.1%}] of {self.of}"


def wilson(hits: int, n: int) -> Estimate:
    """The share hits / n with Wilson's interval; see the module's text.

    Errors: ValueError unless 0 ≤ hits ≤ n.
    """
    if not 0 <= hits <= n:
        raise ValueError(f"of n photos 0 … n are hits, got {hits} of {n}")
    if n == 0:
        return Estimate(math.nan, 0.0, 1.0, 0)
    p = hits / n
    middle = (p + Z**2 / (2 * n)) / (1 + Z**2 / n)
    reach = Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2)) / (1 + Z**2 / n)
    return Estimate(p, min(p, max(0.0, middle - reach)), max(p, min(1.0, middle + reach)), n)


def mean(shares: Sequence[Estimate]) -> Estimate:
    """The plain mean of independent shares, such as balanced accuracy: each counts as much as the others.

        low = p̄ − (1/s) √Σ (p_i − low_i)²        high = p̄ + (1/s) √Σ (high_i − p_i)²        s shares

    A share of no photos leaves the mean unknown. Errors: ValueError for no shares.
    """
    if not shares:
        raise ValueError("the mean of no shares is no number")
    s, of = len(shares), sum(share.of for share in shares)
    if any(share.of == 0 for share in shares):
        return Estimate(math.nan, 0.0, 1.0, 0)
    p = sum(share.value for share in shares) / s
    down = math.hypot(*(share.value - share.low for share in shares)) / s
    up = math.hypot(*(share.high - share.value for share in shares)) / s
    return Estimate(p, max(0.0, p - down), min(1.0, p + up), of)
