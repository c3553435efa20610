"""tqdm's progress bars, each written by one process alone.

By itself tqdm shares a lock between processes, which is a semaphore. Where Python spawns processes (on macOS,
and since 3.14 everywhere) it complains at the end of a command that nobody has given the semaphore back.
"""

import threading

from tqdm import tqdm

__all__ = ["tqdm"]

tqdm.set_lock(threading.RLock())
