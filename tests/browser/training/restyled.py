"""What a picture of the live figure costs the browser: a new number restyles itself, not the page.

Ten times a second numbers change. A selector that asks what an element holds, such as `.page:has(.one) > *`,
has the browser ask again for all of it at each of them: most of a picture's time went there.

Each is asked of the page that stands open (tests/browser/test_every_page.py).
"""

MOST = 12  # elements, of some 1,300 on the page
CHANGED = """([part, as]) => {
  const root = document.querySelector('.live-training')
  root.closest('html').classList.toggle('live-stage', as === 'stage')
  root.getBoundingClientRect()
  for (const n of [1, 2, 3]) {
    performance.mark(`changed ${n}`)
    if (part === 'step') root.parentElement.dataset.step = String(100_000 + n)
    else root.querySelector(part).textContent = `number ${n}`
    root.getBoundingClientRect()
  }
  performance.mark('over')
  root.closest('html').classList.remove('live-stage')
}"""


def assert_a_number_that_changes_restyles_a_few_elements(app):
    browser = app.page.context.browser
    app.page.locator(".live-training .outputs [data-of=z]").first.wait_for()
    for part in (".numbers", ".counter b", ".ends .end", ".outputs [data-of=z]", "step"):
        for seen in ("page", "stage"):
            found = restyled(browser, app.page, part, seen)
            assert len(found) == 3 and max(found) <= MOST, (part, seen)


def restyled(browser, page, part, seen):
    """Of how many elements the browser asks anew how they look, for each of three changes of a part."""
    line, events, over = browser.new_browser_cdp_session(), [], []
    line.on("Tracing.dataCollected", lambda some: events.extend(some["value"]))
    line.on("Tracing.tracingComplete", lambda told: over.append(told))
    wanted = {"includedCategories": ["devtools.timeline", "blink.user_timing"]}
    line.send("Tracing.start", {"traceConfig": wanted, "transferMode": "ReportEvents"})
    page.evaluate(CHANGED, [part, seen])
    line.send("Tracing.end")
    while not over:
        page.wait_for_timeout(20)
    line.detach()
    counts, within = [], False
    for event in sorted(events, key=lambda event: event["ts"]):
        if event["name"].startswith("changed ") or event["name"] == "over":
            within = event["name"] != "over"
            if within:
                counts.append(0)
        elif within and event["name"] == "UpdateLayoutTree" and event["ph"] == "X":
            counts[-1] += event["args"].get("elementCount", 0)
    return counts


def assert_no_transition_begins_at_an_expander_while_its_page_runs(app):
    """React Aria, in Streamlit, keeps for good an element whose transitions are broken off, and all in it."""
    app.as_seen(width=1280, height=900, dark=False)
    app.idle()
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
