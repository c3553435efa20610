// What happened during a run, on the curves: seams where J came to mean something else, thin lines for every other
// change, and texts that keep out of each other's way.
import { NAMES } from "./formulas.js";
import { arrange, count, narrow } from "./sums.js";

export const LETTERS = ["A", "B", "C"];
const ROWS = 4, LINES = 60;
const NOTE = "heights left and right are not comparable";

/** J is another quantity from there on: the loss is another one, or λ, whose term is part of J. */
export const isSeam = ({ kind }) => kind === "loss" || kind === "l2";
const happened = (events, i, what) => events.filter((event) => what(event) && (event.lane === null || event.lane === i)).map(({ step }) => step);

/** The steps at which J of lane i became another quantity: its cost is broken there. */
export const seams = (events, i) => happened(events, i, isSeam);

/** The steps after which lane i learns from other photos: what is told of training photos is broken there. */
export const swaps = (events, i) => happened(events, i, ({ kind }) => kind === "photos");

/** What stands at an event: [text left of its line, text right of it]. */
export function words({ kind, lane, before, after, text }, runs) {
  const who = runs > 1 && lane !== null ? `${LETTERS[lane]}: ` : "";
  if (kind === "loss") return [who + (NAMES[before] ?? before), NAMES[after] ?? after];
  return ["", who + (kind === "diverged" ? "diverged" : text)];
}

/** An event's sentence for its mark's hover. */
export const sentence = (event, runs) => {
  const [left, right] = words(event, runs);
  return `step ${count(event.step)}: ${left ? `loss ${left} → ${right}` : right}`;
};

/** Events of one step and kind are one mark: three runs that get the same rate are told once. */
function merged(events) {
  const found = new Map();
  for (const event of events) found.set([event.step, event.kind, event.lane, event.text].join(" "), event);
  return [...found.values()];
}

/** How far the line of a run that diverged goes on above the figure: in full, and where that has no room. */
const higher = ({ lane, step, J }, runs) => {
  const short = `${runs > 1 ? `${LETTERS[lane]}: ` : ""}↑ J ${narrow(J)}`;
  return [`${short} at step ${count(step)}`, short];
};

/** events → {shapes, annotations, points} for a plot of `size` px with x from range[0] to range[1].
 *  look: {soft, paper, font size}; top: paper y of the cost panel's upper edge; height: px of the whole figure;
 *  left: which lines leave it there (figure.js, beyond). */
export function marks(events, { range: [from, to], width, height, top, runs, look, left: gone = [] }) {
  const pixel = (step) => ((step - from) / (to - from)) * width;
  const seen = merged(events).filter(({ step }) => step >= from && step <= to).slice(-LINES);
  const size = look.size - 1, letter = 0.56 * size, length = (text) => letter * text.length + 8;
  const colour = ({ kind, lane }) => kind === "diverged" ? look.alarm : runs > 1 && lane !== null ? look.lanes[lane] : isSeam({ kind }) ? look.ink : look.soft;
  const lines = seen.map(({ step, kind, lane }) => ({
    type: "line", xref: "x", yref: "paper", x0: step, x1: step, y0: 0, y1: top, layer: "below",
    line: { color: colour({ kind, lane }), width: isSeam({ kind }) ? 1.5 : 1, dash: isSeam({ kind }) ? "solid" : "dash" },
  }));

  // What happened last is read most. A seam changes what J means: the newest is named in any case,
  // another across one seam if need be, not across two. The rest is told where it crosses no line.
  const newest = [...seen].reverse(), cuts = newest.filter(isSeam);
  const seam = LINES, noSeam = seam - 1, oneSeam = 2 * seam - 1; // it weighs more than all other lines together
  /** Where an event's words may stand, the best place first: {span, parts: [words, side], most: to be crossed}. */
  const places = (event, [left, right] = words(event, runs)) => {
    const x = pixel(event.step);
    const whole = left ? `${left} → ${right}` : right;
    const most = event === cuts[0] ? Infinity : isSeam(event) ? oneSeam : 0;
    const [a, b, wide] = [left, right, whole].map(length);
    const after = { span: [x, x + wide], parts: [[whole, "left"]], most };
    const before = { span: [x - wide, x], parts: [[whole, "right"]], most };
    const sides = x + wide <= width || x < width / 2 ? [after, before] : [before, after];
    if (!left) return sides;
    // Each name on its own side of the seam, and not beyond the next one; where it is narrow, one of them will do.
    const own = (from, to, parts) => ({ span: [from, to], parts, most: noSeam });
    const [was, is] = [[left, "right"], [right, "left"]];
    return [own(x - a, x + b, [was, is]), ...sides, own(x, x + b, [is]), own(x - a, x, [was])];
  };
  /** Where the note may: under the names of the newest seam, else beside any seam where it crosses no line. */
  const notePlaces = () => cuts.map(({ step }) => pixel(step)).flatMap((x, i) =>
    [NOTE, "heights not comparable"].flatMap((said) => {
      const wide = length(said), middle = Math.min(Math.max(x - wide / 2, 0), width - wide);
      const starts = i ? [x, x - wide] : [middle, x, x - wide], parts = [[`<i>${said}</i>`, "middle"]];
      return starts.map((start) => ({ span: [start, start + wide], parts, most: oneSeam }));
    }));
  const told = [...cuts, ...newest.filter((event) => !isSeam(event))];
  const beside = ({ step, kind }) => gone.filter(({ event }) => event.step === step && event.kind === kind);
  /** Beside the event's line; over it, as little as may be, where it is narrow. */
  const higherPlaces = (event, one) => {
    const [whole, short] = higher(one, runs), wide = length(whole);
    const start = Math.min(pixel(event.step), width - wide);
    return [...places(event, ["", whole]), { span: [start, start + wide], parts: [[whole, "middle"]], most: oneSeam }, ...places(event, ["", short])];
  };
  const wanted = told.flatMap((event) => [{ event, places: places(event) },
    ...beside(event).map((one) => ({ event, places: higherPlaces(event, one) }))]);
  if (cuts.length) wanted.splice(1, 0, { event: cuts[0], places: notePlaces(), soft: true });
  const texts = wanted.map(({ event, places, soft }) => {
    const inside = places.filter(({ span }) => span[0] >= 0 && span[1] <= width);
    return { event, soft, at: pixel(event.step), places: inside };
  });
  const found = arrange(texts, ROWS, seen.map((event) => [pixel(event.step), isSeam(event) ? seam : 1]));
  const annotations = texts.flatMap(({ event, places, soft }, i) => {
    if (!found[i]) return [];
    const [which, row] = found[i], { span, parts } = places[which];
    return parts.map(([text, side]) => ({
      text, showarrow: false, xref: "x", yref: "paper",
      yanchor: "top", y: top - (4 + row * (size + 6)) / height,
      x: side === "middle" ? from + ((span[0] + span[1]) / 2 / width) * (to - from) : event.step,
      xanchor: side === "middle" ? "center" : side, xshift: side === "right" ? -4 : side === "left" ? 4 : 0,
      bgcolor: look.veil, borderpad: 0,
      font: { size, color: soft ? look.soft : colour(event), weight: isSeam(event) && !soft ? 600 : 400 },
    }));
  });
  return { shapes: lines, annotations, points: seen };
}
