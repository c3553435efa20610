// Softmax as three columns of bars, a row a ball: z on both sides of 0, e^z as lengths, the same lengths end to end on
// a ruler that ends at exactly 1. To those who do not see it, it is a table. The numbers, as text, are core's.
// ui/unique_ball/softmax_steps.py puts elements.js in front of this file.

/** Where each share begins and ends when they are laid end to end; the last ends at 1, whatever rounding left. */
export function spans(shares) {
  let end = 0
  return shares.map((share, k) => [end, (end = k === shares.length - 1 ? 1 : end + share)])
}

/** Where a bar of z lies, as shares of a track from −range to +range. */
export function fromZero(z, range) {
  const at = 0.5 + z / (2 * range)
  return [Math.min(0.5, at), Math.max(0.5, at)]
}

function withRole(role, node) {
  node.setAttribute("role", role)
  return node
}

function bar([from, to], className = "fill") {
  const node = make("span", className)
  node.style.left = `${100 * from}%`
  node.style.width = `${100 * (to - from)}%`
  return node
}

function cell(className, text, ...drawn) {
  const track = make("div", `track ${className}`, ...drawn)
  track.setAttribute("aria-hidden", "true")
  return withRole("cell", make("div", "cell", track, make("span", "number", text)))
}

function head(step, ...law) {
  return withRole("columnheader", make("div", "head", make("strong", "", step), make("span", "law", ...law)))
}

class View {
  constructor(host) {
    this.root = withRole("table", make("div", "steps"))
    this.root.setAttribute("aria-label", "Softmax step by step")
    host.append(this.root)
  }

  receive({ names, colours, z, shares, shown }) {
    const range = Math.max(2, ...z.map(Math.abs))
    const ends = spans(shares)
    const corner = withRole("columnheader", make("div", "head corner", make("span", "unseen", "neuron")))
    const k = () => make("sub", "", "k"), power = () => make("sup", "", "z", k())
    const heads = make("div", "row", corner, head("logit", "z", k()), head("exponentiate", "e", power()),
      head("add, divide", "ŷ", k(), " = e", power(), " / Σ"))
    const rows = names.map((name, k) => {
      const title = withRole("rowheader", make("div", "title", make("span", "dot"), `${k + 1} ${name}`))
      // From where a bar ends to where the next begins, and on down to the sum.
      const joints = ends.slice(0, Math.min(k + 1, 2)).map(([, end]) => bar([end, end], "joint"))
      const row = make("div", "row", title, cell("signed", shown.z[k], make("span", "zero"), bar(fromZero(z[k], range))),
        cell("length", shown.e[k], bar([0, shares[k]])), cell("laid", shown.y_hat[k], ...joints, bar(ends[k])))
      row.style.setProperty("--ball", colours[k])
      return withRole("row", row)
    })
    const whole = ends.map((span, k) => {
      const part = bar(span)
      part.style.setProperty("--ball", colours[k])
      return part
    })
    const sum = (text, parts, end) => {
      const ruler = make("div", "ruler", make("span", "", "0"), make("span", "", end))
      ruler.setAttribute("aria-hidden", "true")
      const node = cell("laid whole", text, ...parts)
      node.append(ruler)
      return node
    }
    const last = make("div", "row sums", withRole("rowheader", make("div", "title", "sum")), withRole("cell", make("div", "cell none")),
      sum(shown.e_sum, whole.map((part) => part.cloneNode()), "Σ"), sum(shown.y_sum, whole, "1"))
    this.root.replaceChildren(withRole("row", heads), ...rows, withRole("row", last))
  }
}

export default mounted(View)
