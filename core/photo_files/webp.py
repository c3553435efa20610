"""WebP: RIFF chunks of name, length, data. The first has the canvas' size, others EXIF and the profile.

Source: RFC 9649.
"""

from dataclasses import replace

from core.photo_files.header import MAX_PROFILE, Header, damaged, on_paper, truncated
from core.photo_files.tiff import orientation

MAX_CHUNKS = 10_000  # a frame of an animation has one or two


def read(data: bytes) -> Header:
    """The header of a WebP file. Errors: PhotoError where it is damaged, cut off, too large or rare."""
    whole = 8 + _number(data[4:8])
    if whole > len(data) or len(data) < 30:
        raise truncated("WebP", whole, len(data))
    exif, icc, part, at = b"", None, None, 12
    bare = data[12:16] == b"VP8X" and data[20] & 0x12 == 0x02  # an animation without alpha
    for _ in range(MAX_CHUNKS):
        if at + 8 > whole:
            break
        name, length = data[at : at + 4], _number(data[at + 4 : at + 8])
        if name == b"EXIF":
            exif = exif or data[at + 8 : at + 8 + length]  # the first block, as in a JPEG
        elif name == b"ICCP" and length <= MAX_PROFILE:
            icc = data[at + 8 : at + 8 + length]
        elif name == b"ANMF" and bare and part is None:
            left, top, width, height = (_number(data[at + 8 + i : at + 11 + i]) for i in (0, 3, 6, 9))
            part = 2 * left, 2 * top, 2 * left + width + 1, 2 * top + height + 1
        at += 8 + length + length % 2
    header = Header("WebP", *_canvas(data[12:30]), data[:whole], orientation(exif), icc).check()
    if part is None or part[2] > header.width or part[3] > header.height:
        return header
    paper = on_paper(header.width, header.height, (*part[:2], part[2] - part[0], part[3] - part[1]))
    return replace(header, part=part if paper else None, paper=paper)


def _canvas(chunk: bytes) -> tuple[int, int]:
    """(width, height) from the first chunk: lossy, lossless or extended (with alpha, animation, profile)."""
    if chunk.startswith(b"VP8 ") and chunk[11:14] == b"\x9d\x01\x2a":
        return _number(chunk[14:16]) & 0x3FFF, _number(chunk[16:18]) & 0x3FFF
    if chunk.startswith(b"VP8L") and chunk[8] == 0x2F:
        bits = _number(chunk[9:13])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk.startswith(b"VP8X"):
        return _number(chunk[12:15]) + 1, _number(chunk[15:18]) + 1
    raise damaged("WebP")


def _number(field: bytes) -> int:
    return int.from_bytes(field, "little")
