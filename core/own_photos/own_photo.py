"""A photo of one's own: its name, its label, the frame of its crop; kept shrunk, in memory only.

It is known by its content, and its pixels are those of a small file, which is kept too: what is saved and
brought back (core/own_photos/photo_zip.py) has the same bits.

Shapes: Photo.pixels (height, width, 3) uint8, longest side at most 512, except for panoramas, whose shorter
side keeps 192; the crop (64, 64, 3) uint8.
Errors: PhotoError, one sentence, for bytes that are no photo.
"""

import hashlib
import io
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.own_photos.frames import composed
from core.photo_files import read_header
from core.photos import MAX_ZOOM, SIZE, Crops, Photo, read_photo
from core.texts import is_control

Label = tuple[int, int, int]  # multi-hot: soccer, basketball, baseball

LONGEST, SHORTEST = 512, 192  # pixels that the sides have at most; a panorama is longer
# Bytes up to which a small picture's own file is kept instead of a new one. The zip of a full set, of 500, is
# then no larger than what the server takes back (maxUploadSize in .streamlit/config.toml).
AS_IT_IS = 200_000
MAX_NAME = 255  # letters of a file's name: no file system has longer ones, a zip's directory may
_KIND = re.compile(r"\.[A-Za-z0-9]{1,5}\Z")  # .jpg, behind a name
QUALITIES = (90, 75, 60, 40, 20, 5)  # of a new JPEG file: the first that keeps to AS_IT_IS


@dataclass(frozen=True, eq=False)
class OwnPhoto:
    """A photo, its label (None: not sorted yet) and the frame of its crop, as Photo.crop takes it.

    file: a JPEG or PNG with exactly the photo's pixels, where there is one.
    Shapes: pixels (64, 64, 3) uint8, read-only.
    """

    name: str  # the file's own, which may be anybody's text
    photo: Photo
    label: Label | None = None
    x: float = 0.5
    y: float = 0.5
    zoom: float = 1.0
    file: bytes = field(default=b"", repr=False)

    @cached_property
    def id(self) -> str:
        """Of the content: sixteen hexadecimal digits, the same for the same pixels."""
        shape = np.array(self.photo.pixels.shape[:2], np.int64)
        return hashlib.sha256(shape.tobytes() + self.photo.pixels.tobytes()).hexdigest()[:16]

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """The crop: what the neurons see."""
        (crop,) = self.crops((SIZE,))
        crop.flags.writeable = False
        return crop

    def crops(self, sides: Sequence[int]) -> Crops:
        """The frame with so many pixels a side, for each of `sides`: of the small file that is kept, decoded
        for this zoom.
        """
        photo = read_photo(self.file, zoom=self.zoom) if self.file else self.photo
        return photo.crops(sides, self.x, self.y, self.zoom)

    @property
    def size(self) -> int:
        """How many bytes of memory it holds."""
        return self.photo.pixels.nbytes + len(self.file) + SIZE * SIZE * 3

    def packed(self) -> bytes:
        """As a file, JPEG or PNG."""
        return self.file or encoded(self.photo.pixels)

    def sorted_under(self, label: Label | None) -> "OwnPhoto":
        """The same with a label; its crop and its id, which take a while, come along."""
        return self if label == self.label else self._with(label=label)

    def numbered(self, number: int) -> "OwnPhoto":
        """The same, with a number behind its name: ball 2.jpg."""
        kind = self.name[len(self._stem) :]
        behind = f" {number}{kind}"
        return self._with(name=self._stem[: MAX_NAME - len(behind)] + behind)

    @cached_property
    def called(self) -> str:
        """Its name without its kind, the same for all that some system takes for one name."""
        return composed(self._stem).casefold()

    @property
    def _stem(self) -> str:
        """Its name without its kind. What ends in a number of `numbered` is none: all of them differ."""
        return _KIND.sub("", self.name)

    def _with(self, **changed: Any) -> "OwnPhoto":
        made = replace(self, **changed)
        vars(made).update({name: vars(self)[name] for name in ("id", "pixels") if name in vars(self)})
        return made

    def framed(self, x: float, y: float, zoom: float) -> "OwnPhoto":
        """The same with its frame elsewhere; what is outside is clamped, what is no number is ignored."""
        if not all(map(math.isfinite, (x, y, zoom))):
            return self
        x, y, zoom = min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0), min(max(zoom, 1.0), MAX_ZOOM)
        return self if (x, y, zoom) == (self.x, self.y, self.zoom) else replace(self, x=x, y=y, zoom=zoom)


def on_one_line(name: str) -> str:
    """A file's name as it can stand in a sentence: any space as a plain one; control characters, such as a
    line's end or a turn of the direction of reading, as �.
    """
    return "".join("�" if is_control(c) else " " if c.isspace() else c for c in name)


def read_own(name: str, data: bytes) -> OwnPhoto:
    """The bytes of an upload as a photo of one's own, shrunk; its name up to MAX_NAME. Errors: PhotoError."""
    name, photo = name[:MAX_NAME], read_photo(data)
    small = _shrunk(photo.pixels)
    if small is photo.pixels and len(data) <= AS_IT_IS and _is_bare(photo.kind, data):
        return OwnPhoto(name, photo, file=data)
    file = encoded(small)
    pixels = read_photo(file).pixels  # as the file has them: they are what is brought back
    return OwnPhoto(name, Photo(pixels, photo.kind, photo.original), file=file)


def encoded(pixels: NDArray[np.uint8]) -> bytes:
    """A small file of the picture (height, width, 3) uint8: PNG up to 128 pixels a side, else JPEG.

    The JPEG keeps to AS_IT_IS bytes if any of QUALITIES does.
    """
    picture = Image.fromarray(pixels)
    if max(pixels.shape) <= 128:
        return _saved(picture, format="PNG")
    for quality in QUALITIES:
        file = _saved(picture, format="JPEG", quality=quality)
        if len(file) <= AS_IT_IS:
            break
    return file


def _saved(picture: Image.Image, **how: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, **how)
    return buffer.getvalue()


def _shrunk(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The plain average over squares, as small as said above; the very same array where it is so already."""
    height, width = pixels.shape[:2]
    scale = max(LONGEST / max(height, width), SHORTEST / min(height, width))
    if scale >= 1:
        return pixels
    size = (max(1, round(scale * width)), max(1, round(scale * height)))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))


def _is_bare(kind: str, data: bytes) -> bool:
    """Whether the file holds the pixels and nothing else: no place, no time, no profile, no turn."""
    return kind in ("JPEG", "PNG") and read_header(data).data == data
