"""The photo as a column: photo (64, 64, 3) → x (12288, 1).

The photo is flattened (unrolled into a column vector) row by row, and in each pixel R, G, B, so

    place(row, col, channel) = (row · 64 + col) · 3 + channel
    x = pixel / 127.5 − 1        black −1, middle grey 0, white +1

Order and scale are ours (the lecture leaves them open): with grey at zero a weight speaks only where the
photo is lighter or darker than grey, and descent is far better conditioned than on 0 … 255.
Source: lecture, section 1.
"""

import torch
from torch import Tensor

SIZE = 64
CHANNELS = 3
N = SIZE * SIZE * CHANNELS  # 12288


def place(row: int, col: int, channel: int) -> int:
    """Index of one channel of one pixel in x: (row · 64 + col) · 3 + channel, 0 … 12287.

    Errors: ValueError for a pixel or channel that is not there.
    """
    for name, value, bound in (("row", row, SIZE), ("col", col, SIZE), ("channel", channel, CHANNELS)):
        if not 0 <= value < bound:
            raise ValueError(f"{name} must be 0 … {bound - 1}, got {value}")
    return (row * SIZE + col) * CHANNELS + channel


def scale(pixels: Tensor, *, dtype: torch.dtype = torch.float32) -> Tensor:
    """pixel / 127.5 − 1, in whatever shape the pixels have, as a copy: uint8 0 … 255 → float −1 … 1."""
    return pixels.to(dtype, copy=True).div_(127.5).sub_(1.0)


def check_photos(photos: Tensor) -> None:
    """Errors: ValueError unless photos are uint8 pixels (m, 64, 64, 3)."""
    if photos.dtype != torch.uint8:
        raise ValueError(f"photos are uint8 pixels 0 … 255, got {photos.dtype}")
    if photos.ndim != 4 or tuple(photos.shape[1:]) != (SIZE, SIZE, CHANNELS):
        raise ValueError(f"photos have the shape (m, {SIZE}, {SIZE}, {CHANNELS}), got {tuple(photos.shape)}")


def flatten(photos: Tensor, *, dtype: torch.dtype = torch.float32) -> Tensor:
    """X, one column a photo.

    Shapes: photos (m, 64, 64, 3) or (64, 64, 3), uint8 → X (12288, m); one photo gives x (12288, 1).
    Each column is contiguous in memory: the photo as it was stored.
    Errors: ValueError for another shape or for pixels that are not uint8.
    """
    if photos.ndim == 3:
        photos = photos.unsqueeze(0)  # (1, 64, 64, 3)
    check_photos(photos)
    return scale(photos, dtype=dtype).reshape(-1, N).T  # (12288, m)


def unflatten(x: Tensor) -> Tensor:
    """The way back of the shape, for anything that has one value per input: (12288,) → (64, 64, 3).

    Shapes: (..., 12288) → (..., 64, 64, 3); a column (12288, 1) → (64, 64, 3). Values stay as they are.
    Errors: ValueError for another last axis.
    """
    if tuple(x.shape) == (N, 1):
        x = x.squeeze(1)  # (12288,)
    if x.ndim == 0 or x.shape[-1] != N:
        raise ValueError(f"the last axis must have {N} values, got {tuple(x.shape)}")
    return x.reshape(*x.shape[:-1], SIZE, SIZE, CHANNELS)
