"""Photos by portions: pixels are computed a few photos at a time, so that they stay in the processor's cache.

The pixels of 256 photos take 12 MB, and twenty operations, one after the other, would each bring them from
memory and back. Numbers of which a photo has only one are drawn for all photos at once: there an operation
costs no more than its call.
"""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any, Self

import torch
from torch import Tensor

PHOTOS = 64  # 3 MB a picture. With fewer the calls cost more, and threads wait for one another in them


def portions(count: int, device: torch.device) -> Iterator[slice]:
    """0 … count - 1, PHOTOS at a time on a CPU, all at once on any other device."""
    at_once = PHOTOS if device.type == "cpu" else max(count, 1)
    for start in range(0, count, at_once):
        yield slice(start, min(start + at_once, count))


class PerPhoto:
    """A dataclass of tensors that have a row for each photo, of others of this kind, or of tuples of them."""

    def of(self, photos: slice | Tensor) -> Self:
        """The rows of these photos."""

        def rows(value: Any) -> Any:
            if isinstance(value, tuple):
                return tuple(map(rows, value))
            if isinstance(value, PerPhoto):
                return value.of(photos)
            return value[photos] if isinstance(photos, slice) else value.index_select(0, photos)

        return type(self)(*(rows(getattr(self, field.name)) for field in fields(self)))  # type: ignore
