"""W X and δ Xᵀ straight from the bytes p of photos, for many rows: in whole numbers, a tile at a time.

Processors with AMX, made for such networks, multiply 16 × 64 digits (core.processor.digits) by 64 × 16 bytes
in 16 cycles, 1,024 products a cycle where floats have 32 and digit_kernels.py 128. So three products in place
of one cost a tenth. But photos must be laid out as tiles first, which takes as long for one row as for many:
with few rows digit_kernels.py is quicker. The numbers are the same bit for bit, of G those of up to
`digit_kernels.FOLLOWED` photos.

A call makes a range of the columns of Z or of G, in one thread, and lets others run meanwhile: several calls
make a whole together, the same whole bit for bit however it is divided (G at multiples of `LINE`). No number
of Z depends on which other rows or photos are in the call, none of G on which other rows. Indices are not
checked here.
Source: lecture, sections 6 and 7, for the two products; Intel, "Architecture instruction set extensions
programming reference", chapter on AMX, for the tiles.
"""

import ctypes
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from core.processor.byte_kernels import SIGNATURE, Kernels
from core.processor.compiled import kept_if_possible
from core.processor.digits import (
    DIGITS,
    MADE,
    DigitCode,
    digits_of,
    ends_of_rows,
    four_in_turns,
    kernels_of,
    split,
    unit_of,
)
from core.processor.llvm_code import FLOATS, I8, I64, INTS, LINE, processor_has, whole_lines

ROWS = 16  # of a tile, of which each is a line
TILE = ROWS * LINE  # bytes
FOUR = 4  # tiles of G's columns in the lines of four photos
TOGETHER = 64  # photos whose bytes stay in the second cache, 0.8 MB, until all rows have seen them
COPIED = 4  # lines of 32 photos that are copied next to each other, in Z: 10 kB, read again at once
TURNED = 16  # lines of digits that are laid across while they lie in the first cache
PITCH = (COPIED + 1) * LINE  # bytes from one's copied lines to the next one's
FETCHED = 8  # lines further in these photos, those are fetched that will be copied
FOLLOWED = 256  # photos whose lines are read before the next columns, in G
BESIDE = 2  # tiles of photos that are multiplied in turns, in Z, where they are not laid out across
KEPT = 512 << 10  # bytes of photos that are laid out together, in G: less than a second cache
KEPT_ONCE = 32 << 10  # where few rows read them, once: less than a first cache
NEEDED = ("avx512f", "avx512bw", "avx512dq", "avx512vnni", "amx-tile", "amx-int8")


@cache
def kernels() -> Kernels | None:
    """As `byte_kernels.kernels`, for photos that `digits.takes`.

    None where the processor has no AMX, or the system does not lend it to this process.
    """
    if not processor_has(*NEEDED) or not _granted():
        return None
    return kept_if_possible(_compiled)


def _compiled(kept: bool) -> Kernels:
    times = njit(SIGNATURE, nogil=True, cache=kept)(_times)
    return kernels_of(times, njit(MADE, nogil=True, cache=kept)(_made), FOLLOWED)


def _granted() -> bool:
    """Ask for the tile registers: Linux lends them on request, as they make switching threads dearer."""
    if sys.platform != "linux" or platform.machine() != "x86_64":
        return False
    arch_prctl, request, tile_data = 158, 0x1023, 18
    return bool(ctypes.CDLL(None).syscall(arch_prctl, request, tile_data) == 0)


# ---- in LLVM's terms -----------------------------------------------------------------------------------


class _Code(DigitCode):
    """Instructions that multiply tiles."""

    def tile(self, name: str, *given: Any) -> None:
        """An instruction of AMX; registers are numbered 0 … 7, each of 16 rows of 64 bytes."""
        registers = [ir.Constant(I8, one) if isinstance(one, int) else one for one in given]
        self.call(f"llvm.x86.{name}", registers)

    def products(
        self, tiles: Any, digits: Any, beside: Any, after: tuple[Any, Any], blocks: Any, times: str
    ) -> None:
        """sums_t := Σ_b digits_bt photos_b, or photos_b digits_bt, of one, two or three tiles t of digits.

        beside: pairs of such photos and their sums, as many in turns as keep four sums in registers, since a
        product has to wait long for the one before it in the same sum. Shapes: digits (blocks, 3, 16, 64); of
        photos a tile's next line and the next tile stand so many bytes `after`; sums (3, 16, 16) int32.
        times: the instruction, "tdpbsud" where digits stand on the left.
        """
        for some, pairs in self.in_turns(tiles, beside):
            with self.sums_kept(some, pairs), self.loop(blocks) as (b, _):
                here = [self.at(photos, (b, after[1])) for photos, _ in pairs]
                self.add_block(some, self.at(digits, (b, DIGITS * TILE)), here, after[0], times)

    def in_turns(self, tiles: Any, beside: Any) -> Iterator[tuple[int, Any]]:
        """For one, two or three tiles of digits, where there are so many: those of the pairs that fit."""
        for some in range(1, DIGITS + 1):
            with self.builder.if_then(self.builder.icmp_signed("==", tiles, self.integer(some))):
                for first in range(0, len(beside), 4 // some):
                    yield some, beside[first : first + 4 // some]

    @contextmanager
    def sums_kept(self, some: int, pairs: Any) -> Iterator[None]:
        """The sums of these pairs in the first registers meanwhile, from zero on, and then in their place."""
        registers = [
            (i * some + t, self.at(sums, t * TILE)) for i, (_, sums) in enumerate(pairs) for t in range(some)
        ]
        for register, _ in registers:
            self.tile("tilezero", register)
        yield
        for register, place in registers:
            self.tile("tilestored64", register, place, self.integer(LINE))

    def add_block(self, some: int, digits: Any, photos: Any, line_after: Any, times: str) -> None:
        """One block's products. Shapes: digits (3, 16, 64), of which `some` count; photos (16, 64) each."""
        for t in range(some):
            self.tile("tileloadd64", 4 + t, self.at(digits, t * TILE), self.integer(LINE))
        for i, tile in enumerate(photos):
            self.tile("tileloadd64", 7, tile, self.integer(line_after))
            for t in range(some):
                pair = (4 + t, 7) if times == "tdpbsud" else (7, 4 + t)
                self.tile(times, i * some + t, *pair)


@intrinsic
def _begin(typing):  # type: ignore[no-untyped-def]
    """Take the eight tile registers."""

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        shape = bytearray(LINE)
        shape[0] = 1  # the palette: eight registers of at most 16 rows of 64 bytes
        for register in range(8):
            shape[16 + 2 * register], shape[48 + register] = LINE, ROWS
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
def _across(typing, P, places, lines, B, there, tile_after):  # type: ignore[no-untyped-def]
    """16 rows' 64 · lines bytes as tiles: a column for each row, a line for every four bytes.

    The rows begin at `places` in P. Shapes: tiles B (lines, 16, 64) from the byte `there` on, the next one so
    many bytes after.
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0, 1, 3)
        P, places, B = c.data
        B = c.at(B, given[4])
        rows = [c.at(P, c.load(c.at(places, 8 * i), I64)) for i in range(ROWS)]
        with c.loop(given[2]) as (line, _):
            fours = [c.load(c.at(row, (line, LINE)), INTS) for row in rows]
            for size in (1, 2, 4, 8):  # rows to columns: by ones, by twos, by fours and by eights
                lower = [p if not p & size else 16 + p - size for p in range(16)]
                upper = [p + size if not p & size else 16 + p for p in range(16)]
                new = list(fours)
                for i in range(16):
                    if not i & size:
                        pair = fours[i], fours[i + size]
                        new[i], new[i + size] = c.picked(*pair, lower), c.picked(*pair, upper)
                fours = new
            for i, four in enumerate(fours):
                c.store(four, c.at(B, (line, given[5]), i * LINE))
        return context.get_dummy_value()

    return types.void(P, places, lines, B, there, tile_after), code


@intrinsic
def _tiles_of_Z(typing, tiles, D, place, P, there, stand, line_after, blocks, sums):  # type: ignore[no-untyped-def]
    """Σ d p of so many tiles of digits and 32 photos as they `stand` in P, or 16 as `_across` makes tiles.

    Shapes: as `_Code.products` has them, of photos that stand the next line so many bytes after; sums
    (2, 3, 16, 16) int32, a tile's line for each photo that stands, else (1, …), for each row of digits.
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 1, 3, 8)
        D, P, sums = c.data
        tiles, D, P = given[0], c.at(D, given[2]), c.at(P, given[4])
        line_after, blocks = given[6:8]
        with builder.if_else(given[5]) as (then, otherwise):
            with then:
                tiles_of_photos = [
                    (c.at(P, (line_after, i * ROWS)), c.at(sums, i * DIGITS * TILE)) for i in range(BESIDE)
                ]
                c.products(tiles, D, tiles_of_photos, (line_after, LINE), blocks, "tdpbusd")
            with otherwise:
                c.products(tiles, D, [(P, sums)], (LINE, TILE), blocks, "tdpbsud")
        return context.get_dummy_value()

    return types.void(tiles, D, place, P, there, stand, line_after, blocks, sums), code


@intrinsic
def _copied_tiles_of_Z(typing, tiles, D, place, P, places, strips, room, sums):  # type: ignore[no-untyped-def]
    """Σ d p as in `_tiles_of_Z`, of 32 photos that begin at `places` in P, copied strip by strip to `room`.

    Shapes: room (32, PITCH), sums (2, 3, 16, 16) int32, a tile's line for each photo.
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 1, 3, 4, 6, 7)
        D, P, places, room, sums = c.data
        D = c.at(D, given[2])
        beside = [(i, c.at(sums, i * DIGITS * TILE)) for i in range(BESIDE)]
        for some, pairs in c.in_turns(given[0], beside):
            tiles_of_photos = [c.at(room, i * ROWS * PITCH) for i, _ in pairs]
            with c.sums_kept(some, pairs), c.loop(given[5]) as (strip, _):
                with c.loop(len(pairs) * ROWS) as (i, _):
                    begun = c.load(c.at(places, (i, 8), pairs[0][0] * ROWS * 8), I64)
                    photo = c.at(P, begun, (strip, COPIED * LINE))
                    lines = [c.load(c.at(photo, line * LINE), INTS) for line in range(COPIED)]
                    for line, bytes_of_line in enumerate(lines):
                        c.fetch(c.at(photo, (line + FETCHED) * LINE), 1)
                        c.store(bytes_of_line, c.at(tiles_of_photos[0], (i, PITCH), line * LINE))
                with c.loop(COPIED) as (line, _):
                    block = builder.add(builder.mul(strip, c.integer(COPIED)), line)
                    here = [c.at(tile, (line, LINE)) for tile in tiles_of_photos]
                    c.add_block(some, c.at(D, (block, DIGITS * TILE)), here, PITCH, "tdpbusd")
        return context.get_dummy_value()

    return types.void(tiles, D, place, P, places, strips, room, sums), code


@intrinsic
def _tiles_of_G(  # type: ignore[no-untyped-def]
    typing, tiles, D, place, B, there, blocks, sums, ends, row, rows, j, W, onto, keep, alpha, first, G, total
):
    """G[row … row + rows − 1, j …] of 64 columns: see `DigitCode.write_row_of_G`.

    Shapes: B (fours, 4, 64) as `four_in_turns` makes it, from the byte `there` on; sums (4, 3, 16, 16) int32;
    ends (k, 5); G, W (k, n).
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 1, 3, 6, 7, 11, 16, 17)
        D, B, sums, ends, W, G, total = c.data
        (tiles, blocks), (row, rows, j) = (given[0], given[5]), given[8:11]
        vectors = [(c.at(B, given[4], v * LINE), c.at(sums, v * DIGITS * TILE)) for v in range(FOUR)]
        c.products(tiles, c.at(D, given[2]), vectors, (FOUR * LINE, FOUR * TILE), blocks, "tdpbsud")
        step = given[12], *(c.spread(given[i], FLOATS) for i in (13, 14)), total
        with c.loop(rows) as (l, _):  # noqa: E741
            begun, half, unit = c.ends_of_row(c.at(ends, (builder.add(row, l), 4 * 5)))
            of_vectors = []
            for v in range(FOUR):
                its = c.at(sums, v * DIGITS * TILE, (l, DIGITS * LINE))
                found = (c.load(c.at(its, d * LINE), INTS) for d in range(DIGITS))
                of_vectors.append([builder.add(*both) for both in zip(found, begun, strict=True)])
            columns = c.row_of_G(of_vectors, half, unit)
            there = builder.add(builder.mul(builder.add(row, l), c.lengths[5]), j)
            c.write_row_of_G(columns, c.at(G, (there, 4)), c.at(W, (there, 4)), step, given[15])
        return context.get_dummy_value()

    kinds = tiles, D, place, B, there, blocks, sums, ends, row, rows, j
    return types.void(*kinds, W, onto, keep, alpha, first, G, total), code


# ---- in Numba's ----------------------------------------------------------------------------------------


@njit(nogil=True)
def _stand(which):  # type: ignore[no-untyped-def]
    """Whether these photos are whole tiles, in twos, that stand one after the other."""
    for i in range(1, len(which)):  # np.diff takes two seconds to compile
        if which[i] != which[i - 1] + 1:
            return False
    return len(which) % (BESIDE * ROWS) == 0


@njit(nogil=True)
def _places(which, start, end, n, places):  # type: ignore[no-untyped-def]
    """Where the photos from `start` on begin; where photos lack, the last one stands in, and nobody asks."""
    for a in range(len(places)):
        places[a] = which[min(start + a, end - 1)] * n


@njit(nogil=True)
def _digits_of_Z(W, across, D, B, place, u, sum_of_q):  # type: ignore[no-untyped-def]
    """Digits of at most 16 rows as tiles, from B[place] on: across where the photos are not.

    Shapes: D (3 k, TURNED · 64) or more.
    """
    k, n = W.shape
    if not across:
        digits_of(W, B[place:], DIGITS * LINE, DIGITS * TILE, LINE, u, sum_of_q)
        return
    inverse, places, length = np.empty(k, np.float32), np.empty(ROWS, np.int64), TURNED * LINE
    for l in range(k):  # noqa: E741
        u[l], inverse[l] = unit_of(W[l])
        sum_of_q[l] = 0
    for start in range(0, n, length):
        lines, there = min(length, n - start) // LINE, place + start // LINE * DIGITS * TILE
        for l in range(k):  # noqa: E741
            part = W[l, start : start + lines * LINE]
            sum_of_q[l] += split(part, lines, inverse[l], D, l * DIGITS * length, LINE, length)
        for t in range(_tiles(k)):
            for r in range(ROWS):  # where rows lack, the last one stands in, and nobody asks
                places[r] = min(t * ROWS + r, DIGITS * k - 1) * length
            _across(D, places, lines, B, there + t * TILE, DIGITS * TILE)


@njit(nogil=True)
def _tiles(rows):  # type: ignore[no-untyped-def]
    """Of the digits of so many rows."""
    return -(-DIGITS * rows // ROWS)


@njit(nogil=True)
def _write_Z(s, across, u, sum_of_q, Z):  # type: ignore[no-untyped-def]
    """Z of at most 16 rows and 16 photos, from sums of which each photo has a line, or each row of digits."""
    for l in range(len(Z)):  # noqa: E741
        for i in range(Z.shape[1]):
            of_q = np.int64(0)
            for d in range(DIGITS):
                tile, r = s[(DIGITS * l + d) // ROWS], (DIGITS * l + d) % ROWS
                of_q += np.int64(tile[i, r] if across else tile[r, i]) << (8 * d)
            Z[l, i] = (2 * of_q - 255 * sum_of_q[l]) * (u[l] / 255)


def _times(P, which, W, Z, first, last):  # type: ignore[no-untyped-def]
    k, n = W.shape
    blocks, groups = n // LINE, -(-k // ROWS)
    again = last - first > TOGETHER  # whether digits are needed once more, for other photos
    # Few rows' digits are sooner laid across than photos, if these stand in a row, or are many to be copied.
    stand, size = _stand(which[first:last]), blocks * DIGITS * TILE
    copied = not stand and k <= ROWS and last - first > BESIDE * ROWS and blocks % COPIED == 0
    across = stand or copied
    D, B = whole_lines(min(k, ROWS) * DIGITS * TURNED * LINE), whole_lines(size * (groups if again else 1))
    A, sums = whole_lines(0 if across else TOGETHER * n), whole_lines(BESIDE * DIGITS * TILE)
    room, beside = whole_lines(BESIDE * ROWS * PITCH), BESIDE if across else 1
    s = sums.view(np.int32).reshape(BESIDE, DIGITS, ROWS, ROWS)
    u, sum_of_q, places = np.empty(k, np.float64), np.empty(k, np.int64), np.empty(BESIDE * ROWS, np.int64)
    _begin()
    for base in range(first, last, TOGETHER):
        end = min(last, base + TOGETHER)
        if not across:
            for i in range(base, end, ROWS):
                _places(which, i, end, n, places)
                _across(P, places, blocks, A, (i - base) * n, TILE)
        for row in range(0, k, ROWS):
            some, rows = slice(row, row + ROWS), min(ROWS, k - row)
            place = size * (row // ROWS) if again else 0
            if base == first:  # where they will be read at once
                _digits_of_Z(W[some], across, D, B, place, u[some], sum_of_q[some])
            for i in range(base, end, beside * ROWS):
                if copied:
                    _places(which, i, end, n, places)
                    _copied_tiles_of_Z(_tiles(rows), B, place, P, places, blocks // COPIED, room, sums)
                elif stand:
                    _tiles_of_Z(_tiles(rows), B, place, P, which[i] * n, True, n, blocks, sums)
                else:
                    _tiles_of_Z(_tiles(rows), B, place, A, (i - base) * n, False, n, blocks, sums)
                for t in range(beside):
                    part = slice(i + t * ROWS, min(i + (t + 1) * ROWS, end))
                    _write_Z(s[t], across, u[some], sum_of_q[some], Z[some, part])
    _end()


def _made(P, which, delta, W, stepping, keep, alpha, G, first, last):  # type: ignore[no-untyped-def]
    """G := δ Xᵀ, or a step of W, of all its numbers the sum."""
    k, m = delta.shape
    n, blocks, groups = P.shape[1], -(-m // LINE), -(-k // ROWS)
    padded = blocks * LINE
    all_delta = np.zeros((k, padded), np.float32)
    for l in range(k):  # noqa: E741
        for i in range(m):
            all_delta[l, i] = delta[l, i]
    size = blocks * DIGITS * TILE
    D = whole_lines(groups * size)
    u, sum_of_q = np.empty(k, np.float64), np.empty(k, np.int64)
    for row in range(0, k, ROWS):
        some = slice(row, row + ROWS)
        there = D[row // ROWS * size :]
        digits_of(all_delta[some], there, DIGITS * LINE, DIGITS * TILE, LINE, u[some], sum_of_q[some])
    of_digits = D.view(np.int8).reshape(groups, blocks, ROWS, DIGITS, LINE)
    ends, sums_of_digits = np.empty((k, 5), np.int32), np.empty((k, DIGITS), np.int32)
    sums, total = whole_lines(FOUR * DIGITS * TILE), np.zeros(LINE // 4, np.float32)
    places = np.empty(min(padded, FOLLOWED), np.int64)
    strip = max(1, (KEPT if groups > 1 else KEPT_ONCE) // (min(padded, FOLLOWED) * LINE)) * LINE
    B = whole_lines(strip * min(padded, FOLLOWED))
    _begin()
    for base in range(0, m, FOLLOWED):
        photos = min(FOLLOWED, padded - base)
        fours, here, some_blocks = photos // 4, base // LINE, photos // LINE
        for i in range(photos):  # where photos lack, the last one stands in, and meets zeros
            places[i] = which[min(base + i, m - 1)] * n
        for l in range(k):  # noqa: E741
            for d in range(DIGITS):
                sums_of_digits[l, d] = 0
                for block in range(here, here + some_blocks):
                    for one in of_digits[l // ROWS, block, l % ROWS, d]:
                        sums_of_digits[l, d] += one
        ends_of_rows(sums_of_digits, u, ends)
        for start in range(first, last, strip):
            lines = min(strip, last - start) // LINE
            four_in_turns(P, places, fours, start, lines, B)
            for row in range(0, k, ROWS):
                rows, place = min(ROWS, k - row), row // ROWS * size + here * DIGITS * TILE
                for line in range(lines):
                    tiles = _tiles(rows), D, place, B, line * fours * FOUR * LINE, some_blocks, sums
                    rest = ends, row, rows, start + line * LINE, W, stepping, keep, alpha, base == 0, G, total
                    _tiles_of_G(*tiles, *rest)
    _end()
    return total.sum()
