"""Work in parallel: in order, only so far ahead, errors and early ends."""

import threading
import time

import pytest

from core.processor.parallel import blocks, in_parallel


def test_the_order_is_that_of_the_items_however_long_each_takes():
    def slow(i):
        time.sleep(0.002 * (i % 3))
        return i * i

    assert list(in_parallel(slow, range(40))) == [(i, i * i) for i in range(40)]
    assert list(in_parallel(slow, [])) == []


@pytest.mark.parametrize("ahead", [1, 3, 8])
def test_an_endless_source_is_taken_only_so_far_ahead(ahead):
    taken = []

    def source():
        i = 0
        while True:
            taken.append(i)
            yield i
            i += 1

    stream = in_parallel(lambda i: -i, source(), ahead=ahead)
    for i in range(20):
        assert next(stream) == (i, -i)
        assert len(taken) <= i + ahead
    stream.close()
    assert not at_work()


def at_work():
    """Threads that are there still after a while, in which they end who have nothing to do."""
    end = time.monotonic() + 5
    while (
        left := [t.name for t in threading.enumerate() if t.name.startswith("photo")]
    ) and time.monotonic() < end:
        time.sleep(0.01)
    return left


def test_who_stops_early_waits_for_nobody_and_nothing_else_begins():
    begun, finished, go_on = [], [], threading.Event()

    def work(i):
        begun.append(i)
        if i:
            go_on.wait(5)
            finished.append(i)
        return i

    stream = in_parallel(work, range(10), threads=2)
    assert next(stream) == (0, 0)
    end = time.monotonic() + 5
    while len(begun) < 3 and time.monotonic() < end:  # both threads are at work
        time.sleep(0.01)
    stream.close()
    assert not finished and sorted(begun) == [0, 1, 2]
    go_on.set()
    assert not at_work() and len(begun) == 3 and sorted(finished) == [1, 2]


def test_an_error_reaches_whoever_takes():
    def fails(i):
        if i == 3:
            raise RuntimeError("the third")
        return i

    stream = in_parallel(fails, range(10))
    assert [next(stream)[0] for _ in range(3)] == [0, 1, 2]
    with pytest.raises(RuntimeError, match="the third"):
        next(stream)


def test_blocks_hold_every_item_once():
    assert list(blocks(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
