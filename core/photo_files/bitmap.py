"""BMP: a file header of 14 bytes, a bitmap header, a palette, rows of pixels from the bottom up.

Source: Microsoft's BITMAPFILEHEADER and BITMAPINFOHEADER.
"""

from dataclasses import replace

from core.photo_files.header import EXPORT, MEGA, Header, PhotoError, damaged, truncated

MAX_RUNS = 2 * MEGA  # bytes of run-length code, which is unpacked slowly; such files are small drawings


def read(data: bytes) -> Header:
    """The header of a BMP. Errors: PhotoError where it is damaged, cut off, too large or rare."""
    if len(data) < 30:
        raise truncated("BMP")
    pixels_at, header_size = _number(data[10:14]), _number(data[14:18])
    if header_size == 12:  # OS/2's
        width, height, bits, packing = *(_number(data[i : i + 2]) for i in (18, 20, 24)), 0
    elif header_size in (40, 52, 56, 64, 108, 124):
        width, height = (int.from_bytes(data[i : i + 4], "little", signed=True) for i in (18, 22))
        height = abs(height)
        bits, packing = _number(data[28:30]), _number(data[30:34])
    else:
        raise damaged("BMP")
    if pixels_at < 14 + header_size:  # they would begin within the headers
        raise damaged("BMP")
    header = Header("BMP", width, height, data).check()
    if packing in (1, 2) and len(data) > MAX_RUNS:
        raise PhotoError(f"This BMP picture is run-length coded and too large; {EXPORT}.")
    row = (width * bits + 31) // 32 * 4  # rows are padded to 4 bytes
    end = pixels_at + row * height
    padding = row - (width * bits + 7) // 8
    if packing in (0, 3) and len(data) < end - padding:
        raise truncated("BMP", end, len(data))
    if packing in (0, 3) and len(data) < end:  # some encoders leave the last row's out
        return replace(header, data=data.ljust(end, b"\0"))
    return header


def _number(field: bytes) -> int:
    return int.from_bytes(field, "little")
