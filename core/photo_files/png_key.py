"""A PNG without alpha may name one grey or colour that is transparent: the key, in the depth of the file.

    a pixel is clear  ⇔  all bits of all its numbers are the key's

Pillow scales what it reads to 8 bits, but not the key. Of a colour of 16 bits it keeps the first 8, with
which two colours that differ in the last 8 are one; so those are read, too, and both halves are compared.
"""

import io
from functools import reduce

from PIL import Image, ImageChops, PngImagePlugin

ROWS = 2_000_000  # pixels that are compared at once


def load_with_key(image: PngImagePlugin.PngImageFile, data: bytes) -> None:
    """Decode an opened PNG in place; where its key is a colour of 16 bits, to RGBA."""
    key, depth = image.info.get("transparency"), data[24]
    if image.mode == "L" and isinstance(key, int):
        image.info["transparency"] = key * {2: 85, 4: 17}.get(depth, 1)
    if image.mode != "RGB" or depth != 16 or not isinstance(key, tuple):
        image.load()
        return
    low = _others(_last_bytes(data), [part & 255 for part in key])
    image.load()
    opaque = ImageChops.lighter(low, _others(image, [part >> 8 for part in key]))
    del image.info["transparency"]
    image.putalpha(opaque)


def _last_bytes(data: bytes) -> Image.Image:
    """The last 8 bits of each number, as RGB: bytes that are read as if the last one came first."""
    image = PngImagePlugin.PngImageFile(io.BytesIO(data))
    image.tile = [tile._replace(args="RGB;16L") for tile in image.tile]
    image.load()
    return image


def _others(image: Image.Image, colour: list[int]) -> Image.Image:
    """255 where a pixel has another colour, 0 where it has this one. Mode: RGB → L."""
    mask, rows = Image.new("L", image.size), max(1, ROWS // image.width)
    for top in range(0, image.height, rows):
        part = image.crop((0, top, image.width, min(top + rows, image.height)))
        # By Pillow's tables: NumPy takes five times as long for numbers that lie three by three.
        differ = [
            band.point([255 * (number != own) for number in range(256)])
            for band, own in zip(part.split(), colour, strict=True)
        ]
        mask.paste(reduce(ImageChops.lighter, differ), (0, top))
    return mask
