// One photo x and, forking from it, three neurons: w_k, w_k ∘ xᵀ, their sum, ŷ_k. One pixel under the lens is marked
// in all seven pictures at once. ui/three_neurons.py puts unpack, elements, numbers, pictures and activations in front.

const SUB = ["₁", "₂", "₃"]

/** Σ over R, G, B of w · x for each pixel, x = pixel / 127.5 − 1. w, pixels (12288) → (4096). */
export function evidence(w, pixels) {
  const sums = new Float64Array(SIDE * SIDE)
  for (let i = 0; i < sums.length; i++)
    for (let c = 0; c < 3; c++) sums[i] += w[3 * i + c] * (pixels[3 * i + c] / 127.5 - 1)
  return sums
}

function picture(alt) {
  const frame = make("div", "frame")
  const canvas = make("canvas")
  canvas.width = canvas.height = SIDE
  canvas.setAttribute("role", "img")
  canvas.setAttribute("aria-label", alt)
  const mark = make("span", "mark")
  mark.setAttribute("aria-hidden", "true")
  frame.append(canvas, mark)
  return { frame, canvas, mark }
}

function scale(title, className, low, high) {
  const legend = make("p", "legend")
  legend.append(make("b", "", ...transposed(title)), make("span", className))
  legend.append(make("small", "", low), make("small", "", "0"), make("small", "", high))
  return legend
}

/** Lines from x to each neuron, and none between two neurons; where the cards stand below x the style sheet draws them. */
function fork() {
  const node = makeSvg("svg", { class: "fork", viewBox: "0 0 60 300", preserveAspectRatio: "none", role: "img",
    "aria-label": "The same x goes into each of the three neurons; no line joins two of them" })
  for (const y of [50, 150, 250])
    node.append(makeSvg("path", { d: `M0 50C40 50 20 ${y} 60 ${y}`, "vector-effect": "non-scaling-stroke" }))
  return node
}

class View {
  constructor(host) {
    this.root = make("div", "three")
    host.append(this.root)
    this.row = this.col = 32
  }

  receive(given) {
    const { pixels, W } = given
    const n = pixels.length
    const stops = given.stops.map(rgb)
    this.given = given
    this.weights = [0, 1, 2].map((k) => W.subarray(k * n, (k + 1) * n))
    this.evidence = this.weights.map((w) => evidence(w, pixels))
    const held = this.root.contains(this.root.getRootNode().activeElement)
    this.build()
    paintPhoto(this.photo.canvas, pixels)
    this.cards.forEach((card, k) => {
      paintWeights(card.w.canvas, this.weights[k], given.w_scale)
      paintSigned(card.e.canvas, this.evidence[k], given.e_scale, stops)
    })
    this.look(this.row, this.col)
    if (held) this.lens.focus()
  }

  build() {
    const { given } = this
    this.photo = picture(`The photo: ${given.caption}`)
    const source = make("div", "source")
    const figure = make("figure")
    figure.append(this.photo.frame, make("figcaption", "", "x  (12288, 1)"))
    this.photo.frame.append((this.lens = this.makeLens()))
    source.append(figure)
    this.cards = given.names.map((name, k) => this.card(name, k))
    const cards = make("div", "cards")
    cards.append(...this.cards.map((card) => card.node))
    const wide = given.w_scale, e = given.e_scale
    const legends = make("div", "legends")
    legends.append(
      scale("w: zero is grey", "greys", `−${wide.toPrecision(1)}`, `+${wide.toPrecision(1)}`),
      scale("w∘xᵀ: against · for", "signed", `−${e.toPrecision(1)}`, `+${e.toPrecision(1)}`),
    )
    legends.querySelector(".signed").style.background = `linear-gradient(90deg, ${given.stops.join(", ")})`
    const main = make("div", "main")
    main.append(source, fork(), cards, legends)
    this.readout = make("p", "readout")
    this.root.replaceChildren(main, this.readout)
    for (const { frame } of [this.photo, ...this.cards.flatMap((card) => [card.w, card.e])]) {
      frame.onpointermove = frame.onpointerdown = (event) => {
        const box = frame.getBoundingClientRect()
        const cell = (v, length) => Math.max(0, Math.min(SIDE - 1, Math.floor((v / length) * SIDE)))
        this.look(cell(event.clientY - box.top, box.height), cell(event.clientX - box.left, box.width))
      }
    }
  }

  makeLens() {
    const lens = make("div", "lens")
    lens.tabIndex = 0
    lens.setAttribute("role", "slider")
    lens.setAttribute("aria-label", "Pixel under the lens; arrow keys move it")
    lens.setAttribute("aria-valuemin", "0")
    lens.setAttribute("aria-valuemax", String(SIDE * SIDE - 1))
    lens.onkeydown = (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
        Home: [-SIDE, -SIDE], End: [SIDE, SIDE] }[event.key]
      if (!step || isShortcut(event)) return
      event.preventDefault()
      const leap = event.shiftKey ? 8 : 1
      this.look(this.row + leap * step[0], this.col + leap * step[1])
    }
    return lens
  }

  card(name, k) {
    const { given } = this
    const node = make("section", "card")
    node.style.setProperty("--ball", given.colours[k])
    const title = make("h3")
    title.append(make("span", "dot"), `Neuron ${k + 1}`, make("span", "name", name))
    const w = picture(`Weights of neuron ${k + 1}, ${name}; grey is zero`)
    const e = picture(`What each pixel adds to z${SUB[k]}; green for, violet against a ${name}`)
    const pictures = make("div", "pictures")
    for (const [part, caption, shape] of [[w, `w${SUB[k]}`, "(1, 12288)"], [e, `w${SUB[k]}∘xᵀ`, "per pixel"]]) {
      const figure = make("figure")
      const text = make("figcaption", "", make("span", "", ...transposed(caption)))
      text.append(make("small", "", shape))
      figure.append(part.frame, text)
      pictures.append(figure)
    }
    const z = given.z[k], b = given.b[k], yes = given.y_hat[k] > 0.5
    // As shown, the two add up to z, and σ of that is ŷ; with as many decimals in each of the three cards.
    const digits = Math.max(...given.z.map((one) => digitsThatGive(sigmoid, one, 3)))
    const [wx, bias] = thatAdd([z - b, b], digits, z)
    const sum = make("p", "sum")
    sum.append(
      make("span", "", ...transposed(`Σ w${SUB[k]}∘xᵀ`)), make("span", "", "+"), make("span", "", `b${SUB[k]}`), make("span", "", "="),
      make("span", "", `z${SUB[k]}`), make("span", "", number(wx, digits)), make("span", "", "+"),
      make("span", "", bias < 0 ? `(${number(bias, digits)})` : number(bias, digits)), make("span", "", "="), make("b", "", number(z, digits)),
    )
    const bar = make("div", "bar")
    bar.setAttribute("role", "img")
    bar.setAttribute("aria-label", `ŷ${SUB[k]} = ${number(given.y_hat[k], 3)} on a scale from 0 to 1`)
    const fill = make("span", "fill")
    fill.style.width = `${100 * given.y_hat[k]}%`
    bar.append(fill, make("span", "half"))
    const answer = make("p", "answer")
    answer.append(make("span", "", `ŷ${SUB[k]} = σ(z${SUB[k]}) =`), make("b", "", number(given.y_hat[k], 3)))
    const verdict = make("p", "verdict")
    const rule = yes ? `yes, a ${name}` : `no ${name}`
    if (given.undecided[k]) verdict.append(make("strong", "", "undecided"), make("span", "rule", `ŷ\u00a0>\u00a0½ makes it: ${rule}`))
    else verdict.append(make("strong", "", rule))
    if (given.y) {
      const right = yes === (given.y[k] > 0.5)
      verdict.append(make("span", right ? "right" : "wrong", unbroken(`label y${SUB[k]} = ${given.y[k]}: ${right ? "right" : "wrong"}`)))
    } else verdict.append(make("span", "", "no label: your photo is not sorted yet"))
    node.append(title, pictures, make("div", "said", sum, answer, bar, verdict))
    return { node, w, e }
  }

  look(row, col) {
    this.row = Math.max(0, Math.min(SIDE - 1, row))
    this.col = Math.max(0, Math.min(SIDE - 1, col))
    const i = this.row * SIDE + this.col
    for (const { mark } of [this.photo, ...this.cards.flatMap((card) => [card.w, card.e])]) {
      mark.style.left = `${(100 * this.col) / SIDE}%`
      mark.style.top = `${(100 * this.row) / SIDE}%`
    }
    const [r, g, b] = this.given.pixels.subarray(3 * i, 3 * i + 3)
    const adds = this.evidence.map((e) => number(e[i], 4, true))
    this.readout.replaceChildren(
      make("span", "where", `Pixel in row ${this.row}, column ${this.col}`),
      make("span", "rgb", `R ${r} · G ${g} · B ${b}`),
      make("span", "", "adds"),
      ...adds.map((add, k) => {
        const part = make("span", "add")
        part.style.setProperty("--ball", this.given.colours[k])
        part.append(make("b", "", add), ` to z${SUB[k]}`)
        return part
      }),
    )
    this.lens.setAttribute("aria-valuenow", String(i))
    this.lens.setAttribute(
      "aria-valuetext",
      `row ${this.row}, column ${this.col}: adds ${adds.map((add, k) => `${add} to z${k + 1}`).join(", ")}`,
    )
  }
}

export default mounted(View, unpack)
