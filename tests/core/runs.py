"""What tests of runs share: few photos, rendered once, and steps."""

from functools import cache

from core.balls import TEST_SEED, TRAIN_SEED, Photos, dataset
from core.run import Run


@cache
def few_photos() -> tuple[Photos, Photos]:
    """Training and test photos."""
    return dataset(TRAIN_SEED, 160, device="cpu"), dataset(TEST_SEED, 64, device="cpu")


def stepped(run: Run, steps: int) -> Run:
    """The run after so many steps."""
    for _ in range(steps):
        run.step()
    return run
