// Symbols as the lecture writes them, equations and code as linked words, and what a hovered thing is, in words.

/** One example has a loss L, a batch a cost J. */
const costOf = (m) => (m > 1 ? "J" : "L");

const KEYWORDS = /(δ\d|\bd?[Wb]\d\b|\b[zZaA]\d\b|\b[xXyYLJ]\b|\b[yY]_hat\b|\btorch\.sigmoid\b)/u;

/** The symbol of a token as nodes: z1 → z with [1] raised; for m examples capital letters. */
export function symbol(token, m) {
  const raised = (letter, l, ...before) => make("span", "", ...before, make("i", "", letter), make("sup", "", `[${l}]`));
  const l = token.slice(-1), cost = costOf(m), capital = (v) => (m > 1 ? v.toUpperCase() : v);
  if (token === "x" || token === "y") return make("i", "", capital(token));
  if (token === "L") return make("i", "", cost);
  if (token === "a3") return make("i", "", m > 1 ? "Ŷ" : "ŷ");
  if (token[0] === "s") return make("span", "", "σ");
  if (token.startsWith("d") && token.length === 3) return raised(token[1], l, "∂", make("i", "", cost), "/∂");
  if (token[0] === "d") return raised("δ", l);
  return raised(/[za]/.test(token[0]) ? capital(token[0]) : token[0], l);
}

/** The token that a word of the code stands for. */
function tokenOf(word) {
  if (word.startsWith("δ")) return `d${word[1]}`;
  if (/^d?[Wb]\d$/.test(word)) return word;
  if (/_hat$/.test(word)) return "a3";
  return word === "J" ? "L" : word.toLowerCase();
}

function linked(token, ...children) {
  const node = make("span", "sym", ...children);
  node.dataset.t = token;
  return node;
}

/** An equation such as "{z1} = {W1} {x} + {b1}" as nodes. */
export function equationNodes(text, m) {
  return text.split(/(\{\w+\}|ᵀ|\bm\b)/).filter(Boolean).map((part) => {
    if (part === "ᵀ") return make("sup", "", "T");
    if (part === "m") return make("i", "", part);
    return part[0] === "{" ? linked(part.slice(1, -1), symbol(part.slice(1, -1), m)) : part;
  });
}

/** A line of Python as nodes; the sigmoid of line a2 is that of layer 2. */
export function codeNodes(text, makes) {
  return text.split(KEYWORDS).filter(Boolean).map((part) => {
    if (part === "torch.sigmoid") return linked(`s${makes.slice(-1)}`, part);
    return KEYWORDS.test(part) ? linked(tokenOf(part), part) : part;
  });
}

/** The symbols of a line, the one that it makes first. */
export const tokensOf = (line) => [line.makes, ...[...line.equation.matchAll(/\{(\w+)\}/g)].map((found) => found[1])];

const MEANS = {
  x: "the photo as a column; kept, and used again by ∂L/∂W[1]",
  y: "the label: is there a soccer ball?",
  W: "weights of layer LL: row j holds those of neuron j",
  b: "biases of layer LL, one a neuron",
  z: "the linear part of layer LL",
  a: "what layer LL says; kept, and used again on the way back",
  s: "the sigmoid of layer LL: 1 / (1 + e^−z)",
  d: "δ of layer LL: how the COST changes with its z",
  dW: "how the COST changes with each weight of layer LL",
  db: "how the COST changes with each bias of layer LL",
};

/** What a symbol means, in a few words. */
export function meaning(token, m) {
  if (token === "x" && m > 1) return "the photos, each a column; kept, and used again by ∂J/∂W[1]";
  if (token === "L") return m > 1 ? "the cost: the mean of the m losses" : "the loss of this example";
  if (token === "a3") return "what the network says: the probability of a soccer ball; kept, and used again by δ[3]";
  const kind = token.replace(/\d$/, "");
  return (MEANS[kind] ?? "").replace("LL", token.slice(-1)).replace("COST", m > 1 ? "cost" : "loss");
}

/** Rows of numbers behind a step for example i, as text; at most three. */
export function sums(step, v, i) {
  const kind = step[0], l = Number(step[1]), sub = (j) => "₁₂₃"[j];
  const plus = (parts) => parts.join(" + ").replaceAll("+ −", "− ");
  const bracket = (t) => (t.startsWith("−") ? `(${t})` : t);
  if (step === "x") return [`${v.n.toLocaleString("en")} numbers${v.m > 1 ? " each," : ""} from −1 (black) to 1 (white), R, G, B of each pixel in turn`];
  if (step === "L") {
    const p = v.y[i] ? v.A[3][0][i] : 1 - v.A[3][0][i], L = short(v.losses[i]);
    // With so many decimals that what is printed holds, where neither number has a power of ten.
    const decimals = digitsThatGive((q) => -Math.log(q), p, L.split(".")[1]?.length ?? 0, 3);
    const written = (L + short(p)).includes("·") ? short(p) : number(p, decimals);
    const one = `${v.y[i] ? "−log ŷ" : "−log(1 − ŷ)"} = −log ${written}`;
    const rows = [`L${v.m > 1 ? ` of example ${i + 1}` : ""}: y = ${v.y[i]}, so L = ${one} = ${L}`];
    return v.m > 1 ? [...rows, `J = the mean of the ${v.m} losses = ${short(v.cost)}`] : rows;
  }
  if (kind === "z") return v.Z[l].map((row, j) => {
    const z = row[i], b = v.b[l][j], a = l > 1 && v.A[l - 1].map((from) => from[i]);
    const sum = l === 1 ? (n) => n(z - b) + n(b) : (n) => v.W[l][j].reduce((s, w, k) => s + n(w) * n(a[k]), n(b));
    const parts = (n) => (l === 1 ? [`${n(z - b)} (12,288 products)`] : v.W[l][j].map((w, k) => `${n(w)}·${n(a[k])}`));
    return `z${l === 3 ? "" : sub(j)} = ${holding(z, sum, (n) => plus([...parts(n), n(b)]))}`;
  });
  if (kind === "a") return v.A[l].map((row, j) => {
    const z = v.Z[l][j][i];
    return `${l === 3 ? "ŷ" : `a${sub(j)}`} = ${holding(row[i], (n) => sigmoid(n(z)), (n) => `σ(${n(z)})`)}`;
  });
  if (step === "d3") {
    const y_hat = v.A[3][0][i], y = v.y[i], of = (text, share) => (v.m > 1 ? `(${text})/${share}` : text);
    return [`δ = ${of("ŷ − y", "m")} = ${holding(v.delta[3][0][i], (n) => (n(y_hat) - y) / v.m, (n) => of(`${n(y_hat)} − ${y}`, v.m))}`];
  }
  if (kind === "d") return v.delta[l].map((row, j) => {
    const a = v.A[l][j][i], from = v.W[l + 1].map((w, k) => [w[j], v.delta[l + 1][k][i]]);
    const sum = (n) => from.reduce((s, [w, d]) => s + n(w) * n(d), 0) * n(a) * (1 - n(a));
    const back = (n) => plus(from.map(([w, d]) => `${n(w)}·${bracket(n(d))}`));
    return `δ${sub(j)} = ${holding(row[i], sum, (n) => `${from.length > 1 ? `(${back(n)})` : back(n)} · ${n(a)}(1 − ${n(a)})`)}`;
  });
  if (l === 1) return v.db[1].map((d, j) => `row ${j + 1} = ${v.m > 1 ? "Σ δ·xᵀ over the examples" : `${short(d)} · xᵀ`}, a picture; ∂${costOf(v.m)}/∂b${sub(j)} = ${short(d)}`);
  return v.dW[l].map((row, j) => {
    // The table's entries are sums over all examples: so what the chosen one adds is said.
    const one = v.A[l - 1].map((a) => short(v.delta[l][j][i] * a[i])).join(", ");
    const [before, after] = v.m > 1 ? [`Σ over ${v.m} examples = `, `, example ${i + 1} adds [${one}]`] : ["", ""];
    return `row ${j + 1}: ${before}[${row.map(short).join(", ")}]${after}; ∂${costOf(v.m)}/∂b${sub(j)} = ${short(v.db[l][j])}`;
  });
}
