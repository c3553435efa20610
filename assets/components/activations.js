// The lecture's activations and what their losses are made of, finite for every z: core/activations.py and
// core/losses.py for one neuron, one photo. tests/browser/test_activations.py holds them to core.

/** σ(z) = 1 / (1 + e^−z). */
export const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));

export const relu = (z) => Math.max(0, z);

/** log(1 + e^z) = −log σ(−z). */
export const softplus = (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** L = −[y log ŷ + (1−y) log(1−ŷ)] with ŷ = σ(z), from z: a saturated ŷ has a finite loss. */
export const binaryCrossEntropy = (z, y) => y * softplus(-z) + (1 - y) * softplus(z);

/** log Σ_j e^z_j of an array. */
export function logSumExp(z) {
  const top = Math.max(...z);
  return top + Math.log(z.reduce((sum, v) => sum + Math.exp(v - top), 0));
}

/** ŷ_k = e^z_k / Σ_j e^z_j of an array. */
export function softmax(z) {
  const top = Math.max(...z);
  const e = z.map((v) => Math.exp(v - top));
  const sum = e.reduce((all, v) => all + v, 0);
  return e.map((v) => v / sum);
}
