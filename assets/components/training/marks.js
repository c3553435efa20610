// What happened during a run, on the curves: seams where the loss changed, thin lines for every other change, and
// texts that keep out of each other's way.
import { NAMES } from "./formulas.js";
import { count, stagger } from "./sums.js";

export const LETTERS = ["A", "B", "C"];
const ROWS = 4, LINES = 60;
export const NOTE = "heights left and right are not comparable";

/** The steps at which lane i got another loss: its cost is broken there. */
export const seams = (events, i) =>
  events.filter(({ kind, lane }) => kind === "loss" && (lane === null || lane === i)).map(({ step }) => step);

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

/** events → {shapes, annotations, points} for a plot of `size` px with x from range[0] to range[1].
 *  look: {soft, paper, font size}; top: paper y of the cost panel's upper edge; height: px of the whole figure. */
export function marks(events, { range: [from, to], width, height, top, runs, look }) {
  const pixel = (step) => ((step - from) / (to - from)) * width;
  const seen = merged(events).filter(({ step }) => step >= from && step <= to).slice(-LINES);
  const size = look.size - 1, letter = 0.56 * size, length = (text) => letter * text.length + 8;
  const colour = ({ kind, lane }) => kind === "diverged" ? look.alarm : runs > 1 && lane !== null ? look.lanes[lane] : kind === "loss" ? look.ink : look.soft;
  const lines = seen.map(({ step, kind, lane }) => ({
    type: "line", xref: "x", yref: "paper", x0: step, x1: step, y0: 0, y1: top, layer: "below",
    line: { color: colour({ kind, lane }), width: kind === "loss" ? 1.5 : 1, dash: kind === "loss" ? "solid" : "dash" },
  }));

  const texts = seen.map((event) => {
    const x = pixel(event.step), [left, right] = words(event, runs);
    const [a, b] = [length(left), length(right)];
    const fitsLeft = x - a >= 0, fitsRight = x + b <= width;
    if (left && fitsLeft && fitsRight) return { event, span: [x - a, x + b], parts: [[left, "right"], [right, "left"]] };
    const whole = left ? `${left} → ${right}` : right, wide = length(whole);
    return x + wide <= width || x < width / 2 ? { event, span: [x, x + wide], parts: [[whole, "left"]] }
      : { event, span: [x - wide, x], parts: [[whole, "right"]] };
  });
  // The note stands under the names of the last seam; its row is taken before the others'.
  const seam = texts.findLast(({ event }) => event.kind === "loss");
  if (seam) {
    const x = pixel(seam.event.step), narrow = length(NOTE) > width;
    const said = narrow ? "heights not comparable" : NOTE, wide = length(said);
    const left = Math.min(Math.max(x - wide / 2, 0), width - wide);
    texts.push({ event: seam.event, span: [left, left + wide], parts: [[`<i>${said}</i>`, "middle"]], soft: true });
  }
  // Under its seam, not above: the names are placed last, hence in a row further down only if others are in the way.
  const order = seam ? [...texts.filter((text) => text !== seam && !text.soft), texts.at(-1), seam] : texts;
  const rows = stagger(order.map(({ span }) => span), ROWS);
  const annotations = order.flatMap(({ event, span, parts, soft }, i) => rows[i] < 0 ? [] : parts.map(([text, side]) => ({
    text, showarrow: false, xref: "x", yref: "paper", yanchor: "top", y: top - (4 + rows[i] * (size + 6)) / height,
    x: side === "middle" ? from + ((span[0] + span[1]) / 2 / width) * (to - from) : event.step,
    xanchor: side === "middle" ? "center" : side, xshift: side === "right" ? -4 : side === "left" ? 4 : 0,
    bgcolor: look.veil, borderpad: 0,
    font: { size, color: soft ? look.soft : colour(event), weight: event.kind === "loss" && !soft ? 600 : 400 },
  })));
  return { shapes: lines, annotations, points: seen };
}
