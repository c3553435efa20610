"""A set of one's own photos as a zip of ordinary folders, one a label, as torchvision's ImageFolder has them.

    frames.csv                                                file, x, y, zoom: the crops, in the set's order
    soccer/  basketball/  baseball/  none/  soccer+basketball/ …        the photos that are sorted

The files are the set's own, so that what is brought back has the same bits. A zip made by hand comes in as
well: the nearest folder that names a label counts, and photos in none of those folders are not sorted yet.
The zip may be anybody's: safe_zip.py reads it. A photo that cannot be read is named and left out.
"""

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import PurePosixPath

from core.own_photos.folder_names import folder, label_named, not_sorted_yet
from core.own_photos.frames import FRAMES, MAX_TABLE, Place, composed, read_frames
from core.own_photos.left_out import LeftOut
from core.own_photos.own_photo import Label, OwnPhoto, on_one_line, read_own
from core.own_photos.photo_set import PhotoSet
from core.own_photos.safe_zip import SafeZip, is_zip, open_zip
from core.photo_files import read_header
from core.photo_files.header import MEGA
from core.photos import PhotoError

MAX_PIXELS = 2000 * MEGA  # of all pictures in a zip: a few bytes can claim many; photos have more bytes
TOO_MANY = f"{MAX_PIXELS // MEGA:,} million pixels is the most that is read from one zip; make smaller ones."
LINE_BY_LINE = 8  # pixels of a JPEG that take no longer than one of another kind: most are never made
DATE = (1980, 1, 1, 0, 0, 0)  # no clock in the file: the same set is the same zip

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # no file names on Windows


def label_of(path: str) -> Label | None:
    """What the nearest folder says that names a label, or that its photos are not sorted yet."""
    for name in reversed(PurePosixPath(path).parts[:-1]):
        label = label_named(name)
        if label is not None or not_sorted_yet(name):
            return label
    return None


def saved_files(photos: PhotoSet) -> Iterator[tuple[str, OwnPhoto, bytes]]:
    """Each sorted photo with its path in the zip and its file."""
    taken = set[str]()
    for photo in photos.photos:
        if photo.label is not None:
            yield _free_path(photo, photo.label, taken), photo, photo.packed()


def to_zip(photos: PhotoSet) -> bytes:
    """The sorted photos of the set as a file: the same set gives the same bytes."""
    table, buffer = io.StringIO(), io.BytesIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(["file", "x", "y", "zoom"])
    contents = []
    for path, photo, data in saved_files(photos):
        rows.writerow([path, photo.x, photo.y, photo.zoom])
        contents.append((path, data))
    with zipfile.ZipFile(buffer, "w") as archive:  # stored: photos are packed already
        for path, data in ((FRAMES, table.getvalue().encode()), *contents):
            entry = zipfile.ZipInfo(path, DATE)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)
    return buffer.getvalue()


def from_zip(
    data: bytes, into: PhotoSet | None = None, progress: Callable[[int, int], object] = lambda done, of: None
) -> tuple[PhotoSet, list[LeftOut]]:
    """(the photos of a zip behind those of `into`, everything that was left out).

    Photos of `into` that are not sorted yet and are in the zip once more get their labels from it.
    progress(done, of) is called after each file.
    """
    photos, left_out = into or PhotoSet(), list[LeftOut]()
    try:
        with open_zip(data) as archive:
            top, frames = _frames(archive)
            place = {path: row for row, path in enumerate(frames)}
            files = [entry for entry in archive.entries if not _is_table(entry)]
            pixels = 0
            files.sort(key=lambda entry: place.get(composed(entry.filename).removeprefix(top), len(place)))
            for done, entry in enumerate(files, 1):
                frame = frames.get(composed(entry.filename).removeprefix(top))
                try:
                    picture = _picture(archive, entry)
                    pixels += _pixels(picture)
                    if pixels > MAX_PIXELS:
                        left_out += [LeftOut(_named(other), TOO_MANY) for other in files[done - 1 :]]
                        break
                    photos = photos.add(_photo(picture, entry, frame))
                except PhotoError as error:  # a full set's, too: the next may label one that is there
                    left_out.append(LeftOut(_named(entry), str(error)))
                progress(done, len(files))
            if not files:
                left_out.append(LeftOut("", "There is no photo in the zip."))
    except PhotoError as error:
        left_out.append(LeftOut("", str(error)))
    return photos, left_out


def _picture(archive: SafeZip, entry: zipfile.ZipInfo) -> bytes:
    data = archive.read(entry)
    if is_zip(data):
        raise PhotoError(
            "A zip inside a zip is not opened; unpack the outer one, and choose this one by itself."
        )
    return data


def _pixels(picture: bytes) -> int:
    """As many as take as long to decode as those of this picture. Errors: PhotoError for what is none."""
    header = read_header(picture)
    return header.width * header.height // (LINE_BY_LINE if header.kind == "JPEG" else 1)


def _photo(data: bytes, entry: zipfile.ZipInfo, frame: Place | None) -> OwnPhoto:
    photo = read_own(PurePosixPath(entry.filename).name, data).sorted_under(label_of(entry.filename))
    return photo if frame is None else photo.framed(*frame)


def _named(entry: zipfile.ZipInfo) -> str:
    """The path on one line, or the end of one that is too long for a sentence."""
    path = on_one_line(entry.filename)
    return path if len(path) <= 100 else f"… {path[-98:]}"


def _is_table(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.rsplit("/", 1)[-1] == FRAMES


def _frames(archive: SafeZip) -> tuple[str, dict[str, Place]]:
    """(the folder in which frames.csv stands, path from there → frame)."""
    table = next(filter(_is_table, archive.entries), None)
    if table is None:
        return "", {}
    frames: dict[str, Place] = {}
    with suppress(PhotoError):
        frames = read_frames(archive.read(table, MAX_TABLE))
    return composed(table.filename).removesuffix(FRAMES), frames


def _free_path(photo: OwnPhoto, label: Label, taken: set[str]) -> str:
    """folder/name.jpg, of characters that every system has; it differs from all others, whatever the case,
    and however a letter and its marks are written.
    """
    stem = re.sub(r"[^\w .()-]+", "_", PurePosixPath(photo.name.replace("\\", "/")).stem)[:60].strip(" .")
    stem = f"_{stem}" if not stem or _RESERVED.fullmatch(stem) else stem
    kind = "png" if photo.packed().startswith(b"\x89PNG") else "jpg"
    path, number = f"{folder(label)}/{stem}.{kind}", 1
    while (known := composed(path).casefold()) in taken:
        number += 1
        path = f"{folder(label)}/{stem} {number}.{kind}"
    taken.add(known)
    return path
