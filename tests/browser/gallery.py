"""The row of photos on a page: its tiles, which of them is chosen, and whether that is seen."""

TILE = ".gallery [role=radio]"
# Whether the chosen photo is in the part of its row that is seen.
IN_SIGHT = """(gallery) => {
  const box = (part) => gallery.querySelector(part).getBoundingClientRect()
  const row = box('.row'), tile = box('[aria-checked=true]')
  return tile.left >= row.left && tile.right <= row.right
}"""


def chosen(app) -> str | None:
    """The id of the chosen tile of the page's first gallery."""
    return app.page.locator(f"{TILE}[aria-checked=true]").first.get_attribute("data-id")


def ids(app) -> list[str]:
    return [tile.get_attribute("data-id") for tile in app.page.locator(TILE).all()]
