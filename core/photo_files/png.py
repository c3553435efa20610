"""PNG: chunks of length, name, data, checksum. Kept: IHDR, PLTE, tRNS, IDAT, IEND: an APNG's first frame.

Dropped unread: texts (a few kilobytes of zTXt can unpack to gigabytes) and the later frames.
Source: ISO/IEC 15948.
"""

import zlib

from core.photo_files.header import MAX_PROFILE, Header, damaged, truncated
from core.photo_files.tiff import orientation

MAX_CHUNKS = 100_000  # encoders write pixels in chunks of 8 kB or more
_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


def read(data: bytes) -> Header:
    kept, at, exif, packed = [data[:8]], 8, b"", b""
    for _ in range(MAX_CHUNKS):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            raise truncated("PNG")
        if at == 8 and (name != b"IHDR" or length != 13):
            raise damaged("PNG")
        if name in _PIXELS:
            kept.append(data[at:end])
        elif name == b"eXIf":
            exif = data[at + 8 : end - 4]
        elif name == b"iCCP":
            packed = data[at + 8 : end - 4]  # only the last is unpacked, however many there are
        if name == b"IEND":
            break
        at = end
    else:
        raise damaged("PNG")
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    turn, icc = orientation(exif), _unpack_profile(packed)
    return Header("PNG", width, height, b"".join(kept), turn, icc).check()


def _unpack_profile(chunk: bytes) -> bytes | None:
    """Name, 0, method, then the compressed profile; None if it is damaged or unreasonably large."""
    packed = chunk[chunk.find(b"\0") + 2 :]
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(packed, MAX_PROFILE)
    except zlib.error:
        return None
    return profile if unpacker.eof else None
