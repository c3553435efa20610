// The row of steps there and back with its buttons, and the lists of equations and code.

/** The name of a step: what it makes. */
export function stepName(step, m) {
  if (step[0] !== "g") return [symbol(step, m)];
  return [symbol(`dW${step[1]}`, m), ", ", symbol(`b${step[1]}`, m)];
}

/** Back, Play, Next, and a chip for each step: forward to the right, backward to the left below. */
export function buildRail(view) {
  const { steps } = view.given;
  const button = (text, title, act) => {
    const node = make("button", "", text);
    node.type = "button";
    node.title = title;
    node.onclick = act;
    return node;
  };
  view.back = button("‹ Back", "one step back (arrow key left)", () => view.take(view.step - 1));
  view.play = button("Play", "all steps, one after the other", () => (view.playing ? view.halt() : view.start()));
  view.next = button("Next ›", "one step on (arrow key right)", () => view.take(view.step + 1));
  view.chips = steps.map((step, at) => {
    const chip = button("", "", () => view.take(at));
    chip.className = "chip";
    chip.append(...stepName(step, view.v.m));
    return chip;
  });
  const turn = view.STEP.d3;
  const row = (className, name, chips) => make("div", className, make("span", "", name), make("div", "", ...chips));
  view.rail = make("div", "rail", make("div", "buttons", view.back, view.play, view.next),
    make("div", "chips", row("ahead", "forward", view.chips.slice(0, turn)),
      row("back", "backward", view.chips.slice(turn).reverse())));
}

/** Equations and code of one direction, line by line. */
export function buildLines(title, lines, m) {
  const list = make("div", `lines ${title.toLowerCase()}`, make("h2", "", title));
  for (const line of lines) {
    const equation = make("div", "equation", make("div", "", ...equationNodes(line.equation, m)), make("small", "", line.shapes));
    const code = make("code", "", ...codeNodes(line.code, line.makes));
    for (const node of [equation, code]) {
      node.dataset.line = line.makes;
      node.dataset.sends = tokensOf(line).join(" ");
      node.dataset.step = line.step;
      node.tabIndex = -1;
    }
    list.append(make("div", "line-pair", equation, code));
  }
  for (const sym of list.querySelectorAll(".sym")) sym.tabIndex = -1;
  list.querySelector(".equation").tabIndex = list.querySelector("code").tabIndex = 0; // one way in for each; ↑ ↓ inside
  return list;
}
