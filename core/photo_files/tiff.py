"""TIFF: directories of tags (number, type, count, value or its place). EXIF is a TIFF inside other formats.

The decoder gets the same bytes with a directory of our own at the end, which holds only checked tags that
describe pixels; nothing points to the original one any more, with its EXIF, previews and whatever else.
Source: Adobe's TIFF 6.0.
"""

import struct
from collections.abc import Iterator

from core.photo_files.header import EXPORT, MAX_PROFILE, MEGA, Header, PhotoError, damaged, rare, truncated

_SIZES = dict(enumerate((1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8), start=1))  # bytes of a value, by type
_LETTERS = {1: "B", 3: "H", 4: "I"}
WIDTH, HEIGHT, COMPRESSION, PHOTOMETRIC, ORIENTATION, PROFILE = 256, 257, 259, 262, 274, 34675
BITS, PLANES, PREDICTOR, FORMAT = 258, 284, 317, 339
UNSIGNED = 1  # of FORMAT: whole numbers without a sign
SAMPLES, STRIPS, STRIP_BYTES, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES = 277, 273, 279, 322, 323, 324, 325
FILL_ORDER, ROWS_PER_STRIP, T4_OPTIONS, T6_OPTIONS = 266, 278, 292, 293
PALETTE, EXTRA_SAMPLES, JPEG_TABLES, SUBSAMPLING = 320, 338, 347, 530
_ONE_VALUE = {
    *(WIDTH, HEIGHT, COMPRESSION, PHOTOMETRIC, FILL_ORDER, SAMPLES, ROWS_PER_STRIP, PLANES),
    *(T4_OPTIONS, T6_OPTIONS, PREDICTOR, TILE_WIDTH, TILE_HEIGHT),
}
_RAW_MARKS = {50706, 33421, 33422}  # a camera's raw file: DNG version, colour filter array
SUBFILE, SUB_DIRECTORIES = 254, 330  # what the picture is, bit 0: a smaller copy of another; more directories
_COMPRESSIONS = {1, 5, 7, 8, 32773, 32946}  # none, LZW, JPEG, deflate, PackBits; no fax: that is for text
MAX_TAGS, MAX_SAMPLES, MAX_TILE = 1000, 6, 16 * MEGA
MAX_TILES = 80 * MEGA  # pixels of all tiles: what lies outside of the picture is unpacked, too
MAX_PIECES = 100_000  # strips or tiles: at worst a strip for each row of each colour is written
_MANY_VALUES = {  # and how many at most: a decoder unpacks them all, into far more than a file's bytes
    **dict.fromkeys((STRIPS, STRIP_BYTES, TILES, TILE_BYTES), MAX_PIECES),
    **dict.fromkeys((BITS, EXTRA_SAMPLES, FORMAT, SUBSAMPLING), 16),  # depth, alpha, … of each sample
    PALETTE: 3 << 16,
    JPEG_TABLES: 1 << 16,
}
_PREFIX = b"Exif\0\0"  # of an EXIF block in a JPEG
_KEPT = _ONE_VALUE | _MANY_VALUES.keys()

Tag = tuple[int, int, memoryview]  # type, count, the value's bytes, which many tags may share: no copies


def read(data: bytes) -> Header:
    """The header of a TIFF. Errors: PhotoError where it is damaged, cut off, too large or rare."""
    order = "<" if data.startswith(b"II") else ">"
    tags = dict(_directory(data, order, strict=True))
    filtered = _one(tags, PHOTOMETRIC, order, 1) in (32803, 34892)
    # Nikon's raw files begin with a picture of 160 × 120, and say that the whole one is elsewhere.
    previewed = SUB_DIRECTORIES in tags and bool(_one(tags, SUBFILE, order, 0) & 1)
    if _RAW_MARKS & tags.keys() or data[8:10] == b"CR" or filtered or previewed:
        raise PhotoError(f"This is a camera's raw file; develop it, {EXPORT}.")
    if _one(tags, COMPRESSION, order, 1) not in _COMPRESSIONS:
        raise PhotoError(f"This TIFF picture is compressed in a rare way; {EXPORT}.")
    width, height = _one(tags, WIDTH, order), _one(tags, HEIGHT, order)
    if any(number in tags and tags[number][1] > most for number, most in _MANY_VALUES.items()):
        raise damaged("TIFF")
    Header("TIFF", width, height, b"").check()
    _check_numbers(tags, order)
    _check_pieces(data, tags, order)
    turn = _one(tags, ORIENTATION, order, 1)
    icc = tags[PROFILE][2] if PROFILE in tags else b""
    kept = {number: tag for number, tag in tags.items() if number in _KEPT}
    return Header(
        kind="TIFF",
        width=width,
        height=height,
        data=_with_directory(data, kept, order),
        orientation=turn if 1 <= turn <= 8 else 1,
        icc=bytes(icc) if 0 < len(icc) <= MAX_PROFILE else None,
    )


def orientation(exif: bytes) -> int:
    """1 to 8: how the camera was held, from an EXIF block; 1 (upright) if it does not say or is garbage.

    JPEG's prefix in front is passed over: it is also written where it does not belong, and twice.
    """
    exif = exif.removeprefix(_PREFIX).removeprefix(_PREFIX)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    for number, tag in _directory(exif, order, strict=False):
        if number == ORIENTATION:
            kind, amount, raw = tag
            turn = struct.unpack_from(order + _LETTERS[kind], raw)[0] if kind in _LETTERS and amount else 1
            return turn if 1 <= turn <= 8 else 1
    return 1


def _directory(data: bytes, order: str, strict: bool) -> Iterator[tuple[int, Tag]]:
    """(number, tag) of the first directory. Tags that leave the file: PhotoError if strict, else left out."""
    if len(data) < 8:
        if strict:
            raise truncated("TIFF")
        return
    (at,) = struct.unpack_from(order + "I", data, 4)
    whole = memoryview(data)
    count = int.from_bytes(data[at : at + 2], "little" if order == "<" else "big")
    if strict and (at < 8 or at + 2 + 12 * count > len(data)):
        raise truncated("TIFF")
    if strict and not 0 < count <= MAX_TAGS:
        raise damaged("TIFF")
    for entry in range(at + 2, at + 2 + 12 * min(count, MAX_TAGS), 12):
        if entry + 12 > len(data):
            return
        number, kind, amount = struct.unpack_from(order + "HHI", data, entry)
        size = _SIZES.get(kind, 0) * amount
        (place,) = struct.unpack_from(order + "I", data, entry + 8)
        start = entry + 8 if size <= 4 else place
        if start + size <= len(data):
            yield number, (kind, amount, whole[start : start + size])
        elif strict and number in _KEPT:
            raise truncated("TIFF", start + size, len(data))


def _values(tag: Tag, order: str) -> tuple[int, ...]:
    kind, amount, raw = tag
    return struct.unpack(f"{order}{amount}{_LETTERS[kind]}", raw) if kind in _LETTERS else ()


def _one(tags: dict[int, Tag], number: int, order: str, default: int | None = None) -> int:
    """The value of a tag that must have exactly one, or the default where it is absent."""
    if number not in tags and default is not None:
        return default
    values = _values(tags[number], order) if number in tags and tags[number][1] == 1 else ()
    if len(values) != 1:
        raise damaged("TIFF")
    return values[0]


def _check_numbers(tags: dict[int, Tag], order: str) -> None:
    """Depths and orders that decoders get wrong without a word, such as 12 bits or white as 0 in 16 bits."""
    bits = set(_values(tags[BITS], order)) if BITS in tags else {1}
    form = set(_values(tags[FORMAT], order)) if FORMAT in tags else {UNSIGNED}
    samples = _one(tags, SAMPLES, order, 1)
    white_is_0 = _one(tags, PHOTOMETRIC, order, 1) == 0
    apart = _one(tags, PLANES, order, 1) != 1 and samples > 1
    if not bits <= {1, 2, 4, 8, 16, 32} or (max(bits, default=8) > 8 and (white_is_0 or apart)):
        raise rare("TIFF")
    if bits == {32} and (form == {UNSIGNED} or _one(tags, PREDICTOR, order, 1) == 3):
        raise rare("TIFF")


def _check_pieces(data: bytes, tags: dict[int, Tag], order: str) -> None:
    """The pixels lie in strips or in tiles: all of them must lie inside the file, and be of a sane size."""
    places, sizes = (TILES, TILE_BYTES) if TILES in tags else (STRIPS, STRIP_BYTES)
    if places not in tags or sizes not in tags:
        raise damaged("TIFF")
    if tags[places][1] != tags[sizes][1]:
        raise damaged("TIFF")
    starts, lengths = _values(tags[places], order), _values(tags[sizes], order)
    end = max((start + length for start, length in zip(starts, lengths, strict=False)), default=0)
    if end > len(data):
        raise truncated("TIFF", end, len(data))
    if not starts or len(starts) != len(lengths):
        raise damaged("TIFF")
    if sum(lengths) > 2 * len(data):  # the same bytes again and again
        raise damaged("TIFF")
    if places == TILES:
        across, down = _one(tags, TILE_WIDTH, order), _one(tags, TILE_HEIGHT, order)
        if not 0 < across * down <= MAX_TILE:
            raise damaged("TIFF")
        needed = -(-_one(tags, WIDTH, order) // across) * -(-_one(tags, HEIGHT, order) // down)
        if needed * across * down > MAX_TILES or len(starts) > needed * MAX_SAMPLES:
            raise damaged("TIFF")
    if any(number in tags and tags[number][1] != 1 for number in _ONE_VALUE):
        raise damaged("TIFF")
    if _one(tags, SAMPLES, order, 1) > MAX_SAMPLES:
        raise damaged("TIFF")


def _with_directory(data: bytes, tags: dict[int, Tag], order: str) -> bytes:
    """The file with a new directory appended, and its header pointing there."""
    padding = b"\0" * (len(data) % 2)
    start = len(data) + len(padding)
    values_at = start + 2 + 12 * len(tags) + 4
    entries, values = [], []
    for number, (kind, amount, raw) in sorted(tags.items()):
        if len(raw) <= 4:
            entries.append(struct.pack(order + "HHI", number, kind, amount) + bytes(raw).ljust(4, b"\0"))
        else:
            entries.append(struct.pack(order + "HHII", number, kind, amount, values_at))
            values.append(bytes(raw) + b"\0" * (len(raw) % 2))
            values_at += len(values[-1])
    directory = struct.pack(order + "H", len(tags)) + b"".join(entries) + struct.pack(order + "I", 0)
    return b"".join([data[:4], struct.pack(order + "I", start), data[8:], padding, directory, *values])
