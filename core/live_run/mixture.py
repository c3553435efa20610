"""Which rendered photos a run learns from: as many as there are with the chosen shares of two balls and none.

    m = the largest number for which every share s of its group of M_g photos can be met: min ⌊M_g / s⌋

Photos with three balls are in no group. One's own photos come in addition (core.own_photos.own_examples).
Source: lecture, section 2 (what the labels are decides what is learned).
"""

import torch
from torch import Tensor


def which_photos(Y: Tensor, two: float, none: float) -> Tensor:
    """Indices of as many photos as can be had with these shares of two balls and of none, the rest one ball.

    m is the largest number for which every share can be met; of each group the first photos are taken, round
    (s · m) of them, and all in their old order. Shapes: Y (3, M) multi-hot → (m,) int64; one more or one less
    where the groups' halves are rounded the same way.
    Errors: ValueError if a share above zero is asked of photos that are not there, or for no such shares.
    """
    if not (min(two, none) >= 0 and two + none <= 1 + 1e-9):
        raise ValueError(f"shares of the photos are at least 0 and add up to at most 1, got {two} and {none}")
    balls = Y.sum(dim=0)  # (M,)
    shares = {0: none, 1: max(0.0, 1.0 - two - none), 2: two}
    groups = {count: (balls == count).nonzero()[:, 0] for count in shares}
    m = min(int(len(groups[count]) / share + 1e-9) for count, share in shares.items() if share > 1e-9)
    chosen = [group[: round(shares[count] * m)] for count, group in groups.items()]
    indices: Tensor = torch.cat(chosen).sort().values
    if len(indices) == 0:
        raise ValueError("there are no photos with the number of balls that is asked for")
    return indices
