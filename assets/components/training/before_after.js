// Two dots a row, before and now, each on the bar of its interval. ui/live_training/before_after.py says every word.

const percent = (share) => `${(100 * share).toFixed(2)}%`

class Mark {
  constructor(kind) {
    this.bar = make("span", "interval")
    this.dot = make("span", "dot")
    this.node = make("span", `mark ${kind}`, this.bar, this.dot)
  }

  /** value: null where nothing was named, and so nothing stands. */
  show({ value, low, high }) {
    this.node.hidden = value === null
    if (value === null) return
    this.bar.style.left = percent(low)
    this.bar.style.width = percent(high - low)
    this.dot.style.left = percent(value)
  }
}

class Row {
  constructor() {
    this.name = make("span", "name")
    this.was = make("span", "was")
    this.is = make("b", "is")
    this.marks = [new Mark("before"), new Mark("now")]
    const track = make("span", "track", ...this.marks.map((mark) => mark.node))
    this.node = make("div", "row", this.name, track, make("span", "words", this.was, " → ", this.is))
  }

  show({ name, colour, apart, before, now }) {
    this.node.style.setProperty("--ball", colour ?? "var(--st-text-color)")
    this.node.classList.toggle("apart", apart)
    this.name.textContent = name
    this.was.textContent = before.text
    this.is.textContent = now.text
    this.marks[0].show(before)
    this.marks[1].show(now)
  }
}

/** As many rows, or lanes, as there are data: those that are there stay, so that their dots move. */
function fitted(views, count, host, create) {
  while (views.length < count) {
    views.push(create())
    host.append(views[views.length - 1].node)
  }
  while (views.length > count) views.pop().node.remove()
}

class Lane {
  constructor() {
    this.title = make("div", "title")
    this.body = make("div", "rows")
    const ticks = [0, 25, 50, 75, 100].map((tick) => make("span", "tick", `${tick}\u202f%`))
    this.axis = make("div", "axis", make("span", "ticks", ...ticks))
    this.node = make("div", "lane", this.title, this.body, this.axis)
    this.rows = []
  }

  show({ title, rows }) {
    this.title.textContent = title
    this.title.hidden = !title
    fitted(this.rows, rows.length, this.body, () => new Row())
    rows.forEach((row, i) => this.rows[i].show(row))
  }
}

class View {
  constructor(host) {
    this.before = make("span", "one before")
    this.now = make("span", "one now")
    this.axis = make("div", "caption")
    this.lanes = []
    this.body = make("div", "lanes")
    this.figure = make("div", "before-after", make("div", "legend", this.before, this.now), this.body, this.axis)
    this.figure.setAttribute("role", "img")
    this.said = make("div", "said")
    this.root = make("div", "", this.figure, this.said)
    host.append(this.root)
    this.news = new News("before_after", () => this.told && this.show())
  }

  receive(told) {
    this.told = told
    this.show()
  }

  show() {
    const data = this.news.latest(this.told)
    this.figure.setAttribute("aria-label", data.alt)
    this.before.replaceChildren(make("i", "sign"), data.before)
    this.now.replaceChildren(make("i", "sign"), data.now)
    this.axis.textContent = data.axis
    fitted(this.lanes, data.lanes.length, this.body, () => new Lane())
    data.lanes.forEach((lane, i) => this.lanes[i].show(lane))
    const said = JSON.stringify(data.words)
    if (said === this.says) return
    this.says = said
    this.said.replaceChildren(...data.words.map((words) => make("p", "", ...bold(words))))
  }

  close() {
    this.news.close()
  }
}

/** "**5 of 7** are right": what stands between the stars is bold. */
function bold(words) {
  return words.split("**").map((part, i) => (i % 2 ? make("b", "", part) : part))
}

export default mounted(View)
