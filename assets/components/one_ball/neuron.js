// One neuron at work on one photo: photo → x → w ∘ xᵀ → Σ + b = z → σ → ŷ, redrawn as the hand moves the ball.
// ui/one_ball/neuron.py puts in front of this file: the sums, what stands on the page, the curves, flatten, the hands.

const CHANNELS = ["R", "G", "B"];
const REST = 300; // milliseconds without a movement after which the server hears of the new place

class View {
  constructor(host) {
    this.root = make("div", "neuron");
    this.root.innerHTML = SKELETON;
    host.appendChild(this.root);
    this.part = {};
    for (const el of this.root.querySelectorAll("[data-part]")) this.part[el.dataset.part] = el;
    this.flattening = new Flattening(this.root, this.part);
    listen(this);
    this.watch = new ResizeObserver(() => this.flattening.layout());
    this.watch.observe(this.root);
  }

  close() {
    this.watch.disconnect();
    this.flattening.close();
    clearTimeout(this.timer);
  }

  // ---- what the server sends, and what it hears ---------------------------------------------------

  receive(given) {
    const fresh = given.photo !== this.given?.photo;
    const other = given.model !== this.given?.model;
    if (!given.link) this.untold = false;
    const linked = given.link && String(given.link) !== this.link && !this.drag && !this.timer && !this.untold;
    this.link = String(given.link);
    this.given = given;
    this.stops = given.diverging.map(rgb);
    for (const bar of this.root.querySelectorAll(".signed")) bar.style.background = `linear-gradient(90deg, ${given.diverging.join()})`;
    if (fresh || linked) [this.drow, this.dcol, this.y] = [given.drow, given.dcol, given.y];
    if (fresh) {
      this.row = inside(Math.round(given.centre[0] + given.drow));
      this.col = inside(Math.round(given.centre[1] + given.dcol));
      this.part.hint.hidden = Boolean(given.drow || given.dcol); // moved already, maybe out of the frame
    }
    if (fresh || other) this.peak = 0;
    this.part.ball.classList.toggle("whole", given.mode === "picture");
    this.part.ball.setAttribute("aria-label", given.mode === "ball" ? "Place of the ball" : "Place of the photo");
    this.paintModel();
    this.paintMap();
    this.draw();
    if (fresh) this.flattening.playWhenSeen();
  }

  redraw() {
    this.flattening.thread();
  }

  /** The server hears of the scene when the hand has rested. */
  report() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hasten(), REST);
  }

  hasten() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = 0;
    this.untold = true; // until the server has heard: what it sends before is older than the hand
    const { photo } = this.given;
    this.send("scene", { photo, drow: this.drow, dcol: this.dcol, y: this.y, at: Date.now() });
  }

  // ---- what hands do -----------------------------------------------------------------------------

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

  label(y) {
    this.y = y;
    this.draw();
    this.report();
  }

  look(row, col) {
    this.row = inside(row);
    this.col = inside(col);
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
    const L = core.losses?.[y] ?? binaryCrossEntropy(z, y), slope = core.slopes?.[y] ?? derivative(z, y);
    this.pixels = pixels;
    this.x = x;
    Object.assign(this.root.dataset, { z, yHat, loss: L, slope, drow, dcol, y }); // for tests and for the curious

    paintPhoto(part.photo, pixels);
    part.photo.setAttribute("aria-label", `The photo: ${given.caption}`);
    this.paintStrip();
    for (const e of sums.evidence) this.peak = Math.max(this.peak, Math.abs(e));
    paintSigned(part.wx, sums.evidence, this.peak, this.stops);
    part["low-wx"].textContent = number(-this.peak, digitsFor(this.peak));
    part["high-wx"].textContent = number(this.peak, digitsFor(this.peak), true);
    const places = this.drawSum(positive, negative, z);

    part.curves.innerHTML = curves(z, yHat, y, L, slope, given.span);
    part.curves.setAttribute("aria-label",
      `σ at z = ${number(z, 2)} is ${number(yHat, 2)}; L = ${number(L, 2)}, its slope ŷ − y = ${number(slope, 2)}`);
    for (const k of [0, 1]) {
      part["y" + k].setAttribute("aria-checked", String(k === y));
      part["y" + k].tabIndex = k === y ? 0 : -1;
    }
    part["y-hat"].textContent = number(yHat, 2);
    part.told.innerHTML = `<var>z</var> ${number(z, 2)} <var>ŷ</var> <b>${number(yHat, 2)}</b>`;
    part.told.hidden = !this.part.hint.hidden;
    part.gauge.style.width = `${100 * yHat}%`;
    part.undecided.hidden = Math.max(yHat, 1 - yHat) >= given.undecided;
    part.verdict.textContent = yHat > 0.5 ? "soccer ball" : "no soccer ball";
    part.verdict.className = given.truth === null ? "" : Number(yHat > 0.5) === y ? "right" : "wrong";
    const p = number(yHat, digitsThatGive((v) => -Math.log(y ? v : 1 - v), yHat, 2));
    const odds = y ? `log ${p}` : `log(1 − ${p})`;
    part.loss.innerHTML = `−${odds}<br>= <b>${number(L, 2)}</b>`;
    part.slope.innerHTML = `<var>ŷ</var> − <var>y</var> = ${number(yHat, 2)} − ${y}<br>= <b>${number(slope, 2)}</b>`;
    const b = given.b < 0 ? `− ${number(-given.b, places)}` : `+ ${number(given.b, places)}`;
    part.formula.innerHTML = `<var>ŷ</var> = σ(<var>wx</var> + <var>b</var>) = σ(${number(z - given.b, places)} ${b}) = `
      + `σ(${number(z, places)}) = <b>${number(yHat, 2)}</b>`;

    this.placeHandle(yHat, z);
    this.read();
  }

  /** The products above and below 0 against each other, then wx + b = z; with how many decimals both add up, and σ of
   *  the z shown is the ŷ shown. */
  drawSum(positive, negative, z) {
    const { part, given } = this;
    const most = Math.max(positive, -negative) || 1;
    const wx = z - given.b;
    let places = 2;
    for (let before = 0; before !== places; ) {
      before = places;
      places = digitsThatAdd([positive, negative], wx, digitsThatAdd([wx, given.b], z, places));
      places = digitsThatGive(sigmoid, z, 2, places);
    }
    part.for.textContent = number(positive, places, true);
    part.against.textContent = number(negative, places);
    part["bar-positive"].style.width = `${(100 * positive) / most}%`;
    part["bar-negative"].style.width = `${(-100 * negative) / most}%`;
    const short = Math.min(positive, -negative) / most;
    Object.assign(part.over.style, { left: `${100 * short}%`, width: `${100 * (1 - short)}%` });
    part["wx-sum"].textContent = number(wx, places);
    part.b.textContent = number(given.b, places);
    part.z.textContent = number(z, places);
    return places;
  }

  /** Numbers of the pixel under the lens, in each stage, and where they stand in x. */
  read() {
    const { part, row, col, given } = this;
    if (!this.pixels) return;
    const first = place(row, col, 0), small = digitsFor(given.scale);
    const lines = (of) => CHANNELS.map((name, c) => `<span class="${name}">${of(first + c, name)}</span>`).join("");
    this.magnify(first);
    part["read-w"].innerHTML = lines((i) => number(given.w[i], small, true));
    part["read-wx"].innerHTML = lines((i) => number(given.w[i] * this.x[i], small, true));
    part.where.innerHTML = `pixel in row ${row}, column ${col} → places (${row} · 64 + ${col}) · 3 + {0,\u00a01,\u00a02} = `
      + `<b>${first}, ${first + 1}, ${first + 2}</b> of <var>x</var>`;
    const [r, g, b] = this.pixels.subarray(first, first + 3);
    part.pixel.setAttribute("aria-valuenow", String(first / 3));
    part.pixel.setAttribute("aria-valuetext",
      `row ${row}, column ${col}: R ${r}, G ${g}, B ${b}; places ${first} to ${first + 2} of x`);
    for (const mark of [part.pixel, part["mark-w"], part["mark-wx"]]) {
      mark.style.left = `${(100 * col) / SIDE}%`;
      mark.style.top = `${(100 * row) / SIDE}%`;
    }
    part.at.textContent = String(first);
    part.at.style.top = `${(100 * first) / N}%`;
    part.at.hidden = first < 0.06 * N || first > 0.94 * N;
    this.flattening.point(row, col);
  }

  /** The pixel opens into its three numbers, where they stand in x, with a neighbour on either side. */
  magnify(first) {
    const { part, pixels, x } = this;
    const chip = (i) => {
      const shade = [0, 0, 0];
      shade[i % 3] = pixels[i];
      return `<i style="background: rgb(${shade})"></i>`;
    };
    part.swatch.style.background = `rgb(${pixels.subarray(first, first + 3)})`;
    part["read-photo"].innerHTML = CHANNELS.map((name, c) => `${chip(first + c)}<span>${name} ${pixels[first + c]}</span>`).join("");
    part["read-x"].innerHTML = [-1, 0, 1, 2, 3].map((c) => {
      const i = first + c, kind = c in CHANNELS ? "its" : "next";
      if (i < 0 || i >= N) return "<span></span><span></span><span></span>";
      return `<span class="${kind}">${i}</span>${chip(i)}<span class="${kind}">${number(x[i], 2, true)}</span>`;
    }).join("");
  }

  placeHandle(yHat, z) {
    const { given, part, drow, dcol } = this;
    const ball = given.mode === "ball";
    const row = ball ? given.centre[0] + drow : 31.5, col = ball ? given.centre[1] + dcol : 31.5;
    const reach = ball ? given.radius : 32;
    Object.assign(part.ball.style, {
      left: `${(100 * (col + 0.5 - reach)) / SIDE}%`, top: `${(100 * (row + 0.5 - reach)) / SIDE}%`,
      width: `${(200 * reach) / SIDE}%`, height: `${(200 * reach) / SIDE}%`,
    });
    const { rows, cols } = given.places;
    const cell = (v, ends) => Math.round((63 * (v - ends[0])) / (ends.at(-1) - ends[0]));
    part.ball.setAttribute("aria-valuenow", String(cell(drow, rows) * SIDE + cell(dcol, cols)));
    part.ball.setAttribute("aria-valuetext",
      `moved ${way(drow, "row", "down", "up")}, ${way(dcol, "column", "right", "left")}: z ${number(z, 2)}, ŷ ${number(yHat, 2)}`);
    const share = (v, places) => {
      const step = (places.at(-1) - places[0]) / (places.length - 1);
      return `${(100 * ((v - places[0]) / step + 0.5)) / places.length}%`;
    };
    part.ring.style.top = share(drow, rows);
    part.ring.style.left = share(dcol, cols);
  }

  paintModel() {
    const { given, part } = this, digits = digitsFor(given.scale);
    part.model.textContent = given.model === "shipped" ? "" : "just trained";
    paintWeights(part.w, given.w, given.scale);
    part["low-w"].textContent = number(-given.scale, digits);
    part["high-w"].textContent = number(given.scale, digits, true);
  }

  paintMap() {
    const { given, part } = this, { rows, cols } = given.places;
    part.map.width = cols.length;
    part.map.height = rows.length;
    const low = Math.min(...given.map), high = Math.max(...given.map);
    // One half is neutral; the colours reach as far as the values do, so that a cautious neuron's map is not blank.
    const reach = Math.min(0.5, Math.max(0.1, Math.ceil(100 * Math.max(0.5 - low, high - 0.5)) / 100));
    paint(part.map, (i) => diverging(given.map[i] - 0.5, reach, this.stops));
    part["low-map"].textContent = number(0.5 - reach, 2);
    part["high-map"].textContent = number(0.5 + reach, 2);
    const yes = given.map.reduce((count, yHat) => count + (yHat > 0.5), 0);
    part.contour.setAttribute("viewBox", `0 0 ${cols.length} ${rows.length}`);
    for (const line of part.contour.children) line.setAttribute("d", outline(given.map, cols.length));
    const said = yes === 0 ? "says yes nowhere" : yes === given.map.length ? "says yes everywhere"
      : `says yes inside the line, at ${yes} of ${given.map.length}`;
    part.yes.textContent = said;
    const what = given.mode === "ball" ? "ball" : "photo";
    part["map-title"].innerHTML = `<var>ŷ</var> for each place of the ${what}`;
    const range = `${number(low, 2)}\u2060–\u2060${number(high, 2)}`; // never parted at its dash
    part.range.textContent = `${rows.length} × ${cols.length} places: ${range}`;
    part.map.setAttribute("aria-label",
      `ŷ for each place of the ${what}: from ${number(low, 2)} to ${number(high, 2)}, green above one half; ${said}`);
  }

  /** The strip: each of its 512 lines is the mean colour of 8 pixels that follow each other in x. */
  paintStrip() {
    const { pixels } = this, lines = this.part.strip.height, run = (SIDE * SIDE) / lines;
    paint(this.part.strip, (line) => CHANNELS.map((_, c) => {
      let sum = 0;
      for (let i = line * run; i < (line + 1) * run; i++) sum += pixels[i * 3 + c];
      return sum / run;
    }));
  }
}

/** (−1, "row", "down", "up") → "1 row up". */
const way = (steps, noun, on, back) =>
  `${Math.abs(steps)} ${noun}${Math.abs(steps) === 1 ? "" : "s"} ${steps < 0 ? back : on}`;

/** A row or column of the photo, whatever was asked for. */
const inside = (place) => Math.min(SIDE - 1, Math.max(0, place));

export default mounted(View, unpack);
