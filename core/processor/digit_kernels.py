"""W X and δ Xᵀ straight from the bytes p of photos, in whole numbers, four products at a time.

    w ≈ u q,  u = max |w| / 8,323,072 of its row        q = 65,536 d₂ + 256 d₁ + d₀,  −128 ≤ d ≤ 127

    Z[l, i] = u/255 · (2 Σ_j q[l, j] p[i, j] − 255 Σ_j q[l, j])    since x = (2 p − 255) / 255
    G[l, j] likewise, with δ for w, over i

Three digits to the base 256 are 24 bits, as many as a float32 has. Processors with VNNI multiply 64 bytes
by 64 digits and add them up by fours where they multiply 16 floats, and no byte is converted first. So three
products in place of one cost three quarters of it, and less where few rows share what is converted.

Whole numbers are added without rounding, in any order: an error comes from q alone, at most u, and from the
last digit of the result. What is smaller than 2^-24 of the largest number in its row counts as 0, and so does
a row in which no number reaches 10^-30.

A call makes a range of the columns of Z or of G, in one thread, and lets others run meanwhile: several calls
make a whole together, the same whole bit for bit however it is divided (G at multiples of `LINE`). No number
of Z depends on which other rows or photos are in the call, none of G on which other rows. A row with an
infinity or NaN in it becomes NaN. Indices are not checked here.
Source: lecture, sections 6 and 7, for the two products; Intel, "Deep learning boost", for the instruction
vpdpbusd; Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008), for the tiles.
"""

from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from core.processor.byte_kernels import SIGNATURE, Kernels
from core.processor.compiled import kept_if_possible
from core.processor.llvm_code import (
    BYTES,
    FLOAT,
    FLOATS,
    I32,
    I64,
    INTS,
    LINE,
    PAIRS,
    Code,
    everywhere,
    processor_has,
    whole_lines,
)

MOST_SUMMED = 65_536  # numbers of a sum, of which no digit's leaves 32 bits: 65,536 · 255 · 128 < 2^31
LARGEST = np.float32(127 * 65_536)  # q of the largest w; a little below what three digits hold
LEAST = np.float32(1e-30)  # of rows with nothing as large 1/u would not be a float32
DIGITS = 3
AT_ONCE = {3: 3, 1: 6}  # rows of a tile of Z: its photos, so that 27 and 18 sums stay in the 32 registers
CHUNK = 4096  # numbers of a photo, in Z: a page of memory; three rows' digits are 37 kB, about a first cache
TOGETHER = 64  # photos whose bytes stay in the second cache, 0.8 MB, until all rows have seen them
FOLLOWED = 64  # photos whose lines are read before the next columns, in G
SOON = 1024  # bytes further in a row of W, the lines are fetched that will be read
STRIP = 4  # lines of a photo that are read one after the other, in G, for the memory gives neighbours soonest
NEEDED = ("avx512f", "avx512bw", "avx512dq", "avx512vnni")


def takes(n: int) -> bool:
    """Whether photos of n bytes are whole lines, and their sums fit into 32 bits."""
    return n % LINE == 0 and n <= MOST_SUMMED


@cache
def kernels() -> Kernels | None:
    """As `byte_kernels.kernels`, for photos that these take. None where the processor has no VNNI."""
    return kept_if_possible(_compiled) if processor_has(*NEEDED) else None


def _compiled(kept: bool) -> Kernels:
    made = njit(SIGNATURE, nogil=True, cache=kept)
    return Kernels(made(_times), made(_times_transposed))


# ---- in LLVM's terms -----------------------------------------------------------------------------------


class _Code(Code):
    """Instructions that multiply bytes by digits."""

    def sums(self, count: int) -> list[Any]:
        """Room for vectors of sums, which LLVM puts into registers."""
        with self.builder.goto_entry_block():
            return [self.builder.alloca(INTS) for _ in range(count)]

    def add_products(self, total: Any, p: Any, d: Any) -> None:
        """total += p d, four neighbours in each of 16 places. p from 0 to 255, d from −128 to 127."""
        sums = [self.builder.load(total), p, d]
        self.builder.store(self.call("llvm.x86.avx512.vpdpbusd.512", sums, INTS), total)

    def nearest(self, w: Any) -> Any:
        """The whole numbers nearest to 16 floats."""
        none, every, as_set = ir.Constant(INTS, None), ir.Constant(ir.IntType(16), -1), ir.Constant(I32, 4)
        return self.call("llvm.x86.avx512.mask.cvtps2dq.512", [w, none, every, as_set], INTS)

    def larger(self, one: Any, other: Any) -> Any:
        return self.call("llvm.smax.v16i32", [one, other], INTS)

    def put_together(self, sums: Any) -> Any:
        """65,536 Σ d₂ + 256 Σ d₁ + Σ d₀, each a sum of 16 numbers."""
        whole = self.integer(0)
        for d, numbers in enumerate(sums):
            total = self.builder.sext(self.call("llvm.vector.reduce.add.v16i32", [numbers], I32), I64)
            whole = self.builder.add(whole, self.builder.shl(total, self.integer(8 * d)))
        return whole

    def lower(self, one: Any, other: Any) -> Any:
        """Of each 128 bits of both vectors the lower halves, number by number in turns."""
        return self._in_turns(one, other, 0)

    def upper(self, one: Any, other: Any) -> Any:
        """The upper halves."""
        return self._in_turns(one, other, 1)

    def _in_turns(self, one: Any, other: Any, half: int) -> Any:
        count = one.type.count
        lane = count // 4
        kept = [start + half * lane // 2 + a for start in range(0, count, lane) for a in range(lane // 2)]
        return self.picked(one, other, [place for a in kept for place in (a, count + a)])

    def turned(self, a: Any, b: Any, c: Any, d: Any) -> tuple[Any, Any, Any, Any]:
        """Of each 128 bits of four vectors the four numbers, 4 × 4, rows to columns."""
        low, high = (self.lower(a, c), self.lower(b, d)), (self.upper(a, c), self.upper(b, d))
        return self.lower(*low), self.upper(*low), self.lower(*high), self.upper(*high)


@intrinsic
def _largest(typing, W, lines):  # type: ignore[no-untyped-def]
    """The bits of the largest |w|, of NaN where there is one. Shapes: W (64 · lines,)."""

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0)
        found = c.sums(4)
        for one in found:
            builder.store(ir.Constant(INTS, None), one)
        with c.loop(given[1]) as (line, _):
            for v, one in enumerate(found):  # without their sign, larger numbers have larger bits
                here = c.at(c.data[0], (line, 4 * LINE), v * LINE)
                c.fetch(c.at(here, SOON))
                bits = builder.and_(c.load(here, INTS), everywhere(0x7FFFFFFF))
                builder.store(c.larger(builder.load(one), bits), one)
        a, b, d, e = (builder.load(one) for one in found)
        return c.call("llvm.vector.reduce.smax.v16i32", [c.larger(c.larger(a, b), c.larger(d, e))], I32)

    return types.int32(W, lines), code


@intrinsic
def _split(typing, W, lines, inverse, D):  # type: ignore[no-untyped-def]
    """d₀, d₁ and d₂ of the whole numbers q next to w · inverse, and Σ q.

    Shapes: W (64 · lines,) → D (3, 64 · lines).
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0, 3)
        (W, D), inverse = c.data, c.spread(given[2], FLOATS)
        apart = builder.mul(given[1], c.integer(LINE))
        totals, ones = c.sums(DIGITS), everywhere(0x01010101)
        for total in totals:
            builder.store(ir.Constant(INTS, None), total)
        halves = everywhere(0x808080)  # 128 of each digit: then they are the bytes of q + this, less 128
        by_digit = [lane + 4 * a + d for lane in range(0, LINE, 16) for d in range(4) for a in range(4)]
        in_order = [4 * v + lane for lane in range(4) for v in range(4)]
        with c.loop(given[1]) as (line, _):
            quarters = []
            for v in range(4):
                w = c.load(c.at(W, (line, 4 * LINE), v * LINE), FLOATS)
                q = builder.add(c.nearest(builder.fmul(w, inverse)), halves)
                digits = builder.bitcast(builder.xor(q, halves), BYTES)
                quarters.append(builder.bitcast(c.picked(digits, digits, by_digit), INTS))
            for d, found in enumerate(c.turned(*quarters)[:DIGITS]):
                c.add_products(totals[d], ones, found)
                c.store(c.picked(found, found, in_order), c.at(D, (line, LINE), (apart, d)))
        return c.put_together([builder.load(total) for total in totals])

    return types.int64(W, lines, inverse, D), code


@intrinsic
def _total(typing, sums, place, apart):  # type: ignore[no-untyped-def]
    """Σ q of a photo and a row, from the sums of the three digits, so many bytes apart."""

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0)
        there = c.at(c.data[0], given[1])
        return c.put_together([c.load(c.at(there, (given[2], d)), INTS) for d in range(DIGITS)])

    return types.int64(sums, place, apart), code


def _tile_of_Z(rows: int) -> Any:
    """sums[row, digit, photo] += Σ d p for AT_ONCE[rows] photos, over 64 · lines numbers.

    A sum is 16 numbers, to be added up at the end. The photos begin at `places` in P. What begins at W[soon]
    is fetched meanwhile; photos the processor fetches ahead by itself, a page of memory at a time.
    Shapes: digits D (rows, 3, n) from `there` on; sums (rows, 3, photos, 16).
    """
    photos = AT_ONCE[rows]

    @intrinsic
    def tile(typing, P, places, D, there, sums, lines, W, soon):  # type: ignore[no-untyped-def]
        def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
            c = _Code(context, builder, signature, given, 0, 1, 2, 4, 6)
            P, places, D, sums, W = c.data
            begun = [c.at(P, c.load(c.at(places, 8 * a), I64)) for a in range(photos)]
            digits = [c.at(D, given[3], (c.lengths[2], d)) for d in range(rows * DIGITS)]
            soon = c.at(W, (given[7], 4))
            totals = c.sums(len(digits) * photos)
            for a, total in enumerate(totals):
                builder.store(c.load(c.at(sums, a * LINE), INTS), total)
            with c.loop(given[5]) as (line, _):
                c.fetch(c.at(soon, (line, LINE)))
                p = []
                for a in range(photos):
                    p.append(c.load(c.at(begun[a], (line, LINE)), INTS))
                for row, digit in enumerate(digits):
                    d = c.load(c.at(digit, (line, LINE)), INTS)
                    for a in range(photos):
                        c.add_products(totals[row * photos + a], p[a], d)
            for a, total in enumerate(totals):
                c.store(builder.load(total), c.at(sums, a * LINE))
            return context.get_dummy_value()

        return types.void(P, places, D, there, sums, lines, W, soon), code

    return tile


@intrinsic
def _four_in_turns(typing, P, places, fours, j, lines, B):  # type: ignore[no-untyped-def]
    """64 · lines columns from j of 4 · fours photos: four photos' bytes of a column stand beside each other.

    Shapes: B (lines, fours, 4, 64); the bytes 16 a + 4 b … of a vector v are those of column 16 a + 4 v + b.
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0, 1, 5)
        P, places, B = c.data
        P = c.at(P, given[3])
        with c.loop(given[2]) as (four, _):
            photos = [c.at(P, c.load(c.at(places, (four, 32), 8 * a), I64)) for a in range(4)]
            with c.loop(given[4]) as (line, _):
                a, b, d, e = (c.load(c.at(photo, (line, LINE)), BYTES) for photo in photos)
                there = builder.add(builder.mul(line, given[2]), four)
                for half, in_turns in enumerate((c.lower, c.upper)):
                    pairs = [builder.bitcast(in_turns(*two), PAIRS) for two in ((a, b), (d, e))]
                    for v, vector in enumerate((c.lower(*pairs), c.upper(*pairs))):
                        c.store(vector, c.at(B, (there, 4 * LINE), (2 * half + v) * LINE))
        return context.get_dummy_value()

    return types.void(P, places, fours, j, lines, B), code


def _tile_of_G(rows: int, fetching: bool) -> Any:
    """G[row …, j …] := u/127.5 · (Σ_i q (p − 128) + ½ Σ_i q) for 64 columns; += behind the first photos.

    Shapes: B (fours, 4, 64) as `_four_in_turns` makes it; digits D (k, 3, padded), of the photos from `base`
    on; ends (k, 5), of each row −128 Σ d of the three digits, and ½ Σ q and u/127.5 as floats; G (k, n).
    The tile that is `fetching` has the next strip of the photos at `places` in P brought meanwhile:
    while numbers are multiplied, the memory has nothing else to do.
    """

    @intrinsic
    def tile(typing, P, places, B, D, base, fours, ends, row, G, j):  # type: ignore[no-untyped-def]
        def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
            c = _Code(context, builder, signature, given, 0, 1, 2, 3, 6, 8)
            P, places, B, D, ends, G = c.data
            base, fours, row, j = (given[i] for i in (4, 5, 7, 9))
            (padded, n), soon = (c.lengths[i] for i in (3, 5)), c.at(P, j, STRIP * LINE)
            ends, D = c.at(ends, (row, 4 * 5)), c.at(D, base, (builder.mul(row, padded), DIGITS))
            totals = [c.sums(4) for _ in range(rows * DIGITS)]
            for d, total in enumerate(totals):
                place = 4 * (5 * (d // DIGITS) + d % DIGITS)
                begun = c.spread(c.load(c.at(ends, place), I32), INTS)
                for v in range(4):
                    builder.store(begun, total[v])
            with c.loop(fours) as (four, _):
                for a in range(4 * fetching):
                    c.fetch(c.at(soon, c.load(c.at(places, (four, 32), 8 * a), I64)))
                p = [c.load(c.at(B, (four, 4 * LINE), v * LINE), INTS) for v in range(4)]
                for d, total in enumerate(totals):
                    digits = c.spread(c.load(c.at(D, (padded, d), (four, 4)), I32), INTS)
                    for v in range(4):
                        c.add_products(total[v], p[v], digits)
            for l in range(rows):  # noqa: E741
                half, unit = (
                    c.spread(c.load(c.at(ends, 4 * (5 * l + which)), FLOAT), FLOATS) for which in (3, 4)
                )
                found = []
                for v in range(4):
                    d0, d1, d2 = (
                        builder.sitofp(builder.load(total[v]), FLOATS)
                        for total in totals[l * DIGITS : (l + 1) * DIGITS]
                    )
                    q = builder.fadd(builder.fmul(d2, everywhere(65_536.0, FLOATS)), half)
                    q = builder.fadd(builder.fadd(builder.fmul(d1, everywhere(256.0, FLOATS)), d0), q)
                    found.append(builder.fmul(q, unit))
                place = builder.add(builder.mul(builder.add(row, c.integer(l)), n), j)
                for a in range(4):  # their numbers 4 a … 4 a + 3 are columns 16 a …
                    low, high = (
                        c.picked(*pair, [16 * one + 4 * a + b for one in (0, 1) for b in range(4)])
                        for pair in (found[:2], found[2:])
                    )
                    there, new = c.at(G, (place, 4), a * LINE), c.picked(low, high, range(16))
                    more = builder.fadd(c.load(there, FLOATS), new)
                    first = builder.icmp_signed("==", base, c.integer(0))
                    c.store(builder.select(first, new, more), there)
            return context.get_dummy_value()

        return types.void(P, places, B, D, base, fours, ends, row, G, j), code

    return tile


# ---- in Numba's ----------------------------------------------------------------------------------------


@njit(nogil=True)
def _unit(row):  # type: ignore[no-untyped-def]
    """u of a row, and 1/u: NaN and 0 where a number is not finite, 0 and 0 where none reaches LEAST."""
    bits = np.empty(1, np.int32)
    bits[0] = _largest(row, len(row) // LINE)
    w = bits.view(np.float32)[0]
    if not np.isfinite(w):
        return np.nan, np.float32(0)
    if w < LEAST:
        return 0.0, np.float32(0)
    return np.float64(w) / np.float64(LARGEST), LARGEST / w


@njit(nogil=True)
def _added(numbers):  # type: ignore[no-untyped-def]
    total = np.int32(0)
    for one in numbers:
        total += np.int32(one)
    return np.int64(total)


@njit(nogil=True)
def _digits(W, D, u, sum_of_q):  # type: ignore[no-untyped-def]
    for l in range(len(W)):  # noqa: E741
        u[l], inverse = _unit(W[l])
        sum_of_q[l] = _split(W[l], W.shape[1] // LINE, inverse, D[l])


def _rows_of_Z(rows):  # type: ignore[no-untyped-def]
    tile, photos = _tile_of_Z(rows), AT_ONCE[rows]
    tiles = -(-TOGETHER // photos)

    @njit(nogil=True)
    def write(P, which, D, u, sum_of_q, base, end, Z, W, soon):  # type: ignore[no-untyped-def]
        """Z of some rows for the photos base … end − 1; these rows of D, u, sum_of_q and Z."""
        n, places = P.shape[1], np.empty(photos, np.int64)
        sums = whole_lines(tiles * rows * DIGITS * photos * LINE).view(np.int32)
        sums = sums.reshape(tiles, rows, DIGITS, photos, LINE // 4)
        sums[:] = 0
        for start in range(0, n, CHUNK):
            stop = min(n, start + CHUNK)
            lines = (stop - start) // LINE
            for tile_of_photos in range(-(-(end - base) // photos)):
                for a in range(photos):  # where photos lack, the last one stands in, and nobody asks
                    i = min(base + tile_of_photos * photos + a, end - 1)
                    places[a] = which[i] * n + start
                tile(P, places, D, start, sums[tile_of_photos], lines, W, soon)
                soon += lines * LINE // 4
        for l in range(rows):  # noqa: E741
            for i in range(end - base):
                place = ((i // photos * rows + l) * DIGITS * photos + i % photos) * LINE
                total = _total(sums, place, photos * LINE)
                Z[l, base + i] = (2 * total - 255 * sum_of_q[l]) * (u[l] / 255)

    return write


_three_of_Z, _one_of_Z = _rows_of_Z(3), _rows_of_Z(1)
_first_two_of_G, _two_of_G = _tile_of_G(2, True), _tile_of_G(2, False)
_only_one_of_G, _one_of_G = _tile_of_G(1, True), _tile_of_G(1, False)


def _times(P, which, W, Z, first, last):  # type: ignore[no-untyped-def]
    k, n = W.shape
    again = last - first > TOGETHER  # whether digits are needed once more, for other photos
    room = k if again else min(k, 3)
    D = whole_lines(room * DIGITS * n).view(np.int8).reshape(room, DIGITS, n)
    u, sum_of_q = np.empty(k, np.float64), np.empty(k, np.int64)
    for base in range(first, last, TOGETHER):
        end, row = min(last, base + TOGETHER), 0
        while row < k:
            stop = row + 3 if row + 3 <= k else row + 1
            D_here = D[row:stop] if again else D[: stop - row]
            u_here, q_here, Z_here = u[row:stop], sum_of_q[row:stop], Z[row:stop]
            if base == first:  # where they will be read at once
                _digits(W[row:stop], D_here, u_here, q_here)
            soon = stop * n if stop < k else 0  # in W, the rows of the next tile
            if stop - row == 3:
                _three_of_Z(P, which, D_here, u_here, q_here, base, end, Z_here, W, soon)
            else:
                _one_of_Z(P, which, D_here, u_here, q_here, base, end, Z_here, W, soon)
            row = stop


def _times_transposed(P, which, delta, G, first, last):  # type: ignore[no-untyped-def]
    k, m = delta.shape
    n, padded = P.shape[1], -(-m // LINE) * LINE
    all_delta = np.zeros((k, padded), np.float32)
    all_delta[:, :m] = delta
    D = whole_lines(k * DIGITS * padded).view(np.int8).reshape(k, DIGITS, padded)
    u, sum_of_q = np.empty(k, np.float64), np.empty(k, np.int64)
    _digits(all_delta, D, u, sum_of_q)
    ends, places = np.empty((k, 5), np.int32), np.empty(FOLLOWED, np.int64)
    room = whole_lines(STRIP * FOLLOWED * LINE)
    for base in range(0, m, FOLLOWED):
        fours = -(-min(FOLLOWED, m - base) // 4)
        for i in range(4 * fours):  # where photos lack, the last one stands in, and meets zeros
            places[i] = which[min(base + i, m - 1)] * n
        for l in range(k):  # noqa: E741
            of_block = np.int64(0)
            for d in range(DIGITS):
                total = _added(D[l, d, base : base + 4 * fours])
                ends[l, d] = -128 * total
                of_block += total << (8 * d)
            ends.view(np.float32)[l, 3] = 0.5 * of_block
            ends.view(np.float32)[l, 4] = u[l] / 127.5
        B = room[: STRIP * fours * 4 * LINE].reshape(STRIP, fours * 4 * LINE)
        for strip in range(first, last, STRIP * LINE):
            lines = min(STRIP, (last - strip) // LINE)
            _four_in_turns(P, places, fours, strip, lines, B)
            for line in range(lines):
                j = strip + line * LINE
                if k == 1:
                    _only_one_of_G(P, places, B[line], D, base, fours, ends, 0, G, j)
                else:
                    _first_two_of_G(P, places, B[line], D, base, fours, ends, 0, G, j)
                for row in range(2, k - k % 2, 2):
                    _two_of_G(P, places, B[line], D, base, fours, ends, row, G, j)
                if k > 1 and k % 2:
                    _one_of_G(P, places, B[line], D, base, fours, ends, k - 1, G, j)
