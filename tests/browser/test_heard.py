"""What a screen reader announces while a page changes: what came of it, once, and no number on its way."""

import pytest
from playwright.sync_api import expect

from tests.browser.heard import announced, listen

SLIDERS = {
    "one_ball?photo=64-3": "Place of the ball",
    "house_prices": "size",
    "hidden_layers": "Strongest edges drawn",
}


@pytest.mark.parametrize("link", SLIDERS)
def test_what_a_slider_says_is_not_announced_besides(app, link):
    app.open(link)
    slider = app.page.get_by_role("slider", name=SLIDERS[link], exact=True)
    slider.focus()
    listen(app.page)
    for key in ("ArrowLeft", "ArrowLeft", "ArrowRight"):
        app.page.keyboard.press(key)
    app.page.wait_for_timeout(500)
    assert announced(app.page) == []


def test_the_answer_after_a_training_is_announced_once_and_not_that_there_is_none_yet(app):
    app.open("one_ball?photo=64-3")
    listen(app.page)
    app.page.get_by_role("button", name="Train", exact=True).click()
    expect(app.page.locator(".descent")).to_have_attribute("data-phase", "done")
    app.idle()
    told = [said for said in announced(app.page) if "ŷ" in said]
    assert len(told) == 1 and "photos" in told[0] and "?" not in told[0]


def test_the_tab_key_comes_to_the_choice_that_is_made(app):
    """It came to the first one of them, "50, not selected"."""
    app.open("one_ball?photo=64-3")
    app.page.get_by_role("radio", name="large, in the middle").focus()
    focused = app.page.locator("[role=radio]:focus")
    for key, choice in (("Tab", "0.001"), ("Tab", "200"), ("Shift+Tab", "0.001")):
        app.page.keyboard.press(key)
        expect(focused).to_have_text(choice)
    app.page.keyboard.press("ArrowRight")
    expect(focused).to_have_text("0.003")


def test_a_page_that_is_chosen_in_the_menu_is_announced(app):
    app.open()
    listen(app.page)
    app.page.get_by_role("link", name="Goal 2: which balls?", exact=True).press("Enter")
    expect(app.page.get_by_role("heading", level=1)).to_have_text("Goal 2: which balls?")
    app.idle()
    assert announced(app.page) == ["Goal 2: which balls?"]


def test_what_a_step_does_is_announced_once_also_where_the_focus_goes_on(app):
    app.open("propagation?photo=64-3")
    listen(app.page)
    app.page.get_by_role("button", name="Next").press("Enter")
    for _ in range(3):
        app.page.keyboard.press("Tab")
    app.page.wait_for_timeout(300)
    assert len(announced(app.page)) == 1
