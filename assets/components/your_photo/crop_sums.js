// The same sums as core/photos.py, for what is seen while the hand moves; tests compare the two.

/** The square that a crop cuts out: {left, top, side} in pixels of a photo of width × height. */
export function frameOf(width, height, x, y, zoom) {
  const side = Math.min(width, height) / zoom;
  const within = (value, most) => Math.min(Math.max(value, 0), most);
  return { left: within(x * width - side / 2, width - side), top: within(y * height - side / 2, height - side), side };
}

/** Which parts of the photo's pixels lie in each of the 64 intervals of a crop: [first pixel, weights], by interval. */
export function overlaps(start, side, length) {
  const step = side / 64;
  const reach = Math.max(step, 1) / 2;
  return Array.from({ length: 64 }, (_, place) => {
    const centre = start + step * (place + 0.5);
    const from = Math.max(0, Math.floor(centre - reach));
    const to = Math.min(length, Math.ceil(centre + reach));
    const parts = [];
    for (let i = from; i < to; i++) parts.push(Math.max(0, Math.min(centre + reach, i + 1) - Math.max(centre - reach, i)));
    const sum = parts.reduce((a, b) => a + b, 0);
    return [from, parts.map((part) => part / sum)];
  });
}

/** pixels = R · photo · Cᵀ: RGBA bytes of a photo → RGBA bytes of its 64 × 64 crop. */
export function areaAverage(photo, width, height, frame) {
  const R = overlaps(frame.top, frame.side, height);
  const C = overlaps(frame.left, frame.side, width);
  const first = C[0][0];
  const wide = C[63][0] + C[63][1].length - first;
  const row = new Float32Array(wide * 3);
  const out = new Uint8ClampedArray(64 * 64 * 4);
  R.forEach(([top, weights], i) => {
    row.fill(0);
    weights.forEach((weight, k) => {
      let from = ((top + k) * width + first) * 4;
      for (let at = 0; at < row.length; from += 4) {
        row[at++] += weight * photo[from];
        row[at++] += weight * photo[from + 1];
        row[at++] += weight * photo[from + 2];
      }
    });
    C.forEach(([left, shares], j) => {
      const at = (i * 64 + j) * 4;
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        shares.forEach((share, k) => (sum += share * row[(left - first + k) * 3 + channel]));
        out[at + channel] = Math.floor(sum + 0.5);
      }
      out[at + 3] = 255;
    });
  });
  return out;
}
