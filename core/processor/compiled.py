"""Kernels that Numba compiles are kept on disk where it can keep them, and compiled anew where it cannot."""

import pickle
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def kept_if_possible(compile_them: Callable[[bool], T]) -> T:
    """compile_them(True), which keeps what it compiles; on a read-only, full or broken disk …(False)."""
    try:
        return compile_them(True)
    except (RuntimeError, OSError, EOFError, pickle.PickleError):
        return compile_them(False)
