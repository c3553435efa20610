// Who agrees with which concept: tables of r, one row a unit, one column a concept; the closest match has a ring.
// ui/house_prices/agreement.py puts elements.js, numbers.js and pictures.js in front of this file.

/** Decimals for each |r| of a column: two, but for the greatest and what looks the same there as many, to four,
 *  as tell it apart. */
export function decimals(sizes) {
  const most = Math.max(...sizes);
  const like = (digits) => sizes.filter((v) => v.toFixed(digits) === most.toFixed(digits));
  const enough = [2, 3, 4].find((digits) => like(digits).length === 1) ?? 2;
  return sizes.map((v) => (like(2).includes(v) ? enough : 2));
}

function cell(r, digits, best, shades, plus) {
  const node = make("td", best ? "best" : "", number(r, digits, plus));
  const colour = diverging(r, 1, shades);
  node.style.background = `rgb(${colour})`;
  node.style.color = inkOn(colour);
  return node;
}

function table({ title, rows, foot }, concepts, shades) {
  const head = (text, scope) => Object.assign(make("th", "", text), { scope });
  const columns = concepts.map((_, c) => decimals(rows.map(({ r }) => Math.abs(r[c]))));
  const line = ({ name, r, best = [] }, plus, j) =>
    make("tr", "", head(name, "row"), ...r.map((v, c) => cell(v, columns[c][j] ?? 2, best[c], shades, plus)));
  const node = make("table", "", make("caption", "", title),
    make("thead", "", make("tr", "", make("td"), ...concepts.map((name) => head(name, "col")))),
    make("tbody", "", ...rows.map((row, j) => line(row, true, j))));
  if (foot) node.append(make("tfoot", "", line(foot, false)));
  return node;
}

export default function ({ data, parentElement }) {
  if (!data) return undefined;
  let root = parentElement.querySelector(".agreement");
  if (!root) parentElement.append((root = make("div", "agreement")));
  const shown = JSON.stringify(data);
  if (root.shown === shown) return () => root.remove();
  root.shown = shown;
  const shades = data.stops.map(rgb);
  const stripe = make("span", "stripe");
  stripe.style.background = `linear-gradient(90deg, ${data.stops.join(", ")})`;
  root.replaceChildren(
    make("div", "tables", ...data.groups.map((group) =>
      make("div", "group", ...group.map((one) => table(one, data.concepts, shades))))),
    make("p", "legend", make("span", "", "r = −1"), stripe, make("span", "", "+1"),
      make("span", "", make("span", "ring"), "the closest to a concept")));
  return () => root.remove();
}
