"""Which photos weights have learned from: kept beside them, so that nobody unknowingly measures on these.

    learned.photos    int32 (m,): the mark of each photo that some step may have seen (PhotoFolder.marks)

A photo is known again where its file has the same name and as many bytes, in whatever folder it lies by now.
"""

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load
from torch import Tensor

from core.own_photos.photo_set import PhotoSet
from core.own_photos.photo_zip import saved_files
from core.photo_folder.folder import PhotoFolder, mark
from core.weights import MAX_NAMES, read_tensors

NAME = "learned.photos"


def as_tensors(marks: NDArray[np.int32]) -> dict[str, Tensor]:
    """What stands beside weights that have learned from the photos with these marks. Shapes: marks (m,)."""
    return {NAME: torch.tensor(marks)}


def saved(photos: PhotoSet, learn: PhotoSet) -> NDArray[np.int32]:
    """The marks of `learn`, which are some of `photos`, as files of the set once it is saved and unpacked."""
    ids = set(learn.ids)
    marks = [mark(path.encode(), len(data)) for path, photo, data in saved_files(photos) if photo.id in ids]
    return np.array(marks, np.uint32).view(np.int32)


def marks_in(data: bytes) -> frozenset[int]:
    """The marks beside the weights in a file, which core.weights' `network_from_bytes` has taken."""
    marks = load(data).get(NAME)
    if marks is None or marks.dtype != torch.int32:
        return frozenset()
    return frozenset(marks.flatten().numpy().view(np.uint32).tolist())


def known(marks: frozenset[int], photos: PhotoSet) -> PhotoSet:
    """Those of a set's sorted photos from which weights with these marks have learned."""
    if not marks:
        return PhotoSet()
    return PhotoSet(
        tuple(p for path, p, file in saved_files(photos) if mark(path.encode(), len(file)) in marks)
    )


def learned(weights: Path, folder: PhotoFolder) -> Tensor:
    """From which of a folder's photos these weights have learned, if they say so at all.

    Shapes: → (m,) bool. Errors: WeightsError.
    """
    marks = read_tensors(weights, most=MAX_NAMES)[0].get(NAME)
    if marks is None or marks.dtype != torch.int32:
        return torch.zeros(len(folder), dtype=torch.bool)
    return torch.isin(torch.tensor(folder.marks), marks)
