// What each loss makes of photos with no ball, one, two and three: the mean outputs, ranked, and the share of
// photos with all three answers right. parts.js stands in front of this file.

const RANKS = ["largest", "second", "third"]
const PLACES = [["1", "st"], ["2", "nd"], ["3", "rd"]] // under the bars

/** The three mean outputs added up. */
export function total(outputs) {
  return outputs.reduce((a, b) => a + b, 0)
}

/** With two decimals that add up to the sum beside them: thirds are .34, .33 and .33. */
function rounded(outputs) {
  return outputs.includes(null) ? outputs : thatAdd(outputs, 2)
}

/** Where a bar's number stands, the bars' heights being 0 … 1: above its bar, and where the dotted line at ½ would run
 *  through it, above that: dots beside ".46" would be read with it. */
export function numberAt(height) {
  return height > 0.35 && height < 0.5 ? 0.5 : height
}

class View {
  constructor(host) {
    this.root = make("div", "numbers")
    host.append(this.root)
    this.news = new News("numbers", () => this.told && this.show())
  }

  receive(told) {
    this.told = told
    this.show()
  }

  show() {
    const given = this.news.latest(this.told)
    const shape = JSON.stringify([given.groups.length, given.lanes.map((lane) => [lane.letter, lane.title, lane.coupled])])
    if (shape !== this.shape) {
      this.shape = shape
      this.build(given)
    }
    given.groups.forEach((group, g) => {
      write(this.heads[g].firstChild, group.name)
      write(this.heads[g].lastChild, group.photos === 1 ? "1 photo" : `${group.photos} photos`)
    })
    given.lanes.forEach((lane, l) => lane.groups.forEach((group, g) => this.fill(this.cells[l][g], group, given.lanes.length > 1 && lane.letter, given.groups[g])))
  }

  close() {
    this.news.close()
  }

  build(given) {
    this.heads = given.groups.map(() => {
      const head = make("div", "head")
      head.append(make("b"), make("small"))
      return head
    })
    this.cells = given.lanes.map((lane) => given.groups.map(() => this.cell(lane)))
    const rows = given.lanes.flatMap((lane, l) => {
      const side = make("div", "lane")
      paintLane(side, lane.letter)
      side.append(laneName(lane, given.lanes.length === 1), make("p", "note", lane.coupled ? "softmax: the outputs add up to 1" : "sigmoids: each output on its own"))
      return [side, ...this.cells[l]]
    })
    const legend = make("p", "legend")
    const ranks = make("span", "entry", "1st, 2nd, 3rd: means of the photos’ largest, second and third output ŷ")
    const half = make("span", "entry half")
    half.append(make("i"), "½: above it an output says yes")
    legend.append(ranks, half, make("span", "entry", "Σ: the three added up"), make("span", "entry", "L: mean loss of these photos"))
    const grid = make("div", "grid")
    grid.append(make("div", "corner"), ...this.heads, ...rows)
    this.root.replaceChildren(grid, legend)
  }

  cell(lane) {
    const node = make("div", "cell")
    paintLane(node, lane.letter)
    const plot = make("div", "plot")
    plot.setAttribute("role", "img")
    plot.append(make("span", "tick one", "1"), make("span", "tick", "½"))
    plot.append(...RANKS.map((_, i) => {
      const bar = make("div", `bar rank${i}`)
      bar.append(make("span"), make("i"))
      return bar
    }))
    const ranks = make("div", "ranks")
    ranks.setAttribute("aria-hidden", "true") // the plot's own label says it
    ranks.append(...PLACES.map(([place, ending]) => {
      const rank = make("span", "", place)
      rank.append(make("small", "", ending))
      return rank
    }))
    const sum = make("p", "sum")
    sum.append(make("span"), make("span"))
    const right = make("p", "right")
    right.append(make("span", "what", "all right"), make("b"))
    const track = make("div", "track")
    track.append(make("i"))
    node.append(plot, ranks, sum, right, track)
    return node
  }

  /** Two ticks of the scale stand before the bars. */
  bar(plot, i) {
    return plot.children[2 + i]
  }

  fill(node, group, letter, { name, photos }) {
    const [plot, , sum, right, track] = node.children
    node.classList.toggle("empty", !photos)
    const shown = rounded(group.outputs)
    group.outputs.forEach((value, i) => {
      const [number, column] = this.bar(plot, i).children
      this.bar(plot, i).style.setProperty("--height", String(value ?? 0))
      this.bar(plot, i).style.setProperty("--number", String(numberAt(value ?? 0)))
      write(number, value === null ? "" : short(shown[i]))
      column.hidden = value === null
    })
    write(sum.firstChild, photos ? `Σ ${group.outputs.includes(null) ? "–" : total(group.outputs).toFixed(2)}` : "no such photos")
    write(sum.lastChild, photos ? `L ${loss(group.cost)}` : "")
    write(right.lastChild, percent(group.right))
    track.firstChild.style.width = `${100 * (group.right ?? 0)}%`
    const said = photos ? shown.map((value, i) => `${RANKS[i]} ${value === null ? "–" : value.toFixed(2)}`).join(", ") : "no such photos"
    const label = `${letter ? `${letter}, ` : ""}${name}: mean outputs ${said}`
    if (plot.getAttribute("aria-label") !== label) plot.setAttribute("aria-label", label)
  }
}

export default mounted(View)
