"""Every format and mode against an oracle; orientation, alpha, animation, colour profiles; the crop."""

import io
import math
import struct
import tracemalloc
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageFile

from benchmarks.iphone_heic import iphone_heic
from core import photos, pixels
from core.photo_files import decode
from core.photos import MAX_ZOOM, Photo, read_photo
from tests.core.photo_corpus import (
    JPEGS,
    chunk,
    encode,
    exif,
    gradient,
    on_white,
    picture,
    png,
    without_segments,
)


def assert_pixels(data: bytes, expected: np.ndarray, tolerance: int = 0) -> Photo:
    photo = read_photo(data)
    assert photo.pixels.shape == expected.shape
    assert photo.pixels.dtype == np.uint8
    difference = np.abs(photo.pixels.astype(int) - expected)
    assert difference.max() <= tolerance
    return photo


LOSSLESS = [
    *[(mode, "PNG", {}) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")],
    *[(mode, "BMP", {}) for mode in ("1", "L", "P", "RGB")],
    *[(mode, "TIFF", {}) for mode in ("1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr")],
    *[(mode, "TIFF", {"compression": "tiff_lzw"}) for mode in ("1", "L", "P", "RGB", "RGBA", "CMYK")],
    *[(mode, "TIFF", {"compression": "tiff_deflate"}) for mode in ("L", "RGB", "RGBA")],
    ("RGB", "TIFF", {"compression": "packbits"}),
    *[(mode, "GIF", {}) for mode in ("1", "L", "P")],
    *[(mode, "WEBP", {"lossless": True, "exact": True}) for mode in ("L", "RGB", "RGBA")],
]


@pytest.mark.parametrize(("mode", "kind", "options"), LOSSLESS)
def test_lossless_formats_give_the_very_pixels(mode: str, kind: str, options: dict[str, object]) -> None:
    image = picture(mode)
    assert_pixels(encode(image, kind, **options), on_white(image))


@pytest.mark.parametrize(
    ("mode", "kind", "options", "tolerance"),
    [
        ("RGB", "JPEG", {"quality": 95}, 6),
        ("RGB", "JPEG", {"quality": 95, "progressive": True}, 6),
        ("RGB", "JPEG", {"quality": 95, "subsampling": 2}, 10),
        ("L", "JPEG", {"quality": 95}, 3),
        ("CMYK", "JPEG", {"quality": 100, "subsampling": 0}, 6),
        ("RGB", "WEBP", {"quality": 95}, 12),
        ("RGB", "HEIC", {"quality": 95, "chroma": 444}, 8),
        ("RGBA", "HEIC", {"quality": 95, "chroma": 444}, 8),
        ("L", "HEIC", {"quality": 95}, 6),
        ("RGB", "AVIF", {"quality": 95, "subsampling": "4:4:4"}, 8),
        ("RGBA", "AVIF", {"quality": 95, "subsampling": "4:4:4"}, 8),
        ("RGB", "TIFF", {"compression": "jpeg", "quality": 95}, 10),
    ],
)
def test_lossy_formats_come_close(mode: str, kind: str, options: dict[str, object], tolerance: int) -> None:
    image = picture(mode)
    expected = np.asarray(image.convert("RGB")) if mode == "CMYK" else on_white(image)
    assert_pixels(encode(image, kind, **options), expected, tolerance)


@pytest.mark.parametrize(("mode", "kind"), [("I;16", "PNG"), ("I;16", "TIFF"), ("I", "TIFF"), ("F", "TIFF")])
def test_deep_pixels_are_scaled_to_eight_bits(mode: str, kind: str) -> None:
    red = gradient()[..., :1]
    assert_pixels(encode(picture(mode), kind), np.repeat(red, 3, axis=2))


def test_a_float_picture_with_no_numbers_in_it() -> None:
    values = np.array([[0.0, 0.5, 1.0], [np.nan, np.inf, -np.inf]], np.float32).repeat(8, 0).repeat(8, 1)
    photo = read_photo(encode(Image.fromarray(values), "TIFF"))
    assert photo.pixels[0, ::8, 0].tolist() == [0, 128, 255]
    assert photo.pixels[8, ::8, 0].tolist() == [0, 255, 0]


def test_a_png_of_sixteen_bits_a_channel() -> None:
    expected = gradient()
    rows = np.stack([expected, np.full_like(expected, 7)], axis=-1)  # high byte, low byte
    packed = b"".join(b"\0" + row.tobytes() for row in rows)
    assert_pixels(png(80, 48, 16, 2, packed), expected)


def test_lab_is_brought_to_srgb() -> None:
    soft = np.clip(gradient().astype(int) // 3 + 80, 0, 255).astype(np.uint8)  # inside the gamut both ways
    lab = ImageCms.profileToProfile(
        Image.fromarray(soft), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert lab is not None
    assert_pixels(encode(lab, "TIFF"), soft, tolerance=6)


@pytest.mark.parametrize("options", JPEGS)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_without_its_end_mark_is_whole_if_all_its_rows_are_there(
    mode: str, options: dict[str, object]
) -> None:
    data = encode(picture(mode, 51, 77), "JPEG", **options)
    whole = read_photo(data).pixels
    for end in (b"", b"\xff", bytes(9), b"\xff" * 5, b"SEFT"):  # a sender's padding, a phone's trailer
        assert_pixels(data[:-2] + end, whole)


def test_a_jpeg_without_its_end_mark_is_read_or_refused_whatever_the_zoom() -> None:
    data = encode(picture("RGB", 1600, 1600), "JPEG", progressive=True)
    whole = read_photo(data).pixels
    for zoom in (1.0, MAX_ZOOM):
        np.testing.assert_array_equal(read_photo(data[:-2], zoom=zoom).pixels, whole)
        with pytest.raises(photos.PhotoError, match="ends too early"):
            read_photo(data[: len(data) * 99 // 100], zoom=zoom)  # in waves that only a closer look sees


def test_a_comment_between_the_scans_of_a_jpeg_is_no_part_of_the_picture() -> None:
    data = encode(picture("RGB", 120, 160), "JPEG", progressive=True)
    whole, scan = read_photo(data).pixels, data.rindex(b"\xff\xda")
    for marks in (b"\xff\xd9", b"\xff\xc0\xff\xda"):
        said = b"\xff\xfe" + struct.pack(">H", 2 + len(marks)) + marks
        assert_pixels(data[:scan] + said + data[scan:], whole)


def test_cmyk_is_inverted_only_where_adobe_says_so() -> None:
    image = picture("CMYK")
    data = encode(image, "JPEG", quality=100, subsampling=0)
    assert_pixels(data, np.asarray(image.convert("RGB")), tolerance=6)
    opposite = Image.fromarray(255 - np.asarray(image), "CMYK")  # the file's numbers, now taken as they are
    assert_pixels(without_segments(data, 0xEE), np.asarray(opposite.convert("RGB")), tolerance=6)


UPRIGHT = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.transpose(1, 0, 2),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
    8: lambda a: np.rot90(a),
}


@pytest.mark.parametrize("turn", UPRIGHT)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "HEIC", "AVIF"])
def test_all_eight_orientations(kind: str, turn: int) -> None:
    exact = {"WEBP": {"lossless": True}, "JPEG": {"quality": 95}}.get(kind, {})
    data = encode(picture(), kind, exif=exif(turn), **exact)
    photo = assert_pixels(data, UPRIGHT[turn](gradient()), 0 if kind in ("PNG", "TIFF", "WEBP") else 20)
    assert photo.original == ((80, 48) if turn <= 4 else (48, 80))


@pytest.mark.parametrize("turns", range(4))
def test_the_tiles_of_an_iphones_photo_are_joined_and_turned_once(turns: int) -> None:
    """The sides are no multiples of a tile's, and EXIF repeats what `irot` says; maps are not shown."""
    stored, said, maps = Image.fromarray(gradient(150, 220)), exif((1, 8, 3, 6)[turns]), turns % 2 == 1
    data = iphone_heic(stored, turns, said, tile=64, quality=95, maps=maps)
    photo = assert_pixels(data, np.rot90(np.asarray(stored), turns), 12)
    assert photo.original == ((220, 150) if turns % 2 == 0 else (150, 220))


def as_imagemagick_writes_it(name: bytes, block: bytes, packed: bool) -> bytes:
    """A text chunk of a PNG with an EXIF block as hexadecimal digits, 72 a line."""
    digits = block.hex().encode()
    lines = [b"", name, b"%8d" % len(block), *(digits[i : i + 72] for i in range(0, len(digits), 72)), b""]
    text, key = b"\n".join(lines), b"Raw profile type " + name + b"\0"
    return chunk(b"zTXt", key + b"\0" + zlib.compress(text)) if packed else chunk(b"tEXt", key + text)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("name", [b"exif", b"APP1"])
def test_a_png_is_upright_where_its_exif_is_a_text(name: bytes, packed: bool) -> None:
    rows = b"".join(b"\0" + row.tobytes() for row in gradient())
    text = as_imagemagick_writes_it(name, exif(6), packed)
    other = as_imagemagick_writes_it(name, exif(3), packed)
    assert_pixels(png(80, 48, 8, 2, rows, text), UPRIGHT[6](gradient()))
    assert_pixels(png(80, 48, 8, 2, rows, other, chunk(b"eXIf", exif(6)[6:])), UPRIGHT[6](gradient()))
    said = text[8:-4]
    for broken in (said[:30], said[:40] + b"\xff" * 9 + said[49:]):
        assert_pixels(png(80, 48, 8, 2, rows, chunk(text[4:8], broken)), gradient())


def test_an_exif_text_of_gigabytes_is_never_unpacked() -> None:
    rows = b"".join(b"\0" + row.tobytes() for row in gradient())
    start = b"\nexif\n 999\n" + exif(6).hex().encode()
    bomb = chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(start + b"0" * 50_000_000, 9))
    tracemalloc.start()
    assert_pixels(png(80, 48, 8, 2, rows, *[bomb] * 20), UPRIGHT[6](gradient()))
    assert tracemalloc.get_traced_memory()[1] < 30_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("times", [1, 2])
def test_jpegs_prefix_before_exif_in_a_png_is_passed_over(times: int) -> None:
    rows = b"".join(b"\0" + row.tobytes() for row in gradient())
    block = chunk(b"eXIf", b"Exif\0\0" * times + exif(6).removeprefix(b"Exif\0\0"))
    assert_pixels(png(80, 48, 8, 2, rows, block), UPRIGHT[6](gradient()))


def test_of_several_exif_blocks_the_first_counts_as_everywhere_else() -> None:
    jpeg = encode(picture(), "JPEG", quality=95, exif=exif(6))
    start = jpeg.index(b"\xff\xe1")
    end = start + 4 + len(exif(6))
    both = jpeg[:end] + jpeg[start:end].replace(exif(6), exif(3)) + jpeg[end:]
    assert Image.open(io.BytesIO(both)).getexif()[0x0112] == 6
    assert_pixels(both, UPRIGHT[6](gradient()), 6)
    rows = b"".join(b"\0" + row.tobytes() for row in gradient())
    blocks = [chunk(b"eXIf", exif(turn)[6:]) for turn in (6, 3)]
    assert_pixels(png(80, 48, 8, 2, rows, *blocks), UPRIGHT[6](gradient()))
    webp = encode(picture(), "WEBP", lossless=True, exif=exif(6))
    webp += b"EXIF" + struct.pack("<I", len(exif(3))) + exif(3)
    webp = webp[:4] + struct.pack("<I", len(webp) - 8) + webp[8:]
    assert_pixels(webp, UPRIGHT[6](gradient()))


@pytest.mark.parametrize(
    "garbage", [b"", b"Exif\0\0", b"Exif\0\0II*\0", b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"x" * 99]
)
def test_a_garbage_exif_block_is_no_reason_to_refuse_a_photo(garbage: bytes) -> None:
    data = encode(picture(), "JPEG", quality=95)
    segment = b"\xff\xe1" + struct.pack(">H", len(garbage) + 2) + garbage
    assert_pixels(data[:2] + segment + data[2:], gradient(), tolerance=6)
    block = chunk(b"eXIf", garbage)
    packed = b"".join(b"\0" + row.tobytes() for row in gradient())
    assert_pixels(png(80, 48, 8, 2, packed, block), gradient())


def test_transparent_colours_of_pngs_without_alpha() -> None:
    grey = gradient()[..., 0]
    where = grey == 120
    packed = b"".join(b"\0" + row.tobytes() for row in grey)
    expected = np.repeat(np.where(where, 255, grey)[..., None], 3, axis=2)
    assert_pixels(png(80, 48, 8, 0, packed, chunk(b"tRNS", b"\0\x78")), expected)
    deep = b"".join(b"\0" + (row.astype(">u2") * 257).tobytes() for row in grey)
    assert_pixels(png(80, 48, 16, 0, deep, chunk(b"tRNS", b"\x78\x78")), expected)
    colour = gradient()
    packed = b"".join(b"\0" + row.tobytes() for row in colour)
    key = colour[20, 30]
    expected = np.where((colour == key).all(axis=2, keepdims=True), 255, colour)
    assert_pixels(
        png(80, 48, 8, 2, packed, chunk(b"tRNS", b"".join(b"\0" + bytes([c]) for c in key))), expected
    )


def test_transparent_entries_of_a_palette() -> None:
    indices = (gradient()[..., 0] // 60).astype(np.uint8)  # 0 … 3
    packed = b"".join(b"\0" + row.tobytes() for row in indices)
    palette = np.array([[250, 0, 0], [0, 250, 0], [0, 0, 250], [0, 0, 0]], np.uint8)
    alpha = np.array([255, 128, 0, 255])
    blended = np.floor(alpha[:, None] / 255 * palette + (1 - alpha[:, None] / 255) * 255 + 0.5).astype(
        np.uint8
    )
    chunks = chunk(b"PLTE", palette.tobytes()), chunk(b"tRNS", bytes(alpha[:3].tolist()))
    assert_pixels(png(80, 48, 8, 3, packed, *chunks), blended[indices])
    gif = picture("P")
    keyed = encode(gif, "GIF", transparency=5, optimize=False)
    kept = np.asarray(gif)[..., None] != 5
    assert_pixels(keyed, np.where(kept, on_white(gif), 255))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "MPO", "AVIF"])
def test_of_an_animation_the_first_frame_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime", "blue")]
    options = {"lossless": True} if kind == "WEBP" else {}
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:], **options)
    assert_pixels(data, np.asarray(frames[0]), 3)


@pytest.mark.parametrize("clear", [None, 5])
def test_what_a_gifs_first_frame_leaves_bare_is_white(clear: int | None) -> None:
    small, options = picture("P", 40, 60), {} if clear is None else {"transparency": clear}
    data = bytearray(encode(small, "GIF", optimize=False, **options))
    data[6:10] = struct.pack("<HH", 100, 90)
    frame = data.index(b",\0\0\0\0")
    data[frame + 1 : frame + 5] = struct.pack("<HH", 30, 20)
    expected = np.full((90, 100, 3), 255, np.uint8)
    expected[20:60, 30:90] = np.where(np.asarray(small)[..., None] == clear, 255, on_white(small))
    assert_pixels(bytes(data), expected)


@pytest.mark.parametrize("canvas", [(65535, 65535), (3000, 20), (1, 1)])
def test_the_canvas_is_cut_to_a_first_frame_where_none_could_be_so_large(canvas: tuple[int, int]) -> None:
    small = picture("P", 10, 20)
    data = bytearray(encode(small, "GIF"))
    data[6:10] = struct.pack("<HH", *canvas)
    assert_pixels(bytes(data), on_white(small))


def swapped_profile() -> bytes:
    """sRGB with its red and green primaries exchanged: what is called red is green."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    head, tags = profile[:128], profile[128:]
    swap = tags.replace(b"rXYZ", b"????", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"????", b"gXYZ", 1)
    return head + swap


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "HEIC", "AVIF"])
def test_an_embedded_profile_is_brought_to_srgb(kind: str) -> None:
    exact = {"WEBP": {"lossless": True}, "JPEG": {"quality": 95}}.get(kind, {})
    data = encode(picture(), kind, icc_profile=swapped_profile(), **exact)
    assert_pixels(data, gradient()[..., [1, 0, 2]], 2 if kind in ("PNG", "TIFF", "WEBP") else 20)


@pytest.mark.parametrize(
    "profile",
    [b"", b"garbage", swapped_profile()[:200], b"\0" * 4000],
    ids=["nothing", "garbage", "cut short", "zeros"],  # a profile's bytes tell the time
)
def test_a_damaged_profile_leaves_the_photo_as_it_is(profile: bytes) -> None:
    assert_pixels(encode(picture(), "PNG", icc_profile=profile), gradient())
    grey = encode(picture("L"), "PNG", icc_profile=swapped_profile())  # a profile for colours on a grey photo
    assert_pixels(grey, on_white(picture("L")))


def test_a_large_photo_is_shrunk_by_averaging_whole_squares() -> None:
    large = gradient(1400, 2100)
    photo = read_photo(encode(Image.fromarray(large), "PNG", compress_level=1))
    assert photo.pixels.shape == (700, 1050, 3)
    assert photo.original == (2100, 1400)
    mean = large.reshape(700, 2, 1050, 2, 3).mean(axis=(1, 3))
    assert np.abs(photo.pixels - mean).max() <= 0.51
    jpeg = read_photo(encode(Image.fromarray(large), "JPEG", quality=95))
    assert np.abs(jpeg.pixels.astype(int) - photo.pixels).max() <= 6


def test_strips_make_no_seams(monkeypatch: pytest.MonkeyPatch) -> None:
    data = [encode(picture(mode, 1111, 2222), "TIFF") for mode in ("RGBA", "L", "I;16")]
    whole = [read_photo(file).pixels for file in data]
    monkeypatch.setattr(decode, "STRIP", 10_000)
    for file, expected in zip(data, whole, strict=True):
        np.testing.assert_array_equal(read_photo(file).pixels, expected)


def test_a_comment_behind_what_says_which_colour_is_clear_in_a_gif() -> None:
    image = picture("P")
    expected = on_white(image)
    expected[np.asarray(image) == 5] = 255
    data = encode(image, "GIF", transparency=5)
    at = data.index(b"!\xf9\x04") + 8
    for file in (data, data[:at] + b"!\xfe\x04a ba\0" + data[at:]):
        assert_pixels(file, expected)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate"])
def test_a_tiff_of_many_strips(compression: str) -> None:
    data = encode(picture(), "TIFF", compression=compression, strip_size=4 * 80 * 3)
    with Image.open(io.BytesIO(data)) as image:
        assert len(image.tag_v2[273]) == 12, "StripOffsets"
    assert_pixels(data, gradient())


def test_the_brightest_pixel_of_all_strips_says_what_white_is(monkeypatch: pytest.MonkeyPatch) -> None:
    dark = np.linspace(0, 1, 80, dtype=np.float32) * np.ones((48, 1), np.float32)
    dark[40, 7] = 200
    file = encode(Image.fromarray(dark), "TIFF")
    grey = np.floor(dark + 0.5).astype(np.uint8)[..., None].repeat(3, axis=2)
    assert_pixels(file, grey)
    monkeypatch.setattr(decode, "STRIP", 500)
    assert_pixels(file, grey)


def test_a_panorama_keeps_three_pixels_for_each_that_the_neurons_see() -> None:
    photo = read_photo(encode(picture("RGB", 400, 8000), "PNG"))
    assert photo.pixels.shape == (200, 4000, 3)


def test_a_photo_is_a_pure_function_of_its_bytes_and_cannot_be_written() -> None:
    data = encode(picture(), "JPEG")
    first, second = read_photo(data), read_photo(data)
    np.testing.assert_array_equal(first.pixels, second.pixels)
    with pytest.raises(ValueError, match="read-only"):
        first.pixels[0, 0, 0] = 1


def test_many_threads_at_once() -> None:
    files = [
        encode(picture(mode, 700, 900), kind)
        for mode, kind in [("RGB", "JPEG"), ("RGBA", "PNG"), ("P", "GIF")]
    ]
    alone = [read_photo(file).pixels for file in files]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(read_photo, files * 4))
    for place, photo in enumerate(together):
        np.testing.assert_array_equal(photo.pixels, alone[place % 3])


def test_nothing_global_is_touched_and_nothing_is_warned_of() -> None:
    before = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read_photo(
            encode(Image.new("L", (12_000, 9_000), 77), "JPEG")
        )  # Pillow warns from 89 million pixels on
    assert before == (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES)


def test_the_size_is_the_neurons() -> None:
    assert photos.SIZE == pixels.SIZE


# ------------------------------------------------------------------------------- decoded for the whole only


def area_average(pixels: np.ndarray) -> np.ndarray:
    """R · photo · Cᵀ of the largest square in the middle, by whole matrices of overlaps, not rounded."""

    def overlaps(length: int, side: int) -> np.ndarray:
        edges = (length - side) / 2 + side / 64 * np.arange(65)  # (65,)
        low, high = (
            np.maximum.outer(edges[:-1], np.arange(length)),
            np.minimum.outer(edges[1:], np.arange(1, length + 1)),
        )
        return np.clip(high - low, 0, None) / (side / 64)  # (64, length)

    height, width = pixels.shape[:2]
    side = min(height, width)
    return np.einsum("iy,yxc,jx->ijc", overlaps(height, side), pixels, overlaps(width, side), optimize=True)


def detailed(height: int, width: int, detail: str) -> Image.Image:
    """A smooth picture with a camera's noise on it, or hard edges, ten across the picture."""
    if detail == "noise":
        noise = np.random.default_rng(0).normal(0, 6, (height, width, 3))
        return Image.fromarray((gradient(height, width) + noise).clip(0, 255).astype(np.uint8))
    dark = np.indices((height, width)).sum(axis=0) // (min(height, width) // 10) % 2 == 1
    return Image.fromarray(np.where(dark[..., None], [20, 40, 30], [230, 200, 210]).astype(np.uint8))


NOISE, EDGES = ("noise", 0.4, 2.2), ("edges", 0.9, 6.5)  # and how far off a crop may be


@pytest.mark.parametrize(
    ("size", "subsampling", "detail", "mean", "most"),
    [
        *[((385, 511), subsampling, *off) for subsampling in (0, 2) for off in (NOISE, EDGES)],
        *[(size, 0, *EDGES) for size in ((384, 512), (391, 450), (583, 777), (900, 1200), (1600, 1601))],
        *[(size, 2, *NOISE) for size in ((384, 512), (391, 450), (583, 777), (900, 1200))],
        ((1600, 1601), 2, *EDGES),
    ],
)
def test_a_crop_of_a_coarsely_decoded_jpeg_is_that_of_pillows_full_pixels(
    size: tuple[int, int], subsampling: int, detail: str, mean: float, most: float
) -> None:
    data = encode(detailed(*size, detail), "JPEG", quality=90, subsampling=subsampling)
    with Image.open(io.BytesIO(data)) as whole:
        expected = area_average(np.asarray(whole.convert("RGB")))
    photo = read_photo(data, zoom=1.0)
    assert 192 <= min(photo.pixels.shape[:2]) <= min(size) // 2 + 1, "a quarter of the pixels, or fewer"
    off = np.abs(photo.crop() - expected)
    assert off.mean() <= mean and off.max() <= most


@pytest.mark.parametrize("turn", UPRIGHT)
def test_a_side_that_is_no_multiple_of_the_factor_moves_no_crop(turn: int) -> None:
    stored = detailed(391, 455, "edges")
    expected = area_average(UPRIGHT[turn](np.asarray(stored)))
    for kind, mean, most in (("PNG", 0.8, 6.5), ("JPEG", 1.2, 11)):  # JPEG's own errors are in it
        photo = read_photo(encode(stored, kind, exif=exif(turn)), zoom=1.0)
        assert sorted(photo.pixels.shape[:2]) == [196, 228], "half a pixel lies outside on each axis"
        off = np.abs(photo.crop() - expected)
        assert off.mean() <= mean and off.max() <= most


@pytest.mark.parametrize("size", [(64, 64), (300, 400), (384, 512), (1000, 1500), (2400, 3200), (200, 3000)])
def test_a_crop_at_the_zoom_that_is_asked_for_keeps_three_pixels_for_each_of_its_own(
    size: tuple[int, int],
) -> None:
    data = encode(Image.new("RGB", (size[1], size[0])), "JPEG")
    finest = read_photo(data)
    for zoom in (1.0, 1.5, 2.0, 4.0, 8.0):
        photo = read_photo(data, zoom=zoom)
        assert photo.frame(zoom=zoom).side >= min(192, finest.frame(zoom=zoom).side), zoom
        assert photo.pixels.size <= finest.pixels.size and photo.original == finest.original, zoom


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_another_zoom_is_clamped_as_a_frames_is_and_makes_no_photo_a_damaged_one(kind: str) -> None:
    data = encode(detailed(450, 600, "edges"), kind)
    expected = {meant: read_photo(data, zoom=meant).pixels for meant in (1, 8)}
    assert expected[1].shape != expected[8].shape
    for meant, others in {1: (0, -2, 0.5), 8: (9, math.nan, math.inf, -math.inf)}.items():
        for asked in others:
            assert np.array_equal(read_photo(data, zoom=asked).pixels, expected[meant]), asked


def test_crops_of_one_frame_are_its_area_averages_at_every_size() -> None:
    photo = random_photo(232, 300)
    first, closer, same = photo.crops((64, 116, 232), 0.4, 0.5, 1.0)
    np.testing.assert_array_equal(first, photo.crop(0.4, 0.5, 1.0))
    left = photo.frame(0.4, 0.5, 1.0).left
    assert left == int(left)
    square = photo.pixels[:, int(left) : int(left) + 232]
    assert np.abs(closer - square.reshape(116, 2, 116, 2, 3).mean(axis=(1, 3))).max() <= 0.5 + 1e-3
    np.testing.assert_array_equal(same, square)
    for side in (64, 104, 144):
        own = random_photo(side, side)
        crop = own.crop(side=side)
        np.testing.assert_array_equal(crop, own.pixels)
        crop[0, 0] = 0  # a copy


# ------------------------------------------------------------------------------------------------- the crop


def random_photo(height: int, width: int) -> Photo:
    return Photo(np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8))


@pytest.mark.parametrize("factor", [1, 2, 3, 7])
def test_a_crop_by_a_whole_factor_is_the_average_of_squares(factor: int) -> None:
    photo = random_photo(64 * factor, 64 * factor)
    mean = photo.pixels.reshape(64, factor, 64, factor, 3).mean(axis=(1, 3))
    assert np.abs(photo.crop() - mean).max() <= 0.5 + 1e-3


def naive_crop(photo: Photo, left: float, top: float, side: float, row: int, column: int) -> np.ndarray:
    """One pixel of a crop, by walking over all photo pixels and weighing each with its overlap."""
    step = side / 64
    total, weight = np.zeros(3), 0.0
    for y in range(photo.pixels.shape[0]):
        for x in range(photo.pixels.shape[1]):
            high = min(y + 1, top + (row + 1) * step) - max(y, top + row * step)
            wide = min(x + 1, left + (column + 1) * step) - max(x, left + column * step)
            if high > 0 and wide > 0:
                total += high * wide * photo.pixels[y, x]
                weight += high * wide
    return total / weight


@pytest.mark.parametrize(
    ("centre_x", "centre_y", "zoom"), [(0.5, 0.5, 1.0), (0.31, 0.77, 1.3), (0.9, 0.1, 1.0)]
)
def test_a_crop_is_the_naive_area_average(centre_x: float, centre_y: float, zoom: float) -> None:
    photo = random_photo(113, 97)
    frame = photo.frame(centre_x, centre_y, zoom)
    crop = photo.crop(centre_x, centre_y, zoom)
    for row, column in [(0, 0), (63, 63), (0, 63), (17, 40), (32, 31)]:
        expected = naive_crop(photo, frame.left, frame.top, frame.side, row, column)
        assert np.abs(crop[row, column] - expected).max() <= 0.5 + 1e-2


def test_an_enlarged_crop_interpolates_linearly() -> None:
    ramp = np.repeat(np.arange(0, 250, 10, dtype=np.uint8)[None, :, None], 25, 0).repeat(3, 2)  # (25, 25, 3)
    crop = Photo(ramp).crop()
    centres = (np.arange(64) + 0.5) * 25 / 64
    expected = np.interp(centres, np.arange(25) + 0.5, np.arange(0, 250, 10))
    assert np.abs(crop[30, :, 1] - expected).max() <= 0.5 + 1e-2


@pytest.mark.parametrize("inside", [None, (3.5, 0.0, 90.0, 60.5), (2.0, 4.5, 90.0, 50.0)])
def test_the_place_of_a_frame_leads_back_to_it(inside: tuple[float, float, float, float] | None) -> None:
    photo = Photo(gradient(61, 97), inside=inside)
    for place in ((0.5, 0.5, 1.0), (0.31, 0.6, 1.7), (0.9, 0.05, 8.0)):
        frame = photo.frame(*place)
        again = photo.frame(*photo.place(frame))
        assert (again.left, again.top, again.side) == pytest.approx((frame.left, frame.top, frame.side))


def test_a_frame_in_the_middle_and_at_the_edges() -> None:
    photo = Photo(gradient(100, 200))
    assert photo.frame() == photos.Frame(50, 0, 100)
    assert photo.frame(0, 0, 2) == photos.Frame(0, 0, 50)
    assert photo.frame(1, 1, 2) == photos.Frame(150, 50, 50)
    assert photo.frame(0.5, 0.5, 99).side == 100 / MAX_ZOOM
    assert photo.frame(0.5, 0.5, 0.01).side == 100
    assert photo.frame(math.nan, math.inf, math.nan) == photo.frame()
    for other in (random_photo(100, 200), random_photo(200, 100)):
        for crop in (other.crops((64,))[0], other.crop()):
            np.testing.assert_array_equal(crop, other.crop(0.5, 0.5, 1.0))


@settings(max_examples=60)
@given(
    height=st.integers(1, 200),
    width=st.integers(1, 200),
    centre_x=st.floats(allow_nan=True, allow_infinity=True),
    centre_y=st.floats(-0.5, 1.5),
    zoom=st.floats(0.1, 20),
)
def test_any_crop_of_any_photo(
    height: int, width: int, centre_x: float, centre_y: float, zoom: float
) -> None:
    photo = random_photo(height, width)
    frame = photo.frame(centre_x, centre_y, zoom)
    assert frame.left >= 0 and frame.top >= 0 and frame.side > 0
    assert frame.left + frame.side <= width + 1e-9 and frame.top + frame.side <= height + 1e-9
    crop = photo.crop(centre_x, centre_y, zoom)
    assert crop.shape == (64, 64, 3) and crop.dtype == np.uint8
    assert photo.pixels.min() <= crop.min() and crop.max() <= photo.pixels.max()
    np.testing.assert_array_equal(crop, photo.crop(centre_x, centre_y, zoom))


def test_a_compressed_text_of_gigabytes_is_never_unpacked() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    texts = [chunk(b"zTXt", b"Comment\0\0" + bomb), chunk(b"iTXt", b"Comment\0\1\0\0\0" + bomb)]
    packed = b"".join(b"\0" + row.tobytes() for row in gradient())
    assert_pixels(png(80, 48, 8, 2, packed, *texts), gradient())
    profile = chunk(b"iCCP", b"profile\0\0" + bomb)
    assert_pixels(png(80, 48, 8, 2, packed, profile), gradient())
