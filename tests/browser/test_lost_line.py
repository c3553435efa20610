"""The line to the server breaks in the middle of something and is there again a moment later."""

from playwright.sync_api import expect

from tests.browser.links import query


def test_what_a_hand_did_when_the_line_broke_is_heard_when_it_is_there_again(app):
    """And the menu leads on then, to pages on which it breaks again."""
    app.open("three_balls")
    tile = ".gallery [role=radio][aria-checked=false] >> nth=0"
    assert_it_is_heard_though_the_line_breaks(app, tile, "photo")
    for menu, hand, named in (
        ("Propagation", ".propagation button:has-text('Next')", "step"),
        ("Goal 3: exactly one", "[data-testid=stCheckbox] label >> nth=0", "label_soccer"),
    ):
        app.page.get_by_role("link", name=menu).click()
        expect(app.page.locator("h1")).to_contain_text(menu)
        app.idle()
        assert_it_is_heard_though_the_line_breaks(app, hand, named)
    assert_what_asks_for_the_page_takes_no_room(app)


def assert_it_is_heard_though_the_line_breaks(app, hand, named):
    assert named not in query(app)
    app.break_line()
    app.page.locator(hand).click()
    app.page.wait_for_function(f"location.search.includes('{named}=')")
    app.idle()
    assert named in query(app), "and nothing takes it back"


def assert_what_asks_for_the_page_takes_no_room(app):
    top = "document.querySelector('h1').getBoundingClientRect().y"
    before = app.page.evaluate(top)
    asking = app.page.locator(".st-key-reconnected")
    expect(asking).to_have_count(1)
    asking.evaluate("one => one.remove()")
    assert app.page.evaluate(top) == before
