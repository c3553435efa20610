"""Arrays become pictures: x, w and w∘xᵀ as photos are drawn, 64 × 64 pixels, never smoothed.

Shapes: w, w∘xᵀ (12288,) in the order of x = (row·64 + column)·3 + channel; a picture is uint8 (64, 64, 3).
Signed pictures have a symmetric scale: −scale … 0 … +scale, zero is the neutral colour; its end is `largest`,
which clips nothing, or `scale_of`, which lets a few outliers go.
"""

import io

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from core.pixels import CHANNELS, SIZE
from ui.theme import DIVERGING


def largest(values: ArrayLike) -> float:
    """max |v|, the smallest symmetric scale that clips nothing; 1 for an all-zero array."""
    array = np.asarray(values, dtype=np.float64)
    peak = float(np.abs(array).max()) if array.size else 0.0
    return peak or 1.0


def scale_of(values: NDArray[np.floating]) -> float:
    """The end of a symmetric scale: 99.5 % of |values| lie within, rounded up to one digit; 1 if all are 0.

    One outlier would wash out the rest; what lies beyond has the colour of the end.
    """
    peak = float(np.quantile(np.abs(values), 0.995))
    if peak == 0:
        return 1.0
    unit = 10.0 ** np.floor(np.log10(peak))
    return float(np.ceil(peak / unit - 1e-9) * unit)


def greys(values: NDArray[np.floating], scale: ArrayLike) -> NDArray[np.uint8]:
    """pixel = 127.5 (1 + w / scale): the inverse of x = pixel / 127.5 − 1, so that zero is mid-grey.

    Shapes: values and scale as they broadcast → the same. Channel by channel: a bright red spot is a weight
    that asks for red there.
    """
    unit = np.clip(values / np.asarray(scale, values.dtype), -1, 1)
    return np.rint(127.5 * (1 + unit)).astype(np.uint8)


def signed_rgb(w: ArrayLike, scale: float | None = None) -> NDArray[np.uint8]:
    """One row of weights in `greys`, up to its largest |w| without a scale. (12288,) → uint8 (64, 64, 3)."""
    values = np.asarray(w, dtype=np.float64).reshape(SIZE, SIZE, CHANNELS)
    return greys(values, _scale(values, scale))


def diverging(values: ArrayLike, scale: float | None = None) -> NDArray[np.uint8]:
    """One number a pixel on the violet – paper – green scale.

    values (rows, columns) → uint8 (rows, columns, 3). −scale is violet, 0 paper, +scale green.
    """
    array = np.asarray(values, dtype=np.float64)
    unit = np.clip(array / _scale(array, scale), -1.0, 1.0)
    stops = np.array([[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in DIVERGING], dtype=np.float64)
    position = (unit + 1.0) / 2.0 * (len(stops) - 1)
    channels = [np.interp(position, np.arange(len(stops)), stops[:, c]) for c in range(3)]
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)


def enlarge(pixels: ArrayLike, scale_up: int) -> NDArray[np.uint8]:
    """Each pixel becomes a square of scale_up × scale_up equal pixels."""
    picture = np.asarray(pixels, dtype=np.uint8)
    return picture.repeat(scale_up, axis=0).repeat(scale_up, axis=1)


def png(pixels: NDArray[np.uint8]) -> bytes:
    """The pixels, exactly, as a PNG file. Shapes: uint8 (rows, columns, 3)."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG", compress_level=4)
    return buffer.getvalue()


def _scale(values: NDArray[np.float64], scale: float | None) -> float:
    chosen = largest(values) if scale is None else float(scale)
    if not chosen > 0:
        raise ValueError(f"a symmetric scale is a positive number, not {chosen}")
    return chosen
