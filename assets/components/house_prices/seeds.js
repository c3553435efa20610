// Many trainings: for each concept, the |r| of the unit that comes closest to it, one dot a training.
// ui/house_prices/agreement.py puts elements.js and numbers.js in front of this file.

const LANES = 5;
const left = (r) => `${97 * r}%`; // the strip goes on a little beyond 1

/** Heights, as multiples of a dot, of dots at these places so that none covers another: 0, 1, −1, 2, … */
export function stacked(places, apart) {
  const lanes = [];
  return places.map((x) => {
    let lane = 0;
    while (lanes[lane]?.some((other) => Math.abs(other - x) < apart)) lane++;
    (lanes[lane] ??= []).push(x);
    lane %= LANES; // beyond these they do cover each other; the count stands beside them
    return lane % 2 ? (lane + 1) / 2 : -lane / 2;
  });
}

function row({ name, limit, values, seeds, count }) {
  const strip = make("div", "strip");
  strip.setAttribute("role", "img");
  strip.setAttribute("aria-label", 
    `${name}: best |r| of each training ${values.map((v) => number(v, 2)).join(", ")}; above ${number(limit, 2)} it agrees`);
  const line = make("i", "limit");
  line.style.left = left(limit);
  line.title = `above ${number(limit, 2)}`;
  strip.append(line);
  const heights = stacked(values, 0.017);
  values.forEach((v, n) => {
    const dot = make("span", v > limit ? "dot agrees" : "dot");
    dot.style.left = left(v);
    dot.style.top = `calc(50% + ${heights[n] * 0.7}rem)`;
    dot.title = `seed ${seeds[n]}: ${number(v, 2)}`;
    strip.append(dot);
  });
  return [make("span", "name", name), strip, make("span", "count", count)];
}

export default function ({ data, parentElement }) {
  if (!data) return undefined;
  let root = parentElement.querySelector(".seeds");
  if (!root) parentElement.append((root = make("div", "seeds")));
  const ticks = make("div", "ticks", ...[0, 0.25, 0.5, 0.75, 1].map((v) => {
    const tick = make("span", "", String(v));
    tick.style.left = left(v);
    return tick;
  }));
  root.replaceChildren(
    make("span", "name quiet", ""), make("span", "quiet", "one dot a training"), make("span", "count quiet", "agree"),
    ...data.rows.flatMap((one) => row(one)),
    make("span"), ticks, make("span"),
    make("span"), make("p", "axis", "|r| of the unit that comes closest; in the shaded part it agrees"), make("span"));
  return () => root.remove();
}
