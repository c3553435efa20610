// The switch of a run's loss, at the head of its card: what is clicked goes to the run over the line, and stands at
// once. The page, its link among it, follows a moment later.
import { Wish } from "./bar.js";
import { NAMES } from "./formulas.js";
import { LETTERS } from "./marks.js";

// What stands before and after a name where there is room for it.
const AROUND = {
  binary: ["Goal 2: ", " cross-entropy"], softmax: ["Goal 3: ", " cross-entropy"], tangled: ["", ""], squared: ["", " error"],
};

/** A loss in full: "Goal 3: softmax cross-entropy". */
export const title = (loss) => AROUND[loss].join(NAMES[loss]);

export class LossSwitch {
  /** lane: which of the `runs` it is of. ask(command) sends it and tells its number, or 0 if it did not go out. */
  constructor(host, { lane, runs, ask }) {
    Object.assign(this, { host, lane, ask, wish: new Wish() });
    const choice = ([loss, [before, after]]) => `<label title="${title(loss)}"><input type="radio" name="training-loss-${lane}" value="${loss}" aria-label="${title(loss)}"><span><i
      class="before">${before}</i>${NAMES[loss]}<i class="after">${after}</i></span></label>`;
    host.innerHTML = Object.entries(AROUND).map(choice).join("");
    host.setAttribute("role", "radiogroup");
    host.setAttribute("aria-label", runs > 1 ? `Loss of run ${LETTERS[lane]}` : "Loss");
    this.radios = [...host.querySelectorAll("input")];
    for (const radio of this.radios) {
      radio.onchange = () => this.pick(radio.value);
      radio.onclick = ({ detail }) => detail && radio.blur(); // after a click the keys are the figure's again
    }
  }

  pick(loss) {
    this.wish.make(loss, this.ask({ do: "loss", lane: this.lane, loss }));
    this.mark(this.wish.settle(this.told));
  }

  /** The server's word, and the last command that it knew of: what was picked after that stands. */
  show(loss, heard) {
    this.told = loss;
    this.mark(this.wish.settle(loss, heard));
  }

  mark(loss) {
    for (const radio of this.radios) radio.checked = radio.value === loss;
  }

  /** Nothing can be picked while there is no line to the run. */
  line(open) {
    for (const radio of this.radios) radio.disabled = !open;
  }
}
