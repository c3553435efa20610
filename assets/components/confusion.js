// Confusion tables side by side and, below, the photos of the chosen cell, worst first. The numbers arrive every
// second or two while a run trains: every node stays, with its focus and its scroll, and only changes its text.

const SIDE = 64
const KEPT = 512 // photos: 6 MB in the browser, so that each travels once
const PATIENCE = 3000 // milliseconds until photos that got lost on their way are asked for again
const SUB = ["₁", "₂", "₃"]

/** Where an arrow key leads from (row, column) of a table with n rows and columns; null for any other key. */
export function step(key, row, column, n) {
  const to = {
    ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1], ArrowUp: [row - 1, column], ArrowDown: [row + 1, column],
    Home: [row, 0], End: [row, n - 1], PageUp: [0, column], PageDown: [n - 1, column],
  }[key]
  return to ? to.map((v) => Math.max(0, Math.min(n - 1, v))) : null
}

/** Each cell's share of its row, 0 in an empty row. counts: n × n numbers, row by row. */
export function shares(counts, n) {
  const rows = Array.from({ length: n }, (_, r) => counts.slice(r * n, (r + 1) * n).reduce((a, b) => a + b, 0))
  return counts.map((count, i) => (count ? count / rows[Math.floor(i / n)] : 0))
}

class View {
  constructor(host) {
    this.root = make("div", "confusion")
    this.lanes = make("div", "lanes")
    this.below = make("section", "below")
    this.title = make("p", "title")
    this.title.setAttribute("aria-live", "polite")
    this.close = make("button", "close", "close")
    this.close.type = "button"
    this.close.onclick = () => this.choose("")
    const head = make("div", "head")
    head.append(this.title, this.close)
    this.strip = make("ol", "strip")
    this.strip.tabIndex = 0
    this.strip.setAttribute("aria-label", "photos of the chosen cell, worst first")
    this.legend = make("p", "legend")
    this.below.append(head, this.strip, this.legend)
    this.root.append(this.lanes, this.below)
    host.append(this.root)
    this.chosen = ""
    this.tiles = new Map()
    this.photos = new Map()
    this.forget()
  }

  /** From now on this view has no photos, and the server knows it by another name. */
  forget() {
    this.name = crypto.getRandomValues(new Uint32Array(2)).join("-")
    this.photos.clear()
  }

  receive(given) {
    this.given = given
    const shape = JSON.stringify([given.classes, given.lanes.map((lane) => [lane.letter, lane.title])])
    if (shape !== this.shape) {
      this.shape = shape
      this.waiting = null
      this.cards = given.lanes.map((lane) => new Card(this, lane))
      this.lanes.replaceChildren(...this.cards.map((card) => card.root))
      this.lanes.dataset.count = given.lanes.length
    }
    // What was clicked a moment ago is not taken back by numbers that were on their way already.
    if (this.waiting === null || this.waiting === given.chosen) {
      this.chosen = given.chosen
      this.waiting = null
    }
    given.sent.forEach((key, place) => this.photos.set(key, image(given.pixels, place)))
    this.cards.forEach((card, i) => card.fill(given.lanes[i]))
    this.show()
  }

  choose(id) {
    if (this.photos.size > KEPT) this.forget()
    this.chosen = this.waiting = id
    this.ask()
    this.cards.forEach((card) => card.mark())
    this.show()
  }

  ask() {
    this.asked = Date.now()
    this.tell("cell", { id: this.chosen, view: this.name })
  }

  /** Whether all photos of the cell are here. If not, or if the server does not know this view, it is told. */
  complete(cell) {
    const here = cell.photos.every(({ key }) => this.photos.has(key))
    const known = this.given.view === this.name
    if ((!here || !known) && !(Date.now() - this.asked < PATIENCE)) {
      if (!here && known) this.forget()
      this.ask()
    }
    return here
  }

  show() {
    const { cell } = this.given
    this.close.hidden = this.strip.hidden = this.legend.hidden = !this.chosen
    this.root.classList.toggle("late", Boolean(this.chosen) && cell?.id !== this.chosen)
    if (!this.chosen) {
      write(this.title, "Choose a cell to see its photos, the worst first.")
      return
    }
    const [letter, row, column] = this.chosen.split("-")
    const lane = this.given.lanes.find((one) => one.letter === letter)
    const [r, c] = [row, column].map((id) => this.given.classes.findIndex((one) => one.id === id))
    if (!lane || r < 0 || c < 0) return
    const count = lane.counts[r * this.given.classes.length + c]
    write(this.title, `${letter} · truth: ${this.given.classes[r].name} · said: ${this.given.classes[c].name} · ${this.counted(count, cell)}`)
    if (cell?.id !== this.chosen || !this.complete(cell)) return
    const tiles = cell.photos.map((photo) => {
      let tile = this.tiles.get(photo.key)
      if (!tile) this.tiles.set(photo.key, (tile = new Tile(this.given, photo, this.photos.get(photo.key))))
      tile.fill(photo)
      return tile
    })
    arrange(this.strip, tiles.map((tile) => tile.root))
    for (const [key, tile] of this.tiles) if (!tiles.includes(tile)) this.tiles.delete(key)
    if (this.shown !== this.chosen) this.strip.scrollLeft = 0
    this.shown = this.chosen
    write(this.legend, `Bars: ŷ${SUB[0]}, ŷ${SUB[1]}, ŷ${SUB[2]}, dotted line ½; ✗ marks a wrong answer. ${cell.formula}`)
  }

  counted(count, cell) {
    if (!count) return "no photo now"
    const photos = count === 1 ? "1 photo" : `${count} photos`
    const shown = cell?.id === this.chosen ? cell.photos.length : count
    return shown < count ? `${photos}, the ${shown} worst first` : count === 1 ? photos : `${photos}, worst first`
  }
}

/** Photo number `place` of those that arrived in a row, for a canvas. */
function image(pixels, place) {
  const made = new ImageData(SIDE, SIDE)
  const start = place * SIDE * SIDE * 3
  for (let i = 0; i < SIDE * SIDE; i++)
    for (let c = 0; c < 4; c++) made.data[4 * i + c] = c < 3 ? pixels[start + 3 * i + c] : 255
  return made
}

/** One lane: its table, its shares. */
class Card {
  constructor(view, lane) {
    this.view = view
    this.letter = lane.letter
    this.classes = view.given.classes
    this.at = [0, 0]
    this.root = make("section", "card")
    paintLane(this.root, lane.letter)
    this.head = laneName(lane)
    const body = make("div", "body")
    body.append(this.table(lane), this.measures())
    this.root.append(this.head, body)
  }

  table(lane) {
    const table = make("table")
    table.setAttribute("aria-label", `Confusion table of ${lane.letter}, ${lane.title}: rows truth, columns said`)
    const said = make("tr", "said")
    const corner = make("td", "corner")
    const top = make("th", "", "says")
    top.colSpan = this.classes.length
    top.scope = "colgroup"
    said.append(corner, top)
    const heads = make("tr")
    heads.append(make("td", "corner", "photo of"))
    for (const { label, colour } of this.classes) {
      const head = make("th", "column")
      head.scope = "col"
      head.append(dot(colour), make("span", "", label))
      heads.append(head)
    }
    this.totals = []
    this.cells = []
    const rows = this.classes.map(({ label, colour }, r) => {
      const line = make("tr")
      const head = make("th", "row")
      head.scope = "row"
      const total = make("small")
      head.append(dot(colour), make("span", "", label), total)
      this.totals.push(total)
      line.append(head, ...this.classes.map((_, c) => this.cell(r, c)))
      return line
    })
    table.append(make("thead"), make("tbody"))
    table.tHead.append(said, heads)
    table.tBodies[0].append(...rows)
    return table
  }

  cell(r, c) {
    const place = make("td", r === c ? "right" : "wrong")
    const button = make("button")
    button.type = "button"
    button.append(make("b"), make("small"))
    button.onclick = () => {
      this.settle(r, c)
      this.view.choose(this.view.chosen === this.id(r, c) ? "" : this.id(r, c))
    }
    button.onkeydown = (event) => {
      const to = event.ctrlKey || event.altKey || event.metaKey ? null : step(event.key, r, c, this.classes.length)
      if (!to) return
      event.preventDefault()
      event.stopPropagation()
      this.settle(...to)
      this.button(...to).focus()
    }
    this.cells.push(button)
    place.append(button)
    return place
  }

  button(r, c) {
    return this.cells[r * this.classes.length + c]
  }

  id(r, c) {
    return `${this.letter}-${this.classes[r].id}-${this.classes[c].id}`
  }

  /** One cell of the table is the stop of the Tab key. */
  settle(r, c) {
    this.at = [r, c]
    this.mark()
  }

  mark() {
    this.classes.forEach((_, r) => this.classes.forEach((_, c) => {
      const button = this.button(r, c)
      button.tabIndex = r === this.at[0] && c === this.at[1] ? 0 : -1
      button.setAttribute("aria-pressed", String(this.view.chosen === this.id(r, c)))
    }))
  }

  measures() {
    const list = make("div", "measures")
    this.accuracy = new Bar("all three answers right")
    this.named = new Bar("largest z is the ball")
    list.append(this.accuracy.root, this.named.root)
    const grid = make("div", "classes")
    grid.append(make("span"), make("span", "what", "recall"), make("span", "what", "precision"))
    this.bars = this.classes.filter(({ colour }) => colour).map(({ label, name, colour }) => {
      const ball = make("span", "ball")
      ball.append(dot(colour), make("span", "", label))
      const pair = [new Bar(`recall of ${name}`, colour), new Bar(`precision of ${name}`, colour)]
      grid.append(ball, ...pair.map((bar) => bar.root))
      return pair
    })
    list.append(grid)
    return list
  }

  fill(lane) {
    const n = this.classes.length
    const share = shares(lane.counts, n)
    this.classes.forEach((truth, r) => {
      const total = lane.counts.slice(r * n, (r + 1) * n).reduce((a, b) => a + b, 0)
      write(this.totals[r], String(total))
      this.classes.forEach((said, c) => {
        const button = this.button(r, c)
        const count = lane.counts[r * n + c]
        button.style.setProperty("--share", share[r * n + c].toFixed(3))
        button.classList.toggle("zero", !count)
        write(button.firstChild, String(count))
        // Two balls said of two balls may still be the wrong two.
        const partly = r === c && lane.right[r] < count
        write(button.lastChild, partly ? `${lane.right[r]} right` : "")
        const label = `truth ${truth.name}, said ${said.name}: ${count} of ${total} photos${partly ? `, ${lane.right[r]} of them the right balls` : ""}`
        if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label)
      })
    })
    this.accuracy.fill(lane.accuracy)
    this.named.fill(lane.named)
    this.bars.forEach(([recall, precision], k) => {
      recall.fill(lane.recall[k])
      precision.fill(lane.precision[k])
    })
    this.mark()
  }
}

/** A share as a bar with its number. */
class Bar {
  constructor(name, colour) {
    this.root = make("div", colour ? "bar" : "bar named")
    this.name = name
    if (colour) this.root.style.setProperty("--fill", colour)
    else this.root.append(make("span", "what", name))
    this.track = make("span", "track")
    this.track.setAttribute("role", "meter")
    this.track.setAttribute("aria-valuemin", "0")
    this.track.setAttribute("aria-valuemax", "100")
    this.track.setAttribute("aria-label", name)
    this.track.append(make("i"))
    this.number = make("span", "number")
    this.root.append(this.track, this.number)
  }

  fill(share) {
    this.track.firstChild.style.width = `${100 * (share ?? 0)}%`
    this.track.setAttribute("aria-valuenow", String(Math.round(100 * (share ?? 0))))
    this.track.setAttribute("aria-valuetext", share === null ? "nothing to count" : percent(share))
    this.root.title = share === null ? `${this.name}: nothing to count` : ""
    write(this.number, percent(share))
  }
}

/** One photo: what is in it, what is said, what it costs. */
class Tile {
  constructor(given, photo, pixels) {
    this.balls = given.classes.filter(({ colour }) => colour)
    this.root = make("li", "tile")
    const canvas = make("canvas")
    canvas.width = canvas.height = SIDE
    canvas.setAttribute("role", "img")
    canvas.setAttribute("aria-label", `photo ${photo.index}: ${photo.label}`)
    canvas.getContext("2d").putImageData(pixels, 0, 0)
    const label = make("p", "label")
    const there = this.balls.filter((_, k) => photo.y[k]).map(({ name, colour }) => {
      const part = make("span", "part")
      part.append(dot(colour), name)
      return part
    })
    label.append(...(there.length ? there : ["no ball"]))
    const side = make("div", "side")
    this.rows = this.balls.map(({ colour }) => {
      const row = make("p", "output")
      const track = make("span", "track")
      track.append(make("i"))
      row.style.setProperty("--fill", colour)
      row.append(track, make("b"), make("span", "mark"))
      side.append(row)
      return row
    })
    this.sum = make("p", "sum")
    this.terms = this.balls.map(({ colour }) => {
      const term = make("b", "term")
      term.style.setProperty("--fill", colour)
      return term
    })
    this.total = make("b")
    this.sum.append("L = ", ...this.terms.flatMap((term, k) => (k ? [" + ", term] : [term])), " = ", this.total)
    const top = make("div", "top")
    top.append(canvas, side)
    this.root.append(label, top, this.sum)
  }

  fill(photo) {
    this.rows.forEach((row, k) => {
      const [track, number, mark] = row.children
      const wrong = photo.y_hat[k] > 0.5 !== photo.y[k] > 0.5
      track.firstChild.style.width = `${100 * photo.y_hat[k]}%`
      write(number, photo.y_hat[k].toFixed(2))
      write(mark, wrong ? "✗" : "")
      row.classList.toggle("is", photo.y[k] > 0.5)
      row.setAttribute("aria-label", `${this.balls[k].name}: ${photo.y_hat[k].toFixed(2)}, ${wrong ? "wrong" : "right"}`)
    })
    const most = Math.max(...photo.terms.map(Number))
    this.terms.forEach((term, k) => {
      write(term, photo.terms[k])
      term.classList.toggle("most", Number(photo.terms[k]) === most && most > 0)
    })
    write(this.total, photo.L)
    this.sum.classList.toggle("long", this.sum.textContent.length > 32)
  }
}

const VIEWS = new WeakMap()

export default function ({ data, parentElement, setStateValue }) {
  let view = VIEWS.get(parentElement)
  if (!view) VIEWS.set(parentElement, (view = new View(parentElement)))
  view.tell = setStateValue
  if (view.data !== data) view.receive(unpack((view.data = data)))
  return () => {
    view.root.remove()
    VIEWS.delete(parentElement)
  }
}
