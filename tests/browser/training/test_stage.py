"""The stage: the live figure fills a projector of any size, whatever it shows, and nothing is out of sight.

The page is the app's. The test is at the other end of the figure's line, so that one page shows any run.
"""

import base64

import numpy as np
import pytest
from playwright.sync_api import expect

from core.divergence import THE_COST, calmer, explain
from tests.browser.test_lesson import FIGURE, until_step
from tests.browser.training.frames import event, frame, lanes

LOSSES = {1: ("binary",), 2: ("binary", "softmax"), 3: ("binary", "softmax", "tangled")}
SQUARED = ("binary", "softmax", "squared")
FAR = {"learning_rate": 1000.0, "l2": 1.0, "optimiser": "plain"}  # where both sliders end
NETWORK = {"hidden": [64, 32], "neurons": 64, "side": 32}
WIDER = NETWORK | {"hidden": [128, 32]}  # only some of its neurons are shown
HEAD = {"hidden": [], "neurons": 3, "side": 64}

PROJECTORS = ((1920, 1080), (1536, 864), (1280, 1024), (1280, 720))  # for one run
NARROW = ((1024, 768), (1024, 720), (1152, 864), (1280, 720), (1600, 900), (2560, 1440))  # for several
AT_1280 = ((1280, 720), (1280, 861), (1280, 960), (1280, 1080))  # for a network
FOR_THREE = ((1280, 720), (1280, 900), (1280, 1080), (1920, 1080))

# From now on the test is at the other end of the figure's line: paint(name) shows a frame of `frames`.
LINE = """(given) => {
  window.frames = Object.fromEntries(Object.entries(given).map(([name, text]) =>
    [name, Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer]))
  window.WebSocket = new Proxy(WebSocket, { construct(usual, [url, ...more]) {
    if (!url.includes('/live/')) return new usual(url, ...more)
    window.line = { readyState: 1, close() {}, send: (text) => text === '{"do":"ack"}' && line.painted?.() }
    setTimeout(() => line.onopen())
    return line
  } })
  window.paint = (name) => new Promise((done) => {
    line.painted = done
    line.onmessage({ data: frames[name] })
  })
}"""
# The curves are drawn once for all: on the stage their place has its size from elsewhere (contain: strict),
# and to draw them costs more than the rest.
STILL = """() => {
  const { react } = Plotly
  Plotly.react = (node, data) => (node._fullData = data.map((_, uid) => ({ uid })))
  window.drawnAgain = () => (Plotly.react = react)
}"""
# How much of each part is seen, how far the page goes on below, and how large some parts are.
SEEN = """async ([name, parts]) => {
  await paint(name)
  const all = (part) => [...document.querySelectorAll(`.live-training ${part}`)]
  const box = (node) => node.getBoundingClientRect()
  const watched = parts.flatMap((part) => all(part).map((node) => [part, node]))
  const missing = parts.filter((part) => !all(part).length)
  const ratios = await new Promise((done) => {
    const observer = new IntersectionObserver((seen) => {
      observer.disconnect()
      done(seen.map((one) => one.intersectionRatio))
    })
    watched.forEach(([, node]) => observer.observe(node))
  })
  const main = document.querySelector('[data-testid=stMain]')
  const [plot, body] = ['.plot', '.body'].map((part) => box(all(part)[0]))
  const seen = (part) => all(part).find((one) => one.checkVisibility())
  const [low, bar, high] = ['.low', 'i', '.high'].map((part) => seen(`.scale ${part}`))
  const words = document.createRange(), under = seen('.wall figcaption')
  if (under) words.selectNodeContents(under)
  const beside = low ? [seen('.views'), under && words].filter(Boolean).map(box).filter((one) =>
    one.top < box(low).bottom && box(low).top < one.bottom).map((one) => box(low).left - one.right) : []
  return {
    scale: low && [box(bar).width, body.right - box(high).right, ...beside],
    lanes: box(all('.lanes')[0]).height,
    below: box(all('.timeline')[0]).top,
    hidden: [...missing, ...watched.filter((_, i) => ratios[i] < 0.99).map(([part]) => part)],
    over: main.scrollHeight - main.clientHeight,
    pictures: all('.row canvas').map((one) => box(one).width),
    walls: all('.wall canvas').map((one) => box(one).width),
    plot: [plot.width, plot.height],
    views: all('.views label').length,
    beyond: box(all('.views label').at(-1)).right - body.right,
  }
}"""


def shown(losses, told=False, network=False, view="weights", of=None):
    """A frame of a run before its first step, or of one that has diverged, which is told."""
    of = of or (NETWORK if network else HEAD)
    now = [lane | {"J": None, "accuracy": {"train": None, "test": None}} for lane in lanes(*losses)]
    more = {"step": 0, "keyframes": [0]}
    if told:
        step = 4 if network else 8
        far = {"J": 1.1e38, "J_train": None, "accuracy": {"train": 0.42, "test": 0.5}}
        far |= (
            {"z": [None] * 3, "y_hat": [None] * 3}
            if network
            else {"z": [2.6e23, -4.2e23, 3e23], "y_hat": [1, 0, 1]}
        )
        now = [lane | far for lane in now]
        more = {
            "step": step - 1, "keyframes": [0, 2, step - 1], "stopped": explain(THE_COST, step=step, **FAR),
            "way_out": {"step": 0, "rate": f"{calmer(**FAR):g}"}, "scale": 5e20,
            "events": [event(step - 1, "diverged", "", "") | {"text": f"diverged at step {step}"}],
        }  # fmt: skip
    pictures = np.full(len(losses) * of["neurons"] * of["side"] ** 2 * 3, 128, np.uint8)
    made = frame(lanes=now, pictures=pictures, view=view, guess={"ball": 0, "share": 0.36}, **of, **more)
    return base64.b64encode(made).decode()


def test_the_figure_fills_a_projector_of_any_size_also_once_it_has_diverged(app):
    """What a divergence tells, the timeline to drag back on and “hold” below it: no bar to scroll by."""
    page = app.page
    app.open("training", width=1280)
    page.wait_for_selector(FIGURE, timeout=90_000)
    until_step(page, 0)
    one = {
        f"{kind}{view}{' told' * told}": shown(LOSSES[1], told, kind == "network", view or "weights")
        for kind in ("head", "network")
        for view, told in (("", False), ("evidence", False), ("", True))
    }
    one |= {f"wider{' told' * told}": shown(LOSSES[1], told, True, of=WIDER) for told in (False, True)}
    alike = {f"head {loss}": shown((loss,), view="change") for loss in ("softmax", "squared", "tangled")}
    alike |= {f"network {loss}": shown((loss,), network=True) for loss in ("squared", "tangled")}
    one |= alike
    several = {
        f"{runs} {kind}{' told' * told}": shown(LOSSES[runs], told, kind == "network")
        for runs in (2, 3)
        for kind in ("head", "network")
        for told in (False, True)
    }
    page.evaluate(LINE, one | several | {"squared": shown(SQUARED)})
    app.break_line("/live/")
    page.keyboard.press("ArrowRight")
    page.wait_for_function("Boolean(window.line?.onmessage)")

    def look(name, *parts):
        """The figure with this frame: these parts are seen whole."""
        found = page.evaluate(SEEN, [name, parts])
        assert found["hidden"] == [], (name, page.viewport_size)
        if found["scale"]:
            bar, inside, *beside = found["scale"]
            assert bar >= 16 and inside >= -0.5 and min(beside, default=4) >= 4, (name, page.viewport_size)
        return found

    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        assert look("squared", ".bar")["beyond"] <= 0, width

    page.evaluate("document.documentElement.requestFullscreen = undefined")  # a window that is no screen's
    page.locator("h1").first.click()
    page.keyboard.press("f")
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("e => e.matches(':focus-visible')"), "this is where Streamlit draws a frame"
    assert main.evaluate("e => getComputedStyle(e, '::before').display") == "none"

    page.evaluate(STILL)
    for size in sorted({*PROJECTORS, *NARROW, *AT_1280, *FOR_THREE}):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        if size in AT_1280:
            look("network", ".plot", ".timeline", ".watched", ".outputs", ".wall", ".views label:last-child")
        places: dict[str, tuple[float, float]] = {}
        for name in one if size in PROJECTORS else ():
            found = look(name, "[data-part=hold]")
            assert found["over"] <= 0, f"{name}, {size}: {found['over']} pixels are out of sight"
            assert found["views"] == 4 and found["beyond"] <= 0.5, (name, size)
            places[name] = found["lanes"], found["below"]
        for name in alike if places else ():  # with another loss, or another view, nothing moves
            assert places[name] == pytest.approx(places[name.split()[0]], abs=0.5), (name, size)
        for name in several if size in NARROW else ():
            found = look(name, ".lanes", ".plot", ".timeline", ".watched", ".rows")
            assert found["over"] <= 0, f"{name}, {size}: {found['over']} pixels are out of sight"
            assert found["plot"][0] >= 480 and found["plot"][1] >= 200, (name, size)
            if "network" not in name:
                assert min(found["pictures"]) >= 64, (name, size)
            elif size == (1280, 720):  # of 16 pictures in a row
                assert min(found["walls"]) / 16 >= 23, name
        if size in FOR_THREE:
            found = look("squared", ".lanes", ".plot", ".timeline", ".watched", ".play", ".row canvas")
            assert len(found["pictures"]) == 9, "three of each run"
            assert min(found["pictures"]) >= 64, size
            if size[1] >= 1000:
                look("squared", ".outputs p span:last-child var", ".outputs p b")
    expect(page.get_by_role("heading", name="Live training")).to_be_hidden()

    # A tablet held upright: the curves keep their part.
    page.evaluate("() => { drawnAgain() }")
    page.set_viewport_size({"width": 820, "height": 1300})
    assert look("squared", ".plot .main-svg:first-child")["plot"][0] >= 250
    page.keyboard.press("Escape")
