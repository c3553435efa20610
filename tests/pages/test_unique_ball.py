"""Goal 3's page from app.py, without a browser; and the examples that it begins with."""

import math
import re
import time
from decimal import Decimal
from functools import partial
from threading import Event

import numpy as np
import pytest
import torch

from core.activations import SOFTMAX
from core.balls import GALLERY_SEED, MIXED, labels, render
from core.heads import predict
from core.losses import BINARY_CROSS_ENTROPY, SOFTMAX_CROSS_ENTROPY, TANGLED
from core.network import propagate
from core.weights import load_model
from tests.live_runs import until
from tests.pages.jobs import button
from ui.controls import ChosenPhoto
from ui.figures.denominator import denominator
from ui.figures.two_heads import two_heads
from ui.logits import from_link, to_link
from ui.numbers import signed
from ui.theme import BALL_COLOURS, BALL_NAMES
from ui.unique_ball import two_balls
from ui.unique_ball.derivatives import CHANGES, OTHERS, autograd_check, slope_of_first
from ui.unique_ball.label import own, where_from
from ui.unique_ball.said import (
    count_words,
    softmax_with_numbers,
    steps,
    verdict,
    what_first_learns,
    what_head_says,
)
from ui.unique_ball.two_balls import (
    ROW,
    Count,
    count_both,
    says_both,
    surest_photo,
    two_ball_examples,
    two_ball_indices,
)


@pytest.fixture
def page(open_page):
    return partial(open_page, "unique_ball")


def test_page_runs(page):
    app = page(photo=f"{GALLERY_SEED}-220")
    assert app.title[0].value == "Goal 3: exactly one"
    assert len(app.get("plotly_chart")) == 2
    photos = [one for images in app.get("image") for one in images.proto.imgs]
    assert len(photos) == 2 and all(one.url.startswith("data:image/png") for one in photos)
    assert not app.info
    assert any(
        text.value.startswith(("The model’s answer", "The model is undecided")) for text in app.markdown
    )


@pytest.mark.parametrize(("soccer", "basketball", "baseball"), [(0, 0, 0), (1, 1, 1)])
def test_labels(page, soccer, basketball, baseball):
    app = page()
    for toggle, on in zip(app.toggle[:3], (soccer, basketball, baseball), strict=True):
        toggle.set_value(bool(on))
    app.run()
    without = "without a label its neuron 1 learns nothing"  # Goal 3’s, not Goal 2’s
    assert (without in " ".join(text.value for text in app.markdown)) is not any(
        (soccer, basketball, baseball)
    )


def formulas(app):
    return "\n".join(text.value for text in app.latex)


def test_the_label_is_the_photos_own_and_its_derivative_the_lectures(page):
    app = page()
    y = labels(GALLERY_SEED, [surest_photo(load_model("goal3"))]).flatten().tolist()
    assert sum(y) == 1 and [float(toggle.value) for toggle in app.toggle] == y * 2
    assert any("the photo’s own label: exactly one ball" in text.value for text in app.caption)
    assert r"{\LARGE \hat y - y}" in formulas(app) and r"\Big(\sum_k y_k\Big)" not in formulas(app)
    first_off = y.index(0.0)
    app.toggle[3 + first_off].set_value(True).run()  # at the derivatives; those above follow
    y[first_off] = 1.0
    # In one line on a phone, as before: the board below stays under the hand.
    assert any(text.value == "This is not the photo’s own label." for text in app.caption)
    assert [float(toggle.value) for toggle in app.toggle] == y * 2
    assert r"\Big(\sum_k y_k\Big)\,\hat y - y = 2\,\hat y - y" in formulas(app)
    in_link = [app.query_params[f"label_{kind}"] for kind in BALL_NAMES]
    assert [str(text).strip("[']") for text in in_link] == [str(on > 0).lower() for on in y]
    app.toggle[first_off].set_value(False).run()
    assert r"\LARGE" in formulas(app) and "label_soccer" not in app.query_params


@pytest.mark.parametrize(
    ("link", "y"),
    [
        ({"label_soccer": "false"}, [0, 1, 0]),
        ({"label_baseball": "true"}, [1, 1, 1]),
        ({"label_soccer": "TRUE", "label_basketball": "false", "label_baseball": "<b>"}, [1, 0, 0]),
    ],
)
def test_a_label_in_a_link_means_what_it_always_did(page, link, y):
    assert [float(toggle.value) for toggle in page(photo=f"{GALLERY_SEED}-3", **link).toggle] == y * 2


def photo_of(*Y):
    y = None if not Y else np.array(Y, np.float32)
    return ChosenPhoto(np.zeros((64, 64, 3), np.uint8), y, "", 64, 3, False)


def test_where_a_photo_has_no_label_of_this_goal_that_is_said():
    assert own(photo_of(0, 0, 1), 1) == [0, 0, 1] and own(photo_of(1, 1, 0), 2) == [1, 1, 0]
    assert own(photo_of(0, 0, 0), 2) == own(photo_of(), 2) == [0, 0, 1]
    assert "no ball" in where_from(photo_of(0, 0, 0), [0, 0, 1], 2)
    assert "Nobody has said" in where_from(photo_of(), [0, 0, 1], 2)
    assert "two balls, which this goal rules out" in where_from(photo_of(1, 1, 0), [1, 1, 0], 0)
    assert "not the photo’s own" in where_from(photo_of(1, 1, 0), [1, 0, 0], 0)


def test_a_label_set_by_hand_is_told_as_what_it_is():
    assert where_from(photo_of(0, 0, 0), [0, 0, 0], 2) == (
        "This is the photo’s own label: no ball, which this goal rules out."
    )
    assert where_from(photo_of(0, 0, 0), [1, 0, 0], 2) == "This is not the photo’s own label."
    for y in ([0, 0, 0], [1, 1, 1], [1, 0, 0]):
        assert where_from(photo_of(), y, 2).endswith("your photo is not sorted yet.")


def test_goal_2_sees_no_other_row_and_goal_3_does():
    generator = torch.Generator().manual_seed(5)
    x = torch.rand(12288, 1, generator=generator) * 2 - 1
    y = torch.tensor([[1.0], [0.0], [0.0]])
    goal2, goal3 = load_model("goal2"), load_model("goal3")
    for other, row in OTHERS.items():
        apart = slope_of_first(goal2, x, y, BINARY_CROSS_ENTROPY, CHANGES, other)
        coupled = slope_of_first(goal3, x, y, SOFTMAX_CROSS_ENTROPY, CHANGES, other)
        assert apart.max() == apart.min()
        assert coupled.max() - coupled.min() > 0.1
        assert (coupled[1:] <= coupled[:-1]).all()  # more for the other class, less for class 1
        Z = propagate(goal3, x).Z[-1].repeat(1, len(CHANGES))
        Z[row] += torch.tensor(CHANGES)
        expected = torch.softmax(Z, dim=0)[0] - 1
        np.testing.assert_allclose(coupled, expected.numpy(), atol=1e-4)


@pytest.mark.parametrize(
    ("level", "coupled", "end", "said"),
    [
        (-0.8, (-0.4, -0.5, -1.0), -8, "follows w₃"),
        (-0.8, (-0.1, -0.5, -1.0), 8, "follows w₃"),  # −0.1 has no room for a name below the line of 0
        (-0.8, (-0.1, -0.5, -0.81), -8, "follows w₃"),  # nor can one tell −0.81 from −0.8
        (0.8, (0.7, 0.4, 0.1), -8, "follows w₃"),
        (0.8, (0.7, 0.4, 0.3), 8, "follows w₃"),
        (-0.8, (0, 0, 0), 8, "0 "),
    ],
)
def test_two_lines_are_named_where_they_are_far_apart_and_off_the_line_of_0(level, coupled, end, said):
    level, follows = np.full(3, level), np.array(coupled, dtype=float)
    figure, _ = denominator((-8, 0, 8), level, follows, 0, (level[1], follows[1]), "w₃")
    names = [note for note in figure.layout.annotations if "Goal" in note.text]
    assert "stays level" in names[0].text and said in names[1].text
    assert {note.x for note in names} == {end}
    assert {note.yanchor for note in names} == {"top", "bottom"}
    assert all((note.xshift > 0) == (note.xanchor == "left") for note in names), "off the axis and its title"
    low, high = figure.layout.yaxis.range
    unit = (figure.layout.height - figure.layout.margin.t - figure.layout.margin.b) / (high - low)
    for note in names:  # its letters are some 18 pixels high
        begins, up = note.y * unit + note.yshift, note.yanchor == "bottom"
        assert not (begins < 0 < begins + 18 if up else begins - 18 < 0 < begins), "on the line of 0"
    lines = [line.line.color for line in figure.data if line.mode == "lines"]
    assert lines[1] == BALL_COLOURS["soccer"] != lines[0]


def test_a_name_stands_right_at_its_line_where_one_end_has_room_for_that():
    """At the left, where the lines are farther apart, the level one's would stand beyond the line of 0."""
    level, follows = np.full(3, 0.213), np.array([0.452, 0.02, 0.0])
    figure, _ = denominator((-8, 0, 8), level, follows, 0, (level[1], follows[1]))
    names = [note for note in figure.layout.annotations if "Goal" in note.text]
    assert [(note.x, note.y, note.yshift) for note in names] == [(8, 0.213, 9), (8, 0.0, -9)]


@pytest.mark.parametrize("y", [(0, 0, 0), (1, 0, 0), (1, 1, 0), (1, 1, 1)])
@pytest.mark.parametrize("z", [(0, 0, 0), (8, -8, 8), (-8, -8, -8), (1.3, 0.4, -1.1)])
def test_autograd_answers_what_core_has(z, y):
    answer = autograd_check(z, y)
    Z, Y = (torch.tensor(v, dtype=torch.float64).reshape(3, 1) for v in (z, y))
    for name, loss in (("tangled", TANGLED), ("clean", SOFTMAX_CROSS_ENTROPY)):
        torch.testing.assert_close(
            torch.tensor(answer[name], dtype=torch.float64), loss.derivative(Z, Y).flatten()
        )
        assert answer["difference"][name] < 1e-14


@pytest.mark.parametrize(
    "query",
    [
        {"z": "nan,1,2"},
        {"z": ""},
        {"z": "1,2"},
        {"two": "0x1"},
        {"two": "-3"},
        {"two": "99999"},
        {"label_soccer": "ja"},
    ],
)
def test_malformed_links_are_answered_in_a_sentence(page, query):
    app = page(**query)
    assert len(app.info) == 1
    assert app.info[0].value.startswith("The link")


def test_a_link_is_kept(page):
    link = {"label_soccer": "false", "w2_change": "3.5", "moving": "w₃"}
    app = page(z="1.5,0,-2", two=str(two_ball_indices()[40]), **link)
    assert not app.info
    assert [toggle.value for toggle in app.toggle] == [False, True, False] * 2
    change = app.select_slider[0]
    assert change.value == 3.5 and "w₃x changes" in change.label
    assert (change.options[0], change.options[-1]) == ("−8.00", "+8.00"), "with a true minus"
    assert app.query_params["w2_change"] == "3.5"
    assert app.session_state["goal3_hand"]["z"] == [1.5, 0.0, -2.0]


def test_a_slider_stands_at_the_number_of_its_own_that_is_nearest_to_the_links(page):
    app = page(w2_change="-5.1")
    assert app.select_slider[0].value == -5 and app.query_params["w2_change"] == "-5"


@pytest.mark.parametrize("text", ["", "1,2", "1,2,3,4", "a,b,c", "nan,0,0", "inf,0,0", "<b>,0,0"])
def test_links_that_are_no_logits(text):
    assert from_link(text) is None


def test_links_of_logits():
    assert from_link(to_link((1.35, 0, -4))) == (1.35, 0, -4)
    assert from_link("99,-99,0") == (8, -8, 0)


def test_the_examples_do_as_the_lecture_says():
    goal2, goal3 = load_model("goal2"), load_model("goal3")
    examples = two_ball_examples.__wrapped__(goal2, goal3)
    photos = render(GALLERY_SEED, examples, MIXED, device="cpu")
    assert photos.Y.sum(dim=0).tolist() == [2.0] * ROW
    P2, P3 = (predict(head, photos.pixels[:1])[:, 0] for head in (goal2, goal3))
    y = photos.Y[:, 0]
    assert says_both(P2.reshape(3, 1), y.reshape(3, 1)).all()
    assert (P3[y > 0] > 0.2).all()


def test_the_first_photo_is_one_that_the_head_is_sure_of():
    goal3 = load_model("goal3")
    photo = render(GALLERY_SEED, [surest_photo.__wrapped__(goal3)], MIXED, device="cpu")
    assert photo.Y.sum() == 1
    assert (predict(goal3, photo.pixels) * photo.Y).sum() > 0.7


def test_softmax_never_says_both():
    *_, last = count_both(load_model("goal2"), load_model("goal3"), two_ball_indices.__wrapped__()[:64])
    assert last.seen == 64
    assert last.coupled == 0
    assert 0 < last.shared_out < 1


def test_both_heads_are_counted_at_a_press(page, monkeypatch):
    monkeypatch.setattr(two_balls, "COUNTED", 33)  # a second chunk of one
    app = page()
    button(app, "Count over 33 photos with two balls").click().run()
    end = time.monotonic() + 60
    while not (said := [text.value for text in app.markdown if "of 33 photos" in text.value]):
        assert time.monotonic() < end, "it is not counted to the end"
        time.sleep(0.1)
        app.run()
    assert said[0].startswith("Exactly the two balls above ½") and "**Goal 3** in 0," in said[0]


def test_a_count_is_stopped_and_what_it_has_counted_stays(page, monkeypatch):
    app = page()
    further, draw, drawn = Event(), two_balls.render, []

    def held(*given, **more):  # from its second chunk on
        drawn.append(given)
        assert len(drawn) == 1 or further.wait(60)
        return draw(*given, **more)

    monkeypatch.setattr(two_balls, "render", held)
    button(app, "Count over 320 photos with two balls").click().run()
    job = app.session_state["job:goal3_count"]
    until(lambda: len(drawn) == 2, 60)
    app.run()
    assert app.get("progress")[0].proto.text == "32 of 320 photos"
    button(app, "Stop").click().run()
    further.set()
    until(lambda: job.done, 60)
    app.run()
    assert app.get("progress")[0].proto.text == "Stopped: 64 of 320 photos"
    assert any("of 64 photos" in text.value for text in app.markdown)
    assert len(drawn) == 2 and button(app, "Count over 320 photos with two balls")


def test_sentences():
    assert "both, and nothing else" in verdict((0.7, 0.6, 0.2), (0.5, 0.4, 0.1), (1, 1, 0))
    assert "splits" in verdict((0.7, 0.6, 0.2), (0.5, 0.4, 0.1), (1, 1, 0))
    assert "no ball above ½; in the photo: soccer ball and baseball" in verdict(
        (0.1, 0.2, 0.3), (0.7, 0.2, 0.1), (1, 0, 1)
    )
    assert "splits" in verdict((0.7, 0.6, 0.2), (0.35, 0.6, 0.05), (1, 1, 0))
    assert "sides with one of them" in verdict((0.7, 0.6, 0.2), (0.75, 0.2, 0.05), (1, 1, 0))
    assert "sides with the ball that is not there" in verdict((0.7, 0.6, 0.2), (0.1, 0.1, 0.8), (1, 1, 0))
    assert "spreads" in verdict((0.7, 0.6, 0.2), (0.25, 0.35, 0.4), (1, 1, 0))
    z = [math.log(p) for p in (0.2, 0.5, 0.3)]
    shown = steps(z, (0.2, 0.5, 0.3))
    assert "cannot say *none*" in what_head_says(shown, (0, 0, 0))
    assert "right" in what_head_says(shown, (0, 1, 0))
    assert "the label says soccer ball" in what_head_says(shown, (1, 0, 0))
    assert signed(-0.0001, 3) == "0.000" and signed(-1.5, 3) == "−1.500" and signed(0.125) == "+0.12"


def test_no_range_is_told_where_both_ends_look_alike():
    words = what_first_learns((0.64, -0.36), [-0.9, -0.36, -0.1], "w₂", [1, 0, 0])
    assert "is −0.360 now, and between −0.900 and −0.100 along the line" in words
    words = what_first_learns((0.64, 0.0), [0.0, 0.0, 0.0], "w₃", [0, 0, 0])
    assert "is 0 all along the line: without a label its neuron 1 learns nothing" in words
    words = what_first_learns((0.64, 1e-4), [1e-5, 1e-4, 2e-4], "w₃", [0, 0, 1])
    assert "Goal 3’s is 0.000 all along the line, as far as three decimals show it." in words
    _, alt = denominator((-8, 0, 8), np.full(3, 0.64), np.zeros(3), 0.25, (0.64, 0.0))
    assert alt.endswith("Goal 3: a level line at 0.000.")


def test_the_figure_of_the_denominator_is_told_with_the_signs_of_the_sentence_below_it():
    level, follows = np.full(3, -0.64), np.array([-0.0002, -0.5, -0.99])
    _, alt = denominator((-8, 0, 8), level, follows, 0.25, (-0.64, -0.51))
    assert alt == (
        "∂L/∂z₁ while w₂x changes by −8 to 8. Goal 2: a level line at −0.640. "
        "Goal 3: from 0.000 to −0.990, −0.510 at +0.25."
    )


@pytest.mark.parametrize(
    ("sigmoids", "distribution"),
    [((0.604, 0.334, 0.664), (0.315, 0.590, 0.095)), ((0.6014, 0.3344, 0.6644), (0.3154, 0.5894, 0.0952))],
)
def test_outputs_of_a_photo_with_two_balls_add_up_in_the_figure_and_in_the_sentence(sigmoids, distribution):
    figure, alt = two_heads(sigmoids, distribution)
    written = [re.sub("<.*?>", "", note.text) for note in figure.layout.annotations]
    sums = [Decimal(title.rpartition(" ")[2]) for title in written[:2]]
    shown = [Decimal(text) for text in written[2:]]
    assert [sum(shown[:3]), sum(shown[3:])] == sums and sums[1] == 1
    assert re.findall(r"ball (\d\.\d+)", alt) == written[2:] and max(map(len, written[2:])) <= 5
    said = re.findall(r"(\d\.\d+) for", verdict(sigmoids, distribution, (1, 1, 0)))
    assert said == written[5:] and sum(map(Decimal, said)) == 1


def test_each_head_is_counted_for_itself():
    said = count_words(Count(seen=320, apart=80, coupled=0, shared_out=0.875))
    assert "**Goal 2** in 80 of 320 photos (25\u202f%), **Goal 3** in 0, which" in said
    assert "the two balls get 0.88 on average" in said


@pytest.mark.parametrize("seed", range(40))
def test_softmax_of_a_photo_holds_on_a_calculator(seed):
    z = 3 * torch.randn(3, 1, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    shown = steps(z.flatten().tolist(), SOFTMAX(z).flatten().tolist())
    e = [math.exp(float(text)) for text in shown.z]
    shares = [one / sum(e) for one in e]
    for values, texts, most in ((e, shown.e, 4), (shares, shown.y_hat, 6)):
        decimals = len(texts[0].partition(".")[2])
        near = 10**-most if decimals == most else 0  # where none adds up, one may be moved that far
        for value, text in zip(values, texts, strict=True):
            assert abs(round(value, decimals) - float(text)) < near + 1e-9
    assert sum(Decimal(text) for text in shown.y_hat) == Decimal(shown.y_sum) == 1
    assert sum(Decimal(text) for text in shown.e) == Decimal(shown.e_sum)
    formula = softmax_with_numbers(shown)
    assert all(f"e^{{{text}}}" in formula for text in shown.z) and shown.y_hat[shown.best] in formula
    assert rf"\hat y_{shown.best + 1} &=" in formula


@pytest.mark.parametrize(
    "shares",
    [(0.1375680073861987, 0.06267154221372248, 0.7997604504000788), (0.7073517, 0.0752640, 0.2173843)],
)
def test_shares_that_add_up_with_more_decimals_are_rounded_and_none_is_moved(shares):
    """ŷ₃ = 0.7997 stood where its z give 0.7998: with four decimals the three would not have added up."""
    shown = steps([math.log(share) for share in shares], shares)
    decimals = len(shown.y_hat[0].partition(".")[2])
    assert shown.y_hat == [f"{share:.{decimals}f}" for share in shares]
    e = [math.exp(float(text)) for text in shown.z]
    assert f"{e[shown.best] / sum(e):.{decimals}f}" == shown.y_hat[shown.best]
    assert sum(Decimal(text) for text in shown.y_hat) == 1
