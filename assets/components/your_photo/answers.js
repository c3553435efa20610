// What each model says of a photo: the photo, and per neuron its evidence picture, its probability as a bar, and how z came about.
// A bar that changes runs to its new length, so that a moved frame is seen to change the answers.

export default function ({ data, parentElement }) {
  const given = unpack(data);
  let root = parentElement.querySelector(".answers");
  if (!root) {
    root = make("div", "answers");
    parentElement.append(root);
  }
  const shape = JSON.stringify(given.models.map((model) => model.neurons.length));
  if (root.dataset.shape !== shape) {
    root.dataset.shape = shape;
    root.replaceChildren(...given.models.map(card));
  }
  given.models.forEach((model, place) => fill(root.children[place], model, given));
}

const SKELETON = `
  <header><div class="framed"><canvas class="photo" width="64" height="64" role="img"></canvas></div>
    <div class="words"><h3></h3><p class="formula"></p><p class="says"></p></div></header>
  <ul></ul>
  <p class="sum"></p>
  <div class="scale"><span></span><i></i><span></span></div>
  <p class="note"></p>
  <details><summary></summary><p></p></details>`; // what is asked for; it stays open while a frame moves

const NEURON = `
  <div class="framed"><canvas class="evidence" width="64" height="64" role="img"></canvas></div>
  <div class="reading">
    <p class="name"><span></span><b></b></p>
    <div class="track" role="meter" aria-valuemin="0" aria-valuemax="1"><i></i></div>
    <p class="z"></p>
  </div>`;

function card(model) {
  const made = make("article");
  made.innerHTML = SKELETON;
  const list = made.querySelector("ul");
  list.append(
    ...model.neurons.map(() => {
      const item = make("li");
      item.innerHTML = NEURON;
      return item;
    }),
  );
  // A lone neuron's picture has room to be large, and the photo beside it.
  if (model.neurons.length === 1) list.firstElementChild.prepend(made.querySelector(".framed"));
  return made;
}

function fill(made, model, given) {
  const write = (selector, text) => {
    const place = made.querySelector(selector);
    place.textContent = text;
    place.hidden = !text;
  };
  const photo = made.querySelector(".photo");
  paintPhoto(photo, given.photo);
  const marked = model.neurons.filter(({ yes, box }) => yes && box);
  const places = marked.map(({ name, where }) => `; a square marks a ${name} ${where}`).join("");
  photo.setAttribute("aria-label", `The photo: ${given.alt}${places}`);
  mark(photo, marked);
  write("h3", model.title);
  write(".formula", model.formula);
  write(".says", model.says);
  write(".sum", model.sum);
  write(".note", model.note);
  const more = made.querySelector("details");
  more.hidden = !model.more;
  [...more.children].forEach((place, i) => (place.textContent = model.more?.[i] ?? ""));
  raiseLayers(more.lastElementChild);
  const [low, , high] = made.querySelector(".scale").children;
  low.textContent = `≤ −${model.scale}`;
  high.textContent = `≥ +${model.scale}`;
  made.style.setProperty("--stops", given.stops.join());
  [...made.querySelector("ul").children].forEach((item, k) => draw(item, model, model.neurons[k], given));
}

/** "W[4]" as it is written elsewhere: with its layer raised. */
function raiseLayers(place) {
  const parts = place.textContent.split(/(\[\d\])/);
  place.replaceChildren(...parts.map((part, i) => (i % 2 ? make("sup", "", part) : part)));
}

const NEAR = 0.08; // of a picture's side: edges so near each other would hide each other

/** Squares on a picture, where the closest look at each ball was: one within the other where they are alike. */
function mark(canvas, neurons) {
  const found = neurons.filter(({ box }) => box);
  const boxes = found.map(({ box, colour }, place) => {
    const made = make("i", "box");
    const around = found.slice(0, place).filter((other) => other.box.every((share, i) => Math.abs(share - box[i]) < NEAR)).length;
    const [left, top, side] = box.map((share) => `${100 * share}%`);
    const given = { left, top, side, around, ball: colour };
    for (const [name, value] of Object.entries(given)) made.style.setProperty(`--${name}`, value);
    return made;
  });
  canvas.parentElement.replaceChildren(canvas, ...boxes);
}

function draw(item, model, neuron, given) {
  const canvas = item.querySelector(".evidence");
  paintPhoto(canvas, given.evidence.subarray(neuron.at, neuron.at + 3 * SIDE * SIDE));
  canvas.setAttribute("aria-label", neuron.alt);
  mark(canvas, [neuron]);
  const [name, value] = item.querySelector(".name").children;
  name.textContent = neuron.name;
  value.textContent = neuron.percent;
  item.style.setProperty("--ball", neuron.colour);
  item.classList.toggle("yes", neuron.yes);
  item.querySelector(".z").textContent = neuron.z;
  const track = item.querySelector(".track");
  track.classList.toggle("half", model.half);
  track.setAttribute("aria-label", `${model.title}: ${neuron.name}`);
  track.setAttribute("aria-valuenow", neuron.p);
  track.setAttribute("aria-valuetext", neuron.percent);
  track.firstElementChild.style.width = `${100 * neuron.p}%`;
}
