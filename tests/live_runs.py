"""What tests of live runs share: a pool and photos of their own, and waiting for what worker threads do.

The fixtures are taken up by the conftest.py of each folder that needs them.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.balls import TEST_SEED, TRAIN_SEED, Photos, dataset
from ui.live_training import keeper, live_run, runs
from ui.live_training.live_run import LiveRun
from ui.live_training.pace import FULL, Pace


class There:
    """Photos that need no waiting; None: they are still being rendered."""

    done = count = 1

    def __init__(self, photos: tuple[Photos, Photos] | None) -> None:
        self.photos = photos

    def __call__(self) -> tuple[Photos, Photos] | None:
        return self.photos


@pytest.fixture(scope="session")
def live_photos() -> There:
    """Few training and test photos for a live run, rendered once."""
    return There((dataset(TRAIN_SEED, 96, device="cpu"), dataset(TEST_SEED, 32, device="cpu")))


@pytest.fixture
def live_pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[runs.Pool]:
    """A pool of its own for each test, with its files in a folder of its own; its threads end with it.

    Its runs go at full speed, for a slow start takes seconds, and are on the disk soon after a change.
    """
    monkeypatch.setattr(live_run, "Pace", partial(Pace, FULL))
    monkeypatch.setattr(keeper, "KEEP_EVERY", 0.05)
    made = runs.Pool(tmp_path / "runs", workers=2)
    monkeypatch.setattr(runs, "pool", lambda: made)
    yield made
    made.close()


def until(true: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.005)


def trained(live: LiveRun, steps: int) -> None:
    """Take so many steps, one after the other."""
    for _ in range(steps):
        live.do("step")
        until(lambda: not live.playing)


def in_link(app: AppTest, name: str) -> str:
    """A parameter of the page's link."""
    value = app.query_params[name]
    return value if isinstance(value, str) else value[0]


def live_of(app: AppTest) -> LiveRun:
    """The run that the page shows."""
    live = runs.find(in_link(app, "run"))
    assert live is not None
    return live
