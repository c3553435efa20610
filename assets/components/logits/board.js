// Three logits z under the hand, and what follows from them, redrawn at each movement.

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
  board.append(make("div", "heading", make("strong", "", "Logits"), make("span", "law", FINGERS() ? "drag, or tap where it should be" : "drag, or use the arrow keys")));
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
    halt(view);
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
      name: (j, k) => `∂ŷ${SUB[j]}/∂z${SUB[k]}`,
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
  view.best = null;
  if (panels.includes("best")) {
    view.best = buildBest(view);
    root.append(view.best.cell);
  }
  view.derivatives = null;
  if (panels.includes("derivatives")) {
    view.derivatives = buildDerivatives(view);
    root.append(view.derivatives.cell);
  }
}

function drawSliders(view, outputs) {
  const place = (v) => `${((v / view.range + 1) / 2) * 100}%`;
  const ghosts = view.was.some((v, k) => v !== view.z[k]);
  // A hand moves in hundredths. A photo's own z needs more, for its ŷ to come out of what is written; and as many
  // as long as it stays, so that nothing but what is moved changes under the hand.
  const decimals = (v) => (view.playing || Number(v.toFixed(2)) === v ? 2 : 4);
  view.sliders.forEach((slider, k) => {
    slider.handle.style.left = place(view.z[k]);
    slider.photo.style.left = place(view.photo[k]);
    slider.before.style.left = place(view.was[k]);
    slider.before.hidden = view.was[k] === view.z[k];
    const written = number(view.z[k], decimals(view.z[k]));
    slider.value.textContent = written;
    slider.name.textContent = view.names[k];
    slider.cell.classList.toggle("moved", view.moved === k);
    const { handle } = slider;
    handle.setAttribute("aria-label", `z${SUB[k]}, ${view.names[k]}`);
    handle.setAttribute("aria-valuemin", String(-view.range));
    handle.setAttribute("aria-valuemax", String(view.range));
    handle.setAttribute("aria-valuenow", view.z[k].toFixed(2));
    const said = Object.entries(outputs).map(([name, { now }]) => `${name} ${share(now[k])}`);
    handle.setAttribute("aria-valuetext", [written, ...said].join(", "));
  });
  for (const ends of [view.ends, ...view.sliders.map((slider) => [...slider.ends.children])]) {
    ends[0].textContent = number(-view.range, 0);
    ends[2].textContent = number(view.range, 0);
  }
  view.reset.disabled = view.z.every((v, k) => v === view.photo[k]);
  return ghosts;
}

function sentence(view, outputs, ghosts) {
  if (!ghosts) return `The small mark on each track: this photo’s own z. Double-${FINGERS() ? "tap" : "click"} a handle to go back.`;
  const parts = [];
  const changed = view.was.map((v, k) => (v !== view.z[k] ? `z${SUB[k]}` : "")).filter(Boolean).join(", ");
  const count = (pair) => pair.now.filter((v, k) => v !== pair.was[k]).length;
  const words = ["none", "one", "two", "all three"];
  if (outputs.sigmoid) parts.push(`${words[count(outputs.sigmoid)]}${count(outputs.sigmoid) === 3 ? "" : " of the three"} sigmoids moved`);
  if (outputs.softmax) parts.push(`${words[count(outputs.softmax)]} softmax outputs moved`);
  return parts.length ? `${changed} changed: ${parts.join(", ")}.` : `${changed} changed.`;
}

function draw(view) {
  const { z, was } = view;
  const outputs = {};
  if (view.bars.sigmoid) outputs.sigmoid = { now: z.map(sigmoid), was: was.map(sigmoid) };
  if (view.bars.softmax) outputs.softmax = { now: softmax(z), was: softmax(was) };
  const ghosts = drawSliders(view, outputs);
  for (const [name, { now, was: earlier }] of Object.entries(outputs)) {
    const changes = now.map((v, k) => v - earlier[k]);
    const shown = name === "softmax" ? thatAdd(changes, 3, 0) : changes; // what one gains the others lose
    view.bars[name].forEach((bar, k) => drawBar(bar, now[k], earlier[k], ghosts, shown[k]));
    if (view.sums[name]) drawSum(view.sums[name], now, earlier, ghosts);
  }
  view.say.textContent = sentence(view, outputs, ghosts);
  if (view.tables.coupled) drawJacobians(view);
  if (view.best) drawBest(view, view.best, softmax(z));
  if (view.derivatives) drawDerivatives(view, view.derivatives, softmax(z));
}

function drawJacobians(view) {
  const options = { scale: 0.25, moved: view.moved };
  const sums = (T) => row(3, (k) => total(T.map((line) => line[k])));
  if (view.tables.apart) {
    const a = view.z.map(sigmoid);
    const J = sigmoidJacobian(a);
    drawTable(view, view.tables.apart, J, {
      ...options, feet: sums(J),
      explain: (j, k) => (j === k
        ? `ŷ_${j + 1}(1 − ŷ_${j + 1}) = ${number(a[j], 3)} · ${number(1 - a[j], 3)} ${gives(three(a[j]) * three(1 - a[j]), three(J[j][k]))}`
        : `∂ŷ_${j + 1}/∂z_${k + 1} = 0: neuron ${j + 1} does not see z_${k + 1}`),
      note: "Off the diagonal: 0, whatever z is. No coupling.",
    });
  }
  const a = softmax(view.z);
  const exact = softmaxJacobian(a), J = roundedJacobian(exact, 3);
  drawTable(view, view.tables.coupled, J, {
    ...options, exact, feet: sums(J),
    explain: (j, k) => {
      const [own, other] = [three(a[j]), three(a[k])], one = j === k ? 1 : 0;
      const product = `ŷ_${j + 1}(${one} − ŷ_${k + 1}) = ${number(a[j], 3)} · (${one} − ${number(a[k], 3)})`;
      return `${product} ${gives(own * (one - other), J[j][k], exact[j][k])}`;
    },
    note: "Columns sum to 0: what one output gains the others lose.",
  });
}

class Logits {
  constructor(host) {
    this.root = make("div", "logits");
    host.append(this.root);
    Object.assign(this, { z: [], was: [], photo: [], walked: [], moved: null, dragging: false, timer: 0, playing: false, told: "", deed: 0, lastKey: 0, built: "" });
  }

  close() {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.frame);
  }

  receive(data) {
    const { panels, names, colours, stops, range, autograd } = data, y = data.y ?? [0, 0, 0];
    const relabelled = String(y) !== String(this.y);
    Object.assign(this, { panels, names, colours, stops, shades: cellShades(stops), range, y, autograd });
    // Where the server says the handles are: another photo, a link, or another board that moves with this one.
    const given = JSON.stringify([data.photo, data.z]);
    const fresh = this.given === undefined || JSON.stringify(data.photo) !== JSON.stringify(this.photo);
    if (given !== this.given && (fresh || !(data.heard < this.deed))) {
      this.given = given;
      this.photo = data.photo;
      if (fresh || (!this.dragging && !this.timer && !this.playing)) {
        this.z = [...data.z];
        this.told = data.z.join();
        if (fresh) {
          stand(this); // a walk belongs to the photo that it began at
          this.was = [...data.z];
          this.moved = null;
        }
      }
    }
    if (this.built !== panels.join()) {
      build(this, this.root);
      this.built = panels.join();
    }
    if (relabelled && this.playing) turn(this);
    this.redraw();
  }

  redraw() {
    draw(this);
  }

  hasten() {
    hasten(this);
  }
}

export default mounted(Logits);
