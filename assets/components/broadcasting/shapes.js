// Two shapes axis by axis, and what that does to numbers: real ones are solid, repeated ones dashed, as b̃'s are.
// ui/broadcasting/playground.py puts elements.js and numbers.js in front. Everything shown was computed by core.

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"

/** 1,000; but a power of ten from a million on as one, as in the page's table: a phone has no room for its zeros. */
export const many = (v) => (/^10{6,}$/.test(v) ? `10${RAISED[String(v).length - 1]}` : v.toLocaleString("en"))

function sizeCell(size, stretchedTo) {
  if (stretchedTo === null) return make("td", size === null ? "size none" : "size", size === null ? "" : many(size))
  const cell = make("td", size === null ? "size missing" : "size stretched", make("s", "", "1\u00a0→"), " ", make("s", "", many(stretchedTo)))
  if (size === null) cell.append(make("small", "", "missing"))
  return cell
}

function alignment({ axes, a, b, result }) {
  const head = make("tr", "", make("th", "", "axis, from the right"), ...axes.map((axis) => make("th", "", `−${-axis.place}`)))
  const line = (name, shape, size, stretched) => make("tr", "", make("th", "", make("i", "", name), make("span", "shape", ` ${shape}`)), ...axes.map((axis) => {
    const missingOne = axis[size] === null && !axis[stretched]
    if (missingOne && axis.size !== null) return make("td", "size missing", "1", make("small", "", "missing"))
    return sizeCell(axis[size], axis[stretched] ? axis.size : null)
  }))
  const verdict = make("tr", "verdict", make("th", "", "on this axis"), ...axes.map((axis) => {
    const [p, q] = [axis.a ?? 1, axis.b ?? 1]
    if (axis.size === null) return make("td", "clash", `✗ ${many(p)} ≠ ${many(q)}`)
    const who = [axis.a_stretched ? "a" : "", axis.b_stretched ? "b" : ""].filter(Boolean)
    return make("td", "", who.length ? `✓ ${who[0]} is stretched` : "✓ equal")
  }))
  const end = make("tr", "result", make("th", "", make("i", "", "a + b"), result ? make("span", "shape", ` ${result}`) : " ✗"),
    ...axes.map((axis) => make("td", axis.size === null ? "clash" : "size", axis.size === null ? "✗" : many(axis.size))))
  const rows = [line("a", a, "a", "a_stretched"), line("b", b, "b", "b_stretched"), verdict, end]
  rows.forEach((row) => (row.firstChild.scope = "row"))
  head.childNodes.forEach((cell) => (cell.scope = "col"))
  return make("div", "scroll", make("table", "axes", make("thead", "", head), make("tbody", "", ...rows)))
}

/** One array: values, with a mark on each that is repeated (dashed) or differs from what was meant (wrong). */
function numbers({ title, shape, values, repeated = null, wrong = null }) {
  const grid = make("div", "numbers")
  grid.style.setProperty("--columns", values[0]?.length ?? 0)
  values.forEach((row, i) => row.forEach((value, j) => {
    const cell = make("span", repeated?.[i][j] ? "cell ghost" : "cell", number(value, 0))
    if (wrong?.[i][j]) cell.classList.add("wrong")
    grid.append(cell)
  }))
  return make("div", "array", make("div", "title", make("i", "", title), ` ${shape}`), grid)
}

function sum({ title, note, parts, bad }) {
  const line = make("div", "line")
  parts.forEach((part, at) => {
    const sign = at ? [make("span", "sign", at === 1 ? "+" : "=")] : []
    line.append(make("div", "term", ...sign, part ? numbers(part) : make("span", "clash big", "✗ error")))
  })
  return make("section", bad ? "sum bad" : "sum", make("h3", "", title), make("div", "scroll", line), make("p", "", note))
}

export default function ({ data, parentElement }) {
  if (!data) return undefined
  let root = parentElement.querySelector(".shapes")
  if (!root) parentElement.append((root = make("div", "shapes")))
  const sums = make("div", "sums", ...data.sums.map(sum))
  root.replaceChildren(alignment(data), sums)
  return unlessThere(parentElement, () => root.remove())
}
