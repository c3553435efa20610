"""A server that begins with few open files allows itself enough for a hall."""

import subprocess
import sys
from pathlib import Path

import pytest

from ui.server.open_files import ENOUGH

resource = pytest.importorskip("resource")
ROOT = Path(__file__).resolve().parents[2]
LIMITS = "resource.getrlimit(resource.RLIMIT_NOFILE)"


def limits(soft: int, do: str, hard: str = "hard") -> tuple[int, int]:
    """The soft and the hard limit of a process that has begun with these, when it has done this."""
    begin = f"hard = {LIMITS}[1]; resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))"
    code = f"import resource\n{begin}\n{do}\nprint(*{LIMITS})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    after, beyond = map(int, done.stdout.split()[-2:])
    return after, beyond


def most() -> int:
    """What a process can have here at most."""
    hard: int = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return ENOUGH if hard == resource.RLIM_INFINITY else min(ENOUGH, hard)


def test_the_server_of_a_hall_begins_with_as_few_as_macos_gives():
    assert limits(256, "import app")[0] == most()


def test_who_has_less_to_give_gives_that_and_who_has_more_keeps_it():
    raised = "from ui.server.open_files import allow_enough; allow_enough()"
    assert limits(200, raised, hard="512") == (512, 512)
    assert limits(512, raised, hard="512") == (512, 512)
    assert limits(most(), raised)[0] == most()
