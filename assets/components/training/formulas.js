// Each loss as a formula of the lecture, with ∂L/∂z beside it. Losses are made of the same parts, so that a switch
// lights up what is new and strikes out what is gone.
//
//   binary   L = −Σ_k [y_k log ŷ_k + (1−y_k) log(1−ŷ_k)],  ŷ = σ(z)        ∂L/∂z_j = ŷ_j − y_j
//   softmax  L = −Σ_k y_k log ŷ_k,                         ŷ = softmax(z)  ∂L/∂z_j = (Σ_k y_k) ŷ_j − y_j
//   tangled  L as binary,                                  ŷ = softmax(z)  ∂L/∂z_j = Σ_k (ŷ_k − y_k)(δ_kj − q_kj)
//   squared  L = ½ Σ_k (ŷ_k − y_k)²,                       ŷ = σ(z)        ∂L/∂z_j = (ŷ_j − y_j) ŷ_j (1−ŷ_j)

export const NAMES = { binary: "binary", softmax: "softmax", tangled: "tangled", squared: "squared" };
const SPOKEN = {
  binary: "L = minus the sum over k of y k log y-hat k plus (1 minus y k) log (1 minus y-hat k), y-hat = sigma of z. dL/dz j = y-hat j minus y j",
  softmax: "L = minus the sum over k of y k log y-hat k, y-hat = softmax of z. dL/dz j = (sum over k of y k) times y-hat j, minus y j",
  tangled: "L = minus the sum over k of y k log y-hat k plus (1 minus y k) log (1 minus y-hat k), y-hat = softmax of z. dL/dz j = sum over k of (y-hat k minus y k) (delta k j minus q k j), where q k is the softmax of z without z k",
  squared: "L = one half of the sum over k of (y-hat k minus y k) squared, y-hat = sigma of z. dL/dz j = (y-hat j minus y j) y-hat j (1 minus y-hat j)",
};

const i = (name) => `<mi>${name}</mi>`;
const o = (sign) => `<mo stretchy="false">${sign}</mo>`;
const hat = `<mover accent="true"><mi>y</mi><mo>^</mo></mover>`;
const at = (what, index) => `<msub>${what}<mrow>${[...index].map(i).join("")}</mrow></msub>`;
const sum = (before) => `${before}<munder><mo movablelimits="false">∑</mo><mi>k</mi></munder>`;
const log = `<mi>log</mi><mspace width="0.17em"/>`;
const [y, yHat] = [(index) => at(i("y"), index), (index) => at(hat, index)];
const one = (index) => `${o("(")}<mn>1</mn>${o("−")}${yHat(index)}${o(")")}`;
const gap = `<mspace width="0.17em"/>`;

// In the order in which they stand in a formula; a part that two losses share has one name.
const PARTS = {
  minusSum: sum(o("−")),
  halfSum: sum(`<mfrac><mn>1</mn><mn>2</mn></mfrac>`),
  right: `${y("k")}${gap}${log}${yHat("k")}`,
  wrong: `${o("(")}<mn>1</mn>${o("−")}${y("k")}${o(")")}${gap}${log}${one("k")}`,
  square: `<msup><mrow>${o("(")}${yHat("k")}${o("−")}${y("k")}${o(")")}</mrow><mn>2</mn></msup>`,
  sigma: `${hat}<mo>=</mo>${i("σ")}${o("(")}${i("z")}${o(")")}`,
  softmax: `${hat}<mo>=</mo><mi>softmax</mi>${o("(")}${i("z")}${o(")")}`,
  labels: `${o("(")}${sum("")}${y("k")}${o(")")}${yHat("j")}${o("−")}${y("j")}`,
  error: `${yHat("j")}${o("−")}${y("j")}`,
  errorTimes: `${o("(")}${yHat("j")}${o("−")}${y("j")}${o(")")}`,
  slope: `${yHat("j")}${gap}${one("j")}`,
  tangle: `${sum("")}${o("(")}${yHat("k")}${o("−")}${y("k")}${o(")")}${gap}${o("(")}${at(i("δ"), "kj")}${o("−")}${at(i("q"), "kj")}${o(")")}`,
};
const LOSS = {
  binary: ["minusSum", "right", "wrong"], softmax: ["minusSum", "right"],
  tangled: ["minusSum", "right", "wrong"], squared: ["halfSum", "square"],
};
const OUTPUT = { binary: ["sigma"], softmax: ["softmax"], tangled: ["softmax"], squared: ["sigma"] };
const DERIVATIVE = { binary: ["error"], softmax: ["labels"], tangled: ["tangle"], squared: ["errorTimes", "slope"] };

/** What a switch changes: each part of both formulas as [name, "same" | "new" | "gone"], in their order. */
export function changed(before, after, table = LOSS) {
  const old = before && before !== after ? table[before] : table[after];
  return Object.keys(PARTS).flatMap((name) => {
    const is = table[after].includes(name), was = old.includes(name);
    return is || was ? [[name, is && was ? "same" : is ? "new" : "gone"]] : [];
  });
}

const math = (inside) => `<math>${inside}</math>`;
// A part has room of its own at its edges: a sign beside it keeps less there than it would inside a formula.
const equals = `<mo rspace="0.09em">=</mo>`;
const L = `<span>${math(`${i("L")}${equals}`)}</span>`;
const dLdz = `<span>${math(`<mfrac><mrow>${i("∂")}${i("L")}</mrow><mrow>${i("∂")}${at(i("z"), "j")}</mrow></mfrac>${equals}`)}</span>`;

function parts(table, before, after, mark = "") {
  const part = (state, inside, behind = "") => `<span class="part ${state}">${math(`<mrow>${inside}</mrow>`)}${behind}</span>`;
  const all = changed(before, after, table), bracket = all.find(([name]) => name === "wrong")?.[1];
  const last = table[after].at(-1); // no line begins with the mark behind it
  return all.map(([name, state]) => {
    const [how, behind] = mark && name === last ? [`${state} last`, mark] : [state, ""];
    if (name === "wrong") return part(how, `<mo form="infix" lspace="0">+</mo>` + PARTS.wrong + o("]"), behind);
    // The bracket comes and goes with the second term, but the first term stays.
    return (name === "right" && bracket ? part(`${bracket} bracket`, o("[")) : "") + part(how, PARTS[name], behind);
  }).join("");
}

/** The formula of `loss` as HTML with MathML; the parts that are not in the formula of `before` are marked. */
export function formula(loss, before = null) {
  const from = before === null ? loss : before;
  return `<div class="formula" data-loss="${loss}" role="img" aria-label="${SPOKEN[loss]}">
    <div class="line">${L}${parts(LOSS, from, loss, `<span class="comma">,</span>`)}</div>
    <div class="line output">${parts(OUTPUT, from, loss)}</div>
    <div class="line derivative">${dLdz}${parts(DERIVATIVE, from, loss)}</div></div>`;
}

/** One loss on the screen. A switch that is seen happening lights up for two seconds and strikes out what went. */
export class Formula {
  constructor(host) {
    this.host = host;
  }

  show(loss, before) {
    const state = `${before}→${loss}`;
    if (state === this.state || !LOSS[loss]) return;
    const seen = this.state !== undefined && before !== null;
    this.state = state;
    this.host.innerHTML = formula(loss, before);
    this.host.classList.toggle("fresh", seen);
    clearTimeout(this.timer);
    if (seen) this.timer = setTimeout(() => this.host.classList.remove("fresh"), 2600);
  }
}
