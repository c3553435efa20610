"""The items of a HEIF file: `iinf` names their kinds, `iloc` the places (extents) of their bytes, `ipma` what
is said of them.

An extent may be named by many items and many times by one, and a decoder reads each anew: a file of a few
megabytes could ask for gigabytes. So all extents together must fit the file.
Source: ISO/IEC 14496-12, sections 8.11.3 and 8.11.6; 23008-12, section 9.3.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.photo_files.header import damaged

MOST_ITEMS = 4000  # 48 megapixels in an iPhone's tiles are 192 items, with previews and depth some 400
MOST_EXTENTS = 20_000

Extent = tuple[int, int]  # where in the file, how many bytes


@dataclass(frozen=True)
class Items:
    """kinds: "hvc1", "av01", "grid", "Exif" … by item. extents: where their bytes are."""

    kinds: Mapping[int, bytes]
    extents: Mapping[int, tuple[Extent, ...]]

    @property
    def end(self) -> int:
        """Behind the last byte of any item."""
        return max((at + length for places in self.extents.values() for at, length in places), default=0)

    def bytes_of(self, item: int, data: bytes) -> bytes:
        """What a decoder reads of an item."""
        return b"".join(data[at : at + length] for at, length in self.extents.get(item, ()))


class _Numbers:
    """Unsigned numbers one after the other, the first byte the highest. Errors: PhotoError at the end."""

    def __init__(self, data: bytes, kind: str) -> None:
        self._data, self._at, self._kind = data, 0, kind

    def read(self, size: int) -> int:
        if self._at + size > len(self._data):
            raise damaged(self._kind)
        self._at += size
        return int.from_bytes(self._data[self._at - size : self._at], "big")


def kinds_of(entries: Iterator[bytes], kind: str) -> dict[int, bytes]:
    """By item, from the `infe` boxes of `iinf`; the oldest of them name none."""
    kinds = {}
    for entry in entries:
        numbers = _Numbers(entry, kind)
        version = numbers.read(4) >> 24
        if version >= 2:
            item = numbers.read(2 if version == 2 else 4)
            numbers.read(2)
            kinds[item] = numbers.read(4).to_bytes(4, "big")
        if len(kinds) > MOST_ITEMS:
            raise damaged(kind)
    return kinds


def extents_of(iloc: bytes, idat: int, size: int, kind: str) -> dict[int, tuple[Extent, ...]]:
    """By item. idat: where the content of that box begins; size: of the file.

    Errors: PhotoError for a box that ends early, and where all extents together are larger than two files.
    """
    numbers = _Numbers(iloc, kind)
    version = numbers.read(4) >> 24
    sizes = numbers.read(2)
    of_offset, of_length, of_base, of_index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    if version > 2 or not {of_offset, of_length, of_base, of_index} <= {0, 4, 8}:
        raise damaged(kind)
    found: dict[int, tuple[Extent, ...]] = {}
    count = total = 0
    items = numbers.read(4 if version == 2 else 2)
    if items > MOST_ITEMS:
        raise damaged(kind)
    for _ in range(items):
        item = numbers.read(4 if version == 2 else 2)
        method = numbers.read(2) & 15 if version else 0
        numbers.read(2)
        base = numbers.read(of_base) + (idat if method == 1 else 0)
        places = []
        for _ in range(numbers.read(2)):
            if version:
                numbers.read(of_index)
            start, length = base + numbers.read(of_offset), numbers.read(of_length)
            length = length or max(0, size - start)
            places.append((start, length))
            count, total = count + 1, total + length
            if count > MOST_EXTENTS or total > 2 * size:
                raise damaged(kind)
        if method > 1:  # of another item's bytes
            raise damaged(kind)
        found[item] = found.get(item, ()) + tuple(places)
    return found


def properties_of(ipma: bytes, kind: str) -> dict[int, tuple[int, ...]]:
    """By item: which properties it has, as places in `ipco`, counted from 1. Errors: PhotoError as above."""
    if not ipma:
        return {}
    numbers = _Numbers(ipma, kind)
    head = numbers.read(4)
    wide, long = (head & 1) + 1, 4 if head >> 24 else 2
    found, total = dict[int, tuple[int, ...]](), 0
    for _ in range(numbers.read(4)):
        item, count = numbers.read(long), numbers.read(1)
        total += 1 + count
        if total > MOST_EXTENTS:
            raise damaged(kind)
        some = (numbers.read(wide) & (0x7FFF if wide == 2 else 0x7F) for _ in range(count))
        found[item] = found.get(item, ()) + tuple(some)
    return found
