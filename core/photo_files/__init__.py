"""What the bytes of an upload are, read from their headers before anything is decoded.

    bytes → Header(kind, width, height, orientation, icc, data)

Every format's own module reads its header, checks that the file is whole, and copies only the parts that
carry pixels into `data`: no decoder ever sees a comment, a thumbnail, a compressed text or an EXIF block.
Sizes that would ask for too much memory are refused here, where they still cost nothing.

    kinds           which format it is, by its first bytes; header: what is known of it, and the limits
    jpeg, png, gif, webp, bitmap, tiff, heif        a format each; heif_items, av1: parts of the last
    decode          Header → pixels, upright and in sRGB; profile: the colour profile; colours: one for those
                    that are named by numbers; png_key: a PNG's clear colour; png_rows: whether all its rows
                    came
    quiet           no lines of libtiff on stderr

Errors: PhotoError, one sentence that says what is wrong and what to do.
"""

from core.photo_files.header import Header, PhotoError
from core.photo_files.kinds import read_header

__all__ = ["Header", "PhotoError", "read_header"]
