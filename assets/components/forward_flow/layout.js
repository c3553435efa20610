// Where everything stands: the photo, each hidden layer as a grid, the outputs. The flow runs to the right where there
// is room and downwards on a phone; "along" is its direction, "across" the other one.

/** The grid for k neurons with the widest pitch that fits, or a little less where that fills every line: lines run
 * across the flow, one behind the other. */
export function grid(k, across, along, widest) {
  let first = null;
  for (let pitch = widest; pitch >= 6; pitch--) {
    const lines = Math.ceil(k / Math.max(1, Math.floor(across / pitch)));
    if (lines * pitch > along && pitch > 6) continue;
    const found = { pitch, lines, each: Math.ceil(k / lines) };
    first ??= found;
    if (pitch < 0.8 * first.pitch) break;
    if (k % lines === 0) return found;
  }
  return first;
}

/** sizes: neurons of every layer, the outputs last. → { width, height, photo, layers: [{ points, r, … }] } in pixels. */
export function layout(sizes, width) {
  const down = width < 620;
  const hidden = sizes.slice(0, -1);
  const outputs = sizes[sizes.length - 1];
  const head = down ? 26 : 58; // for what stands above a grid
  const side = down ? 132 : Math.min(190, Math.round(width * 0.17));
  const height = down ? 0 : Math.max(440, Math.min(500, Math.round(width * 0.46)));
  const across = down ? width - 28 : height - head - 22;
  const most = down ? 96 : Math.min(132, (width - side - 200) / (hidden.length + 0.5) - 70);
  const grids = hidden.map((k) => grid(k, across, Math.max(40, most), down ? 24 : 26));
  const taken = grids.reduce((sum, { pitch, lines }) => sum + pitch * lines, 0);
  const end = down ? 118 : 172; // the outputs' names and bars
  const gap = down ? 84 : (width - 24 - side - taken - end) / sizes.length;
  const middle = down ? width / 2 : head + across / 2;
  let along = (down ? head : 16) + side + gap;
  const layers = grids.map(({ pitch, lines, each }, l) => {
    const start = along;
    along += pitch * lines + gap;
    const points = Array.from({ length: hidden[l] }, (_, j) => {
      const line = Math.floor(j / each);
      const inLine = Math.min(each, hidden[l] - line * each); // the last line may be shorter
      const a = start + (line + 0.5) * pitch;
      const c = middle + ((j % each) - (inLine - 1) / 2) * pitch;
      return down ? { x: c, y: a } : { x: a, y: c };
    });
    return { points, pitch, r: pitch * 0.38, start, depth: pitch * lines };
  });
  const step = down ? (width - 28) / outputs : Math.min(110, across / outputs);
  const points = Array.from({ length: outputs }, (_, j) => {
    const c = middle + (j - (outputs - 1) / 2) * step;
    return down ? { x: c, y: along + 14 } : { x: along + 14, y: c };
  });
  layers.push({ points, r: Math.min(15, step * 0.36), start: along, depth: 30 });
  const photo = down ? { x: (width - side) / 2, y: head, side } : { x: 16, y: middle - side / 2, side };
  return { down, width, height: down ? along + end : height, head, middle, photo, layers };
}

/** The nearest point in a direction [dx, dy], what stands straight ahead first; -1 where there is none. */
export function neighbour(points, here, [dx, dy]) {
  let best = -1, least = Infinity;
  points.forEach((point, i) => {
    const ahead = (point.x - here.x) * dx + (point.y - here.y) * dy;
    const aside = Math.abs((point.x - here.x) * dy) + Math.abs((point.y - here.y) * dx);
    if (ahead > 1 && ahead + 3 * aside < least) [best, least] = [i, ahead + 3 * aside];
  });
  return best;
}
