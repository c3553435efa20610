// Many trainings: for each concept, the |r| of the unit that comes closest to it, one dot a training. A dot that is
// tapped, pointed at or reached by arrow keys tells its seed, in all rows.
// ui/house_prices/seeds.py puts elements.js and numbers.js in front of this file.

const LANES = 5;
const left = (r) => `${97 * r}%`; // the strip goes on a little beyond 1

/** With two decimals, or up to four: what is less than 1 is not to be read as exactly 1. The same as ui/house_prices/agreement.py. */
export const correlation = (r) => number(r, [2, 3, 4].find((digits) => Number(r.toFixed(digits)) < 1) ?? 2);

/** Heights, as multiples of a dot, of dots at these places so that none covers another: 0, 1, −1, 2, … */
export function stacked(places, apart) {
  const lanes = [];
  return places.map((x) => {
    let lane = 0;
    while (lanes[lane]?.some((other) => Math.abs(other - x) < apart)) lane++;
    (lanes[lane] ??= []).push(x);
    lane %= LANES; // beyond these they do cover each other; the count stands beside them
    return lane % 2 ? (lane + 1) / 2 : -lane / 2;
  });
}

class Seeds {
  constructor(host) {
    this.root = make("div", "seeds");
    host.append(this.root);
  }

  receive({ rows }) {
    const held = this.rows?.findIndex(({ strip }) => strip === this.root.getRootNode().activeElement) ?? -1;
    const ticks = make("div", "ticks", ...[0, 0.25, 0.5, 0.75, 1].map((v) => {
      const tick = make("span", "", String(v));
      tick.style.left = left(v);
      return tick;
    }));
    this.rows = rows.map((one) => this.row(one));
    this.root.replaceChildren(
      make("span", "name quiet", ""), make("span", "quiet", "one dot a training"), make("span", "count quiet", "agree"),
      ...this.rows.flatMap(({ nodes }) => nodes),
      make("span"), ticks, make("span"),
      make("span"), make("p", "axis", unbroken("|r| of the unit that comes closest; in the shaded part it agrees")), make("span"));
    this.tell(this.told < rows[0].values.length ? this.told : undefined); // others may have begun anew
    this.rows[held]?.strip.focus({ preventScroll: true });
  }

  row({ name, limit, values, seeds, count }) {
    const strip = make("div", "strip"), said = make("small");
    strip.tabIndex = 0;
    strip.setAttribute("role", "slider");
    strip.setAttribute("aria-label", `${name}: best |r| of each training; above ${number(limit, 2)} it agrees. Arrow keys go from one to the next`);
    strip.setAttribute("aria-valuemin", "1");
    strip.setAttribute("aria-valuemax", String(values.length));
    const line = make("i", "limit");
    line.style.left = left(limit);
    line.title = `above ${number(limit, 2)}`;
    strip.append(line);
    const heights = stacked(values, 0.017);
    const dots = values.map((v, n) => {
      const dot = make("span", v > limit ? "dot agrees" : "dot");
      dot.style.left = left(v);
      dot.style.top = `calc(50% + ${heights[n] * 0.7}rem)`;
      return dot;
    });
    strip.append(...dots);
    const order = [...values.keys()].sort((i, j) => values[i] - values[j] || i - j);
    const one = { strip, said, dots, order, text: (n) => `seed ${seeds[n]}: ${correlation(values[n])}`,
      nodes: [make("span", "name", make("span", "", name), said), strip, make("span", "count", count)] };
    // A dot is smaller than a finger: what is tapped is the nearest one.
    const meet = ({ clientX, clientY }) => {
      const apart = dots.map((dot) => {
        const { x, y, width } = dot.getBoundingClientRect();
        return Math.hypot(x + width / 2 - clientX, y + width / 2 - clientY);
      });
      this.tell(apart.indexOf(Math.min(...apart)));
    };
    strip.onclick = meet;
    strip.onpointermove = (event) => event.pointerType === "mouse" && meet(event);
    strip.onfocus = () => strip.matches(":focus-visible") && this.told === undefined && this.tell(order.at(-1));
    strip.onkeydown = (event) => {
      const last = order.length - 1, at = this.told === undefined ? last : order.indexOf(this.told);
      const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: last }[event.key];
      if (to === undefined || isShortcut(event)) return;
      event.preventDefault();
      this.tell(order[Math.max(0, Math.min(last, to))]);
    };
    return one;
  }

  /** One training in all rows: which unit came how close to each of the concepts there. undefined: none. */
  tell(n) {
    this.told = n;
    for (const { strip, said, dots, order, text } of this.rows) {
      dots.forEach((dot, i) => dot.classList.toggle("told", i === n));
      said.textContent = n === undefined ? "" : text(n);
      const shown = n ?? order.at(-1);
      strip.setAttribute("aria-valuenow", String(order.indexOf(shown) + 1));
      strip.setAttribute("aria-valuetext", text(shown));
    }
  }
}

export default mounted(Seeds);
