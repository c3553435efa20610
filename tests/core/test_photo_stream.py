"""Work in parallel: in order, only so far ahead, errors and early ends."""

import os
import threading
import time
from pathlib import Path

import pytest

from core.photo_stream import blocks, in_parallel, read_file


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
    assert not any(thread.name.startswith("photo") for thread in threading.enumerate())


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


def test_what_is_no_file_is_told_in_a_sentence(tmp_path):
    assert str(read_file(tmp_path / "none.jpg")) == "The file cannot be read: No such file or directory."
    assert "cannot be read" in str(read_file(tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such files")
def test_what_never_ends_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    for path in (tmp_path / "pipe.jpg", Path("/dev/zero")):
        assert "device or a pipe" in str(read_file(path))
