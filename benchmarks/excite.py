"""Activation maximisation of 64 neurons, beside the same ascent with torch's autograd and torch.optim.

A network 12288 → 64 → 64 → 3 of random weights, float32, one torch thread; the 64 neurons of the second layer
climb for 96 steps, as on the page. The peer computes the gradient of the 64 z with autograd through
torch.nn.functional, puts −(ĝ − λ D x) into .grad and lets torch.optim.SGD take the step.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.turns import against, heading, in_turns, line
from core.activations import RELU, SIGMOID
from core.hidden_neurons.activation_maximisation import begin, excite
from core.initialisation import initialise
from core.network import Layer, Network
from core.pixels import N

STEPS, RATE, NEURONS = 96, 0.04, 64


def main() -> None:
    """Print the seconds without and with smoothness, and the ratio to the peer."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        dice = torch.Generator().manual_seed(0)
        plain = initialise((N, NEURONS, NEURONS, 3), (RELU, RELU, SIGMOID), how="he", generator=dice)
        network = Network(tuple(Layer(layer.W, layer.b + 0.5, layer.activation) for layer in plain.layers))
        for smooth in (0.0, 1.0):
            heading(f"{NEURONS} neurons of the second layer, {STEPS} steps, λ = {smooth:g}")
            compare(network, smooth)
    finally:
        torch.set_num_threads(before)


def compare(network: Network, smooth: float) -> None:
    """Both in turns, and that they end at the same photos."""
    torch.testing.assert_close(ours(network, smooth), peer(network, smooth), rtol=1e-3, atol=1e-3)
    closed, autograd = in_turns(
        [lambda: ours(network, smooth), lambda: peer(network, smooth)], repeats=1, turns=3
    )
    line("core, closed form (target: under 2 s)", closed)
    line("torch autograd and torch.optim.SGD", autograd)
    against("autograd beside closed form", autograd, closed)


def ours(network: Network, smooth: float) -> Tensor:
    """X (n, 64) at the end."""
    *_, end = excite(network, 2, steps=STEPS, rate=RATE, smooth=smooth)
    return end.X


def peer(network: Network, smooth: float) -> Tensor:
    """The same, rows being examples as torch.nn has them."""
    first, second = network.layers[:2]
    x = torch.nn.Parameter(begin(NEURONS).T.contiguous())  # (64, n)
    optimiser = torch.optim.SGD([x], lr=RATE)
    own = torch.arange(NEURONS)
    for _ in range(STEPS):
        optimiser.zero_grad(set_to_none=True)
        hidden = F.relu(F.linear(x, first.W, first.b[:, 0]))
        F.linear(hidden, second.W, second.b[:, 0])[own, own].sum().backward()
        with torch.no_grad():
            climb = x.grad / x.grad.square().mean(dim=1, keepdim=True).sqrt().clamp_min(1e-30)
        if smooth:
            P = x.detach().requires_grad_(True)
            picture = P.reshape(-1, 64, 64, 3)
            rough = 0.5 * (picture.diff(dim=1).square().sum() + picture.diff(dim=2).square().sum())
            (slope,) = torch.autograd.grad(rough, P)
            climb -= smooth * slope
        x.grad = -climb
        optimiser.step()
        with torch.no_grad():
            x.clamp_(-1, 1)
    return x.detach().T


if __name__ == "__main__":
    main()
