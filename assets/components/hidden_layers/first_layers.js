// Neurons of the first layer and what is to be seen in them: a press finds them on the wall above.
// ui/hidden_layers/first_layers.py puts unpack.js, elements.js and pictures.js in front.

class Rows {
  constructor(host) {
    this.root = make("div", "layers");
    host.append(this.root);
  }

  receive(given) {
    const whole = given.whole.map(({ neuron, name }, i) => {
      const button = this.cite(given.to, neuron, picture(SIDE, part(given.whole_pictures, i, given.whole.length)),
        make("span", "number", String(neuron + 1)), " ", make("span", "name", name));
      button.setAttribute("aria-label", `neuron ${neuron + 1} ${name}, to its place on the wall`);
      button.className = "tile";
      return button;
    });
    const seen = make("p", "seen", ...given.seen.flatMap(({ text, neurons }) => [text,
      ...neurons.flatMap((neuron, i) => [i ? " " : "", this.cite(given.to, neuron, String(neuron + 1))])]));
    this.root.replaceChildren(make("div", "row", ...whole), seen);
  }

  /** A button that points at a neuron of the wall, and leads there. */
  cite(to, neuron, ...children) {
    const button = make("button", "cite", ...children);
    button.type = "button";
    button.setAttribute("aria-label", `neuron ${neuron + 1}, to its place on the wall`);
    const tell = (detail) => dispatchEvent(new CustomEvent("neuron-cited", { detail: { to, ...detail } }));
    button.onpointerenter = button.onfocus = () => tell({ neuron });
    button.onpointerleave = button.onblur = () => tell({});
    button.onclick = () => tell({ neuron, pressed: true });
    return button;
  }
}

function picture(side, pixels) {
  const canvas = make("canvas");
  canvas.width = canvas.height = side;
  paintPhoto(canvas, pixels);
  return canvas;
}

const part = (array, place, count) => array.subarray((place * array.length) / count, ((place + 1) * array.length) / count);

export default mounted(Rows, unpack);
