"""How high the components of a page are that have been drawn, by their keys."""

from playwright.sync_api import Page

HEIGHTS = """() => {
  const drawn = [...document.querySelectorAll('[data-testid=stElementContainer][data-there]')]
  const key = (place) => place.className.match(/st-key-(\\S+)/)?.[1]
  const high = (place) => Math.floor(place.getBoundingClientRect().height)
  return Object.fromEntries(drawn.map((place) => [key(place), high(place)]).filter(([, height]) => height))
}"""


def heights(page: Page) -> dict[str, int]:
    """Of those that take room at all, in pixels."""
    found: dict[str, int] = page.evaluate(HEIGHTS)
    return found
