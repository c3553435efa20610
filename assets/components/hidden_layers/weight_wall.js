// A wall of pictures, one a neuron: sorted, looked over, one of them chosen, or several switched off.
// ui/hidden_layers/weight_wall.py puts unpack.js, elements.js, numbers.js and pictures.js in front. All a hand does is done here;
// the server hears of it through the state `hand`: {of, order, chosen, off}, neurons counted from 0.

/** Places of the values, largest first; equal ones, and a wall without values, as they stand. */
export function sorted(values, count) {
  const places = Array.from({ length: count }, (_, i) => i)
  return values ? places.sort((a, b) => values[b] - values[a] || a - b) : places
}

class Wall {
  constructor(host) {
    this.orders = make("div", "orders")
    this.tiles = make("div", "tiles")
    this.readout = make("p", "readout")
    this.tools = make("div", "tools")
    this.legend = make("p", "legend")
    this.root = make("div", "wall", this.orders, this.tools, this.readout, this.tiles, this.legend)
    host.append(this.root)
    this.cited = ({ detail }) => this.hear(detail)
    addEventListener("neuron-cited", this.cited)
  }

  close() {
    removeEventListener("neuron-cited", this.cited)
  }

  /** Elsewhere on the page a neuron is named: its tile lights up while that is pointed at; a press leads to it. */
  hear({ to, neuron, pressed }) {
    if (!this.given?.hears || to !== this.given.hears) return
    this.cells.forEach(({ node }, i) => node.classList.toggle("cited", i === neuron))
    this.point(neuron)
    if (neuron === undefined) return
    this.reveal(neuron)
    if (!pressed) return
    this.act(neuron)
    const { node } = this.cells[neuron]
    node.focus({ preventScroll: true })
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches
    this.root.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" })
  }

  /** Where the wall is a box that scrolls: move it, and not the page, until a tile is seen. */
  reveal(i) {
    const { tiles } = this, { offsetTop: top, offsetHeight: height } = this.cells[i].node
    const last = top + height - tiles.clientHeight
    if (tiles.scrollTop > top || tiles.scrollTop < last) tiles.scrollTop = top - (tiles.clientHeight - height) / 2
  }

  receive(given) {
    const fresh = this.given?.of !== given.of
    // Where Back has led to, the link is ahead of the hand.
    const link = given.link && JSON.stringify([given.order, given.chosen, given.off])
    const linked = link && link !== this.link
    this.link = link
    this.given = given
    if (fresh || linked) {
      this.hand = { of: given.of, order: given.order, chosen: given.chosen, off: [...given.off] }
      this.at = given.chosen ?? 0
      this.pointed = undefined
    }
    if (fresh) this.build()
    if (!given.orders.some((order) => order.id === this.hand.order && (order.values || order.plain))) this.order = given.orders[0]
    else this.order = given.orders.find((order) => order.id === this.hand.order)
    this.arrange()
    this.explain()
    const n = given.pictures.length / given.count
    this.cells.forEach(({ canvas }, i) => paintPhoto(canvas, given.pictures.subarray(i * n, (i + 1) * n)))
    this.mark()
    if (fresh || linked) this.reveal(this.at)
  }

  build() {
    const { given } = this
    const several = given.mode === "switch"
    this.tiles.setAttribute("role", "listbox")
    this.tiles.classList.toggle("few", given.count <= 6)
    this.tiles.classList.toggle("some", given.count > 6 && given.count <= 36)
    this.tiles.classList.toggle("many", given.count > 96)
    this.tiles.setAttribute("aria-label", given.label)
    this.tiles.setAttribute("aria-multiselectable", String(several))
    this.cells = Array.from({ length: given.count }, (_, i) => {
      const canvas = make("canvas")
      canvas.width = canvas.height = SIDE
      const text = make("span", "text", given.names?.[i] ?? String(i + 1))
      const node = make("div", "tile", canvas, text)
      node.setAttribute("role", "option")
      node.setAttribute("aria-label", given.names?.[i] ?? `neuron ${i + 1}`)
      node.onclick = () => this.act(i)
      node.onpointerenter = node.onfocus = () => this.point(i)
      node.onkeydown = (event) => this.key(event, i)
      return { node, canvas, text }
    })
    this.tiles.onpointerleave = () => this.point()
    this.tiles.onfocusout = ({ relatedTarget }) => this.tiles.contains(relatedTarget) || this.point()
    this.tools.hidden = !several
    if (several) {
      const tool = (text, act) => {
        const button = make("button", "tool", text)
        button.type = "button"
        button.onclick = act
        return button
      }
      const step = given.step
      this.tools.replaceChildren(
        (this.further = tool("", () => {
          const next = this.sequence.filter((i) => !this.hand.off.includes(i)).slice(0, step)
          this.change({ off: [...this.hand.off, ...next] })
        })),
        (this.anew = tool("All of these on again", () => this.change({ off: [] }))),
      )
    }
  }

  /** What black, grey and white mean: other pictures of the same neurons have another scale. */
  explain() {
    const [low, zero, high] = this.given.scale
    const bar = make("span", "greys")
    this.legend.replaceChildren(make("b", "", this.given.legend), bar, make("small", "", low), make("small", "", zero), make("small", "", high))
  }

  arrange() {
    const { given, order } = this
    const held = this.root.getRootNode().activeElement
    this.orders.replaceChildren(make("span", "what", "Sort by"), ...given.orders.flatMap((one, place) => {
      const button = make("button", "order", one.name)
      button.type = "button"
      button.disabled = !one.plain && !one.values
      button.setAttribute("aria-pressed", String(one === order))
      button.setAttribute("aria-label", one.group ? `${one.group}: ${one.name}` : one.name)
      button.onclick = () => {
        this.order = one
        this.arrange()
        this.mark()
        this.tiles.scrollTop = 0
        this.change({ order: one.id })
        ;[...this.orders.querySelectorAll("button")].find((b) => b.textContent === one.name)?.focus()
      }
      const first = one.group && one.group !== given.orders[place - 1]?.group
      return first ? [make("span", "what", `or ${one.group}:`), button] : [button]
    }))
    this.orders.hidden = given.orders.length < 2
    this.sequence = sorted(order.values, given.count)
    const nodes = this.sequence.map((i) => this.cells[i].node)
    if (nodes.some((node, place) => this.tiles.children[place] !== node)) {
      this.tiles.replaceChildren(...nodes)
      if (held && this.tiles.contains(held)) held.focus()
    }
    const digits = digitsFor(Math.max(...(order.values ?? [1]).map(Math.abs)))
    this.cells.forEach(({ text }, i) => {
      text.replaceChildren(make("b", "", given.names?.[i] ?? String(i + 1)))
      if (order.values && order.shown) text.append(make("span", "", order.percent ? `${number(100 * order.shown[i], 1)}` : number(order.shown[i], digits)))
    })
  }

  key(event, i) {
    if (isShortcut(event)) return
    const place = this.sequence.indexOf(i)
    const across = Math.max(1, this.cells.filter(({ node }) => node.offsetTop === this.cells[this.sequence[0]].node.offsetTop).length)
    const last = this.sequence.length - 1
    const to = { ArrowRight: place + 1, ArrowLeft: place - 1, ArrowDown: place + across, ArrowUp: place - across, Home: 0, End: last }[event.key]
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      this.act(i)
    } else if (to !== undefined) {
      event.preventDefault()
      if (to < 0 || to > last) return
      this.at = this.sequence[to]
      this.mark()
      this.cells[this.at].node.focus()
    }
  }

  act(i) {
    this.at = i
    if (this.given.mode === "switch") {
      const off = this.hand.off.includes(i) ? this.hand.off.filter((j) => j !== i) : [...this.hand.off, i]
      this.change({ off })
    } else this.change({ chosen: i })
  }

  change(change) {
    this.hand = { ...this.hand, ...change }
    if ("off" in change) this.pointed = undefined
    this.mark()
    this.send("hand", { ...this.hand, at: Date.now() })
  }

  mark() {
    const { chosen, off } = this.hand
    const several = this.given.mode === "switch"
    if (several) {
      const left = this.given.count - off.length, next = Math.min(left || this.given.step, this.given.step)
      this.further.textContent = next === 1 ? "The next in this order off" : `The next ${next} in this order off`
      ;[this.further.disabled, this.anew.disabled] = [left === 0, off.length === 0]
    }
    this.cells.forEach(({ node }, i) => {
      node.tabIndex = i === this.at ? 0 : -1
      node.classList.toggle("off", off.includes(i))
      node.setAttribute("aria-selected", String(several ? off.includes(i) : chosen === i))
    })
    this.read()
  }

  /** A hand is over a neuron, or has left: the readout is its until it moves on, whatever the server sends meanwhile. */
  point(i) {
    this.pointed = i
    this.read()
  }

  read() {
    const { given, order, hand } = this
    const i = this.pointed ?? (given.mode === "switch" ? undefined : hand.chosen ?? undefined)
    if (i === undefined) {
      const many = hand.off.length
      this.readout.textContent = many ? `${many} of ${given.count} switched off: ${hand.off.slice(0, 12).map((j) => j + 1).join(", ")}${many > 12 ? " …" : ""}` : given.hint
      return
    }
    const name = make("b", "", given.names?.[i] ?? `Neuron ${i + 1}`)
    const rank = order.values ? `, ${ordinal(this.sequence.indexOf(i) + 1)} of ${given.count}: ` : ""
    const value = order.values ? (order.percent ? `${number(100 * order.shown[i], 1, true)} points` : number(order.shown[i], 3)) : ""
    this.readout.replaceChildren(name, rank, value && make("span", "", value), order.values ? ` ${order.unit}` : "", hand.off.includes(i) ? " (off)" : "")
  }
}

/** 1 → "1st", 12 → "12th". */
export function ordinal(n) {
  const end = { 1: "st", 2: "nd", 3: "rd" }[n % 10]
  return n + (end && ![11, 12, 13].includes(n % 100) ? end : "th")
}

export default mounted(Wall, unpack)
