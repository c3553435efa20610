// The way back, done in the browser while labels change; tests hold every number against core.
//   δ3 = (A3 − Y)/m,  δ[l−1] = W[l]ᵀ δ[l] ∘ A[l−1](1 − A[l−1]),  ∂J/∂W[l] = δ[l] A[l−1]ᵀ,  ∂J/∂b[l] = Σ columns of δ[l]

/** x = pixel / 127.5 − 1. */
export const scaled = (pixel) => pixel / 127.5 - 1;

/** L of each example. z, y (m) → (m). */
export const losses = (z, y) => z.map((v, i) => binaryCrossEntropy(v, y[i]));

/** Every δ, ∂J/∂W, ∂J/∂b from what the way forward kept.
 *  W: {2: (2,3), 3: (1,2)}, A: {1: (3,m), 2: (2,m), 3: (1,m)}, y (m), pixels (m, 12288), all row by row.
 *  dW[1] is one Float64Array(12288) a neuron. */
export function wayBack(W, A, y, pixels) {
  const m = y.length, n = pixels.length / m;
  const delta = { 3: [A[3][0].map((a, i) => (a - y[i]) / m)] };
  for (const l of [3, 2])
    delta[l - 1] = A[l - 1].map((row, j) => row.map((a, i) =>
      W[l].reduce((sum, w, k) => sum + w[j] * delta[l][k][i], 0) * a * (1 - a)));
  const dW = {}, db = {};
  for (const l of [3, 2, 1]) db[l] = delta[l].map((row) => row.reduce((s, v) => s + v, 0));
  for (const l of [3, 2])
    dW[l] = delta[l].map((row) => A[l - 1].map((a) => row.reduce((s, v, i) => s + v * a[i], 0)));
  dW[1] = delta[1].map((row) => {
    const sums = new Float64Array(n);
    row.forEach((v, i) => {
      for (let p = 0; p < n; p++) sums[p] += v * scaled(pixels[i * n + p]);
    });
    return sums;
  });
  return { delta, dW, db };
}

/** What colours are measured by: the largest z, δ and loss of all layers and examples, so one colour is one number. */
export function scales(Z, delta, losses) {
  const most = (...rows) => Math.max(1e-30, ...rows.flat(2).map(Math.abs));
  return { z: most(...Object.values(Z)), d: most(...Object.values(delta)), L: most(losses) };
}

/** Where a value stands on its scale, −1 … 1. z and δ by their root: in the first layer z is far larger than behind
 *  it, and δ far smaller. */
export function shade(kind, value, most) {
  const share = value / most;
  return kind === "L" ? share : Math.sign(share) * Math.sqrt(Math.abs(share));
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** 10⁻³ for −3. */
const tenTo = (p) => `10${p < 0 ? "⁻" : ""}${[...String(Math.abs(p))].map((d) => RAISED[d]).join("")}`;

/** Decimals of a number from a thousandth on that is shown in few characters. */
const decimals = (size) => (size < 0.01 ? 4 : size < 10 ? 3 : size < 100 ? 2 : 0);

/** A number in few characters, 0.137, −2.31, −2.3·10⁻⁵, and so many digits more. */
export function written(value, more) {
  const size = Math.abs(value);
  if (size < 0.001) {
    const [digits, p] = value.toExponential(1 + more).split("e");
    return size ? `${number(Number(digits), 1 + more)}·${tenTo(Number(p))}` : "0";
  }
  return number(value, decimals(size) + more);
}

export const short = (value) => written(value, 0);

/** The number that is then written. */
function rounded(value, more) {
  const size = Math.abs(value);
  return Number(size < 0.001 ? value.toExponential(1 + more) : value.toFixed(decimals(size) + more));
}

/** "sum = result", its numbers with as few digits more, three at most, as let a calculator come to the result shown;
 *  with "≈" where even these do not, as for 1 − a of an a that is nearly 1.
 *  sum, text: what is done with the numbers and how that is written, both given what to do with each of them. */
export function holding(result, sum, text) {
  const holds = (more) => short(sum((v) => rounded(v, more))) === short(result);
  const more = [0, 1, 2].find(holds) ?? 3;
  return `${text((v) => written(v, more))} ${holds(more) ? "=" : "≈"} ${short(result)}`;
}
