"""A zip from anybody, read in memory within bounds; nothing of it is ever unpacked to a file.

The number of entries, their bytes and the ratio of packing are bounded before anything is unpacked, and again
while it is: headers may lie. Refused are paths that lead outside, links, devices, encrypted entries and
rare packings. What systems put beside one's files (.DS_Store, __MACOSX) is passed over.

Errors: PhotoError, one sentence: from `open_zip` about the whole zip, from `read` about one entry.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil

from core.photo_files.header import MEGA
from core.photos import PhotoError

MAX_BYTES = 128 * MEGA  # of the zip
MAX_ENTRIES = 4000  # with folders and what macOS adds; a full set has 500 photos
MAX_ENTRY = 64 * MEGA  # bytes of one unpacked file
MAX_UNPACKED = 512 * MEGA  # of all, which are held one at a time
MAX_RATIO = 200  # unpacked : packed; a photo has 1, a bitmap of an empty sheet may have 100
CHUNK = 1 << 20

SAID_UTF_8 = 0x800  # a flag of an entry
_ENTRY = b"PK\x01\x02"  # how every entry of a zip's directory begins
_SAYS_UTF_8 = re.compile(rb"PK(\x01\x02.{5}|\x03\x04.{3})(?P<flags>.)", re.DOTALL)  # in a file's two heads
_ADDED = re.compile(
    r"(^|/)(__MACOSX/|\.[^./]|@eaDir/|\$RECYCLE\.BIN/|Icon\r$|~\$|(eh)?thumbs(_vista)?\.db$|(desktop|picasa)\.ini$)"
    r"|:Zone\.Identifier$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"(?<=[\0-\x7f])\\")  # a backslash behind a letter of ASCII: no half of another letter
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError),
    *(RuntimeError, OSError, ValueError, OverflowError, struct.error),
)
NO_ZIP = "This is not a zip; choose one that was saved here, or make one from photos in folders."
_BOMB = "It would unpack to far more than a photo has; choose the photo by itself."
_ALL = f"{MAX_UNPACKED // MEGA} MB is the most that is unpacked from one zip; make smaller ones."


class SafeZip:
    """entries: the files, without folders and what systems add."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = MAX_UNPACKED
        for entry in archive.infolist():
            entry.filename = _meant(entry)
        self.entries = [
            entry
            for entry in archive.infolist()
            if not (entry.filename.endswith("/") or _ADDED.search(entry.filename))
        ]

    def read(self, entry: zipfile.ZipInfo, most: int = MAX_ENTRY) -> bytes:
        """What one entry unpacks to, at most `most` bytes. Errors: PhotoError."""
        _check(entry)
        most = min(most, MAX_RATIO * entry.compress_size + CHUNK)
        if entry.file_size > most:
            raise PhotoError(_BOMB)
        if entry.file_size > self._left:
            raise PhotoError(_ALL)
        most = min(most, self._left)
        parts, size = list[bytes](), 0
        try:
            with self._archive.open(entry) as file:
                while part := file.read(CHUNK):
                    size += len(part)
                    if size > most:
                        raise PhotoError(_BOMB)
                    parts.append(part)
        except PhotoError:
            raise
        except _BROKEN as error:
            raise PhotoError("It is damaged inside the zip; download or make it once more.") from error
        finally:
            self._left -= size
        return b"".join(parts)


def _meant(entry: zipfile.ZipInfo) -> str:
    """The path as it was meant: UTF-8 that does not say so (`zip`, macOS) is read as CP437 at first, and
    PowerShell's Compress-Archive puts \\ between folders.
    """
    path = entry.filename
    if not entry.flag_bits & SAID_UTF_8:
        try:
            path = path.encode("cp437").decode()
        except UnicodeError:  # of an old code page: in some of them \ is half a letter, never the first
            return _PARTS.sub("/", path)
    return path.replace("\\", "/")


def is_zip(data: bytes) -> bool:
    """By its first bytes: those of a file, or of a directory without any."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


@contextmanager
def open_zip(data: bytes) -> Iterator[SafeZip]:
    """Errors: PhotoError for what is no zip, is damaged, or has more in it than is read."""
    if not is_zip(data):
        raise PhotoError(NO_ZIP)
    if len(data) > MAX_BYTES:
        size, most = ceil(len(data) / MEGA), MAX_BYTES // MEGA
        raise PhotoError(f"The zip is {size} MB, and {most} MB is the most; make smaller ones.")
    count = data.count(_ENTRY)  # before the directory is read, whose own count may lie
    if count > MAX_ENTRIES:
        raise PhotoError(
            f"The zip has {count:,} entries, and {MAX_ENTRIES:,} is the most; make smaller ones."
        )
    try:
        archive = _opened(data)
    except _BROKEN as error:
        raise PhotoError("The zip is damaged; download or make it once more.") from error
    with archive:
        # Entries that share their bytes would unpack the same bomb again and again.
        if sum(entry.compress_size for entry in archive.infolist()) > len(data):
            raise PhotoError("The zip claims more bytes than it has; download or make it once more.")
        yield SafeZip(archive)


def _opened(data: bytes) -> zipfile.ZipFile:
    """Where a name says that it is UTF-8 and is none, no name says so: `_meant` finds those that are."""
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except UnicodeDecodeError:
        silent = bytearray(data)
        for said in _SAYS_UTF_8.finditer(data):
            silent[said.start("flags")] &= ~(SAID_UTF_8 >> 8) & 0xFF
        return zipfile.ZipFile(io.BytesIO(silent))


def _check(entry: zipfile.ZipInfo) -> None:
    """Errors: PhotoError for an entry that is not opened at all."""
    name = entry.orig_filename
    if name.startswith(("/", "\\")) or re.match("[A-Za-z]:", name) or ".." in re.split(r"[/\\]", name):
        raise PhotoError("Its path leads out of the zip; zip the folder itself once more.")
    if "\0" in name or "\\" in entry.filename:
        raise PhotoError("Its path has a character in it that no path may have; give it another name.")
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        raise PhotoError("It is a link or a device, not a file; put the photo itself into the zip.")
    if entry.flag_bits & 0x41:
        raise PhotoError("It is encrypted; make a zip without a password.")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise PhotoError("It is packed in a rare way; make an ordinary zip.")
