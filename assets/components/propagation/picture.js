// The three-layer network, forward and back: one step, one symbol, one example at a time, in three views at once.
// This folder's other scripts stand in front: sums, text, lines and buttons, the diagram and what changes in it.

const STILL = 450; // ms without a touch before the server hears of it
const TICK = 1300; // ms a step when it plays
const EDGE = 16; // pixels that a page leaves free at each edge of a small window

/** A line of a sum, of which no ∂L/∂b is broken at its stroke. */
const wholes = (text) => text.split(/(∂[JL]\/∂[^ ]+)/).map((part, i) => (i % 2 ? make("span", "whole", part) : part));
const place = ({ screenX, screenY }) => `${screenX} ${screenY}`;

class View {
  constructor(host) {
    this.root = make("div", "propagation");
    host.append(this.root);
    this.timer = this.playing = 0;
    this.deed = 0;
    // A finger does not hover: what it taps stays lit, also while the page is scrolled to see its counterparts.
    this.root.addEventListener("pointerdown", ({ target }) => (this.pressed = target));
    this.root.addEventListener("click", (event) => this.tap(event));
    this.root.addEventListener("pointerover", (event) => event.pointerType !== "touch" && this.over(event));
    this.root.addEventListener("focusin", (event) => this.light(event.target.closest("[data-t],[data-line]")));
    this.root.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && this.away(event));
    this.root.addEventListener("focusout", (event) => !this.root.contains(event.relatedTarget) && this.light(null));
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("pointermove", (event) => this.point(event));
    this.hear = (event) => this.stepped(event);
    window.addEventListener("keydown", this.hear);
  }

  close() {
    clearInterval(this.playing);
    window.removeEventListener("keydown", this.hear);
    this.fit?.disconnect();
    clearTimeout(this.timer);
  }

  receive(given) {
    const fresh = given.batch !== this.given?.batch;
    // What the hand has done since is newer than what the server was told.
    const ahead = this.timer || given.heard < this.deed;
    this.given = given;
    this.STEP = Object.fromEntries(given.steps.map((name, at) => [name, at]));
    if (fresh) {
      const { m, n, b } = given;
      const rows = (kind) => Object.fromEntries([1, 2, 3].map((l) => [l, given[kind][l - 1]]));
      this.v = { m, n, counts: given.counts, b: Object.fromEntries([1, 2, 3].map((l) => [l, b[l - 1]])), Z: rows("Z"),
        A: rows("A"), W: { 2: given.W2, 3: given.W3 } };
      this.weights = [0, 1, 2].map((j) => given.W1.subarray(j * n, (j + 1) * n));
    }
    if (!ahead && !this.playing) this.step = given.step; // other photos keep the step, and what plays is told when it halts
    if (fresh || !ahead) [this.i, this.y] = [given.i, [...given.y]];
    this.sum(); // before it is built, for what has the focus says its sum at once
    if (fresh) this.build();
    this.draw();
  }

  /** All that follows from the labels. */
  sum() {
    const { v } = this;
    v.y = this.y;
    v.losses = losses(v.Z[3][0], v.y);
    v.cost = v.losses.reduce((s, L) => s + L, 0) / v.m;
    Object.assign(v, wayBack(v.W, v.A, v.y, this.given.pixels));
  }

  build() {
    const { given, v } = this;
    const held = this.root.contains(this.root.getRootNode().activeElement);
    this.plan = planFor(this.room()); // before it is emptied: a short page has no scrollbar, and there it is wider
    this.root.replaceChildren();
    buildRail(this);
    this.sayPlay();
    this.root.classList.toggle("phone", Boolean(this.plan.slim));
    this.parts = buildStage(v, this.STEP, this.plan);
    this.scroll = make("div", "scroll", this.parts.stage);
    this.scroll.tabIndex = 0;
    this.scroll.setAttribute("role", "group");
    this.scroll.setAttribute("aria-label", "Diagram of the network; arrow keys left and right step, up and down walk over its parts");
    this.frame = make("div", "frame", this.scroll);
    this.scroll.onscroll = () => this.edges();
    paintStage(this.parts, this);
    this.legend = make("p", "legend");
    this.readout = make("div", "readout");
    this.readout.setAttribute("aria-live", "polite");
    this.readout.setAttribute("aria-atomic", "true");
    const lists = make("div", "lists", buildLines("Forward", given.forward, v.m), buildLines("Backward", given.backward, v.m));
    this.badge = make("p", "badge");
    this.root.append(this.rail, this.frame, this.legend, this.readout, lists, this.badge);
    this.items = [...this.root.querySelectorAll("[data-t],[data-line]")];
    this.fit ??= new ResizeObserver(() => this.size());
    this.fit.observe(this.root);
    this.zoom(this.room());
    requestAnimationFrame(() => this.follow());
    if (held) this.next.focus();
  }

  /** The width that the diagram has: on the smallest phones the window's, else the page's. */
  room() {
    const wide = this.root.clientWidth - 4, edges = wide > 0 && needsEdges(wide);
    this.root.classList.toggle("edges", edges);
    return edges ? wide + 4 + 2 * EDGE : wide;
  }

  /** In a page of another width. */
  size() {
    const width = this.room();
    if (width <= 0) return;
    if (planFor(width) === this.plan) {
      this.zoom(width);
    } else {
      this.build();
      this.draw();
    }
  }

  /** As large as the page is wide; on a phone as small as it can be read, to be moved along. */
  zoom(width) {
    this.parts.stage.style.zoom = Math.max(SMALLEST, Math.min(1.25 * unitOf(this.root), width / this.plan.wide));
    this.edges();
  }

  /** The diagram fades where it goes on beyond its frame. */
  edges() {
    const { scrollLeft, clientWidth, scrollWidth } = this.scroll;
    this.frame.classList.toggle("before", scrollLeft > 8);
    this.frame.classList.toggle("after", scrollLeft + clientWidth < scrollWidth - 8);
  }

  go(at) {
    this.step = Math.max(0, Math.min(this.given.steps.length - 1, at));
    if (this.step === this.given.steps.length - 1) this.halt();
    this.draw();
    this.follow();
    if (this.plan.slim) this.bring();
    if (!this.playing) this.tell();
  }

  /** By hand: whoever steps while it plays has taken over. */
  take(at) {
    this.halt();
    this.go(at);
  }

  start() {
    if (this.step === this.given.steps.length - 1) this.step = -1;
    this.playing = setInterval(() => this.go(this.step + 1), TICK);
    this.go(this.step + 1);
    this.sayPlay();
  }

  halt() {
    if (this.playing) this.tell();
    clearInterval(this.playing);
    this.playing = 0;
    if (this.play) this.sayPlay();
  }

  sayPlay() {
    this.play.textContent = this.playing ? "Pause" : "Play";
  }

  /** On a narrow screen the diagram moves so that what happens now is seen. */
  follow() {
    const seen = [...this.parts.stage.querySelectorAll("div.now, .kept.reused")].filter((node) => node.offsetParent);
    if (!seen.length || this.scroll.scrollWidth <= this.scroll.clientWidth) return;
    const box = this.scroll.getBoundingClientRect(), boxes = seen.map(boxOf);
    const middle = (Math.min(...boxes.map((r) => r.left)) + Math.max(...boxes.map((r) => r.right))) / 2;
    this.scroll.scrollLeft += middle - box.left - box.width / 2 - 40;
  }

  /** On a phone the page moves so that what has just been computed is seen. */
  bring() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const made = [...this.parts.stage.querySelectorAll("div.now")].filter((node) => !node.matches(".kept"));
    made.at(-1)?.scrollIntoView({ block: "nearest", inline: "nearest", behavior: still ? "auto" : "smooth" });
  }

  /** Where nothing has the focus, as on a page that has just been opened, ← and → are the steps' as well. */
  stepped(event) {
    const nowhere = event.target === document.body || event.target.matches?.("[data-testid=stMain]");
    if (nowhere && ["ArrowLeft", "ArrowRight"].includes(event.key) && this.given && this.root.isConnected) this.key(event);
  }

  key(event) {
    const step = { ArrowLeft: this.step - 1, ArrowRight: this.step + 1, Home: 0, End: this.given.steps.length - 1 }[event.key];
    const walk = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if ((step === undefined && !walk) || isShortcut(event)) return;
    const here = event.target, area = here.closest(".scroll, .lines");
    if (walk && !area) return;
    event.preventDefault();
    if (!walk) {
      this.take(step);
      return;
    }
    const wanted = here.matches("code, code *") ? "code, code .sym" : here.matches(".equation, .equation *") ? ".equation, .equation .sym" : "[data-t]";
    const walkable = [...area.querySelectorAll(wanted)].filter((node) => !node.closest("[hidden], .later"));
    const at = walkable.indexOf(here);
    const next = walkable[Math.max(0, Math.min(walkable.length - 1, at + walk))];
    if (!next) return;  // what is to come is not walked over
    if (!next.hasAttribute("tabindex")) next.setAttribute("tabindex", "-1");
    next.focus();
  }

  /** What the hand moved to; not what the page moved under a hand at rest while keys walk. */
  over(event) {
    const at = place(event);
    if (at === this.at) return;
    this.at = at;
    this.light(event.target.closest?.("[data-t],[data-line]"));
  }

  /** What was pressed: where that has the focus its sum is written, and all below may move before the finger is up. */
  tap(event) {
    if (!event.detail) return; // the keyboard's
    this.light(this.pressed.closest("[data-t],[data-line]"));
    this.point(event);
  }

  /** The example under the hand: its place in a strip. */
  point(event) {
    const strip = event.target.closest?.("canvas[data-strip]");
    if (!strip || this.v.m === 1) return;
    const box = boxOf(strip), down = strip.dataset.strip === "down";
    const along = down ? (event.clientY - box.top) / box.height : (event.clientX - box.left) / box.width;
    this.choose(Math.max(0, Math.min(this.v.m - 1, Math.floor(along * this.v.m))));
  }

  choose(i) {
    if (i === this.i) return;
    this.i = i;
    this.draw();
    this.tell();
  }

  flip() {
    this.y[this.i] = 1 - this.y[this.i];
    this.sum();
    this.draw();
    this.tell();
  }

  tell() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.report(), STILL);
  }

  /** A link is pressed: what plays halts where it is, and that is told. */
  hasten() {
    this.halt();
    if (this.timer) this.report();
  }

  report() {
    clearTimeout(this.timer);
    this.timer = 0;
    const [step, y, at] = [this.given.steps[this.step], this.y.join(""), (this.deed = after(this.deed))];
    this.send("scene", { batch: this.given.batch, step, i: this.i, y, at });
  }

  /** Where the page has moved away under a resting hand, what it lit stays until the hand moves. */
  away(event) {
    if (place(event) !== this.at) {
      this.light(null);
      return;
    }
    const moved = (next) => {
      if (place(next) === this.at) return;
      removeEventListener("pointermove", moved);
      if (!next.composedPath().includes(this.root)) this.light(null);
    };
    addEventListener("pointermove", moved);
  }

  /** Light what is under the hand or has the focus, and its counterparts everywhere. */
  light(under) {
    this.lit = under ?? null;
    const sends = under ? (under.dataset.sends ?? under.dataset.t).split(" ") : [];
    const same = (a, b) => a === b || a.startsWith(`${b}.`) || b.startsWith(`${a}.`);
    for (const item of this.items) {
      const { t, line } = item.dataset;
      const hit = line ? line === under?.dataset.line : sends.some((token) => same(token, t));
      item.classList.toggle("lit", hit);
    }
    this.say();
  }

  say() {
    const { v, i } = this, under = this.lit;
    const step = this.given.steps[this.step];
    if (under?.dataset.t) {
      const token = under.dataset.t, head = token.split(".")[0];
      this.read(make("p", "", make("strong", "", symbol(head, v.m)), ` ${meaning(head, v.m)}`), ...behind(token, v, i).map((t) => make("p", "sum", ...wholes(t))));
      return;
    }
    const shown = under ? under.dataset.step : step;
    const reused = this.given.reused[shown] ?? [];
    const title = make("p", "", make("strong", "", ...stepName(shown, v.m)), ` ${stepWords(shown, v.m)}`);
    if (reused.length) title.append(" ", make("em", "", "reuses ", symbol(reused[0], v.m), " from the way forward"));
    this.read(title, ...sums(shown, v, i).map((t) => make("p", "sum", ...wholes(t))));
  }

  /** What is written anew is announced again: it is written only where it says something else. */
  read(...lines) {
    const said = make("div", "", ...lines);
    if (said.innerHTML !== this.readout.innerHTML) this.readout.replaceChildren(...said.childNodes);
  }

  draw() {
    const { given, step } = this, name = given.steps[step];
    this.v.reached = (made) => this.STEP[made] <= step;
    drawStage(this.parts, this.v, this);
    for (const node of this.parts.stage.querySelectorAll("[data-at]")) {
      node.classList.toggle("later", Number(node.dataset.at) > step);
      node.classList.toggle("now", Number(node.dataset.at) === step);
    }
    for (const node of this.parts.stage.querySelectorAll(".wire")) {
      node.classList.toggle("flows", Number(node.dataset.ahead) === step);
      node.classList.toggle("ebbs", node.dataset.back !== "null" && Number(node.dataset.back) === step);
    }
    const reused = given.reused[name] ?? [];
    for (const node of this.root.querySelectorAll("[data-line]")) {
      node.classList.toggle("now", node.dataset.step === name);
      node.classList.toggle("later", this.STEP[node.dataset.step] > step);
      for (const sym of node.querySelectorAll(".sym"))
        sym.classList.toggle("reused", node.dataset.step === name && reused.includes(sym.dataset.t));
    }
    for (const [token, { box }] of Object.entries(this.parts.shelf)) box.classList.toggle("reused", reused.includes(token));
    this.chips.forEach((chip, at) => {
      chip.classList.toggle("done", at < step);
      chip.toggleAttribute("aria-current", at === step);
      if (at === step) chip.setAttribute("aria-current", "step");
    });
    // A button that is switched off under the focus would swallow the keys that lead back.
    const held = this.root.getRootNode().activeElement;
    this.back.disabled = step === 0;
    this.next.disabled = step === given.steps.length - 1;
    if (held === this.next && this.next.disabled) this.back.focus({ preventScroll: true });
    if (held === this.back && this.back.disabled) this.next.focus({ preventScroll: true });
    this.say();
    this.sayBadge();
  }

  sayBadge() {
    const { check } = this.given, fresh = check.y === this.y.join("");
    this.badge.className = `badge ${fresh ? (check.largest < 1e-9 ? "" : "wrong") : "waiting"}`;
    this.badge.textContent = fresh
      ? `The six gradients and the three δ, checked just now: largest relative difference from torch’s autograd in float64 ${check.largest === 0 ? "0" : short(check.largest)}`
      : "The label has changed: checking against torch’s autograd …";
  }
}

export default mounted(View, unpack);
