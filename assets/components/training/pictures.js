// The weights as pictures: for each run the three neurons, drawn into canvases that are kept, and what they say of
// the watched photo. byte = 127.5 (1 + w / scale), made by the server; zero is mid-grey.
import { Wish } from "./bar.js";
import { number, short } from "./sums.js";

const SIDE = 64, PIXELS = SIDE * SIDE, BYTES = 3 * PIXELS;
export const BALLS = [["soccer ball", "#0072B2"], ["basketball", "#E69F00"], ["baseball", "#CC79A7"]];
const LETTERS = ["A", "B", "C"];
const VIEWS = {
  weights: ["weights", "w, pixel by pixel: bright red asks for red there, dark red speaks against it"],
  gradient: ["gradient", "∂J/∂w of a batch: a step darkens what is bright here and brightens what is dark"],
  evidence: ["w∘x", "w∘x for the photo: bright pixels speak for the ball, dark ones against it"],
};

/** rgb bytes, three a pixel, into RGBA bytes, four a pixel; alpha is left as it is. */
export function spread(rgb, from, rgba) {
  for (let p = 0, to = 0; p < PIXELS; p++, to += 4) {
    rgba[to] = rgb[from++];
    rgba[to + 1] = rgb[from++];
    rgba[to + 2] = rgb[from++];
  }
}

class Picture {
  constructor(canvas) {
    this.pen = canvas.getContext("2d");
    this.image = this.pen.createImageData(SIDE, SIDE);
    this.image.data.fill(255);
  }

  paint(rgb, from = 0) {
    spread(rgb, from, this.image.data);
    this.pen.putImageData(this.image, 0, 0);
  }
}

const canvas = (label) => `<canvas width="${SIDE}" height="${SIDE}" role="img" aria-label="${label}"></canvas>`;
const neuron = ([ball, colour], k) => `<figure style="--ball: ${colour}">
  <figcaption><i class="dot"></i>${ball}</figcaption>${canvas(`neuron ${k + 1}, ${ball}`)}
  <div class="answer"><div class="fill"></div><i class="label"></i></div>
  <p><span><var>z</var> <output data-of="z">–</output></span><span><var>ŷ</var> <b data-of="y_hat">–</b></span></p></figure>`;

export class Pictures {
  /** ask(command) sends it and says whether it went out. */
  constructor(host, ask) {
    this.host = host;
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
        if (ask({ do: "view", view: radio.value })) this.wish.make(radio.value);
        this.view(radio.value);
      };
    this.lanes = [];
  }

  view(name) {
    if (name === this.viewed || !VIEWS[name]) return;
    this.viewed = name;
    for (const radio of this.radios) radio.checked = radio.value === name;
    this.text(".means", VIEWS[name][1]);
  }

  text(selector, words) {
    const el = this.host.querySelector(selector);
    if (el.textContent !== words) el.textContent = words;
  }

  rows(runs) {
    if (this.lanes.length === runs) return;
    const rows = this.host.querySelector(".rows");
    rows.innerHTML = Array.from({ length: runs }, (_, i) => `<div class="row lane-${i}" role="group" aria-label="run ${LETTERS[i]}">
      ${runs > 1 ? `<b class="letter">${LETTERS[i]}</b>` : ""}${BALLS.map(neuron).join("")}</div>`).join("");
    this.lanes = [...rows.children].map((row) => [...row.querySelectorAll("figure")].map((figure) => ({
      figure, picture: new Picture(figure.querySelector("canvas")), fill: figure.querySelector(".fill"),
      z: figure.querySelector("[data-of=z]"), yHat: figure.querySelector("[data-of=y_hat]"), label: figure.querySelector(".label"),
    })));
  }

  paint(frame) {
    this.rows(frame.lanes.length);
    const { label } = frame;
    if (frame.photo?.length === BYTES) this.photo.paint(frame.photo);
    this.text(".caption", label ? `y = [${label.map((y) => Math.round(y)).join(", ")}]` : "label unknown");
    this.text(".watched figcaption", frame.caption);
    frame.lanes.forEach((lane, i) => this.lanes[i].forEach((shown, k) => {
      const from = (3 * i + k) * BYTES;
      if (frame.pictures?.length >= from + BYTES) shown.picture.paint(frame.pictures, from);
      const [z, yHat] = [lane.z?.[k], lane.y_hat?.[k]];
      shown.z.textContent = number(z);
      shown.yHat.textContent = number(yHat);
      shown.fill.style.transform = `scaleX(${Number.isFinite(yHat) ? yHat : 0})`;
      shown.label.className = label ? (label[k] ? "label one" : "label zero") : "label";
      shown.label.title = label ? `label y = ${label[k]}` : "";
    }));
    this.text(".low", `−${short(frame.scale)}`);
    this.text(".high", `+${short(frame.scale)}`);
    this.view(this.wish.settle(frame.view));
    this.drawn += 1;
  }
}
