// A house under four sliders, two networks that price it, and the simulation's own price; redrawn at each movement.
// ui/house_prices/board.py puts elements.js, numbers.js, pictures.js, activations.js, sums.js and diagram.js in front.

class View {
  constructor(host) {
    this.root = make("div", "houses");
    host.append(this.root);
    this.told = "";
    this.deed = 0;
    this.watch = new ResizeObserver(() => this.data && this.draw());
    this.watch.observe(this.root);
  }

  build() {
    this.sliders = this.data.inputs.map((input, i) => {
      const track = slider();
      Object.assign(track, { min: input.low, max: input.high, step: 1 });
      const value = make("span", "now");
      track.setAttribute("aria-label", input.name);
      track.oninput = () => {
        this.house[i] = Number(track.value);
        this.draw();
        this.tell(400);
      };
      track.onchange = () => this.tell(150);
      const ends = make("span", "ends", make("span", "", input.ends[0]), make("span", "", input.ends[1]));
      return { track, value, node: make("label", "slider", make("span", "what", input.name), value, track, ends) };
    });
    this.bars = this.data.rows.map((name, i) => {
      const fill = make("span", "fill"), value = make("span", "value"), apart = make("span", "apart");
      const node = make("div", i === 2 ? "row truth" : "row", make("span", "who", name), value, apart,
        make("div", "bar", fill));
      return { fill, value, apart, node };
    });
    this.diagrams = this.data.nets.map((net) => new Diagram(this, net.title));
    this.truth = make("p", "true");
    this.legend = make("p", "legend");
    const top = make("div", "top",
      make("div", "sliders", make("h3", "", "A house"), ...this.sliders.map(({ node }) => node)),
      make("div", "prices", make("h3", "", "Its price"), ...this.bars.map(({ node }) => node),
        make("p", "axis", make("span", "", "0"), make("span", "", "price in k€, simulated"),
          make("span", "", grouped(this.data.most))), this.truth));
    this.root.replaceChildren(top, make("div", "networks", ...this.diagrams.map(({ node }) => node)), this.legend);
  }

  close() {
    clearTimeout(this.timer);
    this.watch.disconnect();
  }

  receive(data) {
    this.data = data;
    this.shades = cellShades(data.stops);
    if (!this.diagrams) this.build();
    const given = data.house.join();
    if (given !== this.given && !(data.heard < this.deed)) {
      this.given = given;
      if (!this.house || !this.timer) {
        this.house = [...data.house];
        this.told = given;
      }
    }
    this.draw();
  }

  draw() {
    const { house, data } = this;
    this.sliders.forEach(({ track, value }, i) => {
      const { unit } = data.inputs[i];
      const text = unit ? `${house[i]} ${unit}` : String(house[i]);
      track.value = house[i];
      track.setAttribute("aria-valuetext", text);
      value.textContent = text;
    });
    const { node } = this.diagrams[0];
    const width = Math.round(node.clientWidth / unitOf(node)) || 500;
    this.height = Math.max(...data.nets.map(({ W1 }) => high(width, W1.length))); // the same for both
    this.diagrams.forEach((diagram, n) => diagram.draw(data.nets[n], width));
    this.legend.replaceChildren(...legend(data, this.diagrams[0].narrow));
    const truth = expectedPrice(house);
    const said = concepts(house).map((v, c) => `${data.concepts[c].name} ${number(v, 1)} ${data.concepts[c].unit}`);
    this.truth.textContent = `In the simulation: ${said.join(", ")}. No network is told these.`;
    const prices = [...this.diagrams.map(({ sums }) => sums.price), truth];
    this.bars.forEach(({ fill, value, apart }, i) => {
      fill.style.width = `${Math.max(0, Math.min(100, (100 * prices[i]) / data.most))}%`;
      value.textContent = `${grouped(prices[i])} k€`;
      apart.textContent = i < 2 ? gap(Math.round(prices[i]) - Math.round(truth)) : "";
    });
  }

  tell(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hasten(), wait);
  }

  hasten() {
    if (!this.timer) return;
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.told === this.house.join()) return;
    this.told = this.house.join();
    this.send("moved", { house: [...this.house], at: (this.deed = after(this.deed)) });
  }
}

const gap = (off) => (off === 0 ? "the same" : `${grouped(Math.abs(off))} too ${off < 0 ? "low" : "high"}`);

function legend(data, inside) {
  const line = (sign, words) => {
    const mark = make("span", "mark");
    mark.style.background = data.signs[sign];
    return make("span", "", mark, words);
  };
  const shine = make("span", "", make("span", "shine"), `a unit: from its lowest to its highest over ${data.unseen.toLocaleString("en")} unseen houses`);
  const read = data.nets[0].reads.some(Boolean) ? [make("span", "", unbroken(`≈ read off the straight line through a and the concept, which nearly holds (|r|\u00a0from\u00a0${data.nearly})`))] : [];
  return [line(0, "w below 0"), line(1, "w above 0"), make("span", "", "thicker: further from 0"), ...(inside ? [make("span", "", "the number in a unit: its a")] : []), shine, ...read];
}

export default mounted(View);
