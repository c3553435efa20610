"""A float as a whole number of three digits to the base 256, and what is made of sums of digits times bytes.

    w ≈ u q,  u = max |w| / 8,323,072 of its row        q = 65,536 d₂ + 256 d₁ + d₀,  −128 ≤ d ≤ 127

    Z[l, i] = u/255 · (2 Σ_j q[l, j] p[i, j] − 255 Σ_j q[l, j])    since x = (2 p − 255) / 255
    G[l, j] = u/127.5 · (Σ_i q[l, i] (p[i, j] − 128) + ½ Σ_i q[l, i])    q of δ[l, i]; x = (p − 127.5) / 127.5

Three digits are 24 bits, as many as a float32 has. Processors multiply bytes by digits and add them up many
at a time: in vectors (core.processor.digit_kernels) and in tiles (core.processor.digit_tiles). Whole numbers
are added without rounding, in any order, so both ways come to the same sums, and the same floats are made of
them here: an error comes from q alone, at most u, and from the last digit of the result. What is smaller than
2^-24 of the largest number in its row counts as 0, and so does a row in which no number reaches 10^-30. A row
with an infinity or NaN in it becomes NaN.
Source: lecture, sections 6 and 7, for the two products.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic

from core.processor.byte_kernels import Kernel, Kernels
from core.processor.llvm_code import (
    BYTES,
    FLOAT,
    FLOATS,
    I8,
    I32,
    I64,
    INTS,
    LINE,
    PAIRS,
    Code,
    everywhere,
)

MOST_SUMMED = 65_536  # numbers of a sum, of which no digit's leaves 32 bits: 65,536 · 255 · 128 < 2^31
LARGEST = np.float32(127 * 65_536)  # q of the largest w; a little below what three digits hold
LEAST = np.float32(1e-30)  # of rows with nothing as large 1/u would not be a float32
DIGITS = 3
MADE = """float32(uint8[:, ::1], int64[::1], float32[:, ::1], float32[:, ::1], boolean, float32, float32,
          float32[:, ::1], int64, int64)"""
AHEAD = 512  # bytes further in W and in G, the lines are fetched that the next columns need
SOON = 1024  # bytes further in a row of W, the lines are fetched that will be read


def takes(n: int) -> bool:
    """Whether photos of n bytes are whole lines, and their sums fit into 32 bits."""
    return n % LINE == 0 and n <= MOST_SUMMED


def kernels_of(times: Kernel, made: Callable[..., float], most: int) -> Kernels:
    """Kernels of which one makes both G and a step; that one alone is compiled. `most` as in `Kernels`.

    made(P, which, delta, W, stepping, keep, alpha, G, first, last) writes G = δ Xᵀ, or where it is stepping
    keep · W − α δ Xᵀ, and returns the sum of that.
    """

    def times_transposed(P: Any, which: Any, delta: Any, G: Any, first: int, last: int) -> None:
        made(P, which, delta, G, False, 0.0, 0.0, G, first, last)

    def stepped(
        P: Any, which: Any, delta: Any, W: Any, keep: float, alpha: float, new: Any, first: int, last: int
    ) -> float:
        return made(P, which, delta, W, True, keep, alpha, new, first, last)

    return Kernels(times, times_transposed, stepped, most)


# ---- in LLVM's terms -----------------------------------------------------------------------------------


class DigitCode(Code):
    """Instructions that make digits of floats, and floats of sums of digits; addresses are in bytes."""

    def __init__(self, context: Any, builder: Any, signature: Any, given: Any, *arrays: int) -> None:
        super().__init__(context, builder, signature, given, *arrays)
        self.data = [builder.bitcast(one, I8.as_pointer()) for one in self.data]
        self.lengths = [shape[-1] for shape in self.shapes]  # of their rows

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

    def four_in_turns(self, photos: Sequence[Any]) -> list[Any]:
        """64 bytes of each of four photos such that the four bytes of a column stand beside each other.

        The bytes 16 a + 4 b … of a vector v are those of column 16 a + 4 v + b.
        """
        a, b, d, e = photos
        found = []
        for in_turns in (self.lower, self.upper):
            pairs = [self.builder.bitcast(in_turns(*two), PAIRS) for two in ((a, b), (d, e))]
            found += [self.builder.bitcast(half(*pairs), INTS) for half in (self.lower, self.upper)]
        return found

    def turned(self, a: Any, b: Any, c: Any, d: Any) -> tuple[Any, Any, Any, Any]:
        """Of each 128 bits of four vectors the four numbers, 4 × 4, rows to columns."""
        low, high = (self.lower(a, c), self.lower(b, d)), (self.upper(a, c), self.upper(b, d))
        return self.lower(*low), self.upper(*low), self.lower(*high), self.upper(*high)

    def ends_of_row(self, ends: Any) -> tuple[list[Any], Any, Any]:
        """Of a row of G everywhere: −128 Σ d of the three digits, ½ Σ q and u/127.5. See `ends_of_rows`."""
        begun = [self.spread(self.load(self.at(ends, 4 * d), I32), INTS) for d in range(DIGITS)]
        half, unit = (self.spread(self.load(self.at(ends, 4 * d), FLOAT), FLOATS) for d in (3, 4))
        return begun, half, unit

    def row_of_G(self, sums: Any, half: Any, unit: Any) -> list[Any]:
        """u/127.5 · (Σ q (p − 128) + ½ Σ q) of 64 columns in order.

        sums: of each vector v of `four_in_turns` those of the three digits, Σ d (p − 128).
        """
        found = []
        for of_digits in sums:
            d0, d1, d2 = of_digits  # of 256 photos each at most 2^22 in size
            low = self.builder.sitofp(self.builder.add(self.builder.shl(d1, everywhere(8)), d0), FLOATS)
            high = [self.builder.sitofp(d2, FLOATS), everywhere(65_536.0, FLOATS), half]
            q = self.call("llvm.fma.v16f32", high, FLOATS)
            found.append(self.builder.fmul(self.builder.fadd(low, q), unit))
        columns = []
        for a in range(4):  # the vectors' numbers 4 a … 4 a + 3 are columns 16 a …
            fours = [16 * one + 4 * a + b for one in (0, 1) for b in range(4)]
            low, high = self.picked(found[0], found[1], fours), self.picked(found[2], found[3], fours)
            columns.append(self.picked(low, high, range(16)))
        return columns

    def write_row_of_G(self, columns: Any, G: Any, W: Any, step: Any, first: Any) -> None:
        """G := the columns, or += them where they are not of the `first` photos.

        step: (whether, keep, α, total); where it is to be a step, G := keep · W − α · the columns instead,
        and total, 16 sums, += these numbers.
        """
        whether, keep, alpha, total = step
        with self.builder.if_else(whether) as (then, otherwise):
            with then:
                for a in range(4):
                    self.fetch(self.at(W, AHEAD, a * LINE))
                    self.fetch(self.at(G, AHEAD, a * LINE))
                made = []
                for a, g in enumerate(columns):
                    w = self.load(self.at(W, a * LINE), FLOATS)
                    subtracted = [self.builder.fneg(alpha), g, self.builder.fmul(keep, w)]
                    new = self.call("llvm.fma.v16f32", subtracted, FLOATS)
                    self.store(new, self.at(G, a * LINE))
                    made.append(new)
                a, b, d, e = made
                sums = self.builder.fadd(self.builder.fadd(a, b), self.builder.fadd(d, e))
                self.store(self.builder.fadd(self.load(total, FLOATS), sums), total)
            with otherwise:
                for a, g in enumerate(columns):
                    there = self.at(G, a * LINE)
                    more = self.builder.fadd(self.load(there, FLOATS), g)
                    self.store(self.builder.select(first, g, more), there)


@intrinsic
def _largest(typing, W, lines):  # type: ignore[no-untyped-def]
    """The bits of the largest |w|, of NaN where there is one. Shapes: W (64 · lines,)."""

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = DigitCode(context, builder, signature, given, 0)
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
def split(typing, W, lines, inverse, D, place, line_after, digit_after):  # type: ignore[no-untyped-def]
    """d₀, d₁ and d₂ of the whole numbers q next to w · inverse, and Σ q.

    Shapes: W (64 · lines,); D the first 64 digits d₀ from `place` on, the next line's and the next digit's so
    many bytes after.
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = DigitCode(context, builder, signature, given, 0, 3)
        (W, D), inverse = c.data, c.spread(given[2], FLOATS)
        D = c.at(D, given[4])
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
                c.store(c.picked(found, found, in_order), c.at(D, (line, given[5]), (given[6], d)))
        return c.put_together([builder.load(total) for total in totals])

    return types.int64(W, lines, inverse, D, place, line_after, digit_after), code


@intrinsic
def four_in_turns(typing, P, places, fours, j, lines, B):  # type: ignore[no-untyped-def]
    """64 · lines columns from j of 4 · fours photos, as `DigitCode.four_in_turns` has them.

    Shapes: B (lines, fours, 4, 64).
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = DigitCode(context, builder, signature, given, 0, 1, 5)
        P, places, B = c.data
        P = c.at(P, given[3])
        with c.loop(given[2]) as (four, _):
            photos = [c.at(P, c.load(c.at(places, (four, 32), 8 * a), I64)) for a in range(4)]
            with c.loop(given[4]) as (line, _):
                there = builder.add(builder.mul(line, given[2]), four)
                some = [c.load(c.at(photo, (line, LINE)), BYTES) for photo in photos]
                for v, vector in enumerate(c.four_in_turns(some)):
                    c.store(vector, c.at(B, (there, 4 * LINE), v * LINE))
        return context.get_dummy_value()

    return types.void(P, places, fours, j, lines, B), code


# ---- in Numba's ----------------------------------------------------------------------------------------


@njit(nogil=True)
def unit_of(row):  # type: ignore[no-untyped-def]
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
def digits_of(W, D, row_after, line_after, digit_after, u, sum_of_q):  # type: ignore[no-untyped-def]
    """Digits, u and Σ q of each row. A row's, a line's and a digit's digits stand so many bytes apart in D.

    Shapes: W (k, n), n a multiple of 64; D (…,) int8; u, sum_of_q (k,).
    """
    for l in range(len(W)):  # noqa: E741
        u[l], inverse = unit_of(W[l])
        lines = W.shape[1] // LINE
        sum_of_q[l] = split(W[l], lines, inverse, D, l * row_after, line_after, digit_after)


@njit(nogil=True)
def ends_of_rows(sums_of_digits, u, ends):  # type: ignore[no-untyped-def]
    """What G's rows need besides products: of each −128 Σ d of the digits, ½ Σ q and u/127.5 as floats.

    Shapes: sums_of_digits (k, 3) of the photos that are multiplied, u (k,); ends (k, 5) int32.
    """
    for l in range(len(ends)):  # noqa: E741
        q = np.int64(0)
        for d in range(DIGITS):
            ends[l, d] = -128 * sums_of_digits[l, d]
            q += np.int64(sums_of_digits[l, d]) << (8 * d)
        ends.view(np.float32)[l, 3] = 0.5 * q
        ends.view(np.float32)[l, 4] = u[l] / 127.5
