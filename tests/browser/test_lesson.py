"""A whole lesson on the live training, as a lecturer plays it: start Goal 2, switch to softmax on the way,
provoke a divergence, go back in time, branch, refresh, download."""

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from core.weights import load_network
from tests.browser.conftest import App

FIGURE = "[data-pictures]"
EPOCH = 59  # steps: the usual training photos in batches of 64


def step_of(page: Page) -> int:
    return int(page.locator(FIGURE).get_attribute("data-step") or 0)


def until_step(page: Page, step: int) -> None:
    page.wait_for_function(
        "step => Number(document.querySelector('[data-pictures]')?.dataset.step ?? -1) >= step",
        arg=step,
        polling=100,
        timeout=60_000,
    )


def on_the_stage(app, link: str) -> Page:
    """Live training at this link, at step 0, fills the window."""
    app.open(link, width=1280)
    page: Page = app.page
    page.wait_for_selector(FIGURE, timeout=90_000)
    until_step(page, 0)
    page.evaluate("document.documentElement.requestFullscreen = undefined")  # a window that is no screen's
    page.locator("h1").first.click()
    page.keyboard.press("f")
    return page


def diverge(page: Page) -> None:
    """Play a run that is set to, and wait until that is told."""
    page.keyboard.press("Space")
    expect(page.locator(f"{FIGURE} .message.stopped")).to_be_visible(timeout=60_000)


def until_paused(page: Page) -> None:
    """It says so at once, and the last steps come after that: until none has come for a while."""
    expect(page.locator(f"{FIGURE} [data-part=pace]")).to_contain_text("paused", timeout=60_000)
    page.wait_for_function(
        """() => {
          const { step } = document.querySelector('[data-pictures]').dataset, now = performance.now()
          if (window.stands?.step !== step) window.stands = { step, since: now }
          return now - window.stands.since > 700
        }""",
        polling=100,
    )


def choose_loss(app: App, name: str) -> None:
    app.page.get_by_role("radiogroup", name="Loss").get_by_role("radio", name=name).click()


def slide_to_end(app: App, label: str, link: str) -> None:
    slider = app.page.get_by_role("slider", name=label)
    slider.focus()
    app.page.keyboard.press("End")
    app.page.wait_for_function("link => location.search.includes(link)", arg=link)


def test_a_lesson(app, tmp_path):
    page = app.page
    app.open("training?rate=0.003&seed=4", height=800)
    page.wait_for_selector(FIGURE, timeout=90_000)
    until_step(page, 0)

    # What moves when play is pressed is in sight of who has only opened the page.
    for seen in (".play", ".counter", ".loss", ".row figure:nth-child(1) canvas", ".row figure:nth-child(2)"):
        expect(page.locator(f"{FIGURE} {seen}")).to_be_in_viewport(ratio=0.99)
    expect(page.locator(f"{FIGURE} .plot")).to_be_in_viewport(ratio=0.6)
    page.set_viewport_size({"width": 1440, "height": 900})
    key = re.search(r"run=([\w-]{22})", page.url)
    assert key is not None

    # Goal 2: one step, an epoch, then play, at full speed.
    page.get_by_label("Pace of play").select_option("full")
    page.keyboard.press("ArrowRight")
    until_step(page, 1)
    page.keyboard.press("Space")
    until_step(page, 2)
    page.keyboard.press("Space")
    until_paused(page)  # after who knows how many steps: the server may be far quicker than the browser
    end = EPOCH * (step_of(page) // EPOCH + 1)
    page.get_by_role("button", name="epoch").click()
    until_step(page, end)
    until_paused(page)
    assert step_of(page) == end
    page.locator(".play").click()
    until_step(page, end + 61)
    app.screenshot("lesson-1-goal-2")

    # On a small projector the knobs, the losses, the curves and the pictures fill the screen, to its edge.
    page.set_viewport_size({"width": 1280, "height": 720})
    page.evaluate("document.documentElement.requestFullscreen = undefined")  # a window that is no screen's
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="Live training")).to_be_hidden()
    for seen in (".plot", ".timeline", ".pictures", ".play"):
        expect(page.locator(f"{FIGURE} {seen}")).to_be_in_viewport(ratio=0.99)
    expect(page.locator(".st-key-training_knobs")).to_be_in_viewport(ratio=0.99)

    # The loss is switched while it trains: from the same weights, with a seam.
    before = step_of(page)
    choose_loss(app, "softmax")
    expect(page.get_by_role("radio", name="Goal 3: softmax cross-entropy")).to_be_checked()
    until_step(page, before + 100)
    expect(page.locator(f"{FIGURE} .plot")).to_contain_text("not comparable")
    page.wait_for_function("location.search.includes('loss=softmax')")
    expect(page.locator(".verbatim")).to_contain_text("loss=softmax")  # the link to take away
    page.keyboard.press("f")
    expect(page.get_by_role("heading", name="Live training")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    app.screenshot("lesson-2-softmax")

    # A divergence: λ and α at their ends. It stops, says why, and no NaN is seen.
    slide_to_end(app, "L2: λ", "l2=1")
    slide_to_end(app, "Learning rate α", "rate=1000")
    stopped = page.get_by_role("button", name=re.compile("Go on from step .*, with α = 0.003"))
    expect(stopped).to_be_visible(timeout=60_000)
    assert "NaN" not in page.inner_text("body")
    app.screenshot("lesson-3-diverged")

    # The way out that it offers learns again, as a run of its own; the one that has diverged is still there.
    diverged, at = page.url, step_of(page)
    stopped.click()
    page.wait_for_function("key => !location.search.includes(key)", arg=key.group(1))
    until_step(page, at + 30)
    expect(stopped).to_be_hidden()
    page.goto(diverged)
    expect(stopped).to_be_visible(timeout=60_000)
    assert step_of(page) == at

    # Back in time: look at the run before the switch, and branch from there.
    timeline = page.get_by_role("slider", name=re.compile("Timeline"))
    timeline.focus()
    for key_of_the_timeline in ("Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key_of_the_timeline)
    past = page.locator(f"{FIGURE} [data-part=said]")
    expect(past).to_contain_text("as it was at step")
    shown = int(past.inner_text().rsplit(" ", 1)[1].replace(",", ""))
    assert 0 < shown < before
    expect(page.locator(FIGURE)).to_have_attribute("data-shown", str(shown))  # the keys before it were others
    expect(page.locator(f"{FIGURE} [data-part=at]")).to_have_text(f"{shown:,}")
    app.screenshot("lesson-4-back-in-time")
    page.get_by_role("button", name="Branch from here").click()
    page.wait_for_function("key => !location.search.includes(key)", arg=key.group(1))
    page.wait_for_function(
        "step => Number(document.querySelector('[data-pictures]')?.dataset.step ?? -1) === step",
        arg=shown,
    )

    # The branch trains on, a refresh brings it back.
    page.locator(".play").click()
    until_step(page, shown + 30)
    page.locator(".play").click()
    until_paused(page)
    reached = step_of(page)
    page.reload()
    page.wait_for_selector(FIGURE, timeout=60_000)
    until_step(page, reached)
    assert step_of(page) == reached
    app.screenshot("lesson-5-branch-after-refresh")

    # Take it away.
    with page.expect_download() as weights:
        page.get_by_role("link", name="Weights").click()
    weights.value.save_as(tmp_path / "weights.safetensors")
    assert load_network(tmp_path / "weights.safetensors").sizes == (12288, 3)
    with page.expect_download() as history:
        page.get_by_role("link", name="History").click()
    rows = list(csv.DictReader(io.StringIO(history.value.path().read_text())))
    assert int(rows[-1]["step"]) == reached
    with page.expect_download() as script:
        page.get_by_role("link", name="Python script").click()
    assert script.value.suggested_filename == "plain_run.py", "as its text calls it"
    compile(script.value.path().read_text(), "plain_run.py", "exec")


def test_three_runs_fill_a_small_projector(app):
    """Three losses with their curves, the timeline and all nine pictures, without a bar to scroll by."""
    page = app.page
    app.open("training?loss=binary,softmax,squared", width=1280)
    page.wait_for_selector(FIGURE, timeout=90_000)
    until_step(page, 0)
    right = "(name) => document.querySelector(name).getBoundingClientRect().right"
    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        last_view = page.evaluate(right, f"{FIGURE} .views label:last-child")
        assert last_view <= page.evaluate(right, f"{FIGURE} .body")
    page.evaluate("document.documentElement.requestFullscreen = undefined")  # a window that is no screen's
    for width, height in ((1280, 720), (1280, 900), (1280, 1080), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        if height == 720:
            page.keyboard.press("f")
        expect(page.get_by_role("heading", name="Live training")).to_be_hidden()
        for seen in (".lanes", ".plot", ".timeline", ".watched", ".play"):
            expect(page.locator(f"{FIGURE} {seen}")).to_be_in_viewport(ratio=0.99)
        pictures = page.locator(f"{FIGURE} .row canvas").all()
        assert len(pictures) == 9, "three of each run"
        for picture in pictures:
            expect(picture).to_be_in_viewport(ratio=0.99)
            assert (picture.bounding_box() or {})["width"] >= 64
    page.set_viewport_size(
        {"width": 820, "height": 1300}
    )  # a tablet held upright: the curves keep their part
    expect(page.locator(f"{FIGURE} .plot .main-svg").first).to_be_visible()
    assert (page.locator(f"{FIGURE} .plot").bounding_box() or {})["width"] >= 250
    page.keyboard.press("Escape")


def assert_a_network_fills_a_small_projector(page: Page) -> None:
    """Its curves, the timeline, the photo with its answers and the whole wall, without a bar to scroll by. No
    frame crosses them.
    """
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("e => e.matches(':focus-visible')"), "this is where Streamlit draws a frame"
    assert main.evaluate("e => getComputedStyle(e, '::before').display") == "none"
    for height in (720, 861, 960, 1080):
        page.set_viewport_size({"width": 1280, "height": height})
        for seen in (".plot", ".timeline", ".watched", ".outputs", ".wall", ".views label:last-child"):
            expect(page.locator(f"{FIGURE} {seen}")).to_be_in_viewport(ratio=0.99)


@pytest.mark.parametrize("layers", ["", "hidden=64,32&init=xavier&"])
def test_one_run_fills_a_projector_of_any_size_also_once_it_has_diverged(app, layers):
    """What a divergence tells, the timeline to drag back on and “hold” below it: no bar to scroll by."""
    page = on_the_stage(app, f"training?{layers}l2=1&rate=1000")
    if layers:
        assert_a_network_fills_a_small_projector(page)
    main, views = page.locator("[data-testid=stMain]"), page.locator(f"{FIGURE} .views label")
    expect(views).to_have_count(4)
    for told in (False, True):
        if told:
            diverge(page)
        for width, height in ((1920, 1080), (1536, 864), (1280, 1024), (1280, 720)):
            page.set_viewport_size({"width": width, "height": height})
            for view in views.all()[: 1 if told else 2]:  # a word on each stands below the pictures
                view.click()
                expect(page.get_by_role("button", name="hold")).to_be_in_viewport(ratio=0.99)
                over = main.evaluate("e => e.scrollHeight - e.clientHeight")
                assert over <= 0, f"{width} × {height}, told: {told}: {over} pixels are out of sight"
            last, body = (box.bounding_box() or {} for box in (views.last, page.locator(f"{FIGURE} .body")))
            assert last["x"] + last["width"] <= body["x"] + body["width"] + 0.5
    page.keyboard.press("Escape")


@pytest.mark.parametrize("layers", ["", "hidden=64,32&init=xavier&"])
@pytest.mark.parametrize("losses", ["binary,softmax", "binary,softmax,tangled"])
def test_runs_side_by_side_fit_a_narrow_projector_also_once_they_have_diverged(app, losses, layers):
    """The curves, the timeline and every picture: no bar to scroll by."""
    page = on_the_stage(app, f"training?{layers}loss={losses}&l2=1&rate=1000")
    main = page.locator("[data-testid=stMain]")
    for told in (False, True):
        if told:
            diverge(page)
        for width, height in ((1024, 768), (1024, 720), (1152, 864), (1280, 720), (1600, 900), (2560, 1440)):
            page.set_viewport_size({"width": width, "height": height})
            for seen in (".lanes", ".plot", ".timeline", ".watched", ".rows"):
                expect(page.locator(f"{FIGURE} {seen}")).to_be_in_viewport(ratio=0.99)
            over = main.evaluate("e => e.scrollHeight - e.clientHeight")
            assert over <= 0, f"{width} × {height}, told: {told}: {over} pixels are out of sight"
            pictures = page.locator(f"{FIGURE} .row canvas").all()
            assert pictures or layers
            for picture in pictures:
                assert (picture.bounding_box() or {})["width"] >= 64
            plot = page.locator(f"{FIGURE} .plot").bounding_box() or {}
            assert plot["width"] >= 480 and plot["height"] >= 200
            if layers and (width, height) == (1280, 720):
                walls = page.locator(f"{FIGURE} .wall canvas").all()  # of 16 pictures in a row
                assert min((wall.bounding_box() or {})["width"] / 16 for wall in walls) >= 23
    page.keyboard.press("Escape")


def test_the_settings_stay_open_while_they_bring_other_parts_of_the_page(app):
    """A network has a link above them that a head has not, and a refused link a sentence that goes again."""
    page = app.page
    app.open("training?rate=fast")
    page.wait_for_function("document.querySelector('[data-pictures]')", timeout=120_000)
    page.wait_for_timeout(2500)  # with such a link the page runs once more
    refused = page.get_by_text("The link asks for something that cannot be:")
    expect(refused).to_be_visible()
    page.get_by_text("Side by side, hidden layers, photos and start").click()
    app.idle()
    for layers, links in (("two", 1), ("none", 0)):
        choice = page.get_by_role("radiogroup", name="Hidden layers").get_by_role("radio", name=layers)
        choice.click()
        expect(page.get_by_role("link", name="See what its hidden neurons have come to see")).to_have_count(
            links
        )
        app.idle()
        expect(choice).to_be_visible()
        expect(refused).to_have_count(0)
    # Where a row of choices goes on below, the last one above has an edge.
    edges = "all => all.map(choice => getComputedStyle(choice).borderRightColor)"
    assert "rgba(0, 0, 0, 0)" not in page.locator("[role=radiogroup] button[role=radio]").evaluate_all(edges)
