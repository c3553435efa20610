"""The page of the house prices from app.py, without a browser; its sentences from numbers."""

import time
from functools import partial

import pytest
import torch

from core.activations import SIGMOID, TANH
from core.experiments.black_box import Found, SeedsProgress, correlation, hidden
from core.house_networks import Pair, fully_connected, hand_wired, rmse
from core.houses import CONCEPTS
from ui.figures.house_errors import house_errors
from ui.house_prices import board, networks
from ui.house_prices.agreement import column, decimals, who_agrees
from ui.house_prices.board import house_moved, house_of, unit_names
from ui.house_prices.errors import errors, what_errors_say
from ui.house_prices.networks import world
from ui.house_prices.seeds import what_seeds_say


@pytest.fixture
def page(open_page, monkeypatch):
    whole = networks.train_both
    monkeypatch.setattr(networks, "train_both", partial(whole, steps=150))
    return partial(open_page, "house_prices")


def texts(app):
    return " ".join(element.value for element in (*app.markdown, *app.caption, *app.info))


def until(app, label):
    """Run until there is a button of this name."""
    for _ in range(300):
        assert not app.exception
        if any(label in b.label for b in app.button):
            return app
        time.sleep(0.1)
        app.run()
    pytest.fail(f"no button “{label}” comes")


def test_it_trains_at_once_and_says_what_came_out(page):
    app = page()
    assert app.title[0].value == "House prices"
    until(app, "Train again")
    app.run()
    said = texts(app)
    assert "agrees with" in said or "No unit agrees" in said
    assert "The black box is nearer" in said
    assert "family size multiplies what the other two concepts add up to" in said
    assert len(app.get("plotly_chart")) == 1
    assert "root mean squared error (RMSE)" in said, "before its letters alone"


def test_what_has_been_trained_is_there_at_once(page):
    until(page(units="7"), "Train again")
    app = page(units="7")
    assert any(b.label == "Train again" for b in app.button)
    assert "The black box is nearer" in texts(app)
    next(b for b in app.button if b.label == "Train again").click().run()
    assert "The black box is nearer" in texts(until(app, "Train again").run())


def test_another_start_is_another_network(page):
    app = until(page(units="5", bend="tanh"), "Train again")
    app.run()
    before = texts(app)
    next(b for b in app.button if "Another start" in b.label).click().run()
    assert app.number_input[0].value == 1
    until(app, "Train again").run()
    assert texts(app) != before


def test_a_training_that_was_stopped_promises_nothing(page, monkeypatch):
    slowly = networks.train_both

    def held_up(*given, **named):
        for pair in slowly(*given, **named):
            yield pair
            time.sleep(0.05)

    monkeypatch.setattr(networks, "train_both", held_up)
    app = until(page(units="6"), "Stop")
    assert "The errors appear here when the training is done." in texts(app)
    next(b for b in app.button if b.label == "Stop").click().run()
    said = texts(until(app, "Train again").run())
    assert said.count("The training was stopped at step") == 2
    assert "errors appear here" not in said and "No unit agrees" not in said and "agrees with **" not in said


def test_many_trainings_can_be_stopped(page):
    app = until(page(), "Train 20 times")
    until(app, "Train again")
    next(b for b in app.button if "Train 20" in b.label).click().run()
    next(b for b in until(app, "Stop").button if b.label == "Stop").click().run()
    assert "Stop" not in [b.label for b in until(app, "Train 20 times").button]


def test_many_trainings_stand_under_the_network_that_they_counted(page):
    app = until(page(), "Train 20 times")
    until(app, "Train again")
    next(b for b in app.button if "Train 20" in b.label).click().run()
    for _ in range(300):
        if "some unit agreed" in texts(app.run()):
            break
        time.sleep(0.1)
    next(b for b in app.button if b.label == "Stop").click().run()
    until(app, "Train 20 times")
    assert "some unit agreed" in texts(app)
    app.segmented_control(key="units").set_value(8).run()
    until(app, "Train again")
    assert "some unit agreed" not in texts(app.run())
    app.segmented_control(key="units").set_value(3).run()
    assert "some unit agreed" in texts(until(app, "Train again"))


@pytest.mark.parametrize("house", ["", "nan,1,2,3", "1,2,3", "-1,2,3,4", "1e9,2,3,4", "<b>x</b>", "٣,3,4,75"])
def test_a_link_that_names_no_house(page, house):
    app = page(house=house)
    until(app, "Train again")
    assert any("four whole numbers" in notice.value for notice in app.run().info)
    assert "<b>" not in texts(app)


@pytest.mark.parametrize("value", ["", "nan", "-1", "9" * 40, "<b>a</b>"])
def test_a_link_with_wrong_settings(page, value):
    app = page(units=value, bend=value, start=value)
    assert app.number_input[0].value == 0
    assert not app.info


def test_house_of_a_link():
    assert house_of("120,3,4,75") == (120, 3, 4, 75)
    assert house_of("9999,0,99,1") == (220, 1, 9, 20)
    assert (
        house_of("120,3,4") is None
        and house_of("120,3,4,7x") is None
        and house_of("1" * 7 + ",1,1,1") is None
    )


def test_what_the_browser_may_say():
    assert house_moved({"house": [100, 3.0, 2, 999]}) == (100, 3, 2, 120)
    for told in (None, [], {}, {"house": "abcd"}, {"house": [1, 2, 3]}, {"house": [1, 2, 3, float("nan")]}):
        assert house_moved(told) is None


def test_a_ring_and_a_tick_only_above_the_bar():
    assert column([0.5, -0.98, 0.97], 0.95).marks == ("", "agrees", "agrees")
    assert column([0.5, -0.91, 0.2], 0.92).marks == ("", "closest", "")
    assert column([0.9, 0.3], 0.9).marks == ("closest", ""), "as much as the bar is not above it"


def test_a_further_decimal_tells_apart_what_looks_the_same():
    def shown(r, bar=0.97):
        one = column(r, bar)
        return [*one.texts, one.bar]

    assert shown([0.4421, -0.1, -0.4437]) == ["+0.442", "−0.10", "−0.444", "0.97"]
    assert shown([0.44, 0.1, -0.5]) == ["+0.44", "+0.10", "−0.50", "0.97"]
    assert shown([0.4441, 0.44, 0.4442]) == ["+0.4441", "+0.4400", "+0.4442", "0.97"]
    assert shown([0.0, 0.0]) == ["0.00", "0.00", "0.97"]
    assert shown([0.921, 0.3], 0.918) == ["+0.921", "+0.30", "0.918"]
    assert shown([0.918, 0.3], 0.918) == ["+0.92", "+0.30", "0.92"], "the best input is the bar"


def test_what_is_less_than_1_is_not_shown_as_1():
    one = column([0.9961, -0.9997, 0.1], 0.97)
    assert (*one.texts, one.bar) == ("+0.996", "−0.9997", "+0.10", "0.97")
    assert column([0.9961, 0.3], 0.97).texts == ("+0.996", "+0.30")
    assert [decimals(r) for r in (0.994, 0.9949, 0.9951, -0.9996, 0.99999, 1.0)] == [2, 2, 3, 4, 2, 2]
    r, R = torch.tensor([[0.5, 0.9961, 0.2]]), torch.tensor([0.9982, 0.9961, 0.2])
    said = who_agrees(r, R)
    assert "(r\u00a0=\u00a0+0.996)" in said and "family size (R\u00a0=\u00a00.998)" in said


def test_the_sentence_has_the_decimals_of_the_table():
    r = torch.tensor([[-0.436, 0.1, 0.1], [-0.445, 0.2, 0.2]])
    assert "family size (closest: h2, |\u2060r|\u2060\u00a0=\u00a00.445 against 0.97)" in who_agrees(
        r, torch.zeros(3)
    )


def test_what_a_unit_wired_by_hand_stands_for(monkeypatch):
    monkeypatch.setattr(board, "NEARLY", 0.96)  # not trained yet, they are not as near as that
    network, here = hand_wired(SIGMOID), networks.world()
    A, C = hidden(network, here.scale, here.unseen.X), here.unseen.C
    r = correlation(A, C).diagonal()
    found = board.reads(network)
    assert [one is not None for one in found] == [bool(v.abs() >= 0.96) for v in r]
    assert 0 < sum(one is not None for one in found) < 3
    for j, one in enumerate(found):
        if one:
            off = (one["slope"] * A[j] + one["start"] - C[j]).double()
            left = (1 - r[j] ** 2).sqrt() * C[j].double().std(correction=0)
            assert float(off.square().mean().sqrt()) == pytest.approx(float(left), rel=1e-3)
            assert one["unit"] == CONCEPTS[j].unit


def test_who_agrees():
    r = torch.tensor([[0.97, 0.1, -0.3], [0.2, -0.41, -0.95]])
    said = who_agrees(r, torch.tensor([0.98, 0.5, 0.99]))
    assert "**h1** agrees with **family size** (r\u00a0=\u00a0+0.970)" in said, (
        "one more decimal: the bar is 0.969"
    )
    assert "**h2** agrees with **school quality** (r\u00a0=\u00a0−0.95)" in said
    size = "|\u2060r|\u2060\u00a0=\u00a00.41"
    assert f"No unit agrees with walkability (closest: h2, {size} against 0.94)" in said
    assert "all units together" not in said
    none = who_agrees(r / 2, torch.tensor([0.5, 0.95, 0.2]))
    assert "agrees with **" not in none
    assert "walkability (R\u00a0=\u00a00.95)" in none and "no single one stands for it" in none


def test_errors_in_a_sentence():
    def said(linear, hand, full):
        return what_errors_say([("", linear), ("", hand), ("", full), ("", 25.0)])

    assert "nearer to the prices** than" in said(87, 75, 48) and "48 k€" in said(87, 75, 48)
    assert "does as well" in said(87, 75, 76)
    nearer = said(87, 75, 84)
    assert "wired by hand is nearer" in nearer and "84 k€ fully connected, 75 k€ wired by hand" in nearer
    assert "linear model" in said(70, 75, 48) and "linear model" not in said(87, 75, 48)


def test_seeds_in_a_sentence():
    progress = SeedsProgress((Found(0, (0.98, 0.93, 0.3), 50.2), Found(1, (0.2, 0.2, 0.3), 44.0)), 20, 0.5)
    said = what_seeds_say(progress)
    assert (
        "Out of 2 trainings" in said and "family size in 1, walkability in 0 and school quality in 0" in said
    )
    assert "all three in 0, with none in 1" in said and "between 44 and 50 k€" in said
    one, other = (Found(seed, (0.98, 0.93, 0.3), 49.2 + seed / 5) for seed in (0, 1))
    said = what_seeds_say(SeedsProgress((one,), 20, 0.5))
    assert said.startswith("Out of 1 training, some") and said.endswith(". Its test error is 49 k€.")
    assert what_seeds_say(SeedsProgress((one, other), 20, 0.5)).endswith(" Each has a test error of 49 k€.")


def test_a_unit_has_a_question_mark_until_it_agrees():
    pair = Pair(0, 9, hand_wired(TANH), fully_connected(2, TANH))
    assert unit_names(pair) == ["h1 ?", "h2 ?"]
    named = unit_names(Pair(9, 9, hand_wired(TANH), hand_wired(TANH)))
    assert named[0] == "h1 ≈ family size?"
    assert named[1] == "h2 ?", "untrained it says what the zip code says, and no more"


def test_the_figure_of_the_errors_says_what_it_shows():
    _, alt = house_errors([("a linear model", 87.3), ("fully connected", 47.0)])
    assert "a linear model 87 k€, fully connected 47 k€" in alt


def test_every_error_is_of_houses_that_no_training_saw():
    pair, here = Pair(0, 9, hand_wired(TANH), fully_connected(2, TANH)), world()
    models = {"a linear model": here.linear, "wired by hand": pair.hand, "fully connected": pair.full}
    *found, (noise, least) = errors(pair)
    assert found == [(name, rmse(network, here.scale, here.unseen)) for name, network in models.items()]
    assert noise == "noise alone" and 0 < least < min(value for _, value in found)
