"""W X and δ Xᵀ straight from the bytes p of photos, in whole numbers, four products at a time.

Processors with VNNI multiply 64 bytes by 64 digits (core.processor.digits) and add them up by fours where
they multiply 16 floats, and no byte is converted first. So three products in place of one cost three quarters
of it, and less where few rows share what is converted.

A call makes a range of the columns of Z or of G, in one thread, and lets others run meanwhile: several calls
make a whole together, the same whole bit for bit however it is divided (G at multiples of `LINE`). No number
of Z depends on which other rows or photos are in the call, none of G on which other rows. Indices are not
checked here.
Source: lecture, sections 6 and 7, for the two products; Intel, "Deep learning boost", for the instruction
vpdpbusd; Goto and van de Geijn, "Anatomy of high-performance matrix multiplication" (2008), for the tiles.
"""

from functools import cache
from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import intrinsic

from core.processor.byte_kernels import SIGNATURE, Kernels
from core.processor.compiled import kept_if_possible
from core.processor.digits import DIGITS, MADE, DigitCode, digits_of, ends_of_rows, kernels_of
from core.processor.llvm_code import BYTES, FLOATS, I32, I64, INTS, LINE, processor_has, whole_lines

AT_ONCE = {3: 2, 1: 6}  # rows of a tile of Z: its photos; 18 sums and what they meet stay in 32 registers
CHUNK = {3: 1536, 1: 3072}  # numbers of a photo, in Z: their digits are 9 to 14 kB of a first cache of 32
TOGETHER = 64  # photos whose bytes stay in the second cache, 0.8 MB, until all rows have seen them
FOLLOWED = 64  # photos whose lines are read before the next columns, in G
STRIP = 4  # lines of a photo that are fetched one after the other, in G: the memory gives neighbours soonest
NEEDED = ("avx512f", "avx512bw", "avx512dq", "avx512vnni")


@cache
def kernels() -> Kernels | None:
    """As `byte_kernels.kernels`, for photos that `digits.takes`. None where the processor has no VNNI."""
    return kept_if_possible(_compiled) if processor_has(*NEEDED) else None


def _compiled(kept: bool) -> Kernels:
    times = njit(SIGNATURE, nogil=True, cache=kept)(_times)
    return kernels_of(times, njit(MADE, nogil=True, cache=kept)(_made), FOLLOWED)


# ---- in LLVM's terms -----------------------------------------------------------------------------------


@intrinsic
def _total(typing, sums, place, apart):  # type: ignore[no-untyped-def]
    """Σ q of a photo and a row, from the sums of the three digits, so many bytes apart."""

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = DigitCode(context, builder, signature, given, 0)
        there = c.at(c.data[0], given[1])
        return c.put_together([c.load(c.at(there, (given[2], d)), INTS) for d in range(DIGITS)])

    return types.int64(sums, place, apart), code


def _tile_of_Z(rows: int) -> Any:
    """sums[row, digit, photo] += Σ d p for AT_ONCE[rows] photos, over 64 · lines numbers.

    A sum is 16 numbers, to be added up at the end. The photos begin at the first of `places` in P; those of
    the next tile begin at the others, and are fetched meanwhile, as is what begins at W[soon].
    Shapes: places (2 · photos,); digits D (n / 64, rows, 3, 64), from the number `start` on; sums (rows, 3,
    photos, 16) from the byte `there` on.
    """
    photos = AT_ONCE[rows]

    @intrinsic
    def tile(typing, P, places, D, start, sums, there, lines, W, soon):  # type: ignore[no-untyped-def]
        def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
            c = DigitCode(context, builder, signature, given, 0, 1, 2, 4, 7)
            P, places, D, sums, W = c.data
            sums = c.at(sums, given[5])
            begun = [c.at(P, c.load(c.at(places, 8 * a), I64)) for a in range(2 * photos)]
            D, soon = c.at(D, (given[3], rows * DIGITS)), c.at(W, (given[8], 4))
            totals = c.sums(rows * DIGITS * photos)
            for a, total in enumerate(totals):
                builder.store(c.load(c.at(sums, a * LINE), INTS), total)
            with c.loop(given[6]) as (line, _):
                c.fetch(c.at(soon, (line, LINE)))
                for after in begun[photos:]:
                    c.fetch(c.at(after, (line, LINE)), 1)
                p = [c.load(c.at(photo, (line, LINE)), INTS) for photo in begun[:photos]]
                digits = c.at(D, (line, rows * DIGITS * LINE))
                for digit in range(rows * DIGITS):
                    c.in_order()
                    d = c.load(c.at(digits, digit * LINE), INTS)
                    for a in range(photos):
                        c.add_products(totals[digit * photos + a], p[a], d)
            for a, total in enumerate(totals):
                c.store(builder.load(total), c.at(sums, a * LINE))
            return context.get_dummy_value()

        return types.void(P, places, D, start, sums, there, lines, W, soon), code

    return tile


def _tile_of_G(rows: int, first: bool = False) -> Any:
    """G[row …, j …] of 64 columns, from some photos: see `DigitCode.write_row_of_G`.

    The first row finds the bytes of four photos at a time in P, at `places`, and leaves them in B as
    `DigitCode.four_in_turns` has them; other rows find them there. To turn them takes other parts of the
    processor than to multiply, so both go on at once. Meanwhile the first row has the next strip of the
    photos brought, the lines of a photo one after the other: each of its tiles those of a part of the photos.
    Shapes: places (photos,); B (fours, 4, 64); digits D (k, 3, padded), those of these photos from `base` on;
    ends (k, 5); G, W (k, n).
    """

    @intrinsic
    def tile(typing, P, places, B, D, base, ends, row, j, begins, W, stepping, keep, alpha, G, total):  # type: ignore[no-untyped-def]
        def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
            c = DigitCode(context, builder, signature, given, 0, 1, 2, 3, 5, 9, 13, 14)
            P, places, B, D, ends, W, G, total = c.data
            base, row, j = (given[i] for i in (4, 6, 7))
            fours, padded, n = builder.lshr(c.lengths[1], c.integer(2)), c.lengths[3], c.lengths[5]
            ends, D = c.at(ends, (row, 4 * 5)), c.at(D, base, (builder.mul(row, padded), DIGITS))
            of_rows = [c.ends_of_row(c.at(ends, 4 * 5 * l)) for l in range(rows)]  # noqa: E741
            begun, halves, units = zip(*of_rows, strict=True)
            totals = [[c.sums(4) for _ in range(DIGITS)] for _ in range(rows)]
            for l in range(rows):  # noqa: E741
                for d, sums in enumerate(totals[l]):
                    for one in sums:
                        builder.store(begun[l][d], one)
            here, part = c.at(P, j), builder.urem(builder.udiv(j, c.integer(LINE)), c.integer(STRIP))
            ahead = c.at(here, builder.mul(builder.sub(c.integer(STRIP), part), c.integer(LINE)))
            soon = c.at(places, (builder.mul(part, fours), 8))
            with c.loop(fours) as (four, _):
                c.in_order()
                in_B = [c.at(B, (four, 4 * LINE), v * LINE) for v in range(4)]
                if first:
                    strip = c.at(ahead, c.load(c.at(soon, (four, 8)), I64))
                    for line in range(STRIP):
                        c.fetch(c.at(strip, line * LINE))
                    photos = [c.at(here, c.load(c.at(places, (four, 32), 8 * a), I64)) for a in range(4)]
                    p = c.four_in_turns([c.load(photo, BYTES) for photo in photos])
                    for one, there in zip(p, in_B, strict=True):
                        c.store(one, there)
                else:
                    p = [c.load(there, INTS) for there in in_B]
                for l in range(rows):  # noqa: E741
                    for d, sums in enumerate(totals[l]):
                        digits = c.spread(c.load(c.at(D, (padded, DIGITS * l + d), (four, 4)), I32), INTS)
                        for v in range(4):
                            c.add_products(sums[v], p[v], digits)
            step = given[10], *(c.spread(given[i], FLOATS) for i in (11, 12)), total
            for l in range(rows):  # noqa: E741
                of_vectors = [[builder.load(sums[v]) for sums in totals[l]] for v in range(4)]
                columns = c.row_of_G(of_vectors, halves[l], units[l])
                place = builder.add(builder.mul(builder.add(row, c.integer(l)), n), j)
                c.write_row_of_G(columns, c.at(G, (place, 4)), c.at(W, (place, 4)), step, given[8])
            return context.get_dummy_value()

        given = P, places, B, D, base, ends, row, j, begins, W, stepping, keep, alpha, G, total
        return types.void(*given), code

    return tile


# ---- in Numba's ----------------------------------------------------------------------------------------


@njit(nogil=True)
def _place_after(which, n, i, base, a, start, stop, end):  # type: ignore[no-untyped-def]
    """Where the numbers from `start` on of photo i begin; after the last photo those of the next chunk, and
    after the last chunk those of the photos behind `end`, which may be asked for next.
    """
    if i < end:
        return which[i] * n + start
    if stop < n:
        return which[min(base + a, end - 1)] * n + stop
    return which[min(end + a, len(which) - 1)] * n


def _rows_of_Z(rows):  # type: ignore[no-untyped-def]
    tile, photos, chunk = _tile_of_Z(rows), AT_ONCE[rows], CHUNK[rows]
    tiles = -(-TOGETHER // photos)

    @njit(nogil=True)
    def write(P, which, D, u, sum_of_q, base, end, Z, W, soon):  # type: ignore[no-untyped-def]
        """Z of some rows for the photos base … end − 1; these rows of D, u, sum_of_q and Z."""
        n, places = P.shape[1], np.empty(2 * photos, np.int64)
        size = rows * DIGITS * photos * LINE
        sums = whole_lines(tiles * size)
        sums[:] = 0
        for start in range(0, n, chunk):
            stop = min(n, start + chunk)
            lines = (stop - start) // LINE
            for tile_of_photos in range(-(-(end - base) // photos)):
                here = base + tile_of_photos * photos
                for a in range(photos):  # where photos lack, the last one stands in, and nobody asks
                    places[a] = which[min(here + a, end - 1)] * n + start
                    places[photos + a] = _place_after(which, n, here + photos + a, base, a, start, stop, end)
                tile(P, places, D, start, sums, tile_of_photos * size, lines, W, soon)
                soon += lines * LINE // 4
        for l in range(rows):  # noqa: E741
            for i in range(end - base):
                place = ((i // photos * rows + l) * DIGITS * photos + i % photos) * LINE
                total = _total(sums, place, photos * LINE)
                Z[l, base + i] = (2 * total - 255 * sum_of_q[l]) * (u[l] / 255)

    return write


_three_of_Z, _one_of_Z = _rows_of_Z(3), _rows_of_Z(1)
_first_of_G, _two_of_G, _one_of_G = _tile_of_G(1, first=True), _tile_of_G(2), _tile_of_G(1)


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
            D_here = (D[row:stop] if again else D[: stop - row]).reshape(-1)
            u_here, q_here, Z_here = u[row:stop], sum_of_q[row:stop], Z[row:stop]
            if base == first:  # where they will be read at once
                of_row = DIGITS * LINE
                digits_of(W[row:stop], D_here, of_row, (stop - row) * of_row, LINE, u_here, q_here)
            soon = stop * n if stop < k else 0  # in W, the rows of the next tile
            if stop - row == 3:
                _three_of_Z(P, which, D_here, u_here, q_here, base, end, Z_here, W, soon)
            else:
                _one_of_Z(P, which, D_here, u_here, q_here, base, end, Z_here, W, soon)
            row = stop


def _made(P, which, delta, W, stepping, keep, alpha, G, first, last):  # type: ignore[no-untyped-def]
    """G := δ Xᵀ, or a step of W, of all its numbers the sum."""
    k, m = delta.shape
    n, padded = P.shape[1], -(-m // LINE) * LINE
    all_delta = np.zeros((k, padded), np.float32)
    for l in range(k):  # noqa: E741
        for i in range(m):
            all_delta[l, i] = delta[l, i]
    D = whole_lines(k * DIGITS * padded).view(np.int8).reshape(k, DIGITS, padded)
    u, sum_of_q = np.empty(k, np.float64), np.empty(k, np.int64)
    digits_of(all_delta, D.reshape(-1), DIGITS * padded, LINE, padded, u, sum_of_q)
    ends, sums = np.empty((k, 5), np.int32), np.empty((k, DIGITS), np.int32)
    B, total = whole_lines(FOLLOWED * LINE), np.zeros(LINE // 4, np.float32)
    for base in range(0, m, FOLLOWED):
        photos = -(-min(FOLLOWED, m - base) // 4) * 4
        places = np.empty(photos, np.int64)
        for i in range(photos):  # where photos lack, the last one stands in, and meets zeros
            places[i] = which[min(base + i, m - 1)] * n
        for l in range(k):  # noqa: E741
            for d in range(DIGITS):
                sums[l, d] = 0
                for one in D[l, d, base : base + photos]:
                    sums[l, d] += one
        ends_of_rows(sums, u, ends)
        begins = base == 0
        for j in range(first, last, LINE):  # to hand over a part of an array takes long
            _first_of_G(P, places, B, D, base, ends, 0, j, begins, W, stepping, keep, alpha, G, total)
            for row in range(1, k - 1, 2):
                _two_of_G(P, places, B, D, base, ends, row, j, begins, W, stepping, keep, alpha, G, total)
            if k % 2 == 0:
                _one_of_G(P, places, B, D, base, ends, k - 1, j, begins, W, stepping, keep, alpha, G, total)
    return total.sum()
