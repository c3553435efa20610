"""Words for a list of things."""

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """ "1 neuron", "64 neurons", "1,024 photos"."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def listed(names: Sequence[str], word: str = "and") -> str:
    """ "a", "a and b", "a, b and c"; nothing for none. Or with another word than "and", such as "or"."""
    *others, last = names or [""]
    return f"{', '.join(others)} {word} {last}" if others else last
