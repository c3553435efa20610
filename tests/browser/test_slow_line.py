"""A hall's Wi-Fi: what the server says comes a second late and more, and the hand has gone on meanwhile."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import tab_of, visit
from tests.browser.links import query
from ui.theme import BALL_NAMES

# From when on window.held is a list, the server's words wait there; let_go lets the first of them be heard.
SLOWLY = """{
  const add = WebSocket.prototype.addEventListener
  window.held = null
  window.let_go = (words) => held.splice(0, words).forEach((hear) => hear())
  WebSocket.prototype.addEventListener = function (type, listener, ...more) {
    const hear = (event) => listener.call(this, event)
    const heard = (event) => (window.held ? held.push(() => hear(event)) : hear(event))
    return add.call(this, type, type === 'message' ? heard : listener, ...more)
  }
}"""
# How many words are held, when there are more than before, and no more have come for a while.
ANSWERED = """(before) => new Promise((done) => {
  let last = before, since = performance.now()
  const look = () => {
    if (held.length !== last) [last, since] = [held.length, performance.now()]
    if (last > before && performance.now() - since > 150) done(last)
    else setTimeout(look, 20)
  }
  look()
})"""
# What the hand sees of its own doing, at each change.
LOOK = """([key, where]) => {
  const root = document.querySelector(`.st-key-${key} [data-testid=stBidiComponentIsolated]`).shadowRoot
  const look = () => {
    const one = root.querySelector(where)
    return one && (one.ariaValueNow ?? one.dataset.id ?? one.textContent)
  }
  window.seen = [look()]
  clearInterval(window.looking)
  window.looking = setInterval(() => {
    const now = look()
    if (now !== seen.at(-1)) seen.push(now)
  }, 5)
}"""


@pytest.fixture(scope="module")
def far_tab(browser):
    with tab_of(browser.new_context(locale="en-GB", timezone_id="UTC")) as page:
        page.context.add_init_script(SLOWLY)
        yield page


@pytest.fixture
def far(server, far_tab):
    with visit(server, far_tab) as visited:
        yield visited


# The components of which nothing is to be seen, but for those that never show anything.
MISSING = """[...document.querySelectorAll('[data-testid=stBidiComponentIsolated]')]
  .filter(({ shadowRoot }) => ![...shadowRoot.children].some((part) => part.hidden || part.offsetHeight))
  .map((component) => component.closest('[class*=st-key-]').className.match(/st-key-\\S+/)[0])
  .filter((key) => !['st-key-reconnected', 'st-key-settled_link'].includes(key))"""


def test_the_answer_to_an_earlier_choice_takes_neither_a_label_nor_a_photo_nor_a_step_back(far):
    far.open("propagation")
    label = far.page.locator(".propagation .answers button[aria-pressed=false]")
    assert_no_answer_takes_the_hand_back(
        far, "propagation_heart", ".answers [aria-pressed=true]", label.click
    )
    tile = far.page.locator(".gallery [aria-checked=true]").first
    assert_no_answer_takes_the_hand_back(
        far, "propagation_photo", "[aria-checked=true]", lambda: tile.press("ArrowRight")
    )
    assert_a_step_that_is_taken_while_another_photo_is_on_its_way_is_kept(far)


def test_late_answers_take_no_logit_back_and_switches_in_quick_succession_are_all_heard(far):
    far.open("unique_ball?photo=64-0")
    assert_all_switches_in_quick_succession_are_heard(far)
    handle = far.page.locator(".logits .handle").first
    assert_no_answer_takes_the_hand_back(far, "goal3_board", ".handle", lambda: handle.press("PageDown"))


def assert_no_answer_takes_the_hand_back(far, key, where, move):
    """Three moves, each told and answered; their answers are heard one by one when all are done."""
    far.page.evaluate(LOOK, [key, where])
    done, answers = [], [hold(far)]
    for _ in range(3):
        before = far.page.evaluate("seen.at(-1)")
        move()
        far.until(lambda before=before: far.page.evaluate("seen.at(-1)") != before)
        done.append(far.page.evaluate("seen.at(-1)"))
        answers.append(far.page.evaluate(ANSWERED, answers[-1]))
    for first, last in pairwise(answers):
        far.page.evaluate("let_go", last - first)
        far.page.wait_for_timeout(200)
    hear(far)
    assert far.page.evaluate("seen.slice(1)") == done, key


def assert_a_step_that_is_taken_while_another_photo_is_on_its_way_is_kept(far):
    far.page.evaluate(LOOK, ["propagation_heart", ".rail [aria-current]"])
    before = hold(far)
    far.page.locator(".gallery [role=radio][aria-checked=false]").first.click()
    far.page.evaluate(ANSWERED, before)
    far.page.get_by_role("button", name="Next").click()
    hear(far)
    far.page.wait_for_function("location.search.includes('step=')")
    assert len(far.page.evaluate("seen")) == 2


def assert_all_switches_in_quick_succession_are_heard(far):
    """Each label has two switches on this page, which follow each other."""
    labels = far.page.get_by_test_id("stCheckbox")
    before, words = on(labels), hold(far)
    for k in range(3):
        labels.nth(k).locator("label").click()
        words = far.page.evaluate(ANSWERED, words)
    hear(far)
    assert on(labels) == [not y for y in before]
    link = query(far)
    assert [link[f"label_{kind}"] for kind in BALL_NAMES] == [str(not y).lower() for y in before[:3]]


def test_what_a_page_says_of_its_link_late_does_not_stand_in_the_next_pages(far):
    far.open("broadcasting")
    for leave in ("back", "link"):
        far.page.get_by_role("link", name="Goal 2: which balls?").click()
        far.page.locator(".logits .handle").first.wait_for()
        far.idle()
        before = hold(far)
        far.page.locator(".logits .handle").first.press("PageUp")
        far.page.evaluate(ANSWERED, before)
        told = far.page.evaluate("asked")
        if leave == "link":
            far.page.get_by_role("link", name="Broadcasting").click()
        else:
            far.page.evaluate("history.back()")
        far.until(lambda told=told: far.page.evaluate("asked") > told)
        hear(far)
        expect(far.page.locator("h1")).to_have_text("Broadcasting")
        far.idle()
        assert far.page.url.endswith("/broadcasting"), leave


def hold(app):
    """From now on the server's words are held. Returns how many are: none."""
    app.page.evaluate("window.held = []")
    return 0


def hear(app):
    """What is held and what comes is heard, and the page stands still again."""
    app.page.evaluate("let_go(held.length), window.held = null")
    app.idle()


@pytest.mark.parametrize("page", ["three_balls", "training"])
def test_what_is_given_anew_before_its_scripts_have_come_is_there_when_they_come(far, page):
    """All that it was given until then it is given at once, and then told which of that was in vain."""
    held = []
    far.page.route("**/module/*.js", lambda waiting: held.append(waiting))
    far.as_seen(width=1280, height=900, dark=False)
    far.page.goto(f"{far.url}/{page}")
    far.page.locator("[data-testid=stApp][data-test-script-state=notRunning] h1").wait_for()
    far.until(lambda: held and far.page.evaluate(MISSING))
    far.page.wait_for_timeout(500)
    far.as_seen(width=1280, height=900, dark=True)
    far.page.wait_for_timeout(500)
    far.page.unroute("**/module/*.js")  # which lets go of those that wait
    far.until(lambda: far.page.evaluate(MISSING) == [])
    far.idle()
    far.page.wait_for_timeout(400)
    assert far.page.evaluate(MISSING) == []


def test_formulas_and_a_photo_that_are_on_their_way_keep_about_their_room(far):
    """What is below them moved by 150 pixels, on a phone by 300, when they came."""
    held = []
    scripts = re.compile(r"/(rehype-katex|ImageList)[.][^/]*[.]js")
    far.page.route(scripts, lambda waiting: held.append(waiting))
    far.as_seen(width=1280, height=844, dark=False)
    far.page.goto(f"{far.url}/unique_ball")
    far.page.locator("[data-testid=stApp][data-test-script-state=notRunning] h1").wait_for()
    below = far.page.locator(".st-key-goal3_steps")
    below.wait_for()
    coming = far.page.get_by_test_id("stMarkdownContainer").get_by_test_id("stSkeleton")
    far.until(lambda: held and coming.count() >= 2)
    before = {1280: stands(far, below)}
    far.as_seen(width=390, height=844, dark=False)
    before[390] = stands(far, below)
    assert coming.count() >= 2, "they are still on their way"
    far.page.unroute_all(behavior="ignoreErrors")
    expect(coming).to_have_count(0)
    far.page.locator(".katex-display").first.wait_for()
    far.page.get_by_test_id("stImage").first.wait_for()
    for width in (390, 1280):
        far.as_seen(width=width, height=844, dark=False)
        far.idle()
        assert abs(below.bounding_box()["y"] - before[width]) <= 60, width


def stands(app, part):
    """Where a part stands, once it does not move any more."""
    found = [part.bounding_box()["y"], None]
    while found[0] != found[1]:
        app.page.wait_for_timeout(200)
        found = [part.bounding_box()["y"], found[0]]
    return found[0]


def test_choices_on_their_way_have_a_line_each_on_a_phone_and_late_answers_take_no_house_back(far):
    """Without their width they stood in one row, and what is below them moved by 150 pixels."""
    held = []
    scripts = re.compile("/(ButtonGroup|Progress)[.][^/]*[.]js")
    far.page.route(scripts, lambda waiting: held.append(waiting))
    far.as_seen(width=390, height=844, dark=False)
    far.page.goto(f"{far.url}/house_prices")
    below, bend = (far.page.locator(f".st-key-{key}") for key in ("house_prices_next", "bend"))
    below.wait_for()
    far.page.locator(".katex").first.wait_for()  # the paragraph above them
    far.until(lambda: held and bend.get_by_test_id("stSkeleton").count())
    board, bar = (
        far.page.locator(".st-key-house_prices_board"),
        far.page.locator(".st-key-house_prices_progress"),
    )
    bar.get_by_test_id("stSkeleton").wait_for()
    before = below.bounding_box()["y"]
    further = board.bounding_box()["y"] - before
    far.page.unroute_all(behavior="ignoreErrors")
    bend.get_by_role("radio").first.wait_for()
    bar.get_by_test_id("stProgress").wait_for()
    far.idle()
    assert abs(below.bounding_box()["y"] - before) <= 8
    assert abs(board.bounding_box()["y"] - below.bounding_box()["y"] - further) <= 1, "the bar took its room"
    size = far.page.locator(".houses input[type=range]").first
    assert_no_answer_takes_the_hand_back(far, "house_prices_board", ".now", lambda: size.press("ArrowRight"))


def on(switches):
    return [switch.locator("input").is_checked() for switch in switches.all()]
