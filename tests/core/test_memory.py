"""Kept memory: pages that a process has once touched are not asked for again."""

import subprocess
import sys

import pytest

from core.processor.memory import keep_freed_memory

FAULTS = """
import resource, sys, torch
from core.processor.memory import keep_freed_memory
kept = {kept} and keep_freed_memory()
torch.set_num_threads(1)
W = torch.zeros(64, 12288)
for _ in range(3):
    W = W.sub(W, alpha=0.5)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(50):
    W = W.sub(W, alpha=0.5)
print(kept, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's malloc is Linux's")
def test_steps_that_make_new_tensors_fault_no_new_pages():
    done = subprocess.run(
        [sys.executable, "-c", FAULTS.format(kept=True)], capture_output=True, text=True, check=True
    )
    kept, faults = done.stdout.split()
    if kept != "True":
        pytest.skip("another C library than glibc")
    assert int(faults) < 768  # fewer than the pages of one W of 3 MB, after fifty of them


def test_elsewhere_it_says_so(monkeypatch):
    monkeypatch.setattr("ctypes.CDLL", lambda name: object())
    assert keep_freed_memory() is False


@pytest.mark.parametrize("refusal", [OSError, TypeError])  # TypeError: Windows has no library without a name
def test_without_a_c_library_to_ask_it_says_so(monkeypatch, refusal):
    def none(name):
        raise refusal(name)

    monkeypatch.setattr("ctypes.CDLL", none)
    assert keep_freed_memory() is False
