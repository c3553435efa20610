"""Shapes that broadcast to something else than was meant, and the small numbers on which that is seen.

    (k,) + (k, m)      an error for m ≠ k, 1     meant: (k, 1) + (k, m)
    (k,) + (k, k)      silent: b along each row  meant: (k, 1) + (k, k)
    (k, 1) + (1, k)    silent: a (k, k) table    meant: (k, 1) + (k, 1); so is (k,) + (k, 1)

In the lecture k is 3: an error for (3,) against (3,m), silent results of (3,1)+(1,3) and of (3,)+(3,3).
Source: lecture, section 6.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.broadcasting import align, result_shape

MOST = 6  # entries along an axis that are still shown as numbers


@dataclass(frozen=True)
class Trap:
    """Shapes that were written (a, b), and those that were meant. silent: no error says so."""

    a: tuple[int, ...]
    b: tuple[int, ...]
    silent: bool
    meant: tuple[tuple[int, ...], tuple[int, ...]]


def trap(a: Sequence[int], b: Sequence[int]) -> Trap | None:
    """One of the three traps, with any k > 1 and m and in either order; None for all other shapes."""
    a, b = tuple(a), tuple(b)
    if len(a) == 2 and len(b) == 1:
        other = trap(b, a)
        return other and Trap(a, b, other.silent, (other.meant[1], other.meant[0]))
    if len(a) == 1 and len(b) == 2 and a[0] == b[0] > 1:
        return Trap(a, b, result_shape(a, b) is not None, ((a[0], 1), b))
    if len(a) == len(b) == 2 and min(a) == 1 < max(a) and a == b[::-1]:
        column = (max(a), 1)
        return Trap(a, b, True, (column, column))
    return None


@dataclass(frozen=True)
class Operand:
    """An array as it stands in a + b: values int64 (rows, columns), and which of them are only repeated."""

    values: Tensor
    repeated: Tensor


def multiples(shape: Sequence[int], step: int) -> Tensor:
    """step, 2 · step, 3 · step, … in the order of memory. int64, of that shape."""
    shape = tuple(shape)
    return step * torch.arange(1, torch.Size(shape).numel() + 1).reshape(shape)


def can_be_shown(*shapes: Sequence[int]) -> bool:
    """Whether these are at most matrices of 1 … MOST rows and columns."""
    return all(len(shape) <= 2 and all(1 <= size <= MOST for size in shape) for shape in shapes)


def as_operand(array: Tensor, shape: Sequence[int] | None) -> Operand:
    """The array stretched to the shape of the result, or as it is without one (None). Up to two axes each.

    An entry is real where all its stretched axes are at their first place; the others repeat it.
    """
    shape = tuple(array.shape) if shape is None else tuple(shape)
    real = torch.ones(shape, dtype=torch.bool)
    for axis in align(array.shape, shape):
        if axis.a_stretched:
            real.narrow(axis.place, 1, shape[axis.place] - 1).fill_(False)
    grid = torch.Size([1] * (2 - len(shape)) + list(shape))
    return Operand(array.expand(shape).reshape(grid), ~real.reshape(grid))
