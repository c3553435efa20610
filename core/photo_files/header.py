"""Header: the few facts of a picture file that are known before it is decoded, and the limits they must keep.

A decoder's memory grows with the pixels that a header *claims*, not with the bytes that were sent: a few
hundred bytes can ask for gigabytes. So each format has a limit in pixels, chosen for the bytes that its
decoder was measured to hold for one pixel: GIF 1.5, PNG 4.5 (7 with a clear colour of 16 bits), BMP 5,
progressive JPEG 6 to 8, TIFF 8 to 11, HEIC 7 (of 10 bits 15), AVIF 9 to 13, WebP 17 (two canvases and two
copies). All stay below 560 MB. A plain JPEG is shrunk while it is decoded: 0.1.
"""

from dataclasses import dataclass

MEGA = 1_000_000
MAX_BYTES = 64 * MEGA  # a 12-megapixel TIFF has 36 MB; larger uploads are no photos of a ball
MAX_PIXELS = {
    "JPEG": 200 * MEGA,  # as the largest phone sensors; decoded line by line at 1/2, 1/4 or 1/8 of its size
    "progressive JPEG": 64 * MEGA,  # all coefficients of all lines are held: 3 to 6 bytes per pixel
    "PNG": 64 * MEGA,
    "GIF": 64 * MEGA,
    "BMP": 64 * MEGA,
    "TIFF": 50 * MEGA,
    "HEIC": 50 * MEGA,  # an iPhone's largest is 8064 × 6048
    "10-bit HEIC": 33 * MEGA,  # a camera's 7008 × 4672
    "AVIF": 40 * MEGA,
    "WebP": 31 * MEGA,  # a camera's 6720 × 4480; those of web pages are far smaller
}
MAX_CANVAS = 25 * MEGA  # of an animation whose first frame does not cover it
MAX_ASPECT = 20  # a 64×64 square out of a longer strip would show a twentieth of it; panoramas have about 8
MAX_PROFILE = 4 * MEGA  # colour profiles of printers have up to 2 MB
EXPORT = "save it as JPEG or PNG and choose that file"
OTHER_FILE = "choose a JPEG, PNG, WebP, GIF, BMP, TIFF, HEIC or AVIF file"
AGAIN = "download or copy it once more and choose that file"


class PhotoError(ValueError):
    """The upload is no photo that can be shown; the message is one sentence for the person who sent it."""


@dataclass(frozen=True)
class Header:
    """Shapes: (height, width) as stored, that is before `orientation` (EXIF, 1 to 8) turns it upright."""

    kind: str
    width: int
    height: int
    data: bytes  # the same picture without the parts that carry no pixels
    orientation: int = 1
    icc: bytes | None = None  # the embedded colour profile
    part: tuple[int, int, int, int] | None = None  # left, top, right, bottom of what the file has pixels for
    paper: tuple[int, int, int, int] | None = None  # the sheet it lies on: width, height; left, top on it
    inverted: bool = False  # the decoder will turn the inks of this CMYK picture upside down: turn them back
    cut: bool = False  # the file ends early; whether pixels are missing, the decoder finds
    scan: tuple[int, int] = 0, 0  # from where to where in a JPEG's data numbers are that may lack some

    def check(self, limit: str | None = None) -> "Header":
        """Itself, or PhotoError if no picture of this size can be read; `limit` names a row of MAX_PIXELS."""
        width, height, limit = self.width, self.height, limit or self.kind
        if width < 1 or height < 1:
            raise damaged(self.kind)
        article = "an" if limit[0] == "A" else "a"
        if width * height > MAX_PIXELS[limit]:
            raise PhotoError(
                f"The picture claims {width} × {height} pixels, more than the {MAX_PIXELS[limit] // MEGA} "
                f"million that can be read from {article} {limit} file; "
                "save a smaller copy, for instance 2000 pixels wide, and choose that."
            )
        if max(width, height) > MAX_ASPECT * min(width, height):
            raise PhotoError(
                f"The picture is a strip of {width} × {height} pixels, and the neurons see a square; "
                f"cut out a part that is at most {MAX_ASPECT} times as long as it is wide."
            )
        return self


def on_paper(width: int, height: int, frame: tuple[int, int, int, int]) -> tuple[int, int, int, int] | None:
    """The sheet for a frame (left, top, width, height) that leaves some of its canvas bare.

    None where it leaves none, and where the canvas is larger or longer than any: the frame is the picture.
    """
    too_large = width * height > MAX_CANVAS or max(width, height) > MAX_ASPECT * min(width, height)
    return None if too_large or frame == (0, 0, width, height) else (width, height, *frame[:2])


def damaged(kind: str) -> PhotoError:
    """What is said of a file that contradicts itself or breaks its format."""
    return PhotoError(
        f"The {kind} file is damaged, or of a rare kind, and cannot be read; download it once more, or "
        f"{EXPORT}."
    )


def rare(kind: str) -> PhotoError:
    """What is said of pixels that decoders get wrong."""
    return PhotoError(f"This {kind} picture stores its numbers in a rare way; {EXPORT}.")


def truncated(kind: str, expected: int | None = None, present: int = 0) -> PhotoError:
    """`expected` bytes by the file's own account, where it gives one, of which `present` came.

    A length that is damaged asks for far more than there ever was.
    """
    if expected and present < expected / 10:
        return PhotoError(f"The {kind} file is damaged, or most of it is missing; {AGAIN}.")
    if expected and expected > present:
        missing = max(1, round(100 * (1 - present / expected)))
        return PhotoError(f"The {kind} file ends too early: {missing} % of it is missing; {AGAIN}.")
    return PhotoError(f"The {kind} file ends too early: a part of the picture is missing; {AGAIN}.")
