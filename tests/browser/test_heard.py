"""What a screen reader announces while a page changes: what came of it, once, and no number on its way."""

import pytest
from playwright.sync_api import expect

from tests.browser.heard import announced, listen
from tests.browser.own_photos import drop, file
from tests.core.photo_corpus import encode, picture

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
    app.open("one_ball?photo=64-3&steps=50")
    listen(app.page)
    app.page.get_by_role("button", name="Train", exact=True).click()
    expect(app.page.locator(".descent")).to_have_attribute("data-phase", "done")
    app.idle()
    (told,) = {said for said in announced(app.page) if "ŷ" in said}
    assert "photos" in told and "?" not in told


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


def test_photos_that_come_and_go_are_announced_and_the_focus_stays_where_it_was(app):
    app.open("your_photo")
    listen(app.page)
    drop(app, *(file(f"{side}.jpg", encode(picture(height=side), "JPEG")) for side in (100, 120)))
    app.until(lambda: "2 photos here now" in announced(app.page))

    forget_all = app.page.get_by_role("button", name="Forget all photos")
    opened = app.page.get_by_role("dialog", name="Forget all photos")
    forget_all.press("Enter")
    expect(opened).to_be_focused()  # it was the page's last stop
    app.page.keyboard.press("Tab")
    expect(opened.get_by_role("button", name="Yes, forget all")).to_be_focused()
    app.page.keyboard.press("Tab")
    expect(forget_all).to_be_focused()
    app.page.keyboard.press("Escape")
    expect(opened).to_have_count(0)

    forget = app.page.get_by_role("button", name="Forget this photo")
    forget.press("Enter")
    app.until(lambda: "1 photo here now" in announced(app.page))
    app.idle()
    expect(forget).to_be_focused()
