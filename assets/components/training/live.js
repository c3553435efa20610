// The live training: one figure that is fed by a WebSocket and never drawn anew. mount() builds it, update() gives it
// new data from Streamlit, close() takes it away.
import { Bar } from "./bar.js";
import { Curves } from "./curves.js";
import { summary } from "./figure.js";
import { Formula } from "./formulas.js";
import { listen, meaning } from "./keys.js";
import { LossSwitch } from "./losses.js";
import { LETTERS } from "./marks.js";
import { Pictures } from "./pictures.js";
import { address, Line } from "./socket.js";
import { Stage } from "./stage.js";
import { count, narrow, percent } from "./sums.js";
import { theme } from "./theme.js";
import { Timeline } from "./timeline.js";

const KEYS = { space: "play or pause", "→": "one step", "shift →": "next epoch", "←": "look back", "home, end": "first step, now", R: "reset", P: "pace", F: "present" };
const HINTS = Object.entries(KEYS).map(([keys, does]) =>
  `<span${keys === "F" ? ` class="to-stage"` : ""}>${keys.split(", ").map((key) => `<kbd>${key}</kbd>`).join("")} ${does}</span>`).join(" ");
const SKELETON = `<div class="bar"></div>
<div class="messages" role="status"></div>
<div class="lanes"></div>
<div class="body"><div class="left"><div class="curves"></div><div class="timeline"></div>
<p class="hint">${HINTS}</p></div><div class="pictures"></div></div>`;
const WAITING = `<div><p></p><progress></progress>
<p class="why">The run learns from most of them and is tested on the others. It can be played as soon as they are there.</p></div>`;

const FOR_THE_RUN = ["toggle", "forward", "epoch", "reset", "pace"]; // what a key asks of the run

const LOOKED = 300; // ms after another look is chosen until the link hears of it
const PRESSED = 2000; // ms after a press in which the page is asked for nothing else

/** dressed: when its styles are there, and it takes its place.
 *  data: {socket, base, viewer: whose photo is watched, loss: [names], room: {hidden, neurons, side} of the pictures, settings: a text,
 *  looks: {pictures: a view, log, without: the curves not shown} as the link has them}. keys: those that were pressed before, as events. The host's
 *  dataset.pictures counts the painted frames. */
export function mount(host, data, { setTriggerValue, keys = [] }) {
  const live = new Live(host, data, setTriggerValue);
  for (const what of keys.map(meaning)) live.key(what);
  return { update: (next) => live.update(next), close: () => live.close(), dressed: live.dressed };
}

const ACCURACY = "in how many of the photos with one ball that ball has the largest z";
const NOTHING_NAMED = "all outputs are equal: nothing is named yet, right or wrong", NO_SUCH_PHOTO = "none of these photos has just one ball";
/** What an accuracy is, or why there is none; other: that on the other photos. */
const why = (share, other) => (Number.isFinite(share) ? ACCURACY : Number.isFinite(other) ? NO_SUCH_PHOTO : NOTHING_NAMED);

class Live {
  constructor(host, data, trigger) {
    Object.assign(this, { host, data, trigger, painted: 0, settings: data.settings, there: false, early: [] });
    this.root = document.createElement("div");
    this.root.className = "live-training empty";
    this.root.innerHTML = SKELETON;
    this.root.hidden = true; // until its style is there
    host.append(this.root);
    const sheets = ["live", "stage"].map((name) => styles(new URL(`./${name}.css`, import.meta.url).href));
    this.dressed = Promise.all(sheets).then(() => {
      this.root.hidden = false;
      this.dress();
    });
    const part = (name) => this.root.querySelector(`.${name}`);
    const ask = (command) => this.line?.send(command) ?? 0;
    this.bar = new Bar(part("bar"), ask, (deed) => this.tooEarly && this.later(deed));
    this.stage = new Stage(this.bar.part.stage);
    this.pictures = new Pictures(part("pictures"), ask, () => this.looked());
    this.curves = new Curves(part("curves"), data.base, { onSteps: (steps) => this.timeline.span(steps), onSentence: (words) => this.tell(words), onLook: () => this.looked() });
    this.lookAs(data.looks);
    this.timeline = new Timeline(part("timeline"), {
      ask, branch: (step) => this.branch(step), early: () => this.key("toggle"), moved: (step) => this.curves.cursor(step),
    });
    this.messages = part("messages");
    this.waiting = Object.assign(document.createElement("div"), { className: "waiting", hidden: true, innerHTML: WAITING });
    part("keys").after(this.waiting); // over the place of the curves
    this.lanesHost = part("lanes");
    this.ask = (command) => {
      const asked = ask(command);
      this.mine = asked > 0;
      return asked;
    };
    this.formulas = [];
    this.promised(data.loss, data.room);
    this.deaf = listen((what) => this.key(what));
    this.asked = () => this.news && this.pass(this.news);
    addEventListener("run-news-wanted", this.asked);
    this.looking = setInterval(() => this.look(), 1500);
    this.connect();
  }

  connect() {
    this.line?.close();
    const { base, socket, viewer = "" } = this.data;
    this.line = new Line(`${address(location, base, socket)}?viewer=${viewer}`, {
      onFrame: (frame) => this.paint(frame),
      onState: (state) => {
        this.bar.line(state);
        this.switches.forEach((one) => one.line(state === "open"));
        this.root.dataset.line = state;
        if (state !== "open") return;
        this.timeline.again();
        this.pictures.again();
      },
      // A keyframe that was thinned out under the hand is no news: the timeline asks for the nearest one.
      onSentence: (words) => this.timeline.wanted === null && this.tell(words),
      onUnknown: () => this.elsewhere(Date.now()),
    });
  }

  update(data) {
    const moved = data.socket !== this.data.socket || data.base !== this.data.base, renamed = data.viewer !== this.data.viewer;
    const otherwise = JSON.stringify(data.looks) !== JSON.stringify(this.data.looks);
    this.data = data;
    if (JSON.stringify(data.looks) === JSON.stringify(this.looks)) this.untold = false;
    else if (otherwise && !this.untold) this.lookAs(data.looks); // as Back does
    if (moved) {
      this.news = null;
      this.there = false;
      if (!this.timeline.branching) this.early = [];
      this.timeline.forget();
    }
    if (moved || renamed) this.connect();
    this.dress();
  }

  /** The theme may have changed: then what is not drawn by CSS is drawn anew. */
  dress() {
    this.root.classList.toggle("dark", theme(this.root).dark);
    const colours = JSON.stringify(theme(this.root));
    if (colours === this.colours) return;
    this.colours = colours;
    this.curves.draw();
  }

  key(what) {
    const past = this.timeline.wanted !== null, { bar, timeline } = this;
    const deeds = {
      toggle: () => bar.toggle(), epoch: () => bar.press("epoch"), reset: () => bar.press("reset"), back: () => timeline.by(-1),
      forward: () => (past ? timeline.by(1) : bar.press("step")), first: () => timeline.stay(timeline.keyframes[0] ?? null), now: () => timeline.return(),
      pace: () => bar.nextPace(), stage: () => this.stage.key(), leave: () => this.stage.leave(),
    };
    const { root, host } = this;
    if (!(root.hidden ? host : root).getClientRects().length) return false; // it is not on the page that is shown
    if (FOR_THE_RUN.includes(what) && this.tooEarly) return this.later(what);
    return deeds[what]() !== false || what !== "leave";
  }

  branch(step) {
    this.early = [];
    this.press("branch", step);
  }

  /** As the page opens, and right after "Branch from here": the run that keys and buttons are meant for is yet to come. */
  get tooEarly() {
    return !this.there || this.timeline.branching;
  }

  /** A key's name or a function: it is done when the run is there. Of play and pause nothing is left. */
  later(deed) {
    if (deed === "toggle" && this.early.at(-1) === deed) this.early.pop();
    else this.early.push(deed);
    return true;
  }

  paint(frame) {
    this.bar.paint(frame);
    if (!this.there) {
      this.there = true;
      for (const deed of this.early.splice(0)) typeof deed === "function" ? deed() : this.key(deed);
    }
    this.follow(frame.settings);
    this.wait(frame);
    this.say(frame);
    this.curves.follow(frame);
    if (frame.wait) return this.promised(frame.losses, frame.room, frame.heard);
    if (!this.painted) this.root.classList.remove("empty");
    this.lanes(frame.lanes, frame.events, frame.heard);
    this.rest(false);
    this.switches.forEach((one) => one.line(!frame.past)); // a step that is looked back at keeps its loss
    this.pictures.paint(frame);
    if (frame.curves) this.curves.paint(frame);
    this.timeline.paint(frame, this.curves.steps);
    this.describe(frame);
    if (frame.news) this.pass((this.news = frame.news));
    this.host.dataset.pictures = String(++this.painted);
    this.host.dataset.step = String(frame.step);
    this.host.dataset.shown = String(frame.shown);
  }

  /** When the figure stands, the page runs again where that is needed: is_unheard in ui/live_training/run_link.py. */
  look() {
    const app = document.querySelector("[data-testid=stApp]");
    if (!this.data.unheard) clearInterval(this.looking);
    else if (this.painted && app?.dataset.testScriptState === "notRunning" && this.root.getClientRects().length)
      this.elsewhere(Date.now());
  }

  /** What a hand has pressed: a run of the page begins with it. */
  press(name, value) {
    this.pressed = performance.now();
    this.trigger(name, value);
  }

  /** What the pictures show, J's axis and which curves are not shown, as data.looks. */
  get looks() {
    return { pictures: this.pictures.viewed, log: this.curves.log, without: this.curves.without };
  }

  lookAs({ pictures = "weights", log = false, without = [] } = {}) {
    this.pictures.choose(pictures);
    this.curves.scale(log);
    this.curves.leaveOut(without);
  }

  /** A hand has chosen another look: the link says it when that rests. Until then it is ahead of the link. */
  looked() {
    this.untold = true;
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      if (performance.now() - this.pressed < PRESSED) this.looked();
      else this.press("looks", { ...this.looks, at: Date.now() }); // the same look again is news after Back
    }, LOOKED);
  }

  /** The page is asked to run again; false right after a press. Of two words of one component that come before that run
   *  has begun, Streamlit's server keeps the latter, and the press would be lost. */
  elsewhere(value) {
    if (performance.now() - this.pressed < PRESSED) return false;
    this.trigger("elsewhere", value);
    return true;
  }

  /** What the run has come to, to those components of the page that show it (news.js). */
  pass(news) {
    dispatchEvent(new CustomEvent("run-news", { detail: news }));
  }

  /**
   * The run is set otherwise than the page stands: by a switch of this figure, or from another tab. The page is asked
   * to follow, a while later, for it may be about to, and a hall that watches one run not all at once.
   */
  follow(settings) {
    if (settings === this.settings) return;
    this.settings = settings;
    clearTimeout(this.following);
    const ask = () => {
      if (this.settings !== this.data.settings && !this.elsewhere(settings)) this.following = setTimeout(ask, PRESSED);
    };
    this.following = setTimeout(ask, this.mine ? 300 : 700 + 1000 * Math.random());
    this.mine = false;
  }

  wait({ wait, stopped }) {
    const hidden = !wait || Boolean(stopped); // photos that could not be rendered are told of above
    if (this.waiting.hidden !== hidden) this.waiting.hidden = hidden;
    if (!wait) return;
    this.waiting.querySelector("p").textContent = wait.said;
    Object.assign(this.waiting.querySelector("progress"), { max: wait.count || 1, value: wait.done });
  }

  /** A run that is yet to begin: its cards, and for all else the room that it will take, so that nothing moves then. */
  promised(losses = [], room = {}, heard = 0) {
    const lanes = losses.map((loss) => ({ loss }));
    this.lanes(lanes, [], heard);
    this.curves.keys(lanes);
    this.pictures.room(lanes.length, room);
    this.rest(true);
  }

  /** What there is room for and nothing in it yet is pale, and neither pressed nor read out. */
  rest(resting) {
    const parts = ".curves > :not(.waiting), .timeline, .hint, .pictures, .numbers";
    for (const part of this.root.querySelectorAll(parts)) part.inert = resting;
  }

  /** A card for each run: its letter, its loss as a switch and as a formula, its numbers. */
  lanes(lanes, events, heard) {
    if (this.formulas.length !== lanes.length) {
      this.lanesHost.innerHTML = lanes.map((_, i) => `<section class="lane-${i}"><div class="head">${lanes.length > 1 ? `<b class="letter">${LETTERS[i]}</b>` : ""}<div class="loss"></div></div>
        <div class="law"></div><p class="numbers"></p></section>`).join("");
      this.root.dataset.runs = String(lanes.length);
      this.formulas = [...this.lanesHost.querySelectorAll(".law")].map((law) => new Formula(law));
      this.switches = [...this.lanesHost.querySelectorAll(".loss")].map((host, lane) => new LossSwitch(host, { lane, runs: lanes.length, ask: this.ask }));
    }
    [...this.lanesHost.children].forEach((card, i) => {
      const { loss, J, J_train, accuracy } = lanes[i], numbers = card.querySelector(".numbers");
      const seam = events.findLast(({ kind, lane }) => kind === "loss" && (lane === null || lane === i));
      this.formulas[i].show(loss, seam?.after === loss ? seam.before : null);
      this.switches[i].show(loss, heard);
      const measured = accuracy ? [["accuracy", accuracy.train, accuracy.test], ["test", accuracy.test, accuracy.train]] : [];
      const cost = J_train ?? J, what = cost < 1e4 ? "<i>cost </i>J" : "J"; // a large one needs the room
      const shares = measured.map(([name, share, other]) => `<span title="${why(share, other)}">${name} <b></b></span>`);
      const words = accuracy ? `<span>${what} <b></b></span> ${shares.join(" ")}` : "";
      if (numbers.dataset.words !== words) {
        numbers.dataset.words = words;
        numbers.innerHTML = words;
      }
      const said = [narrow(cost), ...measured.map(([, share]) => percent(share))];
      numbers.querySelectorAll("b").forEach((number, j) => number.textContent !== said[j] && (number.textContent = said[j]));
    });
  }

  say({ stopped, way_out, warning, not_kept }) {
    const state = JSON.stringify([stopped, way_out, warning, not_kept, this.sentence]);
    if (state === this.said) return;
    this.said = state;
    this.messages.replaceChildren();
    const put = (words, kind) => {
      if (!words) return null;
      const message = Object.assign(document.createElement("div"), { className: `message ${kind}` });
      message.append(Object.assign(document.createElement("p"), { textContent: words.replaceAll(" = ", "\u00a0=\u00a0") })); // no line ends within "α = 3"
      this.messages.append(message);
      return message;
    };
    const alarm = put(stopped, "stopped");
    alarm?.setAttribute("role", "alert");
    if (alarm && way_out) {
      const goOn = Object.assign(document.createElement("button"), { type: "button", textContent: `Go on from step ${count(way_out.step)}${way_out.as_then ? " as it was set then" : ""}, with α = ${way_out.rate}` });
      goOn.onclick = ({ detail }) => detail < 2 && this.press("calmer", true); // once, also of a double click
      alarm.append(goOn);
    }
    put(warning, "warning");
    put(not_kept, "not-kept");
    put(this.sentence, "warning");
    this.root.toggleAttribute("data-told", Boolean(stopped || warning || this.sentence)); // what else there is makes room
  }

  /** A sentence that goes away by itself. */
  tell(words) {
    this.sentence = words;
    clearTimeout(this.hush);
    this.hush = setTimeout(() => this.tell(null), words ? 8000 : 2 ** 30);
    if (!words) clearTimeout(this.hush);
    this.say(this.last ?? {});
  }

  /** The curves in words, at most every two seconds, and then as they stand: a run that has come to rest is told too. */
  describe(frame) {
    this.last = frame;
    const due = (this.described ?? -1e9) + 2000 - performance.now();
    clearTimeout(this.describing);
    if (due > 0) this.describing = setTimeout(() => this.describe(this.last), due);
    if (due > 0) return;
    this.described = performance.now();
    this.root.querySelector(".plot").setAttribute("aria-label", summary(frame, frame.past ? `Shown as at step ${count(frame.shown)}, the run is at step ${count(frame.step)}` : null));
  }

  close() {
    clearTimeout(this.describing);
    clearTimeout(this.hush);
    clearTimeout(this.following);
    clearTimeout(this.telling);
    this.deaf();
    removeEventListener("run-news-wanted", this.asked);
    clearInterval(this.looking);
    this.line.close();
    this.stage.close();
    this.timeline.close();
    this.curves.close();
    this.root.remove();
    for (const name of ["pictures", "step", "shown"]) delete this.host.dataset[name];
  }
}

const sheets = new Map(); // address → the promise of it

/** The style sheet, once for the page; resolves when it is in force. Where the line breaks it is asked for again; where
 *  it cannot be had, a bare figure is better than none. */
function styles(href) {
  if (!sheets.has(href)) sheets.set(href, linked(href));
  return sheets.get(href);
}

async function linked(href) {
  for (let tried = 0; tried < 9; tried++) {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
    const there = await new Promise((resolve) => {
      link.onload = () => resolve(true);
      link.onerror = () => resolve(false);
      document.head.append(link);
    });
    if (there) return;
    link.remove();
    await new Promise((resolve) => setTimeout(resolve, Math.min(4000, 250 * 2 ** tried)));
  }
  sheets.delete(href);
}
