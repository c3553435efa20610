"""W X and δ Xᵀ straight from the bytes p of photos, for many rows: in tiles of bfloat16.

    w = hi + mid + lo       each of 8 of the 24 bits of w          x = 128/127.5 · c,   c = (p − 127.5)/128

    Z = 128/127.5 · Σ_j (hi + mid + lo)[l, j] c[i, j]              G likewise, with δ · 128/127.5, over i

A bfloat16 is the upper half of a float32: the same exponents, 8 bits of the number. c needs no more, so it is
one, and w is three. A product of two has 16 bits, which a float32 holds as it is: only sums are rounded.
Processors with AMX, made for such networks, multiply 16 × 32 by 32 × 16 bfloat16 in 16 cycles, 512 products a
cycle where floats have 32. So three products instead of one still cost a fifth. But the bytes must be laid
out as tiles first, which takes as long for one row as for many: with few rows byte_kernels.py is quicker.

A tile's sums are those of 32 numbers, summed by themselves first; Z adds them up for `CHUNK` numbers at a
time, and then those. So sums are rounded less often than where one number after the other is added to
them. What is smaller than 2^-126 counts as 0: w itself, its mid and lo, and a product.

A number is the same bits in whatever way a call is divided among threads, and whichever other rows (and, of
Z, photos) are in it. A call makes a range of the columns of Z or of G, in one thread, and lets others run
meanwhile. A row with an infinity or NaN in it becomes NaN. Indices are not checked here.
Source: lecture, sections 6 and 7, for the two products; Intel, "Architecture instruction set extensions
programming reference", chapter on AMX, for the tiles; Henry, Tang and Heinecke, "Leveraging the bfloat16
artificial intelligence datatype for higher-precision computations" (2019), for the three parts.
"""

import ctypes
import platform
import sys
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from core.processor.byte_kernels import SIGNATURE, Kernels
from core.processor.compiled import kept_if_possible
from core.processor.llvm_code import FLOATS, I8, I64, INTS, LINE, Code, everywhere, processor_has, whole_lines

TILE = 16 * LINE  # bytes: a row of a tile is a line, and so many columns of G are finished together
BLOCK = 32  # numbers of a sum that a tile holds
FOUR = 4  # tiles of columns that are multiplied by the same rows
CHUNK = 2048  # numbers of each photo, in Z, whose tiles stay in the cache until all rows have met them
KEPT = 512 << 10  # bytes of tiles that are laid out together, in G: less than a second cache
SCALE = np.float32(128 / 127.5)
SOON = 1024  # bytes further in a row of W, the lines are fetched that will be read
AHEAD = 16  # photos further, the same in G
SIXTEEN = ir.VectorType(I8, 16)
NEEDED = ("avx512f", "avx512bw", "avx512dq", "amx-tile", "amx-bf16")


@cache
def kernels() -> Kernels | None:
    """As `byte_kernels.kernels`.

    None where the processor has no AMX, or the system does not lend it to this process.
    """
    if not processor_has(*NEEDED) or not _granted():
        return None
    return kept_if_possible(_compiled)


def _compiled(kept: bool) -> Kernels:
    made = njit(SIGNATURE, nogil=True, cache=kept)
    return Kernels(made(_times), made(_times_transposed))


def _granted() -> bool:
    """Ask for the tile registers: Linux lends them on request, as they make switching threads dearer."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return False
    arch_prctl, request, tile_data = 158, 0x1023, 18
    return bool(ctypes.CDLL(None).syscall(arch_prctl, request, tile_data) == 0)


# ---- in LLVM's terms -----------------------------------------------------------------------------------


class _Code(Code):
    """Instructions that take numbers apart and multiply tiles."""

    def tile(self, name: str, *given: Any) -> None:
        """An instruction of AMX; registers are numbered 0 … 7, each of 16 rows of 64 bytes."""
        registers = [ir.Constant(I8, one) if isinstance(one, int) else one for one in given]
        self.call(f"llvm.x86.{name}", registers)

    def upper(self, bits: Any) -> Any:
        """The bfloat16 in floats, the rest of their bits cut off."""
        return self.builder.and_(bits, everywhere(-0x10000))

    def paired(self, first: Any, second: Any) -> Any:
        """Two vectors of 16 bfloat16 in turns: one of each, the first lower."""
        return self.builder.or_(self.builder.lshr(first, everywhere(16)), self.upper(second))

    def split(self, row: Any, there: Any) -> None:
        """hi, mid and lo of 32 numbers of a row to three tiles; b and 16 + b stand beside each other."""
        rest = [self.load(self.at(row, half * LINE), FLOATS) for half in range(2)]
        for part in range(3):
            bits = [self.builder.bitcast(one, INTS) for one in rest]
            self.store(self.paired(*bits), self.at(there, part * TILE))
            cut = [self.builder.bitcast(self.upper(one), FLOATS) for one in bits]
            rest = [self.builder.fsub(whole, one) for whole, one in zip(rest, cut, strict=True)]

    def centred(self, p: Any) -> Any:
        """The bits of c = (p − 127.5) / 128, which is exact, from whole numbers p."""
        p = self.builder.sitofp(p, FLOATS)
        c = self.builder.fmul(self.builder.fsub(p, everywhere(127.5, FLOATS)), everywhere(1 / 128, FLOATS))
        return self.builder.bitcast(c, INTS)


@intrinsic
def _begin(typing):  # type: ignore[no-untyped-def]
    """Take the eight tile registers."""

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        shape = bytearray(LINE)
        shape[0] = 1  # the palette: eight registers of at most 16 rows of 64 bytes
        for register in range(8):
            shape[16 + 2 * register], shape[48 + register] = LINE, 16
        shapes = ir.Constant(ir.ArrayType(I8, LINE), shape)
        there = cgutils.global_constant(builder, "tiles", shapes)
        _Code(context, builder, signature, given).tile("ldtilecfg", builder.bitcast(there, I8.as_pointer()))
        return context.get_dummy_value()

    return types.void(), code


@intrinsic
def _end(typing):  # type: ignore[no-untyped-def]
    """Give them back, so that the thread is as light as before."""

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        _Code(context, builder, signature, given).tile("tilerelease")
        return context.get_dummy_value()

    return types.void(), code


@intrinsic
def _parts(typing, W, place, blocks, A, there):  # type: ignore[no-untyped-def]
    """hi, mid and lo of a row's 32 · blocks numbers, as a row of three tiles for each block.

    The row begins at W[place], its tiles at A[there]. Shapes: tiles A (…, blocks, 3, 16, 64).
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0, 3)
        W, A = c.at(c.data[0], (given[1], 4)), c.at(c.data[1], given[4])
        with c.loop(given[2]) as (b, _):
            c.split(c.at(W, (b, 2 * LINE)), c.at(A, (b, 3 * TILE)))
        return context.get_dummy_value()

    return types.void(W, place, blocks, A, there), code


def _multiply(c, parts, B, apart, b, meanwhile=lambda quarter: None):  # type: ignore[no-untyped-def]
    """Registers 0 … 3 += (hi + mid + lo) B_v; between them, what else is to be done.

    Shapes: parts (3, 16, 64), B (blocks, 16, 64), the next v so many bytes apart.
    """
    for part in range(3):
        c.tile("tileloadd64", 4 + part, c.at(parts, part * TILE), c.integer(LINE))
    for v in range(FOUR):
        c.tile("tileloadd64", 7, c.at(B, (apart, v), (b, TILE)), c.integer(LINE))
        for part in range(3):
            c.tile("tdpbf16ps", v, 4 + part, 7)
        meanwhile(v)


@intrinsic
def _products_of_rows(typing, W, place, pitch, rows, B, start, apart, blocks, sums, there, ring):  # type: ignore[no-untyped-def]
    """sums_v += Σ_b (hi_b + mid_b + lo_b) B_vb, for 16 rows of W and four tiles v of 16 columns, b < blocks.

    The first row begins at W[place], the others `pitch` numbers further each; where there are fewer `rows`
    than 16 the last one stands in, and nobody asks for its sums. They are taken apart a block ahead of where
    they are multiplied, so that both go on at once.
    Shapes: B (blocks, 16, 64) from `start` on, the next v so many bytes `apart`; sums (16, 4 · 16) floats
    from the byte `there` on; ring, for the parts, (2, 3, 16, 64), and for new sums another 4,096 bytes.
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0, 4, 8, 10)
        W, B, sums, ring = c.data
        W, B, sums = c.at(W, (given[1], 4)), c.at(B, given[5]), c.at(sums, given[9])
        new = c.at(ring, 6 * TILE)
        last_row = builder.sub(given[3], c.integer(1))
        rows = []
        for l in map(c.integer, range(16)):  # noqa: E741
            there = builder.select(builder.icmp_signed("<", l, last_row), l, last_row)
            rows.append(c.at(W, (builder.mul(given[2], c.integer(4)), there)))
        apart, blocks = given[6], given[7]

        def split(b, there, some):  # type: ignore[no-untyped-def]
            for l in some:  # noqa: E741
                here = c.at(rows[l], (b, 2 * LINE))
                c.fetch(c.at(here, SOON))
                c.fetch(c.at(here, SOON + LINE))
                c.split(here, c.at(there, l * LINE))

        for v in range(FOUR):
            c.tile("tilezero", v)
        split(c.integer(0), ring, range(16))
        last = builder.sub(blocks, c.integer(1))
        with c.loop(last) as (b, _):
            now = builder.mul(builder.and_(b, c.integer(1)), c.integer(3 * TILE))
            then, later = builder.sub(c.integer(3 * TILE), now), builder.add(b, c.integer(1))

            def next_rows(quarter):  # type: ignore[no-untyped-def]
                split(later, c.at(ring, then), range(4 * quarter, 4 * quarter + 4))

            _multiply(c, c.at(ring, now), B, apart, b, next_rows)
        _multiply(c, c.at(ring, (builder.and_(last, c.integer(1)), 3 * TILE)), B, apart, last)
        for v in range(FOUR):
            c.tile("tilestored64", v, c.at(new, v * TILE), c.integer(LINE))
        for v in range(FOUR):
            for l in range(16):  # noqa: E741
                total, more = c.at(sums, l * FOUR * LINE + v * LINE), c.at(new, v * TILE + l * LINE)
                c.store(builder.fadd(c.load(total, FLOATS), c.load(more, FLOATS)), total)
        return context.get_dummy_value()

    return types.void(W, place, pitch, rows, B, start, apart, blocks, sums, there, ring), code


@intrinsic
def _products(typing, A, place, B, start, apart, blocks, C, there, pitch):  # type: ignore[no-untyped-def]
    """C_v := Σ_b (hi_b + mid_b + lo_b) B_vb, for 16 rows and four tiles v of 16 columns, over b < blocks.

    Shapes: tiles A (blocks, 3, 16, 64) from `place` on; B (blocks, 16, 64) from `start` on, the next v so
    many bytes `apart`; C 16 rows, so many bytes of `pitch` apart, of 4 · 16 floats, from `there` on.
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0, 2, 6)
        A, B, C = c.at(c.data[0], given[1]), c.at(c.data[1], given[3]), c.at(c.data[2], given[7])
        for v in range(FOUR):
            c.tile("tilezero", v)
        with c.loop(given[5]) as (b, _):
            _multiply(c, c.at(A, (b, 3 * TILE)), B, given[4], b)
        for v in range(FOUR):
            c.tile("tilestored64", v, c.at(C, v * LINE), given[8])
        return context.get_dummy_value()

    return types.void(A, place, B, start, apart, blocks, C, there, pitch), code


@intrinsic
def _across(typing, P, places, start, lines, B):  # type: ignore[no-untyped-def]
    """c of 16 photos' 64 · lines numbers, as tiles: a column for each photo, a row for each pair b, 16 + b.

    The photos begin at `places` in P. Shapes: tiles B (2 lines, 16, 64), from `start` on.
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0, 1, 4)
        P, places, B = c.data
        B = c.at(B, given[2])
        photos = [c.at(P, c.load(c.at(places, 8 * i), I64)) for i in range(16)]

        def turned(rows):  # type: ignore[no-untyped-def]
            """Rows of 16 numbers to columns: by ones, by twos, by fours and by eights."""
            for size in (1, 2, 4, 8):
                order = [[p if not p & size else 16 + p - size for p in range(16)], None]
                order[1] = [p + size if not p & size else 16 + p for p in range(16)]
                new = list(rows)
                for i in range(16):
                    if not i & size:
                        for which, place in enumerate((i, i + size)):
                            mask = ir.Constant(INTS, order[which])
                            new[place] = builder.shuffle_vector(rows[i], rows[i + size], mask)
                rows = new
            return rows

        with c.loop(given[3]) as (line, _):
            fours = turned([c.load(c.at(photo, (line, LINE)), INTS) for photo in photos])
            for block in range(2):
                for row in range(16):
                    pair = []
                    for half in range(2):
                        four = fours[8 * block + 4 * half + row // 4]
                        shifted = builder.lshr(four, everywhere(8 * (row % 4)))
                        pair.append(c.centred(builder.and_(shifted, everywhere(255))))
                    c.store(c.paired(*pair), c.at(B, (line, 2 * TILE), block * TILE + row * LINE))
        return context.get_dummy_value()

    return types.void(P, places, start, lines, B), code


@intrinsic
def _along(typing, P, place, other, soon, B, there, apart, lines):  # type: ignore[no-untyped-def]
    """c of two photos' 64 · lines numbers, as one row of each of 4 · lines tiles, so many bytes `apart`.

    The photos begin at P[place] and P[other]; P[soon] will be read later. Tiles from B[there] on.
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0, 4)
        P, B = c.data
        with c.loop(given[7]) as (line, _):
            c.fetch(c.at(P, given[3], (line, LINE)))
            for v in range(FOUR):
                pair = []
                for place in given[1:3]:
                    p = c.load(c.at(P, place, (line, LINE), 16 * v), SIXTEEN)
                    pair.append(c.centred(builder.zext(p, INTS)))
                tile = builder.add(builder.mul(line, c.integer(FOUR)), c.integer(v))
                c.store(c.paired(*pair), c.at(B, given[5], (tile, given[6])))
        return context.get_dummy_value()

    return types.void(P, place, other, soon, B, there, apart, lines), code


# ---- in Numba's ----------------------------------------------------------------------------------------


@njit(nogil=True)
def _padded(W, first, last, row):  # type: ignore[no-untyped-def]
    """Numbers first … last − 1 of 16 rows, with zeros up to a whole block."""
    found = np.zeros((16, -(-(last - first) // BLOCK) * BLOCK), np.float32)
    for l in range(row, min(row + 16, len(W))):  # noqa: E741
        found[l - row, : last - first] = W[l, first:last]
    return found


def _times(P, which, W, Z, first, last):  # type: ignore[no-untyped-def]
    k, n = W.shape
    groups, together = -(-k // 16), 16 * FOUR
    B, ring = whole_lines(FOUR * CHUNK // BLOCK * TILE), whole_lines((2 * 3 + FOUR) * TILE)
    sums = whole_lines(-(-(last - first) // together) * groups * FOUR * TILE)
    sums[:] = 0
    rest, places = np.zeros((16, LINE), np.uint8), np.empty(16, np.int64)
    _begin()
    for start in range(0, n, CHUNK):
        width = min(CHUNK, n - start)
        blocks, whole = width // BLOCK, width // LINE
        size = 2 * -(-width // LINE) * TILE  # bytes of 16 photos
        for base in range(first, last, together):
            for four in range(-(-min(together, last - base) // 16)):
                for i in range(16):
                    places[i] = which[min(base + 16 * four + i, last - 1)] * n + start
                _across(P, places, four * size, whole, B)
                if width % LINE:
                    for i in range(16):
                        photo = which[min(base + 16 * four + i, last - 1)]
                        rest[i, : width % LINE] = P[photo, start + whole * LINE : start + width]
                        places[i] = i * LINE
                    _across(rest, places, four * size + whole * 2 * TILE, 1, B)
            for group in range(groups):
                row, there = 16 * group, ((base - first) // together * groups + group) * FOUR * TILE
                if blocks:
                    _products_of_rows(W, row * n + start, n, k - row, B, 0, size, blocks, sums, there, ring)
                if width % BLOCK:
                    some = _padded(W, start + blocks * BLOCK, start + width, row)
                    _products_of_rows(some, 0, BLOCK, 16, B, blocks * TILE, size, 1, sums, there, ring)
    _end()
    summed = sums.view(np.float32).reshape(-1, groups, 16, together)
    for base in range(first, last, together):
        for l in range(k):  # noqa: E741
            for i in range(min(together, last - base)):
                Z[l, base + i] = summed[(base - first) // together, l // 16, l % 16, i] * SCALE


@njit(nogil=True)
def _pairs_in_tiles(P, which, start, width, B, rest):  # type: ignore[no-untyped-def]
    """Columns start … start + width − 1 of all photos. Shapes: tiles B (columns / 16, blocks, 16, 64).

    Where photos lack, the last one stands in, and meets zeros of δ.
    """
    n, m = P.shape[1], len(which)
    blocks, whole = -(-m // BLOCK), width // LINE
    for block in range(blocks):
        for row in range(16):
            i = block * BLOCK + row
            a, b, soon = which[min(i, m - 1)], which[min(i + 16, m - 1)], which[min(i + AHEAD, m - 1)]
            there = block * TILE + row * LINE
            _along(P, a * n + start, b * n + start, soon * n + start, B, there, blocks * TILE, whole)
            if width % LINE:
                rest[0, : width % LINE] = P[a, start + whole * LINE : start + width]
                rest[1, : width % LINE] = P[b, start + whole * LINE : start + width]
                _along(rest, 0, LINE, 0, B, there + whole * FOUR * blocks * TILE, blocks * TILE, 1)


def _times_transposed(P, which, delta, G, first, last):  # type: ignore[no-untyped-def]
    k, m = delta.shape
    n, blocks, groups = P.shape[1], -(-m // BLOCK), -(-k // 16)
    size = blocks * TILE  # bytes of 16 columns
    strip = max(1, KEPT // size // FOUR) * LINE
    A, B = whole_lines(groups * 3 * size), whole_lines(strip // 16 * size)
    for group in range(groups):
        some = _padded(delta, 0, m, 16 * group) * SCALE
        for l in range(16):  # noqa: E741
            _parts(some, l * BLOCK * blocks, blocks, A, group * 3 * size + l * LINE)
    rest, some = np.zeros((2, LINE), np.uint8), np.empty((16, LINE), np.float32)
    _begin()
    for start in range(first, last, strip):
        width = min(strip, last - start)
        _pairs_in_tiles(P, which, start, width, B, rest)
        for group in range(groups):
            for line in range(-(-width // LINE)):
                here = start + line * LINE
                rows, columns = min(16, k - 16 * group), min(LINE, last - here)
                place, there = group * 3 * size, line * FOUR * size
                if rows == 16 and columns == LINE:
                    _products(A, place, B, there, size, blocks, G, 4 * (16 * group * n + here), 4 * n)
                else:
                    _products(A, place, B, there, size, blocks, some, 0, 4 * LINE)
                    G[16 * group : 16 * group + rows, here : here + columns] = some[:rows, :columns]
    _end()
