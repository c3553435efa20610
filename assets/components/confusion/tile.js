// A photo of the chosen cell. pictures.js goes in front, tables.js comes after.

/** One photo: what is in it, what is said, what it costs. */
class Tile {
  constructor(given, photo, image) {
    this.balls = given.classes.filter(({ colour }) => colour)
    this.root = make("li", "tile")
    const canvas = make("canvas")
    canvas.width = canvas.height = SIDE
    canvas.setAttribute("role", "img")
    canvas.setAttribute("aria-label", `photo ${photo.index}: ${photo.label}`)
    canvas.getContext("2d").putImageData(image, 0, 0)
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
    this.sum.classList.toggle("long", this.sum.textContent.length > 34)
  }
}
