"""What Numba compiles is kept on disk; where nothing can be kept, it is compiled all the same."""

import os
import shutil
import subprocess
import sys

import pytest

from core.processor import compiled

KERNEL = """
from numba import njit
from compiled import kept_if_possible

def _twice(x):
    return x + x

twice = kept_if_possible(lambda kept: njit("int64(int64)", cache=kept)(_twice))
"""
ASKED = """
import resource
{before}
from kernel import twice
assert twice(21) == 42
"""


def asked(folder, *, before="", **env):
    """The kernel in a process of its own, and the files that it has kept."""
    shutil.copy(compiled.__file__, folder)
    (folder / "kernel.py").write_text(KERNEL)
    env = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", **env}
    env.pop("NUMBA_CACHE_DIR", None)
    command = [sys.executable, "-c", ASKED.format(before=before)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr
    return list(folder.rglob("*.nbc"))


def test_kept_where_it_can_be(tmp_path):
    assert len(asked(tmp_path)) == 1


@pytest.mark.parametrize("disk", ["nowhere to write", "full"])
def test_compiled_all_the_same_where_it_cannot_be_kept(disk, tmp_path):
    if disk == "full":  # every write to a file fails
        assert not asked(tmp_path, before="resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))")
    else:  # no permission would do for root: folders that cannot be made
        (tmp_path / "__pycache__").write_bytes(b"")
        assert not asked(tmp_path, HOME=os.devnull, XDG_CACHE_HOME=os.devnull)
