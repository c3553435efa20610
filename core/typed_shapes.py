"""Shapes as a person types them, and what NumPy and PyTorch say to their sum, without memory for it.

    "(3,)" → (3,)     "3, 1", "3 x 1", "torch.Size([3, 1])" → (3, 1)     "[2 3 4]" → (2, 3, 4)     "()" → ()

Both libraries are asked on one number that pretends to fill the shape (every stride 0), and a + b is only
carried out where it must fail: the error, which comes before any memory, is then in their own words.
Source: lecture, section 6.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from core.broadcasting import result_shape

MOST_AXES = 8
LARGEST = 10**9
LONGEST = 120  # characters
NO_NUMBERS = "A shape is whole numbers in the digits 0 to 9 with commas between them, such as 3,1."

_WRAPPED = re.compile(r"(?:torch\.Size|shape|size)?\s*=?\s*(\(.*\)|\[.*\]|\(\[.*\]\))", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[,;x×*·]\s*|\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Said:
    """What a library makes of a + b: the shape of the result, or its error."""

    shape: tuple[int, ...] | None
    error: str | None


def shape_from_text(text: str) -> tuple[int, ...]:
    """The shape that the text names. Errors: ValueError with a sentence that says what is needed."""
    text = text.strip()
    if not text:
        raise ValueError("Type a shape, such as 3,1. The shape of a single number is ().")
    if len(text) > LONGEST:
        raise ValueError(f"A shape is written in at most {LONGEST} characters.")
    wrapped = _WRAPPED.fullmatch(text)
    inner = wrapped[1].strip("()[] ") if wrapped else text
    if not inner:
        return ()
    if re.search(r"\d", inner) is None:  # an x alone would be a sign between two sizes that are missing
        raise ValueError(NO_NUMBERS)
    parts = _SEPARATOR.split(inner.removesuffix(",").rstrip())
    sizes = [_size(part) for part in parts]
    if len(sizes) > MOST_AXES:
        raise ValueError(f"{len(sizes)} axes: here a shape has at most {MOST_AXES}.")
    return tuple(sizes)


def _size(part: str) -> int:
    if not part:
        raise ValueError("A size is missing beside a comma. A shape is whole numbers, such as 3,1.")
    # str.isdigit alone would also take digits of other scripts, and superscripts.
    if part[0] in "-−" and part[1:].isascii() and part[1:].isdigit():
        raise ValueError("A size cannot be negative: an axis has 0, 1, 2, … entries.")
    if not (part.isascii() and part.isdigit()):
        raise ValueError(NO_NUMBERS)
    if len(part.lstrip("0")) > len(str(LARGEST)) or int(part) > LARGEST:
        raise ValueError(f"Here an axis has at most {LARGEST:,} entries.")
    return int(part)


def written(shape: Sequence[int]) -> str:
    """As Python writes it: (), (3,), (3, 1)."""
    return str(tuple(shape))


def numpy_says(a: Sequence[int], b: Sequence[int]) -> Said:
    """np.empty(a) + np.empty(b), as float32, without the memory."""
    try:
        A, B = (np.broadcast_to(np.float32(0), tuple(shape)) for shape in (a, b))
        if result_shape(a, b) is None:
            A + B
        return Said(np.broadcast(A, B).shape, None)
    except (ValueError, RuntimeError) as refused:
        return Said(None, f"{type(refused).__name__}: {str(refused).strip()}")


def torch_says(a: Sequence[int], b: Sequence[int]) -> Said:
    """torch.empty(a) + torch.empty(b), as float32, without the memory."""
    try:
        A, B = (torch.zeros(()).expand(tuple(shape)) for shape in (a, b))
        if result_shape(a, b) is None:
            A + B
        return Said(tuple(torch.broadcast_tensors(A, B)[0].shape), None)
    except RuntimeError as refused:
        return Said(None, f"{type(refused).__name__}: {str(refused).strip().splitlines()[0]}")
