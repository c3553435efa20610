// σ and the loss of one neuron over z, as the inside of an <svg viewBox="0 0 290 286">.
// σ and L come from activations.js, number from numbers.js, which stand in front of this file.

/** σ above, the loss below, on one z axis: the gap ŷ − y above is the slope of L below. */
export function curves(z, yHat, y, L, slope, span) {
  const left = 34, right = 282, up = [14, 132], low = [168, 262];
  const X = (v) => left + ((right - left) * (v + span)) / (2 * span);
  const Y = (v) => up[1] - (up[1] - up[0]) * v;
  const top = softplus(span), Z = (v) => low[1] - ((low[1] - low[0]) * v) / top;
  const line = (f, map) => {
    let d = "";
    for (let i = 0; i <= 96; i++) d += `${i ? "L" : "M"}${X(span * (i / 48 - 1)).toFixed(1)} ${map(f(span * (i / 48 - 1))).toFixed(1)}`;
    return d;
  };
  const ticks = [-span, -span / 2, 0, span / 2, span];
  const step = [1, 2, 5, 10, 20, 50, 100].find((step) => top / step < 5.5) ?? top;
  const losses = Array.from({ length: 1 + Math.floor(top / step) }, (_, k) => k * step);
  const px = X(z), py = Y(yHat), ly = Z(L);
  const reach = Math.min(span / 3, 40 / (Math.hypot(1, slope) * 14) * (span / 6));
  const ends = [Math.max(-span, z - reach), Math.min(span, z + reach)].map((v) => `${X(v).toFixed(1)} ${Z(L + slope * (v - z)).toFixed(1)}`);
  const gapText = Math.abs(py - Y(y)) > 16;
  // Beside the gap where the curve is not: left of one above it, right of one below it, if there is room for it.
  const toTheLeft = y ? px - left > 104 : right - px < 104;
  const away = toTheLeft ? -7 : 7, anchor = toTheLeft ? "end" : "start";
  const height = toTheLeft === Boolean(y) ? (py + Y(y)) / 2 + 4 : y ? up[0] + 18 : up[1] - 8; // else far from the curve
  // L above its curve: on the side to which that falls, if there is room.
  const lossLeft = y ? right - px < 74 : px - left > 74;
  return `
    <g class="grid">${[0, 0.5, 1].map((v) => `<path d="M${left} ${Y(v)}H${right}"/>`).join("")}
      <path d="M${X(0)} ${up[0]}V${up[1]}M${X(0)} ${low[0]}V${low[1]}M${left} ${low[1]}H${right}"/></g>
    <g class="ticks">${[0, 0.5, 1].map((v) => `<text x="${left - 6}" y="${Y(v) + 5}" text-anchor="end">${v || "0"}</text>`).join("")}
      ${losses.map((v) => `<text x="${left - 6}" y="${Z(v) + 5}" text-anchor="end">${v}</text>`).join("")}
      ${ticks.map((v) => `<text x="${X(v)}" y="${low[1] + 23}" text-anchor="middle">${number(v, v % 1 ? 1 : 0)}</text>`).join("")}
      <text class="axis" x="${right}" y="${up[1] + 16}" text-anchor="end">z</text>
      <text class="axis" x="${left - 6}" y="${low[0] - 12}" text-anchor="end">L</text></g>
    <path class="thread" d="M${px} ${low[1]}V${py}H${left}M${px} ${ly}H${left}"/>
    <path class="curve" d="${line(sigmoid, Y)}"/>
    <path class="curve faint" d="${line((v) => binaryCrossEntropy(v, y), Z)}"/>
    <path class="target" d="M${left} ${Y(y)}H${right}"/>
    <path class="gap" d="M${px} ${Y(y)}V${py}"/>
    ${gapText ? `<text class="gap" x="${px + away}" y="${height}" text-anchor="${anchor}">ŷ − y = ${number(slope, 2)}</text>` : ""}
    <path class="tangent" d="M${ends[0]}L${ends[1]}"/>
    <text class="value" x="${px + (lossLeft ? -9 : 9)}" y="${ly - 8}" text-anchor="${lossLeft ? "end" : "start"}">L = ${number(L, 2)}</text>
    <circle class="dot" cx="${px}" cy="${py}" r="5.5"/><circle class="dot" cx="${px}" cy="${ly}" r="4.5"/>
    <text class="note" x="${y ? right : left + 8}" y="${low[0] - 2}" text-anchor="${y ? "end" : "start"}">slope = ŷ − y</text>`;
}
