"""Words for things: how many, and which."""

import re
from collections.abc import Sequence

JOINER = "\N{WORD JOINER}"


def counted(number: int, noun: str) -> str:
    """ "1 neuron", "64 neurons", "1,024 photos"."""
    return f"{number:,} {plural(number, noun)}"


def plural(number: int, noun: str) -> str:
    """ "neuron" for 1, else "neurons": where the number stands before it in a form of its own."""
    return noun + "s" * (number != 1)


def listed(names: Sequence[str], word: str = "and") -> str:
    """ "a", "a and b", "a, b and c"; nothing for none. Or with another word than "and", such as "or"."""
    *others, last = names or [""]
    return f"{', '.join(others)} {word} {last}" if others else last


def m_equals(m: int) -> str:
    """ "m = 4,096", which no line breaks."""
    return unbroken(f"m = {m:,}")


def unbroken(sentence: str) -> str:
    """No line ends within "J = 1.92": around a sign that relates two things the spaces hold them together.

    Behind a bar, opening or closing, a joiner does: a line may end there whatever follows.
    """
    held = re.sub(r" ([=<>≈]) ", "\u00a0\\1\u00a0", sentence)
    return re.sub(r"[|](?=[\w\u00a0])", f"|{JOINER}", held)
