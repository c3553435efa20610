"""make's first step, tools/environment.sh: the Python that is given is the one that is taken."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "tools" / "environment.sh"
PYTHON = """#!/bin/sh
case "$*" in
    --version) echo "Python 3.99" ;;
    "-m venv .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
esac
"""


@pytest.mark.skipif(shutil.which("sh") is None, reason="no shell there")
def test_the_python_that_is_given_may_have_a_space_in_its_path(tmp_path: Path) -> None:
    python = tmp_path / "my own" / "python3"
    python.parent.mkdir()
    python.write_text(PYTHON)
    python.chmod(0o755)
    asked = ["sh", str(SCRIPT), str(python)]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "Making .venv with Python 3.99\n"), done.stderr
    assert (tmp_path / ".venv" / "bin" / "python").exists()
