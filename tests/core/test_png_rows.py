"""A PNG whose end is missing is read if all its rows are there, and refused if one is not, end or no end."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from zlib_ng import zlib_ng

from core.photo_files.png_rows import has_all_rows
from core.photos import PhotoError, read_photo
from tests.core.photo_corpus import chunk, encode, exif, gradient, picture, png

END = chunk(b"IEND", b"")
PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def packed(pixels: np.ndarray) -> bytes:
    return b"".join(b"\0" + row.tobytes() for row in pixels)


def interlaced(pixels: np.ndarray) -> bytes:
    """Seven passes, in the order of Adam7."""
    height, width = pixels.shape[:2]
    rows = b"".join(packed(pixels[y::dy, x::dx]) for x, y, dx, dy in PASSES if x < width and y < height)
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 1))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(rows)) + END


FILES = {
    **{mode: encode(picture(mode, 47, 77), "PNG") for mode in ("RGB", "1", "L", "P", "RGBA", "LA", "I;16")},
    "black": encode(Image.new("RGB", (77, 47)), "PNG"),
    "interlaced": interlaced(gradient(47, 77)),
    "interlaced, a column": interlaced(gradient(9, 1)),
}


@pytest.mark.parametrize("name", FILES)
def test_a_png_without_its_end_is_whole_if_all_its_rows_are_there(name: str) -> None:
    data = FILES[name]
    whole = read_photo(data).pixels
    without = data.removesuffix(END)
    assert len(without) < len(data)
    endings = (b"", END[:4], END[:7], END[:-1], chunk(b"tEXt", b"a\0b")[:-3], bytes(3))
    for cut in (*(without + ending for ending in endings), without[:-1], without[:-4], without[:-6]):
        np.testing.assert_array_equal(read_photo(cut).pixels, whole)  # a checksum is no pixel either
    for length in range(8, len(without) - 16, max(1, len(without) // 60)):
        with pytest.raises(PhotoError, match="ends too early"):
            read_photo(data[:length])


@pytest.mark.parametrize("missing", [1, 20])
@pytest.mark.parametrize("depth", [8, 16])
def test_a_png_with_an_end_and_fewer_rows_is_refused(depth: int, missing: int) -> None:
    deep = gradient().astype(">u2") * 257
    rows = packed(deep if depth == 16 else gradient())
    one = len(rows) // 48
    for chunks in ((), (chunk(b"tRNS", bytes(6)),)):
        assert read_photo(png(80, 48, depth, 2, rows, *chunks)).pixels.shape == (48, 80, 3)
        with pytest.raises(PhotoError, match="ends too early"):
            read_photo(png(80, 48, depth, 2, rows[: -missing * one], *chunks))


def test_a_photo_that_is_black_below_is_no_cut_one() -> None:
    pixels = gradient()
    pixels[30:] = 0
    for data in (png(80, 48, 8, 2, packed(pixels)), interlaced(pixels)):
        np.testing.assert_array_equal(read_photo(data).pixels, pixels)


def test_rows_are_counted_to_the_last_that_is_needed() -> None:
    """More than them, as some encoders write, are never unpacked: there may be gigabytes of them."""
    bomb = png(80, 48, 8, 2, packed(gradient()) + bytes(50_000_000))
    assert has_all_rows(bomb)
    assert not has_all_rows(png(80, 49, 8, 2, packed(gradient())))
    with pytest.raises(zlib_ng.error):
        has_all_rows(bomb.replace(bomb[41:60], bytes(19)))


@pytest.mark.parametrize("harm", ["cut", "ends early", "breaks"])
def test_of_a_large_png_rows_are_counted_before_any_is_decoded(
    harm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decoding takes several times as long as counting, and a refusal is due within a second."""

    def asked(*_: object) -> None:
        raise AssertionError("it was decoded")

    rows = packed(np.random.default_rng(0).integers(0, 256, (48, 80, 3), dtype=np.uint8))
    whole = png(80, 48, 8, 2, rows)
    monkeypatch.setattr("core.photo_files.png_rows._LARGE", len(rows) - 1)
    assert read_photo(whole).pixels.shape == (48, 80, 3)
    monkeypatch.setattr("core.photo_files.decode.load_with_key", asked)
    with pytest.raises(PhotoError) as refused:
        read_photo(whole)
    assert isinstance(refused.value.__cause__, AssertionError)  # what has its rows is decoded
    harmed = {
        "cut": whole[:-200],
        "ends early": png(80, 48, 8, 2, rows[: -len(rows) // 48]),
        "breaks": whole[:5000] + bytes(5000) + whole[10_000:],
    }[harm]
    with pytest.raises(PhotoError, match="damaged" if harm == "breaks" else "ends too early") as refused:
        read_photo(harmed)
    assert not isinstance(refused.value.__cause__, AssertionError)


def test_what_is_no_pixel_and_does_not_have_its_checksum_is_passed_over() -> None:
    """As viewers do: turned pictures, clear colours and brightness come of what arrived whole."""
    rows, key = packed(gradient()), struct.pack(">3H", *gradient()[20, 30].tolist())
    for said in (
        chunk(b"eXIf", exif(6)[6:]),
        chunk(b"gAMA", struct.pack(">I", 100_000)),
        chunk(b"tRNS", key),
    ):
        assert not np.array_equal(read_photo(png(80, 48, 8, 2, rows, said)).pixels, gradient())
        broken = said[:-1] + bytes([said[-1] ^ 1])
        np.testing.assert_array_equal(read_photo(png(80, 48, 8, 2, rows, broken)).pixels, gradient())


def test_numbers_of_colours_without_any_colours_are_no_black_photo() -> None:
    with pytest.raises(PhotoError, match="damaged"):
        read_photo(png(80, 48, 8, 3, packed(gradient()[..., 0])))
