"""The line to the server breaks in the middle of something and is there again a moment later."""

import pytest
from playwright.sync_api import expect

from tests.browser.links import query


@pytest.mark.parametrize(
    ("page", "hand", "named"),
    [
        ("three_balls", ".gallery [role=radio][aria-checked=false] >> nth=0", "photo"),
        ("unique_ball", "[data-testid=stCheckbox] label >> nth=0", "label_soccer"),
        ("propagation", ".propagation button:has-text('Next')", "step"),
    ],
)
def test_what_a_hand_did_when_the_line_broke_is_heard_when_it_is_there_again(app, page, hand, named):
    app.open(page)
    app.break_line()
    app.page.locator(hand).click()
    app.page.wait_for_function(f"location.search.includes('{named}=')")
    app.idle()
    assert named in query(app), "and nothing takes it back"


def test_what_asks_for_the_page_takes_no_room(app):
    app.open("why_now")
    top = "document.querySelector('h1').getBoundingClientRect().y"
    before = app.page.evaluate(top)
    asking = app.page.locator(".st-key-reconnected")
    expect(asking).to_have_count(1)
    asking.evaluate("one => one.remove()")
    assert app.page.evaluate(top) == before


def test_the_menu_leads_on_when_the_line_is_there_again(app):
    app.open("three_balls")
    app.break_line()
    app.page.locator(".gallery [role=radio][aria-checked=false]").first.click()
    app.page.wait_for_function("location.search.includes('photo=')")
    app.idle()
    for name in ("Broadcasting", "Why now", "Propagation"):
        app.page.get_by_role("link", name=name).click()
        expect(app.page.locator("h1")).to_contain_text(name)
