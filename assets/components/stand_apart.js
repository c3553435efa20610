// Names at the ends of lines, where the lines end close together.

/** The heights moved, in their order, so that neighbours stand at least `gap` apart and none leaves low … high. */
export function standApart(heights, gap, low, high) {
  const order = [...heights.keys()].sort((i, j) => heights[i] - heights[j])
  const placed = [...heights]
  let edge = low
  for (const i of order) edge = (placed[i] = Math.max(placed[i], edge)) + gap
  edge = high
  for (const i of order.reverse()) edge = (placed[i] = Math.min(placed[i], edge)) - gap
  return placed
}
