"""Adam's v, s and u of one parameter in one pass over the memory.

    v' = v + w (g − v)        s' = q s + p g²        u = v' / c / (√(s' / d) + ε)

With w = 0.1, q = 0.999, p = 0.001, c = 1 − 0.9^t and d = 1 − 0.999^t it is `adam` of core.optimisers. By
torch these are eight passes, and for a large W the memory takes longer than the arithmetic. A kernel reads g,
v and s once and writes the three others, on the CPU in float32; it divides by c and by d by multiplying with
1/c and 1/d, so a number may differ from torch's in its last digits.
Source: Kingma and Ba, "Adam: a method for stochastic optimization" (2015).
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core.processor.compiled import kept_if_possible
from core.processor.step import LARGE

ARRAY = "float32[::1]"
SIGNATURE = f"void({ARRAY}, {ARRAY}, {ARRAY}, {', '.join(['float32'] * 6)}, {ARRAY}, {ARRAY}, {ARRAY})"
FUSED = {"contract", "nsz"}  # a product and a sum rounded once


def worth_a_pass(*tensors: Tensor) -> bool:
    """Whether the kernel takes them: float32 on the CPU, in one piece, many numbers, of one shape."""
    first = tensors[0]
    return first.numel() >= LARGE and all(
        one.dtype == torch.float32
        and one.device.type == "cpu"
        and one.is_contiguous()
        and one.shape == first.shape
        for one in tensors
    )


def adam_pass(
    g: Tensor, v: Tensor, s: Tensor, *, w: float, q: float, c: float, d: float, epsilon: float
) -> tuple[Tensor, Tensor, Tensor]:
    """u, v' and s'; p is 1 − q. Shapes: all the same. The tensors are `worth_a_pass`."""
    made = u, v_new, s_new = torch.empty_like(g), torch.empty_like(g), torch.empty_like(g)
    given = (tensor.detach().numpy().reshape(-1) for tensor in (g, v, s))
    _kernel()(*given, w, q, 1 - q, 1 / c, 1 / d, epsilon, *(tensor.numpy().reshape(-1) for tensor in made))
    return u, v_new, s_new


@cache
def _kernel() -> Callable[..., Any]:
    from numba import njit  # takes a moment: only those who train wait for it

    # By NumPy's rules x / 0 is an infinity; by Python's an error, and a loop that may end so has no vectors.
    def made(kept: bool) -> Callable[..., Any]:
        compiled = njit(SIGNATURE, fastmath=FUSED, error_model="numpy", nogil=True, cache=kept)
        return compiled(_adam_pass)

    return kept_if_possible(made)


def _adam_pass(g, v, s, w, q, p, one_by_c, one_by_d, epsilon, u, v_new, s_new):  # type: ignore[no-untyped-def]
    for i in range(len(g)):
        first = v[i] + w * (g[i] - v[i])
        second = q * s[i] + p * (g[i] * g[i])
        v_new[i] = first
        s_new[i] = second
        u[i] = first * one_by_c / (np.sqrt(second * one_by_d) + epsilon)
