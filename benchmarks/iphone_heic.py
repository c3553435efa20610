"""A HEIC in the form in which an iPhone writes it: a grid of tiles, turned by a box, with a thumbnail; and
with the newer ones' maps of what a better screen shows brighter and of what is near, where one asks for them.

Pillow's HEIC plugin encodes a picture in one piece, which no phone does: its decoder then works on one core,
and a reader of headers never meets a tile. Here it encodes the tiles, and the boxes about them are written
by hand: `ftyp`, `meta` with the items (tiles, grid, thumbnail, Exif, maps), their properties, places, `mdat`.

Source: ISO/IEC 14496-12 (boxes), 23008-12 (items, `grid`, `irot`), 14496-15 (`hvcC`).
"""

import io
import struct
from collections.abc import Iterator

import pillow_heif
from PIL import Image

GRID, SMALL, EXIF, XMP, TONES, FIRST_MAP, FIRST_TILE = 1, 2, 3, 4, 5, 6, 10  # numbers of the items
MAPS = {  # what each is, and how many times smaller than the photo
    "urn:com:apple:photo:2020:aux:hdrgainmap": 2,
    "urn:mpeg:hevc:2015:auxid:2": 5,  # depth
}


def iphone_heic(
    stored: Image.Image,
    turns: int = 0,
    exif: bytes = b"",
    *,
    tile: int = 512,
    quality: int = 60,
    maps: bool = False,
) -> bytes:
    """The file of a picture that lies as the sensor did; `turns` quarters against the clock bring it upright.

    exif: what Image.Exif.tobytes() gives. Its orientation says the same as the turns in an iPhone's file, and
    readers must not follow both. maps: with MAPS, the tone map that iOS 18 makes of the first, and XMP.
    """
    columns, rows = -(-stored.width // tile), -(-stored.height // tile)
    whole = Image.new("RGB", (columns * tile, rows * tile))
    whole.paste(stored)
    places = [(x * tile, y * tile) for y in range(rows) for x in range(columns)]
    tiles = [_encoded(whole.crop((x, y, x + tile, y + tile)), quality) for x, y in places]
    thumbnail = stored.resize((320, 240))
    small = _encoded(thumbnail, quality)
    assert len({config for config, _ in tiles}) == 1, "tiles share their parameters"
    grid = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, stored.width, stored.height)
    numbers = range(FIRST_TILE, FIRST_TILE + len(tiles))
    contents = {GRID: grid, SMALL: small[1], EXIF: struct.pack(">I", 0) + exif}
    contents |= {number: data for number, (_, data) in zip(numbers, tiles, strict=True)}

    entries = [_item(GRID, b"grid"), _item(SMALL, b"hvc1"), _item(EXIF, b"Exif", hidden=True)]
    entries += [_item(number, b"hvc1", hidden=True) for number in numbers]
    properties = [  # counted from 1
        _box(b"hvcC", tiles[0][0]),
        _full(b"ispe", struct.pack(">II", tile, tile)),
        _full(b"ispe", struct.pack(">II", *stored.size)),
        _box(b"irot", bytes([turns % 4])),
        _full(b"pixi", b"\3\10\10\10"),
        _box(b"hvcC", small[0]),
        _full(b"ispe", struct.pack(">II", *thumbnail.size)),
    ]
    if maps:
        entries.append(_item(XMP, b"mime", hidden=True, after=b"application/rdf+xml\0"))
        entries.append(_item(TONES, b"tmap"))
        contents |= {XMP: b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", TONES: bytes(62)}
    essential = 0x80
    of_items = {GRID: [3, 5, 4 | essential], SMALL: [6 | essential, 7, 5, 4 | essential]}
    of_items |= {number: [1 | essential, 2, 5] for number in numbers}
    references = [(b"dimg", GRID, list(numbers)), (b"thmb", SMALL, [GRID]), (b"cdsc", EXIF, [GRID])]
    if maps:
        references += [(b"cdsc", XMP, [GRID]), (b"dimg", TONES, [GRID, FIRST_MAP])]
        of_items[TONES] = [3, 5, 4 | essential]
        for number, (urn, smaller) in enumerate(MAPS.items(), start=FIRST_MAP):
            of_map = stored.convert("L").resize((stored.width // smaller, stored.height // smaller))
            config, contents[number] = _encoded(of_map, quality)
            entries.append(_item(number, b"hvc1", hidden=True))
            own = len(properties) + 1
            properties += [
                _box(b"hvcC", config),
                _full(b"ispe", struct.pack(">II", *of_map.size)),
                _full(b"auxC", urn.encode() + b"\0"),
                _full(b"pixi", b"\1\10"),
            ]
            of_items[number] = [own | essential, own + 1, own + 2 | essential, own + 3, 4 | essential]
            references.append((b"auxl", number, [GRID]))
    associations = b"".join(
        struct.pack(">HB", number, len(those)) + bytes(those) for number, those in sorted(of_items.items())
    )
    told = [
        _full(b"hdlr", struct.pack(">I4s12x", 0, b"pict") + b"\0"),
        _full(b"pitm", struct.pack(">H", GRID)),
        _full(b"iinf", struct.pack(">H", len(entries)) + b"".join(entries)),
        _full(
            b"iref",
            b"".join(
                _box(name, struct.pack(f">HH{len(to)}H", item, len(to), *to)) for name, item, to in references
            ),
        ),
        _box(
            b"iprp",
            _box(b"ipco", b"".join(properties))
            + _full(b"ipma", struct.pack(">I", len(of_items)) + associations),
        ),
    ]
    brands = _box(b"ftyp", b"heic" + struct.pack(">I", 0) + b"mif1MiHBMiHEMiPrmiafheic")

    def meta(first: int) -> bytes:
        """With places counted from the byte where the contents begin."""
        places = b""
        for number, content in contents.items():
            places += struct.pack(">HHHII", number, 0, 1, first, len(content))
            first += len(content)
        iloc = _full(b"iloc", b"\x44\x00" + struct.pack(">H", len(contents)) + places)
        return _full(b"meta", b"".join([*told, iloc]))

    begin = len(brands) + len(meta(0)) + 8
    return brands + meta(begin) + _box(b"mdat", b"".join(contents.values()))


def _encoded(picture: Image.Image, quality: int) -> tuple[bytes, bytes]:
    """The decoder's configuration (`hvcC`) and the coded picture, out of a HEIC of one piece."""
    buffer = io.BytesIO()
    pillow_heif.from_pillow(picture).save(buffer, quality=quality)
    data = buffer.getvalue()
    meta = next(content for name, content in _boxes(data) if name == b"meta")[4:]
    inside = dict(_boxes(meta))
    config = dict(_boxes(dict(_boxes(inside[b"iprp"]))[b"ipco"]))[b"hvcC"]
    return config, next(content for name, content in _boxes(data) if name == b"mdat")


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], data[at + 8 : at + length]
        at += length


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


def _full(name: bytes, content: bytes, version: int = 0, flags: int = 0) -> bytes:
    return _box(name, struct.pack(">I", version << 24 | flags) + content)


def _item(number: int, kind: bytes, hidden: bool = False, after: bytes = b"") -> bytes:
    content = struct.pack(">HH", number, 0) + kind + b"\0" + after
    return _full(b"infe", content, version=2, flags=int(hidden))
