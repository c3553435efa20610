"""What tests of runs share: few photos, rendered once, and steps."""

from functools import cache

import torch
from torch import Tensor

from core.balls import TEST_SEED, TRAIN_SEED, Photos, dataset
from core.live_run.run import Run
from core.live_run.settings import Settings

SETTINGS = Settings(("binary", "softmax"), learning_rate=0.003, batch_size=16, init="xavier", seed=5)


@cache
def few_photos() -> tuple[Photos, Photos]:
    """Training and test photos."""
    return dataset(TRAIN_SEED, 160, device="cpu"), dataset(TEST_SEED, 64, device="cpu")


def stepped(run: Run, steps: int) -> Run:
    """The run after so many steps."""
    for _ in range(steps):
        run.step()
    return run


def weights(run: Run) -> list[Tensor]:
    """W[1] of each lane."""
    return [lane.network.layers[0].W for lane in run.lanes]


def same(run: Run, other: Run) -> None:
    """Asserts that both stand at one step with one and the same weights, to the last bit."""
    assert run.steps == other.steps
    assert all(torch.equal(a, b) for a, b in zip(weights(run), weights(other), strict=True))
