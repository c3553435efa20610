"""How long a class waits while the labels are put into another order and the head is trained anew.

Goal 2's head on 4,096 photos, with the labels in the lecture's order and in another one. Rendering the photos
is not counted; the process has them already then.
"""

import time

import torch

from core.balls import TEST_SEED, TRAIN_SEED, dataset
from core.experiments.label_order import label_order


def main() -> None:
    """Print the seconds of one relabelled training and what the neurons came to detect."""
    photos, unseen = dataset(TRAIN_SEED, 4096, device="cpu"), dataset(TEST_SEED, 512, device="cpu")
    began = time.perf_counter()
    *_, progress = label_order(photos.pixels, photos.Y, unseen.pixels, unseen.Y, (1, 2, 0))
    seconds = time.perf_counter() - began
    swapped = [tuple(run.detects) for run in (progress.before, progress.after)]
    torch.testing.assert_close(
        progress.after.network.layers[0].W,
        progress.before.network.layers[0].W[[1, 2, 0]],
        rtol=1e-3,
        atol=1e-5,
    )
    print(f"labels in another order: {progress.steps} steps of two heads in {seconds:.1f} s (target 5 s)")
    print(f"neurons detect balls {swapped[0]} before and {swapped[1]} after; the weight rows are exchanged")


if __name__ == "__main__":
    main()
