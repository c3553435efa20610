"""The live figure's place on the page, before its scripts are there."""

from itertools import pairwise

import pytest

BELOW = "text=The photo in the figure"
THREE = "?loss=binary,softmax,squared"


@pytest.mark.parametrize("width, link", [(1280, ""), (1280, THREE), (390, "")])
def test_what_is_below_the_figure_hardly_moves_when_it_comes(app, width, link):
    page = app.page
    held = []
    page.route("**/components/training/live.js*", lambda route: held.append(route))
    try:
        app.as_seen(width=width, height=900, dark=False)
        page.goto(f"{app.url}/training{link}")  # not `open`, which waits for what is held back here
        page.wait_for_selector(BELOW)
        page.wait_for_selector("[data-test-script-state=notRunning]")
        page.wait_for_timeout(500)
        before = page.locator(BELOW).bounding_box()["y"]
        assert held and page.is_hidden(".live-training")
        for one in held:
            one.continue_()
        page.wait_for_selector(".live-training:not([hidden]) .play")
        page.wait_for_function("document.querySelector('[data-pictures]')", timeout=120_000)
        assert abs(page.locator(BELOW).bounding_box()["y"] - before) < 30
    finally:
        page.unroute("**/components/training/live.js*")


@pytest.mark.parametrize(
    ("link", "low"), [("", 800), ("?hidden=64", 800), ("?loss=binary,softmax", 900), (THREE, 900)]
)
def test_cost_and_accuracy_are_seen_without_scrolling(app, link, low):
    """Of a window that is no stage the accuracy was below the lower edge, in part or whole."""
    app.open(f"training{link}", width=1920, height=1080)
    app.page.locator(".live-training .plot .xtitle").wait_for(timeout=120_000)  # of the axis under both
    app.page.wait_for_function("document.querySelector('[data-pictures]')", timeout=120_000)
    for width, height in ((1920, 1080), (1280, low)):
        app.as_seen(width=width, height=height, dark=False)
        app.idle()
        app.page.wait_for_timeout(300)
        # At once: they are drawn anew when the page runs.
        parts = [f".live-training .plot{part}" for part in ("", " .xtitle", " .ytitle", " .y2title")]
        plot, axis, cost, accuracy = app.page.evaluate(
            "parts => parts.map((part) => document.querySelector(part).getBoundingClientRect().toJSON())",
            parts,
        )
        assert axis["y"] + axis["height"] <= height, width
        assert plot["y"] <= cost["y"] and cost["y"] + cost["height"] <= accuracy["y"], width


def test_the_curves_of_several_runs_stay_in_sight_beside_the_pictures(app):
    app.open(f"training{THREE}", width=1280, height=900)
    app.page.wait_for_function("document.querySelector('[data-pictures]')", timeout=120_000)
    last = app.page.locator(".live-training .pictures canvas:visible").last
    last.evaluate("picture => picture.scrollIntoView({ block: 'end' })")
    app.page.wait_for_timeout(300)
    head = app.page.get_by_test_id("stHeader").bounding_box() or {}
    plot = app.page.locator(".live-training .plot").bounding_box() or {}
    assert head["y"] + head["height"] <= plot["y"] and plot["y"] + plot["height"] <= 900
    # Where they do not fit, the timeline below them would be seen at the very end alone.
    app.as_seen(width=1280, height=560, dark=False)
    app.idle()
    last.evaluate("picture => picture.scrollIntoView({ block: 'end' })")
    app.page.wait_for_timeout(300)
    assert (app.page.locator(".live-training .plot").bounding_box() or {})["y"] < 0


def test_the_curves_of_three_runs_begin_in_the_upper_two_thirds_of_a_small_window(app):
    app.open("training?loss=binary,softmax,squared", width=1280, height=900)
    app.page.wait_for_function("document.querySelector('[data-pictures]')", timeout=120_000)
    for width in (1280, 1366, 1024):
        app.as_seen(width=width, height=900, dark=False)
        app.idle()
        plot = app.page.locator(".live-training .plot").bounding_box() or {}
        tops = "all => [...new Set(all.map((key) => Math.round(key.getBoundingClientRect().top)))]"
        assert len(app.page.locator(".live-training .keys button:visible").evaluate_all(tops)) == 2
        assert plot["y"] < 615, width


def test_on_a_phone_one_knob_follows_closely_on_the_other_and_what_is_not_chosen_takes_no_room(app):
    app.open("training", width=390, height=844)
    app.page.get_by_text("Side by side, hidden layers, photos and start").click()
    app.page.get_by_text("Share of training photos with no ball").wait_for()
    app.idle()
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
    app.page.get_by_text("one", exact=True).click()
    neurons = app.page.get_by_test_id("stSlider").filter(has_text="Neurons of layer 1")
    neurons.wait_for()
    app.idle()
    assert (neurons.bounding_box() or {})["width"] > 300, "what is chosen has its place"
