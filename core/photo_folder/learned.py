"""Which photos weights have learned from: kept beside them, so that nobody measures them on those unawares.

    learned.photos    int32 (m,): the mark of each photo that some step may have seen (PhotoFolder.marks)

A photo is known again where its file has the same name and as many bytes, in whatever folder it lies by now.
"""

from pathlib import Path

import torch
from torch import Tensor

from core.photo_folder.folder import PhotoFolder
from core.weights import MAX_NAMES, read_tensors

NAME = "learned.photos"


def as_tensors(folder: PhotoFolder, which: Tensor) -> dict[str, Tensor]:
    """What stands beside weights that have learned from these photos. Shapes: which (m,) int64."""
    return {NAME: torch.tensor(folder.marks[which.numpy()])}


def learned(weights: Path, folder: PhotoFolder) -> Tensor:
    """From which of a folder's photos these weights have learned, if they say so at all.

    Shapes: → (m,) bool. Errors: WeightsError.
    """
    marks = read_tensors(weights, most=MAX_NAMES)[0].get(NAME)
    if marks is None or marks.dtype != torch.int32:
        return torch.zeros(len(folder), dtype=torch.bool)
    return torch.isin(torch.tensor(folder.marks), marks)
