"""W − α u, and whether it is finite, in one pass over the memory.

    W' = W − α u        Σ W' is not finite where a number of W' is not (and where it overflows itself)

For a large W the memory takes longer than the arithmetic, so the sum that tells an infinity or NaN is made of
the numbers while they are written: by a kernel on the CPU in float32, else, and for a few numbers, by torch.
Both give the same W', up to one rounding.
Source: lecture, sections 1 and 7, for the step.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.processor.compiled import kept_if_possible

LARGE = 4096  # numbers from which on the kernel is quicker
FUSED = {"reassoc", "contract", "nsz"}  # the sum in any order, a product and a difference rounded once
SIGNATURE = "float32(float32[::1], float32[::1], float32, float32[::1])"


def stepped(W: Tensor, u: Tensor, alpha: float) -> tuple[Tensor, float]:
    """W − α u and the sum of its numbers.

    Shapes: W and u any, the same; W' like them. Errors: ValueError for two shapes.
    """
    if W.shape != u.shape:  # the kernel would read on behind the shorter one, torch would broadcast it
        raise ValueError(f"W and u must be of one shape, got {tuple(W.shape)} and {tuple(u.shape)}")
    plain = W.dtype == u.dtype == torch.float32 and W.device.type == u.device.type == "cpu"
    if not plain or W.numel() < LARGE or not (W.is_contiguous() and u.is_contiguous()):
        new = W.sub(u, alpha=alpha)
        return new, float(new.sum())
    new = torch.empty_like(W)
    given, subtracted, made = (tensor.detach().numpy().reshape(-1) for tensor in (W, u, new))
    return new, float(_kernel()(given, subtracted, alpha, made))


@cache
def _kernel() -> Callable[..., Any]:
    from numba import njit  # takes a moment: only those who train wait for it

    return kept_if_possible(lambda kept: njit(SIGNATURE, fastmath=FUSED, nogil=True, cache=kept)(_subtract))


def _subtract(W, u, alpha, new):  # type: ignore[no-untyped-def]
    total = np.float32(0)
    for i in range(len(W)):
        new[i] = W[i] - alpha * u[i]
        total += new[i]
    return total
