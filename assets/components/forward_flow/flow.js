// One photo flows through the network: every number is core's, hovering asks no server.
// ui/hidden_layers/forward_flow.py puts unpack, elements, numbers, pictures, activations and the rest of this folder in front.

const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
const WAY = 3; // terms of each sum on the paths that are drawn strongly
const MOST = 200, USUAL = 60; // edges between each two layers that can be asked for, and that are drawn unasked
const RESTED = 400; // ms after the hand's last deed until the link hears of it

class Flow {
  constructor(host) {
    this.root = make("div", "flow");
    this.svg = makeSvg("svg", { class: "stage", role: "group" });
    this.below = make("div", "below");
    this.readout = make("div", "readout");
    // Announced to whoever goes from neuron to neuron; not that another photo has come, or more of its edges.
    this.readout.ariaLive = "off";
    this.svg.addEventListener("focusin", () => (this.readout.ariaLive = "polite"));
    this.svg.addEventListener("focusout", () => (this.readout.ariaLive = "off"));
    this.root.append(this.svg, this.below, this.readout);
    host.append(this.root);
    this.size = new ResizeObserver(() => this.given && this.width() !== this.stage.width && this.draw());
    this.size.observe(this.root);
    // Nobody sees it flow below the fold: it flows when it comes into sight, once for each photo.
    this.sight = new IntersectionObserver(([sight]) => sight.isIntersecting && this.due && this.play(), { threshold: 0.4 });
    this.sight.observe(this.svg);
    this.svg.onpointermove = (event) => event.pointerType === "mouse" && this.look(this.under(event) ?? this.pinned, false);
    this.svg.onpointerleave = () => this.look(this.pinned, false);
    this.svg.onclick = (event) => this.pin(this.under(event));
    this.svg.onkeydown = (event) => this.key(event);
    this.svg.onfocusin = (event) => event.target.matches(":focus-visible") && this.look(this.under(event), true);
  }

  close() {
    for (const watch of [this.size, this.sight]) watch.disconnect();
    clearTimeout(this.timer);
  }

  leave() {
    this.hasten(); // now or never
  }

  hasten() {
    if (this.telling) this.tell();
    if (this.tellingEdges) this.tellEdges();
  }

  width() {
    return Math.max(280, Math.round(this.root.clientWidth / unitOf(this.root)));
  }

  receive(given) {
    const news = !this.given || this.given.run !== given.run;
    const other = this.given && String(this.given.sizes) !== String(given.sizes);
    const { edges = USUAL } = given, asked = edges !== this.given?.edges && !this.tellingEdges; // as Back does
    prepare(given, MOST);
    this.given = { ...given, edges };
    if (news && !this.stage) this.pinned = given.pinned;
    if (other) this.pinned = null;
    if (asked) this.edges = edges;
    if (news || other) this.controls();
    if (news || other) this.draw();
    else if (asked) this.drawEdges();
    if (news) this.due = true;
    const box = this.svg.getBoundingClientRect();
    if (news && box.top > -box.height / 2 && box.bottom < innerHeight + box.height / 2) this.play();
  }

  controls() {
    const range = (this.range = slider());
    Object.assign(range, { min: 0, max: MOST, step: 10, value: this.edges, ariaLabel: "Strongest edges drawn" });
    const count = (this.count = make("span", "now", this.edges));
    range.oninput = () => {
      this.edges = Number(range.value);
      this.drawEdges();
      this.look(this.shown, false);
      clearTimeout(this.tellingEdges);
      this.tellingEdges = setTimeout(() => this.tellEdges(), RESTED);
    };
    const again = make("button", "", "Let it flow");
    again.onclick = () => this.play();
    const violet = this.given.layers.slice(0, -1).some((layer) => ["tanh", "identity"].includes(layer.activation));
    this.below.replaceChildren(
      make("label", "", "Strongest edges drawn ", range, count),
      make("p", "legend", make("span", "strong", this.wayWords()), make("span", "minus", "w·a < 0"), make("span", "plus", "w·a > 0"), make("span", violet ? "lamp violet" : "lamp", `a: dark is 0, bright is large${violet ? ", violet below 0" : ""}`)),
      again,
    );
  }

  draw() {
    const { given } = this;
    const stage = (this.stage = layout(given.sizes.slice(1), this.width()));
    const held = this.svg.contains(this.root.getRootNode().activeElement);
    this.svg.setAttribute("viewBox", `0 0 ${stage.width} ${stage.height}`);
    this.svg.setAttribute("aria-label", `${given.caption} flows through the network; arrow keys move from neuron to neuron`);
    const { photo, layers } = stage;
    const pixels = makePicture(SIDE, "");
    paintPhoto(pixels, given.pixels);
    const picture = makeSvg("image", { x: photo.x, y: photo.y, width: photo.side, height: photo.side, href: pixels.toDataURL(), class: "photo" });
    picture.append(makeSvg("title", {}, `The photo: ${given.caption}`));
    this.still = makeSvg("g", { class: "edges" });
    this.way = makeSvg("g", { class: "edges way" });
    this.lit = makeSvg("g", { class: "lit" });
    const heads = [drawHead(stage, -1, stage.down ? ["x (12288, 1)"] : ["x", "(12288, 1)"])];
    this.nodes = layers.map((layer, l) => {
      const { points, r } = layer;
      const { activation, a, most } = given.layers[l];
      const last = l === layers.length - 1;
      const shape = `(${points.length}, 1)`;
      heads.push(drawHead(stage, l, [last ? `ŷ = ${SIGN[activation]}(z)` : `Layer ${l + 1}: ${SIGN[activation]}`, last ? shape : `a[${l + 1}] ${shape}`]));
      return points.map((point, j) => {
        const node = last ? drawOutput(point, r, given, j, a[j], stage.down, l + 1) : drawCell(point, layer, a[j], most, l + 1);
        node.place = [l, j];
        node.setAttribute("tabindex", "-1");
        node.setAttribute("role", "img");
        node.setAttribute("aria-label", `${nameOf(given, l, j)}: ${number(a[j], 3)}`);
        return node;
      });
    });
    const all = this.nodes.flat();
    this.points = layers.flatMap(({ points }) => points);
    this.svg.replaceChildren(picture, this.still, this.way, this.lit, ...heads, ...all);
    this.drawEdges();
    this.look(this.pinned ?? null, held);
  }

  drawEdges() {
    const { given, stage } = this;
    this.range.value = this.count.textContent = this.edges;
    this.still.replaceChildren(...given.strongest.flatMap((edges, l) => {
      const size = edges.length ? Math.abs(edges[0].value) : 1;
      return edges.slice(0, this.edges).reverse().map(({ from, to, value }) =>
        drawEdge(this.start(l, from, to), stage.layers[l].points[to], value, Math.abs(value) / size, stage.down, l));
    }));
    const way = paths(given, ...this.strongestOutput(), WAY);
    this.way.replaceChildren(...way.flatMap((edges, l) => edges.map(({ from, to, value, share }) =>
      drawEdge(this.start(l, from, to), stage.layers[l].points[to], value, share, stage.down, l))));
    this.nodes.forEach((nodes, l) => nodes.forEach((node, j) => node.classList.toggle("onway", way[l].some(({ to }) => to === j))));
  }

  wayWords() {
    const [, j] = this.strongestOutput();
    return `strong: the ${WAY} largest terms of the largest output, ${this.given.names[j] ?? `output ${j + 1}`}, and of each sum on the way`;
  }

  start(l, from, to) {
    const { stage } = this;
    return l === 0 ? rim(stage, stage.layers[0].points[to]) : stage.layers[l - 1].points[from];
  }

  /** Light up what neuron [l, j] is made of and what it gives; null: nothing in particular. */
  look(place, focus) {
    const { given, stage, svg } = this;
    this.shown = place;
    if (place && place !== this.pinned) this.svg.classList.remove("playing"); // the hand comes first
    svg.classList.toggle("looking", Boolean(place));
    const [l, j] = place ?? this.strongestOutput();
    const tab = this.nodes[l][j];
    if (this.tab !== tab || tab.tabIndex !== 0) {
      this.tab?.setAttribute("tabindex", "-1");
      (this.tab = tab).setAttribute("tabindex", "0");
    }
    if (focus) {
      tab.focus({ preventScroll: true });
      this.uncover(tab);
    }
    const key = place ? place.join() : `${given.run}`;
    if (this.written === key && this.litFor === stage) return;
    Object.assign(this, { written: key, litFor: stage });
    svg.querySelectorAll(".on").forEach((node) => node.classList.remove("on"));
    this.lit.replaceChildren(...(place ? this.around(l, j) : []));
    this.write(l, j, Boolean(place));
  }

  /** On a narrow window the sum keeps in sight below: a neuron that the keyboard comes to stands above it. */
  uncover(neuron) {
    const { top, bottom } = neuron.getBoundingClientRect(), said = this.readout.getBoundingClientRect();
    if (top < 60 || bottom > Math.min(said.top, innerHeight)) neuron.scrollIntoView({ block: "start" });
  }

  around(l, j) {
    const { given, stage } = this;
    const here = stage.layers[l].points[j];
    this.nodes[l][j].classList.add("on");
    const lit = [];
    const add = (from, to, value, size) => value && lit.push(drawEdge(from, to, value, Math.abs(value) / size, stage.down, 0));
    if (l === 0) {
      const { parts } = sumOf(given, 0, j, 16);
      for (const { index, value } of parts.reverse()) {
        const { x, y, side } = patchAt(stage, index);
        add({ x: x + side / 2, y: y + side / 2 }, here, value, Math.abs(parts[parts.length - 1].value));
        lit.push(makeSvg("rect", { x, y, width: side, height: side, class: value < 0 ? "patch minus" : "patch plus" }));
      }
    } else {
      const values = terms(given.layers[l].W, given.layers[l - 1].a, j);
      const { top } = largest(values, MOST);
      for (const i of top.reverse()) {
        add(stage.layers[l - 1].points[i], here, values[i], Math.abs(values[top[top.length - 1]]));
        this.nodes[l - 1][i].classList.add("on");
      }
    }
    if (l + 1 < given.layers.length) {
      const values = gives(given.layers[l + 1].W, given.layers[l].a, j);
      const size = Math.max(...values.map(Math.abs));
      values.forEach((value, k) => {
        add(here, stage.layers[l + 1].points[k], value, size);
        if (value) this.nodes[l + 1][k].classList.add("on");
      });
    }
    return [...lit, makeSvg("circle", { cx: here.x, cy: here.y, r: stage.layers[l].r + 3.5, class: "ring" })];
  }

  strongestOutput() {
    const l = this.given.layers.length - 1;
    const { a } = this.given.layers[l];
    return [l, a.indexOf(Math.max(...a))];
  }

  write(l, j, chosen) {
    const { given } = this;
    const mute = l + 1 < given.layers.length && given.layers[l].a[j] === 0 ? "a = 0: it gives nothing to the next layer." : "";
    const how = matchMedia("(hover: none)").matches ? "Tap a neuron: its sum is written out here."
      : "Hover, tap, or use the arrow keys: the sum behind any neuron is written out here.";
    const hint = chosen ? mute : how;
    const title = make("p", "title", make("strong", "", nameOf(given, l, j)), " ", law(given, l), " ", make("span", "hint", hint));
    const pictures = make("div", "pictures");
    if (l === 0) {
      const n = given.pixels.length;
      const w = given.w_pictures.subarray(j * n, (j + 1) * n);
      const stops = given.stops.map(rgb);
      const draw = (caption, scale, colour) => {
        const canvas = makePicture(SIDE, `${caption} of neuron ${j + 1}`);
        Promise.resolve(colour).then((there) => paint(canvas, there));
        const text = make("figcaption", "", make("i", "", ...transposed(caption)), make("small", "", `±${scale.toPrecision(2)}`));
        pictures.append(make("figure", "", canvas, text));
      };
      draw("w", given.w_scale[j], (i) => w.subarray(3 * i, 3 * i + 3));
      const shaded = (e) => (i) => diverging(e[(j * n) / 3 + i] - 127, 127, stops);
      draw("w∘xᵀ", given.e_scale[j], Promise.resolve(given.e_pictures).then(shaded)); // another photo's may be on its way
    }
    this.readout.replaceChildren(title, make("div", "account", pictures, written(given, l, j)));
  }

  under(event) {
    return event.target.closest?.(".neuron")?.place ?? null;
  }

  pin(place) {
    const same = place && this.pinned && String(place) === String(this.pinned);
    this.hold(same ? null : place);
  }

  /** Keep a neuron lit, and in the link; null: none. */
  hold(place) {
    this.look((this.pinned = place), Boolean(place));
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.tell(), RESTED);
  }

  tell() {
    clearTimeout(this.telling);
    this.telling = null;
    this.send("pinned", this.pinned ? this.pinned.map((v) => v + 1).join("-") : "");
  }

  tellEdges() {
    clearTimeout(this.tellingEdges);
    this.tellingEdges = null;
    this.send("edges", this.edges);
  }

  key(event) {
    const places = this.nodes.flatMap((layer) => layer.map((node) => node.place));
    if (event.key === "Escape") return this.hold(null);
    if (!ARROWS[event.key] || isShortcut(event)) return undefined;
    event.preventDefault();
    const here = places.findIndex((place) => String(place) === String(this.tab.place));
    const next = neighbour(this.points, this.points[here], ARROWS[event.key]);
    if (next >= 0) this.hold(places[next]);
    return undefined;
  }

  play() {
    this.due = false;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.svg.classList.remove("playing");
    void this.svg.getBoundingClientRect(); // the animations begin anew
    this.svg.classList.add("playing");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.svg.classList.remove("playing"), 700 * this.given.sizes.length + 600);
  }
}

export default mounted(Flow, unpack);
