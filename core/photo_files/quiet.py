"""libtiff reports damage on stderr, in lines of its own, beside the sentence that the person gets.

    tempfile.tif: Using code not yet in table.        which says neither the photo's name nor its number

Pillow turns its warnings off and leaves its errors on; Pillow gets a status for both all the same, and the
person one sentence.
"""

import ctypes
from functools import cache

from PIL import Image


@cache
def quiet_libtiff() -> bool:
    """Ask Pillow's libtiff to write nothing, for the whole process. → whether it will.

    Where Pillow's library does not lead to it (Windows), nothing changes.
    """
    try:
        set_handler = ctypes.CDLL(Image.core.__file__).TIFFSetErrorHandler
    except (OSError, AttributeError, TypeError):
        return False
    set_handler.argtypes, set_handler.restype = [ctypes.c_void_p], ctypes.c_void_p
    set_handler(None)
    return True
