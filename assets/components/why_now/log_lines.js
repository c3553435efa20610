// Measured lines over a logarithmic axis: mean, every single value, their range; a column is read out below.
// Python sends places, words and marks; ui/why_now/log_lines.py puts elements.js, stand_apart.js and
// column_chart.js in front of this file.

const MARKERS = {
  circle: "M0-5A5 5 0 1 1 0 5A5 5 0 1 1 0-5Z",
  square: "M-4.6-4.6H4.6V4.6H-4.6Z",
  triangle: "M0-6L6 4.6H-6Z",
  diamond: "M0-7L7 0L0 7L-7 0Z",
}

const BESIDE = 176 // pixels for the names
const NAME = 40 // for each of them, from one to the next

/** Where a value stands between low and high, 0 … 1, on a plain or a logarithmic axis. */
export function along(value, low, high, log) {
  if (log) [value, low, high] = [value, low, high].map(Math.log)
  return (value - low) / (high - low)
}

/** How a line is drawn: by its look, thin or not, pale or not. */
const classOf = ({ look, thin, before }) => [look, thin && "thin", before && "before"].filter(Boolean).join(" ")

/** The lines that have a name beside them: no points alone, and of what was measured before what has not been measured anew. */
export function named(series) {
  const lines = series.filter(({ points, look }) => points.length && look !== "live")
  const anew = lines.filter(({ before }) => !before).map(({ name, sub }) => `${name}, ${sub}, before`)
  return lines.filter(({ name, sub, before }) => !before || !anew.includes(`${name}, ${sub}`))
}

/** Two lines of words beside a line's end: of a name that `fits` not, the last words go down to the second, which ends with … where it must. */
export function parted(name, sub, fits) {
  const [words, down] = [name.split(" "), []]
  while (words.length > 1 && !fits(words.join(" "), 0)) down.unshift(words.pop())
  if (!down.length) return [name, sub]
  const [rest, end] = [down.join(" "), `, ${sub}`]
  if (fits(rest + end, 1)) return [words.join(" "), rest + end]
  let kept = rest.length
  while (kept > 1 && !fits(`${rest.slice(0, kept).trim()}…${end}`, 1)) kept -= 1
  return [words.join(" "), `${rest.slice(0, kept).trim()}…${end}`]
}

class View extends ColumnChart {
  constructor(host) {
    super(host, "lines")
  }

  receive(data) {
    this.data = data
    this.columns = data.x.ticks.map((tick) => tick[0])
    // While something runs, the column that it is at is the one that is read out.
    if (data.current !== this.current || !this.columns.includes(this.chosen)) this.chosen = data.current ?? this.chosen ?? data.chosen
    this.current = data.current
    this.paint()
  }

  x(value) {
    return this.left + this.width * (0.04 + 0.92 * along(value, this.columns[0], this.columns[this.columns.length - 1], true))
  }

  y(value) {
    const { low, high, log } = this.data.y
    return this.top + this.tall * (1 - along(value, low, high, log))
  }

  paint() {
    const { data, svg } = this
    const full = this.room
    if (!data || !full) return
    const narrow = (this.narrow = full < 620)
    const height = narrow ? 330 : Math.max(410, 102 + NAME * named(data.series).length)
    Object.assign(this, { left: narrow ? 66 : 100, top: 16, width: full - (narrow ? 78 : 100 + BESIDE), tall: height - 72 })
    const bottom = this.top + this.tall
    this.size(full, height)
    svg.replaceChildren()
    const put = (tag, attributes, ...text) => svg.append(makeSvg(tag, attributes, ...text))
    for (const [value, long, short] of data.y.ticks) {
      put("line", { class: "grid", x1: this.left, x2: this.left + this.width, y1: this.y(value), y2: this.y(value) })
      put("text", { class: "tick", x: this.left - 9, y: this.y(value) + 5, "text-anchor": "end" }, narrow ? short : long)
    }
    put("rect", { class: "column", x: this.x(this.chosen) - 15, y: this.top, width: 30, height: this.tall, rx: 4 })
    for (const [value, long, short] of data.x.ticks)
      put("text", { class: value === this.chosen ? "tick on" : "tick", x: this.x(value), y: bottom + 21, "text-anchor": "middle" }, narrow ? short : long)
    put("text", { class: "title", x: this.left + this.width / 2, y: height - 9, "text-anchor": "middle" }, data.x.title)
    put("text", { class: "title", transform: `translate(15 ${this.top + this.tall / 2}) rotate(-90)`, "text-anchor": "middle" }, data.y.title)
    if (data.level) {
      put("line", { class: "level", x1: this.left, x2: this.left + this.width, y1: this.y(data.level.y), y2: this.y(data.level.y) })
      put("text", { class: "note", x: this.left + this.width - 4, y: this.y(data.level.y) - 7, "text-anchor": "end" }, data.level.text)
    }
    for (const series of data.series) this.line(series)
    if (!narrow) this.names()
    for (const note of data.notes) this.note(note)
    this.read()
  }

  line(series) {
    const { points } = series
    const group = makeSvg("g", { class: `series ${classOf(series)}`, style: `--ink: ${series.colour}` })
    if (points.length > 1 && series.look !== "live") {
      const up = points.map((p) => `${this.x(p.x)},${this.y(p.high)}`)
      const down = [...points].reverse().map((p) => `${this.x(p.x)},${this.y(p.low)}`)
      group.append(makeSvg("polygon", { class: "range", points: [...up, ...down].join(" ") }))
      group.append(makeSvg("polyline", { class: "mean", points: points.map((p) => `${this.x(p.x)},${this.y(p.mean)}`).join(" ") }))
    }
    for (const p of points) {
      const x = this.x(p.x)
      if (p.high > p.low) group.append(makeSvg("line", { class: "whisker", x1: x, x2: x, y1: this.y(p.low), y2: this.y(p.high) }))
      if (p.values.length > 1)
        for (const value of p.values) group.append(makeSvg("circle", { class: "single", cx: x, cy: this.y(value), r: 2.4 }))
      group.append(makeSvg("path", { class: "marker", d: MARKERS[series.marker], transform: `translate(${x} ${this.y(p.mean)})` }))
    }
    this.svg.append(group)
  }

  /** Each line's name stands right of its last point. */
  names() {
    const shown = named(this.data.series)
    const ends = shown.map((series) => series.points[series.points.length - 1])
    const heights = standApart(ends.map((p) => this.y(p.mean)), NAME, this.top + 10, this.top + this.tall - 20)
    shown.forEach((series, i) => {
      const left = this.left + this.width + 10
      const group = makeSvg("g", { class: `name ${classOf(series)}`, style: `--ink: ${series.colour}` })
      group.append(makeSvg("path", { class: "lead", d: `M${this.x(ends[i].x) + 9} ${this.y(ends[i].mean)}L${left - 4} ${heights[i] - 4}` }))
      const texts = [0, 1].map((n) => makeSvg("text", { x: left, y: heights[i] + 17 * n, class: n ? "sub" : "" }))
      group.append(...texts)
      this.svg.append(group)
      const fits = (words, n) => {
        texts[n].textContent = words
        return texts[n].getComputedTextLength() <= BESIDE - 12
      }
      parted(series.name, series.sub, fits).forEach((words, n) => (texts[n].textContent = words))
    })
  }

  /** Words above a point, or left of it, broken into lines. */
  note({ x, y, lines, left }) {
    const shown = this.narrow ? [] : lines
    const start = this.y(y) - 14 - 17 * (shown.length - 1)
    shown.forEach((words, n) =>
      this.svg.append(makeSvg("text", { class: "note", x: this.x(x), y: start + 17 * n, "text-anchor": left ? "end" : "middle" }, words)))
  }

  /** A piece of the line, with its marker: two lines of one colour are told apart by it. */
  key({ marker, look }) {
    const drawn = [makeSvg("path", { class: "marker", d: MARKERS[marker], transform: "translate(15 8)" })]
    if (look !== "live") drawn.unshift(makeSvg("line", { class: "mean", x1: 0, x2: 30, y1: 8, y2: 8 }))
    return makeSvg("svg", { class: "key", viewBox: "0 0 30 16", "aria-hidden": "true" }, ...drawn)
  }

  words(series) {
    return series.points.find((p) => p.x === this.chosen)?.text ?? "–"
  }

  read() {
    const { data } = this
    const column = data.x.ticks.find((tick) => tick[0] === this.chosen)?.[1] ?? ""
    const at = `${column} ${(this.chosen === 1 && data.x.one) || data.x.unit}`
    const rows = data.series.map((series) => {
      const row = make("span", `one ${classOf(series)}`, this.key(series), make("span", "who", [series.name, series.sub].filter(Boolean).join(", ")), make("b", "", this.words(series)))
      row.style.setProperty("--ink", series.colour)
      return row
    })
    if (!rows.length) rows.push(make("span", "who", "not measured yet"))
    this.readout.replaceChildren(make("span", "at", at), ...rows)
    const said = data.series.map((series) => `${series.name} ${series.sub ?? ""}: ${this.words(series)}`).join("; ")
    this.say(data.alt, `${at}: ${said || "not measured yet"}`)
  }
}

export default mounted(View)
