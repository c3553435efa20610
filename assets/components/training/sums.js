// Sums without a screen: numbers as text, round scales, curves thinned to what can be seen. Tested one by one.

const THOUSANDS = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 }); // kept: to make one costs a hundred uses

/** 1240 → "1,240"; what is no number → "–". */
export const count = (value) => (Number.isFinite(value) ? THOUSANDS.format(Math.round(value)) : "–");

// `number` and `percent` have namesakes in numbers.js, which know nothing of a run that diverges: there is no end to its
// numbers, and then they are none. Built on those, the figure would wait for one file more after the others.

/** 1.5, 2 → "1.50"; 2278.4, 0 → "2,278"; with a true minus sign; what is no number → "–". */
export function number(value, places = 2) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value), text = size >= 1e6 ? size.toExponential(1) : size.toFixed(places);
  const [whole, ...part] = text.split(".");
  const grouped = size >= 999.5 && size < 1e6 ? [whole.replace(/\B(?=(\d{3})+$)/g, ","), ...part].join(".") : text;
  return (value < 0 && Number(text) !== 0 ? "−" : "") + grouped;
}

/** In about five characters, whatever its size: 0.693, 12.35, 271.8, 2,350, and from 10,000 on 5.7e+5. */
export function narrow(value) {
  const size = Math.abs(value);
  return size < 1e4 ? number(value, 4 - String(Math.trunc(size)).length)
    : Number.isFinite(value) ? (value < 0 ? "−" : "") + size.toExponential(1) : "–";
}

/** 0.614 → 61; what is no number → NaN. */
export const hundredths = (share) => (Number.isFinite(share) ? Math.round(100 * share) : NaN);

/** 0.614 → "61 %", with a narrow space at which no line ends. */
export const percent = (share) => (Number.isFinite(share) ? `${hundredths(share)}\u202f%` : "–");

/** Three digits that matter, short: 0.0213, 1.93, 12.4, 2,350, 1.2e+6. */
export function short(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return (value < 0 ? "−" : "") + size.toExponential(1);
  return size >= 1000 ? (value < 0 ? "−" : "") + count(size) : number(value, size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** In five characters at most below 100,000, a minus sign apart: 1.25, 42.4, 101, 2,350, 14k; then 250k, 1.2e+6. */
export function compact(value) {
  const size = Math.abs(value);
  if (size < 99.95) return number(value, size < 9.995 ? 2 : 1);
  return size >= 9999.5 && size < 1e6 ? `${number(value / 1000, 0)}k` : short(Math.round(value));
}

/** The end of a scale, which is 1, 2 or 5 times a power of ten, in six characters at most: 0.02, 1, 5,000, 20k, 2e20, 5e-5. */
export function end(value) {
  if (!Number.isFinite(value)) return "–";
  if (value !== 0 && (value < 1e-3 || value >= 1e6)) return value.toExponential(0).replace("+", "");
  return value >= 1e4 ? compact(value) : value >= 1000 ? count(value) : String(Number(value.toPrecision(1)));
}

/** The least of 1, 2, 5, 10, 20, … (times any power of ten) that is ≥ value. */
export function nice(value) {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return (power * [1, 2, 5, 10].find((step) => step * power >= value * (1 - 1e-9)));
}

/** Where the axis of steps ends while the run grows: seldom a new end, never less than three quarters used. */
export function roof(step, least = 40) {
  const wanted = Math.max(step, least), power = 10 ** Math.floor(Math.log10(wanted) + 1e-9);
  return power * [1, 1.25, 1.6, 2, 2.5, 3, 4, 5, 6, 8, 10].find((part) => part * power >= wanted * (1 - 1e-9));
}

/** Round ticks (1-2-5) in [low, high], about `wanted` of them. */
export function ticks(low, high, wanted = 5) {
  const gap = nice((high - low) / Math.max(1, wanted)), found = [];
  for (let i = Math.ceil(low / gap - 1e-9); i * gap <= high + gap * 1e-9; i++) found.push(Number((i * gap).toPrecision(12)));
  return found;
}

/** The entry of an ascending list that is nearest to value; null for an empty list. */
export function nearest(sorted, value) {
  let low = 0, high = sorted.length - 1;
  if (high < 0) return null;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= value) low = middle;
    else high = middle;
  }
  return value - sorted[low] <= sorted[high] - value ? sorted[low] : sorted[high];
}

/** The entry before (by = −1) or after (by = 1) value in an ascending list, or null at its end. */
export function neighbour(sorted, value, by) {
  const found = by < 0 ? sorted.findLast((entry) => entry < value) : sorted.find((entry) => entry > value);
  return found ?? null;
}

/** How far up (below: down) a line of points goes from one step to another, at which it has this value. Where it has
 *  no point at the first of them, the one before counts, too. */
export function outermost(pairs, from, to, value, below) {
  const farther = below ? Math.min : Math.max;
  for (let i = (pairs?.length ?? 0) - 2; i >= 0; i -= 2) {
    if (pairs[i] <= to) value = farther(value, pairs[i + 1]);
    if (pairs[i] <= from) break;
  }
  return value;
}

/** pairs (x, y, x, y, …), x ascending → [xs, ys] in [from, to], of each of `columns` columns only first, least,
 *  greatest and last: a line through them covers the same pixels. One point on either side is kept, so that the line
 *  leaves the picture in the right direction. */
export function thin(pairs, from, to, columns) {
  const xs = [], ys = [], points = pairs.length / 2;
  const put = (i) => { xs.push(pairs[2 * i]); ys.push(pairs[2 * i + 1]); };
  let start = 0, end = points;
  while (start < points - 1 && pairs[2 * (start + 1)] < from) start++;
  while (end > start + 1 && pairs[2 * (end - 2)] > to) end--;
  if (end - start <= 4 * columns) {
    for (let i = start; i < end; i++) put(i);
    return [xs, ys];
  }
  const column = (i) => Math.floor(((pairs[2 * i] - from) / (to - from)) * columns);
  for (let i = start; i < end; ) {
    let next = i, least = i, greatest = i;
    for (const here = column(i); next < end && column(next) === here; next++) {
      if (pairs[2 * next + 1] < pairs[2 * least + 1]) least = next;
      if (pairs[2 * next + 1] > pairs[2 * greatest + 1]) greatest = next;
    }
    for (const index of [...new Set([i, least, greatest, next - 1])].sort((a, b) => a - b)) put(index);
    i = next;
  }
  return [xs, ys];
}

/** A gap (NaN, which no line crosses) in [xs, ys] at each seam. The cost of the batch of the seam's own step was taken
 *  before the switch; the last of the costs `measured` on many photos at that step was taken after it. */
export function broken([xs, ys], seams, measured = false) {
  const outX = [], outY = [], waiting = [...seams].sort((a, b) => a - b);
  for (let i = 0; i < xs.length; i++) {
    let gap = false;
    const after = measured && xs[i + 1] !== xs[i];
    while (waiting.length && (xs[i] > waiting[0] || (xs[i] === waiting[0] && after))) {
      waiting.shift();
      gap = outX.length > 0;
    }
    outX.push(...(gap ? [xs[i], xs[i]] : [xs[i]]));
    outY.push(...(gap ? [NaN, ys[i]] : [ys[i]]));
  }
  return [outX, outY];
}

/** [least, greatest] of the finite values without lonely peaks: those farther from the middle four fifths than
 *  three times their spread. `must` are seen in any case unless they are ten times higher than the rest. log: of
 *  log10 of the values, on whose axis what grows evenly is a line that is seen whole. */
export function robustRange(values, must = [], log = false) {
  const scaled = (all) => all.filter((value) => Number.isFinite(value) && (!log || value > 0)).map((value) => (log ? Math.log10(value) : value));
  const sorted = scaled(values).sort((a, b) => a - b);
  if (!sorted.length) return null;
  const at = (share) => sorted[Math.round(share * (sorted.length - 1))];
  const [q1, q9] = [at(0.1), at(0.9)], reach = 3 * Math.max(q9 - q1, 0.02 * Math.abs(q9));
  const kept = sorted.filter((value) => value >= q1 - reach && value <= q9 + reach);
  kept.push(...scaled(must).filter((value) => (log ? value <= q9 + 1 : Math.abs(value) <= 10 * Math.max(Math.abs(q9), 1e-9))));
  return [Math.min(...kept), Math.max(...kept)];
}

/** A round range around [low, high], with `room` of their span free above, and `before` as long as it holds the
 *  values and they fill half of it. */
export function steadyRange(before, [low, high], room = 0.06) {
  const span = high - low || Math.abs(high) || 1;
  if (before && low >= before[0] && high <= before[1] && span >= 0.5 * (before[1] - before[0])) return before;
  const gap = nice(span / 6);
  const bottom = Math.floor((low - 0.02 * span) / gap) * gap, top = Math.ceil((high + room * span) / gap) * gap;
  return [Number((low >= 0 ? Math.max(0, bottom) : bottom).toPrecision(12)), Number(top.toPrecision(12))];
}

/** Texts of one line each, what matters most first: {at, places: [{span: [from, to], most}]}, the best place first.
 *  → for each [which place, row], so that none touches another, or null. lines are [x, weight]: a text stands where
 *  it crosses the least of them, its own at x = `at` aside, and nowhere where that is more than `most`. */
export function arrange(texts, rows, lines = [], gap = 6) {
  const taken = Array.from({ length: rows }, () => []);
  return texts.map(({ at, places }) => {
    const others = lines.filter(([x]) => Math.abs(x - at) > 1);
    const open = places.map(({ span: [from, to], most = 0 }, which) => {
      const crossed = others.filter(([x]) => x > from + 1 && x < to - 1);
      return { from, to, which, most, over: crossed.reduce((sum, [, weight]) => sum + weight, 0) };
    }).filter(({ over, most }) => over <= most).sort((a, b) => a.over - b.over);
    for (const { from, to, which } of open) {
      const row = taken.findIndex((line) => line.every(([a, b]) => to + gap <= a || from >= b + gap));
      if (row < 0) continue;
      taken[row].push([from, to]);
      return [which, row];
    }
    return null;
  });
}

/** How long to wait before the next attempt to connect, in ms: 250, 500, … 4000. */
export const backOff = (attempt) => Math.min(4000, 250 * 2 ** attempt);
