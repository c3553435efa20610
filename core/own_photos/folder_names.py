"""What a folder's name says of the photos in it: y, as the zip and the commands alike read and write it.

    "soccer+basketball" ⇄ (1, 1, 0)        "none" ⇄ (0, 0, 0)

As people write it, too: in any case and order; "Soccer balls" and "soccer_ball" are soccer, "basket ball" is
basketball; "soccer (2)" and "soccer copy" are what systems call the second folder of a name; "soccer and
baseball" and "soccer & baseball" are both.
"""

import re

from core.balls import KINDS
from core.own_photos.own_photo import Label

NONE = "none"
_NOTHING = ([NONE], ["noball"])
_NUMBER = " _-()0123456789"  # behind a folder's name
_BETWEEN = re.compile(r"[+&,]|[\s_]and[\s_]")  # the balls in a folder's name


def folder(label: Label) -> str:
    """(1, 1, 0) → "soccer+basketball", (0, 0, 0) → "none"."""
    return "+".join(ball for ball, y in zip(KINDS, label, strict=True) if y) or NONE


def label_named(name: str) -> Label | None:
    """y of a folder's name; None for a name that says none, or says a ball twice."""
    words = _words(name)
    soccer, basketball, baseball = (sum(word in (ball, f"{ball}ball") for word in words) for ball in KINDS)
    if max(soccer, basketball, baseball) > 1:
        return None
    if soccer + basketball + baseball == len(words) or words in _NOTHING:
        return soccer, basketball, baseball
    return None


def not_sorted_yet(name: str) -> bool:
    """Whether a folder's name says that nobody has said yet what its photos show."""
    return _words(name) == ["unsorted"]


def _words(name: str) -> list[str]:
    balls = name.casefold().rstrip(_NUMBER).removesuffix("copy").rstrip(_NUMBER)
    return [re.sub(r"[\s_-]", "", word).removesuffix("s") for word in _BETWEEN.split(balls)]
