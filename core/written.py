"""A setting in words: digits as a person writes them, without Python's powers of ten."""

import numpy as np


def as_written(value: float, digits: int = 6) -> str:
    """A setting as people write it, with that many significant digits: 1e-05 → "0.00001", 1e+02 → "100".

    From a thousand on it has commas: 1,000. From 1e+10 on, and from 1e-10 down, it keeps its power of ten.
    """
    short = f"{value:.{digits}g}"
    size = abs(float(short))  # as it is written: 9,999,999,999 is 1e+10 with six digits
    if 1e3 <= size < 1e10:
        return f"{float(short):,.12g}"
    return np.format_float_positional(float(short), trim="-") if 1e-10 < size < 1e3 else short
