"""A photo that a person brings: a phone's photo to four answers, and the slowest refusal.

The phone photo is 4000 × 3000 (12 megapixels), a rendered ball enlarged with noise, JPEG quality 90. The peer
is Pillow alone on the same bytes: open, convert to RGB, resize to 64 × 64. Refused files are ones that claim
to be huge, are broken, or are no photos.
"""

import io
import time
import zlib
from collections.abc import Callable
from statistics import median

import numpy as np
from PIL import Image

from core.balls import render
from core.judging import ANSWERS, judge
from core.photos import PhotoError, read_photo
from core.weights import load_model

REPEATS = 7


def main() -> None:
    """Print milliseconds and ratios."""
    phone = phone_photo(phone_picture())
    models = {name: load_model(model) for name, model in ANSWERS.items()}

    def ours() -> None:
        judge(models, [read_photo(phone)])

    def pillow() -> None:
        with Image.open(io.BytesIO(phone)) as picture:
            picture.convert("RGB").resize((64, 64), Image.Resampling.LANCZOS)

    both = [(_milliseconds(ours), _milliseconds(pillow)) for _ in range(REPEATS)]
    mine, peer = (median(times) for times in zip(*both, strict=True))
    print(f"12-megapixel JPEG ({len(phone) / 1e6:.1f} MB) to the four answers: {mine:.0f} ms")
    print(f"Pillow alone, open + RGB + resize: {peer:.0f} ms; ratio {mine / peer:.2f}")
    times = {name: _milliseconds(lambda data=data: _refused(data)) for name, data in _refusals().items()}
    slowest = max(times, key=times.__getitem__)
    print(f"slowest of {len(times)} refusals: {slowest}, {times[slowest]:.0f} ms (target 1000 ms)")


def _milliseconds(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def phone_picture(index: int = 5) -> Image.Image:
    """A rendered ball as a phone takes it: 4000 × 3000 pixels, with noise."""
    ball = Image.fromarray(render(3, [index], device="cpu").pixels[0].numpy())
    large = np.asarray(ball.resize((4000, 3000), Image.Resampling.BICUBIC), dtype=np.int16)
    noise = np.random.default_rng(0).integers(-6, 7, large.shape, dtype=np.int16)
    return Image.fromarray((large + noise).clip(0, 255).astype(np.uint8))


def phone_photo(picture: Image.Image) -> bytes:
    """Its JPEG file."""
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def _refused(data: bytes) -> None:
    try:
        read_photo(data)
    except PhotoError:
        return
    raise AssertionError("this file should have been refused")


def _chunk(name: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")


def _png(width: int, height: int, pixels: bytes, *more: bytes) -> bytes:
    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    parts = (_chunk(b"IHDR", header), *more, _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _refusals() -> dict[str, bytes]:
    phone, zeros = phone_photo(phone_picture()), zlib.compress(bytes(20_000_000), 9)
    noise = np.random.default_rng(0).integers(0, 6, (7000, 3 * 7000 + 1), dtype=np.uint8)
    noise[:, 0] = 0  # no filter in any row
    almost = bytearray(zlib.compress(noise.tobytes(), 1))
    almost[-50_000] ^= 0xFF
    noise[:, 0] = 4  # Paeth's filter in each, the slowest
    slowest = _png(7000, 7000, zlib.compress(noise.tobytes(), 1))
    gif = io.BytesIO()
    Image.new("L", (64, 64)).save(gif, "GIF")
    palette_end = 13 + 3 * 2 ** ((gif.getvalue()[10] & 7) + 1)
    return {
        "an empty file": b"",
        "a PNG of 50,000 × 50,000": _png(50_000, 50_000, zeros),
        "a PNG of 1 × 100,000": _png(1, 100_000, zeros),
        "a 49-megapixel PNG, damaged near its end": _png(7000, 7000, bytes(almost)),
        "the end of a 49-megapixel PNG cut off": slowest[:-200_000],
        "a PNG of 200,000 chunks": _png(64, 64, zeros, *[_chunk(b"tEXt", b"")] * 200_000),
        "a GIF of 2,000,000 comments": gif.getvalue()[:palette_end] + b"!\xfe\0" * 2_000_000,
        "half of a 12-megapixel JPEG": phone[: len(phone) // 2],
        "40 MB of zeros": bytes(40_000_000),
        "an SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "a renamed ZIP": b"PK\x03\x04" + bytes(1000),
    }


if __name__ == "__main__":
    main()
