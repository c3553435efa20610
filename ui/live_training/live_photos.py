"""The photos of a live run: those that it learns from, which take seconds to render, and the one watched."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.balls import MIXED, TEST_SEED, Photos
from core.pixels import N
from ui import renderings

TESTED_ON = 1024


@dataclass(frozen=True)
class WatchedPhoto:
    """data: the bytes of its pixels; label: multi-hot, None if nobody has said; own: a person's."""

    data: bytes
    label: tuple[float, ...] | None
    caption: str
    own: bool = False

    @property
    def pixels(self) -> NDArray[np.uint8]:
        """uint8 (64, 64, 3)."""
        return np.frombuffer(self.data, np.uint8).reshape(64, 64, 3)


NO_PHOTO = WatchedPhoto(bytes([128]) * N, (0.0, 0.0, 0.0), "a grey photo")


class LivePhotos(Protocol):
    """The training and the test photos, or None as long as `done` of `count` are rendered."""

    @property
    def done(self) -> int: ...

    @property
    def count(self) -> int: ...

    def __call__(self) -> tuple[Photos, Photos] | None: ...


class RenderedPhotos:
    """The 4,096 training photos that all pages share, and the test photos that no training saw."""

    def __init__(self) -> None:
        self._ask()

    def _ask(self) -> None:
        self._parts = (renderings.rendering(), renderings.rendering(MIXED, TESTED_ON, TEST_SEED))

    @property
    def done(self) -> int:
        return sum(part.done for part in self._parts)

    @property
    def count(self) -> int:
        return sum(part.count for part in self._parts)

    def __call__(self) -> tuple[Photos, Photos] | None:
        if any(part.error is not None for part in self._parts):
            self._ask()  # after a while they are begun anew
        train, test = self._parts
        if train.error is None and test.error is None and (train.photos is None or test.photos is None):
            return None
        return train.wait(0), test.wait(0)
