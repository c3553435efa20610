// The sum behind a neuron's number, written out: the largest terms by name, the rest, b, z, a = g(z).

const NAMED = 4;
const BENT = { sigmoid, tanh: Math.tanh }; // whose a has digits of its own
const SIGN = { relu: "ReLU", sigmoid: "σ", tanh: "tanh", identity: "identity", softmax: "softmax" };

/** a_12^[1] with its place: letter, layer (1 …), neuron (0 …). */
export function symbol(letter, l, j) {
  const node = make("span", "symbol", make("i", "", letter));
  if (j !== undefined) node.append(make("sub", "", j + 1));
  node.append(make("sup", "", `[${l}]`));
  return node;
}

/** A neuron in words, the same for the eye and for a screen reader. */
export function nameOf(given, l, j) {
  if (l < given.layers.length - 1) return `Layer ${l + 1}, neuron ${j + 1}`;
  return `Output ${j + 1}${given.names[j] ? `, ${given.names[j]}` : ""}`;
}

/** { z, b, a, parts: [{ index, value, w }], rest, others } of neuron j of layer l (0 …): z = parts + rest + b. */
export function sumOf(given, l, j, count = NAMED) {
  const { W, a, z, b, inputs } = given.layers[l];
  const values = l === 0 ? given.patches.subarray(j * PATCHES, (j + 1) * PATCHES) : terms(W, given.layers[l - 1].a, j);
  const { top, rest, others } = largest(values, count);
  const parts = top.map((index) => ({ index, value: values[index], w: l === 0 ? null : W[j * inputs + index] }));
  return { z: z[j], b: b[j], a: a[j], parts, rest, others };
}

function card(value, digits, size, picture, ...lines) {
  const node = make("div", value < 0 ? "term minus" : "term plus", picture, make("b", "", number(value, digits, true)));
  // Words one below the other; a symbol is an array.
  node.append(make("span", "from", ...lines.flatMap((line) => [make("span", Array.isArray(line) ? "of" : "", ...[line].flat()), " "])));
  node.style.setProperty("--share", Math.min(1, Math.abs(value) / (size || 1)));
  return node;
}

/** w · a, with about three digits each, or a few more in all until their product has the decimals shown of it. */
export function factors(w, a, digits) {
  const few = (value) => (Math.abs(value) < 1 ? 3 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value)))));
  const product = Number((w * a).toFixed(digits));
  const bracket = (text) => (text.startsWith("−") ? `(${text})` : text); // of a tanh, a is below 0, too
  const written = (ofW, ofA) => `${number(w, ofW)} · ${bracket(number(a, ofA))}`;
  for (let more = 0; more < 12; more += 1) {
    for (let first = 0; first <= more; first += 1) {
      const [ofW, ofA] = [few(w) + first, few(a) + more - first];
      const shown = Number(w.toFixed(ofW)) * Number(a.toFixed(ofA));
      if (Math.abs(shown - product) < 0.499 * 10 ** -digits) return written(ofW, ofA);
    }
  }
  return written(few(w) + 6, few(a) + 6);
}

/** The whole sum as cards in a row. */
export function written(given, l, j) {
  const sum = sumOf(given, l, j);
  const every = [...sum.parts.map((part) => part.value), sum.rest, sum.b];
  const g = given.layers[l].activation;
  const enough = Math.min(4, digitsThatAdd(every, sum.z)); // with fewer than it takes the rest, below, makes up for it
  const digits = BENT[g] ? digitsThatGive(BENT[g], sum.z, 3, enough) : enough; // g of the z shown is the a shown
  const rounded = (value) => Number(value.toFixed(digits));
  const rest = sum.parts.reduce((left, part) => left - rounded(part.value), rounded(sum.z) - rounded(sum.b)); // so that the cards add up
  const size = Math.max(...every.map(Math.abs));
  const before = given.layers[l - 1];
  const cards = sum.parts.map(({ index, value, w }) => {
    const picture = face(given, l, index);
    if (l === 0) return card(value, digits, size, picture, transposed("Σ w∘xᵀ"), "of this patch");
    return card(value, digits, size, picture, factors(w, before.a[index], digits), ["w · ", symbol("a", l, index)]);
  });
  const what = (l === 0 ? "patch" : "term") + (sum.others === 1 ? "" : l === 0 ? "es" : "s");
  const others = sum.others ? [`${sum.others.toLocaleString("en")} other`, what] : ["rounding"]; // where all have a card
  if (sum.others || rounded(rest) !== 0) cards.push(card(rest, digits, size, "", ...others));
  cards.push(card(sum.b, digits, size, "", [symbol("b", l + 1, j)]));
  const bracket = g === "identity" ? [] : [` = ${SIGN[g]}(z)`];
  const total = make("div", "total",
    make("p", "", symbol("z", l + 1, j), " = ", make("b", "", number(sum.z, digits))),
    make("p", "", symbol("a", l + 1, j), ...bracket, " = ", make("b", "", number(sum.a, ["relu", "identity"].includes(g) ? digits : 3))));
  return make("div", "sum", ...cards, total);
}

/** z = w a + b with the shapes. */
export function law(given, l) {
  const { inputs } = given.layers[l];
  const name = l === 0 ? make("i", "", "x") : symbol("a", l);
  return make("p", "law", make("i", "", "z"), " = ", make("i", "", "w"), " ", name, " + ", make("i", "", "b"),
    make("small", "", `(1, ${inputs}) (${inputs}, 1) + (1, 1) → (1, 1)`));
}
