"""X (n, m) of stored photos, never made as a matrix of floats.

    x^(i) = photo i / 127.5 − 1,   X = [x^(1) … x^(m)]        W @ X → (k, m)        delta @ X.T → (k, n)

`PhotoColumns` stands where X stands in `propagate` and `backpropagate`: both products are computed from the
bytes, which are a quarter of X's size. On the CPU and in float32, by kernels, in as many threads as torch may
use: where the processor has them, in whole numbers, few rows on few photos in vectors
(core.processor.digit_kernels), more in tiles (core.processor.digit_tiles); else in floats, converted in
registers (core.processor.byte_kernels). On a GPU, in other dtypes, where autograd records, and with more than
MOST_ROWS that are not multiplied in tiles, a block of photos at a time is converted and multiplied by torch.
`stepped` subtracts delta @ X.T from W without ever writing it.

What holds: on one machine the same operands give the same product, bit for bit, whatever runs beside it and
in however many threads. A number of W @ X from a kernel depends on no other row or column, one of
delta @ X.T on no other row. Floats and whole numbers differ in the last digits.
Source: lecture, Goal 1 (x) and sections 6 and 7 (the products).
"""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial, reduce
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.pixels import N, scale
from core.processor.cores import CORES

if TYPE_CHECKING:
    from core.joined_columns import JoinedColumns
    from core.processor.byte_kernels import Kernels

MOST_ROWS = 128  # in floats: from about here on, converting once and multiplying as a matrix is as fast
MANY_ROWS = 9  # of W or δ, from which on tiles take less time: a little for three heads, half for 64 rows
SUMMED = 32  # photos that δ Xᵀ must sum over before that many rows go in tiles
MANY_PHOTOS = 1024  # from which on tiles take less time however few the rows are
PHOTOS_APART = 32  # where threads share W X, each takes whole runs of so many photos: two tiles
ENOUGH = 8_000_000  # products w · x that are worth another thread: 0.06 to 0.15 ms, against 0.03 to hand over
NUMBERS = 768 * 12_288  # of X that are handled at a time: 9 MB as bytes, 38 MB as float32

R = TypeVar("R")

_warming = threading.Lock()
_PRODUCTS = {torch.matmul, torch.mm, Tensor.matmul, Tensor.mm, Tensor.__matmul__}


class RightSide(ABC):
    """What may stand on the right of `tensor @`."""

    ndim = 2

    @abstractmethod
    def __rmatmul__(self, left: Tensor) -> Tensor:
        """left @ self."""

    @classmethod
    def __torch_function__(
        cls,
        function: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        # `tensor @ X` would come to __rmatmul__ without this too, but only after torch has written (and
        # thrown away) an error message, which takes as long as the product.
        if function in _PRODUCTS and len(args) == 2 and isinstance(args[1], RightSide):
            return args[1].__rmatmul__(args[0])
        return NotImplemented


class StoredColumns(RightSide):
    """X (n, m) whose columns stand somewhere as bytes: what holds for one store of photos and for several."""

    dtype: torch.dtype
    _which: Tensor  # (m,) int64: which photo each column is

    @property
    @abstractmethod
    def n(self) -> int:
        """The bytes of one photo."""

    @property
    def m(self) -> int:
        """The number of columns."""
        return self._which.shape[0]  # len() of a tensor takes five times as long

    @property
    def shape(self) -> torch.Size:
        """(n, m)."""
        return torch.Size((self.n, self.m))

    @property
    def T(self) -> "Rows":
        """Xᵀ (m, n), a photo a row: the right side of delta @ X.T."""
        return Rows(self)

    def __getitem__(self, key: tuple[slice, slice | Tensor]) -> Self:
        """Some of the columns, X[:, start:stop] or X[:, places]. Errors: as for tensors; ValueError."""
        if not (isinstance(key, tuple) and len(key) == 2 and key[0] == slice(None)):
            raise ValueError("columns of photos are taken whole: X[:, …]")
        _, columns = key
        which = self._which[columns].contiguous()
        if which.ndim != 1 or len(which) == 0:
            raise ValueError(f"at least one column is taken, by a slice or (m,) indices, got {columns}")
        return self._taken(which)

    @abstractmethod
    def _taken(self, which: Tensor) -> Self:
        """Some of its photos, by indices that have been checked already."""

    @abstractmethod
    def _times_transposed(self, delta: Tensor) -> Tensor:
        """δ Xᵀ. Shapes: delta (k, m) → (k, n)."""

    @abstractmethod
    def stepped(self, W: Tensor, delta: Tensor, *, keep: float, alpha: float) -> tuple[Tensor, float] | None:
        """keep · W − α δ Xᵀ in one pass, and the sum of its numbers; None where no kernel does that.

        Shapes: W (k, n), delta (k, m) → (k, n). Errors: as for the products.
        """


class Rows(RightSide):
    """Xᵀ (m, n) of columns X."""

    def __init__(self, columns: StoredColumns) -> None:
        self.T = columns

    @property
    def shape(self) -> torch.Size:
        """(m, n)."""
        return torch.Size(reversed(self.T.shape))

    def __rmatmul__(self, delta: Tensor) -> Tensor:
        """delta Xᵀ. Shapes: delta (k, m) → (k, n). Errors: as for the columns."""
        return self.T._times_transposed(delta)


class PhotoColumns(StoredColumns):
    """The columns of X are the photos, or those of them that `which` names, in its order.

    Shapes: photos (M, …) uint8, such as (M, 64, 64, 3); which (m,) int64, each 0 … M − 1, repeats allowed.
    X is (n, m), with n the bytes of one photo. The photos are shared, not copied, if they are contiguous.
    Errors: ValueError for other photos or indices.
    """

    def __init__(
        self, photos: Tensor, which: Tensor | None = None, *, dtype: torch.dtype = torch.float32
    ) -> None:
        if photos.dtype != torch.uint8 or photos.ndim < 2 or photos.numel() == 0:
            raise ValueError(f"photos are uint8 (m, …), got {photos.dtype} {tuple(photos.shape)}")
        M = photos.shape[0]
        self.photos = photos.reshape(M, -1).contiguous()  # (M, n)
        self._which = in_use(which, M, photos.device)
        self.dtype = dtype

    @property
    def n(self) -> int:
        return self.photos.shape[1]

    @property
    def device(self) -> torch.device:
        return self.photos.device

    def _taken(self, which: Tensor) -> "PhotoColumns":
        part = object.__new__(PhotoColumns)
        part.photos, part.dtype, part._which = self.photos, self.dtype, which
        return part

    def floats(self) -> Tensor:
        """The ordinary X. Shape (n, m); each column is contiguous, as in `pixels.flatten`."""
        # Whole rows by index_select: for 64 photos twenty times as fast as indexing (64, 64, 3) photos.
        return scale(self.photos.index_select(0, self._which), dtype=self.dtype).T  # (m, n) → (n, m)

    def blocks(self) -> Sequence["PhotoColumns"]:
        """All columns, as many at a time as `block_size` says. Shapes: (n, m_B) each, in order."""
        n, m = self.shape
        size = block_size(n)
        return [self[:, start : start + size] for start in range(0, m, size)]

    def __rmatmul__(self, W: Tensor) -> Tensor:
        """W X. Shapes: W (k, n) → (k, m). Errors: ValueError for another shape, dtype or device."""
        self._fits(W, self.photos.shape[1], "n")
        if not self.by_kernel(W):
            return torch.cat([W @ part.floats() for part in self.blocks()], dim=1)
        Z = torch.empty(W.shape[0], self.m)  # (k, m)
        times = self._kernels_of_Z(W.shape[0]).times
        self._run(partial(times, *self._stored, _plain(W), Z.numpy()), W.shape[0], self.m, PHOTOS_APART)
        return Z

    def _times_transposed(self, delta: Tensor) -> Tensor:
        self._fits(delta, self.m, "m")
        if not self.by_kernel(delta):
            deltas = delta.split(block_size(self.shape[0]), dim=1)
            parts = (d @ part.floats().T for d, part in zip(deltas, self.blocks(), strict=True))
            return reduce(torch.add, parts)
        G = torch.empty(delta.shape[0], self.n)  # (k, n)
        times = self._kernels_of_G(delta.shape[0]).times_transposed
        self._run(partial(times, *self._stored, _plain(delta), G.numpy()), delta.shape[0], self.n, _stripe())
        return G

    def stepped(self, W: Tensor, delta: Tensor, *, keep: float, alpha: float) -> tuple[Tensor, float] | None:
        """See `StoredColumns.stepped`. With keep = 1 the same W' as from δ Xᵀ, bit for bit."""
        self._fits(delta, self.m, "m")
        self._fits(W, self.n, "n")
        if W.shape[0] != delta.shape[0]:
            raise ValueError(f"W and delta are of {W.shape[0]} and {delta.shape[0]} neurons")
        if not (self.by_kernel(delta) and self.by_kernel(W)):
            return None
        kernels, new = self._kernels_of_G(delta.shape[0]), torch.empty(W.shape)
        if kernels.stepped is None or self.m > kernels.most:
            return None
        step = partial(kernels.stepped, *self._stored, _plain(delta), _plain(W), keep, alpha, new.numpy())
        return new, sum(self._run(step, delta.shape[0], self.n, _stripe()))

    @property
    def _stored(self) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        return self.photos.numpy(), self._which.numpy()

    def _kernels_of_Z(self, k: int) -> "Kernels":
        return _kernels_for(self.n, k >= MANY_ROWS or self.m >= MANY_PHOTOS)

    def _kernels_of_G(self, k: int) -> "Kernels":
        """Vectors only up to so many photos as make the same numbers there: so k decides no digit."""
        return _kernels_for(self.n, self.m > _most_alike() or (k >= MANY_ROWS and self.m >= SUMMED))

    def _run(self, kernel: Callable[[int, int], R], rows: int, size: int, step: int) -> list[R]:
        """Make the columns 0 … size − 1 of k rows, in parts of whole steps where several threads pay."""
        n, m = self.shape
        parts = min(torch.get_num_threads(), rows * n * m // ENOUGH)
        if parts < 2:
            return [kernel(0, size)]
        ends = [min(size, -(-size * i // (parts * step)) * step) for i in range(parts + 1)]
        ranges = [(first, last) for first, last in pairwise(ends) if first < last]
        others = [_helpers().submit(kernel, *part) for part in ranges[1:]]
        return [kernel(*ranges[0]), *(other.result() for other in others)]

    def _fits(self, left: Tensor, size: int, name: str) -> None:
        if left.ndim != 2 or left.shape[1] != size:
            raise ValueError(f"the left side must be (k, {name} = {size}), got {tuple(left.shape)}")
        if left.dtype != self.dtype or left.device != self.device:
            raise ValueError(
                f"X is {self.dtype} on {self.device}, the left side {left.dtype} on {left.device}"
            )

    def by_kernel(self, left: Tensor) -> bool:
        """Whether left @ X, or left @ X.T, is computed from the bytes by a kernel."""
        recorded = left.requires_grad and torch.is_grad_enabled()
        if recorded or left.dtype != torch.float32 or left.device.type != "cpu" or left.shape[0] == 0:
            return False
        return left.shape[0] <= MOST_ROWS or (left.shape[1] >= SUMMED and _tiles(self.n) is not None)


Columns: TypeAlias = "Tensor | PhotoColumns | JoinedColumns"


def in_use(which: Tensor | None, M: int, device: torch.device) -> Tensor:
    """A copy of the indices, which nobody else can change; all M for None.

    Shapes: which (m,) int64 → (m,). Errors: ValueError for no index, or one outside 0 … M − 1.
    """
    if which is None:
        return torch.arange(M, device=device)
    if which.ndim != 1 or which.dtype != torch.int64:
        raise ValueError(f"which is (m,) int64, got {which.dtype} {tuple(which.shape)}")
    if len(which) == 0 or not 0 <= int(which.min()) <= int(which.max()) < M:
        raise ValueError(f"which names at least one example, each 0 … {M - 1}")
    return which.to(device, copy=True)


def block_size(n: int, numbers: int = NUMBERS) -> int:
    """Columns of n numbers that are handled at a time."""
    return max(1, numbers // n)


def warm_up() -> None:
    """Compile the kernels now (seconds the first time, a moment later), so that the first step need not.

    If several threads call this, one does it and the others wait.
    """
    from core.processor.loss_pass import kernel

    with _warming:
        kernel(), _tiles(N), _digits(N) or _floats()


def _plain(left: Tensor) -> NDArray[np.float32]:
    return left.detach().contiguous().numpy()


# Numba takes a moment to import and to compile: only those who train on photos wait for it.


@cache
def _floats() -> "Kernels":
    from core.processor.byte_kernels import kernels

    return kernels()


@cache
def _digits(n: int) -> "Kernels | None":
    from core.processor.digit_kernels import kernels
    from core.processor.digits import takes

    return kernels() if takes(n) else None


@cache
def _tiles(n: int) -> "Kernels | None":
    from core.processor.digit_tiles import kernels
    from core.processor.digits import takes

    return kernels() if takes(n) else None


def _kernels_for(n: int, in_tiles: bool) -> "Kernels":
    """On photos of n bytes; in tiles only where the processor has them."""
    return (_tiles(n) if in_tiles else None) or _digits(n) or _floats()


def _most_alike() -> int:
    from core.processor.digit_kernels import FOLLOWED

    return FOLLOWED


def _stripe() -> int:
    from core.processor.byte_kernels import STRIPE

    return STRIPE


@cache
def _helpers() -> ThreadPoolExecutor:
    """Threads that take parts of a product; whoever asked takes one part itself."""
    return ThreadPoolExecutor(CORES, thread_name_prefix="product")
