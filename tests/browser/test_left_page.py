"""A page that somebody leaves in the middle of something: what it says late leads nowhere."""

import pytest
from playwright.sync_api import expect

PRESSED = 70  # milliseconds that a hand holds a mouse's button in a click

# What the page says next goes out right after what it says then, as where it waits for the hand to rest.
HESITATE = """() => {
  const send = WebSocket.prototype.send
  WebSocket.prototype.send = function (message) {
    if (!this.url.endsWith('/_stcore/stream')) return send.call(this, message)
    if (!window.held) return (window.held = message)
    WebSocket.prototype.send = send
    send.call(this, message)
    return send.call(this, window.held)
  }
}"""


@pytest.mark.parametrize(
    ("left", "hand"),
    [
        ("propagation", ".propagation button:has-text('Next')"),  # a part of its page that runs by itself
        ("three_balls", ".handle >> nth=0"),  # the page runs as a whole
    ],
)
def test_a_click_on_a_link_leads_there_though_the_page_before_has_its_say_after_it(app, left, hand):
    app.open(left)
    app.page.evaluate(HESITATE)
    app.page.locator(hand).press("Enter" if "button" in hand else "ArrowUp")
    app.page.wait_for_function("window.held")
    app.page.get_by_role("link", name="Broadcasting").click()
    expect(app.page.locator("h1")).to_have_text("Broadcasting")
    app.page.wait_for_timeout(500)
    app.idle()
    assert app.page.locator("h1").all_inner_texts() == ["Broadcasting"]
    assert app.page.url.endswith("/broadcasting")


@pytest.mark.parametrize(
    ("left", "menu", "hand", "shown"),
    [
        ("propagation", "Propagation", ".propagation button:has-text('Next')", ".rail [aria-current]"),
        ("one_ball", "Goal 1: one ball?", "[data-part=ball]", "[data-part=told]"),
        ("three_balls", "Goal 2: which balls?", ".handle >> nth=0", ".logits .value >> nth=0"),
        ("house_prices", "House prices", ".houses input >> nth=0", ".houses output >> nth=0"),
        ("your_photo", "Your photos", ".crop .frame", ".crop output"),
    ],
    ids=["step", "ball", "logit", "house", "frame"],
)
def test_what_a_hand_did_last_before_a_link_is_there_when_it_comes_back(app, left, menu, hand, shown):
    app.open(left)
    seen = app.page.locator(shown)
    before = seen.inner_text()
    app.page.locator(hand).press({"propagation": "Enter", "your_photo": "+"}.get(left, "ArrowUp"))
    moved = seen.inner_text()
    assert moved != before
    app.page.get_by_role("link", name="Broadcasting").click(delay=PRESSED)
    expect(app.page.locator("h1")).to_have_text("Broadcasting")
    app.idle()
    app.page.get_by_role("link", name=menu, exact=True).click()
    expect(app.page.locator("h1")).not_to_have_text("Broadcasting")
    app.idle()
    assert seen.inner_text() == moved


def test_what_a_page_showed_when_it_was_left_does_not_come_back_with_it(app):
    """A component whose place is gone waits for another; but not where its page is gone."""
    app.open("three_balls")
    app.page.locator(".logits").evaluate("one => (one.left = true)")
    app.page.get_by_role("link", name="Broadcasting").click()
    expect(app.page.locator(".logits")).to_have_count(0)
    app.page.wait_for_timeout(500)
    app.page.get_by_role("link", name="Goal 2: which balls?").click()
    assert app.page.locator(".logits").evaluate("one => !one.left")


def test_no_transition_begins_at_an_expander_while_its_page_runs(app):
    """React Aria, in Streamlit, keeps for good an element whose transitions are broken off, and all in it."""
    app.open("training")
    page = app.page
    page.evaluate(
        "() => (window.begun = []) && "
        "addEventListener('transitionrun', ({ target, propertyName }) => "
        "target.matches('details') && window.begun.push(propertyName))"
    )
    border = "details => getComputedStyle(details).borderTopColor"
    expander = page.get_by_test_id("stExpander").locator("details")
    assert expander.evaluate(border) == "rgb(220, 216, 207)"
    page.locator(".gallery [role=radio][aria-checked=false]").first.click()
    page.wait_for_function("location.search.includes('photo=')")
    app.idle()
    assert page.evaluate("window.begun") == []
    app.as_seen(width=1280, height=900, dark=True)
    app.idle()
    assert expander.evaluate(border) == "rgb(56, 65, 76)"
