"""One's own labelled photos: an immutable set, in memory only; every change gives a new one.

    pixels (m, 64, 64, 3), Y (3, m)      the crops and the multi-hot labels of those that are sorted, in order

No photo is in a set twice, and so none on both sides of `split`; a label that was given is never replaced by
one that comes with the same photo. Photos of one name (some phones call all theirs image.jpg) are told apart
by a number, which is theirs for good. What is held is bounded, and what no longer fits is told in a sentence;
nothing that was there is lost.

Shapes: pixels uint8, Y float32; columns are examples.
Errors: PhotoError, one sentence, for a photo that is there already, with nothing new, or no longer fits.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.own_photos.own_photo import Label, OwnPhoto
from core.photo_files.header import MEGA
from core.photos import SIZE, PhotoError

MAX_PHOTOS, MAX_MEGABYTES = 500, 300  # a photo of a phone takes 0.6 MB
FULL = (
    f"There is no room for it: {MAX_PHOTOS} photos or {MAX_MEGABYTES} MB is the most that is kept; "
    "remove some and add it once more."
)
TWICE = "This photo is among yours already."
OTHERWISE = "This photo is among yours already, sorted differently: its label stays."


class SetFull(PhotoError):
    """No further photo fits."""


@dataclass(frozen=True)
class PhotoSet:
    """Photos in the order in which they came. Every method returns a new set and leaves this one as it is."""

    photos: tuple[OwnPhoto, ...] = ()

    def __len__(self) -> int:
        return len(self.photos)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(photo.id for photo in self.photos)

    @property
    def labels(self) -> tuple[Label | None, ...]:
        return tuple(photo.label for photo in self.photos)

    @property
    def size(self) -> int:
        """How many bytes of memory it holds."""
        return sum(photo.size for photo in self.photos)

    def find(self, id: str | None) -> OwnPhoto | None:
        return next((photo for photo in self.photos if photo.id == id), None)

    def add(self, *photos: OwnPhoto) -> "PhotoSet":
        """With these behind; one that is there already, not sorted yet, takes the label that comes with it.

        Errors: PhotoError for the first that is there and brings nothing new, or that no longer fits.
        """
        place, size, added = {id: i for i, id in enumerate(self.ids)}, self.size, list(self.photos)
        for photo in photos:
            there = added[place[photo.id]] if photo.id in place else None
            if there is not None:
                if photo.label is None or there.label is not None:
                    raise PhotoError(TWICE if photo.label in (None, there.label) else OTHERWISE)
                added[place[photo.id]] = there.sorted_under(photo.label)
                continue
            size += photo.size
            if len(added) == MAX_PHOTOS or size > MAX_MEGABYTES * MEGA:
                raise SetFull(FULL)
            place[photo.id] = len(added)
            added.append(_numbered(photo, added))
        return PhotoSet(tuple(added))

    def remove(self, ids: Iterable[str]) -> "PhotoSet":
        gone = set(ids)
        return PhotoSet(tuple(photo for photo in self.photos if photo.id not in gone))

    def labelled(self, ids: Iterable[str], label: Label | None) -> "PhotoSet":
        """With these photos sorted under the label. Errors: ValueError for what is no label."""
        if label is not None and (len(label) != 3 or not set(label) <= {0, 1}):
            raise ValueError(f"a label is three times 0 or 1, not {label}")
        chosen = set(ids)
        return self._changed(lambda photo: photo.sorted_under(label) if photo.id in chosen else photo)

    def cropped(self, id: str, x: float, y: float, zoom: float) -> "PhotoSet":
        """With the frame of one photo moved."""
        return self._changed(lambda photo: photo.framed(x, y, zoom) if photo.id == id else photo)

    def with_label(self) -> "PhotoSet":
        """Those that are sorted."""
        return PhotoSet(tuple(photo for photo in self.photos if photo.label is not None))

    def tensors(self) -> tuple[Tensor, Tensor]:
        """What a network is trained on. Shapes: → pixels (m, 64, 64, 3) uint8, Y (3, m) float32."""
        chosen = self.with_label().photos
        pixels = np.zeros((len(chosen), SIZE, SIZE, 3), np.uint8)
        for place, photo in enumerate(chosen):
            pixels[place] = photo.pixels
        Y = torch.tensor([photo.label for photo in chosen], dtype=torch.float32).reshape(-1, 3).T  # (3, m)
        return torch.from_numpy(pixels), Y.contiguous()

    def split(self, share: float = 0.3) -> tuple["PhotoSet", "PhotoSet"]:
        """(for training, held back): of every label about `share` of its photos, chosen by their content.

        A label with at least two photos is on both sides; the only photo of a label is trained on. A photo
        stays where it is when its crop moves or the order changes. Photos without a label are on no side.
        Errors: ValueError unless 0 < share < 1.
        """
        if not 0 < share < 1:
            raise ValueError(f"share must lie between 0 and 1, not {share}")
        held: set[str] = set()
        chosen = self.with_label()
        for label in set(chosen.labels):
            ids = sorted(photo.id for photo in chosen.photos if photo.label == label)
            most = len(ids) - 1
            held.update(ids[: min(most, max(1, round(share * len(ids))))])
        back = PhotoSet(tuple(photo for photo in chosen.photos if photo.id in held))
        return chosen.remove(held), back

    def _changed(self, change: Callable[[OwnPhoto], OwnPhoto]) -> "PhotoSet":
        """Itself where nothing changes, so that whoever shows it has nothing to do."""
        photos = tuple(change(photo) for photo in self.photos)
        same = all(new is old for new, old in zip(photos, self.photos, strict=True))
        return self if same else PhotoSet(photos)


def _numbered(photo: OwnPhoto, others: Iterable[OwnPhoto]) -> OwnPhoto:
    """With a number behind its name where one of them is called so already, whatever its kind.

    One that comes sorted, out of a folder, has its name from there: it differs from those that are not sorted
    or under the same label only.
    """
    taken = {other.called for other in others if photo.label is None or other.label in (None, photo.label)}
    named, number = photo, 1
    while named.called in taken:
        number += 1
        named = photo.numbered(number)
    return named
