"""Instructions of a kernel that is written in LLVM's own terms: addresses, vectors, loops.

A compiler that is given loops over arrays keeps fewer numbers in registers, and knows nothing of the
instructions that multiply bytes or tiles. So the innermost loops of `byte_kernels`, `digit_kernels` and
`digit_tiles` are put together of these, and the loops around them are Numba's.

Numba keeps a compiled kernel until the kernel's own file changes. Who changes this one, or `digits`, removes
the kept ones, `core/processor/__pycache__/*.nb?`.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from llvmlite import binding, ir
from numba import config, njit
from numba.core import cgutils

LINE = 64  # bytes that the processor fetches at a time, and of a vector
I8, I16, I32, I64, FLOAT = ir.IntType(8), ir.IntType(16), ir.IntType(32), ir.IntType(64), ir.FloatType()
BYTES, PAIRS = ir.VectorType(I8, 64), ir.VectorType(I16, 32)
INTS, FLOATS = ir.VectorType(I32, 16), ir.VectorType(FLOAT, 16)


def processor_has(*features: str) -> bool:
    """Whether this processor has them, and Numba compiles for it, not for one that NUMBA_CPU_NAME names.

    LLVM ends the whole process where it is given an instruction that the processor it compiles for has not.
    """
    found = binding.get_host_cpu_features()
    named = config.CPU_NAME or config.CPU_FEATURES  # type: ignore[attr-defined]
    return not named and all(found.get(name) for name in features)


def everywhere(value: float, kind: ir.Type = INTS) -> Any:
    """A constant in all 16 places."""
    return ir.Constant(kind, [value] * 16)


class Code:
    """Instructions; data and shapes are those of the arrays that are named."""

    def __init__(self, context: Any, builder: Any, signature: Any, given: Any, *arrays: int) -> None:
        self.builder = builder
        made = [context.make_array(signature.args[i])(context, builder, given[i]) for i in arrays]
        self.data = [one.data for one in made]
        self.shapes = [cgutils.unpack_tuple(builder, one.shape) for one in made]

    def at(self, address: Any, *terms: Any) -> Any:
        """An address so many of its numbers further; of terms (a, b) the product is taken, all are added."""
        place = self.integer(0)
        for term in terms:
            product = self.builder.mul(*map(self.integer, term)) if isinstance(term, tuple) else term
            place = self.builder.add(place, self.integer(product))
        return self.builder.gep(address, [place])

    def integer(self, value: Any) -> Any:
        return ir.Constant(I64, value) if isinstance(value, int) else value

    def load(self, address: Any, kind: ir.Type) -> Any:
        loaded = self.builder.load(self.builder.bitcast(address, kind.as_pointer()))
        loaded.align = 1
        return loaded

    def store(self, value: Any, address: Any) -> None:
        self.builder.store(value, self.builder.bitcast(address, value.type.as_pointer())).align = 1

    def call(self, name: str, given: Sequence[Any], returned: ir.Type | None = None) -> Any:
        """What an instruction that LLVM knows by name makes of values."""
        kind = ir.FunctionType(returned or ir.VoidType(), [one.type for one in given])
        return self.builder.call(cgutils.get_or_insert_function(self.builder.module, kind, name), given)

    def fetch(self, address: Any, cache: int = 2) -> None:
        """Have the line of this address brought into the first or the second cache."""
        kind = ir.FunctionType(ir.VoidType(), [address.type, I32, I32, I32])
        prefetch = self.builder.module.declare_intrinsic("llvm.prefetch", [address.type], kind)
        self.builder.call(prefetch, [address, *(ir.Constant(I32, how) for how in (0, 4 - cache, 1))])

    def in_order(self) -> None:
        """Nothing that comes after this is read before it: else so much is read early that registers lack."""
        self.builder.asm(ir.FunctionType(ir.VoidType(), []), "", "~{memory}", [], True)

    def loop(self, last: Any, *, first: Any = 0, step: int = 1) -> Any:
        """first, first + step, … before the last."""
        first, last = self.integer(first), self.integer(last)
        return cgutils.for_range_slice(self.builder, first, last, self.integer(step), inc=True)

    def sums(self, count: int, kind: ir.Type = INTS) -> list[Any]:
        """Room for vectors of sums, which LLVM puts into registers."""
        with self.builder.goto_entry_block():
            return [self.builder.alloca(kind) for _ in range(count)]

    def spread(self, value: Any, kind: ir.Type) -> Any:
        """One number in all places of a vector."""
        none = ir.Constant(kind, ir.Undefined)
        first = self.builder.insert_element(none, value, ir.Constant(I32, 0))
        return self.builder.shuffle_vector(first, none, ir.Constant(ir.VectorType(I32, kind.count), None))

    def picked(self, one: Any, other: Any, places: Sequence[int]) -> Any:
        """A vector of the numbers at these places of two vectors, those of the other behind the one's."""
        order = ir.Constant(ir.VectorType(I32, len(places)), list(places))
        return self.builder.shuffle_vector(one, other, order)


@njit(nogil=True)
def whole_lines(size):  # type: ignore[no-untyped-def]
    """So many bytes that begin with a line, so that no vector is half of two."""
    some = np.empty(size + LINE, np.uint8)
    start = -some.ctypes.data % LINE
    return some[start : start + size]
