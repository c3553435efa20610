"""Keep freed memory at hand, where the C library would give it back after every step.

A step of the network makes and frees W, ∂J/∂W and, with Adam, four more like them: 3 MB each. Linux's malloc
returns pieces of that size to the system at once, and asking anew means a page fault for each 4 kB, which
takes half as long as the product. So up to `MEGABYTES` MB a thread stay with the process instead.
"""

import ctypes

MEGABYTES = 32
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h


def keep_freed_memory() -> bool:
    """Ask the C library to keep it. → whether it will; only glibc knows how."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError, TypeError):
        return False
    size = MEGABYTES << 20
    return bool(mallopt(_MMAP_THRESHOLD, size)) and bool(mallopt(_TRIM_THRESHOLD, size))
