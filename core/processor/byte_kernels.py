"""W X and δ Xᵀ straight from the bytes p of photos, compiled for this CPU when first used.

    x = p / 127.5 − 1 = s (c + ½)      c = p − 128, s = 1 / 127.5

    Z[l, i] = s (Σ_j W[l, j] c[i, j] + ½ Σ_j W[l, j])        G[l, j] = s (Σ_i δ[l, i] c[i, j] + ½ Σ_i δ[l, i])

c is p with its first bit turned over, read as a signed byte: centred before it is multiplied, so nothing
cancels at the end, and for free.

Both are made of tiles: some rows of W or δ times some photos (of Z) or columns (of G), whose sums stay in
vector registers while the tile runs along the other axis; each byte is converted once for all rows of a tile,
each weight read once for all its photos. A tile is written in LLVM's own terms, for a compiler that is given
loops keeps fewer sums. Along j they run in chunks of which the weights stay in the first cache, and fetch the
photos' next chunk meanwhile.

A call makes a range of the columns of Z or of G, in one thread, and lets others run meanwhile: several calls
make a whole together, the same whole bit for bit however it is divided (G at multiples of `STRIPE`). No
number of Z depends on which other rows or photos are in the call, none of G on which other rows. Infinities
and NaN pass through. Indices are not checked here.
Source: lecture, sections 6 and 7, for the two products; register tiles are those of Goto and van de Geijn,
"Anatomy of high-performance matrix multiplication" (2008).
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from llvmlite import binding, ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from core.processor.compiled import kept_if_possible
from core.processor.llvm_code import FLOAT, I8, I64, LINE, Code

Kernel = Callable[
    [NDArray[np.uint8], NDArray[np.int64], NDArray[np.float32], NDArray[np.float32], int, int], None
]

HALF = np.float32(0.5)
S = np.float32(1 / 127.5)
SIGNATURE = "void(uint8[:, ::1], int64[::1], float32[:, ::1], float32[:, ::1], int64, int64)"
REORDER = {"reassoc", "contract", "nsz"}  # a sum may be taken in another order, in vector registers
STRIPE = LINE  # columns of G: a part that ends elsewhere might round its last few in another way
CHUNK = 768  # of the n numbers of a photo, in Z: with nine rows 27 kB of weights, less than any first cache
TOGETHER = 64  # photos whose bytes stay in the second cache, 0.8 MB, until all rows have seen them
FOLLOWED = 128  # photos whose lines are read before the next columns, in G


def _registers() -> tuple[int, int]:
    """How many float32 a vector register of this CPU holds, and how many such registers it has."""
    features = binding.get_host_cpu_features()
    if features.get("avx512f"):
        return 16, 32
    if features.get("avx2"):
        return 8, 16
    return 4, 16 if features.get("sse2") else 32


WIDTH, REGISTERS = _registers()
BESIDE = {9: 2 if REGISTERS == 32 else 1, 3: 4, 1: 4}  # rows of a tile of Z: its photos
VECTORS = BESIDE | ({3: 8, 1: 8} if REGISTERS == 32 else {})  # rows of a tile of G: its vectors of columns


class Kernels(NamedTuple):
    """times(P, which, W, Z, first, last) writes Z = W X for photos first … last − 1 of the m;
    times_transposed(P, which, delta, G, first, last) writes G = δ Xᵀ for inputs first … last − 1 of the n;
    stepped(P, which, delta, W, keep, alpha, new, first, last) writes new = keep · W − α δ Xᵀ for them, and
    returns the sum of what it wrote, where there are at most `most` photos.

    Shapes: P (M, n) uint8, which (m,) int64; W, G, new (k, n), Z, delta (k, m) float32; all contiguous,
    m, k ≥ 1.
    """

    times: Kernel
    times_transposed: Kernel
    stepped: Callable[..., float] | None = None
    most: int = 0


@cache
def kernels() -> Kernels:
    """The two kernels, compiled (seconds) or read from where Numba keeps them (a tenth of one).

    Where it can keep them nowhere (a read-only or full disk) they are compiled anew in every process.
    """
    return kept_if_possible(_compiled)


def _compiled(kept: bool) -> Kernels:
    made = njit(SIGNATURE, fastmath=REORDER, nogil=True, cache=kept)
    return Kernels(made(_times), made(_times_transposed))


# ---- in LLVM's terms -----------------------------------------------------------------------------------


_NUMBERS, _BYTES = ir.VectorType(FLOAT, WIDTH), ir.VectorType(I8, WIDTH)


class _Code(Code):
    """Instructions of one tile."""

    def numbers(self, address: Any) -> Any:
        """WIDTH float32 from an address on."""
        return self.load(address, _NUMBERS)

    def centred(self, address: Any) -> Any:
        """c of WIDTH bytes, as float32."""
        raw = self.load(address, _BYTES)
        turned = self.builder.xor(raw, ir.Constant(_BYTES, [-128] * WIDTH))
        return self.builder.sitofp(turned, _NUMBERS)

    def everywhere(self, value: Any) -> Any:
        """One number in all WIDTH places."""
        return self.spread(value, _NUMBERS)

    def add_product(self, total: Any, x: Any, y: Any) -> None:
        """total += x y, rounded once where the CPU can."""
        given = [x, y, self.builder.load(total)]
        self.builder.store(self.call(f"llvm.fmuladd.v{WIDTH}f32", given, _NUMBERS), total)

    def table(self, rows: int, beside: int) -> list[list[Any]]:
        """Room for the sums of a tile."""
        return [self.sums(beside, _NUMBERS) for _ in range(rows)]


def _tile_of_Z(rows: int) -> Any:
    """sums[row …, slot …] += Σ W c for BESIDE[rows] photos, over j = first … last − 1, whole lines.

    A sum is WIDTH numbers, to be added up at the end. `soon` are the places in P whose lines are fetched
    meanwhile. Shapes: sums (k, TOGETHER, WIDTH).
    """
    photos = BESIDE[rows]

    @intrinsic
    def tile(typing, P, which, W, sums, base, slots, soon, row, first, last):  # type: ignore[no-untyped-def]
        def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
            c = _Code(context, builder, signature, given, 0, 1, 2, 3)
            (P, which, W, sums), n = c.data, c.shapes[0][1]
            base, slots, soon, row, first, last = given[4:]
            slot = [builder.extract_value(slots, a) for a in range(photos)]
            begun = [builder.mul(c.load(c.at(which, base, s), I64), n) for s in slot]
            rows_at = [builder.add(row, c.integer(l)) for l in range(rows)]  # noqa: E741
            weights = [c.at(W, (at, n)) for at in rows_at]
            places = [[c.at(sums, (at, TOGETHER * WIDTH), (s, WIDTH)) for s in slot] for at in rows_at]
            totals = c.table(rows, photos)
            for l in range(rows):  # noqa: E741
                for a in range(photos):
                    builder.store(c.numbers(places[l][a]), totals[l][a])
            with c.loop(last, first=first, step=LINE) as (j, _):
                for a in range(photos):
                    c.fetch(c.at(P, builder.extract_value(soon, a), builder.sub(j, first)), 1)
                for further in range(0, LINE, WIDTH):
                    here = builder.add(j, c.integer(further))
                    x = [c.centred(c.at(P, photo, here)) for photo in begun]
                    for l in range(rows):  # noqa: E741
                        w = c.numbers(c.at(weights[l], here))
                        for a in range(photos):
                            c.add_product(totals[l][a], x[a], w)
            for l in range(rows):  # noqa: E741
                for a in range(photos):
                    c.store(builder.load(totals[l][a]), places[l][a])
            return context.get_dummy_value()

        return types.void(P, which, W, sums, base, slots, soon, row, first, last), code

    return tile


def _tile_of_G(rows: int, vectors: int) -> Any:
    """G[row …, j …] += Σ δ c over the photos i = first … last − 1, for vectors · WIDTH columns.

    The first photos find nothing in G, after the last ones G := s (G + half). The lines of the tile after the
    next, or the next line, are fetched meanwhile, for no processor follows so many photos by itself; into the
    second cache, for lines of photos 4,096 · k bytes long would drive each other out of the first.
    """
    lines, ahead = range(0, vectors * WIDTH, LINE), max(LINE, 2 * vectors * WIDTH)

    @intrinsic
    def tile(typing, P, which, delta, half, G, row, j, first, last):  # type: ignore[no-untyped-def]
        def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
            c = _Code(context, builder, signature, given, 0, 1, 2, 3, 4)
            (P, which, delta, half, G), n, m = c.data, c.shapes[0][1], c.shapes[1][0]
            row, j, first, last = given[5:]
            rows_at = [builder.add(row, c.integer(l)) for l in range(rows)]  # noqa: E741
            places = [[c.at(G, (at, n), j, t * WIDTH) for t in range(vectors)] for at in rows_at]
            sums = c.table(rows, vectors)
            for l in range(rows):  # noqa: E741
                for t in range(vectors):
                    builder.store(ir.Constant(_NUMBERS, None), sums[l][t])
            with builder.if_then(builder.icmp_signed(">", first, c.integer(0)), likely=False):
                for l in range(rows):  # noqa: E741
                    for t in range(vectors):
                        builder.store(c.numbers(places[l][t]), sums[l][t])
            with c.loop(last, first=first) as (i, _):
                photo = c.at(P, (c.load(c.at(which, i), I64), n), j)
                for line in lines:
                    c.fetch(c.at(photo, ahead + line))
                spread = [c.at(delta, (at, m), i) for at in rows_at]
                if rows < vectors:  # the fewer of both stay in registers meanwhile
                    d = [c.everywhere(builder.load(one)) for one in spread]
                    for t in range(vectors):
                        x = c.centred(c.at(photo, t * WIDTH))
                        for l in range(rows):  # noqa: E741
                            c.add_product(sums[l][t], x, d[l])
                else:
                    xs = [c.centred(c.at(photo, t * WIDTH)) for t in range(vectors)]
                    for l in range(rows):  # noqa: E741
                        one = c.everywhere(builder.load(spread[l]))
                        for t in range(vectors):
                            c.add_product(sums[l][t], xs[t], one)
            with builder.if_then(builder.icmp_signed("==", last, m), likely=True):
                s = c.everywhere(ir.Constant(FLOAT, float(S)))
                for l in range(rows):  # noqa: E741
                    h = c.everywhere(builder.load(c.at(half, rows_at[l])))
                    for t in range(vectors):
                        whole = builder.fadd(builder.load(sums[l][t]), h)
                        builder.store(builder.fmul(whole, s), sums[l][t])
            for l in range(rows):  # noqa: E741
                for t in range(vectors):
                    c.store(builder.load(sums[l][t]), places[l][t])
            return context.get_dummy_value()

        return types.void(P, which, delta, half, G, row, j, first, last), code

    return tile


# ---- in Numba's ----------------------------------------------------------------------------------------


@njit(fastmath=REORDER, nogil=True)
def _centred(p):  # type: ignore[no-untyped-def]
    return np.float32(np.int8(p ^ np.uint8(128)))


@njit(fastmath=REORDER, nogil=True)
def _sum(row, total):  # type: ignore[no-untyped-def]
    for j in range(len(row)):
        total += row[j]
    return total


@njit(fastmath=REORDER, nogil=True)
def _place_after(P, which, i, stop, whole):  # type: ignore[no-untyped-def]
    """Where photo i goes on after number `stop`, or, after its last, the photo TOGETHER further begins."""
    n = P.shape[1]
    if stop < whole:
        return which[i] * n + stop
    return which[min(i + TOGETHER, len(which) - 1)] * n


def _rows_of_Z(rows):  # type: ignore[no-untyped-def]
    tile, photos = _tile_of_Z(rows), BESIDE[rows]

    @njit(fastmath=REORDER, nogil=True)
    def add(P, which, W, sums, half, base, end, row, start, stop, whole):  # type: ignore[no-untyped-def]
        for l in range(row, row + rows):  # noqa: E741
            half[l] = _sum(W[l, start:stop], half[l])
        for i in range(base, end, photos):  # where photos lack, the last one stands in, with the same sums
            b, c, d = min(i + 1, end - 1), min(i + 2, end - 1), min(i + 3, end - 1)
            slots = (i - base, b - base, c - base, d - base)
            soon = (
                _place_after(P, which, i, stop, whole),
                _place_after(P, which, b, stop, whole),
                _place_after(P, which, c, stop, whole),
                _place_after(P, which, d, stop, whole),
            )
            tile(P, which, W, sums, base, slots, soon, row, start, stop)

    return add


def _rows_of_G(rows):  # type: ignore[no-untyped-def]
    wide, narrow = VECTORS[rows] * WIDTH, BESIDE[rows] * WIDTH  # of which every LINE is a multiple
    wide_tile, narrow_tile = _tile_of_G(rows, VECTORS[rows]), _tile_of_G(rows, BESIDE[rows])

    @njit(fastmath=REORDER, nogil=True)
    def add(P, which, delta, half, G, row, first, last, base, end):  # type: ignore[no-untyped-def]
        rest = last - (last - first) % wide
        for j in range(first, rest, wide):
            wide_tile(P, which, delta, half, G, row, j, base, end)
        for j in range(rest, last, narrow):
            narrow_tile(P, which, delta, half, G, row, j, base, end)

    return add


_nine_of_Z, _three_of_Z, _one_of_Z = _rows_of_Z(9), _rows_of_Z(3), _rows_of_Z(1)
_nine_of_G, _three_of_G, _one_of_G = _rows_of_G(9), _rows_of_G(3), _rows_of_G(1)


def _times(P, which, W, Z, first, last):  # type: ignore[no-untyped-def]
    k, n = W.shape
    whole = n - n % LINE
    sums, half = np.empty((k, TOGETHER, WIDTH), np.float32), np.empty(k, np.float32)
    for base in range(first, last, TOGETHER):
        end = min(last, base + TOGETHER)
        sums[:], half[:] = np.float32(0), np.float32(0)
        for start in range(0, whole, CHUNK):
            stop = min(whole, start + CHUNK)
            for row in range(0, k - k % 9, 9):
                _nine_of_Z(P, which, W, sums, half, base, end, row, start, stop, whole)
            for row in range(k - k % 9, k - k % 3, 3):
                _three_of_Z(P, which, W, sums, half, base, end, row, start, stop, whole)
            for row in range(k - k % 3, k):
                _one_of_Z(P, which, W, sums, half, base, end, row, start, stop, whole)
        for l in range(k):  # noqa: E741
            rest = _sum(W[l, whole:], half[l])
            for i in range(base, end):
                total = _sum(sums[l, i - base], np.float32(0))
                for j in range(whole, n):
                    total += W[l, j] * _centred(P[which[i], j])
                Z[l, i] = S * (total + HALF * rest)


def _times_transposed(P, which, delta, G, first, last):  # type: ignore[no-untyped-def]
    k, m = delta.shape
    whole = last - (last - first) % STRIPE
    half = np.empty(k, np.float32)
    for l in range(k):  # noqa: E741
        half[l] = HALF * _sum(delta[l], np.float32(0))
    for base in range(0, m, FOLLOWED):
        end = min(m, base + FOLLOWED)
        for row in range(0, k - k % 9, 9):
            _nine_of_G(P, which, delta, half, G, row, first, whole, base, end)
        for row in range(k - k % 9, k - k % 3, 3):
            _three_of_G(P, which, delta, half, G, row, first, whole, base, end)
        for row in range(k - k % 3, k):
            _one_of_G(P, which, delta, half, G, row, first, whole, base, end)
    for l in range(k):  # noqa: E741
        for j in range(whole, last):
            total = half[l]
            for i in range(m):
                total += delta[l, i] * _centred(P[which[i], j])
            G[l, j] = S * total
