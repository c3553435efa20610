// Numbers as they are shown, the same in every component: ui/numbers.py is the same for Python.

/** With a true minus sign, on request a plus sign; zero has neither, also where rounding made it. */
export function number(value, digits, plus = false) {
  const text = Math.abs(value).toFixed(digits);
  const sign = Number(text) === 0 ? "" : value < 0 ? "−" : plus ? "+" : "";
  return sign + text;
}

/** A whole number: "1,000". */
export function grouped(value) {
  return number(value, 0).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** So many decimals, two (`least`) at least, that the rounded parts add up to the rounded total: what is shown adds up. */
export function digitsThatAdd(parts, total, least = 2) {
  for (let digits = least; digits < 6; digits++) {
    const shown = parts.reduce((sum, part) => sum + Number(part.toFixed(digits)), 0);
    if (Math.abs(shown - Number(total.toFixed(digits))) < 0.1 * 10 ** -digits) return digits;
  }
  return 6;
}

/** So many decimals of x, two at least, that f of the rounded x is shown as f of x is. */
export function digitsThatGive(f, x, digits, least = 2) {
  for (let d = least; d < 6; d++) if (f(Number(x.toFixed(d))).toFixed(digits) === f(x).toFixed(digits)) return d;
  return 6;
}

/** The parts with so many decimals, in which they add up to their rounded sum, or to this one: those that lose most by
 *  rounding down are rounded up, which moves none by a unit of the last decimal. */
export function thatAdd(parts, digits, sum = parts.reduce((a, b) => a + b, 0)) {
  const unit = 10 ** digits, scaled = parts.map((part) => part * unit);
  const shown = scaled.map(Math.floor);
  const missing = Math.round(Number(sum.toFixed(digits)) * unit) - shown.reduce((a, b) => a + b, 0);
  const lost = shown.map((whole, i) => scaled[i] - whole);
  const order = [...parts.keys()].sort((i, j) => lost[j] - lost[i]);
  for (const i of order.slice(0, Math.max(0, missing))) shown[i] += 1;
  return shown.map((whole) => whole / unit);
}

/** Decimals that show two or three digits of numbers up to this size. */
export function digitsFor(size) {
  return Math.min(7, Math.max(2, 2 - Math.floor(Math.log10(size || 1))));
}

/** 0.62 → "62 %", with a narrow space at which no line ends; an en dash where there is nothing to count. */
export function percent(share, digits = 0) {
  return share === null ? "–" : `${number(100 * share, digits)}\u202f%`;
}
