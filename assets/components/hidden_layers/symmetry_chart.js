// J over the steps, one line a descent, each named at its end. stand_apart.js goes in front.

const WIDE = 370, HIGH = 340, LEFT = 52, RIGHT = 100, TOP = 16, BOTTOM = 48;

/** Ends of the axis of J, a whole number of tenths apart in each of its four parts. */
export function range(values) {
  const low = Math.floor(10 * Math.min(...values)) / 10;
  const part = Math.max(1, Math.ceil((10 * (Math.max(...values) - low)) / 4 - 1e-9)) / 10;
  return [low, low + 4 * part];
}

export function chart({ looks, steps, runs }) {
  const svg = makeSvg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "img" });
  const every = runs.flatMap((run) => run.costs);
  const [low, high] = every.length ? range(every) : [1.2, 2.4];
  const x = (step) => LEFT + (step / steps) * (WIDE - LEFT - RIGHT);
  const y = (J) => TOP + ((high - J) / (high - low)) * (HIGH - TOP - BOTTOM);
  for (let i = 0; i <= 4; i++) {
    const J = low + (i * (high - low)) / 4;
    svg.append(makeSvg("line", { x1: LEFT, x2: WIDE - RIGHT, y1: y(J), y2: y(J), class: "grid" }),
      makeSvg("text", { x: LEFT - 8, y: y(J) + 5, "text-anchor": "end", class: "tick" }, J.toFixed(1)));
  }
  for (const step of [0, steps / 2, steps])
    svg.append(makeSvg("text", { x: x(step), y: HIGH - BOTTOM + 20, "text-anchor": "middle", class: "tick" }, step));
  svg.append(makeSvg("text", { x: (LEFT + WIDE - RIGHT) / 2, y: HIGH - 8, "text-anchor": "middle" }, "step"),
    makeSvg("text", { x: 14, y: (HIGH - BOTTOM) / 2, transform: `rotate(-90 14 ${(HIGH - BOTTOM) / 2})`, "text-anchor": "middle" }, "J, mean of the last batches"));
  if (every.length) {
    const ends = standApart(runs.map((run) => y(run.costs[run.costs.length - 1])), 19, TOP + 8, HIGH - BOTTOM - 4);
    const end = x(looks[looks.length - 1]);
    runs.forEach((run, r) => {
      const points = run.costs.map((J, i) => `${x(looks[i]).toFixed(1)},${y(J).toFixed(1)}`).join(" ");
      svg.append(makeSvg("polyline", { points, class: `line ${run.start}` }),
        makeSvg("text", { x: end + 8, y: ends[r] + 5, class: `name ${run.start}` }, `${run.start} ${number(run.costs[run.costs.length - 1], 2)}`));
    });
  }
  const said = runs.map((run) => (run.costs.length ? `${run.start} ${run.costs[run.costs.length - 1].toFixed(2)}` : run.start));
  svg.setAttribute("aria-label", `J over the steps of descent; after step ${looks[looks.length - 1] ?? 0}: ${said.join(", ")}`);
  return svg;
}
