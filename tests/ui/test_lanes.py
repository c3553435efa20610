"""The colours of runs side by side: the same wherever they stand, legible, and of nothing else."""

import re

import pytest

from tests.ui.test_theme import contrast, rgb
from ui.components import FOLDER
from ui.theme import BALL_COLOURS, DIVERGING

PAPER = {"light": "#FDFCFA", "dark": "#161A20"}
COLOUR = r"#[0-9A-F]{6}"


def text(name):
    return (FOLDER / name).read_text("utf-8")


def lanes():
    """theme → the three colours, as curves have them."""
    (line,) = re.findall(r"const LANES = .*", text("training/theme.js"))
    return {theme: re.findall(COLOUR, part) for theme, part in zip(PAPER, line.split("dark"), strict=True)}


def test_cards_and_tables_have_the_colours_of_the_curves():
    pairs = list(zip(*lanes().values(), strict=True))
    css = text("training/live.css")
    assert [tuple(re.findall(COLOUR, line)) for line in re.findall(r".*\.lane-\d \{ --lane.*", css)] == pairs
    assert re.findall(rf"light-dark\(({COLOUR}), ({COLOUR})\)", text("confusion/parts.js")) == pairs


@pytest.mark.parametrize("theme", PAPER)
def test_each_can_be_read_and_the_second_and_third_are_no_ball_and_speak_for_or_against_nothing(theme):
    """The first is the accent of the app: a table's right cells need a hue beside the grey of the others."""
    colours = lanes()[theme]
    assert len(set(colours)) == 3
    for colour in colours:
        assert contrast(rgb(colour), rgb(PAPER[theme])) >= 4.5
    taken = [*BALL_COLOURS.values(), *DIVERGING]
    for colour in colours[1:]:
        assert min(distance(colour, other) for other in taken) > 40


def distance(a, b):
    """Between two colours, of 0 … 255 each of red, green and blue."""
    return sum((x - y) ** 2 for x, y in zip(channels(a), channels(b), strict=True)) ** 0.5


def channels(colour):
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
