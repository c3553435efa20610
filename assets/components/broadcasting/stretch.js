// Z = W X + b̃: b stretches to b̃, the same numbers tied to b's one column. Numbers in W, X and b can be typed.
// Until somebody stretches b the two cannot be added, and there is no Z.
// ui/broadcasting/boards.py puts elements.js, numbers.js, sums.js and move.js in front.

const SUB = "₀₁₂₃₄₅₆₇₈₉"
const steps = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`
const index = (i, j) => `${SUB[i + 1]}${j === undefined ? "" : SUB[j + 1]}`

/** The widest of these numbers, in digits: all cells are written as large as that one's allows, clear of its edges. */
function widest(values) {
  const most = Math.max(3, ...values.map((v) => brief(v).length - (brief(v).includes(".") ? 0.5 : 0)))
  return most > 4 ? 1.07 * most : most
}

/** What the server and the browser tell each other, to see whether it is news. */
const spelled = ({ m, k, W, X, b, stretched }) => JSON.stringify([m, k, W, X, b, stretched])

class Stretch {
  constructor(host) {
    this.root = make("div", "broadcast")
    host.append(this.root)
    this.at = [1, 2]
    this.deed = 0 // when a hand last changed the numbers here
    this.mover = new Mover((p) => this.show(p))
  }

  close() {
    this.mover.end()
    clearTimeout(this.resting)
  }

  /** Whether b̃ reaches all columns. */
  whole() {
    return Math.floor(this.mover.p + 1.001) === this.board.m
  }

  /** The link tells that, once the hand has come to rest; of one column it does not. */
  rest() {
    clearTimeout(this.resting)
    if (this.board.m > 1 && this.whole() !== this.board.stretched) this.resting = setTimeout(() => this.tell(), 400)
  }

  /** A board from the server, which says what it has `heard` last. Under a hand that is typing it waits until the number is there. */
  receive(data) {
    this.waiting = this.root.querySelector("[data-typing]") ? data : null
    if (this.waiting || data.heard < this.deed) return
    this.data = data
    // The server repeats what it was told; what was typed meanwhile stays.
    const given = spelled(data)
    if (given === this.told && this.built) return
    this.told = given
    this.usual = JSON.stringify(data.usual)
    const { m, k, W, X, b, stretched } = data
    if (stretched !== this.board?.stretched) this.mover.p = stretched ? m - 1 : 0
    this.board = { m, k, W: W.map((r) => [...r]), X: X.map((r) => [...r]), b: [...b], stretched }
    this.build()
    this.built = true
  }

  tell() {
    clearTimeout(this.resting)
    if (this.board.m > 1) this.board.stretched = this.whole()
    this.told = spelled(this.board)
    this.deed = after(this.deed)
    this.send("board", { ...this.board, at: this.deed })
  }

  resize(change) {
    const full = this.mover.p > this.board.m - 1.05
    Object.assign(this.board, change)
    this.mover.reach = this.board.m - 1
    this.mover.p = full || this.mover.p > this.mover.reach ? this.mover.reach : this.mover.p
    this.build()
    this.tell()
  }

  stepper(label, name) {
    const value = make("output", "", String(this.board[name]))
    const [low, high] = this.data.bounds[name]
    const change = (by) => {
      this.resize({ [name]: this.board[name] + by })
      this.root.querySelector(`[data-step="${name}${by}"]`)?.focus()
    }
    const buttons = [-1, 1].map((by) => {
      const button = control(by < 0 ? "−" : "+", () => button.ariaDisabled === "true" || change(by))
      button.dataset.step = `${name}${by}`
      // At its limit it rests, but keeps the focus: pressing once too often does not lose the place.
      button.ariaDisabled = String(by < 0 ? this.board[name] <= low : this.board[name] >= high)
      button.setAttribute("aria-label", `${label} ${name}, one ${by < 0 ? "fewer" : "more"}`)
      return button
    })
    return make("span", "stepper", make("span", "", `${label} `, make("i", "", name)), buttons[0], value, buttons[1])
  }

  build() {
    const { m, k, W, X, b } = this.board, n = X.length
    this.at = [Math.min(this.at[0], k - 1), Math.min(this.at[1], m - 1)]
    this.mover.reach = m - 1
    const field = (source, i, j, name) => this.field(() => source(), i, j, name)
    const plain = (tag, className, i, j) => {
      const cell = make(tag, className)
      cell.onpointerenter = () => this.look(i, j)
      cell.onfocus = () => this.look(i, j)
      return cell
    }
    const row = (A, i) => () => A[i]
    this.W = block("W", `(${k}, ${n})`, k, n, "w", (i, q) => field(row(W, i), i, q, "W"))
    this.X = block("X", `(${n}, ${m})`, n, m, "x", (q, j) => field(row(X, q), q, j, "X"))
    this.WX = block("W X", `(${k}, ${m})`, k, m, "wx", (i, j) => plain("span", "cell", i, j))
    this.b = block("b̃", "", k, m, "b", (i, j) => (j ? plain("span", "cell ghost", i, j) : field(() => b, i, 0, "b")))
    this.Z = block("Z", `(${k}, ${m})`, k, m, "z", (i, j) => plain("button", "cell", i, j))
    this.Z.cells.flat().forEach((cell) => (cell.type = "button"))
    this.ties = ties(this.b.body, k)
    this.b.body.append(this.sockets(k, m), (this.grip = make("i", "grip")))
    this.grip.title = "drag to stretch b"
    this.grip.onpointerdown = (event) => (event.preventDefault(), this.grip.setPointerCapture(event.pointerId))
    this.grip.onpointermove = (event) => {
      if (!this.grip.hasPointerCapture(event.pointerId)) return
      const box = this.b.body.getBoundingClientRect()
      this.mover.to(((event.clientX - box.left) / box.width) * m - 1)
    }
    for (const part of [this.W, this.X, this.Z]) byArrows(part.cells, this.at)
    byArrows(this.b.cells.map((line) => [line[0]]), [this.at[0], 0])
    this.boxes = b.slice(0, k).map(() => make("span", "cell"))
    this.copies = Array.from({ length: k * m }, () => make("span", "cell"))
    const strip = (name, boxes, words, className) => make("div", `memory ${className}`, name, make("span", "strip", ...boxes), words)
    this.held = { name: make("b"), words: make("small") }
    const memory = make("div", "memories", strip(this.held.name, this.boxes, this.held.words, "seen"),
      strip(make("b", "", "a real copy"), this.copies, make("small", "", `${4 * k * m} bytes, strides (${m}, 1)`), "copied"),
      make("p", "rule", "Offset in memory = rows down · first stride + columns along · second stride."))
    this.say = make("div", "say")
    this.say.setAttribute("role", "status")
    const dots = (sign, className) => make("span", `dots ${className}`, sign)
    const board = make("div", "board", this.X.node, dots("⋮", "down"), this.W.node, dots("⋯", "across"), this.WX.node,
      (this.plus = make("span", "sign plus", make("i", "", "+"))), this.b.node, make("span", "sign equals", "="), this.Z.node)
    this.stage = make("div", "stage", board, this.say)
    this.stage.style.setProperty("--m", m)
    this.stage.style.setProperty("--k", k)
    this.stage.classList.toggle("long", m > 5) // b̃ and Z then stand under W X
    this.button = control("", () => this.mover.run(this.mover.p <= this.mover.reach / 2))
    this.slider = reachSlider("How many columns b̃ reaches", this.mover)
    this.slider.max = String(m - 1)
    const reset = control("Reset numbers", () => this.reset())
    reset.disabled = this.usual === JSON.stringify([W, X, b])
    const move = make("span", "move", this.button, this.slider)
    this.root.replaceChildren(make("div", "controls", move, this.stepper("photos", "m"), this.stepper("neurons", "k"), reset),
      this.stage, memory, this.count())
    this.reset_ = reset
    this.sums()
    this.show(this.mover.p)
  }

  /** Empty places: what (k, m) would need and b (k, 1) does not have. */
  sockets(k, m) {
    const sockets = make("div", "sockets")
    sockets.append(...Array.from({ length: k * m }, () => make("i")))
    return sockets
  }

  field(source, i, j, name) {
    const cell = make("input", name === "b" ? "cell real" : "cell")
    cell.classList.toggle("end", j === (name === "X" ? this.board.m : source().length) - 1)
    cell.inputMode = "text"
    cell.maxLength = 6
    cell.setAttribute("aria-label", name === "b" ? `b${SUB[i + 1]}` : `${name}, row ${i + 1}, column ${j + 1}`)
    const place = name === "b" ? i : j
    cell.value = brief(source()[place])
    const look = () => (name === "W" ? this.look(i, this.at[1]) : name === "X" ? this.look(this.at[0], j) : this.look(i, 0))
    cell.onpointerenter = look
    cell.onfocus = () => (look(), cell.select())
    // Safari takes back what the press has selected, by the focus that came with it, during it or as soon as it ends.
    let entered = false
    cell.onmousedown = () => void (entered = !cell.matches(":focus"))
    cell.onmouseup = (event) => {
      if (!entered) return
      event.preventDefault()
      if (cell.selectionStart === cell.selectionEnd) cell.select()
    }
    cell.oninput = () => (cell.dataset.typing = "yes")
    const leave = (keep) => {
      if (!cell.dataset.typing) return
      delete cell.dataset.typing
      const value = keep ? typed(cell.value) : source()[place]
      if (value !== null) source()[place] = value
      cell.value = brief(source()[place])
      this.sums()
      this.look(...this.at)
      if (value === null) this.say.append(make("p", "wrong", "A number from −99 to 99 with at most two decimals is needed; the old one stays."))
      else if (keep) this.tell()
      if (this.waiting) this.receive(this.waiting)
    }
    cell.onblur = () => leave(true)
    cell.onkeydown = (event) => {
      if (event.key === "Enter" || event.key === "Escape") leave(event.key === "Enter"), cell.select()
    }
    return cell
  }

  reset() {
    const [W, X, b] = JSON.parse(this.usual)
    Object.assign(this.board, { W, X, b })
    this.build()
    this.tell()
  }

  sums() {
    const { m, k, W, X, b } = this.board
    this.product = product(W.slice(0, k), X.map((line) => line.slice(0, m)))
    this.z = withBias(this.product, b)
    this.root.style.setProperty("--length", widest([...W.flat(), ...X.flat(), ...b, ...this.product.flat(), ...this.z.flat()]))
    this.product.forEach((line, i) => line.forEach((v, j) => (this.WX.cells[i][j].textContent = brief(v))))
    this.b.cells.forEach((line, i) => line.slice(1).forEach((cell) => (cell.textContent = brief(b[i]))))
    this.boxes.forEach((box, i) => (box.textContent = brief(b[i])))
    this.copies.forEach((box, at) => (box.textContent = brief(b[Math.floor(at / this.board.m)])))
    this.reset_.disabled = this.usual === JSON.stringify([W, X, b])
    this.show(this.mover.p)
  }

  show(p) {
    const { m, k } = this.board
    this.mover.p = p
    const columns = Math.floor(p + 1.001), whole = this.whole()
    this.b.cells.forEach((line) => line.forEach((cell, j) => {
      if (j) cell.style.setProperty("--x", standsAt(j, p) - j)
      if (j) cell.classList.toggle("under", standsAt(j, p) < 0.02)
    }))
    this.ties.forEach((tie) => tie.style.setProperty("--p", p))
    this.grip.style.setProperty("--p", p)
    this.z.forEach((line, i) => line.forEach((v, j) => {
      const cell = this.Z.cells[i][j]
      cell.textContent = whole ? brief(v) : ""
      cell.classList.toggle("empty", !whole)
      cell.setAttribute("aria-label", `Z, row ${i + 1}, column ${j + 1}: ${whole ? brief(v) : "no sum yet"}`)
    }))
    this.Z.title.lastChild.textContent = whole ? `(${k}, ${m})` : ""
    this.plus.setAttribute("role", "img")
    this.plus.setAttribute("aria-label", whole ? "plus" : "cannot be added")
    this.held.name.textContent = `${columns > 1 ? "b̃" : "b"} in memory`
    this.held.words.textContent = `${4 * k} bytes, strides (1, ${columns > 1 ? 0 : 1})`
    this.b.title.replaceChildren(make("b", "", columns > 1 ? "b̃" : "b"), make("small", "", `(${k}, ${columns})`))
    this.slider.value = String(p)
    this.slider.setAttribute("aria-valuetext", `${columns} of ${m} columns`)
    this.button.textContent = p > this.mover.reach / 2 ? "← Fold back" : "Stretch b →"
    this.button.disabled = m === 1
    this.rest()
    this.root.classList.toggle("apart", !whole)
    this.root.classList.toggle("folded", columns === 1)
    this.look(...this.at)
  }

  look(i, j) {
    this.at = [i, j]
    this.stage.style.setProperty("--row", i)
    this.stage.style.setProperty("--column", j)
    const { W, X, b, k, m } = this.board, columns = Math.floor(this.mover.p + 1.001), whole = this.whole()
    const light = (part, on) => part.cells.forEach((line, r) => line.forEach((cell, c) => cell.classList.toggle("lit", on(r, c))))
    light(this.W, (r) => r === i)
    light(this.X, (_, c) => c === j)
    for (const part of [this.WX, this.Z]) light(part, (r, c) => r === i && c === j)
    light(this.b, (r, c) => r === i && (c === j || c === 0))
    this.ties.forEach((tie, r) => tie.classList.toggle("lit", r === i))
    for (const [boxes, strides, there] of [[this.boxes, [1, 0], true], [this.copies, [m, 1], whole]])
      boxes.forEach((box, place) => box.classList.toggle("lit", there && place === placeOf(i, j, strides)))
    const terms = W[i].map((w, q) => `${inSum(w)}·${inSum(X[q][j])}`).join(" + ")
    const name = `Z${index(i, j)}`
    const lines = whole
      ? [
        make("p", "law", `${name} = row ${i + 1} of W · column ${j + 1} of X + `, make("b", "", `b${index(i)}`)),
        make("p", "terms", `= ${terms} + `, make("b", "", inSum(b[i]))),
        make("p", "total", `= ${brief(this.product[i][j], 4)} + `, make("b", "", inSum(b[i])), " = ", make("strong", "", brief(this.z[i][j], 4))),
        make("p", "where", j
          ? `b̃${index(i, j)} is no number of its own: from b̃₁₁ it is ${steps(i, "row")} down and ${steps(j, "column")} along, offset ${i}·1 + ${j}·0 = ${placeOf(i, j, [1, 0])} in memory, and there is b${index(i)}.`
          : `b${index(i)} itself, ${steps(i, "row")} down: offset ${i}·1 = ${i} in memory. Type another number there, and the whole row follows.`),
      ]
      : [
        make("p", "law", `(${k}, ${m}) + (${k}, ${columns}): not as matrices`),
        make("p", "terms", `Of the ${m} columns of W X ${columns === 1 ? "one has its b" : `${columns} have their b`} beside it, ${m - columns === 1 ? "one has" : `${m - columns} have`} none. So there is no Z.`),
        make("p", "where", "Stretch b: with the button, the slider, or by its right edge."),
      ]
    const said = lines.map((line) => line.textContent).join()
    if (said === this.said && this.say.childElementCount === lines.length) return
    this.said = said
    this.say.replaceChildren(...lines)
  }

  count() {
    const { m, k, X } = this.board, n = X.length
    const here = parameters(k, n, m), photo = parameters(k, this.data.n, m)
    const many = (v) => v.toLocaleString("en")
    const tile = (className, title, sum, total, note) => make("div", className, make("span", "", title),
      make("strong", "", many(total)), make("small", "", sum), make("small", "", note))
    return make("div", "count",
      tile("fixed", "Parameters here", `W ${k}·${n} + b ${k}`, here.all, "no m in it"),
      tile("fixed", "On photos", `W ${k}·${many(this.data.n)} + b ${k}`, photo.all, "the same for 1 photo and for a million"),
      tile("", "If b̃ were parameters", `W ${k}·${n} + b̃ ${k}·${m}`, here.copied, m === 1 ? "one photo: no difference" : `${many(here.copied - here.all)} more, for ${unbroken(`m = ${m}`)} only`))
  }
}

export default mounted(Stretch)
