// What the board of one's own photos looks like: counts, tools, tiles. What is done with it: photo_board.js, whose
// methods it calls: choose(ids), toggle(k), none(), remove(), bringBack(), go(id, how), key(event).

const HINTS = [
  [["←", "→", "↑", "↓"], "walk"],
  [["shift"], "extend"],
  [["space"], "toggle one"],
  [["1", "2", "3"], "balls on and off"],
  [["0"], "none"],
  [["⌫"], "remove"],
]

function button(className, act, ...children) {
  const made = make("button", className, ...children)
  made.type = "button"
  made.onclick = act
  return made
}

function dot(colour) {
  const made = make("i", "dot")
  made.style.setProperty("--ball", colour)
  return made
}

function named(node, role, label) {
  node.setAttribute("role", role)
  node.setAttribute("aria-label", label)
  return node
}

class BoardView {
  constructor(host, board) {
    this.board = board
    this.counts = named(make("div", "counts"), "group", "Select photos by their label")
    this.undo = button("undo", () => board.bringBack())
    this.chosen = make("span", "chosen")
    this.sort = make("span", "sort")
    this.away = button("away", () => board.remove(), "Remove", make("kbd", "", "⌫"))
    this.tools = named(make("div", "tools", this.chosen, this.sort, this.away), "toolbar", "Sort the selected photos")
    this.tiles = named(make("div", "tiles"), "listbox", "Your photos")
    this.tiles.setAttribute("aria-multiselectable", "true")
    const hints = HINTS.map(([keys, does]) => make("span", "", ...keys.map((key) => make("kbd", "", key)), ` ${does}`))
    this.said = make("p", "unseen")
    this.said.setAttribute("aria-live", "polite")
    const top = make("div", "top", this.counts, this.undo)
    this.root = make("div", "board", top, this.tools, this.tiles, make("p", "hint", ...hints), this.said)
    this.root.onkeydown = (event) => board.key(event)
    this.root.tabIndex = -1 // Safari gives a button that is clicked no focus: so the keys go on here
    host.append(this.root)
    this.cells = new Map() // id → {node, canvas, caption, name, drawn}
  }

  /** The element that has the keyboard, if it is one of the board's. */
  get held() {
    return this.root.getRootNode().activeElement
  }

  build({ photos, pixels, balls }) {
    this.balls = balls
    const ids = new Set(photos.map(({ id }) => id))
    for (const id of this.cells.keys()) if (!ids.has(id)) this.cells.delete(id)
    const size = 3 * SIDE * SIDE
    photos.forEach(({ id, name, at }, place) => {
      const cell = this.cells.get(id) ?? this.tile(id)
      if (cell.drawn !== at) {
        paintPhoto(cell.canvas, pixels.subarray(place * size, (place + 1) * size))
        cell.drawn = at
      }
      cell.node.title = cell.name = name
    })
    const key = (k) => make("kbd", "", k)
    this.sort.replaceChildren(
      ...balls.map(({ name, colour }, k) => button("label", () => this.board.toggle(k), dot(colour), name, key(`${k + 1}`))),
      button("label", () => this.board.none(), "none", key("0")),
    )
  }

  tile(id) {
    const canvas = make("canvas")
    canvas.width = canvas.height = SIDE
    const check = make("span", "check")
    const caption = make("span", "caption")
    const node = make("div", "tile", canvas, check, caption)
    node.setAttribute("role", "option")
    node.onclick = (event) => {
      const more = event.ctrlKey || event.metaKey || event.target === check
      this.board.go(id, event.shiftKey ? "extend" : more ? "toggle" : "alone")
    }
    const cell = { node, canvas, caption, name: "", drawn: null }
    this.cells.set(id, cell)
    return cell
  }

  /** Show these tiles in this order; nothing moves that need not. */
  lay(shown) {
    const nodes = shown.map((id) => this.cells.get(id).node)
    const now = this.tiles.children
    if (nodes.length !== now.length || nodes.some((node, i) => node !== now[i])) this.tiles.replaceChildren(...nodes)
  }

  /** How many tiles stand side by side. */
  across(shown) {
    const top = (id) => this.cells.get(id).node.offsetTop
    return Math.max(1, shown.filter((id) => top(id) === top(shown[0])).length)
  }

  mark({ shown, labels, selected, focus, removed }) {
    for (const id of shown) {
      const { node, caption, name } = this.cells.get(id)
      const label = labels.get(id)
      node.tabIndex = id === focus ? 0 : -1
      node.setAttribute("aria-selected", String(selected.has(id)))
      node.toggleAttribute("data-focus", id === focus)
      const words = wordsOf(label, this.balls)
      node.setAttribute("aria-label", `${name}: ${words.map(([text]) => text).join(", ")}`)
      if (caption.dataset.label === label) continue
      caption.dataset.label = label
      caption.classList.toggle("open", !label)
      caption.replaceChildren(
        ...words.map(([text, colour]) => {
          const line = make("span", colour ? "ball" : "", text)
          if (colour) line.style.setProperty("--ball", colour)
          return line
        }),
      )
    }
    this.markTools(shown.filter((id) => selected.has(id)).map((id) => labels.get(id)))
    this.markCounts(shown, labels)
    this.undo.hidden = !removed
    this.undo.textContent = `↩ ${removed} removed`
    this.undo.setAttribute("aria-label", `Undo: ${removed} removed`)
  }

  markTools(labels) {
    const count = labels.length
    this.chosen.textContent = count === 0 ? "No photo selected" : count === 1 ? "In this photo:" : `In these ${count} photos:`
    const balls = this.balls.map((_, k) => share(labels, (label) => label[k] === "1"))
    const states = [...balls, share(labels, (label) => label === "000")]
    for (const [k, one] of [...this.sort.children].entries()) {
      one.setAttribute("aria-pressed", states[k])
      one.disabled = !count
    }
    this.away.disabled = !count
  }

  markCounts(shown, labels) {
    const groups = [
      ["all", null, () => true],
      ["not sorted", null, (label) => !label],
      ...this.balls.map(({ name, colour }, k) => [name, colour, (label) => label[k] === "1"]),
      ["none", null, (label) => label === "000"],
    ]
    const place = [...this.counts.children].indexOf(this.held)
    this.counts.replaceChildren(
      make("span", "what", "Select"),
      ...groups.map(([name, colour, belongs]) => {
        const ids = shown.filter((id) => belongs(labels.get(id)))
        const made = button("count", () => this.board.choose(ids), ...(colour ? [dot(colour)] : []), name, make("b", "", `${ids.length}`))
        made.disabled = !ids.length
        return made
      }),
    )
    if (place > 0) this.counts.children[place].focus()
  }

  /** The keyboard to this photo; where none is left, to what brings them back, so that its keys go on. */
  focus(id) {
    const node = this.cells.get(id)?.node ?? this.undo
    node.focus({ preventScroll: true })
  }

  /** Only the tiles scroll, never the page. */
  reveal(id) {
    const node = this.cells.get(id)?.node
    if (!node) return
    const [inner, outer] = [node.getBoundingClientRect(), this.tiles.getBoundingClientRect()]
    if (inner.bottom > outer.bottom - 4) this.tiles.scrollTop += inner.bottom - outer.bottom + 10
    else if (inner.top < outer.top + 4) this.tiles.scrollTop -= outer.top - inner.top + 10
  }
}
