// Three descents from different starts: what each hidden neuron has learned as a picture, J over the steps. A new state
// repaints the same canvases, so nothing flickers. ui/hidden_layers/random_starts.py puts unpack, elements, numbers, pictures,
// stand_apart and symmetry_chart in front.

class Starts {
  constructor(host) {
    this.root = make("div", "starts");
    this.rows = [];
    this.chart = make("div", "chart");
    this.list = make("div", "rows");
    this.what = make("p", "what");
    this.scale = make("p", "scale");
    this.root.append(make("div", "left", this.what, this.list, this.scale), this.chart);
    host.append(this.root);
  }

  receive(given) {
    const shape = `${given.runs.map((run) => run.title).join()} ${given.width}`;
    if (this.shape !== shape) this.build(given);
    this.shape = shape;
    const n = given.pictures.length / (given.runs.length * given.width);
    given.runs.forEach((run, r) => {
      const row = this.rows[r];
      row.canvases.forEach((canvas, j) => {
        const place = (r * given.width + j) * n;
        paintPhoto(canvas, given.pictures.subarray(place, place + n));
      });
      row.apart.textContent = run.apart;
      row.note.textContent = run.note;
      row.signs.forEach((sign) => { sign.textContent = run.sign; });
    });
    this.what.textContent = given.what;
    const [low, zero, high] = given.scale;
    this.scale.replaceChildren(make("b", "", "one scale for all twelve pictures"), make("span", "greys"),
      make("small", "", low), make("small", "", zero), make("small", "", high));
    this.chart.replaceChildren(chart(given));
  }

  build(given) {
    this.rows = given.runs.map((run) => {
      const canvases = Array.from({ length: given.width }, (_, j) => {
        const canvas = make("canvas");
        canvas.width = canvas.height = SIDE;
        canvas.setAttribute("role", "img");
        canvas.setAttribute("aria-label", `${run.title}: hidden neuron ${j + 1}`);
        return canvas;
      });
      const [apart, note] = [make("b"), make("span", "note")];
      const signs = canvases.slice(1).map(() => make("span", "sign"));
      const pictures = make("div", "pictures", ...canvases.flatMap((canvas, j) => (j ? [signs[j - 1], canvas] : [canvas])));
      const title = make("p", "title", make("strong", "", run.title), note);
      const said = make("p", "apart", "W of two neurons differs by at most ", apart);
      const node = make("section", `row ${run.start}`, title, pictures, said);
      return { node, canvases, signs, apart, note };
    });
    this.list.replaceChildren(...this.rows.map((row) => row.node));
  }
}

export default mounted(Starts, unpack)
