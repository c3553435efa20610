"""How many cores this process may use, which in a container can be far fewer than the machine has.

    the least of    the machine's cores
                    those that the process is bound to (taskset, Docker's --cpuset-cpus)
                    the share of time that its control group gets, in cores (Docker's --cpus, a pod's limit)

Threads for cores that it may not use keep each other waiting. Source of the files' form: the Linux kernel's
documentation, "Control Group v2" (cpu.max) and "CFS Bandwidth Control" (cpu.cfs_quota_us).
"""

import math
import os
from pathlib import Path

GROUPS = Path("/sys/fs/cgroup")


def cores(groups: Path = GROUPS) -> int:
    """At least 1. A share is rounded up: time for 1.5 cores keeps two threads busy."""
    bound = getattr(os, "sched_getaffinity", None)  # not on every system
    here = len(bound(0)) if bound else os.cpu_count() or 1
    share = _share(groups)
    return max(1, here if share is None else min(here, math.ceil(share)))


def _share(groups: Path) -> float | None:
    """Time a period over the period, of the group that a container sees as its root; None without a limit."""
    try:
        if (groups / "cpu.max").is_file():
            time, period = (groups / "cpu.max").read_text().split()
        else:
            time, period = (
                (groups / "cpu" / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period")
            )
        return None if time == "max" or int(time) <= 0 else int(time) / int(period)
    except (OSError, ValueError, ZeroDivisionError):
        return None


CORES = cores()
