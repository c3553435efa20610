// The curves on the screen: one Plotly node that is kept. What a person zoomed, pointed at or switched off stays.
import { costRange, ends, figure, GUESS, KIND_NOTES, KIND_TITLES, lastStep, PANELS, portrait } from "./figure.js";
import { Growth } from "./growth.js";
import { LETTERS } from "./marks.js";
import { outermost, roof } from "./sums.js";
import { onWhite, theme } from "./theme.js";

const CURVES = [...LETTERS, ...Object.keys(KIND_TITLES)]; // what a switch shows or leaves out: a run's, or those of a kind
const ACCURACY = [0, 100];
const ROOM = 1.15; // of the axis beyond the lines' ends, for what is said there
const NARROW = 420; // px within its margins; on less, what is said of guessing reaches to the lines' ends
const WIDE = 0.6; // times its size is a letter of what stands at an end, about
const CLEAR = 16; // px by which that gives way to its line
// While there are only more points, ms from one whole drawing to the next: under a pointer, which asks for the numbers of
// the latest of them, and else.
const POINTED = 2000, UNASKED = 15_000;

let loading;
/** The app's own copy of Plotly, once for the page. */
export function plotly(base) {
  loading ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = Object.assign(document.createElement("script"), { src: `${base}/plotly/plotly.min.js`, async: true });
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { loading = undefined; script.remove(); reject(new Error("the drawing library did not load")); };
    document.head.append(script);
  });
  return loading;
}

/** Whether two elements lie over each other. */
function touch(one, other) {
  const [a, b] = [one, other].map((element) => element.getBoundingClientRect());
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

export class Curves {
  /** onSteps([first, last]): the axis of steps has these now. onLook(): a hand has chosen other curves, or the other axis of J. */
  constructor(host, base, { onSteps, onSentence, onLook }) {
    Object.assign(this, { host, base, onSteps, onSentence, onLook, on: new Set(CURVES), log: false, user: {}, steady: {}, draws: 0 });
    host.innerHTML = `<div class="keys" role="group" aria-label="Which curves are shown"></div><div class="plot" role="figure"></div>
      <div class="cursor" hidden><b></b></div><div class="veil" hidden></div><p class="guess" hidden></p>
      <div class="ends" aria-hidden="true" hidden><p class="end"></p><p class="end"></p><i class="clasp"></i><p class="apart"></p></div>`;
    this.part = (name) => host.querySelector(`.${name}`);
    this.node = this.part("plot");
    this.watch = new ResizeObserver(() => {
      this.place = undefined;
      this.draw();
    });
    for (const part of [this.node, this.part("keys")]) this.watch.observe(part);
    this.load();
  }

  async load(attempt = 0) {
    try {
      const drawing = await plotly(this.base);
      if (this.closed) return;
      this.Plotly = drawing;
      // The same objects each time: of others the library cannot tell that nothing has changed, and begins a new plot.
      this.config = { displaylogo: false, responsive: false, doubleClick: false, scrollZoom: false, showTips: false,
        modeBarButtons: [["zoom2d", "pan2d", { name: "all", title: "Show all", icon: drawing.Icons.home, click: () => this.all() }]] };
      this.draw();
    } catch (failure) {
      if (attempt === 4) this.onSentence(`The curves cannot be drawn yet: ${failure.message}. It is asked for again.`);
      setTimeout(() => this.closed || this.load(attempt + 1), Math.min(16_000, 500 * 2 ** attempt));
    }
  }

  /** A frame with curves. The arrays are kept until the next one. Training and browser may share their cores, so
   *  that where there are only more points the lines grow, and all of it is drawn anew now and then. */
  paint(frame) {
    const now = performance.now(), whole = this.whole + (this.pointer ? POINTED : UNASKED), newest = ({ events }) => [events.length, events.at(-1)?.step, events.at(-1)?.text].join();
    if (!this.frame || newest(frame) !== newest(this.frame)) this.urgent = now + 1000;
    // A run that begins anew, or another one, has none of the steps of this zoom.
    if (this.frame && lastStep(frame) < lastStep(this.frame) && this.user.xaxis?.[0] >= lastStep(frame)) this.user = {};
    this.frame = frame;
    this.keys(frame.lanes);
    if (!frame.playing || now < this.urgent || now >= whole || !this.grow()) this.draw();
    else this.say(); // where the lines end now
  }

  /** Any frame, with curves or without. What is said of its numbers does not wait for the next drawing. */
  follow(frame) {
    this.newest = frame;
    if (!frame.curves) this.say();
  }

  say() {
    this.sayEnds();
    if (this.shown) this.guess();
  }

  /** At the ends of a lone run's accuracies: what they are, and a bracket where they are far apart. */
  sayEnds() {
    const host = this.part("ends"), { range: [from, to] = [], ranges, width, height, look } = this.shown ?? {};
    const found = this.shown && this.newest ? ends(this.newest, this.seen, this.frame) : null;
    const inside = found && found.step >= from && found.step <= to;
    host.hidden = !inside;
    if (!inside) return;
    const [low, high] = ranges.accuracy, [bottom, top] = PANELS.accuracy.map((part) => height * (1 - part));
    const x = ((found.step - from) / (to - from)) * width, y = (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
    const size = Math.max(13, look.size - 1);
    const put = (node, text, style) => {
      node.hidden = !text;
      if (node.textContent !== text) node.textContent = text;
      Object.assign(node.style, style);
    };
    Object.assign(host.style, { left: `${this.box.left + look.margin.l}px`, top: `${this.box.top + look.margin.t}px`, fontSize: `${size}px` });
    const labels = [...host.querySelectorAll(".end")], seen = ({ value }) => value >= low && value <= high;
    const shown = labels.map((label, i) => {
      const mark = found.marks[i], there = mark && seen(mark) ? mark : null;
      put(label, there ? there.text : "", {});
      return there;
    });
    // Above the higher line and below the lower one, before their ends; of lines that have only just begun, beside the axis.
    const ended = Math.max(x, ...(x < 200 ? labels.map((label) => label.offsetWidth + 4) : [])); // where their words do
    // Clear of the line there, as far as they still belong to its end.
    const clear = ({ kind, value, text }, below) => {
      const beside = found.step - ((text.length * WIDE * size) / width) * (to - from);
      const farthest = 100 * outermost(this.frame[`${kind}_accuracy.${found.lane}`], beside, found.step, value / 100, below);
      return Math.max(y(value) - CLEAR, Math.min(y(value) + CLEAR, y(farthest)));
    };
    shown.forEach((mark, i) => mark && Object.assign(labels[i].style, { left: `${ended}px`, translate: `-100% ${i ? 0 : -100}%`,
      top: `${i ? Math.min(clear(mark, true) + 2, bottom - 18) : clear(mark, false) - 2}px`, color: look.lanes[found.lane], background: look.veil }));
    const apart = found.marks.length > 1 && found.marks.every(seen) ? found.apart : "", [upper, lower] = found.marks.map(({ value }) => y(value));
    const after = x + (this.newest.lanes.length > 1 ? 18 : 4); // a run among others has its letter there
    const words = Math.max(after + 9, ended + 4);
    put(host.querySelector(".apart"), apart, { left: `${words}px`, top: `${(upper + lower) / 2}px`, color: look.ink, background: look.veil, maxWidth: `${width + look.margin.r - words}px` });
    host.querySelector(".clasp").hidden = !apart;
    if (apart) Object.assign(host.querySelector(".clasp").style, { left: `${after}px`, top: `${upper}px`, height: `${lower - upper}px`, color: look.ink });
  }

  /** Make the drawn lines longer; false where that is not all there is to do. */
  grow() {
    if (!this.growth || this.node._dragging) return false;
    const { range, ranges, look } = this.shown, view = this.view(look), same = (a, b) => a[0] === b[0] && a[1] === b[1];
    if (!same(view.range, range) || !same(view.ranges.cost, ranges.cost) || !same(view.outer, this.shown.outer)) return false;
    return this.growth.grow(this.frame, view);
  }

  /** Where the drawing stands, and how large. To ask at every frame would have the browser lay all out twice. */
  get box() {
    const measured = ({ offsetLeft: left, offsetTop: top, clientWidth: width, clientHeight: height }) => ({ left, top, width, height });
    return (this.place ??= measured(this.node));
  }

  /** The first and the last step of the axis, as it is drawn. */
  get steps() {
    return this.drawn ?? [0, this.end];
  }

  get end() {
    return roof(this.frame ? ROOM * lastStep(this.frame) : 0);
  }

  /** Switches for each run and kind of curve; they are the legend. */
  keys(lanes) {
    const made = JSON.stringify(lanes.map(({ loss }) => loss));
    if (made === this.made) return;
    this.made = made;
    const key = (name, text, type, note = "") => `<button type="button"${note && ` title="${note}"`} data-key="${name}" aria-pressed="${name === "log" ? this.log : this.on.has(name)}"><i class="${type}"></i>${text}</button>`;
    const runs = lanes.length > 1 ? lanes.map(({ loss }, i) => key(LETTERS[i], `<b>${LETTERS[i]}</b> ${loss}`, `dash lane-${i}`)).join("") : "";
    const kinds = Object.entries(KIND_TITLES).map(([name, text]) => key(name, text.replace(" photos", `<span class="photos">photos</span>`), `dash ${name}`, KIND_NOTES[name])).join("");
    this.part("keys").innerHTML = (runs && `<span>${runs}</span>`) + `<span>${kinds}</span><span class="right">${key("log", "log scale", "none")}<button type="button"
      data-key="all" hidden>show all</button><button type="button" data-key="png" title="Download the curves as a picture">PNG</button><button type="button"
      data-key="svg" title="Download the curves as a drawing">SVG</button></span>`;
    for (const button of this.part("keys").querySelectorAll("button")) button.onclick = () => this.press(button.dataset.key);
  }

  press(key) {
    if (key === "png" || key === "svg") return this.download(key);
    if (key === "all") return this.all();
    if (key === "log") {
      this.scale(!this.log);
      return this.onLook();
    }
    this.leaveOut(this.on.has(key) ? [...this.without, key] : this.without.filter((name) => name !== key));
    this.onLook();
  }

  /** What is shown: of the switches that are on, and of a run alone, which has none, its own. */
  get seen() {
    return this.frame.lanes.length > 1 ? this.on : new Set([...this.on, LETTERS[0]]);
  }

  /** The curves that are not shown, in their own order. */
  get without() {
    return CURVES.filter((name) => !this.on.has(name));
  }

  /** All curves but these. */
  leaveOut(names) {
    if (String(names) === String(this.without)) return;
    this.on = new Set(CURVES.filter((name) => !names.includes(name)));
    delete this.steady.cost;
    for (const name of CURVES) this.part("keys").querySelector(`[data-key=${name}]`)?.setAttribute("aria-pressed", String(this.on.has(name)));
    this.draw();
  }

  /** J on a logarithmic axis, or on a linear one. */
  scale(log) {
    if (log === this.log) return;
    this.log = log;
    delete this.user.yaxis;
    delete this.steady.cost;
    this.part("keys").querySelector("[data-key=log]")?.setAttribute("aria-pressed", String(log));
    this.draw();
  }

  all() {
    this.user = {};
    this.draw();
  }

  look(narrow) {
    const unit = Number(getComputedStyle(this.host).getPropertyValue("--unit")) || 1; // in a lecture hall letters are larger
    return { ...theme(this.host.closest(".live-training")), size: (narrow ? 12 : 14) * unit, log: this.log,
      drag: matchMedia("(pointer: coarse)").matches ? false : "zoom", margin: { l: (narrow ? 56 : 60) * unit, r: 36, t: 2, b: 46 * unit } };
  }

  view(look = this.look(this.box.width < 520)) {
    const { width, height } = this.box, { margin } = look;
    const range = this.user.xaxis ?? [0, this.end], on = this.seen;
    this.steady.cost = costRange(this.frame, range, { on, log: this.log, before: this.steady.cost });
    return { on, log: this.log, range, ranges: { cost: this.user.yaxis ?? this.steady.cost, accuracy: this.user.yaxis2 ?? ACCURACY },
      width: width - margin.l - margin.r, height: height - margin.t - margin.b, outer: [width, height], look };
  }

  /** What guessing is worth is said over the cursor and its veil, for it is so at every step. note: where the drawing
   *  has it; where one looks back, and on a phone, the accuracies may be in its way. */
  guess() {
    const label = this.part("guess"), { note, shown } = this;
    label.hidden = !note;
    if (!note) return;
    const { ranges: { accuracy: [low, high] }, width, height, look } = shown, { font } = note;
    const [bottom, top] = PANELS.accuracy.map((part) => height * (1 - part)), y = bottom - ((note.y - low) / (high - low)) * (bottom - top);
    const [left, over] = [this.box.left + look.margin.l, this.box.top + look.margin.t];
    const put = ([first, foot, at = y]) => Object.assign(label.style, { left: `${left + (first ? 8 : width - 2)}px`, top: `${over + at}px`, translate: `${first ? 0 : -100}% ${foot ? -100 : 0}%` });
    const usual = [note.xanchor === "left", note.yanchor === "bottom"], [first, above] = usual;
    if (label.textContent !== note.text) label.textContent = note.text;
    Object.assign(label.style, { color: font.color, background: note.bgcolor, fontSize: `${font.size}px` });
    put(usual);
    if ((this.past ?? null) === null && width >= NARROW) return;
    const numbers = this.part("ends").hidden ? [] : [...this.part("ends").querySelectorAll("p:not([hidden])")];
    const others = [...numbers, ...(this.growth?.notes ?? [])]; // of several runs their letters
    if (!others.length) return;
    const places = [usual, [first, !above], [!first, above], [!first, !above], [first, true, bottom], [!first, true, bottom], [first, false, top]]; // on the axis, or as high as it goes
    const free = places.find((place) => (put(place), !others.some((other) => touch(label, other))));
    put(free ?? usual);
  }

  draw() {
    if (!this.Plotly || !this.frame || !this.box.width || this.node._dragging) return;
    const view = (this.shown = this.view()), { data, layout } = figure(this.frame, view);
    this.note = layout.annotations.find(({ name }) => name === GUESS);
    layout.annotations = layout.annotations.filter(({ name }) => name !== GUESS);
    if (String(this.drawn) !== String(view.range)) this.onSteps((this.drawn = view.range));
    this.host.parentElement.style.setProperty("--axis", `${view.look.margin.l}px`); // the timeline begins there too
    this.host.style.setProperty("--drawn", `${view.outer[0]}px`); // on paper their place is narrower
    const started = performance.now();
    this.Plotly.react(this.node, data, layout, { ...this.config, displayModeBar: view.look.drag ? "hover" : false });
    this.whole = started;
    this.growth = new Growth(this.node, data, this.frame, view);
    this.node.dataset.ms = (performance.now() - started).toFixed(1);
    this.node.dataset.draws = String(++this.draws);
    // What it shows is its name: line by line it would be heard as images without one.
    for (const drawn of this.node.querySelectorAll(":is(.main-svg, .modebar svg):not([aria-hidden])")) drawn.setAttribute("aria-hidden", "true");
    if (!this.heard) this.hear();
    this.pointAgain();
    this.part("keys").querySelector("[data-key=all]").hidden = !Object.keys(this.user).length;
    this.cursor(this.past);
    this.say();
  }

  hear() {
    this.heard = true;
    this.node.on("plotly_relayout", (change) => {
      for (const axis of ["xaxis", "yaxis", "yaxis2"]) {
        const [from, to] = [change[`${axis}.range[0]`] ?? change[`${axis}.range`]?.[0], change[`${axis}.range[1]`] ?? change[`${axis}.range`]?.[1]];
        if (Number.isFinite(from) && Number.isFinite(to)) this.user[axis] = [from, to];
      }
      if ("dragmode" in change) return;
      queueMicrotask(() => this.draw());
    });
    const point = ({ clientX, clientY, pointerType }) => { if (pointerType === "mouse") this.pointer = () => [clientX, clientY]; };
    this.node.onpointermove = point;
    // What it points at are the points of the latest whole drawing.
    this.node.onpointerenter = (event) => {
      point(event);
      if (this.whole + POINTED < performance.now()) this.draw();
    };
    this.node.onpointerleave = ({ pointerType }) => { if (pointerType === "mouse") this.pointer = null; };
    // A finger cannot rest over the curves: where it taps, the numbers stay until it taps elsewhere. The drawing library
    // takes them away at once, for after a tap the browser plays a mouse that presses there, too.
    this.node.onpointerup = ({ clientX, clientY, pointerType }) => {
      if (pointerType !== "touch") return;
      const { left, top } = this.node.getBoundingClientRect();
      this.pointer = () => {
        const now = this.node.getBoundingClientRect();
        return [clientX + now.left - left, clientY + now.top - top];
      };
    };
    this.node.addEventListener("mouseup", () => setTimeout(() => this.pointAgain()));
    this.elsewhere = (event) => {
      if (!this.pointer || event.composedPath().includes(this.node)) return;
      this.pointer = null;
      this.Plotly.Fx.unhover(this.node);
    };
    addEventListener("click", this.elsewhere);
    this.node.on("plotly_doubleclick", () => this.all());
    this.node.on("plotly_hover", () => this.clear());
    this.node.on("plotly_unhover", () => this.clear());
  }

  /** The numbers under the pointer are not covered. */
  clear() {
    const legend = this.node.querySelector(".hoverlayer .legend");
    for (const label of [...this.part("ends").children, this.part("guess")]) {
      label.style.visibility = legend && touch(label, legend) ? "hidden" : "";
    }
  }

  /** Drawing takes the label under a resting pointer away: the pointer is told to have moved. */
  pointAgain() {
    if (!this.pointer || this.node._dragging) return;
    const [clientX, clientY] = this.pointer(), under = document.elementFromPoint(clientX, clientY);
    if (this.node.contains(under)) under.dispatchEvent(new MouseEvent("mousemove", { clientX, clientY, bubbles: true, view: window }));
  }

  /** The step that is looked back at, or null: a line there, and what came after it paled. */
  cursor(step) {
    this.past = step;
    const [line, veil] = [this.part("cursor"), this.part("veil")];
    const { range, width, height, look } = this.shown ?? {};
    const seen = step !== null && step !== undefined && this.shown && step >= range[0] && step <= range[1];
    line.hidden = veil.hidden = !seen;
    if (!seen) return;
    const x = ((step - range[0]) / (range[1] - range[0])) * width, { margin } = look;
    const [left, top] = [this.box.left + margin.l, this.box.top + margin.t];
    Object.assign(line.style, { transform: `translateX(${left + x}px)`, top: `${top}px`, height: `${height}px` });
    Object.assign(veil.style, { left: `${left + x}px`, width: `${width - x}px`, top: `${top}px`, height: `${height}px` });
    line.firstChild.textContent = `step ${step.toLocaleString("en-US")}`;
    line.classList.toggle("flip", x > width - 90);
  }

  download(format) {
    if (!this.Plotly || !this.shown) return;
    const look = { ...this.shown.look, ...onWhite(), size: 15 };
    const picture = portrait(this.frame, this.shown, look);
    this.Plotly.downloadImage(picture, { format, width: 1200, height: 800, scale: format === "png" ? 2 : 1, filename: `training-step-${this.frame.step}` });
  }

  close() {
    this.closed = true;
    removeEventListener("click", this.elsewhere);
    this.watch.disconnect();
    this.Plotly?.purge(this.node);
  }
}
