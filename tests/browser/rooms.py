"""How high the components of a page are, by their keys."""

from playwright.sync_api import Page

HEIGHTS = """() => {
  const awaited = (place) => getComputedStyle(place).animationName === 'awaited'
  const drawn = (place) => place.hasAttribute('data-there') && place.clientHeight > 0
  const high = (place) => (awaited(place) ? 0 : Math.floor(place.getBoundingClientRect().height))
  return Object.fromEntries([...document.querySelectorAll('[data-testid=stElementContainer]')]
    .filter((place) => drawn(place) || awaited(place))
    .map((place) => [place.className.match(/st-key-(\\S+)/)?.[1], high(place)]))
}"""


def heights(page: Page) -> dict[str, int]:
    """Of those that take room at all, in pixels; 0 for one that is yet to come."""
    found: dict[str, int] = page.evaluate(HEIGHTS)
    return found
