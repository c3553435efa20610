// What is lost when neurons are switched off: each bar as it is now, with a mark where it was with all on.
// ui/hidden_layers/ablation.py puts elements.js and numbers.js in front.

class Lost {
  constructor(host) {
    this.root = make("div", "lost")
    host.append(this.root)
  }

  receive({ groups }) {
    const shape = JSON.stringify(groups.map(({ rows }) => rows.map(({ name }) => name)))
    if (shape !== this.shape) this.build(groups)
    this.shape = shape
    groups.forEach((group, g) => {
      this.groups[g].title.textContent = group.title
      group.rows.forEach((row, r) => this.paint(this.groups[g].rows[r], row, group.percent))
    })
  }

  build(groups) {
    this.groups = groups.map(({ rows }) => {
      const title = make("h3")
      const parts = rows.map(({ name, colour }) => {
        const fill = make("span", "fill")
        const was = make("span", "was")
        const track = make("div", "track", fill, make("span", "half"), was)
        track.setAttribute("role", "img")
        const text = make("b")
        const verdict = make("span", "verdict")
        const node = make("div", "row", make("span", "name", make("span", "dot"), name), track, text, verdict)
        node.style.setProperty("--ball", colour)
        return { node, fill, was, track, text, verdict }
      })
      return { title, rows: parts, node: make("section", "", title, ...parts.map(({ node }) => node)) }
    })
    this.root.replaceChildren(...this.groups.map(({ node }) => node))
  }

  paint(part, { name, before, after, label }, isShare) {
    const say = (value) => (isShare ? percent(value, 1) : number(value, 2))
    const same = say(before) === say(after)
    part.fill.style.width = `${100 * after}%`
    part.was.style.left = `${100 * before}%`
    part.was.hidden = same
    part.text.textContent = same ? say(after) : `${say(before)} → ${say(after)}`
    part.track.setAttribute("aria-label", `${name}: ${same ? say(after) : `${say(before)} with all neurons on, ${say(after)} now`}`)
    const right = label === null ? null : after > 0.5 === label > 0.5
    part.verdict.textContent = right === null ? "" : right ? "✓ right" : "✗ wrong"
    part.verdict.hidden = right === null
    part.verdict.classList.toggle("wrong", right === false)
  }
}

export default mounted(Lost)
