"""The mounted live figure: what it makes of single frames, and what it asks of the server."""

import json
import math
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.heard import announced, faults, listen
from tests.browser.training.frames import HOLD, WAITING, event, lanes, measured
from ui.packing import pack


def test_the_words_of_the_curves_are_those_of_a_run_that_has_come_to_rest(figure):
    figure.send(step=400, playing=True)
    words = figure.page.locator(".plot")
    expect(words).to_have_attribute("aria-label", re.compile("Step 400"))
    figure.send(step=410, playing=True)
    figure.send(step=420)  # and no other frame comes
    expect(words).to_have_attribute("aria-label", re.compile("Step 420"))


def test_the_cost_is_told_as_it_is_shown_and_of_a_diverged_run_as_beyond_all_numbers(call):
    def told(J_train):
        return call(
            "summary", {"step": 20, "lanes": [lanes("binary")[0] | {"J_train": J_train}], "events": []}
        )

    for J_train, text in ((1.4, "1.400"), (12.345, "12.35"), (2302.4, "2,302"), (1.2e38, "1.2e+38")):
        assert f"cost {text} on training photos" in told(J_train)
    assert "cost beyond the finite numbers on training photos" in told(None), "it was measured, and is none"


def test_keys_and_buttons_are_commands(figure):
    figure.send()
    page = figure.page
    page.wait_for_selector(".plot .main-svg")
    axis, button = page.text_content(".plot"), page.get_attribute("[data-part=step]", "title")
    assert "step (one batch each)" in axis and "one batch" in button, "which may be 1 photo, or all"
    page.wait_for_selector(".play:enabled")
    for key in ("Space", "ArrowRight", "Shift+ArrowRight", "r"):
        page.keyboard.press(key)
    page.get_by_text("gradient", exact=True).click()
    page.keyboard.press("ArrowRight")  # belongs to the switch that has the focus
    figure.until(lambda: len(figure.commands()) == 6)
    assert figure.commands() == [
        {"do": "play"}, {"do": "step"}, {"do": "epoch"}, {"do": "reset"},
        {"do": "view", "view": "gradient"}, {"do": "view", "view": "evidence"},
    ]  # fmt: skip


def test_the_pace_is_chosen_beside_play_or_by_a_key_and_stands_as_the_run_is_set(figure):
    page = figure.page
    figure.send(pace="slow")
    choice, named = page.get_by_label("Pace of play"), page.locator(".pace span")
    assert named.inner_text().split() == ["slow", "start"]
    choice.select_option("steps")
    page.locator(".counter").click()
    page.keyboard.press("p")
    figure.until(lambda: len(figure.commands()) == 2)
    assert figure.commands() == [{"do": "pace", "pace": "steps"}, {"do": "pace", "pace": "full"}]
    figure.send(pace="steps", heard=1)  # it was on its way when the key came
    assert named.inner_text().split() == ["full", "speed"]
    assert "full speed" in choice.get_attribute("title") and "(P)" in choice.get_attribute("title")
    figure.send(pace="full")
    figure.send(pace="slow")  # from another tab
    assert choice.input_value() == "slow" and named.inner_text().split() == ["slow", "start"]
    box, play = (page.locator(part).bounding_box() for part in (".pace span", ".play"))
    assert box["height"] == play["height"]
    page.locator(".play").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # walks on with each key: nothing takes the focus away
    page.keyboard.press("ArrowDown")
    figure.until(lambda: len(figure.commands()) == 4)
    assert [command["pace"] for command in figure.commands()[2:]] == ["steps", "full"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.part") == "step"
    page.evaluate(HOLD)
    figure.lines[-1].close()
    page.wait_for_selector("text=reconnecting…")
    assert choice.is_disabled()


def test_letting_the_slider_go_returns_to_now_and_a_click_stays(figure):
    figure.send()
    page = figure.page
    box = page.locator(".rail input").bounding_box()
    assert box is not None
    y = box["y"] + 18

    def x(step):
        return box["x"] + 11 + (box["width"] - 22) * step / 500

    page.mouse.move(x(400), y)
    page.mouse.down()
    page.mouse.move(x(210), y, steps=10)
    figure.until(lambda: {"do": "look", "step": 200} in figure.heard)
    page.wait_for_selector("text=let go to return to now")
    page.mouse.up()
    figure.until(lambda: figure.heard[-1] == {"do": "now"})
    looks = [command for command in figure.commands() if command["do"] == "look"]
    assert len(looks) <= 4
    page.mouse.click(x(100), y)
    page.wait_for_selector("text=Branch from here")
    figure.until(lambda: figure.heard[-1] == {"do": "look", "step": 100})


def test_what_is_dragged_back_onto_now_is_told_as_now(figure):
    figure.send()
    rail = figure.page.locator(".rail input")
    box = rail.bounding_box()
    assert box is not None
    x, y = (lambda step: box["x"] + 11 + (box["width"] - 22) * step / 500), box["y"] + 18
    figure.page.mouse.move(x(400), y)
    figure.page.mouse.down()
    for step, said in ((200, "step 200 of 400"), (400, "now, step 400")):
        figure.page.mouse.move(x(step), y, steps=5)
        figure.until(lambda step=step: figure.heard[-1] == {"do": "look", "step": step})
        figure.send()
        expect(rail).to_have_attribute("aria-valuetext", said)
    figure.page.mouse.up()


def test_a_look_that_the_server_forgot_is_asked_for_again(figure):
    figure.send()
    figure.page.keyboard.press("ArrowLeft")
    figure.until(lambda: figure.heard[-1] == {"do": "look", "step": 300})
    figure.send(keyframes=[0, 200, 400])
    figure.until(lambda: figure.heard[-1] == {"do": "look", "step": 200})
    figure.send(keyframes=[0, 200, 400], shown=200, past=True)
    assert figure.page.is_visible("text=as it was at step 200")


def test_divergence_waiting_and_missing_numbers(figure):
    figure.lines[-1].send(pack(WAITING, {}))
    page = figure.page
    page.wait_for_selector("text=512 of 4,096")
    unused = page.locator(".keys, .timeline, .pictures")
    assert unused.evaluate_all("all => all.map((part) => part.inert)") == [True] * 3, "nothing to press yet"
    empty = lanes("binary")[0] | {
        **dict.fromkeys(("J", "J_train")), **dict.fromkeys(("z", "y_hat"), [None] * 3),
        "accuracy": {"train": None, "test": None},
    }  # fmt: skip
    figure.send(
        step=0, lanes=[empty], label=None, stopped="At step 7 the numbers left the finite range.",
        way_out={"step": 1800, "rate": "0.01"},
    )  # fmt: skip
    page.wait_for_selector(".plot .main-svg")
    assert unused.evaluate_all("all => all.map((part) => part.inert)") == [False] * 3
    words = page.inner_text("body")
    assert "At step 7" in words
    assert not {"NaN", "Infinity", "undefined", "null"} & set(words.split())
    page.get_by_role("button", name="Go on from step 1,800, with α = 0.01").dblclick()
    assert page.evaluate("window.told") == [["calmer", True]], "one run, however hasty the hand"
    figure.send(step=0)
    assert page.is_hidden("text=At step 7")
    figure.send(step=0, stopped="It stopped.", way_out={"step": 20, "rate": "0.01", "as_then": True})
    expect(
        page.get_by_role("button", name="Go on from step 20 as it was set then, with α = 0.01")
    ).to_be_visible()
    figure.send(step=0)
    figure.lines[-1].send(json.dumps({"error": "There is no such command."}))
    page.wait_for_selector("text=There is no such command.")


def test_a_run_that_stops_at_once_can_be_played_again(figure):
    figure.send()
    play = figure.page.locator(".play")
    play.click()
    figure.send(stopped="At step 401 the numbers left the finite range.")  # the only frame after the click
    figure.until(lambda: play.inner_text() == "play")
    assert figure.heard[-1] == {"do": "ack"} and {"do": "play"} in figure.heard
    assert "paused" in figure.page.inner_text("body")


def test_a_zoom_survives_new_curves(figure):
    figure.send()
    page = figure.page
    page.wait_for_selector(".plot .main-svg")
    box = max(
        (found for drag in page.locator(".plot .nsewdrag").all() if (found := drag.bounding_box())),
        key=lambda found: found["height"],
    )
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 140, steps=6)
    page.mouse.up()
    page.wait_for_selector("[data-key=all]")
    zoomed = page.evaluate("document.querySelector('.plot').layout.xaxis.range")
    assert zoomed == pytest.approx([125, 250], abs=3), "the axis goes on to 500, for what is said at the ends"
    figure.send(step=500)
    figure.send(step=600)
    assert page.evaluate("document.querySelector('.plot').layout.xaxis.range") == zoomed
    page.click("[data-key=all]")
    page.wait_for_function("document.querySelector('.plot').layout.xaxis.range[1] >= 600")


def test_after_a_zoom_all_is_shown_again_on_each_axis(figure):
    page = figure.page
    figure.send()
    page.wait_for_selector(".plot .main-svg")
    ranges = """() => Object.entries(document.querySelector('.plot')._fullLayout)
      .flatMap(([name, axis]) => ['xaxis', 'yaxis', 'yaxis2'].includes(name) ? [...axis.range] : [])"""
    whole = page.evaluate(ranges)
    for way in ("show all", "double click"):
        for panel in page.locator(".plot .nsewdrag").all():
            box = panel.bounding_box()
            if box is None or box["height"] < 40:  # that of the events has no height of its own
                continue
            before = page.evaluate(ranges)
            page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.2 * box["height"])
            page.mouse.down()
            page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"], steps=6)
            page.mouse.up()
            page.wait_for_selector("[data-key=all]")
            assert page.evaluate(ranges) != before
        if way == "show all":
            page.click("[data-key=all]")
        else:
            page.mouse.dblclick(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
        page.wait_for_selector("[data-key=all]", state="hidden")
        assert page.evaluate(ranges) == whole, way


def test_a_zoom_into_steps_that_a_run_no_longer_has_ends_with_them(figure):
    page = figure.page
    figure.send(step=400)
    page.wait_for_selector(".plot .main-svg")
    ends = "() => document.querySelector('.plot')._fullLayout.xaxis.range"

    figure.zoom(0.5, 0.7)
    figure.send(step=300)  # a branch, which has a part of it
    assert page.evaluate(ends) == pytest.approx([250, 350], abs=3)
    figure.send(step=0)  # reset
    assert page.evaluate(ends) == [0, 40]
    assert page.locator("[data-key=all]").is_hidden()


def test_panning_that_was_chosen_stays_chosen(figure):
    page = figure.page
    figure.send()
    page.hover(".plot .main-svg >> nth=0", position={"x": 200, "y": 80})
    page.locator(".plot [data-attr=dragmode][data-val=pan]").click()
    for step in (500, 600):
        figure.send(step=step)
        assert page.evaluate("document.querySelector('.plot')._fullLayout.dragmode") == "pan"
    page.locator(".plot [data-attr=dragmode][data-val=zoom]").click()
    figure.send(step=700)
    assert page.evaluate("document.querySelector('.plot')._fullLayout.dragmode") == "zoom"


def test_the_drawing_is_kept_whatever_is_drawn_next(figure):
    """A new plot at each drawing froze the page for good where two followed each other at once."""
    page = figure.page
    figure.send()
    page.wait_for_selector(".plot .main-svg")
    page.evaluate("window.kept = [...document.querySelectorAll('.plot .main-svg, .plot .cartesianlayer')]")
    figure.send(step=500)
    for log, without in ((True, ["train"]), (False, []), (True, [])):  # as Back changes several at once
        looks = {"pictures": "weights", "log": log, "without": without}
        page.evaluate(
            "(looks) => figure.update({ socket: 'live/k', base: '', loss: ['binary'], looks })", looks
        )
        kind = "log" if log else "linear"
        page.wait_for_function(
            "(kind) => document.querySelector('.plot')._fullLayout.yaxis.type === kind", arg=kind
        )
    assert page.evaluate("kept.length >= 2 && kept.every((node) => node.isConnected)")


def test_a_run_alone_is_shown_though_it_was_left_out_among_others(figure):
    """It has no switch of its own that could bring it back; what was left out is so again beside others."""
    page = figure.page
    lines = """() => new Set([...document.querySelectorAll('.plot .scatterlayer .trace')].flatMap((trace) =>
      [...trace.querySelectorAll('.js-line')].map((line) => line.style.stroke))).size"""
    both = {"lanes": lanes("binary", "softmax")}
    figure.send(**both)
    page.click("[data-key=A]")
    assert page.evaluate(lines) == 1
    figure.send()
    assert page.evaluate(lines) == 1 and page.locator("[data-key=A]").count() == 0
    assert page.locator(".end:not([hidden])").all_inner_texts() == ["training 61\u202f%"]
    page.wait_for_timeout(400)
    assert page.evaluate("told.at(-1)[1].without") == ["A"], "the link has it as it was"
    figure.send(step=500, **both)
    assert page.evaluate(lines) == 1
    assert page.locator("[data-key=A]").get_attribute("aria-pressed") == "false"


def test_lines_grow_between_two_drawings_to_where_plotly_draws_them(figure):
    page = figure.page
    events = [event(100, lane=1)]
    given = {"lanes": lanes("binary", "softmax"), "events": events, "playing": True, "keyframes": [0]}
    figure.send(step=210, **given)
    page.wait_for_selector(".plot .js-line", state="attached")  # a level line has no height to be visible
    figure.later(1100)  # what a person just did is drawn at once; this is long ago
    figure.send(step=220, **given)
    drawn = page.evaluate(DRAWN)
    figure.send(step=240, **given)
    grown = page.evaluate(DRAWN)
    assert grown["draws"] == drawn["draws"]
    page.evaluate("window.dispatchEvent(new Event('resize'))")
    page.click("[data-key=log]")
    page.click("[data-key=log]")
    whole = page.evaluate(DRAWN)
    assert whole["draws"] > grown["draws"]
    # Five lines a run; the three of B that are costs are broken at its seam.
    assert len(grown["ends"]) == len(whole["ends"]) == 13
    assert np.allclose(grown["ends"], whole["ends"], atol=0.15)
    assert np.allclose(grown["letters"], whole["letters"], atol=1.0)
    assert np.max(np.abs(np.subtract(grown["ends"], drawn["ends"]))) > 5


def test_what_the_accuracies_are_goes_along_with_the_lines_that_grow(figure):
    page, told = figure.page, {"playing": True, "lanes": measured(0.7, 0.5), "keyframes": [0]}
    figure.send(step=210, **told)
    page.wait_for_selector(".plot .js-line", state="attached")
    figure.later(1100)  # what a person just did is drawn at once; this is long ago
    figure.send(step=220, **told)
    drawn = page.evaluate(DRAWN)["draws"]
    figure.send(step=240, **told)
    assert page.evaluate(DRAWN)["draws"] == drawn
    lines = "[...document.querySelectorAll('.js-line')].map((line) => line.getBoundingClientRect().right)"
    assert 0 < page.locator(".clasp").bounding_box()["x"] - max(page.evaluate(lines)) < 8


def test_growing_lines_are_measured_once_and_drawn_whole_where_the_mouse_comes(figure):
    """To ask at every frame where the drawing stands has the browser lay out the page twice."""
    page = figure.page
    figure.send(step=210, playing=True)
    page.wait_for_selector(".plot .js-line", state="attached")
    figure.later(1100)
    figure.send(step=220, playing=True)
    drawn = page.evaluate(DRAWN)["draws"]
    page.evaluate(MEASURED)
    figure.later(2100)
    for step in (230, 240, 250):
        figure.send(step=step, playing=True)
    assert (page.evaluate("window.measured"), page.evaluate(DRAWN)["draws"]) == (0, drawn)
    page.hover(".plot .nsewdrag[data-subplot=xy]")
    assert page.evaluate("document.querySelector('.plot').data[0].x.at(-1)") == 250
    page.mouse.move(600, 420)  # no hand enters with a single movement
    page.wait_for_selector(".plot .hoverlayer .legend")


def test_under_a_pointer_the_numbers_of_three_runs_fit_into_a_low_figure(figure):
    page = figure.page
    page.set_viewport_size({"width": 1000, "height": 700})
    figure.send(lanes=lanes("binary", "softmax", "squared"))
    figure.resize(1000, 700)
    page.hover(".plot .nsewdrag[data-subplot=xy]")
    numbers = page.locator(".plot .hoverlayer .legend")
    said = numbers.locator("text").all_text_contents()
    assert said[0].startswith("near step ") and [words[:6] for words in said[1:]] == [
        f"{run} {kind}"[:6] for run in "ABC" for kind in ("training", "test") * 2
    ]
    box, plot = numbers.bounding_box(), page.locator(".plot").bounding_box()
    assert box["y"] >= plot["y"] and box["y"] + box["height"] <= plot["y"] + plot["height"]
    for kind in ("train", "test"):
        page.click(f"[data-key={kind}]")
    page.hover(".plot .nsewdrag[data-subplot=xy]", position={"x": 60, "y": 60})
    page.wait_for_function("document.querySelector('.plot .hoverlayer').textContent.includes('batch')")
    said = numbers.locator("text").all_text_contents()
    assert [words[:16] for words in said[1:]] == [f"{run} J of the batch" for run in "ABC"]


# From now on window.measured is how often the drawing was asked for its place and size.
MEASURED = """() => {
  const node = document.querySelector('.plot')
  window.measured = 0
  for (const side of ['offsetLeft', 'offsetTop', 'clientWidth', 'clientHeight']) {
    const kind = side.startsWith('offset') ? HTMLElement : Element
    const { get } = Object.getOwnPropertyDescriptor(kind.prototype, side)
    Object.defineProperty(node, side, { get() { window.measured++; return get.call(this) } })
  }
}"""


def test_where_the_drawing_stands_is_asked_anew_when_the_keys_above_it_take_another_line(figure):
    page = figure.page
    figure.send(step=400, playing=True, lanes=measured(0.9, 0.5))
    page.wait_for_selector(".plot .js-line", state="attached")
    above = "document.querySelector('.ends').offsetTop - document.querySelector('.plot').offsetTop"
    before = page.evaluate(above)
    page.evaluate("document.querySelector('.keys').style.paddingBottom = '60px'")
    page.wait_for_function(f"Math.abs({above} - {before}) < 1")
    assert page.evaluate("document.querySelector('.ends').offsetTop") > 60


def test_a_new_event_is_drawn_at_once(figure):
    page = figure.page
    figure.send(step=200, playing=True)
    page.wait_for_selector(".plot .js-line", state="attached")  # a level line has no height to be visible
    figure.later(1100)
    figure.send(step=210, playing=True, events=[event(205)])
    assert page.evaluate("document.querySelector('.plot').data.at(-1).x") == [205]
    figure.send(step=220, playing=True, events=[event(205)])
    assert page.evaluate("document.querySelector('.plot').data[0].x.at(-1)") == 220


def test_the_curves_are_drawn_anew_for_another_theme_and_not_for_each_run_of_the_page(figure):
    page = figure.page
    figure.send()
    page.wait_for_selector(".plot .js-line", state="attached")
    drawn = page.evaluate(DRAWN)["draws"]
    again = "window.figure.update({ socket: 'live/k', base: '', loss: ['binary'] })"
    page.evaluate(again)
    assert page.evaluate(DRAWN)["draws"] == drawn
    page.evaluate(
        """document.documentElement.style.cssText =
             '--st-text-color: rgb(230, 232, 235); --st-background-color: rgb(20, 23, 28)'"""
    )
    page.evaluate(again)
    assert page.evaluate(DRAWN)["draws"] == drawn + 1
    assert page.locator(".live-training.dark").count() == 1


# How often all was drawn, where each line ends, and where the letters stand.
DRAWN = """() => {
  const node = document.querySelector('.plot'), box = (el) => el.getBoundingClientRect()
  return {
    draws: Number(node.dataset.draws),
    ends: [...node.querySelectorAll('.js-line')].map((path) => {
      const { x, y } = path.getPointAtLength(path.getTotalLength())
      return [x, y]
    }),
    letters: [...node.querySelectorAll('.annotation')].slice(-4).map((note) => [box(note).x, box(note).y]),
  }
}"""


def test_a_network_shows_its_first_layer_as_a_wall(figure):
    count, side = 20, 32
    one = np.arange(count, dtype=np.uint8).repeat(side * side * 3)  # picture j is grey j, in B 100 + j
    for losses, columns in ((("binary",), 5), (("binary", "softmax"), 16)):
        pictures = np.concatenate([one + 100 * lane for lane in range(len(losses))]).astype(np.uint8)
        figure.send(lanes=lanes(*losses), neurons=count, side=side, hidden=[20, 4], pictures=pictures)
        walls = figure.page.locator(".wall canvas")
        assert walls.count() == len(losses)
        assert figure.page.get_by_text("layer 1: 20 neurons").count() == len(losses)
        assert figure.page.locator(".outputs canvas").count() == 0
        assert figure.page.locator(".outputs figure").count() == 3 * len(losses)
        for j in (0, 4, 5, 19):
            x, y = (j % columns) * (side + 2) + 3, j // columns * (side + 2) + 3
            at = f"e => [...e.getContext('2d').getImageData({x}, {y}, 1, 1).data]"
            grey = j + 100 * (len(losses) - 1)
            assert walls.last.evaluate(at) == [grey, grey, grey, 255]
    figure.send()  # and back to a head
    assert figure.page.locator(".wall").count() == 0 and figure.page.locator(".outputs canvas").count() == 3


def test_what_the_pictures_of_a_hidden_layer_mean_is_said_for_each_view(figure):
    page, one = figure.page, np.zeros(32 * 32 * 3, np.uint8)
    wall = {"neurons": 1, "side": 32, "hidden": [1, 4], "pictures": one}
    words = page.locator(".means")
    for view, alt, means in (
        ("weights", "the weights of 1 neuron of layer 1, each as a picture", "w, pixel by pixel"),
        ("evidence", "w∘xᵀ of 1 neuron of layer 1, each as a picture", "raises the neuron’s z"),
        ("gradient", "the gradient of 1 neuron of layer 1, each as a picture", "∂J/∂w"),
    ):
        figure.send(view=view, **wall)
        expect(page.locator(".wall canvas")).to_have_attribute("aria-label", alt)
        expect(words).to_contain_text(means)
    figure.send(view="evidence", **wall)
    figure.send(view="evidence")  # of a head: its neurons are a ball's each
    expect(words).to_contain_text("green speaks for the ball")


def test_the_page_follows_a_run_that_is_set_elsewhere(figure):
    page = figure.page

    def update(settings):
        page.evaluate(
            "settings => figure.update({ socket: 'live/k', base: '', loss: ['binary'], settings })", settings
        )

    def told():
        """When all that is due a while later has been done."""
        page.evaluate("held.splice(0).forEach(([act]) => act())")
        return page.evaluate("window.told")

    page.evaluate(HOLD)
    update("λ = 0")
    figure.send(settings="λ = 0")
    figure.send(settings="λ = 1")  # by this page, which is about to say so
    update("λ = 1")
    assert told() == []
    figure.send(settings="λ = 2")
    figure.send(settings="λ = 2")
    assert page.evaluate("window.told") == [], "not at once"
    assert told() == [["elsewhere", "λ = 2"]]
    update("λ = 2")
    figure.send(settings="λ = 2")
    assert told() == [["elsewhere", "λ = 2"]]


def test_a_press_is_not_followed_at_once_by_the_figures_own_question(figure):
    """Streamlit's server keeps the latter of the two, and there was no branch."""
    figure.anew(quick=2)  # the press comes within 0.8 seconds of the new setting, however slow the hand
    page = figure.page
    data = "{ socket: 'live/k', base: '', loss: ['binary'], settings: 'λ = 0', unheard: true }"
    page.evaluate(f"Math.random = () => 0.9, figure.update({data})")
    figure.send(settings="λ = 0")
    page.keyboard.press("ArrowLeft")
    figure.until(lambda: {"do": "look", "step": 300} in figure.heard)
    figure.send(settings="λ = 1", shown=300, past=True)
    page.evaluate(
        """() => { const app = document.createElement('div')
        Object.assign(app.dataset, { testid: 'stApp', testScriptState: 'notRunning' })
        document.body.append(app)
        document.querySelector('[data-part=branch]').click() }"""
    )
    figure.until(lambda: len(page.evaluate("window.told")) >= 3)
    pressed, asked = page.evaluate("window.toldAt.slice(0, 2)")
    assert page.evaluate("window.told[0]") == ["branch", 300] and asked - pressed >= 2000
    assert {name for name, _ in page.evaluate("window.told.slice(1)")} == {"elsewhere"}


def test_the_stage_is_left_by_its_button_by_escape_and_with_the_page(figure):
    figure.send()
    page, button = figure.page, figure.page.locator("button.stage")

    def on_stage():
        return page.evaluate("document.documentElement.classList.contains('live-stage')")

    for leave in (
        button.click,
        lambda: page.keyboard.press("Escape"),
        lambda: page.evaluate("figure.close()"),
    ):
        page.keyboard.press("f")
        assert on_stage() and button.get_attribute("aria-pressed") == "true"
        page.wait_for_function("document.fullscreenElement !== null")
        leave()
        figure.until(lambda: not on_stage())
        page.wait_for_function("document.fullscreenElement === null")


def test_a_narrow_window_has_no_stage_not_by_the_key_either(figure):
    figure.page.set_viewport_size({"width": 390, "height": 844})
    figure.send()
    figure.page.locator("button.stage").wait_for(state="hidden")
    figure.page.keyboard.press("f")
    assert not figure.page.evaluate("document.documentElement.classList.contains('live-stage')")
    assert figure.page.get_by_text("present", exact=True).first.is_hidden()


def test_the_curves_are_as_high_as_their_place_also_when_it_was_higher_before(figure):
    """After the stage, or three runs, they would stay as high as they were there."""
    figure.send()
    page = figure.page
    page.wait_for_selector(".plot .main-svg")
    height = "document.querySelector('.plot').clientHeight"
    before = page.evaluate(height)
    left, curves = "{ min-height: 1200px }", "{ max-height: none !important }"
    page.add_style_tag(content=f".live-training .left {left} .live-training .curves {curves}")
    page.wait_for_function(
        f"{height} > 900 && +document.querySelector('.main-svg').getAttribute('height') > 900"
    )
    page.evaluate("document.head.lastElementChild.remove()")
    figure.until(lambda: page.evaluate(height) < 900)
    assert page.evaluate(height) == before


def test_the_loss_is_switched_at_once_on_the_card_of_its_run(figure):
    def checked():
        return page.locator(".loss input:checked").evaluate_all("all => all.map((one) => one.value)")

    page = figure.page
    figure.send(lanes=lanes("binary", "squared"))
    page.get_by_role("radiogroup", name="Loss of run B").get_by_role("radio", name="tangled").click()
    figure.until(figure.commands)
    page.keyboard.press("Space")
    figure.until(lambda: len(figure.commands()) == 2)
    assert figure.commands() == [{"do": "loss", "lane": 1, "loss": "tangled"}, {"do": "play"}]
    assert checked() == ["binary", "tangled"]
    figure.send(lanes=lanes("binary", "squared"), heard=0)  # it was on its way when the hand came
    assert checked() == ["binary", "tangled"] and page.get_by_role("button", name="pause").is_visible()
    figure.send(lanes=lanes("binary", "tangled"), heard=1, playing=False)  # knows of the loss, not of play
    assert checked() == ["binary", "tangled"] and page.get_by_role("button", name="pause").is_visible()
    figure.send(lanes=lanes("binary", "tangled"), past=True)  # a step that is looked back at keeps its loss
    assert page.locator(".loss input:enabled").count() == 0
    figure.send(lanes=lanes("softmax", "squared"))  # from another tab, where it was stopped, too
    assert checked() == ["softmax", "squared"] and page.get_by_role("button", name="play").is_visible()
    page.locator(".loss").nth(0).get_by_role("radio", name="binary").click()
    figure.until(lambda: len(figure.commands()) == 3)
    figure.lines[-1].close()  # whether the server heard of it is not known
    figure.until(lambda: len(figure.lines) == 2)
    figure.send(lanes=lanes("softmax", "squared"))
    assert checked() == ["softmax", "squared"]


def test_a_log_scale_has_numbers_where_J_hardly_changes(figure):
    """Between 1, 2 and 5 there was no tick at all: after a few steps of a loss near 1.75 there was none."""
    for level in (1.75, 0.7):
        figure.anew()
        figure.send(level=level, step=100)
        figure.page.locator(".plot .ytick text").first.wait_for()
        figure.page.click("[data-key=log]")  # which draws at once
        ticks = "all => all.map((tick) => [Number(tick.textContent), tick.getBoundingClientRect().y])"
        at = dict(figure.page.eval_on_selector_all(".plot .ytick text", ticks))
        assert len(at) >= 3 and min(at) < level < max(at)
        (low, first), *_, (high, last) = sorted(at.items())
        for value, y in at.items():
            share = math.log(value / low) / math.log(high / low)
            assert y == pytest.approx(first + share * (last - first), abs=1.5), (level, value)


def test_while_it_plays_a_reader_hears_no_number_of_it_and_its_curves_are_one_picture(figure):
    """z of each neuron was announced ten times a second."""
    figure.send(playing=True)
    figure.page.wait_for_selector(".plot .main-svg")
    listen(figure.page)
    for step in (410, 420, 430):
        run = [lane | {"z": [step / 100] * 3} for lane in lanes("binary")]
        figure.send(step=step, playing=True, lanes=run)
    expect(figure.page.locator("[data-of=z]").first).to_have_text("4.30")
    assert announced(figure.page) == []
    inside = [fault for fault in faults(figure.page) if not fault.endswith("in the page")]
    assert inside == [], "but for a page of Plotly’s own"
