"""How much a hidden neuron matters to each class: what the output changes when the neuron is switched off.

    effect_jc    mean over i of z_c^(i) − z_c^(i) without j        what j adds to class c, with its sign
    size_jc      mean over i of |z_c^(i) − z_c^(i) without j|      how much j matters to class c
    lost_jc      accuracy_c − accuracy_c without j                 what the answers "ŷ_c > ½" lose

Measured by doing it (core.hidden_neurons.ablation), photo by photo, through every layer that follows; not
estimated from the weights, which do not know how strongly and how often a neuron is on. One neuron at a time:
where two neurons stand in for each other neither is missed alone, and both together are.
Source: lecture, section 4.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from core.hidden_neurons.ablation import Replacement, one_by_one
from core.network import Network, Trace
from core.scores import accuracy


@dataclass(frozen=True)
class Importance:
    """Of the k neurons of one hidden layer for the c classes. Shapes: effect, size, lost (k, c)."""

    effect: Tensor
    size: Tensor
    lost: Tensor


def importance(
    network: Network, trace: Trace, Y: Tensor, layer: int, replacement: Replacement | None = None
) -> Iterator[Importance]:
    """Switch the neurons of hidden layer 1, 2, … off one by one; yields what is known after each of them.

    Shapes: trace of m examples, Y (c, m); after j neurons the records are (j, c).
    Errors, with the first value: ValueError for a layer that is not hidden, or for another shape of Y.
    """
    whole = accuracy(trace.Y_hat, Y, above=0.5)  # (c,)
    rows: list[tuple[Tensor, Tensor, Tensor]] = []
    for Z, Y_hat in one_by_one(network, trace, layer, replacement):
        change = trace.Z[-1] - Z  # (c, m)
        lost = whole - accuracy(Y_hat, Y, above=0.5)
        rows.append((change.mean(dim=1), change.abs().mean(dim=1), lost))
        yield Importance(*(torch.stack(part) for part in zip(*rows, strict=True)))
