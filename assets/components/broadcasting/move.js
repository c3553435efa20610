// What both boards share: p moved by a button, a slider or the hand, and a block of cells.

const STILL = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches

/** p from 0 to `reach`, moved smoothly, at once for whoever wants no motion. show(p) draws it. */
class Mover {
  constructor(show) {
    this.show = show
    this.p = 0
    this.reach = 1
    this.frame = 0
  }

  to(p) {
    cancelAnimationFrame(this.frame)
    this.frame = 0
    this.p = Math.max(0, Math.min(this.reach, p))
    this.show(this.p)
  }

  /** To its end, or back to 0. The end may come to lie elsewhere meanwhile. */
  run(out) {
    const end = () => (out ? this.reach : 0)
    if (STILL()) return this.to(end())
    cancelAnimationFrame(this.frame)
    const from = this.p, begun = performance.now(), lasts = 350 + 320 * Math.abs(end() - from)
    const step = (now) => {
      const t = Math.max(0, Math.min(1, (now - begun) / lasts))
      this.p = Math.min(this.reach, from + (end() - from) * (t < 0.5 ? 2 * t * t : 1 - 2 * (1 - t) ** 2))
      this.show(this.p)
      this.frame = t < 1 ? requestAnimationFrame(step) : 0
    }
    this.frame = requestAnimationFrame(step)
    return undefined
  }

  /** The first time that the node stands in the middle of the window, and never again. */
  onceSeen(node, act) {
    this.watch = new IntersectionObserver((seen) => {
      if (!seen.some((entry) => entry.isIntersecting)) return
      this.watch.disconnect()
      this.soon = setTimeout(act, 500)
    }, { rootMargin: "-50% 0px" })
    this.watch.observe(node)
  }

  end() {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.soon)
    this.watch?.disconnect()
  }
}

/** A labelled block of rows × columns cells; cell(i, j) makes each. Its shape stands beside its name. */
function block(name, shape, rows, columns, className, cell) {
  const body = make("div", "cells")
  body.style.setProperty("--rows", rows)
  body.style.setProperty("--columns", columns)
  const cells = Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => cell(i, j)))
  body.append(...cells.flat())
  const title = make("div", "title", make("b", "", name), make("small", "", shape))
  return { node: make("div", `block ${className}`, title, body), title, body, cells }
}

/** The bar behind a row that ties what is repeated to the one number. */
function ties(body, rows) {
  return Array.from({ length: rows }, (_, i) => {
    const tie = make("i", "tie")
    tie.style.setProperty("--i", i)
    body.prepend(tie)
    return tie
  })
}

/** One stop for the Tab key a block; the arrow keys go from cell to cell. */
function byArrows(cells, here) {
  const [rows, columns] = [cells.length, cells[0].length]
  cells.forEach((row, i) => row.forEach((cell, j) => {
    cell.tabIndex = i === Math.min(here[0], rows - 1) && j === Math.min(here[1], columns - 1) ? 0 : -1
    cell.addEventListener("keydown", (event) => {
      const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key]
      if (!step || cell.dataset.typing || isShortcut(event)) return
      event.preventDefault()
      const next = cells[i + step[0]]?.[j + step[1]]
      if (!next) return
      cell.tabIndex = -1
      next.tabIndex = 0
      next.focus()
    })
  }))
}

function control(text, act) {
  const button = make("button", "", text)
  button.type = "button"
  button.onclick = act
  return button
}

function reachSlider(label, mover) {
  const input = slider()
  input.min = "0"
  input.step = "0.05"
  input.setAttribute("aria-label", label)
  input.oninput = () => mover.to(Number(input.value))
  return input
}
