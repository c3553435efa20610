"""Words for a list of things."""

from collections.abc import Sequence


def listed(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"; nothing for none."""
    *others, last = names or [""]
    return f"{', '.join(others)} and {last}" if others else last
