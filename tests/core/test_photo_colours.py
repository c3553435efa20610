"""Colours that a file names by numbers: PNG's gAMA, cHRM and cICP, nclx of HEIC and AVIF."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.photo_files.colours import coded, gamma_coded
from core.photos import read_photo
from tests.core.photo_corpus import Pixels, chunk, encode, gradient, png

# Linear red, green, blue → XYZ under D65, as the CSS Color 4 specification has them.
P3 = np.array([[0.48657, 0.26567, 0.19822], [0.22897, 0.69174, 0.07929], [0.0, 0.04511, 1.04394]])
SRGB = np.array([[0.41239, 0.35758, 0.18048], [0.21264, 0.71517, 0.07219], [0.01933, 0.11919, 0.95053]])
PLACES = (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)  # of white, red, green, blue in P3
SRGB_PLACES = (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)


def linear(values: Pixels) -> np.ndarray:
    v = values / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def to_srgb(light: np.ndarray) -> Pixels:
    light = light.clip(0, 1)
    v = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return (v * 255).round().astype(np.uint8)


def from_p3(values: Pixels) -> Pixels:
    return to_srgb(linear(values) @ P3.T @ np.linalg.inv(SRGB).T)


def close(got: Pixels, expected: Pixels, most: int = 2) -> bool:
    return int(np.abs(got.astype(int) - expected.astype(int)).max()) <= most


def colour_png(*chunks: bytes, pixels: Pixels | None = None) -> bytes:
    pixels = gradient() if pixels is None else pixels
    colour = {2: 0, 3: 2}[pixels.ndim]
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)
    return png(80, 48, 8, colour, rows, *chunks)


def gama(number: int) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", number))


def chrm(*places: int) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *places))


def cicp(primaries: int, curve: int) -> bytes:
    return chunk(b"cICP", bytes([primaries, curve, 0, 1]))


def test_a_png_of_linear_numbers() -> None:
    expected = to_srgb(gradient() / 255)
    for chunks in ([gama(100_000)], [gama(100_000), chrm(*SRGB_PLACES)], [cicp(1, 8)]):
        assert close(read_photo(colour_png(*chunks)).pixels, expected)
    grey = gradient()[..., 0]
    for chunks in ([], [chunk(b"tRNS", b"\0\1")]):  # which is a colour of no pixel
        photo = read_photo(colour_png(gama(100_000), *chunks, pixels=grey))
        assert close(photo.pixels, to_srgb(grey / 255)[..., None])


@pytest.mark.parametrize("chunks", [[cicp(12, 13)], [gama(45_455), chrm(*PLACES)]])
def test_a_png_in_the_colours_of_a_wide_screen(chunks: list[bytes]) -> None:
    assert close(read_photo(colour_png(*chunks)).pixels, from_p3(gradient()))


@pytest.mark.parametrize("kind", ["AVIF", "HEIC"])
def test_nclx_names_the_colours_of_a_wide_screen(kind: str) -> None:
    data = encode(Image.fromarray(gradient()), kind, quality=95)
    at = data.index(b"nclx") + 4
    plain = read_photo(data).pixels
    for primaries, curve, expected in (
        (12, 13, from_p3(plain)),
        (1, 13, plain),
        (1, 8, to_srgb(plain / 255)),
        (1, 1, plain),
        (2, 2, plain),
    ):
        numbered = data[:at] + struct.pack(">HH", primaries, curve) + data[at + 4 :]
        assert close(read_photo(numbered).pixels, expected)


def test_light_of_a_bright_screen_finds_room_below_the_white_of_a_page() -> None:
    """PQ of 203 cd/m² is 0.5807; so much is a bit more than half of what 1000 are."""
    ramp = np.repeat(np.array([0, 148, 192, 255], np.uint8), 20)[None, :, None].repeat(48, 0).repeat(3, 2)
    pixels = read_photo(colour_png(cicp(9, 16), pixels=ramp)).pixels[0, ::20]
    assert close(pixels, to_srgb(np.array([0, 0.52, 1, 1]))[:, None])


@pytest.mark.parametrize(
    "chunks",
    [
        [gama(45_455)],
        [gama(45_455), chrm(*SRGB_PLACES)],
        [gama(100_000), chunk(b"sRGB", b"\0")],
        [gama(100_000), cicp(1, 13)],
        [gama(0)],
        [gama(220_000)],
        [gama(2**32 - 1)],
        [chunk(b"gAMA", b"")],
        [gama(45_455), chrm(*[0] * 8)],
        [gama(45_455), chrm(*[2**32 - 1] * 8)],
        [gama(45_455), chrm(31270, 32900, *[33333] * 6)],
        [chrm(*PLACES)],
        [cicp(2, 2)],
        [cicp(255, 255)],
        [chunk(b"cICP", b"\x0c")],
    ],
)
def test_what_is_srgb_or_nonsense_leaves_the_numbers_as_they_are(chunks: list[bytes]) -> None:
    assert (read_photo(colour_png(*chunks)).pixels == gradient()).all()


def test_a_gamma_of_1_is_not_the_curve_with_the_number_1() -> None:
    assert gamma_coded(1.0, (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.329)) != coded(12, 1)


@pytest.mark.filterwarnings("error")
@given(st.integers(0, 2**32 - 1), st.lists(st.integers(0, 100_000), min_size=8, max_size=8))
def test_any_numbers_make_a_photo(gamma: int, places: list[int]) -> None:
    for number in (gamma, 45_455, 60_000):
        photo = read_photo(colour_png(gama(number), chrm(*places)))
        assert photo.pixels.shape == (48, 80, 3)
