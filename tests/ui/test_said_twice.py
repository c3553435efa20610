"""What Python and a script or a style sheet both say, since neither can ask the other, they say alike."""

import re
import tomllib

import pytest

from core.live_run import LANES
from core.pixels import SIZE
from ui.broadcasting.boards import LARGEST
from ui.components import FOLDER
from ui.hidden_layers.forward_flow import MOST_EDGES, PATCH, USUAL_EDGES
from ui.house_prices.board import NEARLY
from ui.house_prices.networks import UNSEEN
from ui.live_training.live_pictures import VIEWS
from ui.live_training.looks import CURVES
from ui.live_training.pace import STEP_EVERY
from ui.live_training.watching_line import UNKNOWN_RUN
from ui.theme import BALL_COLOURS, BALL_NAMES, DIVERGING, DIVERGING_BY_NIGHT, NEGATIVE, NEUTRAL, POSITIVE

ROOT = FOLDER.parents[1]


def text(name):
    return (FOLDER / name).read_text("utf-8")


def line(name, begins):
    (found,) = [line for line in text(name).splitlines() if begins in line]
    return found


def test_what_a_script_is_sent_it_does_not_say_by_itself():
    """Of live training's scripts none is sent anything before the first frame."""
    named = {path.name for path in FOLDER.rglob("*.js") if "basketball" in path.read_text("utf-8")}
    assert named == {"pictures.js"}
    assert not re.search(rf"{UNSEEN:,}|{NEARLY}", text("house_prices/board.js"))
    assert "--land:" not in text("broadcasting/boards.css")


def test_the_balls_of_live_training():
    found = re.findall(r'\["([a-z ]+)", "(#[0-9A-F]{6})"\]', line("training/pictures.js", "const BALLS ="))
    assert found == list(zip(BALL_NAMES.values(), BALL_COLOURS.values(), strict=True))


def test_the_colours_of_the_map():
    css = text("overview/lecture_map.css").upper()
    assert dict(re.findall(r"--([A-Z]+): (#[0-9A-F]{6});", css)) == {
        kind.upper(): colour for kind, colour in BALL_COLOURS.items()
    }
    assert f"LINEAR-GRADIENT(90DEG, {NEGATIVE}, {NEUTRAL}, {POSITIVE})" in css


def test_the_scale_of_live_trainings_evidence():
    scale = line("training/live.css", "[data-view=evidence] .scale i")
    assert f"linear-gradient(90deg, {', '.join(DIVERGING)})" in scale


def test_the_bars_for_and_against_have_colours_of_the_diverging_scales():
    for sign, day, night in (
        ("plus", DIVERGING[9], DIVERGING_BY_NIGHT[8]),
        ("minus", DIVERGING[1], DIVERGING_BY_NIGHT[2]),
    ):
        bar = line("hidden_layers/neuron_card.css", f".{sign}.fill")
        assert f"background: {day}; background: light-dark({day}, {night});" in bar


def test_live_training():
    assert re.findall('"([A-Z])"', line("training/marks.js", "const LETTERS =")) == list(LANES)
    assert f"UNKNOWN_RUN = {UNKNOWN_RUN};" in text("training/socket.js")
    assert f"{1 / STEP_EVERY:g} a second" in line("training/bar.js", "step by step: ")


def test_how_live_training_can_be_looked_at():
    views = text("training/pictures.js").partition("const VIEWS = {")[2].partition("};")[0]
    assert tuple(re.findall(r"^  (\w+): \[", views, re.M)) == VIEWS
    kinds = re.findall(r"(\w+): ", line("training/figure.js", "const KIND_TITLES ="))
    assert (*LANES, *kinds) == CURVES
    assert f'const USUAL = "{VIEWS[0]}"' in text("training/pictures.js")


def test_the_patches_and_the_edges_of_a_photo_that_flows():
    flow = text("forward_flow/sums.js")
    assert f"const PATCH = {PATCH};" in flow and f"const PATCHES = {(SIZE // PATCH) ** 2};" in flow
    assert f"const MOST = {MOST_EDGES}, USUAL = {USUAL_EDGES};" in text("forward_flow/flow.js")


def test_the_largest_number_on_a_board():
    assert f"from −{LARGEST} to {LARGEST} " in text("broadcasting/stretch.js")


@pytest.mark.parametrize("name", ["borderColor", "backgroundColor", "primaryColor"])
def test_the_pages_style_sheet_has_the_colours_of_the_theme(name):
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    css = (ROOT / "assets" / "page.css").read_text("utf-8")
    found = re.findall(rf"light-dark\((#\w+), (#\w+)\).*the theme's {name}", css)
    assert set(found) == {tuple(theme[kind][name].lower() for kind in ("light", "dark"))}
