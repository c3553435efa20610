"""Arrays on their way to a component: one value of bytes, since only bytes at the top arrive there as bytes.

    length of the header (4 bytes, little-endian) · header (JSON, padded with spaces) · the arrays

An array of one value over and over travels as that value, and one that stays the same from run to run as the
address from which the browser fetches it once (ui/server/kept.py).

assets/components/unpack.js is the other half.
"""

import json
import math
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.server.kept import array_address

LONG = 1000  # bytes; a shorter array travels as it is


def pack(
    header: dict[str, Any],
    arrays: dict[str, NDArray[Any]],
    kept: Collection[str] = (),
    later: Collection[str] = (),
) -> bytes:
    """The header, which learns where each array stands, then the arrays that stand here.

    arrays: uint8 or float32 of any shape, read row by row. Every one starts at a multiple of 4. kept: the
    names of those that stay the same, to be fetched; later: of those that are fetched, too, and that nobody
    needs to wait for. Where one stands: [dtype, first byte, count], or [dtype, address, count], or
    [dtype, 0, count, value].
    """
    elsewhere: dict[str, list[Any]] = {}
    blobs = {}
    for name, array in arrays.items():
        blob = np.ascontiguousarray(array)
        if blob.dtype not in (np.uint8, np.float32):
            raise ValueError(f"{name} must be uint8 or float32, not {blob.dtype}")
        if (value := _only_value(blob)) is not None:
            elsewhere[name] = [str(blob.dtype), 0, blob.size, value]
        elif (name in kept or name in later) and blob.nbytes > LONG:
            elsewhere[name] = [str(blob.dtype), array_address(blob.tobytes()), blob.size]
        else:
            blobs[name] = blob
    awaited_by_nobody = {"later": list(later)} if later else {}
    start, text = 0, ""
    # The header holds the places of the arrays, which follow the header: its length settles in a few rounds.
    for _ in range(8):
        position, places = start, dict(elsewhere)
        for name, blob in blobs.items():
            places[name] = [str(blob.dtype), position, blob.size]
            position += blob.nbytes + -blob.nbytes % 4
        text = json.dumps({**header, **awaited_by_nobody, "arrays": places}, allow_nan=False)
        text += " " * (-len(text.encode()) % 4)
        if 4 + len(text.encode()) == start:
            break
        start = 4 + len(text.encode())
    encoded = text.encode()
    body = b"".join(blob.tobytes() + b"\0" * (-blob.nbytes % 4) for blob in blobs.values())
    return len(encoded).to_bytes(4, "little") + encoded + body


def _only_value(blob: NDArray[Any]) -> int | float | None:
    """What all of a long array are, to the last bit; None if they differ, or are no number of JSON's."""
    if blob.nbytes <= LONG:
        return None
    bits = blob.reshape(-1).view(np.uint8 if blob.dtype == np.uint8 else np.uint32)
    if bits[-1] != bits[0] or not (bits == bits[0]).all():
        return None
    value: int | float = blob.reshape(-1)[0].item()
    return value if math.isfinite(value) else None
