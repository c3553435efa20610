// ∂J/∂b = Σ over the columns of δ: the stretch in reverse. The front goes back to the first column and gathers what it meets.
// ui/broadcasting/boards.py puts elements.js, numbers.js, pictures.js, sums.js and move.js in front.

const LANDING = 1.8 // columns from where ∂J/∂b stands to the first of δ
const SUB = "₀₁₂₃₄₅₆₇₈₉"

class Fold {
  constructor(host) {
    this.root = make("div", "broadcast back")
    this.root.style.setProperty("--land", LANDING)
    host.append(this.root)
    this.row = 1
    this.mover = new Mover((p) => this.show(p))
    this.letters = new ResizeObserver(() => this.spread())
  }

  close() {
    this.letters.disconnect()
    this.mover.end()
  }

  receive(data) {
    this.data = data
    const { delta } = data
    const k = delta.length, m = delta[0].length
    const first = !this.front
    const folded = first || this.mover.p < this.mover.reach / 2
    this.mover.reach = m - 1 + LANDING
    this.row = Math.min(this.row, k - 1)
    // Two decimals where every row then adds up as it is shown, else three; a row that still does not gets ≈.
    this.digits = Math.min(3, Math.max(...delta.map((line, i) => digitsThatAdd(line, data.db[i]))))
    const shades = cellShades(data.stops), top = Math.max(...delta.flat().map(Math.abs), 1e-9)
    const text = (v) => number(v, this.digits)
    this.delta = block("", "", k, m, "d", (i, j) => {
      const cell = make("span", "cell left", text(delta[i][j]))
      cell.onpointerenter = () => this.look(i)
      return cell
    })
    const placed = (cell, i) => (cell.style.setProperty("--i", i), cell)
    this.moving = delta.map((line, i) => line.map((value, j) => {
      const cell = placed(make("span", "cell mover", text(value)), i)
      cell.setAttribute("aria-hidden", "true")
      tint(cell, value, top * 1.2, shades)
      cell.onpointerenter = () => this.look(i)
      return cell
    }))
    this.ties = ties(this.delta.body, k)
    this.front = delta.map((_, i) => {
      const cell = placed(make("button", "cell front"), i)
      cell.type = "button"
      cell.onfocus = cell.onpointerenter = () => this.look(i)
      return cell
    })
    byArrows(this.front.map((cell) => [cell]), [this.row, 0])
    const slots = delta.map((_, i) => placed(make("i", "slot"), i))
    this.delta.body.append(...slots, ...this.moving.flat(), ...this.front)
    this.delta.title.replaceChildren(make("span", "name", make("b", "", "∂J/∂b"), make("small", "", `(${k}, 1)`)),
      make("span", "sign", "= Σ"), make("b", "", "δ"), make("small", "", `(${k}, ${m})`))
    this.say = make("div", "say")
    this.button = control("", () => this.mover.run(this.mover.p <= this.mover.reach / 2))
    this.slider = reachSlider("How far the columns are folded", this.mover)
    this.slider.max = String(this.mover.reach)
    this.slider.dir = "rtl"
    this.stage = make("div", "stage", this.delta.node, this.say)
    this.stage.style.setProperty("--m", m)
    this.stage.classList.toggle("long", m > 5)
    const badge = make("p", data.agrees ? "badge" : "badge wrong", data.badge)
    this.root.replaceChildren(make("div", "controls", make("span", "move", this.button, this.slider)), this.stage, badge)
    this.letters.disconnect()
    this.letters.observe(this.delta.title.lastChild) // as wide as its letters
    if (first && !STILL()) {
      this.show(this.mover.reach)
      this.mover.onceSeen(this.stage, () => this.mover.run(false))
    } else this.show(folded ? 0 : this.mover.reach)
  }

  /** Whoever sets letters further apart has wider columns. */
  spread() {
    const { letterSpacing } = getComputedStyle(this.moving[0][0]), most = Math.max(...this.moving.flat().map((cell) => cell.textContent.length))
    this.stage.style.setProperty("--spread", `${Math.max(0, most * parseFloat(letterSpacing) || 0)}px`)
  }

  show(p) {
    this.mover.p = p
    const { delta, db } = this.data, m = delta[0].length, out = p > this.mover.reach - 0.02
    this.moving.forEach((line) => line.forEach((cell, j) => {
      cell.style.setProperty("--p", standsAt(j + LANDING, p))
      cell.classList.toggle("under", !out && j + LANDING >= p - 0.02)
    }))
    this.front.forEach((cell, i) => {
      cell.hidden = out
      cell.style.setProperty("--p", p)
      const sum = p < 0.02 ? db[i] : gathered(delta[i], p - LANDING - 0.02)
      cell.textContent = number(sum, this.digits)
      cell.setAttribute("aria-label", `the sum of row ${i + 1} so far: ${number(sum, this.digits)}`)
    })
    this.ties.forEach((tie) => tie.style.setProperty("--p", m - 1 + LANDING))
    this.slider.value = String(p)
    this.slider.setAttribute("aria-valuetext", `${delta[0].filter((_, j) => !out && j + LANDING >= p - 0.02).length} of ${m} columns gathered`)
    this.button.textContent = p > this.mover.reach / 2 ? "← Fold" : "Unfold →"
    this.look(this.row)
  }

  look(i) {
    this.row = i
    const { delta, db, y_hat, y } = this.data, m = delta[0].length
    this.delta.cells.forEach((line, r) => line.forEach((cell) => cell.classList.toggle("lit", r === i)))
    this.moving.forEach((line, r) => line.forEach((cell) => cell.classList.toggle("lit", r === i)))
    this.ties.forEach((tie, r) => tie.classList.toggle("lit", r === i))
    this.front.forEach((cell, r) => cell.classList.toggle("lit", r === i))
    const term = (v) => (Number(v.toFixed(this.digits)) < 0 ? `(${number(v, this.digits)})` : number(v, this.digits))
    const terms = `= ${delta[i].map(term).join(" + ")}${digitsThatAdd(delta[i], db[i]) > this.digits ? " (rounded)" : ""}`
    this.say.replaceChildren(
      make("p", "law", `∂J/∂b${SUB[i + 1]} = Σ over j of δ${SUB[i + 1]}ⱼ`),
      ...(m > 1 ? [make("p", "terms", terms)] : []), // of one column the term is the total
      make("p", "total", "= ", make("strong", "", number(db[i], this.digits))),
      make("p", "where", `δ${SUB[i + 1]}₁ = (ŷ − y)/m = (${number(y_hat[i][0], 3)} − ${y[i][0]})/${m}${m > 1 ? ", and so on" : ""}: `
        + `b${SUB[i + 1]} was used ${m === 1 ? "once" : `${m} times`}, so ${m === 1 ? "one slope" : `${m} slopes`} come${m === 1 ? "s" : ""} back to it.`),
    )
  }
}

export default mounted(Fold)
