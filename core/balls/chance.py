"""Counter-based random numbers: u = (hash(key + slot * GOLDEN) >> 40) / 2^24, key = hash(seed, index).

Nothing is drawn from a stream that remembers: a number depends on the seed, the photo's index and the slot
alone, so a photo is the same whichever batch it is rendered in. Only integer arithmetic and one exact
division take part, on every device.

Source: the finaliser of SplitMix64 (Steele, Lea, Flood 2014), which is public domain mathematics, written
here on int64 tensors.
"""

import math
from functools import lru_cache

import torch
from torch import Tensor

GOLDEN = 0x9E3779B97F4A7C15
BLOCK = 24  # columns hashed together: few kernel launches, little waste
TURN_STEPS = 4096


def _signed(value: int) -> int:
    """The int64 with the same 64 bits as value."""
    value &= 0xFFFFFFFFFFFFFFFF
    return value - (1 << 64) if value >> 63 else value


def _shift(bits: Tensor, by: int) -> Tensor:
    """Logical (not arithmetic) shift to the right."""
    return (bits >> by) & ((1 << (64 - by)) - 1)


def mix(bits: Tensor) -> Tensor:
    """SplitMix64's finaliser: int64 of any shape -> well mixed int64 of the same shape."""
    bits = (bits ^ _shift(bits, 30)) * _signed(0xBF58476D1CE4E5B9)
    bits = (bits ^ _shift(bits, 27)) * _signed(0x94D049BB133111EB)
    return bits ^ _shift(bits, 31)


def photo_keys(seed: int, indices: Tensor) -> Tensor:
    """One key for each photo. indices (m,) int64 -> (m,) int64."""
    start = mix(torch.tensor([_signed(seed * GOLDEN + 1)], dtype=torch.int64, device=indices.device))
    return mix(start + mix(indices + _signed(GOLDEN)))


@lru_cache(maxsize=256)
def _steps(first: int, count: int, device: torch.device) -> Tensor:
    """slot * GOLDEN for count slots: (count,) int64."""
    return torch.tensor([_signed(slot * GOLDEN) for slot in range(first, first + count)], device=device)


@lru_cache(maxsize=8)
def _circle(device: torch.device) -> tuple[Tensor, Tensor]:
    angles = [2 * math.pi * step / TURN_STEPS for step in range(TURN_STEPS)]
    cosine = torch.tensor([math.cos(angle) for angle in angles], dtype=torch.float32, device=device)
    sine = torch.tensor([math.sin(angle) for angle in angles], dtype=torch.float32, device=device)
    return cosine, sine


def turn(fraction: Tensor) -> tuple[Tensor, Tensor]:
    """cos and sin of 2 pi fraction, read from a table: the same bits whatever the shape of the tensor."""
    step = (fraction * TURN_STEPS).floor().to(torch.int64) & (TURN_STEPS - 1)
    flat = step.view(-1)
    cosine, sine = (of.index_select(0, flat).view(step.shape) for of in _circle(fraction.device))
    return cosine, sine


class Dice:
    """Draws for m keys at once; each draw takes the next slot and has shape (m, 1)."""

    def __init__(self, keys: Tensor, block: int = BLOCK) -> None:
        """block: how many slots are hashed at once; the numbers do not depend on it."""
        self.keys = keys  # (m,)
        self._width = block
        self._slot = 0
        self._blocks: dict[int, Tensor] = {}
        self._source: tuple[Dice, Tensor] | None = None

    def of(self, rows: Tensor) -> "Dice":
        """Dice for some of the keys, from their first slot on; hashing is shared between all such parts."""
        part = Dice(self.keys.index_select(0, rows), self._width)
        part._source = (self, rows)
        return part

    def _block(self, number: int) -> Tensor:
        """Slots number * width … of all keys, in [0, 1): (m, width)."""
        if number not in self._blocks:
            if self._source is not None:
                whole, rows = self._source
                self._blocks[number] = whole._block(number).index_select(0, rows)
            else:
                steps = _steps(number * self._width + 1, self._width, self.keys.device)
                bits = mix(self.keys[:, None] + steps[None, :])  # (m, width)
                self._blocks[number] = _shift(bits, 40).to(torch.float32) * (1.0 / (1 << 24))
        return self._blocks[number]

    def _next(self) -> Tensor:
        number, column = divmod(self._slot, self._width)
        self._slot += 1
        return self._block(number)[:, column : column + 1]

    def spawn(self, name: int) -> Tensor:
        """Keys of an independent series, for the objects of a photo."""
        return mix(self.keys + _signed((name + 1) * 0xD1342543DE82EF95))

    def uniform(self, low: float = 0.0, high: float = 1.0) -> Tensor:
        """From low to high, each as likely as the others."""
        draw = self._next() * (high - low)
        return draw.add_(low) if low else draw

    def grid(self, count: int) -> Tensor:
        """count draws between -1 and 1, made with hash(key) in the key's place: (m, count)."""
        steps = _steps(self._slot + 1, count, self.keys.device)
        self._slot += count
        return (
            _shift(mix(mix(self.keys)[:, None] + steps[None, :]), 40).to(torch.float32) * (2.0 / (1 << 24))
            - 1.0
        )

    def chance(self, probability: float) -> Tensor:
        """1 with this probability, else 0 (as float, so that it can mix)."""
        return (self._next() < probability).to(torch.float32)

    def bell(self) -> Tensor:
        """Close to a standard normal draw, bounded by 3.5: the scaled sum of four uniform ones."""
        total = self._next() + self._next()
        return total.add_(self._next()).add_(self._next()).sub_(2.0).mul_(1.7320508)

    def integer(self, count: int) -> Tensor:
        """0 .. count - 1, int64."""
        return (self._next() * count).to(torch.int64).clamp_max(count - 1)

    def pick(self, weights: tuple[float, ...]) -> Tensor:
        """0 .. len(weights) - 1 with chances in proportion to the weights, int64."""
        total = sum(weights)
        draw = self._next()
        chosen = torch.zeros_like(draw, dtype=torch.int64)
        reached = 0.0
        for weight in weights[:-1]:
            reached += weight / total
            chosen += draw >= reached
        return chosen

    def row(self, table: Tensor) -> Tensor:
        """A random row of table (c, d) for each key: (m, d)."""
        return table.index_select(0, self.integer(table.shape[0])[:, 0])
