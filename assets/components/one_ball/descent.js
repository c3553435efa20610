// The three steps of training, painted while they happen: w = 0, the cost falling as w forms, the prediction.
// ui/one_ball/descent.py puts unpack.js, elements.js, numbers.js, pictures.js and activations.js in front.

const VIEWS = new WeakMap();

const SKELETON = `<div class="steps">
<section data-part="one"><h3><b>1</b> initialise</h3>
  <canvas class="w" data-part="zero" width="64" height="64" role="img" aria-label="w before training: all zero, grey"></canvas>
  <p><var>w</var> = 0, <var>b</var> = 0</p><p class="soft">every <var>ŷ</var> = σ(0) = 0.50</p></section>
<i class="arrow" aria-hidden="true"></i>
<section data-part="two" class="wide"><h3><b>2</b> descend <small data-part="count"></small></h3>
  <div class="pair"><canvas class="curve" data-part="curve" role="img"></canvas>
  <div><canvas class="w" data-part="w" width="64" height="64" role="img" aria-label="w as a picture, grey is zero"></canvas>
  <p class="legend"><small data-part="low"></small><span></span><small data-part="high"></small></p></div></div>
  <div class="load" data-part="load"><span data-part="share"></span></div>
  <p class="rule"><var>w</var> := <var>w</var> − α ∂<var>J</var>/∂<var>w</var> &emsp; <var>b</var> := <var>b</var> − α ∂<var>J</var>/∂<var>b</var></p></section>
<i class="arrow" aria-hidden="true"></i>
<section data-part="three"><h3><b>3</b> predict</h3>
  <canvas class="w" data-part="photo" width="64" height="64" role="img"></canvas>
  <div role="status" aria-atomic="true"><p data-part="answer"></p><p class="soft" data-part="test"></p></div></section></div>`;

/** The foot of the name of a line at this height, which none of the other lines runs through or touches: on it, on the
 *  line just above, or under it. */
export function clear(at, lines) {
  const next = Math.max(...lines.filter((y) => y <= at));
  const feet = [at - 6, ...(at - next < 12 ? [next - 6] : []), at + 15];
  return feet.find((foot) => lines.every((y) => y <= foot - 13 || y >= foot + 6)) ?? at - 6;
}

export default function ({ data, parentElement }) {
  let view = VIEWS.get(parentElement);
  if (!view) VIEWS.set(parentElement, (view = new Steps(parentElement)));
  view.receive(unpack(data));
  return unlessThere(parentElement, () => {
    view.watch.disconnect();
    document.fonts.removeEventListener("loadingdone", view.anew);
    view.root.remove();
    VIEWS.delete(parentElement);
  });
}

class Steps {
  constructor(host) {
    this.root = make("div", "descent");
    this.root.innerHTML = SKELETON;
    host.appendChild(this.root);
    this.part = {};
    for (const el of this.root.querySelectorAll("[data-part]")) this.part[el.dataset.part] = el;
    this.anew = () => this.given && this.plot();
    this.watch = new ResizeObserver(this.anew);
    this.watch.observe(this.part.curve);
    document.fonts.addEventListener("loadingdone", this.anew); // letters that have been drawn do not change by themselves
    this.painted = 0;
  }

  receive(given) {
    this.given = given;
    const { part } = this, { phase, costs, total } = given;
    const now = { ready: "one", running: "two", done: "three" }[phase];
    for (const name of ["one", "two", "three"]) part[name].classList.toggle("now", name === now);
    part.three.classList.toggle("later", phase !== "done");
    part.two.classList.toggle("later", phase === "ready");
    paintWeights(part.zero, new Float32Array(12288), 1);
    paintWeights(part.w, given.w, given.scale);
    part.low.textContent = costs.length ? number(-given.scale, 4) : "";
    part.high.textContent = costs.length ? number(given.scale, 4, true) : "";
    part.count.textContent = given.waiting ?? (costs.length ? `step ${costs.length} of ${total}` : `${total} steps`);
    part.load.hidden = given.waiting === null;
    part.share.style.width = `${100 * given.share}%`;
    paintPhoto(part.photo, given.photo);
    part.photo.setAttribute("aria-label", given.caption);
    // It is announced once, when it is there: what is written anew is said again.
    const answer = given.y_hat === null
      ? `<var>ŷ</var> = ?`
      : `<var>ŷ</var> = σ(${number(given.z, digitsThatGive(sigmoid, given.z, 2))}) = <b>${given.y_hat.toFixed(2)}</b>`;
    part.answer.parentElement.ariaLive = phase === "done" ? "polite" : "off";
    if (answer !== this.answer) part.answer.innerHTML = this.answer = answer;
    if (part.test.textContent !== given.verdict) part.test.textContent = given.verdict;
    // Tests count how often it was painted during one run.
    this.root.dataset.painted = String(++this.painted);
    this.root.dataset.phase = phase;
    this.root.dataset.step = String(costs.length);
    this.plot();
  }

  /** J over the steps: each batch faint, the mean of the last ten bold; log 2 is where w = 0 starts. */
  plot() {
    const canvas = this.part.curve, { costs, total } = this.given;
    const box = canvas.getBoundingClientRect(), sharp = devicePixelRatio || 1;
    const unit = box.width / canvas.clientWidth || 1, wide = box.width / unit, tall = box.height / unit;
    if (!box.width) return;
    canvas.width = Math.round(box.width * sharp);
    canvas.height = Math.round(box.height * sharp);
    const pen = canvas.getContext("2d"), style = getComputedStyle(this.root);
    const ink = style.color, soft = style.getPropertyValue("--soft"), line = style.getPropertyValue("--line"), accent = style.getPropertyValue("--accent");
    pen.scale(sharp * unit, sharp * unit);
    pen.font = `13px ${style.fontFamily}`;
    const left = 38, right = wide - 8, top = 28, bottom = tall - 34;
    let low = 0.5, high = 0.75;
    for (const J of costs) [low, high] = [Math.min(low, J), Math.max(high, J)];
    const title = high > 4 ? `cost J, cut at 4 (highest ${number(high, high < 10 ? 1 : 0)})` : "cost J of the batch"; // no wider than the plot
    high = Math.min(high, 4);
    low = Math.floor(low * 10) / 10;
    high = Math.ceil(high * 10) / 10;
    const X = (step) => left + ((right - left) * step) / Math.max(1, total);
    const Y = (J) => bottom - ((bottom - top) * (Math.min(J, high) - low)) / (high - low);
    const rung = high - low > 1.5 ? 0.5 : high - low > 0.6 ? 0.2 : 0.1;
    pen.lineWidth = 1;
    const rungs = [];
    for (let J = low; J <= high + 1e-9; J += rung) {
      rungs.push(J);
      pen.strokeStyle = line;
      pen.beginPath();
      pen.moveTo(left, Y(J));
      pen.lineTo(right, Y(J));
      pen.stroke();
      pen.fillStyle = soft;
      pen.textAlign = "right";
      pen.fillText(J.toFixed(1), left - 6, Y(J) + 5);
    }
    pen.textAlign = "center";
    for (const part of [0, 0.5, 1]) pen.fillText(String(Math.round(part * total)), X(part * total) - (part === 1 ? 8 : 0), bottom + 17);
    pen.fillStyle = ink;
    pen.fillText("step", (left + right) / 2 + (right - left) / 4, bottom + 30);
    pen.textAlign = "left";
    pen.fillText(title, 2, 12);
    pen.setLineDash([5, 4]);
    pen.strokeStyle = soft;
    pen.beginPath();
    pen.moveTo(left, Y(Math.LN2));
    pen.lineTo(right, Y(Math.LN2));
    pen.stroke();
    pen.setLineDash([]);
    const trace = (value, colour, width) => {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.lineJoin = "round";
      pen.beginPath();
      costs.forEach((_, i) => pen.lineTo(X(i), Y(value(i))));
      pen.stroke();
    };
    pen.globalAlpha = 0.35;
    trace((i) => costs[i], accent, 1);
    pen.globalAlpha = 1;
    trace((i) => {
      let sum = 0;
      const from = Math.max(0, i - 9);
      for (let k = from; k <= i; k++) sum += costs[k];
      return sum / (i - from + 1);
    }, accent, 2.5);
    pen.textAlign = "right";
    pen.lineWidth = 4;
    pen.strokeStyle = style.getPropertyValue("--paper");
    pen.fillStyle = soft;
    const baseline = clear(Y(Math.LN2), rungs.map(Y));
    for (const draw of ["strokeText", "fillText"]) pen[draw]("w = 0: log 2", right, baseline); // over the curve
    const J = costs.at(-1);
    canvas.setAttribute("aria-label", costs.length ? `The cost J of the batch before step ${costs.length} of ${total} is ${J.toFixed(3)}` : "The cost J over the steps, not started");
  }
}
