// What a label y makes of the softmax outputs: the best possible output on the map of all distributions, and the
// derivatives of two losses, term by term.

const TRIANGLE = { width: 320, height: 300, top: [160, 30], left: [28, 258], right: [292, 258] };
const BANDS = [0.05, 0.2, 0.5, 1, 1.8, 3]; // L above its least, where the colour changes

function spot(p) {
  const { top, left, right } = TRIANGLE;
  return [0, 1].map((i) => p[0] * top[i] + p[1] * left[i] + p[2] * right[i]);
}

function distributionAt(x, y) {
  const { top, left, right } = TRIANGLE;
  const first = (left[1] - y) / (left[1] - top[1]);
  const third = (x - left[0] - first * (top[0] - left[0])) / (right[0] - left[0]);
  return [first, 1 - first - third, third];
}

function list(values, write) {
  return `[${values.map(write).join(", ")}]`;
}

function fraction(value) {
  const known = [[0, "0"], [1, "1"], [1 / 2, "½"], [1 / 3, "⅓"]].find(([v]) => Math.abs(v - value) < 1e-9);
  return known ? known[1] : number(value, 3);
}

// ---- the map of all distributions ------------------------------------------------------------------------------

function buildMap(view) {
  const canvas = make("canvas");
  canvas.setAttribute("aria-hidden", "true"); // the drawing above it tells the same in words
  const drawing = makeSvg("svg", { viewBox: `0 0 ${TRIANGLE.width} ${TRIANGLE.height}`, role: "img" });
  const map = { canvas, drawing, key: "" };
  map.flow = makeSvg("polyline", { class: "flow" });
  map.trail = makeSvg("polyline", { class: "trail" });
  map.best = makeSvg("path", { class: "best" });
  map.now = makeSvg("circle", { class: "now", r: 6.5 });
  const edge = makeSvg("polygon", { class: "edge", points: [TRIANGLE.top, TRIANGLE.left, TRIANGLE.right].join(" ") });
  drawing.append(edge);
  view.names.forEach((name, k) => {
    const [x, y] = spot(row(3, (i) => (i === k ? 1 : 0)));
    const anchor = ["middle", "start", "end"][k];
    const label = makeSvg("text", { x: k === 0 ? x : x + (k === 1 ? -24 : 24), y: k === 0 ? y - 12 : y + 22,
      "text-anchor": anchor });
    label.textContent = `${name} ${list(row(3, (i) => (i === k ? 1 : 0)), String)}`;
    drawing.append(makeSvg("circle", { cx: x, cy: y, r: 4.5, fill: view.colours[k] }), label);
  });
  drawing.append(map.flow, map.trail, map.best, map.now);
  map.cell = make("div", "map", make("div", "field", canvas, drawing));
  new ResizeObserver(() => map.key && paintMap(view, map)).observe(canvas); // it goes with the canvas
  return map;
}

function paintMap(view, map) {
  const style = getComputedStyle(map.canvas);
  const shades = style.getPropertyValue("--st-chart-sequential-colors").split(",").map((c) => c.trim());
  const seen = (map.canvas.clientWidth || TRIANGLE.width) * (window.devicePixelRatio || 1); // a point for each pixel
  const w = Math.min(2 * TRIANGLE.width, Math.round(seen)), ratio = w / TRIANGLE.width, h = Math.round(TRIANGLE.height * ratio);
  const key = [view.y, ...shades, ratio].join();
  if (map.key === key || shades.length < BANDS.length + 1) return;
  map.key = key;
  map.canvas.width = w;
  map.canvas.height = h;
  const pen = map.canvas.getContext("2d");
  const picture = pen.createImageData(w, h);
  const colours = shades.map(rgb);
  const least = leastLoss(view.y);
  for (let r = 0; r < h; r++) {
    for (let c = 0; c < w; c++) {
      const p = distributionAt((c + 0.5) / ratio, (r + 0.5) / ratio);
      if (Math.min(...p) <= 0) continue;
      const above = lossOf(p, view.y) - least;
      const found = BANDS.findIndex((level) => above < level);
      const shade = colours[found < 0 ? BANDS.length : found];
      const at = 4 * (r * w + c);
      picture.data.set(shade, at);
      picture.data[at + 3] = 255;
    }
  }
  pen.putImageData(picture, 0, 0);
}

/** The places of the descent that has led from where z was to where it is; none where a hand, or another board, did. */
function walkOf({ walked, was, z }) {
  const at = (place, values) => place?.every((v, k) => Math.abs(v - values[k]) < 0.006); // the link has two decimals
  return at(walked[0], was) && at(walked.at(-1), z) ? walked : [];
}

function drawMap(view, map, now) {
  paintMap(view, map);
  const line = (points) => points.map((z) => spot(softmax(z)).map((v) => v.toFixed(1)).join()).join(" ");
  const walked = walkOf(view), ahead = total(view.y) ? descend(view.z, view.y, { rate: 0.25, steps: 240 }) : [];
  // Under another label the way that was walked is no descent: it led to another best.
  map.flow.setAttribute("points", line([...(view.downhill === String(view.y) ? walked : []), ...ahead]));
  const moved = walked.length ? [] : row(25, (i) => view.z.map((v, k) => view.was[k] + ((v - view.was[k]) * i) / 24));
  map.trail.setAttribute("points", line(moved));
  const [x, y] = spot(now);
  map.now.setAttribute("cx", x);
  map.now.setAttribute("cy", y);
  const best = bestOutput(view.y);
  map.best.style.display = best ? "" : "none";
  if (best) {
    const [bx, by] = spot(best);
    map.best.setAttribute("d", `M${bx} ${by - 10}L${bx + 10} ${by}L${bx} ${by + 10}L${bx - 10} ${by}Z`);
  }
  map.drawing.setAttribute("aria-label", `All distributions over the three balls as a triangle. Now ${list(now, share)}`
    + (best ? `; best for this label ${list(best, fraction)}.` : "; no point is better than another for this label."));
}

// ---- the best possible output ------------------------------------------------------------------------------------

function buildBest(view) {
  const line = (name) => {
    const numbers = make("span", "numbers");
    const loss = make("span", "loss");
    return { numbers, loss, row: make("tr", "", make("th", "", name), make("td", "", numbers), make("td", "", loss)) };
  };
  const best = { label: line("label y"), now: line("output ŷ now"), least: line("best ŷ = y/Σy"), map: buildMap(view) };
  best.label.row.lastChild.textContent = "L";
  const account = make("table", "", make("tbody", "", best.label.row, best.now.row, best.least.row));
  account.setAttribute("aria-label", "The label, the output now and the best one, each with its L");
  best.verdict = make("p", "verdict");
  best.play = make("button", "reset", "Descend on z");
  best.play.type = "button";
  best.play.onclick = () => (view.playing ? halt(view) : play(view));
  best.cell = make("section", "best-output", best.map.cell,
    make("div", "account",
      account, best.verdict, best.play,
      make("div", "keys",
        make("span", "key-now", "now"), make("span", "key-best", "best"), make("span", "key-flow", "descent on z"), make("span", "key-trail", "your move"),
        make("span", "key-shade", "L: least … larger"))));
  return best;
}

function drawBest(view, best, now) {
  const { y, z } = view;
  const ones = total(y);
  const loss = total(crossEntropyTerms(z, y));
  const target = bestOutput(y);
  best.label.numbers.textContent = list(y, String);
  best.now.numbers.textContent = list(now, share);
  best.now.loss.textContent = number(loss, 3);
  best.least.numbers.textContent = target ? list(target, fraction) : "any";
  best.least.loss.textContent = number(leastLoss(y), 3);
  const words = {
    0: "No ball: every term of L is multiplied by y_k = 0, so L\u00a0=\u00a00 whatever ŷ is, and ∂L/∂z\u00a0=\u00a00. The photo teaches "
      + "nothing, and ŷ still sums to 1: this model cannot say “none”.",
    1: "One ball: the label is itself a distribution. L falls towards 0 as ŷ nears it; it is never quite reached.",
    2: "Two balls: y sums to 2, ŷ to 1, so ŷ cannot be y. The best it can do is ½ and ½, and L stays at "
      + "2\u00a0log\u00a02\u00a0=\u00a01.386 or above.",
    3: "Three balls: y sums to 3, ŷ to 1. The best is ⅓ each, the same as knowing nothing, and L stays at "
      + "3\u00a0log\u00a03\u00a0=\u00a03.296 or above.",
  };
  setFormula(best.verdict, words[ones]);
  best.play.textContent = view.playing ? "Stop" : "Descend on z";
  best.play.disabled = !ones && !view.playing;
  view.bars.softmax?.forEach((bar, k) => {
    bar.target.hidden = !target;
    if (target) bar.target.style.left = `${target[k] * 100}%`;
  });
  drawMap(view, best.map, now);
}

// The handles walk by gradient descent on z; a hand that takes one stops it.
function play(view) {
  view.was = [...view.z];
  view.moved = null;
  view.playing = true;
  view.downhill = String(view.y); // the label whose loss the walk lowers
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const walk = descend(view.z, view.y, { rate: 0.12, steps: 180 }).map((z) => z.map((v) => Math.max(-view.range, Math.min(view.range, v))));
  let at = 0;
  const step = () => {
    if (!view.playing) return;
    at = still ? walk.length - 1 : at + 1;
    view.z = [...walk[at]];
    view.walked = walk.slice(0, at + 1);
    if (at === walk.length - 1) halt(view);
    else view.frame = requestAnimationFrame(step);
    draw(view);
  };
  view.frame = requestAnimationFrame(step);
}

// Under another label the walk goes on from where it is, towards what is best now; where nothing is, it ends.
function turn(view) {
  if (!total(view.y)) return halt(view);
  stand(view);
  play(view);
}

function stand(view) {
  view.playing = false;
  cancelAnimationFrame(view.frame);
}

function halt(view) {
  if (!view.playing) return;
  stand(view);
  draw(view);
  tell(view, 0);
}

// ---- two derivatives, term by term --------------------------------------------------------------------------------

function buildDerivatives(view) {
  const columns = row(3, (j) => `∂L/∂z_${j + 1}`);
  const tangled = buildTable(view, {
    title: "Tangled", law: "Goal 2’s L on softmax: (ŷ_k\u00a0−\u00a0y_k)(δ_kj\u00a0−\u00a0q_kj)", columns,
    rows: row(3, (k) => `term ${k + 1}`), footer: "∂L/∂z_j",
    name: (k, j) => `term ${k + 1} of ∂L/∂z${SUB[j]}`,
  });
  const clean = buildTable(view, {
    title: "Clean", law: "", columns, rows: ["", "− y_j"], footer: "∂L/∂z_j", chosen: [0, 0],
    name: (r, j) => `${r ? "−y" : `${view.factor}ŷ`}${SUB[j]} in ∂L/∂z${SUB[j]}`,
  });
  const badges = row(2, () => make("div", "badge"));
  tangled.cell.append(badges[0]);
  clean.cell.append(badges[1]);
  const every = row(9, (i) => [Math.floor(i / 3), i % 3]);
  const wires = { tangled: buildWires(view, tangled, every), clean: buildWires(view, clean, every.filter(([k, j]) => k === j)) };
  return { tangled, clean, badges, wires,
    cell: make("section", "derivatives", make("div", "tables", tangled.cell, clean.cell), legend(view, 1)) };
}

// Above the columns of a table the outputs, and a line from each ŷ_k to the ∂L/∂z_j in which it stands.
function buildWires(view, table, pairs) {
  const x = (k) => 2 * k + 3; // the middles of three of four equal columns; the first holds the names of the rows
  const lines = pairs.map(([k, j]) => makeSvg("path", { d: `M${x(k)} 0C${x(k)} 22 ${x(j)} 18 ${x(j)} 40`,
    stroke: view.colours[k], "vector-effect": "non-scaling-stroke" }));
  // In words beside it: a grid must not hold pictures.
  const drawing = makeSvg("svg", { viewBox: "0 0 8 40", preserveAspectRatio: "none", "aria-hidden": "true" }, ...lines);
  const said = pairs.length > 3 ? "Nine lines: every ŷ goes into every ∂L/∂z" : "Three lines: each ŷ goes into its own ∂L/∂z alone";
  const heads = row(3, (k) => {
    const head = formula("output", `ŷ_${k + 1}`);
    head.style.setProperty("--ball", view.colours[k]);
    return head;
  });
  table.cell.querySelector("caption").append(make("div", "wires", make("span"), ...heads, drawing), make("span", "unseen", said));
  return { pairs, lines };
}

function drawDerivatives(view, parts, a) {
  const { y, z } = view;
  const ones = total(y);
  const terms = tangledTable(z, y), table = roundedTangled(terms, 3);
  const settled = (sums) => sums.map((v) => (Math.abs(v) < 1e-12 ? 0 : v)); // what cancels leaves some dust
  const tangled = settled(tangledDerivative(z, y));
  const clean = settled(crossEntropyDerivative(z, y));
  const options = { scale: 1, footScale: 1, moved: view.moved };
  // One label is 1: the factor Σy is 1, and nobody needs to read it.
  view.factor = ones === 1 ? "" : "(Σy) ";
  const law = `${view.factor}ŷ_j − y_j`;
  setFormula(parts.clean.law, `cross-entropy: ${law}`);
  parts.clean.grid.setAttribute("aria-label", `Clean: cross-entropy: ${law.replaceAll("_", "")}`);
  setFormula(parts.clean.sideHeads[0].firstChild, `${view.factor}ŷ_j`);
  // As thick as what it carries: term k of ∂L/∂z_j there, ŷ_j here.
  parts.wires.tangled.pairs.forEach(([k, j], i) => thicken(parts.wires.tangled.lines[i], terms[k][j]));
  parts.wires.clean.pairs.forEach(([k], i) => thicken(parts.wires.clean.lines[i], ones * a[k]));
  const n3 = (v) => number(v, 3);
  drawTable(view, parts.tangled, table, {
    ...options, exact: terms, rowsToo: false, feet: tangled,
    explain: (k, j) => {
      const pull = `(ŷ_${k + 1} − y_${k + 1})`;
      const gap = `(${n3(a[k])} − ${y[k]})`;
      const far = three(a[k]) - y[k], q = -terms[k][j] / (a[k] - y[k]) || 0;
      const is = (product) => gives(product, table[k][j], terms[k][j]);
      return k === j
        ? `${pull}(1 − 0) = ${gap} · 1 ${is(far)}`
        : `${pull}(0 − ŷ_${j + 1}/(1 − ŷ_${k + 1})) = ${gap} · (0 − ${n3(q)}) ${is(-far * three(q))}`;
    },
    note: `Every z_j collects three terms, one from each ŷ_k, each with a factor of its own. Here ${unbroken(`L = ${n3(total(tangledTerms(z, y)))}`)}.`,
  });
  drawTable(view, parts.clean, [a.map((v) => ones * v), y.map((v) => -v)], {
    ...options, rowsToo: false, feet: clean,
    explain: (r, j) => (r === 0
      ? ones === 1 ? `ŷ_${j + 1} = ${n3(a[j])}`
        : `(Σy) ŷ_${j + 1} = ${ones} · ${n3(a[j])} ${gives(ones * three(a[j]), three(ones * a[j]))}`
      : `−y_${j + 1} = ${number(-y[j], 0)}`),
    note: `z_j’s own output and label, ${ones === 1 ? "no other" : "and how many labels are 1"}. `
      + `Here ${unbroken(`L = ${n3(total(crossEntropyTerms(z, y)))}`)}.`,
  });
  badge(view, parts.badges[0], tangled, "tangled", settled);
  badge(view, parts.badges[1], clean, "clean", settled);
}

function thicken(line, value) {
  line.setAttribute("stroke-width", (1 + 5 * Math.min(1, Math.abs(value))).toFixed(2));
}

// Autograd's answer comes from the server, for the z at which the hand stopped.
function badge(view, element, shown, name, settled) {
  const answer = view.autograd;
  const same = answer && answer.y.join() === view.y.join()
    && answer.z.every((v, k) => Math.abs(v - view.z[k]) < 1e-9);
  element.classList.toggle("waiting", !same);
  if (!same) {
    element.classList.remove("wrong");
    element.textContent = "autograd answers when the hand stops";
    return;
  }
  const found = settled(answer[name]);
  const agrees = shown.every((v, k) => number(v, 3) === number(found[k], 3));
  element.classList.toggle("wrong", !agrees);
  element.textContent = `${agrees ? "✓ autograd agrees to the digits shown" : "✗ autograd has"}: `
    + `${list(found, (v) => derivative(v))} · largest difference ${exponent(answer.difference[name])}`;
}

function exponent(value) {
  if (value === 0) return "0";
  const [digits, power] = value.toExponential(0).split("e");
  const raised = [...String(Number(power))].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");
  return `${digits}·10${raised}`;
}
