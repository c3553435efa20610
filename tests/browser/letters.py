"""How large the letters of a component are, and those of a page in a lecture hall."""

from tests.browser.conftest import App

READABLE = 12  # pixels, at least
HALL = {"width": 1920, "height": 1080}  # a window as wide as a projector
LEAST = 14.0  # px of a caption or a letter of a figure; on a desk it is 12
# What is written, and how large it is seen: in a drawing that is enlarged its own pixels say less than that.
WRITTEN = """() => {
  const NOT_MEANT = '.katex, sub, sup, .unseen, code, tspan[style*="70%"]'
  const found = [], unseen = /^[\\s\\u200b▶]*$/
  const look = (root) => {
    for (const node of root.childNodes) {
      if (node.shadowRoot) look(node.shadowRoot)
      if (node.nodeType === Node.ELEMENT_NODE && !/^(STYLE|SCRIPT)$/.test(node.tagName)) look(node)
      if (node.nodeType !== Node.TEXT_NODE || unseen.test(node.data)) continue
      const text = node.parentElement, style = text && getComputedStyle(text)
      if (!text?.checkVisibility({ visibilityProperty: true }) || text.closest(NOT_MEANT)) continue
      const drawing = text.closest('svg[viewBox]'), box = drawing?.viewBox.baseVal
      const drawn = box?.width ? drawing.getBoundingClientRect().width / box.width : text.currentCSSZoom ?? 1
      found.push([parseFloat(style.fontSize) * drawn, node.data.trim().slice(0, 40)])
    }
  }
  look(document.querySelector('[data-testid=stMain]'))
  return found
}"""


SEEN = """(root) => [...root.querySelectorAll('*')].flatMap((node) => {
  const words = [...node.childNodes].filter((child) => child.nodeType === 3)
  const text = words.map((child) => child.data).join('').trim()
  const svg = node.ownerSVGElement, drawn = svg?.viewBox.baseVal?.width
  const zoom = drawn ? svg.getBoundingClientRect().width / drawn : (node.currentCSSZoom ?? 1)
  const size = parseFloat(getComputedStyle(node).fontSize) * zoom
  return text && node.getClientRects().length ? [[size, text]] : []
})"""


def small_letters(app: App, component: str) -> list[str]:
    """The texts in `component` that are smaller than READABLE as seen, zoomed or drawn smaller, too."""
    found = app.page.locator(component).first.evaluate(SEEN)
    return [f"{text} {size:.1f}" for size, text in found if size < READABLE]


def large_letters(app: App, component: str) -> list[str]:
    """The texts in a drawing that are larger than those of the page around it, drawn larger, too."""
    found = app.page.locator(component).first.evaluate(SEEN)
    assert found
    page = float(app.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))
    return [f"{text} {size:.1f}" for size, text in found if size > page]


def too_small_for_the_last_row(app: App) -> list[tuple[float, str]]:
    """The captions and the letters of figures that are smaller than LEAST, each with its size."""
    return [(size, text) for size, text in app.page.evaluate(WRITTEN) if size < LEAST]
