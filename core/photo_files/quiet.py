"""libtiff tells of damage on stderr, in lines of its own, beside the sentence that the person gets.

    tempfile.tif: Using code not yet in table.        for a photo of which it says neither name nor number

Pillow turns its warnings off and leaves its errors on; both come to Pillow as a status all the same, and from
there as one sentence.
"""

import ctypes
from functools import cache

from PIL import Image


@cache
def quiet_libtiff() -> bool:
    """Ask libtiff to write nothing, for the whole process; whether it does. Asked by the libtiff of Pillow.

    Where Pillow's library does not lead to it (Windows), nothing changes.
    """
    try:
        set_handler = ctypes.CDLL(Image.core.__file__).TIFFSetErrorHandler
    except (OSError, AttributeError, TypeError):
        return False
    set_handler.argtypes, set_handler.restype = [ctypes.c_void_p], ctypes.c_void_p
    set_handler(None)
    return True
