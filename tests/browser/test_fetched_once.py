"""The scripts of a component, which a page fetches once: they come late, or not at first."""

import re

import pytest


def test_a_component_whose_scripts_come_late_moves_nothing_and_one_whose_did_not_come_asks_again(app):
    """The line broke while the page came; the figure, in its styles, is there when the line is."""
    held, broken, come = [], [], []

    def late(route):
        if come:
            route.continue_()
        elif broken:
            held.append(route)
        else:
            broken.append(route.request.url)
            route.abort("connectionreset")

    app.excused = ("ERR_CONNECTION_RESET",)
    app.page.route(re.compile("/module/"), late)
    app.page.goto(f"{app.url}/broadcasting")
    below = app.page.get_by_role("heading", name="The way back")
    below.wait_for(timeout=60_000)
    app.page.wait_for_function(SCRIPTS_AWAITED)
    drawn = app.page.locator("[data-testid=stElementContainer][data-there]")
    before = below.bounding_box()["y"]
    assert broken and drawn.count() == 0
    stretch = app.page.locator(".st-key-broadcasting_stretch")
    seen = "(place) => getComputedStyle(place).animationName"
    assert stretch.evaluate(seen) == "awaited", "a place that fills is seen"
    come.append(True)
    for route in held:
        route.continue_()
    app.idle()
    components = app.page.locator(".st-key-column [data-testid=stBidiComponentIsolated]")
    assert components.count() >= 3
    dressed = "(hosts) => hosts.every((host) => host.shadowRoot.querySelector('style'))"
    app.until(lambda: components.evaluate_all(dressed))  # it asks again half a second later
    app.idle()
    app.page.unroute(re.compile("/module/"))
    for component in components.all():
        rules = component.evaluate("(host) => host.shadowRoot.querySelector('style').sheet.cssRules.length")
        assert rules > 10 and component.bounding_box()["height"] > 50
    assert drawn.count() >= 3 and below.bounding_box()["y"] == pytest.approx(before, rel=0.1)
    least = drawn.evaluate_all("(places) => places.map((place) => getComputedStyle(place).minHeight)")
    assert {*least} <= {"auto", "0px"}, "what is drawn takes what it needs"
    assert stretch.evaluate(seen) == "none"


# The page's own script has ended, and all of Streamlit's for it have come.
SCRIPTS_AWAITED = """() => document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]')
  && !document.querySelector('[data-testid=stMain] [data-testid=stSkeleton]')
  && document.querySelectorAll('.st-key-column [data-testid=stBidiComponentIsolated]').length >= 6"""
