// A row of 64 × 64 photos with the semantics of a radio group: one tab stop, arrow keys move the choice.
export default function ({ data, parentElement, setStateValue }) {
  let root = parentElement.querySelector(".gallery")
  if (!root) {
    root = document.createElement("div")
    root.className = "gallery"
    const row = document.createElement("div")
    row.className = "row"
    row.setAttribute("role", "radiogroup")
    const more = document.createElement("button")
    more.className = "more"
    more.type = "button"
    root.append(row, more)
    Object.assign(root, { deed: 0, wanted: null, width: 0 })
    parentElement.append(root)
    // A phone that is turned has another length of the row in sight, and Safari may go elsewhere in it.
    new ResizeObserver(() => {
      if (row.clientWidth === root.width) return // a taller row leaves a finger where it has gone
      root.width = row.clientWidth
      reveal(row.querySelector("[aria-checked=true]"))
    }).observe(row)
  }
  const [row, more] = root.children
  row.setAttribute("aria-label", data.label)
  more.textContent = data.more
  more.onclick = () => tell("more", null)

  const ids = data.tiles.map((tile) => tile.id).join(" ")
  if (row.dataset.ids !== ids) {
    row.dataset.ids = ids
    row.replaceChildren(...data.tiles.map(draw))
    row.scrollLeft = 0
  }
  mark((data.heard < root.deed && root.wanted) || data.chosen)
  reveal(row.querySelector("[aria-checked=true]"))

  const tiles = [...row.children]
  for (const [place, tile] of tiles.entries()) {
    tile.onclick = () => choose(tile)
    tile.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
      const to =
        event.key === "Home" ? 0
        : event.key === "End" ? tiles.length - 1
        : step ? (place + step + tiles.length) % tiles.length
        : null
      if (to === null || isShortcut(event)) return
      event.preventDefault()
      tiles[to].focus()
      choose(tiles[to])
    }
  }

  function choose(tile) {
    if (tile.getAttribute("aria-checked") === "true") return
    mark(tile.dataset.id)
    tell(tile.dataset.id, tile.dataset.id)
  }

  function tell(id, wanted) {
    Object.assign(root, { deed: after(root.deed), wanted })
    setStateValue("picked", { id, at: root.deed })
  }

  function mark(id) {
    const found = [...row.children].some((tile) => tile.dataset.id === id)
    for (const [place, tile] of [...row.children].entries()) {
      const on = tile.dataset.id === id
      tile.setAttribute("aria-checked", String(on))
      tile.tabIndex = on || (!found && place === 0) ? 0 : -1
    }
  }

  // On a phone the row is longer than the screen; only the row scrolls, never the page.
  function reveal(tile) {
    if (!tile) return
    const [inner, outer] = [tile.getBoundingClientRect(), row.getBoundingClientRect()]
    if (inner.right > outer.right) row.scrollLeft += inner.right - outer.right + 4
    else if (inner.left < outer.left) row.scrollLeft -= outer.left - inner.left + 4
  }

  function draw(tile) {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "tile"
    button.dataset.id = tile.id
    button.setAttribute("role", "radio")
    button.setAttribute("aria-label", tile.alt)
    const picture = document.createElement("img")
    picture.src = tile.picture
    picture.alt = ""
    const caption = document.createElement("span")
    caption.className = "caption"
    for (const [text, colour] of tile.lines) {
      const line = document.createElement("span")
      line.textContent = text
      if (colour) {
        line.className = "ball"
        line.style.setProperty("--ball", colour)
      }
      caption.append(line)
    }
    button.append(picture, caption)
    return button
  }
}
