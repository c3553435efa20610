"""A photo that a person brings: the bytes of an upload → upright RGB → a square crop of 64×64×3.

    pixels = R · photo · Cᵀ          R (64, height), C (64, width): overlaps, each row sums to 1

A crop's pixel is the plain average over its square of the photo (*area average*): every photo pixel counts
by the part of it that lies inside. That is what a coarser sensor would have measured; it makes neither the
jagged edges of picking single pixels nor the halos of sharper filters. Where a crop has fewer than 64 pixels
a side, the squares are kept one pixel wide, and the same formula is linear interpolation.

Shapes: Photo.pixels (height, width, 3) uint8, shrunk by a whole factor to about 1024 pixels (at most 1536,
except for panoramas, whose shorter side keeps 192); Photo.crop (64, 64, 3) uint8.
Errors: PhotoError, one sentence for the person who sent the file.
"""

import math
import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.photo_files import PhotoError, read_header
from core.photo_files.decode import decode
from core.photo_files.header import MEGA

__all__ = ["MAX_ZOOM", "Frame", "Photo", "PhotoError", "read_photo"]

SIZE = 64  # the side of what a neuron sees, core.pixels.SIZE, here without importing torch
MAX_ZOOM = 8.0
# From 9,216 numbers on OpenBLAS shares a product among threads. They wait for each other: on a machine where
# every core had a task, a crop took 40 times as long.
ALONE = 8192
LARGE = 16 * MEGA  # pixels from which decoders take turns: thirty people at once need the memory of one

_one_large_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Frame:
    """The square that a crop cuts out, in pixels of the photo: fractions of pixels are meant."""

    left: float
    top: float
    side: float


@dataclass(frozen=True, eq=False)
class Photo:
    """Upright and in sRGB; original = (width, height) before shrinking.

    Shapes: pixels (height, width, 3) uint8, read-only.
    """

    pixels: NDArray[np.uint8]
    kind: str = "picture"
    original: tuple[int, int] = (0, 0)

    def frame(self, centre_x: float = 0.5, centre_y: float = 0.5, zoom: float = 1.0) -> Frame:
        """The largest square ÷ zoom, moved to the centre that is asked for as far as the photo's edges allow.

        centre_x and centre_y run from 0 to 1 over the photo, zoom from 1 to 8; what lies outside is clamped,
        and what is no number counts as the default.
        """
        height, width = self.pixels.shape[:2]
        side = min(height, width) / _clamp(zoom, 1.0, MAX_ZOOM, 1.0)
        left = _clamp(_clamp(centre_x, 0.0, 1.0, 0.5) * width - side / 2, 0.0, width - side, 0.0)
        top = _clamp(_clamp(centre_y, 0.0, 1.0, 0.5) * height - side / 2, 0.0, height - side, 0.0)
        return Frame(left, top, side)

    def crop(self, centre_x: float = 0.5, centre_y: float = 0.5, zoom: float = 1.0) -> NDArray[np.uint8]:
        """The area average R · photo · Cᵀ over the frame, rounded. Shapes: → (64, 64, 3) uint8."""
        frame = self.frame(centre_x, centre_y, zoom)
        rows, R = _overlaps(frame.top, frame.side, self.pixels.shape[0])
        columns, C = _overlaps(frame.left, frame.side, self.pixels.shape[1])
        top, left = rows[0], columns[0]
        part = self.pixels[top : rows[-1] + R.shape[1], left : columns[-1] + C.shape[1]]
        lines = _turned(_average(rows - top, R, part.astype(np.float32)))  # (width, 64, 3)
        squares = _average(columns - left, C, lines).transpose(1, 0, 2)  # (64, 64, 3)
        return np.clip(squares + 0.5, 0, 255).astype(np.uint8)


def read_photo(data: bytes) -> Photo:
    """The first frame in a JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF file, upright and on white.

    Errors: PhotoError for anything else, before memory is asked for that the file's size does not earn.
    """
    header = read_header(data)
    if header.width * header.height < LARGE:
        upright, original = decode(header)
    else:
        with _one_large_at_a_time:
            upright, original = decode(header)
    pixels = np.array(upright)  # (height, width, 3), a copy that is ours
    pixels.flags.writeable = False
    return Photo(pixels, header.kind, original)


def _overlaps(start: float, side: float, length: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Which part of each photo pixel lies in each of the 64 intervals of a crop, along one axis.

    Shapes: → the first photo pixel of each (64,), weights (64, touched) from there on; each row sums to 1.
    """
    step = side / SIZE
    centres = start + step * (np.arange(SIZE) + 0.5)  # (64,)
    reach = max(step, 1.0) / 2  # an interval narrower than a pixel would pick single pixels
    touched = min(length, math.ceil(2 * reach) + 1)  # photo pixels that an interval reaches at most
    firsts = np.clip(np.floor(centres - reach).astype(np.int64), 0, length - touched)  # (64,)
    edges = firsts[:, None] + np.arange(touched)  # (64, touched): left edges of the photo's pixels
    starts, ends = (centres - reach)[:, None], (centres + reach)[:, None]  # (64, 1)
    overlap = np.maximum(np.minimum(ends, edges + 1) - np.maximum(starts, edges), 0.0)  # (64, touched)
    return firsts, (overlap / overlap.sum(axis=1, keepdims=True)).astype(np.float32)


def _average(
    firsts: NDArray[np.int64], weights: NDArray[np.float32], lines: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Σ over the touched lines of weight · line, for each interval, in products of at most `ALONE` numbers.

    Shapes: firsts (64,), weights (64, touched), lines (height, width, 3) → (64, width, 3).
    """
    touched = weights.shape[1]
    flat = lines.reshape(len(lines), -1)  # (height, width · 3)
    averages = np.empty((SIZE, flat.shape[1]), np.float32)
    for start in range(0, flat.shape[1], ALONE // touched):
        part = slice(start, start + ALONE // touched)
        for weight, first, average in zip(weights, firsts.tolist(), averages, strict=True):
            np.dot(weight, flat[first : first + touched, part], out=average[part])
    return averages.reshape(SIZE, *lines.shape[1:])


def _turned(lines: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows for columns: (64, width, 3) → (width, 64, 3), its colours moved three at a time."""
    colours = np.ascontiguousarray(lines.view("V12")[..., 0].T)  # (width, 64), 12 bytes each
    return colours.view(np.float32).reshape(lines.shape[1], lines.shape[0], 3)


def _clamp(value: float, low: float, high: float, default: float) -> float:
    return min(max(value, low), high) if math.isfinite(value) else default
