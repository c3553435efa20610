"""Compute, measured: examples a second in a training step, over batch size, CPU threads and device.

    looped     for i = 1 … m: propagate x^(i), backpropagate, add its gradient     m small products in turn
    batched    propagate X = [x^(1) … x^(m)], backpropagate                        one large product

Compute (parallel code, GPUs) is one of the two reasons why deep learning works now; the other, data, is
measured in core.experiments.learning_curves. Both ways come to the same ∂J/∂W, ∂J/∂b. The network is
12288 → 64 → 32 → 3; X holds random numbers, since the time does not depend on them. A rate is m over the
time per step, of the fastest of several: whatever else runs on the machine can only slow a step down.

The number of threads belongs to a whole process, so this module is run as one of its own:

    python -m core.experiments.compute --threads 2 --device cpu     one JSON object a line, as they come

`core.experiments.machine` starts it for everything that a machine has.
Source: lecture, sections 0 and 6.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import torch
from torch import Tensor

from core.activations import RELU, SIGMOID
from core.device import device_named
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network, backpropagate, propagate
from core.pixels import N
from core.processor.memory import keep_freed_memory
from core.terminal import AS_WRITTEN, Parser, leave, number, told, whole_number

BATCHES = (1, 4, 16, 64, 256, 1024, 4096)
SIZES = (N, 64, 32, 3)
HOWS = ("batched", "looped")
COMMAND = "python -m core.experiments.compute"
MOST_THREADS = 1024
SPENT = 0.3  # seconds of steps for a point, three steps at least
LONGEST = 3.0  # seconds: a loop expected to take longer is left out; no step is repeated for longer

Sums = tuple[Tensor, ...]


@dataclass(frozen=True)
class Rate:
    """examples_per_second of one kind of step. threads: of the CPU; 0 for an accelerator."""

    device: str
    threads: int
    how: str
    batch: int
    examples_per_second: float


def batched_gradients(network: Network, X: Tensor, Y: Tensor) -> Sums:
    """∂J/∂W[1] …, ∂J/∂b[1] … of all columns in one go. Shapes: X (n, m), Y (k, m), m ≥ 1.

    Errors: ValueError where they do not fit.
    """
    gradients = backpropagate(network, propagate(network, X), Y, BINARY_CROSS_ENTROPY)
    return (*gradients.W, *gradients.b)


def looped_gradients(network: Network, X: Tensor, Y: Tensor) -> Sums:
    """The same gradients, one column at a time. Shapes and errors: as for `batched_gradients`."""
    m = X.shape[1]
    if m < 1 or Y.shape[1] != m:
        raise ValueError(f"X has {m} examples, at least one is needed, and Y {Y.shape[1]}")
    sums: Sums = ()
    for i in range(m):
        one = batched_gradients(network, X[:, i : i + 1], Y[:, i : i + 1])  # (n, 1), (k, 1)
        if sums:
            for total, part in zip(sums, one, strict=True):
                total.add_(part)
        else:
            sums = one
    return tuple(total.div_(m) for total in sums)


STEPS: dict[str, Callable[[Network, Tensor, Tensor], Sums]] = {
    "batched": batched_gradients,
    "looped": looped_gradients,
}


def rates(
    device: torch.device, hows: Sequence[str], batches: Sequence[int], *, spent: float = SPENT
) -> Iterator[Rate]:
    """Measure every batch size, from small to large, with the threads that torch uses now.

    A loop that would take longer than LONGEST is left out, and so are all larger ones. batches: 1 or more.
    """
    dice = torch.Generator().manual_seed(0)
    network = initialise(SIZES, (RELU, RELU, SIGMOID), how="he", generator=dice, device=device)
    most = max(batches)
    X = torch.rand(most, SIZES[0], generator=dice).to(device).T  # (n, m): each column is contiguous
    Y = (torch.rand(SIZES[-1], most, generator=dice) < 0.5).float().to(device)  # (k, m)
    threads = torch.get_num_threads() if device.type == "cpu" else 0
    for how in hows:
        a_step = 0.0  # seconds that an example took, last
        for m in sorted(batches):
            if how == "looped" and a_step * m > LONGEST:
                break
            step = partial(STEPS[how], network, X[:, :m], Y[:, :m])
            seconds = _fastest(step, device, spent)
            a_step = seconds / m
            yield Rate(str(device), threads, how, m, m / seconds)


def _fastest(step: Callable[[], Sums], device: torch.device, spent: float) -> float:
    """Seconds of the fastest of several steps; the first one, which sets things up, counts only if long."""
    first = _seconds(step, device)
    best = first if first > spent else float("inf")
    began, done = time.perf_counter(), 0
    while best == float("inf") or (done < 3 and _since(began) < LONGEST) or _since(began) < spent:
        best, done = min(best, _seconds(step, device)), done + 1
    return best


def _since(began: float) -> float:
    return time.perf_counter() - began


def _seconds(step: Callable[[], Sums], device: torch.device) -> float:
    _finish(device)
    began = time.perf_counter()
    step()
    _finish(device)
    return time.perf_counter() - began


def _finish(device: torch.device) -> None:
    """An accelerator works on while Python goes ahead: wait until it has done everything."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print rates as they come.

    Status: 1, after an object with "error", where the device does not serve, or if it was stopped.
    """
    return told(COMMAND, lambda: _work(arguments))


def _work(arguments: Sequence[str] | None) -> int:
    parser = Parser(prog=COMMAND, description=__doc__, formatter_class=AS_WRITTEN)
    threads = whole_number(1, MOST_THREADS, f"threads are 1 to {MOST_THREADS}")
    batch = whole_number(1, 99_999_999, "batches are at least 1")
    seconds = number(0, 3600, "seconds from 0 to 3600")
    parser.add_argument("--device", default="cpu", help="cpu, cuda:0 … or mps (default cpu)")
    parser.add_argument("--threads", type=threads, default=1, help="threads of the CPU (default 1)")
    parser.add_argument("--how", nargs="+", choices=HOWS, default=list(HOWS), help="default both")
    sizes = "batch sizes (default: %(default)s)"
    parser.add_argument("--batches", nargs="+", type=batch, default=list(BATCHES), metavar="m", help=sizes)
    parser.add_argument("--spent", type=seconds, default=SPENT, help="seconds for a point (default 0.3)")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    keep_freed_memory()
    try:
        for rate in rates(device_named(options.device), options.how, options.batches, spent=options.spent):
            # By the name that was asked for: torch says "mps:0" of "mps".
            print(json.dumps(asdict(rate) | {"device": options.device}), flush=True)
    except (ValueError, RuntimeError) as refused:  # no such device, or its memory is full
        print(json.dumps({"error": str(refused).splitlines()[0]}), flush=True)
        return 1
    return 0


if __name__ == "__main__":
    leave(main)
