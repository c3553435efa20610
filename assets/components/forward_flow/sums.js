// What a neuron is made of: the terms w·a of its sum, the largest of them by name, the rest as one number.
// core/network.py is the authority; tests/browser/test_forward_flow.py holds this file against it.

export const PATCH = 8; // the photo's side in patches is 64 / 8: what it gives to a neuron is summed patch by patch
export const PATCHES = 64;

/** w_ji · a_i for every i: z_j = Σ of them + b_j. W (k, n) row by row, a (n) → float64 (n). */
export function terms(W, a, j) {
  return Float64Array.from(a, (value, i) => W[j * a.length + i] * value);
}

/** w_ji · a_i for every j: what neuron i gives to each neuron of the next layer. → float64 (k). */
export function gives(W, a, i) {
  const n = a.length;
  return Float64Array.from({ length: W.length / n }, (_, j) => W[j * n + i] * a[i]);
}

/** The `count` largest terms by size, without zeros, and all others as one number. */
export function largest(values, count) {
  const top = [...values.keys()].filter((i) => values[i] !== 0)
    .sort((i, j) => Math.abs(values[j]) - Math.abs(values[i])).slice(0, count);
  const named = new Set(top);
  const rest = values.reduce((sum, value, i) => (named.has(i) ? sum : sum + value), 0);
  return { top, rest, others: values.length - top.length };
}

/** The strongest edges between two layers, strongest first: [{ from, to, value }]. W (k, n), a (n). */
export function strongest(W, a, count) {
  const n = a.length;
  const values = Float64Array.from(W, (w, place) => w * a[place % n]);
  return largest(values, count).top.map((place) => ({
    from: place % n, to: Math.floor(place / n), value: values[place],
  }));
}

/** The largest terms of neuron [l, j]'s sum, the largest of theirs, and so on down to the photo: the edges of those
 * paths, layer by layer, each once: [{ from, to, value, share }], share: its size against the largest of its sum. */
export function paths(given, l, j, count) {
  const found = given.layers.map(() => []);
  let ends = [j];
  for (; l >= 0; l--) {
    const next = new Set();
    if (l === 0) {
      const wx = ends.map((to) => given.layers[0].z[to] - given.layers[0].b[to]);
      const most = Math.max(...wx.map(Math.abs)) || 1;
      ends.forEach((to, place) => found[0].push({ from: 0, to, value: wx[place], share: Math.abs(wx[place]) / most }));
    } else for (const to of ends) {
      const values = terms(given.layers[l].W, given.layers[l - 1].a, to);
      const { top } = largest(values, count);
      for (const from of top) {
        found[l].push({ from, to, value: values[from], share: Math.abs(values[from] / values[top[0]]) });
        next.add(from);
      }
    }
    ends = [...next];
  }
  return found;
}

/** What unpack gave, layer by layer: W (none for the first), b, z, a, the activation that is as bright as can be, and
 * the `count` strongest edges into each layer. The photo as a whole gives w x = z − b to a first-layer neuron. */
export function prepare(given, count) {
  given.layers.forEach((layer, l) => {
    for (const part of ["W", "b", "z", "a"]) layer[part] = given[`${part}${l + 1}`];
    layer.most = ["relu", "identity"].includes(layer.activation) ? Math.max(...layer.a.map(Math.abs)) : 1;
  });
  given.strongest = given.layers.map((layer, l) => {
    if (l > 0) return strongest(layer.W, given.layers[l - 1].a, count);
    const wx = layer.z.map((z, j) => z - layer.b[j]);
    return largest(wx, count).top.map((to) => ({ from: 0, to, value: wx[to] }));
  });
  return given;
}
