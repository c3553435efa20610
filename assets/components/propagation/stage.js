// The diagram: numbers flow right into neurons, what each layer says is kept on a shelf below, derivatives flow
// left through the same wires and take from the shelf what they need.

const SUBS = ["₁", "₂", "₃"], WIDE = 926, TALL = 590, CELL = 126, HIGH = 96;
const LEFT = { 0: 80, 1: 230, 2: 484, 3: 690 }; // left edge of x and of each layer's neurons
const MIDDLE = { 1: [92, 198, 304], 2: [145, 251], 3: [198] };
const TOP = 46; // of x and of what stands beside it
const ALBUM = { wide: 68, tall: 300, gap: 3 };
const SHELF = 370, UNDER = 448; // top of the shelf, top of the gradients
const SHELF_X = 108; // width of x on the shelf: that of "X (12288, 16)"
// Wires leave and arrive side by side, and a weight stands where none of the others comes near: right behind the
// heads of the way back, before the first two wires cross.
const LEAVE = { 1: [-8, 8], 2: [0] }, ARRIVE = { 2: [-15, 0, 15], 3: [-11, 11] };
const PLATE = { wide: 44, high: 20, at: { 2: 0.29, 3: 0.5 } };
const COUNT = { 1: 3, 2: 2, 3: 1 };

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
function arrow(svg, before, [x, y], className, at, token, turn = 0) {
  const d = `${before} ${x} ${y}`, [kind] = className.split(" "), place = `translate(${x} ${y}) rotate(${turn})`;
  const line = makeSvg("path", { d, class: className }), wide = makeSvg("path", { d, class: "hit" });
  const tip = makeSvg("path", { d: "M-7 -11L0 3L7 -11Z", class: `tip ${kind}-tip`, transform: place });
  const group = makeSvg("g", { "data-at": at, class: "line" }, wide, line, tip);
  group.dataset.t = token;
  group.setAttribute("role", "img");
  group.setAttribute("aria-label", className === "keep" ? "onto the shelf" : "used again on the way back");
  svg.append(group);
}

/** One wire with its weight on a plate, and a head for each direction that has been taken. */
function wire(svg, token, [x1, y1, x2, y2], size, ahead, back, weight, plateAt = null) {
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
  group.setAttribute("aria-label", weight ? `wire with weight ${number(weight, 2)}` : "arrow to the right");
  svg.append(group);
  return group;
}

/** A number on a ground of its own, so that no line goes through it. */
function plate([x, y], text) {
  const { wide, high } = PLATE;
  return makeSvg("g", { class: "plate", transform: `translate(${x} ${y})` },
    makeSvg("rect", { x: -wide / 2, y: -high / 2, width: wide, height: high, rx: 4 }), makeSvg("text", { y: 5, "text-anchor": "middle" }, text));
}

/** The columns of m photos beside x, each as large as the place allows: a finger has to meet one. */
function inAlbum(m) {
  const columns = m > 4 ? 2 : 1, fits = (all, count) => (all - ALBUM.gap * (count - 1)) / count;
  return `repeat(${columns}, ${Math.min(fits(ALBUM.wide, columns), fits(ALBUM.tall, m / columns))}px)`;
}

/** Build everything that does not change with step, label or example. Returns what `drawStage` fills in. */
export function buildStage(v, STEP) {
  const stage = make("div", "stage"), svg = makeSvg("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, role: "group", "aria-label": "Wires" });
  stage.append(svg);
  const parts = { stage, rows: {}, shelf: {}, gradients: {} };

  // Shelf first: everything else stands on it.
  const shelf = put(stage, make("div", "shelf"), null, null, 0, SHELF, WIDE);
  shelf.append(make("span", "shelf-name", "kept on", make("br"), "the way", make("br"), "forward"));

  // x, its pictures of weights, the first layer.
  parts.photos = put(stage, make("div", "photos"), "x", null, 6, TOP, ALBUM.wide);
  parts.photos.style.gridTemplateColumns = inAlbum(v.m);
  const wide = v.m === 1 ? 24 : 44;
  parts.x = put(stage, canvas(v.m, 256, "x, one column an example"), "x", null, LEFT[0], TOP, wide);
  parts.x.className += " column";
  parts.W1 = [];
  MIDDLE[1].forEach((y, j) => {
    const right = LEFT[0] + wide + 3;
    const fan = makeSvg("polygon", { points: `${right},${TOP + 2} ${right},${TOP + 298} 150,${y + 29} 150,${y - 29}`, class: "fan" });
    fan.dataset.t = `W1.${j}`;
    svg.append(fan);
    wire(svg, `W1.${j}`, [208, y, LEFT[1], y], 2.5, STEP.z1, null, 0).classList.add("whole");
    parts.W1.push(put(stage, canvas(64, 64, `Row ${j + 1} of W[1] as a picture; grey is zero`), `W1.${j}`, null, 150, y - 29, 58));
  });
  // Layers 2 and 3: a wire a weight.
  for (const l of [2, 3]) {
    const most = Math.max(...v.W[l].flat().map(Math.abs));
    MIDDLE[l].forEach((to, j) => MIDDLE[l - 1].forEach((from, k) => {
      const w = v.W[l][j][k], ends = [LEFT[l - 1] + CELL, from + LEAVE[l - 1][j], LEFT[l], to + ARRIVE[l][k]];
      wire(svg, `W${l}.${j}.${k}`, ends, 1.5 + (5 * Math.abs(w)) / most, STEP[`z${l}`], STEP[`d${l - 1}`], w, PLATE.at[l]);
    }));
  }
  wire(svg, "L", [LEFT[3] + CELL, MIDDLE[3][0], 846, MIDDLE[3][0]], 3, STEP.L, STEP.d3, 0).classList.add("whole");

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
    const token = l ? `a${l}` : "x", x = LEFT[l], width = l ? CELL : SHELF_X, middle = x + (l ? CELL : wide) / 2;
    const box = put(stage, make("div", "kept"), token, l ? STEP[token] : 0, x, SHELF + 7, width);
    const strips = canvas(v.m, COUNT[l] ?? 24, "");
    box.append(make("span", "", symbol(token, v.m), make("small", "", ` (${COUNT[l] ?? v.n}, ${v.m})`)), strips, make("em", "", "reused"));
    parts.shelf[token] = { box, strips };
    const low = l ? MIDDLE[l].at(-1) + HIGH / 2 : TOP + 300;
    const down = middle - (l ? 12 : 0), up = middle + 12;
    arrow(svg, `M${down} ${low + 3}L`, [down, SHELF + 4], "keep", l ? STEP[token] : 0, token);
    if (l) arrow(svg, `M${up} ${SHELF + 4}L`, [up, low + 5], "reuse", STEP[`d${l}`], token, 180);
  }

  function gradient(l) {
    const from = `${l === 1 ? "x" : `a${l - 1}`}`, at = STEP[`g${l}`];
    // Wide enough for numbers such as −1.2·10⁻⁴; the arrows come from the left and do not need its middle.
    const x = { 1: 8, 2: 236, 3: 612 }[l], width = { 1: 220, 2: 368, 3: 306 }[l];
    const centre = { 1: 208, 2: 420, 3: 650 }[l], apart = l === 1 ? 10 : 26;
    const box = put(stage, make("div", "gradient"), null, at, x, UNDER, width);
    const head = make("p", "", symbolOf(`dW${l}`), make("small", "", ` (${COUNT[l]}, ${COUNT[l - 1] ?? v.n})`));
    box.append(head);
    const grid = make("div", l === 1 ? "pictures" : "grid");
    grid.style.gridTemplateColumns = l === 1 ? "repeat(3, 64px)" : `repeat(${COUNT[l - 1] + 1}, auto) 9px auto`;
    // δ before each row and aᵀ above the columns: the matrix is their product, for m examples the sum of m.
    const entries = [], above = [];
    if (l > 1) {
      for (let k = 0; k < COUNT[l - 1]; k++) above.push(headOf(`a${l - 1}.${k}`));
      grid.append(make("small", "corner", v.m > 1 ? "Σ" : ""), ...above, make("span"), make("span"));
    }
    for (let j = 0; j < COUNT[l]; j++) {
      const cells = [];
      if (l === 1) cells.push(canvas(64, 64, `Row ${j + 1} of ∂/∂W[1] as a picture; grey is zero`));
      else for (let k = 0; k < COUNT[l - 1]; k++) cells.push(make("b"));
      cells.forEach((cell, k) => (cell.dataset.t = l === 1 ? `dW1.${j}` : `dW${l}.${j}.${k}`));
      const db = make("b", "db");
      db.dataset.t = `db${l}.${j}`;
      const before = headOf(`d${l}.${j}`);
      if (l === 1) grid.append(make("div", "", cells[0], db));
      else grid.append(before, ...cells, make("span"), db);
      entries.push({ cells, db, before });
    }
    box.append(grid, make("p", "of-b", symbolOf(`db${l}`), make("small", "", ` (${COUNT[l]}, 1)`)));
    parts.gradients[l] = { box, entries, above };
    const boxRight = l === 1 ? LEFT[0] + SHELF_X : LEFT[l - 1] + CELL;
    arrow(svg, `M${boxRight + 1} ${SHELF + 28}C${centre - apart} ${SHELF + 28} ${centre - apart} ${SHELF + 34}`, [centre - apart, UNDER - 3], "reuse", at, from);
    const low = MIDDLE[l].at(-1) + HIGH / 2 - 12;
    arrow(svg, `M${LEFT[l] - 2} ${low}C${LEFT[l] - 30} ${low + 6} ${centre + apart} ${SHELF}`, [centre + apart, UNDER - 3], "reuse fresh", at, `d${l}`);
  }

  function headOf(token) {
    const node = make("small", token[0] === "d" ? "of-delta" : "of-a");
    node.dataset.t = token;
    return node;
  }

  function symbolOf(token) {
    const node = make("span", "sym", symbol(token, v.m));
    node.dataset.t = token;
    return node;
  }

  // Names, shapes and the count, layer by layer.
  [1, 2, 3].forEach((l) => {
    const note = put(stage, make("p", "count"), null, null, { 1: LEFT[0], 2: 340, 3: 572 }[l], 0);
    const n = COUNT[l - 1] ?? v.n, shape = (k, c) => `(${k}, ${c})`;
    const text = l === 1 ? "3n + 3" : `${COUNT[l]}·${n} + ${COUNT[l]}`;
    note.append(symbolOf(`W${l}`), ` ${shape(COUNT[l], n)}, `, symbolOf(`b${l}`), ` ${shape(COUNT[l], 1)}`,
      make("br"), make("small", "", `${text} = ${v.counts[l - 1].toLocaleString("en")} parameters`));
  });

  put(stage, make("p", "way ahead", "numbers →"), null, null, WIDE - 126, 4, 118);
  put(stage, make("p", "way back", "← derivatives"), null, null, WIDE - 126, TALL - 28, 118);
  parts.cost = put(stage, make("div", "cost"), "L", STEP.L, 842, 158, 82);
  parts.label = put(stage, make("div", "label"), "y", null, 842, 262, 82);
  return parts;
}
