// The sums of the broadcasting boards: core/broadcasting.py for small matrices, once more, because a number that is
// typed or a column that is dragged must answer at once. tests/browser/test_broadcasting.py holds them to core.
// Matrices are arrays of rows; p says how far b̃ reaches: 0 is b itself, m − 1 all m columns.

/** W X. (k, n)(n, m) → (k, m) */
export function product(W, X) {
  return W.map((row) => X[0].map((_, j) => row.reduce((sum, w, q) => sum + w * X[q][j], 0)))
}

/** Z = W X + b̃, b̃[i, j] = b[i]. b: k numbers → (k, m) */
export function withBias(WX, b) {
  return WX.map((row, i) => row.map((v) => v + b[i]))
}

/** Where column j stands when b̃ reaches as far as p: the outermost column leads, the others stop at their places. */
export function standsAt(j, p) {
  return Math.min(j, p)
}

/** What the front has gathered of a row on its way back: the sum of the columns at or beyond p. */
export function gathered(row, p) {
  return row.reduce((sum, v, j) => (j >= p ? sum + v : sum), 0)
}

/** The place of entry (i, j), counted from 0, in memory: i · stride + j · stride. */
export function placeOf(i, j, strides) {
  return i * strides[0] + j * strides[1]
}

/** How many parameters: of W, of b, and of a b̃ that were one number each. */
export function parameters(k, n, m) {
  return { W: k * n, b: k, all: k * n + k, copied: k * n + k * m }
}

/** "−1.5" or "1,5" → −1.5 and 1.5; null for what is not a number from −99 to 99 with at most two decimals. */
export function typed(text) {
  const plain = text.trim().replace("−", "-").replace(",", ".")
  return /^[-+]?(\d{1,2}(\.\d{0,2})?|\.\d{1,2})$/.test(plain) ? Number(plain) + 0 : null
}

/** A number without needless decimals. */
export function brief(value, digits = 2) {
  return number(Number(value.toFixed(digits)), Math.min(digits, (String(Math.abs(Number(value.toFixed(digits)))).split(".")[1] ?? "").length))
}

/** As a factor or a further term: (−2) in brackets. */
export function inSum(value, digits = 2) {
  return Number(value.toFixed(digits)) < 0 ? `(${brief(value, digits)})` : brief(value, digits)
}
