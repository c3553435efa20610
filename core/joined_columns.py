"""X = [X_A | X_B]: the columns of several stores of photos as one X, which nobody has to copy together.

    W @ X = [W @ X_A | W @ X_B]            δ @ Xᵀ = δ_A @ X_Aᵀ + δ_B @ X_Bᵀ

Thousands of rendered photos are shared by every run of the process; a person's few are the run's own. Columns
are numbered through: those of the first store come first. Any of them may be taken, in any order, repeats
allowed; each store then multiplies the columns that are its own, from the bytes (core.columns).
Source: lecture, section 6 (the products of a batch).
"""

from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, pairwise

import torch
from torch import Tensor

from core.columns import PhotoColumns, RightSide


class JoinedColumns(RightSide):
    """See the module's text.

    Shapes: stores of photos (M_s, …) uint8 with n bytes each; which (m,) int64, each 0 … ΣM_s − 1; X (n, m).
    Errors: ValueError for no store, photos of different sizes, or indices that are not there.
    """

    def __init__(
        self, stores: Sequence[Tensor], which: Tensor | None = None, *, dtype: torch.dtype = torch.float32
    ) -> None:
        self.photos = tuple(stores)
        self.stores = tuple(PhotoColumns(photos, dtype=dtype) for photos in stores)
        if not self.stores or len({store.shape[0] for store in self.stores}) > 1:
            raise ValueError("columns are joined of at least one store of photos, all of the same size")
        total = sum(store.shape[1] for store in self.stores)
        if which is None:
            which = torch.arange(total, device=self.device)
        elif which.ndim != 1 or which.dtype != torch.int64 or len(which) == 0:
            raise ValueError(f"which is (m,) int64, m ≥ 1, got {which.dtype} {tuple(which.shape)}")
        elif not 0 <= int(which.min()) <= int(which.max()) < total:
            raise ValueError(f"which names photos 0 … {total - 1}")
        self.dtype = dtype
        self._take(which.to(self.device, copy=True))

    def _take(self, which: Tensor) -> None:
        """Note which columns there are, and of each store its own, with their places among all."""
        ends = list(accumulate((store.shape[1] for store in self.stores), initial=0))
        self._which, self._parts = which, []
        for store, (first, last) in zip(self.stores, pairwise(ends), strict=True):
            places = ((which >= first) & (which < last)).nonzero()[:, 0]  # (m_s,)
            if len(places):
                self._parts.append((places, store[:, which[places] - first]))

    @property
    def shape(self) -> torch.Size:
        """(n, m)."""
        return torch.Size((self.stores[0].shape[0], len(self._which)))

    @property
    def device(self) -> torch.device:
        return self.stores[0].device

    @property
    def T(self) -> "JoinedRows":
        """Xᵀ (m, n): the right side of delta @ X.T."""
        return JoinedRows(self)

    def __getitem__(self, key: tuple[slice, slice | Tensor]) -> "JoinedColumns":
        """Some of the columns, X[:, start:stop] or X[:, places]. Errors: as for PhotoColumns."""
        rows, columns = key
        if rows != slice(None):
            raise ValueError("columns of photos are taken whole: X[:, …]")
        which = self._which[columns]
        if which.ndim != 1 or len(which) == 0:
            raise ValueError(f"at least one column is taken, by a slice or (m,) indices, got {columns}")
        part = object.__new__(JoinedColumns)  # what is taken from checked indices needs no check
        part.photos, part.stores, part.dtype = self.photos, self.stores, self.dtype
        part._take(which)
        return part

    def floats(self) -> Tensor:
        """The ordinary X. Shape (n, m)."""
        X = torch.empty(self.shape, dtype=self.dtype, device=self.device)
        for places, part in self._parts:
            X[:, places] = part.floats()
        return X

    def __rmatmul__(self, W: Tensor) -> Tensor:
        """W X. Shapes: W (k, n) → (k, m). Errors: as for PhotoColumns."""
        if len(self._parts) == 1:
            return W @ self._parts[0][1]
        places = torch.cat([places for places, _ in self._parts])  # (m,)
        found = torch.cat([W @ part for _, part in self._parts], dim=1)  # (k, m), store by store
        return found.index_select(1, places.argsort())

    def _times_transposed(self, delta: Tensor) -> Tensor:
        """δ Xᵀ. Shapes: delta (k, m) → (k, n)."""
        if delta.ndim != 2 or delta.shape[1] != len(self._which):
            raise ValueError(f"the left side must be (k, m = {len(self._which)}), got {tuple(delta.shape)}")
        parts = (delta.index_select(1, places) @ part.T for places, part in self._parts)
        return reduce(torch.add, parts)


class JoinedRows(RightSide):
    """Xᵀ (m, n) of joined columns X."""

    def __init__(self, columns: JoinedColumns) -> None:
        self.T = columns

    @property
    def shape(self) -> torch.Size:
        """(m, n)."""
        return torch.Size(reversed(self.T.shape))

    def __rmatmul__(self, delta: Tensor) -> Tensor:
        """delta Xᵀ. Shapes: delta (k, m) → (k, n). Errors: as for PhotoColumns."""
        return self.T._times_transposed(delta)
