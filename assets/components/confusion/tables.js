// Confusion tables side by side and, below, the photos of the chosen cell, worst first. The numbers arrive every
// two seconds while a run trains: every node stays, with its focus and its scroll, and only changes its text.

const KEPT = 512 // photos: 8 MB in the browser, so that each travels once
const PATIENCE = 3000 // milliseconds until photos that got lost on their way are asked for again
const CELL_EVERY = 2000 // between two questions which are a cell's worst photos now

class View {
  constructor(host) {
    this.root = make("div", "confusion")
    this.lanes = make("div", "lanes")
    this.below = make("section", "below")
    this.title = make("p", "title")
    this.shut = make("button", "close", "close")
    this.shut.type = "button"
    this.shut.onclick = () => this.choose("")
    const head = make("div", "head")
    head.append(this.title, this.shut)
    this.strip = make("ol", "strip")
    this.strip.tabIndex = 0
    this.strip.setAttribute("aria-label", "photos of the chosen cell, worst first")
    this.nothing = make("li", "nothing")
    this.legend = make("p", "legend")
    this.below.append(head, this.strip, this.legend)
    this.root.append(this.lanes, this.below)
    this.root.dataset.walks = "" // arrows, Home and End mean a cell or the strip here, nothing of the page's (training/keys.js)
    host.append(this.root)
    this.chosen = ""
    this.tiles = new Map()
    this.photos = new Map()
    this.forget()
    this.news = new News("tables", () => this.told && this.hear())
  }

  /** From now on this view has no photos, and the server knows it by another name. */
  forget() {
    this.name = crypto.getRandomValues(new Uint32Array(2)).join("-")
    this.photos.clear()
  }

  receive(told) {
    this.told = told
    this.build()
    // What was clicked a moment ago is not taken back by numbers that were on their way already.
    if (this.waiting === null || this.waiting === told.chosen) {
      this.chosen = told.chosen
      this.waiting = null
    }
    const size = 3 * SIDE * SIDE
    told.sent.forEach((key, i) => this.photos.set(key, imageOf(told.pixels.subarray(i * size, (i + 1) * size))))
    this.fill()
    if (this.given !== told) this.follow() // the photos are older than the numbers
  }

  /** Newer numbers. */
  hear() {
    this.build()
    this.fill()
    this.follow()
  }

  /** Which photos the chosen cell has now, the server has to be asked. */
  follow() {
    if (!this.chosen || this.due) return
    this.due = setTimeout(() => {
      this.due = null
      if (this.chosen) this.ask()
    }, Math.max(0, (this.asked ?? 0) + CELL_EVERY - Date.now()))
  }

  /** The cards anew, where there are other lanes than before. A loss that is switched leaves the hand where it is. */
  build() {
    this.given = this.news.latest(this.told)
    const { classes, lanes } = this.given
    const shape = JSON.stringify([classes, lanes.map((lane) => lane.letter)])
    if (shape === this.shape) return
    this.shape = shape
    this.waiting = null
    this.cards = lanes.map((lane) => new Card(this, lane))
    this.lanes.replaceChildren(...this.cards.map((card) => card.root))
    this.lanes.dataset.count = lanes.length
  }

  fill() {
    this.cards.forEach((card, i) => card.fill(this.given.lanes[i]))
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
    this.send("cell", { id: this.chosen, view: this.name, at: this.asked })
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
    this.shut.hidden = this.strip.hidden = this.legend.hidden = !this.chosen
    this.below.classList.toggle("chosen", Boolean(this.chosen))
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
    const words = [`truth: ${this.given.classes[r].name}`, `said: ${this.given.classes[c].name}`, this.counted(count, cell)]
    write(this.title, (this.given.lanes.length > 1 ? [letter, ...words] : words).join(" · "))
    if (cell?.id !== this.chosen || !this.complete(cell)) return
    const tiles = cell.photos.map((photo) => {
      let tile = this.tiles.get(photo.key)
      if (!tile) this.tiles.set(photo.key, (tile = new Tile(this.given, photo, this.photos.get(photo.key))))
      tile.fill(photo)
      return tile
    })
    write(this.nothing, cell.empty)
    arrange(this.strip, tiles.length ? tiles.map((tile) => tile.root) : [this.nothing])
    for (const [key, tile] of this.tiles) if (!tiles.includes(tile)) this.tiles.delete(key)
    if (this.shown !== this.chosen) this.strip.scrollLeft = 0
    this.shown = this.chosen
    write(this.legend, `Bars: ŷ₁, ŷ₂, ŷ₃, dotted line ½; ✗ marks a wrong answer. ${cell.formula}`)
  }

  counted(count, cell) {
    if (!count) return "no photos now"
    const photos = count === 1 ? "1 photo" : `${count} photos`
    const shown = cell?.id === this.chosen ? cell.photos.length : count
    return shown < count ? `${photos}, the ${shown} worst first` : count === 1 ? photos : `${photos}, worst first`
  }

  close() {
    this.news.close()
    clearTimeout(this.due)
  }
}

export default mounted(View, unpack)
