// Layers without activations between are one layer: the product of the matrices, its rows as pictures, and the same z twice.
// ui/hidden_layers/why_layers.py puts unpack, elements, numbers and pictures in front.

/** The side of a matrix on the page, in rem: it grows with the logarithm of the number. */
const sideOf = (k) => 1.1 + 0.42 * Math.log2(k);

function matrix(name, rows, columns, className) {
  const box = make("span", `matrix ${className}`);
  box.style.height = `${sideOf(rows)}rem`;
  box.style.width = `${sideOf(columns)}rem`;
  return make("span", "factor", box, make("b", "", ...name), make("small", "", `(${rows}, ${columns})`));
}

function product({ sizes }) {
  const node = make("div", "product");
  node.setAttribute("role", "img");
  const last = sizes.length - 1;
  const factors = sizes.slice(1).map((_, i) => last - i); // W[last] … W[1]
  node.style.setProperty("--tall", `${sideOf(Math.max(...sizes.slice(1)))}rem`); // the middles are on one line, and the names
  node.setAttribute("aria-label", `W̃ = ${factors.map((l) => `W[${l}]`).join(" · ")}, one matrix (${sizes[last]}, ${sizes[0]})`);
  factors.forEach((l, i) => node.append(...(i ? [make("span", "sign", "·")] : []), matrix(["W", make("sup", "", `[${l}]`)], sizes[l], sizes[l - 1], "")));
  node.append(make("span", "result", make("span", "sign", "="), matrix(["W̃"], sizes[last], sizes[0], "whole")));
  return node;
}

function line(what, z, y_hat, className) {
  const bar = make("span", "bar", make("i"));
  bar.firstChild.style.width = `${100 * Math.min(1, Math.max(0, y_hat))}%`;
  return make("div", `line ${className}`, make("span", "what", what), make("b", "", `z = ${number(z, 4)}`), bar,
    make("span", "answer", `ŷ ${number(y_hat, 3)}`));
}

function card(given, j) {
  const n = given.pictures.length / given.z_whole.length;
  const canvas = make("canvas");
  canvas.width = canvas.height = SIDE;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `Row ${j + 1} of W̃ as a picture`);
  paintPhoto(canvas, given.pictures.subarray(j * n, (j + 1) * n));
  const node = make("section", "card");
  node.style.setProperty("--ball", given.colours[j] ?? "var(--soft)");
  const name = given.names[j] ?? `output ${j + 1}`;
  const layers = `${given.sizes.length - 1} layers`;
  node.append(
    make("h3", "", make("span", "dot"), name),
    make("div", "body", make("figure", "", canvas, make("figcaption", "", `row ${j + 1} of W̃`)), make("div", "lines",
      line(`${layers}, a = z`, given.z_linear[j], given.y_linear[j], "same"),
      line("one layer, W̃x + b̃", given.z_whole[j], given.y_whole[j], "same"),
      line(`${layers}, ${given.activations}`, given.z_bent[j], given.y_bent[j], "bent"))));
  return node;
}

class View {
  constructor(host) {
    host.append((this.root = make("div", "why")));
  }

  receive(given) {
    const badge = make("p", given.holds ? "badge" : "badge wrong", ...given.badge.flatMap((text, i) => (i % 2 ? [make("b", "", text)] : [text])));
    badge.setAttribute("role", "status");
    this.root.replaceChildren(product(given), make("div", "cards", ...given.z_whole.map((_, j) => card(given, j))), badge);
  }
}

export default mounted(View, unpack);
