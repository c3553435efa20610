// What changes in the diagram with the step, the label and the example; and the words behind a single number.

const BRIGHT = (a) => Array(3).fill(Math.round(255 * a));

/** The colour of a number: its z, δ and L on the scales of `scales`, a from black to white. */
const colourOf = (kind, value, most, stops) => (kind === "a" ? BRIGHT(value) : diverging(shade(kind, value, most[kind]), 1, stops));

/** What the colours of the strips mean; for one example only what stands on the shelf has any. */
function drawLegend(legend, m, most, stops) {
  const key = (kind, name, low, high) => {
    const bar = canvas(61, 1, "");
    paint(bar, (at) => colourOf(kind, low + ((high - low) * at) / 60, most, stops));
    const ends = kind === "a" ? ["0", "1"] : [short(low), short(high)];
    return make("span", "key", make("i", "", name), ends[0], bar, ends[1]);
  };
  const a = key("a", m > 1 ? "A" : "a", 0, 1);
  legend.replaceChildren(...(m === 1 ? ["On the shelf:", a] : [
    key("z", "Z", -most.z, most.z), a, key("d", "δ", -most.d, most.d), key("L", "L", 0, most.L),
    "The same colour is the same number in every layer; Z and δ by their square root, so that small ones show."]));
}

/** The photos, x and the pictures of weights: once for a batch. */
export function paintStage(parts, view) {
  const { v, given } = view, { pixels } = given;
  parts.thumbs = Array.from({ length: v.m }, (_, i) => {
    const photo = canvas(64, 64, given.captions[i]);
    paintPhoto(photo, pixels.subarray(i * v.n, (i + 1) * v.n));
    const node = make("button", "", photo);
    node.type = "button";
    node.setAttribute("aria-label", `Example ${i + 1}: ${given.captions[i]}`);
    node.onclick = () => view.choose(i);
    parts.photos.append(node);
    return node;
  });
  // A column's colours: the pixel at every 16th place of x.
  const colour = (row, i) => pixels.subarray(i * v.n + 48 * row, i * v.n + 48 * row + 3);
  paint(parts.x, (at) => colour(Math.floor(at / v.m), at % v.m));
  paint(parts.shelf.x.strips, (at) => colour(Math.floor(at / v.m) * 10, at % v.m));
  parts.x.dataset.strip = "";
  parts.W1.forEach((node, j) => paintWeights(node, view.weights[j], given.W1_scale));
  const [no, yes] = ["no", "yes"].map((word, value) => {
    const node = make("button", "", word);
    node.type = "button";
    node.onclick = () => view.y[view.i] !== value && view.flip();
    return node;
  });
  parts.answers = [no, yes];
  parts.label.append(make("span", ""), make("div", "answers", no, yes), make("small", "", "soccer ball"));
  parts.losses = canvas(v.m, 1, "the loss of each example");
  parts.losses.dataset.strip = "";
  parts.cost.append(make("span", "", symbol("L", v.m)), make("b"), ...(v.m > 1 ? [parts.losses, make("small")] : []));
}

/** Numbers and strips for the example and the labels of now. */
export function drawStage(parts, v, view) {
  const { i, given } = view, stops = given.stops.map(rgb), scale = scales(v.Z, v.delta, v.losses);
  drawLegend(view.legend, v.m, scale, stops);
  for (const l of [1, 2, 3]) {
    for (const [kind, values] of [["z", v.Z[l]], ["a", v.A[l]], ["d", v.delta[l]]]) {
      values.forEach((numbers, j) => {
        const { strip, value } = parts.rows[`${kind}${l}.${j}`];
        if (strip) {
          paint(strip, (at) => colourOf(kind, numbers[at], scale, stops));
          strip.dataset.strip = "";
        }
        value.textContent = short(numbers[i]);
        value.classList.toggle("long", value.textContent.length > 9);
      });
    }
    paint(parts.shelf[`a${l}`].strips, (at) => BRIGHT(v.A[l][Math.floor(at / v.m)][at % v.m]));
    const { entries, above } = parts.gradients[l];
    // Of one example δ and a are numbers, of m the colours of all.
    const fill = (head, values, kind, way) => {
      if (v.m === 1) head.textContent = short(values[i]);
      else {
        paint(head.firstChild, (at) => colourOf(kind, values[at], scale, stops));
        head.firstChild.dataset.strip = way;
      }
    };
    above.forEach((head, k) => fill(head, v.A[l - 1][k], "a", "down"));
    // Each as δ and a beside it are written: so their product is seen to be one, however small it is.
    entries.forEach(({ cells, db, before }, j) => {
      fill(before, v.delta[l][j], "d", "");
      if (l > 1) cells.forEach((cell, k) => (cell.textContent = short(v.dW[l][j][k])));
      db.textContent = short(v.db[l][j]);
    });
  }
  const most = Math.max(1e-30, ...v.dW[1].map((row) => row.reduce((s, d) => Math.max(s, Math.abs(d)), 0)));
  if (parts.painted !== v.dW[1]) parts.gradients[1].entries.forEach(({ cells }, j) => paintWeights(cells[0], v.dW[1][j], most));
  parts.painted = v.dW[1];
  parts.thumbs.forEach((thumb, at) => {
    thumb.classList.toggle("chosen", at === i && v.m > 1);
    thumb.dataset.y = v.y[at];
  });
  parts.cost.querySelector("b").textContent = short(v.cost);
  if (v.m > 1) {
    paint(parts.losses, (at) => colourOf("L", v.losses[at], scale, stops));
    parts.cost.querySelector("small").replaceChildren(
      make("i", "", "L"), make("sup", "", `(${i + 1})`), ` ${number(v.losses[i], 2)}`);
  }
  parts.label.firstChild.replaceChildren(symbol("y", v.m), v.m > 1 ? ` of photo\u00a0${i + 1}` : "");
  parts.answers.forEach((node, value) => node.setAttribute("aria-pressed", String(v.y[i] === value)));
  // The chosen column of every strip.
  parts.stage.style.setProperty("--column", String((i + 0.5) / v.m));
  parts.stage.classList.toggle("many", v.m > 1);
}

/** The numbers behind one token of the diagram, as lines of text. */
export function behind(token, v, i) {
  const [head, j, k] = token.split("."), kind = head.replace(/\d$/, ""), l = Number(head.at(-1));
  const many = v.m > 1, pick = (rows) => (j === undefined ? rows : rows[j] === undefined ? [] : [rows[j]]);
  const made = kind === "db" || kind === "dW" ? `g${l}` : head;
  if (["z", "a", "d", "dW", "db", "L"].includes(kind) && !v.reached(made)) return ["not yet computed: step on"];
  if (head === "x") return [`(${v.n}, ${v.m}): ${sums("x", v, i)[0]}`];
  if (head === "y") return [`${v.y.join(" ")}${many ? ` for the ${v.m} photos` : ""}`];
  if (head === "L") return sums("L", v, i);
  if (kind === "s") return ["σ turns any number into one from 0 to 1; its slope is a(1 − a), so a alone is enough on the way back"];
  if (["z", "a", "d"].includes(kind)) return pick(sums(`${kind}${l}`, v, i));
  if (kind === "b") return pick(v.b[l].map((b, r) => `b${SUBS[r]} = ${short(b)}`));
  if (kind === "db") return pick(v.db[l].map((d, r) => `∂${many ? "J" : "L"}/∂b${SUBS[r]} = ${many ? `Σ of ${v.m} δ${SUBS[r]}` : `δ${SUBS[r]}`} = ${short(d)}`));
  if (kind === "W" && l === 1) return ["(3, 12288): each row is a picture, grey is zero; white asks for light there, black for dark"];
  if (kind === "W" && k !== undefined) {
    const w = v.W[l][j][k], a = v.A[l - 1][k][i], d = v.delta[l][j][i];
    const ahead = v.reached(`z${l}`) ? [`forward, to the right: w·a${SUBS[k]} = ${holding(w * a, (n) => n(w) * n(a), (n) => `${n(w)} · ${n(a)}`)}`] : [];
    const back = v.reached(`d${l - 1}`) ? [`backward, to the left: w·δ${SUBS[j]} = ${holding(w * d, (n) => n(w) * n(d), (n) => `${n(w)} · ${n(d)}`)}`] : [];
    return [`w = ${short(w)}, from neuron ${Number(k) + 1} of layer ${l - 1} to neuron ${Number(j) + 1} of layer ${l}`, ...ahead, ...back];
  }
  if (kind === "W") return pick(v.W[l].map((row, r) => `row ${r + 1}: [${row.map(short).join(", ")}]`));
  if (kind === "dW" && l > 1 && k !== undefined) {
    const d = v.delta[l][j][i], a = v.A[l - 1][k][i], product = holding(d * a, (n) => n(d) * n(a), (n) => `${n(d)} · ${n(a)}`);
    return many ? [`Σ over the ${v.m} examples of δ${SUBS[j]}·a${SUBS[k]} = ${short(v.dW[l][j][k])}`, `of example ${i + 1}: ${product}`]
      : [`δ${SUBS[j]}·a${SUBS[k]} = ${product}`];
  }
  return kind === "dW" ? pick(sums(`g${l}`, v, i)) : [];
}

/** What happens in a step. */
export function stepWords(step, m) {
  const l = Number(step[1]), kind = step[0];
  if (step === "x") return m > 1 ? "is the photos, each flattened into a column" : "is the photo, flattened into a column";
  if (step === "L") return m > 1 ? "is the mean of the losses: one number for the whole batch" : "compares ŷ with the label";
  if (kind === "z") return `every neuron of layer ${l} weighs what comes from the left and adds its b`;
  if (kind === "a") return `the sigmoid makes it a number from 0 to 1; it goes right, and onto the shelf`;
  if (step === "d3") return "the way back begins: how far ŷ is from the label";
  if (kind === "d") return `flows left through the same wires W[${l + 1}], and past the sigmoid`;
  return "what came from the left times what came back from the right";
}
