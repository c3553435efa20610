// The stage: cells that glow by their activation, edges by their contribution. It is dark in both themes, so that
// brightness means the same in both.

const NIGHT = [35, 43, 53];
const GLOW = { plus: [NIGHT, [47, 165, 152], [232, 255, 250]], minus: [NIGHT, [137, 110, 183], [240, 230, 255]] };
const EDGE = { plus: "#8ED0AE", minus: "#B7A0DE" }; // the diverging scale's two hues, light enough for the dark stage

/** The light of an activation: 0 is dark, `most` is nearly white; below zero violet. */
export function glow(a, most) {
  const share = Math.min(1, Math.abs(a) / (most || 1));
  const stops = a < 0 ? GLOW.minus : GLOW.plus;
  const [low, high, part] = share < 0.5 ? [stops[0], stops[1], 2 * share] : [stops[1], stops[2], 2 * share - 1];
  return `rgb(${low.map((v, c) => Math.round(v + (high[c] - v) * part)).join(" ")})`;
}

/** A curve from one point to another that leaves and arrives along the flow. */
export function curve(from, to, down) {
  const half = down ? (to.y - from.y) / 2 : (to.x - from.x) / 2;
  const [x, y] = down ? [0, half] : [half, 0];
  const at = (v) => Math.round(10 * v) / 10;
  return `M${at(from.x)} ${at(from.y)}C${at(from.x + x)} ${at(from.y + y)} ${at(to.x - x)} ${at(to.y - y)} ${at(to.x)} ${at(to.y)}`;
}

/** An edge; share: its size against the largest, 0 … 1. step: when the flow reaches it. */
export function drawEdge(from, to, value, share, down, step) {
  const edge = makeSvg("path", {
    d: curve(from, to, down), pathLength: 1, class: "edge", stroke: value < 0 ? EDGE.minus : EDGE.plus,
    "stroke-width": (0.7 + 4.3 * share).toFixed(2), "stroke-opacity": (0.22 + 0.68 * Math.sqrt(share)).toFixed(2),
  });
  edge.style.setProperty("--step", step);
  return edge;
}

/** Where the photo's edge to a point of the first layer begins: on its rim, fanned out. */
export function rim({ photo, down, middle }, point) {
  const reach = 0.42 * photo.side;
  if (down) return { x: middle + Math.max(-1, Math.min(1, (point.x - middle) / 150)) * reach, y: photo.y + photo.side };
  return { x: photo.x + photo.side, y: middle + Math.max(-1, Math.min(1, (point.y - middle) / 200)) * reach };
}

/** A patch of the photo on the stage. */
export function patchAt({ photo }, patch) {
  const side = (photo.side * PATCH) / SIDE, across = SIDE / PATCH;
  return { x: photo.x + (patch % across) * side, y: photo.y + Math.floor(patch / across) * side, side };
}

/** One hidden neuron. It is met in all of its place in the grid: between the discs a finger would meet nobody. */
export function drawCell({ x, y }, { r, pitch }, a, most, step) {
  const reach = makeSvg("rect", { x: x - pitch / 2, y: y - pitch / 2, width: pitch, height: pitch, class: "reach" });
  const cell = makeSvg("circle", { cx: x, cy: y, r, fill: glow(a, most), class: "cell light" });
  const node = makeSvg("g", { class: "neuron" }, reach, cell);
  node.style.setProperty("--step", step);
  return node;
}

/** One output: its ball's colour, as strong as ŷ; beside it the name, the number and a bar from 0 to 1. */
export function drawOutput({ x, y }, r, given, j, a, down, step) {
  const colour = given.colours[j] ?? "#9AA3AF";
  const node = makeSvg("g", { class: "neuron output" });
  node.style.setProperty("--step", step);
  const wide = down ? 84 : 118;
  const [left, top] = down ? [x - wide / 2, y + 62] : [x + 26, y + 8];
  const text = down ? { "text-anchor": "middle", x } : { x: left };
  node.append(
    makeSvg("circle", { cx: x, cy: y, r, fill: "#232B35", stroke: colour, "stroke-width": 2.5 }),
    makeSvg("circle", { cx: x, cy: y, r: r - 1, fill: colour, "fill-opacity": Math.min(1, Math.max(0, a)), class: "light" }),
    makeSvg("text", { ...text, y: down ? y + 36 : y - 5, class: "name" }, given.names[j] ?? `output ${j + 1}`),
    makeSvg("text", down ? { ...text, y: y + 55, class: "value" } : { x: left + wide, y: y + 32, "text-anchor": "end", class: "value" }, number(a, 3)),
    makeSvg("rect", { x: left, y: top, width: wide, height: 8, rx: 4, fill: "#2C3540" }),
    makeSvg("rect", { x: left, y: top, width: Math.max(2, wide * Math.min(1, Math.max(0, a))), height: 8, rx: 4, fill: colour, class: "light" }),
  );
  if (given.y) {
    const right = a > 0.5 === given.y[j] > 0.5;
    const said = `${right ? "✓" : "✗"} label ${given.y[j]}`;
    node.append(makeSvg("text", down ? { ...text, y: top + 26, class: "said" } : { x: left, y: y + 32, class: "said" }, said));
  }
  return node;
}

/** What stands above a layer: its name and its shape. */
export function drawHead(stage, l, lines) {
  const { down, head, layers, photo } = stage;
  const [start, depth] = l < 0 ? [down ? photo.y : photo.x, photo.side] : [layers[l].start, layers[l].depth];
  if (down) return makeSvg("text", { x: 12, y: start - 10, class: "head" }, ...raised(lines.join(" · ")));
  const last = l === layers.length - 1;
  const place = last ? { x: start, "text-anchor": "start" } : { x: start + depth / 2, "text-anchor": "middle" };
  return makeSvg("g", {}, ...lines.map((line, i) => makeSvg("text", { ...place, y: head - 34 + 19 * i, class: i ? "head shape" : "head" }, ...raised(line))));
}

/** "a[1] (64, 1)" with the layer raised, as it is in the sum below. */
const raised = (line) => line.split(/(\[\d+\])/).map((part, i) =>
  makeSvg("tspan", i % 2 ? { dy: "-0.5em", style: "font-size: 70%" } : { dy: i ? "0.35em" : 0 }, part));

/** A source as it looks: a patch of the photo, a first-layer neuron's weights, a later neuron's light. */
export function face(given, l, index) {
  if (l > 1) {
    const { a, most } = given.layers[l - 1];
    const bulb = make("span", "bulb");
    bulb.style.background = glow(a[index], most);
    return make("div", "face", bulb);
  }
  const n = given.pixels.length, across = SIDE / PATCH;
  const from = PATCH * (Math.floor(index / across) * SIDE + (index % across)); // the patch's first pixel
  const canvas = makePicture(l === 0 ? PATCH : SIDE, l === 0 ? "A patch of the photo" : `Weights of neuron ${index + 1} of layer 1`);
  if (l === 1) paintPhoto(canvas, given.w_pictures.subarray(index * n, (index + 1) * n));
  else paint(canvas, (i) => given.pixels.subarray(3 * (from + Math.floor(i / PATCH) * SIDE + (i % PATCH))).subarray(0, 3));
  return make("div", "face", canvas);
}

/** An empty square canvas with its alternative text. */
export function makePicture(side, alt) {
  const canvas = make("canvas");
  canvas.width = canvas.height = side;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", alt);
  return canvas;
}
