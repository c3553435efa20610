"""The live figure's place on the page: before its scripts are there, and what is in sight of it then."""

import time
from itertools import pairwise

from tests.browser import lecture_hall, on_paper
from tests.browser.test_lesson import until_step
from tests.browser.training.conftest import ASKS_EVERY

BELOW = "text=The photo in the figure"
# Both sides of an edge are asked for at once: the curves are drawn anew when the page runs.
PLOT = """() => ['', ' .xtitle', ' .ytitle', ' .y2title'].map((part) =>
  document.querySelector(`.live-training .plot${part}`).getBoundingClientRect().toJSON())"""
FITTING = """() => Number(document.querySelector('.plot .main-svg')?.getAttribute('width')) ===
  document.querySelector('.plot').clientWidth"""


def opened_without_moving(app, link, width):
    """Live training at this link. What is below the figure hardly moves when that comes."""
    page, held = app.page, []
    page.route("**/components/training/live.js*", lambda route: held.append(route))
    try:
        app.as_seen(width=width, height=900, dark=False)
        page.goto(f"{app.url}/training{link}")  # not `open`, which waits for what is held back here
        page.wait_for_selector(BELOW)
        page.wait_for_selector("[data-test-script-state=notRunning]")
        app.until(lambda: held)
        page.wait_for_timeout(500)
        before = page.locator(BELOW).bounding_box()["y"]
        assert page.is_hidden(".live-training")
        for one in held:
            one.continue_()
        page.wait_for_selector(".live-training:not([hidden]) .play")
        until_step(page, 0)
        assert abs(page.locator(BELOW).bounding_box()["y"] - before) < 30
    finally:
        page.unroute("**/components/training/live.js*")


def assert_cost_and_accuracy_are_seen(app, width, height):
    """Of a window that is no stage the accuracy was below the lower edge, in part or whole."""
    app.as_seen(width=width, height=height, dark=False)
    app.idle()
    app.page.wait_for_function(FITTING)
    app.page.locator("[data-testid=stMain]").evaluate("main => main.scrollTo(0, 0)")
    plot, axis, cost, accuracy = app.page.evaluate(PLOT)
    assert axis["y"] + axis["height"] <= height, (app.page.url, width)
    assert plot["y"] <= cost["y"] and cost["y"] + cost["height"] <= accuracy["y"], (app.page.url, width)


def assert_the_curves_begin_in_the_upper_two_thirds(app):
    tops = "all => [...new Set(all.map((key) => Math.round(key.getBoundingClientRect().top)))]"
    assert len(app.page.locator(".live-training .keys button:visible").evaluate_all(tops)) == 2
    assert app.page.evaluate(PLOT)[0]["y"] < 615, app.page.viewport_size


def assert_the_curves_stay_in_sight_beside_the_pictures(app):
    page = app.page
    last = page.locator(".live-training .pictures canvas:visible").last
    last.evaluate("picture => picture.scrollIntoView({ block: 'end' })")
    head, plot = page.get_by_test_id("stHeader").bounding_box() or {}, page.evaluate(PLOT)[0]
    assert head["y"] + head["height"] <= plot["y"] and plot["y"] + plot["height"] <= 900
    # Where they do not fit, the timeline below them would be seen at the very end alone.
    app.as_seen(width=1280, height=560, dark=False)
    app.idle()
    last.evaluate("picture => picture.scrollIntoView({ block: 'end' })")
    assert page.evaluate(PLOT)[0]["y"] < 0


def choose(app, setting, choice):
    app.page.get_by_role("radiogroup", name=setting).get_by_role("radio", name=choice, exact=True).click()
    app.idle()


def test_of_several_runs_nothing_moves_when_the_figure_comes_and_their_curves_are_in_sight(app):
    opened_without_moving(app, "?loss=binary,softmax,squared", 1280)
    assert_cost_and_accuracy_are_seen(app, 1280, 900)
    assert_the_curves_begin_in_the_upper_two_thirds(app)
    on_paper.assert_the_curves_of_three_live_runs_are_as_high_as_they_were_drawn(app)
    assert_the_curves_stay_in_sight_beside_the_pictures(app)
    assert_cost_and_accuracy_are_seen(app, 1920, 1080)
    lecture_hall.assert_several_runs_that_fill_the_screen_tell_the_scale_of_their_pictures(app)
    for width in (1366, 1024):
        app.as_seen(width=width, height=900, dark=False)
        app.idle()
        assert_the_curves_begin_in_the_upper_two_thirds(app)
    app.page.get_by_text("Side by side, hidden layers, photos and start").click()
    choose(app, "Runs side by side", "2")
    for width, height in ((1280, 900), (1920, 1080)):
        assert_cost_and_accuracy_are_seen(app, width, height)


def test_of_one_run_nothing_moves_when_the_figure_comes_and_its_curves_are_in_sight(app, asked):
    opened_without_moving(app, "", 390)
    there = time.monotonic()
    for width, height in ((1280, 800), (1920, 1080)):
        assert_cost_and_accuracy_are_seen(app, width, height)
    app.as_seen(width=390, height=844, dark=False)
    app.page.get_by_text("Side by side, hidden layers, photos and start").click()
    app.page.get_by_text("Share of training photos with no ball").wait_for()
    app.idle()
    assert_one_knob_follows_closely_on_the_other_and_what_is_not_chosen_takes_no_room(app)
    app.until(lambda: time.monotonic() - there > 1.2 * ASKS_EVERY)
    assert asked == [], "Streamlit's client knew no link that it came with: the page had not to run again"
    for width, height in ((1280, 800), (1920, 1080)):  # of a network
        assert_cost_and_accuracy_are_seen(app, width, height)


def assert_one_knob_follows_closely_on_the_other_and_what_is_not_chosen_takes_no_room(app):
    """On a phone, with the settings open. One hidden layer is chosen then."""
    boxes = {
        one.inner_text().split("\n")[0]: one.bounding_box() or {}
        for one in app.page.locator(":is([data-testid=stSlider], [data-testid=stButtonGroup])").all()
    }

    def apart(upper, lower):
        return boxes[lower]["y"] - boxes[upper]["y"] - boxes[upper]["height"]

    knobs = ["Learning rate α", "Batch size (photos)", "L2: λ", "Optimiser"]
    shares = [f"Share of training photos with {balls}" for balls in ("two balls", "no ball")]
    for upper, lower in (*pairwise(knobs), ("Hidden layers", shares[0]), shares):
        assert 4 <= apart(upper, lower) <= 16, (upper, lower)
    choose(app, "Hidden layers", "one")
    neurons = app.page.get_by_test_id("stSlider").filter(has_text="Neurons of layer 1")
    neurons.wait_for()
    assert (neurons.bounding_box() or {})["width"] > 300, "what is chosen has its place"
