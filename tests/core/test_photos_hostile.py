"""What is no photo: refused in one sentence, at once, and without the memory that it asks for."""

import io
import re
import resource
import struct
import sys
import time
import tracemalloc
import warnings
import zipfile
import zlib
from functools import cache

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.photo_files import decode
from core.photo_files.header import MAX_BYTES
from core.photos import Photo, PhotoError, read_photo
from tests.core.forked import forked
from tests.core.photo_corpus import JPEGS, chunk, encode, exif, one_of_each, picture, png, tiff


def refusal(data: bytes) -> str:
    """The sentence with which a file is refused: one, for a person, about nothing but their file."""
    with pytest.raises(PhotoError) as caught:
        read_photo(data)
    sentence = str(caught.value)
    assert sentence.endswith(".") and "\n" not in sentence
    assert ". " not in sentence, "one sentence"
    assert 30 < len(sentence) < 220
    return sentence


def archive(name: str = "photo.jpg") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(name, b"\xff\xd8\xff\xe0" + bytes(500))
    return buffer.getvalue()


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + name + content


SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect/></svg>'

NO_PHOTOS = {
    "nothing": (b"", "empty"),
    "a byte": (b"\x00", "unknown kind"),
    "zeros": (bytes(5000), "unknown kind"),
    "SVG": (SVG, "an SVG drawing"),
    "SVG with a comment in front": (b"<!-- drawn by hand -->\n" + SVG, "an SVG drawing"),
    "SVG in UTF-16": (SVG.decode().encode("utf-16"), "an SVG drawing"),
    "HTML": (b"<!DOCTYPE html><html><body><img src=x onerror=alert(1)></body></html>", "a web page"),
    "text": ("Das ist kein Foto, sondern ein längerer Text.".encode(), "a text"),
    "JSON": (b'{"photo": [1, 2, 3]}', "a text"),
    "renamed zip": (archive(), "a ZIP archive"),
    "Word document": (archive("word/document.xml"), "a ZIP archive"),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(50), "a gzip archive"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(50), "a PDF document"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n", "a PostScript drawing"),
    "Photoshop": (b"8BPS\0\1" + bytes(20), "a Photoshop document"),
    "icon": (encode(picture("RGBA"), "ICO"), "an icon"),
    "PPM": (encode(picture(), "PPM"), "a PPM picture, which cannot be read here; save it"),
    "PGM": (encode(picture("L"), "PPM"), "a PGM picture, which cannot be read here; save it"),
    "OpenEXR": (b"v/1\1\2\0\0\0" + bytes(99), "an OpenEXR picture, which cannot be read here; save it"),
    "Radiance": (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n", "a Radiance picture, which cannot be read here"),
    "icon of a Mac": (b"icns\0\0\1\0" + bytes(248), "an icon"),
    "PNG sent as text": (encode(picture(), "PNG").replace(b"\r\n", b"\n"), "The PNG file is damaged"),
    "TGA": (encode(picture(), "TGA"), "unknown kind"),
    "PCX": (encode(picture(), "PCX"), "unknown kind"),
    "JPEG 2000": (encode(picture(), "JPEG2000"), "a JPEG 2000 picture"),
    "QOI": (b"qoif" + bytes(20), "a QOI picture"),
    "JPEG XL": (b"\xff\x0a" + bytes(50), "a JPEG XL picture, which cannot be read here; save it"),
    "BigTIFF": (b"II+\0\x08\0\0\0" + bytes(20), "a BigTIFF picture"),
    "film": (box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41") + box(b"mdat", bytes(99)), "a video"),
    "film of an iPhone": (box(b"ftyp", b"qt  \0\0\0\0qt  ") + box(b"mdat", bytes(99)), "a video"),
    "film of an old phone": (box(b"ftyp", b"3gp6\0\0\1\0003gp6") + bytes(99), "a video"),
    "film of a shop": (box(b"ftyp", b"M4VH\0\0\0\0") + bytes(99), "a video"),
    "film in pieces": (box(b"ftyp", b"iso8\0\0\0\0") + bytes(99), "a video"),
    "voice memo": (box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom") + bytes(99), "a sound recording"),
    "something in boxes": (box(b"ftyp", b"abcd\0\0\0\0") + bytes(99), "choose a JPEG"),
    "Olympus raw": (b"IIRO\x08\0\0\0" + bytes(99), "a camera's raw file; develop it, save it"),
    "film of Windows": (b"0&\xb2\x75\x8e\x66\xcf\x11" + bytes(99), "a video"),
    "film of a DVD": (b"\0\0\1\xbaD" + bytes(99), "a video"),
    "film of Flash": (b"FLV\1\5\0\0\0\t" + bytes(99), "a video"),
    "JPEG XR": (b"II\xbc\1\x20\0\0\0" + bytes(99), "a JPEG XR picture"),
    "._photo.jpg from a stick": (b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(99), "does not begin with ._"),
    "Nikon raw": (encode(picture(), "TIFF", tiffinfo={254: 1, 330: 8}), "raw file"),
    "AVI": (b"RIFF\x99\0\0\0AVI LIST" + bytes(99), "a video"),
    "sound": (b"RIFF\x99\0\0\0WAVEfmt " + bytes(99), "a sound recording"),
    "program": (b"\x7fELF\x02\x01\x01" + bytes(99), "a program"),
    "Canon raw": (box(b"ftyp", b"crx \0\0\0\1crx isom") + bytes(30), "raw file"),
}


@pytest.mark.parametrize("name", NO_PHOTOS)
def test_what_is_no_photo_is_named(name: str) -> None:
    data, expected = NO_PHOTOS[name]
    assert expected in refusal(data)


def test_a_picture_with_a_smaller_copy_behind_it_is_no_raw_file() -> None:
    data = encode(picture(), "TIFF", tiffinfo={254: 0, 330: 8})
    assert read_photo(data).pixels.shape == (48, 80, 3)


def test_a_strip_of_pixels_has_no_square_in_it() -> None:
    for width, height in [(1, 100_000), (100_000, 1), (4001, 200), (65_000, 3)]:
        kind = "PNG" if max(width, height) > 65_500 else "JPEG"
        sentence = refusal(encode(Image.new("L", (width, height)), kind))
        assert f"{width} × {height}" in sentence
    assert read_photo(encode(Image.new("L", (1, 1)), "PNG")).pixels.shape == (1, 1, 3)


def test_a_file_that_is_too_large_is_not_even_looked_at() -> None:
    sentence = refusal(b"\xff\xd8\xff" + bytes(MAX_BYTES))
    assert "is 65 MB, and 64 MB is the most" in sentence, "a little more is not told as 64, too"


def patched(data: bytes, name: bytes, at: int, value: bytes) -> bytes:
    """The bytes with `value` written `at` places after the last occurrence of `name`."""
    start = data.rindex(name) + at
    return data[:start] + value + data[start + len(value) :]


def jpeg_claiming(side: int, **options: object) -> bytes:
    data = encode(picture(), "JPEG", **options)
    marker = b"\xff\xc2" if options else b"\xff\xc0"
    return patched(data, marker, 5, struct.pack(">HH", side, side))


def after_palette(gif: bytes) -> int:
    """Where the first block of a GIF stands."""
    return 13 + (3 << ((gif[10] & 7) + 1))


@cache
def bombs() -> dict[str, bytes]:
    """Files of a few kilobytes that would unpack to gigabytes, by the names in BOMBS."""
    webp = encode(picture("RGBA"), "WEBP", lossless=False)
    bitmap = encode(picture(), "BMP")
    side = struct.pack(">I", 60_000) * 2
    huge_gif = encode(picture("P"), "GIF")
    frame_at = after_palette(huge_gif)
    lied_png = png(50_000, 50_000, 8, 2, bytes(3_000_000))
    return {
        "PNG": lied_png,
        "PNG of one bit": png(60_000, 60_000, 1, 0, bytes(60_000 * 7_501 // 100)),
        "PNG of 2³¹ − 1": png(2**31 - 1, 2**31 - 1, 16, 6, bytes(100)),
        "JPEG": jpeg_claiming(65_000),
        "progressive JPEG": jpeg_claiming(9_000, progressive=True),
        "GIF": huge_gif[: frame_at + 5] + b"\xff" * 4 + huge_gif[frame_at + 9 :],
        "TIFF": tiff(60_000, 60_000),
        "TIFF of 2³² − 1": tiff(2**32 - 1, 2**32 - 1),
        "TIFF in tiles": encode(Image.new("1", (8_000, 8_000)), "TIFF", compression="tiff_lzw"),
        "BMP": bitmap[:18] + struct.pack("<ii", 60_000, 60_000) + bitmap[26:],
        "BMP from the top": bitmap[:18] + struct.pack("<ii", 60_000, -60_000) + bitmap[26:],
        "run-length BMP": bitmap[:18] + struct.pack("<iihhi", 60_000, 60_000, 1, 8, 1) + bitmap[34:],
        "WebP": patched(webp, b"VP8X", 12, b"\xfe\x3f\0\xfe\x3f\0"),
        "lossy WebP": patched(encode(picture(), "WEBP"), b"\x9d\x01\x2a", 3, b"\xff\x3f\xff\x3f"),
        "HEIC": patched(encode(picture(), "HEIC"), b"ispe", 8, side),
        "AVIF": patched(encode(picture(), "AVIF"), b"ispe", 8, side),
    }


BOMBS = (
    "PNG",
    "PNG of one bit",
    "PNG of 2³¹ − 1",
    "JPEG",
    "progressive JPEG",
    "GIF",
    "TIFF",
    "TIFF of 2³² − 1",
    "TIFF in tiles",
    "BMP",
    "BMP from the top",
    "run-length BMP",
    "WebP",
    "lossy WebP",
    "HEIC",
    "AVIF",
)  # by name: each worker collects these tests, and one needs the files


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_by_its_header(name: str) -> None:
    bomb = bombs()[name]
    tracemalloc.start()
    sentence = refusal(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "million" in sentence and "smaller" in sentence
    assert peak < 3 * len(bomb) + 1_000_000


def test_each_bomb_is_tried() -> None:
    assert tuple(bombs()) == BOMBS


def test_a_picture_that_hides_its_size_from_its_header() -> None:
    """The file says 64 × 64; what is compressed in it is much larger."""
    large = Image.new("RGB", (800, 800), "teal")
    heic = encode(large, "HEIC")
    small = struct.pack(">I", 64) * 2
    assert refusal(heic.replace(struct.pack(">I", 800) * 2, small))
    flat = encode(large, "JPEG")
    shape = flat.index(b"\xff\xc0")
    twice = flat[:shape] + flat[shape : shape + 19] + flat[shape:]  # two frames: which one counts?
    assert refusal(twice)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space of a process")
def test_bombs_and_photos_in_a_process_with_little_memory(tmp_path) -> None:
    """All bombs, and a 12-megapixel JPEG, within 300 MB more than the imports took."""
    for name, data in {**bombs(), "photo": encode(Image.new("RGB", (4032, 3024)), "JPEG")}.items():
        (tmp_path / name).write_bytes(data)
    script = """
import pathlib, resource, sys
from core.photos import read_photo, PhotoError
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + 300_000_000,) * 2)
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    try:
        print(path.name, "→", read_photo(path.read_bytes()).pixels.shape)
    except PhotoError as error:
        print(path.name, "→", error)
"""
    with forked(script, "script", str(tmp_path)) as process:
        said, complained = process.communicate()
    assert process.returncode == 0, complained
    lines = said.splitlines()
    assert "photo → (756, 1008, 3)" in lines
    assert sum("million" in line for line in lines) == len(BOMBS)


def many_scans() -> bytes:
    scans = encode(picture("RGB", 1600, 2400), "JPEG", progressive=True)
    last = scans.rindex(b"\xff\xda")
    return scans[:last] + scans[last:-2] * 3000 + scans[-2:]


def in_a_gif(blocks: bytes) -> bytes:
    frame = encode(picture("P"), "GIF")
    start = after_palette(frame)
    return frame[:start] + blocks + frame[start:]


PACKED = b"".join(b"\0" + row.tobytes() for row in np.zeros((48, 240), np.uint8))
# Files that are no larger than a photo and would keep a careless reader busy for a long time.
SLOW = {
    "JPEG of many scans": many_scans,
    "JPEG of many segments": lambda: (
        b"\xff\xd8" + b"\xff\xe1\0\2" * 2_000_000 + encode(picture(), "JPEG")[2:]
    ),
    "JPEG of FF": lambda: b"\xff\xd8" + b"\xff" * 8_000_000,
    "JPEG of restarts": lambda: b"\xff\xd8" + b"\xff\xd0" * 4_000_000,
    "PNG of many chunks": lambda: png(80, 48, 8, 2, PACKED, *[chunk(b"tEXt", b"")] * 200_000),
    "GIF of many comments": lambda: in_a_gif(b"!\xfe\0" * 2_000_000),
    "GIF of tiny blocks": lambda: in_a_gif(b"!\xfe" + b"\1x" * 3_000_000 + b"\0"),
    "WebP of many chunks": lambda: (
        b"RIFF" + struct.pack("<I", 8_000_004) + b"WEBP" + b"JUNK\0\0\0\0" * 1_000_000
    ),
    "HEIC of many boxes": lambda: encode(picture(), "HEIC")[:40] + box(b"free", b"") * 800_000,
    "TIFF of many strips": lambda: tiff(80, 48).replace(
        struct.pack("<HHI", 279, 4, 1), struct.pack("<HHI", 279, 4, 2**28)
    ),
}


@pytest.mark.parametrize("name", SLOW)
def test_what_would_keep_a_reader_busy_is_given_up(name: str) -> None:
    data = SLOW[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    refusal(data)
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 20
    )  # minutes for a reader without limits


def directory(tags: list[tuple[int, int, int]], room: int) -> bytes:
    """A TIFF's directory of (number, type, count), all of whose values share one place, of `room` bytes."""
    entries = b"".join(struct.pack("<HHII", *tag, 8) for tag in tags)
    return struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries + bytes(4 + room)


def many_profiles() -> bytes:
    profile = chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(3_900_000), 9))
    return png(80, 48, 8, 2, PACKED, profile * 400)


def many_exif_blocks() -> bytes:
    small = directory([(1 + i, 3, 6000) for i in range(900)], 1200)
    webp = encode(picture(), "WEBP", exif=exif(1))
    place = webp.index(b"EXIF") + 4
    blocks = (struct.pack("<I", len(small)) + small + b"EXIF") * 1500
    many = webp[: place - 4] + b"EXIF" + blocks + webp[place:]
    return many[:4] + struct.pack("<I", len(many) - 8) + many[8:]


def shared_in_tiff() -> bytes:
    """A hundred tags of no use in front of an ordinary directory, each of 4 MB."""
    data = tiff(80, 48, strip=bytes(80 * 48))
    (count,) = struct.unpack_from("<H", data, 8)
    own = data[10 : 10 + 12 * count].replace(
        struct.pack("<HHII", 273, 4, 1, 8 + 2 + 12 * 8 + 4), struct.pack("<HHII", 273, 4, 1, 2000)
    )
    others = b"".join(struct.pack("<HHII", 1000 + i, 1, 4_000_000, 8) for i in range(100))
    head = data[:8] + struct.pack("<H", count + 100) + own + others
    return head.ljust(2000, b"\0") + bytes(4_100_000)


# Photos whose EXIF or profile says one thing so often that reading it all would take a minute.
MANY_TIMES_THE_SAME = {
    "PNG of many profiles": many_profiles,
    "WebP of many EXIF blocks": many_exif_blocks,
    "TIFF with values that share their bytes": shared_in_tiff,
}


@pytest.mark.parametrize("name", MANY_TIMES_THE_SAME)
def test_what_is_said_again_and_again_is_read_once(name: str) -> None:
    data = MANY_TIMES_THE_SAME[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    tracemalloc.start()
    assert read_photo(data).original == (80, 48)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * len(data) + 16_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 1


@pytest.mark.parametrize("number", [256, 258, 259, 262, 320, 338, 530])
def test_a_tag_of_more_values_than_any_picture_has(number: int) -> None:
    """A decoder would unpack them, into forty times their bytes."""
    tags = [(n, 4, 1) for n in (256, 257, 259, 262, 273, 278, 279) if n != number]
    data = directory(sorted([*tags, (number, 3, 4_000_000)]), 8_100_000)
    tracemalloc.start()
    refusal(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * len(data)


def test_a_film_of_many_frames_costs_as_much_as_its_first() -> None:
    frames = [Image.new("P", (60, 40), value % 200) for value in range(500)]
    for kind in ("GIF", "PNG", "WEBP"):
        data = encode(frames[0].convert("RGB"), kind, save_all=True, append_images=frames[1:])
        assert read_photo(data).pixels.shape == (40, 60, 3)


# ------------------------------------------------- damage: either a photo or a sentence, never more

FILES = one_of_each()


@pytest.mark.skipif(sys.platform == "win32", reason="libtiff cannot be asked there")
@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate"])
def test_damage_is_told_in_the_sentence_alone(compression: str, capfd) -> None:
    whole = encode(picture(), "TIFF", compression=compression)
    damaged = bytes(byte ^ 0x5A if i in range(40, 60) else byte for i, byte in enumerate(whole))
    assert "damaged" in refusal(damaged)
    assert capfd.readouterr() == ("", "")


def photo_or_sentence(data: bytes) -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            photo = read_photo(data)
        except PhotoError:
            pass
        else:
            assert isinstance(photo, Photo)
            assert photo.pixels.ndim == 3 and photo.pixels.dtype == np.uint8
    assert not heard


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_ends_early(name: str) -> None:
    data = FILES[name]
    assert isinstance(read_photo(data), Photo)
    for length in range(0, len(data), max(1, len(data) // 150)):
        photo_or_sentence(data[:length])
    half = data[: len(data) // 3]
    assert "ends too early" in refusal(half)


@pytest.mark.parametrize("options", JPEGS)
def test_a_jpeg_of_which_rows_are_missing_is_refused_wherever_it_is_cut(options: dict[str, object]) -> None:
    """Also just before a restart or a scan, and where what is missing would be as grey as what stands in."""
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 96, 3), dtype=np.uint8))
    for image in (picture(), noise, Image.new("RGB", (96, 64), (128, 128, 128))):
        data = encode(image, "JPEG", **options)
        whole, start = read_photo(data).pixels, data.index(b"\xff\xda")
        markers = [found.start() for found in re.finditer(rb"\xff[^\0]", data[start + 1 : -2])]
        places = [
            *(start + 1 + at for at in markers),
            *range(start, len(data) - 2, max(1, (len(data) - start) // 60)),
        ]
        read = [pixels for at in places if (pixels := _unless_cut(data[:at])) is not None]
        for pixels in read:  # nothing is missing, or the last bits of the last block
            assert (pixels != whole).sum() <= 16 * 16 * 3
        if len(np.unique(whole)) > 1:
            assert len(read) <= 2


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("options", JPEGS)
def test_a_jpeg_that_claims_more_rows_than_it_has_is_refused(mode: str, options: dict[str, object]) -> None:
    data = encode(picture(mode), "JPEG", **options)
    for width, height in ((80, 480), (1_600, 1_200), (400, 48)):
        shape = struct.pack(">HH", height, width)
        marker = b"\xff\xc2" if "progressive" in options else b"\xff\xc0"
        assert "ends too early" in refusal(patched(data, marker, 5, shape))
    grey = encode(Image.new("RGB", (80, 48), (128, 128, 128)).convert(mode), "JPEG", **options)
    assert read_photo(grey).original == (80, 48)


def _unless_cut(data: bytes) -> np.ndarray | None:
    try:
        return read_photo(data).pixels
    except PhotoError as error:
        assert "ends too early" in str(error)
        return None


def test_a_jpeg_of_restarts_alone_is_refused_in_a_moment() -> None:
    data = encode(picture(), "JPEG", restart_marker_rows=1)[:-2]
    for end in (b"\xff\xd0" * 3_000_000, b"\xff" * 6_000_000, b"\xff\xda\0\2" * 60, b"\xff\xda\0\x0c\3"):
        photo_or_sentence(data + end)


def test_a_size_that_changes_while_it_is_decoded_is_damage(monkeypatch) -> None:
    """libheif does that to some damaged files: what is beyond its rows would be no pixels."""

    class Shrinks(Image.Image):
        def load(self) -> object:
            self._size = (40, 29)
            return super().load()

    def decoder(_file: object) -> Image.Image:
        image = Shrinks()
        image.im, image._mode, image._size = picture().convert("RGB").resize((40, 29)).im, "RGB", (40, 40)
        return image

    data = encode(picture().resize((40, 40)), "HEIC")
    monkeypatch.setitem(decode._DECODERS, "HEIC", decoder)
    with pytest.raises(PhotoError, match="damaged"):
        read_photo(data)


def test_a_heic_of_ten_bits_takes_twice_the_memory_and_may_be_half_as_large() -> None:
    deep = pillow_heif.from_bytes("RGB;16", (80, 48), bytes(80 * 48 * 6))
    buffer = io.BytesIO()
    deep.save(buffer)
    data = buffer.getvalue()
    assert read_photo(data).original == (80, 48)
    for width, fits in ((7008, True), (7200, False)):
        claims = patched(data, b"ispe", 8, struct.pack(">II", width, 4672))
        assert ("more than the 33 million that can be read from a 10-bit HEIC" in refusal(claims)) is not fits
    ordinary = patched(encode(picture(), "HEIC"), b"ispe", 8, struct.pack(">II", 7200, 4672))
    assert "million" not in refusal(ordinary)


@pytest.mark.parametrize(("at", "byte"), [(1, b"\xf7"), (1, b"\xc3"), (4, b"\x0c")])
def test_a_jpeg_of_a_scientific_kind_is_not_called_damaged(at: int, byte: bytes) -> None:
    """JPEG-LS, lossless, and 12 bits a number."""
    assert "of a rare, scientific kind; save it as" in refusal(
        patched(encode(picture(), "JPEG"), b"\xff\xc0", at, byte)
    )


@pytest.mark.parametrize("name", ["BMP", "WebP", "TIFF", "HEIC", "AVIF"])
def test_how_much_is_missing_is_said_where_the_file_tells(name: str) -> None:
    data = FILES[name]
    sentence = refusal(data[: len(data) * 6 // 10])
    assert "\u00a0% of it is missing" in sentence


@pytest.mark.parametrize(("name", "at"), [("BMP", 10), ("WebP", 4), ("HEIC", -4), ("AVIF", -4)])
def test_a_length_that_is_damaged_is_not_told_as_so_much_that_is_missing(name: str, at: int) -> None:
    data = FILES[name]
    start = at if at > 0 else data.rindex(b"mdat") + at
    far = b"\x7f\xff\xff\xff"[:: -1 if at > 0 else 1]
    assert "is damaged, or most of it is missing; download" in refusal(data[:start] + far + data[start + 4 :])


@pytest.mark.parametrize("name", ["HEIC", "HEIC in tiles", "AVIF"])
def test_what_follows_the_last_item_is_no_part_of_the_picture(name: str) -> None:
    """A sender's padding and a phone's trailer, which are no boxes; but of an item no byte may be missing."""
    data = FILES[name]
    whole = read_photo(data).pixels
    for rest in (b"\0", bytes(3), bytes(20), b"SEFT" + bytes(60), b"\0\0\0\7free", b"\xff" * 9):
        np.testing.assert_array_equal(read_photo(data + rest).pixels, whole)
    assert "ends too early" in refusal(data[:-1])
    split = len(data) - 40  # the last bytes in a box of their own, which is cut
    content = data.rindex(b"mdat") + 4
    head, body = data[: content - 8] + struct.pack(">I", split - content + 8) + b"mdat", data[content:split]
    assert refusal(head + body + struct.pack(">I", 99) + b"mdat" + data[split + 8 :])


@pytest.mark.parametrize("brand", [b"heic", b"avif"])
def test_a_file_that_ends_with_an_empty_box_is_refused_in_a_sentence(brand: bytes) -> None:
    size = box(b"ispe", bytes(4) + struct.pack(">II", 64, 64))
    properties = box(b"iprp", box(b"ipco", size))
    start = box(b"ftyp", brand + bytes(4) + brand)
    for last in (b"ftyp", b"pitm", b"ipco", b"ispe", b"colr", b"hvcC", b"iloc", b"iinf", b"idat"):
        first = b"".join(box(name, bytes(8)) for name in (b"iinf", b"iloc") if name != last)
        assert refusal(start + box(b"meta", bytes(4) + properties + first + box(last, b"")))


@pytest.mark.parametrize("interlace", [0, 1])
def test_a_gif_without_its_last_two_bytes_is_whole_if_all_its_pixels_are_there(interlace: int) -> None:
    data = encode(picture("P"), "GIF", interlace=interlace)
    whole = read_photo(data).pixels
    for end in (1, 2):
        np.testing.assert_array_equal(read_photo(data[:-end]).pixels, whole)
    start = after_palette(data) + 11  # of the blocks with pixels
    while data[start + 1 + data[start]]:
        start += 1 + data[start]
        assert "ends too early" in refusal(data[:start])  # between two blocks
    for length in range(800, len(data) - 2, 7):
        assert "ends too early" in refusal(data[:length])


def test_a_gif_may_end_a_block_twice() -> None:
    data = in_a_gif(b"\0!\xfe\1x\0\0\0")
    np.testing.assert_array_equal(read_photo(data).pixels, read_photo(in_a_gif(b"")).pixels)
    for zeros in (data[:800] + bytes(3_000_000), in_a_gif(bytes(3_000_000))):
        begun = time.process_time()
        assert refusal(zeros)
        assert time.process_time() - begun < 1


def test_a_bitmap_may_lack_the_padding_of_its_last_row() -> None:
    data = encode(picture("RGB", 48, 77), "BMP")  # rows of 231 bytes, and one more
    np.testing.assert_array_equal(read_photo(data[:-1]).pixels, read_photo(data).pixels)
    assert "ends too early" in refusal(data[:-2])


def test_a_bitmap_whose_pixels_would_begin_within_its_headers_is_not_shown_shifted() -> None:
    data = encode(picture(), "BMP")
    for begin in (0, 14, 53):
        assert "damaged" in refusal(data[:10] + struct.pack("<I", begin) + data[14:])
    assert "damaged" in refusal(data[:18] + struct.pack("<i", -80) + data[22:])


@pytest.mark.parametrize("name", FILES)
@settings(max_examples=30)
@given(drawn=st.data())
def test_a_file_with_wrong_bytes(name: str, drawn: st.DataObject) -> None:
    data = bytearray(FILES[name])
    near_the_start = st.integers(0, min(600, len(data) - 1))
    places = st.one_of(near_the_start, st.integers(0, len(data) - 1))
    for place, value in drawn.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=6)):
        data[place] = value
    photo_or_sentence(bytes(data))


@settings(max_examples=100)
@given(start=st.sampled_from([data[:20] for data in FILES.values()]), rest=st.binary(max_size=300))
def test_anything_behind_the_right_first_bytes(start: bytes, rest: bytes) -> None:
    photo_or_sentence(start[:12] + rest)
    photo_or_sentence(start + rest)


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_anything_at_all(data: bytes) -> None:
    photo_or_sentence(data)
