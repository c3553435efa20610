"""PNG: chunks of length, name, data, checksum. Kept: IHDR, PLTE, tRNS, IDAT, IEND: an APNG's first frame.

Dropped unread: the later frames, and texts (a few kilobytes of zTXt can unpack to gigabytes) but for the
start of one: EXIF has a chunk, eXIf, since 2017; ImageMagick wrote it as a text of hexadecimal digits before.
Source: ISO/IEC 15948.
"""

import zlib

from core.photo_files.header import MAX_PROFILE, Header, damaged, truncated
from core.photo_files.tiff import orientation

MAX_CHUNKS = 100_000  # encoders write pixels in chunks of 8 kB or more
MAX_TEXT = 1 << 18  # hexadecimal digits: twice as many as the largest EXIF block of a JPEG has
_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_TEXTS = (b"Raw profile type exif\0", b"Raw profile type APP1\0")


def read(data: bytes) -> Header:
    kept, at, exif, text, packed = [data[:8]], 8, b"", b"", b""
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
            exif = exif or data[at + 8 : end - 4]
        elif name in (b"tEXt", b"zTXt") and data.startswith(_TEXTS, at + 8):
            text = text or data[at + 4 : end - 4]  # only the first is unpacked, as of profiles the last
        elif name == b"iCCP":
            packed = data[at + 8 : end - 4]  # only the last is unpacked, however many there are
        if name == b"IEND":
            break
        at = end
    else:
        raise damaged("PNG")
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    turn, icc = orientation(exif or _unpack_exif(text)), _unpack_profile(packed)
    return Header("PNG", width, height, b"".join(kept), turn, icc).check()


def _unpack_exif(chunk: bytes) -> bytes:
    """zTXt or tEXt, name, 0, in zTXt the method; then three lines, "", "exif", its length, and its digits."""
    text = chunk[chunk.find(b"\0") + 1 :]
    if chunk.startswith(b"zTXt"):
        try:
            text = zlib.decompressobj().decompress(text[1:], MAX_TEXT)
        except zlib.error:
            return b""
    digits = b"".join(text[:MAX_TEXT].split(b"\n")[3:])
    try:
        return bytes.fromhex(digits[: len(digits) // 2 * 2].decode())
    except ValueError:
        return b""


def _unpack_profile(chunk: bytes) -> bytes | None:
    """Name, 0, method, then the compressed profile; None if it is damaged or unreasonably large."""
    packed = chunk[chunk.find(b"\0") + 2 :]
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(packed, MAX_PROFILE)
    except zlib.error:
        return None
    return profile if unpacker.eof else None
