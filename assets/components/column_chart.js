// A chart of columns of which one is read out below: by pointer, by touch, by the arrow keys.

/** columns: their values, ascending; x(value): where one stands, in pixels; paint(): draws the chart and the readout. */
export class ColumnChart {
  constructor(host, className) {
    this.columns = []
    this.svg = makeSvg("svg", { role: "slider", tabindex: "0" })
    this.readout = make("div", "readout")
    this.root = make("div", className, this.svg, this.readout)
    host.append(this.root)
    this.watch = new ResizeObserver(() => this.paint())
    this.watch.observe(this.root)
    this.svg.onpointermove = this.svg.onpointerdown = (event) => {
      if (!this.columns.length || !this.root.clientWidth) return
      const at = (event.clientX - this.svg.getBoundingClientRect().left) / this.unit
      const away = (column) => Math.abs(this.x(column) - at)
      this.choose(this.columns.reduce((best, column) => (away(column) < away(best) ? column : best)))
    }
    this.svg.onkeydown = (event) => {
      const now = this.columns.indexOf(this.chosen), last = this.columns.length - 1
      const to = { ArrowRight: now + 1, ArrowUp: now + 1, ArrowLeft: now - 1, ArrowDown: now - 1, Home: 0, End: last }[event.key]
      if (to === undefined || isShortcut(event)) return
      event.preventDefault()
      this.choose(this.columns[Math.max(0, Math.min(last, to))])
    }
  }

  get unit() {
    return unitOf(this.root)
  }

  /** The width that there is, in the drawing's pixels. */
  get room() {
    return this.root.clientWidth / this.unit
  }

  /** The drawing is so wide and high, in its own pixels. */
  size(width, height) {
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
    this.svg.setAttribute("width", width * this.unit)
    this.svg.setAttribute("height", height * this.unit)
  }

  choose(column) {
    if (column === this.chosen) return
    this.chosen = column
    this.paint()
  }

  /** To whoever does not see it: what it shows, and the column that is read out in words. */
  say(alt, words) {
    const told = {
      "aria-label": alt, "aria-valuemin": 0, "aria-valuemax": this.columns.length - 1,
      "aria-valuenow": Math.max(0, this.columns.indexOf(this.chosen)), "aria-valuetext": words,
    }
    for (const [name, value] of Object.entries(told)) this.svg.setAttribute(name, value)
  }

  close() {
    this.watch.disconnect()
  }
}
