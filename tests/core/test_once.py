"""What is made once, however many ask."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.once import KEPT, once


def test_however_many_ask_at_once_it_is_made_once():
    made = []

    @once
    def slow(name: str) -> list[str]:
        made.append(name)
        time.sleep(0.05)
        return [name]

    together = threading.Barrier(6)

    def ask(name: str) -> list[str]:
        together.wait(10)
        return slow(name)

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(ask, ["cpu", "cuda"] * 3))
    assert sorted(made) == ["cpu", "cuda"]
    assert found[0] is found[2] is found[4] and found[1] == ["cuda"]


def test_a_failure_is_not_remembered():
    tries = []

    @once
    def second_time_lucky() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise MemoryError("no memory")
        return 7

    with pytest.raises(MemoryError, match="no memory"):
        second_time_lucky()
    assert second_time_lucky() == 7 == second_time_lucky() and len(tries) == 2


def test_as_many_results_are_remembered_as_it_says():
    made = []
    name = once(lambda number: made.append(number) or str(number))
    for number in (*range(KEPT), *range(KEPT), KEPT, 0):
        assert name(number) == str(number)
    assert made == [*range(KEPT), KEPT, 0]
