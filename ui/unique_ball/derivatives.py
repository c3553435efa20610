"""What autograd says of core's closed-form derivatives, and how one neuron's gradient needs another's w."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.losses import SOFTMAX_CROSS_ENTROPY, TANGLED, Loss
from core.network import Network, backpropagate, propagate

OTHERS = {"w₂": 1, "w₃": 2}  # the rows of W that are not w₁
CHANGES = tuple(step / 4 for step in range(-32, 33))  # −8 … 8


def autograd_check(z: Sequence[float], y: Sequence[float]) -> dict[str, Any]:
    """∂L/∂z of the tangled and of the clean loss by torch's autograd, in float64, beside core's closed form.

    Returns z, y, the two gradients and, for each, the largest difference from the closed form.
    """
    Y = torch.tensor(y, dtype=torch.float64).reshape(-1, 1)  # (3, 1)
    answer: dict[str, Any] = {"z": [float(v) for v in z], "y": [float(v) for v in y], "difference": {}}
    losses: dict[str, Loss] = {"tangled": TANGLED, "clean": SOFTMAX_CROSS_ENTROPY}
    for name, loss in losses.items():
        Z = torch.tensor(z, dtype=torch.float64).reshape(-1, 1).requires_grad_()  # (3, 1)
        (found,) = torch.autograd.grad(loss(Z, Y).sum(), Z)
        closed = loss.derivative(Z.detach(), Y)
        answer[name] = found.flatten().tolist()
        answer["difference"][name] = float((found - closed).abs().max())
    return answer


def slope_of_first(
    network: Network, x: Tensor, y: Tensor, loss: Loss, changes: Sequence[float], other: str
) -> NDArray[np.float64]:
    """∂L/∂z_1, the number in ∂L/∂w_1 = ∂L/∂z_1 xᵀ, after w_2 (or w_3) has moved along x by each change c:

        w_2 := w_2 + c xᵀ / (xᵀ x),   so that w_2 x grows by c

    other: of OTHERS. Shapes: x (n, 1), y (3, 1) → (len(changes),).
    Errors: ValueError if head and loss do not fit together.
    """
    head = network.layers[-1]
    along = (x / (x * x).sum()).T  # (1, n)
    slopes = []
    for change in changes:
        W = head.W.clone()
        W[OTHERS[other]] += change * along[0]
        changed = Network((replace(head, W=W),))
        gradients = backpropagate(changed, propagate(changed, x), y, loss)
        slopes.append(float(gradients.delta[-1][0, 0]))
    return np.array(slopes)
