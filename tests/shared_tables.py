"""Tables that photos are read from are made once for all processes of a run of the tests: 2 s of a core each.

python -m tests.shared_tables makes them, and compiles what Numba compiles, before anybody else needs them.
"""

import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import core.once

FOLDER = "SHARED_TABLES"  # in the environment, which processes that tests start inherit


def share() -> None:
    """To be called before core.balls is imported. What is in FOLDER is read, what is not is put there."""
    once = core.once.once

    def shared(make: Callable[..., Any]) -> Callable[..., Any]:
        return once(_kept(make) if make.__module__.startswith("core.balls.") else make)

    core.once.once = shared


def _kept(make: Callable[..., Any]) -> Callable[..., Any]:
    import numpy as np
    import torch

    if make.__annotations__.get("return") is not torch.Tensor:
        return make

    @wraps(make)
    def read_or_made(device: torch.device) -> torch.Tensor:
        folder = os.environ.get(FOLDER)
        if folder is None or device.type != "cpu":
            return make(device)
        path = Path(folder) / f"{make.__module__}.{make.__qualname__}.npy"
        if not path.exists():
            half = path.with_suffix(f".{os.getpid()}.npy")
            np.save(half, make(device).numpy())
            half.replace(path)
        return torch.from_numpy(np.load(path, mmap_mode="c"))  # who writes into it has a copy of that part

    return read_or_made


if __name__ == "__main__":
    share()
    import torch

    from core.balls.tables import make_tables
    from core.columns import warm_up
    from core.processor.byte_kernels import kernels

    make_tables(torch.device("cpu"))
    warm_up()
    kernels()  # on floats, of which tests ask where the app may not
