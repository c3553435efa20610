"""Small files that would keep a decoder busy for minutes, or that it would get wrong without a word."""

import json
import struct
import time

import numpy as np
import pytest
import torch
from PIL import Image, ImageCms
from safetensors.torch import save

from core.live_run.starts import start_from_bytes
from core.own_photos import photo_zip
from core.own_photos.own_photo import on_one_line
from core.photo_files import av1, heif_items, read_header
from core.photo_files.profile import without_stages
from core.photos import PhotoError, read_photo
from core.weights import WeightsError, load_network
from tests.core.own_photos import from_zip, zipped
from tests.core.photo_corpus import chunk, encode, picture, png


def icc_with_stages(count: int) -> bytes:
    """sRGB with a tag D2B1 that is `count` stages, all of them the same curves and the same table."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    (tags,) = struct.unpack_from(">I", profile, 128)
    parts = [struct.unpack_from(">4sII", profile, 132 + 12 * k) for k in range(tags)]
    bodies = [(name, profile[at : at + length]) for name, at, length in parts]
    curve = b"parf\0\0\0\0" + struct.pack(">HH4f", 0, 0, 1.1, 1.0, 0.0, 0.0)
    curve = b"curf\0\0\0\0" + struct.pack(">HH", 1, 0) + curve
    curves = b"cvst\0\0\0\0" + struct.pack(">HH", 3, 3) + struct.pack(">II", 36, len(curve)) * 3 + curve
    table = b"clut\0\0\0\0" + struct.pack(">HH", 3, 3) + bytes([2] * 3 + [0] * 13) + bytes(4 * 24)
    at = 16 + 8 * count
    places = ((at, len(curves)), (at + len(curves), len(table)))
    stages = b"mpet\0\0\0\0" + struct.pack(">HHI", 3, 3, count)
    stages += b"".join(struct.pack(">II", *places[k % 2]) for k in range(count)) + curves + table
    bodies.append((b"D2B1", stages))
    at, entries, content = 132 + 12 * len(bodies), b"", b""
    for name, body in bodies:
        entries += name + struct.pack(">II", at + len(content), len(body))
        content += body + bytes(-len(body) % 4)
    head = struct.pack(">I", at + len(content)) + profile[4:8] + struct.pack(">I", 0x04300000)
    return head + profile[12:128] + struct.pack(">I", len(bodies)) + entries + content


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "HEIC"])
def test_stages_of_a_colour_profile_are_not_walked(kind: str) -> None:
    options = {"quality": 95} if kind != "PNG" else {}
    plain, icc = picture(), icc_with_stages(3000)
    begun = time.process_time()
    found = read_photo(encode(plain, kind, icc_profile=icc, **options)).pixels
    assert time.process_time() - begun < 2.0, "a minute with them"
    expected = read_photo(encode(plain, kind, **options)).pixels
    assert np.abs(found.astype(int) - expected).max() <= 2, "the rest of the profile is sRGB's"


def test_a_profile_without_stages_stays_as_it_is() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for icc in (profile, b"", profile[:130], b"x" * 200):
        assert without_stages(icc) == icc


def avif(side: int, **options: object) -> bytes:
    return encode(Image.new("RGB", (side, side), "teal"), "AVIF", **options)


def avif_with_alpha() -> bytes:
    """Of two coded pictures."""
    return encode(picture("RGBA"), "AVIF")


def coded(data: bytes) -> bytes:
    """From the first unit of the picture to the end."""
    return data[data.rindex(b"mdat") + 4 :]


@pytest.mark.parametrize("side", [1, 8, 64, 65, 1600])
@pytest.mark.parametrize("options", [{}, {"subsampling": "4:4:4"}, {"speed": 10}])
def test_the_size_that_av1_names_itself(side: int, options: dict[str, object]) -> None:
    assert av1.largest_frame(coded(avif(side, **options))) == (side, side)


def test_an_avif_that_hides_its_size_or_is_put_together() -> None:
    large = avif(1600)
    with pytest.raises(PhotoError, match="damaged"):
        read_photo(large.replace(struct.pack(">I", 1600) * 2, struct.pack(">I", 64) * 2))
    names = large.index(b"iinf")
    first = large.index(b"av01", names)
    with pytest.raises(PhotoError, match="damaged"):
        read_photo(large[:first] + b"hvc1" + large[first + 4 :])
    two = avif_with_alpha()
    first = two.index(b"av01", two.index(b"iinf"))
    with pytest.raises(PhotoError, match="put together"):
        read_photo(two[:first] + b"grid" + two[first + 4 :])
    with pytest.raises(PhotoError, match="damaged"):
        av1.largest_frame(b"\x12\0" + b"\x32\x00")  # units, and none is a sequence header


def test_of_an_avif_sequence_only_the_still_picture_reaches_the_decoder() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime")]
    data = encode(frames[0], "AVIF", save_all=True, append_images=frames[1:])
    assert b"moov" in data and b"avis" in data[:40]
    kept = read_header(data).data
    assert b"moov" not in kept and b"avis" not in kept[:40]


def iloc(*extents: tuple[int, int], items: int = 1) -> bytes:
    places = b"".join(struct.pack(">II", *one) for one in extents)
    entries = b"".join(struct.pack(">HHH", i, 0, len(extents)) + places for i in range(items))
    return struct.pack(">I", 0) + b"\x44\x00" + struct.pack(">H", items) + entries


def test_items_that_share_their_bytes() -> None:
    read = heif_items.extents_of
    assert read(iloc((10, 90), (5, 5)), 0, 100, "HEIC") == {0: ((10, 90), (5, 5))}
    assert read(iloc((10, 0)), 0, 100, "HEIC") == {0: ((10, 90),)}, "0 is: to the end"
    for shared in (iloc((0, 90), items=3), iloc(*[(0, 90)] * 3), iloc(*[(0, 0)] * 3)):
        with pytest.raises(PhotoError, match="damaged"):
            read(shared, 0, 100, "HEIC")
    with pytest.raises(PhotoError, match="damaged"):
        read(iloc((10, 90))[:-1], 0, 100, "HEIC")
    many = b"\2\0\0\0\x44\x00" + struct.pack(">I", 5_000_000) + bytes(10 * 100_000)  # items without extents
    begun = time.process_time()
    with pytest.raises(PhotoError, match="damaged"):
        read(many, 0, len(many), "HEIC")
    assert time.process_time() - begun < 0.05


def tiled(width: int, height: int, across: int, down: int, count: int) -> bytes:
    """A grey, uncompressed TIFF of so many tiles, each of which has 16 bytes."""
    at = 8 + 2 + 12 * 9 + 4
    tags = [
        (256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, 8), (259, 3, 1, 8), (262, 3, 1, 1),
        (322, 4, 1, across), (323, 4, 1, down), (324, 4, count, at), (325, 4, count, at + 4 * count),
    ]  # fmt: skip
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    head = struct.pack("<2sHIH", b"II", 42, 8, len(tags))
    lists = struct.pack(f"<{2 * count}I", *[at + 8 * count] * count, *[16] * count)
    return head + entries + struct.pack("<I", 0) + lists + bytes(16 * count)


@pytest.mark.parametrize("shape", [(1792, 90, 16, 1_000_000, 112), (64, 64, 64, 64, 50), (64, 64, 0, 64, 2)])
def test_tiles_that_are_far_larger_or_more_than_the_picture(shape: tuple[int, ...]) -> None:
    begun = time.process_time()
    with pytest.raises(PhotoError, match="damaged"):
        read_photo(tiled(*shape))
    assert time.process_time() - begun < 0.5


def retagged(data: bytes, number: int, value: int) -> bytes:
    """A little-endian TIFF of Pillow with another value in a tag of one short number."""
    (at,) = struct.unpack_from("<I", data, 4)
    for entry in range(at + 2, at + 2 + 12 * struct.unpack_from("<H", data, at)[0], 12):
        if struct.unpack_from("<H", data, entry)[0] == number:
            return data[: entry + 8] + struct.pack("<HH", value, 0) + data[entry + 12 :]
    raise KeyError(number)


def test_numbers_that_a_tiff_stores_in_a_rare_way_are_not_shown_wrong() -> None:
    deep = encode(picture("I;16"), "TIFF")
    assert read_photo(deep).pixels.shape == (48, 80, 3)
    white_is_0 = retagged(encode(picture("F"), "TIFF"), 262, 0)
    for data in (retagged(deep, 262, 0), retagged(deep, 258, 12), white_is_0):
        with pytest.raises(PhotoError, match="rare way"):
            read_photo(data)


@pytest.mark.parametrize(("depth", "key"), [(2, 1), (4, 5)])
def test_the_transparent_grey_of_a_png_of_few_bits(depth: int, key: int) -> None:
    width, height, per_byte = 16, 12, 8 // depth
    grey = np.arange(width * height).reshape(height, width) % 2**depth
    packed = np.zeros((height, width // per_byte), np.uint8)
    for place in range(per_byte):
        packed |= (grey[:, place::per_byte] << depth * (per_byte - 1 - place)).astype(np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in packed)
    data = png(width, height, depth, 0, rows, chunk(b"tRNS", struct.pack(">H", key)))
    expected = np.where(grey == key, 255, grey * 255 // (2**depth - 1))
    assert (read_photo(data).pixels == expected[..., None]).all()


@pytest.mark.parametrize("low", [0, 7])
def test_the_transparent_colour_of_a_png_of_sixteen_bits(low: int) -> None:
    colours = np.asarray(picture()).astype(np.uint16)
    deep = (colours << 8 | low).astype(">u2")
    clear = deep[20, 30]
    rows = b"".join(b"\0" + row.tobytes() for row in deep)
    data = png(80, 48, 16, 2, rows, chunk(b"tRNS", clear.tobytes()))
    expected = np.where((deep == clear).all(axis=2, keepdims=True), 255, colours)
    assert (expected != colours).any() and (read_photo(data).pixels == expected).all()


def test_of_sixteen_bits_all_count_for_the_transparent_colour(monkeypatch) -> None:
    """Neither a colour with the same first 8 bits is clear, nor one with the same last 8."""
    monkeypatch.setattr("core.photo_files.png_key.ROWS", 80 * 7)  # strips, the last of which is lower
    deep = np.full((48, 80, 3), 0x2000, np.uint16)
    deep[:16], deep[16:32], deep[32:] = (0x1234, 0x5678, 0x9ABC), (0x1233, 0x5678, 0x9ABC), (0x34, 0x78, 0xBC)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in deep)
    data = png(80, 48, 16, 2, rows, chunk(b"tRNS", struct.pack(">HHH", 0x1234, 0x5678, 0x9ABC)))
    pixels = read_photo(data).pixels
    assert (pixels[:16] == 255).all()
    assert (pixels[16:32] == (0x12, 0x56, 0x9A)).all() and (pixels[32:] == 0).all()


def test_what_the_first_frame_of_an_animation_without_alpha_leaves_bare_is_white() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "lime")]
    data = bytearray(encode(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True))
    assert data[12:16] == b"VP8X" and data[20] & 0x12 == 0x02
    data[24:30] = struct.pack("<I", 99)[:3] + struct.pack("<I", 79)[:3]  # a canvas of 100 × 80
    photo = read_photo(bytes(data))
    assert photo.original == (100, 80)
    red = (photo.pixels == (255, 0, 0)).all(axis=2)
    assert red[:30, :40].all() and red.sum() == 30 * 40 and (photo.pixels[~red] == 255).all()


def test_a_progressive_jpeg_that_is_too_large_is_not_called_damaged() -> None:
    data = bytearray(encode(picture(), "JPEG", progressive=True))
    at = data.index(b"\xff\xc2") + 5
    data[at : at + 4] = struct.pack(">HH", 9_000, 12_000)
    with pytest.raises(PhotoError, match="claims 12000 × 9000 pixels, more than the 64 million"):
        read_photo(bytes(data))


def test_a_zip_of_many_pixels_is_read_to_its_limit(monkeypatch) -> None:
    monkeypatch.setattr(photo_zip, "MAX_PIXELS", 3 * 48 * 80)
    files = [(f"soccer/{i}.png", encode(picture().rotate(9 * i), "PNG")) for i in range(5)]
    photos, (text, rest) = from_zip(zipped(("notes.txt", b"a text, no photo"), *files))
    assert len(photos) == 3 and text.startswith("notes.txt: This is a text file")
    assert rest.startswith("soccer/3.png and soccer/4.png: 2,000 million pixels")


def test_the_pixels_of_a_jpeg_count_an_eighth_for_most_are_never_made(monkeypatch) -> None:
    monkeypatch.setattr(photo_zip, "MAX_PIXELS", 48 * 80)
    files = [(f"soccer/{i}.jpg", encode(picture().rotate(9 * i), "JPEG")) for i in range(10)]
    photos, said = from_zip(zipped(*files))
    assert len(photos) == 8 and said[0].startswith("soccer/8.jpg and soccer/9.jpg: 2,000 million pixels")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u202efdp.txt", "�fdp.txt"), ("a\nb\0.png", "a�b�.png"), ("볼 공.jpg", "볼 공.jpg"),
        ("at 5.00\u202fPM\u00a0.png", "at 5.00 PM .png"), ("👩\u200d🔬.heic", "👩\u200d🔬.heic"),
        ("می\u200cخواهم.jpg", "می\u200cخواهم.jpg"),
    ],
)  # fmt: skip
def test_a_name_stands_in_a_sentence(name: str, shown: str) -> None:
    assert on_one_line(name) == shown


def test_weights_that_claim_too_many_names(tmp_path) -> None:
    header = {"header": json.dumps({"activations": ["sigmoid"]})}
    many = save({f"t{i}": torch.zeros(0) for i in range(5000)}, header)
    with pytest.raises(WeightsError, match="too many names"):
        start_from_bytes(many)
    seed = '{"activations": ["sigmoid"], "seed": ' + "1" * 5000 + "}"
    huge = save({"layer.0.W": torch.zeros(1, 1)}, {"header": seed})
    for data, word in ((many, "too many names"), (huge, "or it is damaged"), (b"\0" * 9, "or it is damaged")):
        path = tmp_path / "w.safetensors"
        path.write_bytes(data)
        with pytest.raises(WeightsError, match=word) as caught:
            load_network(path)
        assert str(caught.value).isprintable() and len(str(caught.value)) < 120
