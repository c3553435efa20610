// The weights as pictures: for each run the three neurons, or the first hidden layer's, drawn into canvases that are
// kept, and what the outputs say of the watched photo. byte = 127.5 (1 + w / scale), made by the server; zero is mid-grey.
import { Wish } from "./bar.js";
import { LETTERS } from "./marks.js";
import { BYTES, Picture, SIDE } from "./pixels.js";
import { compact, count, end, number } from "./sums.js";
import { Wall } from "./wall.js";

export const BALLS = [["soccer ball", "#0072B2"], ["basketball", "#E69F00"], ["baseball", "#CC79A7"]];
const WIDE = 16;
const VIEWS = {
  weights: ["weights", "w, pixel by pixel: bright red asks for red there, cyan speaks against red, black against light"],
  change: ["change", "w minus w at step 0: what the training has added to the start"],
  gradient: ["gradient", "∂J/∂w of a batch: a plain step darkens what is bright here and brightens what is dark"],
  evidence: ["w∘x<sup>T</sup>", "w∘x<sup>T</sup> for the photo, R + G + B: green speaks for the ball, violet against it"],
};
const USUAL = "weights";
const OF_HIDDEN = "w∘x<sup>T</sup> for the photo, R + G + B: green raises the neuron’s z, violet lowers it"; // which is for no ball
const SAID = { weights: "the weights", change: "what has been added to the weights", gradient: "the gradient", evidence: "w∘xᵀ" };

const canvas = (label) => `<canvas width="${SIDE}" height="${SIDE}" role="img" aria-label="${label}"></canvas>`;
const neuron = ([ball, colour], k, own) => `<figure style="--ball: ${colour}">
  <figcaption><i class="dot"></i>${ball}</figcaption>${own ? canvas(`neuron ${k + 1}, ${ball}`) : ""}
  <div class="answer"><div class="fill"></div><i class="label"></i></div>
  <p><span><var>z</var> <span data-of="z">–</span></span><span><var>ŷ</var> <b data-of="y_hat">–</b></span></p></figure>`;

export class Pictures {
  /** ask(command) sends it and tells its number, or 0 if it did not go out; onView(): a hand has chosen another view. */
  constructor(host, ask, onView) {
    Object.assign(this, { host, ask });
    this.wish = new Wish();
    this.drawn = 0;
    host.innerHTML = `<div class="views" role="radiogroup" aria-label="What the pictures show">${Object.entries(VIEWS)
      .map(([name, [title]]) => `<label><input type="radio" name="training-view" value="${name}"><span>${title}</span></label>`).join("")}</div>
      <figure class="watched"><figcaption>the photo</figcaption>${canvas("the watched photo")}<p class="caption"></p></figure>
      <div class="rows"></div><div class="scale"><span class="low"></span><i></i><span class="high"></span></div><p class="means"></p>`;
    this.photo = new Picture(host.querySelector(".watched canvas"));
    this.radios = [...host.querySelectorAll("input")];
    for (const radio of this.radios)
      radio.onchange = () => {
        this.choose(radio.value);
        onView();
      };
    this.lanes = [];
  }

  choose(name) {
    this.wish.make(name, this.ask({ do: "view", view: name }));
    this.view(name);
  }

  /** A new line to the server begins with the usual view. */
  again() {
    if (this.viewed !== USUAL) this.choose(this.viewed);
  }

  view(name) {
    if (name === this.viewed || !VIEWS[name]) return;
    this.viewed = this.host.dataset.view = name;
    for (const radio of this.radios) radio.checked = radio.value === name;
    this.means();
  }

  means() {
    const words = this.walls?.length && this.viewed === "evidence" ? OF_HIDDEN : VIEWS[this.viewed][1];
    if (this.meant !== words) this.host.querySelector(".means").innerHTML = this.meant = words;
  }

  text(selector, words) {
    const el = this.host.querySelector(selector);
    if (el.textContent !== words) el.textContent = words;
  }

  rows(runs, hidden) {
    const shape = `${runs}/${Boolean(hidden)}`;
    if (this.shape === shape) return;
    this.shape = shape;
    const rows = this.host.querySelector(".rows"), wall = `<figure class="wall"><figcaption></figcaption><canvas role="img"></canvas></figure>`;
    rows.innerHTML = Array.from({ length: runs }, (_, i) => `<div class="row lane-${i}" role="group" aria-label="run ${LETTERS[i]}">
      ${runs > 1 ? `<b class="letter">${LETTERS[i]}</b>` : ""}<div class="outputs">${BALLS.map((ball, k) => neuron(ball, k, !hidden)).join("")}</div>${hidden ? wall : ""}</div>`).join("");
    this.lanes = [...rows.children].map((row) => [...row.querySelectorAll(".outputs figure")].map((figure) => ({
      figure, picture: hidden ? null : new Picture(figure.querySelector("canvas")), fill: figure.querySelector(".fill"),
      z: figure.querySelector("[data-of=z]"), yHat: figure.querySelector("[data-of=y_hat]"), label: figure.querySelector(".label"),
    })));
    this.named = "";
    this.walls = [...rows.querySelectorAll(".wall canvas")].map((each) => new Wall(each, runs > 1 ? WIDE : null));
    this.host.classList.toggle("network", Boolean(hidden));
    this.host.closest(".live-training").toggleAttribute("data-network", Boolean(hidden)); // for what stands beside them
    this.means();
  }

  /** Empty places for the pictures of so many runs. */
  room(runs, { hidden = [], neurons = 0, side = SIDE } = {}) {
    this.rows(runs, hidden.length > 0);
    if (hidden.length) this.nameWalls(hidden, neurons);
    for (const wall of this.walls) wall.size(neurons, side);
    this.sayWalls(neurons);
    for (const [part, words] of [[".caption", "y"], [".low", "−"], [".high", "+"]]) if (!this.drawn) this.text(part, words);
  }

  /** What is in a span goes without saying where there is little room. */
  nameWalls(hidden, neurons) {
    const some = hidden[0] > neurons, called = ` neuron${hidden[0] > 1 ? "s" : ""}`;
    const words = `layer 1${some ? `: ${count(neurons)} of ${count(hidden[0])}<span>` : `<span>: ${count(hidden[0])}`}${called}</span>`;
    if (this.named === words) return;
    this.named = words;
    this.host.classList.toggle("some", some);
    for (const caption of this.host.querySelectorAll(".wall figcaption")) caption.innerHTML = words;
  }

  sayWalls(neurons) {
    const words = `${SAID[this.viewed]} of ${count(neurons)} neuron${neurons === 1 ? "" : "s"} of layer 1, each as a picture`;
    for (const wall of this.walls) wall.say(words);
  }

  /** The first hidden layer of each run. */
  paintWalls({ neurons, side, hidden, pictures }) {
    this.nameWalls(hidden, neurons);
    const size = neurons * side * side * 3;
    this.walls.forEach((wall, i) => pictures?.length >= (i + 1) * size && wall.paint(pictures, i * size, neurons, side));
  }

  paint(frame) {
    const network = Boolean(frame.hidden?.length);
    this.rows(frame.lanes.length, network);
    if (network) this.paintWalls(frame);
    const { label } = frame;
    if (frame.photo?.length === BYTES) this.photo.paint(frame.photo);
    this.text(".caption", label ? `y = [${label.map((y) => Math.round(y)).join(", ")}]` : "label unknown");
    const said = `the watched photo: ${frame.caption}`; // seen, it would be the name of a fourth neuron
    const { canvas } = this.photo.pen;
    if (canvas.ariaLabel !== said) canvas.ariaLabel = said;
    frame.lanes.forEach((lane, i) => this.lanes[i].forEach((shown, k) => {
      const from = (3 * i + k) * BYTES;
      if (!network && frame.pictures?.length >= from + BYTES) shown.picture.paint(frame.pictures, from);
      const [z, yHat] = [lane.z?.[k], lane.y_hat?.[k]];
      shown.z.textContent = compact(z); // it stands beside ŷ
      shown.yHat.textContent = number(yHat);
      shown.fill.style.transform = `scaleX(${Number.isFinite(yHat) ? yHat : 0})`;
      const said = label ? `label y = ${label[k]}` : "";
      if (shown.label.title === said) return; // what is said again makes the browser look again
      shown.label.className = label ? (label[k] ? "label one" : "label zero") : "label";
      shown.label.title = said;
    }));
    this.text(".low", `−${end(frame.scale)}`);
    this.text(".high", `+${end(frame.scale)}`);
    this.view(this.wish.settle(frame.view, frame.heard));
    this.sayWalls(frame.neurons);
    this.drawn += 1;
  }
}
