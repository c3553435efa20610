"""Arrays on their way to a component: one value of bytes, since only bytes at the top arrive there as bytes.

    length of the header (4 bytes, little-endian) · header (JSON, padded with spaces) · the arrays

assets/components/unpack.js is the other half.
"""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray


def pack(header: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> bytes:
    """The header, which learns where each array stands as [dtype, first byte, count], then the arrays.

    Arrays are uint8 or float32 of any shape and are read row by row. Every one starts at a multiple of 4.
    """
    blobs = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    for name, blob in blobs.items():
        if blob.dtype not in (np.uint8, np.float32):
            raise ValueError(f"{name} must be uint8 or float32, not {blob.dtype}")
    start, text = 0, ""
    # The header holds the places of the arrays, which follow the header: its length settles in a few rounds.
    for _ in range(8):
        position, places = start, {}
        for name, blob in blobs.items():
            places[name] = [str(blob.dtype), position, blob.size]
            position += blob.nbytes + -blob.nbytes % 4
        text = json.dumps({**header, "arrays": places}, allow_nan=False)
        text += " " * (-len(text.encode()) % 4)
        if 4 + len(text.encode()) == start:
            break
        start = 4 + len(text.encode())
    encoded = text.encode()
    body = b"".join(blob.tobytes() + b"\0" * (-blob.nbytes % 4) for blob in blobs.values())
    return len(encoded).to_bytes(4, "little") + encoded + body
