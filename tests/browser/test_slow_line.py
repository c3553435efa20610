"""A hall's Wi-Fi: what the server says comes a second late and more, and the hand has gone on meanwhile."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import tab_of, visit
from tests.browser.links import query
from ui.theme import BALL_NAMES

# Each word of the server's is heard window.late milliseconds late, in its order.
SLOWLY = """{
  const add = WebSocket.prototype.addEventListener
  WebSocket.prototype.addEventListener = function (type, listener, ...more) {
    const hear = (event) => listener.call(this, event)
    const heard = (event) => (window.late ? setTimeout(() => hear(event), window.late) : hear(event))
    return add.call(this, type, type === 'message' ? heard : listener, ...more)
  }
}"""
# What the hand sees of its own doing, at each change.
LOOK = """([key, where]) => {
  const root = document.querySelector(`.st-key-${key} [data-testid=stBidiComponentIsolated]`).shadowRoot
  const look = () => {
    const one = root.querySelector(where)
    return one && (one.ariaValueNow ?? one.dataset.id ?? one.textContent)
  }
  window.seen = [look()]
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


def z(app):
    app.page.locator(".logits .handle").first.press("PageDown")


def house(app):
    app.page.locator(".houses input[type=range]").first.press("ArrowRight")


def tile(app):
    app.page.locator(".gallery [aria-checked=true]").first.press("ArrowRight")


def label(app):
    app.page.locator(".propagation .answers button[aria-pressed=false]").click()


@pytest.mark.parametrize(
    ("page", "key", "where", "hand"),
    [
        ("three_balls", "three_balls_logits", ".handle", z),
        ("house_prices", "house_prices_board", "output", house),
        ("one_ball", "one_ball_photo", "[aria-checked=true]", tile),
        ("propagation", "propagation_heart", ".answers [aria-pressed=true]", label),
    ],
    ids=["a logit", "a house", "a photo", "a label"],
)
def test_the_answer_to_an_earlier_move_does_not_take_the_hand_back(far, page, key, where, hand):
    far.open(page)
    far.page.evaluate(LOOK, [key, where])
    far.page.evaluate("window.late = 1600")
    done = []
    for _ in range(3):
        hand(far)
        far.page.wait_for_timeout(100)
        done.append(far.page.evaluate("seen.at(-1)"))
        far.page.wait_for_timeout(500)  # so that each is told
    far.page.wait_for_timeout(3500)
    far.idle()
    assert far.page.evaluate("seen.slice(1)") == done


def test_a_step_that_is_taken_while_another_photo_is_on_its_way_is_kept(far):
    far.open("propagation")
    far.page.evaluate(LOOK, ["propagation_heart", ".rail [aria-current]"])
    far.page.evaluate("window.late = 1000")
    far.page.locator(".gallery [role=radio][aria-checked=false]").first.click()
    far.page.wait_for_timeout(700)
    far.page.get_by_role("button", name="Next").click()
    far.page.wait_for_timeout(3500)
    far.idle()
    assert len(far.page.evaluate("seen")) == 2
    assert "step=" in far.page.url


def test_two_switches_in_quick_succession_are_both_heard(far):
    """Each label has two switches on this page, which follow each other."""
    far.open("unique_ball?photo=64-0")
    labels = far.page.get_by_test_id("stCheckbox")
    before = on(labels)
    far.page.evaluate("window.late = 1000")
    for k in range(3):
        labels.nth(k).locator("label").click()
        far.page.wait_for_timeout(300)
    far.page.wait_for_timeout(2500)
    far.idle()
    assert on(labels) == [not y for y in before]
    link = query(far)
    assert [link[f"label_{kind}"] for kind in BALL_NAMES] == [str(not y).lower() for y in before[:3]]


@pytest.mark.parametrize("leave", ["link", "back"])
def test_what_a_page_says_of_its_link_late_does_not_stand_in_the_next_pages(far, leave):
    far.open("broadcasting")
    far.page.get_by_role("link", name="Goal 2: which balls?").click()
    far.page.locator(".logits .handle").first.wait_for()
    far.idle()
    far.page.evaluate("window.late = 1000")
    far.page.locator(".logits .handle").first.press("PageUp")
    far.page.wait_for_timeout(700)
    if leave == "link":
        far.page.get_by_role("link", name="Broadcasting").click()
    else:
        far.page.evaluate("history.back()")
    expect(far.page.locator("h1")).to_have_text("Broadcasting")
    far.page.wait_for_timeout(2500)
    far.idle()
    assert far.page.url.endswith("/broadcasting")


@pytest.mark.parametrize("page", ["one_ball", "three_balls", "broadcasting", "house_prices", "training"])
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


@pytest.mark.parametrize("width", [390, 1280])
def test_formulas_and_a_photo_that_are_on_their_way_keep_about_their_room(far, width):
    """What is below them moved by 150 pixels, on a phone by 300, when they came."""
    held = []
    scripts = re.compile(r"/(rehype-katex|ImageList)[.][^/]*[.]js")
    far.page.route(scripts, lambda waiting: held.append(waiting))
    far.as_seen(width=width, height=844, dark=False)
    far.page.goto(f"{far.url}/unique_ball")
    far.page.locator("[data-testid=stApp][data-test-script-state=notRunning] h1").wait_for()
    below = far.page.locator(".st-key-goal3_steps")
    below.wait_for()
    coming = far.page.get_by_test_id("stMarkdownContainer").get_by_test_id("stSkeleton")
    far.until(lambda: held and coming.count() >= 2)
    before = below.bounding_box()["y"]
    far.page.unroute_all(behavior="ignoreErrors")
    expect(coming).to_have_count(0)
    far.page.locator(".katex-display").first.wait_for()
    far.page.get_by_test_id("stImage").first.wait_for()
    far.idle()
    assert abs(below.bounding_box()["y"] - before) <= 60


def test_choices_that_are_on_their_way_have_a_line_each_on_a_phone(far):
    """Without their width they stood in one row, and what is below them moved by 150 pixels."""
    held = []
    far.page.route(re.compile("/ButtonGroup[.][^/]*[.]js"), lambda waiting: held.append(waiting))
    far.as_seen(width=390, height=844, dark=False)
    far.page.goto(f"{far.url}/house_prices")
    below, bend = (far.page.locator(f".st-key-{key}") for key in ("house_prices_next", "bend"))
    below.wait_for()
    far.page.locator(".katex").first.wait_for()  # the paragraph above them
    far.until(lambda: held and bend.get_by_test_id("stSkeleton").count())
    before = below.bounding_box()["y"]
    far.page.unroute_all(behavior="ignoreErrors")
    bend.get_by_role("radio").first.wait_for()
    far.idle()
    assert abs(below.bounding_box()["y"] - before) <= 8


def on(switches):
    return [switch.locator("input").is_checked() for switch in switches.all()]
