"""Where the keyboard is, is seen: below the page's head, above the window's lower edge, with all of its ring."""

import pytest

# The top and the bottom of what has the focus, with its ring; nothing in the menu and in the head.
FOCUSED = """() => {
  let node = document.activeElement
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement
  if (!node.closest("[data-testid=stMain] *") && !(node.getRootNode() instanceof ShadowRoot)) return null
  const { top, bottom } = node.getBoundingClientRect(), style = getComputedStyle(node)
  const ring = style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset)
  return [top - ring, bottom + ring, node.getAttribute("aria-label") ?? node.textContent]
}"""


@pytest.mark.parametrize(("path", "width"), [("unique_ball", 1280), ("overview", 390)])
def test_what_has_the_focus_is_seen_with_its_ring_forth_and_back(app, path, width):
    app.open("" if path == "overview" else path, width=width, height=900)
    head = app.page.get_by_test_id("stHeader").evaluate("e => e.getBoundingClientRect().bottom")
    app.page.locator("h1").first.click()
    for key in ("Tab", "Shift+Tab"):
        for _ in range(30):
            app.page.keyboard.press(key)
            found = app.page.evaluate(FOCUSED)
            if found is None or found[1] - found[0] > 900 - head:  # of what is higher than the window, no more
                continue
            top, bottom, name = found
            assert head <= top and bottom <= 900, (key, name)
