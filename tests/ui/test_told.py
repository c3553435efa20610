"""What a component tells is checked: what is no such thing is None."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ui import told
from ui.broadcasting.boards import USUAL, checked
from ui.hidden_layers.weight_wall import Hand, Wall
from ui.one_ball.neuron import _checked

ANYTHING = [
    None,
    True,
    -1,
    1.5,
    math.nan,
    math.inf,
    1e308,
    10**400,
    "",
    "x" * 1_000_000,
    "\ud800",
    [],
    [[]],
    {},
]


@pytest.mark.parametrize("value", [True, 1.0, "1", None, 10**400, [1], {}])
def test_what_is_no_whole_number(value):
    assert told.whole(value) is None


def test_whole_numbers():
    assert told.whole(0) == 0 and told.whole(-told.LARGEST) == -told.LARGEST
    assert told.whole(told.LARGEST + 1) is None


@pytest.mark.parametrize(
    "value",
    [None, "123", [1, 2], [1, 2, 3, 4], [1, 2, math.nan], [1, 2, math.inf], [1, 2, 10**400], [1, 2, True]],
)
def test_what_are_no_three_numbers(value):
    assert told.finite(value, 3) is None


def test_three_numbers():
    assert told.finite([1, 2.5, -3], 3) == [1.0, 2.5, -3.0] and told.finite((0, 0, 0), 3) == [0.0] * 3


def test_words_that_a_link_can_hold():
    assert told.word("own") == "own" and told.word("ŷ") == "ŷ" and told.word("") == ""
    assert told.word("x" * told.LONGEST) and told.word("x" * (told.LONGEST + 1)) is None
    assert told.word("\ud800") is None and told.word(5) is None and told.word(None) is None


def test_the_browser_hears_back_which_deed_this_is(monkeypatch):
    state = {}
    monkeypatch.setattr("ui.told.st.session_state", state)
    assert told.when("board", "moved") == 0
    for at in (True, -1, math.nan, 10**400, "1", None):
        state["board"] = {"moved": {"at": at}}
        assert told.when("board", "moved") == 0, at
    for moved in (None, [], 5, {}):
        state["board"] = {"moved": moved}
        assert told.when("board", "moved") == 0, moved
    state["board"] = {"moved": {"at": 1_790_000_000_000}}
    assert told.when("board", "moved") == 1_790_000_000_000


@pytest.mark.parametrize("scene", [None, 5, [], {}, {"drow": 1, "dcol": 2}])
def test_what_is_no_scene(scene):
    assert _checked(scene) is None


def test_a_scene_has_whole_numbers_and_a_label():
    scene = {"photo": "64-3", "drow": 1, "dcol": -2, "y": 0}
    assert _checked(scene) == scene
    for wrong in ({"drow": 0.5}, {"dcol": None}, {"dcol": "3"}, {"y": 2}, {"y": True}, {"drow": math.nan}):
        assert _checked(scene | wrong) is None


@pytest.mark.parametrize("name", ["m", "k", "W", "X", "b"])
def test_what_is_no_board(name):
    board = vars(USUAL)
    assert checked(board) == USUAL
    assert all(checked(given) is None for given in ANYTHING)
    assert checked({other: board[other] for other in board if other != name}) is None
    assert all(checked(board | {name: given}) is None for given in [*ANYTHING, 9])
    for given in [100, *ANYTHING[4:]]:
        assert checked(board | {name: [given] * 4}) is None, given
        assert checked(board | {name: [[given] * 4, *USUAL.W[1:]]}) is None, given


def test_what_no_hand_does_on_a_wall():
    wall = Wall("w", "a wall", np.zeros((3, 12288), np.uint8), "", ("", "", ""))
    for given in [*ANYTHING, 3]:
        assert wall._checked(given, given, given) == Hand(chosen=0), given
        assert replace(wall, mode="switch")._checked(given, given, given) == Hand(), given
        assert wall._checked("plain", 2, [given, 1, 1]) == Hand("plain", 2, (1,)), given
