// The sums of the logits board: core/activations.py and core/losses.py for one photo, once more, because a trip to
// the server per movement is too slow for coupling to be seen. tests/browser/test_logits_sums.py holds them to core.
// z, ŷ, y: arrays of three numbers; a table is T[row][column]. ui/logits.py joins this file and the others
// to one module, numbers.js and activations.js in front.

const row = (length, value) => Array.from({ length }, (_, i) => value(i));
const total = (values) => values.reduce((sum, v) => sum + v, 0);

// ∂ŷ_j/∂z_k = δ_jk ŷ_j (1 − ŷ_j): nothing off the diagonal.
export function sigmoidJacobian(a) {
  return a.map((aj, j) => a.map((_, k) => (j === k ? aj * (1 - aj) : 0)));
}

// ∂ŷ_j/∂z_k = ŷ_j (δ_jk − ŷ_k): the coupling.
export function softmaxJacobian(a) {
  return a.map((aj, j) => a.map((ak, k) => aj * ((j === k ? 1 : 0) - ak)));
}

// Softmax's Jacobian rounded so that it still is one: the same above the diagonal as below, and each row and column
// adds up to 0. Off the diagonal it is plain rounding; the diagonal, two of those, is off by less than a unit.
export function roundedJacobian(J, digits) {
  const off = J.map((line, j) => line.map((v, k) => (j === k ? 0 : Number(v.toFixed(digits)))));
  return off.map((line, j) => line.map((v, k) => (j === k ? Number((-total(line)).toFixed(digits)) : v)));
}

// L = −Σ_k [y_k log ŷ_k + (1−y_k) log(1−ŷ_k)], ŷ = σ(z)
export function binaryTerms(z, y) {
  return z.map((v, k) => binaryCrossEntropy(v, y[k]));
}

export function binaryDerivative(z, y) {
  return z.map((v, k) => sigmoid(v) - y[k]);
}

// L = −Σ_k y_k log ŷ_k, ŷ = softmax(z)
export function crossEntropyTerms(z, y) {
  const lse = logSumExp(z);
  return z.map((v, k) => y[k] * (lse - v));
}

// ∂L/∂z = (Σy) ŷ − y
export function crossEntropyDerivative(z, y) {
  const ones = total(y);
  return softmax(z).map((a, k) => ones * a - y[k]);
}

// u_k = z_k − log Σ_{i≠k} e^{z_i}, so that softmax's ŷ_k = σ(u_k) and 1 − ŷ_k = σ(−u_k) without cancelling.
function againstTheRest(z) {
  return z.map((v, k) => v - logSumExp(z.filter((_, i) => i !== k)));
}

// Goal 2's L on Goal 3's ŷ.
export function tangledTerms(z, y) {
  return binaryTerms(againstTheRest(z), y);
}

// What summand k of that L adds to ∂L/∂z_j: (ŷ_k − y_k)(δ_kj − q_kj), q_kj = ŷ_j / (1 − ŷ_k) off the diagonal.
export function tangledTable(z, y) {
  const pull = binaryDerivative(againstTheRest(z), y);
  return z.map((_, k) => {
    const rest = logSumExp(z.filter((_, i) => i !== k));
    return z.map((v, j) => pull[k] * (j === k ? 1 : -Math.exp(v - rest)));
  });
}

export function tangledDerivative(z, y) {
  const table = tangledTable(z, y);
  return z.map((_, j) => total(table.map((terms) => terms[j])));
}

// That table rounded so that each column adds up to its rounded foot. Terms on the diagonal, (ŷ_k − y_k) · 1, are read
// off at sight and stay plainly rounded; of the other two none is off by a unit.
export function roundedTangled(table, digits) {
  const plain = (v) => Number(v.toFixed(digits));
  const columns = table.map((line, j) => {
    const terms = table.map((one) => one[j]), own = plain(line[j]);
    const others = thatAdd(terms.filter((_, k) => k !== j), digits, plain(total(terms)) - own);
    return [...others.slice(0, j), own, ...others.slice(j)];
  });
  return table.map((_, k) => columns.map((column) => column[k]));
}

// Of all distributions, ŷ = y / Σy makes the cross-entropy least: L = Σy log Σy. Without a label none is best.
export function bestOutput(y) {
  const ones = total(y);
  return ones ? y.map((v) => v / ones) : null;
}

export function leastLoss(y) {
  const ones = total(y);
  return ones ? ones * Math.log(ones) : 0;
}

// −Σ y log p of a distribution p itself, for the map of all distributions.
export function lossOf(p, y) {
  return -total(p.map((v, k) => (y[k] ? y[k] * Math.log(v) : 0)));
}

// z := z − α ∂L/∂z of the cross-entropy, `steps` times; all the points passed, the first included.
export function descend(z, y, { rate = 0.25, steps = 120 } = {}) {
  const path = [[...z]];
  for (let i = 0; i < steps; i++) {
    const here = path[path.length - 1];
    const slope = crossEntropyDerivative(here, y);
    path.push(here.map((v, k) => v - rate * slope[k]));
  }
  return path;
}
