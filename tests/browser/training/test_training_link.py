"""The link of a run and the browser's history: a change that changes several settings is one step back."""

import pytest
from playwright.sync_api import WebSocket, expect

from tests.browser.links import query
from tests.browser.test_lesson import FIGURE, until_step

COUNTED = """() => {
  window.pushed = []
  const push = history.pushState.bind(history)
  history.pushState = (state, title, url) => (window.pushed.push(String(url)), push(state, title, url))
}"""


def test_a_choice_that_sets_two_things_is_one_step_back(app):
    page = app.page
    app.open("training?seed=4")
    page.wait_for_selector(FIGURE, timeout=90_000)
    until_step(page, 0)
    page.evaluate(COUNTED)
    page.get_by_text("Side by side, hidden layers, photos and start").click()
    page.get_by_role("radio", name="one", exact=True).click()
    page.wait_for_function("location.search.includes('hidden=64') && location.search.includes('init=he')")
    app.idle()
    assert len(page.evaluate("window.pushed")) == 1


def test_how_the_figure_is_looked_at_stands_in_the_link(app):
    page = app.page
    app.open("training?seed=4&pictures=gradient&scale=log&without=test")
    gradient, evidence = (page.locator(f".views input[value={name}]") for name in ("gradient", "evidence"))
    log = page.get_by_role("button", name="log scale")
    until_step(page, 0)
    expect(page.locator(".pictures .means")).to_contain_text("∂J/∂w")
    expect(gradient).to_be_checked()
    expect(log).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("document.querySelector('.plot')._fullLayout?.yaxis.type === 'log'")
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


def test_the_pace_that_a_key_has_chosen_stands_in_the_link(app):
    page = app.page
    app.open("training?seed=4&pace=steps")
    until_step(page, 0)
    pace = page.get_by_label("Pace of play")
    expect(pace).to_have_value("steps")
    page.keyboard.press("p")
    page.wait_for_function("location.search.includes('pace=full')")
    app.idle()
    page.reload()
    until_step(page, 0)
    expect(pace).to_have_value("full")


def test_it_is_looked_at_so_when_the_line_was_lost_just_then(app):
    page, line = app.page, app.page.locator(".live-training")
    app.open("training?seed=4")
    until_step(page, 0)
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


def test_the_link_to_take_away_is_read_whole(app):
    app.open("training?loss=binary,softmax&rate=0.01&batch=128&optimiser=adam&seed=4")
    link = app.page.locator(".verbatim")
    for width in (1280, 640, 320):
        app.as_seen(width=width, height=900, dark=False)
        assert "seed=4" in link.inner_text()
        beyond = "e => [e, ...e.querySelectorAll('*')].some((one) => one.scrollWidth > one.clientWidth + 1)"
        app.page.wait_for_function("e => e.clientWidth < innerWidth", arg=link.element_handle())
        assert not link.evaluate(beyond)


@pytest.mark.parametrize("link", [None, "training?loss=softmax&rate=0.01"], ids=["menu", "link"])
def test_one_press_of_back_leads_away_from_a_run_that_was_just_opened(app, link):
    app.open("why_now?runs=2")
    page = app.page
    if link:
        app.open(link)
    else:
        page.locator("[data-testid=stSidebarNav] a").filter(has_text="Live training").click()
    page.wait_for_function("location.search.includes('run=')")
    page.wait_for_selector(FIGURE, timeout=90_000)
    app.idle()
    opened = query(app)
    assert opened.items() >= ({"loss": "softmax", "rate": "0.01"} if link else {}).items()
    page.go_back()
    page.wait_for_url("**/why_now?runs=2")
    app.idle()
    page.go_forward()
    page.wait_for_function("location.search.includes('run=')")
    app.idle()
    page.reload()
    page.wait_for_selector(FIGURE, timeout=90_000)
    app.idle()
    assert query(app) == opened, "the same run, also after a refresh"


@pytest.mark.parametrize(("link", "asked"), [("training", 0), ("training?batch=16", 1)])
def test_the_page_runs_again_where_streamlits_client_knows_only_the_link_that_it_came_with(app, link, asked):
    """A server that has begun anew is asked for what the client knows."""
    page, sent = app.page, []

    def watched(line: WebSocket) -> None:
        if "/_stcore/" in line.url:
            line.on("framesent", lambda frame: sent.append(frame) if b"elsewhere" in frame else None)

    page.on("websocket", watched)
    app.open(link)
    page.wait_for_function("document.querySelector('[data-pictures]')", timeout=120_000)
    app.until(lambda: len(sent) >= asked)
    page.wait_for_timeout(3500)
    page.remove_listener("websocket", watched)
    assert len(sent) == asked
