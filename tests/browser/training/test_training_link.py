"""The link of a run and the browser's history: a change that changes several settings is one step back."""

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


def test_the_link_to_take_away_is_read_whole(app):
    app.open("training?loss=binary,softmax&rate=0.01&batch=128&optimiser=adam&seed=4")
    link = app.page.locator(".verbatim")
    for width in (1280, 640, 320):
        app.as_seen(width=width, height=900, dark=False)
        assert "seed=4" in link.inner_text()
        beyond = "e => [e, ...e.querySelectorAll('*')].some((one) => one.scrollWidth > one.clientWidth + 1)"
        app.page.wait_for_function("e => e.clientWidth < innerWidth", arg=link.element_handle())
        assert not link.evaluate(beyond)
