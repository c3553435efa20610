"""HEIF (HEIC, AVIF): boxes of length, name, content; `meta` describes the items, `ispe` says their sizes.

The item "Exif" is renamed: these formats turn their pictures by boxes of their own (`irot`, `imir`), and
EXIF's word on it must not be heard too. A file that hides a large picture behind a small `ispe` is stopped
by the decoders, which have their own limits: libheif the claimed size, libavif 268 million pixels.
Source: ISO/IEC 14496-12 and 23008-12.
"""

from collections.abc import Iterator

from core.photo_files.header import EXPORT, Header, PhotoError, damaged, truncated

_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"mif2"}
_AVIF = {b"avif", b"avis"}
_VIDEO = {
    b"qt  ",
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"MSNV",
    b"3gp4",
    b"3gp5",
}
MAX_BOXES = 100_000

Box = tuple[bytes, int, int]  # name, where its content starts, where it ends


def read(data: bytes) -> Header:
    brands = _brands(data)
    kind = "AVIF" if _AVIF & brands else "HEIC"
    if not (_AVIF | _HEIC) & brands:
        if b"crx " in brands:
            raise PhotoError(f"This is a camera's raw file; develop it, {EXPORT}.")
        if _VIDEO & brands:
            raise PhotoError(
                "This is a video, not a photo; take a screenshot of a moment with a ball and choose that."
            )
        raise PhotoError(f"This is a file of an unknown kind, not a photo; {EXPORT}.")
    start, end = _find(b"meta", list(_boxes(data, 0, len(data), kind)), kind)
    inside = list(_boxes(data, start + 4, end, kind))
    properties = _find(b"iprp", inside, kind)
    container = _find(b"ipco", list(_boxes(data, *properties, kind)), kind)
    sizes = [
        (int.from_bytes(data[at + 4 : at + 8], "big"), int.from_bytes(data[at + 8 : at + 12], "big"))
        for name, at, _ in _boxes(data, *container, kind)
        if name == b"ispe"
    ]
    if not sizes:
        raise damaged(kind)
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    items = _find(b"iinf", inside, kind)
    renamed = data[items[0] : items[1]].replace(b"Exif", b"free")
    return Header(kind, width, height, data[: items[0]] + renamed + data[items[1] :]).check()


def _boxes(data: bytes, at: int, end: int, kind: str) -> Iterator[Box]:
    for _ in range(MAX_BOXES):
        if at >= end:
            return
        length, name, content = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], at + 8
        if length == 1:
            length, content = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        elif length == 0:
            length = end - at
        if at + length > len(data):
            raise truncated(kind, at + length, len(data))
        if at + length > end or content > at + length:
            raise damaged(kind)
        yield name, content, at + length
        at += length
    raise damaged(kind)


def _brands(data: bytes) -> set[bytes]:
    """What the first box says the file may be read as: major brand, a version, compatible brands."""
    end = min(int.from_bytes(data[:4], "big"), 4096)
    return {data[at : at + 4] for at in (8, *range(16, end, 4))}


def _find(name: bytes, boxes: list[Box], kind: str) -> tuple[int, int]:
    for found, start, end in boxes:
        if found == name:
            return start, end
    raise damaged(kind)
