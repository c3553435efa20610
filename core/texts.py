"""Texts from outside that can be written to a file or into a link.

JSON spells halves of letters too, such as \\ud800, and Python reads them; UTF-8 has no way to write them.
"""

from typing import TypeGuard


def is_text(value: object, longest: int) -> TypeGuard[str]:
    """Whether it is a text of at most so many characters that UTF-8 can hold."""
    if not isinstance(value, str) or len(value) > longest:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
