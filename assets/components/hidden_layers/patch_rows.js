// What excites the network on patches, a row a layer, in three groups, each neuron's four patches in one tile.
// ui/hidden_layers/patch_rows.py puts unpack.js, elements.js and pictures.js in front.

const EACH = 3; // tiles of a group as long as there is nothing to show

class Rows {
  constructor(host) {
    this.root = make("div", "layers");
    host.append(this.root);
  }

  receive({ balls, layers, words, ...given }) {
    const rows = layers.map(({ side, neurons }, i) => {
      const number = i + 1, all = neurons?.flat() ?? [], before = (k) => neurons.slice(0, k).flat().length;
      const groups = balls.map((ball, k) => make("div", "group", this.name(ball), make("div", "tiles", ...neurons
        ? neurons[k].map((neuron, n) => tile(number, neuron + 1, side, part(given[`layer_${number}`], before(k) + n, all.length), ball.name))
        : Array.from({ length: EACH }, () => make("figure", "tile", make("div", "empty"), make("figcaption", "", " "))))));
      return make("section", "", make("h3", "", make("strong", "", `Layer ${number}`), ` sees ${side} × ${side} pixels`), make("div", "row", ...groups));
    });
    this.root.replaceChildren(...rows, make("p", "words", words));
  }

  name({ name, colour }) {
    const dot = make("span", "dot");
    dot.style.background = colour;
    return make("p", "ball", dot, name);
  }
}

/** Two by two patches, or fewer where there were fewer photos. */
function tile(layer, neuron, side, pixels, ball) {
  const size = side * side * 3, patches = Array.from({ length: pixels.length / size }, (_, n) => pixels.subarray(n * size, (n + 1) * size));
  const frame = make("div", side > SMALL ? "patches" : "patches small", ...patches.map((patch) => {
    const canvas = make("canvas");
    canvas.width = canvas.height = side;
    paintPhoto(canvas, patch);
    return canvas;
  }));
  frame.setAttribute("role", "img");
  frame.setAttribute("aria-label", `Layer ${layer}, neuron ${neuron}, for ${ball}: the patches that excite it most`);
  return make("figure", "tile", frame, make("figcaption", "", String(neuron)));
}

const SMALL = 20; // pixels a side, up to which each is to be seen
const part = (array, place, count) => array.subarray((place * array.length) / count, ((place + 1) * array.length) / count);

export default mounted(Rows, unpack);
