"""A training step of the 64-32 network, against the same step in torch.nn, autograd and torch.optim.

12288 → 64 → 32 → 3, ReLU between, 4,096 stored photos, batch 64, float32, with one torch thread and with two.
The peer gets the same bytes, and in another line the same photos as floats that lie in memory already.
"""

import torch

from benchmarks.torch_descent import TorchDescent
from benchmarks.turns import against, heading, in_turns, line
from core.activations import RELU, SIGMOID
from core.columns import warm_up
from core.descent import Descent
from core.initialisation import initialise
from core.losses import BINARY_CROSS_ENTROPY
from core.pixels import N

M, BATCH, RATE = 4096, 64, 1e-4


def main() -> None:
    """Print steps a second and the ratios."""
    before = torch.get_num_threads()
    warm_up()
    dice = torch.Generator().manual_seed(0)
    photos = torch.randint(0, 256, (M, 64, 64, 3), generator=dice).to(torch.uint8)
    Y = torch.nn.functional.one_hot(torch.randint(0, 3, (M,), generator=dice), 3).T.float()  # (3, M)
    start = initialise((N, 64, 32, 3), (RELU, RELU, SIGMOID), how="he", generator=dice)
    rows = photos.reshape(M, N)
    floats = rows.float() / 127.5 - 1
    try:
        for optimiser, threads in (("plain", 1), ("adam", 1), ("plain", 2)):
            torch.set_num_threads(threads)
            ours = Descent(
                start,
                photos,
                Y,
                loss=BINARY_CROSS_ENTROPY,
                learning_rate=RATE,
                batch_size=BATCH,
                optimiser=optimiser,
            )
            peers = [
                TorchDescent(start, X, Y, rate=RATE, batch=BATCH, optimiser=optimiser) for X in (rows, floats)
            ]
            works = [ours.step, *(peer.step for peer in peers)]
            for _ in range(5):
                for work in works:
                    work()
            # The same photos in the same order come to the same weights; Adam's first steps have only a sign.
            for peer in peers if optimiser == "plain" else ():
                torch.testing.assert_close(
                    ours.network.layers[0].W, peer.linears[0].weight.detach(), rtol=1e-3, atol=1e-7
                )
            mine, stored, ready = in_turns(works, repeats=10, turns=25)
            heading(f"one step, {optimiser}, {threads} thread{'s' if threads > 1 else ''}")
            line(f"ours, {1 / min(mine):,.0f} steps a second at best", mine)
            line("torch.nn + autograd + torch.optim, from the same bytes", stored)
            line("the same, its X floats in memory already", ready)
            target = 1.6 if (optimiser, threads) == ("plain", 1) else None
            against("torch from the bytes, times ours", stored, mine, at_least=target)
            against("torch from floats, times ours", ready, mine)
    finally:
        torch.set_num_threads(before)


if __name__ == "__main__":
    main()
