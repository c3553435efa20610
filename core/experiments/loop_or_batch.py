"""One example at a time in a loop, or all m in one product: the same Z, timed where it runs.

    loop    for i in 1 … m:  z^(i) = W x^(i) + b        batch   Z = W X + b

Writing the loop as one product is called vectorization, or vectorisation. Both give the same numbers but for
the last digits; `difference` says how far apart they are. Each time is the fastest of several, after one that
is not counted: whatever else runs on the machine can only slow it down. X is random: the time does not depend
on the values.
Shapes: W (k, n), b (k, 1), X (n, m), Z (k, m); the columns of X are contiguous, as those of photos are.
Source: lecture, sections 0 and 6.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.gradient_check import relative_difference
from core.pixels import N

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
ENOUGH = 0.25  # seconds for one measurement, after which no further repetition is begun


@dataclass(frozen=True)
class Timed:
    """m examples. loop, batch: seconds of the fastest; repeats: how often each was measured (loop, batch).

    difference: the largest |loop − batch| over the numbers of Z, relative to the largest |Z|.
    """

    m: int
    loop: float
    batch: float
    repeats: tuple[int, int]
    difference: float

    @property
    def ratio(self) -> float:
        """How many times as long the loop takes."""
        return self.loop / self.batch


@dataclass(frozen=True)
class Timings:
    """What has been measured so far, out of `total` batch sizes, with k neurons on n inputs."""

    k: int
    n: int
    threads: int
    points: tuple[Timed, ...]
    total: int

    @property
    def done(self) -> bool:
        return len(self.points) == self.total


def looped(W: Tensor, b: Tensor, X: Tensor) -> Tensor:
    """z^(i) = W x^(i) + b, one column after the other. Shapes: W (k, n), b (k, 1), X (n, m) → (k, m)."""
    Z = X.new_empty(W.shape[0], X.shape[1])
    for i in range(X.shape[1]):
        Z[:, i : i + 1] = W @ X[:, i : i + 1] + b  # (k, n)(n, 1) + (k, 1) → (k, 1)
    return Z


def batched(W: Tensor, b: Tensor, X: Tensor) -> Tensor:
    """Z = W X + b, b broadcast. Shapes: W (k, n), b (k, 1), X (n, m) → (k, m)."""
    return W @ X + b


def loop_or_batch(
    k: int = 3, *, n: int = N, sizes: Sequence[int] = SIZES, repeats: int = 20, seed: int = 0
) -> Iterator[Timings]:
    """Measure each batch size in turn and yield all points so far, before the first one too.

    Errors, with the first value: ValueError if a size, k, n or repeats is less than 1, or for no size.
    """
    if min(k, n, repeats, len(sizes), *sizes) < 1:
        raise ValueError(
            "k, n, repeats and every batch size are at least 1, and so is how many sizes there are"
        )
    dice = torch.Generator().manual_seed(seed)
    W = torch.randn(k, n, generator=dice) / n**0.5
    b = torch.randn(k, 1, generator=dice)
    X = torch.rand(max(sizes), n, generator=dice).mul_(2).sub_(1).T  # (n, m), as pixels are scaled
    points: list[Timed] = []

    def so_far() -> Timings:
        return Timings(k, n, torch.get_num_threads(), tuple(points), len(sizes))

    yield so_far()
    with torch.no_grad():
        for m in sizes:
            x = X[:, :m]
            one, all_at_once = looped(W, b, x), batched(W, b, x)  # warm up, and compare
            difference = relative_difference(one, all_at_once)
            loop = _seconds(lambda x=x: looped(W, b, x), repeats)  # type: ignore[misc]
            batch = _seconds(lambda x=x: batched(W, b, x), repeats)  # type: ignore[misc]
            points.append(Timed(m, min(loop), min(batch), (len(loop), len(batch)), difference))
            yield so_far()


def _seconds(work: Callable[[], Tensor], repeats: int) -> list[float]:
    """Each repetition's time; at least one, fewer than `repeats` where they take long."""
    times: list[float] = []
    while len(times) < repeats and sum(times) < ENOUGH:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return times
