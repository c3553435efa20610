"""A person's own photos as further examples of a run: some to learn from, the others held back.

    X = [x_rendered | x_own | x_own mirrored]        a share of the m examples in use is own photos
    held back (held-out)                             never learned from: what they measure is worth something

Few photos are repeated until they are that share: by their indices, so nothing is copied. A mirrored ball is
the same ball. These photos live in memory alone; core.live_run.run sees to it that no file holds anything of
them.
"""

import hashlib
from dataclasses import dataclass

import torch
from torch import Tensor

from core.augmentation import with_mirror_images
from core.joined_columns import JoinedColumns
from core.pixels import SIZE


@dataclass(frozen=True, eq=False)
class OwnExamples:
    """p photos to learn from, h held back.

    Shapes: pixels (p, 64, 64, 3), held_pixels (h, 64, 64, 3) uint8; Y (3, p), held_Y (3, h) multi-hot.
    Errors: ValueError for other shapes, or for no photo to learn from.
    """

    pixels: Tensor
    Y: Tensor
    held_pixels: Tensor
    held_Y: Tensor

    def __post_init__(self) -> None:
        for pixels, Y in ((self.pixels, self.Y), (self.held_pixels, self.held_Y)):
            m = len(pixels)
            if pixels.dtype != torch.uint8 or tuple(pixels.shape) != (m, SIZE, SIZE, 3):
                raise ValueError(
                    f"photos are uint8 (m, {SIZE}, {SIZE}, 3), got {pixels.dtype} {tuple(pixels.shape)}"
                )
            if tuple(Y.shape) != (3, m):
                raise ValueError(f"{m} photos have labels (3, {m}), got {tuple(Y.shape)}")
        if len(self.pixels) == 0:
            raise ValueError("there is no photo of one's own to learn from")

    @property
    def count(self) -> int:
        """Photos to learn from."""
        return len(self.pixels)

    @property
    def held_count(self) -> int:
        """Photos to measure on."""
        return len(self.held_pixels)

    @property
    def lesson(self) -> bytes:
        """A name for what is learned from: the same for the same photos with the same labels."""
        found = hashlib.sha256(self.pixels.cpu().numpy().tobytes())
        found.update(self.Y.cpu().numpy().tobytes())
        return found.digest()

    def with_mirror_images(self) -> tuple[Tensor, Tensor]:
        """What is learned from: these, then their mirror images. Shapes: (2p, 64, 64, 3), (3, 2p)."""
        return with_mirror_images(self.pixels, self.Y)

    def same_as(self, other: "OwnExamples | None") -> bool:
        """Whether they are the same photos with the same labels in the same roles."""
        return other is self or (
            other is not None
            and torch.equal(self.pixels, other.pixels)
            and torch.equal(self.Y, other.Y)
            and torch.equal(self.held_pixels, other.held_pixels)
            and torch.equal(self.held_Y, other.held_Y)
        )

    def after(self, pixels: Tensor, Y: Tensor) -> tuple[JoinedColumns, Tensor]:
        """All examples: the rendered ones first, then these, then these mirrored.

        Shapes: pixels (M, 64, 64, 3), Y (3, M) → X (n, M + 2p), Y (3, M + 2p).
        """
        both, labels = self.with_mirror_images()
        return JoinedColumns((pixels, both)), torch.cat([Y, labels.to(Y)], dim=1)

    def mixed(self, rendered: Tensor, share: float, first: int) -> Tensor:
        """Which examples are in use when `share` of them are own photos: as many as before, m.

            own = share · m, rounded, 1 … m     each of the 2p photos ⌊own / 2p⌋ or ⌈own / 2p⌉ times
            m − own of the rendered, taken evenly from all of them

        Shapes: rendered (m,) indices → (m,). first: the index of the first own photo, M.
        """
        m, mine = len(rendered), 2 * self.count
        own = min(m, max(1, round(share * m)))
        kept = m - own
        even = torch.arange(kept) * m // max(1, kept)  # (kept,) places, evenly
        repeated = torch.arange(own) % mine  # the photos first, then their mirror images, and again
        return torch.cat([rendered[even], first + repeated])
