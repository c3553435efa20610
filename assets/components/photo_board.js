// One's own photos as the neurons get them: chosen one or several at a time, sorted by hand, removed, brought back.
// ui/photo_board.py puts unpack.js, elements.js and photo_board_labels.js in front. All a hand does is shown here
// at once; the server hears of it through the state `hand`: {of, seq, labels, removed, focus}, all since sheet `of`.

const SIDE = 64
const WALK = 180 // milliseconds without a step after which the photo that has the focus is the one to ask about

class Board {
  constructor(host) {
    const button = (className, act, ...children) => {
      const made = make("button", className, ...children)
      made.type = "button"
      made.onclick = act
      return made
    }
    this.button = button
    this.counts = make("div", "counts")
    this.counts.setAttribute("role", "group")
    this.counts.setAttribute("aria-label", "Select photos by their label")
    this.chosen = make("span", "chosen")
    this.sort = make("span", "sort")
    this.away = button("away", () => this.remove(), "Remove", make("kbd", "", "⌫"))
    this.undo = button("undo", () => this.bringBack())
    this.tools = make("div", "tools", this.chosen, this.sort, this.away)
    this.tools.setAttribute("role", "toolbar")
    this.tools.setAttribute("aria-label", "Sort the selected photos")
    this.tiles = make("div", "tiles")
    this.tiles.setAttribute("role", "listbox")
    this.tiles.setAttribute("aria-multiselectable", "true")
    this.tiles.setAttribute("aria-label", "Your photos")
    this.said = make("p", "said")
    this.said.setAttribute("aria-live", "polite")
    this.hint = make("p", "hint")
    for (const [keys, does] of HINTS) this.hint.append(make("span", "", ...keys.map((key) => make("kbd", "", key)), ` ${does}`))
    this.root = make("div", "board", make("div", "top", this.counts, this.undo), this.tools, this.tiles, this.hint, this.said)
    this.root.onkeydown = (event) => this.key(event)
    host.append(this.root)
    this.cells = new Map() // id → {node, canvas, caption, drawn}
    this.selected = new Set()
  }

  /** A new sheet from the server. What the hand has done since the server heard of it last is kept. */
  receive(given) {
    if (this.given?.of === given.of) return
    const late = this.hand && this.hand.seq > given.heard
    const fresh = !this.given
    this.given = given
    this.hand = late
      ? { ...this.hand, of: given.of }
      : { of: given.of, seq: given.heard, labels: {}, removed: [], focus: given.focus }
    this.labels = new Map(given.photos.map(({ id, label }) => [id, late && id in this.hand.labels ? this.hand.labels[id] : label]))
    const held = this.tiles.contains(this.root.getRootNode().activeElement)
    this.build()
    if (!this.shown.includes(this.hand.focus)) this.hand.focus = this.shown[0] ?? null
    const still = [...this.selected].filter((id) => this.shown.includes(id))
    const arrived = given.arrived.filter((id) => this.shown.includes(id))
    this.selected = new Set(arrived.length ? arrived : still.length ? still : [this.hand.focus].filter(Boolean))
    this.anchor = this.hand.focus
    this.mark()
    this.reveal()
    if (held && !fresh) this.cell(this.hand.focus)?.node.focus({ preventScroll: true })
    if (late) this.tell()
  }

  get shown() {
    return this.given.photos.map(({ id }) => id).filter((id) => !this.hand.removed.includes(id))
  }

  cell(id) {
    return this.cells.get(id)
  }

  build() {
    const { photos, pixels } = this.given
    const ids = new Set(photos.map(({ id }) => id))
    for (const id of this.cells.keys()) if (!ids.has(id)) this.cells.delete(id)
    photos.forEach(({ id, name, at }, place) => {
      const cell = this.cell(id) ?? this.make(id)
      if (cell.drawn !== at) {
        draw(cell.canvas, pixels, place)
        cell.drawn = at
      }
      cell.node.title = cell.name = name
    })
    this.lay()
    this.sort.replaceChildren(
      ...this.given.balls.map((ball, k) => {
        const dot = make("i", "dot")
        dot.style.setProperty("--ball", ball.colour)
        return this.button("label", () => this.toggle(k), dot, ball.name, make("kbd", "", String(k + 1)))
      }),
      this.button("label", () => this.none(), "none", make("kbd", "", "0")),
    )
  }

  lay() {
    const nodes = this.shown.map((id) => this.cell(id).node)
    const now = [...this.tiles.children]
    if (nodes.length !== now.length || nodes.some((node, i) => node !== now[i])) this.tiles.replaceChildren(...nodes)
  }

  make(id) {
    const canvas = make("canvas")
    canvas.width = canvas.height = SIDE
    const check = make("span", "check")
    const caption = make("span", "caption")
    const node = make("div", "tile", canvas, check, caption)
    node.setAttribute("role", "option")
    node.onclick = (event) => {
      const several = event.ctrlKey || event.metaKey || event.target === check
      this.go(id, event.shiftKey ? "extend" : several ? "toggle" : "alone")
    }
    const cell = { node, canvas, caption, name: "", drawn: null }
    this.cells.set(id, cell)
    return cell
  }

  key(event) {
    const command = event.ctrlKey || event.metaKey
    const key = event.key.toLowerCase()
    if (event.altKey) return
    const on = this.tiles.contains(event.target)
    if (on && this.walk(event.key, event.shiftKey ? "extend" : command ? "walk" : "alone")) event.preventDefault()
    else if (on && key === " ") this.go(this.hand.focus, "toggle")
    else if (on && key === "escape") this.choose([this.hand.focus])
    else if (command && key === "a") this.choose(this.shown)
    else if (command && key === "z") this.bringBack()
    else if (command) return
    else if (key >= "1" && key <= "3") this.toggle(Number(key) - 1)
    else if (key === "0") this.none()
    else if (key === "delete" || key === "backspace") this.remove()
    else return
    event.preventDefault()
  }

  walk(key, how) {
    const { shown } = this
    const place = shown.indexOf(this.hand.focus)
    const first = this.cell(shown[0]).node.offsetTop
    const across = Math.max(1, shown.filter((id) => this.cell(id).node.offsetTop === first).length)
    const last = shown.length - 1
    const steps = { ArrowRight: place + 1, ArrowLeft: place - 1, ArrowDown: place + across, ArrowUp: place - across, Home: 0, End: last }
    if (!(key in steps)) return false
    this.go(shown[Math.min(last, Math.max(0, steps[key]))], how)
    return true
  }

  /** Bring the focus to a photo; select it alone, add or take it away, or everything up to it. */
  go(id, how) {
    const { shown } = this
    if (how === "alone") this.selected = new Set([id])
    if (how === "toggle" && !this.selected.delete(id)) this.selected.add(id)
    if (how === "extend") {
      const [from, to] = [shown.indexOf(this.anchor), shown.indexOf(id)].sort((a, b) => a - b)
      this.selected = new Set(shown.slice(Math.max(0, from), to + 1))
    } else this.anchor = id
    const moved = this.hand.focus !== id
    this.hand.focus = id
    this.mark()
    this.cell(id).node.focus({ preventScroll: true })
    this.reveal()
    if (moved) this.tell(WALK)
  }

  choose(ids) {
    this.selected = new Set(ids)
    if (ids.length && !this.selected.has(this.hand.focus)) {
      this.hand.focus = this.anchor = ids[0]
      this.tell(WALK)
    }
    this.mark()
    this.reveal()
  }

  get marked() {
    return this.shown.filter((id) => this.selected.has(id))
  }

  toggle(k) {
    this.relabel(toggled(this.marked.map((id) => this.labels.get(id)), k), this.given.balls[k].name)
  }

  none() {
    this.relabel(noneToggled(this.marked.map((id) => this.labels.get(id))), "none")
  }

  relabel(labels, name) {
    const ids = this.marked
    if (!ids.length) return
    ids.forEach((id, i) => {
      this.labels.set(id, labels[i])
      this.hand.labels[id] = labels[i]
    })
    this.mark()
    this.tell()
    this.said.textContent = `${photosOf(ids.length)}: ${name} ${labels.every(Boolean) ? "on" : "off"}`
  }

  remove() {
    const gone = this.marked
    if (!gone.length) return
    const before = this.shown
    this.hand.removed = [...this.hand.removed, ...gone]
    const rest = this.shown
    const next = before.slice(before.indexOf(gone[0])).find((id) => rest.includes(id)) ?? rest[rest.length - 1] ?? null
    this.put(next, [next].filter(Boolean), `${photosOf(gone.length)} removed`)
  }

  bringBack() {
    const back = this.hand.removed
    if (!back.length) return
    this.hand.removed = []
    this.put(back[0], back, `${photosOf(back.length)} brought back`)
  }

  put(focus, selected, said) {
    const held = this.root.getRootNode().activeElement
    this.hand.focus = this.anchor = focus
    this.selected = new Set(selected)
    this.lay()
    this.mark()
    this.reveal()
    if (held && focus) this.cell(focus).node.focus({ preventScroll: true })
    this.tell()
    this.said.textContent = said
  }

  tell(pause = 0) {
    this.hand.seq += 1
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.send("hand", structuredClone(this.hand)), pause)
  }

  mark() {
    const { shown, given } = this
    for (const id of shown) {
      const { node, caption, name } = this.cell(id)
      const label = this.labels.get(id)
      node.tabIndex = id === this.hand.focus ? 0 : -1
      node.setAttribute("aria-selected", String(this.selected.has(id)))
      node.toggleAttribute("data-focus", id === this.hand.focus)
      node.dataset.label = label || "unsorted"
      const words = wordsOf(label, given.balls)
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
    this.markTools()
  }

  markTools() {
    const { shown, marked, given } = this
    const labels = marked.map((id) => this.labels.get(id))
    this.chosen.textContent = marked.length === 1 ? "In this photo:" : `In these ${marked.length} photos:`
    if (!marked.length) this.chosen.textContent = "No photo selected"
    const states = [...given.balls.map((_, k) => share(labels, (label) => label[k] === "1")), share(labels, (label) => label === "000")]
    ;[...this.sort.children].forEach((button, k) => {
      button.setAttribute("aria-pressed", states[k])
      button.disabled = !marked.length
    })
    this.away.disabled = !marked.length
    this.undo.hidden = !this.hand.removed.length
    this.undo.textContent = `Undo: ${this.hand.removed.length} removed`
    const groups = [
      ["all", null, () => true],
      ["not sorted", null, (label) => !label],
      ...given.balls.map((ball, k) => [ball.name, ball.colour, (label) => label[k] === "1"]),
      ["none", null, (label) => label === "000"],
    ]
    const held = [...this.counts.children].indexOf(this.root.getRootNode().activeElement)
    this.counts.replaceChildren(
      make("span", "what", "Select"),
      ...groups.map(([name, colour, belongs]) => {
        const ids = shown.filter((id) => belongs(this.labels.get(id)))
        const button = this.button("count", () => this.choose(ids), ...(colour ? [make("i", "dot")] : []), name, make("b", "", String(ids.length)))
        if (colour) button.firstChild.style.setProperty("--ball", colour)
        button.disabled = !ids.length
        return button
      }),
    )
    if (held > 0) this.counts.children[held].focus()
  }

  // Only the board scrolls, never the page.
  reveal() {
    const node = this.cell(this.hand.focus)?.node
    if (!node) return
    const [inner, outer] = [node.getBoundingClientRect(), this.tiles.getBoundingClientRect()]
    if (inner.bottom > outer.bottom - 4) this.tiles.scrollTop += inner.bottom - outer.bottom + 10
    else if (inner.top < outer.top + 4) this.tiles.scrollTop -= outer.top - inner.top + 10
  }
}

const HINTS = [
  [["←", "→", "↑", "↓"], "walk"],
  [["shift"], "extend"],
  [["space"], "one more or less"],
  [["1", "2", "3"], "balls on and off"],
  [["0"], "none"],
  [["⌫"], "remove"],
]

/** Photo `place` of the sheet, pixel for pixel. */
function draw(canvas, pixels, place) {
  const image = new ImageData(SIDE, SIDE)
  for (let i = 0, from = place * SIDE * SIDE * 3; i < image.data.length; i += 4, from += 3) {
    image.data[i] = pixels[from]
    image.data[i + 1] = pixels[from + 1]
    image.data[i + 2] = pixels[from + 2]
    image.data[i + 3] = 255
  }
  canvas.getContext("2d").putImageData(image, 0, 0)
}

const VIEWS = new WeakMap()

export default function ({ data, parentElement, setStateValue }) {
  let view = VIEWS.get(parentElement)
  if (!view) VIEWS.set(parentElement, (view = new Board(parentElement)))
  view.send = setStateValue
  if (view.data !== data) view.receive(unpack((view.data = data)))
  return () => {
    clearTimeout(view.timer)
    view.root.remove()
    VIEWS.delete(parentElement)
  }
}
