"""AV1: a picture is a row of units (OBUs); its *sequence header* says how large a frame may be.

Read bit by bit, for what the container says of the size binds no decoder.
Source: AV1 bitstream and decoding process specification, sections 5.3 to 5.5.
"""

from core.photo_files.header import damaged

_SEQUENCE_HEADER, _MOST_UNITS = 1, 10_000


def largest_frame(data: bytes) -> tuple[int, int]:
    """(width, height) that no frame of these units exceeds. Errors: PhotoError if no unit says it."""
    sizes = [_frame(_Bits(unit)) for unit in _units(data)]
    if not sizes:
        raise damaged("AVIF")
    return max(width for width, _ in sizes), max(height for _, height in sizes)


def _units(data: bytes) -> list[bytes]:
    """The sequence headers."""
    found: list[bytes] = []
    at = 0
    for _ in range(_MOST_UNITS):
        if at >= len(data):
            return found
        kind, extended, sized = data[at] >> 3 & 15, data[at] & 4, data[at] & 2
        at += 2 if extended else 1
        length = len(data) - at
        if sized:
            length, at = _leb128(data, at)
        if kind == _SEQUENCE_HEADER:
            found.append(data[at : at + min(length, 256)])
        at += length
    raise damaged("AVIF")


def _leb128(data: bytes, at: int) -> tuple[int, int]:
    """(the number, the place after it): seven bits a byte, the lowest first."""
    value = 0
    for i, byte in enumerate(data[at : at + 8]):
        value |= (byte & 127) << 7 * i
        if byte < 128:
            return value, at + i + 1
    raise damaged("AVIF")


class _Bits:
    def __init__(self, data: bytes) -> None:
        self._number, self._left = int.from_bytes(data, "big"), 8 * len(data)

    def read(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise damaged("AVIF")
        return self._number >> self._left & (1 << count) - 1

    def skip_exp_golomb(self) -> None:
        """uvlc(): as many zeros as bits follow the one."""
        zeros = 0
        while not self.read(1):
            zeros += 1
        if zeros < 32:
            self.read(zeros)


def _frame(bits: _Bits) -> tuple[int, int]:
    """max_frame_width, max_frame_height of a sequence header; what stands before them is passed over."""
    bits.read(4)  # profile, still picture
    if bits.read(1):  # the short form of still pictures
        bits.read(5)
    else:
        delay = 0
        if bits.read(1):  # timing
            bits.read(64)
            if bits.read(1):
                bits.skip_exp_golomb()
            if bits.read(1):  # decoder model
                delay = bits.read(5) + 1
                bits.read(42)
        displayed = bits.read(1)
        for _ in range(bits.read(5) + 1):  # operating points
            bits.read(12)
            if bits.read(5) > 7:
                bits.read(1)
            if delay and bits.read(1):
                bits.read(2 * delay + 1)
            if displayed and bits.read(1):
                bits.read(4)
    width_bits, height_bits = bits.read(4) + 1, bits.read(4) + 1
    return bits.read(width_bits) + 1, bits.read(height_bits) + 1
