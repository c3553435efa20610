"""The link of a run and the browser's history: what stands there, and what one step back leads to."""

import time

from playwright.sync_api import expect

from tests.browser.links import query
from tests.browser.test_lesson import FIGURE, until_step
from tests.browser.training.conftest import ASKS_EVERY

COUNTED = """() => {
  window.pushed = []
  const push = history.pushState.bind(history)
  history.pushState = (state, title, url) => (window.pushed.push(String(url)), push(state, title, url))
}"""


def test_a_choice_is_no_step_back_and_the_settings_stay_open(app, asked):
    """Back could not undo what a run is set to: it led to the same page, and seemed to do nothing.

    They bring other parts of the page: a network has a link above them that a head has not, and a refused
    link a sentence that goes again.
    """
    page = app.page
    app.open("training")
    until_step(
        page, 0
    )  # the photos are there: else the page runs again when they are, and the figure need not ask
    app.open("training?rate=fast&seed=4")
    until_step(page, 0)
    app.until(lambda: asked)
    app.idle()
    refused = page.get_by_text("The link asks for something that cannot be:")
    expect(refused).to_be_visible()
    page.evaluate(COUNTED)
    page.get_by_text("Side by side, hidden layers, photos and start").click()
    app.idle()
    layers = page.get_by_role("radiogroup", name="Hidden layers")
    link = page.get_by_role("link", name="See what its hidden neurons have come to see")
    for number, links in (("one", 1), ("none", 0)):
        layers.get_by_role("radio", name=number, exact=True).click()
        expect(link).to_have_count(links)
        app.idle()
        expect(layers.get_by_role("radio", name=number, exact=True)).to_be_visible()
        expect(refused).to_have_count(0)
        if links:
            assert query(app).items() >= {"hidden": "64", "init": "he", "seed": "4"}.items()
    assert page.evaluate("window.pushed") == []
    # Where a row of choices goes on below, the last one above has an edge.
    edges = "all => all.map(choice => getComputedStyle(choice).borderRightColor)"
    assert "rgba(0, 0, 0, 0)" not in page.locator("[role=radiogroup] button[role=radio]").evaluate_all(edges)
    app.until(lambda: time.monotonic() - asked[0] > 1.2 * ASKS_EVERY)
    assert len(asked) == 1, "Streamlit's client knew the link that it came with: the page ran again, once"


def test_how_the_figure_is_looked_at_and_the_pace_stand_in_the_link(app):
    page, line = app.page, app.page.locator(".live-training")
    settings = "loss=binary,softmax&rate=0.01&batch=128&optimiser=adam&seed=4"
    app.open(f"training?{settings}&pictures=gradient&scale=log&without=test&pace=steps")
    gradient, evidence = (page.locator(f".views input[value={name}]") for name in ("gradient", "evidence"))
    log = page.get_by_role("button", name="log scale")
    pace = page.get_by_label("Pace of play")
    until_step(page, 0)
    expect(page.locator(".pictures .means")).to_contain_text("∂J/∂w")
    expect(gradient).to_be_checked()
    expect(log).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("document.querySelector('.plot')._fullLayout?.yaxis.type === 'log'")
    expect(pace).to_have_value("steps")
    page.keyboard.press("p")
    page.wait_for_function("location.search.includes('pace=full')")
    app.idle()
    evidence.check(force=True)
    page.wait_for_function("location.search.includes('pictures=evidence')")
    app.idle()
    log.click()
    page.wait_for_function("!location.search.includes('scale=')")
    app.idle()
    batch, test = (page.locator(f"[data-key={name}]") for name in ("batch", "test"))
    expect(test).to_have_attribute("aria-pressed", "false")
    batch.click()
    page.wait_for_function("location.search.includes('without=batch%2Ctest')")
    app.idle()
    page.reload()
    until_step(page, 0)
    expect(evidence).to_be_checked()
    expect(pace).to_have_value("full")
    for key, shown in ((log, "false"), (batch, "false"), (test, "false")):
        expect(key).to_have_attribute("aria-pressed", shown)
    app.idle()
    for _ in range(3):
        page.go_back()
    expect(batch).to_have_attribute("aria-pressed", "true")
    expect(gradient).to_be_checked()
    expect(log).to_have_attribute("aria-pressed", "true")
    app.idle()
    assert query(app).items() >= {"pictures": "gradient", "scale": "log", "seed": "4"}.items()

    # Also when the line was lost just then.
    app.break_line("/live/")
    change = page.locator(".views input[value=change]")
    change.check(force=True)
    expect(line).to_have_attribute("data-line", "lost")
    expect(line).to_have_attribute("data-line", "open")
    page.wait_for_function("location.search.includes('pictures=change')")
    page.locator("[data-part=step]").click()
    until_step(page, 1)
    page.wait_for_timeout(500)  # what the new line began with has been painted
    expect(change).to_be_checked()

    # The link to take away is read whole.
    away = page.locator(".verbatim")
    for width in (1280, 640, 320):
        app.as_seen(width=width, height=900, dark=False)
        assert "seed=4" in away.inner_text()
        beyond = "e => [e, ...e.querySelectorAll('*')].some((one) => one.scrollWidth > one.clientWidth + 1)"
        page.wait_for_function("e => e.clientWidth < innerWidth", arg=away.element_handle())
        assert not away.evaluate(beyond), width


def test_one_press_of_back_leads_away_from_a_run_that_was_just_opened(app):
    page = app.page

    def opened():
        page.wait_for_function("location.search.includes('run=')")
        page.wait_for_selector(FIGURE, timeout=90_000)
        app.idle()
        return query(app)

    page.goto(f"{app.url}/_stcore/health")  # any page, and a light one
    app.open("training?loss=softmax&rate=0.01")
    by_link = opened()
    assert by_link.items() >= {"loss": "softmax", "rate": "0.01"}.items()
    page.go_back()
    page.wait_for_url("**/_stcore/health")
    page.go_forward()
    assert opened() == by_link, "the same run, also after a refresh, which this is"

    app.open("why_now?runs=2")
    page.locator("[data-testid=stSidebarNav] a").filter(has_text="Live training").click()
    by_menu = opened()
    until_step(page, 0)  # when the photos are there, a choice is heard
    page.get_by_role("radio", name="Goal 3: softmax").click()
    page.wait_for_function("location.search.includes('loss=softmax')")
    app.idle()
    by_menu["loss"] = "softmax"  # in the place of the entry
    page.go_back()
    page.wait_for_url("**/why_now?runs=2")
    app.idle()
    page.go_forward()
    assert opened() == by_menu != by_link
