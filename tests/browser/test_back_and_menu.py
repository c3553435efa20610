"""A page is found again as it was left: by Back and Forward, by the menu and the map, after a refresh."""

from urllib.parse import urlsplit

from tests.browser import focus, lecture_hall
from tests.browser.back import (
    assert_back_undoes_a_choice_and_forward_makes_it_again,
    assert_back_undoes_what_a_hand_has_done_and_meets_no_half_of_a_link,
)
from tests.browser.gallery import IN_SIGHT, TILE, chosen, ids
from tests.browser.letters import HALL
from tests.browser.links import query
from tests.browser.test_every_page import PAGES

# The history's length says nothing in a tab that many tests have used: it ends at 50.
COUNT_ENTRIES = """() => {
  const push = history.pushState.bind(history)
  history.pushState = (...given) => { window.entries += 1; push(...given) }
}"""


def test_a_photo_by_keyboard_back_a_press_after_the_menu_a_turned_phone_and_a_refresh(app):
    app.open("one_ball?photo=<b>x</b>![](http://a.invalid/)")
    assert_the_gallery_is_led_by_keyboard_and_has_another_row_where_the_link_names_no_photo(app)
    assert_back_undoes_what_a_hand_has_done_and_meets_no_half_of_a_link(
        app, "Place of the ball", "Shift+ArrowLeft", "dx=-8", "moved 0 rows down, 8 columns left"
    )
    assert_a_photo_pressed_just_after_the_menu_does_not_disturb_the_next_page(app)
    come(app, "Goal 1", "/one_ball")
    assert_the_chosen_photo_stays_in_sight_when_a_phone_is_turned_and_after_a_refresh(app)
    focus.assert_a_menu_that_is_closed_is_no_stop_of_the_keyboard(app)


def assert_the_gallery_is_led_by_keyboard_and_has_another_row_where_the_link_names_no_photo(app):
    assert app.page.locator(f"{TILE}[aria-checked=true]").count() == 1
    assert app.page.get_by_text("The link names no photo").is_visible()
    row = ids(app)
    after = row[(row.index(chosen(app)) + 1) % len(row)]
    app.page.locator(f"{TILE}[aria-checked=true]").first.press("ArrowRight")
    app.idle()
    assert chosen(app) == after
    assert app.page.locator(f"{TILE}[aria-checked=true]").evaluate("e => e.getRootNode().activeElement === e")
    assert query(app)["photo"] == after
    app.page.get_by_role("button", name="Another").first.click()
    app.page.wait_for_function("before => !location.search.includes(before)", arg=after)
    app.idle()
    assert ids(app) and not set(ids(app)) & set(row)


def assert_the_chosen_photo_stays_in_sight_when_a_phone_is_turned_and_after_a_refresh(app):
    app.as_seen(width=844, height=390, dark=False)
    photo = ids(app)[-1]
    app.page.locator(TILE).last.click()
    app.page.wait_for_function("photo => location.search.includes(photo)", arg=photo)
    app.idle()
    app.as_seen(width=390, height=844, dark=False)
    app.idle()
    assert chosen(app) == photo and app.page.locator(".gallery").first.evaluate(IN_SIGHT)
    app.page.reload()
    app.page.wait_for_selector(TILE)
    app.idle()
    assert chosen(app) == query(app)["photo"] == photo
    assert app.page.locator(".gallery").first.evaluate(IN_SIGHT)


def assert_a_photo_pressed_just_after_the_menu_does_not_disturb_the_next_page(app):
    # Where the server has not begun the Overview within 60 ms, Streamlit takes the last word.
    for _ in range(4):
        app.page.locator("[data-testid=stSidebarNav] a").filter(has_text="Overview").evaluate(
            "(link, tile) => { link.click(); setTimeout(() => tile.click(), 60) }",
            app.page.locator(f"{TILE}[aria-checked=false]").first.element_handle(),
        )
        app.page.wait_for_timeout(500)
        app.idle()
        if urlsplit(app.page.url).path == "/":
            break
    assert urlsplit(app.page.url).path == "/"
    app.page.wait_for_timeout(1000)  # the press comes back to the server, and what it brings to the page
    app.idle()
    assert app.page.locator("[data-testid=stException], [data-testid=stAlert]").count() == 0
    assert app.page.get_by_role("link", name="Goal 3: exactly one ball").is_visible()


def come(app, name, path):
    """By the menu."""
    app.page.locator("[data-testid=stSidebarNav] a").filter(has_text=name).click()
    app.page.wait_for_function("path => location.pathname === path", arg=path)
    app.idle()


def test_back_undoes_a_choice_of_goal_2_and_the_menu_leads_back_to_it_as_it_was_left(app):
    app.open("three_balls?photo=64-5")
    assert chosen(app) == "64-5"
    assert_back_undoes_a_choice_and_forward_makes_it_again(app, "y₂ basketball", "[role=switch]", "label=101")
    app.page.go_back()
    app.page.wait_for_function("!location.search.includes('label')")
    assert_back_undoes_a_choice_and_forward_makes_it_again(
        app, "1 soccer ball · 2 baseball", "[role=radio]", "order=soccer-baseball-basketball"
    )
    page = app.page
    order = page.get_by_test_id("stButtonGroup").filter(has_text="2 soccer ball").get_by_role("radio")
    order.nth(4).click()
    app.idle()
    assert_back_undoes_a_choice_and_forward_makes_it_again(app, "AUC too", "[role=switch]", "auc=true")
    left = query(app)
    assert left["photo"] == "64-5" and "order" in left and left["auc"] == "true"
    page.evaluate(COUNT_ENTRIES)
    for name, path in (("Overview", "/"), ("Goal 2", "/three_balls")):
        page.evaluate("window.entries = 0")
        come(app, name, path)
    assert query(app) == left
    assert order.nth(4).get_attribute("aria-checked") == "true"
    assert page.evaluate("window.entries") == 1, "the page with its whole link: “back” meets no half"


def test_what_back_has_moved_keeps_the_focus_as_long_as_nobody_has_looked_elsewhere(app):
    """It is drawn anew, and the arrow keys would scroll the page."""
    app.open("broadcasting")
    page = app.page
    focused = "document.activeElement.ariaLabel ?? document.activeElement.textContent"

    def led(by, name: str, value: str) -> None:
        by()
        there = "([name, value]) => new URLSearchParams(location.search).get(name) === value"
        page.wait_for_function(there, arg=[name, value])
        app.idle()

    shape = page.get_by_label("Shape of a")
    for typed in ("57", "7"):
        shape.fill(typed)
        led(lambda: page.keyboard.press("Enter"), "a", typed)
    led(page.go_back, "a", "57")
    assert page.evaluate(focused) == "Shape of a" and shape.input_value() == "57"
    page.keyboard.press("End")
    page.keyboard.press("Backspace")
    led(lambda: page.keyboard.press("Enter"), "a", "5")

    photos = page.get_by_test_id("stButtonGroup").filter(has_text="60,000").get_by_role("radio")
    led(photos.first.click, "columns", "5")
    led(photos.nth(2).click, "columns", "60,000")
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(focused) == "60,000"
    led(page.go_back, "columns", "5")
    assert page.evaluate(focused) == "60,000"
    page.locator("h1").click()
    led(page.go_forward, "columns", "60,000")
    assert not page.evaluate("document.activeElement.matches('button, input')")


def test_back_undoes_a_choice_on_a_wall_and_the_menu_leads_back_to_the_walls_as_a_hand_has_left_them(app):
    app.open("hidden_layers?climb_start=noise")
    assert_back_undoes_a_choice_and_forward_makes_it_again(
        app, "[aria-multiselectable=true] [role=option] >> nth=3", "[role=option]", "off=1.4"
    )
    app.page.go_back()
    app.page.wait_for_function("!location.search.includes('off')")
    app.idle()
    page = app.page
    chosen = page.get_by_role("option", selected=True)
    look, switch = page.get_by_role("listbox").first, page.locator("[aria-multiselectable=true]")
    for wall, neuron, link in ((look, "neuron 29", "neuron=29"), (switch, "neuron 3", "off=1.3")):
        wall.get_by_role("option", name=neuron, exact=True).click()
        page.wait_for_function("link => location.search.includes(link)", arg=link)
    app.idle()
    left = query(app), chosen.evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))")
    come(app, "Overview", "/")
    come(app, "Hidden layers", "/hidden_layers")
    assert chosen.evaluate_all("all => all.map((one) => one.getAttribute('aria-label'))") == left[1]
    assert query(app) == left[0]
    app.as_seen(**HALL, dark=False)
    app.idle()
    lecture_hall.assert_a_seed_has_its_buttons(app, "hidden_climb_seed")


def test_back_undoes_a_choice_and_finds_a_page_as_it_was_left_by_the_menu_and_by_the_map(app):
    app.open("why_now")
    page = app.page
    assert_back_undoes_a_choice_and_forward_makes_it_again(
        app, "[data-testid=stButtonGroup] [role=radio] >> nth=1", "[role=radio]", "runs=2"
    )
    runs = page.get_by_role("radio", name="2", exact=True)
    come(app, "Overview", "/")
    page.go_back()
    page.wait_for_url("**/why_now?runs=2")
    app.idle()
    assert runs.get_attribute("aria-checked") == "true"
    page.go_forward()
    page.wait_for_function("location.pathname === '/'")
    app.idle()
    on_the_map = page.get_by_role("link", name="Goal 3: exactly one ball")
    on_the_map.click()
    page.wait_for_url("**/unique_ball")
    app.idle()
    assert page.locator("h1").first.inner_text() == PAGES["unique_ball"]
    page.go_back()
    on_the_map.wait_for()


def test_a_path_of_two_names_which_no_page_has_shows_the_first_page_and_says_so(app):
    app.excused = ("does not seem to exist",)
    app.open("goals/one_ball")
    assert urlsplit(app.page.url).path == "/"
    assert app.page.get_by_role("dialog").inner_text().startswith("Page not found")
