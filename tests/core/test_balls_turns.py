"""Few photos go before many; the tables of all of them are made once, before the first one."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from core.balls import MIXED, Recipe, render, sphere, turns
from core.balls.tables import TABLES, make_tables
from core.balls.turns import Turns
from tests import shared_tables


@pytest.fixture
def many():
    """many(turns, began): a thread that waits for its turn, sets `began`, and ends when `over` is set."""
    over = threading.Event()
    with ThreadPoolExecutor(8) as pool:

        def start(turns: Turns, began: threading.Event) -> None:
            def chunk() -> None:
                with turns.many():
                    began.set()
                    over.wait(10)

            pool.submit(chunk)

        start.over = over
        yield start
        over.set()


def test_many_wait_while_few_are_rendered(many):
    turns, began = Turns(2), threading.Event()
    with turns.few():
        with turns.few():
            many(turns, began)
        assert not began.wait(0.1)
    assert began.wait(10)


def test_many_wait_for_a_moment_of_calm(many, monkeypatch):
    monkeypatch.setattr(turns, "CALM", 0.3)
    line, began = Turns(2), threading.Event()
    for _ in range(3):
        with line.few():
            pass
    many(line, began)
    assert not began.wait(0.15)
    assert began.wait(10)


def test_few_never_wait(many):
    turns, began = Turns(1), threading.Event()
    many(turns, began)
    assert began.wait(10)
    with turns.few():
        pass


def test_no_more_than_so_many_run_at_once(many):
    turns, began = Turns(2), [threading.Event() for _ in range(3)]
    for event in began:
        many(turns, event)
    assert sum(event.wait(0.2) for event in began) == 2
    many.over.set()
    assert all(event.wait(10) for event in began)


def test_few_after_few_do_not_keep_the_many_for_ever(many, monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    line, began = Turns(2), threading.Event()
    with line.few():
        many(line, began)
        assert began.wait(10)


def test_no_photo_needs_a_table_that_was_not_made_before(monkeypatch):
    monkeypatch.delenv(shared_tables.FOLDER, raising=False)  # none is found that another process has made
    make_tables(torch.device("cpu"))
    assert len(set(TABLES)) == len(TABLES)

    def late():
        raise AssertionError("a table is made while photos wait")

    monkeypatch.setattr(sphere, "directions", late)
    for recipe in (MIXED, Recipe(none=1.0, one=0.0, two=0.0, three=0.0, empty=0.0)):
        render(9, range(96), recipe, device="cpu")
