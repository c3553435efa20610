"""Texts from outside: which can be written to a file or into a link, and what in them is no sign.

JSON spells halves of letters too, such as \\ud800, and Python reads them; UTF-8 has no way to write them.
"""

import unicodedata
from typing import TypeGuard

STEER = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # Unicode's categories of what is no sign: it steers
JOINERS = "\u200c\u200d"  # of letters in Persian, and of several emoji to one


def is_text(value: object, longest: int) -> TypeGuard[str]:
    """Whether it is a text of at most so many characters that UTF-8 can hold."""
    if not isinstance(value, str) or len(value) > longest:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def steers(sign: str) -> bool:
    """Whether it is no sign: ends a line, moves a cursor, turns the way of reading, or is half a letter."""
    return unicodedata.category(sign) in STEER and sign not in JOINERS
