"""Where an answer is the toss of a coin: one rule, and every page that says what a model says has it."""

import numpy as np
import pytest

from ui.theme import BALL_NAMES
from ui.three_balls.said import answer
from ui.undecided import close, tossed, undecided, undecided_of
from ui.unique_ball.said import steps, what_head_says
from ui.your_photo.answers import Answer

NAMES = list(BALL_NAMES.values())


@pytest.mark.parametrize(
    ("p", "tossed"), [(0.44, False), (0.45, True), (0.5, True), (0.55, True), (0.56, False), (0.02, False)]
)
def test_from_45_to_55_percent_an_output_could_as_well_be_the_opposite(p, tossed):
    assert undecided(p) is tossed


def test_the_likeliest_stand_first_with_what_they_are_given():
    p = [0.48, 0.1, 0.52]
    assert undecided_of(p) == [2, 0]
    assert tossed(NAMES, p, [2, 0]) == ["baseball (52\u202f%)", "soccer ball (48\u202f%)"]


@pytest.mark.parametrize(
    ("p", "found"),
    [
        ((0.42, 0.07, 0.51), [2, 0]),
        ((0.4, 0.08, 0.52), []),
        ((0.34, 0.33, 0.33), [0, 1, 2]),
        ((1.0, 0.0, 0.0), []),
    ],
)
def test_of_a_distribution_those_about_as_likely_as_the_likeliest(p, found):
    assert close(p) == found


def test_goal_2_says_of_a_photo_on_its_own_page_what_it_says_among_your_photos():
    for p in ((0.9, 0.1, 0.52), (0.478, 0.503, 0.522), (0.3, 0.46, 0.55), (0.61, 0.23, 0.6)):
        given = np.array(p, np.float32)
        there = Answer("goal2", given, given, np.zeros((3, 64, 64), np.float32))
        doubtful = [name for name in NAMES if f"{name} (" in answer(p, None)]
        assert sorted(doubtful) == sorted(there.undecided), p
    one = answer([0.9, 0.1, 0.52], [1, 0, 0])
    assert one == (
        "Goal 2 says: **soccer ball**; undecided: baseball (52\u202f%). The rule ŷ\u00a0>\u00a0½ makes it "
        "**soccer ball and baseball**. The label says soccer ball: two of the three neurons are right."
    )
    none = answer([0.478, 0.1, 0.49], None)
    assert none.startswith("Goal 2 is undecided: baseball (49\u202f%) and soccer ball (48\u202f%).")
    assert none.endswith("makes it **no ball**.")


def test_goal_3_does_not_answer_with_one_of_two_that_are_as_likely():
    p = (0.42, 0.07, 0.51)
    said = what_head_says(steps(np.log(p).tolist(), p), (1, 0, 0)).replace("\u00a0", " ")
    assert said == (
        "The model is undecided: **baseball** (ŷ₃ = 0.510) or **soccer ball** (ŷ₁ = 0.420). The largest ŷ "
        "makes it baseball. That is wrong: the label says soccer ball."
    )
