// Two runs, one above the other: which label each neuron was given, its weights as a picture, and which ball it has
// come to detect, as measured. When both are done, a wire leads from each picture to where it went.
// ui/three_balls/label_swap.py puts elements.js in front of this file.

/** The wire from before-neuron order[k] (above) to after-neuron k (below): x of both ends, as shares of the width. */
export function wires(order) {
  const centre = (k) => (2 * k + 1) / (2 * order.length)
  return order.map((from, to) => ({ ball: from, from: centre(from), to: centre(to) }))
}

function chip(data, ball, text) {
  const node = make("span", "chip", text ?? data.names[ball])
  node.style.setProperty("--ball", data.colours[ball])
  return node
}

function cell(data, run, k) {
  const node = make("section", "cell")
  const label = make("p", "label")
  label.append(make("span", "", "label"), chip(data, run.order[k]))
  const head = make("h3", "", `Neuron ${k + 1}`)
  const img = make("img")
  img.src = run.pictures[k]
  img.alt = `${run.title}. Weights of neuron ${k + 1}`
  const aucs = make("div", "aucs")
  aucs.append(make("p", "what", "AUC; line: chance"))
  run.auc[k].forEach((value, ball) => {
    const line = make("div", "auc")
    line.style.setProperty("--ball", data.colours[ball])
    line.append(make("span", "who", data.names[ball]), make("span", "value", value.toFixed(2)))
    const bar = make("span", "bar")
    const fill = make("i")
    const [low, high] = value < 0.5 ? [value, 0.5] : [0.5, value]
    fill.style.left = `${100 * low}%`
    fill.style.width = `${100 * (high - low)}%`
    bar.append(fill, make("b"))
    line.append(bar)
    if (data.trained && run.detects[k] === ball) line.classList.add("best")
    aucs.append(line)
  })
  const detects = make("p", "detects")
  if (data.trained) detects.append(make("span", "", "detects"), chip(data, run.detects[k]))
  else detects.append(make("span", "", "nothing yet"))
  const side = make("div", "side")
  side.append(aucs, detects)
  const body = make("div", "body")
  body.append(img, side)
  node.append(head, label, body)
  return node
}

function band(data) {
  const ends = wires(data.after.order)
  const said = ends.map(({ ball }, k) => `the weights of neuron ${ball + 1} above are those of neuron ${k + 1} below`)
  const paths = ends.map(({ ball, from, to }) => makeSvg("path", {
    d: `M${300 * from} 0C${300 * from} 32 ${300 * to} 28 ${300 * to} 60`,
    stroke: data.colours[ball], "vector-effect": "non-scaling-stroke",
  }))
  return makeSvg("svg", {
    viewBox: "0 0 300 60", preserveAspectRatio: "none", class: data.done ? "band done" : "band",
    role: "img", "aria-label": said.join("; "),
  }, ...paths)
}

function row(data, run) {
  const node = make("div", "run")
  const title = make("p", "title")
  title.append(make("strong", "", run.title), make("span", "", run.note))
  const cells = make("div", "cells")
  cells.append(...[0, 1, 2].map((k) => cell(data, run, k)))
  node.append(title, cells)
  return node
}

export default function ({ data, parentElement }) {
  if (!data) return undefined
  let root = parentElement.querySelector(".swap")
  if (!root) parentElement.append((root = make("div", "swap")))
  const shown = JSON.stringify(data)
  if (root.shown !== shown) {
    const [first, last] = [row(data, data.before), row(data, data.after)]
    const same = root.wires && root.done === data.done && root.order === data.after.order.join()
    root.replaceChildren(first, same ? root.wires : (root.wires = band(data)), last)
    Object.assign(root, { shown, done: data.done, order: data.after.order.join() })
  }
  return unlessThere(parentElement, () => root.remove())
}
