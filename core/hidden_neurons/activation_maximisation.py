"""The photo that a neuron would like best, by activation maximisation: gradient ascent on x, not on W.

    x := clip(x + η (ĝ − λ D x), −1, 1)        ĝ = ∇_x z_j / rms(∇_x z_j)

    ∇_x z_j   by backward propagation from δ[l] = e_j down to x: W[1]ᵀ δ[1], the step that training omits
    D x       at each pixel Σ over its neighbours q (up, down, left, right; same colour) of x_p − x_q, the
              gradient of ½ Σ (x_p − x_q)²: λ > 0 asks for smooth pictures, λ = 0 for whatever excites most
    clip      x stays a photo: −1 is black, 1 is white

z, not a: a ReLU that is off has no slope to climb. ĝ has the root mean square 1, so η is a step in units
of x, whatever the size of the weights. Where no pixel moves z_j (every path to it is closed) ĝ is 0.
For a neuron of the first layer ∇_x z_j = w_j everywhere, so with λ = 0 the ascent heads for sign(w_j): it
adds nothing to the weights' picture. For later layers it does, since paths open and close on the way.
All k neurons climb at once, as columns of X (n, k). Others call such pictures feature visualisation.
Source: Erhan et al., Visualizing higher-layer features of a deep network, 2009; lecture, sections 4 and 7.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from core.network import Network, propagate
from core.pixels import SIZE, N

STARTING_X = ("grey", "noise")
NOISE = 0.2  # standard deviation of the noise that the ascent may start from


@dataclass(frozen=True)
class Ascent:
    """After `step` of `steps`. Shapes: X (n, k), a column a neuron; z (k,) now, z_start (k,) at the start."""

    step: int
    steps: int
    X: Tensor
    z: Tensor
    z_start: Tensor

    @property
    def done(self) -> bool:
        return self.step == self.steps


def up_to(network: Network, layer: int) -> Network:
    """The network that layers 1 … layer are. Errors: ValueError where there is no such layer."""
    if not 1 <= layer <= len(network.layers):
        raise ValueError(f"the network has layers 1 … {len(network.layers)}, not {layer}")
    return Network(network.layers[:layer])


def input_delta(network: Network, neurons: Tensor, X: Tensor) -> tuple[Tensor, Tensor]:
    """z_j of the last layer and δ[1], for neuron j = neurons[i] at column i: ∇_x z_j = W[1]ᵀ δ[1].

    Shapes: neurons (k,) int64, X (n, k) → z (k,), δ[1] (k[1], k). Errors: ValueError if they do not fit.
    """
    trace = propagate(network, X)
    k = network.sizes[-1]
    if neurons.dtype != torch.int64 or tuple(neurons.shape) != (X.shape[1],):
        raise ValueError(
            f"a neuron for each column, int64: {neurons.dtype} {tuple(neurons.shape)} for X {tuple(X.shape)}"
        )
    if bool(((neurons < 0) | (neurons >= k)).any()):
        raise ValueError(f"the last layer has neurons 0 … {k - 1}, got {neurons.tolist()}")
    columns = torch.arange(len(neurons), device=X.device)
    delta = torch.zeros_like(trace.Z[-1])
    delta[neurons, columns] = 1  # e_j in each column
    for l in range(len(network.layers) - 1, 0, -1):  # noqa: E741
        dA = network.layers[l].W.T @ delta  # (k[l], k[l+1])(k[l+1], k) → (k[l], k)
        delta = network.layers[l - 1].activation.pull_back(trace.A[l], dA)
    return trace.Z[-1][neurons, columns], delta


def unit_delta(delta: Tensor, gram: Tensor, n: int) -> Tensor:
    """δ[1] / rms(W[1]ᵀ δ[1]), so that W[1]ᵀ times it is ĝ; 0 where the gradient is.

    With the Gram matrix K = W[1] W[1]ᵀ, ‖W[1]ᵀ δ‖² = δᵀ K δ: the n pixels need not be looked at.
    n: pixels in x. Shapes: delta (k[1], k), gram (k[1], k[1]) → (k[1], k).
    """
    square = (delta * (gram @ delta)).sum(dim=0).clamp_min(0)  # (k,)
    return delta * torch.where(square > 0, (n / square).sqrt(), torch.zeros_like(square))


def second_difference(dtype: torch.dtype = torch.float32) -> Tensor:
    """T (64, 64): (T v)_i = Σ over the neighbours q of i in a line of v_i − v_q. D = T ⊗ 1 + 1 ⊗ T."""
    steps = torch.eye(SIZE, dtype=dtype).diff(dim=0)  # (63, 64): v_{i+1} − v_i
    return steps.T @ steps


def roughness_gradient(X: Tensor, T: Tensor, out: Tensor | None = None) -> Tensor:
    """D x, colour by colour; T from `second_difference`. Shapes: (12288, k) → (12288, k), or into `out`.

    Errors: ValueError for another number of rows.
    """
    if X.shape[0] != N:
        raise ValueError(f"neighbours are known of photos of {N} numbers, got {X.shape[0]}")
    D = torch.empty_like(X, memory_format=torch.contiguous_format) if out is None else out
    torch.mm(T, X.reshape(SIZE, -1), out=D.view(SIZE, -1))  # up and down: (64, 64)(64, 64 · 3 · k)
    rows = X.reshape(SIZE, SIZE, -1)  # each row of the photo: (64 columns, 3 · k)
    D.view(SIZE, SIZE, -1).baddbmm_(T.expand(SIZE, SIZE, SIZE), rows)  # left and right
    return D


def begin(count: int, *, start: str = "grey", seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    """X (12288, count): all grey (0), or the same faint noise for every neuron, N(0, 0.2²), clipped.

    Errors: ValueError for another start.
    """
    if start not in STARTING_X:
        raise ValueError(f"the start is one of {', '.join(STARTING_X)}, got '{start}'")
    if start == "grey":
        return torch.zeros(N, count, dtype=dtype)
    x = NOISE * torch.randn(N, 1, generator=torch.Generator().manual_seed(seed))
    return x.clamp(-1, 1).to(dtype).repeat(1, count)


def excite(
    network: Network,
    layer: int,
    *,
    steps: int = 48,
    rate: float = 0.06,
    smooth: float = 0.0,
    start: str = "grey",
    seed: int = 0,
    every: int = 4,
) -> Iterator[Ascent]:
    """Climb for every neuron of layer 1, 2, …; yields the start and every `every` steps.

    rate: η. smooth: λ; it is stable while η λ < ¼. Each value's X is its own.
    Errors, with the first value: ValueError for a layer or number that does not fit.
    """
    part = up_to(network, layer)
    W = part.layers[0].W
    if steps < 1 or every < 1 or not rate > 0 or not 0 <= smooth * rate < 0.25:
        raise ValueError(f"steps, rate and smooth do not fit: {steps}, {rate}, {smooth}")
    which = torch.arange(part.sizes[-1], device=W.device)  # (k,)
    X = begin(len(which), start=start, seed=seed, dtype=W.dtype).to(W.device)  # (n, k)
    T = second_difference(W.dtype).to(W.device)
    gram = W @ W.T  # (k[1], n)(n, k[1]) → (k[1], k[1])
    D = torch.empty_like(X) if smooth else X
    z, delta = input_delta(part, which, X)
    z_start = z
    yield Ascent(0, steps, X.clone(), z, z_start)
    for step in range(1, steps + 1):
        if smooth:
            roughness_gradient(X, T, out=D)
            X.sub_(D, alpha=rate * smooth)  # − η λ D x
        X.addmm_(W.T, unit_delta(delta, gram, N), alpha=rate).clamp_(-1, 1)  # + η ĝ: (n, k[1])(k[1], k)
        z, delta = input_delta(part, which, X)
        if step % every == 0 or step == steps:
            yield Ascent(step, steps, X.clone(), z, z_start)
