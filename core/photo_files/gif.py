"""GIF: a canvas, a palette, then blocks. Only the first image block, the first frame, is kept. What it leaves
bare of the canvas is clear, as browsers show it, whatever the file calls its background.

Source: GIF89a specification.
"""

from collections.abc import Iterator

from core.photo_files.header import Header, damaged, on_paper, truncated

MAX_BLOCKS = 500_000  # pixels come in blocks of up to 255 bytes


def read(data: bytes) -> Header:
    """The header of a GIF's first frame. Errors: PhotoError where it is damaged, cut off or too large."""
    if len(data) < 13:
        raise truncated("GIF")
    at = 13 + _palette(data[10])
    head = data[:at]
    control = b""  # the graphic control block before the frame: which colour is transparent
    steps = iter(range(MAX_BLOCKS))  # shared by all loops over blocks
    for _ in steps:
        if data[at : at + 1] == b",":
            break
        if data[at : at + 1] == b";":
            raise damaged("GIF")  # the end, and no picture came
        if data[at : at + 1] == b"\0":  # some writers end a block twice
            at += 1
            continue
        if data[at : at + 1] != b"!":
            raise truncated("GIF") if at >= len(data) else damaged("GIF")
        end = _after_blocks(data, at + 2, steps)
        if data[at + 1 : at + 2] == b"\xf9":
            control = data[at:end]
        at = end
    else:
        raise damaged("GIF")
    frame = data[at + 1 : at + 10]
    if len(frame) < 9:
        raise truncated("GIF")
    left, top, width, height = (int.from_bytes(frame[i : i + 2], "little") for i in (0, 2, 4, 6))
    if not width or not height:
        raise damaged("GIF")
    ended = data + b"\0"  # the frame's last block, where the file lacks it: all pixels may be there
    end = _after_blocks(ended, at + 10 + _palette(frame[8]) + 1, steps)
    parts = [head[:6], frame[4:8], head[10:], control, b",\0\0\0\0", ended[at + 5 : end], b";"]
    across, down = (int.from_bytes(data[i : i + 2], "little") for i in (6, 8))
    paper = on_paper(max(across, left + width), max(down, top + height), (left, top, width, height))
    return Header("GIF", width, height, b"".join(parts), cut=end > len(data), paper=paper).check()


def _palette(flags: int) -> int:
    """Bytes of the palette that follows these flags."""
    return 3 << ((flags & 7) + 1) if flags & 128 else 0


def _after_blocks(data: bytes, at: int, steps: Iterator[int]) -> int:
    """The place after a chain of sub-blocks (length, bytes) that a block of length 0 ends."""
    for _ in steps:
        if at >= len(data):
            raise truncated("GIF")
        length = data[at]
        at += 1 + length
        if length == 0:
            return at
    raise damaged("GIF")
