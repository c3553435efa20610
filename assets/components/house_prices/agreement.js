// Who agrees with which concept: tables of r, one row a unit, one column a concept. Who agrees has a ring and a tick, the
// closest elsewhere a dashed ring. ui/house_prices/agreement.py puts elements.js and pictures.js in front of this file.

const MARK = { agrees: "✓ ", closest: "" };

function cell({ r, text, mark }, shades) {
  const node = make("td", mark, `${MARK[mark] ?? ""}${text}`);
  tint(node, r, 1, shades);
  return node;
}

function table({ title, bars, rows, foot }, concepts, shades) {
  const head = (scope, ...children) => Object.assign(make("th", "", ...children), { scope });
  const line = ({ name, cells }) => make("tr", "", head("row", name), ...cells.map((one) => cell(one, shades)));
  const node = make("table", "", make("caption", "", title),
    make("thead", "", make("tr", "", make("td"), ...concepts.map((name, c) => head("col", name, make("small", "", `bar ${bars[c]}`))))),
    make("tbody", "", ...rows.map(line)));
  if (foot) node.append(make("tfoot", "", line(foot)));
  return node;
}

export default function ({ data, parentElement }) {
  if (!data) return undefined;
  let root = parentElement.querySelector(".agreement");
  if (!root) parentElement.append((root = make("div", "agreement")));
  const shown = JSON.stringify(data);
  if (root.shown === shown) return unlessThere(parentElement, () => root.remove());
  root.shown = shown;
  const shades = cellShades(data.stops);
  const stripe = make("span", "stripe");
  paintScale(stripe, data.stops);
  root.replaceChildren(
    make("div", "tables", ...data.groups.map((group) =>
      make("div", "group", ...group.map((one) => table(one, data.concepts, shades))))),
    make("p", "legend", make("span", "", "r\u00a0=\u00a0−1"), stripe, make("span", "", "+1"),
      make("span", "", make("span", "ring agrees", "✓"), unbroken("agrees: |r| beats the bar")), make("span", "", make("span", "ring closest"), "the closest, where none agrees")));
  return unlessThere(parentElement, () => root.remove());
}
