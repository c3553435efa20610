"""The pool of live runs when a hall opens the page at once."""

import time
from concurrent.futures import ThreadPoolExecutor

from core.once import once
from ui.live_training import runs


def test_all_who_ask_first_get_the_same_pool(monkeypatch):
    class Slow:
        def __init__(self, *_):
            time.sleep(0.1)

    monkeypatch.setattr(runs, "Pool", Slow)
    monkeypatch.setattr(runs, "pool", once(runs.pool.__wrapped__))
    with ThreadPoolExecutor(8) as hall:
        assert len(set(hall.map(lambda _: runs.pool(), range(8)))) == 1
