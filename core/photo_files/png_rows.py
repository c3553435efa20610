"""Whether all rows of a PNG came: a sender may lose its last bytes, and viewers show it all the same.

    bytes of all rows = Σ over passes of height · (1 + ⌈width · bits / 8⌉)       interlaced: seven passes

A row begins with a byte that names its filter. A decoder leaves rows that did not come at zero, without a
word where the compressed stream has an end of its own. To count the rows takes a fifth of what decoding them
takes: of a large picture, and of a file that is cut, they are counted first.
Source: ISO/IEC 15948, sections 7.2, 8.2 and 11.2.2.
"""

from collections.abc import Iterator

import numpy as np
from PIL import Image
from zlib_ng import zlib_ng  # zlib that unpacks in half the time

_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # numbers of a pixel: grey, colour, palette, each with alpha
# Where a pass begins, x and y, and its steps.
_PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
_PIECE = 1 << 16  # bytes: an unpacker that stops half-way hands the rest of them back, as a copy
_AT_ONCE = 1 << 20  # bytes that it unpacks
_LARGE = 1 << 26  # bytes of rows: 22 megapixels in colour


def may_lack_rows(image: Image.Image) -> bool:
    """Whether a row at the end of a decoded picture is zero: the last, or interlaced the last odd one."""
    end = np.asarray(image.crop((0, max(0, image.height - 2), image.width, image.height)))
    first = end.reshape(*end.shape[:2], -1)[..., 0]  # (1 or 2, width): of each pixel, without alpha
    return not first.any(axis=1).all()


def is_large(data: bytes) -> bool:
    """Of a PNG from its signature on: whether decoding it is long to wait for, should a row be missing."""
    return _bytes_of_rows(data) > _LARGE


def has_all_rows(data: bytes) -> bool:
    """Of a PNG from its signature to its IEND: whether its IDAT chunks unpack to all rows.

    Errors: zlib_ng.error where what is packed breaks before the last row.
    """
    left, unpacker = _bytes_of_rows(data), zlib_ng.decompressobj()
    for packed in _idat(data):
        while packed and left > 0:
            left -= len(unpacker.decompress(packed, min(left, _AT_ONCE)))
            packed = unpacker.unconsumed_tail
    return left <= 0


def _bytes_of_rows(data: bytes) -> int:
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    bits, interlaced = data[24] * _SAMPLES.get(data[25], 4), data[28]
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    return sum(_bytes(len(range(x, width, dx)), len(range(y, height, dy)), bits) for x, y, dx, dy in passes)


def _bytes(width: int, height: int, bits: int) -> int:
    return height * (1 + -(-width * bits // 8)) if width else 0


def _idat(data: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == b"IDAT":
            for start in range(at + 8, end - 4, _PIECE):
                yield data[start : min(start + _PIECE, end - 4)]
        at = end
