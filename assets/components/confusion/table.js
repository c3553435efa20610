// One lane's confusion table, and beside it its shares as bars. Goes between parts.js and tables.js.

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

/** One lane: its table, its shares. */
class Card {
  constructor(view, lane) {
    this.view = view
    this.alone = view.given.lanes.length === 1
    this.letter = lane.letter
    this.classes = view.given.classes
    this.at = [0, 0]
    this.root = make("section", "card")
    paintLane(this.root, lane.letter)
    this.head = laneName(lane, this.alone)
    const body = make("div", "body")
    this.grid = this.table()
    body.append(this.grid, this.measures())
    this.root.append(this.head, body)
  }

  table() {
    const table = make("table")
    const said = make("tr", "said")
    const corner = make("td", "corner")
    const top = make("th", "", "says: ŷ\u00a0>\u00a0½")
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
      const to = isShortcut(event) ? null : step(event.key, r, c, this.classes.length)
      if (!to) return
      event.preventDefault()
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
    this.named = new Bar("largest z at the one ball", null, "all z are equal, so none is the largest")
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

  entitle({ letter, title }) {
    write(this.alone ? this.head : this.head.children[1], title)
    const label = `Confusion table of ${this.alone ? "" : `${letter}, `}${title}: rows truth, columns said`
    if (this.grid.getAttribute("aria-label") !== label) this.grid.setAttribute("aria-label", label)
  }

  fill(lane) {
    const n = this.classes.length
    this.entitle(lane)
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
  /** nothing: what is said where there is no share. */
  constructor(name, colour, nothing = "nothing to count") {
    this.root = make("div", colour ? "bar" : "bar named")
    this.name = name
    this.nothing = nothing
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
    this.track.setAttribute("aria-valuetext", share === null ? this.nothing : percent(share))
    this.root.title = share === null ? `${this.name}: ${this.nothing}` : ""
    write(this.number, percent(share))
  }
}
