"""Texts from outside: which a file or a link can hold, and which characters are for control only.

JSON can also spell half a character, such as \\ud800, and Python reads it; UTF-8 has no way to write it.
"""

import unicodedata
from typing import TypeGuard

CONTROL = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # Unicode's categories: controls, line ends, halves
JOINERS = "\u200c\u200d"  # they join letters in Persian, and several emoji to one


def is_text(value: object, longest: int) -> TypeGuard[str]:
    """Whether it is a text of at most that many characters, and UTF-8 can hold them."""
    if not isinstance(value, str) or len(value) > longest:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_control(character: str) -> bool:
    """Whether it only ends a line, moves a cursor or turns the direction of reading, or is half a letter."""
    return unicodedata.category(character) in CONTROL and character not in JOINERS
