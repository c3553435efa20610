"""A photo that a person brings: the bytes of an upload → upright RGB → a square crop of 64×64×3.

    pixels = R · photo · Cᵀ          R (64, height), C (64, width): overlaps, each row sums to 1

A crop's pixel is the plain average over its square of the photo (*area average*): every photo pixel counts
by the part of it that lies inside. That is what a coarser sensor would have measured; it makes neither the
jagged edges of picking single pixels nor the halos of sharper filters. Where a crop has fewer than 64 pixels
a side, the squares are kept one pixel wide, and the same formula is linear interpolation.

A photo that is seen whole, zoom 1, is decoded only as far as that takes: its shorter side keeps 192 pixels,
three for each of the crop's, and more than a closer look (core.closer_look) asks for; of a JPEG the decoder
makes a quarter of the pixels, or fewer. On photos of real balls, 400 to 1200 pixels long, that moves the
numbers of a crop by 0.2 to 0.5 of 255 on average, by 7 or less in 99.9 % of them, and by 17 at most, where it
is sharpest. The commands decode a file, and the page the small one that it keeps of it
(core.own_photos.own_photo), for the zoom that is shown.

Shapes: Photo.pixels (height, width, 3) uint8, shrunk by a whole factor: for zoom 8 to about 1024 pixels (at
most 1536, except for panoramas, whose shorter side keeps 192); Photo.crop (64, 64, 3) uint8, or another side.
Errors: PhotoError, one sentence for the person who sent the file.
"""

import math
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from core.photo_files import PhotoError, read_header
from core.photo_files.decode import FINEST, decode
from core.photo_files.header import MEGA

__all__ = ["MAX_ZOOM", "Crops", "Frame", "Photo", "PhotoError", "read_photo"]

SIZE = 64  # the side of what a neuron sees, core.pixels.SIZE, here without importing torch
MAX_ZOOM = FINEST
LARGE = 16 * MEGA  # pixels from which decoders take turns: thirty people at once need the memory of one

_one_large_at_a_time = threading.Lock()

Crops = tuple[NDArray[np.uint8], ...]  # of one frame, each (side, side, 3) for another side


@dataclass(frozen=True)
class Frame:
    """The square that a crop cuts out, in pixels of the photo: fractions of pixels are meant."""

    left: float
    top: float
    side: float


@dataclass(frozen=True, eq=False)
class Photo:
    """Upright and in sRGB; original = (width, height) before shrinking.

    inside: (left, top, width, height) of the photo within its pixels, if not all of them.
    Shapes: pixels (height, width, 3) uint8, read-only.
    """

    pixels: NDArray[np.uint8]
    kind: str = "picture"
    original: tuple[int, int] = (0, 0)
    inside: tuple[float, float, float, float] | None = None

    def frame(self, centre_x: float = 0.5, centre_y: float = 0.5, zoom: float = 1.0) -> Frame:
        """The largest square ÷ zoom, moved to the centre that is asked for as far as the photo's edges allow.

        centre_x and centre_y run from 0 to 1 over the photo, zoom from 1 to 8; what lies outside is clamped,
        and what is no number counts as the default.
        """
        left, top, width, height = self._whole()
        side = min(height, width) / _clamp(zoom, 1.0, MAX_ZOOM, 1.0)
        left += _clamp(_clamp(centre_x, 0.0, 1.0, 0.5) * width - side / 2, 0.0, width - side, 0.0)
        top += _clamp(_clamp(centre_y, 0.0, 1.0, 0.5) * height - side / 2, 0.0, height - side, 0.0)
        return Frame(left, top, side)

    def place(self, frame: Frame) -> tuple[float, float, float]:
        """centre_x, centre_y and zoom of a frame: `frame`, backwards."""
        left, top, width, height = self._whole()
        x, y = (frame.left + frame.side / 2 - left) / width, (frame.top + frame.side / 2 - top) / height
        return x, y, min(height, width) / frame.side

    def _whole(self) -> tuple[float, float, float, float]:
        """left, top, width and height of the photo within its pixels."""
        return self.inside or (0.0, 0.0, *self.pixels.shape[1::-1])

    def crop(
        self, centre_x: float = 0.5, centre_y: float = 0.5, zoom: float = 1.0, side: int = SIZE
    ) -> NDArray[np.uint8]:
        """The area average R · photo · Cᵀ over the frame, rounded. Shapes: → (side, side, 3) uint8.

        side: what is said above of 64 holds for any other number of pixels.
        """
        frame = self.frame(centre_x, centre_y, zoom)
        if self.pixels.shape[:2] == (side, side) and frame.side == side:
            return self.pixels.copy()
        rows, R = _overlaps(frame.top, frame.side, self.pixels.shape[0], side)
        columns, C = _overlaps(frame.left, frame.side, self.pixels.shape[1], side)
        flat = self.pixels.reshape(len(self.pixels), -1)  # (height, width · 3)
        touched = slice(3 * columns[0], 3 * (columns[-1] + C.shape[1]))
        lines = _turned(_average(rows, R, flat[:, touched]))  # (width, side · 3)
        squares = _turned(_average(columns - columns[0], C, lines))  # (side, side · 3)
        return (squares + 0.5).astype(np.uint8).reshape(side, side, 3)  # a mean of 0 … 255 lies within them

    def crops(
        self, sides: Sequence[int], centre_x: float = 0.5, centre_y: float = 0.5, zoom: float = 1.0
    ) -> Crops:
        """The same frame with so many pixels a side, for each of `sides`."""
        return tuple(self.crop(centre_x, centre_y, zoom, side) for side in sides)


def read_photo(data: bytes, *, zoom: float = MAX_ZOOM) -> Photo:
    """The first frame in a JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF file, upright and on white.

    zoom, 1 … 8: the closest that it will be looked at, clamped; 8 where it is no number. A crop at that zoom
    keeps 192 pixels a side, or what decoding to about 1024 leaves of it.
    Errors: PhotoError for anything else, before memory is asked for that the file's size does not earn.
    """
    zoom = _clamp(zoom, 1.0, MAX_ZOOM, MAX_ZOOM)
    header = read_header(data)
    if header.width * header.height < LARGE:
        decoded = decode(header, zoom)
    else:
        with _one_large_at_a_time:
            decoded = decode(header, zoom)
    pixels = np.asarray(decoded.picture)  # (height, width, 3), of bytes that nobody can write
    return Photo(pixels, header.kind, decoded.original, decoded.inside)


@lru_cache(maxsize=192)  # most photos of a folder have one of a few sizes
def _overlaps(
    start: float, side: float, length: int, count: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Which part of each photo pixel lies in each of the `count` intervals of a crop, along one axis.

    Shapes: → the first photo pixel of each (count,), weights (count, touched) from there on, whose rows sum
    to 1.
    """
    step = side / count
    centres = start + step * (np.arange(count) + 0.5)  # (count,)
    reach = max(step, 1.0) / 2  # an interval narrower than a pixel would pick single pixels
    touched = min(length, math.ceil(2 * reach) + 1)  # photo pixels that an interval reaches at most
    firsts = np.clip(np.floor(centres - reach).astype(np.int64), 0, length - touched)  # (count,)
    edges = firsts[:, None] + np.arange(touched)  # (count, touched): left edges of the photo's pixels
    starts, ends = (centres - reach)[:, None], (centres + reach)[:, None]  # (count, 1)
    overlap = np.maximum(np.minimum(ends, edges + 1) - np.maximum(starts, edges), 0.0)  # (count, touched)
    weights = (overlap / overlap.sum(axis=1, keepdims=True)).astype(np.float32)
    firsts.flags.writeable = weights.flags.writeable = False
    return firsts, weights


def _average(
    firsts: NDArray[np.int64], weights: NDArray[np.float32], lines: NDArray[np.uint8] | NDArray[np.float32]
) -> NDArray[np.float32]:
    """Σ over the touched lines of weight · line, for each interval, in this thread alone.

    OpenBLAS would share so small a product among threads, which wait for each other on a busy machine.
    Shapes: firsts (side,), weights (side, touched), lines (height, n) → (side, n).
    """
    touched = lines[firsts[:, None] + np.arange(weights.shape[1])]  # (side, touched, n)
    return np.einsum("it,itn->in", weights, touched)


def _turned(lines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows for columns: (side, width · 3) → (width, side · 3); a colour's three numbers stay together."""
    return np.ascontiguousarray(lines.view("V12").T).view(np.float32)  # 12 bytes a colour


def _clamp(value: float, low: float, high: float, default: float) -> float:
    return min(max(value, low), high) if math.isfinite(value) else default
