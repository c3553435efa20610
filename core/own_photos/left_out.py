"""What was left out of the files that a person brought, and why: a sentence a reason, not one a file.

notes.txt: This is a text file, …        a.zip: labels/0.xml, labels/1.xml and 20 others: This is …
"""

from collections.abc import Iterable
from typing import NamedTuple

NAMED = 2  # files by name in a sentence about several


class LeftOut(NamedTuple):
    """One file. name: "" where it is about a zip as a whole; zip: in which it came, if in any."""

    name: str
    why: str
    zip: str = ""


def sentences(files: Iterable[LeftOut]) -> list[str]:
    """In the order in which the reasons come up."""
    names = dict[tuple[str, str], list[str]]()
    for file in files:
        names.setdefault((file.zip, file.why), []).append(file.name)
    return [
        ": ".join(filter(None, (zip_, _together(of_these), why))) for (zip_, why), of_these in names.items()
    ]


def _together(names: list[str]) -> str:
    if len(names) <= NAMED:
        return " and ".join(names)
    others = len(names) - NAMED
    return f"{', '.join(names[:NAMED])} and {others:,} other{'s' * (others > 1)}"
