"""The page from app.py, without a browser; what it keeps, refuses and says."""

import copy
import math
from dataclasses import replace
from functools import partial

import pytest
import torch

from core.broadcasting_traps import trap
from core.experiments import loop_or_batch as experiment
from core.experiments.loop_or_batch import Timed, Timings
from core.initialisation import initialise
from core.pixels import N
from core.typed_shapes import LONGEST
from tests.app_tests import verbatim
from tests.pages.jobs import run_to_the_end
from ui.broadcasting.boards import BOARD, USUAL, checked
from ui.broadcasting.memory import in_bytes
from ui.broadcasting.playground import FIRST, PRESETS, size_in_words, sums
from ui.broadcasting.times import alternative_text, what_it_shows
from ui.numbers import power
from ui.words import m_equals

SENT = {"m": 5, "k": 3, "W": USUAL.W, "X": USUAL.X, "b": USUAL.b, "stretched": False}


@pytest.fixture
def page(open_page):
    return partial(open_page, "broadcasting")


def words(app):
    elements = (*app.markdown, *app.caption, *app.error, *app.info)
    return "\n".join([*(element.value for element in elements), *verbatim(app)])


# ---- the page ----------------------------------------------------------------------------------------


def test_page_opens_on_the_first_trap_with_the_libraries_own_words(page):
    app = page()
    assert app.title[0].value == "Broadcasting"
    text = words(app)
    assert "ValueError: operands could not be broadcast together with shapes (3,) (3,5)" in text
    assert "The size of tensor a (3) must match the size of tensor b (5) at non-singleton dimension 1" in text
    assert "A copy takes **1,000 times** the memory" in text and "counted from 0" not in text
    (table,) = app.table
    assert table.value.iloc[1:, 1].tolist() == ["(3, 1000)"] * 2 and table.value.iloc[2, 3] == "12,000"
    assert "b.expand(3, 1000)" in table.value.iloc[1, 0]


def test_presets_fill_both_fields(page):
    app = page()
    for label, a, b in PRESETS:
        next(button for button in app.button if button.label == label).click().run()
        assert [field.value for field in app.text_input] == [a, b]
        assert ("torch.Size" in words(app)) == (label != "(3,) against (3,5)") and not app.error


def test_shapes_stand_in_the_link(page):
    app = page(a="2,1,4", b="3,1")
    assert "torch.Size([2, 3, 4])" in words(app) and "96 bytes" in words(app)


def test_wrong_shapes_get_a_sentence(page):
    app = page(a="<b>3</b>", b="3,-1")
    assert ["whole numbers" in app.error[0].value, "negative" in app.error[1].value] == [True, True]
    assert not any("<b>" in error.value for error in app.error)
    for text, why in (("", "Type a shape"), ("1," * 40, "at most 8"), ("٣", "whole numbers")):
        app.text_input[0].set_value(text).run()
        assert why in app.error[0].value and len(app.error) == 2 and not verbatim(app)
    app.text_input[0].set_value("3").run()
    app.text_input[1].set_value("()").run()
    assert not app.error and "torch.Size([3])" in words(app)


def test_a_shape_that_is_longer_than_its_field_is_not_taken_and_that_is_said(page):
    app = page(a="3," * LONGEST)
    assert app.text_input[0].value == FIRST[0] and not app.error
    (said,) = app.toast
    assert said.value == f"The link’s **a** needs to be of at most {LONGEST} characters. It stands at “3”."


def test_a_billion_by_a_billion_takes_no_memory(page):
    app = page(a="1000000000,1000000000", b="1000000000,1")
    assert "1,000,000,000,000,000,000 numbers, 4 EB in float32; nothing of it was made" in words(app)


def test_sizes_that_a_library_refuses_are_not_said_to_have_been_given_to_it(page):
    app = page(a="1000000000,1000000000", b="16,1,1")
    assert "64 EB in float32: such sizes are more than NumPy and PyTorch can count." in words(app)
    app = page(a="1000000000,0,1000000000,1000000000", b="1")  # PyTorch takes them
    assert "0 bytes in float32: such sizes are more than NumPy can count." in words(app)
    assert "were given arrays" not in words(app)


def test_a_billion_columns_are_computed(page):
    app = page()
    app.get("button_group")[0].set_value(1_000_000_000).run()
    assert "1,000,000,000 times" in words(app) and "12 GB: computed" in words(app)
    table = app.table[0].value
    assert table["shape"].tolist() == ["(3, 1)", "(3, 10⁹)", "(3, 10⁹)"], "a phone has room for them"
    assert table["strides"].tolist() == ["(1, 1)", "(1, 0)", "(10⁹, 1)"]


def test_both_ways_are_timed(page, monkeypatch):
    monkeypatch.setattr(experiment, "ENOUGH", 1e-9)
    app = page()
    assert "ot measured yet" not in words(app), "the figure says so"
    run_to_the_end(app, "Measure")
    latest = app.session_state["job:broadcasting_times"].latest
    assert latest.done and latest.k == 3 and all(point.loop > 0 < point.batch for point in latest.points)
    assert any("times** as long as the batch" in text.value for text in app.markdown)
    app.get("button_group")[1].set_value(64).run()
    assert app.get("progress")[0].proto.text.startswith("Measured with 3 neurons: "), "not with 64"


# ---- the board ---------------------------------------------------------------------------------------


def test_the_links_board_is_taken_and_kept(page):
    app = page(m="2", k="4", bias="1,2,3,4.25", stretched="true")
    board = app.session_state[BOARD]
    assert (board.m, board.k, board.b, board.W) == (2, 4, (1, 2, 3, 4.25), USUAL.W)
    assert board.stretched and not app.info
    W, b, X, Y = board.tensors()
    assert (W.shape, b.shape, X.shape, Y.shape) == ((4, 4), (4, 1), (4, 2), (4, 2))


@pytest.mark.parametrize(
    "query",
    [
        {"m": "0", "W": "1,2"}, {"k": "٣", "bias": "<b>", "stretched": "yes"},
        {"bias": "1,2,3,100", "X": ",".join(["nan"] * 32)},
    ],
)  # fmt: skip
def test_a_malformed_board_gets_a_sentence_and_the_usual_one(page, query):
    app = page(**query)
    assert app.session_state[BOARD] == USUAL
    assert all(name in app.info[0].value for name in query)
    assert len(app.info) == 1 and "could not be used" in app.info[0].value and "<b>" not in app.info[0].value


def test_what_the_browser_sends_is_checked():
    assert checked(copy.deepcopy(SENT)) == USUAL
    assert checked({**SENT, "b": [1, 2, 3, 0.123]}).b == (1, 2, 3, 0.12)
    assert checked({**SENT, "stretched": True}).stretched
    for wrong in (
        None, {}, [], "x", {**SENT, "m": 9}, {**SENT, "m": 2.5}, {**SENT, "m": True}, {**SENT, "k": 0},
        {**SENT, "m": math.inf}, {**SENT, "m": None}, {**SENT, "b": [1, 2, 3]},
        {**SENT, "b": [1, 2, 3, math.nan]}, {**SENT, "b": [1, 2, 3, 10**400]},
        {**SENT, "W": [[1] * 4] * 3}, {**SENT, "X": [[1] * 7] * 4},
        {**SENT, "W": [["a"] * 4] * 4}, {**SENT, "b": [1, 2, 3, 99.5]},
        {**SENT, "stretched": 1}, {**SENT, "stretched": "true"},
    ):  # fmt: skip
        assert checked(wrong) is None, wrong


def test_the_lectures_count_of_parameters():
    generator = torch.Generator().manual_seed(0)
    assert initialise((N, 3), generator=generator).parameter_count == 3 * N + 3 == 36_867


# ---- what it says ------------------------------------------------------------------------------------


def test_the_traps_stand_beside_what_was_meant():
    wrong, meant = sums((3,), (3, 3), trap((3,), (3, 3)))
    assert wrong["bad"] and "6 of 9" in wrong["note"]
    assert wrong["parts"][2]["values"] == [[11, 22, 33], [41, 52, 63], [71, 82, 93]]
    assert meant["parts"][2]["values"] == [[11, 21, 31], [42, 52, 62], [73, 83, 93]]
    assert wrong["parts"][2]["wrong"] == [[False, True, True], [True, False, True], [True, True, False]]
    assert meant["parts"][0]["repeated"] == [[False, True, True]] * 3


@pytest.mark.parametrize(("a", "b", "flat"), [((3,), (3, 5), "a"), ((3, 5), (3,), "b")])
def test_it_is_the_flat_one_that_is_reshaped(a, b, flat):
    assert f"as with {flat}[:, None]" in sums(a, b, trap(a, b))[1]["note"]


def timed(m, loop, batch):
    return Timed(m, loop, batch, (7, 7), 3e-7)


def test_the_times_in_words():
    timings = Timings(3, N, 1, (timed(1, 1e-5, 1e-5), timed(8, 8e-4, 1e-4), timed(16, 1e-3, 5e-4)), 3)
    text = what_it_shows(timings)
    assert f"3 neurons: at {m_equals(8)} the loop takes **8.0 times**" in text
    assert f"At {m_equals(16)} it is 2.0 times" in text
    assert "takes 31.2\N{NO-BREAK SPACE}µs" in text, "no line ends before its unit"
    assert "relative difference of 3·10⁻⁷ (float32, 1 thread)" in text
    assert "as long as the batch, the most of all sizes." in text
    assert "as long as the batch, the most so far." in what_it_shows(replace(timings, total=4)), "others come"
    assert "m = 8: loop 0.8 ms, batch 0.1 ms" in alternative_text(timings.points)
    assert "Not measured yet" in alternative_text(())


def test_small_words():
    assert [power(v) for v in (0, 3e-17, 2e10)] == ["0", "3·10⁻¹⁷", "2·10¹⁰"]
    sizes = [0, 12, 4096, 12 * 10**9, 4 * 10**18, 4 * 10**21]
    assert [in_bytes(v) for v in sizes] == ["0 bytes", "12 bytes", "4.1 kB", "12 GB", "4 EB", "4,000 EB"]
    assert in_bytes(2 * 10**28) == "2·10²⁸ bytes"


def test_the_size_of_what_no_machine_holds():
    assert "would be 4 numbers, 16 bytes in" in size_in_words((4, 1))
    assert "The result has 9 numbers, 36 bytes in" in size_in_words((3, 3), made=True), "it is shown"
    assert "would be 1 number, 4 bytes in" in size_in_words(())
    assert "would be 0 numbers, 0 bytes in" in size_in_words((10**9, 10**9, 10**9, 0))
    assert "would be 1.6·10¹⁹ numbers, 64 EB in" in size_in_words((10**9, 10**9, 16))
    assert "would be 5·10²⁷ numbers, 2·10²⁸ bytes in" in size_in_words((10**9, 10**9, 10**9, 5))
    assert "would be 1·10⁷² numbers" in size_in_words((10**9,) * 8)


def test_shapes_that_a_button_has_filled_in_stay_whatever_else_is_pressed_at_once(open_page):
    app = open_page("broadcasting")
    unheard = app._tree.get_widget_states()  # what the browser says as long as it has not heard
    app.button(key="broadcasting_3,1_1,3").click().run()
    app._run(unheard)
    assert [field.value for field in app.text_input] == ["3,1", "1,3"] and not app.exception
