"""A page that somebody leaves in the middle of something: what it says late leads nowhere."""

import pytest
from playwright.sync_api import expect

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
