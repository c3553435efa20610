"""X = [X_A | X_B]: the columns of several stores of photos as one X, without copying them together.

    W @ X = [W @ X_A | W @ X_B]            δ @ Xᵀ = δ_A @ X_Aᵀ + δ_B @ X_Bᵀ

Thousands of rendered photos are shared by every run of the process; a person's few are the run's own. Columns
are numbered throughout: those of the first store come first. Any of them may be taken, in any order, repeats
allowed; each store then multiplies the columns that are its own, from the bytes (core.columns).
Source: lecture, section 6 (the products of a batch).
"""

from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, pairwise

import torch
from torch import Tensor

from core.columns import PhotoColumns, StoredColumns, in_use


class JoinedColumns(StoredColumns):
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
        self.dtype = dtype
        self._take(in_use(which, sum(store.shape[1] for store in self.stores), self.device))

    def _take(self, which: Tensor) -> None:
        """Note which columns there are, and of each store its own, with their places among all."""
        ends = list(accumulate((store.shape[1] for store in self.stores), initial=0))
        self._which, self._parts = which, []
        for store, (first, last) in zip(self.stores, pairwise(ends), strict=True):
            own = ((which >= first) & (which < last)).nonzero()[:, 0]  # (m_s,)
            if len(own):
                self._parts.append((own, store[:, which[own] - first]))

    @property
    def n(self) -> int:
        return self.stores[0].n

    @property
    def device(self) -> torch.device:
        return self.stores[0].device

    def _taken(self, which: Tensor) -> "JoinedColumns":
        part = object.__new__(JoinedColumns)
        part.photos, part.stores, part.dtype = self.photos, self.stores, self.dtype
        part._take(which)
        return part

    def floats(self) -> Tensor:
        """The ordinary X. Shape (n, m)."""
        X = torch.empty(self.shape, dtype=self.dtype, device=self.device)
        for own, part in self._parts:
            X[:, own] = part.floats()
        return X

    def __rmatmul__(self, W: Tensor) -> Tensor:
        """W X. Shapes: W (k, n) → (k, m). Errors: as for PhotoColumns."""
        if len(self._parts) == 1:
            return W @ self._parts[0][1]
        order = torch.cat([own for own, _ in self._parts])  # (m,)
        found = torch.cat([W @ part for _, part in self._parts], dim=1)  # (k, m), store by store
        return found.index_select(1, order.argsort())

    def _times_transposed(self, delta: Tensor) -> Tensor:
        if delta.ndim != 2 or delta.shape[1] != len(self._which):
            raise ValueError(f"the left side must be (k, m = {len(self._which)}), got {tuple(delta.shape)}")
        parts = (delta.index_select(1, own) @ part.T for own, part in self._parts)
        return reduce(torch.add, parts)

    def stepped(self, W: Tensor, delta: Tensor, *, keep: float, alpha: float) -> tuple[Tensor, float] | None:
        """See `StoredColumns.stepped`; None where the columns are of several stores."""
        if len(self._parts) > 1:
            return None
        return self._parts[0][1].stepped(W, delta, keep=keep, alpha=alpha)
