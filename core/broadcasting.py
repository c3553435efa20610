"""Broadcasting: Z = W X + b̃, where b̃ is b repeated m times, without copying.

    b̃[i, j] = b[i]                       in memory at i · 1 + j · 0: the repeated axis has stride 0
    ∂J/∂b[i] = Σ over the m columns of δ[i, j]        the way back: what was repeated is summed
    the rule   shapes are aligned from the right, a missing axis counts as 1, and on each axis the two sizes
               are equal, or one of them is 1 and is stretched to the other

In the lecture Z[1] (3,m) = W[1] (3,n) X (n,m) + b[1] (3,1): a (3,m) and a (3,1) cannot be added as matrices,
so b[1] stands for b̃[1] (3,m) there, and ∂J/∂b[1] = Σ over the m columns.
Shapes: W (k, n), X (n, m), b (k, 1), b̃, Z and δ (k, m). The number of parameters, k · n + k, has no m in it.
Source: lecture, section 6. The broadcasting rule is NumPy's and PyTorch's, and tested against both.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.activations import SIGMOID
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Layer, Network, backpropagate, propagate

COPIED_UP_TO = 1 << 20  # bytes of a copy that is really made; a larger one's size is computed


@dataclass(frozen=True)
class Axis:
    """One axis of two aligned shapes. place: −1 is the last one. a, b: the sizes, None where it is missing.

    size: that of the result; None where the sizes differ and none of them is 1.
    """

    place: int
    a: int | None
    b: int | None
    size: int | None

    @property
    def a_stretched(self) -> bool:
        """Whether a is repeated along this axis."""
        return self.size is not None and (1 if self.a is None else self.a) != self.size

    @property
    def b_stretched(self) -> bool:
        """Whether b is repeated along this axis."""
        return self.size is not None and (1 if self.b is None else self.b) != self.size


def align(a: Sequence[int], b: Sequence[int]) -> tuple[Axis, ...]:
    """The two shapes axis by axis, the first axis first. Errors: ValueError for a negative size."""
    if any(size < 0 for size in (*a, *b)):
        raise ValueError(f"no axis has a negative size, got {tuple(a)} and {tuple(b)}")
    axes = []
    for place in range(-max(len(a), len(b)), 0):
        of_a = a[place] if place >= -len(a) else None
        of_b = b[place] if place >= -len(b) else None
        p, q = 1 if of_a is None else of_a, 1 if of_b is None else of_b
        size = p if p == q or q == 1 else q if p == 1 else None
        axes.append(Axis(place, of_a, of_b, size))
    return tuple(axes)


def result_shape(a: Sequence[int], b: Sequence[int]) -> tuple[int, ...] | None:
    """The shape of a + b; None where they do not fit. Errors: as `align`."""
    sizes = [axis.size for axis in align(a, b)]
    return None if None in sizes else tuple(size for size in sizes if size is not None)


def stretch(b: Tensor, m: int) -> Tensor:
    """b̃: b repeated in m columns, a view of b's own memory.

    Shapes: b (k, 1) → (k, m); strides (1, 0) where b is contiguous and m > 1, for one column is not repeated.
    Errors: ValueError for another shape or m < 1.
    """
    if b.ndim != 2 or b.shape[1] != 1 or m < 1:
        raise ValueError(f"b must be (k, 1) and m at least 1, got {tuple(b.shape)} and m = {m}")
    return b.expand(b.shape[0], m)


def fold(delta: Tensor) -> Tensor:
    """∂J/∂b = Σ over the columns of δ = ∂J/∂Z, the way back of `stretch`. Shapes: (k, m) → (k, 1).

    Errors: ValueError for another shape.
    """
    if delta.ndim != 2:
        raise ValueError(f"δ must be (k, m), got {tuple(delta.shape)}")
    return delta.sum(dim=1, keepdim=True)


@dataclass(frozen=True)
class Memory:
    """A view and its copy. strides in numbers; bytes as allocated for the whole storage.

    copied: the copy was made and measured; otherwise its bytes and strides are computed.
    """

    shape: tuple[int, ...]
    strides: tuple[int, ...]
    bytes: int
    copy_strides: tuple[int, ...]
    copy_bytes: int
    copied: bool


def memory(view: Tensor) -> Memory:
    """What a view of any shape takes and what a copy would, made to see up to COPIED_UP_TO bytes."""
    copied = view.numel() * view.element_size() <= COPIED_UP_TO
    if copied:
        copy = view.clone(memory_format=torch.contiguous_format)
    else:
        copy = torch.empty(view.shape, dtype=view.dtype, device="meta")  # its strides and bytes, no memory
    return Memory(
        tuple(view.shape),
        tuple(view.stride()),
        view.untyped_storage().nbytes(),
        tuple(copy.stride()),
        copy.untyped_storage().nbytes(),
        copied,
    )


@dataclass(frozen=True)
class ThereAndBack:
    """One layer of sigmoid neurons on m examples, forward and backward.

    Shapes: Z, Y_hat, delta (k, m); db, autograd_db (k, 1). autograd_db is torch's own answer.
    """

    Z: Tensor
    Y_hat: Tensor
    delta: Tensor
    db: Tensor
    autograd_db: Tensor


def there_and_back(W: Tensor, b: Tensor, X: Tensor, Y: Tensor) -> ThereAndBack:
    """Z = W X + b̃, ŷ = σ(Z), J = (1/m) Σ L, δ = (Ŷ − Y)/m, ∂J/∂b = Σ columns of δ; and autograd's ∂J/∂b.

    Shapes: W (k, n), b (k, 1), X (n, m), Y (k, m). Errors: ValueError where they do not fit.
    """
    network = Network((Layer(W, b, SIGMOID),))
    trace = propagate(network, X)
    if Y.shape != trace.Y_hat.shape:
        raise ValueError(f"Y must be {tuple(trace.Y_hat.shape)}, got {tuple(Y.shape)}")
    gradients = backpropagate(network, trace, Y, BINARY_CROSS_ENTROPY)
    leaf = b.detach().clone().requires_grad_()
    with torch.enable_grad():
        J = BINARY_CROSS_ENTROPY.cost(W @ X + leaf, Y)
    (autograd_db,) = torch.autograd.grad(J, leaf)
    delta = gradients.delta[0]
    return ThereAndBack(trace.Z[0], trace.Y_hat, delta, fold(delta), autograd_db)
