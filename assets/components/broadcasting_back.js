// ∂J/∂b = Σ over the columns of δ: the stretch in reverse. The front goes back to the first column and gathers what it meets.
// ui/broadcasting.py puts elements.js, numbers.js, pictures.js, broadcasting_sums.js and broadcasting_move.js in front.

const SUB = "₀₁₂₃₄₅₆₇₈₉"

class Fold {
  constructor(host) {
    this.root = make("div", "broadcast back")
    host.append(this.root)
    this.row = 1
    this.mover = new Mover((p) => this.show(p))
  }

  receive(data) {
    const { delta } = data
    const k = delta.length, m = delta[0].length
    const first = !this.front
    const folded = first || this.mover.p < this.mover.reach / 2
    this.mover.reach = m - 1
    this.row = Math.min(this.row, k - 1)
    // Decimals with which every row visibly adds up.
    this.digits = Math.max(...delta.map((line, i) => digitsThatAdd(line, data.db[i])))
    const stops = data.stops.map(rgb), top = Math.max(...delta.flat().map(Math.abs), 1e-9)
    const tint = (cell, value) => {
      const [r, g, b] = diverging(value, top * 1.2, stops)
      cell.style.background = `rgb(${r},${g},${b})`
      cell.style.color = 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#1f2328" : "#ffffff"
    }
    const text = (v) => number(v, this.digits)
    this.delta = block("δ = ∂J/∂Z", `(${k}, ${m})`, k, m, "d", (i, j) => {
      const cell = make("span", "cell", text(delta[i][j]))
      tint(cell, delta[i][j])
      cell.onpointerenter = () => this.look(i)
      return cell
    })
    this.ties = ties(this.delta.body, k)
    this.front = delta.map((_, i) => {
      const cell = make("button", "cell front")
      cell.type = "button"
      cell.style.setProperty("--i", i)
      cell.onfocus = cell.onpointerenter = () => this.look(i)
      return cell
    })
    byArrows(this.front.map((cell) => [cell]), [this.row, 0])
    this.delta.body.append(...this.front)
    this.say = make("div", "say")
    this.button = control("", () => this.mover.run(this.mover.p > this.mover.reach / 2 ? 0 : this.mover.reach))
    this.button.disabled = m === 1
    this.slider = reachSlider("How far the columns are folded", this.mover)
    this.slider.max = String(m - 1)
    this.slider.dir = "rtl"
    this.stage = make("div", "stage", this.delta.node, this.say)
    this.stage.style.setProperty("--m", m)
    const badge = make("p", data.agrees ? "badge" : "badge wrong", data.badge)
    this.root.replaceChildren(make("div", "controls", make("span", "move", this.button, this.slider)), this.stage, badge)
    if (first && !STILL()) {
      this.show(m - 1)
      this.mover.onceSeen(this.stage, () => this.mover.run(0))
    } else this.show(folded ? 0 : m - 1)
  }

  show(p) {
    this.mover.p = p
    const { delta, db } = this.data, m = delta[0].length, out = p > this.mover.reach - 0.02 && m > 1
    this.delta.cells.forEach((line) => line.forEach((cell, j) => cell.classList.toggle("taken", !out && j >= p - 0.02)))
    this.front.forEach((cell, i) => {
      cell.hidden = out
      cell.style.setProperty("--p", p)
      const sum = p < 0.02 ? db[i] : gathered(delta[i], p - 0.02)
      cell.textContent = number(sum, this.digits)
      cell.setAttribute("aria-label", `the sum of row ${i + 1} so far: ${number(sum, this.digits)}`)
    })
    this.ties.forEach((tie) => tie.style.setProperty("--p", m - 1))
    const done = p < 0.02
    this.delta.title.replaceChildren(make("b", "", done ? "∂J/∂b" : "δ = ∂J/∂Z"),
      make("small", "", done ? `(${delta.length}, 1) = Σ over ${m} column${m > 1 ? "s" : ""} of δ` : `(${delta.length}, ${m})`))
    this.slider.value = String(p)
    this.slider.setAttribute("aria-valuetext", `${m - Math.ceil(p - 0.02)} of ${m} columns gathered`)
    this.button.textContent = p > this.mover.reach / 2 ? "◂ Fold the columns" : "Unfold ▸"
    this.look(this.row)
  }

  look(i) {
    this.row = i
    const { delta, db, y_hat, y } = this.data, m = delta[0].length
    this.delta.cells.forEach((line, r) => line.forEach((cell) => cell.classList.toggle("lit", r === i)))
    this.ties.forEach((tie, r) => tie.classList.toggle("lit", r === i))
    this.front.forEach((cell, r) => cell.classList.toggle("lit", r === i))
    const term = (v) => (Number(v.toFixed(this.digits)) < 0 ? `(${number(v, this.digits)})` : number(v, this.digits))
    this.say.replaceChildren(
      make("p", "law", `∂J/∂b${SUB[i + 1]} = Σ over j of δ${SUB[i + 1]}ⱼ`),
      make("p", "terms", `= ${delta[i].map(term).join(" + ")}`),
      make("p", "total", "= ", make("strong", "", number(db[i], this.digits))),
      make("p", "where", `δ${SUB[i + 1]}₁ = (ŷ − y)/m = (${number(y_hat[i][0], 3)} − ${y[i][0]})/${m}, and so on: `
        + `b${SUB[i + 1]} was used ${m === 1 ? "once" : `${m} times`}, so ${m === 1 ? "one slope" : `${m} slopes`} come${m === 1 ? "s" : ""} back to it.`),
    )
  }
}

export default mounted(Fold)
