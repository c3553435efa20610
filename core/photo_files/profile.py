"""Colour profiles (ICC): a header of 128 bytes, then a table of tags: signature, place, length.

A tag of type `mpet` is a chain of stages, of which thousands may share the same few bytes: a profile of two
kilobytes keeps a colour engine busy for minutes. Photos have none; if there is one, its tag is given a name
that no engine looks for, and the profile's other tables give the colours.
Source: ICC.1:2022, sections 7.3 and 10.16.
"""

import struct

_TABLE, _ENTRY = 128, 12
_MOST_TAGS = 100  # an engine reads no more
_STAGES = b"mpet"
_IN_STAGES = {a + b + bytes([n]) for a, b in ((b"D", b"2B"), (b"B", b"2D")) for n in b"0123"}


def without_stages(icc: bytes) -> bytes:
    """The profile, no tag of which is a chain of stages. One that is too short for a table stays as it is."""
    if len(icc) < _TABLE + 4:
        return icc
    (count,) = struct.unpack_from(">I", icc, _TABLE)
    bare = bytearray(icc)
    for number in range(min(count, _MOST_TAGS, (len(icc) - _TABLE - 4) // _ENTRY)):
        at = _TABLE + 4 + _ENTRY * number
        name, place, _ = struct.unpack_from(">4sII", icc, at)
        if name in _IN_STAGES or icc[place : place + 4] == _STAGES:
            bare[at : at + 4] = b"no%02d" % number
    return bytes(bare)
