"""What b, b̃ and a real copy take, of the live tensors."""

from collections.abc import Sequence

import streamlit as st
from torch import Tensor

from core.broadcasting import Memory
from ui.numbers import power


def memory_table(b: Tensor, found: Memory) -> None:
    """b, its stretched view and a copy of it: shape, strides and bytes allocated."""
    k, m = found.shape
    columns = f"10**{len(str(m)) - 1}" if is_large_power(m) else str(m)
    rows = (
        ("b", tuple(b.shape), tuple(b.stride()), b.untyped_storage().nbytes()),
        (f"b̃ = `b.expand({k}, {columns})`", found.shape, found.strides, found.bytes),
        ("a copy, b̃`.contiguous()`", found.shape, found.copy_strides, found.copy_bytes),
    )
    st.table(
        [
            {
                "tensor": name,
                "shape": sizes(shape),
                "strides": sizes(strides),
                "bytes allocated": f"{count:,}",
            }
            for name, shape, strides, count in rows
        ],
        hide_index=True,
        width="content",
        alt=f"b̃ takes {found.bytes:,} bytes, a copy {found.copy_bytes:,}.",
    )


def what_a_copy_takes(found: Memory) -> str:
    """The copy against the view, and whether it was made."""
    times = found.copy_bytes // found.bytes
    text = "A copy takes no more." if times == 1 else f"A copy takes **{times:,} times** the memory"
    if found.copied:
        return text if times == 1 else f"{text}; one was made to check."
    return f"{text}, {in_bytes(found.copy_bytes)}: computed, nothing that large was made."


def sizes(values: Sequence[int]) -> str:
    """As torch writes it: (3, 1000); but (3, 10⁹)."""
    return f"({', '.join(power(v).removeprefix('1·') if is_large_power(v) else str(v) for v in values)})"


def is_large_power(value: int) -> bool:
    """A power of ten from a million on, which is written as one: a phone has no room for its zeros."""
    return value >= 10**6 and str(value).strip("0") == "1"


def in_bytes(count: int) -> str:
    """12 → "12 bytes"; 12,000,000,000 → "12 GB"; from 10²⁴ on, where units have no names, "4·10²⁷ bytes"."""
    if count >= 10**24:
        return f"{power(count, 2)} bytes"
    size, unit = float(count), "bytes"
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB", "EB"):
        if size < 1000 or unit == "EB":
            break
        size /= 1000
    return f"{size:,.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.3g} {unit}"
