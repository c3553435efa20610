// What a key does to the labels of the chosen photos. A label is "" (not sorted) or "101": which balls are there.

/** Ball k on for all; off again if all have it. Whoever loses the last ball is not sorted, rather than "none". */
export function toggled(labels, k) {
  const off = labels.every((label) => label[k] === "1")
  return labels.map((label) => {
    const made = [...(label || "000")].map((y, i) => (i === k ? (off ? "0" : "1") : y)).join("")
    return off && made === "000" ? "" : made
  })
}

/** None of the balls for all; not sorted again if all have none. */
export function noneToggled(labels) {
  return labels.map(() => (labels.every((label) => label === "000") ? "" : "000"))
}

/** "true" if something holds of all labels, "false" of none, else "mixed". */
export function share(labels, holds) {
  const count = labels.filter(holds).length
  return count === 0 ? "false" : count === labels.length ? "true" : "mixed"
}

/** The label in words, each with its ball's colour or null. */
export function wordsOf(label, balls) {
  if (!label) return [["not sorted", null]]
  const there = balls.filter((_, k) => label[k] === "1").map(({ short, colour }) => [short, colour])
  return there.length ? there : [["none", null]]
}

export const photosOf = (count) => (count === 1 ? "1 photo" : `${count} photos`)
