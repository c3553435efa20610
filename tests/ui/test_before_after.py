"""The figure before and after: its numbers are the counts, its words the numbers."""

import json
import math

import pytest

from core.intervals import wilson
from core.own_photos.before_after import Standing, changes
from ui.live_training.before_after import alternative_text, figure, what_it_shows

BEFORE = Standing(40, ((1, 3), (0, 4), (0, 0), (0, 2), (2, 2)), (480, 640))
NOW = Standing(1300, ((3, 3), (2, 4), (0, 0), (0, 2), (1, 2)), (320, 640))


@pytest.fixture
def rows():
    return changes(BEFORE, NOW)


def test_each_row_carries_its_counts_and_intervals(rows):
    data = figure([rows], [BEFORE], [NOW], [""])
    assert (data["before"], data["now"]) == ("before, at step 40", "now, at step 1,300")
    (lane,) = data["lanes"]
    names = [row["name"] for row in lane["rows"]]
    assert names[:4] == ["soccer ball", "basketball", "two balls or more", "no ball"]
    assert names[4:] == ["all with one ball", "rendered test photos"]
    assert [row["apart"] for row in lane["rows"]] == [False] * 4 + [True] * 2
    basketball = lane["rows"][1]
    assert (basketball["before"]["text"], basketball["now"]["text"]) == ("0 of 4", "2 of 4")
    expected = wilson(2, 4)
    assert (basketball["now"]["low"], basketball["now"]["high"]) == (expected.low, expected.high)
    assert lane["rows"][4]["now"]["text"] == "5 of 7"
    assert "NaN" not in json.dumps(data) and "[" not in data["alt"]


def test_the_words_say_what_the_numbers_say(rows):
    text = what_it_shows(rows, begun=True)
    assert "**1 of 7** were right and **5 of 7** are now" in text
    assert "do not meet" not in text  # 3 … 51 % and 36 … 92 %
    assert "it forgets them" in text and "**75\u202f%** were right, now it is **50\u202f%**" in text
    assert what_it_shows(rows, begun=True, remedy="Do this.").endswith("it forgets them. Do this.")
    text = what_it_shows(rows, begun=False)  # weights from a file may have learned from them before
    assert "This run has learned nothing from your photos yet: press play." in text
    assert "choose their share above, and press play" in what_it_shows(rows, begun=False, share=0.0)
    clear = Standing(9, ((30, 30), (30, 30), (0, 0), (0, 0), (0, 0)), (480, 640))
    poor = Standing(0, ((3, 30), (3, 30), (0, 0), (0, 0), (0, 0)), (480, 640))
    text = what_it_shows(changes(poor, clear), begun=True)
    assert "do not meet" in text and "forgets" not in text
    assert "So few" not in text and "lies between 94" in text and "It has risen" in text  # 60 photos
    fair = Standing(9, ((3, 3), (4, 4), (0, 0), (0, 0), (0, 0)), (480, 640))
    none = Standing(0, ((0, 3), (0, 4), (0, 0), (0, 0), (0, 0)), (480, 640))
    text = what_it_shows(changes(none, fair), begun=True)
    assert "So few leave the share uncertain: with 95" in text and "Even so it has risen" in text
    assert "soccer ball: 1 of 3 right before, 3 of 3 now" in alternative_text(rows, "A")


def test_where_nothing_was_named_nothing_is_called_wrong():
    tied = Standing(0, ((0, 3), (0, 4), (0, 0), (0, 2), (2, 2)), (0, 640), names=False)
    rows = changes(tied, NOW)
    data = figure([rows], [tied], [NOW], [""])
    marks = {row["name"]: row["before"] for row in data["lanes"][0]["rows"]}
    for name in ("soccer ball", "all with one ball", "rendered test photos"):
        assert marks[name] == {"value": None, "low": None, "high": None, "text": "none named"}
    assert marks["no ball"]["text"] == "2 of 2"
    assert "soccer ball: none named before, 3 of 3 now (95" in data["alt"]
    text = what_it_shows(rows, begun=True)
    assert "**5 of 7** are right now; before, all outputs were equal and named nothing yet" in text
    assert "**50\u202f%** are right now." in text
    assert "0 of" not in text and "risen" not in text and "forgets" not in text
    begun = what_it_shows(changes(tied, tied), begun=False)
    assert begun.startswith("As long as all outputs are equal, nothing is named") and "0 of" not in begun


def test_photos_without_a_single_ball_and_no_rendered_ones_leave_no_gap():
    none = Standing(0, ((0, 0), (0, 0), (0, 0), (0, 0), (1, 2)), (0, 0))
    rows = changes(none, none)
    data = figure([rows], [none], [none], ["A"])
    assert [row["name"] for row in data["lanes"][0]["rows"]] == ["no ball"]
    assert not any(math.isnan(row["now"]["value"]) for row in data["lanes"][0]["rows"])
    assert "nan" not in what_it_shows(rows, begun=True) + data["alt"]


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (
            ((0, 0), (2, 2)),
            ((0, 0), (1, 2)),
            "Of your photos with no ball that were held back, **2 of 2** were",
        ),
        (
            ((3, 4), (0, 0)),
            ((4, 4), (0, 0)),
            "Of your photos with two balls or more that were held back, **3 of 4**",
        ),
        (((3, 4), (2, 2)), ((4, 4), (1, 2)), "Of your photos that were held back, **5 of 6** were"),
    ],
)
def test_of_photos_none_of_which_has_one_ball_it_is_told_as_well_what_became_of_them(before, now, said):
    nothing, rendered = ((0, 0),) * 3, (412, 512)
    rows = changes(Standing(0, nothing + before, rendered), Standing(240, nothing + now, rendered))
    text = what_it_shows(rows, begun=True)
    assert text.startswith(said)
    right, of = (sum(part) for part in zip(*now, strict=True))
    assert f"and **{right} of {of}** are now. So few leave" in text
    share = wilson(right, of)
    assert f"between {share.low:.0%} and {share.high:.0%}".replace("%", "\u202f%") in text
    begun = what_it_shows(rows, begun=False)
    assert begun.startswith(said.split(",")[0]) and f"**{right} of {of}** are right. This run has" in begun


def test_a_share_that_has_fallen_is_called_so_like_one_that_has_risen():
    def text(before, now):
        standings = [Standing(0, ((right, 40), *((0, 0),) * 4), (480, 640)) for right in (before, now)]
        return what_it_shows(changes(*standings), begun=True)

    assert "Even so it has fallen: the two intervals do not meet." in text(38, 20)
    assert "has risen: the two intervals do not meet." in text(20, 38)
    assert "fallen" not in text(30, 26) and "risen" not in text(26, 30)
