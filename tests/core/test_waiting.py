"""OpenMP's threads wait briefly, as it is said before torch is there."""

import os
import subprocess
import sys

import pytest

WAITED = """
import sys, time
{first}
assert "torch" not in sys.modules
import torch
torch.set_num_threads(2)
x = torch.ones(1 << 20)
spent = []
for _ in range(40):
    x.exp()
    before = time.process_time_ns()
    time.sleep(0.005)
    spent.append(time.process_time_ns() - before)
print(sorted(spent)[len(spent) // 2] / 1e6)
"""


def waited(first, **environment):
    """Milliseconds that the process counts after a sum in two threads, while nothing is asked of it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "GOMP_"))}
    script = WAITED.format(first=first)
    done = subprocess.run(
        [sys.executable, "-c", script], env=env | environment, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="GNU's OpenMP comes with torch on Linux")
def test_a_thread_that_waits_leaves_its_core_to_others():
    import_it = "from core.processor.waiting import give_cores_back; give_cores_back()"
    assert waited(import_it) < 0.5


def test_what_is_set_from_outside_stays():
    script = (
        "import os; from core.processor.waiting import give_cores_back; give_cores_back();"
        "assert os.environ['GOMP_SPINCOUNT'] == '7'"
    )
    subprocess.run([sys.executable, "-c", script], env=os.environ | {"GOMP_SPINCOUNT": "7"}, check=True)
