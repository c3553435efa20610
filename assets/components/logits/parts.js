// The parts of the logits board: numbers in words, sliders, bars, sums laid end to end, tables of derivatives.

const SUB = ["₁", "₂", "₃"];
const STEP = 0.1;
const LEAP = 1;
const GRAINS = 20; // in one: a drag is rounded to 0.05, about a pixel

// An output of a sigmoid or of softmax: neither ever reaches 0 or 1, so neither is written.
function share(value) {
  if (value > 0 && value < 5e-4) return "<0.001";
  return value >= 0.9995 && value < 1 ? ">0.999" : number(value, 3);
}

// A derivative as the product of numbers that are shown with three digits: "= +0.184", or "≈" where these give another.
const three = (value) => Number(value.toFixed(3));

function gives(product, value, exact = value) {
  return `${Math.abs(product - value) < 5.001e-4 ? "=" : "≈"} ${derivative(value, exact)}`;
}

// With three digits and its sign, which a derivative below zero keeps where these are 0: it says which way.
// exact: the number before it was rounded.
export function derivative(value, exact = value) {
  const text = number(value, 3, true);
  return exact < 0 && Number(text) === 0 ? `−${text}` : text;
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

// ---- the sliders ---------------------------------------------------------------------------------------------

function buildSlider(view, k) {
  const handle = make("div", "handle");
  handle.tabIndex = 0;
  handle.setAttribute("role", "slider");
  handle.setAttribute("aria-orientation", "horizontal");
  const photo = make("div", "photo-mark");
  photo.title = "this photo’s z";
  const before = make("div", "before-mark");
  const ends = make("div", "ends", make("span"), make("span", "", "0"), make("span")); // where a phone has no room for one scale below all
  const track = make("div", "track", ends, make("div", "rail"), make("div", "zero"), photo, before, handle);
  const value = make("span", "value");
  const name = make("span", "ball");
  const cell = make("div", "logit", make("div", "label", formula("symbol", `z_${k + 1}`), name), track, value);

  const at = (event) => {
    const box = track.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - held.beside - box.left) / box.width));
    return Math.round((share * 2 - 1) * view.range * GRAINS) / GRAINS; // 28 · 0.05 would be a little more than 1.4
  };
  let held;
  track.onpointerdown = (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    handle.focus({ preventScroll: true });
    track.setPointerCapture(event.pointerId);
    view.dragging = true;
    held = { z: view.z[k], was: view.was, moved: view.moved, beside: 0 };
    grip(view, k);
    // Taking the handle itself does not move it, though a finger seldom meets its middle; a press beside it does.
    const { left, width } = handle.getBoundingClientRect();
    if (event.target === handle) held.beside = event.clientX - left - width / 2;
    else move(view, k, at(event));
  };
  track.onpointermove = (event) => {
    if (view.dragging && track.hasPointerCapture(event.pointerId)) move(view, k, at(event));
  };
  track.onpointerup = () => {
    if (!view.dragging) return;
    view.dragging = false;
    tell(view, 0);
  };
  // A finger that turns out to scroll the page has not meant the slider.
  track.onpointercancel = () => {
    if (!view.dragging) return;
    view.dragging = false;
    view.z[k] = held.z;
    Object.assign(view, { was: held.was, moved: held.moved });
    draw(view);
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
    if (!(event.key in steps) || isShortcut(event)) return;
    event.preventDefault();
    // One run of key presses on one handle is one movement: its start is where the ghosts stay.
    if (view.moved !== k || Date.now() - view.lastKey > 1500) grip(view, k);
    view.lastKey = Date.now();
    const grain = event.key === "Backspace" ? steps[event.key] : Math.round(steps[event.key] * 100) / 100;
    move(view, k, grain);
    tell(view, 400);
  };
  return { cell, track, ends, handle, photo, before, value, name };
}

function grip(view, k) {
  halt(view);
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
  view.timer = setTimeout(() => view.hasten(), wait);
}

function hasten(view) {
  if (!view.timer) return;
  clearTimeout(view.timer);
  view.timer = 0;
  view.z = view.z.map((v) => Math.round(v * 1e4) / 1e4); // the very numbers that the server will have
  const z = [...view.z];
  if (view.told === z.join()) return;
  view.told = z.join();
  // Streamlit tells the page of a new value only; since this board's last one another may have moved the hand.
  view.send("moved", { z, of: view.photo, at: (view.deed = after(view.deed)) });
}

// ---- outputs: bars, sums -------------------------------------------------------------------------------------

function buildBar() {
  const fill = make("div", "fill");
  const ghost = make("div", "ghost");
  const target = make("div", "target");
  target.title = "the best for this label";
  target.hidden = true;
  const number = make("span", "number");
  const change = make("span", "change");
  return { fill, ghost, target, number, change, cell: make("div", "out", make("div", "bar", fill, ghost, target), make("div", "told", number, change)) };
}

function drawBar(bar, value, was, ghosts, change = value - was) {
  bar.fill.style.width = `${value * 100}%`;
  bar.number.textContent = share(value);
  bar.ghost.style.left = `${was * 100}%`;
  bar.ghost.hidden = !ghosts || Math.abs(value - was) < 5e-4;
  const still = value === was;
  bar.change.textContent = !ghosts ? "" : still ? "still" : number(change, 3, true);
  bar.change.classList.toggle("is-still", still);
}

function buildSum(label) {
  const parts = row(3, () => make("div", "part"));
  const before = row(3, () => make("div", "part"));
  const number = make("span", "number");
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
  sum.number.textContent = `Σ = ${number(total(values.map(three)), 2)}`; // of the outputs as they are written above
  sum.number.style.left = `${(all / 3) * 100}%`;
  const inside = all > 2.4; // no room behind the bar: the number stands on its end, instead of the third ŷ
  sum.number.classList.toggle("inside", inside);
  if (inside) sum.parts[2].textContent = "";
}

// ---- tables of derivatives ------------------------------------------------------------------------------------

/** A product in which no line ends within a bracket, or between "=" and what it comes to. */
export function whole(product) {
  return product.replace(/\([^()]*\)/g, (bracket) => bracket.replaceAll(" ", "\u00a0")).replace(/([=≈]) /g, "$1\u00a0");
}

// rows, columns: headings; a cell can be chosen, and `explain(row, column)` is then written out below with numbers.
// name(row, column): what a cell holds, in words for those who do not see where it stands.
function buildTable(view, { title, law, rows, columns, footer, name, chosen = [0, 1] }) {
  const body = make("tbody");
  const head = make("tr", "", make("td", "corner"));
  const heads = columns.map((source) => {
    const cell = make("th", "", formula("", source));
    cell.scope = "col";
    head.append(cell);
    return cell;
  });
  const table = { chosen: [...chosen], at: [...chosen], name, cells: [], heads, sideHeads: [], feet: [] };
  rows.forEach((source, r) => {
    const side = make("th", "", formula("", source));
    side.scope = "row";
    table.sideHeads.push(side);
    const line = make("tr", "", side);
    table.cells.push(columns.map((_, c) => {
      const button = make("button", "entry");
      button.type = "button";
      button.onclick = () => {
        table.chosen = table.at = [r, c];
        draw(view);
      };
      button.onkeydown = (event) => walk(table, event);
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
  table.law = formula("law", law);
  const caption = make("caption", "", make("strong", "", title), table.law);
  const grid = table.grid = make("table", "", caption, make("thead", "", head), body);
  grid.setAttribute("role", "grid"); // of which one cell has the focus, and arrow keys lead to the others
  grid.setAttribute("aria-label", `${title}: ${law.replaceAll("_", "")}`);
  table.cell = make("section", "table", grid, table.explain, table.note);
  return table;
}

// One stop for Tab a table: from there the arrow keys walk over its cells, Home and End along a row.
function walk(table, event) {
  const [r, c] = table.at, last = table.heads.length - 1;
  const to = {
    ArrowRight: [r, c + 1], ArrowLeft: [r, c - 1], ArrowDown: [r + 1, c], ArrowUp: [r - 1, c],
    Home: [r, 0], End: [r, last],
  }[event.key];
  if (!to || isShortcut(event)) return;
  event.preventDefault();
  if (!table.cells[to[0]]?.[to[1]]) return;
  table.at = to;
  keepOneStop(table);
  table.cells[to[0]][to[1]].focus();
}

function keepOneStop({ cells, at }) {
  cells.forEach((line, r) => line.forEach((cell, c) => {
    cell.tabIndex = r === at[0] && c === at[1] ? 0 : -1;
  }));
}

// values: as they are shown, rounded so that they add up; exact: before that.
function drawTable(view, table, values, options) {
  const { exact = values, scale, feet, moved, explain, note = "", footScale, rowsToo = true } = options;
  const show = (element, value, range, sign) => {
    tint(element, value, range, view.shades);
    element.textContent = derivative(value, sign);
  };
  values.forEach((line, r) => line.forEach((value, c) => {
    const cell = table.cells[r][c];
    show(cell, value, scale, exact[r][c]);
    cell.setAttribute("aria-label", `${table.name(r, c)} = ${cell.textContent}`);
    const here = table.chosen[0] === r && table.chosen[1] === c;
    cell.setAttribute("aria-pressed", String(here));
    cell.parentElement.classList.toggle("lit", moved === c || (rowsToo && moved === r));
  }));
  keepOneStop(table);
  table.heads.forEach((cell, c) => cell.classList.toggle("lit", moved === c));
  table.sideHeads.forEach((cell, r) => cell.classList.toggle("lit", rowsToo && moved === r));
  feet?.forEach((value, c) => {
    if (footScale) show(table.feet[c], value, footScale);
    else table.feet[c].textContent = number(value, 3);
  });
  setFormula(table.explain, whole(explain(...table.chosen)));
  setFormula(table.note, note);
}

function legend(view, scale) {
  const stripe = make("div", "stripe");
  paintScale(stripe, view.stops);
  return make("div", "legend", make("span", "", `−${scale}`), stripe, make("span", "", `+${scale}`),
    make("span", "quiet", "violet: falls · green: rises"));
}
