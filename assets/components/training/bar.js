// The bar: play or pause, its pace, one step, one epoch, reset; where the run is, how fast, and whether the line holds;
// the stage.
import { count, number, short } from "./sums.js";

const icon = (path) => `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
const PLAY = icon("M7 4.5v15l12.5-7.5z"), PAUSE = icon("M6 4.5h4.2v15H6zM13.8 4.5H18v15h-4.2z");
const STEP = icon("M5 4.5v15l9.5-7.5zM16 4.5h3v15h-3z");
const EPOCH = icon("M3 4.5v15l8-7.5zM11 4.5v15l8-7.5zM19.2 4.5H22v15h-2.8z");
const RESET = icon("M12 5V1.5L6.5 6.4 12 11.3V7.7a5.3 5.3 0 1 1-5.3 5.3H4a8 8 0 1 0 8-8z");
const FILL = icon("M4 4h6v2.4H6.4V10H4zM14 4h6v6h-2.4V6.4H14zM4 14h2.4v3.6H10V20H4zM17.6 14H20v6h-6v-2.4h3.6z");

/** Each pace of ui/live_training/pace.py: its name as two lines beside play, and what it does. */
export const PACES = {
  slow: [["slow", "start"], "slow start: the first steps one by one, then more and more at once"],
  steps: [["step", "by step"], "step by step: 20 a second"],
  full: [["full", "speed"], "full speed: as many steps as the server can take"],
};
const CHOICES = Object.entries(PACES).map(([name, [, does]]) => `<option value="${name}">${does}</option>`).join("");

/** The pace after this one, around. */
export const nextPace = (name, names = Object.keys(PACES)) => names[(names.indexOf(name) + 1) % names.length];

const SKELETON = `<div class="buttons" role="group" aria-label="Training">
  <button type="button" class="play" data-part="play" title="Play or pause (space)"></button>
  <label class="pace"><select data-part="choice" aria-label="Pace of play">${CHOICES}</select><span data-part="named" aria-hidden="true"></span></label>
  <button type="button" data-part="step" title="One step: one batch of photos (→)">${STEP}<span>step</span></button>
  <button type="button" data-part="epoch" title="On to the next epoch, once through all photos that it learns from (shift →)">${EPOCH}<span>epoch</span></button>
  <button type="button" data-part="reset" title="Back to step 0: with the same settings and seed the same run again (R)">${RESET}<span>reset</span></button>
</div>
<p class="counter"><span class="big">step <b data-part="at">–</b></span><span class="more"><span data-part="pace"><span data-part="place"></span><span data-part="between"></span><span data-part="rate"></span></span>
  <span class="lost" data-part="lost" role="status"></span><span class="sharing" data-part="sharing"></span></span></p>
<button type="button" class="stage" data-part="stage" aria-pressed="false" title="Fill the screen with the knobs and this figure, and back (F, Esc)">${FILL}<span>present</span></button>`;

/** What a person asked for, shown at once; the server's word holds again from the first frame that knows of it. */
export class Wish {
  constructor() {
    [this.asked, this.heard] = [0, 0];
  }

  /** asked: the number of the command that went out; 0 if none did. */
  make(value, asked) {
    if (asked) [this.value, this.asked] = [value, asked];
  }

  /** What to show. told: the server's word; heard: the last command that it knew of. */
  settle(told, heard = this.heard) {
    this.heard = heard;
    return heard < this.asked ? this.value : told;
  }
}

/** "3 runs share 2 cores", or nothing while this run has them for itself. */
export const sharing = ({ runs, cores }) => (runs > 1 ? `${runs} runs share ${cores} ${cores === 1 ? "core" : "cores"}` : "");

/** ["epoch 19.4", "2,350 steps/s"]; where one looks back, ["of 4,000", "paused"]; before there is a run, how far its
 *  photos are: ["rendering", "512 of 5,120"]. */
export function pace({ epoch, speed, playing, wait, stopped, past, step }) {
  if (wait && stopped) return ["no photos"];
  if (wait) return wait.done ? ["rendering", `${count(wait.done)} of ${count(wait.count)}`] : ["rendering photos"];
  const rate = !playing ? "paused" : speed > 0 ? `${speed < 10 ? short(speed) : count(speed)} steps/s` : "";
  return [past ? `of ${count(step)}` : `epoch ${epoch >= 1000 ? count(epoch) : number(epoch, 1)}`, rate].filter(Boolean);
}

export class Bar {
  /** ask(command) sends it and tells its number, or 0 if it did not go out. early(deed): whether the run that a button is
   *  meant for is yet to come; then the deed, a key's name or a function, is done there. */
  constructor(host, ask, early) {
    this.host = host;
    this.ask = ask;
    this.wish = new Wish();
    this.pace = new Wish();
    host.innerHTML = SKELETON;
    this.part = {};
    for (const el of host.querySelectorAll("[data-part]")) this.part[el.dataset.part] = el;
    this.part.play.onclick = () => early("toggle") || this.toggle();
    for (const name of ["step", "epoch", "reset"]) this.part[name].onclick = () => early(() => this.press(name)) || this.press(name);
    const { choice } = this.part;
    choice.addEventListener("pointerdown", () => (this.byHand = true));
    choice.addEventListener("keydown", () => (this.byHand = false));
    choice.onchange = () => {
      const { value } = choice;
      if (!early(() => this.atPace(value))) this.atPace(value);
      if (this.byHand) choice.blur(); // after a click the keys are the figure's again
    };
    this.paintPace("slow");
    this.paintPlay(false);
  }

  atPace(name) {
    this.pace.make(name, this.ask({ do: "pace", pace: name }));
    this.paintPace(this.pace.settle(this.told?.pace ?? "slow"));
  }

  nextPace() {
    this.atPace(nextPace(this.paced));
  }

  paintPace(name) {
    if (!PACES[name]) return;
    if (this.part.choice.value !== name) this.part.choice.value = name; // an open list is left alone
    if (name === this.paced) return;
    this.paced = name;
    const [lines, does] = PACES[name];
    this.part.named.innerHTML = lines.join("<br>");
    this.part.choice.title = `How fast play goes (P): ${does}. What is learned is the same.`;
  }

  toggle() {
    const playing = !this.playing;
    this.wish.make(playing, this.ask({ do: playing ? "play" : "pause" }));
    this.paintPlay(this.wish.settle(this.told?.playing ?? false));
  }

  press(name) {
    const asked = this.ask({ do: name });
    if (name === "epoch") return; // plays on until it is over
    this.wish.make(false, asked); // a step and a reset leave the run at rest
    this.paintPlay(this.wish.settle(this.told?.playing ?? false));
  }

  paintPlay(playing) {
    if (playing === this.playing) return;
    this.playing = playing;
    this.part.play.innerHTML = playing ? `${PAUSE}<span>pause</span>` : `${PLAY}<span>play</span>`;
  }

  /** "connecting", "open" or "lost". */
  line(state) {
    this.part.lost.textContent = { connecting: "connecting…", lost: "reconnecting…", open: "" }[state];
    for (const button of this.host.querySelectorAll(".buttons :is(button, select)")) button.disabled = state !== "open" || this.blocked;
  }

  paint(frame) {
    this.told = frame;
    this.paintPlay(this.wish.settle(frame.playing, frame.heard));
    this.paintPace(this.pace.settle(frame.pace, frame.heard));
    const [place, rate = ""] = pace({ ...frame, playing: this.playing });
    const text = { at: count(frame.shown), place, between: rate && " · ", rate, sharing: sharing(frame) };
    for (const [name, words] of Object.entries(text)) if (this.part[name].textContent !== words) this.part[name].textContent = words;
    const blocked = Boolean(frame.wait);
    if (blocked === this.blocked) return;
    this.blocked = blocked;
    this.line("open");
  }
}
