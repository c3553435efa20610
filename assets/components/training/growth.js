// Lines that grow between two drawings by Plotly, each of which costs thirty times as much: with the axes as they are
// drawn, only the last part of each line gets a new path, and the letters at the lines' ends move along.
import { letters, traces } from "./figure.js";

/** [xs, ys] → the parts without gaps (NaN), as index pairs [from, to); Plotly draws those of two points and more. */
export function parts(xs, ys) {
  const found = [];
  for (let i = 0, from = 0; i <= ys.length; i++) {
    if (i < ys.length && Number.isFinite(ys[i])) continue;
    if (i - from > 1) found.push([from, i]);
    from = i + 1;
  }
  return found;
}

/** The points from … to − 1 as a path; x(step) and y(value) are pixels. */
export function path(xs, ys, [from, to], x, y) {
  let d = "";
  for (let i = from; i < to; i++) d += `${i > from ? "L" : "M"}${x(xs[i]).toFixed(1)},${y(ys[i]).toFixed(1)}`;
  return d;
}

export class Growth {
  /** node: what Plotly has just drawn from `data`, the curves of `frame` seen through `view`. */
  constructor(node, data, frame, view) {
    const { _fullData: full, _fullLayout: layout } = node;
    this.layout = layout;
    this.lines = data.slice(0, -1).map((trace, i) => { // the last trace are the events
      if (trace.visible !== true) return null;
      const count = parts(trace.x, trace.y).length, paths = node.querySelectorAll(`.trace${full[i].uid} .js-line`);
      return { count, last: paths.length === count ? paths[count - 1] : null };
    });
    this.letters = letters(frame, view);
    const notes = [...node.querySelectorAll(".annotation")];
    this.notes = notes.slice(notes.length - this.letters.length);
    for (const note of notes) note.style.transform = "";
  }

  /** Whether it could be done; if not, everything has to be drawn. */
  grow(frame, view) {
    const data = traces(frame, view), { layout } = this, paths = [];
    if (data.length !== this.lines.length) return false;
    for (const [i, line] of this.lines.entries()) {
      if (!line) continue;
      const { x, y } = data[i], found = parts(x, y);
      if (found.length !== line.count || !line.last?.isConnected) return false;
      const vertical = data[i].yaxis === "y" ? layout.yaxis : layout.yaxis2;
      paths.push([line.last, path(x, y, found.at(-1), (step) => layout.xaxis.d2p(step), (value) => vertical.d2p(value))]);
    }
    for (const [line, d] of paths) line.setAttribute("d", d);
    this.move(letters(frame, view), view);
    return true;
  }

  move(now, view) {
    if (now.length !== this.letters.length) return;
    now.forEach(({ x, y, yref, yshift }, i) => {
      const then = this.letters[i], { xaxis } = this.layout, vertical = yref === "y" ? this.layout.yaxis : this.layout.yaxis2;
      const dx = xaxis.d2p(x) - xaxis.d2p(then.x), dy = vertical.l2p(y) - yshift - vertical.l2p(then.y) + then.yshift;
      this.notes[i].style.transform = `translate(${dx.toFixed(1)}px, ${dy.toFixed(1)}px)`;
    });
  }
}
