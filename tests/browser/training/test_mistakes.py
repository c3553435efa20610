"""What a run gets wrong follows it while it trains, without a run of the page, which would draw all anew."""

COUNTS = "[data-testid=stElementContainer].st-key-training_confusion td button b"
ALL = "all => all.map(one => Number(one.textContent))"


def test_the_tables_follow_a_run_and_the_chosen_cells_photos_too(app):
    app.open("training?loss=binary,softmax", height=1400)
    page = app.page
    counts = page.locator(COUNTS)
    page.wait_for_function("document.querySelector('[data-pictures]')", timeout=120_000)
    counts.first.wait_for()
    app.idle()
    begun = counts.evaluate_all(ALL)
    asked = page.evaluate("window.asked")
    page.locator(".live-training .play").click()
    app.until(lambda: counts.evaluate_all(ALL) != begun)
    page.wait_for_timeout(2500)
    assert page.evaluate("window.asked") == asked, "the page was asked for nothing"

    page.locator(COUNTS.replace(" td button b", "")).get_by_role("button", name="said none").first.click()
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
