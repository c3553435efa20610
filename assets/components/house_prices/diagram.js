// One network as a diagram and as the matrix W[1]: inputs, hidden units, price; what is pointed at lights up in both.

const R = 19;
// Where what the middle unit says ends beside the price: that stands above its disc then; and where no place beside a
// unit is free of wires: its a stands in its disc, as an input's number does, and a long name in two lines.
const NARROW = 330;
const STEEP = 560; // where wires to the price leave their unit so steeply that long words beside them stand in two lines
const HIDDEN_SIGN = { sigmoid: "σ", tanh: "tanh", relu: "ReLU" };

/** Centres of the nodes in a picture of this width: inputs, hidden units, output. */
export function places(width, k, height) {
  const column = (x, count) => Array.from({ length: count }, (_, i) => [x, 8 + ((i + 0.5) / count) * (height - 16)]);
  return [column(48, 4), column(width * (width < NARROW ? 0.47 : 0.53), k), column(width - 50, 1)];
}

const thick = (w, scale) => (w === 0 ? 0 : 0.7 + (7 * Math.min(Math.abs(w), scale)) / scale);

/** How high a picture of this width is, with so many units. */
export const high = (width, k) => Math.max(390, (width < NARROW ? 80 : 62) * k);

/** A text of several lines, the first one where the text stands, or the last one. */
function lines(text, words, upwards = false) {
  const first = upwards ? (1 - words.length) * 16 : 0;
  text.replaceChildren(...words.flatMap((word, i) => [
    ...(i ? [makeSvg("tspan", { "font-size": 0 }, " ")] : []), // as it is read, not seen
    makeSvg("tspan", { x: text.getAttribute("x"), dy: i ? 16 : first }, word),
  ]));
}

class Diagram {
  constructor(view, title) {
    this.view = view;
    this.svg = makeSvg("svg", { role: "group" });
    this.readout = make("p", "readout");
    this.readout.setAttribute("aria-live", "polite");
    this.title = make("h3", "", title);
    this.about = make("p", "about");
    this.table = make("table");
    this.node = make("section", "network", this.title, this.about, this.svg, this.readout,
      make("div", "matrix", this.table));
  }

  /** Lay it out anew: other units, another width. */
  build(net, width) {
    const k = net.W1.length;
    const height = this.view.height;
    const at = places(width, k, height);
    this.shape = `${net.short.join()} ${width} ${height}`;
    this.at = at;
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.setAttribute("aria-label", `${this.title.textContent}: 4 inputs, ${k} hidden units, 1 price`);
    this.wires = [];
    const wires = makeSvg("g", { "aria-hidden": "true" }), nodes = makeSvg("g"); // the table below has their weights
    const wire = (what, [x1, y1], [x2, y2]) => {
      const ends = { x1: x1 + R, y1, x2: x2 - R, y2 };
      const line = makeSvg("line", { class: "wire", ...ends }), reach = makeSvg("line", { class: "reach", ...ends });
      this.pointedAt(reach, what);
      wires.append(line, reach);
      this.wires.push({ ...what, line, reach });
    };
    for (let j = 0; j < k; j++) for (let i = 0; i < 4; i++) wire({ j, i }, at[0][i], at[1][j]);
    for (let j = 0; j < k; j++) wire({ out: j }, at[1][j], at[2][0]);
    const node = (what, [x, y], label, below) => {
      const disc = makeSvg("circle", { cx: x, cy: y, r: R }), inside = makeSvg("text", { class: "inside", x, y: y + 4.5 });
      const name = makeSvg("text", { class: "name", x, y: y - R - 5 }, label);
      const group = makeSvg("g", { class: "node" }, disc, name, inside);
      const [value, more] = [16, 33].map((under) => makeSvg("text", { class: "below", x, y: y + R + under }));
      if (below) group.append(value, more);
      if (what) {
        group.setAttribute("tabindex", "0");
        group.setAttribute("role", "img");
        this.pointedAt(group, what);
        group.onfocus = () => this.point((this.held = what));
        group.onblur = () => this.point((this.held = null));
      }
      nodes.append(group);
      return { group, disc, name, inside, value, more };
    };
    this.inputs = this.view.data.inputs.map((input, i) => node(null, at[0][i], input.name, true));
    this.narrow = width < NARROW;
    this.roomy = height / k >= 76; // a name above each disc, and below it what it says
    this.apart = height / k >= 96; // and below that what it stands for: in one line both would lie on the wires
    this.units = net.names.map((name, j) => node({ j }, at[1][j], name, this.roomy));
    const steep = this.apart && width < STEEP;
    this.units.forEach((unit, j) => {
      unit.split = { name: steep && at[1][j][1] > at[2][0][1], more: steep && at[1][j][1] < at[2][0][1] };
    });
    this.output = node({ price: true }, at[2][0], "price", true);
    if (this.narrow) {
      for (const { value, more } of this.units) more.setAttribute("y", value.getAttribute("y"));
      const y = at[2][0][1] - R - 5;
      this.output.value.setAttribute("y", y);
      this.output.name.setAttribute("y", y - 17);
    }
    this.svg.replaceChildren(wires, nodes);
    const line = (...cells) => make("tr", "", ...cells);
    this.cells = net.names.map((_, j) => this.view.data.inputs.map((__, i) => {
      const cell = make("td");
      this.pointedAt(cell, { j, i });
      return cell;
    }));
    const head = (text, scope) => Object.assign(make("th", "", text), { scope });
    this.table.replaceChildren(
      make("caption", "", "W", make("sup", "", "[1]"), ` (${k}, 4): one row a hidden unit, one column an input`),
      make("thead", "", line(make("td", "corner"), ...this.view.data.inputs.map((input) => head(input.name, "col")))),
      make("tbody", "", ...net.short.map((name, j) => line(head(name, "row"), ...this.cells[j]))));
    this.held = this.lit = null;
  }

  draw(net, width) {
    const { data, shades } = this.view;
    if (this.shape !== `${net.short.join()} ${width} ${this.view.height}`) this.build(net, width);
    const sums = (this.sums = priceOf(net, data.scale, this.view.house));
    this.net = net;
    this.about.textContent = net.about;
    for (const { j, i, out, line, reach } of this.wires) {
      const w = out === undefined ? net.W1[j][i] : net.W2[out];
      line.style.strokeWidth = thick(w, out === undefined ? data.w1_scale : data.w2_scale);
      line.style.stroke = w < 0 ? data.signs[0] : data.signs[1];
      line.style.display = reach.style.display = w === 0 ? "none" : "";
    }
    const shine = ({ disc, inside }, share, text) => {
      const bright = Math.max(0, Math.min(1, share || 0));
      disc.style.fill = `color-mix(in srgb, var(--accent) ${(100 * bright).toFixed(1)}%, var(--paper))`;
      inside.style.fill = bright > 0.78 ? "var(--paper)" : "var(--st-text-color)";
      inside.textContent = text;
    };
    data.inputs.forEach(({ low, high, unit, name }, i) => {
      const value = this.view.house[i];
      shine(this.inputs[i], (value - low) / (high - low), String(value));
      this.inputs[i].value.textContent = unit || (name === "zip code" ? "of 9" : "");
      const label = this.inputs[i].name, at = this.at[0][i], half = label.getComputedTextLength() / 2 + 2;
      label.setAttribute("x", Math.max(half, at[0] + this.aside(at, half, -1))); // within the picture
    });
    this.units.forEach((unit, j) => {
      const [x] = this.at[1][j];
      const says = `a = ${number(sums.a[j], 2)}`;
      const read = net.reads[j] ? ` ≈ ${number(standsFor(net.reads[j], sums.a[j]), 1)} ${net.reads[j].unit}` : "";
      const long = net.names[j].length > 8;
      if (this.narrow && long && net.names[j].startsWith("h")) lines(unit.name, net.names[j].split(/ (?=\S+$)/), true);
      else if (unit.split.name && long) lines(unit.name, net.names[j].split(" "), true);
      else unit.name.textContent = this.roomy ? net.names[j] : `${net.names[j]} · ${says}`;
      unit.value.textContent = this.narrow ? "" : this.apart ? says : says + read;
      unit.more.textContent = this.apart ? read.trim() : "";
      const under = this.narrow && !unit.split.more ? unit.more : unit.value;
      const aside = x + this.aside(this.at[1][j], under.getComputedTextLength() / 2 + 2);
      for (const text of [unit.value, unit.more]) text.setAttribute("x", aside);
      if (unit.split.more && read) lines(unit.more, read.trim().split(/ (?=\p{L})/u));
      const [low, high] = net.range[j];
      const a = number(sums.a[j], 2);
      shine(unit, (sums.a[j] - low) / (high - low), this.narrow ? a : HIDDEN_SIGN[net.activation]);
      unit.inside.style.fontSize = this.narrow && a.length > 4 ? "12px" : "";
      unit.group.setAttribute("aria-label", `${net.names[j]}: ${says}${read}`);
    });
    shine(this.output, sums.price / data.most, "ŷ");
    this.output.value.textContent = `${grouped(sums.price)} k€`;
    this.output.group.setAttribute("aria-label", `price ${grouped(sums.price)} k€`);
    net.W1.forEach((row, j) => row.forEach((w, i) => {
      const cell = this.cells[j][i];
      cell.textContent = w === 0 ? "0" : number(w, 2);
      cell.className = w === 0 ? "none" : "";
      if (w === 0) cell.removeAttribute("style");
      else tint(cell, w, data.w1_scale, shades);
    }));
    this.point(this.lit);
  }

  /** How far to the side what stands below a node, or above it, so wide on each side, keeps clear of its wires, as
   *  there is room. */
  aside(node, half, down = 1) {
    const [x, y] = node, [inputs, units, [price]] = this.at, past = R + 4;
    let left = -Infinity, right = Infinity;
    for (const { j, i, out, line } of this.wires) {
      const ends = out === undefined ? [inputs[i], units[j]] : [units[out], price];
      if (!ends.includes(node) || line.style.display === "none") continue;
      const [far, deep] = ends.find((end) => end !== node), fall = down * (deep - y);
      if (fall < past) continue;
      const reach = R + (past * (Math.abs(far - x) - 2 * R)) / fall - parseFloat(line.style.strokeWidth) / 2;
      if (far < x) left = Math.max(left, -reach);
      else right = Math.min(right, reach);
    }
    return Math.max(0, Math.min(left + half, right - half)) + Math.min(0, Math.max(right - half, left + half));
  }

  /** By a hand that hovers until it leaves; a finger cannot, so that what it taps stays lit until it taps another. */
  pointedAt(node, what) {
    node.onpointerenter = ({ pointerType }) => pointerType !== "touch" && this.point(what);
    node.onpointerleave = ({ pointerType }) => pointerType !== "touch" && this.point(this.held);
    node.onclick = () => this.point(what);
  }

  /** Light up { j } a unit, { j, i } a weight, { out } a weight of the price, { price } or nothing. */
  point(what) {
    this.lit = what;
    const has = (wire) => what && (what.price ? wire.out !== undefined
      : what.out !== undefined ? wire.out === what.out
        : what.i !== undefined ? wire.j === what.j && wire.i === what.i : wire.j === what.j || wire.out === what.j);
    for (const wire of this.wires) {
      wire.line.classList.toggle("lit", Boolean(has(wire)));
      wire.line.classList.toggle("dim", Boolean(what) && !has(wire));
    }
    this.cells.forEach((row, j) => row.forEach((cell, i) => cell.classList.toggle("lit",
      Boolean(what) && what.j === j && (what.i === undefined || what.i === i))));
    const said = this.say(what);
    if (said !== this.readout.textContent) this.readout.textContent = said; // else it is announced again
  }

  say(what) {
    const { net, sums } = this, { inputs, scale } = this.view.data;
    if (!what) return `${FINGERS() ? "Tap" : "Point at"} a unit or a wire: its sum appears here, with inputs normalised.`;
    if (what.i !== undefined) {
      const w = net.W1[what.j][what.i], from = inputs[what.i].name, to = net.short[what.j];
      return w === 0 ? `No wire from ${from} to ${to}: w = 0.`
        : `${from} → ${to}: w · x = ${product(w, sums.x[what.i])} (x is normalised)`;
    }
    if (what.out !== undefined)
      return `${net.short[what.out]} → price: w · a = ${product(net.W2[what.out], sums.a[what.out])}`;
    const terms = what.price ? net.W2.map((w, j) => w * sums.a[j]) : net.W1[what.j].map((w, i) => w * sums.x[i]);
    const drawn = what.price ? terms : terms.filter((_, i) => net.W1[what.j][i] !== 0);
    const b = what.price ? net.b2 : net.b1[what.j], total = what.price ? sums.y : sums.z[what.j];
    const { price_spread: spread, price_mean: mean } = scale, rounded = (v, d) => Number(v.toFixed(d));
    const back = (d) => (y) => (y * rounded(spread, d) + rounded(mean, d)).toFixed(0) === sums.price.toFixed(0);
    const bent = (z) => SQUASH[net.activation](z).toFixed(2) === sums.a[what.j].toFixed(2);
    const parts = [...drawn, b], of = what.price ? [0, 1, 2].find((d) => decimals(parts, total, back(d))) ?? 2 : 0;
    const holds = what.price ? back(of) : bent;
    const digits = decimals(parts, total, holds) ?? [2, 3, 4].find((d) => holds(rounded(total, d))) ?? 4;
    const shown = thatAdd(parts, digits, total).map((part) => signed(part, digits));
    const sum = [...shown.slice(0, -1), `b ${shown.at(-1)}`].join(" + ");
    if (what.price)
      return `ŷ = ${sum} = ${number(total, digits)}; back to k€: ${number(total, digits)} · ${number(spread, of)} + ${number(mean, of)} = ${grouped(sums.price)}`;
    return `${net.short[what.j]}: z = ${sum} = ${number(total, digits)}, a = ${HIDDEN_SIGN[net.activation]}(z) = ${number(sums.a[what.j], 2)}`;
  }
}

/** So many decimals of a sum, two to four, that it adds up, and what is made of its total holds, too; if any do. */
function decimals(parts, total, holds) {
  return [2, 3, 4].find((d) => digitsThatAdd(parts, total, d) === d && holds(Number(total.toFixed(d))));
}

/** "0.43 · (−0.17) = −0.07": both with so many decimals, two to four, that a calculator comes to the product shown. */
export function product(w, x) {
  const of = (v, d) => Number(v.toFixed(d));
  const digits = [2, 3, 4].find((d) => number(of(w, d) * of(x, d), 2) === number(w * x, 2)) ?? 4;
  return `${number(w, digits)} · ${signed(x, digits)} = ${number(w * x, 2)}`;
}

function signed(value, digits = 2) {
  const text = number(value, digits);
  return text.startsWith("−") ? `(${text})` : text;
}
