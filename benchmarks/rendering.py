"""What a rendered photo costs, against decoding one: `python -m benchmarks rendering`.

The peer is one 512 x 512 JPEG, opened, converted to RGB and resized to 64 x 64 (LANCZOS, no draft mode) by
Pillow. The JPEG is made here: a rendered photo enlarged to 512 pixels, with fine detail added so that its
size is that of a real photo, quality 90. Both run in this process in turns, so that a busy machine slows
both; the ratio is the median of the turns' ratios.
"""

import io
import os
import statistics
import time

import numpy as np
import torch
from PIL import Image

from core.balls import GALLERY_SEED, TRAIN_SEED, dataset, labels, render

TURNS = 9
BATCH = 256
JPEGS = 16
TARGET = 0.5


def realistic_jpeg() -> bytes:
    """A 512 x 512 JPEG of quality 90 with a photo's detail."""
    small = Image.fromarray(render(GALLERY_SEED, [12], device="cpu").pixels[0].numpy())
    large = np.asarray(small.resize((512, 512), Image.Resampling.BICUBIC), dtype=np.float32)
    detail = np.random.default_rng(0).normal(0, 5, large.shape)
    buffer = io.BytesIO()
    Image.fromarray((large + detail).clip(0, 255).astype(np.uint8)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def decode(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data)).convert("RGB").resize((64, 64), Image.Resampling.LANCZOS)


def main() -> None:
    start = time.perf_counter()
    render(TRAIN_SEED, range(BATCH), device="cpu")
    first = time.perf_counter() - start
    data = realistic_jpeg()
    rendering, decoding = [], []
    for turn in range(TURNS):
        start = time.perf_counter()
        render(TRAIN_SEED, range(turn * BATCH, (turn + 1) * BATCH), device="cpu")
        rendering.append((time.perf_counter() - start) / BATCH)
        start = time.perf_counter()
        for _ in range(JPEGS):
            decode(data)
        decoding.append((time.perf_counter() - start) / JPEGS)
    render_ms, decode_ms = statistics.median(rendering) * 1e3, statistics.median(decoding) * 1e3
    ratio = statistics.median(r / d for r, d in zip(rendering, decoding, strict=True))
    verdict = "met" if ratio <= TARGET else "missed"
    start = time.perf_counter()
    photos = dataset(TRAIN_SEED, 4096, device="cpu")
    data_set = time.perf_counter() - start
    start = time.perf_counter()
    labels(TRAIN_SEED, torch.arange(1_000_000))
    million = time.perf_counter() - start
    rows = (
        (f"first batch of {BATCH}, with the tables made once per process", f"{first:8.2f} s"),
        (f"render one photo, in batches of {BATCH}, on one thread", f"{render_ms:8.3f} ms"),
        (f"decode and resize one 512-pixel JPEG of {len(data) / 1000:.0f} kB", f"{decode_ms:8.3f} ms"),
        (f"ratio, median of {TURNS} turns", f"{ratio:8.3f}     target: at most {TARGET}, {verdict}"),
        ("render 4,096 photos", f"{data_set:8.2f} s"),
        ("their size in memory, uint8", f"{photos.pixels.nbytes / 1e6:8.1f} MB"),
        ("1,000,000 labels without rendering", f"{million:8.2f} s"),
    )
    print(f"{os.cpu_count()} CPU cores, torch {torch.__version__}")
    for what, value in rows:
        print(f"{what:60s}{value}")


if __name__ == "__main__":
    main()
