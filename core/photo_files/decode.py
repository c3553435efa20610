"""Header → pixels: decode, lay on white, shrink, bring to sRGB, turn upright.

A picture is shrunk by averaging whole squares of factor × factor pixels, strip by strip, so that only the
decoder's own picture is ever large. A JPEG's decoder is asked for 1/2, 1/4 or 1/8 of the size to begin with:
it leaves out the finest waves of each block of 8 × 8, which is quicker than making pixels and averaging them.
"""

import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
from pillow_heif.as_plugin import HeifImageFile

from core.photo_files.header import MAX_BYTES, MEGA, Header, PhotoError, damaged, truncated
from core.photo_files.jpeg import with_other_end
from core.photo_files.png_key import load_with_key
from core.photo_files.png_rows import has_all_rows, is_large, may_lack_rows
from core.photo_files.profile import without_stages
from core.photo_files.quiet import quiet_libtiff
from core.photo_files.tiff import orientation

LONGEST, SHORTEST = 1024, 192  # about how long to make one side; the other keeps 3 pixels per input
FINEST = 8.0  # the zoom that a photo is decoded for unless less is asked for
STRIP = 2 * MEGA  # pixels that are converted at once

# The classes are called directly: Image.open would also try formats that run programs, and warns.
_DECODERS: dict[str, Callable[[io.BytesIO], ImageFile.ImageFile]] = {
    "JPEG": JpegImagePlugin.JpegImageFile,
    "PNG": PngImagePlugin.PngImageFile,
    "GIF": GifImagePlugin.GifImageFile,
    "WebP": WebPImagePlugin.WebPImageFile,
    "BMP": BmpImagePlugin.BmpImageFile,
    "TIFF": TiffImagePlugin.TiffImageFile,
    "HEIC": HeifImageFile,
    "AVIF": AvifImagePlugin.AvifImageFile,
}
_TURNS = {  # EXIF orientation → what turns the picture upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LAST_COLUMN_FIRST, _LAST_ROW_FIRST = {2, 3, 6, 7}, {3, 4, 7, 8}  # of the upright picture
_ALPHA = {"LA", "La", "PA", "RGBA", "RGBa"}
_PROFILE_MODES = {"GRAY": "L", "RGB ": "RGB", "CMYK": "CMYK"}


@dataclass(frozen=True)
class Decoded:
    """RGB, upright, shrunk by a whole factor. original = (width, height) before that.

    inside = (left, top, width, height) of the photo in the picture's pixels: where the factor does not divide
    a side, the pixels of one edge lie partly outside.
    """

    picture: Image.Image
    original: tuple[int, int]
    inside: tuple[float, float, float, float]


def decode(header: Header, zoom: float = FINEST) -> Decoded:
    """The picture as large as crops up to this zoom need it.

    Errors: PhotoError for whatever the decoder cannot read.
    """
    if header.kind == "JPEG" and header.cut:
        zoom = FINEST  # so that it is refused or not, however closely it will be looked at
    try:
        with _DECODERS[header.kind](io.BytesIO(header.data)) as image:
            if header.kind not in ("HEIC", "AVIF") and image.size != (header.width, header.height):
                raise damaged(header.kind)
            width, height = image.size
            if width * height > header.width * header.height:  # HEIF's boxes contradict each other
                raise damaged(header.kind)
            factor = _factor(width, height, zoom)
            if header.kind == "JPEG":
                _draft(image, zoom)
                factor = _factor(*image.size, zoom)
            if header.kind == "TIFF":
                quiet_libtiff()
            if isinstance(image, PngImagePlugin.PngImageFile):
                counted = header.cut or is_large(header.data)
                if counted and not has_all_rows(header.data):
                    raise truncated("PNG")
                load_with_key(image, header.data)
                if not counted and may_lack_rows(image) and not has_all_rows(header.data):
                    raise truncated("PNG")
            else:
                image.load()
            if header.kind in ("HEIC", "AVIF") and image.size != (width, height):
                raise damaged(header.kind)
            if header.kind == "JPEG" and _lacks_rows(image, header, zoom):
                raise truncated("JPEG")
            total = round(width / image.width) * factor
            shown: Image.Image = image
            if header.part:
                shown = image.crop(header.part)
            if header.paper:
                shown = _on_paper(shown, *header.paper)
            if shown is not image:
                width, height = shown.size
                total = factor = _factor(width, height, zoom)
            small = _to_rgb(_shrink(shown, factor, header), header.icc or image.info.get("icc_profile"))
            turn = header.orientation
            if header.kind == "AVIF":  # its decoder hands the container's turn on as if it were EXIF's
                turn = orientation(image.info.get("exif", b""))
            upright = small.transpose(_TURNS[turn]) if turn in _TURNS else small
            original = (height, width) if turn >= 5 else (width, height)
            return Decoded(upright, original, _inside(upright.size, original, total, turn))
    except PhotoError:
        raise
    # Decoders meet damage with a dozen kinds of error, and the person needs one sentence.
    except Exception as error:
        raise (truncated if header.cut else damaged)(header.kind) from error


def _draft(image: ImageFile.ImageFile, zoom: float) -> None:
    """Ask the decoder of a JPEG for no more pixels than that zoom takes."""
    factor = _factor(*image.size, zoom)
    image.draft(None, (max(1, image.width // factor), max(1, image.height // factor)))
    image.decodermaxblock = MAX_BYTES  # what is coded arithmetically is not read in parts


def _lacks_rows(image: Image.Image, header: Header, zoom: float) -> bool:
    """Whether a decoded JPEG turns out otherwise with other bits behind those that came.

    It is tried where the end is lost, and where the last pixel is as grey as what a decoder puts in for rows
    that did not come.
    """
    last = image.getpixel((image.width - 1, image.height - 1))
    numbers = last if isinstance(last, tuple) else (last,)
    grey = {127, 128}.issuperset(numbers)  # 127 is 255 − 128, of inks
    return (header.cut or grey) and zlib.crc32(image.tobytes()) != _drawn_otherwise(header, zoom)


def _drawn_otherwise(header: Header, zoom: float) -> int:
    with JpegImagePlugin.JpegImageFile(io.BytesIO(with_other_end(header))) as image:
        _draft(image, zoom)
        image.load()
        return zlib.crc32(image.tobytes())


def _factor(width: int, height: int, zoom: float) -> int:
    """The whole number by which a photo is shrunk: a crop keeps 3 pixels per input, or all that it has."""
    longest, shortest = max(width, height), min(width, height)
    return max(1, min(round(longest / LONGEST), shortest // SHORTEST), int(shortest / (SHORTEST * zoom)))


def _inside(
    size: tuple[int, int], original: tuple[int, int], factor: int, turn: int
) -> tuple[float, float, float, float]:
    """Where the photo lies in its shrunk picture: what was its last column or row may have been turned."""
    width, height = original[0] / factor, original[1] / factor
    left = size[0] - width if turn in _LAST_COLUMN_FIRST else 0.0
    top = size[1] - height if turn in _LAST_ROW_FIRST else 0.0
    return left, top, width, height


def _on_paper(frame: Image.Image, width: int, height: int, left: int, top: int) -> Image.Image:
    """The frame on its white sheet."""
    paper = Image.new("RGB", (width, height), "white")
    for part in _strips(frame, max(1, STRIP // frame.width)):
        paper.paste(_plain(part, 255.0), (left, top))
        top += part.height
    return paper


def _shrink(image: Image.Image, factor: int, header: Header) -> Image.Image:
    """Average squares of factor × factor pixels, strip by strip. Modes: any → L, RGB or CMYK, on white."""
    rows = max(1, STRIP // (image.width * factor)) * factor
    white = _white(image)
    strips = []
    for part in _strips(image, rows):
        strip = _plain(part, white)
        if header.inverted and strip.mode == "CMYK":
            strip = Image.eval(strip, lambda ink: 255 - ink)
        strips.append(strip.reduce(factor) if factor > 1 else strip)
    if len(strips) == 1:
        return strips[0]
    small = Image.new(strips[0].mode, (strips[0].width, sum(strip.height for strip in strips)))
    top = 0
    for strip in strips:
        small.paste(strip, (0, top))
        top += strip.height
    return small


def _strips(image: Image.Image, rows: int) -> Iterator[Image.Image]:
    if rows >= image.height:  # no copy: most photos of a folder are as small
        yield image
        return
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _white(image: Image.Image) -> float:
    """What counts as white; for I and F (32-bit and float pixels) no file says it: the next usual value."""
    if image.mode.startswith("I;16"):
        return 65535.0
    if image.mode not in ("I", "F"):
        return 255.0
    brightest = max(
        float(np.nan_to_num(np.asarray(strip), nan=0.0, posinf=0.0, neginf=0.0).max())
        for strip in _strips(image, max(1, STRIP // image.width))
    )
    usual = (65535.0,) if image.mode == "I" else (1.0, 255.0, 65535.0)
    return next((white for white in usual if brightest <= white), brightest)


def _plain(strip: Image.Image, white: float) -> Image.Image:
    """One of the modes L, RGB, CMYK: deep pixels scaled to 8 bits, transparent ones laid on white."""
    if strip.mode.startswith("I") or strip.mode == "F":
        values = np.nan_to_num(np.asarray(strip).astype(np.float32), nan=0.0, posinf=white, neginf=0.0)
        grey = Image.fromarray(np.clip(values * (255 / white) + 0.5, 0, 255).astype(np.uint8))
        clear = strip.info.get("transparency")
        if isinstance(clear, int):
            grey.paste(255, mask=Image.fromarray(np.asarray(strip) == clear))
        return grey
    if strip.mode in _ALPHA or "transparency" in strip.info:
        if strip.mode in ("La", "RGBa"):  # colours that are already multiplied by alpha
            strip = strip.convert(strip.mode.upper())
        strip = strip.convert("RGBA")
        paper = Image.new("RGB", strip.size, "white")
        paper.paste(strip, mask=strip.getchannel("A"))
        return paper
    if strip.mode == "1":
        return strip.convert("L")
    if strip.mode == "LAB":
        to_srgb = ImageCms.buildTransform(
            ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB"
        )
        return to_srgb.apply(strip)
    return strip if strip.mode in ("L", "RGB", "CMYK") else strip.convert("RGB")


def _to_rgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """The colours that the embedded profile means, in sRGB; where it is unusable, by plain arithmetic."""
    if icc is not None:
        try:
            profile = ImageCms.ImageCmsProfile(io.BytesIO(without_stages(icc)))
            mode = _PROFILE_MODES.get(profile.profile.xcolor_space)
            if mode == "RGB" and image.mode == "L":  # three equal numbers
                image = image.convert(mode)
            if mode == image.mode:
                converted = ImageCms.profileToProfile(
                    image,
                    profile,
                    ImageCms.createProfile("sRGB"),
                    renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
                    outputMode="RGB",
                    flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
                )
                if converted is not None:
                    return converted
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            pass  # a damaged profile: the photo is worth more than its exact colours
    return image if image.mode == "RGB" else image.convert("RGB")
