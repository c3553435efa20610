// Lines over a logarithmic axis that fill while a sweep runs: mean over the runs, the runs themselves, their range.
// ui/three_balls/recall.py puts elements.js, numbers.js, stand_apart.js and column_chart.js in front of this file.

const BOX = { left: 58, right: 124, top: 14, bottom: 52 }
const NAME = 34 // from one name to the next

/** x of a count, as a share of the plot's width: logarithmic, with 4 % of room on both sides. */
export function placeX(count, counts) {
  const [low, high] = [Math.log(counts[0]), Math.log(counts[counts.length - 1])]
  return 0.04 + (0.92 * (Math.log(count) - low)) / (high - low)
}

class View extends ColumnChart {
  constructor(host) {
    super(host, "recall")
  }

  receive(data) {
    // While a sweep runs the column that is being trained is the one that is read out; then it is the chosen one again.
    const next = [data.current, data.chosen].join()
    if (next !== this.given) this.chosen = data.current ?? data.chosen
    this.given = next
    this.data = data
    this.columns = data.counts
    this.paint()
  }

  x(count) {
    return BOX.left + this.width * placeX(count, this.columns)
  }

  paint() {
    const { data, svg } = this
    const full = this.room
    if (!data || !full) return
    const narrow = full < 560
    const right = narrow ? 12 : BOX.right
    const height = narrow ? 300 : 340
    this.width = full - BOX.left - right
    const tall = (this.tall = height - BOX.top - BOX.bottom)
    const x = (count) => this.x(count)
    const y = (value) => BOX.top + tall * (1 - value)
    this.size(full, height)
    svg.replaceChildren()
    for (const value of [0, 0.25, 0.5, 0.75, 1]) {
      svg.append(makeSvg("line", { class: "grid", x1: BOX.left, x2: BOX.left + this.width, y1: y(value), y2: y(value) }))
      svg.append(makeSvg("text", { class: "tick", x: BOX.left - 8, y: y(value) + 4, "text-anchor": "end" }, 100 * value))
    }
    const column = makeSvg("rect", { class: "column", x: x(this.chosen) - 14, y: BOX.top, width: 28, height: tall, rx: 4 })
    if (data.counts.includes(this.chosen)) svg.append(column)
    for (const count of data.counts)
      svg.append(makeSvg("text", { class: count === this.chosen ? "tick on" : "tick", x: x(count), y: height - 30, "text-anchor": "middle" }, grouped(count)))
    svg.append(makeSvg("text", { class: "title", x: BOX.left + this.width / 2, y: height - 8, "text-anchor": "middle" }, data.x_title))
    svg.append(makeSvg("text", { class: "title", transform: `translate(13 ${BOX.top + tall / 2}) rotate(-90)`, "text-anchor": "middle" }, data.y_title))
    // The lines that are there to compare with are drawn first: the one that the experiment is about lies on top.
    for (const muted of [true, false]) data.series.filter((s) => s.muted === muted).forEach((s) => this.line(s, x, y))
    if (!narrow) this.names(x, y)
    this.read()
    const last = data.series.map((series) => `${series.name} ${this.words(series)}`).join("; ")
    this.say(data.alt, `${this.column()}: ${this.run ? last : this.waits()}`)
  }

  /** The column that is read out, in words. */
  column() {
    return `${grouped(this.chosen)} ${this.chosen === 1 ? this.data.one : this.data.unit}`
  }

  /** Why it has no values. */
  waits() {
    return this.chosen === this.data.current ? "in training" : "not run yet"
  }

  line(series, x, y) {
    const known = series.points
    const kind = series.dashed ? " dashed" : series.muted ? " muted" : ""
    const group = makeSvg("g", { class: `series${kind}`, style: `--ball: ${series.colour ?? "currentColor"}` })
    if (known.length > 1) {
      const up = known.map((p) => `${x(p.count)},${y(p.high)}`)
      const down = [...known].reverse().map((p) => `${x(p.count)},${y(p.low)}`)
      group.append(makeSvg("polygon", { class: "range", points: [...up, ...down].join(" ") }))
      group.append(makeSvg("polyline", { class: "mean", points: known.map((p) => `${x(p.count)},${y(p.mean)}`).join(" ") }))
    }
    for (const p of known) {
      if (p.high > p.low) group.append(makeSvg("line", { class: "whisker", x1: x(p.count), x2: x(p.count), y1: y(p.low), y2: y(p.high) }))
      for (const value of p.values) group.append(makeSvg("circle", { class: "run", cx: x(p.count), cy: y(value), r: 2.2 }))
      group.append(makeSvg("circle", { class: "dot", cx: x(p.count), cy: y(p.mean), r: { " dashed": 3, " muted": 2.5 }[kind] ?? 5.5 }))
    }
    this.svg.append(group)
  }

  /** Each line's name stands right of its last point, so that it moves along while the sweep does. */
  names(x, y) {
    const shown = this.data.series.filter((series) => series.points.length)
    const ends = shown.map((series) => series.points[series.points.length - 1])
    const heights = standApart(ends.map((p) => y(p.mean)), NAME, BOX.top + 10, BOX.top + this.tall - 14)
    shown.forEach((series, i) => {
      const group = makeSvg("g", { class: series.muted ? "name muted" : "name", style: `--ball: ${series.colour ?? "currentColor"}` })
      const left = x(ends[i].count) + 24
      group.append(makeSvg("path", { class: "lead", d: `M${x(ends[i].count) + 7} ${y(ends[i].mean)}L${left - 3} ${heights[i] - 4}` }))
      series.name.split(", ").forEach((part, n) =>
        group.append(makeSvg("text", { x: left, y: heights[i] + 14 * n, class: n ? "sub" : "" }, part)))
      this.svg.append(group)
    })
  }

  /** Whether the column that is read out has a run: all its lines have, or none. */
  get run() {
    return this.data.series.some((series) => this.at(series))
  }

  at(series) {
    return series.points.find((p) => p.count === this.chosen)
  }

  words(series) {
    const p = this.at(series)
    if (!p) return "–"
    const [mean, low, high] = [p.mean, p.low, p.high].map((value) => percent(value, series.digits))
    return p.values.length > 1 ? `${mean} (${low} to ${high})` : mean
  }

  read() {
    const rows = this.data.series.map((series) => {
      const row = make("span", series.dashed ? "one dashed" : "one")
      row.classList.toggle("none", !this.at(series))
      row.style.setProperty("--ink", series.colour ?? "currentColor")
      row.append(make("span", "who", series.name), make("b", "", this.words(series)))
      return row
    })
    this.readout.replaceChildren(make("span", "count", this.run ? this.column() : `${this.column()}: ${this.waits()}`), ...rows)
  }
}

export default mounted(View)
