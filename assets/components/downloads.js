// Files to take away: a row of links that look like the page's buttons. ui/server/downloads.py names them and hands them out.

const ARROW = "M8 1.5v8.2M4.6 6.6 8 10l3.4-3.4M2 11.5v2.2c0 .5.3.8.8.8h10.4c.5 0 .8-.3.8-.8v-2.2"

class Link {
  constructor() {
    this.label = make("span")
    const icon = makeSvg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, makeSvg("path", { d: ARROW }))
    this.node = make("a", "", icon, this.label)
    this.node.setAttribute("download", "")
    this.node.setAttribute("role", "link") // without an address, too
  }

  show({ label, to }) {
    this.label.textContent = label
    if (to === null) this.node.removeAttribute("href")
    else this.node.href = to
    this.node.ariaDisabled = to === null ? "true" : null
  }
}

class Downloads {
  constructor(host) {
    this.root = make("div", "downloads")
    this.links = []
    host.append(this.root)
  }

  receive({ files }) {
    while (this.links.length < files.length) this.links.push(new Link())
    this.links.length = files.length
    files.forEach((file, i) => this.links[i].show(file))
    const nodes = this.links.map(({ node }) => node)
    if (nodes.length !== this.root.children.length) this.root.replaceChildren(...nodes)
  }
}

export default mounted(Downloads)
