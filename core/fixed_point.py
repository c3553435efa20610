"""W X and δ Xᵀ straight from the bytes p of photos, for many rows: in whole numbers, whose sums are exact.

    w ≈ u q        q = Σ_d 256^d q_d, d = 0 … 3, digits q_d = −128 … 127        u: a power of two for each row
    x = (p − 127.5) / 127.5

    Z[l, i] = u (Σ_j q[l, j] p[i, j] − 127.5 Σ_j q[l, j]) / 127.5        G[l, j] likewise, with q of δ, over i

Processors with AMX, made for quantised networks, multiply 16 × 64 bytes by 64 × 16 digits in 16 cycles, 1,024
products a cycle where floats have 32. So four products instead of one still cost less, and give more
precision than sums of float32 have. But the bytes must be laid out as tiles first, which takes as long for
one row as for many: with few rows `core.byte_kernels` is quicker. (So it is than the same sums by VNNI, which
multiplies bytes in vectors: with three rows memory and unpacking decide, with 64 four products for one.)

Error: the largest |q| of a row is 2^29 … 2^30 (less only where all weights are smaller than 2^-126), so a
weight of at least 1/64 of the largest is taken as it is, any other to within 2^-30 of the largest. What
follows is exact until Z or G is rounded, to float64 and then to float32. Digits are summed in int32:
|Σ_j q_d p| ≤ 65,536 · 128 · 255 < 2^31, thus `MOST` numbers in a sum.

A number is the same bits in whatever way a call is divided among threads, and whichever other rows or photos
are in it. A call makes a range of the columns of Z or of G, in one thread, and lets others run meanwhile. A
row with an infinity or NaN in it becomes NaN. Indices are not checked here.
Source: lecture, sections 6 and 7, for the two products; Intel, "Architecture instruction set extensions
programming reference", chapter on AMX, for the tiles.
"""

import ctypes
import math
import platform
import sys
from functools import cache
from typing import Any

import numpy as np
from llvmlite import binding, ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from core.byte_kernels import STRIPE, Kernels
from core.compiled import kept_if_possible

MOST = 65_536  # numbers in a sum
LINE = STRIPE  # bytes that a row of a tile holds; columns of G that are finished together
TILE = 16 * LINE  # bytes
PHOTOS = 64  # of Z that are finished together, so that each digit comes into the cache once for all of them
LINES = 4  # of each photo that are read together, in G
AHEAD = 16  # photos further, the lines are fetched that will be read
FEW = 256  # photos of which 256 times the sum of a digit is an int32 too
SIGNATURE = "void(uint8[:, ::1], int64[::1], float32[:, ::1], float32[:, ::1], int64, int64)"
NEEDED = ("avx512f", "avx512bw", "avx512dq", "avx512vnni", "amx-tile", "amx-int8")


@cache
def kernels() -> Kernels | None:
    """As `byte_kernels.kernels`, with n ≤ MOST for `times` and m ≤ MOST for `times_transposed`.

    None where the processor has no AMX, or the system does not lend it to this process.
    """
    features = binding.get_host_cpu_features()
    if not all(features.get(name) for name in NEEDED) or not _granted():
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

_I8, _I32, _I64 = ir.IntType(8), ir.IntType(32), ir.IntType(64)
_FLOAT, _DOUBLE = ir.FloatType(), ir.DoubleType()
_BYTES = ir.VectorType(_I8, LINE)
_INTS, _LONGS = ir.VectorType(_I32, 16), ir.VectorType(_I64, 16)
_FLOATS, _DOUBLES = ir.VectorType(_FLOAT, 16), ir.VectorType(_DOUBLE, 16)


class _Code:
    """Instructions, with addresses in bytes from the start of each array."""

    def __init__(self, context: Any, builder: Any, signature: Any, given: Any, *arrays: int) -> None:
        self.builder = builder
        made = [context.make_array(signature.args[i])(context, builder, given[i]) for i in arrays]
        self.data = [builder.bitcast(one.data, _I8.as_pointer()) for one in made]

    def at(self, address: Any, *terms: Any) -> Any:
        """An address so many bytes further; of terms (a, b) the product is taken, and all are added."""
        place = self.integer(0)
        for term in terms:
            product = self.builder.mul(*map(self.integer, term)) if isinstance(term, tuple) else term
            place = self.builder.add(place, self.integer(product))
        return self.builder.gep(address, [place])

    def integer(self, value: Any) -> Any:
        return ir.Constant(_I64, value) if isinstance(value, int) else value

    def load(self, address: Any, kind: ir.Type = _INTS, align: int = 4) -> Any:
        loaded = self.builder.load(self.builder.bitcast(address, kind.as_pointer()))
        loaded.align = align
        return loaded

    def store(self, value: Any, address: Any, align: int = 4) -> None:
        self.builder.store(value, self.builder.bitcast(address, value.type.as_pointer())).align = align

    def call(self, name: str, given: Any, result: ir.Type | None = None) -> Any:
        kind = ir.FunctionType(result or ir.VoidType(), [one.type for one in given])
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, name), given)

    def everywhere(self, value: Any) -> Any:
        """One number in all 16 places."""
        none = ir.Constant(ir.VectorType(value.type, 16), ir.Undefined)
        first = self.builder.insert_element(none, value, ir.Constant(_I32, 0))
        return self.builder.shuffle_vector(first, none, ir.Constant(_INTS, None))

    def shuffled(self, x: Any, y: Any, order: Any) -> Any:
        order = list(order)
        return self.builder.shuffle_vector(x, y, ir.Constant(ir.VectorType(_I32, len(order)), order))

    def joined(self, parts: Any, order: Any) -> Any:
        """Four vectors of 16 as one of 64, in this order."""
        low, high = (self.shuffled(x, y, range(32)) for x, y in (parts[:2], parts[2:]))
        return self.shuffled(low, high, order)

    def add_products(self, total: Any, photo: Any, digits: Any) -> Any:
        """total + Σ of four bytes times four digits, in each of 16 places."""
        x, y = (self.builder.bitcast(one, _BYTES) for one in (photo, digits))
        return self.call("llvm.x86.avx512.vpdpbusd.512", [total, x, y], _INTS)

    def fetch(self, address: Any) -> None:
        """Have the line of this address brought into the second cache."""
        kind = ir.FunctionType(ir.VoidType(), [address.type, _I32, _I32, _I32])
        prefetch = self.builder.module.declare_intrinsic("llvm.prefetch", [address.type], kind)
        self.builder.call(prefetch, [address, *(ir.Constant(_I32, how) for how in (0, 2, 1))])

    def loop(self, count: Any) -> Any:
        one, none = self.integer(1), self.integer(0)
        return cgutils.for_range_slice(self.builder, none, self.integer(count), one, inc=True)

    def tile(self, name: str, *given: Any) -> None:
        """An instruction of AMX; registers are numbered 0 … 7, each of 16 rows of 64 bytes."""
        registers = [ir.Constant(_I8, one) if isinstance(one, int) else one for one in given]
        self.call(f"llvm.x86.{name}", registers)


def _by_place(a: int, b: int, c: int) -> list[int]:
    """The order that takes the axes of 4 × 4 × 4 numbers to (a, b, c)."""
    return [int(place) for place in np.arange(64).reshape(4, 4, 4).transpose(a, b, c).ravel()]


@intrinsic
def _begin(typing):  # type: ignore[no-untyped-def]
    """Take the eight tile registers."""

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        shape = bytearray(LINE)
        shape[0] = 1  # the palette: eight registers of at most 16 rows of 64 bytes
        for register in range(8):
            shape[16 + 2 * register], shape[48 + register] = LINE, 16
        shapes = ir.Constant(ir.ArrayType(_I8, LINE), shape)
        there = cgutils.global_constant(builder, "tiles", shapes)
        _Code(context, builder, signature, given).tile("ldtilecfg", builder.bitcast(there, _I8.as_pointer()))
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
def _tiles_of_Z(typing, A, place, D, start, sums, lines):  # type: ignore[no-untyped-def]
    """sums[s, a] := Σ_b A_ab D_sb for 2 × 16 photos a and the digits of 2 × 4 rows s, over b < lines.

    Shapes: tiles A (2, lines, 16, 64) from `place` on, D (2, lines, 16, 4 · 16), sums (2, 2, 16, 16) int32.
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0, 2, 4)
        A, D, sums, lines = c.at(c.data[0], given[1]), c.at(c.data[1], given[3]), c.data[2], given[5]
        for total in range(4):
            c.tile("tilezero", total)
        with c.loop(lines) as (b, _):
            for s in range(2):
                c.tile("tileloadd64", 4 + s, c.at(D, (lines, s * TILE), (b, TILE)), c.integer(LINE))
            for a in range(2):
                c.tile("tileloadd64", 6 + a, c.at(A, (lines, a * TILE), (b, TILE)), c.integer(LINE))
                for s in range(2):
                    c.tile("tdpbusd", 2 * s + a, 6 + a, 4 + s)
        for total in range(4):
            c.tile("tilestored64", total, c.at(sums, total * TILE), c.integer(LINE))
        return context.get_dummy_value()

    return types.void(A, place, D, start, sums, lines), code


@intrinsic
def _tiles_of_G(typing, B, place, D, start, sums, at, blocks):  # type: ignore[no-untyped-def]
    """sums[v] := Σ_b D_b B_vb for 4 × 16 columns v and the digits of 4 rows, over b < blocks of 64 photos.

    Shapes: tiles B (4, blocks, 16, 4 · 16) from `place` on, D (blocks, 16, 64), sums (4, 16, 16) int32.
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0, 2, 4)
        B, D, sums = (c.at(data, first) for data, first in zip(c.data, given[1:6:2], strict=True))
        blocks = given[6]
        for total in range(4):
            c.tile("tilezero", total)
        with c.loop(blocks) as (b, _):
            c.tile("tileloadd64", 4, c.at(D, (b, TILE)), c.integer(LINE))
            for v in range(4):
                photos = 5 + v % 3
                c.tile("tileloadd64", photos, c.at(B, (blocks, v * TILE), (b, TILE)), c.integer(LINE))
                c.tile("tdpbsud", v, 4, photos)
        for total in range(4):
            c.tile("tilestored64", total, c.at(sums, total * TILE), c.integer(LINE))
        return context.get_dummy_value()

    return types.void(B, place, D, start, sums, at, blocks), code


@intrinsic
def _largest(typing, W, place, lines):  # type: ignore[no-untyped-def]
    """The bits of the largest |w| of 64 · lines floats; those of infinities and NaN are larger than any."""

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0)
        start = c.at(c.data[0], (given[1], 4))
        most = [cgutils.alloca_once_value(builder, ir.Constant(_INTS, None)) for _ in range(4)]
        with c.loop(given[2]) as (line, _):
            for a in range(4):
                bits = c.load(c.at(start, (line, 4 * LINE), a * LINE))
                bits = builder.and_(bits, ir.Constant(_INTS, [0x7FFFFFFF] * 16))
                before = builder.load(most[a])
                larger = builder.icmp_signed(">", bits, before)
                builder.store(builder.select(larger, bits, before), most[a])
        best = builder.load(most[0])
        for other in map(builder.load, most[1:]):
            best = builder.select(builder.icmp_signed(">", other, best), other, best)
        return c.call("llvm.vector.reduce.smax.v16i32", [best], _I32)

    return types.int32(W, place, lines), code


def _digits(*, of_W: bool) -> Any:
    """Digits of four rows of 64 · lines floats w, as tiles from D[start] on, and Σ q of each row.

    Rows begin at `places` in W; q = w · ups[0] · ups[1], rounded. Of W, a tile has 16 groups of 4 numbers j
    for the 4 digits of 4 rows; of δ it has these 16 rows of digits of 64 numbers i.
    """

    @intrinsic
    def digits(typing, W, places, lines, ups, D, start, sums):  # type: ignore[no-untyped-def]
        def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
            c = _Code(context, builder, signature, given, 0, 3, 4, 6)
            W, ups, D, sums = c.data
            D = c.at(D, given[5])
            rows = [c.at(W, (builder.extract_value(given[1], l), 4)) for l in range(4)]  # noqa: E741
            up = [[c.everywhere(c.load(c.at(ups, 8 * l + 4 * h), _FLOAT)) for h in (0, 1)] for l in range(4)]  # noqa: E741
            totals = [cgutils.alloca_once_value(builder, ir.Constant(_INTS, None)) for _ in range(4)]
            balance = ir.Constant(_INTS, [-0x7F7F7F80] * 16)  # 0x80808080: digits 0 … 255 to −128 … 127
            by_digit = [
                16 * lane + 4 * number + d for lane in range(4) for d in range(4) for number in range(4)
            ]

            def of_sixteen(l, line, part):  # type: ignore[no-untyped-def]  # noqa: E741
                """(4 of numbers, 4 of digits) times the 4 bytes of four numbers."""
                here = c.at(rows[l], (line, 4 * LINE), part * LINE)
                c.fetch(c.at(here, (given[2], 16 * LINE)))  # of the next four rows
                w = c.load(here, _FLOATS)
                scaled = builder.fmul(builder.fmul(w, up[l][0]), up[l][1])
                q = builder.fptosi(c.call("llvm.rint.v16f32", [scaled], _FLOATS), _INTS)
                signed = builder.bitcast(builder.xor(builder.add(q, balance), balance), _BYTES)
                found = builder.bitcast(c.shuffled(signed, signed, by_digit), _INTS)
                ones = ir.Constant(_BYTES, [1] * LINE)
                builder.store(c.add_products(builder.load(totals[l]), ones, found), totals[l])
                return found

            with c.loop(given[2]) as (line, _):
                for a in range(4):
                    pairs = [(b, a) if of_W else (a, b) for b in range(4)]
                    four = [of_sixteen(l, line, part) for l, part in pairs]  # noqa: E741
                    order = _by_place(1, 0, 2) if of_W else _by_place(2, 0, 1)
                    c.store(c.joined(four, order), c.at(D, (line, TILE), a * TILE // 4))
            for l in range(4):  # noqa: E741
                shifts = ir.Constant(_LONGS, [8 * (place % 4) for place in range(16)])
                wide = builder.shl(builder.sext(builder.load(totals[l]), _LONGS), shifts)
                c.store(c.call("llvm.vector.reduce.add.v16i64", [wide], _I64), c.at(sums, 8 * l))
            return context.get_dummy_value()

        return types.void(W, places, lines, ups, D, start, sums), code

    return digits


@intrinsic
def _copy(typing, P, place, A, there, lines, soon):  # type: ignore[no-untyped-def]
    """`lines` lines of a photo, from P[place] on, to the same row of tiles that follow each other in A."""

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0, 2)
        P, A = c.data
        with c.loop(given[4]) as (line, _):
            c.fetch(c.at(P, given[5], (line, LINE)))
            c.store(c.load(c.at(P, given[1], (line, LINE)), _BYTES, 1), c.at(A, given[3], (line, TILE)), 1)
        return context.get_dummy_value()

    return types.void(P, place, A, there, lines, soon), code


@intrinsic
def _interleave(typing, P, places, soon, B, there, apart, lines):  # type: ignore[no-untyped-def]
    """Four photos' bytes of each column side by side: 64 bytes are a group of each of four tiles of B.

    Columns of the tile v, by fours: v, 4 + v, 8 + v, 12 + v; the next tile lies `apart` bytes further.
    """

    def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
        c = _Code(context, builder, signature, given, 0, 3)
        P, B = c.data
        places, soon = ([builder.extract_value(given[i], a) for a in range(4)] for i in (1, 2))

        def zipped(x, y, size, high):  # type: ignore[no-untyped-def]
            """In turns `size` bytes of x and of y, from the lower or higher half of each 16 bytes."""
            kind, half = ir.VectorType(ir.IntType(8 * size), LINE // size), 8 // size
            lower = [2 * half * lane + half * high + e for lane in range(4) for e in range(half)]
            order = [place for one in lower for place in (one, one + LINE // size)]
            return builder.bitcast(c.shuffled(*(builder.bitcast(z, kind) for z in (x, y)), order), _BYTES)

        with c.loop(given[6]) as (line, _):
            for place in soon:
                c.fetch(c.at(P, place, (line, LINE)))
            p = [c.load(c.at(P, place, (line, LINE)), _BYTES, 1) for place in places]
            for v in range(4):
                pairs = (zipped(p[a], p[a + 1], 1, v // 2) for a in (0, 2))
                tile = builder.add(builder.mul(line, c.integer(4)), c.integer(v))
                c.store(zipped(*pairs, 2, v % 2), c.at(B, given[4], (tile, given[5])))
        return context.get_dummy_value()

    return types.void(P, places, soon, B, there, apart, lines), code


def _write(*, few: bool) -> Any:
    """64 numbers of G from four tiles of sums, that begin at `at`: row l of its four, whose Σ q is `total`.

    Of at most FEW photos, 256 times a digit's sum is an int32 too, which saves half of the conversions.
    """

    @intrinsic
    def write(typing, sums, at, l, total, unit, G, place):  # type: ignore[no-untyped-def]  # noqa: E741
        def code(context, builder, signature, given):  # type: ignore[no-untyped-def]
            _, at, l, total, unit, _, place = given  # noqa: E741
            c = _Code(context, builder, signature, given, 0, 5)
            sums, G = c.data
            mean = builder.fmul(builder.sitofp(total, _DOUBLE), ir.Constant(_DOUBLE, 127.5))
            mean, unit = c.everywhere(mean), c.everywhere(unit)
            base = ir.Constant(_DOUBLES, [65536.0 if few else 256.0] * 16)
            found = []
            for v in range(4):
                parts = [c.load(c.at(sums, at, (l, 4 * LINE), v * TILE + d * LINE)) for d in range(4)]
                if few:
                    eight = ir.Constant(_INTS, [8] * 16)
                    parts = [builder.add(parts[d], builder.shl(parts[d + 1], eight)) for d in (0, 2)]
                *lower, value = (builder.sitofp(part, _DOUBLES) for part in parts)
                for part in reversed(lower):
                    value = c.call("llvm.fma.v16f64", [value, base, part], _DOUBLES)
                found.append(builder.fptrunc(builder.fmul(builder.fsub(value, mean), unit), _FLOATS))
            c.store(c.joined(found, _by_place(1, 0, 2)), c.at(G, (place, 4)))
            return context.get_dummy_value()

        return types.void(sums, at, l, total, unit, G, place), code

    return write


# ---- in Numba's ----------------------------------------------------------------------------------------

_write_few, _write_any = _write(few=True), _write(few=False)
_digits_of_W, _digits_of_delta = _digits(of_W=True), _digits(of_W=False)


@njit(nogil=True)
def _scale(bits, ups):  # type: ignore[no-untyped-def]
    """u / 127.5 for a row of which this is the largest; 1 / u in two factors, for it may be no float32."""
    if bits >= 0x7F800000:
        ups[:] = np.float32(0)
        return np.nan
    exponent = max(bits >> 23, 1) - 156  # of u: the largest is less than 2^(exponent + 30)
    ups[0] = np.float32(math.ldexp(1.0, -exponent // 2))
    ups[1] = np.float32(math.ldexp(1.0, -exponent - -exponent // 2))
    return math.ldexp(1 / 127.5, exponent)


@njit(nogil=True)
def _padded(W, row, size):  # type: ignore[no-untyped-def]
    """Four rows, with zeros up to so many numbers."""
    found = np.zeros((4, size), np.float32)
    for l in range(row, min(row + 4, len(W))):  # noqa: E741
        found[l - row, : W.shape[1]] = W[l]
    return found


@njit(nogil=True)
def _four_scales(W, places, lines, ups, units):  # type: ignore[no-untyped-def]
    for l in range(4):  # noqa: E741
        units[l] = _scale(_largest(W, places[l], lines), ups[l])


@njit(nogil=True)
def _four_rows_of_W(W, row, D, start, sums, units):  # type: ignore[no-untyped-def]
    """Where rows lack, the last one or zeros stand in, and nobody asks for their sums."""
    k, n = W.shape
    lines, ups = -(-n // LINE), np.empty((4, 2), np.float32)
    if n % LINE:
        W, places = _padded(W, row, lines * LINE), (0, lines * LINE, 2 * lines * LINE, 3 * lines * LINE)
    else:
        a, b, c, d = min(row, k - 1), min(row + 1, k - 1), min(row + 2, k - 1), min(row + 3, k - 1)
        places = (a * n, b * n, c * n, d * n)
    _four_scales(W, places, lines, ups, units)
    _digits_of_W(W, places, lines, ups, D, start, sums)


@njit(nogil=True)
def _four_rows_of_delta(delta, row, D, start, sums, units):  # type: ignore[no-untyped-def]
    blocks, ups = -(-delta.shape[1] // LINE), np.empty((4, 2), np.float32)
    padded = _padded(delta, row, blocks * LINE)
    places = (0, blocks * LINE, 2 * blocks * LINE, 3 * blocks * LINE)
    _four_scales(padded, places, blocks, ups, units)
    _digits_of_delta(padded, places, blocks, ups, D, start, sums)


@njit(nogil=True)
def _in_tiles(P, which, A, base, end, last):  # type: ignore[no-untyped-def]
    """Photos base … end − 1, 16 in a tile. Shapes: A (4, lines, 16, 64)."""
    n = P.shape[1]
    lines, whole = -(-n // LINE), n // LINE
    for i in range(base, end):
        there = (i - base) // 16 * lines * TILE + (i - base) % 16 * LINE
        _copy(P, which[i] * n, A, there, whole, which[min(i + 2, last - 1)] * n)
        for j in range(whole * LINE, n):  # what follows them stays what it was, for it meets digits 0
            A[there + whole * TILE + j % LINE] = P[which[i], j]


def _times(P, which, W, Z, first, last):  # type: ignore[no-untyped-def]
    k, n = W.shape
    lines, eights = -(-n // LINE), -(-k // 8)
    size = lines * TILE  # bytes of 16 photos, and of the digits of four rows
    once = last - first <= PHOTOS
    A, D = np.empty(PHOTOS // 16 * size, np.uint8), np.empty(2 * (1 if once else eights) * size, np.int8)
    sums = np.empty((2, 2, 16, 16), np.int32)
    totals, units = np.empty(8 * eights, np.int64), np.empty(8 * eights)
    _begin()
    for base in range(first, last, PHOTOS):
        end = min(base + PHOTOS, last)
        _in_tiles(P, which, A, base, end, last)
        for row in range(0, k, 8):
            digits = 0 if once else row // 4 * size
            if base == first:  # just before they are used, so that they are in the cache then
                _four_rows_of_W(W, row, D, digits, totals[row:], units[row:])
                _four_rows_of_W(W, row + 4, D, digits + size, totals[row + 4 :], units[row + 4 :])
            for half in range(base, end, 32):
                _tiles_of_Z(A, (half - base) // 16 * size, D, digits, sums, lines)
                for l in range(row, min(row + 8, k)):  # noqa: E741
                    for i in range(min(32, end - half)):
                        total = np.int64(0)
                        for d in range(4):
                            total += np.int64(sums[(l - row) // 4, i // 16, i % 16, l % 4 * 4 + d]) << (8 * d)
                        Z[l, half + i] = np.float32(0.5 * (2 * total - 255 * totals[l]) * units[l])
    _end()


@njit(nogil=True)
def _starts(P, which, i, j):  # type: ignore[no-untyped-def]
    """Where photos i … i + 3 have column j. Where photos lack, the last one stands in, and meets digits 0."""
    n, end = P.shape[1], len(which) - 1
    a, b, c, d = which[min(i, end)], which[min(i + 1, end)], which[min(i + 2, end)], which[min(i + 3, end)]
    return a * n + j, b * n + j, c * n + j, d * n + j


@njit(nogil=True)
def _columns_in_tiles(P, which, B, rest, start, width):  # type: ignore[no-untyped-def]
    """Columns start … start + width − 1 of all photos, 16 in a tile. Shapes: B (4 LINES, blocks, 16, 64)."""
    m = len(which)
    whole, size = width // LINE, -(-m // LINE) * TILE
    for i in range(0, m, 4):
        here = _starts(P, which, i, start)
        _interleave(P, here, _starts(P, which, i + AHEAD, start), B, i // 4 * LINE, size, whole)
        if width % LINE:
            for photo in range(4):
                for x in range(width % LINE):
                    j = start + whole * LINE + x
                    rest[photo, x] = P[which[min(i + photo, m - 1)], j]
            none = (0, LINE, 2 * LINE, 3 * LINE)
            _interleave(rest, none, none, B, whole * 4 * size + i // 4 * LINE, size, 1)


def _times_transposed(P, which, delta, G, first, last):  # type: ignore[no-untyped-def]
    k, m = delta.shape
    n, blocks, fours = P.shape[1], -(-m // LINE), -(-k // 4)
    size = blocks * TILE  # bytes of 16 columns, and of the digits of four rows
    B, D = np.empty(4 * LINES * size, np.uint8), np.empty(fours * size, np.int8)
    sums = np.empty((LINES, 4, 16, 16), np.int32)
    totals, units = np.empty(4 * fours, np.int64), np.empty(4 * fours)
    for row in range(0, k, 4):
        _four_rows_of_delta(delta, row, D, row // 4 * size, totals[row:], units[row:])
    rest, some = np.zeros((4, LINE), np.uint8), np.empty((1, LINE), np.float32)
    _begin()
    for start in range(first, last, LINES * LINE):
        width = min(LINES * LINE, last - start)
        whole = width // LINE
        _columns_in_tiles(P, which, B, rest, start, width)
        for row in range(0, k, 4):
            for line in range(-(-width // LINE)):
                there = line * 4 * TILE
                _tiles_of_G(B, line * 4 * size, D, row // 4 * size, sums, there, blocks)
            for l in range(row, min(row + 4, k)):  # noqa: E741
                for line in range(whole):
                    place = l * n + start + line * LINE
                    if m <= FEW:
                        _write_few(sums, line * 4 * TILE, l - row, totals[l], units[l], G, place)
                    else:
                        _write_any(sums, line * 4 * TILE, l - row, totals[l], units[l], G, place)
                if width % LINE:
                    _write_any(sums, whole * 4 * TILE, l - row, totals[l], units[l], some, 0)
                    for x in range(width % LINE):
                        G[l, start + whole * LINE + x] = some[0, x]
    _end()
