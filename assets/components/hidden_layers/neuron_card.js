// One neuron: its picture large, how much it matters, the photos that excite it most and least, what it is made
// of, what it feeds. ui/hidden_layers/neuron_card.py puts unpack.js, elements.js, numbers.js and pictures.js in front.

function picture(pixels, alt, className = "") {
  const canvas = make("canvas", className)
  canvas.width = canvas.height = SIDE
  canvas.setAttribute("role", "img")
  canvas.setAttribute("aria-label", alt)
  paintPhoto(canvas, pixels)
  return canvas
}

class Card {
  constructor(host) {
    this.root = make("div", "card")
    host.append(this.root)
  }

  receive(given) {
    this.given = given
    this.n = given.picture.length
    const photos = given.most.length ? [this.photos("most", given.most_title), this.photos("least", given.least_title)] : []
    const wires = [...(given.terms.length ? [this.terms()] : []), ...(given.feeds.length ? [this.feeds()] : [])]
    const equation = given.sum_words ? [this.equation()] : []
    this.root.replaceChildren(make("div", "columns", ...this.head(), make("div", "column", ...photos), ...equation))
    if (wires.length) this.root.append(make("div", `wires of${wires.length}`, ...wires))
  }

  part(array, place) {
    return array.subarray(place * this.n, (place + 1) * this.n)
  }

  head() {
    const { given } = this
    const large = make("figure", "large", picture(given.picture, given.alt), make("figcaption", "", given.caption))
    const side = make("div", "side", make("h3", "", given.title))
    if (given.matters.length) {
      side.append(make("h4", "", given.matters_title))
      side.append(make("div", "bars", ...given.matters.map(({ name, colour, value }) => bar(name, value, given.matters_end, colour, number(value, 2, true)))))
    }
    side.append(...given.facts.map((fact) => make("p", "fact", fact)))
    return [large, side]
  }

  /** 0.45 · picture + 0.40 · picture − … = its picture: the largest terms, and how many others. */
  equation() {
    const { given } = this
    const digits = Math.abs(given.sum[0]?.c ?? 1) < 0.1 ? 3 : 2
    const terms = given.sum.map(({ neuron, c }, place) => {
      const sign = c < 0 ? "−" : place ? "+" : ""
      const name = `first-layer neuron ${neuron}`
      return make("span", "part", make("span", "factor", `${sign} ${number(Math.abs(c), digits)} ·`), make("figure", "", picture(this.part(given.sum_pictures, place), name), make("figcaption", "", String(neuron))))
    })
    const others = given.sum_more ? [make("span", "part", `+ ${given.sum_more} smaller`)] : []
    const whole = make("span", "part", make("span", "factor", given.sum.length ? "=" : "0 ="), make("figure", "", picture(given.picture, given.title), make("figcaption", "", "sum")))
    return make("section", "equation", make("h4", "", "A sum of first-layer pictures"), make("div", "parts", ...terms, ...others, whole), make("p", "fact", given.sum_words))
  }

  terms() {
    const { given } = this
    const row = given.terms.map(({ name, w }, place) =>
      make("figure", "term", picture(this.part(given.term_pictures, place), name), make("figcaption", w < 0 ? "minus" : "plus", make("b", "", number(w, 2, true)), make("small", "", name))))
    return make("section", "", make("h4", "", given.terms_title), make("div", "row", ...row))
  }

  photos(which, title) {
    const { given } = this
    const row = given[which].map((photo, place) => {
      const dots = photo.label.map((k) => {
        const dot = make("span", "dot")
        dot.style.setProperty("--ball", given.colours[k])
        return dot
      })
      const shown = photo.label.map((k) => given.names[k]).join(" + ") || "no ball"
      const caption = make("figcaption", "", make("b", "", number(photo.z, 1)), make("span", "dots", ...dots))
      return make("figure", "photo", picture(this.part(given[`${which}_pictures`], place), `${shown}, z = ${number(photo.z, 2)}`), caption)
    })
    return make("section", which, make("h4", "", title), make("div", "row", ...row))
  }

  feeds() {
    const { given } = this
    const end = Math.max(...given.feeds.map(({ w }) => Math.abs(w))) || 1
    return make("section", "feeds", make("h4", "", given.feeds_title), make("div", "bars", ...given.feeds.map(({ name, w, colour }) => bar(name, w, end, colour, number(w, 3, true)))))
  }
}

/** A row "name, bar from the middle to the right (for) or left (against), number". */
function bar(name, value, end, colour, text) {
  const fill = make("span", value < 0 ? "fill minus" : "fill plus")
  const share = Math.min(1, Math.abs(value) / end) / 2
  fill.style.width = `${100 * share}%`
  fill.style[value < 0 ? "right" : "left"] = "50%"
  const label = make("span", "name", ...(colour ? [make("span", "dot")] : []), name)
  const row = make("div", "bar", label, make("span", "track", fill), make("b", "", text))
  if (colour) row.style.setProperty("--ball", colour)
  return row
}

export default mounted(Card, unpack)
