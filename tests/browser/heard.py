"""What a screen reader gets: Chromium’s accessibility tree of a page, and what is announced while it changes.

The tree is asked of a page that stands open (tests/browser/test_every_page.py).
"""

from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Page

# Of these each says what it is; a "graphics-symbol" is a line or a bar of a drawing.
NAMED = {
    "button", "checkbox", "combobox", "graphics-symbol", "heading", "image",
    "link", "meter", "radio", "slider", "switch", "textbox",
}  # fmt: skip
BARE = {"Link to heading", "Logo", "Upload", "file upload"}  # Streamlit’s
LETTERS = {"MathMLIdentifier", "MathMLOperator", "MathMLNumber"}
# What is written into a live region, of whichever component, also into one that has come since: [when, what].
HEAR = """() => {
  const live = (node) => {
    for (let at = node; at; at = at.parentElement ?? at.getRootNode().host) {
      const set = at.getAttribute("aria-live"), role = at.getAttribute("role")
      if (set === "off" || at.ariaHidden === "true") return null
      if (set || ["status", "alert", "log"].includes(role) || at.localName === "output") return at
    }
    return null
  }
  const heard = (changes) => {
    const regions = new Set()
    for (const { target, addedNodes } of changes) {
      const at = target.nodeType === Node.TEXT_NODE ? target.parentElement : target.host ?? target
      if (at instanceof Element) regions.add(live(at))
      for (const node of addedNodes) if (node.nodeType === Node.ELEMENT_NODE) into(node)
    }
    for (const region of regions) {
      const said = region?.textContent.trim()
      if (said) window.announced.push([performance.now(), said])
    }
  }
  const watch = (root) => {
    new MutationObserver(heard).observe(root, { childList: true, characterData: true, subtree: true })
    into(root)
  }
  const into = (node) => {
    for (const one of [node, ...node.querySelectorAll("*")]) if (one.shadowRoot) watch(one.shadowRoot)
  }
  window.announced = []
  watch(document)
}"""


def listen(page: Page) -> None:
    """From now on, until the page is left."""
    page.evaluate(HEAR)


def announced(page: Page) -> list[str]:
    """What has been announced since it was asked last."""
    return [said for _, said in page.evaluate("window.announced.splice(0)")]


def faults(page: Page) -> list[str]:
    """What has no name, or one that tells nothing; formulas and lists that are not whole."""
    nodes = {node["nodeId"]: node for node in tree(page)}
    found = []
    for node in nodes.values():
        role, name = said(node, "role"), said(node, "name").strip()
        parts = [said(nodes[part], "role") for part in within(node, nodes)]
        if role in NAMED and not name:
            found.append(f"{role} without a name, in {around(node, nodes)}")
        if role == "slider" and name[: len(name) // 2] == name[len(name) // 2 + 1 :]:
            found.append(f"{name}: twice")
        if role in NAMED and name in BARE:
            found.append(f"{name}: of what?")
        if role in LETTERS and any(part.startswith("MathML") for part in parts):
            found.append(f"a letter with parts in a formula, in {around(node, nodes)}")
        if role == "list" and set(parts) - {"listitem"}:
            found.append(f"a list of {sorted(set(parts))}: {name}")
    return found


def tree(page: Page) -> list[dict[str, Any]]:
    browser = page.context.new_cdp_session(page)
    try:
        return [node for node in browser.send("Accessibility.getFullAXTree")["nodes"]]
    finally:
        browser.detach()


def within(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Its parts, and in place of those that say nothing of themselves theirs."""
    for part in node.get("childIds", ()):
        if part in nodes and (nodes[part]["ignored"] or said(nodes[part], "role") in ("generic", "none")):
            yield from within(nodes[part], nodes)
        elif part in nodes:
            yield part


def around(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> str:
    above = nodes.get(node.get("parentId", ""))
    while above and not said(above, "name"):
        above = nodes.get(above.get("parentId", ""))
    return said(above, "name") if above else "the page"


def said(node: dict[str, Any], what: str) -> str:
    return str(node.get(what, {}).get("value", ""))
