"""HEIF (HEIC, AVIF): boxes of length, name, content; `meta` describes the items, `ispe` says their sizes.

The item "Exif" is renamed: these formats turn their pictures by boxes of their own (`irot`, `imir`), and
EXIF's word on it must not be heard too. A large picture behind a small `ispe` is stopped by libheif; libavif
would scale it, so the size that AV1 itself names is read here (core/photo_files/av1.py), and of a sequence of
pictures only the still one is left. Items that share their bytes: core/photo_files/heif_items.py.
What follows the last whole box, a sender's padding or a phone's trailer, is dropped if no item is in it.
Source: ISO/IEC 14496-12 and 23008-12.
"""

from collections.abc import Iterator
from dataclasses import replace

from core.photo_files.av1 import largest_frame
from core.photo_files.colours import coded
from core.photo_files.header import EXPORT, MEGA, OTHER_FILE, Header, PhotoError, damaged, truncated
from core.photo_files.heif_items import Items, extents_of, kinds_of, properties_of

_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1", b"mif2"}
_AVIF = {b"avif", b"avis"}
_SOUND = (b"M4A ", b"M4B ")
_VIDEO = (b"qt  ", b"iso", b"mp4", b"mp7", b"avc1", b"M4V", b"MSNV", b"3gp", b"3g2", b"dash", b"XAVC")
MAX_BOXES = 100_000
MAX_PROFILES = 256 * MEGA  # bytes of the largest profile times the items, each of which may have it

Box = tuple[bytes, int, int]  # name, where its content starts, where it ends


def read(data: bytes) -> Header:
    """The header of a HEIC or an AVIF. Errors: PhotoError where it is damaged, cut off, too large or rare."""
    brands = _brands(data)
    kind = "AVIF" if _AVIF & brands else "HEIC"
    if not (_AVIF | _HEIC) & brands:
        if b"crx " in brands:
            raise PhotoError(f"This is a camera's raw file; develop it, {EXPORT}.")
        if data.startswith(_SOUND, 8):
            raise PhotoError(f"This is a sound recording, not a photo; {OTHER_FILE}.")
        if any(brand.startswith(_VIDEO) for brand in brands):
            raise PhotoError(
                "This is a video, not a photo; take a screenshot of a moment with a ball and choose that."
            )
        raise PhotoError(f"This is a file of an unknown kind, not a photo; {OTHER_FILE}.")
    outer, broken = _whole_boxes(data, kind)
    if broken is not None and not {b"meta", b"mdat"} <= {name for name, _, _ in outer}:
        raise broken
    start, end = _find(b"meta", outer, kind)
    inside = list(_boxes(data, start + 4, end, kind))
    properties = list(_boxes(data, *_find(b"iprp", inside, kind), kind))
    container = list(_boxes(data, *_find(b"ipco", properties, kind), kind))
    sizes = [
        (int.from_bytes(data[at + 4 : at + 8], "big"), int.from_bytes(data[at + 8 : at + 12], "big"))
        for name, at, _ in container
        if name == b"ispe"
    ]
    if not sizes:
        raise damaged(kind)
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    limit = "10-bit HEIC" if _is_deep(data, container) else kind
    icc = _colours(data, inside, properties, container, kind)
    header = Header(kind, width, height, b"", icc=icc).check(limit)
    items = _items(data, inside, kind)
    if broken is not None:
        if items.end > outer[-1][2]:
            raise broken
        data = data[: outer[-1][2]]
    profile = max((end - at for name, at, end in container if name == b"colr"), default=0)
    if profile * max(1, len(items.kinds)) > MAX_PROFILES:
        raise damaged(kind)
    if kind == "AVIF":
        _check_frames(data, items, header)
        data = _still(data)
    names = _find(b"iinf", inside, kind)
    renamed = data[names[0] : names[1]].replace(b"Exif", b"free")
    return replace(header, data=data[: names[0]] + renamed + data[names[1] :])


def _items(data: bytes, inside: list[Box], kind: str) -> Items:
    start, end = _find(b"iinf", inside, kind)
    first = start + (6 if data[start : start + 1] == b"\0" else 8)  # version, flags, and how many there are
    entries = (data[at:to] for name, at, to in _boxes(data, first, end, kind) if name == b"infe")
    idat = next((at for name, at, _ in inside if name == b"idat"), 0)
    at, to = _find(b"iloc", inside, kind)
    return Items(kinds_of(entries, kind), extents_of(data[at:to], idat, len(data), kind))


def _is_deep(data: bytes, container: list[Box]) -> bool:
    """Whether the first of a HEIC's pictures, the photo or a tile of it, has more than 8 bits a number."""
    at = next((at for name, at, _ in container if name == b"hvcC"), len(data))
    return any(byte & 7 for byte in data[at + 17 : at + 19])  # bits above 8, of brightness and of colour


def _colours(
    data: bytes, inside: list[Box], properties: list[Box], container: list[Box], kind: str
) -> bytes | None:
    """The profile that the picture's colours are numbered by, where it brings none of its own."""
    at, to = next(((at, to) for name, at, to in inside if name == b"pitm"), (0, 0))
    shown = int.from_bytes(data[at + 4 : to], "big")  # the item that is the picture
    at, to = next(((at, to) for name, at, to in properties if name == b"ipma"), (0, 0))
    places = properties_of(data[at:to], kind).get(shown, ())
    of_it = [container[place - 1] for place in places if 0 < place <= len(container)]
    said = [data[at:to] for name, at, to in of_it if name == b"colr"]
    if not said or not all(one.startswith(b"nclx") and len(one) >= 8 for one in said):
        return None
    numbers = said[0]
    return coded(int.from_bytes(numbers[4:6], "big"), int.from_bytes(numbers[6:8], "big"))


def _check_frames(data: bytes, items: Items, header: Header) -> None:
    """No picture in the file is larger than the header says. Errors: PhotoError, also where there is none."""
    if b"av01" not in items.kinds.values():
        raise damaged(header.kind)
    if b"grid" in items.kinds.values():
        raise PhotoError(f"This AVIF picture is put together from several; {EXPORT}.")
    for item, kind in items.kinds.items():
        if kind == b"av01":
            width, height = largest_frame(items.bytes_of(item, data))
            if width * height > header.width * header.height:
                raise damaged(header.kind)


def _still(data: bytes) -> bytes:
    """As a file of one picture: of a sequence a decoder would take a frame that nobody has checked."""
    end = min(int.from_bytes(data[:4], "big"), 4096)
    data = data[:8] + data[8:end].replace(b"avis", b"avif") + data[end:]
    for name, start, _ in _boxes(data, 0, len(data), "AVIF"):
        if name == b"moov":
            at = data.rindex(b"moov", 0, start)
            data = data[:at] + b"free" + data[at + 4 :]
    return data


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


def _whole_boxes(data: bytes, kind: str) -> tuple[list[Box], PhotoError | None]:
    """The outermost boxes, up to the first that is none or does not end, and what is wrong with that."""
    found = list[Box]()
    try:
        for box in _boxes(data, 0, len(data), kind):
            found.append(box)
    except PhotoError as broken:
        return found, broken
    return found, None


def _brands(data: bytes) -> set[bytes]:
    """What the first box says the file may be read as: major brand, a version, compatible brands."""
    end = min(int.from_bytes(data[:4], "big"), 4096)
    return {data[at : at + 4] for at in (8, *range(16, end, 4))}


def _find(name: bytes, boxes: list[Box], kind: str) -> tuple[int, int]:
    for found, start, end in boxes:
        if found == name:
            return start, end
    raise damaged(kind)
