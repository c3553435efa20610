// The few sums of one neuron, ŷ = σ(wx + b), as the browser needs them while a hand moves the ball.
// core/ is the authority; tests/browser/test_one_ball.py holds every function here against it.
// SIDE comes from pictures.js, σ and L from activations.js, which ui/one_ball/neuron.py puts in front.

export const N = SIDE * SIDE * 3; // 12288

/** Where one channel of one pixel stands in x: (row·64 + col)·3 + channel. */
export const place = (row, col, channel) => (row * SIDE + col) * 3 + channel;

/** The whole photo moved by (drow, dcol); pixels at the edge repeat. uint8 (12288) → uint8 (12288). */
export function shift(photo, drow, dcol) {
  const moved = new Uint8ClampedArray(N);
  const inside = (i) => Math.min(SIDE - 1, Math.max(0, i));
  for (let row = 0; row < SIDE; row++)
    for (let col = 0; col < SIDE; col++) {
      const from = place(inside(row - drow), inside(col - dcol), 0), to = place(row, col, 0);
      for (let c = 0; c < 3; c++) moved[to + c] = photo[from + c];
    }
  return moved;
}

/**
 * The ball, moved by (drow, dcol), over its background; what leaves the frame is cut. In float32 as in core.
 * background uint8 (12288), ball float32 (64·64·4), R, G, B multiplied by A → uint8 (12288).
 */
export function composite(background, ball, drow, dcol) {
  const f = Math.fround;
  const picture = Uint8ClampedArray.from(background);
  for (let row = Math.max(0, drow); row < SIDE + Math.min(0, drow); row++)
    for (let col = Math.max(0, dcol); col < SIDE + Math.min(0, dcol); col++) {
      const from = ((row - drow) * SIDE + col - dcol) * 4, to = place(row, col, 0);
      const clear = f(1 - ball[from + 3]);
      for (let c = 0; c < 3; c++) {
        const mixed = f(ball[from + c] + f(clear * f(background[to + c] / 255)));
        picture[to + c] = Math.floor(f(f(Math.min(1, Math.max(0, mixed)) * 255) + 0.5));
      }
    }
  return picture;
}

/** x = pixel / 127.5 − 1, in float32 as in core. uint8 (12288) → float32 (12288). */
export function flatten(pixels) {
  const x = new Float32Array(N);
  for (let i = 0; i < N; i++) x[i] = Math.fround(pixels[i] / 127.5) - 1;
  return x;
}

/** Σ of the positive and of the negative products w_i x_i, z = wx + b, and the evidence of each pixel. */
export function neuron(w, b, x) {
  const evidence = new Float64Array(SIDE * SIDE); // (w∘xᵀ) summed over R, G, B
  let positive = 0, negative = 0;
  for (let i = 0; i < N; i++) {
    const product = w[i] * x[i];
    if (product > 0) positive += product;
    else negative += product;
    evidence[(i / 3) | 0] += product;
  }
  return { evidence, positive, negative, wx: positive + negative, z: positive + negative + b };
}

/** The outline of the cells of a map, `wide` cells a row, where ŷ > ½, as an SVG path on a grid of its cells. */
export function outline(map, wide) {
  const yes = (row, col) => col >= 0 && col < wide && map[row * wide + col] > 0.5;
  let d = "";
  for (let row = 0; row <= map.length / wide; row++)
    for (let col = 0; col <= wide; col++) {
      if (yes(row, col) !== yes(row - 1, col)) d += `M${col} ${row}h1`;
      if (yes(row, col) !== yes(row, col - 1)) d += `M${col} ${row}v1`;
    }
  return d;
}

/** ∂L/∂z = ŷ − y. */
export const derivative = (z, y) => sigmoid(z) - y;
