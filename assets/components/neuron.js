// One neuron at work on one photo: photo → x → w ∘ x → Σ + b = z → σ → ŷ, redrawn as the hand moves the ball.
// ui/neuron.py puts unpack.js and the sums of neuron_sums.js in front of this file.

const VIEWS = new WeakMap();
const CHANNELS = ["R", "G", "B"];
const REST = 300; // milliseconds without a movement after which the server hears of the new place

export default function ({ data, parentElement, setStateValue }) {
  let view = VIEWS.get(parentElement);
  if (!view) VIEWS.set(parentElement, (view = new View(parentElement)));
  view.tell = (scene) => setStateValue("scene", scene);
  view.receive(unpack(data));
  return () => {
    view.close();
    VIEWS.delete(parentElement);
  };
}

const SKELETON = `
<div class="lane first">
  <div class="unroll">
    <figure class="stage photo">
      <figcaption>photo</figcaption>
      <div class="box big"><div class="frame" data-part="frame">
        <canvas data-part="photo" width="64" height="64" role="img"></canvas>
        <div class="pixel" data-part="pixel" role="slider" tabindex="0" aria-label="Pixel under the lens"
          aria-valuemin="0" aria-valuemax="4095"></div>
        <div class="ball" data-part="ball" role="slider" tabindex="0" aria-valuemin="0" aria-valuemax="4095">
          <span class="hint" data-part="hint">✥ drag</span></div>
      </div></div>
      <p class="shape">(64, 64, 3)</p>
      <p class="read" data-part="read-photo"></p>
    </figure>
    <div class="arrow flatten">
      <b>flatten</b><i></i><small data-part="unrolled">row by row</small>
      <button type="button" data-part="replay" title="Play it again"><span>▶</span> play</button>
    </div>
    <figure class="stage column">
      <figcaption><var>x</var></figcaption>
      <div class="box big"><div class="strip">
        <canvas data-part="strip" width="1" height="512" role="img"
          aria-label="The photo as one column of 12288 numbers, first row on top"></canvas>
        <small class="top">0</small><small class="bottom">12287</small><small class="at" data-part="at"></small>
      </div></div>
      <p class="shape">(12288, 1)</p>
      <p class="read" data-part="read-x"></p>
    </figure>
    <canvas class="overlay" data-part="overlay" aria-hidden="true"></canvas>
  </div>
  <span class="sign">∘</span>
  <figure class="stage">
    <figcaption><var>w</var> <small data-part="model"></small></figcaption>
    <div class="box big"><div class="frame small" data-part="frame-w">
      <canvas data-part="w" width="64" height="64" role="img" aria-label="The weights as a picture; grey is zero"></canvas>
      <span class="mark" data-part="mark-w"></span></div>
      <p class="legend"><small data-part="low-w"></small><span class="grey"></span><small data-part="high-w"></small></p></div>
    <p class="shape">(1, 12288)</p>
    <p class="read" data-part="read-w"></p>
  </figure>
  <span class="sign">=</span>
  <figure class="stage">
    <figcaption><var>w</var> ∘ <var>x</var></figcaption>
    <div class="box big"><div class="frame small" data-part="frame-wx">
      <canvas data-part="wx" width="64" height="64" role="img" aria-label="What each pixel adds to z"></canvas>
      <span class="mark" data-part="mark-wx"></span></div>
      <p class="legend"><small data-part="low-wx"></small><span class="signed"></span><small data-part="high-wx"></small></p></div>
    <p class="shape">12288 products</p>
    <p class="read" data-part="read-wx"></p>
  </figure>
</div>
<p class="where" data-part="where"></p>
<div class="turn" aria-hidden="true"><i></i><b>Σ of all 12288</b></div>
<div class="lane second">
  <figure class="stage map">
    <figcaption data-part="map-title"></figcaption>
    <div class="frame" data-part="map-frame"><canvas data-part="map" role="img"></canvas>
      <span class="ring" data-part="ring"></span></div>
    <p class="legend"><small>0</small><span class="signed"></span><small>1</small></p>
    <p class="range" data-part="range"></p>
  </figure>
  <figure class="stage sum">
    <figcaption>Σ + <var>b</var> = <var>z</var></figcaption>
    <div class="tug">
      <p><small>products above 0</small><span class="for" data-part="for"></span></p>
      <div class="rail"><span class="bar positive" data-part="bar-positive"></span></div>
      <div class="rail"><span class="bar negative" data-part="bar-negative"></span><span class="over" data-part="over"></span></div>
      <p><small>products below 0</small><span class="against" data-part="against"></span></p>
    </div>
    <table class="add"><tbody>
      <tr><th><var>wx</var></th><td data-part="wx-sum"></td><td class="shape">(1, 1)</td></tr>
      <tr><th>+ <var>b</var></th><td data-part="b"></td><td class="shape">(1, 1)</td></tr>
      <tr class="total"><th>= <var>z</var></th><td data-part="z"></td><td class="shape">(1, 1)</td></tr>
    </tbody></table>
  </figure>
  <div class="arrow"><b>σ</b><i></i><small>(1, 1)</small></div>
  <figure class="stage curves">
    <figcaption class="split"><span><var>ŷ</var> = σ(<var>z</var>)</span>
      <span class="switch" role="radiogroup" aria-label="Label y"><span>label <var>y</var></span>
        <button type="button" role="radio" data-part="y0">0</button><button type="button" role="radio" data-part="y1">1</button></span>
    </figcaption>
    <svg data-part="curves" viewBox="0 0 290 262" role="img"></svg>
  </figure>
  <div class="arrow"><i></i><small>(1, 1)</small></div>
  <figure class="stage answer">
    <figcaption><var>ŷ</var></figcaption>
    <output data-part="y-hat"></output>
    <div class="gauge"><span data-part="gauge"></span></div>
    <p data-part="verdict"></p>
    <dl><dt><var>L</var></dt><dd data-part="loss"></dd><dt>∂<var>L</var>/∂<var>z</var></dt><dd data-part="slope"></dd></dl>
  </figure>
</div>
<p class="formula" data-part="formula" aria-live="off"></p>`;

class View {
  constructor(host) {
    this.root = document.createElement("div");
    this.root.className = "neuron";
    this.root.innerHTML = SKELETON;
    host.appendChild(this.root);
    this.part = {};
    for (const el of this.root.querySelectorAll("[data-part]")) this.part[el.dataset.part] = el;
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.listen();
    this.watch = new ResizeObserver(() => this.layout());
    this.watch.observe(this.root);
  }

  close() {
    this.watch.disconnect();
    this.seen?.disconnect();
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
    this.root.remove();
  }

  // ---- what the server sends ---------------------------------------------------------------------

  receive(given) {
    const fresh = given.photo !== this.given?.photo;
    const other = given.model !== this.given?.model;
    this.given = given;
    if (fresh) {
      [this.drow, this.dcol, this.y] = [given.drow, given.dcol, given.y];
      this.row = Math.min(63, Math.max(0, Math.round(given.centre[0] + given.drow)));
      this.col = Math.min(63, Math.max(0, Math.round(given.centre[1] + given.dcol)));
    }
    if (fresh || other) this.peak = 0;
    this.part.hint.hidden = !fresh ? this.part.hint.hidden : false;
    this.part.ball.classList.toggle("whole", given.mode === "picture");
    this.part.ball.setAttribute("aria-label", given.mode === "ball" ? "Place of the ball" : "Place of the picture");
    this.paintWeights();
    this.paintMap();
    this.draw();
    if (fresh) this.playWhenSeen();
  }

  /** The server hears of the scene when the hand has rested. */
  report() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { photo } = this.given;
      this.tell({ photo, drow: this.drow, dcol: this.dcol, y: this.y });
    }, REST);
  }

  // ---- hands -------------------------------------------------------------------------------------

  listen() {
    const { frame, pixel, ball, replay, y0, y1 } = this.part;
    const map = this.part["map-frame"];
    const at = (el, event) => {
      const box = el.getBoundingClientRect();
      const inside = (v) => Math.min(63, Math.max(0, Math.floor(v * 64)));
      return [inside((event.clientY - box.top) / box.height), inside((event.clientX - box.left) / box.width)];
    };
    const look = (el) => (event) => {
      if (!this.drag) this.look(...at(el, event));
    };
    for (const el of [frame, this.part["frame-w"], this.part["frame-wx"]]) {
      el.onpointermove = look(el);
      el.onpointerdown = look(el);
    }
    pixel.onkeydown = (event) => {
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      if (step === "home") this.look(0, 0);
      else if (step === "end") this.look(63, 63);
      else this.look(this.row + step[0], this.col + step[1]);
    };
    ball.onkeydown = (event) => {
      const step = arrow(event);
      if (!step) return;
      event.preventDefault();
      if (step === "home") this.move(0, 0);
      else if (step !== "end") this.move(this.drow + step[0], this.dcol + step[1]);
    };
    ball.onpointerdown = (event) => {
      if (event.button) return;
      this.stop();
      ball.setPointerCapture(event.pointerId);
      this.drag = { y: event.clientY, x: event.clientX, drow: this.drow, dcol: this.dcol };
      ball.classList.add("held");
    };
    ball.onpointermove = (event) => {
      if (!this.drag) return;
      const side = frame.getBoundingClientRect().width / 64;
      const down = (event.clientY - this.drag.y) / side, right = (event.clientX - this.drag.x) / side;
      this.move(Math.round(this.drag.drow + down), Math.round(this.drag.dcol + right));
    };
    ball.onpointerup = ball.onpointercancel = ball.onlostpointercapture = () => {
      this.drag = null;
      ball.classList.remove("held");
    };
    map.onclick = (event) => {
      const box = map.getBoundingClientRect(), { rows, cols } = this.given.places;
      const cell = (v, count) => Math.min(count - 1, Math.max(0, Math.floor(v * count)));
      this.stop();
      this.move(
        rows[cell((event.clientY - box.top) / box.height, rows.length)],
        cols[cell((event.clientX - box.left) / box.width, cols.length)],
      );
    };
    replay.onclick = () => this.play();
    const label = (y) => () => {
      this.y = y;
      this.draw();
      this.report();
    };
    y0.onclick = label(0);
    y1.onclick = label(1);
    y0.onkeydown = y1.onkeydown = (event) => {
      if (!event.key.startsWith("Arrow")) return;
      event.preventDefault();
      label(1 - this.y)();
      this.part["y" + this.y].focus();
    };
  }

  move(drow, dcol) {
    const { rows, cols } = this.given.places;
    drow = Math.min(rows.at(-1), Math.max(rows[0], drow));
    dcol = Math.min(cols.at(-1), Math.max(cols[0], dcol));
    if (drow === this.drow && dcol === this.dcol) return;
    [this.drow, this.dcol] = [drow, dcol];
    this.part.hint.hidden = true;
    this.draw();
    this.report();
  }

  look(row, col) {
    this.row = Math.min(63, Math.max(0, row));
    this.col = Math.min(63, Math.max(0, col));
    this.read();
  }

  // ---- one state, drawn --------------------------------------------------------------------------

  draw() {
    const { given, part, drow, dcol, y } = this;
    const pixels = given.mode === "ball"
      ? composite(given.background, given.ball, drow, dcol)
      : shift(given.background, drow, dcol);
    const x = flatten(pixels);
    const sums = neuron(given.w, given.b, x);
    // At rest core has computed the same; then its numbers are the ones that are shown.
    const core = given.core.drow === drow && given.core.dcol === dcol ? given.core : {};
    const { positive, negative, z } = { ...sums, ...core };
    const yHat = core.y_hat ?? sigmoid(z);
    const L = core.losses?.[y] ?? loss(z, y), slope = core.slopes?.[y] ?? derivative(z, y);
    this.pixels = pixels;
    this.x = x;
    Object.assign(this.root.dataset, { z, yHat, loss: L, slope, drow, dcol, y }); // for tests and for the curious

    paint(part.photo, (i, out) => { for (let c = 0; c < 3; c++) out[c] = pixels[i * 3 + c]; });
    part.photo.setAttribute("aria-label", `The photo: ${given.caption}`);
    this.paintStrip();
    for (const e of sums.evidence) this.peak = Math.max(this.peak, Math.abs(e));
    const shades = this.shades();
    paint(part.wx, (i, out) => tint(shades, sums.evidence[i] / this.peak, out));
    part["low-wx"].textContent = number(-this.peak, digits(this.peak));
    part["high-wx"].textContent = number(this.peak, digits(this.peak), true);

    const most = Math.max(positive, -negative) || 1;
    part.for.textContent = number(positive, 2, true);
    part.against.textContent = number(negative, 2);
    part["bar-positive"].style.width = `${(100 * positive) / most}%`;
    part["bar-negative"].style.width = `${(-100 * negative) / most}%`;
    const short = Math.min(positive, -negative) / most;
    Object.assign(part.over.style, { left: `${100 * short}%`, width: `${100 * (1 - short)}%` });
    part.over.className = `over ${z - given.b >= 0 ? "up" : "down"}`;
    const wx = z - given.b, places = agreeing(wx, given.b, z);
    part["wx-sum"].textContent = number(wx, places);
    part.b.textContent = number(given.b, places);
    part.z.textContent = number(z, places);

    part.curves.innerHTML = curves(z, yHat, y, L, slope, given.span);
    part.curves.setAttribute("aria-label",
      `σ at z = ${number(z, 2)} is ${number(yHat, 2)}; L = ${number(L, 2)}, its slope ŷ − y = ${number(slope, 2)}`);
    for (const k of [0, 1]) {
      part["y" + k].setAttribute("aria-checked", String(k === y));
      part["y" + k].tabIndex = k === y ? 0 : -1;
    }
    part["y-hat"].textContent = number(yHat, 2);
    part.gauge.style.width = `${100 * yHat}%`;
    part.verdict.textContent = yHat >= 0.5 ? "soccer ball" : "no soccer ball";
    part.verdict.className = given.truth === null ? "" : Number(yHat >= 0.5) === given.truth ? "right" : "wrong";
    const odds = y ? `log ${number(yHat, 2)}` : `log(1 − ${number(yHat, 2)})`;
    part.loss.innerHTML = `−${odds}<br>= <b>${number(L, 2)}</b>`;
    part.slope.innerHTML = `<var>ŷ</var> − <var>y</var> = ${number(yHat, 2)} − ${y}<br>= <b>${number(slope, 2)}</b>`;
    const b = given.b < 0 ? `− ${number(-given.b, places)}` : `+ ${number(given.b, places)}`;
    part.formula.innerHTML = `<var>ŷ</var> = σ(<var>wx</var> + <var>b</var>) = σ(${number(wx, places)} ${b}) = `
      + `σ(${number(z, places)}) = <b>${number(yHat, 2)}</b>`;

    this.placeHandle(yHat, z);
    this.read();
  }

  /** Numbers of the pixel under the lens, in each stage, and where they stand in x. */
  read() {
    const { part, row, col, given } = this;
    if (!this.pixels) return;
    const first = place(row, col, 0), small = digits(given.scale);
    const lines = (of) => CHANNELS.map((name, c) => `<span class="${name}">${of(first + c, name)}</span>`).join("");
    part["read-photo"].innerHTML = lines((i, name) => `${name} ${this.pixels[i]}`);
    part["read-x"].innerHTML = lines((i) => number(this.x[i], 2, true));
    part["read-w"].innerHTML = lines((i) => number(given.w[i], small, true));
    part["read-wx"].innerHTML = lines((i) => number(given.w[i] * this.x[i], small, true));
    part.where.innerHTML = `pixel in row ${row}, column ${col} → places (${row} · 64 + ${col}) · 3 + {0, 1, 2} = `
      + `<b>${first}, ${first + 1}, ${first + 2}</b> of <var>x</var>`;
    const [r, g, b] = this.pixels.subarray(first, first + 3);
    part.pixel.setAttribute("aria-valuenow", String(first / 3));
    part.pixel.setAttribute("aria-valuetext",
      `row ${row}, column ${col}: R ${r}, G ${g}, B ${b}; places ${first} to ${first + 2} of x`);
    for (const mark of [part.pixel, part["mark-w"], part["mark-wx"]]) {
      mark.style.left = `${(100 * col) / 64}%`;
      mark.style.top = `${(100 * row) / 64}%`;
    }
    part.at.textContent = String(first);
    part.at.style.top = `${(100 * first) / N}%`;
    part.at.hidden = first < 0.06 * N || first > 0.94 * N;
    if (!this.playing) this.thread();
  }

  placeHandle(yHat, z) {
    const { given, part, drow, dcol } = this;
    const ball = given.mode === "ball";
    const row = ball ? given.centre[0] + drow : 31.5, col = ball ? given.centre[1] + dcol : 31.5;
    const reach = ball ? given.radius : 32;
    Object.assign(part.ball.style, {
      left: `${(100 * (col + 0.5 - reach)) / 64}%`, top: `${(100 * (row + 0.5 - reach)) / 64}%`,
      width: `${(200 * reach) / 64}%`, height: `${(200 * reach) / 64}%`,
    });
    const { rows, cols } = given.places;
    const cell = (v, ends) => Math.round((63 * (v - ends[0])) / (ends.at(-1) - ends[0]));
    part.ball.setAttribute("aria-valuenow", String(cell(drow, rows) * 64 + cell(dcol, cols)));
    part.ball.setAttribute("aria-valuetext",
      `moved ${drow} rows down, ${dcol} columns right: z ${number(z, 2)}, ŷ ${number(yHat, 2)}`);
    const share = (v, places) => {
      const step = (places.at(-1) - places[0]) / (places.length - 1);
      return `${(100 * ((v - places[0]) / step + 0.5)) / places.length}%`;
    };
    part.ring.style.top = share(drow, rows);
    part.ring.style.left = share(dcol, cols);
  }

  paintWeights() {
    const { given, part } = this;
    part.model.textContent = given.model === "shipped" ? "" : "just trained";
    const grey = (v) => Math.round(127.5 * (1 + Math.min(1, Math.max(-1, v / given.scale))));
    paint(part.w, (i, out) => { for (let c = 0; c < 3; c++) out[c] = grey(given.w[i * 3 + c]); });
    part["low-w"].textContent = number(-given.scale, digits(given.scale));
    part["high-w"].textContent = number(given.scale, digits(given.scale), true);
  }

  paintMap() {
    const { given, part } = this, { rows, cols } = given.places;
    const shades = this.shades(), canvas = part.map;
    canvas.width = cols.length;
    canvas.height = rows.length;
    paint(canvas, (i, out) => tint(shades, 2 * given.map[i] - 1, out));
    const low = Math.min(...given.map), high = Math.max(...given.map);
    const what = given.mode === "ball" ? "ball" : "picture";
    part["map-title"].innerHTML = `<var>ŷ</var> for each place of the ${what}`;
    part.range.innerHTML = `from ${number(low, 2)} to ${number(high, 2)}`;
    canvas.setAttribute("aria-label",
      `ŷ over the place of the ${what}: from ${number(low, 2)} to ${number(high, 2)}, green above one half`);
  }

  /** The strip: each of its 512 lines is the mean colour of 8 pixels that follow each other in x. */
  paintStrip() {
    const { pixels } = this, lines = this.part.strip.height, run = (SIZE * SIZE) / lines;
    paint(this.part.strip, (line, out) => {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        for (let i = line * run; i < (line + 1) * run; i++) sum += pixels[i * 3 + c];
        out[c] = sum / run;
      }
    });
  }

  /** The eleven colours of the signed scale, as ui/theme.py has them. */
  shades() {
    return this.given.diverging.map((c) => [1, 3, 5].map((i) => parseInt(c.slice(i, i + 2), 16)));
  }

  // ---- flatten, as it happens --------------------------------------------------------------------

  layout() {
    const { overlay } = this.part, sharp = Math.min(2, devicePixelRatio || 1);
    const box = overlay.parentElement.getBoundingClientRect();
    overlay.width = Math.round(box.width * sharp);
    overlay.height = Math.round(box.height * sharp);
    this.sharp = sharp;
    if (this.given && !this.playing) this.thread();
  }

  /** Where photo and strip lie on the overlay. */
  boxes() {
    const base = this.part.overlay.getBoundingClientRect();
    const of = (el) => {
      const box = el.getBoundingClientRect();
      return { x: box.left - base.left, y: box.top - base.top, w: box.width, h: box.height };
    };
    return { photo: of(this.part.frame), strip: of(this.part.strip) };
  }

  pen() {
    const pen = this.part.overlay.getContext("2d");
    pen.setTransform(this.sharp, 0, 0, this.sharp, 0, 0);
    pen.clearRect(0, 0, this.part.overlay.width, this.part.overlay.height);
    pen.imageSmoothingEnabled = false;
    return pen;
  }

  /** A thread from the pixel under the lens to its place in the strip. */
  thread() {
    if (!this.sharp) return;
    const { photo, strip } = this.boxes(), pen = this.pen();
    const y = strip.y + (strip.h * place(this.row, this.col, 1.5)) / N;
    const from = [photo.x + (photo.w * (this.col + 1)) / 64, photo.y + (photo.h * (this.row + 0.5)) / 64];
    const side = strip.x > photo.x + photo.w;
    pen.strokeStyle = getComputedStyle(this.root).getPropertyValue("--accent");
    pen.lineWidth = 1.5;
    pen.beginPath();
    pen.moveTo(...from);
    pen.bezierCurveTo(photo.x + photo.w + 20, from[1], strip.x - 30, y, strip.x - 1, y);
    if (side) pen.stroke(); // on a phone the strip is below: a thread would cross the text
    pen.fillStyle = pen.strokeStyle;
    pen.fillRect(strip.x - 1, y - 1, strip.w + 2, 2.5);
  }

  /** Play for a photo that is new, once it is in view; a person who wants no motion sees the finished column. */
  playWhenSeen() {
    this.stop();
    this.seen?.disconnect();
    if (this.still.matches) return;
    this.seen = new IntersectionObserver((entries) => {
      if (!entries.some((e) => e.isIntersecting)) return;
      this.seen.disconnect();
      this.play();
    }, { threshold: 0.5 });
    this.seen.observe(this.part.frame);
  }

  play() {
    this.stop();
    this.playing = true;
    this.part.replay.disabled = true;
    const calm = this.still.matches;
    const launch = (row) => (row ? 1100 + (row - 1) * 44 : 150), flight = (row) => (calm ? 1 : row ? 800 : 1500);
    const end = launch(63) + flight(63) + 450;
    const begun = performance.now();
    const step = (now) => {
      const t = now - begun;
      if (t > end) return this.stop();
      this.peel((row) => Math.min(1, Math.max(0, (t - launch(row)) / flight(row))), Math.max(0, (t - end + 450) / 450));
      this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.playing = false;
    this.part.replay.disabled = false;
    this.part.strip.style.clipPath = "";
    this.part.unrolled.textContent = "row by row";
    if (this.given) this.thread();
  }

  /** One picture of the animation: progress(row) 0 … 1; then the emptied photo comes back. */
  peel(progress, back) {
    const { photo, strip } = this.boxes(), pen = this.pen();
    const side = photo.h / 64, slot = strip.h / 64;
    const ease = (t) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);
    const clip = (t) => Math.min(1, Math.max(0, t));
    let gone = 0, landed = 0;
    while (gone < 64 && progress(gone) > 0) gone++;
    while (landed < 64 && progress(landed) >= 1) landed++;
    pen.fillStyle = getComputedStyle(this.root).getPropertyValue("--paper");
    pen.globalAlpha = 0.86 * (1 - back);
    pen.fillRect(photo.x, photo.y, photo.w, gone * side);
    pen.globalAlpha = 1;
    for (let row = gone - 1; row >= landed; row--) {
      const p = progress(row), go = ease(p), turn = ease(clip(p / 0.75)), shrink = ease(clip((p - 0.25) / 0.75));
      const mix = (a, b, t) => a + (b - a) * t;
      const length = mix(photo.w, slot, shrink), thick = mix(side, strip.w, shrink);
      pen.save();
      pen.translate(mix(photo.x, strip.x + strip.w / 2, go), mix(photo.y + (row + 0.5) * side, strip.y + row * slot, go));
      pen.rotate((Math.PI / 2) * turn); // left end first: it comes to lie on top
      pen.drawImage(this.part.photo, 0, row, 64, 1, 0, -thick / 2, length, Math.max(1, thick));
      pen.restore();
    }
    this.part.strip.style.clipPath = `inset(0 0 ${100 - (100 * landed) / 64}% 0)`;
    const last = Math.max(0, gone - 1);
    this.part.unrolled.textContent = `row ${last}`;
  }
}

// ---- small helpers -------------------------------------------------------------------------------

/** An arrow key as [rows, columns] (×8 with shift), "home", "end", or null. */
function arrow(event) {
  const far = event.shiftKey ? 8 : 1;
  const steps = { ArrowUp: [-far, 0], ArrowDown: [far, 0], ArrowLeft: [0, -far], ArrowRight: [0, far] };
  return steps[event.key] ?? { Home: "home", End: "end" }[event.key] ?? null;
}

/** Every pixel of a canvas: colour(i, out) fills out[0 … 2]. */
function paint(canvas, colour) {
  const pen = canvas.getContext("2d"), image = pen.createImageData(canvas.width, canvas.height), out = [0, 0, 0];
  for (let i = 0; i < canvas.width * canvas.height; i++) {
    colour(i, out);
    image.data.set([out[0], out[1], out[2], 255], i * 4);
  }
  pen.putImageData(image, 0, 0);
}

/** −1 … 1 on the signed scale. */
function tint(shades, value, out) {
  const at = ((Math.min(1, Math.max(-1, value)) + 1) / 2) * (shades.length - 1);
  const low = Math.min(shades.length - 2, Math.floor(at)), t = at - low;
  for (let c = 0; c < 3; c++) out[c] = shades[low][c] * (1 - t) + shades[low + 1][c] * t;
}

/** A number with a true minus sign; never −0.00. */
function number(value, places, plus = false) {
  const text = Math.abs(value).toFixed(places), zero = Number(text) === 0;
  return (zero ? "" : value < 0 ? "−" : plus ? "+" : "") + text;
}

/** As many decimals, two at least, as make the rounded wx and b add up to the rounded z. */
function agreeing(wx, b, z) {
  for (let places = 2; places < 5; places++)
    if (Math.abs(Number(wx.toFixed(places)) + Number(b.toFixed(places)) - Number(z.toFixed(places))) < 1e-9) return places;
  return 5;
}

/** Decimals that show two or three digits of numbers up to this size. */
const digits = (size) => Math.min(7, Math.max(2, 2 - Math.floor(Math.log10(size || 1))));

/** σ above, the loss below, on one z axis: the gap ŷ − y above is the slope of L below. */
function curves(z, yHat, y, L, slope, span) {
  const left = 34, right = 282, up = [14, 128], low = [156, 240];
  const X = (v) => left + ((right - left) * (v + span)) / (2 * span);
  const Y = (v) => up[1] - (up[1] - up[0]) * v;
  const top = softplus(span), Z = (v) => low[1] - ((low[1] - low[0]) * v) / top;
  const line = (f, map) => {
    let d = "";
    for (let i = 0; i <= 96; i++) d += `${i ? "L" : "M"}${X(span * (i / 48 - 1)).toFixed(1)} ${map(f(span * (i / 48 - 1))).toFixed(1)}`;
    return d;
  };
  const ticks = [-span, -span / 2, 0, span / 2, span];
  const px = X(z), py = Y(yHat), ly = Z(L);
  const reach = Math.min(span / 3, 40 / (Math.hypot(1, slope) * 14) * (span / 6));
  const ends = [z - reach, z + reach].map((v) => `${X(v).toFixed(1)} ${Z(L + slope * (v - z)).toFixed(1)}`);
  const gapText = Math.abs(py - Y(y)) > 16;
  const away = z > 0 ? -7 : 7, anchor = z > 0 ? "end" : "start";
  return `
    <g class="grid">${[0, 0.5, 1].map((v) => `<path d="M${left} ${Y(v)}H${right}"/>`).join("")}
      <path d="M${X(0)} ${up[0]}V${up[1]}M${X(0)} ${low[0]}V${low[1]}M${left} ${low[1]}H${right}"/></g>
    <g class="ticks">${[0, 0.5, 1].map((v) => `<text x="${left - 6}" y="${Y(v) + 4}" text-anchor="end">${v || "0"}</text>`).join("")}
      ${ticks.map((v) => `<text x="${X(v)}" y="${low[1] + 14}" text-anchor="middle">${number(v, v % 1 ? 1 : 0)}</text>`).join("")}
      <text class="axis" x="${right}" y="${up[1] + 14}" text-anchor="end">z</text>
      <text class="axis" x="${left - 6}" y="${low[0] + 8}" text-anchor="end">L</text></g>
    <path class="thread" d="M${px} ${low[1]}V${py}H${left}"/>
    <path class="curve" d="${line(sigmoid, Y)}"/>
    <path class="curve faint" d="${line((v) => loss(v, y), Z)}"/>
    <path class="target" d="M${left} ${Y(y)}H${right}"/>
    <path class="gap" d="M${px} ${Y(y)}V${py}"/>
    ${gapText ? `<text class="gap" x="${px + away}" y="${(py + Y(y)) / 2 + 4}" text-anchor="${anchor}">ŷ − y = ${number(slope, 2)}</text>` : ""}
    <path class="tangent" d="M${ends[0]}L${ends[1]}"/>
    <circle class="dot" cx="${px}" cy="${py}" r="5.5"/><circle class="dot" cx="${px}" cy="${ly}" r="4.5"/>
    <text class="note" x="${y ? right : left + 8}" y="${low[0] + 10}" text-anchor="${y ? "end" : "start"}">slope = ŷ − y</text>`;
}
