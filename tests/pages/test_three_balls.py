"""Goal 2's page from app.py, without a browser, its experiments on few photos; and its words."""

import math
import re
from dataclasses import replace
from decimal import Decimal
from functools import partial

import numpy as np
import pytest
import torch

from core.balls import GALLERY_SEED, MIXED, labels
from core.experiments.imbalance import ImbalanceProgress
from core.experiments.label_order import LabelOrderProgress, TrainedOn
from core.heads import goal2, predict
from core.losses import BINARY_CROSS_ENTROPY
from core.network import Network
from core.weights import load_model
from tests.imbalance_runs import imbalance_run
from tests.pages.jobs import run_to_the_end
from ui import shared
from ui.figures.loss_terms import AXIS, PLACES, loss_terms
from ui.jobs import Job
from ui.numbers import adding_up
from ui.pictures import scale_of
from ui.three_balls import recall
from ui.three_balls.label_swap import exchanged
from ui.three_balls.photos import two_ball_photo
from ui.three_balls.recall import alternative_text, doing, series, sweep_so_far, what_the_sweep_shows
from ui.three_balls.said import NAMES, answer, digits, in_words, loss_formula, slope_of_second, slopes

BOTH = (1, 0, 1)


@pytest.fixture
def page(open_page, few_photos):
    return partial(open_page, "three_balls")


# ---- the page ----------------------------------------------------------------------------------------


def test_page_runs_and_says_what_the_head_says(page):
    app = page()
    assert app.title[0].value == "Goal 2: which balls?"
    assert any(
        "soccer ball and baseball" in text.value and "all three" in text.value for text in app.markdown
    )
    assert any("36,867 parameters" in text.value for text in app.caption)


@pytest.mark.parametrize("index", [0, 220, 993])
def test_any_photo(page, index):
    app = page(photo=f"{GALLERY_SEED}-{index}")
    Y = labels(GALLERY_SEED, [index]).flatten().tolist()
    assert [bool(toggle.value) for toggle in app.toggle[:3]] == [y > 0 for y in Y]
    assert any("Goal 2 says" in text.value for text in app.markdown)


def test_the_links_label_counts_for_the_photo_that_it_opened(page):
    app = page(photo=f"{GALLERY_SEED}-3", label="110")
    assert [toggle.value for toggle in app.toggle[:3]] == [True, True, False]
    app.toggle[0].set_value(False).run()
    assert [toggle.value for toggle in app.toggle[:3]] == [False, True, False]
    assert any(r"L_1 &= -\log (1 - " in text.value for text in app.latex)


def test_whose_label_the_loss_has_is_said(page):
    app = page()

    def said(words: str) -> bool:
        return any(text.value.startswith(words) for text in app.caption)

    assert said("This is the photo’s own label.")
    app.toggle[1].set_value(not app.toggle[1].value).run()
    assert said("This is not the photo’s own label.")
    app.session_state["own_photo"] = np.full((64, 64, 3), 90, dtype=np.uint8)
    app.query_params["photo"] = "own"
    app.run()
    assert said("Nobody has said what is in your photo: y = [0, 0, 0]")
    app.toggle[1].set_value(True).run()
    assert said("This label is switched by hand")


def test_a_switched_label_is_there_when_one_comes_back(page):
    app = page(photo=f"{GALLERY_SEED}-3")
    before = [toggle.value for toggle in app.toggle[:3]]
    app.toggle[1].set_value(not before[1]).run()
    app.switch_page("pages/overview.py").run()
    app.query_params["photo"] = f"{GALLERY_SEED}-3"
    app.switch_page("pages/three_balls.py").run()
    assert [toggle.value for toggle in app.toggle[:3]] == [before[0], not before[1], before[2]]


def test_the_loss_is_that_of_the_logits_that_were_moved(page):
    app = page(photo=f"{GALLERY_SEED}-3", label="110", z="2,-1,0.5")
    z, y = torch.tensor([[2.0], [-1.0], [0.5]]), torch.tensor([[1.0], [1.0], [0.0]])
    total = float(BINARY_CROSS_ENTROPY(z, y))
    shown = next(text.value for text in app.latex if r"\mathbf{" in text.value)
    assert float(re.search(r"\\mathbf\{([\d.]+)\}", shown)[1]) == pytest.approx(total, abs=0.006)


@pytest.mark.parametrize("query", [{"label": "x<b>"}, {"order": "1,2"}, {"baseballs": "7"}, {"z": "a"}])
def test_a_malformed_link_opens_the_page(page, query):
    app = page(**query)
    assert app.title[0].value == "Goal 2: which balls?"
    said = [notice.value for notice in app.info]
    if query == {"baseballs": "7"}:  # bound to a widget: Streamlit takes the usual one
        assert said == []
    else:
        assert len(said) == 1 and said[0].startswith("The link’s") and "x<b>" not in said[0]


def test_both_orders_are_trained_and_the_weights_are_exchanged(page):
    app = page(order="baseball-basketball-soccer")
    run_to_the_end(app, "Train both orders")
    last = app.session_state["job:three_balls_swap"].latest
    assert isinstance(last, LabelOrderProgress) and last.done and last.after.order == (2, 1, 0)
    torch.testing.assert_close(last.after.network.layers[0].W, last.before.network.layers[0].W[[2, 1, 0]])
    assert any("36,864 differences" in text.value for text in app.caption)
    assert not any("Another one is chosen" in notice.value for notice in app.info)
    app.pills(key="three_balls:order").set_value("soccer-baseball-basketball").run()
    order = "**1 baseball · 2 basketball · 3 soccer ball**"
    said = [notice.value for notice in app.info]
    assert any(f"These runs had the order {order}. Another one is chosen" in text for text in said)
    app.session_state["job:three_balls_swap"].done = False
    said = [notice.value for notice in app.run().info]
    assert any(f"These runs have the order {order}." in text for text in said), "under way"


def test_one_count_is_run_and_more_are_added(page):
    app = page(baseballs="10", seeds="1")
    run_to_the_end(app, "Run with 10")
    assert list(app.session_state["three_balls:runs"]) == [(10, 0)]
    app.session_state["baseballs"] = 30
    app.run()
    run_to_the_end(app, "Run with 30")
    assert list(app.session_state["three_balls:runs"]) == [(10, 0), (30, 0)]
    assert any("baseball neuron finds" in text.value for text in app.markdown)


def test_more_baseballs_than_there_are_get_a_sentence(page):
    app = page(baseballs="1000", seeds="1")
    run_to_the_end(app, "Run with 1,000")
    assert any("count must be" in error.value for error in app.error)


def test_the_unseen_photos_show_one_ball_each_and_are_not_the_training_ones(few_photos):
    _, test = few_photos
    photos = test.wait(60)
    assert photos.pixels.shape == (24, 64, 64, 3)
    assert photos.Y.sum(dim=0).tolist() == [1.0] * 24 and photos.Y.sum(dim=1).tolist() == [8.0] * 3
    assert test.done == test.count


# ---- what it says ------------------------------------------------------------------------------------


def test_the_first_photo_has_two_balls_and_the_head_is_right():
    head = load_model("goal2")
    index = two_ball_photo(head)
    photo = shared.photos(GALLERY_SEED, (index,), MIXED)
    assert tuple(photo.Y[:, 0]) == BOTH
    P = predict(head, torch.tensor(photo.pixels)).flatten()
    assert [p > 0.5 for p in P.tolist()] == [True, False, True]


def test_words():
    assert in_words([]) == "no ball"
    assert in_words([0, 2]) == "soccer ball and baseball"
    assert in_words([0, 1, 2]) == "soccer ball, basketball and baseball"
    assert "all three" in answer([0.9, 0.1, 0.8], [1, 0, 1])
    assert "no ball: two of the three neurons are right" in answer([0.9, 0.1, 0.2], [0, 0, 0])
    assert answer([0.9, 0.1, 0.2], None) == "Goal 2 says: **soccer ball**."


def test_the_terms_shown_add_up_to_the_sum_shown():
    dice = torch.Generator().manual_seed(0)
    for terms in (torch.rand(200, 3, generator=dice, dtype=torch.float64) * 3).tolist():
        shown, total = adding_up(terms)
        digits = len(total.split(".")[1])
        assert sum(Decimal(term) for term in shown) == Decimal(total) and 2 <= digits <= 4, terms
        np.testing.assert_allclose([float(term) for term in shown], terms, atol=0.5 * 10**-digits + 1e-4)


@pytest.mark.parametrize(
    ("terms", "shown", "total"),
    [
        ([1.0216e19, 1.0216e19, 0.0], ["1.02e+19", "1.02e+19", "0"], "2.04e+19"),
        ([999999.0, 0.5, 0.0], ["999999.00", "0.50", "0.00"], "999999.50"),
        ([float("inf"), 0.25, 3e38], ["∞", "0.25", "∞"], "∞"),
    ],
)
def test_terms_on_the_way_to_a_divergence_stay_short(terms, shown, total):
    assert adding_up(terms) == (shown, total)


@pytest.mark.parametrize("z", [(0.78, -1.14, 2.0), (-4.2, 3.9, 0.0), (-1.227, 1e-3, 5.01)])
def test_the_formula_has_the_numbers_of_core_and_holds_as_it_is_printed(z):
    Z = torch.tensor(z, dtype=torch.float64)[:, None]
    y = [1.0, 0.0, 0.0]
    terms = BINARY_CROSS_ENTROPY.terms(Z, torch.tensor(y).reshape(3, 1)).flatten().tolist()
    lines = loss_formula(y, Z.sigmoid().flatten().tolist(), terms)
    for k, term in enumerate(terms):
        inside, shown = re.fullmatch(rf"L_{k + 1} &= -\\log (.+) = (.+)", lines[k]).groups()
        one, p = re.fullmatch(r"(\(1 - )?([\d.]+)\)?", inside).groups()
        assert bool(one) == (not y[k]) and float(shown) == pytest.approx(term, abs=1e-2)
        by_hand = -math.log(1 - float(p) if one else float(p))
        decimals = len(shown.partition(".")[2])
        assert round(by_hand, decimals) in (float(shown), round(term, decimals)), (
            "but for the sum's last digit"
        )
    bars, alt = bars_of(terms)
    np.testing.assert_allclose([bar.x[0] for bar in bars], terms)
    np.testing.assert_allclose([bar.base[0] for bar in bars], [0, terms[0], terms[0] + terms[1]])
    assert f"= {int(sum(terms))}." in alt


def bars_of(terms):
    figure, alt = loss_terms(terms)
    return [bar for bar in figure.data if bar.type == "bar"], alt


@pytest.mark.parametrize("terms", [(0, 0, 0), (0.49, 0.26, 0.49), (0.01, 5, 0.9), (7, 0.1, 0.1), (9, 9, 40)])
def test_the_bar_fills_its_axis_and_every_name_and_number_has_room(terms):
    figure, _ = loss_terms(terms)
    end, total = figure.layout.xaxis.range[1], sum(terms)
    assert end == 2 or end < 1.03 * total
    *names, shown = figure.layout.annotations
    assert [note.x / end * AXIS + note.ax for note in names] == pytest.approx(PLACES)
    assert [name in note.text for name, note in zip(NAMES, names, strict=True)] == [True] * 3
    assert shown.x == total and (shown.xanchor == "right" or total < 0.7 * end)


@pytest.mark.parametrize("z", [(0.45, -1.22, 0.45), (3.3, 0.2, -1.7)])
def test_an_output_stands_with_the_same_digits_in_every_formula(z):
    y, Z = [1.0, 0.0, 1.0], torch.tensor(z, dtype=torch.float64)[:, None]
    y_hat = Z.sigmoid().flatten().tolist()
    terms = BINARY_CROSS_ENTROPY.terms(Z, torch.tensor(y).reshape(3, 1)).flatten().tolist()
    decimals = digits(y, y_hat, terms)
    shown = [f"{p:.{decimals}f}" for p in y_hat]
    assert all(p in line for p, line in zip(shown, loss_formula(y, y_hat, terms), strict=False))
    table = slopes(y, y_hat, decimals).splitlines()[2:]
    assert all(f"${p} - " in row for p, row in zip(shown, table, strict=True))
    assert f"({shown[1]} - 0)" in slope_of_second(y, y_hat, decimals)


def test_the_second_neurons_slope_has_nothing_of_the_others():
    y, y_hat = [1.0, 0.0, 1.0], [0.111, 0.222, 0.333]
    formula = slope_of_second(y, y_hat)
    assert "0.222" in formula and "0.111" not in formula and "0.333" not in formula
    assert formula == slope_of_second([0.0, 0.0, 0.0], [0.9, 0.222, 0.8])
    assert "raises $z_1$" in slopes(y, y_hat) and "lowers $z_2$" in slopes(y, y_hat)
    sure = [1 - 1e-9, 1 - 1e-9, 1e-9]  # zero has no minus, whichever side it is on
    assert "-0.0" not in slopes([1.0, 1.0, 0.0], sure, 6) + slope_of_second([1.0, 1.0, 0.0], sure, 6)


def test_the_figures_points_are_mean_and_range_of_the_runs():
    runs = [imbalance_run(100, 0, 0.2), imbalance_run(1, 0, 0.0), imbalance_run(100, 1, 0.4)]
    soccer, _, baseball = series(runs)
    assert [p["count"] for p in baseball["points"]] == [1, 100]
    assert baseball["points"][1] == {
        "count": 100, "values": [0.2, 0.4], "mean": pytest.approx(0.3), "low": 0.2, "high": 0.4,
    }  # fmt: skip
    assert soccer["points"][0]["mean"] == 0.7
    assert [line["muted"] for line in series(runs, accuracy=True)] == [True, True, False, False]
    assert [line["dashed"] for line in series(runs, accuracy=True, auc=True)] == [False] * 3 + [True] * 2
    assert "baseball, recall: 0\u202f% at 1, 30\u202f% at 100" in alternative_text(series(runs))
    assert "at 1,000" in alternative_text(series([*runs, imbalance_run(1000, 0, 0.6)]))
    assert "No run yet" in alternative_text(series([]))


def test_the_sweep_in_words_says_only_what_was_measured():
    assert what_the_sweep_shows([]) == ""
    text = what_the_sweep_shows(
        [imbalance_run(1, 0, 0.0, auc=0.5), imbalance_run(30, 0, 0.0), imbalance_run(1000, 0, 0.6)]
    )
    assert (
        "finds **0\u202f%**" in text
        and "**99.0\u202f%**" in text
        and "With **1,000** it finds **60\u202f%**" in text
    )
    assert "With 30 its logit" in text and "but no ŷ₃ passes ½" in text
    assert "always says no" not in what_the_sweep_shows([imbalance_run(1, 0, 0.5)])
    assert "It always says no" in text
    nearly = what_the_sweep_shows([imbalance_run(30, 0, 0.04)])
    assert "It nearly always says no" in nearly and "but hardly any ŷ₃ passes ½" in nearly


def test_a_sweep_that_is_stopped_says_so_and_names_no_run_as_under_way(monkeypatch):
    runs = (imbalance_run(1, 0, 0.0), imbalance_run(1, 1, 0.0))
    two = ImbalanceProgress(runs, total=12, count=3, seed=0, part=0.4)
    assert doing(two, over=False) == "Run 3 of 12: 3 baseball photos, seed 0"
    assert doing(two, over=True) == "Stopped: 2 of 12 runs done"
    assert doing(replace(two, total=2), over=True) == "2 runs done"
    job, at_the_bar = Job(), []
    job.run(lambda: iter([two]))
    monkeypatch.setattr(recall.st, "progress", lambda share, text: at_the_bar.append(text))
    sweep_so_far(job, count=3, accuracy=False, auc=False)
    assert at_the_bar == ["Stopped: 2 of 12 runs done"]


def test_the_sweep_says_why_another_neuron_finds_less():
    fewer = replace(imbalance_run(1000, 0, 0.6), recall=(0.3, 0.8, 0.6), with_ball=(1268, 1262, 1000))
    text = what_the_sweep_shows([imbalance_run(1, 0, 0.0), fewer])
    assert "soccer ball neuron’s recall falls by 40 points for another reason" in text
    assert "share goes from 57\u202f% to 46\u202f%" in text and "basketball neuron’s" not in text


def test_the_rows_that_were_exchanged_are_those_that_are_compared():
    order, dice = (2, 0, 1), torch.Generator().manual_seed(2)
    before = goal2(how="random", generator=dice)
    W = before.layers[0].W[list(order)].clone()
    W[1, 5] += 0.25
    after = Network((replace(before.layers[0], W=W),))
    runs = [TrainedOn(o, n, 0.5, torch.eye(3), 0.7) for o, n in (((0, 1, 2), before), (order, after))]
    assert "the largest of 36,864 differences is 2·10⁻¹" in exchanged(*runs)
    assert "with rows exchanged" in exchanged(*runs)
    assert "the first one’s: the largest" in exchanged(runs[0], runs[0]), "one of the orders is the same"


def test_scale_is_round_and_not_zero():
    assert scale_of(np.zeros(5)) == 1.0
    assert scale_of(np.full(5, 0.0123)) == pytest.approx(0.02)
    assert scale_of(np.full(5, 0.02)) == pytest.approx(0.02)


def test_what_auc_is_is_written_below_the_lines_when_it_is_asked_for(page):
    """As the switch's help it would be out of a finger's reach, which turns the switch instead."""
    app = page()
    switch = next(toggle for toggle in app.toggle if toggle.label == "AUC too")
    assert not switch.help

    def written() -> bool:
        return any("Area under the curve" in caption.value for caption in app.caption)

    assert not written()
    switch.set_value(True).run()
    assert written()
