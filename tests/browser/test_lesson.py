"""A whole lesson on the live training, as a lecturer plays it: start Goal 2, switch to softmax on the way,
provoke a divergence, go back in time, branch, refresh, download."""

import csv
import io
import re

from playwright.sync_api import Page, expect

from core.weights import load_network
from tests.browser.conftest import App

FIGURE = "[data-pictures]"
EPOCH = 7  # steps: 447 of the 512 photos of tests.few_photos, in batches of 64


def step_of(page: Page) -> int:
    return int(page.locator(FIGURE).get_attribute("data-step") or 0)


def until_step(page: Page, step: int) -> None:
    page.wait_for_function(
        "step => Number(document.querySelector('[data-pictures]')?.dataset.step ?? -1) >= step",
        arg=step,
        polling=100,
        timeout=120_000,  # at first the photos are rendered
    )


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
    page.get_by_label("Pace of play").select_option("steps")  # what follows is looked at while it plays
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
    until_step(page, before + 20)
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
