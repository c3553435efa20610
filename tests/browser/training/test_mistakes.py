"""What a run gets wrong follows it while it trains, without a run of the page, which would draw all anew."""

from contextlib import suppress

from tests.browser.links import query
from tests.browser.test_lesson import until_step
from tests.browser.training.conftest import ASKS_EVERY

TABLES = "[data-testid=stElementContainer].st-key-training_confusion"
COUNTS = f"{TABLES} td button b"
ALL = "all => all.map(one => Number(one.textContent))"


def test_the_tables_follow_a_run_and_the_chosen_cells_photos_too_and_back_leads_from_cell_to_cell(app, asked):
    app.open("training?loss=binary,softmax&pace=steps", height=1400)
    page = app.page
    counts, tables = page.locator(COUNTS), page.locator(TABLES)
    until_step(page, 0)
    counts.first.wait_for()
    with suppress(AssertionError):  # with such a link the page runs once more; if photos were awaited, it has
        app.until(lambda: asked, timeout=2 * ASKS_EVERY)
    app.idle()
    assert_back_and_forward_lead_from_cell_to_cell(app)
    assert_the_photos_of_a_cell_are_seen_with_it_on_a_phone(app)
    app.as_seen(width=1280, height=1400, dark=False)
    app.idle()

    begun = counts.evaluate_all(ALL)
    page.locator(".live-training .play").click()
    app.until(lambda: counts.evaluate_all(ALL) != begun)
    runs = page.evaluate("window.asked")
    before = counts.evaluate_all(ALL)
    app.until(lambda: counts.evaluate_all(ALL) != before)
    assert page.evaluate("window.asked") == runs, "the page was asked for nothing"

    tables.get_by_role("button", name="said none").first.click()
    strip = page.locator(".confusion .strip")
    strip.locator(".tile").first.wait_for()
    first = strip.inner_text()
    app.until(lambda: strip.inner_text() != first)

    page.locator(".live-training .play").click()
    page.wait_for_timeout(2500)  # a cell's photos are asked for every two seconds
    app.idle()
    rested = [counts.evaluate_all(ALL), strip.inner_text()]
    # At rest it is what the page itself says of the run.
    page.reload()
    page.wait_for_selector("h1")
    app.idle()
    strip.locator(".tile").first.wait_for()
    assert [counts.evaluate_all(ALL), strip.inner_text()] == rested


def assert_back_and_forward_lead_from_cell_to_cell(app):
    page, tables = app.page, app.page.locator(TABLES)

    def chosen():
        app.idle()
        pressed = tables.locator("td button[aria-pressed=true]").all()
        assert (query(app).get("cell") is None) == (not pressed)
        return [one.get_attribute("aria-label").split(":")[0] for one in pressed]

    cells = [f"truth {ball}, said none" for ball in ("soccer ball", "basketball", "baseball")]
    for cell in cells[:2]:
        tables.get_by_role("button", name=cell).first.click()
        assert chosen() == [cell]
    for cell in ([cells[0]], []):
        page.go_back()
        assert chosen() == cell
    page.go_forward()
    assert chosen() == [cells[0]]
    tables.get_by_role("button", name=cells[2]).first.click()
    assert chosen() == [cells[2]]


def assert_the_photos_of_a_cell_are_seen_with_it_on_a_phone(app):
    """They stood below all cards, out of sight: nothing seemed to have happened."""
    app.as_seen(width=390, height=844, dark=False)
    app.idle()
    card, photos = (app.page.locator(f".confusion .{part}") for part in ("card", "below"))
    card.first.evaluate("card => card.scrollIntoView()")
    card.first.get_by_role("button", name="said none").first.click()
    box = photos.bounding_box()
    assert card.first.bounding_box()["y"] < box["y"] and box["y"] + box["height"] <= 844
    photos.get_by_role("button", name="close").click()
    assert photos.evaluate("e => getComputedStyle(e).position") == "static"
