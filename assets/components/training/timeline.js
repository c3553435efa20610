// The timeline under the curves: a slider over the keyframes. Dragging looks back, letting go returns to now; a short
// click, the arrow keys or "hold" stay there. The training goes on meanwhile.
import { count, nearest, neighbour } from "./sums.js";

const PAUSE = 100; // ms between two looks: the hand is faster than the server
const BRANCHED = 5000; // ms in which the run that was asked for may come
const CLICK = { ms: 350, px: 4 }, TAP = { ms: 500, px: 12 }; // no longer, and no further: a finger rolls as it taps

const SKELETON = `<div class="rail"><svg aria-hidden="true" preserveAspectRatio="none"></svg>
  <input type="range" min="0" step="any" value="0" aria-label="Timeline: look back at an earlier step"></div>
<div class="under"><p data-part="said"></p>
  <button type="button" class="quiet" data-part="hold" aria-pressed="false" title="Stay at the past step when the slider is let go">hold</button>
  <button type="button" data-part="now" title="Show the newest weights again (End)">Return to now</button>
  <button type="button" data-part="branch" title="Start a new run with the weights of this step">Branch from here</button></div>`;

export class Timeline {
  /** ask(command) sends it; branch(step) starts a new run there; early() hears of space before that is there; moved(step or
   *  null) draws the cursor. */
  constructor(host, { ask, branch, early, moved }) {
    Object.assign(this, { host, ask, moved, keyframes: [], now: 0, steps: [0, 40], wanted: null, holding: false, dragging: false, sent: null, at: 0, agrees: true, soon: null, branched: -BRANCHED });
    host.innerHTML = SKELETON;
    this.slider = host.querySelector("input");
    this.ticks = host.querySelector("svg");
    this.part = {};
    for (const el of host.querySelectorAll("[data-part]")) this.part[el.dataset.part] = el;
    this.slider.oninput = () => this.look(nearest(this.keyframes, Number(this.slider.value)));
    this.slider.onpointerdown = ({ clientX, timeStamp }) => (this.pressed = { clientX, timeStamp }, this.dragging = true);
    this.slider.onpointerup = this.slider.onpointercancel = (event) => this.released(event);
    this.slider.onkeydown = (event) => this.key(event);
    this.part.hold.onclick = () => this.hold(!this.holding);
    this.part.now.onclick = () => this.return();
    // A double click, or space right after a click, asks for one run: of two the first would train on unseen, and Back
    // would lead to it.
    this.part.branch.onclick = () => {
      if (this.wanted === null || this.branching) return;
      this.branched = performance.now();
      branch(this.wanted);
    };
    this.part.branch.onkeydown = (event) => {
      if (event.key !== " " || !this.branching) return;
      event.preventDefault();
      if (!event.repeat) early();
    };
    this.say();
  }

  /** Whether a run that was asked for may be about to come. */
  get branching() {
    return performance.now() - this.branched < BRANCHED;
  }

  key(event) {
    const jump = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5 }[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey || (!jump && event.key !== "Home" && event.key !== "End")) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Home") this.stay(this.keyframes[0] ?? null);
    else if (event.key === "End") this.return();
    else for (let i = 0; i < Math.abs(jump); i++) this.by(Math.sign(jump));
  }

  /** One keyframe back or forward; past the last one is now. */
  by(direction) {
    const from = this.wanted ?? this.now;
    const next = neighbour(this.keyframes, from, direction);
    if (next === null && direction < 0) return;
    if (next === null || next >= this.now) this.return();
    else this.stay(next);
  }

  stay(step) {
    if (step === null) return;
    this.hold(true);
    this.look(step);
  }

  hold(on) {
    this.holding = on;
    this.part.hold.setAttribute("aria-pressed", String(on));
    if (!on && !this.dragging && this.wanted !== null) this.return();
    this.say();
  }

  released({ type, clientX, timeStamp, pointerType }) {
    if (!this.dragging) return;
    this.dragging = false;
    const most = pointerType === "touch" ? TAP : CLICK, { pressed } = this;
    const click = type === "pointerup" && pressed && timeStamp - pressed.timeStamp < most.ms && Math.abs(clientX - pressed.clientX) < most.px;
    // A click's own input event may come after the button is up.
    setTimeout(() => {
      if (this.dragging) return;
      if (click && this.wanted !== null && this.wanted < this.now) this.hold(true);
      else if (!this.holding || this.wanted === null || this.wanted >= this.now) this.return();
    });
  }

  look(step) {
    if (step === null || (step === this.wanted && this.sent === step)) return;
    this.wanted = step;
    this.moved(step);
    this.say();
    const wait = this.at + PAUSE - performance.now();
    this.hush();
    if (wait > 0) this.soon = setTimeout(() => this.tell(), wait);
    else this.tell();
  }

  hush() {
    clearTimeout(this.soon);
    this.soon = null;
  }

  tell() {
    this.hush();
    this.at = performance.now();
    this.sent = this.wanted;
    this.ask(this.wanted === null ? { do: "now" } : { do: "look", step: this.wanted });
  }

  return() {
    this.wanted = null;
    this.holding = false;
    this.part.hold.setAttribute("aria-pressed", "false");
    this.tell();
    this.moved(null);
    this.place();
    this.say();
  }

  /** Another run: nothing that was wished for holds. */
  forget() {
    this.hush();
    Object.assign(this, { wanted: null, sent: null, keyframes: [], now: 0, branched: -BRANCHED });
    this.hold(false);
    this.moved(null);
  }

  /** The line is back: the server knows no wish. */
  again() {
    if (this.wanted !== null) this.tell();
  }

  /** steps: the first and the last of the curves' axis, so that the slider stands under them, zoomed or not. */
  paint(frame, steps) {
    const grown = frame.keyframes.length !== this.keyframes.length || frame.keyframes.at(-1) !== this.keyframes.at(-1) || String(steps) !== String(this.steps);
    [this.keyframes, this.now, this.steps] = [frame.keyframes, frame.step, steps];
    // Reset: that step is no more, or it is now.
    if (this.wanted !== null && (this.wanted > this.now || (this.wanted === this.now && !this.dragging))) this.return();
    // The server forgot the look, thinned that keyframe out, or shows one that nobody here asked for: said again, but
    // not at every frame.
    this.agrees = this.wanted === null || this.wanted >= this.now ? !frame.past : frame.past && frame.shown === this.wanted;
    if (!this.agrees) this.soon ??= setTimeout(() => this.insist(), 500);
    if (grown) this.mark();
    this.place();
    this.say();
  }

  span(steps) {
    this.steps = steps;
    this.mark();
    this.place();
  }

  insist() {
    this.soon = null;
    if (this.agrees || this.dragging) return;
    if (this.wanted !== null) this.wanted = nearest(this.keyframes, this.wanted);
    this.moved(this.wanted);
    this.say();
    this.tell();
  }

  mark() {
    const [from, to] = this.steps, seen = this.keyframes.filter((step) => step >= from && step <= to);
    this.ticks.setAttribute("viewBox", `${from} 0 ${to - from} 1`);
    this.ticks.innerHTML = `<path d="${seen.map((step) => `M${step} 0v1`).join("")}" vector-effect="non-scaling-stroke"/>`;
  }

  place() {
    const { slider, steps: [from, to] } = this, shown = this.wanted ?? this.now;
    if (slider.min !== String(from)) slider.min = String(from);
    if (slider.max !== String(to)) slider.max = String(to);
    if (!this.dragging || this.wanted === null) slider.value = String(shown);
    this.host.classList.toggle("beyond", shown < from || shown > to); // of a zoom: it stands at the end that is nearer
    slider.style.setProperty("--past", `${(100 * (Math.max(from, Math.min(this.now, to)) - from)) / (to - from)}%`);
    slider.setAttribute("aria-valuetext", shown >= this.now ? `now, step ${count(this.now)}` : `step ${count(shown)} of ${count(this.now)}`);
  }

  say() {
    const past = this.wanted !== null && this.wanted < this.now, { part } = this;
    const words = past
      ? `as it was at step ${count(this.wanted)}${this.dragging && !this.holding ? " · let go to return to now" : ""}`
      : `Drag back to see the run as it was. ${matchMedia("(pointer: coarse)").matches ? "Tap" : "Click"} to stay there.`;
    if (part.said.textContent !== words) part.said.textContent = words;
    const held = past && this.holding && !this.dragging;
    if (past === this.past && held === this.held) return; // what is said again makes the browser look again
    [this.past, this.held] = [past, held];
    this.host.classList.toggle("past", past);
    const at = this.host.getRootNode().activeElement; // hidden it loses the focus, and the keys would scroll the page
    part.now.hidden = part.branch.hidden = !held;
    part.hold.hidden = held;
    if (at?.hidden && this.host.contains(at)) this.slider.focus({ preventScroll: true });
  }

  close() {
    this.hush();
  }
}
