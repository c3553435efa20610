"""The kind of a file, from its first bytes: a name's ending proves nothing, and is never looked at.

Only the formats of `READERS` are ever decoded. Everything else is refused, and named if it can be, so that
the person learns what they have sent: "This is a PDF document".
"""

from collections.abc import Callable
from math import ceil

from core.photo_files import bitmap, gif, heif, jpeg, png, tiff, webp
from core.photo_files.header import EXPORT, MAX_BYTES, MEGA, OTHER_FILE, Header, PhotoError, damaged

# (place, what stands there, who reads it)
READERS: tuple[tuple[int, bytes, Callable[[bytes], Header]], ...] = (
    (0, b"\xff\xd8\xff", jpeg.read),
    (0, b"\x89PNG\r\n\x1a\n", png.read),
    (0, b"GIF87a", gif.read),
    (0, b"GIF89a", gif.read),
    (8, b"WEBP", webp.read),
    (0, b"II*\x00", tiff.read),
    (0, b"MM\x00*", tiff.read),
    (4, b"ftyp", heif.read),
    (0, b"BM", bitmap.read),
)

OTHERS = (  # (place, what stands there, what it is)
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"PK\x05\x06", "a ZIP archive"),
    (0, b"8BPS", "a Photoshop document"),
    (0, b"%!PS", "a PostScript drawing"),
    (0, b"\xc5\xd0\xd3\xc6", "a PostScript drawing"),
    (0, b"gimp xcf", "a GIMP document"),
    (0, b"\x00\x00\x01\x00", "an icon"),
    (0, b"icns", "an icon"),
    (4, b"jP  \r\n", "a JPEG 2000 picture"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (0, b"II\xbc", "a JPEG XR picture"),
    (4, b"JXL \r\n", "a JPEG XL picture"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (0, b"II+\x00", "a BigTIFF picture"),
    (0, b"MM\x00+", "a BigTIFF picture"),
    (0, b"IIU\x00", "a camera's raw file"),
    (0, b"IIRO", "a camera's raw file"),
    (0, b"FUJIFILMCCD-RAW", "a camera's raw file"),
    (0, b"DDS ", "a texture for games"),
    (0, b"qoif", "a QOI picture"),
    (0, b"P5", "a PGM picture"),
    (0, b"P6", "a PPM picture"),
    (0, b"v/1\x01", "an OpenEXR picture"),
    (0, b"#?RADIANCE", "a Radiance picture"),
    (0, b"SIMPLE  =", "an astronomer's FITS file"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"\xfd7zXZ", "an XZ archive"),
    (257, b"ustar", "a TAR archive"),
    (8, b"AVI ", "a video"),
    (0, b"\x1a\x45\xdf\xa3", "a video"),
    (0, b"0&\xb2\x75\x8e\x66\xcf\x11", "a video"),
    (0, b"FLV\x01", "a video"),
    (0, b"\x00\x00\x01\xba", "a video"),
    (0, b"\x00\x00\x01\xb3", "a video"),
    (4, b"moov", "a video"),
    (4, b"mdat", "a video"),
    (8, b"WAVE", "a sound recording"),
    (0, b"ID3", "a sound recording"),
    (0, b"OggS", "a sound recording"),
    (0, b"fLaC", "a sound recording"),
    (0, b"\x00\x05\x16\x07", "what macOS keeps beside a file"),
    (0, b"MZ", "a program"),
    (0, b"\x7fELF", "a program"),
)


def read_header(data: bytes) -> Header:
    """The header of a picture file. Errors: PhotoError for whatever is none, or none that can be read."""
    if not data:
        raise PhotoError("The file is empty: it has 0 bytes; choose the photo once more.")
    if len(data) > MAX_BYTES:
        raise PhotoError(
            f"The file is {ceil(len(data) / MEGA)} MB, and {MAX_BYTES // MEGA} MB is the most that is read; "
            "save a smaller copy of the photo as JPEG and choose that."
        )
    for place, magic, reader in READERS:
        if data.startswith(magic, place):
            return reader(data)
    if data.startswith(b"PNG", 1):  # sent as if it were text, which the rest of its first bytes tell
        raise damaged("PNG")
    name = _name(data)
    raise PhotoError(f"This is {name}{_but(name)}; {_advice(name)}.")


def _name(data: bytes) -> str:
    for place, magic, name in OTHERS:
        if data.startswith(magic, place):
            return name
    if b"%PDF" in data[:1024]:
        return "a PDF document"
    text = _as_text(data[:4096])
    if text is None:
        return "a file of an unknown kind"
    if "<svg" in text:
        return "an SVG drawing"
    if "<html" in text or "<!doctype html" in text:
        return "a web page"
    return "a text file"


def _as_text(start: bytes) -> str | None:
    """The lower-case text of the first bytes, or None if they are none."""
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    text = start.decode(encoding, errors="ignore")  # the cut may go through a character
    if len(text.encode(encoding, errors="ignore")) < 0.9 * len(start):
        return None
    printable = sum(character.isprintable() or character in "\r\n\t\f" for character in text)
    return text.lower() if printable > 0.95 * len(text) else None


def _but(name: str) -> str:
    """A picture may well be a photo."""
    if "raw file" in name:
        return ""
    return ", which cannot be read here" if name.endswith("picture") else ", not a photo"


def _advice(name: str) -> str:
    if "raw file" in name:
        return f"develop it, {EXPORT}"
    if "archive" in name:
        return "unpack it and choose the photo inside"
    if "macOS" in name:
        return "choose the one whose name does not begin with ._"
    if name == "a video":
        return "take a screenshot of a moment with a ball and choose that"
    if name == "a web page":
        return "open the picture by itself, save that, and choose the saved file"
    if name in ("a text file", "a program", "a sound recording") or "unknown" in name:
        return OTHER_FILE
    return EXPORT
