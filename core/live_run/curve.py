"""A curve that can grow for hours in bounded memory and loses no peak.

    bucket = (step and value of its least point, step and value of its greatest point)

Every point has a bucket of its own until `capacity` buckets are full. Then neighbours merge two by two,
min with min and max with max, and from there on a bucket takes twice as many points. So the least and the
greatest value ever seen are always there, at their own steps, and so are the first and the last point.
Thinning for the screen follows the same rule. Use: one thread at a time.
"""

import math
from array import array

import numpy as np
from numpy.typing import NDArray

CAPACITY = 4096
Points = NDArray[np.float32]
Numbers = NDArray[np.float64]
Steps = NDArray[np.int64]


class Curve:
    """(step, value) for whole steps from 0 up; they may repeat, never go back. A bucket takes some 34 bytes.

    capacity: buckets at most. Errors: ValueError unless it is even and at least 2.
    """

    __slots__ = (
        "_capacity",
        "_filled",
        "_first",
        "_high",
        "_high_step",
        "_last",
        "_low",
        "_low_step",
        "_width",
    )

    def __init__(self, capacity: int = CAPACITY) -> None:
        if capacity < 2 or capacity % 2:
            raise ValueError(f"a curve needs an even number of buckets, at least 2, got {capacity}")
        self._capacity = capacity
        self._low_step: array[int] = array("q")
        self._low: array[float] = array("d")
        self._high_step: array[int] = array("q")
        self._high: array[float] = array("d")
        self._width, self._filled = 1, 1  # points a bucket takes, points that the newest bucket has
        self._first: tuple[int, float] | None = None
        self._last: tuple[int, float] | None = None

    def __len__(self) -> int:
        """Buckets, not points."""
        return len(self._low)

    @property
    def last(self) -> tuple[int, float] | None:
        """The newest point (step, value), None on an empty curve."""
        return self._last

    def append(self, step: int, value: float) -> None:
        """One more point, in about 0.3 µs. Errors: ValueError for a step back or a non-finite value."""
        if not math.isfinite(value):
            raise ValueError(f"a curve holds finite numbers, got {value} at step {step}")
        if self._last is None:
            self._first = (step, value)
        elif step < self._last[0]:
            raise ValueError(f"a curve goes forward: step {step} came after step {self._last[0]}")
        self._last = (step, value)
        low = self._low
        if low and self._filled < self._width:
            self._filled += 1
            if value < low[-1]:
                low[-1], self._low_step[-1] = value, step
            elif value > self._high[-1]:
                self._high[-1], self._high_step[-1] = value, step
            return
        if len(low) == self._capacity:
            self._merge()
            self.append(step, value)
            return
        self._low_step.append(step)
        low.append(value)
        self._high_step.append(step)
        self._high.append(value)
        self._filled = 1

    def _merge(self) -> None:
        """Buckets two by two: half as many, each twice as wide. The newest one may have room left."""
        low_step, low, high_step, high = self._columns()
        pair = np.arange(0, len(low), 2)
        least = pair + (low[1::2] < low[::2])
        greatest = pair + (high[1::2] > high[::2])
        self._hold(low_step[least], low[least], high_step[greatest], high[greatest])
        self._filled += self._width
        self._width *= 2

    def _hold(
        self, low_step: Numbers | Steps, low: Numbers, high_step: Numbers | Steps, high: Numbers
    ) -> None:
        """These buckets instead; each column (buckets,)."""
        self._low_step, self._high_step = array("q"), array("q")
        self._low, self._high = array("d"), array("d")
        self._low_step.frombytes(low_step.astype(np.int64).tobytes())
        self._low.frombytes(low.tobytes())
        self._high_step.frombytes(high_step.astype(np.int64).tobytes())
        self._high.frombytes(high.tobytes())

    def _columns(self) -> tuple[Steps, Numbers, Steps, Numbers]:
        """Copies of the four columns, each (buckets,)."""
        return (
            np.array(self._low_step, np.int64),
            np.array(self._low, np.float64),
            np.array(self._high_step, np.int64),
            np.array(self._high, np.float64),
        )

    # ---- reading -----------------------------------------------------------------------------------

    def kept(self, up_to: int | None = None) -> Numbers:
        """Every point that is kept, (step, value), step after step. Shape (p, 2), p ≤ 2·buckets + 2."""
        if self._first is None or self._last is None:
            return np.empty((0, 2))
        low_step, low, high_step, high = self._columns()
        lows, highs = np.stack([low_step, low], 1), np.stack([high_step, high], 1)  # (buckets, 2)
        swap = (low_step > high_step)[:, None]  # (buckets, 1)
        pairs = np.stack([np.where(swap, highs, lows), np.where(swap, lows, highs)], 1)  # (buckets, 2, 2)
        points = np.concatenate([[self._first], pairs.reshape(-1, 2), [self._last]])  # (2·buckets + 2, 2)
        if up_to is not None:
            points = points[: np.searchsorted(points[:, 0], up_to, side="right")]
        return _without_repeats(points)

    def lacks(self, step: int) -> bool:
        """Whether no point was noted at this step; False where one may have been, and was merged."""
        if self._first is None or self._last is None or not self._first[0] <= step <= self._last[0]:
            return True
        return self._width == 1 and step not in self._low_step

    def points(self, at_most: int = 400) -> Points:
        """The curve for the screen: of each of equal groups the least and the greatest point, both ends too.

        Shape (p, 2), p ≤ at_most: step, value. Float32 is exact for the first 16 million steps.
        Errors: ValueError for at_most < 4.
        """
        if at_most < 4:
            raise ValueError(f"a curve is thinned to at least 4 points, got {at_most}")
        points = self.kept()
        if len(points) <= at_most:
            return points.astype(np.float32)
        inner, groups = points[1:-1], (at_most - 2) // 2
        starts = np.arange(groups + 1) * len(inner) // groups  # groups of p // groups points, or one more
        size = -(-len(inner) // groups)
        places = np.minimum(starts[:-1, None] + np.arange(size), starts[1:, None] - 1)  # (groups, size)
        values = inner[:, 1][places]  # (groups, size): a short group repeats its last point
        row = np.arange(groups)
        ends = np.stack([places[row, values.argmin(1)], places[row, values.argmax(1)]], 1)  # (groups, 2)
        ends.sort(axis=1)
        thinned = np.concatenate([points[:1], inner[ends.reshape(-1)], points[-1:]])
        return _without_repeats(thinned).astype(np.float32)

    def cut(self, step: int) -> "Curve":
        """What is kept up to and including that step, as a curve of its own that can go on from there."""
        new = Curve(self._capacity)
        points = self.kept(step)
        if not len(points):
            return new
        (first_step, first), (last_step, last) = points[0], points[-1]
        new._first, new._last = (int(first_step), float(first)), (int(last_step), float(last))
        low_step, low, high_step, high = self._columns()
        # A bucket across the cut keeps the one of its two points that lies before it.
        low_late, high_late = low_step > step, high_step > step
        stays = ~(low_late & high_late)
        if stays.any():
            new._hold(
                np.where(low_late, high_step, low_step)[stays],
                np.where(low_late, high, low)[stays],
                np.where(high_late, low_step, high_step)[stays],
                np.where(high_late, low, high)[stays],
            )
        else:  # the very first bucket, whose first point is neither its least nor its greatest
            new._hold(points[:1, 0], points[:1, 1], points[:1, 0], points[:1, 1])
        new._width = new._filled = self._width
        if self._last == new._last:
            new._filled = self._filled
        return new

    # ---- a file ------------------------------------------------------------------------------------

    def to_array(self) -> Numbers:
        """The whole state as float64, shape (buckets + 2, 4); (0, 4) for an empty curve.

        Rows: first and last point; width, filled, 0, 0; then one bucket each.
        """
        if self._first is None or self._last is None:
            return np.empty((0, 4))
        buckets = np.stack([column.astype(np.float64) for column in self._columns()], 1)  # (buckets, 4)
        return np.concatenate([[[*self._first, *self._last], [self._width, self._filled, 0, 0]], buckets])

    @classmethod
    def from_array(cls, state: Numbers, capacity: int = CAPACITY) -> "Curve":
        """Back from `to_array`. Errors: ValueError in a sentence for anything that is no stored curve."""
        curve = cls(capacity)
        state = np.asarray(state)
        if state.ndim != 2 or state.shape[1] != 4 or state.dtype != np.float64:
            raise ValueError(f"a curve is stored as float64 (rows, 4), not {state.dtype} {state.shape}")
        if len(state) == 0:
            return curve
        buckets = state[2:]  # (buckets, 4)
        if not 1 <= len(buckets) <= capacity:
            raise ValueError(f"a stored curve has 1 … {capacity} buckets, not {len(buckets)}")
        steps = np.concatenate([state[0, ::2], state[1, :2], buckets[:, ::2].reshape(-1)])
        if not np.isfinite(state).all() or (steps != np.floor(steps)).any() or not (abs(steps) < 2**53).all():
            raise ValueError("a stored curve holds finite values at whole steps, this one does not")
        first_step, first, last_step, last = state[0]
        width, filled = state[1, :2]
        early = np.minimum(buckets[:, 0], buckets[:, 2])
        late = np.maximum(buckets[:, 0], buckets[:, 2])
        in_order = (late[:-1] <= early[1:]).all() and first_step <= early[0] and late[-1] <= last_step
        if not in_order or first_step < 0:
            raise ValueError("the steps of a stored curve go forward from 0, these do not")
        if (buckets[:, 1] > buckets[:, 3]).any() or not 1 <= filled <= width:
            raise ValueError("the buckets of the stored curve do not hold a least and a greatest value each")
        curve._hold(*buckets.T)
        curve._width, curve._filled = int(width), int(filled)
        curve._first, curve._last = (int(first_step), float(first)), (int(last_step), float(last))
        return curve


def _without_repeats(points: Numbers) -> Numbers:
    """Neighbours that are the same point become one."""
    new = np.ones(len(points), bool)
    new[1:] = (points[1:] != points[:-1]).any(axis=1)
    return points[new]
