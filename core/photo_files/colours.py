"""Colours that a file names by numbers instead of by a profile: the profile that means the same.

    linear = curve(value)            XYZ = M · linear,  M from where red, green, blue and white lie (x, y)

HEIC, AVIF (`nclx`) and PNG (`cICP`) number them as ITU-T H.273 does; a PNG may have `gAMA` and `cHRM`. What
is sRGB, or near it, or nonsense, needs no profile. HLG looks right on a screen that knows nothing of it; PQ
tells how bright each pixel shall be, and up to 1000 cd/m² must find room below the white of a page, 203:

    page = light (1 + light / peak²) / (1 + light)          light = 1 at 203 cd/m², page = 1 at the peak

Sources: ICC.1:2001-04; ITU-T H.273, section 8; ITU-R BT.2100, table 4; BT.2408, section 2; Reinhard 2002.
"""

import struct
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]
Places = tuple[float, float, float, float, float, float, float, float]  # x, y of red, green, blue, white

_D65 = (0.3127, 0.329)
_SRGB: Places = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, *_D65)
_PLACES: dict[int, Places] = {
    9: (0.708, 0.292, 0.17, 0.797, 0.131, 0.046, *_D65),  # BT.2020
    12: (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, *_D65),  # Display P3
}
_D50 = np.array([0.9642, 1.0, 0.8249])  # the white of every profile
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_PAGE, _PEAK = 203.0, 1000.0  # cd/m²
_ENTRIES = 4096  # of a curve
_GAMMAS = (0.3, 1.0)  # that pictures have; 2.2 is written by mistake for 1 / 2.2
_USUAL_GAMMA, _NEAR = 0.45455, 0.005  # which stands for sRGB's own curve wherever it is written


def coded(primaries: int, curve: int) -> bytes | None:
    """The profile of these two numbers of H.273, or None where plain sRGB is meant or nothing is said."""
    places = _PLACES.get(primaries, _SRGB)
    return None if curve not in _CURVES and places == _SRGB else _profile(places, curve)


def gamma_coded(gamma: float, places: Places | None = None) -> bytes | None:
    """The profile of a PNG's gAMA (0.45455, about 1 / 2.2) and cHRM, or None as above."""
    if not _GAMMAS[0] <= gamma <= _GAMMAS[1]:
        return None
    where = _SRGB if places is None or np.allclose(places, _SRGB, atol=0.002) else places
    usual = abs(gamma - _USUAL_GAMMA) < _NEAR
    return None if usual and where == _SRGB else _profile(where, None if usual else gamma)


def _srgb(v: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def _pq(v: NDArray[np.float64]) -> NDArray[np.float64]:
    power = v ** (32 / 2523)
    above = np.maximum(power - 3424 / 4096, 0) / (2413 / 128 - 2392 / 128 * power)
    light = np.minimum(10_000 * above ** (8192 / 1305), _PEAK) / _PAGE
    return light * (1 + light * (_PAGE / _PEAK) ** 2) / (1 + light)


_CURVES: dict[int, Curve] = {  # all others are, or come close to, sRGB's
    4: lambda v: v**2.2,
    5: lambda v: v**2.8,
    8: lambda v: v,
    16: _pq,
}


@lru_cache(maxsize=16, typed=True)  # a gamma of 1.0 is not the curve with the number 1
def _profile(places: Places, curve: int | float | None) -> bytes | None:
    """curve: a number of H.273, or a gamma below it. None where the places span no colours."""
    v = np.linspace(0.0, 1.0, _ENTRIES)
    linear = v ** (1 / curve) if isinstance(curve, float) else _CURVES.get(curve or 0, _srgb)(v)
    numbers = (linear * 65535).round().astype(">u2")
    table = struct.pack(">4s4xI", b"curv", _ENTRIES) + numbers.tobytes()
    M = _matrix(places)
    if M is None:
        return None
    tags = {b"wtpt": _xyz(_D50)} | {c + b"XYZ": _xyz(M[:, i]) for i, c in enumerate((b"r", b"g", b"b"))}
    return _packed(tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), table))


def _matrix(places: Places) -> NDArray[np.float64] | None:
    """Linear red, green, blue → XYZ as seen under D50. Shapes: → (3, 3)."""
    xy = np.array(places).reshape(4, 2)
    if xy.min() < 0 or xy[:, 1].min() < 1e-3 or xy.max() > 1:
        return None
    whole = np.stack([xy[:, 0], xy[:, 1], 1 - xy.sum(axis=1)]) / xy[:, 1]  # (3, 4): XYZ of each, Y = 1
    colours, white = whole[:, :3], whole[:, 3]
    if abs(np.linalg.det(colours)) < 1e-3:  # on one line
        return None
    cones = _BRADFORD @ white
    if cones.min() < 1e-3:
        return None
    adapted = np.diag(_BRADFORD @ _D50 / cones)
    M = np.linalg.inv(_BRADFORD) @ adapted @ _BRADFORD @ (colours * np.linalg.solve(colours, white))
    return M if np.abs(M).max() < 4 else None


def _xyz(numbers: NDArray[np.float64]) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", *(round(65536 * n) for n in numbers.tolist()))


def _packed(tags: dict[bytes, bytes]) -> bytes:
    at, table, content = 132 + 12 * len(tags), b"", dict[bytes, int]()
    for name, data in tags.items():
        if data not in content:  # the three curves are one
            content[data] = at
            at += len(data)
        table += struct.pack(">4sII", name, content[data], len(data))
    head = struct.pack(">I4xI4s4s4s12x4s", at, 0x02100000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    head = head.ljust(68, b"\0") + struct.pack(">3i", *(round(65536 * n) for n in _D50.tolist()))
    return b"".join([head.ljust(128, b"\0"), struct.pack(">I", len(tags)), table, *content])
