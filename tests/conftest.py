"""Tests that need an accelerator are skipped where there is none, and none writes where the app's users keep
what outlives a process.
"""

import contextlib
import ctypes
import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest
from hypothesis import settings

from tests import shared_tables

# There are more workers than cores: a second thread in each would spin while it waits for a core, which made
# sums three times as dear. Tests of several threads ask for them; processes that tests start inherit this.
os.environ.setdefault("OMP_NUM_THREADS", "1")
settings.register_profile("unhurried", deadline=None)  # a busy machine is no fault of what is tested
settings.load_profile("unhurried")
shared_tables.share()
gc.disable()  # while tests are collected: a quarter of that time went into looking through torch for garbage


def pytest_configure(config: pytest.Config) -> None:
    """While the workers collect, what each would compile and make is compiled and made once."""
    if config.getoption("numprocesses", None) and not hasattr(config, "workerinput"):
        made = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        config.add_cleanup(made.cleanup)
        os.environ[shared_tables.FOLDER] = made.name
        beside = subprocess.Popen([sys.executable, "-m", "tests.shared_tables"], cwd=config.rootpath)
        config.add_cleanup(lambda: _ended(beside))  # before its folder goes, where tests are few


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def pytest_collection_finish() -> None:
    """From here on the collector looks through what the tests make, not through what has been imported."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    needing = [item for item in items if item.get_closest_marker("gpu")]
    if not needing:
        return
    import torch

    if not (torch.cuda.is_available() or torch.backends.mps.is_available()):
        for item in needing:
            item.add_marker(pytest.mark.skip(reason="needs a CUDA or MPS device"))


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The user's home, as far as these tests go. Their server has the same one: photos are rendered once."""
    folder = tmp_path_factory.mktemp("home")
    if "PYTEST_XDIST_WORKER" in os.environ:  # what one worker has rendered, the others read
        photos = tmp_path_factory.getbasetemp().parent / "photos"
        photos.mkdir(exist_ok=True)
        kept = folder / "cache" / "what-a-neuron-sees"
        kept.mkdir(parents=True)
        with contextlib.suppress(OSError):  # on Windows links are for administrators
            (kept / "photos").symlink_to(photos, target_is_directory=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(platformdirs, "user_cache_path", lambda name: folder / "cache" / name)
        yield folder


@pytest.fixture(scope="module", autouse=True)
def freed_memory_goes_back() -> Iterator[None]:
    """A file of tests that made large photos, or columns of many, leaves the process 100 MB larger."""
    yield
    with contextlib.suppress(OSError, AttributeError, TypeError):  # only glibc keeps it, and knows how
        ctypes.CDLL(None).malloc_trim(0)


@pytest.fixture
def nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No photos are on the disk yet."""
    from core.kept_photos import KeptPhotos
    from ui import renderings

    monkeypatch.setattr(renderings, "kept_photos", lambda: KeptPhotos(tmp_path / "photos"))
