"""A small folder of photos, a folder a class, for the tests of what reads one."""

from pathlib import Path

import numpy as np
from PIL import Image

from core.balls import KINDS, Recipe, render


def write_photos(root: Path, count: int, *, seed: int = 5, **options: object) -> Path:
    """`count` rendered photos, doubled in size, as JPEGs in the folders of their labels."""
    photos = render(seed, range(count), Recipe(none=0.3, one=0.5, two=0.2, three=0), device="cpu")
    for i in range(count):
        name = "+".join(kind for kind, y in zip(KINDS, photos.Y[:, i], strict=True) if y) or "none"
        (root / name).mkdir(parents=True, exist_ok=True)
        large = np.repeat(np.repeat(photos.pixels[i].numpy(), 2, axis=0), 2, axis=1)
        Image.fromarray(large).save(root / name / f"{i:03}.jpg", quality=90, **options)
    return root
