"""Where the keyboard is, is seen: below the page's head, above the window's lower edge, with its ring.

Each is asked of a page that stands open, in a window of a certain size (tests/browser/test_every_page.py).
"""

from playwright.sync_api import expect

# The top and the bottom of what has the focus, with its ring; nothing in the menu and in the head.
FOCUSED = """() => {
  let node = document.activeElement
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement
  if (!node.closest("[data-testid=stMain] *") && !(node.getRootNode() instanceof ShadowRoot)) return null
  const { top, bottom } = node.getBoundingClientRect()
  const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(node)
  const ring = outlineStyle === "none" ? 0 : parseFloat(outlineWidth) + parseFloat(outlineOffset)
  return [top - ring, bottom + ring, node.getAttribute("aria-label") ?? node.textContent]
}"""


def assert_what_has_the_focus_is_seen_with_its_ring_forth_and_back(app):
    low = app.page.viewport_size["height"]
    head = app.page.get_by_test_id("stHeader").evaluate("e => e.getBoundingClientRect().bottom")
    app.page.locator("h1").first.click()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(30):
            app.page.keyboard.press(key)
            found = app.page.evaluate(FOCUSED)
            if found is None or found[1] - found[0] > low - head:  # that is higher than the window
                continue
            top, bottom, name = found
            assert head <= top and bottom <= low, (key, name)


def assert_a_menu_that_is_closed_is_no_stop_of_the_keyboard(app):
    """On a phone, where it is closed at first."""
    sidebar = app.page.get_by_test_id("stSidebar")
    for again in (False, True):
        if again:
            app.page.get_by_test_id("stExpandSidebarButton").click()
            link = sidebar.get_by_test_id("stSidebarNavLink").first
            link.click(trial=True)  # it stands still
            assert (link.bounding_box() or {})["x"] >= 0
            sidebar.get_by_test_id("stSidebarCollapseButton").get_by_role("button").click()
            expect(sidebar).to_have_attribute("data-collapsed", "true")
        for _ in range(24):
            app.page.keyboard.press("Tab")
            seen = "[document.activeElement.getBoundingClientRect().left, document.activeElement.textContent]"
            left, name = app.page.evaluate(seen)
            assert left >= 0, name


def assert_on_a_phone_what_is_said_of_a_board_does_not_cover_the_cell_that_has_the_focus(app):
    covered = """() => {
      let node = document.activeElement
      while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement
      if (!node.matches(".cell")) return null
      const { left, top, width, height } = node.getBoundingClientRect(), root = node.getRootNode()
      const above = root.elementFromPoint(left + width / 2, top + height - 3)
      return above !== node && !node.contains(above) && node.ariaLabel
    }"""
    app.page.locator("h1").first.click()
    seen = 0
    for _ in range(60):
        app.page.keyboard.press("Tab")
        found = app.page.evaluate(covered)
        seen += found is not None
        assert not found
    assert seen >= 10


def assert_in_a_low_window_the_sum_of_a_neuron_does_not_cover_the_one_that_has_the_focus(app):
    where = """() => {
      let node = document.activeElement
      while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement
      const { top, bottom } = node.getBoundingClientRect()
      const said = node.getRootNode().querySelector(".readout").getBoundingClientRect()
      return [node.ariaLabel, top, bottom, said.top]
    }"""
    for width, height in ((390, 640), (844, 390)):
        app.as_seen(width=width, height=height, dark=True)
        app.idle()
        app.page.locator(".flow .neuron[tabindex='0']").focus()
        seen = set()
        for key in ("ArrowUp", "ArrowLeft", *["ArrowUp"] * 9, "ArrowLeft", *["ArrowDown"] * 9, "ArrowRight"):
            app.page.keyboard.press(key)
            app.page.wait_for_timeout(30)
            name, top, bottom, below = app.page.evaluate(where)
            assert top >= 55 and bottom <= min(below, height), (name, width)
            seen.add(name)
        assert len(seen) >= 10
