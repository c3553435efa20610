"""The live figure by finger: the numbers of a step, and the timeline."""

import pytest
from playwright.sync_api import expect

from tests.browser.fingers import Fingers, handset
from tests.browser.training.frames import Figure, measured, touching


@pytest.fixture(scope="module")
def handset_tab(browser):
    context = handset(browser)
    yield context.new_page()
    context.close()


@pytest.fixture
def figure(handset_tab, files):
    mounted = Figure(handset_tab, files)
    mounted.anew(390, 844)
    yield mounted
    mounted.leave()
    assert not mounted.problems


def test_a_tap_on_the_curves_tells_that_step_s_numbers_until_another_tap(figure):
    figure.send(playing=True)
    page, fingers = figure.page, Fingers(figure.page)
    page.wait_for_selector(".plot .main-svg")
    numbers = page.locator(".plot .hoverlayer")
    fingers.tap_on(page.locator(".plot"), right=0.4, down=0.2, roll=2)
    expect(numbers).to_contain_text("J of the batch")
    step = numbers.text_content()
    figure.later(2100)  # all of it is drawn anew
    figure.send(step=410, playing=True)
    page.wait_for_timeout(200)
    assert numbers.text_content() == step
    fingers.tap_on(page.locator(".plot"), right=0.6, down=0.2)
    expect(numbers).not_to_have_text(step or "")
    expect(numbers).to_contain_text("J of the batch")
    fingers.tap_on(page.locator(".counter"))
    expect(numbers).to_have_text("")


def test_a_tap_on_the_timeline_stays_there_though_a_finger_rolls(figure):
    figure.send()
    page, fingers = figure.page, Fingers(figure.page)
    page.wait_for_selector(".plot .main-svg")
    slider = page.get_by_role("slider", name="Timeline")
    fingers.tap_on(slider, right=0.3, roll=8)
    figure.until(lambda: any(told["do"] == "look" for told in figure.heard))
    page.wait_for_timeout(200)
    assert figure.commands()[-1]["do"] == "look"
    page.get_by_role("button", name="Return to now").tap()
    x, y = fingers.at(slider, right=0.3)
    fingers.swipe((x, y), (x + 40, y + 4))
    assert figure.commands()[-1] == {"do": "now"}, "a drag lets go"


def test_looking_back_to_the_first_steps_no_word_stands_on_another(figure):
    run = {"lanes": measured(0.68, 0.55), "keyframes": list(range(0, 401, 20))}
    figure.send(**run)
    page = figure.page
    page.wait_for_selector(".plot .main-svg")
    page.keyboard.press("Home")
    for step in (20, 40, 60, 80, 100):
        page.keyboard.press("ArrowRight")
        figure.until(lambda step=step: {"do": "look", "step": step} in figure.heard)
        figure.send(**run, shown=step, past=True, curves=False)
        page.wait_for_selector(".apart:visible")
        assert touching(page, ".apart", ".end") == [], step


def test_the_list_of_paces_has_letters_for_which_an_iphone_enlarges_no_page(figure):
    figure.send()
    letters = figure.page.locator(".pace select").evaluate("e => parseFloat(getComputedStyle(e).fontSize)")
    assert letters >= 16
