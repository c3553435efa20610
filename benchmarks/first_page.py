"""The first page does not wait for PyTorch: its script in a fresh process, beside importing torch alone."""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
PAGE = """
from streamlit.testing.v1 import AppTest
import sys
app = AppTest.from_file("app.py", default_timeout=60).run()
assert not app.exception and app.title[0].value and "torch" not in sys.modules
"""
REPEATS = 3


def main() -> None:
    """Print the seconds of both."""
    pairs = [(_seconds(PAGE), _seconds("import torch")) for _ in range(REPEATS)]
    page, torch = (median(times) for times in zip(*pairs, strict=True))
    print(f"start Python, run the first page, without torch: {page:.2f} s")
    print(f"start Python, import torch and nothing else: {torch:.2f} s")


def _seconds(script: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
