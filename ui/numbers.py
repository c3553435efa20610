"""Numbers as they are shown."""

from collections.abc import Sequence


def digits_that_add(terms: Sequence[float]) -> int:
    """So many decimals, at least two, that the rounded terms visibly add up to the rounded sum."""
    for digits in range(2, 6):
        if round(sum(round(term, digits) for term in terms), digits) == round(sum(terms), digits):
            return digits
    return 6
