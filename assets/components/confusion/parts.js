// What both figures of a run's mistakes are made of. ui/live_training/confusion.py puts elements.js,
// numbers.js and this file in front of each of them.

// Long and short in turn, as the third run's curve is drawn; dots are the test photos' there.
const DASH_DOT = "repeating-linear-gradient(90deg, var(--lane) 0 11px, transparent 11px 14px, var(--lane) 14px 17px, transparent 17px 20px)"

// A lane has a colour, a letter and a dash of its own, so that none of the three is needed to tell them apart.
const LANES = {
  A: ["light-dark(#0F766E, #2FA598)", "solid"],
  B: ["light-dark(#475569, #8497AD)", "dashed"],
  C: ["light-dark(#9A5B13, #C98B45)", "solid", DASH_DOT],
}

/** "0.62" → ".62", "1.00" → "1": three of them fit side by side. */
export function short(value) {
  const text = value.toFixed(2)
  return text === "1.00" ? "1" : text.slice(1)
}

/** A loss: "1.93"; "2,278" where the parts of a thousand say nothing; "6.0e+37" on the way to a divergence; an en dash where it is no number any more. */
export function loss(value) {
  if (value === null) return "–"
  return value < 999.995 ? value.toFixed(2) : value < 1e6 ? grouped(value) : value.toExponential(1)
}

/** Writes only what has changed: a page that reads itself aloud would otherwise start again each second. */
function write(node, text) {
  if (node.textContent !== text) node.textContent = text
}

/** Its letter and its dash tell a run from the others: one alone has none. */
function laneName({ letter, title }, alone) {
  const name = make("h3", "lane-name")
  name.append(...(alone ? [title] : [make("span", "letter", letter), make("span", "", title), make("span", "dash")]))
  return name
}

/** A light-dark() as it is, or, in Safari before 17.5, which does not know it, the one of both that the page has. */
function known(colour) {
  if (CSS.supports("color", colour)) return colour
  const { colorScheme } = getComputedStyle(document.querySelector("[data-testid=stApp]") ?? document.body)
  return colour.match(/#\w+/g)[colorScheme === "dark" ? 1 : 0]
}

function paintLane(node, letter) {
  const [colour, dash, pattern = "none"] = LANES[letter] ?? LANES.A
  node.style.setProperty("--lane", known(colour))
  node.style.setProperty("--dash", dash)
  node.style.setProperty("--pattern", pattern)
}

function dot(colour) {
  const node = make("span", "dot")
  if (colour) node.style.setProperty("--ball", colour)
  else node.classList.add("empty")
  return node
}

/** The same nodes in a new order: a node that stays where it is is not touched. */
function arrange(parent, nodes) {
  for (const node of [...parent.children]) if (!nodes.includes(node)) node.remove()
  nodes.forEach((node, place) => {
    if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null)
  })
}
