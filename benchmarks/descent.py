"""What a training step costs, against the same step made of other parts.

4,096 stored photos of 64 × 64 × 3 bytes, Goal 2's head (three neurons), float32, one torch thread unless a
line says otherwise. Peers get the best that they offer: whole rows by index_select, gradients set to None,
labels ready as floats, the batch's cost read as ours is. `python -m benchmarks descent --plot` also draws
docs/step-time.svg.
"""

import time
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import SGDClassifier
from torch import Tensor

from benchmarks.step_time_plot import Curve, step_time_svg
from benchmarks.torch_descent import TorchDescent
from benchmarks.turns import Work, against, heading, in_turns, line
from core.columns import warm_up
from core.descent import Descent
from core.heads import goal2
from core.losses import BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, SQUARED_ERROR, Loss
from core.pixels import N
from core.side_by_side import step_together

M, BATCH, RATE = 4096, 64, 1e-5
THREE = (BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, SQUARED_ERROR)
PLOT = Path(__file__).resolve().parent.parent / "docs" / "step-time.svg"


def main(plot: bool = False) -> None:
    """Print every line; `plot` writes the picture too."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    began = time.perf_counter()
    warm_up()
    print(f"kernels compiled, or read from disk, once in a process: {time.perf_counter() - began:.2f} s")
    dice = torch.Generator().manual_seed(0)
    photos = torch.randint(0, 256, (M, 64, 64, 3), generator=dice).to(torch.uint8)
    which = torch.randint(0, 3, (M,), generator=dice)
    Y = torch.nn.functional.one_hot(which, 3).T.float().contiguous()  # (3, M)
    try:
        one_step(photos, Y)
        one_epoch(photos, Y)
        side_by_side(photos, Y)
        full_batch(photos, Y)
        sweep(photos, Y, plot=plot)
    finally:
        torch.set_num_threads(before)


def descent(X: Tensor, Y: Tensor, *, loss: Loss = BINARY_CROSS_ENTROPY, batch_size: int = BATCH) -> Descent:
    """Goal 2's head from zero on these photos."""
    return Descent(goal2(n=X[0].numel()), X, Y, loss=loss, learning_rate=RATE, batch_size=batch_size)


def one_step(photos: Tensor, Y: Tensor) -> None:
    """A mini-batch step against torch.nn, autograd and torch.optim."""
    rows = photos.reshape(M, N)
    ours = descent(photos, Y)
    stored, floats = (
        TorchDescent(ours.network, X, Y, rate=RATE, batch=BATCH) for X in (rows, rows.float() / 127.5 - 1)
    )
    for _ in range(100):  # the same photos in the same order come to the same weights
        ours.step(), stored.step(), floats.step()
    for peer in (stored, floats):
        torch.testing.assert_close(
            ours.network.layers[0].W, peer.linears[0].weight.detach(), rtol=1e-3, atol=1e-7
        )
    mine, from_bytes, from_floats = in_turns([ours.step, stored.step, floats.step], repeats=40, turns=25)
    heading(f"one step, batch {BATCH}, {N} inputs, 3 neurons")
    line("ours, from the stored bytes", mine)
    line("torch.nn.Linear + autograd + torch.optim.SGD, from the same bytes", from_bytes)
    line("the same, its X floats in memory already (201 MB instead of 50)", from_floats)
    against("torch from the bytes, times ours", from_bytes, mine, at_least=2)
    against("torch from floats, times ours", from_floats, mine)


def one_epoch(photos: Tensor, Y: Tensor) -> None:
    """All photos once, against scikit-learn."""
    X = np.ascontiguousarray(photos.reshape(M, N).numpy().astype(np.float32) / np.float32(127.5) - 1)
    models = [
        SGDClassifier(loss="log_loss", alpha=0.0, learning_rate="constant", eta0=RATE, shuffle=False)
        for _ in range(3)
    ]

    def theirs() -> None:
        for model, y in zip(models, Y.numpy(), strict=True):
            model.partial_fit(X, y, classes=np.array([0, 1]))

    def epoch(run: Descent) -> Work:
        return lambda: [run.step() for _ in range(M // run.batch_size)]

    works = [epoch(descent(photos, Y)), theirs, epoch(descent(photos, Y, batch_size=1))]
    mine, peer, single = in_turns(works, repeats=1, turns=3)
    heading(f"one epoch of {M} photos, three yes-or-no neurons")
    line(f"ours, {M // BATCH} steps of {BATCH} photos", mine)
    line(f"ours, {M} steps of one photo, as many updates as theirs", single)
    line("scikit-learn's SGDClassifier, three times partial_fit, float32", peer)
    against("scikit-learn, times ours", peer, mine, at_least=10)
    against("scikit-learn, times ours with one photo a step", peer, single)


def side_by_side(photos: Tensor, Y: Tensor) -> None:
    """Three heads with three losses on the same batches, against one of them."""
    heading("three heads in step_together against one of them")
    for size, repeats, turns in ((BATCH, 40, 25), (8, 80, 25), (M, 2, 7)):
        one = descent(photos, Y, batch_size=size)
        lanes = [descent(photos, Y, loss=loss, batch_size=size) for loss in THREE]
        apart = [descent(photos, Y, loss=loss, batch_size=size) for loss in THREE]
        works: list[Work] = [
            one.step,
            lambda lanes=lanes: step_together(lanes),
            lambda apart=apart: [lane.step() for lane in apart],
        ]
        alone, together, one_by_one = in_turns(works, repeats=repeats, turns=turns)
        line(f"batch {size}: one", alone)
        line(f"batch {size}: three together", together)
        against(
            f"batch {size}: three together, times one",
            together,
            alone,
            at_most=1.4 if size == BATCH else None,
        )
        against(f"batch {size}: three one by one, times one", one_by_one, alone)


def full_batch(photos: Tensor, Y: Tensor) -> None:
    """A step over all photos against merely reading their bytes."""
    words, copied = photos.numpy().reshape(-1).view(np.uint64), torch.empty_like(photos)
    run = descent(photos, Y, batch_size=M)

    def two_threads() -> None:
        torch.set_num_threads(2)
        run.step()
        torch.set_num_threads(1)

    readings: dict[str, Work] = {
        "numpy, bitwise or of all 8-byte words": lambda: np.bitwise_or.reduce(words),
        "torch, copied into memory that is there": lambda: copied.copy_(photos),
    }
    heading(f"a step over all {M} photos, {photos.nbytes / 1e6:.0f} MB, against reading them once")
    for name, reading in readings.items():  # apart: the copy drives the photos out of the caches
        one, two, read = in_turns([run.step, two_threads, reading], repeats=8, turns=25, settled=True)
        line("ours, one thread", one)
        line("ours, two threads", two)
        line(f"read: {name}", read)
        against("    ours in one thread, times that", one, read, at_most=3)
        against("    ours in two threads, times that", two, read)


def sweep(photos: Tensor, Y: Tensor, *, plot: bool) -> None:
    """A step over batch size and over inputs: where it is flat and where it turns linear."""
    heading("a step in ms, the least of 60 turns, over batch size and number of inputs n")
    sizes, curves = [2**i for i in range(13)], []
    corners = {side: photos[:, :side, :side].contiguous() for side in (8, 16, 32, 64)}  # (M, side, side, 3)
    runs = [descent(X, Y, batch_size=size) for X in corners.values() for size in sizes]
    times = in_turns([run.step for run in runs], repeats=3, turns=60)
    print(f"{'n':>11s}" + "".join(f"{size:8d}" for size in sizes))
    for i, side in enumerate(corners):
        row = [min(turns) * 1e3 for turns in times[i * len(sizes) : (i + 1) * len(sizes)]]
        curves.append(Curve(f"{3 * side * side:,} inputs", sizes, row))
        print(f"{3 * side * side:11,d}" + "".join(f"{ms:8.3f}" for ms in row))
    if plot:
        PLOT.write_text(step_time_svg(curves), encoding="utf-8")
        print(f"written: docs/{PLOT.name}")


if __name__ == "__main__":
    main()
