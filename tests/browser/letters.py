"""How large the letters of a component are."""

from tests.browser.conftest import App

READABLE = 12  # pixels, at least


def small_letters(app: App, component: str) -> list[str]:
    """The texts in `component` that are smaller than READABLE as seen, zoomed or drawn smaller, too."""
    found: list[str] = app.page.locator(component).first.evaluate(
        """(root, readable) => [...root.querySelectorAll('*')].flatMap((node) => {
          const words = [...node.childNodes].filter((child) => child.nodeType === 3)
          const text = words.map((child) => child.data).join('').trim()
          const svg = node.ownerSVGElement, drawn = svg?.viewBox.baseVal?.width
          const zoom = drawn ? svg.getBoundingClientRect().width / drawn : (node.currentCSSZoom ?? 1)
          const size = parseFloat(getComputedStyle(node).fontSize) * zoom
          return text && node.getClientRects().length && size < readable ? [`${text} ${size.toFixed(1)}`] : []
        })""",
        READABLE,
    )
    return found
