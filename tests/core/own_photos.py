"""Photos of one's own, made on the spot: files that differ, sets of them, zips."""

import io
import warnings
import zipfile
from typing import Any

from core.own_photos import photo_zip
from core.own_photos.left_out import sentences
from core.own_photos.own_photo import Label, read_own
from core.own_photos.photo_set import PhotoSet
from tests.core.photo_corpus import encode, picture


def numbered(number: int, kind: str = "PNG") -> bytes:
    """A small photo's file; another number is another photo."""
    return encode(picture("RGB", 40 + number, 60), kind)


def named(*names_and_labels: tuple[str, Label | None]) -> PhotoSet:
    """A set of the photos 0, 1, … under these names."""
    return PhotoSet().add(
        *(
            read_own(name, numbered(number)).sorted_under(label)
            for number, (name, label) in enumerate(names_and_labels)
        )
    )


def some(*labels: Label | None) -> PhotoSet:
    """A set of the photos 0.png, 1.png, …"""
    return named(*((f"{number}.png", label) for number, label in enumerate(labels)))


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], packing: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of these files, also of several of one name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, data in files:
            archive.writestr(name, data)
    return buffer.getvalue()


def from_zip(*given: Any, **more: Any) -> tuple[PhotoSet, list[str]]:
    """The photos of a zip, and the sentences about what was left out of it."""
    photos, left_out = photo_zip.from_zip(*given, **more)
    return photos, sentences(left_out)
