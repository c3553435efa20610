"""PNG: chunks of length, name, data, checksum. Kept: IHDR, PLTE, tRNS, IDAT, IEND: an APNG's first frame.

Dropped unread: the later frames, and texts (a few kilobytes of zTXt can unpack to gigabytes) but for the
start of one: EXIF has a chunk, eXIf, since 2017; ImageMagick wrote it as a text of hexadecimal digits before.
Where the end is missing and all rows are there, it is written anew: viewers show such a file, too.
Source: ISO/IEC 15948.
"""

import struct
import zlib

from core.photo_files.colours import coded, gamma_coded
from core.photo_files.header import MAX_PROFILE, Header, damaged, truncated
from core.photo_files.tiff import orientation

MAX_CHUNKS = 100_000  # encoders write pixels in chunks of 8 kB or more
MAX_TEXT = 1 << 18  # hexadecimal digits: twice as many as the largest EXIF block of a JPEG has
_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_OF_PALETTE = 3  # pixels that are numbers of colours in PLTE
_COLOURS = {b"cICP", b"iCCP", b"sRGB", b"gAMA", b"cHRM"}
_TEXTS = (b"Raw profile type exif\0", b"Raw profile type APP1\0")


def read(data: bytes) -> Header:
    """The header of a PNG. Errors: PhotoError where it is damaged, cut off, too large or rare."""
    kept, at, exif, text, cut = [data[:8]], 8, b"", b"", False
    colours = dict[bytes, bytes]()
    for _ in range(MAX_CHUNKS):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + length
        cut = end > len(data)
        if cut and at == 8:
            raise truncated("PNG")
        if cut:
            rest = [_chunk(name, data[at + 8 : at + 8 + length])] if name == b"IDAT" else []
            kept += [*rest, _chunk(b"IEND", b"")]
            break
        if at == 8 and (name != b"IHDR" or length != 13):
            raise damaged("PNG")
        if name[:1].islower() and _checksum(data[at + 4 : end - 4]) != data[end - 4 : end]:
            at = end  # what a picture can do without is passed over where it is damaged
            continue
        if name in _PIXELS:
            kept.append(data[at:end])
        elif name == b"eXIf":
            exif = exif or data[at + 8 : end - 4]
        elif name in (b"tEXt", b"zTXt") and data.startswith(_TEXTS, at + 8):
            text = text or data[at + 4 : end - 4]  # only the first is unpacked, however many there are
        elif name in _COLOURS:
            colours[name] = data[at + 8 : end - 4]  # of profiles only the last is unpacked
        if name == b"IEND":
            break
        at = end
    else:
        raise damaged("PNG")
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    turn, icc = orientation(exif or _unpack_exif(text)), _profile(colours)
    header = Header("PNG", width, height, b"".join(kept), turn, icc, cut=cut).check()
    if data[25] == _OF_PALETTE and not any(chunk[4:8] == b"PLTE" for chunk in kept):
        raise truncated("PNG") if cut else damaged("PNG")
    return header


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + _checksum(name + content)


def _checksum(named: bytes) -> bytes:
    return zlib.crc32(named).to_bytes(4, "big")


def _profile(said: dict[bytes, bytes]) -> bytes | None:
    """What the file says of its colours: the first of these counts, whatever the others say."""
    coding, gamma, places = (said.get(name, b"") for name in (b"cICP", b"gAMA", b"cHRM"))
    if len(coding) == 4:
        return coded(coding[0], coding[1])
    if b"iCCP" in said:
        return _unpack_profile(said[b"iCCP"])
    if b"sRGB" in said or len(gamma) != 4:
        return None
    white_first = [n / 100_000 for n in struct.unpack(">8I", places)] if len(places) == 32 else []
    where = (*white_first[2:], *white_first[:2]) if white_first else None
    return gamma_coded(int.from_bytes(gamma, "big") / 100_000, where)


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
