// The loop's time and the batch's over m, both axes logarithmic, filled while the measurement runs.
// ui/broadcasting/times.py puts elements.js and column_chart.js in front.

const BOX = { left: 74, right: 92, top: 16, bottom: 54 }
const ABOVE = 30 // the top where a name stands above the end of its line, which may be the highest place of all
const WORD = 36 // how far "batch" reaches to the left of its line's end

/** The powers of ten that enclose all values; from 0.01 to 10 where there are none. */
export function decades(values) {
  if (!values.length) return [-2, 1]
  const low = Math.floor(Math.log10(Math.min(...values)) + 1e-9)
  return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values)) - 1e-9))]
}

/** Milliseconds in words, with the three digits that the ratio of two of them asks for: 0.0120 ms, 1.40 ms, 130 ms. */
export function inMilliseconds(seconds) {
  const ms = 1000 * seconds
  return `${ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)} ms`
}

/** How low a line through these points [x, y] lies from `left` on; y grows downwards. */
export function lowest(points, left) {
  const first = points.findIndex(([x]) => x >= left), [[x0, y0], [x1, y1]] = [points[Math.max(0, first - 1)], points[first]]
  const cut = x1 > x0 ? y1 + ((y0 - y1) * (x1 - left)) / (x1 - x0) : y1
  return Math.max(cut, ...points.slice(first).map(([, y]) => y))
}

class View extends ColumnChart {
  constructor(host) {
    super(host, "times")
  }

  receive(data) {
    // While it runs, the newest size is read out; the hand may go to any other.
    if (this.data?.points.length !== data.points.length) this.chosen = data.points.at(-1)?.m ?? data.sizes.at(-1)
    this.data = data
    this.columns = data.sizes
    this.paint()
  }

  paint() {
    const { data, svg } = this, full = this.room
    if (!data || !full) return
    const narrow = full < 560, right = narrow ? 14 : BOX.right, height = narrow ? 300 : 360, top = narrow ? ABOVE : BOX.top
    const wide = full - BOX.left - right, tall = height - top - BOX.bottom
    const ends = [data.sizes[0], data.sizes.at(-1)].map(Math.log2)
    this.x = (m) => BOX.left + wide * (0.03 + (0.94 * (Math.log2(m) - ends[0])) / (ends[1] - ends[0] || 1))
    const [low, high] = decades(data.points.flatMap((p) => [1000 * p.loop, 1000 * p.batch]))
    const y = (seconds) => top + (tall * (high - Math.log10(1000 * seconds))) / (high - low)
    svg.replaceChildren()
    this.size(full, height)
    for (let power = low; power <= high; power++) {
      const at = y(10 ** (power - 3))
      svg.append(makeSvg("line", { class: "grid", x1: BOX.left, x2: BOX.left + wide, y1: at, y2: at }),
        makeSvg("text", { class: "tick", x: BOX.left - 8, y: at + 5, "text-anchor": "end" }, String(Number((10 ** power).toPrecision(1)))))
    }
    svg.append(makeSvg("rect", { class: "column", x: this.x(this.chosen) - 12, y: top, width: 24, height: tall, rx: 4 }))
    data.sizes.forEach((m, i) => {
      if (narrow && i % 2) return
      svg.append(makeSvg("text", { class: m === this.chosen ? "tick on" : "tick", x: this.x(m), y: height - 32, "text-anchor": "middle" }, m.toLocaleString("en")))
    })
    svg.append(makeSvg("text", { class: "title", x: BOX.left + wide / 2, y: height - 8, "text-anchor": "middle" }, "photos m (log scale)"),
      makeSvg("text", { class: "title", transform: `translate(16 ${top + tall / 2}) rotate(-90)`, "text-anchor": "middle" }, "time for all m (ms, log scale)"))
    for (const name of ["loop", "batch"]) {
      const group = makeSvg("g", { class: name })
      const points = data.points.map((p) => [this.x(p.m), y(p[name])])
      group.append(makeSvg("polyline", { points: points.join(" ") }))
      for (const p of data.points) group.append(makeSvg("circle", { cx: this.x(p.m), cy: y(p[name]), r: 5 }))
      const last = data.points.at(-1)
      if (last) {
        const above = name === "loop" ? -1 : 1
        const x = this.x(last.m), tight = x + 60 > full, end = y(last[name])
        // Where it has no room beside its end, a name stands above it, or below as much of the line as is over it.
        const below = () => Math.min(lowest(points, x - WORD) + 22, top + tall - 4)
        const place = tight ? { x: x + 12, y: above < 0 ? Math.max(14, end - 12) : below(), "text-anchor": "end" } : { x: x + 12, y: end + 5 + above * 4 }
        group.append(makeSvg("text", place, name))
      }
      svg.append(group)
    }
    this.read()
  }

  read() {
    const point = this.data.points.find((p) => p.m === this.chosen)
    const photos = `${this.chosen.toLocaleString("en")} photo${this.chosen > 1 ? "s" : ""}`
    const parts = point
      ? [make("span", "loop", "loop ", make("b", "", inMilliseconds(point.loop))), make("span", "batch", "batch ", make("b", "", inMilliseconds(point.batch))),
        make("span", "", "the loop takes ", make("b", "", `${(point.loop / point.batch).toFixed(1)} times`), " as long")]
      : [make("span", "", "not measured yet")]
    this.readout.replaceChildren(make("span", "count", photos), ...parts)
    this.say(this.data.alt, [photos, ...parts.map((part) => part.textContent)].join(", "))
  }
}

export default mounted(View)
