"""JPEG: a chain of segments FF xx length …, then scans of compressed pixels, then FF D9.

Kept for the decoder: tables, frame and scans, the start of JFIF and Adobe segments (it says how colours are
stored). Dropped: EXIF (its orientation is read here), thumbnails, JFIF's own too, comments, and what follows
the first picture (an MPO file's second eye, a phone's short film).
Some senders lose FF D9, and viewers show the picture all the same: it counts as whole if its scans bring
every number, and if what would follow the last of them changes no pixel (decode.py tries it). Where FF D9
stands and the frame claims more rows than the scans bring, a decoder makes them grey, and the same is tried.
Source: ITU-T T.81 annex B.
"""

import re
from dataclasses import replace

from core.photo_files.header import MAX_PROFILE, MEGA, Header, PhotoError, damaged, truncated
from core.photo_files.tiff import orientation

MAX_SEGMENTS = 10_000
# Encoders write 10 scans, of inks 18; each, however short, visits every pixel.
MAX_SCANS, USUAL_SCANS, MAX_VISITS = 64, 18, 1000 * MEGA
_FRAMES = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}  # Huffman or arithmetic, sequential or progressive
_UNUSUAL_FRAMES = {0xC3, 0xC5, 0xC6, 0xC7, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7}  # lossless and hierarchical
_BETWEEN_SCANS = {0xC4, 0xCC, 0xDA, 0xDB, 0xDC, 0xDD, 0xFE, *range(0xE0, 0xF0)}
_MARKER = re.compile(rb"\xff[^\xff]")  # any number of FF may precede a marker
# FF 00 is a data byte, FF D0–D7 a restart inside a scan
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_END = b"\xff\xd9"
_SAYS = 12  # bytes of a JFIF or an Adobe segment that say anything of the pixels
# Bits for a decoder that still lacks some, which would take zeros otherwise: the first is a one, and they
# spell what most tables know.
_OTHER_BITS = b"\x9d\x2b\x64\xe3\x58\xca\x17\xb6" * 32


def read(data: bytes) -> Header:
    """The header of a JPEG. Errors: PhotoError where it is damaged, cut off, too large or rare."""
    kept, profile = [b"\xff\xd8"], {}
    frame: tuple[int, bytes] | None = None
    exif, adobe = b"", False
    at = 2
    for _ in range(MAX_SEGMENTS):
        found = _MARKER.search(data, at)
        if found is None or found.end() + 2 > len(data):
            raise truncated("JPEG")
        at = found.end() - 1
        marker = data[at]
        if marker in (0x00, 0x01, 0xD8) or 0xD0 <= marker <= 0xD7:  # these have no length
            at += 1
            continue
        if marker == 0xD9:
            raise damaged("JPEG")  # the end, and no picture came
        end = at + 1 + int.from_bytes(data[at + 1 : at + 3], "big")
        if end > len(data):
            raise truncated("JPEG")
        segment = data[at + 3 : end]
        if marker == 0xDA:
            break
        if marker in _UNUSUAL_FRAMES or (marker in _FRAMES and segment[:1] == b"\x0c"):  # of 12 bits
            raise PhotoError(
                "This JPEG is of a rare, scientific kind; save it as an ordinary JPEG or as PNG."
            )
        if marker in _FRAMES:
            if frame is not None or len(segment) < 6:
                raise damaged("JPEG")
            frame = (marker, segment)
        elif marker == 0xE1 and segment.startswith(b"Exif\0\0"):
            exif = exif or segment  # viewers hear the first block, however many there are
        elif marker == 0xE2 and segment.startswith(b"ICC_PROFILE\0"):
            profile[segment[12:13]] = segment[14:]  # the profile comes in numbered pieces
        if marker == 0xE0 and segment.startswith(b"JFIF\0"):
            no_thumbnail = bytes(len(segment[_SAYS : _SAYS + 2]))  # its width and height, which come next
            kept.append(_segment(marker, segment[:_SAYS] + no_thumbnail))
        elif marker == 0xEE and segment.startswith(b"Adobe"):
            adobe = True
            kept.append(_segment(marker, segment[:_SAYS]))
        elif not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            kept.append(data[at - 1 : end])
        at = end
    else:
        raise damaged("JPEG")
    if frame is None or not segment:
        raise damaged("JPEG")
    kind, shape = frame
    height, width = int.from_bytes(shape[1:3], "big"), int.from_bytes(shape[3:5], "big")
    icc = b"".join(profile[number] for number in sorted(profile))
    colours = shape[5]
    line_by_line = kind in (0xC0, 0xC1) and segment[0] == colours  # one scan with all colours in it
    header = Header(
        kind="JPEG",
        width=width,
        height=height,
        data=b"",
        orientation=orientation(exif),
        icc=icc if 0 < len(icc) <= MAX_PROFILE else None,
        # Adobe's programs store 255 − ink and say so; decoders assume it of every CMYK file.
        inverted=colours == 4 and not adobe,
    ).check("JPEG" if line_by_line else "progressive JPEG")
    scans = min(MAX_SCANS, max(USUAL_SCANS, MAX_VISITS // (width * height)))
    begin = at - 1
    last, heads, doubted = _end_of_picture(data, end, scans)
    if last is None and not _complete([segment, *heads], shape[6::3]):
        raise truncated("JPEG")
    whole = data[begin:last] if last else data[begin:].rstrip(b"\xff") + _END
    moved = sum(map(len, kept)) - begin
    scan = doubted[0] + moved, min(doubted[1] + moved, begin + moved + len(whole) - len(_END))
    return replace(header, data=b"".join([*kept, whole]), cut=last is None, scan=scan)


def _segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + (2 + len(content)).to_bytes(2, "big") + content


def _end_of_picture(data: bytes, at: int, most: int) -> tuple[int | None, list[bytes], tuple[int, int]]:
    """(the place after FF D9, the heads of all scans but the first, where the numbers of the first one are).

    Where a scan is followed by nothing: None, and where the numbers of that scan are.
    Errors: PhotoError where the file ends within anything else.
    """
    scans: list[bytes] = []
    first: tuple[int, int] | None = None
    for _ in range(MAX_SEGMENTS):
        found = _NEXT_MARKER.search(data, at)
        if found is None:
            if at >= len(data):
                raise truncated("JPEG")
            return None, scans, (at, len(data))
        first = first or (at, found.start())
        marker, at = data[found.end() - 1], found.end()
        if marker == 0xD9:
            return at, scans, first
        if marker == 0xDA:
            scans.append(data[at + 2 : at + int.from_bytes(data[at : at + 2], "big")])
        if len(scans) >= most:
            raise PhotoError(
                f"This JPEG is drawn in more than {most} passes, too many for its size; save it as an "
                "ordinary JPEG or as PNG."
            )
        if marker in _BETWEEN_SCANS:
            at += int.from_bytes(data[at : at + 2], "big")
    raise damaged("JPEG")


def _complete(scans: list[bytes], colours: bytes) -> bool:
    """Whether these scans bring every bit of the 64 numbers of a block, of every colour.

    A scan's head: how many colours, two bytes for each, the first and the last of the numbers, and in the low
    half of the last byte how many bits of them are left to later scans.
    """
    done = set[tuple[int, int]]()
    for scan in scans:
        if not scan or len(scan) < 4 + 2 * scan[0]:
            return False
        first, last, bits = scan[1 + 2 * scan[0] : 4 + 2 * scan[0]]
        if bits & 15 == 0:
            done |= {(colour, i) for colour in scan[1 : 1 + 2 * scan[0] : 2] for i in range(first, last + 1)}
    return done >= {(colour, i) for colour in colours for i in range(64)}


def with_other_end(header: Header) -> bytes:
    """Its data with other bits behind the scan that may lack some, also where a restart is due next.

    A picture that lacks none stays the same.
    """
    data, (begin, end) = header.data, header.scan
    places = [data.rfind(bytes([0xFF, 0xD0 + i]), begin, end) for i in range(8)]
    due = (places.index(max(places)) + 1) % 8 if max(places) >= 0 else 0
    return b"".join([data[:end], _OTHER_BITS, bytes([0xFF, 0xD0 + due]), _OTHER_BITS, data[end:]])
