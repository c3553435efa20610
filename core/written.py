"""A setting in words: digits as a person writes them, without Python's powers of ten."""

import numpy as np


def as_written(value: float, digits: int = 6) -> str:
    """A setting as people write it, with that many significant digits: 1e-05 → "0.00001", 1e+02 → "100".

    From a thousand on it has commas: 1,000. What is longer than ten zeros keeps its power of ten: 1e+38.
    """
    short = f"{value:.{digits}g}"
    if 1e3 <= abs(float(short)) < 1e10:
        return f"{float(short):,.12g}"
    return np.format_float_positional(float(short), trim="-") if 1e-10 < abs(value) < 1e10 else short
