"""A page that somebody leaves in the middle of something: what it says late leads nowhere."""

import re

from playwright.sync_api import expect

BALL = "Goal 1: one ball?"
WHOLE = "Goal 2: which balls?"  # which runs as a whole
PARTS = "Propagation"  # of which a part runs by itself
NEXT, HANDLE = ".propagation button:has-text('Next')", ".handle >> nth=0"
PRESSED = 70  # milliseconds that a hand holds a mouse's button in a click

# What the page says next goes out right after what it says then, as where it waits for the hand to rest.
HESITATE = """() => {
  window.held = null
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (message) {
    if (!this.url.endsWith('/_stcore/stream')) return send.call(this, message)
    if (!window.held) return (window.held = message)
    WebSocket.prototype.send = send
    send.call(this, message)
    return send.call(this, window.held)
  }
}"""


# Of each page, as the menu names it: what a hand moves there, by which key, and where that is seen.
HANDS = {
    "Your photos": (".crop .frame", "+", ".crop .now"),
    "House prices": (".houses input >> nth=0", "ArrowUp", ".houses .now >> nth=0"),
    BALL: ("[data-part=ball]", "ArrowUp", "[data-part=told]"),
    PARTS: (NEXT, "Enter", ".rail [aria-current]"),
    WHOLE: (HANDLE, "ArrowUp", ".logits .value >> nth=0"),
}


def test_what_a_hand_did_last_before_a_link_is_there_when_it_comes_back(app):
    """On one way through the pages and back, on which what some say late leads nowhere."""
    app.open("your_photo")
    moved = {}
    for menu, after in zip(HANDS, [*list(HANDS)[1:], "Broadcasting"], strict=True):
        hand, key, shown = HANDS[menu]
        seen = app.page.locator(shown)
        before = seen.inner_text()
        app.page.locator(hand).press(key)
        moved[menu] = seen.inner_text()
        assert moved[menu] != before, menu
        if menu == WHOLE:
            app.page.locator(".logits").evaluate("one => (one.left = true)")
        go(app, after, delay=PRESSED)
    expect(app.page.locator(".logits")).to_have_count(0)
    go(app, WHOLE)
    left = app.page.locator(".logits").evaluate("one => !!one.left")
    assert not left, "what waits for another place does so no longer where its page is gone"
    assert app.page.locator(HANDS[WHOLE][2]).inner_text() == moved.pop(WHOLE)
    assert_a_click_leads_there_though_the_page_before_has_its_say_after_it(app, HANDLE, "ArrowUp", PARTS)
    assert app.page.locator(HANDS[PARTS][2]).inner_text() == moved.pop(PARTS)
    assert_a_click_leads_there_though_the_page_before_has_its_say_after_it(app, NEXT, "Enter", BALL)
    for menu in reversed(moved):
        if menu != BALL:
            go(app, menu)
        assert app.page.locator(HANDS[menu][2]).inner_text() == moved[menu], menu


def go(app, menu, **how):
    app.page.get_by_role("link", name=menu, exact=True).click(**how)
    expect(app.page.locator("h1")).to_have_text(re.compile(re.escape(menu)))
    app.idle()


def assert_a_click_leads_there_though_the_page_before_has_its_say_after_it(app, hand, key, menu):
    app.page.evaluate(HESITATE)
    app.page.locator(hand).press(key)
    app.page.wait_for_function("window.held")
    go(app, menu)
    app.page.wait_for_timeout(500)
    app.idle()
    assert len(app.page.locator("h1").all()) == 1
    expect(app.page.locator("h1")).to_have_text(re.compile(re.escape(menu)))
