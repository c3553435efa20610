"""Pictures in every format and mode, made on the spot, for the tests of core.photos."""

import io
import struct
import zlib

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

from benchmarks.iphone_heic import iphone_heic

Pixels = NDArray[np.uint8]

JPEGS: list[dict[str, object]] = [  # ways to write one
    {},
    {"progressive": True},
    {"optimize": True},
    {"quality": 98, "subsampling": 0},
    {"restart_marker_rows": 1},
    {"restart_marker_blocks": 3, "progressive": True},
]


def gradient(height: int = 48, width: int = 80) -> Pixels:
    """Smooth, coloured and without any symmetry: (height, width, 3) uint8."""
    row, column = np.mgrid[0:height, 0:width]
    red, green, blue = column * 240 // width, row * 240 // height, (row + column) * 240 // (height + width)
    return np.stack([red, green, blue], axis=-1).astype(np.uint8)


def picture(mode: str = "RGB", height: int = 48, width: int = 80) -> Image.Image:
    """The gradient in a Pillow mode; alpha runs from left to right, deep modes carry the red channel."""
    rgb = Image.fromarray(gradient(height, width))
    red = np.asarray(rgb)[..., 0]
    if mode in ("RGBA", "LA"):
        rgb.putalpha(Image.fromarray(red))
        return rgb.convert(mode)
    if mode in ("P", "PA"):
        return rgb.quantize(64).convert(mode)
    if mode == "I;16":
        return Image.fromarray(red.astype(np.uint16) * 257)
    if mode == "I":
        return Image.fromarray(red.astype(np.int32) * 257)
    if mode == "F":
        return Image.fromarray(red.astype(np.float32) / 255)
    return rgb.convert(mode)


def on_white(image: Image.Image) -> Pixels:
    """Alpha blending by its definition: alpha · colour + (1 − alpha) · white, rounded."""
    rgba = np.asarray(image.convert("RGBA")).astype(np.float64)
    alpha = rgba[..., 3:] / 255
    return np.floor(alpha * rgba[..., :3] + (1 - alpha) * 255 + 0.5).astype(np.uint8)


def encode(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(image).save(buffer, **options)
    else:
        image.save(buffer, kind, **options)
    return buffer.getvalue()


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x010E] = "a description that is long enough to lie outside of the directory"
    tags[0x0112] = orientation
    return tags.tobytes()


def png(width: int, height: int, depth: int, colour: int, pixels: bytes, *chunks: bytes) -> bytes:
    """A PNG from its parts; `pixels` are the rows, each with its filter byte 0 in front."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(pixels))
    return b"".join([b"\x89PNG\r\n\x1a\n", header, *chunks, body, chunk(b"IEND", b"")])


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def tiff(width: int, height: int, *, bits: int = 8, strip: bytes = b"\0" * 64) -> bytes:
    """A grey, uncompressed TIFF that claims a size and brings one strip."""
    tags = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 1, bits),
        (259, 3, 1, 1),
        (262, 3, 1, 1),
        (273, 4, 1, 8 + 2 + 12 * 8 + 4),
        (278, 4, 1, height),
        (279, 4, 1, len(strip)),
    ]
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + entries + struct.pack("<I", 0) + strip


def without_segments(jpeg: bytes, marker: int) -> bytes:
    """A JPEG less its segments FF `marker`."""
    kept, at = [jpeg[:2]], 2
    while jpeg[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if jpeg[at + 1] != marker:
            kept.append(jpeg[at:end])
        at = end
    return b"".join([*kept, jpeg[at:]])


def one_of_each() -> dict[str, bytes]:
    """A small file of every format and packing, with EXIF and a colour profile where they go."""
    from PIL import ImageCms

    rgb, alpha, palette = picture(), picture("RGBA"), picture("P")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    extras = {"exif": exif(6), "icc_profile": profile}
    turned = [image.rotate(180) for image in (rgb, palette)]
    return {
        "JPEG": encode(rgb, "JPEG", **extras),
        "progressive JPEG": encode(rgb, "JPEG", progressive=True),
        "CMYK JPEG": encode(picture("CMYK"), "JPEG"),
        "MPO": encode(rgb, "MPO", save_all=True, append_images=turned[:1]),
        "PNG": encode(alpha, "PNG", **extras),
        "palette PNG": encode(palette, "PNG"),
        "GIF": encode(palette, "GIF", save_all=True, append_images=turned[1:]),
        "WebP": encode(rgb, "WEBP", **extras),
        "lossless WebP": encode(alpha, "WEBP", lossless=True),
        "animated WebP": encode(rgb, "WEBP", save_all=True, append_images=turned[:1]),
        "BMP": encode(rgb, "BMP"),
        "TIFF": encode(rgb, "TIFF", **extras),
        "LZW TIFF": encode(rgb, "TIFF", compression="tiff_lzw"),
        "deflate TIFF": encode(alpha, "TIFF", compression="tiff_deflate"),
        "JPEG TIFF": encode(rgb, "TIFF", compression="jpeg"),
        "HEIC": encode(rgb, "HEIC", exif=exif(6)),
        "HEIC in tiles": iphone_heic(rgb, 3, exif(6), tile=64, maps=True),
        "HEIC with alpha": encode(alpha, "HEIC"),
        "AVIF": encode(rgb, "AVIF", exif=exif(6)),
    }
