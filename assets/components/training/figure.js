// The curves as a Plotly figure: cost J above, accuracy below, one axis of steps. Arrays in, {data, layout} out.
import { isSeam, LETTERS, marks, seams, sentence, swaps } from "./marks.js";
import { BALLS } from "./pictures.js";
import { broken, count, hundredths, narrow, nice, number, percent, robustRange, steadyRange, thin, ticks } from "./sums.js";

export const PANELS = { accuracy: [0, 0.31], cost: [0.39, 0.945], events: [0.965, 1] };
const DASHES = ["solid", "9px,4px", "11px,3px,3px,3px"];
const KINDS = [
  // name, key of the array, which panel, width
  ["train", "train_cost", "y", 2.6], ["test", "test_cost", "y", 2],
  ["train", "train_accuracy", "y2", 2.6], ["test", "test_accuracy", "y2", 2],
];
export const GUESS = "guess";
const FIVEFOLD = 0.7; // decades: on a log scale this much has at least two of the ticks 1, 2, 5, 10, …
const HUNDREDFOLD = 2; // and this much at least two powers of ten
const NEAR = 20; // px, within which a point is under the pointer: of each line the nearest, whatever step that is
const LEAST_TOLD = 10; // px: smaller letters under the pointer are none
const TOLD_LINE = 1.65; // times its letters is a line there, as high as a narrow space of another font makes it
const APART = 10; // points, from which on the two accuracies are said to be apart; less may be luck
export const KIND_TITLES = { batch: "batch", train: "training photos", test: "test photos" };
/** What each kind is measured on. */
export const KIND_NOTES = { batch: "J of each batch, before its step", train: "A sample of the photos that it learns from", test: "Photos that no training saw" };

const values = (pairs) => pairs?.filter((_, i) => i % 2) ?? [];
const last = (pairs) => (pairs?.length ? [pairs.at(-2), pairs.at(-1)] : null);

/** The last step that any curve of the frame knows. */
export const lastStep = (frame) => Math.max(frame.step, ...frame.lanes.map((_, i) => last(frame[`cost.${i}`])?.[0] ?? 0));

/** The range of J that shows the curves without lonely peaks, `before` as long as it fits. Log: of log10 J. */
export function costRange(frame, [from, to], { on, log, before }) {
  const seen = [], must = [];
  const visible = (pairs) => pairs?.length ? [...thin(pairs, from, to, 1e9)[1]] : [];
  frame.lanes.forEach((_, i) => {
    if (!on.has(LETTERS[i])) return;
    const batch = on.has("batch") ? visible(frame[`cost.${i}`]) : [];
    const range = robustRange(batch, [], log);
    if (range) seen.push(...range);
    for (const kind of ["train", "test"]) {
      if (!on.has(kind)) continue;
      const measured = visible(frame[`${kind}_cost.${i}`]);
      const inner = robustRange(measured, [measured[0], measured.at(-1)], log);
      if (inner) seen.push(...inner);
    }
  });
  if (!seen.length) return before ?? (log ? [-2, 1] : [0, 2.5]);
  const [low, high] = [Math.min(...seen), Math.max(...seen)];
  // Zero belongs to the picture unless the curves would lie flat above it.
  return steadyRange(before, [!log && low > 0 && (low < 0.7 * high || low === high) ? 0 : low, high], frame.events.length ? 0.2 : 0.06); // room for names
}

/** A round number at an axis; "15k" and "6e37" leave the axis title its room. */
function written(value, places, largest = Math.abs(value)) {
  if (!value) return number(value, largest >= 1e4 ? 0 : places);
  if (largest >= 1e6) return Number(value.toPrecision(6)).toExponential().replace("e+", "e");
  return largest >= 1e4 ? `${value / 1000}k`.replace("-", "−") : number(value, places);
}

const decimals = (value) => (String(value).split(".")[1] ?? "").length;

/** Round ticks that all have as many decimals as the finest of them needs. */
function even(low, high, wanted) {
  const tickvals = ticks(low, high, wanted), places = Math.max(0, ...tickvals.map(decimals)), largest = Math.max(...tickvals.map(Math.abs));
  return { tickvals, ticktext: tickvals.map((value) => written(value, places, largest)) };
}

/** The ticks of J. log: low and high are of log10 J. Between 1, 2 and 5 there may be a whole curve: it has as many as
 *  without. Where there are few, each is written out: of 0.1, 0.2, 0.5 the drawing library writes "2" and "5" alone. */
function costTicks([low, high], log, wanted) {
  if (!log) return even(low, high, wanted);
  if (high - low < FIVEFOLD) return even(10 ** low, 10 ** high, wanted);
  const decades = nice((high - low) / wanted); // from one tick to the next, of a run that diverged
  if (decades > 1) return { dtick: decades, exponentformat: "power" };
  if (high - low >= HUNDREDFOLD) return { dtick: 1 };
  const tickvals = [];
  for (let power = Math.floor(low); power <= high; power++)
    for (const part of [1, 2, 5]) {
      const at = power + Math.log10(part);
      if (at >= low - 1e-9 && at <= high + 1e-9) tickvals.push(Number(`${part}e${power}`));
    }
  return { tickvals, ticktext: tickvals.map((value) => (value < 1e-3 ? value.toExponential().replace("-", "−") : written(value, decimals(value)))) };
}

/** A run in the legend: of one whose loss was switched no loss is the name, for its seams name them all. */
function nameOf(lane, i, runs, begun) {
  const switched = begun.some((event) => event.kind === "loss" && (event.lane === null || event.lane === i));
  return [runs > 1 && LETTERS[i], !switched && lane.loss].filter(Boolean).join(" ");
}

export function traces(frame, { on, range, width, look }) {
  const data = [], runs = frame.lanes.length;
  frame.lanes.forEach((lane, i) => {
    const colour = look.lanes[i];
    const begun = frame.events.filter(({ step }) => step < frame.step); // what was changed holds from the next step on
    const cuts = seams(begun, i), others = swaps(begun, i);
    const name = nameOf(lane, i, runs, begun), called = (kind) => [name, KIND_TITLES[kind]].filter(Boolean).join(", ");
    const line = (pairs) => (pairs?.length ? thin(pairs, ...range, Math.max(80, Math.round(width / 2))) : [[], []]);
    const common = { type: "scatter", mode: "lines", xaxis: "x", connectgaps: false, visible: on.has(LETTERS[i]), legendgroup: LETTERS[i] };
    const who = runs > 1 ? `${LETTERS[i]} ` : "";
    // The numbers of several runs have to fit in: those of their batches are told alone. A template would say them yet.
    const untold = runs > 1 && (on.has("train") || on.has("test"));
    const [x, y] = broken(line(frame[`cost.${i}`]), [...cuts, ...others]);
    data.push({ ...common, x, y, yaxis: "y", name: called("batch"), opacity: 0.38, line: { color: colour, width: 1 },
      visible: common.visible && on.has("batch"), hoverinfo: untold ? "skip" : "all", hovertemplate: untold ? "" : `${who}J of the batch %{y:,.3f}<extra></extra>` });
    for (const [kind, key, panel, thick] of KINDS) {
      const share = panel === "y2", points = line(frame[`${key}.${i}`]), whole = share ? points : broken(points, cuts, true);
      const [x, found] = kind === "train" ? broken(whole, others) : whole;
      data.push({ ...common, x, y: share ? found.map((part) => 100 * part) : found, yaxis: panel,
        name: called(kind), showlegend: !share, visible: common.visible && on.has(kind),
        mode: found.length === 1 ? "markers" : "lines", cliponaxis: found.length !== 1, marker: { color: colour, size: 6, symbol: kind === "test" ? "circle-open" : "circle" },
        line: { color: colour, width: thick, dash: kind === "test" ? "2px,3px" : DASHES[i] },
        hovertemplate: `${who}${kind === "train" ? "training" : "test"} %{y:${share ? ".1f}\u202f%" : ",.3f}"}<extra></extra>` });
    }
  });
  return data;
}

/** The letter of each run at the end of its line, moved apart where lines end close together, and behind what its
 *  batches have drawn since photos were last measured. It is that of the training photos, which lies amid the batches,
 *  or of the test photos where they alone are shown: without letters colours alone would tell the runs apart. */
export function letters(frame, { on, range, ranges, height, look }) {
  const kind = on.has("test") && !on.has("train") ? "test" : "train";
  if (frame.lanes.length < 2) return [];
  return [["cost", ranges.cost, "y"], ["accuracy", ranges.accuracy, "y2"]].flatMap(([panel, [low, high], axis]) => {
    if (!on.has(kind) && !(panel === "cost" && on.has("batch"))) return [];
    const size = (PANELS[panel][1] - PANELS[panel][0]) * height, spots = [];
    frame.lanes.forEach((_, i) => {
      const end = last(frame[`${kind}_${panel}.${i}`]);
      if (!end || !on.has(LETTERS[i]) || end[0] < range[0] || end[0] > range[1]) return;
      const value = panel === "accuracy" ? 100 * end[1] : look.log ? Math.log10(Math.max(end[1], 1e-30)) : end[1];
      const drawn = panel === "cost" && on.has("batch") ? Math.min(last(frame[`cost.${i}`])?.[0] ?? 0, range[1]) : 0;
      if (value >= low && value <= high) spots.push({ i, x: Math.max(end[0], drawn), value, at: ((value - low) / (high - low)) * size });
    });
    spots.sort((a, b) => a.at - b.at);
    spots.forEach((spot, n) => (spot.put = n ? Math.max(spot.at, spots[n - 1].put + look.size + 1) : spot.at));
    // Pushed apart upwards only, the letters would all stand too high.
    const mean = spots.reduce((sum, { put, at }) => sum + put - at, 0) / (spots.length || 1);
    const lift = Math.min(mean, (spots[0]?.put ?? 0) - look.size / 2); // nor does one stand below its axis
    for (const spot of spots) spot.put -= lift;
    return spots.map(({ i, x, value, at, put }) => ({ text: `<b>${LETTERS[i]}</b>`, x, y: value, xref: "x", yref: axis, showarrow: false,
      xanchor: "left", yanchor: "middle", xshift: 4, yshift: put - at, font: { color: look.lanes[i], size: look.size } }));
  });
}

/** Where a run that diverged has left the figure upwards: {event, lane, step, J, at}, the last finite J up to there, of
 *  what is shown the newest, and the steps at which its lines cross the upper edge. */
export function beyond(frame, { on, range: [from, to], ranges: { cost: [, high] }, look }) {
  const top = look.log ? 10 ** high : high, scaled = (J) => (look.log ? Math.log10(J) : J);
  return frame.events.filter(({ kind }) => kind === "diverged").flatMap((event) => frame.lanes.flatMap((_, lane) => {
    if (!on.has(LETTERS[lane])) return [];
    let end = null;
    const at = [];
    for (const [kind, key] of [["train", "train_cost"], ["test", "test_cost"], ["batch", "cost"]]) {
      if (!on.has(kind)) continue;
      const pairs = frame[`${key}.${lane}`] ?? [];
      let i = pairs.length / 2 - 1;
      while (i >= 0 && !(pairs[2 * i] <= event.step && Number.isFinite(pairs[2 * i + 1]))) i--;
      if (i < 0) continue;
      const [step, J] = [pairs[2 * i], pairs[2 * i + 1]];
      if (!end || step > end.step) end = { step, J };
      if (!(J > top)) continue;
      while (i > 0 && pairs[2 * i - 1] > top) i--;
      const [x, y] = [pairs[2 * i], scaled(pairs[2 * i + 1])], [before, low] = i ? [pairs[2 * i - 2], scaled(pairs[2 * i - 1])] : [x, y];
      const crossing = y > low ? before + ((high - low) / (y - low)) * (x - before) : x;
      if (crossing >= from && crossing <= to) at.push(crossing);
    }
    return end && at.length ? [{ event, lane, at, ...end }] : [];
  }));
}

/** A small arrow's head where a line crosses the upper edge of J's panel. */
const arrow = (step, color) => ({ type: "path", xref: "x", yref: "paper", xsizemode: "pixel", ysizemode: "pixel", xanchor: step, yanchor: PANELS.cost[1],
  path: "M-6,-9L0,0L6,-9Z", fillcolor: color, line: { width: 0 } });

/** Guessing: whoever names the most frequent ball of the test photos in every photo, without looking, is right about
 *  this share of those with one ball. A line there, and its name at the side where the curves do not end: below the
 *  line, or above it where a run that has not learnt yet, or cannot, is worse than a guess. */
export function guess(frame, { on, range: [from, to], ranges: { accuracy: [low, high] }, look }, end) {
  const found = frame.guess, share = 100 * (found?.share ?? NaN);
  if (!on.has("test") || !(share > low && share < high)) return { shapes: [], annotations: [] };
  const left = end > (from + to) / 2, near = 0.22 * (high - low); // as far as the name reaches
  const seen = frame.lanes.flatMap((_, i) => on.has(LETTERS[i]) ? ["train", "test"].filter((kind) => on.has(kind))
    .flatMap((kind) => [...thin(frame[`${kind}_accuracy.${i}`] ?? [], from, to, 1e9)[1]]) : []).map((part) => 100 * part - share);
  const above = seen.filter((over) => over < 0 && over > -near).length > seen.filter((over) => over >= 0 && over < near).length;
  return {
    shapes: [{ type: "line", xref: "x", yref: "y2", x0: from, x1: to, y0: share, y1: share, layer: "below", line: { color: look.soft, width: 1, dash: "1px,4px" } }],
    annotations: [{ name: GUESS, text: guessed(found), showarrow: false, xref: "x", yref: "y2", x: left ? from : to, xanchor: left ? "left" : "right", xshift: left ? 8 : -2,
      y: share, yanchor: above ? "bottom" : "top", bgcolor: look.veil, borderpad: 0, font: { size: Math.max(13, look.size - 1), color: look.soft } }],
  };
}

const guessed = ({ ball, share }) => `always “${BALLS[ball][0]}”: ${percent(share)}`;

/** The accuracies of the one run that is shown, as its card has them, and where: {step, lane, marks: [{kind, value,
 *  text}], the higher first, apart} or null. drawn: the frame whose lines are seen; a step looked back at has none. */
export function ends({ lanes = [], past, shown, own }, on, drawn) {
  const seen = lanes.flatMap((lane, i) => (on.has(LETTERS[i]) ? [i] : []));
  if (seen.length !== 1) return null;
  const [lane] = seen, { accuracy } = lanes[lane];
  const step = past ? shown : Math.max(...["train", "test"].map((kind) => last(drawn[`${kind}_accuracy.${lane}`])?.[0] ?? -1));
  const marks = [["train", "training"], ["test", "test"]].filter(([kind]) => on.has(kind) && Number.isFinite(accuracy?.[kind]))
    .map(([kind, name]) => ({ kind, value: 100 * accuracy[kind], text: `${name} ${percent(accuracy[kind])}` }));
  if (!marks.length || step < 0) return null;
  return { step, lane, marks: marks.sort((a, b) => b.value - a.value), apart: overFitting({ lanes, own }, on) };
}

/** Where one run is shown: how far it is more often right about the photos that it learns from than about
 *  others, or "". Told of the numbers as its card shows them: the curves come later, and are not rounded. */
export function overFitting({ lanes = [], own }, on) {
  const shown = lanes.filter((_, i) => on.has(LETTERS[i]));
  if (shown.length !== 1 || !on.has("train") || !on.has("test")) return "";
  const { train, test } = shown[0].accuracy ?? {}, points = hundredths(train) - hundredths(test);
  // A person's own photos differ from the rendered test photos in more than not having been learnt from.
  return points >= APART ? `${points} points${own ? "" : "\nover-fitting"}` : "";
}

/** The whole figure. view: {on: Set of letters and kinds, log, range, ranges: {cost, accuracy}, width, height (px of
 *  the plot inside its margins), look: colours and font}. */
export function figure(frame, view) {
  const { on, width, height, look } = view, runs = frame.lanes.length, seen = (lane) => lane === null || on.has(LETTERS[lane]);
  const range = [...view.range], ranges = { cost: [...view.ranges.cost], accuracy: [...view.ranges.accuracy] }; // a zoom is written into them
  const left = beyond(frame, view);
  // What a run that is left out was set to cuts no other's line. One that diverged has ended all of them.
  const told = frame.events.filter(({ lane, kind }) => seen(lane) || kind === "diverged");
  const events = marks(told, { range, width, height, top: PANELS.cost[1], runs, look, left });
  const data = traces(frame, view), luck = guess(frame, view, lastStep(frame));
  data.push({ type: "scatter", mode: "markers", xaxis: "x2", yaxis: "y3", x: events.points.map(({ step }) => step), y: events.points.map(() => 0),
    showlegend: false, cliponaxis: false, text: events.points.map((event) => sentence(event, runs)), hovertemplate: "%{text}<extra></extra>",
    marker: { size: events.points.map((event) => (isSeam(event) ? 9 : 7)), symbol: events.points.map((event) => (isSeam(event) ? "diamond" : event.kind === "diverged" ? "x" : "circle-open")),
      color: events.points.map((event) => (event.kind === "diverged" ? look.alarm : isSeam(event) ? look.ink : look.soft)) } });
  const tickfont = { size: Math.max(12, look.size - 1), color: look.soft };
  const room = ([low, high]) => ((high - low) * height) / tickfont.size; // for numbers above each other: little, on a phone on its side
  const steps = ticks(...range, width < 420 ? 4 : 8), accuracy = even(...ranges.accuracy, Math.min(5, room(PANELS.accuracy)));
  const cost = costTicks(ranges.cost, view.log, Math.min(6, room(PANELS.cost))), apart = room([PANELS.accuracy[1], PANELS.cost[0]]) > 1.2;
  if (!apart && cost.ticktext && cost.tickvals[0] === ranges.cost[0]) cost.ticktext[0] = ""; // just below it stands 100
  const axis = { gridcolor: look.line, linecolor: look.line, zeroline: false, tickfont, automargin: false, fixedrange: false };
  const title = (text) => ({ text, standoff: 6, font: { size: look.size, color: look.ink } });
  // Heights of different losses mean different things; the axis says so where it is long enough.
  const long = (PANELS.cost[1] - PANELS.cost[0]) * view.height > (view.log ? 19 : 14) * look.size;
  const own = long && new Set(frame.lanes.filter((_, i) => seen(i)).map(({ loss }) => loss)).size > 1 ? ", each run its own loss" : "";
  const named = `cost J${own}${view.log ? " (log scale)" : ""}`;
  const layout = {
    width: view.outer?.[0], height: view.outer?.[1], margin: look.margin, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: look.font, size: look.size, color: look.ink }, showlegend: false, hovermode: "x unified", hoverdistance: NEAR, hoversubplots: "axis", dragmode: look.drag, modebar: { bgcolor: "rgba(0,0,0,0)", color: look.soft, activecolor: look.ink, uirevision: "kept" },
    hoverlabel: { bgcolor: look.paper, bordercolor: look.line, font: { size: toldSize(data, view), color: look.ink, family: look.font } },
    xaxis: { ...axis, range, anchor: "y2", title: title("step (one batch each)"), tickvals: steps, ticktext: steps.map((step) => Number.isInteger(step) ? count(step) : ""), hoverformat: ",.0f", unifiedhovertitle: { text: `${width / (range[1] - range[0]) < NEAR ? "near " : ""}step %{x:,.0f}` },
      showspikes: true, spikemode: "across", spikethickness: 1, spikedash: "solid", spikecolor: look.soft },
    xaxis2: { matches: "x", range, anchor: "y3", visible: false },
    yaxis: { ...axis, domain: PANELS.cost, range: ranges.cost, type: view.log ? "log" : "linear", title: title(named), ...cost },
    yaxis2: { ...axis, domain: PANELS.accuracy, range: ranges.accuracy, title: title("accuracy (%)"), ...accuracy },
    yaxis3: { domain: PANELS.events, range: [-1, 1], visible: false, fixedrange: true },
    shapes: [...events.shapes, ...luck.shapes, ...left.flatMap(({ lane, at }) => at.map((step) => arrow(step, look.lanes[lane])))],
    annotations: [...events.annotations, ...luck.annotations, ...letters(frame, view)],
  };
  return { data, layout };
}

/** How large the numbers under the pointer may be, so that all of them stand in a low figure: a line each, and the step. */
function toldSize(data, { outer, look }) {
  const lines = 1 + data.filter(({ visible, hoverinfo }) => visible && hoverinfo !== "skip").length;
  return outer ? Math.max(LEAST_TOLD, Math.min(look.size, Math.floor(outer[1] / (TOLD_LINE * lines)))) : look.size;
}

/** The figure as it is taken away: on white, with a legend, a title and room for both. It shows the whole run,
 *  of which the numbers of a step that is looked back at say nothing. */
export function portrait(frame, view, look) {
  const { data, layout } = figure(frame, { ...view, width: 1060, height: 590, outer: undefined, look });
  const found = frame.past ? null : ends(frame, view.on, frame);
  if (found && found.step >= view.range[0] && found.step <= view.range[1]) {
    const at = { x: found.step, xref: "x", yref: "y2", showarrow: false, borderpad: 0 }, [high, low = high] = found.marks;
    found.marks.forEach(({ value, text }, i) => layout.annotations.push({ ...at, text, y: value, xanchor: "right", yanchor: i ? "top" : "bottom",
      bgcolor: look.veil, font: { color: look.lanes[found.lane], size: look.size - 1 } }));
    if (found.apart) {
      layout.shapes.push({ type: "path", xref: "x", yref: "y2", xsizemode: "pixel", xanchor: found.step, ysizemode: "scaled",
        path: `M4,${high.value}L9,${high.value}L9,${low.value}L4,${low.value}`, line: { color: look.ink, width: 1.5 } });
      layout.annotations.push({ ...at, text: found.apart.replace("\n", "<br>"), y: (high.value + low.value) / 2, xanchor: "left", xshift: 13, align: "left", font: { color: look.ink, size: look.size - 1 } });
    }
  }
  return { data, layout: { ...layout, width: 1200, height: 800, margin: { l: 80, r: 60, t: 60, b: 150 }, paper_bgcolor: "#fff", plot_bgcolor: "#fff", showlegend: true,
    legend: { orientation: "h", y: -0.14, yanchor: "top", x: 0, font: { size: 13 } },
    title: { text: `Training, step ${count(frame.step)}`, x: 0.066, xanchor: "left", font: { size: 18 } } } };
}

/** One or two sentences for those who do not see the curves. */
export function summary(frame, frozen) {
  const share = (part) => (part === null || part === undefined ? "unknown" : percent(part));
  const runs = frame.lanes.map((lane, i) => `${frame.lanes.length > 1 ? `${LETTERS[i]}, ` : ""}loss ${lane.loss}: ` +
    `cost ${Number.isFinite(lane.J_train) ? narrow(lane.J_train) : "beyond the finite numbers"} on training photos, ${
    Number.isFinite(lane.accuracy?.train ?? lane.accuracy?.test ?? NaN) ? `accuracy ${share(lane.accuracy.train)} on training and ${share(lane.accuracy.test)} on test photos` : "nothing is named yet"}`);
  const switched = frame.events.filter(isSeam).map((event) => sentence(event, frame.lanes.length));
  return `Cost and accuracy over the steps. ${frozen ?? `Step ${count(frame.step)}`}. ${runs.join(". ")}.${frame.guess ? ` Guessing ${guessed(frame.guess)} of the test photos with one ball.` : ""}${switched.length ? ` ${switched.join(". ")}.` : ""}`;
}
