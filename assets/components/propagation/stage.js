// The diagram: numbers flow right into neurons, what each layer says is kept on a shelf below, derivatives flow
// left through the same wires and take from the shelf what they need.

const SUBS = ["₁", "₂", "₃"], HIGH = 96;
// Plans, in pixels: all in a row; for a tablet the photos above x, loss and label above ŷ, the gradients in two
// rows; for a phone these below each other, in the order in which they come, and no numbers on the wires; two of those.
//   left: left edge of x and of each layer's neurons; middle: of each neuron; top: of x
//   under: the gradients, to each of which two arrows lead, `apart` from `at`; or as in `falling`
const PLANS = {
  row: {
    wide: 926, tall: 594, cell: 126, strip: 24,
    left: { 0: 80, 1: 230, 2: 484, 3: 690 }, middle: { 1: [92, 198, 304], 2: [145, 251], 3: [198] }, top: 46,
    album: { left: 6, top: 46, wide: 68, tall: 300, columns: (m) => (m > 4 ? 2 : 1) }, W1: { left: 150, side: 58 }, weights: { 2: 0.29, 3: 0.5 },
    counts: { 1: 80, 2: 340, 3: 572 }, shelf: 370, name: 8,
    under: {
      1: { left: 8, top: 448, wide: 220, at: 208, apart: 10 },
      2: { left: 236, top: 448, wide: 368, at: 420, apart: 26 },
      3: { left: 612, top: 448, wide: 306, at: 650, apart: 26 },
    },
    ways: { ahead: [800, 4, 118], back: [800, 567, 118] }, cost: { left: 842, top: 158 }, label: { left: 842, top: 262 },
    toCost: [816, 198, 846, 198],
  },
  stacked: {
    wide: 680, tall: 826, cell: 118, strip: 16,
    left: { 0: 8, 1: 138, 2: 368, 3: 556 }, middle: { 1: [174, 280, 386], 2: [227, 333], 3: [280] }, top: 128,
    album: { left: 8, top: 44, wide: 312, tall: 75, columns: (m) => Math.min(m, 8) }, W1: { left: 72, side: 48 }, weights: { 2: 0.28, 3: 0.5 },
    counts: { 1: 8, 2: 245, 3: 462 }, shelf: 452, name: 288,
    under: {
      1: { left: 8, top: 530, wide: 220, at: 127, apart: 7 },
      2: { left: 130, top: 678, wide: 368, at: 318, apart: 42 },
      3: { left: 368, top: 530, wide: 306, at: 521, apart: 22 },
    },
    ways: { ahead: [556, 44, 118], back: [556, 790, 118] }, cost: { left: 574, bottom: 194 }, label: { left: 486, bottom: 194 },
    toCost: [615, 232, 615, 194],
  },
  slim: {
    wide: 452, tall: 1060, cell: 90, slim: true,
    left: { 0: 4, 1: 84, 2: 222, 3: 358 }, middle: { 1: [264, 370, 476], 2: [317, 423], 3: [370] }, top: 218,
    album: { left: 4, top: 62, wide: 444, tall: 82, columns: (m) => Math.min(m, 8) }, W1: { left: 40, side: 32 },
    counts: { 1: 4, 2: 176, 3: 330 }, shelf: 544,
    // Down from the shelf, the last gradient first, each right of those that are still to come.
    under: {
      1: { left: 4, top: 912, wide: 222, fall: { a: 30, delta: 80, past: 80 } },
      2: { left: 90, top: 772, wide: 358, fall: { a: 112, delta: 140, past: 198 } },
      3: { left: 156, top: 648, wide: 292, fall: { a: 267, delta: 335, past: 335 } },
    },
    ways: { ahead: [356, 152, 92], back: [330, 1030, 118] }, cost: { left: 362, bottom: 284 }, label: { left: 266, bottom: 256 },
    toCost: [403, 322, 403, 284],
  },
};
// For a smaller phone: shorter wires, and less room beside the numbers of a gradient.
PLANS.slimmest = {
  ...PLANS.slim, wide: 409, tight: true,
  left: { 0: 4, 1: 82, 2: 200, 3: 317 },
  album: { ...PLANS.slim.album, wide: 401 },
  counts: { 1: 4, 2: 156, 3: 294 },
  under: {
    1: { ...PLANS.slim.under[1], fall: { a: 22, delta: 50, past: 79, low: 32 } }, // aside below the word "reused"
    2: { left: 58, top: 772, wide: 348, fall: { a: 90, delta: 110, past: 186 } },
    3: { left: 118, top: 648, wide: 288, fall: { a: 245, delta: 303, past: 303 } },
  },
  ways: { ahead: [315, 152, 92], back: [289, 1030, 118] }, cost: { left: 321, bottom: 284 }, label: { left: 225, bottom: 256 },
  toCost: [362, 322, 362, 284],
};
const GAP = 3; // between photos
const LARGEST = 68; // of a photo
const SHELF_X = 108; // width of x on the shelf: that of "X (12288, 16)"
const SLIM_X = 72; // without the shape
// Wires leave and arrive side by side, and a weight stands where none of the others comes near: right behind the
// heads of the way back, before the first two wires cross.
const LEAVE = { 1: [-8, 8], 2: [0] }, ARRIVE = { 2: [-15, 0, 15], 3: [-11, 11] };
const PLATE = { wide: 44, high: 20 };
const COUNT = { 1: 3, 2: 2, 3: 1 };
export const SMALLEST = 0.78; // that the diagram is drawn: letters of 14 px are 11 then

/** An element at (x, y) of the stage, linked with a token, seen from step `at` on. */
function put(stage, node, token, at, x, y, width) {
  node.style.cssText += `left:${x}px;top:${y}px;${width ? `width:${width}px` : ""}`;
  node.classList.add("at");
  if (token) node.dataset.t = token;
  if (at !== null) node.dataset.at = at;
  stage.append(node);
  return node;
}

function canvas(width, height, label) {
  const node = make("canvas");
  node.width = width;
  node.height = height;
  if (label) node.setAttribute("role", "img"), node.setAttribute("aria-label", label);
  else node.setAttribute("aria-hidden", "true"); // its numbers stand beside it
  return node;
}

/** A line `before` and on to its end, straight down or up, with an arrow head there.
 * The head is no marker: Firefox puts those elsewhere in what is zoomed. */
function arrow(svg, before, [x, y], className, at, token, said, turn = 0) {
  const d = `${before} ${x} ${y}`, [kind] = className.split(" "), place = `translate(${x} ${y}) rotate(${turn})`;
  const line = makeSvg("path", { d, class: className }), wide = makeSvg("path", { d, class: "hit" });
  const tip = makeSvg("path", { d: "M-7 -11L0 3L7 -11Z", class: `tip ${kind}-tip`, transform: place });
  const group = makeSvg("g", { "data-at": at, class: "line" }, wide, line, tip);
  group.dataset.t = token;
  group.setAttribute("role", "img");
  group.setAttribute("aria-label", said);
  svg.append(group);
}

/** "a[2]" for the token a2: one is heard without what stands around it. */
const spoken = (token) => ({ x: "x", a3: "ŷ" })[token] ?? `${token[0] === "d" ? "δ" : token[0]}[${token[1]}]`;

/** One wire with its weight on a plate, and a head for each direction that has been taken. */
function wire(svg, token, [x1, y1, x2, y2], size, ahead, back, said, weight, plateAt = null) {
  const d = `M${x1} ${y1}L${x2} ${y2}`, along = (t) => [x1 + (x2 - x1) * t, y1 + (y2 - y1) * t];
  const turn = (Math.atan2(y2 - y1, x2 - x1) * 180) / Math.PI;
  const head = (t, at, way, className) => {
    const [x, y] = along(t);
    return makeSvg("path", { d: "M-5 -6L7 0L-5 6Z", class: className, "data-at": at, "data-way": way,
      transform: `translate(${x} ${y}) rotate(${turn + (way < 0 ? 180 : 0)})` });
  };
  const group = makeSvg("g", { class: `wire ${weight >= 0 ? "for" : "against"}`, "data-ahead": ahead, "data-back": back });
  group.append(makeSvg("path", { d, class: "hit" }), makeSvg("path", { d, class: "core", "stroke-width": size }));
  const length = Math.hypot(x2 - x1, y2 - y1);
  if (ahead !== null) group.append(head(1 - 9 / length, ahead, 1, "head ahead"));
  if (back !== null) group.append(head(9 / length, back, -1, "head back"));
  if (plateAt !== null) group.append(plate(along(plateAt), number(weight, 2)));
  group.dataset.t = token;
  group.setAttribute("role", "img");
  group.setAttribute("aria-label", said);
  svg.append(group);
  return group;
}

/** A number on a ground of its own, so that no line goes through it. */
function plate([x, y], text) {
  const { wide, high } = PLATE;
  return makeSvg("g", { class: "plate", transform: `translate(${x} ${y})` },
    makeSvg("rect", { x: -wide / 2, y: -high / 2, width: wide, height: high, rx: 4 }), makeSvg("text", { y: 5, "text-anchor": "middle" }, text));
}

/** The columns of m photos, each as large as the place allows: a finger has to meet one. */
function inAlbum({ wide, tall, columns }, m) {
  const fits = (all, count) => (all - GAP * (count - 1)) / count;
  return `repeat(${columns(m)}, ${Math.min(LARGEST, fits(wide, columns(m)), fits(tall, Math.ceil(m / columns(m))))}px)`;
}

/** The plan for a page of this width: in the wider one letters would be smaller than 11 px. */
export const planFor = (width) =>
  width < SMALLEST * PLANS.slim.wide ? PLANS.slimmest : width < 534 ? PLANS.slim : width < 730 ? PLANS.stacked : PLANS.row;

/** Whether the diagram needs the room at both edges of a page of this width, too. */
export const needsEdges = (width) => width < SMALLEST * PLANS.slimmest.wide;

/** Build everything that does not change with step, label or example. Returns what `drawStage` fills in. */
export function buildStage(v, STEP, plan) {
  const { left: LEFT, middle: MIDDLE, cell: CELL, top: TOP, shelf: SHELF } = plan;
  const stage = make("div", "stage");
  const svg = makeSvg("svg", { viewBox: `0 0 ${plan.wide} ${plan.tall}`, role: "group", "aria-label": "Wires" });
  stage.classList.toggle("slim", Boolean(plan.slim));
  stage.classList.toggle("tight", Boolean(plan.tight));
  for (const [name, size] of [["wide", plan.wide], ["tall", plan.tall], ["strip", plan.strip ?? 0]]) stage.style.setProperty(`--${name}`, `${size}px`);
  stage.append(svg);
  const parts = { stage, rows: {}, shelf: {}, gradients: {} };

  // Shelf first: everything else stands on it.
  const shelf = put(stage, make("div", "shelf"), null, null, 0, SHELF, plan.wide);
  const name = make("span", "shelf-name", "kept on", make("br"), "the way", make("br"), "forward");
  name.style.left = `${plan.name}px`;
  if (!plan.slim) shelf.append(name); // there the legend says what it is

  // x, its pictures of weights, the first layer.
  const { album, W1 } = plan;
  const above = album.wide > album.tall; // then no wider than the photos are, for it is lit as one
  parts.photos = put(stage, make("div", "photos"), "x", null, album.left, album.top, above ? null : album.wide);
  parts.photos.style.height = `${album.tall}px`;
  parts.photos.style.gridTemplateColumns = inAlbum(album, v.m);
  const wide = (v.m === 1 ? 24 : 44) / (plan.slim ? 1.6 : 1);
  parts.x = put(stage, canvas(v.m, 256, "x, one column an example"), "x", null, LEFT[0], TOP, wide);
  parts.x.className += " column";
  parts.W1 = [];
  MIDDLE[1].forEach((y, j) => {
    const right = LEFT[0] + wide + 3;
    const half = W1.side / 2, edge = `${W1.left},${y + half} ${W1.left},${y - half}`;
    const fan = makeSvg("polygon", { points: `${right},${TOP + 2} ${right},${TOP + 298} ${edge}`, class: "fan" });
    fan.dataset.t = `W1.${j}`;
    svg.append(fan);
    wire(svg, `W1.${j}`, [W1.left + W1.side, y, LEFT[1], y], 2.5, STEP.z1, null, `From x to neuron ${j + 1} of layer 1`, 0).classList.add("whole");
    const row = canvas(64, 64, `Row ${j + 1} of W[1] as a picture; grey is zero`);
    parts.W1.push(put(stage, row, `W1.${j}`, null, W1.left, y - half, W1.side));
    row.style.height = `${W1.side}px`;
  });
  // Layers 2 and 3: a wire a weight.
  for (const l of [2, 3]) {
    const most = Math.max(...v.W[l].flat().map(Math.abs));
    MIDDLE[l].forEach((to, j) => MIDDLE[l - 1].forEach((from, k) => {
      const w = v.W[l][j][k], ends = [LEFT[l - 1] + CELL, from + LEAVE[l - 1][j], LEFT[l], to + ARRIVE[l][k]];
      const said = `From neuron ${k + 1} of layer ${l - 1} to neuron ${j + 1} of layer ${l}: weight ${number(w, 2)}`;
      wire(svg, `W${l}.${j}.${k}`, ends, 1.5 + (5 * Math.abs(w)) / most, STEP[`z${l}`], STEP[`d${l - 1}`], said, w, plan.weights?.[l]);
    }));
  }
  wire(svg, "L", plan.toCost, 3, STEP.L, STEP.d3, "From ŷ to L", 0).classList.add("whole");

  // Neurons.
  for (const l of [1, 2, 3]) {
    MIDDLE[l].forEach((y, j) => {
      const cell = put(stage, make("div", "cell"), null, null, LEFT[l], y - HIGH / 2, CELL);
      const b = make("span", "b", `b${SUBS[j]} ${number(v.b[l][j], 3, true)}`);
      b.dataset.t = `b${l}.${j}`;
      const sigma = make("span", "sigma", "σ");
      sigma.dataset.t = `s${l}`;
      cell.append(make("div", "top", sigma, b));
      for (const [kind, text] of [["z", "z"], ["a", l === 3 ? "ŷ" : "a"], ["d", "δ"]]) {
        const row = make("div", `row ${kind}`), value = make("b");
        const strip = v.m > 1 ? canvas(v.m, 1, "") : null; // one number is written; what colour would add are many
        row.append(make("span", "", `${text}${l === 3 ? "" : SUBS[j]}`), ...(strip ? [strip] : []), value);
        row.dataset.t = `${kind}${l}.${j}`;
        row.dataset.at = STEP[`${kind}${l}`];
        cell.append(row);
        parts.rows[row.dataset.t] = { row, strip, value };
      }
    });
    keep(l);
    gradient(l);
  }
  keep(0);

  function keep(l) {
    const token = l ? `a${l}` : "x", x = LEFT[l], width = l ? CELL : plan.slim ? SLIM_X : SHELF_X, middle = x + (l ? CELL : wide) / 2;
    const box = put(stage, make("div", "kept"), token, l ? STEP[token] : 0, x, SHELF + 7, width);
    const strips = canvas(v.m, COUNT[l] ?? 24, "");
    const shape = plan.slim && !l ? "" : ` (${COUNT[l] ?? v.n}, ${v.m})`;
    box.append(make("span", "", symbol(token, v.m), make("small", "", shape)), strips, make("em", "", "reused"));
    parts.shelf[token] = { box, strips };
    const low = l ? MIDDLE[l].at(-1) + HIGH / 2 : TOP + 300;
    const down = middle - (l ? 12 : 0), up = middle + 12;
    arrow(svg, `M${down} ${low + 3}L`, [down, SHELF + 4], "keep", l ? STEP[token] : 0, token, `${spoken(token)} is kept on the shelf`);
    if (l) arrow(svg, `M${up} ${SHELF + 4}L`, [up, low + 5], "reuse", STEP[`d${l}`], token, `${spoken(token)} is used again by δ[${l}]`, 180);
  }

  function gradient(l) {
    const from = `${l === 1 ? "x" : `a${l - 1}`}`, at = STEP[`g${l}`];
    const usedBy = (token) => `${spoken(token)} is used ${token[0] === "d" ? "" : "again "}by ∂${v.m > 1 ? "J" : "L"}/∂W[${l}]`;
    // Wide enough for numbers such as −1.2·10⁻⁴; the arrows come from the left and do not need its middle.
    const { left, top, wide: width, at: centre, apart, fall } = plan.under[l];
    const box = put(stage, make("div", "gradient"), null, at, left, top, width);
    const head = make("p", "", symbolOf(`dW${l}`), make("small", "", ` (${COUNT[l]}, ${COUNT[l - 1] ?? v.n})`));
    box.append(head);
    const grid = make("div", l === 1 ? "pictures" : "grid");
    const before = v.m > 1 ? (plan.tight ? "62px" : "66px") : "auto", each = v.m > 1 ? "minmax(auto, 1fr)" : "auto";
    grid.style.gridTemplateColumns = l === 1 ? "repeat(3, 64px)" : `${before} repeat(${COUNT[l - 1]}, ${each}) 9px auto`;
    // δ before its rows and Aᵀ above its columns: the matrix is their product. Of m examples they are m columns and m
    // rows of colours, and each entry is the sum of m.
    const entries = [], above = [];
    if (l > 1) {
      for (let k = 0; k < COUNT[l - 1]; k++) above.push(headOf(`a${l - 1}.${k}`));
      grid.append(make("small", "corner", v.m > 1 ? `Σ of ${v.m}` : ""), ...above, make("span"), make("span"));
    }
    for (let j = 0; j < COUNT[l]; j++) {
      const cells = [];
      if (l === 1) cells.push(canvas(64, 64, `Row ${j + 1} of ∂${v.m > 1 ? "J" : "L"}/∂W[1] as a picture; grey is zero`));
      else for (let k = 0; k < COUNT[l - 1]; k++) cells.push(make("b"));
      cells.forEach((cell, k) => (cell.dataset.t = l === 1 ? `dW1.${j}` : `dW${l}.${j}.${k}`));
      const db = make("b", "db");
      db.dataset.t = `db${l}.${j}`;
      const delta = headOf(`d${l}.${j}`);
      if (l === 1) grid.append(make("div", "", cells[0], db));
      else grid.append(delta, ...cells, make("span"), db);
      entries.push({ cells, db, before: delta });
    }
    box.append(grid, make("p", "of-b", symbolOf(`db${l}`), make("small", "", ` (${COUNT[l]}, 1)`)));
    parts.gradients[l] = { box, entries, above };
    if (fall) {
      falling(l, at, from, top - 3, fall, usedBy);
      return;
    }
    const boxRight = l === 1 ? LEFT[0] + SHELF_X : LEFT[l - 1] + CELL;
    arrow(svg, `M${boxRight + 1} ${SHELF + 28}C${centre - apart} ${SHELF + 28} ${centre - apart} ${SHELF + 34}`, [centre - apart, top - 3], "reuse", at, from, usedBy(from));
    const low = MIDDLE[l].at(-1) + HIGH / 2 - 12;
    arrow(svg, `M${LEFT[l] - 2} ${low}C${LEFT[l] - 30} ${low + 6} ${centre + apart} ${SHELF}`, [centre + apart, top - 3], "reuse fresh", at, `d${l}`, usedBy(`d${l}`));
  }

  /** Its two arrows on a phone: a straight down from the shelf, δ past it between two boxes, and then beside a. */
  function falling(l, at, from, end, { a, delta, past, low = 0 }, usedBy) {
    const below = SHELF + 66, begins = MIDDLE[l].at(-1) + HIGH / 2 - 12;
    arrow(svg, `M${a} ${below - 7}L`, [a, end], "reuse", at, from, usedBy(from));
    const down = `M${LEFT[l] - 2} ${begins}C${past - 6} ${begins + 6} ${past} ${begins + 30} ${past} ${begins + 60}`;
    const aside = `L${past} ${below + low - 4}C${past} ${below + low + 20} ${delta} ${below + low + 8} ${delta} ${below + low + 34}`;
    arrow(svg, `${down}${past === delta ? "" : aside}L`, [delta, end], "reuse fresh", at, `d${l}`, usedBy(`d${l}`));
  }

  function headOf(token) {
    const delta = token[0] === "d", node = make("small", delta ? "of-delta" : "of-a");
    node.dataset.t = token;
    if (v.m > 1) node.append(delta ? canvas(v.m, 1, "") : canvas(1, v.m, ""));
    return node;
  }

  function symbolOf(token) {
    const node = make("span", "sym", symbol(token, v.m));
    node.dataset.t = token;
    return node;
  }

  // Names, shapes and the count, layer by layer.
  [1, 2, 3].forEach((l) => {
    const note = put(stage, make("p", "count"), null, null, plan.counts[l], 0);
    const n = COUNT[l - 1] ?? v.n, shape = (k, c) => `(${k}, ${c})`;
    const text = l === 1 ? "3n + 3" : `${COUNT[l]}·${n} + ${COUNT[l]}`;
    const sum = `${text} = ${v.counts[l - 1].toLocaleString("en")}${plan.slim ? "" : " parameters"}`;
    note.append(symbolOf(`W${l}`), ` ${shape(COUNT[l], n)}`, plan.slim ? make("br") : ", ", symbolOf(`b${l}`),
      ` ${shape(COUNT[l], 1)}`, make("br"), make("small", "", sum));
  });

  put(stage, make("p", "way ahead", "numbers →"), null, null, ...plan.ways.ahead);
  put(stage, make("p", "way back", "← derivatives"), null, null, ...plan.ways.back);
  parts.cost = put(stage, make("div", "cost"), "L", STEP.L, plan.cost.left, plan.cost.top, 82);
  parts.label = put(stage, make("div", "label"), "y", null, plan.label.left, plan.label.top, 82);
  for (const [node, { bottom }] of [[parts.cost, plan.cost], [parts.label, plan.label]])
    if (bottom) node.style.bottom = `${plan.tall - bottom}px`; // stands on that line
  return parts;
}
