// Three logits z under the hand, and what follows from them, redrawn at each movement.
//
// The sums below mirror core/activations.py and core/losses.py for one photo; tests/browser/test_logits_sums.py
// holds them to core. Arrays are z, ŷ, y of three numbers; a table T is T[row][column].

const row = (length, value) => Array.from({ length }, (_, i) => value(i));
const total = (values) => values.reduce((sum, v) => sum + v, 0);

export function logSumExp(z) {
  const top = Math.max(...z);
  return top + Math.log(total(z.map((v) => Math.exp(v - top))));
}

export function sigmoid(z) {
  return z.map((v) => (v >= 0 ? 1 / (1 + Math.exp(-v)) : Math.exp(v) / (1 + Math.exp(v))));
}

export function softmax(z) {
  const top = Math.max(...z);
  const e = z.map((v) => Math.exp(v - top));
  const sum = total(e);
  return e.map((v) => v / sum);
}

// ∂ŷ_j/∂z_k = δ_jk ŷ_j (1 − ŷ_j): nothing off the diagonal.
export function sigmoidJacobian(a) {
  return a.map((aj, j) => a.map((_, k) => (j === k ? aj * (1 - aj) : 0)));
}

// ∂ŷ_j/∂z_k = ŷ_j (δ_jk − ŷ_k): the coupling.
export function softmaxJacobian(a) {
  return a.map((aj, j) => a.map((ak, k) => aj * ((j === k ? 1 : 0) - ak)));
}

function logSigmoid(v) {
  return Math.min(v, 0) - Math.log1p(Math.exp(-Math.abs(v)));
}

// L = −Σ_k [y_k log ŷ_k + (1−y_k) log(1−ŷ_k)], ŷ = σ(z)
export function binaryTerms(z, y) {
  return z.map((v, k) => -(y[k] * logSigmoid(v) + (1 - y[k]) * logSigmoid(-v)));
}

export function binaryDerivative(z, y) {
  return sigmoid(z).map((a, k) => a - y[k]);
}

// L = −Σ_k y_k log ŷ_k, ŷ = softmax(z)
export function crossEntropyTerms(z, y) {
  const lse = logSumExp(z);
  return z.map((v, k) => y[k] * (lse - v));
}

// ∂L/∂z = (Σy) ŷ − y
export function crossEntropyDerivative(z, y) {
  const ones = total(y);
  return softmax(z).map((a, k) => ones * a - y[k]);
}

// u_k = z_k − log Σ_{i≠k} e^{z_i}, so that softmax's ŷ_k = σ(u_k) and 1 − ŷ_k = σ(−u_k) without cancelling.
function againstTheRest(z) {
  return z.map((v, k) => v - logSumExp(z.filter((_, i) => i !== k)));
}

// Goal 2's L on Goal 3's ŷ.
export function tangledTerms(z, y) {
  return binaryTerms(againstTheRest(z), y);
}

// What summand k of that L adds to ∂L/∂z_j: (ŷ_k − y_k)(δ_kj − q_kj), q_kj = ŷ_j / (1 − ŷ_k) off the diagonal.
export function tangledTable(z, y) {
  const pull = binaryDerivative(againstTheRest(z), y);
  return z.map((_, k) => {
    const rest = logSumExp(z.filter((_, i) => i !== k));
    return z.map((v, j) => pull[k] * (j === k ? 1 : -Math.exp(v - rest)));
  });
}

export function tangledDerivative(z, y) {
  const table = tangledTable(z, y);
  return z.map((_, j) => total(table.map((terms) => terms[j])));
}

// Of all distributions, ŷ = y / Σy makes the cross-entropy least: L = Σy log Σy. Without a label none is best.
export function bestOutput(y) {
  const ones = total(y);
  return ones ? y.map((v) => v / ones) : null;
}

export function leastLoss(y) {
  const ones = total(y);
  return ones ? ones * Math.log(ones) : 0;
}

// −Σ y log p of a distribution p itself, for the map of all distributions.
export function lossOf(p, y) {
  return -total(p.map((v, k) => (y[k] ? y[k] * Math.log(v) : 0)));
}

// Violet – paper – green, symmetric: as ui/pictures.py diverging.
export function signedColour(value, scale, stops) {
  const place = ((Math.max(-1, Math.min(1, value / scale)) + 1) / 2) * (stops.length - 1);
  const low = Math.min(Math.floor(place), stops.length - 2);
  const rgb = (hex) => row(3, (i) => parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16));
  const [a, b] = [rgb(stops[low]), rgb(stops[low + 1])];
  return row(3, (i) => Math.round(a[i] + (b[i] - a[i]) * (place - low)));
}

// ---- numbers and small elements ------------------------------------------------------------------------------

const SUB = ["₁", "₂", "₃"];
const STEP = 0.1;
const LEAP = 1;
const GRAIN = 0.05; // what a drag is rounded to: about a pixel

function text(value, digits) {
  const rounded = value.toFixed(digits);
  return (Number(rounded) === 0 ? (0).toFixed(digits) : rounded).replace("-", "−");
}

// An output of a sigmoid or of softmax: neither ever reaches 0 or 1, so neither is written.
function share(value) {
  if (value > 0 && value < 5e-4) return "<0.001";
  return value >= 0.9995 && value < 1 ? ">0.999" : text(value, 3);
}

function signed(value, digits) {
  const plain = text(value, digits);
  return Number(plain.replace("−", "-")) > 0 ? `+${plain}` : plain;
}

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

// "ŷ_1" in a string becomes ŷ with a subscript; everything is set as text, never parsed as HTML.
function formula(className, source) {
  const line = make("span", className);
  for (const part of source.split(/(_[0-9a-z]+)/)) {
    line.append(part.startsWith("_") ? make("sub", "", part.slice(1)) : part);
  }
  return line;
}

function setFormula(element, source) {
  if (element.dataset.source === source) return;
  element.dataset.source = source;
  element.replaceChildren(...formula("", source).childNodes);
}

const instances = new WeakMap();

// ---- the sliders ---------------------------------------------------------------------------------------------

function buildSlider(view, k) {
  const handle = make("div", "handle");
  handle.tabIndex = 0;
  handle.setAttribute("role", "slider");
  handle.setAttribute("aria-orientation", "horizontal");
  const photo = make("div", "photo-mark");
  photo.title = "this photo’s z";
  const before = make("div", "before-mark");
  const track = make("div", "track", make("div", "rail"), make("div", "zero"), photo, before, handle);
  const value = make("output", "value");
  const name = make("span", "ball");
  const cell = make("div", "logit", make("div", "label", formula("symbol", `z_${k + 1}`), name), track, value);

  const at = (event) => {
    const box = track.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
    return Math.round(((share * 2 - 1) * view.range) / GRAIN) * GRAIN;
  };
  track.onpointerdown = (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    track.setPointerCapture(event.pointerId);
    view.dragging = true;
    grip(view, k);
    // Taking the handle itself does not move it; a press beside it does.
    if (event.target !== handle) move(view, k, at(event));
  };
  track.onpointermove = (event) => {
    if (view.dragging && track.hasPointerCapture(event.pointerId)) move(view, k, at(event));
  };
  track.onpointerup = track.onpointercancel = () => {
    if (!view.dragging) return;
    view.dragging = false;
    tell(view, 0);
  };
  track.ondblclick = () => {
    grip(view, k);
    move(view, k, view.photo[k]);
    tell(view, 0);
  };
  handle.onkeydown = (event) => {
    const z = view.z[k];
    const steps = {
      ArrowRight: z + STEP, ArrowUp: z + STEP, ArrowLeft: z - STEP, ArrowDown: z - STEP,
      PageUp: z + LEAP, PageDown: z - LEAP, Home: -view.range, End: view.range, Backspace: view.photo[k],
    };
    if (!(event.key in steps) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    // One run of key presses on one handle is one movement: its start is where the ghosts stay.
    if (view.moved !== k || Date.now() - view.lastKey > 1500) grip(view, k);
    view.lastKey = Date.now();
    const grain = event.key === "Backspace" ? steps[event.key] : Math.round(steps[event.key] * 100) / 100;
    move(view, k, grain);
    tell(view, 400);
  };
  return { cell, track, handle, photo, before, value, name };
}

function grip(view, k) {
  view.was = [...view.z];
  view.moved = k;
  draw(view);
}

function move(view, k, value) {
  const bounded = Math.max(-view.range, Math.min(view.range, value));
  if (bounded === view.z[k]) return;
  view.z[k] = bounded;
  draw(view);
}

function tell(view, wait) {
  clearTimeout(view.timer);
  view.timer = setTimeout(() => {
    view.timer = 0;
    const z = view.z.map((v) => Math.round(v * 1e4) / 1e4);
    if (view.told === z.join()) return;
    view.told = z.join();
    view.send("moved", { z, of: view.photo });
  }, wait);
}

// ---- outputs: bars, sums -------------------------------------------------------------------------------------

function buildBar() {
  const fill = make("div", "fill");
  const ghost = make("div", "ghost");
  const number = make("output", "number");
  const change = make("span", "change");
  return { fill, ghost, number, change, cell: make("div", "out", make("div", "bar", fill, ghost), number, change) };
}

function drawBar(bar, value, was, ghosts) {
  bar.fill.style.width = `${value * 100}%`;
  bar.number.textContent = share(value);
  bar.ghost.style.left = `${was * 100}%`;
  bar.ghost.hidden = !ghosts || Math.abs(value - was) < 5e-4;
  const still = value === was;
  bar.change.textContent = !ghosts ? "" : still ? "still" : signed(value - was, 3);
  bar.change.classList.toggle("is-still", still);
}

function buildSum(label) {
  const parts = row(3, () => make("div", "part"));
  const before = row(3, () => make("div", "part"));
  const number = make("output", "number");
  const stack = make("div", "stack", ...parts);
  const shadow = make("div", "stack shadow", ...before);
  const cell = make("div", "sum", make("div", "sum-name", label), make("div", "lane", stack, shadow, number));
  return { parts, before, number, shadow, cell };
}

function drawSum(sum, values, was, ghosts) {
  values.forEach((v, k) => {
    sum.parts[k].style.width = `${(v / 3) * 100}%`;
    sum.parts[k].textContent = v > 0.16 ? `ŷ${SUB[k]}` : "";
    sum.before[k].style.width = `${(was[k] / 3) * 100}%`;
  });
  sum.shadow.style.visibility = ghosts ? "visible" : "hidden";
  const all = total(values);
  sum.number.textContent = `Σ = ${text(all, 2)}`;
  sum.number.style.left = `${(all / 3) * 100}%`;
  sum.number.classList.toggle("inside", all > 2.4);
}

// ---- tables of derivatives ------------------------------------------------------------------------------------

// rows, columns: headings; a cell can be chosen, and `explain(row, column)` is then written out below with numbers.
function buildTable(view, { title, law, rows, columns, footer, chosen = [0, 1], small = false }) {
  const body = make("tbody");
  const head = make("tr", "", make("th", "corner"));
  const heads = columns.map((source) => {
    const cell = make("th", "", formula("", source));
    cell.scope = "col";
    head.append(cell);
    return cell;
  });
  const table = { chosen: [...chosen], cells: [], heads, sideHeads: [], feet: [] };
  rows.forEach((source, r) => {
    const side = make("th", "", formula("", source));
    side.scope = "row";
    table.sideHeads.push(side);
    const line = make("tr", "", side);
    table.cells.push(columns.map((_, c) => {
      const button = make("button", "entry");
      button.type = "button";
      button.onclick = () => {
        table.chosen = [r, c];
        draw(view);
      };
      line.append(make("td", "", button));
      return button;
    }));
    body.append(line);
  });
  if (footer) {
    const side = make("th", "", formula("", footer));
    side.scope = "row";
    const line = make("tr", "foot", side);
    table.feet = columns.map(() => {
      const cell = make("td");
      line.append(cell);
      return cell;
    });
    body.append(line);
  }
  table.explain = make("div", "explain");
  table.note = make("div", "note");
  const caption = make("caption", "", make("strong", "", title), formula("law", law));
  table.cell = make("section", small ? "table small" : "table",
    make("table", "", caption, make("thead", "", head), body), table.explain, table.note);
  return table;
}

function drawTable(view, table, values, { scale, feet, moved, explain, note = "", footScale }) {
  const paint = (element, value, range) => {
    const [r, g, b] = signedColour(value, range, view.stops);
    element.style.background = `rgb(${r},${g},${b})`;
    element.style.color = 0.299 * r + 0.587 * g + 0.114 * b > 140 ? "#1f2328" : "#ffffff";
    element.textContent = signed(value, 3);
  };
  values.forEach((line, r) => line.forEach((value, c) => {
    const cell = table.cells[r][c];
    paint(cell, value, scale);
    const here = table.chosen[0] === r && table.chosen[1] === c;
    cell.setAttribute("aria-pressed", String(here));
    cell.parentElement.classList.toggle("lit", moved === c || moved === r);
  }));
  table.heads.forEach((cell, c) => cell.classList.toggle("lit", moved === c));
  table.sideHeads.forEach((cell, r) => cell.classList.toggle("lit", moved === r));
  feet?.forEach((value, c) => {
    if (footScale) paint(table.feet[c], value, footScale);
    else table.feet[c].textContent = text(value, 3);
  });
  setFormula(table.explain, explain(...table.chosen));
  setFormula(table.note, note);
}

function legend(view, scale) {
  const stripe = make("div", "stripe");
  stripe.style.background = `linear-gradient(to right, ${view.stops.join(", ")})`;
  return make("div", "legend", make("span", "", `−${scale}`), stripe, make("span", "", `+${scale}`),
    make("span", "quiet", "violet: falls · green: rises"));
}

// ---- the component -------------------------------------------------------------------------------------------

const HEADINGS = {
  sigmoid: ["Three sigmoids", "ŷ_k = σ(z_k), each alone"],
  softmax: ["Softmax", "ŷ_k = exp(z_k) / Σ exp(z_j)"],
};

function build(view, root) {
  const { panels } = view;
  root.replaceChildren();
  view.sliders = row(3, (k) => buildSlider(view, k));
  view.bars = {};
  const outputs = ["sigmoid", "softmax"].filter((name) => panels.includes(name));
  const board = make("div", `board outputs-${outputs.length}`);
  board.append(make("div", "heading", make("strong", "", "Logits"), make("span", "law", "drag, or use the arrow keys")));
  for (const name of outputs) {
    view.bars[name] = row(3, buildBar);
    board.append(make("div", `heading for-${name}`, make("strong", "", HEADINGS[name][0]),
      formula("law", HEADINGS[name][1])));
  }
  for (let k = 0; k < 3; k++) {
    board.append(view.sliders[k].cell, ...outputs.map((name) => view.bars[name][k].cell));
    view.sliders[k].cell.style.setProperty("--ball", view.colours[k]);
    outputs.forEach((name) => view.bars[name][k].cell.style.setProperty("--ball", view.colours[k]));
    outputs.forEach((name) => view.bars[name][k].cell.setAttribute("data-for", name));
  }
  view.ends = [make("span"), make("span", "", "0"), make("span")];
  board.append(make("div", "scale of-logits", ...view.ends),
    ...outputs.map((name) => make("div", `scale for-${name}`, make("span", "", "0"), make("span", "", "ŷ"),
      make("span", "", "1"))));
  view.reset = make("button", "reset", "Back to this photo’s z");
  view.reset.type = "button";
  view.reset.onclick = () => {
    view.was = [...view.z];
    view.moved = null;
    view.z = [...view.photo];
    draw(view);
    tell(view, 0);
  };
  view.say = make("p", "say");
  root.append(board, make("div", "below", view.say, view.reset));

  view.sums = {};
  if (outputs.length === 2) {
    view.sums.sigmoid = buildSum("Three sigmoids");
    view.sums.softmax = buildSum("Softmax");
    const ticks = make("div", "ticks", ...["0", "1", "2", "3"].map((n) => make("span", "", n)));
    root.append(make("section", "sums",
      make("div", "heading", make("strong", "", "The outputs laid end to end"),
        make("span", "law", "thin: before the move")),
      view.sums.sigmoid.cell, view.sums.softmax.cell, ticks));
    for (const sum of Object.values(view.sums)) {
      [...sum.parts, ...sum.before].forEach((part, i) => (part.style.background = view.colours[i % 3]));
    }
  }

  view.tables = {};
  if (panels.includes("jacobian")) {
    const headings = {
      rows: row(3, (j) => `ŷ_${j + 1}`), columns: row(3, (k) => `∂/∂z_${k + 1}`), footer: "column sum",
    };
    const tables = make("div", "tables");
    if (outputs.includes("sigmoid")) {
      view.tables.apart = buildTable(view, { title: "Sigmoids’ Jacobian", law: "δ_jk ŷ_j(1 − ŷ_j)", ...headings });
      tables.append(view.tables.apart.cell);
    }
    view.tables.coupled = buildTable(view, { title: "Softmax’s Jacobian", law: "ŷ_j(δ_jk − ŷ_k)", ...headings });
    tables.append(view.tables.coupled.cell);
    root.append(make("section", "jacobian",
      make("div", "heading", make("strong", "", "How fast each output follows each logit"),
        formula("law", "∂ŷ_j/∂z_k · row j, column k · choose an entry to see its numbers")),
      tables, legend(view, 0.25)));
  }
}

function drawSliders(view, outputs) {
  const place = (v) => `${((v / view.range + 1) / 2) * 100}%`;
  const ghosts = view.was.some((v, k) => v !== view.z[k]);
  view.sliders.forEach((slider, k) => {
    slider.handle.style.left = place(view.z[k]);
    slider.photo.style.left = place(view.photo[k]);
    slider.before.style.left = place(view.was[k]);
    slider.before.hidden = view.was[k] === view.z[k];
    slider.value.textContent = text(view.z[k], 2);
    slider.name.textContent = view.names[k];
    slider.cell.classList.toggle("moved", view.moved === k);
    const { handle } = slider;
    handle.setAttribute("aria-label", `z${SUB[k]}, ${view.names[k]}`);
    handle.setAttribute("aria-valuemin", String(-view.range));
    handle.setAttribute("aria-valuemax", String(view.range));
    handle.setAttribute("aria-valuenow", view.z[k].toFixed(2));
    const said = Object.entries(outputs).map(([name, { now }]) => `${name} ${share(now[k])}`);
    handle.setAttribute("aria-valuetext", [text(view.z[k], 2), ...said].join(", "));
  });
  view.ends[0].textContent = text(-view.range, 0);
  view.ends[2].textContent = text(view.range, 0);
  view.reset.disabled = view.z.every((v, k) => v === view.photo[k]);
  return ghosts;
}

function sentence(view, outputs, ghosts) {
  if (!ghosts) return "The small mark on each track is this photo’s own z; double-click a handle to go back to it.";
  const parts = [];
  const changed = view.was.map((v, k) => (v !== view.z[k] ? `z${SUB[k]}` : "")).filter(Boolean).join(", ");
  const count = (pair) => pair.now.filter((v, k) => v !== pair.was[k]).length;
  const number = ["none", "one", "two", "three"];
  if (outputs.sigmoid) parts.push(`${number[count(outputs.sigmoid)]} of the three sigmoids moved`);
  if (outputs.softmax) parts.push(`${count(outputs.softmax) === 3 ? "all three" : number[count(outputs.softmax)]} softmax outputs moved`);
  return parts.length ? `${changed} changed: ${parts.join(", ")}.` : `${changed} changed.`;
}

function draw(view) {
  const { z, was } = view;
  const outputs = {};
  if (view.bars.sigmoid) outputs.sigmoid = { now: sigmoid(z), was: sigmoid(was) };
  if (view.bars.softmax) outputs.softmax = { now: softmax(z), was: softmax(was) };
  const ghosts = drawSliders(view, outputs);
  for (const [name, { now, was: earlier }] of Object.entries(outputs)) {
    view.bars[name].forEach((bar, k) => drawBar(bar, now[k], earlier[k], ghosts));
    if (view.sums[name]) drawSum(view.sums[name], now, earlier, ghosts);
  }
  view.say.textContent = sentence(view, outputs, ghosts);
  if (view.tables.coupled) drawJacobians(view);
}

function drawJacobians(view) {
  const options = { scale: 0.25, moved: view.moved };
  const sums = (T) => row(3, (k) => total(T.map((line) => line[k])));
  if (view.tables.apart) {
    const a = sigmoid(view.z);
    const J = sigmoidJacobian(a);
    drawTable(view, view.tables.apart, J, {
      ...options, feet: sums(J),
      explain: (j, k) => (j === k
        ? `ŷ_${j + 1}(1 − ŷ_${j + 1}) = ${text(a[j], 3)} · ${text(1 - a[j], 3)} = ${signed(J[j][k], 3)}`
        : `∂ŷ_${j + 1}/∂z_${k + 1} = 0: neuron ${j + 1} does not see z_${k + 1}`),
      note: "Off the diagonal: 0, whatever z is.",
    });
  }
  const a = softmax(view.z);
  const J = softmaxJacobian(a);
  drawTable(view, view.tables.coupled, J, {
    ...options, feet: sums(J),
    explain: (j, k) => (j === k
      ? `ŷ_${j + 1}(1 − ŷ_${k + 1}) = ${text(a[j], 3)} · (1 − ${text(a[k], 3)}) = ${signed(J[j][k], 3)}`
      : `ŷ_${j + 1}(0 − ŷ_${k + 1}) = ${text(a[j], 3)} · (0 − ${text(a[k], 3)}) = ${signed(J[j][k], 3)}`),
    note: "Columns sum to 0: what one output gains the others lose.",
  });
}

export default function ({ data, parentElement, setStateValue }) {
  if (!data) return undefined;
  let root = parentElement.querySelector(".logits");
  if (!root) {
    root = make("div", "logits");
    parentElement.append(root);
  }
  let view = instances.get(parentElement);
  if (!view) {
    view = { z: [], was: [], photo: [], moved: null, dragging: false, timer: 0, told: "", lastKey: 0, built: "" };
    instances.set(parentElement, view);
  }
  view.send = setStateValue;
  Object.assign(view, {
    panels: data.panels, names: data.names, colours: data.colours, stops: data.stops, range: data.range, y: data.y,
  });
  // Where the server says the handles are: another photo, a link, or another board that moves with this one.
  const given = JSON.stringify([data.photo, data.z]);
  if (given !== view.given) {
    const fresh = view.given === undefined || JSON.stringify(data.photo) !== JSON.stringify(view.photo);
    view.given = given;
    view.photo = data.photo;
    const own = data.z.join() === view.told;
    if (fresh || (!own && !view.dragging && !view.timer)) {
      view.z = [...data.z];
      view.told = data.z.join();
      if (fresh) {
        view.was = [...data.z];
        view.moved = null;
      }
    }
  }
  if (view.built !== data.panels.join()) {
    build(view, root);
    view.built = data.panels.join();
  }
  draw(view);
  return () => {
    clearTimeout(view.timer);
    instances.delete(parentElement);
  };
}
